//! The record of a trace and what surrounds it, noun by noun.

use super::page::{Page, SHOWN};
use crate::{
    output::{NAME, brief, table},
    trace::{Candidate, Details, Pointer, RecordOf, Trace, TracedAccount, place::Place, words},
    warehouse::trace::{
        Activity, HeldDomain, Membership, OrganizationRecord, RecentTicket, TicketRecord, UserRecord,
    },
};

/// The id of the record.
pub(super) fn id_of(trace: &Trace) -> String {
    match &trace.details {
        Details::Account { account_id, .. } => account_id.clone(),
        Details::Organization { organization, .. } => organization.record.organization_id.to_string(),
        Details::User { user, .. } => user.record.user_id.to_string(),
        Details::Ticket { ticket, .. } => ticket.record.ticket_id.to_string(),
    }
}

/// Prints the record and what surrounds it.
pub(super) fn details(page: &mut Page, trace: &Trace) {
    match &trace.details {
        Details::Account { triage: row, candidates, .. } => {
            page.section("account");
            if let Some(account) = trace.accounts.first() {
                account_fields(page, account);
            }
            triage(page, row.as_ref());
            side_by_side(page, candidates);
        }
        Details::Organization { organization: record, domains, pointers, activity } => {
            organization(page, record, *activity);
            held(page, domains);
            pointing(page, pointers);
        }
        Details::User { user, place, memberships, recent_tickets, .. } => {
            page.section("user");
            user_fields(page, user);
            expected(page, place);
            members(page, memberships, user.record.default_organization_id);
            tickets(page, recent_tickets);
        }
        Details::Ticket { ticket, requester, place, .. } => {
            ticket_fields(page, ticket);
            page.section("requester");
            match requester {
                Some(user) => user_fields(page, user),
                None => page.sentence("The requester is not among the users that were read."),
            }
            expected(page, place);
        }
    }
}

/// The columns of the triage row that a person reads first.
const TRIAGE: [&str; 7] = [
    "triage_status",
    "total_issue_count",
    "prepared_action_count",
    "blocked_action_count",
    "top_issue_codes",
    "top_blocked_reasons",
    "suggested_next_step",
];

fn triage(page: &mut Page, row: Option<&serde_json::Map<String, serde_json::Value>>) {
    page.section("triage");
    match row {
        None => page.sentence("The account has no issues in this run."),
        Some(row) => page.fields(&TRIAGE.map(|name| (name, row.get(name).and_then(value)))),
    }
}

/// The organizations that may be the account's own; without one there is nothing to compare.
fn side_by_side(page: &mut Page, candidates: &[Candidate]) {
    if candidates.is_empty() {
        return;
    }
    page.section("candidate organizations");
    let mut rows =
        table::new(&["organization", "by", "domains", "members", "tickets", "not closed", "created"]);
    for candidate in candidates.iter().take(SHOWN) {
        let record = &candidate.record;
        rows.add_row([
            // The id below the name: beside it, the widest tables would lose it.
            format!("{}\n{}", brief(&record.organization_name, NAME), record.organization_id),
            candidate.rules.iter().map(|rule| rule.as_str()).collect::<Vec<_>>().join("\n"),
            words::some(&record.domains),
            at_least(record.member_count, true),
            at_least(record.ticket_count, record.is_ticket_count_known),
            at_least(record.open_ticket_count, true),
            record.created_at.as_deref().and_then(|at| at.get(..10)).unwrap_or_default().to_owned(),
        ]);
    }
    page.table(&rows);
    page.more(candidates.len());
}

/// A count; what was not read is not zero.
fn at_least(count: Option<i64>, is_all_known: bool) -> String {
    match count {
        None => "unknown".to_owned(),
        Some(count) if is_all_known => count.to_string(),
        Some(count) => format!("{count} or more"),
    }
}

fn organization(page: &mut Page, organization: &RecordOf<OrganizationRecord>, activity: Activity) {
    let record = &organization.record;
    let tickets = format!(
        "{}, {} of them new, open, pending or on hold",
        activity.ticket_count, activity.open_ticket_count
    );
    page.section("organization");
    page.fields(&[
        ("name", text(&record.name)),
        ("external_id", text(record.external_id.as_deref().unwrap_or("blank"))),
        ("members share", text(shares(record.is_shared_tickets, record.is_shared_comments))),
        ("members", text(&activity.member_count)),
        ("tickets", Some(tickets)),
        ("created", record.created_at.clone()),
        ("url", organization.url.clone()),
    ]);
}

fn held(page: &mut Page, domains: &[HeldDomain]) {
    page.section("domains");
    let mut rows = table::new(&["domain", "usable", "expected by"]);
    for domain in domains.iter().take(SHOWN) {
        let usable = usable(domain.is_valid, domain.is_personal);
        rows.add_row([domain.domain.clone(), usable.to_owned(), words::some(&domain.owner_account_ids)]);
    }
    page.rows(&rows, domains.is_empty(), "It holds no domain.");
    page.more(domains.len());
}

