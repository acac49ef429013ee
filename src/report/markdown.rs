//! The report as Markdown: what a chat or a mail shows.

use std::fmt::Write as _;

use super::{
    content::{Content, minute},
    words::{Sayings, change, known, named, number, plain, share, shown},
};
use crate::{model::SuppressionState, output::counted};

/// Causes, owners and accounts that are listed.
const MOST: usize = 10;

/// The whole text.
pub(super) fn text(content: &Content<'_>) -> String {
    let sayings = Sayings::new();
    let mut text = format!("# Customer data drift: {}\n\n", cell(Some(content.company())));
    let _ = writeln!(
        text,
        "Run {}. Salesforce accounts {}; Zendesk records {}.\n",
        content.run_id,
        content.age(&content.of_run.accounts_taken_at),
        content.age(&content.of_run.records_taken_at)
    );
    coverage(&mut text, content);
    figures(&mut text, content);
    codes(&mut text, content);
    causes(&mut text, content, &sayings);
    repairs(&mut text, content);
    accounts(&mut text, content);
    suppressions(&mut text, content);
    let _ = writeln!(text, "Made by orgdrift {} at {}.", env!("CARGO_PKG_VERSION"), minute(&content.made_at));
    text
}

fn coverage(text: &mut String, content: &Content<'_>) {
    if content.gaps.is_empty() && content.not_evaluated_count() == 0 {
        text.push_str("Every collection was read to its end, and every code was evaluated.\n\n");
        return;
    }
    text.push_str("**Not everything is known.** What is missing below is not known to be fine.\n\n");
    for gap in content.gaps {
        let _ = writeln!(text, "- {}", cell(Some(gap)));
    }
    text.push('\n');
}

fn figures(text: &mut String, content: &Content<'_>) {
    let (now, before) = (content.affected, content.affected_before);
    text.push_str("| | affected | |\n|---|---|---|\n");
    for (what, now, before) in [
        ("accounts", now.accounts, before.map(|before| before.accounts)),
        ("eligible users", now.users, before.map(|before| before.users)),
        ("tickets not closed", now.tickets, before.map(|before| before.tickets)),
    ] {
        let change = change(now, before, content.previous_run_id).unwrap_or_default();
        let _ = writeln!(text, "| {what} | {} | {change} |", share(now));
    }
    let gaps = content.not_evaluated_count();
    let known = if gaps == 0 { "" } else { " known" };
    let _ = writeln!(text, "\n{} open issues{known}. {}\n", number(content.open_count()), content.since());
}

fn codes(text: &mut String, content: &Content<'_>) {
    text.push_str("## By code\n\n| code | severity | open |\n|---|---|---|\n");
    for row in content.codes.iter().filter(|row| row.text("family") == Some("drift")) {
        let open = row.integer("issue_count").map_or_else(
            || format!("not evaluated: {}", plain(row.text("reason").unwrap_or_default())),
            number,
        );
        let code = row.text("code").unwrap_or_default();
        let _ = writeln!(text, "| `{code}` | {} | {open} |", row.text("severity").unwrap_or_default());
    }
    text.push('\n');
}

fn causes(text: &mut String, content: &Content<'_>, sayings: &Sayings) {
    if content.causes.is_empty() {
        return;
    }
    text.push_str("## What stands behind it\n\n| record | findings | users | open tickets | what vanishes |\n|---|---|---|---|---|\n");
    for row in content.causes.iter().take(MOST) {
        let count = |column| known(row.integer(column));
        let _ = writeln!(
            text,
            "| {} {} | {} | {} | {} | {} |",
            plain(row.text("cause_kind").unwrap_or_default()),
            cell(Some(&named(row.text("cause_name"), row.text("cause_id").unwrap_or_default()))),
            count("issue_count"),
            count("user_count"),
            count("open_ticket_count"),
            cell(Some(&sayings.titles(row.text("codes").unwrap_or_default()).join(" "))),
        );
    }
    text.push('\n');
}

fn repairs(text: &mut String, content: &Content<'_>) {
    if content.repairs.is_empty() {
        return;
    }
    text.push_str("## What the repairs did\n\n| plan | applied on | made | held | came back | still open |\n|---|---|---|---|---|---|\n");
    for row in content.repairs.iter().take(MOST) {
        let count = |column| known(row.integer(column));
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            count("plan_id"),
            row.text("day").unwrap_or_default(),
            count("made_count"),
            count("held_count"),
            count("returned_count"),
            count("open_count")
        );
    }
    text.push('\n');
}

fn accounts(text: &mut String, content: &Content<'_>) {
    if content.accounts.is_empty() {
        return;
    }
    text.push_str("## The worst accounts\n\n| account | owner | status | issues | open tickets | next step |\n|---|---|---|---|---|---|\n");
    for row in content.accounts.iter().take(MOST) {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            cell(Some(&named(row.text("account_name"), row.text("account_id").unwrap_or_default()))),
            cell(row.text("owner")),
            plain(row.text("triage_status").unwrap_or_default()),
            known(row.integer("issue_count")),
            known(row.integer("open_ticket_count")),
            cell(row.text("next_step"))
        );
    }
    text.push('\n');
}

fn suppressions(text: &mut String, content: &Content<'_>) {
    for one in content.suppressions.iter().take(MOST) {
        let issues =
            one.issue_count.map_or_else(|| "issues not known".to_owned(), |count| counted(count, "issue"));
        let verb = if one.state == SuppressionState::Lapsed { "ended" } else { "ends" };
        let _ =
            writeln!(text, "- Suppression {} {verb} on {} ({issues}).", one.suppression_id, one.expires_on);
    }
    if let Some(first) = content.lapsed.iter().next() {
        let count = first.integer("lapsed_count").unwrap_or_default();
        let _ = writeln!(text, "- {} no longer in force: the issues changed.", counted(count, "approval"));
    }
    if !content.suppressions.is_empty() || !content.lapsed.is_empty() {
        text.push('\n');
    }
}

/// Text of anybody inside a table: nothing of it is Markdown or HTML.
fn cell(text: Option<&str>) -> String {
    let mut escaped = String::new();
    for character in shown(text).chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                escaped.push('\\');
                escaped.push(character);
            }
            character => escaped.push(character),
        }
    }
    escaped
}
