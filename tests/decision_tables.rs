//! The program against the model of the decision tables, world by world.
//!
//! The model answers with sets, the program with SQL; both answer the same files. `ORGDRIFT_WORLDS` sets how
//! many worlds there are. A decision needs the run that it is about, so a world with accepted risks is audited twice.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

use crate::common::bench::Bench;
use crate::common::{new_warehouse, times};
use crate::model::causes::causes;
use crate::model::expect::{Expected, expect};
use crate::model::findings::findings;
use crate::model::generate::{generate, personal_domains};
use crate::model::harness::{compare, compare_causes, compare_findings, compare_order};
use crate::model::names::{Action, Code, Reason};
use crate::model::shrink::shrink;
use crate::model::world::World;

/// A few seconds of them with every test run; CI and `make soak` try more.
const DEFAULT_WORLDS: u64 = 20;
/// Enough for every code and every reason to come fifty times.
const MANY_WORLDS: u64 = 3000;

#[test]
fn the_program_and_the_model_agree_on_generated_worlds() {
    let worlds = times("ORGDRIFT_WORLDS", DEFAULT_WORLDS);
    let next = AtomicU64::new(0);
    let hits = Mutex::new(Hits::default());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= worlds {
                        return;
                    }
                    let world = generate(seed);
                    let found = differences(&world);
                    if !found.is_empty() {
                        let small = shrink(world, |world| !differences(world).is_empty());
                        panic!(
                            "seed {seed}: {found:#?}\nthe smallest world with a difference: {small:#?}\n{:#?}",
                            differences(&small)
                        );
                    }
                    hits.lock().unwrap().count(&expect(&world, &personal_domains()));
                }
            });
        }
    });
    let hits = hits.into_inner().unwrap();
    println!("{worlds} worlds, {} issues, no difference\n{hits:#?}", hits.issues);
    if worlds >= MANY_WORLDS {
        for code in Code::ALL {
            assert!(
                hits.codes.get(code.name()).copied().unwrap_or(0) >= 50,
                "{} was hit too rarely",
                code.name()
            );
        }
        for reason in Reason::ALL {
            let count = hits.reasons.get(reason.name()).copied().unwrap_or(0);
            assert!(count >= 50, "{} was hit too rarely: {count}", reason.name());
        }
    }
}

/// What the program says of a world, compared with what the model says.
fn differences(world: &World) -> Vec<String> {
    let bench = Bench::in_memory();
    let Some(run_id) = audited(&bench, world) else { return Vec::new() };
    let expected = expect(world, &personal_domains());
    let found = findings(&expected, world, &personal_domains());
    let database = Connection::open(bench.db()).unwrap();
    let mut differences = compare(&database, &run_id, world, &expected).unwrap();
    differences.extend(compare_findings(&database, &run_id, &found).unwrap());
    differences.extend(compare_causes(&database, &run_id, &causes(&expected, &found, world)).unwrap());
    let exported = bench.run(&["export", "exceptions", "--format", "csv"]);
    assert!(matches!(exported.code, 0 | 6), "{}", exported.err);
    let mut rows = csv::Reader::from_reader(exported.out.as_bytes());
    let accounts: Vec<_> = rows.records().map(|row| row.unwrap()[0].to_owned()).collect();
    differences.extend(compare_order(&accounts, world, &expected));
    differences
}

/// Reads and audits a world with the commands, its settings and its acceptances; returns the run. None: no account of
/// the world can be read, so the file is refused as a whole.
pub(crate) fn audited(bench: &Bench, world: &World) -> Option<i64> {
    world.write(&bench.path("")).unwrap();
    new_warehouse(&bench.path(""));
    let run = |arguments: &[&str]| {
        let told = bench.run(arguments);
        assert!(matches!(told.code, 0 | 6), "{arguments:?}: {}", told.err);
    };
    let accepting = ["--max-rejections", "1000", "--accept-rejections", "1000"];
    if bench.path("accounts-before.csv").exists() {
        run(&["ingest", "salesforce", "accounts-before.csv", "--taken-at", "2026-10-01T00:00:00Z"]);
    }
    let told = bench.run(&[&["ingest", "salesforce", "accounts.csv"][..], &accepting].concat());
    if told.code == 1 && told.err.contains("has a header, but no account") {
        return None;
    }
    assert!(matches!(told.code, 0 | 6), "{}", told.err);
    let parts: &[&str] = if world.reading.appended.is_empty() { &[] } else { &["--parts", "append"] };
    run(&[&["ingest", "zendesk", "--from", "zendesk"], parts].concat());
    let window = world.ticket_window_days.map_or("all".to_owned(), |days| days.to_string());
    let allowed: &[&str] = if world.allow_shared_tickets { &["--allow-shared-tickets"] } else { &[] };
    let audit = [&["audit", "--ticket-window", &window], allowed].concat();
    run(&audit);
    if !world.settings.accepted_risks.is_empty() {
        accept_risks(bench, world);
        run(&audit);
    }
    Some(bench.value("select max(run_id) from runs").parse().unwrap())
}

/// Stores that somebody accepted the risks, as `decide` stores it, whether or not the issue has one that can be lifted.
fn accept_risks(bench: &Bench, world: &World) {
    let database = Connection::open(bench.db()).unwrap();
    for key in &world.settings.accepted_risks {
        database
            .execute(
                "insert into _decisions (issue_key, fingerprint, decision, note, decided_by, decided_at, run_id,
                   source_digest)
                 select d.issue_key, d.fingerprint, 'accept_risk', 'known', 'Dana', r.started_at, r.run_id, 'none'
                 from _issue_details as d
                 join runs as r
                   on r.run_id = d.run_id
                 where d.issue_key = ?1",
                [key],
            )
            .unwrap();
    }
}

/// How often each part of the tables was reached.
#[derive(Debug, Default)]
struct Hits {
    issues: usize,
    codes: BTreeMap<&'static str, u32>,
    reasons: BTreeMap<&'static str, u32>,
    refusals: BTreeMap<(&'static str, &'static str), u32>,
    links: BTreeMap<&'static str, u32>,
    lifted: BTreeMap<(&'static str, &'static str), u32>,
}

impl Hits {
    fn count(&mut self, expected: &Expected) {
        self.issues += expected.issues.len();
        for issue in &expected.issues {
            *self.codes.entry(issue.code.name()).or_default() += 1;
            if let Some(lifted) = issue.lifted {
                *self.lifted.entry((issue.code.name(), lifted.name())).or_default() += 1;
            }
            if let Some(reason) = issue.blocked_reason {
                *self.reasons.entry(reason.name()).or_default() += 1;
                let action = issue.action.map_or("", Action::name);
                *self.refusals.entry((action, reason.name())).or_default() += 1;
            }
        }
        for link in &expected.links {
            *self.links.entry(link.link_state.name()).or_default() += 1;
        }
    }
}
