//! A whole sheet of suppressions at once, and what the report says when they end and when approvals do not hold any more.

use std::fs;

use super::grid::{Grid, Put};
use super::{ASSIGN, MOVE, decide, filled, later};
use crate::common::bench::Bench;
use crate::workbook::export;

/// The report as a text, without tags.
fn report(bench: &Bench, now: &str) -> String {
    let mut command = bench.command(&["report", "--output", "report.html"]);
    command.env("ORGDRIFT_TEST_NOW", now);
    bench.run_command(command).expect(0);
    let page = scraper::Html::parse_document(&fs::read_to_string(bench.path("report.html")).unwrap());
    let section = page.select(&scraper::Selector::parse("section#suppressions").unwrap()).next().unwrap();
    section.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_sheet_suppresses_all_its_rows_and_the_report_says_when_they_end() {
    let bench = Bench::with_demo();
    let book = export(&bench, &[]);
    let mut grid = Grid::of(&book, "Issues");
    let keys = book.sheet("Issues").column("Issue key");
    assert_eq!(keys.len(), 12);
    for key in keys.iter().filter(|key| key.as_str() != MOVE) {
        grid.text(key, "Decision", "suppress");
        grid.put(key, "Until", Put::Date(2026, 11, 10));
        grid.text(key, "Note", "the merger is under way");
    }
    grid.save(&bench.path("back.xlsx"));
    let told = decide(&bench, "back.xlsx").expect(0);
    assert!(
        told.err.starts_with("11 rows imported, 0 imported before, 0 skipped, 1 unchanged"),
        "{}",
        told.err
    );
    assert_eq!(
        bench.rows("select owner, reason, expires_on, count(*) from suppressions group by 1, 2, 3"),
        ["Dana Scully|the merger is under way|2026-11-10|11"]
    );
    bench.run(&["audit"]).expect(0);
    assert_eq!(bench.rows("select issue_key from latest_issues where disposition <> 'suppressed'"), [MOVE]);
    let said = report(&bench, "2026-11-02T08:00:00Z");
    assert!(said.contains("11 suppressions in force."), "{said}");
    for key in keys.iter().filter(|key| key.as_str() != MOVE) {
        assert!(said.contains(&format!("2026-11-10 lapsing 1 {key}")), "{key}: {said}");
    }
    // The day after, all are open again, and the next report says which decisions ended.
    let mut command = bench.command(&["audit"]);
    command.env("ORGDRIFT_TEST_NOW", "2026-11-11T00:00:00Z");
    let told = bench.run_command(command).expect(0);
    assert!(told.err.contains("11 suppressions ended since the run before"), "{}", told.err);
    assert_eq!(bench.value("select count(*) from latest_issues where disposition = 'suppressed'"), "0");
    let said = report(&bench, "2026-11-11T00:00:00Z");
    assert!(said.contains("0 suppressions in force."), "{said}");
    assert_eq!(said.matches("2026-11-10 lapsed 1").count(), 11, "{said}");
}

#[test]
fn the_report_names_approvals_whose_issue_changed() {
    let bench = Bench::with_demo();
    let mut grid = filled(&export(&bench, &[]));
    grid.text(ASSIGN, "Decision", "fix");
    grid.save(&bench.path("back.xlsx"));
    decide(&bench, "back.xlsx").expect(0);
    let said = report(&bench, "2026-11-02T08:00:00Z");
    assert!(!said.contains("no longer hold"), "{said}");
    later(&bench);
    let said = report(&bench, "2026-11-03T09:00:00Z");
    let row = format!("fix Acme Retail {ASSIGN} 2026-11-02");
    assert!(said.contains("The issue of 1 approval is not what it was") && said.contains(&row), "{said}");
    // What is resolved waits for nobody.
    assert!(!said.contains(MOVE), "{said}");
    let mut command = bench.command(&["report", "--format", "md"]);
    command.env("ORGDRIFT_TEST_NOW", "2026-11-03T09:00:00Z");
    let told = bench.run_command(command).expect(0);
    assert!(told.out.contains("- 1 approval no longer in force: the issues changed.\n"), "{}", told.out);
}
