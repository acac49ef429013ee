//! The demo: every figure that it shows, and what lies in its files.

use orgdrift::catalog;

use crate::common::bench::Bench;

const TABLE: &str = "\
account|total|prepared|blocked|triage_status|top_issue_codes|top_blocked_reasons
Acme Labs|3|0|2|blocked|org_duplicate_external_id, user_resolution_blocked_duplicate_external_id|duplicate_external_id
Acme Healthcare|1|1|0|ready|org_missing_external_id|
Acme Studios|2|0|0|tickets_only|ticket_org_mismatch|
Acme Foods|3|2|1|partly_ready|user_default_org_not_expected, user_domain_ambiguous|user_domain_ambiguous
Acme Retail|2|2|0|ready|org_missing_expected_domain, user_missing_expected_membership|
Acme Biotech|1|0|1|blocked|org_domain_attached_elsewhere|domain_belongs_to_other_org
";

/// The header of the triage file, in the order that spreadsheets rely on.
const TRIAGE_COLUMNS: [&str; 25] = [
    "sf_account_id",
    "account_name",
    "owner",
    "triage_status",
    "total_issue_count",
    "prepared_action_count",
    "blocked_action_count",
    "review_count",
    "detect_only_count",
    "suppressed_count",
    "max_severity",
    "affected_user_count",
    "affected_open_ticket_count",
    "top_issue_codes",
    "top_blocked_reasons",
    "zendesk_org_id",
    "zendesk_org_name",
    "zendesk_org_url",
    "candidate_orgs",
    "link_state",
    "match_rule",
    "first_seen_run",
    "first_seen_at",
    "suggested_next_step",
    "snapshot_dates",
];

