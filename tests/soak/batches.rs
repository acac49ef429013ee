//! Plans that go on where the applies over the same two snapshots ended.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::company::{CHAIN, of_accounts, small};
use super::round::Round;
use crate::common::bench::Told;
use crate::common::faults::{Fault, Which};
use crate::receipts::made_up::tamper;

/// Accounts of the company that is repaired in batches; `ORGDRIFT_BATCH_ACCOUNTS` says more: 140 have 700 repairs.
const ACCOUNTS: usize = 12;

/// The batch that default caps allow.
const BATCH: [&str; 4] = ["--limit", "25", "--per-account", "3"];

/// Makes the plan of a batch and returns its document.
fn plan(round: &Round, options: &[&str]) -> Value {
    let told = round.run(&[&["plan", "--json"], options].concat()).expect(0);
    serde_json::from_str(&told.out).unwrap()
}

fn count(plan: &Value, name: &str) -> usize {
    plan[name].as_array().unwrap().len()
}

/// Applies the newest plan under the default caps.
fn apply(round: &Round, plan: &Value) -> Told {
    round.run(&["apply", "latest", "--apply", "--confirm-plan-hash", plan["plan_hash"].as_str().unwrap()])
}

/// Batches until nothing is left; returns how many.
fn all_batches(round: &Round, options: &[&str]) -> usize {
    let mut batches = 0;
    loop {
        let planned = plan(round, options);
        if count(&planned, "actions") == 0 {
            return batches;
        }
        batches += 1;
        apply(round, &planned).expect(0);
    }
}

/// Reads the account again, audits, and proves everything.
fn prove(round: &Round) -> Told {
    round.sandbox.write_folder(&round.bench.path("zendesk"), "2026-11-02T09:00:00Z");
    let manifest = json!({"subdomain": "soak.sandbox", "account_id": 9, "taken_at": "2026-11-02T09:00:00Z"});
    round.bench.write("zendesk/manifest.json", manifest.to_string());
    round.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
    round.run(&["audit"]).expect(0);
    round.run(&["prove", "latest"])
}

/// No repair was written twice, and none ended badly.
fn assert_each_once(round: &Round, repairs: usize) {
    let database = &round.bench;
    assert_eq!(
        database.rows(
            "select outcome from receipts where mode = 'live'
               and outcome not in ('applied', 'already_in_place', 'blocked', 'not_attempted')"
        ),
        [""; 0]
    );
    let made =
        "select action_id from receipts where mode = 'live' and outcome in ('applied', 'already_in_place')";
    let made = database.rows(made);
    assert_eq!(made.len(), repairs);
    assert_eq!(made.iter().collect::<BTreeSet<_>>().len(), repairs, "no repair twice");
    let writes = round.sandbox.ledger().into_iter().filter(|entry| entry.method != "GET").count();
    let applied = database.value("select count(*) from receipts where mode = 'live' and outcome = 'applied'");
    assert_eq!(writes.to_string(), applied);
}

#[test]
fn all_repairs_are_made_over_one_pair_of_snapshots_in_as_many_batches_as_the_caps_make() {
    let accounts = std::env::var("ORGDRIFT_BATCH_ACCOUNTS").map_or(ACCOUNTS, |text| text.parse().unwrap());
    let repairs = accounts * CHAIN;
    let round = Round::new(of_accounts(accounts));
    let batches = all_batches(&round, &BATCH);
    // The last accounts have more left than a batch may take of one.
    let fewest = repairs.div_ceil(25);
    assert!((fewest..=fewest + 2).contains(&batches), "{batches}");
    assert_each_once(&round, repairs);
    let told = round.run(&["plan"]).expect(0);
    assert!(
        told.err.contains(&format!("{repairs} repairs left out, because earlier plans made them")),
        "{}",
        told.err
    );
    // One reading proves them all.
    let told = prove(&round);
    assert!(told.err.contains(&format!("{repairs} of {repairs} issues resolved")), "{}", told.err);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.lines().next().unwrap().contains("plan_id"), "{}", told.out);
    let told = round.run(&["plan"]).expect(0);
    assert!(told.err.contains("a newer snapshot has ended the batches of before"), "{}", told.err);
    round.run(&["receipt", "verify"]).expect(0);
}

