//! The key by which names are compared. A name links nothing; it may refuse a repair, or agree with a stored id.

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;

/// Returns the name in NFC, with full case folding, without Unicode white space around it; none if it is blank.
pub fn name_key(name: &str) -> Option<String> {
    if name.is_ascii() {
        // `trim_ascii` knows one white space less: the vertical tab.
        let key = name.trim();
        return (!key.is_empty()).then(|| key.to_ascii_lowercase());
    }
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(name);
    let folded = CaseMapper::new().fold_string(&composed);
    let key = folded.trim();
    (!key.is_empty()).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_agree_however_they_are_spelt() {
        for (one, other) in [
            ("Acme Ltd", " ACME LTD\u{a0}"),
            ("Müller", "MU\u{308}LLER"),
            ("Straße", "STRASSE"),
            ("\u{fb01}rm", "FIRM"),
            ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ] {
            assert_eq!(name_key(one), name_key(other), "{one}");
            assert!(name_key(one).is_some());
        }
    }

    proptest! {
        #[test]
        fn names_of_ascii_letters_have_the_key_of_all_names(name in "[\\x00-\\x7f]{0,20}") {
            let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&name);
            let folded = CaseMapper::new().fold_string(&composed).trim().to_owned();
            prop_assert_eq!(name_key(&name), (!folded.is_empty()).then_some(folded));
        }
    }

    #[test]
    fn other_names_do_not_and_a_blank_one_has_no_key() {
        assert_ne!(name_key("Acme"), name_key("Acme Ltd"));
        assert_ne!(name_key("Acme  Ltd"), name_key("Acme Ltd"));
        assert_ne!(name_key("Ａcme"), name_key("Acme"));
        for blank in ["", " ", "\u{3000}\t\u{a0}"] {
            assert_eq!(name_key(blank), None);
        }
    }
}
