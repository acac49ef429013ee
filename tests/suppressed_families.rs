//! A suppression of a code on an account and on those below it.

use insta::assert_snapshot;

use crate::common::bench::{Bench, Told};

const CODE: &str = "account_missing_zendesk_org";

/// The account with that digit.
fn account(digit: char) -> String {
    format!("001ACME00{digit}00000YDA")
}

/// One account for each pair of digits: its own and its parent's, a dash for none. No account has an organization.
fn write_accounts(bench: &Bench, pairs: &[&str]) {
    let mut csv = "Id,Name,Website,ParentId\n".to_owned();
    for pair in pairs {
        let mut digits = pair.chars();
        let (own, parent) = (digits.next().unwrap(), digits.next().unwrap());
        let parent = if parent == '-' { String::new() } else { account(parent) };
        csv.push_str(&format!("{},Company {own},company{own}-demo.com,{parent}\n", account(own)));
    }
    bench.write("accounts.csv", csv);
}

/// 2 is below 1, 3 below 2; 4 stands alone; 9 is in no file and above 5, which is above 6; 7 and 8 are above each other.
const COMPANIES: [&str; 8] = ["1-", "21", "32", "4-", "59", "65", "78", "87"];

fn read_accounts(bench: &Bench, now: &str) {
    let told = at(bench, now, &["ingest", "salesforce", "accounts.csv"]);
    told.expect(0);
}

fn companies() -> Bench {
    let bench = Bench::with_warehouse();
    write_accounts(&bench, &COMPANIES);
    read_accounts(&bench, "2026-11-02T07:00:00Z");
    for name in ["organizations", "users", "organization_memberships", "tickets"] {
        bench.write(&format!("zendesk/{name}.ndjson"), "");
    }
    bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(bench.value("select count(*) from latest_issues"), "8");
    bench
}

/// A command at another moment.
fn at(bench: &Bench, now: &str, arguments: &[&str]) -> Told {
    let mut command = bench.command(arguments);
    command.env("ORGDRIFT_TEST_NOW", now);
    bench.run_command(command)
}

fn with_decision<'a>(target: &[&'a str], expires: &'a str) -> Vec<&'a str> {
    let rest = ["--reason", "sold to another", "--owner", "Support Ops", "--expires", expires];
    [&["suppression", "add"][..], target, &rest].concat()
}

fn add(bench: &Bench, target: &[&str]) -> Told {
    bench.run(&with_decision(target, "2026-12-31"))
}

/// The accounts whose issues are suppressed in the newest run, each with the number of the suppression.
fn covered(bench: &Bench) -> Vec<String> {
    bench.rows(
        "select substr(i.account_id, 10, 1) || ':' || i.suppressed_by
         from latest_issues as i where i.disposition = 'suppressed' order by i.account_id",
    )
}

