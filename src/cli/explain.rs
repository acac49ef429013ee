//! `orgdrift explain CODE`

use clap::Args;
use serde_json::json;

use super::{CliError, context::Context, exit};
use crate::{
    catalog::{BlockedReason, Rule, blocked_reasons, rules},
    warehouse::nouns::Noun,
};

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The code, or the reason for which a repair is blocked
    code: String,
    /// Show the rule's SQL as well
    #[arg(long)]
    sql: bool,
}

pub(super) fn run(context: &Context, arguments: &ExplainArgs) -> Result<u8, CliError> {
    context.only_text_or_json("explain")?;
    let rules = rules();
    if let Some(reason) = blocked_reasons().iter().find(|reason| reason.reason == arguments.code) {
        if context.wants_json() {
            let json = json!({
                "blocked_reason": reason.reason,
                "meaning": reason.meaning,
                "what_to_do": reason.what_to_do,
            });
            context.print(&format!("{json:#}\n"))?;
        } else {
            let BlockedReason { reason, meaning, what_to_do } = reason;
            context.print(&format!(
                "{reason} (why a repair is blocked)\n{meaning}\n\nWhat to do: {what_to_do}\n"
            ))?;
        }
        if !rules.iter().any(|rule| rule.code == arguments.code) {
            context.next("list issues --disposition blocked");
            return Ok(exit::DONE);
        }
        context.print("\n")?;
    }
    let code = CLASSES
        .iter()
        .find(|(class, _)| *class == arguments.code)
        .map_or(arguments.code.as_str(), |&(_, code)| code);
    let Some(rule) = rules.iter().find(|rule| rule.code == code) else {
        return Err(unknown(&arguments.code));
    };
    if context.wants_json() {
        context.print(&format!("{:#}\n", as_json(rule)))?;
    } else {
        context.print(&as_text(rule, arguments.sql))?;
    }
    context.next(&format!("list issues --code {}", rule.code));
    Ok(exit::DONE)
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

/// The classes of findings that are more or less than one code.
const OTHER_CLASSES: &[&str] = &["domain_mismatch", "unassigned", "assigned_to_nonmatching_org"];

/// The value for `--code`: a code, or a class of findings; where only codes are known, the code of the class.
pub(super) fn known(typed: &str, noun: &Noun) -> Result<String, CliError> {
    if rules().iter().any(|rule| rule.code == typed) {
        return Ok(typed.to_owned());
    }
    if let Some((_, code)) = CLASSES.iter().find(|(class, _)| *class == typed) {
        return Ok((*code).to_owned());
    }
    if OTHER_CLASSES.contains(&typed) {
        return match noun.name {
            "orgs" | "users" | "tickets" => Ok(typed.to_owned()),
            _ => Err(CliError::usage(format!("{typed} is a class of findings, not a code")).hint(format!(
                "orgdrift list {} --code {typed}",
                if typed == "domain_mismatch" { "orgs" } else { "users" }
            ))),
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
        error.hint("«orgdrift list rules» shows all codes")
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
