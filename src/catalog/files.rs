//! The lists of the files that are compiled in. A test fails on a file of these folders that is missing here.

pub use super::texts::{
    BLOCKED_REASONS, CLASSES, DEMO, DICTIONARY, DISPOSABLE_DOMAINS, EXAMPLES, GLOSSARY, INPUT_REASONS,
    MIGRATIONS, PERSONAL_DOMAINS, PLATFORM_HOSTS, WORDS,
};

use super::ViewFile;
pub use super::view_files::{DETECT, LINK, REPORT, SNAPSHOT};

/// From what the rules say to the issues of a run, in the dialect of the views: another engine can run them.
/// They read the relations `detected` and `first_seen` beside those of the warehouse.
pub const ISSUE: &[ViewFile] = view_files!["issue":
    "issue_detected",
    "issue_suppressed",
    "issue_root",
    "issue_first_seen",
    "issue_triage",
];

/// The statements of an audit; the warehouse runs them in its own order.
pub const AUDIT: &[ViewFile] = view_files!["audit":
    "create_detected",
    "create_first_seen",
    "create_triage",
    "detect_rule",
    "index_detected_by_account",
    "index_detected_by_user",
    "suppress",
    "set_roots",
    "close_issues",
    "open_issues",
    "close_links",
    "open_links",
    "fill_first_seen",
    "fill_triage",
    "close_triage",
    "open_triage",
    "store_changes",
    "affected",
    "totals",
    "store_figures",
    "behind_record",
];

/// The statements by which an audit of the changes finds what it has to look at again.
pub const DELTA: &[ViewFile] = view_files!["delta":
    "create_sets",
    "fill_bounds",
    "fill_codes",
    "dirty_names",
    "dirty_related_domains",
    "dirty_accounts",
    "dirty_owned_organizations",
    "dirty_asked_organizations",
    "dirty_verdicts",
    "newly_owned",
    "newly_orphan",
    "dirty_user_domains",
    "dirty_organizations",
    "fill_wanted_user_domains",
    "fill_wanted_ticket_domains",
    "scan_users",
    "scan_memberships",
    "scan_tickets",
    "view_open_issues",
    "fill_covered",
    "dirty_issues",
    "dirty_users",
    "dirty_members",
    "dirty_tickets",
    "recheck_evaluated",
    "changed_issues",
    "touched_accounts",
    "load_kept",
    "recheck_kept",
    "load_requesters",
    "view_versions",
    "issue_counts",
    "totals",
    "changed_share",
];

/// What a plan is made of: facts of a run, and the content of snapshots for their digests.
pub const PLAN: &[ViewFile] = view_files!["plan":
    "create_planned",
    "fill_planned",
    "create_planned_organization",
    "fill_planned_organization",
    "create_planned_domain",
    "fill_planned_domain",
    "create_affected_user",
    "fill_affected_user",
    "plan_ignored_fields",
    "plan_issues",
    "plan_organizations",
    "plan_organization_members",
    "plan_users",
    "plan_memberships",
    "plan_pulled_in",
    "plan_open_tickets",
    "digest_accounts",
    "digest_account_domains",
    "digest_account_merges",
    "digest_organizations",
    "digest_users",
    "digest_memberships",
    "digest_tickets",
    "plan_batches",
    "plan_counts",
    "plan_made",
    "plan_risk_takers",
    "show_plan",
    "show_plan_short",
];

/// Dated decisions about issues: the list of them.
pub const SUPPRESSION: &[ViewFile] = view_files!["suppression":
    "standing",
];

/// What people decided, as the next decision needs it.
pub const DECISION: &[ViewFile] = view_files!["decision":
    "issue_states",
    "words",
];

/// The sheets of a workbook, each with parameters of its own.
pub const WORKBOOK: &[ViewFile] = view_files!["workbook":
    "owner_totals",
    "owners",
    "accounts",
    "issues",
    "causes",
    "plan",
    "prepared",
    "data_to_fix",
];

