//! The triage file as it is handed out: kept columns, several candidates, what stands beside it, and causes.

use std::fs;

use crate::common::bench::Bench;

const ALDER: &str = "001Hs00003WqA01IAF";
const BIRCH: &str = "001Hs00003WqB02IAF";

/// Two accounts with columns for analysts; Alder's domain is held by two organizations, one of them without a name.
fn company() -> Bench {
    let bench = Bench::empty();
    bench.write(
        "accounts.csv",
        format!(
            "Id,Name,Website,Owner Name,Region,=Tier\n\
             {ALDER},Alder Works,alder-demo.com,Ada,EU,=1+1\n\
             {BIRCH},Birch Supply,birch-demo.com,Bob,,2\n"
        ),
    );
    let organization = |id: u64, name: &str| {
        format!(
            "{{\"id\":{id},\"name\":\"{name}\",\"external_id\":null,\"domain_names\":[\"alder-demo.com\"],\
             \"shared_tickets\":false,\"shared_comments\":false,\"organization_fields\":{{}}}}\n"
        )
    };
    bench.write("zd/organizations.ndjson", organization(1, "Alder EU") + &organization(2, ""));
    bench.write(
        "zd/manifest.json",
        r#"{"subdomain":"alder","account_id":7,"taken_at":"2026-11-01T00:00:00Z"}"#,
    );
    for collection in ["users", "organization_memberships", "tickets"] {
        bench.write(&format!("zd/{collection}.ndjson"), "");
    }
    bench
        .run(&["ingest", "salesforce", "accounts.csv", "--keep-col", "Region", "--keep-col", "=Tier"])
        .expect(0);
    bench.run(&["ingest", "zendesk", "--from", "zd"]).expect(0);
    bench.run(&["audit"]).expect(0);
    bench
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn kept_columns_come_last_and_run_no_formula() {
    let bench = company();
    bench.run(&["export", "exceptions", "--output", "triage.csv"]).expect(0);
    let text = fs::read_to_string(bench.path("triage.csv")).unwrap();
    let rows = rows(text.trim_start_matches('\u{feff}'));
    let header: Vec<&str> = rows[0].iter().map(String::as_str).collect();
    let fixed = "sf_account_id, account_name, owner, triage_status, total_issue_count, prepared_action_count, \
                 blocked_action_count, review_count, detect_only_count, suppressed_count, max_severity, \
                 affected_user_count, affected_open_ticket_count, top_issue_codes, top_blocked_reasons, zendesk_org_id, \
                 zendesk_org_name, zendesk_org_url, candidate_orgs, link_state, match_rule, first_seen_run, \
                 first_seen_at, suggested_next_step, snapshot_dates";
    let fixed: Vec<&str> = fixed.split(", ").collect();
    assert_eq!(header[..fixed.len()], fixed[..]);
    assert_eq!(header[fixed.len()..], ["Region", "'=Tier"]);
    let of = |account: &str| rows.iter().find(|row| row[0] == account).unwrap();
    assert_eq!(of(ALDER)[fixed.len()..], ["EU", "'=1+1"]);
    assert_eq!(of(BIRCH)[fixed.len()..], ["", "2"]);
    // Exact where it is asked for.
    let raw = bench.run(&["export", "exceptions", "--raw", "--format", "csv"]).expect(0).out;
    assert!(raw.lines().next().unwrap().ends_with("Region,=Tier"), "{raw}");
}

#[test]
fn an_account_with_several_organizations_names_each_of_them() {
    let bench = company();
    let text = bench.run(&["export", "exceptions", "--format", "csv"]).expect(0).out;
    let rows = rows(&text);
    let place = |name: &str| rows[0].iter().position(|cell| cell == name).unwrap();
    let alder = rows.iter().find(|row| row[0] == ALDER).unwrap();
    assert_eq!(alder[place("link_state")], "ambiguous");
    for column in ["zendesk_org_id", "zendesk_org_name", "zendesk_org_url", "match_rule"] {
        assert_eq!(alder[place(column)], "", "{column}");
    }
    let candidates: Vec<&str> = alder[place("candidate_orgs")].lines().collect();
    assert_eq!(candidates.len(), 2, "{candidates:?}");
    assert!(candidates[0].starts_with("1 ") && candidates[0].contains("Alder EU"), "{candidates:?}");
    for (id, candidate) in [1, 2].into_iter().zip(&candidates) {
        assert!(
            candidate.contains(&format!("https://alder.zendesk.com/agent/organizations/{id}")),
            "{candidate}"
        );
    }
}

#[test]
fn what_was_not_evaluated_stands_beside_the_file() {
    let bench = company();
    bench.run(&["export", "exceptions", "--output", "sound.csv"]).expect(0);
    assert!(!bench.path("sound.csv.coverage.txt").exists());

    fs::remove_file(bench.path("zd/tickets.ndjson")).unwrap();
    bench.write(
        "zd/manifest.json",
        r#"{"subdomain":"alder","account_id":7,"taken_at":"2026-11-02T00:00:00Z"}"#,
    );
    bench.run(&["ingest", "zendesk", "--from", "zd"]).expect(6);
    bench.run(&["audit"]).expect(6);
    let told = bench.run(&["export", "exceptions", "--output", "triage.csv"]).expect(6);
    let beside = fs::read_to_string(bench.path("triage.csv.coverage.txt")).unwrap();
    for code in ["ticket_org_mismatch", "ticket_missing_org"] {
        assert!(beside.contains(code), "{beside}");
        assert!(told.err.contains(code), "{}", told.err);
    }
    assert!(!beside.contains("Alder"), "{beside}");
}

#[test]
fn causes_are_listed_by_what_hangs_on_them() {
    let bench = Bench::with_demo();
    let told = bench.run(&["list", "causes", "--format", "csv"]).expect(0);
    let listed: Vec<_> = rows(&told.out).into_iter().skip(1).map(|row| row[1..3].join("|")).collect();
    let ranked = bench.rows(
        "select cause_kind, cause_id from causes where run_id = 1
         order by issue_count desc, user_count desc, open_ticket_count desc, cause_kind, cause_id",
    );
    assert_eq!(listed, ranked);
    let told = bench.run(&["list", "causes", "--limit", "2"]).expect(0);
    let (first, all) = (
        bench.value("select sum(issue_count) from (select issue_count from causes where run_id = 1
                     order by issue_count desc, user_count desc, open_ticket_count desc, cause_kind, cause_id limit 2)"),
        bench.value("select sum(issue_count) from causes where run_id = 1"),
    );
    assert!(
        told.err.contains(&format!("these 2 records stand behind {first} of {all} findings")),
        "{}",
        told.err
    );
    // Of all runs, the one that is asked for is looked at.
    let database = rusqlite::Connection::open(bench.path("orgdrift.db")).unwrap();
    let mut plan = database.prepare("explain query plan select codes from causes where run_id = 1").unwrap();
    let steps: Vec<String> = plan.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
    assert!(steps.iter().any(|step| step.starts_with("SEARCH r USING INTEGER PRIMARY KEY")), "{steps:?}");
    assert!(!steps.contains(&"SCAN r".to_owned()), "{steps:?}");
    // Issues and findings hang on one record each.
    assert_eq!(
        all,
        bench.value("select count(*) from _issue_details where run_id = 1 and disposition <> 'suppressed'")
    );
}
