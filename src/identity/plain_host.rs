//! Hosts as Zendesk holds them: lower case, IDN to ASCII, no trailing dot, nothing else removed.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

use super::{
    idna2008::{is_sign, is_valid_u_label},
    mojibake::is_mojibake,
};

/// The longest host name and the longest label of DNS (RFC 1035, section 2.3.4).
const MAX_HOST: usize = 253;
const MAX_LABEL: usize = 63;

/// Why a text is not a plain host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum HostProblem {
    /// An e-mail address where a domain should be; Zendesk's domain field accepts these
    /// (<https://support.zendesk.com/hc/en-us/articles/4408886840986>).
    #[error("an e-mail address, not a host")]
    EmailAddress,
    /// A scheme, a port, a path or a query.
    #[error("a URL, not a host")]
    Url,
    /// `www.` before what would be a host by itself.
    #[error("a host with a leading www.")]
    WwwForm,
    /// Empty, an IP address, a wildcard, illegal characters, or too long; a label that IDNA2008 does not permit.
    #[error("not a host name")]
    NotAHost,
    /// An e-mail address that a mail program may read otherwise than it looks.
    /// Only [`email_domain`](super::email_domain) reports it.
    #[error("an odd address")]
    OddAddress,
    /// An e-mail address without `@`. Only [`email_domain`](super::email_domain) reports it.
    #[error("an address without an at sign")]
    NoAtSign,
}

impl HostProblem {
    /// Returns the reason code that is stored with a warning.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmailAddress => "email_address",
            Self::Url => "url",
            Self::WwwForm => "www_form",
            Self::NotAHost => "not_a_host",
            Self::OddAddress => "odd_address",
            Self::NoAtSign => "no_at_sign",
        }
    }
}

/// Returns the host in lower case, IDN as ASCII (UTS 46, non-transitional), one trailing dot
/// removed. Nothing else is repaired, not even surrounding white space.
///
/// Every label is valid under IDNA2008 as well: an `xn--` label, whether it came so or was made, never stands for a
/// dash, a quotation mark, a symbol or text of a wrong encoding.
///
/// A single label and an unlisted suffix are plain hosts. A host that is already in this form is
/// borrowed, because this runs for every e-mail address.
pub fn plain_host(raw: &str) -> Result<Cow<'_, str>, HostProblem> {
    let host = ascii_host(raw).ok_or_else(|| problem_of(raw))?;
    if ends_in_number(&host) {
        Err(HostProblem::NotAHost)
    } else if host.strip_prefix("www.").is_some_and(|rest| rest.contains('.') || is_public_suffix(rest)) {
        Err(HostProblem::WwwForm)
    } else {
        Ok(host)
    }
}

/// Whether a plain host has characters beyond letters in other cases that only a mapping makes legal: full-width
/// letters, ligatures, ideographic dots, soft hyphens, zero-width marks.
///
/// Nobody types these into an address by accident, and mail systems differ in what they make of them.
pub fn is_host_by_mapping_only(host: &str) -> bool {
    if host.is_ascii() {
        return false;
    }
    let Some(ascii) = ascii_host(host) else { return false };
    let lower: String = host.strip_suffix('.').unwrap_or(host).chars().flat_map(char::to_lowercase).collect();
    let typed = ComposingNormalizerBorrowed::new_nfc().normalize(&lower);
    let (mapped, _) = idna::domain_to_unicode(&ascii);
    let is_same = |(typed, mapped): (&str, &str)| typed.is_ascii() || typed == mapped;
    typed.split('.').count() != mapped.split('.').count()
        || !typed.split('.').zip(mapped.split('.')).all(is_same)
}

