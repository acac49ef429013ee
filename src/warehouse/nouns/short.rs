//! The lists as people read them: every record by its name beside its id.
//!
//! Names are looked up as of the run when a list is printed; nothing that is stored, logged or signed holds them.

use super::{EXCEPTIONS, FINDING_FILTERS, FINDING_ORDER, ISSUES, Noun};

/// The name of an organization of a row `d`, as of its run.
macro_rules! organization {
    ($column:literal) => {
        concat!(
            "(
    select o.name
    from runs as r
    cross join _organization_versions as o
    where r.run_id = d.run_id and o.organization_id = d.",
            $column,
            "
      and o.valid_from <= r.zendesk_snapshot_id and r.zendesk_snapshot_id < o.valid_to)"
        )
    };
}

/// Name and address of a user of a row `d`, as of its run.
macro_rules! user {
    ($column:literal) => {
        concat!(
            "(
    select u.name || coalesce(', ' || u.email, '')
    from runs as r
    cross join _user_versions as u
    where r.run_id = d.run_id and u.user_id = d.",
            $column,
            "
      and u.valid_from <= r.zendesk_snapshot_id and r.zendesk_snapshot_id < u.valid_to)"
        )
    };
}

/// By which rule the account of a row `d` has its organization, and since when the row is known.
macro_rules! matched_and_seen {
    () => {
        "(
    select l.match_rule
    from _link_versions as l
    where l.account_id = d.account_id and l.valid_from <= d.run_id and d.run_id < l.valid_to) as matched_by,
  (
    select substr(min(f.as_of), 1, 10)
    from _issue_versions as v
    cross join runs as f
    where v.issue_key = d.issue_key and f.run_id = v.valid_from) as first_seen,
  (
    select cast(julianday(substr(n.as_of, 1, 10)) - julianday(substr(min(f.as_of), 1, 10)) as integer)
    from runs as n
    cross join _issue_versions as v
    cross join runs as f
    where n.run_id = d.run_id and v.issue_key = d.issue_key and f.run_id = v.valid_from) as age_days"
    };
}

/// The issues of a run.
pub(super) const ISSUES_SHORT: Noun = Noun {
    name: "issues",
    select: concat!(
        "select d.severity, d.code, d.account_name as account, d.account_id,
  ",
        organization!("organization_id"),
        " as organization, d.organization_id,
  ",
        user!("user_id"),
        " as user, d.user_id, d.ticket_id,
  d.disposition, coalesce(d.blocked_reason, d.action) as action_or_reason, d.reason,
  ",
        matched_and_seen!(),
        ", d.url
from issues as d"
    ),
    filters: ISSUES.filters,
    order_by: ISSUES.order_by,
};

/// The triage rows.
pub(super) const EXCEPTIONS_SHORT: Noun = Noun {
    name: "accounts",
    select: "select e.account_name as account, e.sf_account_id as account_id, e.triage_status, e.max_severity,
  e.total_issue_count as total, e.prepared_action_count as prepared, e.blocked_action_count as blocked,
  e.top_issue_codes, e.suggested_next_step, e.zendesk_org_name as organization, e.zendesk_org_id as organization_id,
  e.candidate_orgs as candidates, e.owner, e.match_rule as matched_by, substr(e.first_seen_at, 1, 10) as first_seen,
  e.zendesk_org_url as url
from exceptions_by_account as e",
    filters: EXCEPTIONS.filters,
    order_by: EXCEPTIONS.order_by,
};

/// Findings about accounts and organizations.
pub(super) const ORGS_SHORT: Noun = Noun {
    name: "orgs",
    select: concat!(
        "select d.severity, d.class, d.account_name as account, d.account_id,
  ",
        organization!("organization_id"),
        " as organization, d.organization_id, d.domain, d.disposition, d.blocked_reason, d.suggested_action,
  ",
        matched_and_seen!(),
        ", d.url
from organization_findings as d"
    ),
    filters: FINDING_FILTERS,
    order_by: FINDING_ORDER,
};

/// Findings about users.
pub(super) const USERS_SHORT: Noun = Noun {
    name: "users",
    select: concat!(
        "select d.severity, d.class, ",
        user!("user_id"),
        " as user, d.user_id, d.account_name as account, d.account_id,
  ",
        organization!("organization_id"),
        " as organization, d.organization_id, d.domain, d.disposition, d.blocked_reason, d.suggested_action,
  ",
        matched_and_seen!(),
        ", d.url
from user_findings as d"
    ),
    filters: FINDING_FILTERS,
    order_by: FINDING_ORDER,
};

/// Findings about tickets.
pub(super) const TICKETS_SHORT: Noun = Noun {
    name: "tickets",
    select: concat!(
        "select d.severity, d.class, d.ticket_id, ",
        user!("requester_id"),
        " as user, d.requester_id, d.account_name as account, d.account_id,
  ",
        organization!("organization_id"),
        " as organization, d.organization_id, d.requester_default_organization_id, d.is_requester_member,
  d.disposition, d.suggested_action,
  ",
        matched_and_seen!(),
        ", d.url
from ticket_findings as d"
    ),
    filters: FINDING_FILTERS,
    order_by: FINDING_ORDER,
};
