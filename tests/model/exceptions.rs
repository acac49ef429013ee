//! The rows of `exceptions_by_account`, in their order.
//!
//! Left out, since the text leaves their making open: affected counts, URL, first run, next step, suppressed count.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::expect::Expected;
use super::issue::Issue;
use super::names::{Code, Disposition, LinkState, Reason, Severity};
use super::world::World;

/// One account with issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExceptionRow {
    pub(crate) sf_account_id: String,
    pub(crate) account_name: String,
    pub(crate) owner: Option<String>,
    pub(crate) triage_status: &'static str,
    pub(crate) total_issue_count: i64,
    pub(crate) prepared_action_count: i64,
    pub(crate) blocked_action_count: i64,
    pub(crate) review_count: i64,
    pub(crate) detect_only_count: i64,
    pub(crate) max_severity: Severity,
    pub(crate) top_issue_codes: String,
    pub(crate) top_blocked_reasons: String,
    pub(crate) zendesk_org_id: Option<i64>,
    pub(crate) link_state: LinkState,
}

/// The triage rows, worst first.
pub(crate) fn exceptions(expected: &Expected, world: &World) -> Vec<ExceptionRow> {
    let mut rows: Vec<_> = world
        .accounts
        .iter()
        .filter_map(|account| {
            let is_own = |issue: &&Issue| issue.account_id == account.id;
            let issues: Vec<_> = expected.issues.iter().filter(is_own).collect();
            let link = expected.links.iter().find(|link| link.account_id == account.id)?;
            let count = |disposition| count(issues.iter().filter(|issue| issue.disposition == disposition));
            Some(ExceptionRow {
                sf_account_id: account.id.clone(),
                account_name: account.name.clone(),
                owner: account.owner.clone(),
                triage_status: triage_status(&issues),
                total_issue_count: i64::try_from(issues.len()).ok()?,
                prepared_action_count: count(Disposition::Prepared),
                blocked_action_count: count(Disposition::Blocked),
                review_count: count(Disposition::Review),
                detect_only_count: count(Disposition::DetectOnly),
                max_severity: issues.iter().map(|issue| issue.code.severity()).max()?,
                top_issue_codes: top_issue_codes(&issues),
                top_blocked_reasons: top_blocked_reasons(&issues),
                zendesk_org_id: link.organization_id,
                link_state: link.link_state,
            })
        })
        .collect();
    rows.sort_by_key(|row| {
        (
            Reverse(row.max_severity),
            Reverse(row.blocked_action_count),
            Reverse(row.prepared_action_count),
            Reverse(row.total_issue_count),
            row.sf_account_id.clone(),
        )
    });
    rows
}

/// The first that holds: something blocked, or both; something prepared; something to review; tickets only.
fn triage_status(issues: &[&Issue]) -> &'static str {
    let has = |disposition| issues.iter().any(|issue| issue.disposition == disposition);
    if has(Disposition::Blocked) && has(Disposition::Prepared) {
        "partly_ready"
    } else if has(Disposition::Blocked) {
        "blocked"
    } else if has(Disposition::Prepared) {
        "ready"
    } else if has(Disposition::Review) {
        "review"
    } else {
        "tickets_only"
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
