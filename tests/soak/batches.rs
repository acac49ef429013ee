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
    assert!(told.err.contains("newer snapshots ended the batches of the last apply"), "{}", told.err);
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
    assert!(told.err.contains("the apply of plan 2 was interrupted"), "{}", told.err);
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

/// Gives organizations another name behind the API's back.
fn rename(round: &Round, accounts: std::ops::Range<i64>) {
    round.sandbox.sandbox.change(|world| {
        for at in accounts {
            let mut organization = world.organization(21_000_000_000 + at).unwrap();
            organization["name"] = "Renamed".into();
            world.put_organization(&organization.to_string()).unwrap();
        }
    });
}

#[test]
fn repairs_that_were_found_stale_wait_and_the_later_batches_finish_the_rest() {
    let accounts = 12;
    let round = Round::new(of_accounts(accounts));
    // More accounts than the first batches have room for: each batch would be stale from its first repair on.
    rename(&round, 0..8);
    let small_batch = ["--limit", "6", "--per-account", "3"];
    let mut batches = 0;
    let last = loop {
        let planned = plan(&round, &small_batch);
        if count(&planned, "actions") == 0 {
            break planned;
        }
        batches += 1;
        assert!(batches < 40, "the batches do not end");
        let told = apply(&round, &planned);
        assert!(matches!(told.code, 0 | 7), "{}", told.err);
        let tried = round.bench.rows(
            "select action_id from receipts where mode = 'live' and outcome = 'skipped_stale'
               and reason <> 'dependency_not_applied'",
        );
        assert_eq!(tried.len(), tried.iter().collect::<BTreeSet<_>>().len(), "one is tried twice: {tried:?}");
    };
    let made = "select count(distinct action_id) from receipts
                where mode = 'live' and outcome in ('applied', 'already_in_place')
                  and organization_id between 21000000008 and 21000000011";
    assert_eq!(round.bench.value(made), (4 * CHAIN).to_string(), "the rest is finished");
    assert_eq!(count(&last, "deferred"), 8 * CHAIN);
    assert!(
        last["deferred"].as_array().unwrap().iter().all(|row| row["reason"] == "found_stale"),
        "{last:#}"
    );
    let told = round.run(&["plan", "--limit", "6"]).expect(0);
    assert!(told.err.contains("40 repairs wait for a newer snapshot"), "{}", told.err);
    assert!(told.err.contains("nothing is left to repair"), "{}", told.err);
    // A newer snapshot has the new names: the same repairs are planned again.
    round.sandbox.write_folder(&round.bench.path("zendesk"), "2026-11-02T09:00:00Z");
    let manifest = json!({"subdomain": "soak.sandbox", "account_id": 9, "taken_at": "2026-11-02T09:00:00Z"});
    round.bench.write("zendesk/manifest.json", manifest.to_string());
    round.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
    round.run(&["audit"]).expect(0);
    // And two of those who became members of another organization are to be moved there.
    assert_eq!(count(&plan(&round, &[]), "actions"), 8 * CHAIN + 2);
}

#[test]
fn a_user_who_changed_waits_alone() {
    let round = Round::new(small());
    round.sandbox.sandbox.change(|world| {
        let mut user = world.user(22_000_000_000).unwrap();
        user["suspended"] = true.into();
        world.put_user(&user.to_string()).unwrap();
    });
    apply(&round, &plan(&round, &["--code", "user_missing_expected_membership", "--limit", "1"])).expect(0);
    let second = plan(&round, &[]);
    let deferred = second["deferred"].as_array().unwrap();
    assert_eq!(deferred.len(), 1, "{second:#}");
    assert_eq!(deferred[0]["reason"], "found_stale");
    assert_eq!(count(&second, "actions"), 2 * CHAIN - 1);
    // It can be composed again: the plan is applied as it was shown.
    all_batches(&round, &BATCH);
    round.run(&["receipt", "verify"]).expect(0);
}

#[test]
fn a_repair_that_failed_comes_last_and_does_not_keep_the_others_waiting() {
    let round = Round::new(small());
    // Zendesk refuses whatever is written to the first organization.
    round.sandbox.faults.on_writes(
        "/api/v2/organizations/21000000000",
        Which::From(1),
        Fault::status(422, None),
    );
    let one = ["--limit", "2"];
    let first = plan(&round, &one);
    assert_eq!(first["actions"][0]["organization_id"], "21000000000");
    apply(&round, &first).expect(7);
    let second = plan(&round, &one);
    assert!(
        second["actions"].as_array().unwrap().iter().all(|action| action["organization_id"] == "21000000001"),
        "{second:#}"
    );
    apply(&round, &second).expect(0);
    let all = plan(&round, &[]);
    let organizations: Vec<&str> = all["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["organization_id"].as_str().unwrap())
        .collect();
    assert_eq!(organizations[..CHAIN - 2], ["21000000001"; CHAIN - 2]);
    assert_eq!(organizations[CHAIN - 2..], ["21000000000"; CHAIN]);
    round.sandbox.faults.clear();
    all_batches(&round, &BATCH);
    assert_each_made_once(&round, 2 * CHAIN);
}

/// As [`assert_each_once`], after repairs that were tried before.
fn assert_each_made_once(round: &Round, repairs: usize) {
    let made = round.bench.rows(
        "select action_id from receipts where mode = 'live' and outcome in ('applied', 'already_in_place')",
    );
    assert_eq!(made.len(), repairs);
    assert_eq!(made.iter().collect::<BTreeSet<_>>().len(), repairs);
}

#[test]
fn all_batches_are_shown_together() {
    let round = Round::new(of_accounts(4));
    let told = round.run(&["receipt", "show", "1", "--batches"]).expect(1);
    assert!(told.err.contains("nothing was applied live over the snapshots of plan 1"), "{}", told.err);
    rename(&round, 3..4);
    let batch = ["--limit", "8", "--per-account", "3"];
    let mut batches = 0;
    loop {
        let planned = plan(&round, &batch);
        if count(&planned, "actions") == 0 {
            break;
        }
        batches += 1;
        apply(&round, &planned).expect(0);
    }
    for name in [&[][..], &["latest"], &["1"]] {
        let told = round.run(&[&["receipt", "show", "--batches", "--json"], name].concat()).expect(0);
        let rows: Value = serde_json::from_str(&told.out).unwrap();
        let rows = rows.as_array().unwrap();
        assert_eq!(rows.len(), batches);
        let sum = |column: &str| rows.iter().map(|row| row[column].as_i64().unwrap()).sum::<i64>();
        let columns = ["applied", "in_place", "stale", "failed", "unknown", "not_attempted"];
        assert_eq!(columns.map(sum).iter().sum::<i64>(), sum("repairs"));
        assert_eq!(sum("applied") + sum("in_place"), 3 * i64::try_from(CHAIN).unwrap());
        assert!(rows.iter().all(|row| row["state"] == "ended" && row["stopped_by"].is_null()), "{rows:?}");
        let counts: Vec<String> = round.bench.rows(
            "select count(*), outcome from (select outcome, max(event_id) from receipts
             where mode = 'live' and action_id is not null and outcome <> 'blocked'
               and (outcome, coalesce(reason, '')) not in (('not_attempted', 'over_limit'),
                 ('not_attempted', 'over_per_account'), ('not_attempted', 'found_stale'))
             group by action_id) group by outcome order by outcome",
        );
        let said = format!("{batches} applies over the same two snapshots, ");
        assert!(told.err.contains(&said), "{}", told.err);
        for count in &counts {
            assert!(told.err.contains(&count.replace('|', " ")), "{count}: {}", told.err);
        }
    }
}
