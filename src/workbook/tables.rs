//! The columns of each table.

use super::{
    cell::Kind,
    sheet::{Column, column},
    words::{DISPOSITIONS, PLAN, Sayings, TRIAGE, match_rule, plain, repair},
};

/// Who the rows are about is left out of a redacted workbook.
const OF_USERS: [&str; 2] = ["user_name", "user_email"];

fn titles(words: &Sayings, codes: &str) -> String {
    words.titles(codes)
}

fn reasons(words: &Sayings, reasons: &str) -> String {
    words.reasons(reasons)
}

fn matched_by(_: &Sayings, rule: &str) -> String {
    match_rule(rule).to_owned()
}

fn repaired_by(_: &Sayings, action: &str) -> String {
    repair(action).to_owned()
}

fn in_plain_words(_: &Sayings, word: &str) -> String {
    plain(word)
}

fn input_meaning(words: &Sayings, reason: &str) -> String {
    words.input_meaning(reason)
}

fn input_advice(words: &Sayings, reason: &str) -> String {
    words.input_advice(reason)
}

fn source(_: &Sayings, source: &str) -> String {
    if source == "salesforce" { "Salesforce".to_owned() } else { "Zendesk".to_owned() }
}

/// The triage rows, then what was kept of the account file, then what people enter.
pub(super) fn accounts(kept: &[String]) -> Vec<Column> {
    let mut columns = vec![
        column("account_name", "Account", 28.0, Kind::Name),
        column("owner", "Owner", 18.0, Kind::Text),
        column("triage_status", "Status", 13.0, Kind::Word(&TRIAGE)),
        column("suggested_next_step", "Next step", 36.0, Kind::Text),
        column("top_issue_codes", "What is wrong", 50.0, Kind::Said(titles)),
        column("top_blocked_reasons", "Why it is blocked", 46.0, Kind::Said(reasons)),
        column("max_severity", "Severity", 10.0, Kind::Text),
        column("affected_open_ticket_count", "Open tickets affected", 10.0, Kind::Number),
        column("affected_user_count", "Users affected", 10.0, Kind::Number),
        column("total_issue_count", "Issues", 9.0, Kind::Number),
        column("prepared_action_count", "Prepared", 10.0, Kind::Number),
        column("blocked_action_count", "Blocked", 9.0, Kind::Number),
        column("review_count", "Review", 9.0, Kind::Number),
        column("detect_only_count", "Tickets only", 9.0, Kind::Number),
        column("suppressed_count", "Suppressed", 12.0, Kind::Number),
        column("organization_name", "Organization", 26.0, Kind::Text),
        column("match_rule", "Matched by", 20.0, Kind::Said(matched_by)),
        column("link_state", "Link", 12.0, Kind::Said(in_plain_words)),
        column("candidate_orgs", "Candidate organizations", 60.0, Kind::Lines),
        column("first_seen_on", "First seen", 12.0, Kind::Date),
        column("account_id", "Account ID", 22.0, Kind::Text),
        column("organization_url", "Organization ID", 18.0, Kind::Link("organization_id")),
        column("account_tickets_url", "Tickets", 14.0, Kind::LinkNamed("search tickets")),
    ];
    for name in kept {
        let is_ours = columns.iter().any(|ours| ours.title.eq_ignore_ascii_case(name));
        let title = if is_ours { format!("{name} (Salesforce)") } else { name.clone() };
        columns.push(Column { name: name.clone(), title, width: 18.0, kind: Kind::Kept });
    }
    columns.push(column("assignee", "Assignee", 18.0, Kind::Input));
    columns.push(column("note", "Note", 40.0, Kind::Input));
    columns.push(column("", "Made from", 30.0, Kind::MadeFrom));
    columns
}