#[test]
fn the_demo_shows_its_table() {
    let bench = Bench::empty();
    let told = bench.run(&["demo", "--format", "csv"]).expect(0);
    let mut rows = csv::Reader::from_reader(told.out.as_bytes());
    let mut table = rows.headers().unwrap().iter().collect::<Vec<_>>().join("|") + "\n";
    for row in rows.records() {
        table.push_str(&row.unwrap().iter().collect::<Vec<_>>().join("|"));
        table.push('\n');
    }
    assert_eq!(table, TABLE);
    insta::assert_snapshot!(told.text(), @r#"
    exit 0
    created orgdrift.db

    12 open issues, 5 repairs prepared, 4 blocked
    the warehouse:   orgdrift.db
    the triage file: exceptions_by_account.csv
    the workbook:    drift_workbook.xlsx
    the report:      drift_report.html
    the plan:        fix_plan.json

    try: orgdrift list issues
         orgdrift explain org_duplicate_external_id
         sqlite3 orgdrift.db "select * from latest_issues"
    next: orgdrift plan show 1
    "#);
}

#[test]
fn the_triage_file_is_one_for_spreadsheets() {
    let bench = Bench::empty();
    bench.run(&["demo"]).expect(0);
    let bytes = std::fs::read(bench.path("exceptions_by_account.csv")).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark for spreadsheets");
    assert_eq!(text.matches("\r\n").count(), 7, "a header and six accounts, each with CRLF");
    assert_eq!(text.matches('\n').count(), 8, "the two organizations of a duplicate stand on two lines");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(rows.headers().unwrap(), TRIAGE_COLUMNS.as_slice());
    let labs = rows.records().next().unwrap().unwrap();
    assert_eq!(&labs[0], "001ACME00400000YDA");
    assert_eq!(&labs[10], "critical");
    assert_eq!(&labs[15], "", "a duplicate has no organization");
    assert_eq!(
        &labs[18],
        "21700000001052 Acme Labs https://acme-demo.sandbox.zendesk.com/agent/organizations/21700000001052\n\
         21700000001065 Acme Laboratories https://acme-demo.sandbox.zendesk.com/agent/organizations/21700000001065"
    );
    assert_eq!(&labs[20], "", "no rule decided");
    assert_eq!([&labs[21], &labs[22]], ["1", "2026-11-02T06:00:00Z"]);
    assert_eq!(&labs[24], "salesforce 2026-11-02, zendesk 2026-11-02");
    let healthcare = rows.records().next().unwrap().unwrap();
    assert_eq!(&healthcare[15], "21700000001013");
    assert_eq!(&healthcare[16], "Acme Healthcare");
    assert_eq!(&healthcare[17], "https://acme-demo.sandbox.zendesk.com/agent/organizations/21700000001013");
}

#[test]
fn the_triage_rows_sum_to_the_issues() {
    let bench = Bench::with_demo();
    assert_eq!(
        bench.rows(
            "select sum(total_issue_count), sum(prepared_action_count), sum(blocked_action_count),
               sum(review_count), sum(detect_only_count), sum(suppressed_count)
             from latest_exceptions_by_account"
        ),
        bench.rows(
            "select count(*), sum(disposition = 'prepared'), sum(disposition = 'blocked'),
               sum(disposition = 'review'), sum(disposition = 'detect_only'), sum(disposition = 'suppressed')
             from latest_issues"
        )
    );
    assert_eq!(bench.value("select count(*) from latest_issues"), "12");
}

#[test]
fn a_second_demo_is_the_first_one() {
    let bench = Bench::empty();
    let first = bench.run(&["demo"]).expect(0);
    let before = bench.dump();
    let second = bench.run(&["demo"]).expect(0);
    bench.dump().assert_same(&before);
    assert_eq!(first.out, second.out);
}

#[test]
fn every_noun_is_listed_in_every_format() {
    let bench = Bench::with_demo();
    for (noun, count) in [
        ("issues", 12),
        ("accounts", 6),
        // The seventh is an organization of no account.
        ("orgs", 6),
        ("users", 7),
        ("tickets", 2),
        ("runs", 1),
        ("snapshots", 2),
        ("plans", 1),
        ("rules", catalog::rules().len()),
    ] {
        let table = bench.run(&["list", noun]).expect(0);
        assert_eq!(table.out.lines().count(), count + 1, "{noun}: {}", table.out);
        let json: Vec<serde_json::Value> =
            serde_json::from_str(&bench.run(&["list", noun, "--json"]).expect(0).out).unwrap();
        assert_eq!(json.len(), count, "{noun}");
        let lines = bench.run(&["list", noun, "--format", "ndjson"]).expect(0);
        assert_eq!(lines.out.lines().count(), count, "{noun}");
        let csv = bench.run(&["list", noun, "--format", "csv"]).expect(0);
        assert_eq!(csv::Reader::from_reader(csv.out.as_bytes()).records().count(), count, "{noun}");
        assert!(!csv.out.contains('\r') && !csv.out.starts_with('\u{feff}'), "a pipe gets neither");
    }
}

#[test]
fn filters_narrow_a_list_and_are_never_ignored() {
    let bench = Bench::with_demo();
    let count = |arguments: &[&str]| {
        let mut all = vec!["list", "issues", "--format", "ndjson"];
        all.extend(arguments);
        bench.run(&all).expect(0).out.lines().count()
    };
    assert_eq!(count(&["--account", "001ACME00400000"]), 3, "the 15-character form");
    assert_eq!(count(&["--code", "ticket_org_mismatch"]), 2);
    assert_eq!(count(&["--severity", "critical"]), 2);
    assert_eq!(count(&["--disposition", "prepared"]), 5);
    assert_eq!(count(&["--org-id", "21700000001013"]), 1);
    assert_eq!(count(&["--domain", "acmebioassay-demo.com"]), 1);
    assert_eq!(count(&["--since", "2026-11-03"]), 0);
    assert_eq!(count(&["--limit", "4"]), 4);
    assert_eq!(count(&["--run", "1"]), 12);
    insta::assert_snapshot!(bench.run(&["list", "snapshots", "--severity", "high"]).text(), @"
    exit 2
    error: unexpected argument '--severity' found

      tip: `orgdrift list issues`, `orgdrift list accounts`, `orgdrift list orgs` take --severity

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(bench.run(&["list", "issues", "--run", "7"]).text(), @r"
    exit 1
    error: the warehouse has no run 7
    hint: run `orgdrift audit` to make one, or see `orgdrift list runs`
    ");
    insta::assert_snapshot!(bench.run(&["list", "issues", "--account", "001ACME"]).text(), @"
    exit 2
    error: --account is not an account id
    hint: an account id has 15 or 18 characters, such as 001ACME00400000YDA; `orgdrift find` searches by name
    ");
}

#[test]
fn a_code_is_explained_and_a_near_one_offered() {
    let bench = Bench::empty();
    let told = bench.run(&["explain", "org_missing_external_id"]).expect(0);
    assert!(told.out.contains("Why it matters: "), "{}", told.out);
    insta::assert_snapshot!(bench.run(&["explain", "missing_external"]).text(), @"
    exit 2
    error: missing_external is not a term that orgdrift knows
    hint: did you mean org_missing_external_id?
    ");
}

#[test]
fn every_reason_of_the_tables_is_explained() {
    let bench = Bench::empty();
    let known: Vec<String> = catalog::blocked_reasons().into_iter().map(|reason| reason.reason).collect();
    for reason in crate::model::names::Reason::ALL {
        assert!(known.contains(&reason.name().to_owned()), "{} is not explained", reason.name());
        let told = bench.run(&["explain", reason.name()]).expect(0);
        assert!(told.out.contains("What to do: "), "{}", told.out);
    }
    assert_eq!(known.len(), crate::model::names::Reason::ALL.len());
}

#[test]
fn the_exit_code_tells_of_issues_only_when_asked() {
    let bench = Bench::with_demo();
    bench.run(&["audit"]).expect(0);
    bench.run(&["audit", "--fail-on", "critical"]).expect(3);
    bench.run(&["audit", "--fail-on", "low"]).expect(3);
}

#[test]
fn a_personal_domain_changes_the_next_run_and_no_old_one() {
    let bench = Bench::with_demo();
    let domain = "acmebioassay-demo.com";
    bench.run(&["personal-domain", "add", domain]).expect(0);
    assert_eq!(bench.value("select count(*) from latest_issues where domain = 'acmebioassay-demo.com'"), "1");
    bench.run(&["audit"]).expect(0);
    assert_eq!(bench.value("select max(run_id) from runs"), "2");
    assert_eq!(
        bench.rows(
            "select run_id, count(*) from issues where domain = 'acmebioassay-demo.com' group by run_id"
        ),
        ["1|1"]
    );
    assert_eq!(
        bench.rows(
            "select change, is_rule_changed from issue_changes where run_id = 2
             and issue_key like 'org_domain_attached_elsewhere/%'"
        ),
        ["resolved|1"]
    );
    bench.run(&["personal-domain", "remove", domain]).expect(0);
    // The rules are those of the first run again, so that is the run.
    let told = bench.run(&["audit", "--json"]).expect(0);
    let report: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!((&report["run_id"], &report["is_new"]), (&1.into(), &false.into()));
    bench.run(&["personal-domain", "remove", "gmail.com"]).expect(0);
    let gmail = "select kind, origin, is_removed from personal_domains where domain = 'gmail.com'";
    assert_eq!(bench.rows(gmail), ["personal|bundled|1"]);
    bench.run(&["personal-domain", "add", "gmail.com"]).expect(0);
    assert_eq!(bench.rows(gmail), ["personal|bundled|0"]);
}

#[test]
fn a_suppression_covers_an_issue_until_it_lapses() {
    let bench = Bench::with_demo();
    let suppress = |sql: &str| rusqlite::Connection::open(bench.db()).unwrap().execute_batch(sql).unwrap();
    suppress(
        "insert into suppressions (code, account_id, reason, owner, created_at, expires_on)
         values ('org_duplicate_external_id', '001ACME00400000YDA', 'merge is planned', 'ops',
           '2026-11-02T07:00:00Z', '2026-11-05')",
    );
    bench.run(&["audit", "--fail-on", "critical"]).expect(0);
    assert_eq!(
        bench.rows(
            "select disposition, suppressed_by from latest_issues where code = 'org_duplicate_external_id'"
        ),
        ["suppressed|1", "suppressed|1"]
    );
    assert_eq!(
        bench.rows(
            "select triage_status, total_issue_count, blocked_action_count, suppressed_count, max_severity,
               top_issue_codes, top_blocked_reasons
             from latest_exceptions_by_account where sf_account_id = '001ACME00400000YDA'"
        ),
        ["review|3|0|2|high|user_resolution_blocked_duplicate_external_id|~"]
    );
    assert_eq!(
        bench.value("select count(*) from issues where run_id = 1 and disposition = 'suppressed'"),
        "0",
        "old runs do not change"
    );
    let mut later = bench.command(&["audit", "--fail-on", "critical"]);
    later.env("ORGDRIFT_TEST_NOW", "2026-11-06T00:00:00Z");
    assert_eq!(later.output().unwrap().status.code(), Some(3), "the suppression has lapsed");
}

#[test]
fn exports_neutralize_formulas_unless_raw() {
    let bench = Bench::empty();
    bench.write(
        "accounts.csv",
        "Id,Name,Website\n001Hs00003WqA01IAF,\"=HYPERLINK(\"\"http://evil\"\")\",alder-demo.com\n",
    );
    bench.write("folder/organizations.ndjson", "");
    bench.write("folder/users.ndjson", "");
    bench.write("folder/organization_memberships.ndjson", "");
    bench.write("folder/tickets.ndjson", "");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "folder"]).expect(0);
    bench.run(&["audit"]).expect(0);
    bench.run(&["export", "exceptions", "--output", "safe.csv"]).expect(0);
    bench.run(&["export", "exceptions", "--output", "raw.csv", "--raw"]).expect(0);
    let name = |file: &str| {
        let text = std::fs::read_to_string(bench.path(file)).unwrap();
        csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes())
            .records()
            .next()
            .unwrap()
            .unwrap()[1]
            .to_owned()
    };
    assert_eq!(name("safe.csv"), "'=HYPERLINK(\"http://evil\")");
    assert_eq!(name("raw.csv"), "=HYPERLINK(\"http://evil\")");
    let json = bench.run(&["export", "exceptions", "--json"]).expect(0).out;
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(rows[0]["account_name"], "=HYPERLINK(\"http://evil\")", "JSON is exact");
    assert_eq!(rows[0]["zendesk_org_url"], serde_json::Value::Null);
}
