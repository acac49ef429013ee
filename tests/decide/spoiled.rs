//! What happens to sheets on the way: each kind with its message and its effect, as docs/spoiled-sheets.md lists them.

use std::fmt::Write;
use std::fs;

use rust_xlsxwriter::Workbook;

use super::grid::{Grid, Put};
use super::{BLOCKED, MOVE, OTHER_MOVE, SET, TICKET, decide, filled};
use crate::common::bench::Bench;
use crate::common::root;
use crate::workbook::export;

/// How a sheet comes back.
enum Back {
    /// As the only sheet of a workbook.
    Xlsx(fn(&mut Grid)),
    /// As text.
    Csv(u8, fn(&mut Grid)),
    /// As bytes of another kind.
    Bytes(fn(&Grid) -> Vec<u8>),
    /// With another sheet beside it.
    Two(fn(&mut Grid, &mut Grid)),
}

fn move_column(grid: &mut Grid, from: &str, to: usize) {
    let at = grid.place(from);
    let name = grid.header.remove(at);
    grid.header.insert(to, name);
    for row in &mut grid.rows {
        let cell = row.remove(at);
        row.insert(to, cell);
    }
}

fn drop_column(grid: &mut Grid, name: &str) {
    let at = grid.place(name);
    grid.header.remove(at);
    for row in &mut grid.rows {
        row.remove(at);
    }
}

fn rename(grid: &mut Grid, from: &str, to: &str) {
    let at = grid.place(from);
    to.clone_into(&mut grid.header[at]);
}

/// As Excel saves text.
fn windows(text: &[u8]) -> Vec<u8> {
    String::from_utf8(text.to_vec()).unwrap().replace('\n', "\r\n").into_bytes()
}

