//! An audit of what changed says what an audit of everything says, in every table.
//!
//! Chains of days of generated companies: each day something of every kind may change. Before each audit the warehouse
//! is copied; the copy is audited in full, and what the two hold must be equal. `ORGDRIFT_CHAINS` sets how many chains
//! there are.

mod edits;
mod faults;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use orgdrift::audit::{AuditOptions, audit, audit_in_full};
use orgdrift::warehouse::Warehouse;
use rusqlite::Connection;

use self::edits::Company;
use crate::common::bench::Bench;
use crate::common::dump::rows;
use crate::common::{clock, new_warehouse, times};
use crate::delete_and_return::random_history;

const DAYS: usize = 6;
/// A few with every test run; `make soak` tries more.
const DEFAULT_CHAINS: u64 = 2;

/// How many chains are asked for.
fn chains() -> u64 {
    times("ORGDRIFT_CHAINS", DEFAULT_CHAINS)
}

/// What a warehouse holds, in its tables or in its views, one by one; whether a run was made from the changes is not
/// compared.
fn content(db: &Path, kind: &str) -> BTreeMap<String, Vec<String>> {
    let connection = Connection::open(db).unwrap();
    let tables = rows(
        &connection,
        &format!(
            r"select name from sqlite_schema where type = '{kind}' and name not like 'sqlite\_%' escape '\'
              and name not in ('_migrations', '_warehouse_identity', 'data_dictionary', 'rule_versions',
                '_personal_domains', '_blocked_reasons') order by name"
        ),
    );
    let known = if kind == "table" { "_link_ticket_drift" } else { "detect_ticket_missing_org" };
    assert!(tables.iter().any(|table| table == known) && tables.len() > 50, "{tables:?}");
    tables
        .into_iter()
        .map(|table| {
            let columns = rows(
                &connection,
                &format!(
                    "select name from pragma_table_info('{table}') where name <> 'is_delta' order by cid"
                ),
            );
            let mut of_table = rows(&connection, &format!("select {} from \"{table}\"", quoted(&columns)));
            of_table.sort();
            (table, of_table)
        })
        .collect()
}

fn quoted(columns: &[String]) -> String {
    columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ")
}

/// What one holds and the other does not: a line for each row.
fn differences(delta: &Path, full: &Path, kind: &str) -> Vec<String> {
    let (delta, full) = (content(delta, kind), content(full, kind));
    assert_eq!(delta.keys().collect::<Vec<_>>(), full.keys().collect::<Vec<_>>());
    let mut differences = Vec::new();
    for (table, of_delta) in &delta {
        let of_full = &full[table];
        if of_delta != of_full {
            let lacks = |one: &[String], other: &[String], what: &str| {
                one.iter()
                    .filter(|row| other.binary_search(row).is_err())
                    .map(|row| format!("{table} {what}: {row}"))
                    .collect::<Vec<_>>()
            };
            differences.extend(lacks(of_delta, of_full, "has too much"));
            differences.extend(lacks(of_full, of_delta, "lacks"));
        }
    }
    differences
}

/// What the chains had in them.
#[derive(Debug, Default)]
struct Seen {
    runs: u64,
    deltas: u64,
    changes: BTreeMap<String, u64>,
    edits: BTreeMap<&'static str, u64>,
}

#[test]
fn an_audit_of_changes_equals_one_of_everything() {
    let next = AtomicU64::new(0);
    let tally = Mutex::new(Seen::default());
    let count = chains();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    chain(number, &tally);
                }
            });
        }
    });
    let seen = tally.into_inner().unwrap();
    println!("{count} chains: {seen:#?}");
    assert!(seen.deltas * 2 > seen.runs, "most audits follow the changes: {seen:#?}");
    for change in ["new", "changed", "resolved"] {
        assert!(seen.changes.get(change).is_some_and(|count| *count > 0), "nothing was {change}: {seen:#?}");
    }
    if count >= 200 {
        for change in ["reopened", "not_comparable"] {
            assert!(seen.changes.get(change).is_some_and(|count| *count > 0), "nothing was {change}");
        }
        for kind in edits::KINDS {
            assert!(
                seen.edits.get(kind).is_some_and(|count| *count >= 20),
                "{kind} came too rarely: {seen:#?}"
            );
        }
    }
}

