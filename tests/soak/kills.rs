//! The binary, killed at random moments of an apply and resumed until it ends.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::company::large;
use super::judge::{Judgement, has_effect, open_intents, writes};
use super::round::Round;
use crate::common::dice::Dice;
use crate::common::faults::{Fault, Which};
use crate::common::soak_rounds;

/// How many rounds, unless `ORGDRIFT_SOAK_ROUNDS` says otherwise: CI runs fifty more right after these, so that these
/// only show that the test itself is sound. Half of them are disturbed as well.
const ROUNDS: u64 = 6;

/// Enough rounds for a kill on either side of an effect.
const ENOUGH: u64 = 50;

/// A round that is killed more often is left to end.
const MOST_KILLS: u32 = 12;

/// What happened in all rounds.
#[derive(Debug, Default)]
struct Figures {
    rounds: u64,
    /// Kills of a running apply.
    kills: u64,
    /// With an intent whose request had no effect yet.
    kills_before_the_effect: u64,
    /// With an intent whose request had its effect.
    kills_after_the_effect: u64,
    /// Writes that reached the sandbox.
    writes: usize,
    resends: usize,
    /// Repairs that were confirmed by a look alone.
    resolved_by_reading: usize,
    forbidden: usize,
    outcomes: BTreeMap<String, usize>,
    unknown: Vec<String>,
    bad: Vec<String>,
}

impl Figures {
    fn add(&mut self, judgement: Judgement, round: u64) {
        self.rounds += 1;
        self.resends += judgement.resends;
        self.resolved_by_reading += judgement.confirmed_by_reading;
        self.forbidden += judgement.forbidden;
        for (outcome, count) in judgement.outcomes {
            *self.outcomes.entry(outcome).or_default() += count;
        }
        self.unknown.extend(judgement.unknown.into_iter().map(|text| format!("round {round}: {text}")));
        self.bad.extend(judgement.bad.into_iter().map(|text| format!("round {round}: {text}")));
    }
}

/// A few milliseconds on one side of the effect or the other; in every second round what networks do.
fn disturb(round: &Round, number: u64, seed: u64) {
    let faults = &round.sandbox.faults;
    faults.seed(seed);
    if number % 2 == 1 {
        for fault in [
            Fault::status(503, None),
            Fault::status(500, None).afterwards(),
            Fault::ResetBefore,
            Fault::ResetAfter,
            Fault::Truncated,
            Fault::WrongIds,
            Fault::LateEffect(Duration::from_millis(12)),
        ] {
            faults.on_writes("/", Which::Percent(3), fault);
        }
    }
    faults.on_writes("/", Which::Percent(50), Fault::Latency(Duration::from_millis(4)));
    faults.on_writes("/", Which::From(1), Fault::LateReply(Duration::from_millis(4)));
}

fn one_round(number: u64, seed: u64, took: Duration, figures: &Mutex<Figures>) {
    let mut dice = Dice::new(seed);
    let round = Round::new(large());
    disturb(&round, number, seed);
    let (mut kills, mut before, mut after) = (0, 0, 0);
    while kills < MOST_KILLS {
        let mut child = round.start();
        let longest = u64::try_from(took.as_micros()).unwrap() * 2 / 3;
        std::thread::sleep(Duration::from_micros(dice.below(longest.max(1))));
        if child.try_wait().unwrap().is_some() {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        let ledger = round.sandbox.ledger();
        for position in open_intents(&round.db()) {
            if has_effect(round.company, &ledger, position) {
                after += 1;
            } else {
                before += 1;
            }
        }
    }
    let told = round.finish();
    // Used up, if it had come to its end.
    let is_ended = matches!(told.code, 0 | 5 | 7);
    // What comes late comes before the verdict.
    std::thread::sleep(Duration::from_millis(15));
    let judgement = round.judge();
    let mut figures = figures.lock().unwrap();
    figures.kills += u64::from(kills);
    figures.kills_before_the_effect += before;
    figures.kills_after_the_effect += after;
    figures.writes += writes(&round.sandbox.ledger());
    if !is_ended {
        figures.bad.push(format!("round {number}: exit {}: {}", told.code, told.err));
    }
    figures.add(judgement, number);
}

#[test]
fn an_apply_that_is_killed_at_random_loses_nothing_and_does_nothing_twice() {
    let rounds = soak_rounds().unwrap_or(ROUNDS);
    let seed: u64 = std::env::var("ORGDRIFT_SOAK_SEED").map_or_else(
        |_| std::time::UNIX_EPOCH.elapsed().unwrap().subsec_nanos().into(),
        |text| text.parse().unwrap(),
    );
    println!("ORGDRIFT_SOAK_SEED={seed}");
    let took = {
        let round = Round::new(large());
        disturb(&round, 0, seed);
        let start = Instant::now();
        round.finish().expect(0);
        start.elapsed()
    };
    let (next, figures) = (AtomicU64::new(0), Mutex::new(Figures::default()));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= rounds {
                        return;
                    }
                    one_round(number, seed.wrapping_add(number), took, &figures);
                    if number % 100 == 99 {
                        println!("{} rounds, {:?}", number + 1, start.elapsed());
                    }
                }
            });
        }
    });
    let figures = figures.into_inner().unwrap();
    println!("one apply took {took:?}; all rounds {:?}\n{figures:#?}", start.elapsed());
    assert_eq!(figures.bad, [""; 0], "ORGDRIFT_SOAK_SEED={seed}");
    assert_eq!((figures.rounds, figures.forbidden), (rounds, 0));
    assert!(figures.kills > rounds, "only {} kills", figures.kills);
    if rounds >= ENOUGH {
        assert!(figures.kills_before_the_effect > 0 && figures.kills_after_the_effect > 0, "{figures:?}");
    }
}
