//! `orgdrift apply` and `orgdrift receipt show` as people type them, against a running sandbox.

use orgdrift::sandbox::World;
use serde_json::Value;

use super::Rehearsal;
use crate::common::faults::{Fault, Which};

/// The text without the hashes, which no person compares.
fn plain(it: &Rehearsal, text: &str) -> String {
    let mut text = text.replace(&it.hash(), "[plan hash]");
    for (at, row) in it.rows("select hash from apply_events order by event_id").iter().enumerate() {
        text = text.replace(row, &format!("[hash {}]", at + 1));
    }
    text
}

#[test]
fn a_dry_run_looks_at_everything_and_writes_nothing() {
    let it = Rehearsal::demo();
    let told = it.run(&["apply", "1"]).expect(0);
    insta::assert_snapshot!(plain(&it, &told.out), @"dry run of plan 1: 5 would_apply, 7 blocked; nothing was written");
    insta::assert_snapshot!(plain(&it, &told.err), @"
    a dry run of 5 repairs: about 16 requests, which takes about 7 seconds at 100 a minute, and less where the account's limit allows more
    1 set_org_external_id: would_apply
    2 move_user_to_org: would_apply
    3 move_user_to_org: would_apply
    4 add_org_domain: would_apply
    5 assign_user_to_org: would_apply
    rehearsal: acme-demo.sandbox/20481973 is a sandbox, so nothing reaches Zendesk
    next: orgdrift apply 1 --apply --confirm-plan-hash [plan hash]
    ");
    assert!(it.sandbox.ledger().iter().all(|entry| entry.method == "GET" && entry.changes.is_empty()));
    assert!(!it.path("apply_receipt.json").exists(), "a receipt on disk is of what was done");
    let told = it.bench.run(&["receipt", "show"]).expect(0);
    insta::assert_snapshot!(plain(&it, &told.out), @"
    no  outcome      reason                       action               account          record                                issue_key                                                                              status
     1  would_apply                               set_org_external_id  Acme Healthcare  Acme Healthcare                       org_missing_external_id/001ACME00100000YDA/21700000001013
     2  would_apply                               move_user_to_org     Acme Foods       simone.a@acmefoods-demo.co.uk         user_default_org_not_expected/21700000004121
     3  would_apply                               move_user_to_org     Acme Foods       callum.reid@acmefoods-demo.co.uk      user_default_org_not_expected/21700000004132
     4  would_apply                               add_org_domain       Acme Retail      Acme Retail                           org_missing_expected_domain/001ACME00500000YDA/21700000001078/acmeoutlet-demo.com
     5  would_apply                               assign_user_to_org   Acme Retail      peter.nowak@acmeretail-demo.com       user_missing_expected_membership/21700000004231
     6  blocked      duplicate_external_id                             Acme Labs        Acme Labs                             org_duplicate_external_id/001ACME00400000YDA/21700000001052
     7  blocked      duplicate_external_id                             Acme Labs        Acme Laboratories                     org_duplicate_external_id/001ACME00400000YDA/21700000001065
     8  blocked      no_repair_exists                                  Acme Labs        jonas.keller@acmelabs-demo.io         user_resolution_blocked_duplicate_external_id/21700000004187
     9  blocked      user_domain_ambiguous                             Acme Foods       yuki.tanabe@acmetestkitchen-demo.com  user_domain_ambiguous/21700000004143
    10  blocked      domain_belongs_to_other_org                       Acme Biotech     Acme Biotech                          org_domain_attached_elsewhere/001ACME00200000YDA/21700000001026/acmebioassay-demo.com
    11  blocked      ticket_is_never_changed                           Acme Studios     isla.fraser@acmestudios-demo.com      ticket_org_mismatch/1156
    12  blocked      ticket_is_never_changed                           Acme Studios     mateo.silva@acmestudios-demo.com      ticket_org_mismatch/1116
    ");
    insta::assert_snapshot!(plain(&it, &told.err), @"
    rehearsal: acme-demo.sandbox/20481973 is a sandbox, so nothing reaches Zendesk
    head [hash 14]: keep this hash elsewhere; `orgdrift receipt verify --expect-head HASH` then proves that the journal was not altered
    next: orgdrift sandbox --demo
    ");
    assert_eq!(it.value("select state from plans"), "ready", "a dry run uses nothing up");
    // The other way round: its rows are those of the plan.
    assert_eq!(it.value("select count(*) from receipts"), it.value("select count(*) from plan_actions"));
}

#[test]
fn a_live_apply_says_what_it_did() {
    let it = Rehearsal::demo();
    let told = it.apply().expect(0);
    insta::assert_snapshot!(plain(&it, &told.out), @"plan 1 applied: 5 applied, 7 blocked");
    insta::assert_snapshot!(plain(&it, &told.err), @"
    1 set_org_external_id: applied
    2 move_user_to_org: applied
    3 move_user_to_org: applied
    4 add_org_domain: applied
    5 assign_user_to_org: applied
    receipt written to apply_receipt.json
    rehearsal: acme-demo.sandbox/20481973 is a sandbox, so nothing reaches Zendesk
    next: orgdrift receipt show 1
    ");
    let told = it.bench.run(&["receipt", "show", "1"]).expect(0);
    insta::assert_snapshot!(plain(&it, &told.out), @"
    no  outcome  reason                       action               account          record                                issue_key                                                                              status
     1  applied                               set_org_external_id  Acme Healthcare  Acme Healthcare                       org_missing_external_id/001ACME00100000YDA/21700000001013                                 200
     2  applied                               move_user_to_org     Acme Foods       simone.a@acmefoods-demo.co.uk         user_default_org_not_expected/21700000004121                                              200
     3  applied                               move_user_to_org     Acme Foods       callum.reid@acmefoods-demo.co.uk      user_default_org_not_expected/21700000004132                                              200
     4  applied                               add_org_domain       Acme Retail      Acme Retail                           org_missing_expected_domain/001ACME00500000YDA/21700000001078/acmeoutlet-demo.com         200
     5  applied                               assign_user_to_org   Acme Retail      peter.nowak@acmeretail-demo.com       user_missing_expected_membership/21700000004231                                           201
     6  blocked  duplicate_external_id                             Acme Labs        Acme Labs                             org_duplicate_external_id/001ACME00400000YDA/21700000001052
     7  blocked  duplicate_external_id                             Acme Labs        Acme Laboratories                     org_duplicate_external_id/001ACME00400000YDA/21700000001065
     8  blocked  no_repair_exists                                  Acme Labs        jonas.keller@acmelabs-demo.io         user_resolution_blocked_duplicate_external_id/21700000004187
     9  blocked  user_domain_ambiguous                             Acme Foods       yuki.tanabe@acmetestkitchen-demo.com  user_domain_ambiguous/21700000004143
    10  blocked  domain_belongs_to_other_org                       Acme Biotech     Acme Biotech                          org_domain_attached_elsewhere/001ACME00200000YDA/21700000001026/acmebioassay-demo.com
    11  blocked  ticket_is_never_changed                           Acme Studios     isla.fraser@acmestudios-demo.com      ticket_org_mismatch/1156
    12  blocked  ticket_is_never_changed                           Acme Studios     mateo.silva@acmestudios-demo.com      ticket_org_mismatch/1116
    ");
    insta::assert_snapshot!(plain(&it, &told.err), @"
    rehearsal: acme-demo.sandbox/20481973 is a sandbox, so nothing reaches Zendesk
    head [hash 24]: keep this hash elsewhere; `orgdrift receipt verify --expect-head HASH` then proves that the journal was not altered
    next: orgdrift ingest zendesk
    ");
    let told = it.run(&["apply", "1"]).expect(5);
    insta::assert_snapshot!(plain(&it, &told.text()), @"
    exit 5
    error: plan 1 was applied already, in apply 1
    hint: `orgdrift receipt show 1` says what it did; `orgdrift plan` plans what is left
    ");
    let told = it.bench.run(&["plan", "show", "1"]).expect(0);
    assert!(told.out.starts_with("plan 1: applied, made from run 1"), "{}", told.out);
    assert!(told.err.contains("the plan was applied and cannot be used again"), "{}", told.err);
    let told = it.bench.run(&["list", "plans"]).expect(0);
    assert!(told.out.contains("applied"), "{}", told.out);
}

#[test]
fn one_that_went_stale_is_left_alone() {
    let it = Rehearsal::demo();
    // Somebody gave the organization another id since.
    it.edit_organization(21_700_000_001_013, |organization| organization["external_id"] = "C-4711".into());
    let told = it.apply().expect(0);
    insta::assert_snapshot!(plain(&it, &told.out), @"plan 1 applied: 4 applied, 1 skipped_stale, 7 blocked");
    let receipt = it.receipt();
    let first = &receipt["actions"][0];
    assert_eq!(first["outcome"], "skipped_stale");
    assert_eq!(first["reason"], "external_id_is_blank");
    assert_eq!(first["before"]["external_id"], "(other text)", "it may be anything");
    assert_eq!(first["requests"], serde_json::json!([]));
    assert_eq!(first["checked_live"], serde_json::json!(["organization_exists", "external_id_is_blank"]));
    assert_eq!(
        first["evaluated"],
        serde_json::json!([
            { "check": "organization_exists", "holds": true, "call": "organization" },
            { "check": "external_id_is_blank", "holds": false, "call": "organization" },
        ])
    );
    let not_reached = [
        "external_id_is_unused",
        "name_is_expected",
        "domain_names_are_expected",
        "account_fields_are_expected",
    ];
    assert_eq!(
        first["not_reached"],
        serde_json::json!(not_reached),
        "the first that does not hold ends the look"
    );
    assert_eq!(first["needed_no_check"], serde_json::json!([]));
    assert!(
        !it.sandbox.ledger().iter().any(|entry| entry.method != "GET" && entry.path.contains("1013")),
        "nothing is sent for it"
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "the document is long")]
fn the_receipt_of_the_demo() {
    let it = Rehearsal::demo();
    it.apply().expect(0);
    let written = std::fs::read_to_string(it.path("apply_receipt.json")).unwrap();
    let told = it.bench.run(&["receipt", "show", "1", "--json"]).expect(0);
    assert_eq!(told.out, written, "it can be made again at any time");
    it.bench.run(&["receipt", "show", "1", "--output", "again.json"]).expect(0);
    assert_eq!(std::fs::read_to_string(it.path("again.json")).unwrap(), written);
    let receipt: Value = serde_json::from_str(&written).unwrap();
    let mut short = receipt.clone();
    // Of the rows one that was applied and one that was not; the others are counted below.
    let rows = receipt["actions"].as_array().unwrap();
    short["actions"] = serde_json::json!([rows[0], rows[4], rows[5]]);
    insta::assert_snapshot!(plain(&it, &format!("{short:#}")), @r#"
    {
      "actions": [
        {
          "account_id": "001ACME00100000YDA",
          "action": "set_org_external_id",
          "action_id": "feb00dd7c23f11cf",
          "after": {
            "domain_names": [
              "acmehealthcare-demo.com"
            ],
            "external_id": "001ACME00100000YDA",
            "updated_at": "2026-11-02T07:00:00Z"
          },
          "before": {
            "domain_names": [
              "acmehealthcare-demo.com"
            ],
            "external_id": null,
            "updated_at": "2026-06-02T11:05:37Z"
          },
          "checked_by_snapshot": [],
          "checked_live": [
            "organization_exists",
            "external_id_is_blank",
            "external_id_is_unused",
            "name_is_expected",
            "domain_names_are_expected",
            "account_fields_are_expected"
          ],
          "confirmed_by": "answer",
          "decided_at": "2026-11-02T07:00:00Z",
          "domain": null,
          "evaluated": [
            {
              "call": "organization",
              "check": "organization_exists",
              "holds": true
            },
            {
              "call": "organization",
              "check": "external_id_is_blank",
              "holds": true
            },
            {
              "call": "organization",
              "check": "name_is_expected",
              "holds": true
            },
            {
              "call": "organization",
              "check": "domain_names_are_expected",
              "holds": true
            },
            {
              "call": "organization",
              "check": "account_fields_are_expected",
              "holds": true
            },
            {
              "call": "organizations_by_external_id",
              "check": "external_id_is_unused",
              "holds": true
            }
          ],
          "http_status": 200,
          "is_evaluation_recorded": true,
          "issue_key": "org_missing_external_id/001ACME00100000YDA/21700000001013",
          "needed_no_check": [],
          "not_reached": [],
          "organization_id": "21700000001013",
          "outcome": "applied",
          "position": 1,
          "reason": null,
          "request_id": "0000000000000005-SBX",
          "requests": [
            {
              "at": "2026-11-02T07:00:00Z",
              "method": "PUT",
              "path": "/api/v2/organizations/21700000001013"
            }
          ],
          "user_id": null
        },
        {
          "account_id": "001ACME00500000YDA",
          "action": "assign_user_to_org",
          "action_id": "8975fee133e40993",
          "after": {
            "default_organization_id": "21700000001078",
            "memberships": [
              {
                "is_default": true,
                "membership_id": "21700000007545",
                "organization_id": "21700000001078"
              }
            ]
          },
          "before": {
            "default_organization_id": null,
            "memberships": []
          },
          "checked_by_snapshot": [],
          "checked_live": [
            "user_is_end_user",
            "user_is_active",
            "user_is_not_suspended",
            "user_is_not_shared",
            "email_domain_is_expected",
            "address_is_verified",
            "is_not_a_member",
            "memberships_are_expected",
            "organization_exists",
            "external_id_is_expected",
            "ticket_restriction_is_expected",
            "organization_shares_nothing"
          ],
          "confirmed_by": "answer",
          "decided_at": "2026-11-02T07:00:00Z",
          "domain": null,
          "evaluated": [
            {
              "call": "user",
              "check": "user_is_end_user",
              "holds": true
            },
            {
              "call": "user",
              "check": "user_is_active",
              "holds": true
            },
            {
              "call": "user",
              "check": "user_is_not_suspended",
              "holds": true
            },
            {
              "call": "user",
              "check": "user_is_not_shared",
              "holds": true
            },
            {
              "call": "user",
              "check": "email_domain_is_expected",
              "holds": true
            },
            {
              "call": "memberships_of_user",
              "check": "is_not_a_member",
              "holds": true
            },
            {
              "call": "memberships_of_user",
              "check": "memberships_are_expected",
              "holds": true
            },
            {
              "call": "user",
              "check": "ticket_restriction_is_expected",
              "holds": true
            },
            {
              "call": "identities_of_user",
              "check": "address_is_verified",
              "holds": true
            },
            {
              "call": "organization",
              "check": "organization_exists",
              "holds": true
            },
            {
              "call": "organization",
              "check": "external_id_is_expected",
              "holds": true
            },
            {
              "call": "organization",
              "check": "organization_shares_nothing",
              "holds": true
            }
          ],
          "http_status": 201,
          "is_evaluation_recorded": true,
          "issue_key": "user_missing_expected_membership/21700000004231",
          "needed_no_check": [
            "keys_of_organizations_are_expected",
            "several_organizations_are_allowed"
          ],
          "not_reached": [],
          "organization_id": "21700000001078",
          "outcome": "applied",
          "position": 5,
          "reason": null,
          "request_id": "000000000000001b-SBX",
          "requests": [
            {
              "at": "2026-11-02T07:00:00Z",
              "method": "POST",
              "path": "/api/v2/organization_memberships"
            }
          ],
          "user_id": "21700000004231"
        },
        {
          "account_id": "001ACME00400000YDA",
          "action": null,
          "action_id": null,
          "after": null,
          "before": null,
          "checked_by_snapshot": null,
          "checked_live": null,
          "confirmed_by": null,
          "decided_at": "2026-11-02T07:00:00Z",
          "domain": null,
          "http_status": null,
          "issue_key": "org_duplicate_external_id/001ACME00400000YDA/21700000001052",
          "organization_id": "21700000001052",
          "outcome": "blocked",
          "position": 6,
          "reason": "duplicate_external_id",
          "request_id": null,
          "requests": [],
          "user_id": null
        }
      ],
      "attempt_id": 1,
      "caps": {
        "max_actions": 25,
        "max_per_account": 3,
        "max_plan_age": 24
      },
      "chain": {
        "first_event_id": 1,
        "head": "[hash 24]",
        "last_event_id": 24
      },
      "counts": {
        "applied": 5,
        "blocked": 7
      },
      "ended_at": "2026-11-02T07:00:00Z",
      "mode": "live",
      "plan_id": 1,
      "schema": "orgdrift.apply_receipt/1",
      "source_identity": "acme-demo.sandbox/20481973",
      "source_plan_hash": "[plan hash]",
      "started_at": "2026-11-02T07:00:00Z",
      "state": "ended",
      "stopped_by": null,
      "tool_version": "0.1.0",
      "writes": {
        "other": 0,
        "salesforce": 0,
        "zendesk_organization_memberships": 3,
        "zendesk_organizations": 2,
        "zendesk_tickets": 0
      }
    }
    "#);
}

#[test]
fn a_receipt_says_of_every_row_what_the_server_saw() {
    let it = Rehearsal::demo();
    it.apply().expect(0);
    let receipt = it.receipt();
    let rows = receipt["actions"].as_array().unwrap();
    // Every row of the plan, in its order.
    let said: Vec<String> = rows
        .iter()
        .map(|row| format!("{}|{}", row["position"], row["issue_key"].as_str().unwrap()))
        .collect();
    assert_eq!(
        said,
        it.rows("select position, issue_key from plan_actions where plan_id = 1 order by position")
    );

    // What it counts is what the server saw, request by request.
    let ledger = it.sandbox.ledger();
    let seen: Vec<(String, String)> = ledger
        .iter()
        .filter(|entry| entry.method != "GET")
        .map(|entry| (entry.method.clone(), entry.path.clone()))
        .collect();
    let requests: Vec<(String, String)> = rows
        .iter()
        .flat_map(|row| row["requests"].as_array().unwrap())
        .map(|request| (request["method"].as_str().unwrap().into(), request["path"].as_str().unwrap().into()))
        .collect();
    assert_eq!(requests, seen);
    assert_eq!(seen.len(), 5);
    assert!(seen.iter().all(|(_, path)| !path.contains("ticket")));
    let writes = &receipt["writes"];
    let sum: i64 = writes.as_object().unwrap().values().map(|count| count.as_i64().unwrap()).sum();
    assert_eq!(sum, 5);
    assert_eq!(writes["salesforce"], 0);
    assert_eq!(writes["zendesk_tickets"], 0);

    // And what it says was there before and after is what the server changed.
    for row in &rows[..5] {
        assert_eq!(row["outcome"], "applied", "{row}");
        assert_eq!(row["confirmed_by"], "answer");
        assert_eq!(row["http_status"].as_i64().unwrap() / 100, 2);
        assert_ne!(row["before"], row["after"]);
        assert!(row["request_id"].is_string());
    }
    assert_eq!(rows[0]["after"]["external_id"], "001ACME00100000YDA");
    let live = it.sandbox.sandbox.look(|world| world.organization(21_700_000_001_078).unwrap());
    assert_eq!(rows[3]["after"]["domain_names"], live["domain_names"]);
}

#[test]
fn the_receipt_as_rows() {
    let it = Rehearsal::demo();
    it.apply().expect(0);
    let told = it.bench.run(&["receipt", "show", "1", "--format", "csv"]).expect(0);
    let records: Vec<csv::StringRecord> =
        csv::Reader::from_reader(told.out.as_bytes()).records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 12);
    insta::assert_snapshot!(plain(&it, &told.out.lines().take(3).collect::<Vec<_>>().join("\n")), @r#"
    position,action,outcome,reason,issue_key,account_id,organization_id,user_id,domain,accepted_by,before_value,after_value,http_status,request_id,decided_at,event_id,hash,source_identity
    1,set_org_external_id,applied,,org_missing_external_id/001ACME00100000YDA/21700000001013,001ACME00100000YDA,21700000001013,,,,"{""domain_names"":[""acmehealthcare-demo.com""],""external_id"":null,""updated_at"":""2026-06-02T11:05:37Z""}","{""domain_names"":[""acmehealthcare-demo.com""],""external_id"":""001ACME00100000YDA"",""updated_at"":""2026-11-02T07:00:00Z""}",200,0000000000000005-SBX,2026-11-02T07:00:00Z,11,[hash 11],acme-demo.sandbox/20481973
    2,move_user_to_org,applied,,user_default_org_not_expected/21700000004121,001ACME00300000YDA,21700000001039,21700000004121,,,"{""default_organization_id"":""21700000001182"",""memberships"":[{""is_default"":false,""membership_id"":""21700000007136"",""organization_id"":""21700000001039""},{""is_default"":true,""membership_id"":""21700000007153"",""organization_id"":""21700000001182""}]}","{""default_organization_id"":""21700000001039"",""memberships"":[{""is_default"":true,""membership_id"":""21700000007136"",""organization_id"":""21700000001039""},{""is_default"":false,""membership_id"":""21700000007153"",""organization_id"":""21700000001182""}]}",200,000000000000000c-SBX,2026-11-02T07:00:00Z,14,[hash 14],acme-demo.sandbox/20481973
    "#);
    it.bench.run(&["receipt", "show", "1", "--output", "receipt.csv"]).expect(0);
    let text = std::fs::read_to_string(it.path("receipt.csv")).unwrap();
    assert!(text.starts_with('\u{feff}') && text.contains("\r\n"));
    let told = it.bench.run(&["receipt", "show", "1", "--format", "ndjson"]).expect(0);
    assert_eq!(told.out.lines().count(), 12);
    let first: Value = serde_json::from_str(told.out.lines().next().unwrap()).unwrap();
    assert_eq!(first["outcome"], "applied");
    // Rows and document say the same.
    let receipt = it.receipt();
    for (line, row) in told.out.lines().zip(receipt["actions"].as_array().unwrap()) {
        let line: Value = serde_json::from_str(line).unwrap();
        for name in ["position", "action", "outcome", "reason", "http_status", "request_id", "decided_at"] {
            assert_eq!(line[name], row[name], "{name} of {row}");
        }
        for (column, member) in [("before_value", "before"), ("after_value", "after")] {
            let value = match &line[column] {
                Value::String(text) => serde_json::from_str(text).unwrap(),
                value => value.clone(),
            };
            assert_eq!(value, row[member], "{column} of {row}");
        }
    }
}

#[test]
fn what_makes_no_sense_is_said() {
    let it = Rehearsal::demo();
    let said: Vec<String> = [
        &["receipt", "show"][..],
        &["receipt", "show", "1"],
        &["receipt", "show", "7"],
        &["receipt", "verify", "--expect-head", "abc"],
        &["receipt", "verify", "--format", "csv"],
        &["receipt"],
        &["prove", "1"],
        &["prove", "7"],
        &["prove"],
    ]
    .iter()
    .map(|arguments| format!("{}: {}", arguments.join(" "), it.bench.unchanged(arguments).text()))
    .collect();
    insta::assert_snapshot!(said.join("\n"), @"
    receipt show: exit 1
    error: nothing was applied yet
    hint: `orgdrift apply PLAN` makes a dry run, which writes nothing

    receipt show 1: exit 1
    error: plan 1 has not been run yet, not even as a dry run
    hint: `orgdrift apply PLAN` makes a dry run, which writes nothing

    receipt show 7: exit 1
    error: the warehouse has no plan 7
    hint: run `orgdrift plan` to make one, or see `orgdrift list plans`

    receipt verify --expect-head abc: exit 2
    error: invalid value 'abc' for '--expect-head <HASH>': write the 64 hexadecimal digits of a head

    For more information, try '--help'.

    receipt verify --format csv: exit 2
    error: invalid value 'csv' for '--format <FORMAT>'
      [possible values: table, json]

    For more information, try '--help'.

    receipt: exit 2
    Show and verify the record of what was changed

    Usage: orgdrift receipt [OPTIONS] <COMMAND>

    Commands:
      show    Print what an apply did, row by row
      verify  Verify, offline, that the journal of all applies was not altered
      undo    Print how to undo each repair by hand, or why that is not possible; nothing is sent

    Options:
      -h, --help  Print help

    Common options:
          --db <FILE>  The warehouse file [default: orgdrift.db] [env: ORGDRIFT_DB=]

    prove 1: exit 1
    error: plan 1 was never applied live
    hint: `orgdrift apply 1` makes a dry run, which writes nothing

    prove 7: exit 1
    error: the warehouse has no plan 7
    hint: run `orgdrift plan` to make one, or see `orgdrift list plans`

    prove: exit 2
    error: the following required arguments were not provided:
      <PLAN>

    Usage: orgdrift prove <PLAN>

    For more information, try '--help'.
    ");
}

/// Names, addresses and other people's ids wherever a world may hold them; none may reach a journal.
const CANARIES: &[&str] = &[
    "Canary Quill",
    "canary.quill@acmefoods-demo.co.uk",
    "canary.quill",
    "Canary Holdings",
    "canary@mailbox.example",
    "CANARY-EXT-7",
    "canary-note",
];

#[test]
fn no_name_and_no_address_reaches_a_journal_or_a_receipt() {
    for is_stale in [false, true] {
        let it = Rehearsal::demo();
        it.sandbox.sandbox.change(|world: &mut World| {
            for id in [21_700_000_004_121, 21_700_000_004_132, 21_700_000_004_231] {
                let mut user = world.user(id).unwrap();
                let domain = user["email"].as_str().unwrap().split('@').nth(1).unwrap().to_owned();
                user["name"] = "Canary Quill".into();
                user["email"] = format!("canary.quill{id}@{domain}").into();
                user["external_id"] = "CANARY-EXT-7".into();
                user["notes"] = "canary-note".into();
                if is_stale {
                    user["email"] = "canary.quill@acmefoods-demo.co.uk".into();
                }
                world.put_user(&user.to_string()).unwrap();
            }
            for id in [21_700_000_001_013, 21_700_000_001_039, 21_700_000_001_078] {
                let mut organization = world.organization(id).unwrap();
                organization["notes"] = "canary-note".into();
                organization["details"] = "Canary Quill".into();
                if is_stale {
                    organization["name"] = "Canary Holdings".into();
                    organization["external_id"] = "CANARY-EXT-7".into();
                    organization["domain_names"] =
                        serde_json::json!(["canary@mailbox.example", "acme.example"]);
                }
                world.put_organization(&organization.to_string()).unwrap();
            }
        });
        // Zendesk's words about a failure may name people too.
        let words = r#"{"error":"RecordInvalid","description":"Canary Quill <canary.quill@acmefoods-demo.co.uk> is no member","details":{"base":[{"description":"canary-note"}]}}"#;
        it.sandbox.faults.on(
            "/api/v2/users/21700000004121/organization_memberships/21700000007136/make_default",
            Which::Nth(1),
            Fault::saying(422, words),
        );
        let dry = it.run(&["apply", "1"]);
        let live = it.apply();
        assert!([0, 7].contains(&live.code), "{}", live.err);
        let shown = it.bench.run(&["receipt", "show", "1"]).expect(0);
        // A person reads names that are looked up for the eye; what is stored and handed on has none.
        assert!(shown.out.contains("Acme Foods"), "{}", shown.out);
        let json = it.bench.run(&["receipt", "show", "1", "--json"]).expect(0);
        let csv = it.bench.run(&["receipt", "show", "1", "--format", "csv"]).expect(0);
        let mut texts = vec![
            dry.out,
            dry.err,
            live.out,
            live.err,
            json.out,
            json.err,
            shown.err,
            csv.out,
            std::fs::read_to_string(it.path("apply_receipt.json")).unwrap(),
        ];
        texts.extend(it.rows("select * from apply_events"));
        texts.extend(it.rows("select * from receipts"));
        texts.extend(it.rows("select * from apply_attempts"));
        for text in &texts {
            for canary in CANARIES {
                assert!(!text.contains(canary), "{canary} in {text}");
            }
            assert!(!text.contains('@'), "an address in {text}");
        }
        let count = |outcome: &str| {
            it.value(&format!("select count(*) from receipts where mode = 'live' and outcome = '{outcome}'"))
        };
        if is_stale {
            assert_ne!(count("skipped_stale"), "0");
        } else {
            assert_eq!(count("failed"), "1");
        }
    }
}

/// Every precondition of the plan is in one list of its row: evaluated on a reply, judged by the snapshot, made
/// pointless by a reply, or not reached.
#[test]
fn a_receipt_calls_checked_live_what_was_evaluated_on_a_reply() {
    let it = Rehearsal::demo();
    // The organization is linked already, and a user is gone.
    it.edit_organization(21_700_000_001_013, |organization| {
        organization["external_id"] = "001ACME00100000YDA".into();
    });
    it.sandbox.sandbox.change(|world| {
        let mut user = world.user(21_700_000_004_121).unwrap();
        user["active"] = false.into();
        world.put_user(&user.to_string()).unwrap();
    });
    it.apply();
    let plan: Value =
        serde_json::from_str(&it.value("select canonical from _plans where plan_id = 1")).unwrap();
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let receipt = it.receipt();
    for (row, action) in
        receipt["actions"].as_array().unwrap().iter().zip(plan["actions"].as_array().unwrap())
    {
        let lists = ["checked_live", "checked_by_snapshot", "needed_no_check", "not_reached"];
        let mut said: Vec<String> = lists.iter().flat_map(|name| texts(&row[name])).collect();
        let mut planned: Vec<String> = action["preconditions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["check"].as_str().unwrap().into())
            .collect();
        said.sort();
        planned.sort();
        assert_eq!(said, planned, "{row:#}");
        let evaluated = row["evaluated"].as_array().unwrap();
        assert_eq!(evaluated.len(), texts(&row["checked_live"]).len());
        let is_made = row["outcome"] == "applied";
        assert!(!is_made || evaluated.iter().all(|one| one["holds"] == true), "{row:#}");
        assert!(!is_made || texts(&row["not_reached"]).is_empty(), "{row:#}");
    }
    let rows = receipt["actions"].as_array().unwrap();
    assert_eq!(rows[0]["outcome"], "already_in_place");
    assert_eq!(texts(&rows[0]["checked_live"]), ["organization_exists", "external_id_is_blank"]);
    // A user without an organization needs no setting for several.
    assert_eq!(rows[4]["outcome"], "applied");
    assert_eq!(
        texts(&rows[4]["needed_no_check"]),
        ["keys_of_organizations_are_expected", "several_organizations_are_allowed"]
    );
    assert_eq!(texts(&rows[3]["checked_by_snapshot"]), ["domain_is_on_no_other_organization"]);
}
