//! Decisions that come back: what is taken, what is passed over, what refuses the file, what a plan and the next workbook
//! make of them.

mod bulk;
mod grid;
mod risks;
mod spoiled;

use std::fs;

use self::grid::{Grid, Put};
use crate::common::bench::{Bench, Told};
use crate::workbook::book::{self, Book};
use crate::workbook::export;

/// Prepared: two moves of Acme Foods, a membership and a domain of Acme Retail, an id of Acme Healthcare.
const MOVE: &str = "user_default_org_not_expected/21700000004121";
const OTHER_MOVE: &str = "user_default_org_not_expected/21700000004132";
const ASSIGN: &str = "user_missing_expected_membership/21700000004231";
const SET: &str = "org_missing_external_id/001ACME00100000YDA/21700000001013";
/// Blocked.
const BLOCKED: &str = "user_domain_ambiguous/21700000004143";
/// Detect only.
const TICKET: &str = "ticket_org_mismatch/1116";

fn decide(bench: &Bench, file: &str) -> Told {
    bench.run(&["decide", "--from", file, "--by", "Dana Scully"])
}

/// What somebody entered on Monday: four decisions and a note.
fn filled(book: &Book) -> Grid {
    let mut grid = Grid::of(book, "Issues");
    grid.text(MOVE, "Decision", "fix");
    grid.text(MOVE, "Assignee", "Fox");
    grid.text(OTHER_MOVE, "Decision", "skip");
    grid.text(OTHER_MOVE, "Note", "is on leave");
    grid.text(TICKET, "Decision", "suppress");
    grid.put(TICKET, "Until", Put::Date(2026, 12, 31));
    grid.text(TICKET, "Note", "moves with the merger");
    grid.text(SET, "Decision", "fix");
    grid.text(BLOCKED, "Note", "asked sales");
    grid
}

const IN_FORCE: &str =
    "select issue_key, decision, until, note, assignee, decided_by, is_in_force from decisions
     order by decision_id";

