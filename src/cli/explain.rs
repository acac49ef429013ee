//! `orgdrift explain CODE`

use clap::Args;
use serde_json::json;

use super::{CliError, context::Context, exit};
use crate::{
    catalog::{BlockedReason, Rule, blocked_reasons, rules},
    warehouse::{Read, Value, nouns::Noun},
};

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The code, a class of findings, or the reason for which a repair is blocked
    code: String,
    /// Show the rule's SQL as well
    #[arg(long)]
    sql: bool,
}

pub(super) fn run(context: &Context, arguments: &ExplainArgs) -> Result<u8, CliError> {
    context.only_text_or_json("explain")?;
    let typed = arguments.code.as_str();
    if let Some(class) = OTHER_CLASSES.iter().find(|class| class.name == typed) {
        return explain_class(context, class, arguments.sql);
    }
    let code = CLASSES.iter().find(|(class, _)| *class == typed).map_or(typed, |&(_, code)| code);
    let rules = rules();
    let rule = rules.iter().find(|rule| rule.code == code);
    // Some reasons have the name of a code or a class; then both are meant.
    let reasons = blocked_reasons();
    let reason = reasons.iter().find(|reason| reason.reason == typed);
    if rule.is_none() && reason.is_none() {
        return Err(unknown(typed));
    }
    if context.wants_json() {
        let mut json = rule.map_or_else(|| json!({}), as_json);
        if let Some(BlockedReason { reason, meaning, what_to_do }) = reason {
            json["blocked_reason"] = json!(reason);
            json["meaning"] = json!(meaning);
            json["what_to_do"] = json!(what_to_do);
        }
        context.print(&format!("{json:#}\n"))?;
    } else {
        let parts: Vec<String> = reason
            .map(reason_as_text)
            .into_iter()
            .chain(rule.map(|rule| as_text(rule, arguments.sql)))
            .collect();
        context.print(&parts.join("\n"))?;
    }
    context.next(&match rule {
        Some(rule) => format!("list issues --code {}", rule.code),
        None => "list issues --disposition blocked".to_owned(),
    });
    Ok(exit::DONE)
}

/// The command that explains what the first of some rows is about, or that shows what can be explained.
pub(super) fn first_of(read: &Read) -> String {
    let text = |column| match read.first(column) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    // A key begins with its code.
    let code = text("class").or(text("code")).or(text("issue_key").and_then(|key| key.split('/').next()));
    code.map_or_else(|| "list rules".to_owned(), |code| format!("explain {code}"))
}

fn reason_as_text(BlockedReason { reason, meaning, what_to_do }: &BlockedReason) -> String {
    format!("{reason} (why a repair is blocked)\n{meaning}\n\nWhat to do: {what_to_do}\n")
}

/// The classes of findings that are one code each.
const CLASSES: &[(&str, &str)] = &[
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
struct Class {
    name: &'static str,
    meaning: &'static str,
    codes: &'static [&'static str],
    /// Where it is listed.
    noun: &'static str,
}

const OTHER_CLASSES: &[Class] = &[
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

/// Explains a class by the codes that it is made of.
fn explain_class(context: &Context, class: &Class, with_sql: bool) -> Result<u8, CliError> {
    let rules = rules();
    let of_class = || rules.iter().filter(|rule| class.codes.contains(&rule.code));
    if context.wants_json() {
        let json = json!({
            "class": class.name,
            "meaning": class.meaning,
            "rules": of_class().map(as_json).collect::<Vec<_>>(),
        });
        context.print(&format!("{json:#}\n"))?;
    } else {
        let mut text = format!(
            "{} (a class of findings, from {})\n{}\n",
            class.name,
            class.codes.join(" and "),
            class.meaning
        );
        for rule in of_class() {
            text.push('\n');
            text.push_str(&as_text(rule, with_sql));
        }
        context.print(&text)?;
    }
    context.next(&format!("list {} --code {}", class.noun, class.name));
    Ok(exit::DONE)
}

/// The value for `--code`: a code, or a class of findings; where only codes are known, the code of the class.
pub(super) fn known(typed: &str, noun: &Noun) -> Result<String, CliError> {
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

fn unknown(typed: &str) -> CliError {
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

fn as_text(rule: &Rule, with_sql: bool) -> String {
    let needs = rule.needs.iter().map(|need| need.as_str()).collect::<Vec<_>>().join(", ");
    let mut text = format!(
        "{} (version {}, {}, {}, {})\n{}\n\n{}\n\nrepair: {}\nneeds: {needs}\n",
        rule.code,
        rule.version,
        rule.family,
        rule.layer,
        rule.severity,
        rule.title,
        rule.documentation,
        rule.action.unwrap_or("none"),
    );
    if with_sql {
        text.push('\n');
        text.push_str(rule.sql);
    }
    text
}

fn as_json(rule: &Rule) -> serde_json::Value {
    json!({
        "code": rule.code,
        "version": rule.version,
        "family": rule.family.as_str(),
        "layer": rule.layer.as_str(),
        "severity": rule.severity.as_str(),
        "title": rule.title,
        "action": rule.action,
        "needs": rule.needs.iter().map(|need| need.as_str()).collect::<Vec<_>>(),
        "documentation": rule.documentation,
        "sql": rule.sql,
        "sql_sha256": rule.sql_sha256,
    })
}
