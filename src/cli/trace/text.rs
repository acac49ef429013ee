//! A trace for a terminal: sections of lines and short tables, a hundred columns wide.

use comfy_table::{Cell, Table};

use crate::{
    output::{OutputError, printable, table},
    trace::{Details, Pointer, Trace, TracedAccount, history::TracedIssue},
    warehouse::trace::{Membership, RecentTicket, UserRecord},
};

/// Wider than it, and a line breaks in a terminal.
const WIDTH: u16 = 98;

/// So many rows of a kind fit a person; JSON has all.
const SHOWN: usize = 20;

/// So many accounts are explained to a person; JSON has all.
const EXPLAINED: usize = 3;

/// What is printed.
pub(super) fn of(trace: &Trace) -> Result<String, OutputError> {
    let mut page = Page::default();
    page.line(&format!("{} {} in run {}", trace.kind, id_of(trace), trace.run_id));
    page.line(&format!(
        "salesforce snapshot {} ({}), zendesk snapshot {} ({})",
        trace.salesforce_snapshot.snapshot_id,
        trace.salesforce_snapshot.taken_at,
        trace.zendesk_snapshot.snapshot_id,
        trace.zendesk_snapshot.taken_at
    ));
    page.paragraph(&trace.remarks)?;
    details(&mut page, trace)?;
    for account in trace.accounts.iter().take(EXPLAINED) {
        link(&mut page, account)?;
    }
    if trace.accounts.len() > EXPLAINED {
        page.section(&format!("{} more accounts", trace.accounts.len() - EXPLAINED));
        page.paragraph(&["--json explains the links of all.".to_owned()])?;
    }
    issues(&mut page, "issues", &trace.issues)?;
    if !trace.hygiene_findings.is_empty() {
        issues(&mut page, "hygiene findings", &trace.hygiene_findings)?;
    }
    plans(&mut page, trace)?;
    fix(&mut page, trace)?;
    Ok(page.0)
}

/// The text as it grows.
#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, line: &str) {
        self.0.push_str(&printable(line));
        self.0.push('\n');
    }

    fn section(&mut self, title: &str) {
        self.0.push('\n');
        self.line(title);
    }

    /// A table, indented, no wider than the page.
    fn table(&mut self, mut table: Table) -> Result<(), OutputError> {
        table.set_width(WIDTH);
        let mut out = Vec::new();
        table::write_table(&table, &mut out)?;
        for line in String::from_utf8_lossy(&out).lines() {
            // The style leaves a blank at the left of each cell.
            self.0.push(' ');
            self.0.push_str(line);
            self.0.push('\n');
        }
        Ok(())
    }

    /// Sentences, wrapped.
    fn paragraph(&mut self, sentences: &[String]) -> Result<(), OutputError> {
        if sentences.is_empty() {
            return Ok(());
        }
        let mut lines = table::plain();
        for sentence in sentences {
            lines.add_row([printable(sentence)]);
        }
        self.table(lines)
    }

    /// Names and values; what is not known is left out.
    fn fields(&mut self, fields: &[(&str, Option<String>)]) -> Result<(), OutputError> {
        let mut lines = table::plain();
        for (name, value) in fields {
            if let Some(value) = value {
                lines.add_row([(*name).to_owned(), printable(value)]);
            }
        }
        self.table(lines)
    }
}

fn text(value: impl ToString) -> Option<String> {
    Some(value.to_string())
}

fn or_none(id: Option<i64>) -> String {
    id.map_or_else(|| "none".to_owned(), |id| id.to_string())
}

fn cell(value: Option<impl ToString>) -> Cell {
    Cell::new(value.map(|value| printable(&value.to_string())).unwrap_or_default())
}

fn joined<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn id_of(trace: &Trace) -> String {
    match &trace.details {
        Details::Account { account_id, .. } => account_id.clone(),
        Details::Organization { organization, .. } => organization.record.organization_id.to_string(),
        Details::User { user, .. } => user.record.user_id.to_string(),
        Details::Ticket { ticket, .. } => ticket.record.ticket_id.to_string(),
    }
}

