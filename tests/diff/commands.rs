//! Whole commands: what `diff` prints, says and refuses.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use serde_json::Value;

use crate::common::bench::Bench;

/// The demo with its folder of records beside it, ready to be changed and read again.
struct Days {
    bench: Bench,
    minute: u32,
}

impl Days {
    fn new() -> Self {
        let bench = Bench::with_demo();
        bench.copy("fixtures/demo/zendesk", "zendesk");
        Self { bench, minute: 0 }
    }

    /// Rewrites the records of a collection; none leaves a record out.
    fn edit(&self, collection: &str, change: impl Fn(&mut Value) -> bool) {
        let name = format!("zendesk/{collection}.ndjson");
        let mut text = String::new();
        for line in std::fs::read_to_string(self.bench.path(&name)).unwrap().lines() {
            let mut record: Value = serde_json::from_str(line).unwrap();
            if change(&mut record) {
                text.push_str(&format!("{record}\n"));
            }
        }
        self.bench.write(&name, text);
    }

    /// Everything is as on the first day.
    fn restore(&self) {
        self.bench.copy("fixtures/demo/zendesk", "zendesk");
    }

    /// Reads Zendesk and audits.
    fn run(&mut self, with: &[&str]) {
        self.minute += 1;
        let taken_at = format!("2026-11-02T06:{:02}:00Z", self.minute);
        let mut command = vec!["ingest", "zendesk", "--from", "zendesk", "--taken-at", &taken_at];
        command.extend(with);
        let told = self.bench.run(&command);
        assert!([0, 6].contains(&told.code), "{}", told.err);
        self.bench.run(&["audit"]).expect(told.code);
    }

    /// The issues that differ, a line each.
    fn diff(&self, runs: &[&str]) -> String {
        let mut command = vec!["diff", "--json"];
        command.extend(runs);
        let told = self.bench.run(&command).expect(0);
        let rows: Value = serde_json::from_str(&told.out).unwrap();
        let mut text = String::new();
        for row in rows.as_array().unwrap() {
            let cell = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
            text.push_str(&format!(
                "{} {} | {} | cause {} ({}) | {}\n",
                cell("change"),
                cell("issue_key"),
                cell("changed_columns"),
                cell("cause"),
                row["is_rule_changed"],
                cell("why")
            ));
        }
        text
    }
}

fn repair_and_break(days: &Days) {
    days.edit("organizations", |record| {
        if record["name"] == "Acme Healthcare" {
            record["external_id"] = "001ACME00100000YDA".into();
        }
        true
    });
    days.edit("users", |record| {
        if record["id"] == 21_700_000_004_231_i64 {
            record["verified"] = false.into();
        }
        true
    });
    days.edit("organization_memberships", |record| record["id"] != 21_700_000_007_323_i64);
}

