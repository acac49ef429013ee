//! Text in UTF-8 that somebody read as a code page of Windows: `mÃ¼nchen`, `canciÃ³n`, `canciĂłn`.

use encoding_rs::{Encoding, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

/// Western, central European, Cyrillic: the code pages that spreadsheets save in.
const CODE_PAGES: [&Encoding; 3] = [WINDOWS_1252, WINDOWS_1250, WINDOWS_1251];

/// Whether every run of characters beyond ASCII is UTF-8 in the bytes of one code page.
///
/// Some of it is made of letters alone, and then it would pass for a name: `forêt` becomes `forÃªt`. In a name that was
/// read rightly, a run whose bytes are UTF-8 by chance is next to impossible: it takes a capital such as `Ã` before a
/// sign such as `ª`, and nothing else in the run.
pub(super) fn is_mojibake(text: &str) -> bool {
    !text.is_ascii() && CODE_PAGES.iter().any(|page| is_utf8_in(page, text))
}

fn is_utf8_in(page: &'static Encoding, text: &str) -> bool {
    text.split(|c: char| c.is_ascii()).filter(|run| !run.is_empty()).all(|run| {
        let (bytes, _, has_unmappable) = page.encode(run);
        !has_unmappable && str::from_utf8(&bytes).is_ok()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_were_read_rightly_are_none() {
        for name in [
            "acme.com",
            "münchen.de",
            "faß.de",
            "FAẞ.DE",
            "canción.com",
            "forêt-noire.fr",
            "SÃO-PAULO.com.br",
            "łódź.pl",
            "ŽĎÁR.cz",
            "ÎLE.fr",
            "москва.рф",
            "Рівне.укр",
            "Україна.укр",
            "例え.jp",
            "ＡＣＭＥ.com",
            "ελλάδα.gr",
            "ÄÖÜ.de",
            "ŒUVRE.fr",
            "ÇA.fr",
            "İSTANBUL.com.tr",
        ] {
            assert!(!is_mojibake(name), "{name}");
        }
    }

    #[test]
    fn known_examples_are_found() {
        for name in [
            "mÃ¼nchen.de",
            "canciÃ³n.com",
            "forÃªt.fr",
            "perÃº.pe",
            "faÃŸ.de",
            "canciĂłn.com",
            "mГјnchen.de",
            "â€“x.com",
        ] {
            assert!(is_mojibake(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_code_page_can_show_of_utf8_is_found(text in "[a-z]{0,3}[à-ÿа-я]{1,4}[a-z-]{0,3}[à-ÿ]{0,2}") {
            for page in CODE_PAGES {
                let (wrong, _) = page.decode_without_bom_handling(text.as_bytes());
                let (back, _, has_unmappable) = page.encode(&wrong);
                if !has_unmappable && *back == *text.as_bytes() {
                    prop_assert!(is_mojibake(&wrong), "{wrong}");
                }
            }
        }
    }
}
