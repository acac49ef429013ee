//! The workbook: what a second library and a real spreadsheet program find in it.

pub(crate) mod book;
mod hostile;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use orgdrift::catalog;

use self::book::Book;
use crate::common::bench::Bench;
use crate::stock_readers::{is_there, run};

/// Writes the workbook of the newest run.
pub(crate) fn export(bench: &Bench, more: &[&str]) -> Book {
    let mut arguments = vec!["export", "workbook", "--output", "drift.xlsx"];
    arguments.extend(more);
    bench.run(&arguments).expect(0);
    Book::read(&bench.path("drift.xlsx"))
}

#[test]
fn every_sheet_shows_the_rows_of_the_run() {
    let bench = Bench::with_demo();
    let told = bench.run(&["export", "workbook", "--output", "drift.xlsx"]).expect(0);
    insta::assert_snapshot!(told.text(), @"
    exit 0
    6 accounts and 12 issues written to drift.xlsx
    to decide in it: fill in Decision and Note, save, then orgdrift decide --from drift.xlsx --by NAME
    next: orgdrift plan
    ");
    let book = Book::read(&bench.path("drift.xlsx"));
    assert_eq!(book.names(), ["Read me", "Accounts", "Issues", "Causes", "Plan", "Data to fix"]);
    let accounts = book.sheet("Accounts");
    assert_eq!(
        accounts.column("Account"),
        ["Acme Labs", "Acme Healthcare", "Acme Studios", "Acme Foods", "Acme Retail", "Acme Biotech"]
    );
    assert_eq!(
        accounts.column("Status"),
        ["blocked", "ready", "tickets only", "partly ready", "ready", "blocked"]
    );
    assert_eq!(accounts.column("Issues").join(" "), "3 1 2 3 2 1");
    let issues = book.sheet("Issues");
    // The most severe first, and what the others may follow from before them.
    let keys = bench.rows(
        "select issue_key from latest_issues
         order by severity_rank, instr('organization user ticket', layer), account_id, issue_key",
    );
    assert_eq!(issues.column("Issue key"), keys);
    let foods = issues.row("Issue key", "user_default_org_not_expected/21700000004121");
    for (column, value) in [
        ("Account", "Acme Foods"),
        ("User", "Simone Achterberg"),
        ("Address", "simone.a@acmefoods-demo.co.uk"),
        ("Is in", "Legacy Portal Import 2021"),
        ("Should be in", "Acme Foods"),
        ("Account matched by", "external id in Zendesk"),
        ("Status", "prepared"),
        ("First seen", "2026-11-02"),
        ("Age in days", "0"),
        ("User ID", "21700000004121"),
        ("Decision", ""),
    ] {
        assert_eq!(foods[column], value, "{column}");
    }
    assert_eq!(
        issues.formula("User ID", 6),
        "HYPERLINK(\"https://acme-demo.sandbox.zendesk.com/agent/users/21700000004121\",\"21700000004121\")"
    );
    assert_eq!(
        issues.formula("Account's tickets", 6),
        "HYPERLINK(\"https://acme-demo.sandbox.zendesk.com/agent/search/1?type=ticket&q=organization%3A21700000001039\",\
         \"search tickets\")"
    );
    let causes = book.sheet("Causes");
    assert_eq!(causes.column("Record")[0], "Legacy Portal Import 2021");
    assert_eq!(
        causes.column("Issues"),
        bench.rows("select issue_count from causes where run_id = 1 order by 1 desc")
    );
    assert_eq!(causes.column("Up to here, of all").last().unwrap(), "100");
    let plan = book.sheet("Plan");
    assert_eq!(plan.column("Status").join(" "), "planned planned planned planned planned");
    assert_eq!(plan.column("Change")[1], "default organization: Legacy Portal Import 2021 -> Acme Foods");
    let data = book.sheet("Data to fix");
    assert_eq!(data.column("Value")[0], "001ACME00400000");
    let read_me = book.texts("Read me").join("\n");
    for line in [
        "Customer data drift: acme-demo",
        "6 of 12 accounts (50.0 %) with an issue",
        "2 of 33 open tickets (6.1 %) the subject of an issue",
        "read at 2026-11-02 05:30 UTC, 1 hour before this file was made",
        "There is no earlier run to compare with.",
        "Everything was read to its end, and every code was evaluated.",
        "5 records stand behind 12 of 16 findings; see the sheet Causes",
    ] {
        assert!(read_me.contains(line), "{line} is not in\n{read_me}");
    }
}

/// The rows of each sheet as they stand in the file: number, height where it is not the usual one, count of cells.
const ROWS: &str = r#"
import re, sys, zipfile
book = zipfile.ZipFile(sys.argv[1])
for number in range(1, 7):
    xml = book.read(f"xl/worksheets/sheet{number}.xml").decode()
    for row, attributes, cells in re.findall(r'<row r="(\d+)"([^>]*?)(?:/>|>(.*?)</row>)', xml, re.S):
        height = re.search(r'ht="([\d.]+)" customHeight="1"', attributes)
        print(number, row, height[1] if height else "15", len(re.findall("<c ", cells)))
"#;

#[test]
fn every_row_stands_in_its_sheet_once_and_is_as_high_as_its_texts_need() {
    if !is_there("python3", &["-c", "import zipfile"], "python3") {
        return;
    }
    let bench = Bench::with_demo();
    let book = export(&bench, &[]);
    let printed = run(Command::new("python3")
        .args(["-c", ROWS])
        .arg(bench.path("drift.xlsx"))
        .current_dir(bench.path("")));
    let rows: Vec<Vec<f64>> =
        printed.lines().map(|line| line.split(' ').map(|word| word.parse().unwrap()).collect()).collect();
    for pair in rows.windows(2) {
        assert!(pair[0][0] < pair[1][0] || pair[0][1] < pair[1][1], "{pair:?}");
    }
    // Twelve issues, a header, and the end.
    let issues: Vec<&Vec<f64>> = rows.iter().filter(|row| (row[0] - 3.0).abs() < 0.5).collect();
    assert_eq!(issues.len(), 14, "{printed}");
    assert_eq!((issues[0][2], issues[13][2], issues[13][3]), (32.25, 15.0, 0.0), "{printed}");
    let reasons = book.sheet("Issues").column("What is wrong");
    for (row, reason) in issues[1..13].iter().zip(reasons) {
        // The column is 50 letters wide.
        #[expect(clippy::cast_precision_loss, reason = "texts are short")]
        let needed = 15.0 * reason.len().div_ceil(50) as f64;
        assert!(row[2] >= needed && row[2] <= 75.0 && row[3] > 10.0, "{reason}: {row:?}");
    }
}

#[test]
fn a_cause_says_what_to_do_about_each_of_its_codes() {
    let bench = Bench::with_demo();
    let causes = export(&bench, &[]).sheet("Causes").column("What to do");
    let codes = bench.rows(
        "select codes from causes where run_id = 1
         order by issue_count desc, user_count desc, open_ticket_count desc, cause_kind, cause_id",
    );
    let rules = catalog::rules();
    let mut expected = Vec::new();
    for codes in codes {
        // What several codes need stands there once, where the first of them needs it.
        let mut steps: Vec<&str> = Vec::new();
        for code in codes.split(", ") {
            let step = &rules.iter().find(|rule| rule.code == code).unwrap().next_step;
            if !steps.contains(&step.as_str()) {
                steps.push(step);
            }
        }
        expected.push(steps.join("\n"));
    }
    assert_eq!(causes, expected);
    assert!(causes.iter().any(|steps| steps.lines().count() > 1), "{causes:?}");
}

#[test]
fn a_run_without_a_plan_shows_what_a_plan_would_take() {
    let bench = Bench::with_demo();
    let planned = export(&bench, &[]).sheet("Plan").column("Issue key");
    // Another rule set makes another run, which has no plan.
    bench.run(&["personal-domain", "add", "nobody-demo.com"]).expect(0);
    bench.run(&["audit"]).expect(0);
    let book = export(&bench, &[]);
    let plan = book.sheet("Plan");
    assert_eq!(plan.column("Status"), ["no plan yet"; 5]);
    assert_eq!(plan.column("Issue key").into_iter().collect::<BTreeSet<_>>(), planned.into_iter().collect());
    assert!(book.texts("Read me").join("\n").contains("Since run 1\n0 new, 0 changed, 0 resolved"));
}

#[test]
fn what_was_not_read_is_said_inside() {
    let bench = Bench::empty();
    bench.copy("fixtures/demo", "demo");
    fs::remove_file(bench.path("demo/zendesk/tickets.ndjson")).unwrap();
    bench.write(
        "accounts.csv",
        fs::read_to_string(bench.path("demo/accounts.csv")).unwrap() + "00Q,broken,x\n",
    );
    bench.run(&["init"]).expect(0);
    bench.run(&[
        "ingest",
        "salesforce",
        "accounts.csv",
        "--accept-rejections",
        "1",
        "--taken-at",
        "2026-11-02T05:30:00Z",
    ]);
    bench.run(&["ingest", "zendesk", "--from", "demo/zendesk"]).expect(6);
    bench.run(&["audit"]).expect(6);
    let book = export(&bench, &[]);
    let read_me = book.texts("Read me").join("\n");
    assert!(read_me.contains("run 1: 1 row of the account file could not be used"), "{read_me}");
    assert!(read_me.contains("Not evaluated\nticket_org_mismatch: tickets: skipped (no file)"), "{read_me}");
    assert!(read_me.contains("Open tickets\nnot known: a code about them was not evaluated"), "{read_me}");
    assert!(!read_me.contains("Everything was read"));
    let data = book.sheet("Data to fix");
    let row = data.row("Record", "row not read");
    assert_eq!((row["Line of the file"].as_str(), row["Value"].as_str()), ("14", "00Q"));
    assert_eq!(row["What is wrong"], "The value is no Salesforce id of 15 or 18 characters.");
}

#[test]
fn a_redacted_workbook_names_no_user() {
    let bench = Bench::with_demo();
    let whole = export(&bench, &[]).all_texts();
    let book = export(&bench, &["--redact"]);
    let redacted = book.all_texts();
    let mut found = 0;
    for person in
        bench.rows("select name from latest_zendesk_users union select email from latest_zendesk_users")
    {
        found += usize::from(whole.contains(&person));
        assert!(!redacted.contains(&person), "a redacted workbook holds a user's name or address");
    }
    assert!(found > 5, "the other one names people: {found}");
    assert!(book.texts("Read me").join("\n").contains("Left out\nnames and addresses of users"));
    assert_eq!(book.sheet("Issues").column("User ID")[6], "21700000004121");
}

#[test]
fn each_owner_gets_a_workbook_of_their_own_accounts() {
    let bench = Bench::with_demo();
    let told = bench.run(&["export", "workbook", "--split-by", "owner", "--output", "drift.xlsx"]).expect(0);
    insta::assert_snapshot!(told.text(), @"
    exit 0
    3 workbooks written, as drift.OWNER.xlsx
    next: orgdrift plan
    ");
    assert!(!bench.path("drift.xlsx").exists());
    let mut keys = Vec::new();
    for (file, owner) in [
        ("ingrid-solheim", "Ingrid Solheim"),
        ("priya-raman", "Priya Raman"),
        ("tom-ferreira", "Tom Ferreira"),
    ] {
        let book = Book::read(&bench.path(&format!("drift.{file}.xlsx")));
        let issues = book.sheet("Issues");
        assert!(issues.column("Owner").iter().all(|name| name == owner));
        assert!(book.sheet("Accounts").column("Owner").iter().all(|name| name == owner));
        assert!(book.texts("Read me").contains(&format!("accounts of {owner}")));
        keys.extend(issues.column("Issue key"));
    }
    keys.sort();
    assert_eq!(keys, bench.rows("select issue_key from latest_issues order by issue_key"));
    let one = export(&bench, &["--owner", "priya"]);
    assert_eq!(one.sheet("Accounts").column("Account"), ["Acme Labs", "Acme Healthcare", "Acme Biotech"]);
    let none = bench.run(&["export", "workbook", "--owner", "nobody", "--output", "none.xlsx"]);
    assert_eq!(
        none.code_and_first_line(),
        "exit 1: error: no account with an issue has an owner of that name"
    );
}

#[test]
fn what_a_workbook_cannot_be_is_refused() {
    let bench = Bench::with_demo();
    for (arguments, message) in [
        (&["export", "workbook"][..], "exit 2: error: a workbook is written to a file"),
        (&["export", "workbook", "--output", "drift.csv"], "exit 2: error: drift.csv does not end in .xlsx"),
        (
            &["export", "workbook", "--output", "a.xlsx", "--json"],
            "exit 2: error: unexpected argument '--json' found",
        ),
        (
            &["export", "workbook", "--output", "a.xlsx", "--code", "ticket_org_mismatch"],
            "exit 2: error: unexpected argument '--code' found",
        ),
        (&["export", "issues", "--output", "a.xlsx"], "exit 2: error: orgdrift does not write .xlsx files"),
        (&["export", "issues", "--redact"], "exit 2: error: unexpected argument '--redact' found"),
        (&["export", "workbook", "--output", "none/a.xlsx"], "exit 1: error: cannot write none/a.xlsx: "),
        (
            &["export", "workbook", "--output", "a.xlsx", "--split-by", "owner", "--owner", "x"],
            "exit 2: error: the argument '--split-by <BY>' cannot be used with '--owner <NAME>'",
        ),
    ] {
        let told = bench.unchanged(arguments);
        assert!(told.code_and_first_line().starts_with(message), "{}", told.err);
        assert!(!bench.path("a.xlsx").exists());
    }
}

#[cfg(unix)]
#[test]
fn a_workbook_is_its_owners_alone_and_the_same_twice() {
    use std::os::unix::fs::PermissionsExt;

    let bench = Bench::with_demo();
    export(&bench, &[]);
    let first = fs::read(bench.path("drift.xlsx")).unwrap();
    assert_eq!(fs::metadata(bench.path("drift.xlsx")).unwrap().permissions().mode() & 0o777, 0o600);
    export(&bench, &[]);
    assert!(first == fs::read(bench.path("drift.xlsx")).unwrap(), "the same run at the same time");
    let left: Vec<_> =
        fs::read_dir(bench.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "nothing waits beside the warehouse: {left:?}");
}

#[test]
fn a_spreadsheet_program_opens_it_and_loses_nothing() {
    let bench = Bench::with_demo();
    let book = export(&bench, &[]);
    let Some(saved) = book::resaved(&bench, "drift.xlsx") else { return };
    assert_eq!(saved.names(), book.names());
    for name in ["Accounts", "Issues", "Causes", "Plan", "Data to fix"] {
        assert_eq!(saved.sheet(name).rows(), book.sheet(name).rows(), "{name}");
    }
}

#[test]
fn every_reason_of_an_input_has_words() {
    let known: BTreeSet<String> = catalog::input_reasons().into_iter().map(|reason| reason.reason).collect();
    assert_eq!(known.len(), catalog::input_reasons().len(), "a reason stands twice");
    for row in catalog::dictionary() {
        if row.column_name != "reason" || !row.object_name.starts_with("ingest_") {
            continue;
        }
        let words =
            row.description.split(|character: char| !(character.is_ascii_lowercase() || character == '_'));
        let reasons: Vec<&str> = words.filter(|word| word.contains('_')).collect();
        assert!(reasons.len() > 5, "{reasons:?}");
        for reason in reasons {
            assert!(known.contains(reason), "queries/input_reasons.csv lacks {reason}");
        }
    }
}
