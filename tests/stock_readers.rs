//! Other programs read the file: Python's `sqlite3`, the `sqlite3` command, DuckDB.
//!
//! A reader that is not installed is skipped, and the test says so on standard error. Where it must not be
//! skipped, `ORGDRIFT_READERS=all` makes that a failure.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;
use serde_json::Value;

use crate::common::bench::Bench;
use crate::common::demo::{demo_warehouse, ingest_and_audit};
use crate::common::root;
use crate::decision_tables::audited;
use crate::model::generate::generate;

/// Prints every public name with the count of its rows, as `name count`.
const READ_ALL: &str = "
import sqlite3, sys
file = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)
schema = file.execute('select type, name, sql from sqlite_schema').fetchall()
assert len(schema) > 50, 'the schema is not there'
for kind, name, sql in schema:
    if kind in ('table', 'view') and not name.startswith(('_', 'sqlite_')):
        print(name, len(file.execute('select * from ' + name).fetchall()))
";

#[test]
fn the_sqlite3_module_of_python_reads_every_public_name() {
    if !is_there("python3", &["-c", "import sqlite3"], "python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = rich_warehouse(folder.path());
    let output = run(Command::new("python3").arg("-c").arg(READ_ALL).arg(&path));
    assert_eq!(counts_in(&output), counts(&path));
}

#[test]
fn the_sqlite3_command_reads_every_public_name() {
    if !is_there("sqlite3", &["--version"], "the sqlite3 command") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = rich_warehouse(folder.path());
    let schema = run(Command::new("sqlite3").arg("-readonly").arg(&path).arg(".schema"));
    assert!(schema.contains("CREATE VIEW issues as"), "the schema shows the views:\n{schema}");
    assert!(schema.contains("-- One row per issue of a run"), "the comments stay in the stored views");
    let counts = counts(&path);
    // One statement for each name, so that every row is really read.
    let script: String =
        counts.keys().flat_map(|name| ["select '`", name, "`';\nselect * from ", name, ";\n"]).collect();
    let file = folder.path().join("read_all.sql");
    fs::write(&file, script).unwrap();
    let output = run(Command::new("sqlite3")
        .args(["-readonly", "-bail", "-json"])
        .arg(&path)
        .arg(format!(".read {}", file.display())));
    for name in counts.keys() {
        assert!(output.contains(&format!("`{name}`")), "{name} was not reached");
    }
}

#[test]
fn the_sqlite_reader_of_duckdb_reads_every_public_name() {
    // It brings a SQLite of its own, of an old version.
    if !is_there("python3", &["-c", "import duckdb_extension_sqlite"], "the SQLite reader of DuckDB") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = rich_warehouse(folder.path());
    let output = run(Command::new("python3").arg(root().join("tests/duckdb_reader.py")).arg(&path));
    assert_eq!(counts_in(&output), counts(&path));
}

#[test]
fn duckdb_gives_the_same_answers() {
    if !is_there("python3", &["-c", "import duckdb"], "DuckDB for python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = rich_warehouse(folder.path());
    let counts = counts(&path);
    for name in ["issues", "issue_changes", "issue_history", "exceptions_by_account", "ticket_findings"] {
        assert!(counts[name] > 0, "{name} has no rows to compare");
    }
    run(Command::new("python3")
        .arg(root().join("tests/duckdb_compare.py"))
        .arg(root().join("queries"))
        .arg(&path));
}

/// How many generated companies DuckDB audits beside SQLite; a thirtieth of `ORGDRIFT_WORLDS`.
const DUCKDB_WORLDS: u64 = 6;

#[test]
fn duckdb_gives_the_same_answers_on_generated_worlds() {
    if !is_there("python3", &["-c", "import duckdb"], "DuckDB for python3") {
        return;
    }
    let worlds = std::env::var("ORGDRIFT_WORLDS")
        .map_or(DUCKDB_WORLDS, |text| text.parse::<u64>().unwrap().div_ceil(30));
    let benches: Vec<Bench> = (0..worlds)
        .filter_map(|seed| {
            let bench = Bench::in_memory();
            audited(&bench, &generate(seed)).map(|_| bench)
        })
        .collect();
    assert!(benches.len() > 1, "hardly a world can be read");
    let printed = run(Command::new("python3")
        .arg(root().join("tests/duckdb_compare.py"))
        .arg(root().join("queries"))
        .args(benches.iter().map(Bench::db)));
    println!("{}", printed.lines().last().unwrap_or_default());
}

#[test]
fn the_rich_warehouse_has_every_kind_of_change() {
    let folder = tempfile::tempdir().unwrap();
    let database = Connection::open(rich_warehouse(folder.path())).unwrap();
    let mut statement =
        database.prepare("select distinct change from issue_changes order by change").unwrap();
    let changes: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(changes, ["changed", "new", "not_comparable", "reopened", "resolved"]);
}

/// The demo over four days: something is repaired and breaks again, tickets are missing once, an issue is
/// suppressed.
pub(crate) fn rich_warehouse(folder: &Path) -> PathBuf {
    let path = demo_warehouse(folder);
    let zendesk = folder.join("zendesk");
    let on_day = |day: u32| {
        let at = |hour: u32| format!("2026-11-{day:02}T{hour:02}:00:00Z");
        ingest_and_audit(folder, &path, &at(5), Some(&at(6)), &at(7));
    };
    let organizations = zendesk.join("organizations.ndjson");
    let first = fs::read_to_string(&organizations).unwrap();

    // Healthcare gets its id, a user of Acme Foods moves, a ticket is filed under another organization.
    edit(&organizations, |record| {
        if record["name"] == "Acme Healthcare" {
            record["external_id"] = "001ACME00100000YDA".into();
        }
        if record["name"] == "Acme Studios" {
            record["external_id"] = "001ACME00600000YDB".into();
        }
    });
    edit(&zendesk.join("users.ndjson"), |record| {
        if record["role"] == "end-user" && record["verified"] == true {
            record["verified"] = false.into();
        }
    });
    let tickets = zendesk.join("tickets.ndjson");
    let mut is_done = false;
    edit(&tickets, |record| {
        if record["status"] == "open" && !is_done && !record["organization_id"].is_null() {
            record["organization_id"] = Value::Null;
            is_done = true;
        }
    });
    on_day(3);

    // Everything about organizations is as on the first day, and the tickets could not be read.
    fs::write(&organizations, first).unwrap();
    let hidden = zendesk.join("later.tickets");
    fs::rename(&tickets, &hidden).unwrap();
    on_day(4);

    fs::rename(&hidden, &tickets).unwrap();
    let database = Connection::open(&path).unwrap();
    database
        .execute(
            "insert into suppressions (issue_key, reason, owner, created_at, expires_on)
             select i.issue_key, 'a merge is under way', 'support operations', '2026-11-04T08:00:00Z', '2027-01-31'
             from latest_issues as i where i.disposition = 'blocked' order by i.issue_key limit 1",
            [],
        )
        .unwrap();
    drop(database);
    on_day(5);
    path
}

/// What a reader printed as `name count`, a line for each.
fn counts_in(output: &str) -> BTreeMap<String, u64> {
    output
        .lines()
        .map(|line| {
            let (name, count) = line.split_once(' ').unwrap();
            (name.to_owned(), count.parse().unwrap())
        })
        .collect()
}

/// Rewrites the records of a file.
fn edit(file: &Path, mut change: impl FnMut(&mut Value)) {
    let text = fs::read_to_string(file).unwrap();
    let mut edited = String::with_capacity(text.len());
    for line in text.lines() {
        let mut record: Value = serde_json::from_str(line).unwrap();
        change(&mut record);
        edited.push_str(&record.to_string());
        edited.push('\n');
    }
    assert_ne!(edited, text);
    fs::write(file, edited).unwrap();
}

/// How many rows each public name has for our own SQLite.
fn counts(path: &Path) -> BTreeMap<String, u64> {
    let database = Connection::open(path).unwrap();
    let mut statement = database
        .prepare(
            "select name from sqlite_schema where type in ('table', 'view')
             and name not like '\\_%' escape '\\' and name not like 'sqlite\\_%' escape '\\'",
        )
        .unwrap();
    let names: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    names
        .into_iter()
        .map(|name| {
            let count: u32 =
                database.query_row(&format!("select count(*) from {name}"), [], |row| row.get(0)).unwrap();
            (name, count.into())
        })
        .collect()
}

/// Whether a reader is installed. Says so loudly if it is not.
pub(crate) fn is_there(program: &str, arguments: &[&str], what: &str) -> bool {
    let is_there = Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success());
    if !is_there {
        let must = std::env::var_os("ORGDRIFT_READERS").is_some_and(|value| value == "all");
        assert!(!must, "{what} is not installed, but ORGDRIFT_READERS=all");
        #[expect(clippy::print_stderr, reason = "a test that did nothing must not look as if it had passed")]
        {
            eprintln!("SKIPPED: {what} is not installed, so nothing was compared with it");
        }
    }
    is_there
}

/// Runs a reader to its end and returns what it printed.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{command:?} ended with {}\n{stdout}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    stdout
}
