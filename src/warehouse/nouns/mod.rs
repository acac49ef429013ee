//! What can be listed and exported: for each noun its rows, its filters, its order.
//!
//! `?` in a condition stands for the value of the filter.

mod short;

use short::{EXCEPTIONS_SHORT, ISSUES_SHORT, ORGS_SHORT, TICKETS_SHORT, USERS_SHORT};

/// The filters that a noun may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterName {
    /// A run.
    Run,
    /// An account.
    Account,
    /// An organization.
    OrgId,
    /// A domain.
    Domain,
    /// A kind of domain.
    Kind,
    /// A code or a class of findings.
    Code,
    /// A severity.
    Severity,
    /// A disposition.
    Disposition,
    /// The owner of an account.
    Owner,
    /// A date.
    Since,
}

impl FilterName {
    /// The option as it is typed.
    pub const fn flag(self) -> &'static str {
        match self {
            Self::Run => "--run",
            Self::Account => "--account",
            Self::OrgId => "--org-id",
            Self::Domain => "--domain",
            Self::Kind => "--kind",
            Self::Code => "--code",
            Self::Severity => "--severity",
            Self::Disposition => "--disposition",
            Self::Owner => "--owner",
            Self::Since => "--since",
        }
    }
}

/// One noun.
#[derive(Debug)]
pub struct Noun {
    /// As it is typed.
    pub name: &'static str,
    /// Its rows, without conditions.
    pub select: &'static str,
    /// The condition of each filter that it has.
    pub filters: &'static [(FilterName, &'static str)],
    /// Its order.
    pub order_by: &'static str,
}

/// The triage rows in the order of the file.
pub const EXCEPTIONS: Noun = Noun {
    name: "accounts",
    select: "select sf_account_id, account_name, owner, triage_status, total_issue_count, prepared_action_count,
  blocked_action_count, review_count, detect_only_count, suppressed_count, max_severity, affected_user_count,
  affected_open_ticket_count, top_issue_codes, top_blocked_reasons, zendesk_org_id, zendesk_org_name, zendesk_org_url,
  candidate_orgs, link_state, match_rule, first_seen_run, first_seen_at, suggested_next_step, snapshot_dates
from exceptions_by_account as e",
    filters: &[
        (FilterName::Run, "e.run_id = ?"),
        (FilterName::Account, "e.sf_account_id = ?"),
        (
            FilterName::OrgId,
            "(e.zendesk_org_id = cast(? as text)
    or exists (
      select 1 from issues as i
      where i.run_id = e.run_id and i.account_id = e.sf_account_id and i.organization_id = ?))",
        ),
        (
            FilterName::Domain,
            "e.sf_account_id in (
    select x.account_id
    from runs as r
    cross join salesforce_account_domains as x
    where r.run_id = e.run_id and x.snapshot_id = r.salesforce_snapshot_id and x.domain = ?)",
        ),
        (
            FilterName::Code,
            "exists (select 1 from issues as i where i.run_id = e.run_id and i.account_id = e.sf_account_id and i.code = ?)",
        ),
        (FilterName::Severity, "e.max_severity = ?"),
        (
            FilterName::Disposition,
            "exists (select 1 from issues as i where i.run_id = e.run_id and i.account_id = e.sf_account_id and i.disposition = ?)",
        ),
        (FilterName::Owner, "instr(lower(e.owner), lower(?)) > 0"),
        (FilterName::Since, "(select r.started_at from runs as r where r.run_id = e.first_seen_run) >= ?"),
    ],
    order_by: "order by
  case max_severity when 'critical' then 1 when 'high' then 2 when 'medium' then 3 when 'low' then 4 else 5 end,
  affected_open_ticket_count desc, affected_user_count desc, total_issue_count desc, sf_account_id",
};

const SINCE_FIRST_SEEN: &str = "(
    select min(r.started_at)
    from _issue_versions as v
    cross join runs as r
    where v.issue_key = d.issue_key and r.run_id = v.valid_from) >= ?";