/// Lives through a chain of days, and compares each.
fn chain(number: u64, tally: &Mutex<Seen>) {
    let bench = Bench::in_memory();
    let other = Bench::in_memory();
    new_warehouse(&bench.path(""));
    let mut company = Company::new(number);
    let mut edits = Vec::new();
    for day in 0..DAYS {
        if day > 0 {
            edits = company.change(&bench);
        }
        if !company.read(&bench, day) {
            return;
        }
        fs::copy(bench.db(), other.db()).unwrap();
        company.audit(&bench, &bench, &[]);
        company.audit(&bench, &other, &["--full"]);
        // Views are made of the tables and take longer: the last day has most in them.
        for kind in ["table", "view"].into_iter().filter(|&kind| kind == "table" || day + 1 == DAYS) {
            let differences = differences(&bench.db(), &other.db(), kind);
            assert!(differences.is_empty(), "seed {number}, day {day}, {edits:?}: {differences:#?}");
        }
        // The copy of the day before is not needed, the one of this day is what the next begins with.
        let run = bench.rows("select run_id, is_delta from runs order by run_id desc limit 1");
        let mut seen = tally.lock().unwrap();
        seen.runs += u64::from(day > 0);
        seen.deltas += u64::from(run.iter().any(|run| run.ends_with("|1")));
        for edit in edits.drain(..) {
            *seen.edits.entry(edit).or_default() += 1;
        }
    }
    let mut seen = tally.lock().unwrap();
    for row in bench.rows("select change, count(*) from issue_changes group by change") {
        let (change, count) = row.split_once('|').unwrap();
        *seen.changes.entry(change.to_owned()).or_default() += count.parse::<u64>().unwrap();
    }
}

/// Where much changed, everything is looked at: that is done sooner, and says the same.
#[test]
fn a_day_that_changes_much_is_audited_as_a_whole() {
    let (bench, other) = (Bench::in_memory(), Bench::in_memory());
    new_warehouse(&bench.path(""));
    let mut company = Company::new(0);
    let mut told = Vec::new();
    // A thousand new versions are few; more than one record in twenty is much.
    for (day, tickets) in [0, 5, 1_000, 1_001, 24_000, 1_001].into_iter().enumerate() {
        company.grow(tickets);
        assert!(company.read(&bench, day));
        fs::copy(bench.db(), other.db()).unwrap();
        company.audit(&bench, &bench, &[]);
        company.audit(&bench, &other, &["--full"]);
        assert_eq!(differences(&bench.db(), &other.db(), "table"), [""; 0], "{tickets} tickets");
        told.push(bench.value("select is_delta from runs order by run_id desc limit 1"));
    }
    assert_eq!(told, ["0", "1", "1", "0", "0", "1"]);
}

/// Readings of all sorts, few of them complete.
#[test]
fn readings_of_all_sorts_are_followed_as_well() {
    let mut deltas = 0;
    for seed in 0..chains().min(300) {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy.db");
        let db = new_warehouse(folder.path());
        random_history(folder.path(), &db, seed, true, |warehouse, _| {
            fs::copy(&db, &copy).unwrap();
            let options = AuditOptions::default();
            audit(warehouse, &options, &clock()).unwrap();
            {
                let warehouse = Warehouse::open_for_writing(&copy).unwrap();
                audit_in_full(&warehouse, &options, &clock()).unwrap();
            }
            assert_eq!(differences(&db, &copy, "table"), [""; 0], "seed {seed}");
        });
        let connection = Connection::open(&db).unwrap();
        deltas += rows(&connection, "select sum(is_delta) from runs")[0].parse::<u64>().unwrap();
    }
    assert!(deltas > 0);
}

/// The doctor makes the links of such a run once more, and says so where one is missing.
#[test]
fn the_doctor_compares_what_was_kept() {
    let bench = Bench::in_memory();
    new_warehouse(&bench.path(""));
    let mut company = Company::new(1);
    for day in 0..DAYS {
        if day > 0 {
            company.change(&bench);
        }
        assert!(company.read(&bench, day));
        company.audit(&bench, &bench, &[]);
        if bench.value("select max(run_id * is_delta) = max(run_id) from runs") == "1" {
            break;
        }
    }
    let told = bench.run(&["doctor", "--json"]).out;
    assert!(told.contains("followed the changes and missed none"), "{told}");
    Connection::open(bench.db())
        .unwrap()
        .execute("update _link_account set link_state = 'unread' where link_state <> 'unread'", [])
        .unwrap();
    let told = bench.run(&["doctor", "--json"]).out;
    assert!(told.contains("missed changes in") && told.contains("link_account"), "{told}");
    assert!(told.contains("orgdrift audit --full"), "{told}");
}

/// What a run kept of its changes is what its issues say, also after it was worked out again.
#[test]
fn changes_are_worked_out_again_as_they_were_stored() {
    let bench = Bench::in_memory();
    new_warehouse(&bench.path(""));
    let mut company = Company::new(1);
    for day in 0..DAYS {
        if day > 0 {
            company.change(&bench);
        }
        assert!(company.read(&bench, day));
        company.audit(&bench, &bench, &[]);
    }
    let changes = || bench.rows("select * from issue_changes order by run_id, issue_key");
    let stored = changes();
    assert!(stored.len() > 5);
    Warehouse::open_for_writing(&bench.db()).unwrap().rebuild_changes_from(1).unwrap();
    assert_eq!(changes(), stored);
    assert_eq!(bench.value("select count(*) from _delta_base"), "0", "the next audit looks at everything");
}