#[test]
fn decisions_are_taken_planned_and_shown_again() {
    let bench = Bench::with_demo();
    filled(&export(&bench, &[])).save(&bench.path("back.xlsx"));
    let told = decide(&bench, "back.xlsx").expect(0).silent_about(&["Dana", "Fox", "merger"]);
    insta::assert_snapshot!(told.text(), @r"
    exit 0
    5 rows imported, 0 imported before, 0 skipped, 7 unchanged
    next: orgdrift audit
    ");
    let words = bench.rows(IN_FORCE);
    assert_eq!(words.len(), 5);
    assert!(words.contains(&format!("{MOVE}|fix|~|~|Fox|Dana Scully|1")), "{words:#?}");
    assert!(words.contains(&format!("{TICKET}|suppress|2026-12-31|moves with the merger|~|Dana Scully|1")));
    assert_eq!(
        bench.rows("select issue_key, reason, owner, expires_on from suppressions"),
        [format!("{TICKET}|moves with the merger|Dana Scully|2026-12-31")]
    );
    // The same file again says nothing new.
    let again = decide(&bench, "back.xlsx").expect(0);
    assert!(
        again.err.starts_with("0 rows imported, 5 imported before, 0 skipped, 7 unchanged"),
        "{}",
        again.err
    );
    assert_eq!(bench.rows(IN_FORCE), words);

    bench.run(&["audit"]).expect(0);
    let plan = bench.run(&["plan", "--approved", "--json"]).expect(0);
    let plan: serde_json::Value = serde_json::from_str(&plan.out).unwrap();
    let keys: Vec<&str> = plan["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| action["issue_key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, [SET, MOVE]);
    assert_eq!(plan["filters"]["approved"], true);
    assert_eq!(plan["included_keys"], serde_json::json!([SET, MOVE]));
    bench.run(&["plan"]).expect(0);
    assert_eq!(
        bench.rows("select issue_key, status, blocked_reason from plan_actions where plan_id = 3 and status <> 'refused' order by 1"),
        [
            "org_missing_expected_domain/001ACME00500000YDA/21700000001078/acmeoutlet-demo.com|planned|~".to_owned(),
            format!("{SET}|planned|~"),
            format!("{MOVE}|planned|~"),
            format!("{OTHER_MOVE}|deferred|skipped_by_decision"),
            format!("{ASSIGN}|planned|~"),
        ]
    );

    let book = export(&bench, &[]);
    let issues = book.sheet("Issues");
    for (key, decision, until, assignee, note) in [
        (MOVE, "fix", "", "Fox", ""),
        (OTHER_MOVE, "skip", "", "", "is on leave"),
        (TICKET, "suppress", "2026-12-31", "", "moves with the merger"),
        (BLOCKED, "", "", "", "asked sales"),
    ] {
        let row = issues.row("Issue key", key);
        let cells = ["Decision", "Until", "Assignee", "Note"].map(|column| row[column].as_str());
        assert_eq!(cells, [decision, until, assignee, note], "{key}");
    }
    assert_eq!(issues.row("Issue key", MOVE)["Decided before"], "fix by Dana Scully on 2026-11-02");
    assert_eq!(issues.row("Issue key", TICKET)["Status"], "suppressed");
    // Handed back as it is, it says nothing.
    let told = decide(&bench, "drift.xlsx").expect(0);
    assert!(
        told.err.starts_with("no decision was entered: 18 rows of issues and accounts are as they were"),
        "{}",
        told.err
    );
}

#[test]
fn a_cleared_decision_is_taken_back_and_an_old_sheet_does_not_bring_it_again() {
    let bench = Bench::with_demo();
    filled(&export(&bench, &[])).save(&bench.path("monday.xlsx"));
    decide(&bench, "monday.xlsx").expect(0);
    let mut tuesday = Grid::of(&export(&bench, &[]), "Issues");
    tuesday.text(OTHER_MOVE, "Decision", "");
    tuesday.text(OTHER_MOVE, "Note", "");
    for column in ["Decision", "Until", "Note"] {
        tuesday.text(TICKET, column, "");
    }
    tuesday.save(&bench.path("tuesday.xlsx"));
    let told = decide(&bench, "tuesday.xlsx").expect(0);
    assert!(told.err.starts_with("2 rows imported, 0 imported before, 0 skipped, 10"), "{}", told.err);
    assert_eq!(bench.value("select count(*) from suppressions where removed_at is null"), "0");
    assert_eq!(
        bench.rows(
            "select issue_key from decisions where is_in_force = 1 and decision is not null order by 1"
        ),
        [SET, MOVE]
    );
    // The sheet of before any decision, untouched: its blank fields take nothing back.
    let clean = Bench::with_demo();
    export(&clean, &[]);
    fs::copy(clean.path("drift.xlsx"), bench.path("clean.xlsx")).unwrap();
    let told = decide(&bench, "clean.xlsx").expect(0);
    assert!(told.err.starts_with("no decision was entered: 18 rows"), "{}", told.err);
}

/// The demo an hour later: one issue is gone, another one is blocked now.
fn later(bench: &Bench) {
    bench.copy("fixtures/demo/zendesk", "later");
    let users = fs::read_to_string(bench.path("later/users.ndjson")).unwrap();
    let changed: Vec<String> = users
        .lines()
        .map(|line| {
            let mut user: serde_json::Value = serde_json::from_str(line).unwrap();
            if user["id"] == 21_700_000_004_121_i64 {
                user["organization_id"] = 21_700_000_001_039_i64.into();
            } else if user["id"] == 21_700_000_004_231_i64 {
                user["verified"] = false.into();
            }
            user.to_string()
        })
        .collect();
    bench.write("later/users.ndjson", changed.join("\n") + "\n");
    let told = bench.run(&["ingest", "zendesk", "--from", "later", "--taken-at", "2026-11-02T06:30:00Z"]);
    assert_eq!(told.code, 0, "{}", told.err);
    bench.run(&["audit"]).expect(0);
}

#[test]
fn what_is_resolved_or_changed_is_passed_over_and_a_fix_lapses() {
    let bench = Bench::with_demo();
    let book = export(&bench, &[]);
    let mut grid = filled(&book);
    grid.text(ASSIGN, "Decision", "fix");
    grid.save(&bench.path("old.xlsx"));
    let mut early = Grid::of(&book, "Issues");
    early.text(ASSIGN, "Decision", "fix");
    early.save(&bench.path("early.xlsx"));
    decide(&bench, "early.xlsx").expect(0);
    later(&bench);
    assert_eq!(bench.value("select is_in_force from decisions"), "0");
    let told = decide(&bench, "old.xlsx").expect(0);
    insta::assert_snapshot!(format!("{}{}", told.out, told.err), @r"
     outcome   where                  decision  until       about
     taken     sheet Issues, line 4   fix                   org_missing_external_id/001ACME00100000YDA/21700000001013
     resolved  sheet Issues, line 8   fix                   user_default_org_not_expected/21700000004121
     taken     sheet Issues, line 9   skip                  user_default_org_not_expected/21700000004132
     taken     sheet Issues, line 10  note                  user_domain_ambiguous/21700000004143
     changed   sheet Issues, line 11  fix                   user_missing_expected_membership/21700000004231
     taken     sheet Issues, line 12  suppress  2026-12-31  ticket_org_mismatch/1116
    4 rows imported, 0 imported before, 2 skipped, 6 unchanged
    rows are skipped if run 2 does not show their issues as the sheet does; export a new workbook to decide about those
    next: orgdrift audit
    ");
    let row = export(&bench, &[]).sheet("Issues").row("Issue key", ASSIGN);
    assert_eq!(row["Decision"], "");
    assert_eq!(row["Decided before"], "fix by Dana Scully on 2026-11-02, no longer in force");
    // An unverified address is one of the two risks that somebody can answer for.
    let mut grid = Grid::of(&Book::read(&bench.path("drift.xlsx")), "Issues");
    grid.text(ASSIGN, "Decision", "accept_risk");
    grid.text(ASSIGN, "Note", "called them");
    grid.save(&bench.path("risk.xlsx"));
    decide(&bench, "risk.xlsx").expect(0);
    assert_eq!(
        bench.rows("select decision, is_in_force from decisions where decision = 'accept_risk'"),
        ["accept_risk|1"]
    );
}

#[test]
fn accounts_have_an_assignee_and_a_note() {
    let bench = Bench::with_demo();
    let mut grid = Grid::of(&export(&bench, &[]), "Accounts");
    grid.text("001ACME00300000YDA", "Assignee", "Fox");
    grid.text("001ACME00300000YDA", "Note", "=calls on Monday");
    grid.save(&bench.path("back.xlsx"));
    decide(&bench, "back.xlsx").expect(0);
    assert_eq!(
        bench.rows("select issue_key, account_id, assignee, note, is_in_force from decisions"),
        ["~|001ACME00300000YDA|Fox|=calls on Monday|1"]
    );
    let row = export(&bench, &[]).sheet("Accounts").row("Account ID", "001ACME00300000YDA");
    assert_eq!((row["Assignee"].as_str(), row["Note"].as_str()), ("Fox", "'=calls on Monday"));
    let told = decide(&bench, "drift.xlsx").expect(0);
    assert!(
        told.err.starts_with("no decision was entered") || told.err.starts_with("0 rows imported"),
        "{}",
        told.err
    );
}

#[test]
fn a_spreadsheet_program_brings_decisions_back() {
    let bench = Bench::with_demo();
    filled(&export(&bench, &[])).save(&bench.path("back.xlsx"));
    if !book::saved_as(&bench, "back.xlsx", "xlsx:Calc MS Excel 2007 XML") {
        return;
    }
    assert!(book::saved_as(&bench, "back.xlsx", "csv:Text - txt - csv (StarCalc):44,34,76"));
    for file in ["saved/back.xlsx", "saved/back.csv"] {
        let fresh = Bench::with_demo();
        fs::copy(bench.path(file), fresh.path("back")).unwrap();
        let told = decide(&fresh, "back").expect(0);
        assert!(
            told.err.starts_with("5 rows imported, 0 imported before, 0 skipped, 7"),
            "{file}: {}",
            told.err
        );
        let words = fresh.rows(IN_FORCE);
        assert!(
            words.contains(&format!("{TICKET}|suppress|2026-12-31|moves with the merger|~|Dana Scully|1"))
        );
    }
}