#[test]
fn a_batch_expects_what_the_one_before_did_to_the_same_organization() {
    let round = Round::new(small());
    let one = ["--per-account", "1"];
    let first = plan(&round, &one);
    assert!(first["builds_on"].is_null());
    assert_eq!(first["actions"][0]["action"], "set_org_external_id");
    apply(&round, &first).expect(0);
    let second = plan(&round, &one);
    let head = round.bench.value("select hash from apply_events where kind = 'apply_ended'");
    assert_eq!(second["builds_on"], head.as_str());
    let add = &second["actions"][0];
    assert_eq!(add["action"], "add_org_domain");
    assert_eq!(add["expected"]["external_id"], first["actions"][0]["new_value"]["external_id"]);
    assert_eq!(add["depends_on"], json!([]));
    // A plan is used once, also after another one.
    let told =
        round.run(&["apply", "2", "--apply", "--confirm-plan-hash", first["plan_hash"].as_str().unwrap()]);
    assert!(told.code == 5 && told.err.contains("was applied already"), "{}", told.err);
    apply(&round, &second).expect(0);
    assert_eq!(all_batches(&round, &one), CHAIN - 2);
    assert_each_once(&round, 2 * CHAIN);
    // The domain brought a user in: no step takes that back.
    let told = round.run(&["receipt", "undo", "3", "--json"]).expect(0);
    let rows: Value = serde_json::from_str(&told.out).unwrap();
    let added = rows.as_array().unwrap().iter().find(|row| row["is_undoable"] == 0).unwrap();
    assert_eq!((&added["action"], &added["steps"]), (&json!("add_org_domain"), &Value::Null));
    assert!(added["not_undoable_because"].as_str().unwrap().starts_with("pulled-in users: 1"), "{added}");
}

#[test]
fn nothing_is_planned_while_an_apply_is_broken_off() {
    let round = Round::new(small());
    let first = plan(&round, &BATCH);
    let hash = first["plan_hash"].as_str().unwrap().to_owned();
    let arguments = ["apply", "latest", "--apply", "--confirm-plan-hash", &hash];
    let output = round.command(&arguments).env("ORGDRIFT_TEST_CRASH", "after_request:3").output().unwrap();
    assert!(!output.status.success());
    let told = round.run(&["plan", "--limit", "7"]).expect(5);
    assert!(told.err.contains("the apply of plan 2 was broken off"), "{}", told.err);
    apply(&round, &first).expect(0);
    all_batches(&round, &BATCH);
    assert_each_once(&round, 2 * CHAIN);
    assert_eq!(prove(&round).code, 0);
}

#[test]
fn a_record_of_which_nobody_knows_what_was_done_waits_for_a_newer_snapshot() {
    let round = Round::new(small());
    // Every request for the first organization ends without an answer and without an effect.
    round.sandbox.faults.on_writes("/api/v2/organizations/21000000000", Which::From(1), Fault::ResetBefore);
    let first = plan(&round, &["--account", "001Ab0000000000IAA", "--limit", "1"]);
    apply(&round, &first).expect(7);
    assert_eq!(
        round.bench.rows(
            "select outcome from receipts where mode = 'live' and outcome not in ('not_attempted', 'blocked')"
        ),
        ["unknown"]
    );
    let second = plan(&round, &[]);
    let deferred: BTreeSet<&str> =
        second["deferred"].as_array().unwrap().iter().map(|row| row["reason"].as_str().unwrap()).collect();
    assert_eq!(deferred, BTreeSet::from(["outcome_unknown"]));
    assert_eq!((count(&second, "actions"), count(&second, "deferred")), (CHAIN, CHAIN));
    assert!(
        second["actions"].as_array().unwrap().iter().all(|action| action["organization_id"] == "21000000001")
    );
}

#[test]
fn a_plan_that_builds_on_another_event_is_none_of_its_run() {
    let round = Round::new(small());
    apply(&round, &plan(&round, &["--per-account", "1"])).expect(0);
    let second = plan(&round, &["--per-account", "2"]);
    let plan_id = round.bench.value("select max(plan_id) from _plans");
    let head = second["builds_on"].as_str().unwrap();
    let other = round
        .bench
        .value("select hash from apply_events where kind = 'outcome' order by event_id desc limit 1");
    for forged in [format!("'{other}'"), format!("'{}'", "0".repeat(64))] {
        tamper(
            &round.bench,
            &format!(
                "update _plans set canonical = replace(canonical, '{head}', {forged}) where plan_id = {plan_id};
                 update _plans set plan_hash = sha256(canonical) where plan_id = {plan_id};"
            ),
        );
        let before = round.sandbox.ledger().len();
        let hash = round.bench.value(&format!("select plan_hash from _plans where plan_id = {plan_id}"));
        let told = round.run(&["apply", &plan_id, "--apply", "--confirm-plan-hash", &hash]).expect(5);
        assert!(told.err.contains("is not what run 1 leads to"), "{}", told.err);
        assert_eq!(round.sandbox.ledger().len(), before, "nothing is asked");
        tamper(
            &round.bench,
            &format!(
                "update _plans set canonical = replace(canonical, {forged}, '{head}') where plan_id = {plan_id};
                 update _plans set plan_hash = sha256(canonical) where plan_id = {plan_id};"
            ),
        );
    }
    round
        .run(&["apply", &plan_id, "--apply", "--confirm-plan-hash", second["plan_hash"].as_str().unwrap()])
        .expect(0);
}
