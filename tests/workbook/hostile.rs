//! Names that anybody can choose, and more rows than a sheet takes.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use orgdrift::warehouse::Warehouse;
use orgdrift::workbook::{self, WorkbookOptions};

use super::book::Book;
use super::export;
use crate::common::bench::Bench;
use crate::common::clock;

/// What people could put into a name of an account.
const NAMES: [&str; 12] = [
    "=1+1",
    "+49 30 1234",
    "-2+3",
    "@SUM(A1)",
    "=HYPERLINK(\"http://evil.example\",\"click\")",
    "\u{ff1d}1+1",
    "safe\u{202e}gpj.exe",
    "a\u{200b}b",
    "_x0041_ <b>&amp;",
    "line\u{b}feed\u{7}",
    "Ünïcødé 会社 😀",
    "   ",
];

/// Accounts of these names without any organization: each has an issue.
fn hostile(bench: &Bench) {
    let mut accounts = "Id,Name,Domain,Owner\n".to_owned();
    for (at, name) in NAMES.iter().enumerate() {
        let quoted = name.replace('"', "\"\"");
        let _ = writeln!(accounts, "001A{at:02}000000001,\"{quoted}\",hostile{at}.com,\"={at}\"");
    }
    bench.write("accounts.csv", accounts);
    bench.copy("fixtures/demo/zendesk", "zendesk");
    bench.run(&["init"]).expect(0);
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", "2026-11-02T05:30:00Z"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
    bench.run(&["audit"]).expect(0);
}

#[test]
fn no_cell_runs_or_hides_anything() {
    let bench = Bench::empty();
    hostile(&bench);
    let book = export(&bench, &[]);
    let accounts = book.sheet("Accounts");
    let mut names = accounts.column("Account");
    assert_eq!(names.len(), NAMES.len());
    names.sort();
    assert_eq!(
        names,
        [
            "'+49 30 1234",
            "'-2+3",
            "'=1+1",
            "'=HYPERLINK(\"http://evil.example\",\"click\")",
            "'@SUM(A1)",
            "'\u{ff1d}1+1",
            "(no name)",
            "_x0041_ <b>&amp;",
            "a\\u{200b}b",
            "line feed ",
            "safe\\u{202e}gpj.exe",
            "Ünïcødé 会社 😀",
        ]
    );
    for cell in book.all_texts().lines() {
        assert!(!cell.starts_with(['+', '-', '@', '\u{ff1d}']), "{cell}");
        assert!(!cell.starts_with('='), "{cell}");
        assert!(!cell.chars().any(|letter| letter.is_control() || letter == '\u{202e}'), "{cell:?}");
    }
}

#[test]
fn a_table_that_is_too_long_continues_on_another_sheet() {
    let bench = Bench::with_demo();
    let path = bench.path("small.xlsx");
    let warehouse = Warehouse::open(Path::new(&bench.db())).unwrap();
    let run = warehouse.run(None).unwrap().unwrap();
    let options = WorkbookOptions { rows_per_sheet: 5, ..WorkbookOptions::default() };
    workbook::write(&warehouse, &run, &options, &clock(), &path).unwrap();
    let book = Book::read(&path);
    let names: Vec<&str> = book.names().into_iter().filter(|name| name.starts_with("Issues")).collect();
    assert_eq!(names, ["Issues", "Issues 2", "Issues 3"]);
    let mut keys: Vec<String> = names.iter().flat_map(|name| book.sheet(name).column("Issue key")).collect();
    assert_eq!(book.sheet("Issues").column("Issue key").len(), 5);
    assert_eq!(book.sheet("Issues 3").column("Issue key").len(), 2);
    keys.sort();
    assert_eq!(keys, bench.rows("select issue_key from latest_issues order by issue_key"));
}

#[test]
fn an_address_is_made_of_ids_alone_whatever_names_and_domains_say() {
    let bench = Bench::empty();
    bench.copy("fixtures/demo", "demo");
    for (file, field) in [("organizations", "name"), ("users", "name"), ("tickets", "subject")] {
        let path = format!("demo/zendesk/{file}.ndjson");
        let read = fs::read_to_string(bench.path(&path)).unwrap();
        let changed =
            read.lines().zip(["a\" & b", "x&q=*", "#%22),", "/../?", "é 会"].iter().cycle()).enumerate();
        let changed = changed.map(|(at, (line, name))| {
            let mut record: serde_json::Value = serde_json::from_str(line).unwrap();
            record[field] = format!("{name}{at}").into();
            format!("{record}\n")
        });
        bench.write(&path, changed.collect::<String>());
    }
    bench.run(&["init"]).expect(0);
    bench.run(&["ingest", "salesforce", "demo/accounts.csv", "--taken-at", "2026-11-02T05:30:00Z"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "demo/zendesk"]).expect(0);
    bench.run(&["audit"]).expect(0);
    let texts = export(&bench, &[]).all_texts();
    let links: Vec<&str> = texts.lines().filter_map(|line| line.strip_prefix("HYPERLINK(\"")).collect();
    let mut searches = 0;
    for link in &links {
        let address = link.split('"').next().unwrap();
        let place = address.strip_prefix("https://acme-demo.sandbox.zendesk.com/agent/").unwrap();
        let search = place.strip_prefix("search/1?type=ticket&q=organization%3A");
        searches += usize::from(search.is_some());
        let id = search.or_else(|| place.split_once('/').map(|(_, id)| id)).unwrap();
        assert!(!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()), "{link}");
    }
    assert!(searches > 5 && links.len() > 20, "{searches} of {}", links.len());
}