/// The tables and charts of the report, each of one run.
pub const REPORT_PAGE: &[ViewFile] = view_files!["report_page":
    "runs",
    "severities",
    "marks",
    "changes",
    "links",
    "tickets",
    "collections",
    "codes",
    "owners",
    "ages",
    "causes",
    "repairs",
    "candidates",
    "accounts",
    "people",
    "lapsed",
];

/// What the repairs of a plan would change, for a look at what an audit would find then.
pub const WHAT_IF: &[ViewFile] = view_files!["what_if":
    "set_external_id",
    "add_domain",
    "pull_in_defaults",
    "pull_in",
    "assign_default",
    "assign",
    "move_default",
    "move_user",
    "create_domain_users",
    "fill_domain_users",
    "insert_snapshot",
    "insert_run",
    "differences",
];

/// What a refresh asks.
pub const REFRESH: &[ViewFile] = view_files!["refresh":
    "batch",
    "new_issues",
];

/// Questions that are asked again and again, of public names alone.
pub const SAVED: &[ViewFile] = view_files!["saved":
    "account_history",
    "ageing",
    "critical_tickets",
    "domains",
    "duplicates",
    "link_changes",
    "link_states",
    "members",
    "misfiled_share",
    "new_issues",
    "newcomers",
    "owners",
    "parents",
    "record_changes",
    "reopened",
    "repairs",
    "resolution_time",
    "root_causes",
    "suppressions",
    "trend",
    "unmapped_accounts",
    "worse",
    "wrong_orgs",
];

/// The tables of the file for analysts, each after those that it refers to.
pub const ANALYST: &[ViewFile] = view_files!["analyst":
    "rule",
    "run",
    "organization",
    "account",
    "account_domain",
    "organization_domain",
    "account_day",
    "code_day",
    "issue",
    "receipt",
];

/// Questions about these tables.
pub const CANNED: &[ViewFile] = view_files!["canned":
    "account_issues",
    "ageing",
    "domains",
    "link_share",
    "reopened",
    "repairs",
    "resolution_time",
    "root_causes",
    "trend",
    "triage",
    "worse",
    "wrong_orgs",
];

/// The statements that compare two runs, or the records of two snapshots.
pub const DIFF: &[ViewFile] = view_files!["diff":
    "issues",
    "collections",
    "records",
    "account_settings",
    "accounts",
    "account_domains",
    "organizations",
    "organization_domains",
    "users",
    "memberships",
    "tickets",
];

/// What `find` reads about records that a text names.
pub const FIND: &[ViewFile] = view_files!["find":
    "records",
    "names",
];

/// What a trace reads, each with parameters of its own.
pub const TRACE: &[ViewFile] = view_files!["trace":
    "accounts",
    "expected_domains",
    "domain_owners",
    "domain_holders",
    "marks",
    "claims",
    "narrow",
    "narrow_place",
    "place_owners",
    "place_of_user",
    "place_of_ticket",
    "organizations",
    "related_accounts",
    "links",
    "users",
    "addresses",
    "memberships",
    "recent_tickets",
    "ticket",
    "organization_domains",
    "organization_activity",
    "candidates",
    "issue_versions",
    "issue_details",
    "evaluations",
    "plan_actions",
    "receipts",
    "collections",
];

/// A snapshot as the records that the API would answer.
pub const SANDBOX: &[ViewFile] = view_files!["sandbox":
    "organizations",
    "users",
    "organization_memberships",
    "tickets",
];

/// `queries/receipt/`: what applies did, for people, and what later runs say about it.
pub const RECEIPT: &[ViewFile] = view_files!["receipt":
    "insert_event",
    "show_receipt",
    "show_receipt_short",
    "show_batches",
    "count_batches",
    "undo",
    "prove",
    "prove_new_issues",
    "prove_differences",
    "prove_after",
    "verify_events",
    "verify_plan_rows",
];
