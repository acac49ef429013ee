//! `orgdrift prove`: what later readings say about the repairs of a plan.

use serde_json::{Value, json};

use super::Rehearsal;

const HEALTHCARE: i64 = 21_700_000_001_013;
const RETAIL: i64 = 21_700_000_001_078;

/// The verdict of each repair.
fn verdicts(it: &Rehearsal, code: i32) -> Vec<String> {
    let told = it.bench.run(&["prove", "1", "--json"]).expect(code);
    let rows: Vec<Value> = serde_json::from_str(&told.out).unwrap();
    rows.iter().map(|row| row["verdict"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_was_repaired_is_resolved() {
    let it = Rehearsal::demo();
    it.apply().expect(0);
    it.read("2026-11-02T09:00:00Z");
    let told = it.bench.run(&["prove", "1"]).expect(0);
    insta::assert_snapshot!(told.out, @"
    no  action               account          record                            issue_key                                                                          outcome  verdict   run_id  source_identity
     1  set_org_external_id  Acme Healthcare  Acme Healthcare                   org_missing_external_id/001ACME00100000YDA/21700000001013                          applied  resolved       2  acme-demo.sandbox/20481973
     2  move_user_to_org     Acme Foods       simone.a@acmefoods-demo.co.uk     user_default_org_not_expected/21700000004121                                       applied  resolved       2  acme-demo.sandbox/20481973
     3  move_user_to_org     Acme Foods       callum.reid@acmefoods-demo.co.uk  user_default_org_not_expected/21700000004132                                       applied  resolved       2  acme-demo.sandbox/20481973
     4  add_org_domain       Acme Retail      Acme Retail                       org_missing_expected_domain/001ACME00500000YDA/21700000001078/acmeoutlet-demo.com  applied  resolved       2  acme-demo.sandbox/20481973
     5  assign_user_to_org   Acme Retail      peter.nowak@acmeretail-demo.com   user_missing_expected_membership/21700000004231                                    applied  resolved       2  acme-demo.sandbox/20481973
    ");
    insta::assert_snapshot!(told.err, @"
    rehearsal: acme-demo.sandbox/20481973 is a sandbox, so nothing reaches Zendesk
    5 of 5 issues resolved
    the other issues on these records vanished, stayed and appeared as predicted
    next: orgdrift diff
    ");
    assert_eq!(verdicts(&it, 0), ["resolved"; 5]);
    let told = it.bench.run(&["prove", "1", "--format", "csv"]).expect(0);
    insta::assert_snapshot!(told.out, @"
    no,action,account,record,issue_key,outcome,verdict,run_id,source_identity
    1,set_org_external_id,Acme Healthcare,Acme Healthcare,org_missing_external_id/001ACME00100000YDA/21700000001013,applied,resolved,2,acme-demo.sandbox/20481973
    2,move_user_to_org,Acme Foods,simone.a@acmefoods-demo.co.uk,user_default_org_not_expected/21700000004121,applied,resolved,2,acme-demo.sandbox/20481973
    3,move_user_to_org,Acme Foods,callum.reid@acmefoods-demo.co.uk,user_default_org_not_expected/21700000004132,applied,resolved,2,acme-demo.sandbox/20481973
    4,add_org_domain,Acme Retail,Acme Retail,org_missing_expected_domain/001ACME00500000YDA/21700000001078/acmeoutlet-demo.com,applied,resolved,2,acme-demo.sandbox/20481973
    5,assign_user_to_org,Acme Retail,peter.nowak@acmeretail-demo.com,user_missing_expected_membership/21700000004231,applied,resolved,2,acme-demo.sandbox/20481973
    ");
    // The audit says it in its own way: five issues fewer.
    assert_eq!(
        it.rows("select sum(total_issue_count) from exceptions_by_account group by run_id"),
        ["12", "7"]
    );
    assert_eq!(it.value("select state from plans"), "applied", "whatever was read since");
}

#[test]
fn only_a_reading_that_began_later_shows_anything() {
    let it = Rehearsal::demo();
    // The last event is of 07:00:00 by both clocks.
    it.apply().expect(0);
    insta::assert_snapshot!(it.bench.unchanged(&["prove", "1"]).text(), @"
    exit 6
    rehearsal: acme-demo.sandbox/20481973 is a sandbox, so nothing reaches Zendesk
    0 of 5 issues resolved
    5 not observed yet
    Zendesk must be read again: the proof needs a complete snapshot that begins after 2026-11-02T07:00:01Z, by the server's clock, and an audit of it
    next: orgdrift ingest zendesk
    ");
    assert_eq!(verdicts(&it, 6), ["not_yet_observed"; 5]);
    for taken_at in ["2026-11-02T06:59:59Z", "2026-11-02T07:00:00Z", "2026-11-02T07:00:01Z"] {
        it.read(taken_at);
        assert_eq!(verdicts(&it, 6), ["not_yet_observed"; 5], "{taken_at}");
    }
    // Read, but not audited.
    it.ingest("2026-11-02T07:00:02Z");
    let told = it.bench.run(&["prove", "1"]).expect(6);
    assert!(told.err.ends_with("next: orgdrift audit\n"), "{}", told.err);
    assert_eq!(verdicts(&it, 6), ["not_yet_observed"; 5]);
    it.bench.run(&["audit"]).expect(0);
    assert_eq!(verdicts(&it, 0), ["resolved"; 5]);
}

#[test]
fn the_servers_clock_decides() {
    // This machine is an hour behind the server, so its journal says 07:00 for what happened at 08:00.
    let it = Rehearsal::demo();
    it.set_server_clock("2026-11-02T08:00:00Z");
    it.apply().expect(0);
    it.read("2026-11-02T07:30:00Z");
    assert_eq!(verdicts(&it, 6), ["not_yet_observed"; 5], "half an hour before the writes");
    it.read("2026-11-02T08:00:01Z");
    assert_eq!(verdicts(&it, 6), ["not_yet_observed"; 5]);
    it.read("2026-11-02T08:00:02Z");
    assert_eq!(verdicts(&it, 0), ["resolved"; 5]);

    // And an hour ahead: nobody has to wait for it.
    let it = Rehearsal::demo();
    it.set_server_clock("2026-11-02T06:30:00Z");
    it.apply().expect(0);
    it.read("2026-11-02T06:30:02Z");
    assert_eq!(verdicts(&it, 0), ["resolved"; 5]);
}

#[test]
fn what_was_skipped_is_still_open() {
    let it = Rehearsal::demo();
    it.edit_organization(RETAIL, |organization| {
        organization["domain_names"] = json!(["acmeretail-demo.com", "acmeretail-new.example"]);
    });
    it.apply().expect(0);
    it.read("2026-11-02T09:00:00Z");
    let told = it.bench.run(&["prove", "1"]).expect(3);
    insta::assert_snapshot!(told.out, @"
    no  action               account          record                            issue_key                                                                          outcome        verdict     run_id  source_identity
     1  set_org_external_id  Acme Healthcare  Acme Healthcare                   org_missing_external_id/001ACME00100000YDA/21700000001013                          applied        resolved         2  acme-demo.sandbox/20481973
     2  move_user_to_org     Acme Foods       simone.a@acmefoods-demo.co.uk     user_default_org_not_expected/21700000004121                                       applied        resolved         2  acme-demo.sandbox/20481973
     3  move_user_to_org     Acme Foods       callum.reid@acmefoods-demo.co.uk  user_default_org_not_expected/21700000004132                                       applied        resolved         2  acme-demo.sandbox/20481973
     4  add_org_domain       Acme Retail      Acme Retail                       org_missing_expected_domain/001ACME00500000YDA/21700000001078/acmeoutlet-demo.com  skipped_stale  still_open       2  acme-demo.sandbox/20481973
     5  assign_user_to_org   Acme Retail      peter.nowak@acmeretail-demo.com   user_missing_expected_membership/21700000004231                                    applied        resolved         2  acme-demo.sandbox/20481973
    ");
    insta::assert_snapshot!(told.err, @"
    rehearsal: acme-demo.sandbox/20481973 is a sandbox, so nothing reaches Zendesk
    4 of 5 issues resolved
    1 still open
    the other issues on these records vanished, stayed and appeared as predicted
    next: orgdrift diff
    ");
}

#[test]
fn what_is_broken_again_has_returned_and_its_history_names_the_plan() {
    let it = Rehearsal::demo();
    it.apply().expect(0);
    it.read("2026-11-02T09:00:00Z");
    it.edit_organization(HEALTHCARE, |organization| organization["external_id"] = Value::Null);
    it.read("2026-11-02T10:00:00Z");
    let told = it.bench.run(&["prove", "1"]).expect(3);
    insta::assert_snapshot!(told.out, @"
    no  action               account          record                            issue_key                                                                          outcome  verdict   run_id  source_identity
     1  set_org_external_id  Acme Healthcare  Acme Healthcare                   org_missing_external_id/001ACME00100000YDA/21700000001013                          applied  returned       3  acme-demo.sandbox/20481973
     2  move_user_to_org     Acme Foods       simone.a@acmefoods-demo.co.uk     user_default_org_not_expected/21700000004121                                       applied  resolved       3  acme-demo.sandbox/20481973
     3  move_user_to_org     Acme Foods       callum.reid@acmefoods-demo.co.uk  user_default_org_not_expected/21700000004132                                       applied  resolved       3  acme-demo.sandbox/20481973
     4  add_org_domain       Acme Retail      Acme Retail                       org_missing_expected_domain/001ACME00500000YDA/21700000001078/acmeoutlet-demo.com  applied  resolved       3  acme-demo.sandbox/20481973
     5  assign_user_to_org   Acme Retail      peter.nowak@acmeretail-demo.com   user_missing_expected_membership/21700000004231                                    applied  resolved       3  acme-demo.sandbox/20481973
    ");
    insta::assert_snapshot!(told.err, @"
    rehearsal: acme-demo.sandbox/20481973 is a sandbox, so nothing reaches Zendesk
    4 of 5 issues resolved
    1 resolved for a while, then back
    the other issues on these records vanished, stayed and appeared as predicted
    next: orgdrift diff
    ");
    assert_eq!(
        it.rows(
            "select issue_key, reopened_count, is_open, repaired_by_plan_id from issue_history
             where repaired_by_plan_id is not null"
        ),
        ["org_missing_external_id/001ACME00100000YDA/21700000001013|1|1|1"]
    );
    // The other four stay resolved, and nobody says that they came back.
    assert_eq!(it.value("select count(*) from issue_history where is_open = 0"), "4");

    let told = it.bench.run(&["trace", "account", "001ACME00100000YDA"]).expect(0);
    let issues = told.out.split("\nissues").nth(1).unwrap();
    assert!(issues.contains("reopened once, although plan 1 had repaired it; open now."), "{}", told.out);
    // Mended once more, by somebody else: it had come back after the plan all the same.
    it.edit_organization(HEALTHCARE, |organization| {
        organization["external_id"] = "001ACME00100000YDA".into();
    });
    it.read("2026-11-02T11:00:00Z");
    assert_eq!(verdicts(&it, 0), ["resolved"; 5]);
    let told = it.bench.run(&["trace", "account", "001ACME00100000YDA"]).expect(0);
    assert!(told.out.contains("although plan 1 had repaired it; resolved now."), "{}", told.out);
}

#[test]
fn issues_that_a_repair_brought_are_named() {
    let it = Rehearsal::demo();
    it.apply().expect(0);
    // Another organization takes the same id: the one that was written is a duplicate now.
    it.edit_organization(RETAIL, |organization| organization["external_id"] = "001ACME00100000YDA".into());
    it.read("2026-11-02T09:00:00Z");
    let told = it.bench.run(&["prove", "1"]);
    insta::assert_snapshot!(format!("exit {}\n{}{}", told.code, told.out, told.err), @"
    exit 0
     no  action               account          record                            issue_key                                                                          outcome  verdict   run_id  source_identity
      1  set_org_external_id  Acme Healthcare  Acme Healthcare                   org_missing_external_id/001ACME00100000YDA/21700000001013                          applied  resolved       2  acme-demo.sandbox/20481973
      2  move_user_to_org     Acme Foods       simone.a@acmefoods-demo.co.uk     user_default_org_not_expected/21700000004121                                       applied  resolved       2  acme-demo.sandbox/20481973
      3  move_user_to_org     Acme Foods       callum.reid@acmefoods-demo.co.uk  user_default_org_not_expected/21700000004132                                       applied  resolved       2  acme-demo.sandbox/20481973
      4  add_org_domain       Acme Retail      Acme Retail                       org_missing_expected_domain/001ACME00500000YDA/21700000001078/acmeoutlet-demo.com  applied  resolved       2  acme-demo.sandbox/20481973
      5  assign_user_to_org   Acme Retail      peter.nowak@acmeretail-demo.com   user_missing_expected_membership/21700000004231                                    applied  resolved       2  acme-demo.sandbox/20481973
    rehearsal: acme-demo.sandbox/20481973 is a sandbox, so nothing reaches Zendesk
    5 of 5 issues resolved
    new issues on the records that were written:
     severity  code                       issue_key                                                    account_id          prediction     reason
     critical  org_duplicate_external_id  org_duplicate_external_id/001ACME00100000YDA/21700000001013  001ACME00100000YDA  not predicted  Organization 21700000001013 carries the id of account 001ACME00100000YDA, and so does another organization. A person must decide which organization stays.
     critical  org_duplicate_external_id  org_duplicate_external_id/001ACME00100000YDA/21700000001078  001ACME00100000YDA  not predicted  Organization 21700000001078 carries the id of account 001ACME00100000YDA, and so does another organization. A person must decide which organization stays.
     high      org_external_id_conflict   org_external_id_conflict/001ACME00500000YDA/21700000001078   001ACME00500000YDA  not predicted  Account 001ACME00500000YDA points to organization 21700000001078, which carries another external_id. A person must decide whose organization it is.
    3 changes not predicted
    next: orgdrift diff
    ");
    let told = it.bench.run(&["prove", "1", "--json"]);
    assert!(told.err.contains("org_duplicate_external_id/001ACME00100000YDA/21700000001013"), "{}", told.err);
}

#[test]
fn a_reading_that_did_not_come_to_its_end_shows_nothing() {
    let it = Rehearsal::demo();
    it.apply().expect(0);
    it.read("2026-11-02T09:00:00Z");
    // The next one lacks the memberships: what depends on them keeps the word of the reading before.
    it.sandbox.sandbox.settle();
    std::fs::remove_file(it.path("zendesk/organization_memberships.json")).unwrap();
    it.write(
        "zendesk/manifest.json",
        json!({"subdomain": "acme-demo.sandbox", "account_id": 20_481_973, "taken_at": "2026-11-02T10:00:00Z"})
            .to_string(),
    );
    it.bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(6);
    it.bench.run(&["audit"]).expect(6);
    assert_eq!(verdicts(&it, 0), ["resolved"; 5]);

    let it = Rehearsal::demo();
    it.apply().expect(0);
    it.ingest("2026-11-02T06:30:00Z");
    std::fs::remove_file(it.path("zendesk/organization_memberships.json")).unwrap();
    it.write(
        "zendesk/manifest.json",
        json!({"subdomain": "acme-demo.sandbox", "account_id": 20_481_973, "taken_at": "2026-11-02T10:00:00Z"})
            .to_string(),
    );
    it.bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(6);
    it.bench.run(&["audit"]).expect(6);
    let verdicts = verdicts(&it, 6);
    assert!(verdicts.contains(&"not_yet_observed".to_owned()), "{verdicts:?}");
}
