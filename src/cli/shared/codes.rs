//! Codes and classes of findings, as they are typed, and which of them a printed row is about.

use super::error::CliError;
use crate::{
    catalog::{blocked_reasons, rules},
    warehouse::{Read, Value, nouns::Noun},
};

/// The command that explains what the first of some rows is about, or that shows what can be explained.
pub(crate) fn first_of(read: &Read) -> String {
    let text = |column| match read.first(column) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    // A key begins with its code.
    let code = text("class").or(text("code")).or(text("issue_key").and_then(|key| key.split('/').next()));
    code.map_or_else(|| "list rules".to_owned(), |code| format!("explain {code}"))
}

/// The classes of findings that are one code each.
pub(crate) const CLASSES: &[(&str, &str)] = &[
    ("missing_org", "account_missing_zendesk_org"),
    ("missing_external_id", "org_missing_external_id"),
    ("external_id_conflict", "org_external_id_conflict"),
    ("duplicate_external_id", "org_duplicate_external_id"),
    ("default_org_mismatch", "user_default_org_not_expected"),
    ("ambiguous_domain", "user_domain_ambiguous"),
    ("blocked_by_duplicate", "user_resolution_blocked_duplicate_external_id"),
    ("ticket_org_null_domain_match", "ticket_missing_org"),
    ("ticket_org_mismatch_domain_match", "ticket_org_mismatch"),
];

/// A class of findings that is more or less than one code.
pub(crate) struct Class {
    pub(crate) name: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) codes: &'static [&'static str],
    /// Where it is listed.
    pub(crate) noun: &'static str,
}

/// The classes that `explain` and `--code` know beside those.
pub(crate) const OTHER_CLASSES: &[Class] = &[
    Class {
        name: "domain_mismatch",
        meaning: "A domain that Salesforce expects of an account is on no organization, or on another one.",
        codes: &["org_missing_expected_domain", "org_domain_attached_elsewhere"],
        noun: "orgs",
    },
    Class {
        name: "unassigned",
        meaning: "A user with a domain of an account is a member of no organization at all.",
        codes: &["user_missing_expected_membership"],
        noun: "users",
    },
    Class {
        name: "assigned_to_nonmatching_org",
        meaning: "A user with a domain of an account is a member of other organizations, but not of the account's.",
        codes: &["user_missing_expected_membership"],
        noun: "users",
    },
];

/// The value for `--code`: a code, or a class of findings; where only codes are known, the code of the class.
pub(crate) fn known(typed: &str, noun: &Noun) -> Result<String, CliError> {
    if rules().iter().any(|rule| rule.code == typed) {
        return Ok(typed.to_owned());
    }
    if let Some((_, code)) = CLASSES.iter().find(|(class, _)| *class == typed) {
        return Ok((*code).to_owned());
    }
    if let Some(class) = OTHER_CLASSES.iter().find(|class| class.name == typed) {
        return match noun.name {
            "orgs" | "users" | "tickets" => Ok(typed.to_owned()),
            _ => Err(CliError::usage(format!("{typed} is a class of findings, not a code"))
                .hint(format!("orgdrift list {} --code {typed}", class.noun))),
        };
    }
    Err(unknown(typed))
}

/// The error of a code that is none, with those that are like it.
pub(crate) fn unknown(typed: &str) -> CliError {
    let mut near = rules()
        .iter()
        .map(|rule| rule.code.to_owned())
        .chain(blocked_reasons().into_iter().map(|reason| reason.reason))
        .filter(|code| is_near(code, typed))
        .collect::<Vec<_>>();
    if near.iter().any(|code| code.contains(typed)) {
        near.retain(|code| code.contains(typed));
    }
    let error = CliError::usage(format!("there is no code {typed}"));
    if near.is_empty() {
        error.hint("`orgdrift list rules` shows all codes")
    } else {
        error.hint(format!("did you mean {}?", near.join(" or ")))
    }
}

/// Whether one contains the other, or most of their words are the same.
fn is_near(code: &str, typed: &str) -> bool {
    let typed = typed.to_lowercase().replace('-', "_");
    if typed.len() >= 3 && (code.contains(&typed) || typed.contains(code)) {
        return true;
    }
    let words: Vec<&str> = typed.split('_').collect();
    let shared = code.split('_').filter(|word| words.contains(word)).count();
    shared * 2 > words.len().max(code.split('_').count())
}