fn utf16(grid: &Grid) -> Vec<u8> {
    let text = String::from_utf8(grid.csv(b',')).unwrap();
    std::iter::once(0xfeff_u16).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<(&'static str, Back)> {
    use Back::{Bytes, Csv, Two, Xlsx};
    vec![
        ("nothing but the decisions", Xlsx(|_| {})),
        ("sorted by another column", Xlsx(|grid| grid.rows.reverse())),
        ("filtered, so that lines are hidden", Xlsx(|grid| grid.is_filtered = true)),
        (
            "rows without a decision deleted",
            Xlsx(|grid| {
                let at = grid.place("Decision");
                grid.rows.retain(|row| row[at] != Put::Text(String::new()));
            }),
        ),
        (
            "blank rows between",
            Xlsx(|grid| {
                let width = grid.header.len();
                grid.rows.insert(2, vec![Put::Text(String::new()); width]);
            }),
        ),
        (
            "columns moved",
            Xlsx(|grid| {
                move_column(grid, "Issue key", 0);
                move_column(grid, "Decision", 1);
            }),
        ),
        (
            "columns that nobody reads deleted",
            Xlsx(|grid| {
                drop_column(grid, "Owner");
                drop_column(grid, "What to do");
            }),
        ),
        (
            "a column added",
            Xlsx(|grid| {
                grid.header.push("My own".to_owned());
                for row in &mut grid.rows {
                    row.push(Put::Number(7.0));
                }
            }),
        ),
        (
            "a title above the header",
            Xlsx(|grid| grid.above = vec!["Drift of May".to_owned(), String::new()]),
        ),
        ("the sheet renamed", Xlsx(|grid| "Mine".clone_into(&mut grid.name))),
        ("headers in other letter case", Xlsx(|grid| rename(grid, "Decision", "DECISION"))),
        ("Decision renamed", Xlsx(|grid| rename(grid, "Decision", "Entscheidung"))),
        ("Issue key renamed", Xlsx(|grid| rename(grid, "Issue key", "Key"))),
        ("Fingerprint deleted", Xlsx(|grid| drop_column(grid, "Fingerprint"))),
        ("Made from deleted", Xlsx(|grid| drop_column(grid, "Made from"))),
        (
            "Note and Until deleted",
            Xlsx(|grid| {
                drop_column(grid, "Note");
                drop_column(grid, "Until");
            }),
        ),
        ("two columns Decision", Xlsx(|grid| rename(grid, "Severity", "Decision"))),
        ("decisions in capitals, with blanks around", Xlsx(|grid| grid.text(MOVE, "Decision", " FIX "))),
        ("accept risk with a blank", Xlsx(|grid| grid.text(BLOCKED, "Decision", "accept risk"))),
        ("a word that is not a decision", Xlsx(|grid| grid.text(MOVE, "Decision", "yes"))),
        ("true as a decision", Xlsx(|grid| grid.put(MOVE, "Decision", Put::Truth(true)))),
        ("WAHR as a decision", Xlsx(|grid| grid.text(MOVE, "Decision", "WAHR"))),
        ("1 as a decision", Xlsx(|grid| grid.put(MOVE, "Decision", Put::Number(1.0)))),
        ("a date as a decision", Xlsx(|grid| grid.put(MOVE, "Decision", Put::Date(2026, 12, 31)))),
        ("fix on a blocked row", Xlsx(|grid| grid.text(BLOCKED, "Decision", "fix"))),
        (
            "fix on a ticket",
            Xlsx(|grid| {
                grid.text(TICKET, "Decision", "fix");
                grid.text(TICKET, "Until", "");
            }),
        ),
        ("fix with Until", Xlsx(|grid| grid.text(MOVE, "Until", "2026-12-31"))),
        ("suppress without Until", Xlsx(|grid| grid.text(TICKET, "Until", ""))),
        ("suppress without Note", Xlsx(|grid| grid.text(TICKET, "Note", ""))),
        ("suppress until a day that is over", Xlsx(|grid| grid.put(TICKET, "Until", Put::Date(2026, 11, 1)))),
        ("suppress until today", Xlsx(|grid| grid.put(TICKET, "Until", Put::Date(2026, 11, 2)))),
        ("Until without a decision", Xlsx(|grid| grid.put(BLOCKED, "Until", Put::Date(2026, 12, 31)))),
        ("accept_risk for another reason", Xlsx(|grid| grid.text(BLOCKED, "Decision", "accept_risk"))),
        ("accept_risk on a prepared row", Xlsx(|grid| grid.text(MOVE, "Decision", "accept_risk"))),
        ("Until as text", Xlsx(|grid| grid.text(TICKET, "Until", "2026-12-31"))),
        ("Until as a number of days", Xlsx(|grid| grid.put(TICKET, "Until", Put::Number(46387.0)))),
        ("Until as 20261231", Xlsx(|grid| grid.put(TICKET, "Until", Put::Number(20_261_231.0)))),
        ("Until as 31.12.2026", Xlsx(|grid| grid.text(TICKET, "Until", "31.12.2026"))),
        ("Until as 12/31/26", Xlsx(|grid| grid.text(TICKET, "Until", "12/31/26"))),
        ("Until as 2026-02-30", Xlsx(|grid| grid.text(TICKET, "Until", "2026-02-30"))),
        ("Until with a time of day", Xlsx(|grid| grid.put(TICKET, "Until", Put::Number(46387.5)))),
        ("a formula as a decision", Xlsx(|grid| grid.put(MOVE, "Decision", Put::Formula("=A1", "fix")))),
        ("a formula as Until", Xlsx(|grid| grid.put(TICKET, "Until", Put::Formula("=TODAY()+30", "46387")))),
        ("a formula as the issue key", Xlsx(|grid| grid.put(MOVE, "Issue key", Put::Formula("=A1", MOVE)))),
        ("a note that begins like a formula", Xlsx(|grid| grid.text(OTHER_MOVE, "Note", "=on leave"))),
        ("a note of several lines", Xlsx(|grid| grid.text(OTHER_MOVE, "Note", "one\ntwo"))),
        (
            "decisions merged over two rows",
            Xlsx(|grid| {
                let column = u16::try_from(grid.place("Decision")).unwrap();
                grid.merged = Some((7, 8, column));
            }),
        ),
        ("accounts merged over two rows", Xlsx(|grid| grid.merged = Some((1, 2, 0)))),
        ("an issue key cleared", Xlsx(|grid| grid.text(MOVE, "Issue key", ""))),
        (
            "an issue key mistyped",
            Xlsx(|grid| grid.text(MOVE, "Issue key", "user_default_org_not_expected/1")),
        ),
        ("a fingerprint cleared", Xlsx(|grid| grid.text(MOVE, "Fingerprint", ""))),
        (
            "fingerprints of two rows swapped",
            Xlsx(|grid| {
                grid.text(BLOCKED, "Fingerprint", "prepared//move_user_to_org/21700000001039/");
                grid.text(BLOCKED, "Decision", "fix");
            }),
        ),
        ("Made from cleared", Xlsx(|grid| grid.text(MOVE, "Made from", ""))),
        ("a row of another warehouse", Xlsx(|grid| grid.made_from(MOVE, "0000000000000000", 1))),
        (
            "a row of a run that is not there",
            Xlsx(|grid| {
                let id = match &grid.rows[0][grid.place("Made from")] {
                    Put::Text(text) => text.split('/').next().unwrap().to_owned(),
                    other => panic!("{other:?}"),
                };
                grid.made_from(MOVE, &id, 99);
            }),
        ),
        (
            "a row twice with the same decision",
            Xlsx(|grid| {
                grid.copy_row(MOVE);
            }),
        ),
        (
            "a row twice with other decisions",
            Xlsx(|grid| {
                let (row, at) = (grid.copy_row(MOVE), grid.place("Decision"));
                grid.rows[row][at] = Put::Text("skip".to_owned());
            }),
        ),
        (
            "a row twice, one without a decision",
            Xlsx(|grid| {
                let (row, at) = (grid.copy_row(SET), grid.place("Decision"));
                grid.rows[row][at] = Put::Text(String::new());
            }),
        ),
        (
            "three rows at fault",
            Xlsx(|grid| {
                grid.text(MOVE, "Decision", "maybe");
                grid.text(TICKET, "Until", "soon");
                grid.text(BLOCKED, "Decision", "fix");
            }),
        ),
        (
            "issues on two sheets",
            Two(|first, second| {
                second.rows = first.rows.split_off(6);
                "Issues 2".clone_into(&mut second.name);
            }),
        ),
        (
            "two sheets that contradict each other",
            Two(|_, second| {
                second.text(MOVE, "Decision", "skip");
                "Copy".clone_into(&mut second.name);
            }),
        ),
        ("saved as CSV with commas", Csv(b',', |_| {})),
        ("saved as CSV with semicolons", Csv(b';', |_| {})),
        ("saved as CSV with tabs", Csv(b'\t', |_| {})),
        ("saved as CSV with Windows line ends", Bytes(|grid| windows(&grid.csv(b',')))),
        (
            "saved as CSV with Windows line ends, with a decision that there is not",
            Bytes(|grid| {
                windows(
                    &String::from_utf8(grid.csv(b',')).unwrap().replace(",suppress,", ",hide,").into_bytes(),
                )
            }),
        ),
        (
            "saved as CSV, with a decision that there is not",
            Bytes(|grid| {
                String::from_utf8(grid.csv(b',')).unwrap().replace(",suppress,", ",hide,").into_bytes()
            }),
        ),
        ("saved as CSV, Until as 31.12.2026", Csv(b';', |grid| grid.text(TICKET, "Until", "31.12.2026"))),
        ("saved as CSV, Until as a number of days", Csv(b',', |grid| grid.text(TICKET, "Until", "46387"))),
        (
            "saved as CSV with a byte order mark",
            Bytes(|grid| [b"\xef\xbb\xbf".to_vec(), grid.csv(b',')].concat()),
        ),
        ("saved as UTF-16 text", Bytes(utf16)),
        (
            "saved as Windows-1252 text",
            Bytes(|grid| {
                let mut bytes = grid.csv(b',');
                bytes.extend(b"\xe9\n");
                bytes
            }),
        ),
        ("another sheet saved as CSV", Bytes(|_| b"Rank,Kind,Record\n1,organization,Acme\n".to_vec())),
        ("an empty file", Bytes(|_| Vec::new())),
        ("half of a workbook", Bytes(|_| b"PK\x03\x04half".to_vec())),
    ]
}

#[test]
fn every_kind_of_sheet_has_its_message_and_its_effect() {
    let maker = Bench::with_demo();
    let book = export(&maker, &[]);
    let mut table = "\
# What happens to sheets on the way

Five rows of a workbook of the demo were filled in. Then the sheet was changed before it was imported.

| what was done to the sheet | exit | what `decide` says | effect |
|---|---|---|---|
"
    .to_owned();
    let before = maker.dump();
    let mut distinct = 0;
    for (name, back) in cases() {
        let bench = Bench::with_demo();
        let mut grid = filled(&book);
        let path = bench.path("back");
        match back {
            Back::Xlsx(change) => {
                change(&mut grid);
                grid.save(&path.with_extension("xlsx"));
                fs::rename(path.with_extension("xlsx"), &path).unwrap();
            }
            Back::Csv(delimiter, change) => {
                change(&mut grid);
                fs::write(&path, grid.csv(delimiter)).unwrap();
            }
            Back::Bytes(bytes) => fs::write(&path, bytes(&grid)).unwrap(),
            Back::Two(change) => {
                let mut second = grid.clone();
                change(&mut grid, &mut second);
                let mut workbook = Workbook::new();
                grid.add_to(&mut workbook);
                second.add_to(&mut workbook);
                workbook.save(&path).unwrap();
            }
        }
        let told = decide(&bench, "back");
        let said: Vec<&str> = told
            .err
            .lines()
            .filter(|line| !line.starts_with("next: ") && !line.starts_with("hint: "))
            .map(str::trim)
            .collect();
        let effect = if told.code == 0 {
            format!("{} taken", bench.value("select count(*) from decisions"))
        } else {
            bench.dump().assert_same(&before);
            assert!(told.err.contains("\nhint: "), "{name}: {}", told.err);
            "nothing taken".to_owned()
        };
        distinct += 1;
        let _ = writeln!(table, "| {name} | {} | {} | {effect} |", told.code, said.join("; "));
    }
    assert!(distinct >= 60, "{distinct} kinds");
    let path = root().join("docs/spoiled-sheets.md");
    if std::env::var_os("ORGDRIFT_BLESS").is_some() {
        fs::write(&path, &table).unwrap();
        return;
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), table, "ORGDRIFT_BLESS=1 writes it anew");
}