// Conditions on an issue as it stands in a run, `d`: as macros, so that a comparison can ask them of both runs.

/// The domain of the issue, of the user or of the account.
macro_rules! issue_by_domain {
    () => {
        "(coalesce(d.domain, json_extract(d.evidence, '$.email_domain')) = ?
    or d.account_id in (
      select x.account_id
      from runs as r
      cross join salesforce_account_domains as x
      where r.run_id = d.run_id and x.snapshot_id = r.salesforce_snapshot_id and x.domain = ?))"
    };
}

/// The expected organization, or the one where a ticket or a user is.
macro_rules! issue_by_organization {
    () => {
        "(d.organization_id = ?
    or json_extract(d.evidence, '$.organization_id') = ?
    or json_extract(d.evidence, '$.default_organization_id') = ?)"
    };
}

/// The account.
macro_rules! issue_by_account {
    () => {
        "d.account_id = ?"
    };
}

pub(super) use {issue_by_account, issue_by_domain, issue_by_organization};

const BY_DOMAIN: &str = issue_by_domain!();

const BY_ORGANIZATION: &str = issue_by_organization!();

const BY_ACCOUNT: &str = issue_by_account!();

const BY_OWNER: &str = "exists (
    select 1
    from runs as r
    cross join salesforce_accounts as a
    where r.run_id = d.run_id and a.snapshot_id = r.salesforce_snapshot_id
      and a.account_id = d.account_id and instr(lower(a.owner), lower(?)) > 0)";

/// The issues of a run.
pub const ISSUES: Noun = Noun {
    name: "issues",
    select: "select run_id, issue_key, code, rule_version, layer, severity, account_id, account_name, subject_kind,
  subject_id, organization_id, actual_organization_id, owner, severity_rank, email_domain, user_id, ticket_id, domain,
  disposition, action, blocked_reason, suppressed_by,
  suggested_action, root_issue_key, reason, evidence, url
from issues as d",
    filters: &[
        (FilterName::Run, "d.run_id = ?"),
        (FilterName::Account, BY_ACCOUNT),
        (FilterName::OrgId, BY_ORGANIZATION),
        (FilterName::Domain, BY_DOMAIN),
        (FilterName::Code, "d.code = ?"),
        (FilterName::Severity, "d.severity = ?"),
        (FilterName::Disposition, "d.disposition = ?"),
        (FilterName::Owner, BY_OWNER),
        (FilterName::Since, SINCE_FIRST_SEEN),
    ],
    order_by: "order by
  case d.severity when 'critical' then 1 when 'high' then 2 when 'medium' then 3 else 4 end,
  case d.layer when 'organization' then 1 when 'user' then 2 else 3 end, d.account_id, d.issue_key",
};

pub(super) const FINDING_FILTERS: &[(FilterName, &str)] = &[
    (FilterName::Run, "d.run_id = ?"),
    (FilterName::Account, BY_ACCOUNT),
    (FilterName::OrgId, BY_ORGANIZATION),
    (FilterName::Domain, BY_DOMAIN),
    (FilterName::Code, "(d.class = ? or substr(d.issue_key, 1, length(?) + 1) = ? || '/')"),
    (FilterName::Severity, "d.severity = ?"),
    (FilterName::Disposition, "d.disposition = ?"),
    (FilterName::Owner, BY_OWNER),
    (FilterName::Since, SINCE_FIRST_SEEN),
];

pub(super) const FINDING_ORDER: &str = "order by
  case d.severity when 'critical' then 1 when 'high' then 2 when 'medium' then 3 else 4 end, d.issue_key";

const ORGS: Noun = Noun {
    name: "orgs",
    select:
        "select run_id, class, family, severity, issue_key, account_id, account_name, owner, organization_id, domain,
  disposition, blocked_reason, suggested_action, evidence, url
from organization_findings as d",
    filters: FINDING_FILTERS,
    order_by: FINDING_ORDER,
};

