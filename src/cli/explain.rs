//! `orgdrift explain WORD`

use clap::Args;
use serde_json::json;

use super::shared::{
    codes::{listed_under, unknown_word},
    context::Context,
    error::CliError,
    exit,
};
use crate::{
    catalog::{BlockedReason, Class, Meaning, Rule, blocked_reasons, classes, rules, vocabulary},
    model::Repair,
};

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A code, a reason, a status, a column or another word that orgdrift prints
    #[arg(value_name = "WORD", num_args = 1.., required = true)]
    words: Vec<String>,
    /// Also print the SQL of the rule
    #[arg(long)]
    sql: bool,
}

pub(super) fn run(context: &Context, arguments: &ExplainArgs) -> Result<u8, CliError> {
    context.only_text_or_json("explain")?;
    let typed = &arguments.words.join(" ");
    let typed = typed.as_str();
    let classes = classes();
    let class = classes.iter().find(|class| class.name == typed);
    if let Some((class, meaning)) = class.and_then(|class| Some((class, class.meaning.as_deref()?))) {
        return explain_class(context, class, meaning, arguments.sql);
    }
    let code = class.and_then(Class::only_rule).map_or(typed, |rule| rule.code);
    let rules = rules();
    let rule = rules.iter().find(|rule| rule.code == code);
    // Some reasons have the name of a code or a class; then both are meant.
    let reasons = blocked_reasons();
    let reason = reasons.iter().find(|reason| reason.reason == typed);
    if rule.is_none() && reason.is_none() {
        return explain_word(context, typed);
    }
    if context.wants_json() {
        let mut json = rule.map_or_else(|| json!({}), as_json);
        if let Some(BlockedReason { reason, meaning, what_to_do, .. }) = reason {
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

/// How many meanings of a column's name are printed; JSON has all.
const MEANINGS: usize = 8;

/// Explains a word that is not a rule: what columns of that value or that name mean.
fn explain_word(context: &Context, typed: &str) -> Result<u8, CliError> {
    let is_same = |word: &str| {
        let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
        plain(word) == plain(typed)
    };
    let mut found: Vec<Meaning> = Vec::new();
    for meaning in vocabulary().into_iter().filter(|meaning| is_same(&meaning.word)) {
        match found.iter_mut().find(|known| known.meaning == meaning.meaning) {
            Some(known) => {
                known.about.push_str("; ");
                known.about.push_str(&meaning.about);
            }
            None => found.push(meaning),
        }
    }
    if found.is_empty() {
        return Err(unknown_word(typed));
    }
    if context.wants_json() {
        let json = serde_json::to_string_pretty(&found).map_err(std::io::Error::from)?;
        context.print(&format!("{json}\n"))?;
    } else {
        let shown: Vec<String> = found.iter().take(MEANINGS).map(meaning_as_text).collect();
        context.print(&shown.join("\n"))?;
        if found.len() > MEANINGS {
            context.talk(format!("{} more meanings: --json prints all", found.len() - MEANINGS));
        }
    }
    context.next("export workbook --output drift.xlsx");
    Ok(exit::DONE)
}

fn meaning_as_text(Meaning { word, about, meaning }: &Meaning) -> String {
    format!("{word} ({})\n{meaning}\n", about.trim_end_matches('.'))
}

fn reason_as_text(BlockedReason { reason, meaning, what_to_do, .. }: &BlockedReason) -> String {
    format!("{reason} (why a repair is blocked)\n{meaning}\n\nWhat to do: {what_to_do}\n")
}

/// Explains a class by the codes that it is made of.
fn explain_class(context: &Context, class: &Class, meaning: &str, with_sql: bool) -> Result<u8, CliError> {
    if context.wants_json() {
        let json = json!({
            "class": class.name,
            "meaning": meaning,
            "rules": class.rules.iter().map(as_json).collect::<Vec<_>>(),
        });
        context.print(&format!("{json:#}\n"))?;
    } else {
        let codes: Vec<&str> = class.rules.iter().map(|rule| rule.code).collect();
        let mut text =
            format!("{} (a class of findings, from {})\n{meaning}\n", class.name, codes.join(" and "));
        for rule in &class.rules {
            text.push('\n');
            text.push_str(&as_text(rule, with_sql));
        }
        context.print(&text)?;
    }
    context.next(&format!("list {} --code {}", listed_under(class), class.name));
    Ok(exit::DONE)
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
        rule.action.map_or("none", Repair::as_str),
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
        "action": rule.action.map(Repair::as_str),
        "needs": rule.needs.iter().map(|need| need.as_str()).collect::<Vec<_>>(),
        "classes": rule.classes().collect::<Vec<_>>(),
        "cause": rule.cause.as_str(),
        "evidence": rule.evidence,
        "documentation": rule.documentation,
        "sql": rule.sql,
        "sql_sha256": rule.sql_sha256,
    })
}
