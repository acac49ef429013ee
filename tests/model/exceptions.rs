//! The rows of `exceptions_by_account`, in their order.
//!
//! Left out, since the text leaves their making open: names, URLs, first run, next step, dates, suppressed count.
//!
//! Decisions that the text leaves open:
//!
//! - Affected users are those who are the subject of an issue of the account; affected open tickets are the tickets,
//!   neither closed nor deleted, that are the subject of one.
//! - The organization of the row is the link's. Candidates are named of `duplicate` (E) and `ambiguous` (K) alone.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::expect::Expected;
use super::issue::Issue;
use super::names::{Code, Disposition, Layer, LinkState, MatchRule, Reason, Severity, TriageStatus};
use super::ticket_codes::is_open;
use super::world::{Account, World};

/// One account with issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExceptionRow {
    pub(crate) sf_account_id: String,
    pub(crate) account_name: String,
    pub(crate) owner: Option<String>,
    pub(crate) triage_status: TriageStatus,
    pub(crate) total_issue_count: i64,
    pub(crate) prepared_action_count: i64,
    pub(crate) blocked_action_count: i64,
    pub(crate) review_count: i64,
    pub(crate) detect_only_count: i64,
    pub(crate) max_severity: Severity,
    pub(crate) affected_user_count: i64,
    pub(crate) affected_open_ticket_count: i64,
    pub(crate) top_issue_codes: String,
    pub(crate) top_blocked_reasons: String,
    pub(crate) zendesk_org_id: Option<i64>,
    /// The organizations of an account that has several, by id.
    pub(crate) candidate_orgs: Vec<i64>,
    pub(crate) link_state: LinkState,
    pub(crate) match_rule: Option<MatchRule>,
}

/// The triage rows, worst first.
pub(crate) fn exceptions(expected: &Expected, world: &World) -> Vec<ExceptionRow> {
    let row = |account| exception(expected, world, account);
    let mut rows: Vec<_> = world.accounts.iter().filter_map(row).collect();
    rows.sort_by_key(|row| {
        (
            Reverse(row.max_severity),
            Reverse(row.affected_open_ticket_count),
            Reverse(row.affected_user_count),
            Reverse(row.total_issue_count),
            row.sf_account_id.clone(),
        )
    });
    rows
}

/// The row of one account; none if it has no issue.
fn exception(expected: &Expected, world: &World, account: &Account) -> Option<ExceptionRow> {
    let issues: Vec<_> = expected.issues.iter().filter(|issue| issue.account_id == account.id).collect();
    let link = expected.links.iter().find(|link| link.account_id == account.id)?;
    let with = |disposition| count(issues.iter().filter(|issue| issue.disposition == disposition));
    Some(ExceptionRow {
        sf_account_id: account.id.clone(),
        account_name: account.name.clone(),
        owner: account.owner.clone(),
        triage_status: triage_status(&issues),
        total_issue_count: i64::try_from(issues.len()).ok()?,
        prepared_action_count: with(Disposition::Prepared),
        blocked_action_count: with(Disposition::Blocked),
        review_count: with(Disposition::Review),
        detect_only_count: with(Disposition::DetectOnly),
        max_severity: issues.iter().map(|issue| issue.code.severity()).max()?,
        affected_user_count: affected_users(&issues),
        affected_open_ticket_count: affected_open_tickets(world, &issues),
        top_issue_codes: top_issue_codes(&issues),
        top_blocked_reasons: top_blocked_reasons(&issues),
        zendesk_org_id: link.organization_id,
        candidate_orgs: expected.candidates.get(&account.id).cloned().unwrap_or_default(),
        link_state: link.link_state,
        match_rule: link.match_rule,
    })
}

fn affected_users(issues: &[&Issue]) -> i64 {
    let of_users = issues.iter().filter(|issue| issue.code.layer() == Layer::User);
    count(of_users.filter_map(|issue| issue.user_id).collect::<BTreeSet<_>>().into_iter())
}

fn affected_open_tickets(world: &World, issues: &[&Issue]) -> i64 {
    let open = world.tickets().iter().filter(|ticket| is_open(ticket));
    count(open.filter(|ticket| issues.iter().any(|issue| issue.ticket_id == Some(ticket.id))))
}

/// Blocked: something is, and nothing is prepared. Partly ready: both. Then what is prepared, or to review, or else
/// tickets only.
fn triage_status(issues: &[&Issue]) -> TriageStatus {
    let has = |disposition| issues.iter().any(|issue| issue.disposition == disposition);
    match (has(Disposition::Blocked), has(Disposition::Prepared)) {
        (true, true) => TriageStatus::PartlyReady,
        (true, false) => TriageStatus::Blocked,
        (false, true) => TriageStatus::Ready,
        (false, false) if has(Disposition::Review) => TriageStatus::Review,
        (false, false) => TriageStatus::TicketsOnly,
    }
}

/// At most three codes: by severity, then layer, then falling count, then name.
fn top_issue_codes(issues: &[&Issue]) -> String {
    let mut counts: BTreeMap<Code, i64> = BTreeMap::new();
    for issue in issues {
        *counts.entry(issue.code).or_default() += 1;
    }
    let mut codes: Vec<_> = counts.into_iter().collect();
    codes.sort_by_key(|(code, count)| (Reverse(code.severity()), code.layer(), Reverse(*count), code.name()));
    join(codes.iter().map(|(code, _)| code.name()))
}

/// At most three reasons: by falling count, then name.
fn top_blocked_reasons(issues: &[&Issue]) -> String {
    let mut counts: BTreeMap<Reason, i64> = BTreeMap::new();
    for reason in issues.iter().filter_map(|issue| issue.blocked_reason) {
        *counts.entry(reason).or_default() += 1;
    }
    let mut reasons: Vec<_> = counts.into_iter().collect();
    reasons.sort_by_key(|(reason, count)| (Reverse(*count), reason.name()));
    join(reasons.iter().map(|(reason, _)| reason.name()))
}

fn join<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.take(3).collect::<Vec<_>>().join(", ")
}

fn count<T>(items: impl Iterator<Item = T>) -> i64 {
    items.map(|_| 1).sum()
}