fn details(page: &mut Page, trace: &Trace) -> Result<(), OutputError> {
    match &trace.details {
        Details::Account { triage, .. } => {
            page.section("account");
            if let Some(account) = trace.accounts.first() {
                account_fields(page, account)?;
            }
            page.section("triage");
            match triage {
                None => page.paragraph(&["The account has no issues in this run.".to_owned()]),
                Some(row) => page.fields(
                    &[
                        "triage_status",
                        "total_issue_count",
                        "prepared_action_count",
                        "blocked_action_count",
                        "top_issue_codes",
                        "top_blocked_reasons",
                        "suggested_next_step",
                    ]
                    .map(|name| (name, row.get(name).and_then(value))),
                ),
            }
        }
        Details::Organization { organization, domains, pointers, activity } => {
            let record = &organization.record;
            page.section("organization");
            page.fields(&[
                ("name", text(&record.name)),
                ("external_id", text(record.external_id.as_deref().unwrap_or("blank"))),
                ("shares", shares(record.is_shared_tickets, record.is_shared_comments)),
                ("members", text(activity.member_count)),
                (
                    "tickets",
                    text(format!("{}, {} of them open", activity.ticket_count, activity.open_ticket_count)),
                ),
                ("created", record.created_at.clone()),
                ("url", organization.url.clone()),
            ])?;
            page.section("domains");
            let mut rows = table::new(&["domain", "usable", "expected by"]);
            for domain in domains {
                let usable = usable(domain.is_valid, domain.is_personal);
                rows.add_row([domain.domain.clone(), usable.to_owned(), joined(&domain.owner_account_ids)]);
            }
            page.rows(rows, domains.is_empty(), "It holds no domain.")?;
            pointing(page, pointers)
        }
        Details::User { user, place, memberships, recent_tickets, .. } => {
            page.section("user");
            user_fields(page, &user.record, user.url.as_ref())?;
            page.section("expected place");
            page.paragraph(&place.why)?;
            members(page, memberships, user.record.default_organization_id)?;
            tickets(page, recent_tickets)
        }
        Details::Ticket { ticket, requester, place, .. } => {
            let record = &ticket.record;
            page.section("ticket");
            page.fields(&[
                ("status", text(&record.status)),
                ("subject", record.subject.clone()),
                ("organization", text(or_none(record.organization_id))),
                ("created", text(&record.created_at)),
                ("came by", record.via_channel.clone()),
                ("url", ticket.url.clone()),
            ])?;
            page.section("requester");
            match requester {
                Some(user) => {
                    user_fields(page, &user.record, user.url.as_ref())?;
                }
                None => {
                    page.paragraph(&["The requester is not among the users that were read.".to_owned()])?
                }
            }
            page.section("expected place");
            page.paragraph(&place.why)
        }
    }
}

impl Page {
    /// A table, or a sentence where it has no rows.
    fn rows(&mut self, rows: Table, is_empty: bool, instead: &str) -> Result<(), OutputError> {
        if is_empty { self.paragraph(&[instead.to_owned()]) } else { self.table(rows) }
    }
}

fn value(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn shares(tickets: bool, comments: bool) -> Option<String> {
    match (tickets, comments) {
        (true, true) => text("tickets and comments"),
        (true, false) => text("tickets"),
        (false, true) => text("comments"),
        (false, false) => text("nothing"),
    }
}

fn usable(is_valid: bool, is_personal: bool) -> &'static str {
    match (is_valid, is_personal) {
        (_, true) => "no, personal",
        (false, _) => "no, not valid",
        _ => "yes",
    }
}

fn account_fields(page: &mut Page, account: &TracedAccount) -> Result<(), OutputError> {
    let record = &account.record;
    page.fields(&[
        ("name", text(&record.account_name)),
        ("owner", record.owner.clone()),
        ("parent", record.parent_account_id.clone()),
        ("stored id", record.stored_organization_raw.clone()),
        ("url", account.organization_url.clone()),
    ])?;
    page.section("domains");
    let mut rows = table::new(&["domain", "usable", "expected by", "held by"]);
    for domain in &account.domains {
        rows.add_row([
            domain.domain.clone(),
            usable(true, domain.is_personal).to_owned(),
            joined(&domain.owner_account_ids),
            joined(&domain.holder_organization_ids),
        ]);
    }
    page.rows(rows, account.domains.is_empty(), "Salesforce has no valid domain of it.")
}

fn user_fields(page: &mut Page, user: &UserRecord, url: Option<&String>) -> Result<(), OutputError> {
    let mut states = vec![if user.is_active { "active" } else { "deleted" }];
    states.push(if user.is_verified { "verified" } else { "not verified" });
    if user.is_suspended {
        states.push("suspended");
    }
    if user.is_shared {
        states.push("shared from another Zendesk account");
    }
    page.fields(&[
        ("id", text(user.user_id)),
        ("name", text(&user.name)),
        ("email", user.email.clone()),
        ("role", text(&user.role)),
        ("state", text(states.join(", "))),
        ("default organization", text(or_none(user.default_organization_id))),
        ("created", user.created_at.clone()),
        ("url", url.cloned()),
    ])
}

fn pointing(page: &mut Page, pointers: &[Pointer]) -> Result<(), OutputError> {
    page.section("accounts that point to it");
    let mut rows = table::new(&["account", "name", "by", "link", "linked here"]);
    for pointer in pointers.iter().take(SHOWN) {
        rows.add_row([
            pointer.account_id.clone(),
            printable(&pointer.account_name),
            pointer.rules.iter().map(|rule| rule.as_str()).collect::<Vec<_>>().join(", "),
            pointer.link_state.as_str().to_owned(),
            if pointer.is_linked_here { "yes" } else { "no" }.to_owned(),
        ]);
    }
    page.rows(rows, pointers.is_empty(), "No account points to it by stored id, external_id or domain.")?;
    more(page, pointers.len())
}