#[test]
fn what_the_world_did_is_new_changed_resolved_or_reopened() {
    let mut days = Days::new();
    repair_and_break(&days);
    days.run(&[]);
    assert_snapshot!(days.diff(&[]), @"
    new user_missing_expected_membership/21700000004253 | - | cause world (0) | -
    changed ticket_org_mismatch/1116 | suggested_action | cause world (0) | -
    changed user_missing_expected_membership/21700000004231 | disposition, blocked_reason, evidence.is_verified | cause world (0) | -
    resolved org_missing_external_id/001ACME00100000YDA/21700000001013 | - | cause world (0) | -
    ");
    days.restore();
    days.run(&[]);
    assert_snapshot!(days.diff(&[]), @"
    reopened org_missing_external_id/001ACME00100000YDA/21700000001013 | - | cause world (0) | -
    changed ticket_org_mismatch/1116 | suggested_action | cause world (0) | -
    changed user_missing_expected_membership/21700000004231 | disposition, blocked_reason, evidence.is_verified | cause world (0) | -
    resolved user_missing_expected_membership/21700000004253 | - | cause world (0) | -
    ");
    // Between the first and the third nothing differs, whatever was in between.
    assert_eq!(days.diff(&["1", "3"]), "");
    let told = days.bench.run(&["diff", "1", "latest"]).expect(0);
    assert_snapshot!(told.text(), @"
    exit 0
    run 1 to run 3: no difference
    next: orgdrift diff 1 3 --records
    ");
    // One argument is the earlier run.
    assert_eq!(days.diff(&["2"]), days.diff(&["previous", "latest"]));
    let told = days.bench.run(&["diff", "1", "2"]).expect(0);
    assert_snapshot!(told.out, @"
    change    severity  issue_key                                                  account_name     what                                                                                                     cause  url
    new       medium    user_missing_expected_membership/21700000004253            Acme Studios                                                                                                              world  https://acme-demo.sandbox.zendesk.com/agent/users/21700000004253
    changed   medium    ticket_org_mismatch/1116                                   Acme Studios     suggested_action: file_ticket_by_hand → repair_membership_then_replay_ticket_audit                       world  https://acme-demo.sandbox.zendesk.com/agent/tickets/1116
    changed   medium    user_missing_expected_membership/21700000004231            Acme Retail      disposition: prepared → blocked; blocked_reason: - → user_email_unverified; evidence.is_verified: 1 → 0  world  https://acme-demo.sandbox.zendesk.com/agent/users/21700000004231
    resolved  high      org_missing_external_id/001ACME00100000YDA/21700000001013  Acme Healthcare                                                                                                           world  https://acme-demo.sandbox.zendesk.com/agent/organizations/21700000001013
    ");
    assert_snapshot!(told.err, @"
    run 1 to run 2: 1 new, 2 changed, 1 resolved; cause: 4 world
    next: orgdrift diff 1 2 --records
    ");
    let told = days.bench.run(&["diff", "1", "2", "--code", "user_missing_expected_membership", "--json"]);
    let rows: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!(rows[1]["old_values"]["disposition"], "prepared");
    assert_eq!(rows[1]["new_values"]["disposition"], "blocked");
    assert_eq!(rows[1]["old_values"]["blocked_reason"], Value::Null);
    for (filter, count) in [
        (["--account", "001ACME00600000"], 2),
        (["--severity", "high"], 1),
        (["--org-id", "21700000001078"], 1),
        (["--domain", "acmelabs-demo.com"], 0),
        (["--limit", "2"], 2),
    ] {
        let mut command = vec!["diff", "1", "2", "--format", "ndjson"];
        command.extend(filter);
        assert_eq!(days.bench.run(&command).expect(0).out.lines().count(), count, "{filter:?}");
    }
}

#[test]
fn a_filter_means_the_same_in_diff_and_in_list() {
    let mut days = Days::new();
    repair_and_break(&days);
    // A ticket that is filed elsewhere from now on, and one of two that is filed rightly.
    days.edit("tickets", |record| {
        match record["id"].as_i64().unwrap() {
            1116 => record["organization_id"] = 21_700_000_001_091_i64.into(),
            1156 => record["organization_id"] = Value::Null,
            _ => {}
        }
        true
    });
    days.run(&[]);
    let keys = |command: &[&str]| -> BTreeSet<String> {
        let told = days.bench.run(&[command, &["--json"]].concat()).expect(0);
        let rows: Value = serde_json::from_str(&told.out).unwrap();
        rows.as_array().unwrap().iter().map(|row| row["issue_key"].as_str().unwrap().to_owned()).collect()
    };
    let all = keys(&["diff", "1", "2"]);
    let mut wanted: Vec<(&str, String)> = Vec::new();
    for (flag, values) in [
        ("--account", "select account_id from latest_salesforce_accounts"),
        ("--org-id", "select organization_id from zendesk_organizations where snapshot_id = 2"),
        (
            "--domain",
            "select distinct domain from latest_salesforce_account_domains
             union select email_domain from latest_zendesk_users where email_domain is not null",
        ),
    ] {
        wanted.extend(days.bench.rows(values).into_iter().map(|value| (flag, value)));
    }
    let mut found = BTreeSet::new();
    for (flag, value) in &wanted {
        let list = |run| keys(&["list", "issues", "--run", run, flag, value]);
        let expected: BTreeSet<String> =
            list("1").union(&list("2")).filter(|key| all.contains(*key)).cloned().collect();
        assert_eq!(keys(&["diff", "1", "2", flag, value]), expected, "{flag} {value}");
        found.extend(expected.into_iter().map(|key| (*flag, key)));
    }
    // Each difference is found by each filter, so none of them is empty by mistake.
    assert_eq!(found.len(), 3 * all.len(), "{all:?} {found:?}");
    // The user has no domain column, only an address; the ticket was elsewhere before.
    assert!(
        keys(&["diff", "1", "2", "--domain", "acmestudios-demo.com"])
            .contains("user_missing_expected_membership/21700000004253")
    );
}

#[test]
fn a_filter_that_nothing_matches_is_named() {
    let mut days = Days::new();
    repair_and_break(&days);
    days.run(&[]);
    assert_snapshot!(days.bench.run(&["diff", "--account", "001ACME00400000"]).text(), @"
    exit 0
    run 1 to run 2: no difference matches --account 001ACME00400000YDA
    next: orgdrift diff 1 2 --records
    ");
    let filters = ["diff", "--org-id", "7", "--code", "ticket_missing_org", "--severity", "low"];
    assert_snapshot!(days.bench.run(&filters).text(), @"
    exit 0
    run 1 to run 2: no difference matches --org-id 7 --code ticket_missing_org --severity low
    no snapshot has organization 7
    next: orgdrift diff 1 2 --records
    ");
    assert_snapshot!(days.bench.run(&["diff", "--records", "--kind", "ticket"]).text(), @"
    exit 0
    run 1 to run 2: no difference matches --kind ticket
    next: orgdrift export workbook --output drift.xlsx
    ");
}

#[test]
fn what_nobody_looked_at_is_not_comparable() {
    let mut days = Days::new();
    let tickets = std::fs::read(days.bench.path("zendesk/tickets.ndjson")).unwrap();
    std::fs::remove_file(days.bench.path("zendesk/tickets.ndjson")).unwrap();
    days.run(&[]);
    assert_snapshot!(days.diff(&[]), @"
    not_comparable ticket_org_mismatch/1116 | - | cause - (0) | run 2 did not evaluate the code (tickets: skipped (no_file))
    not_comparable ticket_org_mismatch/1156 | - | cause - (0) | run 2 did not evaluate the code (tickets: skipped (no_file))
    ");
    assert_snapshot!(days.bench.run(&["diff"]).text(), @"
    exit 0
    run 1 to run 2: 2 not comparable
    not comparable, because run 2 did not evaluate the code (tickets: skipped (no_file)): ticket_missing_org, ticket_org_mismatch
    next: orgdrift diff 1 2 --records
    ");
    days.bench.write("zendesk/tickets.ndjson", tickets);
    // Ticket 1116 and 1156 have drifted; the bound lies behind the one that is older.
    let created = days.bench.rows(
        "select created_at from zendesk_tickets where snapshot_id = 2 and ticket_id in (1116, 1156)
         order by created_at",
    );
    days.run(&["--since", &created[1]]);
    assert_snapshot!(days.diff(&["1"]), @"not_comparable ticket_org_mismatch/1116 | - | cause - (0) | the ticket is outside the window of run 3");
    assert_snapshot!(days.bench.run(&["diff", "1"]).text(), @"
    exit 0
    run 1 to run 3: 1 not comparable
    run 3 knows only tickets created since 2026-10-28T15:27:04Z
    next: orgdrift diff 1 3 --records
    ");
    days.run(&[]);
    // It is not new, it is only read again.
    assert_snapshot!(days.diff(&[]), @"not_comparable ticket_org_mismatch/1116 | - | cause - (0) | the ticket is outside the window of run 3");
    assert_eq!(days.diff(&["1"]), "");
    let told = days.bench.run(&["diff", "1", "2", "--code", "ticket_org_mismatch"]);
    assert_snapshot!(told.text(), @"
    exit 6
    error: run 2 cannot be compared with run 1: run 2 did not evaluate the code (tickets: skipped (no_file))
    hint: `orgdrift list runs` shows how many codes each run did not evaluate
    ");
    let told = days.bench.run(&["diff", "1", "2", "--records", "--kind", "ticket"]);
    assert_snapshot!(told.text(), @"
    exit 6
    error: run 2 cannot be compared with run 1: tickets: complete in run 1, skipped (no_file) in run 2
    hint: only collections that were read to their end can be compared; `orgdrift list snapshots`
    ");
    let told = days.bench.run(&["diff", "1", "2", "--records"]).expect(0);
    assert_snapshot!(told.out, @"
    kind    record_id  change          column_name  old_value  new_value          url
    ticket             not_comparable               complete   skipped (no_file)
    ");
    assert_snapshot!(told.err, @"
    run 1 to run 2: no difference in what can be compared
    not comparable: tickets: complete in run 1, skipped (no_file) in run 2
    next: orgdrift export workbook --output drift.xlsx
    ");
}

#[test]
fn what_was_decided_is_told_from_what_happened() {
    let mut days = Days::new();
    let audit = |days: &Days, with: &[&str]| {
        days.bench.run(&[&["audit"], with].concat()).expect(0);
    };
    rusqlite::Connection::open(days.bench.db())
        .unwrap()
        .execute(
            "insert into suppressions (code, account_id, reason, owner, created_at, expires_on)
             values ('user_domain_ambiguous', '001ACME00300000YDA', 'so be it', 'ops', '2026-11-02T06:30:00Z', '2026-12-31')",
            [],
        )
        .unwrap();
    audit(&days, &[]);
    assert_snapshot!(days.diff(&[]), @"changed user_domain_ambiguous/21700000004143 | disposition, suppressed_by | cause suppression (1) | -");
    // The suppression stays as it is, so it is no cause of what the other decisions do.
    days.bench.run(&["personal-domain", "add", "acmebioassay-demo.com"]).expect(0);
    audit(&days, &[]);
    assert_snapshot!(days.diff(&[]), @"resolved org_domain_attached_elsewhere/001ACME00200000YDA/21700000001026/acmebioassay-demo.com | - | cause rule (1) | -");
    audit(&days, &["--ticket-window", "all"]);
    assert_snapshot!(days.diff(&[]), @"
    new ticket_missing_org/1054 | - | cause rule (1) | -
    new ticket_org_mismatch/1042 | - | cause rule (1) | -
    new ticket_org_mismatch/1044 | - | cause rule (1) | -
    new ticket_org_mismatch/1048 | - | cause rule (1) | -
    ");
    assert_snapshot!(days.bench.run(&["diff"]).text(), @"
    exit 0
    run 3 to run 4: 4 new; cause: 4 rule
    both runs are of the same snapshots
    next: orgdrift explain ticket_missing_org
    ");
    // Records and decisions at once: nobody can say which it was.
    repair_and_break(&days);
    days.bench.run(&["personal-domain", "remove", "acmebioassay-demo.com"]).expect(0);
    days.run(&[]);
    assert_snapshot!(days.diff(&[]), @"
    new user_missing_expected_membership/21700000004253 | - | cause rule or world (1) | -
    reopened org_domain_attached_elsewhere/001ACME00200000YDA/21700000001026/acmebioassay-demo.com | - | cause rule or world (1) | -
    changed ticket_org_mismatch/1116 | suggested_action | cause rule or world (1) | -
    changed user_missing_expected_membership/21700000004231 | disposition, blocked_reason, evidence.is_verified | cause rule or world (1) | -
    resolved org_missing_external_id/001ACME00100000YDA/21700000001013 | - | cause rule or world (1) | -
    not_comparable ticket_missing_org/1054 | - | cause - (1) | the ticket is outside the window of run 5
    not_comparable ticket_org_mismatch/1042 | - | cause - (1) | the ticket is outside the window of run 5
    not_comparable ticket_org_mismatch/1044 | - | cause - (1) | the ticket is outside the window of run 5
    not_comparable ticket_org_mismatch/1048 | - | cause - (1) | the ticket is outside the window of run 5
    ");
    // A suppression that is new beside records that changed: only what it covers may be its doing.
    days.restore();
    rusqlite::Connection::open(days.bench.db())
        .unwrap()
        .execute(
            "insert into suppressions (issue_key, reason, owner, created_at, expires_on)
             values ('user_missing_expected_membership/21700000004231', 'so be it', 'ops', '2026-11-02T06:30:00Z', '2026-12-31')",
            [],
        )
        .unwrap();
    days.run(&[]);
    assert_snapshot!(days.diff(&[]), @"
    reopened org_missing_external_id/001ACME00100000YDA/21700000001013 | - | cause world (0) | -
    changed ticket_org_mismatch/1116 | suggested_action | cause world (0) | -
    changed user_missing_expected_membership/21700000004231 | disposition, suppressed_by, blocked_reason, evidence.is_verified | cause rule or world (1) | -
    resolved user_missing_expected_membership/21700000004253 | - | cause world (0) | -
    ");
    // The view says the same of every adjacent pair.
    for run in 2..=6 {
        let json = days.bench.run(&["diff", &(run - 1).to_string(), &run.to_string(), "--json"]).expect(0);
        let rows: Value = serde_json::from_str(&json.out).unwrap();
        let mut told: Vec<String> = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| format!("{}|{}", row["issue_key"].as_str().unwrap(), row["is_rule_changed"]))
            .collect();
        told.sort();
        let view = format!(
            "select issue_key, is_rule_changed from issue_changes where run_id = {run} order by issue_key"
        );
        assert_eq!(told, days.bench.rows(&view));
    }
}

#[test]
fn a_rule_of_another_version_may_be_the_cause() {
    let mut days = Days::new();
    repair_and_break(&days);
    days.run(&[]);
    let database = rusqlite::Connection::open(days.bench.db()).unwrap();
    database
        .execute_batch(
            "update run_coverage set rule_version = 0 where run_id = 1 and code = 'org_missing_external_id';
             insert into rule_versions (code, version, family, layer, severity, title, action, needs, sql,
               sql_sha256, documentation) select code, 0, family, layer, severity, title, action, needs, sql,
               sql_sha256, documentation from rule_versions where code = 'org_missing_external_id'",
        )
        .unwrap();
    orgdrift::warehouse::Warehouse::open_for_writing(&days.bench.db())
        .unwrap()
        .rebuild_changes_from(1)
        .unwrap();
    let told = days.diff(&[]);
    for line in told.lines() {
        let is_of_the_rule = line.contains("org_missing_external_id/");
        assert_eq!(line.contains("cause rule or world (1)"), is_of_the_rule, "{line}");
        assert_eq!(line.contains("cause world (0)"), !is_of_the_rule, "{line}");
    }
    assert_eq!(told.lines().count(), 4);
    assert_eq!(
        days.bench.rows("select issue_key from issue_changes where is_rule_changed = 1"),
        ["org_missing_external_id/001ACME00100000YDA/21700000001013"]
    );
    // Other texts may be the cause of everything.
    database.execute_batch("update runs set rules_digest = 'other' where run_id = 1").unwrap();
    assert_eq!(days.bench.value("select min(is_rule_changed) from issue_changes"), "1");
    assert!(days.diff(&[]).lines().all(|line| line.contains("cause rule or world (1)")));
    // A code that only one of the runs knows cannot be compared.
    database
        .execute_batch(
            "delete from run_coverage where run_id = 1 and code = 'user_missing_expected_membership'",
        )
        .unwrap();
    assert!(days.diff(&[]).contains(
        "not_comparable user_missing_expected_membership/21700000004231 | - | cause - (1) | run 1 did not know the code"
    ));
}

#[test]
fn records_are_compared_column_by_column() {
    let mut days = Days::new();
    repair_and_break(&days);
    days.edit("organizations", |record| {
        if record["name"] == "Acme Retail" {
            record["domain_names"] = serde_json::json!(["acmeoutlet-demo.com"]);
        }
        true
    });
    days.edit("tickets", |record| record["id"] != 1116);
    days.run(&[]);
    let told = days.bench.run(&["diff", "--records"]).expect(0);
    assert_snapshot!(told.out, @r#"
    kind          record_id       change    column_name   old_value                                           new_value                url
    organization  21700000001013  changed   external_id                                                       001ACME00100000YDA       https://acme-demo.sandbox.zendesk.com/agent/organizations/21700000001013
    organization  21700000001078  changed   domain                                                            acmeoutlet-demo.com      https://acme-demo.sandbox.zendesk.com/agent/organizations/21700000001078
    organization  21700000001078  changed   domain        acmeretail-demo.com                                                          https://acme-demo.sandbox.zendesk.com/agent/organizations/21700000001078
    organization  21700000001078  changed   domain_names  ["acmeretail-demo.com"]                             ["acmeoutlet-demo.com"]  https://acme-demo.sandbox.zendesk.com/agent/organizations/21700000001078
    user          21700000004231  changed   is_verified                                                    1                        0  https://acme-demo.sandbox.zendesk.com/agent/users/21700000004231
    membership    21700000007323  vanished                user 21700000004253 in organization 21700000001091                           https://acme-demo.sandbox.zendesk.com/agent/users/21700000004253
    ticket        1116            vanished                solved                                                                       https://acme-demo.sandbox.zendesk.com/agent/tickets/1116
    "#);
    assert_snapshot!(told.err, @"
    run 1 to run 2: 3 changed, 2 vanished
    next: orgdrift export workbook --output drift.xlsx
    ");
    let told = days.bench.run(&["diff", "--records", "--kind", "user", "--format", "csv"]).expect(0);
    assert_snapshot!(told.out, @"
    kind,record_id,change,column_name,old_value,new_value,url
    user,21700000004231,changed,is_verified,1,0,https://acme-demo.sandbox.zendesk.com/agent/users/21700000004231
    ");
}

#[test]
fn a_setting_of_the_account_that_changed_is_shown() {
    let mut days = Days::new();
    let setting = |days: &Days, is_allowed: bool| {
        days.bench.write(
            "zendesk/account_settings.json",
            serde_json::json!({"settings": {"user": {"multiple_organizations": is_allowed}}}).to_string(),
        );
    };
    setting(&days, true);
    days.run(&[]);
    let before = days.bench.value("select max(run_id) from runs").parse::<i64>().unwrap();
    setting(&days, false);
    days.run(&[]);
    let runs = [before.to_string(), (before + 1).to_string()];
    let with = |more: &[&'static str]| {
        let command: Vec<&str> =
            ["diff", &runs[0], &runs[1]].into_iter().chain(more.iter().copied()).collect();
        days.bench.run(&command).expect(0)
    };
    // Users who belong elsewhere may not be put into a second organization any more.
    let told = with(&["--format", "csv"]);
    assert!(told.out.contains("single_organization_account"), "{}", told.out);
    assert_snapshot!(told.err, @"
    run 2 to run 3: 2 changed; cause: 2 world
    the account setting multiple_organizations changed from allowed to not_allowed
    next: orgdrift diff 2 3 --records
    ");
    let told = with(&["--records"]);
    assert_snapshot!(told.out, @"
    kind              record_id                   change   column_name             old_value  new_value    url
    account_settings  acme-demo.sandbox/20481973  changed  multiple_organizations  allowed    not_allowed
    ");
    assert!(told.err.contains(": 1 changed\n"), "{}", told.err);
    let only = with(&["--records", "--kind", "account_settings"]);
    assert_eq!((&only.out, &only.err), (&told.out, &told.err));
    let rows: Value = serde_json::from_str(&with(&["--records", "--json"]).out).unwrap();
    assert_eq!(rows[0]["kind"], "account_settings");
    assert_eq!((&rows[0]["old_value"], &rows[0]["new_value"]), (&"allowed".into(), &"not_allowed".into()));
    let told = with(&["--records", "--kind", "user"]);
    assert!(told.err.contains("no difference matches --kind user"), "{}", told.err);
    // Nothing else changed, and what did not change is not said.
    setting(&days, false);
    days.edit("tickets", |record| record["id"] != 1116);
    days.run(&[]);
    let told = days.bench.run(&["diff"]).expect(0);
    assert!(!told.err.contains("account setting"), "{}", told.err);
}

#[test]
fn runs_that_make_no_pair_are_refused() {
    let bench = Bench::with_demo();
    assert_snapshot!(bench.unchanged(&["diff"]).text(), @"
    exit 1
    error: the warehouse has only one run, so there is nothing to compare it with
    hint: ingest a newer snapshot, then run `orgdrift audit`
    ");
    assert_eq!(bench.unchanged(&["diff", "1"]).text(), bench.run(&["diff"]).text());
    bench.run(&["personal-domain", "add", "acmebioassay-demo.com"]).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_snapshot!(bench.unchanged(&["diff", "latest", "previous"]).text(), @"
    exit 2
    error: run 2 is later than run 1
    hint: orgdrift diff 1 2
    ");
    assert_snapshot!(bench.unchanged(&["diff", "2", "2"]).text(), @"
    exit 2
    error: run 2 cannot be compared with itself
    hint: name two runs, the earlier one first; `orgdrift list runs` shows all
    ");
    assert_snapshot!(bench.unchanged(&["diff", "2"]).text(), @"
    exit 2
    error: run 2 cannot be compared with itself
    hint: name two runs, the earlier one first; `orgdrift list runs` shows all
    ");
    assert_snapshot!(bench.unchanged(&["diff", "1", "9"]).text(), @"
    exit 1
    error: the warehouse has no run 9
    hint: run `orgdrift audit` to make one, or see `orgdrift list runs`
    ");
    let told = bench.unchanged(&["diff", "jane.doe@acme.com"]);
    assert_snapshot!(told.silent_about(&["jane"]).text(), @"
    exit 2
    error: name a run by its id, latest or previous
    hint: `orgdrift list runs` shows all runs
    ");
    assert_snapshot!(bench.unchanged(&["diff", "--code", "org_missing"]).text(), @"
    exit 2
    error: there is no code org_missing
    hint: did you mean org_missing_external_id or org_missing_expected_domain?
    ");
    assert_eq!(bench.unchanged(&["diff", "--kind", "user"]).code, 2);
    assert_eq!(bench.unchanged(&["diff", "--records", "--severity", "high"]).code, 2);
    assert_eq!(bench.unchanged(&["diff", "1", "2", "3"]).code, 2);
    let empty = Bench::with_warehouse();
    assert_snapshot!(empty.unchanged(&["diff"]).text(), @"
    exit 1
    error: the warehouse has no run yet
    hint: run `orgdrift audit` to make one, or see `orgdrift list runs`
    ");
}
