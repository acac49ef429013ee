//! Which labels IDNA2008 permits: the derived property of RFC 5892 and its contextual rules.
//!
//! UTS 46 (the `idna` crate) maps what people type and leaves symbols in place: it makes `xn--…` of a typographic dash
//! or a bullet. A registry that follows IDNA2008 registers none of these, so such a name is a slip and no host.
//!
//! The rules are those of RFC 5892, section 2 and 3, over the properties of the Unicode version that the `idna` crate
//! uses as well. What UTS 46 has checked already is not repeated: rule B (unstable under NFKC and case folding),
//! CONTEXTJ (zero-width joiners), the bidi rule of RFC 5893, and a combining mark at the start of a label.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        DefaultIgnorableCodePoint, GeneralCategory, HangulSyllableType, NoncharacterCodePoint, Script,
        WhiteSpace,
    },
};

/// Whether the Unicode form of a label, after the mapping of UTS 46, is a U-label of IDNA2008.
pub(super) fn is_valid_u_label(label: &str) -> bool {
    // Reserved for prefixes such as `xn--` (RFC 5891, section 4.2.3.1).
    let has_reserved_hyphens = label.chars().skip(2).take(2).eq(['-', '-']);
    !has_reserved_hyphens
        && label.char_indices().all(|(at, c)| match property(c) {
            Property::Valid => true,
            Property::Contextual => is_in_context(c, label, at),
            Property::Disallowed => false,
        })
}

/// Whether the mapping of UTS 46 would make letters or digits of a sign: `™`, `№`, `①`, `²`. Nobody means `acmetm.com`
/// by `acme™.com`.
pub(super) fn is_sign(c: char) -> bool {
    !c.is_ascii()
        && c != '\u{3007}'
        && matches!(
            CodePointMapData::<GeneralCategory>::new().get(c),
            GeneralCategory::OtherSymbol
                | GeneralCategory::MathSymbol
                | GeneralCategory::CurrencySymbol
                | GeneralCategory::ModifierSymbol
                | GeneralCategory::OtherNumber
                | GeneralCategory::LetterNumber
        )
}

/// What RFC 5892 says of a code point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property {
    /// PVALID, and CONTEXTJ, whose context UTS 46 has checked.
    Valid,
    /// CONTEXTO: valid in some places.
    Contextual,
    /// DISALLOWED or UNASSIGNED.
    Disallowed,
}

/// The order of the tests is that of RFC 5892, section 3.
fn property(c: char) -> Property {
    if let Some(property) = exception(c) {
        return property;
    }
    if matches!(c, 'a'..='z' | '0'..='9' | '-' | '\u{200c}' | '\u{200d}') {
        return Property::Valid;
    }
    if is_ignorable(c) || is_in_ignorable_block(c) || is_old_hangul_jamo(c) {
        return Property::Disallowed;
    }
    // Letters and digits. Whatever is unassigned has another category.
    match CodePointMapData::<GeneralCategory>::new().get(c) {
        GeneralCategory::LowercaseLetter
        | GeneralCategory::UppercaseLetter
        | GeneralCategory::OtherLetter
        | GeneralCategory::DecimalNumber
        | GeneralCategory::ModifierLetter
        | GeneralCategory::NonspacingMark
        | GeneralCategory::SpacingMark => Property::Valid,
        _ => Property::Disallowed,
    }
}

/// Section 2.6.
fn exception(c: char) -> Option<Property> {
    match c {
        'ß' | 'ς' | '\u{6fd}' | '\u{6fe}' | '\u{f0b}' | '\u{3007}' => Some(Property::Valid),
        '\u{b7}'
        | '\u{375}'
        | '\u{5f3}'
        | '\u{5f4}'
        | '\u{30fb}'
        | '\u{660}'..='\u{669}'
        | '\u{6f0}'..='\u{6f9}' => Some(Property::Contextual),
        '\u{640}' | '\u{7fa}' | '\u{302e}' | '\u{302f}' | '\u{3031}'..='\u{3035}' | '\u{303b}' => {
            Some(Property::Disallowed)
        }
        _ => None,
    }
}

/// Section 2.3.
fn is_ignorable(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || CodePointSetData::new::<WhiteSpace>().contains(c)
        || CodePointSetData::new::<NoncharacterCodePoint>().contains(c)
}

/// Section 2.4: combining marks for symbols, musical symbols, ancient Greek musical notation.
fn is_in_ignorable_block(c: char) -> bool {
    matches!(c, '\u{20d0}'..='\u{20ff}' | '\u{1d100}'..='\u{1d24f}')
}

/// Section 2.9.
fn is_old_hangul_jamo(c: char) -> bool {
    matches!(
        CodePointMapData::<HangulSyllableType>::new().get(c),
        HangulSyllableType::LeadingJamo | HangulSyllableType::VowelJamo | HangulSyllableType::TrailingJamo
    )
}

/// The rules for CONTEXTO, appendix A.3 to A.9. `at` is the byte where `c` begins in the label.
fn is_in_context(c: char, label: &str, at: usize) -> bool {
    let before = label[..at].chars().next_back();
    let after = label[at + c.len_utf8()..].chars().next();
    let is_of = |c: Option<char>, script| c.is_some_and(|c| script_of(c) == script);
    match c {
        '\u{b7}' => before == Some('l') && after == Some('l'),
        '\u{375}' => is_of(after, Script::Greek),
        '\u{5f3}' | '\u{5f4}' => is_of(before, Script::Hebrew),
        '\u{30fb}' => {
            label.chars().any(|c| [Script::Hiragana, Script::Katakana, Script::Han].contains(&script_of(c)))
        }
        '\u{660}'..='\u{669}' => !label.contains(|c| matches!(c, '\u{6f0}'..='\u{6f9}')),
        '\u{6f0}'..='\u{6f9}' => !label.contains(|c| matches!(c, '\u{660}'..='\u{669}')),
        _ => false,
    }
}

fn script_of(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ranges of code points that an independent derivation permits, with their property.
    const TABLE: &str = include_str!("../../fixtures/idna/rfc5892.txt");

    #[test]
    fn the_rules_agree_with_an_independent_table() {
        let mut expected = vec![Property::Disallowed; 0x11_0000];
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let (range, property) = line.split_once(' ').unwrap();
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let property = match property {
                "CONTEXTO" => Property::Contextual,
                "PVALID" | "CONTEXTJ" => Property::Valid,
                other => panic!("{other}"),
            };
            let at = |text| usize::from_str_radix(text, 16).unwrap();
            expected[at(first)..=at(last)].fill(property);
        }
        let mut mapped_count = 0;
        for c in '\0'..=char::MAX {
            if property(c) != expected[c as usize] {
                // What the mapping changes never gets here: rule B, and the spellings of other cases.
                let label = format!("a{c}");
                assert_ne!(idna::domain_to_unicode(&label).0, label, "U+{:04X}", c as u32);
                mapped_count += 1;
            }
        }
        assert!((1_000..10_000).contains(&mapped_count), "{mapped_count}");
    }

    #[test]
    fn some_characters_depend_on_their_neighbours() {
        for label in ["col·lecció", "α͵β", "א׳", "צה״ל", "カ・カ", "例・え", "١٢٣", "۱۲", "faß", "ab-cd"]
        {
            assert!(is_valid_u_label(label), "{label}");
        }
        for label in ["a·b", "·l", "l·", "α͵", "͵a", "a׳", "a・b", "・", "١۲", "ñb--c", "a—b", "a•", "a’s"]
        {
            assert!(!is_valid_u_label(label), "{label}");
        }
    }
}
