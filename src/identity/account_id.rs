//! Salesforce account ids in their canonical form of 18 characters.
//!
//! An id has 15 base-62 characters in which case matters. The long form adds three characters that
//! map the upper-case letters: one for each block of five, where character k of the block counts
//! 2^k if it is A-Z, and the sum indexes `ABCDEFGHIJKLMNOPQRSTUVWXYZ012345`
//! (<https://developer.salesforce.com/docs/atlas.en-us.mc-programmatic-content.meta/mc-programmatic-content/longsfid.htm>).
//! The suffix is a map of letter case and not an error check, which cuts both ways: it restores an
//! id that some tool folded to one case, and it does not notice a changed digit. The first three
//! characters name the object; `001` is Account
//! (<https://help.salesforce.com/s/articleView?id=000385203&language=en_US&type=1>).

use std::fmt;

use super::trim::trim_invisible;

const SHORT: usize = 15;
const LONG: usize = 18;
const BLOCK: usize = 5;
const ACCOUNT_PREFIX: &[u8] = b"001";
const SUFFIX_ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// A Salesforce account id: 18 ASCII characters, letter case as Salesforce assigned it.
///
/// Two ids are the same account exactly when they are equal. The order is that of the bytes, the
/// same as that of SQL's `order by` on the bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId([u8; LONG]);

/// How long the id was as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdForm {
    /// 15 characters, as in reports and classic URLs.
    Short,
    /// 18 characters, as in the API.
    Long,
}

/// An account id together with what its written form tells about its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsedAccountId {
    /// The canonical id.
    pub id: AccountId,
    /// How long it was as written.
    pub form: IdForm,
    /// Whether the first 15 characters hold a letter. Only such an id can show case folding.
    pub has_letters: bool,
    /// Whether the text as written has both upper-case and lower-case letters, suffix included.
    pub is_mixed_case: bool,
    /// Whether the letter case was restored from the suffix, so that the canonical id differs
    /// from the first 15 characters as written.
    pub was_restored: bool,
}

/// Why a text is not a usable account id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AccountIdProblem {
    /// Not 15 or 18 ASCII letters and digits.
    #[error("not 15 or 18 letters and digits")]
    Malformed,
    /// The last three characters contradict the letter case of the first 15.
    #[error("the last three characters do not match the letter case of the first 15")]
    ChecksumMismatch,
    /// A Salesforce id, but of another object than Account.
    #[error("the id does not start with 001")]
    NotAnAccountId,
}

impl AccountIdProblem {
    /// Returns the reason code that is stored with a rejection.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed_account_id",
            Self::ChecksumMismatch => "checksum_mismatch",
            Self::NotAnAccountId => "not_an_account_id",
        }
    }
}

impl AccountId {
    /// Parses an id of 15 or 18 characters; surrounding white space and invisible marks do not
    /// count.
    ///
    /// - 15 characters: the suffix is computed.
    /// - 18 characters, all letters in one case: the case is restored from the suffix.
    /// - 18 characters, mixed case: the suffix (whose own case does not matter) must match.
    ///
    /// # Errors
    ///
    /// The first that applies of: wrong shape, a prefix other than `001`, a suffix that
    /// contradicts the letters.
    pub fn parse(raw: &str) -> Result<ParsedAccountId, AccountIdProblem> {
        let bytes = trim_invisible(raw).as_bytes();
        let form = match bytes.len() {
            SHORT => IdForm::Short,
            LONG => IdForm::Long,
            _ => return Err(AccountIdProblem::Malformed),
        };
        if !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return Err(AccountIdProblem::Malformed);
        }
        if !bytes.starts_with(ACCOUNT_PREFIX) {
            return Err(AccountIdProblem::NotAnAccountId);
        }
        let has_letters = bytes[..SHORT].iter().any(u8::is_ascii_alphabetic);
        let is_mixed_case =
            bytes.iter().any(u8::is_ascii_uppercase) && bytes.iter().any(u8::is_ascii_lowercase);

        let mut id = [0; LONG];
        id[..SHORT].copy_from_slice(&bytes[..SHORT]);
        if form == IdForm::Long {
            id[SHORT..].copy_from_slice(&bytes[SHORT..]);
            id[SHORT..].make_ascii_uppercase();
            if !is_mixed_case {
                restore_case(&mut id)?;
            }
        }
        let suffix = suffix_of(&id);
        if form == IdForm::Long && id[SHORT..] != suffix {
            return Err(AccountIdProblem::ChecksumMismatch);
        }
        id[SHORT..].copy_from_slice(&suffix);
        Ok(ParsedAccountId {
            id: Self(id),
            form,
            has_letters,
            is_mixed_case,
            was_restored: id[..SHORT] != bytes[..SHORT],
        })
    }

    /// Returns the 18 characters.
    #[expect(clippy::missing_panics_doc, reason = "the bytes are always ASCII")]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("an account id is made of ASCII letters and digits")
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountId({})", self.as_str())
    }
}

