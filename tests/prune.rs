//! `prune`: the newest snapshot taken back, old history folded.

use crate::common::bench::{Bench, Told};
use crate::stock_readers::rich_warehouse;

/// Views as of a run or a snapshot, with what tells the rows of one.
const AS_OF: [(&str, &str); 15] = [
    ("salesforce_accounts", "snapshot_id"),
    ("salesforce_account_domains", "snapshot_id"),
    ("zendesk_organizations", "snapshot_id"),
    ("zendesk_organization_domains", "snapshot_id"),
    ("zendesk_organization_keys", "snapshot_id"),
    ("zendesk_users", "snapshot_id"),
    ("zendesk_organization_memberships", "snapshot_id"),
    ("zendesk_tickets", "snapshot_id"),
    ("snapshot_collections", "snapshot_id"),
    ("account_links", "run_id"),
    ("issues", "run_id"),
    ("organization_findings", "run_id"),
    ("user_findings", "run_id"),
    ("ticket_findings", "run_id"),
    ("causes", "run_id"),
];

fn later(bench: &Bench, arguments: &[&str]) -> Told {
    let mut command = bench.command(arguments);
    command.env("ORGDRIFT_TEST_NOW", "2026-11-06T00:00:00Z");
    bench.run_command(command)
}

/// The rows of all as-of views from a run and its snapshots on.
fn as_of(bench: &Bench, run_id: u32) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for (view, key) in AS_OF {
        let kept = match key {
            "run_id" => format!("run_id >= {run_id}"),
            _ => format!(
                "snapshot_id in (select salesforce_snapshot_id from runs where run_id >= {run_id}
                 union select zendesk_snapshot_id from runs where run_id >= {run_id})"
            ),
        };
        let mut rows = bench.rows(&format!("select * from {view} where {kept}"));
        rows.sort();
        all.push(rows);
    }
    // When something was first seen is history, which is what goes.
    let mut triage = bench.rows(&format!(
        "select run_id, sf_account_id, triage_status, total_issue_count, max_severity, top_issue_codes, link_state
         from exceptions_by_account where run_id >= {run_id}"
    ));
    triage.sort();
    all.push(triage);
    all.push(bench.rows(&format!(
        "select run_id, code, is_evaluated, issue_count from run_coverage where run_id >= {run_id} order by 1, 2"
    )));
    let mut changes = bench.rows(&format!("select * from issue_changes where previous_run_id >= {run_id}"));
    changes.sort();
    all.push(changes);
    all
}

#[test]
fn what_stays_is_as_it_was() {
    let bench = Bench::empty();
    rich_warehouse(bench.path("").as_path());
    let (before, all) = (as_of(&bench, 3), bench.value("select count(*) from runs"));
    assert_eq!(all, "4");
    assert!(before.iter().filter(|rows| !rows.is_empty()).count() > 15, "the views have rows to compare");

    let dump = bench.dump();
    let told = later(&bench, &["prune", "--keep-days", "2"]).expect(0);
    bench.dump().assert_same(&dump);
    assert!(told.err.contains("nothing was changed; --confirm"), "{}", told.err);
    assert!(told.out.contains("1, 2"), "{}", told.out);

    later(&bench, &["prune", "--keep-days", "2", "--confirm"]).expect(0);
    assert_eq!(bench.rows("select run_id from runs order by run_id"), ["3", "4"]);
    assert_eq!(as_of(&bench, 3), before);
    assert_eq!(bench.value("pragma integrity_check"), "ok");
    assert!(bench.rows("pragma foreign_key_check").is_empty());
    // History begins with the oldest run that is left, and counts from there.
    assert_eq!(
        bench.value("select count(*) from issue_history where first_run_id < 3 or run_count < 1 or run_count > 2 or run_count is null"),
        "0"
    );
    assert_eq!(
        bench.value("select count(*) from issue_history where is_open = 1"),
        bench.value("select count(*) from latest_issues")
    );
    let versions =
        "select count(*) from _user_versions where valid_from < (select min(snapshot_id) from snapshots)";
    assert_eq!(bench.value(versions), "0");

    // The next audit goes on from there.
    later(&bench, &["ingest", "zendesk", "--from", "zendesk", "--taken-at", "2026-11-05T09:00:00Z"])
        .expect(0);
    later(&bench, &["audit"]).expect(0);
    assert_eq!(
        bench.value("select count(*) from issue_history where is_open = 1 and run_count not between 1 and 3"),
        "0"
    );
    let again = later(&bench, &["prune", "--keep-days", "2"]).expect(0);
    assert!(again.err.contains("nothing to prune"), "{}", again.err);
}

