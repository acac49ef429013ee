//! `orgdrift explain CODE`

use clap::Args;
use serde_json::json;

use super::{CliError, context::Context, exit};
use crate::catalog::{Rule, rules};

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The code
    code: String,
    /// Show the rule's SQL as well
    #[arg(long)]
    sql: bool,
}

pub(super) fn run(context: &Context, arguments: &ExplainArgs) -> Result<u8, CliError> {
    let rules = rules();
    let Some(rule) = rules.iter().find(|rule| rule.code == arguments.code) else {
        let near = rules
            .iter()
            .map(|rule| rule.code)
            .filter(|code| is_near(code, &arguments.code))
            .collect::<Vec<_>>();
        let error = CliError::usage(format!("there is no code {}", arguments.code));
        return Err(if near.is_empty() {
            error.hint("«orgdrift list rules» shows all codes")
        } else {
            error.hint(format!("did you mean {}?", near.join(" or ")))
        });
    };
    if context.wants_json() {
        context.print(&format!("{:#}\n", as_json(rule)))?;
    } else {
        context.print(&as_text(rule, arguments.sql))?;
    }
    context.next(&format!("list issues --code {}", rule.code));
    Ok(exit::DONE)
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
