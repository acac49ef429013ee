//! A trace for a terminal: sections of lines and short tables, a hundred columns wide.

use super::{
    details::{details, id_of},
    page::{Page, SHOWN},
};
use crate::{
    model::{ApplyMode, Repair},
    output::{NAME, Screen, brief, counted, printable, table},
    trace::{Trace, TracedAccount, history::TracedIssue},
    warehouse::affected::Behind,
};

/// How many accounts are explained to a person; JSON has all.
const EXPLAINED: usize = 3;

/// What hangs on the record, in a sentence.
fn cause(behind: &Behind) -> String {
    let about: Vec<_> = [
        (behind.account_count, "account"),
        (behind.user_count, "user"),
        (behind.open_ticket_count, "unclosed ticket"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| counted(count, what))
    .collect();
    let about = if about.is_empty() { String::new() } else { format!(": {}", about.join(", ")) };
    let hang = if behind.issue_count == 1 { "hangs" } else { "hang" };
    format!("{} {hang} on this record{about}.", counted(behind.issue_count, "finding"))
}

/// What is printed.
pub(super) fn of(trace: &Trace, screen: Screen) -> String {
    let mut page = Page::new(screen);
    page.line(&format!("{} {} in run {}", trace.kind, id_of(trace), trace.run_id));
    page.line(&format!(
        "salesforce snapshot {} ({}), zendesk snapshot {} ({})",
        trace.salesforce_snapshot.snapshot_id,
        trace.salesforce_snapshot.taken_at,
        trace.zendesk_snapshot.snapshot_id,
        trace.zendesk_snapshot.taken_at
    ));
    page.paragraph(&trace.remarks);
    details(&mut page, trace);
    for account in trace.accounts.iter().take(EXPLAINED) {
        link(&mut page, account);
    }
    if trace.accounts.len() > EXPLAINED {
        page.section(&format!("{} more accounts", trace.accounts.len() - EXPLAINED));
        page.sentence("--json explains the links of all.");
    }
    if let Some(behind) = &trace.cause_of {
        page.section("cause");
        page.sentence(&cause(behind));
    }
    issues(&mut page, "issues", &trace.issues);
    if !trace.hygiene_findings.is_empty() {
        issues(&mut page, "hygiene findings", &trace.hygiene_findings);
    }
    plans(&mut page, trace);
    receipts(&mut page, trace);
    fix(&mut page, trace);
    page.text
}

/// Which link rules were considered for an account, and what became of them.
fn link(page: &mut Page, account: &TracedAccount) {
    page.section(&format!(
        "link of account {} ({}): {}",
        account.record.account_id,
        brief(&account.record.account_name, NAME),
        account.link_state().as_str()
    ));
    page.paragraph(std::slice::from_ref(&account.explanation.summary));
    let mut rows = table::new(&["rule", "verdict", "organizations", "why"]);
    for rule in &account.explanation.rules {
        let mut ids: Vec<String> =
            rule.organizations.iter().take(SHOWN).map(|named| named.organization_id.to_string()).collect();
        if rule.organizations.len() > SHOWN {
            ids.push(format!("{} more", rule.organizations.len() - SHOWN));
        }
        rows.add_row([
            rule.rule.as_str().to_owned(),
            rule.verdict.as_str().to_owned(),
            ids.join("\n"),
            printable(&rule.why.join(" ")),
        ]);
    }
    page.table(&rows);
}

fn issues(page: &mut Page, title: &str, issues: &[TracedIssue]) {
    page.section(title);
    if issues.is_empty() {
        return page.sentence("No run has one about this record itself.");
    }
    for issue in issues.iter().take(SHOWN) {
        let history = history(issue);
        if let Some(row) = &issue.in_run {
            let action = row.blocked_reason.as_deref().or(row.action.map(Repair::as_str));
            let action = action.map(|action| format!(" ({action})")).unwrap_or_default();
            page.line(&format!("  {}: {}{action}, {}", issue.code, row.disposition, issue.severity));
            page.key("", &issue.issue_key);
            page.indented(&[row.reason.clone(), history]);
            if let Some(root) = &row.root_issue_key {
                page.key("waits for ", root);
            }
        } else {
            page.line(&format!("  {}: not in this run", issue.code));
            page.key("", &issue.issue_key);
            page.indented(&[history]);
        }
    }
    page.more(issues.len());
}

fn history(issue: &TracedIssue) -> String {
    let runs = if issue.first_run_id == issue.last_run_id {
        format!("Seen in run {}", issue.first_run_id)
    } else {
        format!("Seen in {} runs, from {} to {}", issue.run_count, issue.first_run_id, issue.last_run_id)
    };
    let reopened = match issue.reopened_count {
        0 => String::new(),
        1 => ", reopened once".to_owned(),
        times => format!(", reopened {times} times"),
    };
    let repaired = issue
        .repaired_by_plan_id
        .map(|plan_id| format!(", although plan {plan_id} had repaired it"))
        .unwrap_or_default();
    format!("{runs}{reopened}{repaired}; {} now.", if issue.is_open { "open" } else { "resolved" })
}

fn plans(page: &mut Page, trace: &Trace) {
    page.section("plan actions");
    if trace.plan_actions.is_empty() {
        return page.sentence("No plan touches it.");
    }
    for row in trace.plan_actions.iter().take(SHOWN) {
        let action = row.action.as_ref().map(|action| format!(" {action}")).unwrap_or_default();
        let reason = row.blocked_reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        page.line(&format!("  plan {}, {}: {}{action}{reason}", row.plan_id, row.plan_state, row.status));
        page.key("", &row.issue_key);
    }
    page.more(trace.plan_actions.len());
}

/// What applies did; without one there is nothing to say.
fn receipts(page: &mut Page, trace: &Trace) {
    if trace.receipts.is_empty() {
        return;
    }
    page.section("receipts");
    for row in trace.receipts.iter().take(SHOWN) {
        let mode = if row.mode == ApplyMode::Live { "apply" } else { "dry run" };
        let action = row.action.as_ref().map(|action| format!(" {action}")).unwrap_or_default();
        let reason = row.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        page.line(&format!(
            "  {mode} {} of plan {}, {}: {}{action}{reason}",
            row.attempt_id, row.plan_id, row.decided_at, row.outcome
        ));
        page.key("", &row.issue_key);
    }
    page.more(trace.receipts.len());
}

fn fix(page: &mut Page, trace: &Trace) {
    page.section("likely fix");
    match &trace.likely_fix {
        None => page.sentence("Nothing of this record is to be fixed in this run."),
        Some(fix) => {
            // A ticket that waits for nothing is filed by hand: the action of its code is about requesters.
            let action = match fix.suggested_action.as_deref() {
                _ if fix.code.starts_with("ticket_") => String::new(),
                action => format!(": {}", action.unwrap_or("review")),
            };
            page.line(&format!("  {}{action}", fix.code));
            if fix.is_root_of_another {
                page.key("to be fixed first: ", &fix.issue_key);
            }
            page.indented(&fix.text);
        }
    }
}
