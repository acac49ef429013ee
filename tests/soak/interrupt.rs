//! Ctrl-C in the middle of an apply.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::company::{large, small};
use super::judge::{open_intents, writes};
use super::round::{Round, told};
use crate::common::bench::Told;
use crate::common::faults::{Fault, Which};

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

fn start(round: &Round) -> Child {
    round.apply().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn wait(child: Child) -> Told {
    told(child.wait_with_output().unwrap())
}

/// Waits until so many requests that write have arrived.
fn wait_for_writes(round: &Round, count: u64) {
    let start = Instant::now();
    while round.sandbox.faults.hits().iter().sum::<u64>() < count {
        assert!(start.elapsed() < Duration::from_secs(30), "no writes came");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn ctrl_c_finishes_the_repair_in_hand_and_begins_no_other() {
    for signal in [Signal::INT, Signal::TERM] {
        let round = Round::new(large());
        round.sandbox.faults.on_writes("/", Which::From(1), Fault::LateReply(Duration::from_millis(60)));
        let child = start(&round);
        wait_for_writes(&round, 4);
        send(&child, signal);
        let told = wait(child).expect(7);
        assert!(told.err.contains("stopped early: interrupted"), "{}", told.err);
        assert_eq!(open_intents(&round.db()).len(), 0);
        let judgement = round.judge();
        assert_eq!(judgement.bad, [""; 0]);
        let count = |outcome: &str| judgement.outcomes.get(outcome).copied().unwrap_or_default();
        assert!((4..20).contains(&count("applied")), "{judgement:?}");
        assert_eq!(count("applied") + count("already_in_place") + count("not_attempted"), 30);
        assert_eq!(
            round.bench.rows("select distinct reason from apply_events where outcome = 'not_attempted'"),
            ["interrupted"]
        );
    }
}

#[test]
fn a_second_ctrl_c_leaves_the_repair_in_doubt_and_the_next_apply_settles_it() {
    for fault in [Fault::LateReply(Duration::from_mins(1)), Fault::Latency(Duration::from_mins(1))] {
        let round = Round::new(small());
        round.sandbox.faults.on_writes("/", Which::Nth(3), fault);
        let child = start(&round);
        wait_for_writes(&round, 1);
        let begun = Instant::now();
        send(&child, Signal::INT);
        std::thread::sleep(Duration::from_millis(100));
        send(&child, Signal::INT);
        let told = wait(child).expect(7);
        assert!(begun.elapsed() < Duration::from_secs(20), "it waited for the network");
        assert!(told.err.contains("once more leaves it in doubt"), "{}", told.err);
        assert_eq!(open_intents(&round.db()).len(), 1);
        let before = writes(&round.sandbox.ledger());
        round.sandbox.faults.clear();
        round.finish().expect(0);
        assert!(writes(&round.sandbox.ledger()) > before);
        assert_eq!(round.judge().bad, [""; 0]);
    }
}