/// Returns the text as an ASCII host with legal labels, or `None`. An IPv4 address passes.
pub(super) fn ascii_host(text: &str) -> Option<Cow<'_, str>> {
    // The mapping can shorten a name (soft hyphens), but not by thousands of characters.
    if text.len() > 4 * MAX_HOST {
        return None;
    }
    let host = if text.is_ascii() && !has_punycode(text) {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        }
    } else {
        if text.contains(is_sign) || is_mojibake(text) {
            return None;
        }
        // `domain_to_ascii` also checks that an `xn--` label decodes.
        let host = idna::domain_to_ascii(text).ok()?;
        if has_punycode(&host) {
            let (unicode, decoded) = idna::domain_to_unicode(&host);
            decoded.ok()?;
            if !unicode.split('.').all(|label| label.is_ascii() || is_valid_u_label(label)) {
                return None;
            }
        }
        if host == text { Cow::Borrowed(text) } else { Cow::Owned(host) }
    };
    let host = match host {
        Cow::Borrowed(host) => Cow::Borrowed(host.strip_suffix('.').unwrap_or(host)),
        Cow::Owned(mut host) => {
            if host.ends_with('.') {
                host.pop();
            }
            Cow::Owned(host)
        }
    };
    has_legal_labels(&host).then_some(host)
}

/// Whether the host is a listed public suffix by itself. An unlisted last label is not.
pub(super) fn is_public_suffix(host: &str) -> bool {
    psl::suffix(host.as_bytes())
        .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().len() == host.len())
}

/// Returns the rest after a leading `www.`, if the rest could be a host of its own: not a public suffix.
pub(super) fn without_www(host: &str) -> Option<&str> {
    host.strip_prefix("www.").filter(|rest| psl::domain(rest.as_bytes()).is_some())
}

/// Whether the last label is a number, which makes the host an IPv4 address
/// (<https://url.spec.whatwg.org/#ends-in-a-number-checker>).
pub(super) fn ends_in_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    last.bytes().all(|b| b.is_ascii_digit())
}

/// Whether the host consists of lower-case letter-digit-hyphen labels of legal length.
pub(super) fn has_legal_labels(host: &str) -> bool {
    host.len() <= MAX_HOST
        && host.split('.').all(|label| {
            let bytes = label.as_bytes();
            (1..=MAX_LABEL).contains(&bytes.len())
                && bytes.iter().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
                && bytes.first() != Some(&b'-')
                && bytes.last() != Some(&b'-')
        })
}

/// Whether a label starts with the IDN prefix, in any case.
pub(super) fn has_punycode(text: &str) -> bool {
    text.as_bytes().windows(4).any(|window| window.eq_ignore_ascii_case(b"xn--"))
}