const USERS: Noun = Noun {
    name: "users",
    select: "select run_id, class, family, severity, issue_key, account_id, account_name, owner, user_id, organization_id,
  domain, disposition, blocked_reason, suggested_action, evidence, url
from user_findings as d",
    filters: FINDING_FILTERS,
    order_by: FINDING_ORDER,
};

const TICKETS: Noun = Noun {
    name: "tickets",
    select: "select run_id, class, family, severity, issue_key, account_id, account_name, owner, ticket_id,
  organization_id, requester_id, requester_default_organization_id, is_requester_member, domain,
  disposition, suggested_action, evidence, url
from ticket_findings as d",
    filters: FINDING_FILTERS,
    order_by: FINDING_ORDER,
};

/// How many organizations of no account there are among the findings.
pub const ORPHANS: Noun = Noun {
    name: "orgs",
    select: "select count(*) from organization_findings as d",
    filters: FINDING_FILTERS,
    order_by: "",
};

/// The class that is left out of lists, because it may have more rows than all others.
pub const ORPHAN_CLASS: &str = "orphan_org";

/// Only rows of a class.
pub const OF_CLASS: &str = "d.class = ?";

/// All rows but those of a class.
pub const NOT_OF_CLASS: &str = "d.class <> ?";

const PLAN_FILTERS: &[(FilterName, &str)] = &[
    (FilterName::Run, "d.run_id = ?"),
    (
        FilterName::Account,
        "exists (select 1 from plan_actions as a where a.plan_id = d.plan_id and a.account_id = ?)",
    ),
    (
        FilterName::OrgId,
        "exists (select 1 from plan_actions as a where a.plan_id = d.plan_id and a.organization_id = ?)",
    ),
    (
        FilterName::Domain,
        "exists (select 1 from plan_actions as a where a.plan_id = d.plan_id and a.domain = ?)",
    ),
    (FilterName::Code, "exists (select 1 from plan_actions as a where a.plan_id = d.plan_id and a.code = ?)"),
    (FilterName::Since, "d.created_at >= ?"),
];

const PLANS_SHORT: Noun = Noun {
    name: "plans",
    select: "select plan_id, substr(plan_hash, 1, 12) as short_hash, run_id, state, created_at, planned_count as planned,
  deferred_count as deferred, refused_count as refused, source_identity
from plans as d",
    filters: PLAN_FILTERS,
    order_by: PLANS.order_by,
};

const PLANS: Noun = Noun {
    name: "plans",
    select: "select plan_id, plan_hash, run_id, state, created_at, tool_version, source_identity, filters, planned_count,
  deferred_count, refused_count
from plans as d",
    filters: PLAN_FILTERS,
    order_by: "order by d.plan_id desc",
};

const RUNS: Noun = Noun {
    name: "runs",
    select: "select r.run_id, r.started_at, r.salesforce_snapshot_id, r.zendesk_snapshot_id, r.tool_version,
  (select sum(k.issue_count) from run_coverage as k where k.run_id = r.run_id and k.family = 'drift') as issue_count,
  (select count(*) from run_coverage as k where k.run_id = r.run_id and k.is_evaluated = 0) as codes_not_evaluated
from runs as r",
    filters: &[(FilterName::Run, "r.run_id = ?"), (FilterName::Since, "r.started_at >= ?")],
    order_by: "order by r.run_id desc",
};

const SNAPSHOTS: Noun = Noun {
    name: "snapshots",
    select: "select s.snapshot_id, s.source, s.taken_at, s.taken_at_source, s.source_identity, s.state,
  (select sum(c.row_count) from snapshot_collections as c where c.snapshot_id = s.snapshot_id) as row_count,
  s.input_digest
from snapshots as s",
    filters: &[(FilterName::Since, "s.taken_at >= ?")],
    order_by: "order by s.snapshot_id desc",
};

