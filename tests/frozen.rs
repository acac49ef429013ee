//! Plans, a journal and a receipt as an orgdrift of schema 4 wrote them: they are read into the same types, are written
//! again byte for byte, and verify.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use orgdrift::apply::Earlier;
use orgdrift::catalog;
use orgdrift::model::journal::{EventBody, EventDetails};
use orgdrift::model::plan::{Check, PlanDocument, Precondition, RefusalReason};
use orgdrift::model::receipt::ApplyReceipt;
use orgdrift::model::{ActionOutcome, EventKind, FormError, Repair};
use orgdrift::plan::document;
use orgdrift::receipt::{file_text, verify};
use orgdrift::warehouse::Warehouse;
use rusqlite::Connection;
use serde_json::Value;

use crate::common::bench::Bench;
use crate::common::root;

fn frozen(name: &str) -> String {
    fs::read_to_string(root().join("fixtures/frozen").join(name)).unwrap()
}

/// The warehouse, brought up to date.
fn warehouse() -> Bench {
    let bench = Bench::empty();
    Connection::open(bench.db()).unwrap().execute_batch(&frozen("warehouse.sql")).unwrap();
    bench.run(&["init"]).expect(0);
    bench
}

/// The bodies of the journal with their hashes.
fn bodies(bench: &Bench) -> Vec<(String, String)> {
    let bodies = bench.rows("select body from apply_events order by event_id");
    let hashes = bench.rows("select hash from apply_events order by event_id");
    assert_eq!(bodies.len(), 55);
    bodies.into_iter().zip(hashes).collect()
}

#[test]
fn a_plan_is_read_and_written_again() {
    let mut checks = BTreeSet::new();
    let mut reasons = BTreeSet::new();
    let mut repairs = BTreeSet::new();
    for text in frozen("plans.ndjson").lines() {
        let plan = PlanDocument::from_canonical(text).unwrap();
        assert_eq!(plan.canonical(), text);
        for action in &plan.actions {
            repairs.insert(action.repair.repair());
            checks.extend(action.preconditions.iter().map(Precondition::check));
        }
        reasons.extend(plan.refusals.iter().map(|issue| issue.reason));
    }
    // The frozen plans have all there was.
    assert_eq!(repairs.len(), Repair::ALL.len());
    assert_eq!(checks.len(), 17);
    assert_eq!(reasons.len(), 18);
    let file = frozen("fix_plan.json");
    let hash = document::verified_hash(&file).unwrap();
    let mut value: Value = serde_json::from_str(&file).unwrap();
    value.as_object_mut().unwrap().remove("plan_hash");
    let plan: PlanDocument = serde_json::from_value(value).unwrap();
    assert_eq!(document::hash(&plan.canonical()), hash);
    assert_eq!(document::file_text(&plan.canonical(), &hash, &BTreeMap::new()), file);
}

#[test]
fn a_plan_of_another_form_is_not_taken() {
    let text = frozen("plans.ndjson").lines().next().unwrap().to_owned();
    for (from, to) in [
        // A member that nobody knows, and the same members in another order.
        ("{\"actions\"", "{\"a\":1,\"actions\""),
        ("\"domain\":null,\"expected\"", "\"domain\":null,\"e\":0,\"expected\""),
        (
            "\"check\":\"organization_exists\",\"is_live\":true",
            "\"is_live\":true,\"check\":\"organization_exists\"",
        ),
    ] {
        assert!(text.contains(from), "{from}");
        assert_eq!(PlanDocument::from_canonical(&text.replace(from, to)), Err(FormError::Foreign), "{from}");
    }
    for (from, to) in [
        ("orgdrift.fix_plan/1", "orgdrift.fix_plan/2"),
        ("\"set_org_external_id\"", "\"set_org_name\""),
        ("\"organization_exists\"", "\"organization_is_nice\""),
        ("\"is_live\":true", "\"is_live\":false"),
        ("\"over_limit\"", "\"too_late\""),
    ] {
        assert!(text.contains(from), "{from}");
        let read = PlanDocument::from_canonical(&text.replace(from, to));
        assert!(matches!(read, Err(FormError::Unreadable { .. })), "{from}: {read:?}");
    }
}

