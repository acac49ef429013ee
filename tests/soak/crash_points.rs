//! An apply that ends at each labelled point, is resumed, and is right in the end.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Mutex;

use super::company::small;
use super::round::Round;
use crate::common::faults::{Fault, Which};
use crate::common::{is_long_soak, root, soak_rounds};

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
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
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

/// Two crashes after one another: at one point, and at another one of the process that resumes. Where the first
/// leaves the second no reason to be passed, the apply is whole already.
fn crash_twice(first: &str, second: &str) -> bool {
    let round = round();
    crash(&round, first, 1);
    let is_met = round.crash(second, 1);
    expect_right(&round, &format!("{first}, then {second}"));
    is_met
}

#[test]
fn an_apply_that_ends_at_two_points_is_resumed_and_right() {
    let labels = labels();
    let count = labels.len();
    // All pairs, where there is time.
    let partners = if is_long_soak() { count } else { soak_rounds().map_or(1, |_| 3) };
    let mut pairs = Vec::new();
    for first in 0..count {
        for partner in 0..partners {
            pairs.push((labels[first].as_str(), labels[(first * 2 + partner * 7) % count].as_str()));
        }
    }
    let total = pairs.len();
    let seconds: BTreeSet<&str> = pairs.iter().map(|(_, second)| *second).collect();
    let (queue, met) = (Mutex::new(pairs.into_iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some((first, second)) = next else { return };
                    if crash_twice(first, second) {
                        met.lock().unwrap().push(second);
                    }
                }
            });
        }
    });
    let met = met.into_inner().unwrap();
    println!("{} of {total} second points were met", met.len());
    assert!(met.len() * 2 > total, "only {} of {total}", met.len());
    if partners == count {
        let never: Vec<&&str> = seconds.iter().filter(|second| !met.contains(second)).collect();
        assert!(never.is_empty(), "{never:?}");
    }
}