/// Names what a text is that is not a host.
fn problem_of(raw: &str) -> HostProblem {
    let has_port = raw
        .rsplit_once(':')
        .is_some_and(|(host, port)| !host.contains(':') && port.bytes().all(|b| b.is_ascii_digit()));
    if raw.contains("://") {
        HostProblem::Url
    } else if raw.contains('@') {
        HostProblem::EmailAddress
    } else if has_port || raw.contains(['/', '\\', '?', '#']) {
        HostProblem::Url
    } else {
        HostProblem::NotAHost
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A letter, a digit, a combining mark, a joiner, or one of the signs that RFC 5892 permits by name.
    fn is_of_a_name(c: char) -> bool {
        use icu_properties::{CodePointMapData, props::GeneralCategory as Category};
        matches!(
            CodePointMapData::<Category>::new().get(c),
            Category::LowercaseLetter
                // Cherokee, whose capitals are the stable form.
                | Category::UppercaseLetter
                | Category::OtherLetter
                | Category::ModifierLetter
                | Category::DecimalNumber
                | Category::NonspacingMark
                | Category::SpacingMark
        ) || "-.\u{b7}\u{200c}\u{200d}\u{375}\u{5f3}\u{5f4}\u{6fd}\u{6fe}\u{f0b}\u{3007}\u{30fb}".contains(c)
    }

    #[test]
    fn hosts_are_normalized_and_nothing_more() {
        for (raw, host) in [
            ("acme.com", "acme.com"),
            ("ACME.com.", "acme.com"),
            ("MÜNCHEN.DE", "xn--mnchen-3ya.de"),
            ("faß.de", "xn--fa-hia.de"),
            ("ａｃｍｅ.com", "acme.com"),
            ("acme。com", "acme.com"),
            ("аcme.com", "xn--cme-5cd.com"),
            ("XN--mnchen-3ya.de", "xn--mnchen-3ya.de"),
            ("localhost", "localhost"),
            ("acme.internal-net", "acme.internal-net"),
            ("www2.acme.com", "www2.acme.com"),
            ("www.localhost", "www.localhost"),
        ] {
            assert_eq!(plain_host(raw).as_deref(), Ok(host), "{raw}");
        }
    }

    #[test]
    fn what_is_no_plain_host_is_named() {
        let long = format!("{}.com", "a".repeat(64));
        let longer = format!("{}com", "abcdefg.".repeat(32));
        for (raw, problem) in [
            ("bob@acme.com", HostProblem::EmailAddress),
            ("https://acme.com", HostProblem::Url),
            ("https://bob@acme.com", HostProblem::Url),
            ("acme.com/x", HostProblem::Url),
            ("acme.com:8080", HostProblem::Url),
            ("www.acme.com", HostProblem::WwwForm),
            ("WWW.acme.unlisted", HostProblem::WwwForm),
            ("ｗｗｗ.acme.com", HostProblem::WwwForm),
            ("www.co.uk", HostProblem::WwwForm),
            ("www.gov.uk", HostProblem::WwwForm),
            ("", HostProblem::NotAHost),
            (".", HostProblem::NotAHost),
            (" acme.com", HostProblem::NotAHost),
            ("acme..com", HostProblem::NotAHost),
            ("acme.com..", HostProblem::NotAHost),
            ("-acme.com", HostProblem::NotAHost),
            ("ac_me.com", HostProblem::NotAHost),
            ("*.acme.com", HostProblem::NotAHost),
            ("192.168.0.1", HostProblem::NotAHost),
            ("[::1]", HostProblem::NotAHost),
            ("xn--a.com", HostProblem::NotAHost),
            ("north–gate.com", HostProblem::NotAHost),
            ("xn--i-7iq.ws", HostProblem::NotAHost),
            ("canciÃ³n.com", HostProblem::NotAHost),
            (&long, HostProblem::NotAHost),
            (&longer, HostProblem::NotAHost),
        ] {
            assert_eq!(plain_host(raw), Err(problem), "{raw}");
        }
    }

    #[test]
    fn a_plain_host_is_borrowed() {
        for raw in ["acme.com", "acme.com.", "xn--mnchen-3ya.de"] {
            assert!(matches!(plain_host(raw), Ok(Cow::Borrowed(_))), "{raw}");
        }
    }

    #[test]
    fn a_host_by_mapping_alone_is_told_from_a_typed_one() {
        for host in [
            "acme.com",
            "MÜNCHEN.de",
            "mu\u{308}nchen.de",
            "faß.de",
            "xn--mnchen-3ya.de",
            "пример.рф",
            "ΟΔΟΣ.gr",
            "例え.jp",
        ] {
            assert!(plain_host(host).is_ok() && !is_host_by_mapping_only(host), "{host}");
        }
        for host in
            ["ａｃｍｅ.com", "ac\u{ad}me.com", "ac\u{200b}me.com", "acme。com", "acme．com", "ﬁrst.com"]
        {
            assert!(plain_host(host).is_ok() && is_host_by_mapping_only(host), "{host}");
        }
        for host in ["ⓐcme.com", "münchen①.de", "acme™.com", "acme².com", "№1.ru"] {
            assert_eq!(plain_host(host), Err(HostProblem::NotAHost), "{host}");
        }
    }

    proptest! {
        #[test]
        fn no_label_stands_for_a_symbol(raw in "[a-z]{0,2}[\u{80}-\u{2fff}\u{fe00}-\u{ffff}]{1,3}[a-z]{0,2}\\.com") {
            if let Ok(host) = plain_host(&raw) {
                let (unicode, _) = idna::domain_to_unicode(&host);
                prop_assert!(unicode.chars().all(is_of_a_name), "{unicode}");
            }
        }

        #[test]
        fn a_plain_host_is_a_fixed_point(raw in ".{0,40}|[a-zA-Z0-9.:/@-]{0,30}|[äß。ａ.a-c-]{1,12}") {
            if let Ok(host) = plain_host(&raw) {
                let again = plain_host(&host);
                prop_assert_eq!(again.as_deref(), Ok(&*host));
            }
        }
    }
}
