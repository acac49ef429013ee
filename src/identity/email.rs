//! The domain of an e-mail address.

use std::borrow::Cow;

use super::plain_host::{HostProblem, plain_host};
use super::trim::trim_invisible;

/// Returns the domain of an address: the part after the `@`, treated as [`plain_host`] does. Blank text has no
/// domain (`None`).
///
/// # Errors
///
/// [`HostProblem::NoAtSign`] for text without `@`; [`HostProblem::OddAddress`] for text that a mail program may read
/// otherwise than it looks; else what [`plain_host`] says of the part after the `@`.
pub fn email_domain(address: &str) -> Result<Option<Cow<'_, str>>, HostProblem> {
    if trim_invisible(address).is_empty() {
        return Ok(None);
    }
    let (name, domain) = address.split_once('@').ok_or(HostProblem::NoAtSign)?;
    if is_odd(name) || is_odd(domain) || domain.contains(['@', '\'']) || address.contains("=?") {
        return Err(HostProblem::OddAddress);
    }
    if !domain.is_ascii() && !is_itself_mapped(domain) {
        return Err(HostProblem::OddAddress);
    }
    plain_host(domain).map(Some)
}

/// Whether a part of an address has a character that separates, quotes, hides or comments.
fn is_odd(part: &str) -> bool {
    part.chars().any(|c| match c {
        ' '..='~' => matches!(
            c,
            ' ' | '"' | '(' | ')' | '[' | ']' | '<' | '>' | '{' | '}' | ',' | ':' | ';' | '%' | '!'
        ),
        c => c.is_control() || c.is_whitespace() || is_hidden(c) || is_quote_or_bracket(c),
    })
}

/// Soft hyphen, zero width, marks of direction, fillers: characters that are not seen.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Typographic quotes, and brackets and separators of other widths and scripts.
fn is_quote_or_bracket(c: char) -> bool {
    matches!(c,
        '\u{AB}' | '\u{BB}' | '\u{2018}'..='\u{201F}' | '\u{2032}'..='\u{2037}' | '\u{2039}' | '\u{203A}'
        | '\u{2045}' | '\u{2046}' | '\u{207D}' | '\u{207E}' | '\u{208D}' | '\u{208E}' | '\u{2308}'..='\u{230B}'
        | '\u{2329}' | '\u{232A}' | '\u{275B}'..='\u{275E}' | '\u{2768}'..='\u{2775}' | '\u{27E6}'..='\u{27EF}'
        | '\u{3001}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301F}' | '\u{FE59}'..='\u{FE5E}'
        | '\u{FF01}' | '\u{FF02}' | '\u{FF05}' | '\u{FF07}'..='\u{FF09}' | '\u{FF0C}' | '\u{FF1A}' | '\u{FF1B}'
        | '\u{FF1C}' | '\u{FF1E}' | '\u{FF20}' | '\u{FF3B}' | '\u{FF3D}' | '\u{FF5B}' | '\u{FF5D}'
        | '\u{FF5F}'..='\u{FF64}' | '\u{FE6B}')
}

/// Whether a domain is what UTS 46 makes of it but for upper case: no character of it is mapped to another.
fn is_itself_mapped(domain: &str) -> bool {
    let lower: String = domain.to_lowercase();
    let (mapped, _) = idna::domain_to_unicode(&lower);
    let decoded = |label: &str| label.is_ascii();
    let labels = lower.split('.').zip(mapped.split('.'));
    lower.split('.').count() == mapped.split('.').count()
        && labels.into_iter().all(|(label, mapped)| decoded(label) || same_letters(label, mapped))
}

/// Whether two labels differ in nothing but the composition of accents.
fn same_letters(label: &str, mapped: &str) -> bool {
    label == mapped || label.chars().all(|c| !is_compatibility(c))
}

/// Whether UTS 46 maps a character, by itself, to another one.
fn is_compatibility(c: char) -> bool {
    let alone = c.to_string();
    let (mapped, _) = idna::domain_to_unicode(&alone);
    // A mark that stands alone is not a domain; it is not mapped either.
    !mapped.is_empty() && mapped != alone && !mapped.contains('\u{FFFD}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_part_after_the_at_sign_counts() {
        for (raw, domain) in [
            ("bob@acme.com", "acme.com"),
            ("Bob@ACME.com.", "acme.com"),
            ("o'neill@acme.com", "acme.com"),
            ("bob+a=b#c/d@acme.com", "acme.com"),
            ("bob@münchen.de", "xn--mnchen-3ya.de"),
            ("bob@MÜNCHEN.de", "xn--mnchen-3ya.de"),
            ("bob@mu\u{308}nchen.de", "xn--mnchen-3ya.de"),
            ("bob@straße.de", "xn--strae-oqa.de"),
            ("bob@例え.jp", "xn--r8jz45g.jp"),
            ("bob@localhost", "localhost"),
            ("=1+1@acme.com", "acme.com"),
        ] {
            assert_eq!(email_domain(raw).unwrap().unwrap(), domain, "{raw}");
        }
        assert_eq!(email_domain(" "), Ok(None));
        assert_eq!(email_domain("bob"), Err(HostProblem::NoAtSign));
        assert_eq!(email_domain("bob@"), Err(HostProblem::NotAHost));
        assert_eq!(email_domain("bob@www.acme.com"), Err(HostProblem::WwwForm));
    }

    #[test]
    fn an_address_that_may_be_read_otherwise_has_no_domain() {
        for odd in [
            "a@b@acme.com",
            "\"a b\"@acme.com",
            " bob@acme.com",
            "bob@acme.com\n",
            "bob @acme.com",
            "bob@ acme.com",
            "bob\u{a0}@acme.com",
            "bob\u{2028}@acme.com",
            "bob\u{7f}@acme.com",
            "Bob <bob@acme.com>",
            "bob@[1.2.3.4]",
            "bob(comment)@acme.com",
            "bob,ann@acme.com",
            "bob;ann@acme.com",
            "mailto:bob@acme.com",
            "bob%other.test@acme.com",
            "other!bob@acme.com",
            "bob\u{2019}s@acme.com",
            "\u{201c}bob\u{201d}@acme.com",
            "bob@acme.com'",
            "=?utf-8?q?bob?=@acme.com",
            "bob@\u{ff41}cme.com",
            "bob@\u{24d0}cme.com",
            "bob@ac\u{ad}me.com",
            "bob@ac\u{200b}me.com",
            "bob@acme\u{3002}com",
            "bo\u{200d}b@acme.com",
            "bob\u{ff20}acme.com@acme.com",
        ] {
            assert_eq!(email_domain(odd), Err(HostProblem::OddAddress), "{odd:?}");
        }
    }

    #[test]
    fn a_plain_domain_is_borrowed() {
        assert!(matches!(email_domain("bob@acme.com"), Ok(Some(Cow::Borrowed(_)))));
    }

    proptest! {
        #[test]
        fn never_panics(raw in ".{0,60}") {
            let _ = email_domain(&raw);
        }
    }
}
