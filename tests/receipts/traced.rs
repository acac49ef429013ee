//! Receipts where people look for them: in traces and lists.

use serde_json::Value;

use super::Rehearsal;

#[test]
fn a_trace_shows_what_applies_did_to_the_record() {
    let it = Rehearsal::demo();
    it.run(&["apply", "1"]).expect(0);
    it.apply().expect(0);
    let section = |arguments: &[&str]| {
        let out = it.bench.run(arguments).expect(0).out;
        let receipts = out.split("\nreceipts\n").nth(1).unwrap_or("none\n");
        receipts.split("\n\n").next().unwrap().trim_end().to_owned()
    };
    insta::assert_snapshot!(section(&["trace", "org", "21700000001078"]), @"
    apply 2 of plan 1, 2026-11-02T07:00:00Z: applied add_org_domain
      org_missing_expected_domain/001ACME00500000YDA/21700000001078/acmeoutlet-demo.com
    apply 2 of plan 1, 2026-11-02T07:00:00Z: applied assign_user_to_org
      user_missing_expected_membership/21700000004231
    dry run 1 of plan 1, 2026-11-02T07:00:00Z: would_apply add_org_domain
      org_missing_expected_domain/001ACME00500000YDA/21700000001078/acmeoutlet-demo.com
    dry run 1 of plan 1, 2026-11-02T07:00:00Z: would_apply assign_user_to_org
      user_missing_expected_membership/21700000004231
    ");
    insta::assert_snapshot!(section(&["trace", "user", "21700000004121"]), @"
    apply 2 of plan 1, 2026-11-02T07:00:00Z: applied move_user_to_org
      user_default_org_not_expected/21700000004121
    dry run 1 of plan 1, 2026-11-02T07:00:00Z: would_apply move_user_to_org
      user_default_org_not_expected/21700000004121
    ");
    insta::assert_snapshot!(section(&["trace", "account", "001ACME00200000YDA"]), @"
    apply 2 of plan 1, 2026-11-02T07:00:00Z: blocked (domain_belongs_to_other_org)
      org_domain_attached_elsewhere/001ACME00200000YDA/21700000001026/acmebioassay-demo.com
    dry run 1 of plan 1, 2026-11-02T07:00:00Z: blocked (domain_belongs_to_other_org)
      org_domain_attached_elsewhere/001ACME00200000YDA/21700000001026/acmebioassay-demo.com
    ");
    let told = it.bench.run(&["trace", "user", "21700000004121", "--json"]).expect(0);
    let trace: Value = serde_json::from_str(&told.out).unwrap();
    let receipts = trace["receipts"].as_array().unwrap();
    let said: Vec<String> = receipts
        .iter()
        .map(|row| format!("{} {} {} {}", row["attempt_id"], row["mode"], row["outcome"], row["decided_at"]))
        .collect();
    assert_eq!(
        said,
        [
            r#"2 "live" "applied" "2026-11-02T07:00:00Z""#,
            r#"1 "dry_run" "would_apply" "2026-11-02T07:00:00Z""#
        ]
    );
    assert_eq!(trace["plan_actions"][0]["plan_state"], "applied");
}

#[test]
fn a_record_that_no_apply_was_about_has_no_receipts() {
    let it = Rehearsal::demo();
    let told = it.bench.run(&["trace", "org", "21700000001078"]).expect(0);
    assert!(!told.out.contains("receipts"), "{}", told.out);
    let told = it.bench.run(&["trace", "org", "21700000001078", "--json"]).expect(0);
    let trace: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(trace["receipts"], serde_json::json!([]));
}

#[test]
fn the_state_of_a_plan_says_whether_it_was_used() {
    let it = Rehearsal::demo();
    let state = || it.value("select state || ' ' || is_outdated from plans");
    assert_eq!(state(), "ready 0");
    // Broken off in the middle.
    let hash = it.hash();
    let mut command = it.bench.command(&["apply", "1", "--apply", "--confirm-plan-hash", &hash]);
    command.envs(it.sandbox.environment()).env("ORGDRIFT_TEST_CRASH", "after_request:2");
    assert!(!command.output().unwrap().status.success());
    assert_eq!(state(), "broken_off 0");
    let told = it.bench.run(&["plan", "show", "1"]).expect(0);
    assert!(
        told.err.contains(&format!("finish it: orgdrift apply 1 --apply --confirm-plan-hash {hash}")),
        "{}",
        told.err
    );
    let told = it.bench.run(&["receipt", "verify"]).expect(0);
    assert!(told.err.contains("apply 1 has no end"), "{}", told.err);
    // Its receipt says what is known: what is undecided has no outcome, but what was seen before.
    let receipt = it.receipt();
    assert_eq!(receipt["state"], "broken_off");
    assert_eq!(receipt["actions"][1]["outcome"], Value::Null);
    assert_eq!(receipt["actions"][1]["before"]["default_organization_id"], "21700000001182");
    assert_eq!(receipt["actions"].as_array().unwrap().len(), 12);
    it.apply().expect(0);
    assert_eq!(state(), "applied 0");
    // What was settled after the crash says what was before, too.
    let settled = &it.receipt()["actions"][1];
    assert_eq!(settled["outcome"], "applied");
    assert_eq!(settled["confirmed_by"], "reading");
    assert_eq!(settled["before"]["default_organization_id"], "21700000001182");
    assert_eq!(settled["after"]["default_organization_id"], "21700000001039");
    assert_eq!(
        it.value("select count(*) from receipts where outcome = 'applied' and before_value is null"),
        "0"
    );
    it.ingest("2026-11-02T09:00:00Z");
    assert_eq!(state(), "applied 1");
    it.bench.run(&["receipt", "verify"]).expect(0);
}

#[test]
fn an_answer_that_was_written_down_before_a_crash_is_in_the_receipt() {
    let it = Rehearsal::demo();
    let hash = it.hash();
    let mut command = it.bench.command(&["apply", "1", "--apply", "--confirm-plan-hash", &hash]);
    command.envs(it.sandbox.environment()).env("ORGDRIFT_TEST_CRASH", "after_answer:1");
    assert!(!command.output().unwrap().status.success());
    it.apply().expect(0);
    let first = &it.receipt()["actions"][0];
    assert_eq!(first["outcome"], "applied");
    assert_eq!(first["http_status"], 200);
    assert!(first["request_id"].is_string());
}

#[test]
fn a_plan_that_is_broken_off_and_outdated_is_only_settled() {
    let it = Rehearsal::demo();
    let hash = it.hash();
    let mut command = it.bench.command(&["apply", "1", "--apply", "--confirm-plan-hash", &hash]);
    command.envs(it.sandbox.environment()).env("ORGDRIFT_TEST_CRASH", "after_request:1");
    assert!(!command.output().unwrap().status.success());
    it.ingest("2026-11-02T09:00:00Z");
    assert_eq!(it.value("select state || ' ' || is_outdated from plans"), "broken_off 1");
    it.apply().expect(7);
    assert_eq!(
        it.rows("select outcome, reason from receipts where mode = 'live' and action_id is not null order by position"),
        ["applied|~", "not_attempted|plan_outdated", "not_attempted|plan_outdated", "not_attempted|plan_outdated",
         "not_attempted|plan_outdated"]
    );
}
