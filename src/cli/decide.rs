//! `orgdrift decide --from FILE`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::shared::{context::Context, error::CliError, exit};
use crate::{
    decide::{self, Decided, Fate, Judged},
    model::Decision,
    output::{Screen, counted, table},
    warehouse::decisions::Subject,
};

/// Arguments of `decide`.
#[derive(Debug, Args)]
pub struct DecideArgs {
    /// The workbook with decisions, or its sheet Issues saved as CSV UTF-8
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Who is responsible for the decisions
    #[arg(long, value_name = "NAME", value_parser = named)]
    by: String,
}

pub(super) fn run(context: &Context, arguments: &DecideArgs) -> Result<u8, CliError> {
    context.only_text_or_json("decide")?;
    let warehouse = context.open_for_writing()?;
    let decided = decide::decide(&warehouse, &arguments.from, &arguments.by, &context.clock)?;
    if context.wants_json() {
        context.print(&format!("{:#}\n", as_json(&decided)))?;
    } else if !decided.rows.is_empty() {
        context.print(&as_text(&decided, context.screen()))?;
    }
    say(context, &decided);
    let has_taken =
        |decision| decided.rows.iter().any(|row| row.fate == Fate::Taken && row.decision == Some(decision));
    context.next(if has_taken(Decision::Suppress) || has_taken(Decision::AcceptRisk) {
        // They change what an audit finds.
        "audit"
    } else if has_taken(Decision::Fix) {
        "plan --approved"
    } else {
        "plan"
    });
    Ok(exit::DONE)
}

fn say(context: &Context, decided: &Decided) {
    let count = |is: fn(&Fate) -> bool| decided.rows.iter().filter(|row| is(&row.fate)).count();
    if decided.rows.is_empty() {
        context.talk(format!(
            "no decision was entered: {} of issues and accounts are as they were",
            counted(decided.untouched_count, "row")
        ));
        return;
    }
    context.talk(format!(
        "{} imported, {} imported before, {} skipped, {} unchanged",
        counted(count(|fate| *fate == Fate::Taken), "row"),
        count(|fate| *fate == Fate::Known),
        count(|fate| matches!(fate, Fate::PassedOver(_))),
        decided.untouched_count
    ));
    if count(|fate| matches!(fate, Fate::PassedOver(_))) > 0 {
        context.talk(format!(
            "rows are skipped if run {} does not show their issues as the sheet does; export a new workbook to decide about those",
            decided.run.run_id
        ));
    }
}

fn outcome(fate: Fate) -> &'static str {
    match fate {
        Fate::Taken => "taken",
        Fate::Known => "known",
        Fate::PassedOver(why) => why.as_str(),
    }
}

fn about(subject: &Subject) -> &str {
    match subject {
        Subject::Issue(key) => key,
        Subject::Account(id) => id,
    }
}

/// What a row decides. Who takes care and why are of people, and stay in the warehouse.
fn decision(row: &Judged) -> &'static str {
    row.decision.map_or(if row.words.is_blank() { "taken back" } else { "note" }, Decision::as_str)
}

fn as_text(decided: &Decided, screen: Screen) -> String {
    let mut rows = table::records(&["outcome", "where", "decision", "until", "about"]);
    for row in &decided.rows {
        let place = row.place.to_string();
        rows.add_row([outcome(row.fate), &place, decision(row), &row.words.until, about(&row.subject)]);
    }
    rows.shown(screen).text
}

fn as_json(decided: &Decided) -> serde_json::Value {
    let rows: Vec<_> = decided
        .rows
        .iter()
        .map(|row| {
            let (issue_key, account_id) = match &row.subject {
                Subject::Issue(key) => (Some(key), None),
                Subject::Account(id) => (None, Some(id)),
            };
            json!({
                "outcome": outcome(row.fate),
                "sheet": row.place.sheet,
                "line": row.place.line,
                "issue_key": issue_key,
                "account_id": account_id,
                "decision": row.decision,
                "until": Some(&row.words.until).filter(|until| !until.is_empty()),
            })
        })
        .collect();
    json!({ "run_id": decided.run.run_id, "rows": rows, "untouched_count": decided.untouched_count })
}

/// A name that is not blank.
fn named(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("it is blank"),
        text => Ok(text.to_owned()),
    }
}