#[test]
fn a_family_is_an_account_and_every_one_below_it() {
    let bench = companies();
    let before = bench.rows("select issue_key, disposition from issues where run_id = 1 order by 1");
    assert_snapshot!(add(&bench, &["--code", CODE, "--family", "001ACME00100000"]).text(), @"
    exit 0
    suppression 1: account_missing_zendesk_org on the family of 001ACME00100000YDA, until the end of 2026-12-31 UTC
    it covers 3 issues of run 1; the next audit applies it, old runs do not change
    next: orgdrift audit
    ");
    bench.run(&["audit"]).expect(0);
    assert_eq!(covered(&bench), ["1:1", "2:1", "3:1"]);
    assert_eq!(
        bench.rows("select issue_key, disposition from issues where run_id = 1 order by 1"),
        before,
        "old runs do not change"
    );
    assert_eq!(
        bench.rows(
            "select substr(sf_account_id, 10, 1), triage_status, suppressed_count
             from latest_exceptions_by_account where suppressed_count > 0 order by 1"
        ),
        ["1|suppressed|1", "2|suppressed|1", "3|suppressed|1"]
    );
    assert_snapshot!(bench.run(&["suppression", "list"]).expect(0).out, @"
    id  target                                                           state   expires_on  issues  remark  reason           owner        created_at
     1  account_missing_zendesk_org on the family of 001ACME00100000YDA  active  2026-12-31       3          sold to another  Support Ops  2026-11-02T07:00:00Z
    ");
    assert_eq!(
        bench.rows("select code, substr(account_id, 10, 1), is_family from suppressions"),
        [format!("{CODE}|1|1")]
    );
    bench.run(&["suppression", "remove", "1"]).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(covered(&bench), [""; 0]);
}

#[test]
fn the_nearest_suppression_counts() {
    let bench = companies();
    let key =
        bench.value(&format!("select issue_key from latest_issues where account_id = '{}'", account('3')));
    add(&bench, &["--code", CODE, "--family", &account('1')]).expect(0);
    add(&bench, &["--code", CODE, "--family", &account('2')]).expect(0);
    add(&bench, &["--code", CODE, "--account", &account('2')]).expect(0);
    let told = add(&bench, &[&key]).expect(0);
    assert!(
        told.err.contains("suppression 1 covers the same issue by its code and account\n"),
        "{}",
        told.err
    );
    bench.run(&["audit"]).expect(0);
    assert_eq!(covered(&bench), ["1:1", "2:3", "3:4"], "of key, account and family the nearest");
    assert_snapshot!(add(&bench, &["--code", CODE, "--family", &account('1')]).text(), @"
    exit 5
    error: suppression 1 covers account_missing_zendesk_org on the family of 001ACME00100000YDA already, until 2026-12-31
    hint: to decide again, end it first: orgdrift suppression remove 1
    ");
    // A code that is suppressed on the family is another code than one that is not.
    add(&bench, &["--code", "org_missing_external_id", "--family", &account('4')]).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(covered(&bench), ["1:1", "2:3", "3:4"]);
}

#[test]
fn a_parent_may_be_in_no_file() {
    let bench = companies();
    add(&bench, &["--code", CODE, "--family", &account('9')]).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(covered(&bench), ["5:1", "6:1"]);
    // Nobody has this one for a parent.
    let unknown = with_decision(&["--code", CODE, "--family", "001Hs00003WqA01IAF"], "2026-12-31");
    assert_snapshot!(bench.unchanged(&unknown).text(), @"
    exit 1
    error: no snapshot has the account of --family
    hint: `orgdrift list accounts` shows those with issues
    ");
    let unknown = with_decision(&["--code", CODE, "--account", "001ACME00900000YDA"], "2026-12-31");
    assert_eq!(bench.unchanged(&unknown).code, 1, "an account alone has to be in a file");
}

#[test]
fn a_circle_of_parents_is_one_family() {
    let bench = companies();
    add(&bench, &["--code", CODE, "--family", &account('8')]).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(covered(&bench), ["7:1", "8:1"]);
    let told =
        add(&bench, &[&bench.value("select min(issue_key) from latest_issues where suppressed_by = 1")]);
    assert!(told.expect(0).err.contains("suppression 1 covers the same issue"));
    // Its own parent.
    write_accounts(&bench, &["11", "21"]);
    read_accounts(&bench, "2026-11-03T07:00:00Z");
}

#[test]
fn a_family_holds_until_the_end_of_its_last_day() {
    let bench = companies();
    bench.run(&with_decision(&["--code", CODE, "--family", &account('1')], "2026-11-05")).expect(0);
    bench.run(&["audit"]).expect(0);
    at(&bench, "2026-11-05T23:59:59Z", &["audit"]).expect(0);
    assert_eq!(covered(&bench), ["1:1", "2:1", "3:1"]);
    assert_eq!(bench.value("select max(run_id) from runs"), "2", "it is still its last day");
    assert_snapshot!(at(&bench, "2026-11-06T00:00:00Z", &["audit"]).text(), @"
    exit 0
    1 suppression ended since the run before: 1 on 2026-11-05 (3 issues open again)
    `orgdrift suppression list` shows what they cover
    next: orgdrift export workbook --output drift.xlsx
    ");
    assert_eq!(covered(&bench), [""; 0]);
    assert_eq!(bench.value("select is_delta from runs order by run_id desc limit 1"), "1");
}

#[test]
fn who_moves_to_another_parent_leaves_the_family() {
    let bench = companies();
    add(&bench, &["--code", CODE, "--family", &account('1')]).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(covered(&bench), ["1:1", "2:1", "3:1"]);
    // 2 goes with 3 below it, 4 comes, and 6 comes with 7 and 8.
    write_accounts(&bench, &["1-", "2-", "32", "41", "59", "61", "76", "87"]);
    read_accounts(&bench, "2026-11-03T07:00:00Z");
    at(&bench, "2026-11-03T08:00:00Z", &["audit"]).expect(0);
    assert_eq!(covered(&bench), ["1:1", "4:1", "6:1", "7:1", "8:1"]);
    assert_eq!(bench.value("select is_delta from runs order by run_id desc limit 1"), "1");
    let stored = bench.rows("select * from latest_issues order by issue_key");
    at(&bench, "2026-11-03T08:00:00Z", &["audit", "--full"]).expect(0);
    assert_eq!(bench.rows("select * from latest_issues order by issue_key"), stored);
    let list = at(&bench, "2026-11-03T08:00:00Z", &["suppression", "list", "--json"]).expect(0).out;
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    assert_eq!((&list[0]["is_family"], &list[0]["issue_count"]), (&1.into(), &5.into()));
}

#[test]
fn one_of_account_and_family_is_named() {
    let bench = companies();
    let both = ["--code", CODE, "--account", &account('1'), "--family", &account('1')];
    assert_eq!(bench.unchanged(&with_decision(&both, "2026-12-31")).code, 2);
    let without_code = with_decision(&["--family", "001ACME00100000YDA"], "2026-12-31");
    assert_eq!(bench.unchanged(&without_code).code, 2);
    assert_snapshot!(
        bench.unchanged(&with_decision(&["--code", CODE, "--family", "Company 1"], "2026-12-31")).text(), @"
    exit 2
    error: --family is not an account id
    hint: an account id has 15 or 18 characters, such as 001ACME00400000YDA; `orgdrift find` searches by name
    ");
    let orphans = ["--code", "orphan_org", "--family", "001ACME00100000YDA"];
    assert_eq!(bench.unchanged(&with_decision(&orphans, "2026-12-31")).code, 2, "they belong to no account");
}
