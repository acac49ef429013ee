//! The public names that people rely on, with their columns, and the shape of tables and views.

use orgdrift::catalog::{self, files};

use super::{columns, fresh, names};

/// Names and columns that no version may take away. More columns may follow.
const PROMISED: &[(&str, &str)] = &[
    ("snapshots", "snapshot_id source taken_at ingested_at source_identity input_digest state options"),
    ("snapshot_collections", "snapshot_id collection outcome reason row_count page_count bound_since"),
    ("ingest_rejections", "snapshot_id line column_name reason value"),
    ("ingest_warnings", "snapshot_id line column_name reason value subject_kind subject_id"),
    ("runs", "run_id salesforce_snapshot_id zendesk_snapshot_id started_at rule_set_digest tool_version"),
    ("run_coverage", "run_id code rule_version is_evaluated reason issue_count outside_window_count"),
    (
        "salesforce_accounts",
        "snapshot_id account_id account_name stored_organization_id owner parent_account_id",
    ),
    ("salesforce_account_domains", "snapshot_id account_id domain is_usable"),
    (
        "zendesk_organizations",
        "snapshot_id organization_id name external_id external_account_id shared_tickets",
    ),
    ("zendesk_organization_domains", "snapshot_id organization_id domain"),
    (
        "zendesk_users",
        "snapshot_id user_id name email email_domain role is_verified is_active is_suspended is_shared \
         default_organization_id",
    ),
    ("zendesk_organization_memberships", "snapshot_id membership_id user_id organization_id is_default"),
    ("zendesk_tickets", "snapshot_id ticket_id requester_id organization_id status created_at"),
    ("account_links", "run_id account_id link_state organization_id match_rule organization_name"),
    (
        "causes",
        "run_id cause_kind cause_id cause_name issue_count account_count user_count open_ticket_count codes",
    ),
    (
        "organization_activity",
        "run_id organization_id member_count ticket_count open_ticket_count is_ticket_count_known",
    ),
    (
        "user_accounts",
        "run_id user_id expected_account_id actual_account_id expected_organization_id actual_organization_id",
    ),
    (
        "ticket_accounts",
        "run_id ticket_id expected_account_id actual_account_id expected_organization_id actual_organization_id",
    ),
    ("rule_versions", "code version family layer severity title sql sql_sha256 documentation"),
    (
        "issues",
        "run_id issue_key code rule_version layer severity account_id account_name subject_kind subject_id \
         organization_id actual_organization_id owner severity_rank email_domain user_id ticket_id domain \
         disposition action blocked_reason suppressed_by accepted_by \
         suggested_action root_issue_key reason evidence url",
    ),
    ("issue_changes", "previous_run_id run_id issue_key change is_rule_changed"),
    (
        "issue_history",
        "issue_key code account_id first_run_id last_run_id first_seen_at last_seen_at resolved_at \
     disposition run_count reopened_count is_open",
    ),
    (
        "exceptions_by_account",
        "run_id sf_account_id account_name owner triage_status total_issue_count prepared_action_count \
         blocked_action_count review_count detect_only_count suppressed_count max_severity \
         affected_user_count affected_open_ticket_count top_issue_codes top_blocked_reasons zendesk_org_id \
         zendesk_org_name zendesk_org_url candidate_orgs link_state match_rule first_seen_run first_seen_at \
         suggested_next_step snapshot_dates",
    ),
    ("organization_findings", "run_id class account_id organization_id domain suggested_action url"),
    ("user_findings", "run_id class account_id user_id domain suggested_action url"),
    ("ticket_findings", "run_id class account_id ticket_id domain suggested_action url"),
    ("plans", "plan_id plan_hash run_id state"),
    ("plan_actions", "plan_id action_id issue_key action status blocked_reason depends_on"),
    ("suppressions", ""),
    ("personal_domains", "domain"),
    ("data_dictionary", "object_name column_name description references"),
];