/// Sets the case of every letter as the suffix says.
fn restore_case(id: &mut [u8; LONG]) -> Result<(), AccountIdProblem> {
    let (body, suffix) = id.split_at_mut(SHORT);
    for (block, code) in body.chunks_mut(BLOCK).zip(suffix) {
        let bits = SUFFIX_ALPHABET
            .iter()
            .position(|letter| letter == code)
            .ok_or(AccountIdProblem::ChecksumMismatch)?;
        for (k, byte) in block.iter_mut().enumerate() {
            if bits & (1 << k) == 0 {
                byte.make_ascii_lowercase();
            } else if byte.is_ascii_alphabetic() {
                byte.make_ascii_uppercase();
            } else {
                return Err(AccountIdProblem::ChecksumMismatch);
            }
        }
    }
    Ok(())
}

/// Computes the suffix of the first 15 characters.
fn suffix_of(id: &[u8; LONG]) -> [u8; LONG - SHORT] {
    let mut suffix = [0; LONG - SHORT];
    for (block, code) in id[..SHORT].chunks(BLOCK).zip(&mut suffix) {
        let bits = block
            .iter()
            .enumerate()
            .filter(|(_, byte)| byte.is_ascii_uppercase())
            .fold(0, |bits, (k, _)| bits | 1 << k);
        *code = SUFFIX_ALPHABET[bits];
    }
    suffix
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(raw: &str) -> Result<String, AccountIdProblem> {
        AccountId::parse(raw).map(|parsed| parsed.id.to_string())
    }

    #[test]
    fn known_suffixes_are_computed() {
        for (short, suffix) in [
            ("0011H000026CXpi", "QAG"),
            ("0014000000Lmabc", "AAB"),
            ("00558000001N0Ke", "AAK"),
            ("0036000000QKv5T", "AAT"),
            ("0013000001AAZTK", "AA5"),
            ("001C000000o4OOI", "IA2"),
            ("001C000000o4Ooi", "IAE"),
            ("a0BA0000000L2ZC", "MA0"),
            ("70130000001tcyI", "AAQ"),
            ("80120000000tEst", "AAE"),
            ("AAaAAbbBBBCcCCC", "123"),
        ] {
            let mut id = [0; LONG];
            id[..SHORT].copy_from_slice(short.as_bytes());
            assert_eq!(suffix_of(&id), suffix.as_bytes(), "{short}");
            if short.starts_with("001") {
                assert_eq!(canonical(short).unwrap(), format!("{short}{suffix}"));
            } else {
                assert_eq!(canonical(short), Err(AccountIdProblem::NotAnAccountId));
            }
        }
    }

    #[test]
    fn one_case_is_restored_and_mixed_case_must_match() {
        let id = "001C000000o4OoiIAE";
        for raw in [id, "001c000000o4ooiiae", "001C000000O4OOIIAE", "\u{feff} 001C000000o4OoiiAe\u{a0}"] {
            assert_eq!(canonical(raw).unwrap(), id, "{raw}");
        }
        let folded = AccountId::parse("001C000000O4OOIIAE").unwrap();
        assert!(folded.was_restored && !folded.is_mixed_case && folded.has_letters);
        // One letter's case changed while the rest stayed mixed: nothing says which one is right.
        assert_eq!(canonical("001C000000o4ooiIAE"), Err(AccountIdProblem::ChecksumMismatch));
    }

    #[test]
    fn an_id_that_is_upper_case_by_nature_is_valid() {
        let parsed = AccountId::parse("001ACME00100000YDA").unwrap();
        assert_eq!(parsed.id.as_str(), "001ACME00100000YDA");
        assert!(!parsed.was_restored && !parsed.is_mixed_case);
        assert_eq!(canonical("001ACME00100000").unwrap(), "001ACME00100000YDA");
    }

    #[test]
    fn digits_only_have_no_letters_though_the_suffix_has() {
        let parsed = AccountId::parse("001000000000001AAA").unwrap();
        assert!(!parsed.has_letters);
        // All 18 are digits: the suffix claims upper-case letters where digits are.
        assert_eq!(canonical("001000000000001000"), Err(AccountIdProblem::ChecksumMismatch));
    }

    #[test]
    fn the_first_problem_is_named() {
        for raw in ["", "   ", "001ACME002", "001C000000o4Oo!", "001C000000o4Ooié", "001C000000o4OoiIA"] {
            assert_eq!(canonical(raw), Err(AccountIdProblem::Malformed), "{raw}");
        }
        assert_eq!(canonical("INTERNATIONALCORPX"), Err(AccountIdProblem::NotAnAccountId));
        assert_eq!(canonical("001C000000O4OOIIA9"), Err(AccountIdProblem::ChecksumMismatch));
    }

    proptest! {
        #[test]
        fn never_panics(raw in ".{0,40}") {
            let _ = AccountId::parse(&raw);
        }

        #[test]
        fn canonical_form_is_a_fixed_point(body in "001[0-9A-Za-z]{12}") {
            let once = AccountId::parse(&body).unwrap().id;
            prop_assert_eq!(AccountId::parse(once.as_str()).unwrap().id, once);
            prop_assert_eq!(&once.as_str()[..SHORT], body);
        }

        #[test]
        fn folding_all_18_loses_nothing(body in "001[0-9A-Za-z]{12}") {
            let id = AccountId::parse(&body).unwrap().id;
            let (lower, upper) = (id.as_str().to_lowercase(), id.as_str().to_uppercase());
            prop_assert_eq!(AccountId::parse(&lower).unwrap().id, id);
            prop_assert_eq!(AccountId::parse(&upper).unwrap().id, id);
        }
    }
}