fn ticket_fields(page: &mut Page, ticket: &RecordOf<TicketRecord>) {
    let record = &ticket.record;
    page.section("ticket");
    page.fields(&[
        ("status", text(&record.status)),
        ("subject", record.subject.clone()),
        ("organization", Some(or_none(record.organization_id))),
        ("created", text(&record.created_at)),
        ("channel", record.via_channel.clone()),
        ("url", ticket.url.clone()),
    ]);
}

fn expected(page: &mut Page, place: &Place) {
    page.section("expected place");
    page.paragraph(&place.why);
}

fn value(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn shares(tickets: bool, comments: bool) -> &'static str {
    match (tickets, comments) {
        (true, true) => "tickets and comments",
        (true, false) => "tickets",
        (false, true) => "comments",
        (false, false) => "nothing",
    }
}

fn usable(is_valid: bool, is_personal: bool) -> &'static str {
    match (is_valid, is_personal) {
        (_, true) => "no, personal",
        (false, _) => "no, not valid",
        _ => "yes",
    }
}

fn account_fields(page: &mut Page, account: &TracedAccount) {
    let record = &account.record;
    page.fields(&[
        ("name", text(&record.account_name)),
        ("owner", record.owner.clone()),
        ("parent", record.parent_account_id.clone()),
        ("stored id", record.stored_organization_raw.clone()),
        ("url", account.organization_url.clone()),
    ]);
    page.section("domains");
    let mut rows = table::new(&["domain", "usable", "expected by", "held by"]);
    for domain in account.domains.iter().take(SHOWN) {
        rows.add_row([
            domain.domain.clone(),
            usable(true, domain.is_personal).to_owned(),
            words::some(&domain.owner_account_ids),
            words::some(&domain.holder_organization_ids),
        ]);
    }
    page.rows(&rows, account.domains.is_empty(), "Salesforce has no valid domain of it.");
    page.more(account.domains.len());
}

fn user_fields(page: &mut Page, user: &RecordOf<UserRecord>) {
    let RecordOf { record: user, url } = user;
    let mut states = vec![if user.is_active { "active" } else { "deleted" }];
    states.push(if user.is_verified { "verified" } else { "not verified" });
    if user.is_suspended {
        states.push("suspended");
    }
    if user.is_shared {
        states.push("shared from another Zendesk account");
    }
    page.fields(&[
        ("id", text(&user.user_id)),
        ("name", text(&user.name)),
        ("email", user.email.clone()),
        ("role", text(&user.role)),
        ("state", Some(states.join(", "))),
        ("default organization", Some(or_none(user.default_organization_id))),
        ("created", user.created_at.clone()),
        ("url", url.clone()),
    ]);
}

fn pointing(page: &mut Page, pointers: &[Pointer]) {
    page.section("accounts that point to it");
    let mut rows = table::new(&["account", "name", "by", "link", "linked here"]);
    for pointer in pointers.iter().take(SHOWN) {
        rows.add_row([
            pointer.account_id.clone(),
            brief(&pointer.account_name, NAME),
            pointer.rules.iter().map(|rule| rule.as_str()).collect::<Vec<_>>().join(", "),
            pointer.link_state.as_str().to_owned(),
            if pointer.is_linked_here { "yes" } else { "no" }.to_owned(),
        ]);
    }
    page.rows(&rows, pointers.is_empty(), "No account points to it by stored id, external_id or domain.");
    page.more(pointers.len());
}

fn members(page: &mut Page, memberships: &[Membership], default: Option<i64>) {
    page.section("memberships");
    let mut rows = table::new(&["organization", "name", "default"]);
    for row in memberships {
        rows.add_row([
            row.organization_id.to_string(),
            brief(row.organization_name.as_deref().unwrap_or("(does not exist)"), NAME),
            if default == Some(row.organization_id) { "yes" } else { "no" }.to_owned(),
        ]);
    }
    page.rows(&rows, memberships.is_empty(), "The user is a member of no organization.");
}

fn tickets(page: &mut Page, tickets: &[RecentTicket]) {
    page.section("recent tickets");
    let has_subject = tickets.iter().any(|ticket| ticket.subject.is_some());
    let mut header = vec!["ticket", "status", "organization", "created"];
    header.extend(has_subject.then_some("subject"));
    let mut rows = table::new(&header);
    for ticket in tickets {
        let mut row = vec![
            ticket.ticket_id.to_string(),
            ticket.status.to_string(),
            or_none(ticket.organization_id),
            ticket.created_at.clone(),
        ];
        row.extend(has_subject.then(|| brief(ticket.subject.as_deref().unwrap_or_default(), NAME)));
        rows.add_row(row);
    }
    page.rows(&rows, tickets.is_empty(), "No ticket of the user was read.");
}

/// A field that is always known.
#[expect(clippy::unnecessary_wraps, reason = "fields are not always known")]
fn text(value: &(impl ToString + ?Sized)) -> Option<String> {
    Some(value.to_string())
}

fn or_none(id: Option<i64>) -> String {
    id.map_or_else(|| "none".to_owned(), |id| id.to_string())
}
