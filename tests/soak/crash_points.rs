//! An apply that ends at each labelled point, is resumed, and is right in the end.

use std::collections::BTreeSet;
use std::fs;

use super::company::small;
use super::round::Round;
use crate::common::faults::{Fault, Which};
use crate::common::root;

/// Passed once by a process at most.
const ONCE: [&str; 8] = [
    "before_start",
    "after_start",
    "before_end",
    "after_end",
    "before_resume",
    "after_resume",
    "before_settling",
    "after_settling",
];

/// Passed by a resumed apply only.
const RESUMED: [&str; 4] = ["before_resume", "after_resume", "before_settling", "after_settling"];

/// The labels that the source has.
fn labels() -> Vec<String> {
    let mut labels = BTreeSet::new();
    for entry in fs::read_dir(root().join("src/apply")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for part in text.split("crash::point(\"").skip(1) {
            labels.insert(part.split('"').next().unwrap().to_owned());
        }
    }
    assert!(labels.len() >= 18, "{labels:?}");
    labels.into_iter().collect()
}

/// A round whose second, fifth and eighth write is answered by a proxy that knows nothing of it, so that every
/// point has a reason to be passed.
fn round() -> Round {
    let round = Round::new(small());
    for number in [2, 5, 8] {
        round.sandbox.faults.on_writes("/", Which::Nth(number), Fault::status(503, None));
    }
    round
}

/// Crashes at a point, at a process that resumes where only such a one passes it.
fn crash(round: &Round, label: &str, pass: u32) {
    if RESUMED.contains(&label) {
        assert!(round.crash("after_request", 1), "after_request was not met");
    }
    assert!(round.crash(label, pass), "{label}:{pass} was not met");
}

#[track_caller]
fn expect_right(round: &Round, what: &str) {
    // The plan is used up where the process ended after the last event.
    let told = round.finish();
    assert!(matches!(told.code, 0 | 5), "{what}: exit {}: {}", told.code, told.err);
    let judgement = round.judge();
    assert_eq!(judgement.bad, [""; 0], "{what}");
    let count = |outcome: &str| judgement.outcomes.get(outcome).copied().unwrap_or_default();
    assert_eq!(
        (count("applied"), count("already_in_place"), count("blocked"), count("unknown")),
        (9, 1, 1, 0),
        "{what}: {judgement:?}"
    );
}

#[test]
fn the_apply_of_the_small_company_is_right() {
    let round = round();
    expect_right(&round, "no crash");
}

#[test]
fn an_apply_that_ends_at_any_point_is_resumed_and_right() {
    for label in labels() {
        let later: &[u32] = match label.as_str() {
            once if ONCE.contains(&once) => &[1],
            "before_next_try" => &[1, 3],
            _ => &[1, 6],
        };
        for &pass in later {
            let round = round();
            crash(&round, &label, pass);
            expect_right(&round, &format!("{label}:{pass}"));
        }
    }
}