#[test]
fn a_journal_is_read_and_written_again_and_verifies() {
    let bench = warehouse();
    let mut kinds = BTreeMap::new();
    let mut outcomes = BTreeSet::new();
    let mut previous = "0".repeat(64);
    for (text, hash) in bodies(&bench) {
        let body = EventBody::from_canonical(&text).unwrap();
        assert_eq!(body.canonical(), text);
        assert_eq!(catalog::sha256(&body.canonical()), hash);
        assert_eq!(body.previous_hash, previous);
        previous = hash;
        *kinds.entry(body.details.kind()).or_insert(0) += 1;
        match body.details {
            EventDetails::Outcome(body) => {
                outcomes.insert(body.outcome);
                assert!(body.of_repair.is_none_or(|repair| repair.look.is_none()), "nobody wrote it down");
            }
            EventDetails::Intent(intent) => assert!(intent.look.is_none()),
            _ => {}
        }
    }
    assert_eq!(kinds.len(), EventKind::ALL.len());
    assert_eq!(outcomes.len(), ActionOutcome::ALL.len());
    let warehouse = Warehouse::open(&bench.db()).unwrap();
    let found = verify(&warehouse, Some(&previous)).unwrap();
    assert_eq!(found.faults, []);
    assert_eq!((found.event_count, found.apply_count), (55, 3));
}

#[test]
fn an_apply_that_an_older_orgdrift_left_can_be_resumed() {
    let bench = warehouse();
    let warehouse = Warehouse::open(&bench.db()).unwrap();
    let events = warehouse.events_of(3).unwrap();
    let earlier = Earlier::of(&events[..23], "2026-11-02T07:01:00Z").unwrap();
    assert!(earlier.is_resumed);
    assert_eq!(earlier.open_count(), 1);
}

#[test]
fn a_receipt_is_read_and_written_again() {
    let text = frozen("apply_receipt.json");
    let receipt: ApplyReceipt = serde_json::from_str(&text).unwrap();
    assert_eq!(receipt.file_text(), text);
    assert_eq!(receipt.actions.len(), 11);
}

/// What is said of preconditions is the one thing that a receipt of today says otherwise of an older journal.
#[test]
fn a_receipt_of_an_older_journal_says_that_nobody_knows_what_was_checked() {
    let bench = warehouse();
    let warehouse = Warehouse::open(&bench.db()).unwrap();
    let text = file_text(&warehouse, 3).unwrap().unwrap();
    let mut now: ApplyReceipt = serde_json::from_str(&text).unwrap();
    let was: ApplyReceipt = serde_json::from_str(&frozen("apply_receipt.json")).unwrap();
    for (row, old) in now.actions.iter_mut().zip(&was.actions) {
        match row.checks.take() {
            Some(checks) => {
                assert!(!checks.is_evaluation_recorded);
                assert_eq!(
                    (checks.evaluated, checks.needed_no_check, checks.not_reached),
                    (None, None, None)
                );
            }
            None => assert_eq!(row.outcome, Some(ActionOutcome::Blocked)),
        }
        assert_eq!(row.checked_live, None);
        row.checked_live.clone_from(&old.checked_live);
    }
    assert_eq!(now, was);
}

#[test]
fn every_reason_of_the_rules_is_a_word_of_plans() {
    let known: BTreeSet<String> = catalog::blocked_reasons().into_iter().map(|row| row.reason).collect();
    assert!(!known.is_empty());
    let words: BTreeSet<String> = RefusalReason::ALL.iter().map(ToString::to_string).collect();
    let own = ["no_repair_exists", "ticket_is_never_changed"].map(str::to_owned);
    assert_eq!(words, known.into_iter().chain(own).collect());
    assert!(Check::ALL.iter().all(|check| RefusalReason::from_text(check.as_str()).is_none()));
}