#[test]
fn runs_that_plans_name_stay_and_receipts_verify() {
    let bench = Bench::empty();
    bench.run(&["demo", "--all"]).expect(0);
    let dump = bench.dump();
    let told = later(&bench, &["prune", "--keep-days", "0", "--confirm"]).expect(0);
    assert!(told.err.contains("nothing to prune"), "{}", told.err);
    bench.dump().assert_same(&dump);
    bench.run(&["receipt", "verify"]).expect(0);
}

/// The demo, and a later Zendesk snapshot with a run of its own; returns the content before that.
fn with_a_later_run(taken_at: &str) -> (Bench, crate::common::dump::Dump) {
    let bench = Bench::with_demo();
    // Whose links are kept is not restored: the next audit looks at everything.
    let database = rusqlite::Connection::open(bench.db()).unwrap();
    database.execute("delete from _delta_base", []).unwrap();
    drop(database);
    // What is known of lines goes with the snapshot that noted it, and the next reading reads all of them.
    let file = rusqlite::Connection::open(bench.db()).unwrap();
    file.execute_batch("delete from _line_lists; delete from _line_parts").unwrap();
    drop(file);
    let before = bench.dump();
    bench.copy("fixtures/demo", "later");
    let file = bench.path("later/zendesk/organizations.ndjson");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("\"Acme Healthcare\"", "\"Acme Health\"")).unwrap();
    bench.run(&["ingest", "zendesk", "--from", "later/zendesk", "--taken-at", taken_at]).expect(0);
    bench.run(&["audit"]).expect(0);
    (bench, before)
}

#[test]
fn the_newest_snapshot_is_taken_back_as_if_it_had_never_been_read() {
    // Also one whose time is in the future, after which no other could be ingested.
    for taken_at in ["2026-11-02T06:59:00Z", "2026-11-03T06:00:00Z"] {
        let (bench, before) = with_a_later_run(taken_at);
        bench.run(&["plan"]).expect(0);
        let after = bench.dump();
        let told = bench.run(&["prune", "--snapshot", "latest"]).expect(0);
        assert!(told.err.contains("nothing was changed; --confirm"), "{}", told.err);
        bench.dump().assert_same(&after);
        let told = bench.run(&["prune", "--snapshot", "latest", "--confirm"]).expect(0);
        assert!(told.err.contains(&format!("took back snapshot 3 of {taken_at}")), "{}", told.err);
        bench.dump().assert_same(&before);
        assert!(bench.rows("pragma foreign_key_check").is_empty());
        // The plans are protected as before.
        bench.run(&["plan"]).expect(0);
        let database = rusqlite::Connection::open(bench.db()).unwrap();
        assert!(database.execute("delete from plan_actions", []).is_err());
        assert!(database.execute("delete from _plans", []).is_err());
        drop(database);
        bench.run(&["doctor"]);
        bench.run(&["list", "issues"]).expect(0);
    }
}

#[test]
fn a_snapshot_that_something_was_applied_on_stays() {
    let (bench, _) = with_a_later_run("2026-11-02T06:59:00Z");
    let sandbox = crate::common::sandbox::TestSandbox::demo();
    bench.run(&["plan"]).expect(0);
    bench.run_live(&sandbox, &["apply", "latest"]);
    assert_ne!(bench.value("select count(*) from apply_events"), "0");
    let told = bench.unchanged(&["prune", "--snapshot", "latest", "--confirm"]).expect(5);
    assert!(told.err.contains("the journal has an apply of plan"), "{}", told.err);
}

#[test]
fn everything_can_be_taken_back() {
    let bench = Bench::with_demo();
    for _ in 0..2 {
        bench.run(&["prune", "--snapshot", "latest", "--confirm"]).expect(0);
    }
    for table in [
        "snapshots",
        "runs",
        "run_coverage",
        "_run_context",
        "_link_account",
        "_user_versions",
        "_issue_versions",
    ] {
        assert_eq!(bench.value(&format!("select count(*) from {table}")), "0", "{table}");
    }
    let told = bench.run(&["prune", "--snapshot", "latest"]).expect(1);
    assert!(told.err.contains("no snapshot"), "{}", told.err);
    for (arguments, says) in [
        (&["prune"][..], "--keep-days"),
        (&["prune", "--keep-days", "x"], "invalid value"),
        (&["prune", "--snapshot", "3"], "latest"),
        (&["prune", "--keep-days", "3", "--snapshot", "latest"], "cannot be used with"),
    ] {
        let told = bench.run(arguments).expect(2);
        assert!(told.err.contains(says), "{arguments:?}: {}", told.err);
    }
}
