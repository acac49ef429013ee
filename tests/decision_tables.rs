//! The program against the model of the decision tables, world by world.
//!
//! The model answers with sets, the program with SQL; both answer the same files. `ORGDRIFT_WORLDS` sets how
//! many worlds there are.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use orgdrift::audit::{AuditOptions, audit};
use orgdrift::ingest::IngestError;
use orgdrift::ingest::salesforce::{SalesforceOptions, ingest_file};
use orgdrift::ingest::zendesk::{ZendeskOptions, ingest_folder};
use orgdrift::warehouse::Warehouse;
use rusqlite::Connection;

use crate::common::{clock, new_warehouse};
use crate::model::expect::{Expected, expect};
use crate::model::findings::findings;
use crate::model::generate::{generate, personal_domains};
use crate::model::harness::{compare, compare_findings};
use crate::model::names::{Action, Code, Reason};
use crate::model::shrink::shrink;
use crate::model::world::World;

/// A minute of them with every test run; `make soak` tries more.
const DEFAULT_WORLDS: u64 = 150;
/// Enough for every code and every reason to come fifty times.
const MANY_WORLDS: u64 = 1200;

#[test]
fn the_program_and_the_model_agree_on_generated_worlds() {
    let worlds = std::env::var("ORGDRIFT_WORLDS").map_or(DEFAULT_WORLDS, |text| text.parse().unwrap());
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
    let folder = tempfile::tempdir().unwrap();
    world.write(folder.path()).unwrap();
    let path = new_warehouse(folder.path());
    let warehouse = Warehouse::open_for_writing(&path).unwrap();
    let accounts = folder.path().join("accounts.csv");
    match ingest_file(&warehouse, &accounts, &SalesforceOptions::default(), &clock()) {
        // A world in which no account can be read is refused as a whole.
        Err(IngestError::NoAccounts { .. }) => return Vec::new(),
        ingested => ingested.unwrap(),
    };
    ingest_folder(&warehouse, &folder.path().join("zendesk"), &ZendeskOptions::default(), &clock()).unwrap();
    let options = AuditOptions {
        ticket_window_days: world.ticket_window_days.map(|days| u32::try_from(days).unwrap()),
        allow_shared_tickets: world.allow_shared_tickets,
    };
    let run = audit(&warehouse, &options, &clock()).unwrap().run;
    drop(warehouse);
    let expected = expect(world, &personal_domains());
    let database = Connection::open(&path).unwrap();
    let mut differences = compare(&database, &run.run_id, world, &expected).unwrap();
    differences.extend(
        compare_findings(&database, &run.run_id, &findings(&expected, world, &personal_domains())).unwrap(),
    );
    differences
}

/// How often each part of the tables was reached.
#[derive(Debug, Default)]
struct Hits {
    issues: usize,
    codes: BTreeMap<&'static str, u32>,
    reasons: BTreeMap<&'static str, u32>,
    refusals: BTreeMap<(&'static str, &'static str), u32>,
    links: BTreeMap<&'static str, u32>,
}

impl Hits {
    fn count(&mut self, expected: &Expected) {
        self.issues += expected.issues.len();
        for issue in &expected.issues {
            *self.codes.entry(issue.code.name()).or_default() += 1;
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