/// Says how many rows are left out.
fn more(page: &mut Page, count: usize) -> Result<(), OutputError> {
    match count.checked_sub(SHOWN) {
        Some(left) if left > 0 => page.paragraph(&[format!("{left} more: --json has all.")]),
        _ => Ok(()),
    }
}

fn members(page: &mut Page, memberships: &[Membership], default: Option<i64>) -> Result<(), OutputError> {
    page.section("memberships");
    let mut rows = table::new(&["organization", "name", "default"]);
    for row in memberships {
        rows.add_row([
            row.organization_id.to_string(),
            printable(row.organization_name.as_deref().unwrap_or("(does not exist)")),
            if default == Some(row.organization_id) { "yes" } else { "no" }.to_owned(),
        ]);
    }
    page.rows(rows, memberships.is_empty(), "The user is a member of no organization.")
}

fn tickets(page: &mut Page, tickets: &[RecentTicket]) -> Result<(), OutputError> {
    page.section("recent tickets");
    let has_subject = tickets.iter().any(|ticket| ticket.subject.is_some());
    let mut header = vec!["ticket", "status", "organization", "created"];
    header.extend(has_subject.then_some("subject"));
    let mut rows = table::new(&header);
    for ticket in tickets {
        let mut row = vec![
            ticket.ticket_id.to_string(),
            ticket.status.clone(),
            or_none(ticket.organization_id),
            ticket.created_at.clone(),
        ];
        row.extend(has_subject.then(|| printable(ticket.subject.as_deref().unwrap_or_default())));
        rows.add_row(row);
    }
    page.rows(rows, tickets.is_empty(), "No ticket of the user was read.")
}

/// Which link rules were considered for an account, and what became of them.
fn link(page: &mut Page, account: &TracedAccount) -> Result<(), OutputError> {
    page.section(&format!(
        "link of account {} ({}): {}",
        account.record.account_id,
        account.record.account_name,
        account.link_state().as_str()
    ));
    page.paragraph(std::slice::from_ref(&account.explanation.summary))?;
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
    page.table(rows)
}

fn issues(page: &mut Page, title: &str, issues: &[TracedIssue]) -> Result<(), OutputError> {
    page.section(title);
    if issues.is_empty() {
        return page.paragraph(&["None in any run.".to_owned()]);
    }
    for issue in issues.iter().take(SHOWN) {
        let history = history(issue);
        match &issue.in_run {
            Some(row) => {
                let action = row.blocked_reason.as_ref().or(row.action.as_ref());
                let action = action.map(|action| format!(" ({action})")).unwrap_or_default();
                page.line(&format!("  {}: {}{action}, {}", issue.code, row.disposition, issue.severity));
                page.indented(&[row.reason.clone(), history])?;
                if let Some(root) = &row.root_issue_key {
                    page.line(&format!("    waits for {root}"));
                }
            }
            None => {
                page.line(&format!("  {}: not in this run", issue.code));
                page.indented(&[issue.issue_key.clone(), history])?;
            }
        }
    }
    more(page, issues.len())
}

impl Page {
    /// Sentences below a line.
    fn indented(&mut self, sentences: &[String]) -> Result<(), OutputError> {
        let mut below = Self::default();
        below.paragraph(sentences)?;
        for line in below.0.lines() {
            self.0.push_str("  ");
            self.0.push_str(line);
            self.0.push('\n');
        }
        Ok(())
    }
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
    format!("{runs}{reopened}; {} now.", if issue.is_open { "open" } else { "resolved" })
}

fn plans(page: &mut Page, trace: &Trace) -> Result<(), OutputError> {
    page.section("plan actions");
    let mut rows = table::new(&["plan", "state", "status", "action", "blocked_reason", "issue"]);
    for row in trace.plan_actions.iter().take(SHOWN) {
        rows.add_row(vec![
            Cell::new(row.plan_id),
            Cell::new(&row.plan_state),
            Cell::new(&row.status),
            cell(row.action.as_ref()),
            cell(row.blocked_reason.as_ref()),
            Cell::new(&row.issue_key),
        ]);
    }
    page.rows(rows, trace.plan_actions.is_empty(), "No plan touches it.")?;
    more(page, trace.plan_actions.len())
}

fn fix(page: &mut Page, trace: &Trace) -> Result<(), OutputError> {
    page.section("likely fix");
    match &trace.likely_fix {
        None => page.paragraph(&["Nothing of this record is to be fixed in this run.".to_owned()]),
        Some(fix) => {
            page.line(&format!("  {}: {}", fix.code, fix.suggested_action.as_deref().unwrap_or("review")));
            if fix.is_root_of_another {
                page.indented(&[format!("To be fixed first: {}", fix.issue_key)])?;
            }
            page.indented(&fix.text)
        }
    }
}