/// The personal domains.
pub const PERSONAL_DOMAINS: Noun = Noun {
    name: "personal domains",
    select: "select domain, kind, origin, is_removed, changed_at from personal_domains",
    filters: &[(FilterName::Domain, "instr(domain, ?) > 0"), (FilterName::Kind, "kind = ?")],
    order_by: "order by domain",
};

/// The table of the demo.
pub const DEMO: Noun = Noun {
    name: "accounts",
    select: "select account_name as account, total_issue_count as total, prepared_action_count as prepared,
  blocked_action_count as blocked, triage_status, top_issue_codes, top_blocked_reasons
from exceptions_by_account as e",
    filters: EXCEPTIONS.filters,
    order_by: EXCEPTIONS.order_by,
};

/// The records that issues and hygiene findings of a run hang on.
const CAUSES: Noun = Noun {
    name: "causes",
    select: "select run_id, cause_kind, cause_id, cause_name, issue_count, account_count, user_count, open_ticket_count, codes
from causes as d",
    filters: &[
        (FilterName::Run, "d.run_id = ?"),
        (FilterName::Account, "d.cause_kind = 'account' and d.cause_id = ?"),
        (FilterName::OrgId, "d.cause_kind = 'organization' and d.cause_id = cast(? as text)"),
        (FilterName::Domain, "d.cause_kind = 'domain' and d.cause_id = ?"),
        (FilterName::Code, "instr(', ' || d.codes || ',', ', ' || ? || ',') > 0"),
    ],
    order_by: "order by d.issue_count desc, d.user_count desc, d.open_ticket_count desc, d.cause_kind, d.cause_id",
};

/// The same with the columns that fit a terminal.
const CAUSES_SHORT: Noun = Noun {
    name: "causes",
    select: "select cause_kind, cause_id, cause_name, issue_count as issues, account_count as accounts, user_count as users,
  open_ticket_count as open_tickets, codes
from causes as d",
    filters: CAUSES.filters,
    order_by: CAUSES.order_by,
};

const RULES: Noun = Noun {
    name: "rules",
    select: "select d.code, d.version, d.family, d.layer, d.severity, d.action, d.title
from rule_versions as d",
    filters: &[(FilterName::Code, "d.code = ?"), (FilterName::Severity, "d.severity = ?")],
    order_by: "order by d.family, case d.layer when 'organization' then 1 when 'user' then 2 else 3 end, d.code, d.version",
};

impl Noun {
    /// The condition of a filter, if the noun has it.
    pub fn condition(&self, name: FilterName) -> Option<&'static str> {
        self.filters.iter().find(|(known, _)| *known == name).map(|&(_, condition)| condition)
    }

    /// The noun of that name; short columns for a terminal.
    pub fn find(name: &str, is_for_terminal: bool) -> Option<&'static Self> {
        Some(match (name, is_for_terminal) {
            ("issues", true) => &ISSUES_SHORT,
            ("issues", false) => &ISSUES,
            ("accounts", true) => &EXCEPTIONS_SHORT,
            ("accounts", false) => &EXCEPTIONS,
            ("orgs", true) => &ORGS_SHORT,
            ("orgs", false) => &ORGS,
            ("users", true) => &USERS_SHORT,
            ("users", false) => &USERS,
            ("tickets", true) => &TICKETS_SHORT,
            ("tickets", false) => &TICKETS,
            ("plans", true) => &PLANS_SHORT,
            ("plans", false) => &PLANS,
            ("causes", true) => &CAUSES_SHORT,
            ("causes", false) => &CAUSES,
            ("runs", _) => &RUNS,
            ("snapshots", _) => &SNAPSHOTS,
            ("rules", _) => &RULES,
            _ => return None,
        })
    }

    /// Whether its rows belong to one run, the newest unless another is named.
    pub fn is_of_run(&self) -> bool {
        self.filters.iter().any(|&(name, _)| name == FilterName::Run)
            && !matches!(self.name, "runs" | "plans")
    }
}