/// Names that also exist for the newest run or snapshot alone.
const LATEST: &[&str] = &[
    "issues",
    "exceptions_by_account",
    "account_links",
    "salesforce_accounts",
    "salesforce_account_domains",
    "zendesk_organizations",
    "zendesk_organization_domains",
    "zendesk_users",
    "zendesk_organization_memberships",
    "zendesk_tickets",
];

#[test]
fn every_promised_name_has_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh(folder.path());
    for (name, promised) in PROMISED {
        let found = columns(&database, name);
        for column in promised.split_whitespace() {
            assert!(found.iter().any(|found| found == column), "{name} has no column {column}");
        }
    }
    // These two are read by their order as well: one is a file for people, one is written down as a list.
    for name in ["issues", "exceptions_by_account"] {
        let (_, promised) = PROMISED.iter().find(|(promised, _)| *promised == name).unwrap();
        assert_eq!(columns(&database, name), promised.split_whitespace().collect::<Vec<_>>());
    }
}

#[test]
fn the_latest_rows_have_the_columns_of_all_rows() {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh(folder.path());
    for name in LATEST {
        assert_eq!(columns(&database, &format!("latest_{name}")), columns(&database, name), "latest_{name}");
    }
}

#[test]
fn every_view_compiles_and_none_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh(folder.path());
    let mut wanted: Vec<_> = catalog::views().into_iter().map(|view| view.name).collect();
    wanted.sort();
    assert_eq!(names(&database, "view"), wanted);
    for view in wanted {
        let statement = database.prepare(&format!("select * from {view} limit 0"));
        assert!(statement.is_ok(), "{view}: {}", statement.unwrap_err());
    }
}

#[test]
fn a_work_table_has_the_columns_of_its_view_in_the_same_order() {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh(folder.path());
    for file in files::LINK {
        let work = format!("_{}", file.stem);
        assert_eq!(columns(&database, &work), columns(&database, file.stem), "{work}");
    }
}

#[test]
fn every_rule_gives_the_same_columns() {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh(folder.path());
    for rule in catalog::rules() {
        assert_eq!(
            columns(&database, &rule.view_name()),
            [
                "run_id",
                "account_id",
                "subject_kind",
                "subject_id",
                "domain",
                "organization_id",
                "disposition",
                "action",
                "blocked_reason",
                "suggested_action",
                "evidence"
            ],
            "{}",
            rule.code
        );
    }
}

#[test]
fn every_table_is_strict_and_has_plain_types() {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh(folder.path());
    for table in names(&database, "table") {
        // The migration tool makes its own table.
        if table == "_migrations" {
            continue;
        }
        let is_strict: bool = database
            .query_row(
                "select strict from pragma_table_list where schema = 'main' and name = ?1",
                [&table],
                |row| row.get(0),
            )
            .unwrap();
        assert!(is_strict, "{table} is not strict");
        let mut statement = database.prepare("select name, type from pragma_table_info(?1)").unwrap();
        let types: Vec<(String, String)> = statement
            .query_map([&table], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        for (column, kind) in types {
            // What is known of lines is of no use to anybody else, and packed.
            let is_packed = kind == "BLOB" && ["_line_lists", "_line_parts"].contains(&table.as_str());
            let is_plain = matches!(kind.as_str(), "TEXT" | "INTEGER" | "REAL");
            assert!(is_plain || is_packed, "{table}.{column} is {kind}");
        }
    }
}

/// Tools that bind every parameter as text find rows only where a column has a type to compare as.
#[test]
fn every_column_of_a_view_for_people_has_a_type() {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh(folder.path());
    for file in files::SNAPSHOT.iter().chain(files::REPORT).filter(|file| !file.stem.starts_with('_')) {
        let mut statement = database.prepare("select name, type from pragma_table_info(?1)").unwrap();
        let types: Vec<(String, String)> = statement
            .query_map([file.stem], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        for (column, kind) in types {
            assert!(
                matches!(kind.as_str(), "TEXT" | "INTEGER" | "INT" | "bigint"),
                "{}.{column}: `{kind}`",
                file.stem
            );
        }
    }
}
