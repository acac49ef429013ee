//! Every fault at every listing, once, a few times, for ever: a complete snapshot, an honest partial one, or
//! a message and nothing.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::kinds::{End, KINDS, Kind, Times};
use super::stage::{Accounts, Mode, PLACES, Place, Stage, command, is_untouched, newest, proof, said};
use crate::common::bench::{Bench, Told};
use crate::common::faults::{Fault, Which};
use crate::common::is_thorough;

/// Commands at a time: most of them wait.
const WORKERS: usize = 6;

/// One reading, or two where the first is not complete.
struct Cell {
    kind: &'static Kind,
    times: Times,
    /// Where the fault happens: listings of one mode.
    places: Vec<&'static Place>,
}

/// Checks something, and says what is wrong.
macro_rules! ensure {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err(format!($($words)+));
        }
    };
}

impl Cell {
    fn name(&self) -> String {
        let places: Vec<&str> = self.places.iter().map(|place| place.path).collect();
        format!("{} {:?} at {}", self.kind.name, self.times, places.join(" "))
    }

    fn mode(&self) -> Mode {
        self.places[0].mode
    }

    fn end(&self, place: &Place) -> End {
        self.kind.end(self.times, place)
    }

    fn check(&self, stage: &Stage, accounts: &Accounts) -> Result<(), String> {
        let mode = self.mode();
        let bench = stage.bench(mode);
        let faults = &accounts.of(mode).faults;
        faults.clear();
        for place in &self.places {
            faults.on(place.path, self.kind.which(self.times), (self.kind.fault)());
        }
        let told = self.run(&bench, accounts, &[]);
        let hits = faults.hits();
        ensure!(hits.iter().all(|&hits| hits > 0), "not hit: {hits:?}\n{}", said(&told));
        let is_complete = self.check_first(stage, &bench, &told)?;
        faults.clear();
        if is_complete {
            return check_complete(stage, &bench, mode);
        }
        let goes_on = bench.path("orgdrift.db.staging").exists();
        let told = self.run(&bench, accounts, if goes_on { &["--resume"] } else { &[] });
        ensure!(told.code == 0, "does not go on: {}", said(&told));
        check_complete(stage, &bench, mode).map_err(|why| format!("resumed: {why}"))
    }

    fn run(&self, bench: &Bench, accounts: &Accounts, more: &[&str]) -> Told {
        let sandbox = accounts.of(self.mode());
        let arguments = [self.mode().arguments(), more].concat();
        let mut command = command(bench, sandbox, self.mode(), &arguments);
        command.env("ORGDRIFT_TEST_HURRY", self.kind.hurry);
        if self.kind.is_of_clients() {
            command.env_remove("ZENDESK_OAUTH_TOKEN");
            command.env("ZENDESK_OAUTH_CLIENT_ID", "orgdrift");
            command.env("ZENDESK_OAUTH_CLIENT_SECRET", &sandbox.token);
        }
        bench.run_command(command)
    }

    /// Checks how the reading ended that met the fault, and says whether it is complete.
    fn check_first(&self, stage: &Stage, bench: &Bench, told: &Told) -> Result<bool, String> {
        let mode = self.mode();
        let ends = || self.places.iter().map(|place| self.end(place));
        if let Some(End::Stopped(code, words)) = ends().find(|end| matches!(end, End::Stopped(..))) {
            ensure!(told.code == code && told.err.contains(words), "should say {words}: {}", said(told));
            ensure!(is_untouched(stage, bench, mode), "something is in the warehouse: {}", said(told));
            return Ok(false);
        }
        let is_complete = ends().all(|end| end == End::Complete);
        ensure!(told.code == if is_complete { 0 } else { 6 }, "another exit code: {}", said(told));
        let rows = newest(bench);
        for (&collection, expected) in stage.expected(mode) {
            let place = self.places.iter().find(|place| place.collection == collection);
            let (outcome, reason) = proof(bench, collection);
            let end = place.map_or(End::Complete, |place| self.end(place));
            let is_as_told = match end {
                End::Partial(reasons) => outcome == "partial" && reasons.contains(&reason.as_str()),
                End::Forbidden => (outcome.as_str(), reason.as_str()) == ("not_permitted", "forbidden"),
                _ => rows[collection] == *expected && ["complete", "bounded"].contains(&outcome.as_str()),
            };
            ensure!(is_as_told, "{collection} is {outcome} ({reason}), not {end:?}: {}", said(told));
            // What was read before the fault is true; a reading that goes on keeps what it does not replace.
            let is_kept = |row: &String| {
                mode == Mode::Continued && stage.expected(Mode::Walk)[collection].contains(row)
            };
            let is_true = rows[collection].iter().all(|row| expected.contains(row) || is_kept(row));
            ensure!(is_true, "{collection} has rows that are none: {}", said(told));
        }
        Ok(is_complete)
    }
}

/// Checks that the newest snapshot is what it is without faults.
fn check_complete(stage: &Stage, bench: &Bench, mode: Mode) -> Result<(), String> {
    let (rows, expected) = (newest(bench), stage.expected(mode));
    for (collection, expected) in expected {
        let lacking = expected.iter().find(|row| !rows[collection].contains(row));
        ensure!(rows[collection] == *expected, "{collection} is another, it lacks {lacking:?}");
    }
    ensure!(!bench.path("orgdrift.db.staging").exists(), "the folder is still there");
    Ok(())
}

fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for (at, kind) in KINDS.iter().enumerate() {
        for &times in kind.times() {
            let mut alone: Vec<&'static Place> = PLACES.iter().collect();
            let is_alike = matches!(kind.end(times, alone[0]), End::Complete | End::Partial(_));
            if times != Times::Forever && is_alike && !kind.is_of_clients() {
                // All listings of a reading at once.
                cells.extend(Mode::ALL.map(|mode| Cell { kind, times, places: mode.places().collect() }));
                continue;
            }
            if !kind.is_of_its_own {
                alone = vec![&PLACES[at % PLACES.len()], &PLACES[(at + 5) % PLACES.len()]];
            }
            cells.extend(alone.into_iter().map(|place| Cell { kind, times, places: vec![place] }));
        }
    }
    if is_thorough() {
        return cells;
    }
    // CI tries all of them right after the other tests. Here each kind is met once, a few times and for ever, at places
    // that take turns.
    let mut of_each: BTreeMap<(&str, Times), Vec<Cell>> = BTreeMap::new();
    for cell in cells {
        of_each.entry((cell.kind.name, cell.times)).or_default().push(cell);
    }
    let chosen: Vec<Cell> = of_each
        .into_values()
        .zip(0..)
        .map(|(mut cells, turn)| cells.swap_remove(turn % cells.len()))
        .collect();
    let kinds: BTreeSet<&str> = chosen.iter().map(|cell| cell.kind.name).collect();
    let places: BTreeSet<_> =
        chosen.iter().flat_map(|cell| &cell.places).map(|place| (place.mode, place.path)).collect();
    assert_eq!((kinds.len(), places.len()), (KINDS.len(), PLACES.len()));
    chosen
}

/// Checks all of something, a few at a time, each worker with accounts of its own. Returns what is wrong.
fn each<T: Send>(all: Vec<T>, check: impl Fn(&Accounts, &T) -> Result<(), String> + Sync) -> Vec<String> {
    let left = Mutex::new(VecDeque::from(all));
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let accounts = Accounts::new();
                loop {
                    let next = left.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some(next) = next else { return };
                    if let Err(why) = check(&accounts, &next) {
                        failures.lock().unwrap_or_else(PoisonError::into_inner).push(why);
                    }
                }
            });
        }
    });
    failures.into_inner().unwrap()
}

#[test]
fn every_fault_ends_in_a_complete_snapshot_or_an_honest_one_or_none() {
    let begin = Instant::now();
    let stage = Stage::new(&Accounts::new());
    let only = std::env::var("ORGDRIFT_FAULT").unwrap_or_default();
    let cells: Vec<Cell> = cells().into_iter().filter(|cell| cell.name().contains(&only)).collect();
    let count = cells.len();
    let failures = each(cells, |accounts, cell| {
        cell.check(&stage, accounts).map_err(|why| format!("{}\n{why}", cell.name()))
    });
    println!("faults: {count} cells in {:?}; ORGDRIFT_FAULT chooses some by their names", begin.elapsed());
    assert!(failures.is_empty(), "{} of {count} cells:\n{}", failures.len(), failures.join("\n---\n"));
}

#[test]
fn what_is_asked_beside_the_listings_fails_honestly_too() {
    let stage = Stage::new(&Accounts::new());
    let mut cells = Vec::new();
    for (at, kind) in KINDS.iter().enumerate() {
        for (turn, path) in ["/api/v2/account/settings", "/api/v2/users/count"].into_iter().enumerate() {
            // Each kind at one of them, unless there is time for both.
            if is_thorough() || at % 2 == turn {
                cells.push((kind, path));
            }
        }
    }
    let failures = each(cells, |accounts, (kind, path)| {
        let sandbox = accounts.of(Mode::Walk);
        sandbox.faults.clear();
        sandbox.faults.on(path, Which::From(1), (kind.fault)());
        let bench = stage.bench(Mode::Walk);
        let mut command = command(&bench, sandbox, Mode::Walk, Mode::Walk.arguments());
        command.env("ORGDRIFT_TEST_HURRY", kind.hurry);
        let told = bench.run_command(command);
        ensure!(sandbox.faults.hits()[0] > 0, "{} at {path} was not hit", kind.name);
        let is_stopped = [1, 4].contains(&told.code) && is_untouched(&stage, &bench, Mode::Walk);
        let is_complete = told.code == 0 && newest(&bench) == *stage.expected(Mode::Walk);
        // Nobody needs a count.
        let may_stop = !path.ends_with("count");
        ensure!(is_complete || may_stop && is_stopped, "{} at {path}: {}", kind.name, said(&told));
        Ok(())
    });
    assert!(failures.is_empty(), "{}", failures.join("\n---\n"));
}

#[test]
fn a_count_that_does_not_come_is_not_waited_for() {
    let accounts = Accounts::new();
    let (sandbox, bench) = (accounts.of(Mode::Walk), Bench::empty());
    let minutes = Fault::Latency(Duration::from_mins(10));
    sandbox.faults.on("/api/v2/tickets/count", Which::From(1), minutes);
    let begin = Instant::now();
    let mut command = command(&bench, sandbox, Mode::Walk, Mode::Walk.arguments());
    command.env_remove("ORGDRIFT_TEST_HURRY");
    bench.run_command(command).expect(0);
    assert!(begin.elapsed() < Duration::from_mins(1), "{:?}", begin.elapsed());
    assert_eq!(sandbox.faults.hits(), [1]);
}