/// The issues.
pub(super) fn issues(is_redacted: bool) -> Vec<Column> {
    let columns = vec![
        column("account_name", "Account", 26.0, Kind::Name),
        column("disposition", "Status", 12.0, Kind::Word(&DISPOSITIONS)),
        column("title", "Problem", 36.0, Kind::Text),
        column("reason", "What is wrong", 50.0, Kind::Text),
        column("blocked_meaning", "Why it is not repaired", 36.0, Kind::Text),
        column("what_to_do", "What to do", 40.0, Kind::Text),
        column("decision", "Decision", 13.0, Kind::InputDecision),
        column("until_on", "Until", 12.0, Kind::InputDate),
        column("assignee", "Assignee", 18.0, Kind::Input),
        column("note", "Note", 36.0, Kind::Input),
        column("decided", "Decided before", 26.0, Kind::Text),
        column("owner", "Owner", 18.0, Kind::Text),
        column("domain", "Domain", 26.0, Kind::Text),
        column("user_name", "User", 20.0, Kind::Text),
        column("user_email", "Address", 32.0, Kind::Text),
        column("actual_organization_name", "Is in", 22.0, Kind::Text),
        column("organization_name", "Should be in", 22.0, Kind::Text),
        column("match_rule", "Account matched by", 20.0, Kind::Said(matched_by)),
        column("severity", "Severity", 10.0, Kind::Text),
        column("first_seen_on", "First seen", 12.0, Kind::Date),
        column("age_days", "Age in days", 9.0, Kind::Number),
        column("account_id", "Account ID", 22.0, Kind::Text),
        column("organization_url", "Organization ID", 18.0, Kind::Link("organization_id")),
        column("user_url", "User ID", 18.0, Kind::Link("user_id")),
        column("ticket_url", "Ticket", 14.0, Kind::Link("ticket_id")),
        column("account_tickets_url", "Account's tickets", 14.0, Kind::LinkNamed("search tickets")),
        column("issue_key", "Issue key", 60.0, Kind::Text),
        column("fingerprint", "Fingerprint", 30.0, Kind::Hidden),
        column("", "Made from", 30.0, Kind::MadeFrom),
    ];
    without_users(columns, is_redacted)
}

/// The records that issues hang on.
pub(super) fn causes() -> Vec<Column> {
    vec![
        column("place", "Rank", 7.0, Kind::Number),
        column("cause_kind", "Kind", 14.0, Kind::Text),
        column("cause_name", "Record", 32.0, Kind::Name),
        column("issue_count", "Issues", 10.0, Kind::Number),
        column("cumulative_percent", "Up to here, of all", 11.0, Kind::Percent),
        column("account_names", "Whose customers", 44.0, Kind::Text),
        column("account_count", "Accounts", 10.0, Kind::Number),
        column("user_count", "Users", 9.0, Kind::Number),
        column("open_ticket_count", "Open tickets", 9.0, Kind::Number),
        column("codes", "What is wrong", 60.0, Kind::Said(titles)),
        column("next_steps", "What to do", 60.0, Kind::Lines),
        column("cause_url", "ID", 22.0, Kind::Link("cause_id")),
    ]
}

/// The repairs of a plan.
pub(super) fn plan(is_redacted: bool) -> Vec<Column> {
    let columns = vec![
        column("position", "No.", 7.0, Kind::Number),
        column("status", "Status", 13.0, Kind::Word(&PLAN)),
        column("account_name", "Account", 28.0, Kind::Name),
        column("action", "Repair", 32.0, Kind::Said(repaired_by)),
        column("organization_name", "Organization", 26.0, Kind::Text),
        column("user_name", "User", 20.0, Kind::Text),
        column("user_email", "Address", 32.0, Kind::Text),
        column("change", "Change", 46.0, Kind::Text),
        column("affects", "Affects", 46.0, Kind::Text),
        column("match_rule", "Account matched by", 20.0, Kind::Said(matched_by)),
        column("waits_for", "After No.", 10.0, Kind::Text),
        column("deferred_because", "Deferred because", 18.0, Kind::Said(in_plain_words)),
        column("owner", "Owner", 18.0, Kind::Text),
        column("account_id", "Account ID", 22.0, Kind::Text),
        column("organization_url", "Organization ID", 18.0, Kind::Link("organization_id")),
        column("user_url", "User ID", 18.0, Kind::Link("user_id")),
        column("issue_key", "Issue key", 60.0, Kind::Text),
    ];
    without_users(columns, is_redacted)
}

/// What is wrong in itself.
pub(super) fn data_to_fix() -> Vec<Column> {
    vec![
        column("source", "Where", 12.0, Kind::Said(source)),
        column("record_kind", "Record", 24.0, Kind::Text),
        column("record_name", "Name", 30.0, Kind::Text),
        column("column_name", "Field", 24.0, Kind::Text),
        column("value", "Value", 36.0, Kind::Text),
        column("reason", "What is wrong", 54.0, Kind::SaidUnless(input_meaning, "meaning")),
        column("reason", "What to do", 54.0, Kind::SaidUnless(input_advice, "next_step")),
        column("owner", "Owner", 18.0, Kind::Text),
        column("subject_url", "ID", 22.0, Kind::Link("subject_id")),
        column("line", "Line of the file", 9.0, Kind::Number),
    ]
}

fn without_users(mut columns: Vec<Column>, is_redacted: bool) -> Vec<Column> {
    columns.retain(|column| !is_redacted || !OF_USERS.contains(&column.name.as_str()));
    columns
}
