//! The `external_id` of a Zendesk organization as a match key.

use super::account_id::{AccountId, AccountIdProblem};

/// An organization's `external_id`, ready for comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExternalIdKey<'a> {
    /// The value without surrounding white space; `None` when null, empty or only white space.
    pub text: Option<&'a str>,
    /// The canonical account id, when the value is one.
    pub account_id: Option<AccountId>,
}

/// Splits an `external_id` into its trimmed text and, where it is one, the account id.
///
/// Zendesk compares these values without case and keeps the 15 and the 18 character form of one
/// account apart
/// (<https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/>), so two
/// organizations of one account show only in the canonical id.
pub fn external_id_key(raw: Option<&str>) -> ExternalIdKey<'_> {
    let text = raw.map(str::trim).filter(|text| !text.is_empty());
    ExternalIdKey {
        text,
        account_id: text.and_then(|text| AccountId::parse(text).ok()).map(|parsed| parsed.id),
    }
}

/// Returns the account that a text names: the 18-character id, or the text itself where it has the shape of an
/// account id and its checksum does not match, which names an account that nobody has.
pub fn named_account(text: &str) -> Option<String> {
    match AccountId::parse(text) {
        Ok(parsed) => Some(parsed.id.as_str().to_owned()),
        Err(AccountIdProblem::ChecksumMismatch) => {
            let text = text.trim();
            text.starts_with("001").then(|| text.to_owned())
        }
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_is_none_and_both_lengths_are_one_account() {
        for raw in [None, Some(""), Some(" \u{a0}\u{2003}\n")] {
            let key = external_id_key(raw);
            assert_eq!((key.text, key.account_id), (None, None), "{raw:?}");
        }
        let short = external_id_key(Some(" 001C000000o4Ooi "));
        let long = external_id_key(Some("001C000000o4OoiIAE"));
        assert_eq!(short.text, Some("001C000000o4Ooi"));
        assert!(short.account_id.is_some());
        assert_eq!(short.account_id, long.account_id);
        let other = external_id_key(Some("crm-17"));
        assert_eq!((other.text, other.account_id), (Some("crm-17"), None));
    }
}
