//! Dated decisions about issues: what they cover, when they end, and what is refused.

use insta::assert_snapshot;

use crate::common::bench::{Bench, Told};

/// Acme Labs has two issues of this code, the only critical ones, and one of another code.
const CODE: &str = "org_duplicate_external_id";
const ACCOUNT: &str = "001ACME00400000YDA";
const KEY: &str = "org_missing_external_id/001ACME00100000YDA/21700000001013";

/// Adds a suppression with these arguments for its target.
fn add(bench: &Bench, target: &[&str], expires: &str) -> Told {
    bench.run(&with_decision(target, expires))
}

fn with_decision<'a>(target: &[&'a str], expires: &'a str) -> Vec<&'a str> {
    let mut arguments = vec!["suppression", "add"];
    arguments.extend(target);
    arguments.extend(["--reason", "a merge is under way", "--owner", "Support Ops", "--expires", expires]);
    arguments
}

/// A command at another moment.
fn at(bench: &Bench, now: &str, arguments: &[&str]) -> Told {
    let output = bench.command(arguments).env("ORGDRIFT_TEST_NOW", now).output().unwrap();
    Told {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn json(told: Told) -> serde_json::Value {
    serde_json::from_str(&told.expect(0).out).unwrap()
}

#[test]
fn the_next_audit_shows_what_a_suppression_covers_and_old_runs_stay() {
    let bench = Bench::with_demo();
    let first_run = "select issue_key, disposition, suppressed_by from issues where run_id = 1 order by 1";
    let before = bench.rows(first_run);
    assert_snapshot!(add(&bench, &[KEY], "2026-12-31").text(), @"
    exit 0
    suppression 1: org_missing_external_id/001ACME00100000YDA/21700000001013, until the end of 2026-12-31 UTC
    it covers 1 issue of run 1; the next audit applies it, old runs do not change
    next: orgdrift audit
    ");
    bench.run(&["audit"]).expect(0);
    assert_eq!(bench.rows(first_run), before);
    assert_eq!(
        bench.rows("select issue_key, suppressed_by from latest_issues where disposition = 'suppressed'"),
        [format!("{KEY}|1")]
    );
    assert_eq!(
        bench.rows(
            "select triage_status, total_issue_count, prepared_action_count, suppressed_count
             from latest_exceptions_by_account where sf_account_id = '001ACME00100000YDA'"
        ),
        ["suppressed|1|0|1"]
    );
    let report = json(bench.run(&["audit", "--json"]));
    assert_eq!(report["open_issue_count"], 11, "twelve without the one");
    let of_code =
        report["codes"].as_array().unwrap().iter().find(|code| code["code"] == CODE_OF_KEY).unwrap();
    assert_eq!((&of_code["issue_count"], &of_code["suppressed"]), (&1.into(), &1.into()));
    assert_eq!(of_code["prepared"], 0);
}

const CODE_OF_KEY: &str = "org_missing_external_id";

#[test]
fn a_code_on_an_account_covers_all_its_issues_and_fails_no_audit() {
    let bench = Bench::with_demo();
    bench.run(&["audit", "--fail-on", "critical"]).expect(3);
    assert_snapshot!(
        add(&bench, &["--code", CODE, "--account", "001ACME00400000"], "2026-12-31").text(), @"
    exit 0
    suppression 1: org_duplicate_external_id on 001ACME00400000YDA, until the end of 2026-12-31 UTC
    it covers 2 issues of run 1; the next audit applies it, old runs do not change
    next: orgdrift audit
    ");
    bench.run(&["audit", "--fail-on", "critical"]).expect(0);
    bench.run(&["audit", "--fail-on", "high"]).expect(3);
    assert_eq!(
        bench.rows(
            "select code, disposition, suppressed_by from latest_issues where account_id = '001ACME00400000YDA'
             order by 1"
        ),
        [
            "org_duplicate_external_id|suppressed|1",
            "org_duplicate_external_id|suppressed|1",
            "user_resolution_blocked_duplicate_external_id|review|~"
        ]
    );
    assert_eq!(bench.value("select count(*) from latest_issues where disposition = 'suppressed'"), "2");
}

#[test]
fn one_issue_may_be_covered_twice_and_is_counted_once() {
    let bench = Bench::with_demo();
    add(&bench, &["--code", CODE, "--account", ACCOUNT], "2026-12-31").expect(0);
    let key =
        bench.value("select min(issue_key) from latest_issues where code = 'org_duplicate_external_id'");
    let told = add(&bench, &[&key], "2027-12-31").expect(0);
    assert!(
        told.err.contains("suppression 1 covers the same issue by its code and account\n"),
        "{}",
        told.err
    );
    bench.run(&["audit"]).expect(0);
    assert_eq!(
        bench.rows(
            "select suppressed_by, count(*) from latest_issues where suppressed_by is not null group by 1"
        ),
        ["1|1", "2|1"],
        "the key goes before the code"
    );
}

#[test]
fn a_suppression_holds_until_the_end_of_its_last_day() {
    let bench = Bench::with_demo();
    add(&bench, &["--code", CODE, "--account", ACCOUNT], "2026-11-05").expect(0);
    assert_snapshot!(bench.run(&["audit"]).expect(0).text(), @"
    exit 0
    1 suppression to end within 14 days: 1 on 2026-11-05 (2 issues)
    `orgdrift suppression list` shows what they cover
    next: orgdrift export workbook --output drift.xlsx
    ");
    let report = json(at(&bench, "2026-11-05T23:59:59Z", &["audit", "--json"]));
    assert_eq!(
        (&report["run_id"], &report["is_new"]),
        (&2.into(), &false.into()),
        "it is still its last day"
    );
    let told = at(&bench, "2026-11-06T00:00:00Z", &["audit", "--fail-on", "critical"]);
    assert_snapshot!(told.text(), @"
    exit 3
    1 suppression ended since the run before: 1 on 2026-11-05 (2 issues open again)
    `orgdrift suppression list` shows what they cover
    next: orgdrift export workbook --output drift.xlsx
    ");
    assert_eq!(bench.value("select count(*) from latest_issues where disposition = 'suppressed'"), "0");
    assert_eq!(
        bench.rows("select run_id, count(*) from issues where disposition = 'suppressed' group by run_id"),
        ["2|2"]
    );
    let report = json(at(&bench, "2026-11-06T00:00:00Z", &["audit", "--json"]));
    assert_eq!(
        report["suppressions"],
        serde_json::json!({
            "in_force_count": 0,
            "lapsing": [],
            "lapsed_since_previous_run": [
                {"suppression_id": 1, "expires_on": "2026-11-05", "issue_count": 2, "open_again_count": 2}
            ],
            "unused": [],
        })
    );
    let list = at(&bench, "2026-11-06T00:00:00Z", &["suppression", "list", "--format", "csv"]).expect(0);
    assert_eq!(states(&list), ["1 lapsed 2"]);
    // Whoever looks a run later was told before.
    add(&bench, &[KEY], "2027-12-31").expect(0);
    let report = json(at(&bench, "2026-11-07T00:00:00Z", &["audit", "--json"]));
    assert_eq!(report["suppressions"]["lapsed_since_previous_run"], serde_json::json!([]));
}

/// What an audit says on the sixth of November: the lines of the talk, and the count of each that ended.
fn told_on_the_sixth(bench: &Bench) -> (String, Vec<(i64, i64)>) {
    let now = "2026-11-06T00:00:00Z";
    let told = at(bench, now, &["audit"]).expect(0).err;
    let report = json(at(bench, now, &["audit", "--json"]));
    let counts = report["suppressions"]["lapsed_since_previous_run"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["suppression_id"].as_i64().unwrap(), one["open_again_count"].as_i64().unwrap()))
        .collect();
    (told, counts)
}

const OPEN_ON_THE_SIXTH: &str = "select count(*) from latest_issues
    where code = 'org_duplicate_external_id' and suppressed_by is null";

#[test]
fn what_another_suppression_still_covers_is_not_open_again() {
    let bench = Bench::with_demo();
    let keys =
        bench.rows("select issue_key from latest_issues where code = 'org_duplicate_external_id' order by 1");
    assert_eq!(keys.len(), 2);
    add(&bench, &["--code", CODE, "--account", ACCOUNT], "2026-11-05").expect(0);
    add(&bench, &[&keys[0]], "2026-12-31").expect(0);
    bench.run(&["audit"]).expect(0);
    // The first covered the other key only, and that one is open again.
    let (told, counts) = told_on_the_sixth(&bench);
    assert_snapshot!(told, @"
    1 suppression ended since the run before: 1 on 2026-11-05 (1 issue open again)
    `orgdrift suppression list` shows what they cover
    next: orgdrift export workbook --output drift.xlsx
    ");
    assert_eq!((counts, bench.value(OPEN_ON_THE_SIXTH).as_str()), (vec![(1, 1)], "1"));
    // Of two that cover the same, the one by its key ends, and the code on the account covers it still.
    let bench = Bench::with_demo();
    add(&bench, &["--code", CODE, "--account", ACCOUNT], "2026-12-31").expect(0);
    add(&bench, &[&keys[0]], "2026-11-05").expect(0);
    bench.run(&["audit"]).expect(0);
    let (told, counts) = told_on_the_sixth(&bench);
    assert_snapshot!(told, @"
    1 suppression ended since the run before: 2 on 2026-11-05
    `orgdrift suppression list` shows what they cover
    next: orgdrift export workbook --output drift.xlsx
    ");
    assert_eq!((counts, bench.value(OPEN_ON_THE_SIXTH).as_str()), (vec![(2, 0)], "0"));
}

#[test]
fn what_no_run_ever_covered_or_had_is_not_open_again() {
    // The run before was made without them: the first has issues, the second has none.
    let bench = Bench::with_demo();
    add(&bench, &["--code", CODE, "--account", ACCOUNT], "2026-11-05").expect(0);
    add(&bench, &["--code", "org_missing_expected_domain", "--account", ACCOUNT], "2026-11-05").expect(0);
    // Something else is decided, so that there is a run on that day.
    add(&bench, &[KEY], "2026-12-31").expect(0);
    let (told, counts) = told_on_the_sixth(&bench);
    assert_snapshot!(told, @"
    2 suppressions ended since the run before: 1 on 2026-11-05, 2 on 2026-11-05
    `orgdrift suppression list` shows what they cover
    next: orgdrift export workbook --output drift.xlsx
    ");
    assert_eq!((counts, bench.value(OPEN_ON_THE_SIXTH).as_str()), (vec![(1, 0), (2, 0)], "2"));
    // In force in a run, and never with an issue.
    let bench = Bench::with_demo();
    add(&bench, &["--code", "org_missing_expected_domain", "--account", ACCOUNT], "2026-11-05").expect(0);
    bench.run(&["audit"]).expect(0);
    let (told, counts) = told_on_the_sixth(&bench);
    assert_snapshot!(told, @"
    1 suppression ended since the run before: 1 on 2026-11-05
    `orgdrift suppression list` shows what they cover
    next: orgdrift export workbook --output drift.xlsx
    ");
    assert_eq!(counts, [(1, 0)]);
}

#[test]
fn one_that_was_taken_back_covers_nothing_and_stays_stored() {
    let bench = Bench::with_demo();
    add(&bench, &[KEY], "2026-12-31").expect(0);
    bench.run(&["audit"]).expect(0);
    assert_snapshot!(bench.run(&["suppression", "remove", "1"]).text(), @"
    exit 0
    suppression 1 ends with the next audit; old runs do not change
    next: orgdrift audit
    ");
    bench.run(&["audit"]).expect(0);
    assert_eq!(bench.value("select max(run_id) from runs"), "3");
    assert_eq!(
        bench.rows(&format!(
            "select run_id, disposition, suppressed_by from issues where issue_key = '{KEY}' order by run_id"
        )),
        ["1|prepared|~", "2|suppressed|1", "3|prepared|~"]
    );
    assert_eq!(
        bench.rows("select reason, owner, removed_at from suppressions"),
        ["a merge is under way|Support Ops|2026-11-02T07:00:00Z"]
    );
    assert_snapshot!(bench.unchanged(&["suppression", "remove", "1"]).text(), @"
    exit 0
    suppression 1 was removed already, at 2026-11-02T07:00:00Z
    next: orgdrift audit
    ");
    let told = bench.run(&["suppression", "list"]).expect(0);
    assert_eq!(told.out.lines().count(), 1, "the header alone: {}", told.out);
    assert_snapshot!(told.text(), @"
    exit 0
    no suppressions; --all shows those that were removed
    next: orgdrift list issues --disposition suppressed
    ");
    let all = bench.run(&["suppression", "list", "--all", "--format", "csv"]).expect(0);
    assert_eq!(states(&all), ["1 removed "]);
    // It may be decided anew.
    add(&bench, &[KEY], "2026-12-31").expect(0);
}

/// Number, state and count of a list as CSV.
fn states(told: &Told) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(told.out.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            ["suppression_id", "state", "issue_count"].map(|name| row[at(name)].to_owned()).join(" ")
        })
        .collect()
}

#[test]
fn those_about_to_lapse_come_first_and_unused_ones_are_named() {
    let bench = Bench::with_demo();
    assert_snapshot!(bench.run(&["suppression", "list"]).expect(0).text(), @"
    exit 0
    no suppressions; --all shows those that were removed
    next: orgdrift list issues --disposition suppressed
    ");
    let on = |code: &'static str| ["--code", code, "--account", ACCOUNT];
    add(&bench, &[KEY], "2027-12-31").expect(0);
    // Fourteen days from the second of November, and one more.
    add(&bench, &on("org_missing_expected_domain"), "2026-11-16").expect(0);
    add(&bench, &on(CODE), "2026-11-17").expect(0);
    add(&bench, &on("user_resolution_blocked_duplicate_external_id"), "2026-11-02").expect(0);
    let list = bench.run(&["suppression", "list", "--format", "csv"]).expect(0);
    assert_eq!(states(&list), ["4 lapsing 1", "2 lapsing 0", "3 active 2", "1 active 1"]);
    let near = bench.run(&["suppression", "list", "--lapsing", "0", "--format", "csv"]).expect(0);
    assert_eq!(states(&near), ["4 lapsing 1"]);
    let near = bench.run(&["suppression", "list", "--lapsing", "15", "--format", "csv"]).expect(0);
    assert_eq!(states(&near), ["4 lapsing 1", "2 lapsing 0", "3 active 2"]);
    assert_snapshot!(bench.run(&["suppression", "list"]).expect(0).out, @"
    id  target                                                               state    expires_on  issues  remark  reason                owner        created_at
     4  user_resolution_blocked_duplicate_external_id on 001ACME00400000YDA  lapsing  2026-11-02       1          a merge is under way  Support Ops  2026-11-02T07:00:00Z
     2  org_missing_expected_domain on 001ACME00400000YDA                    lapsing  2026-11-16       0  unused  a merge is under way  Support Ops  2026-11-02T07:00:00Z
     3  org_duplicate_external_id on 001ACME00400000YDA                      active   2026-11-17       2          a merge is under way  Support Ops  2026-11-02T07:00:00Z
     1  org_missing_external_id/001ACME00100000YDA/21700000001013            active   2027-12-31       1          a merge is under way  Support Ops  2026-11-02T07:00:00Z
    ");
    assert_snapshot!(bench.run(&["audit"]).expect(0).text(), @"
    exit 0
    2 suppressions to end within 14 days: 4 on 2026-11-02 (1 issue), 2 on 2026-11-16 (0 issues)
    1 suppression unused, without an issue in run 2: 2
    `orgdrift suppression list` shows what they cover
    next: orgdrift export workbook --output drift.xlsx
    ");
}

#[test]
fn what_a_run_did_not_evaluate_is_not_called_unused() {
    let bench = Bench::empty();
    bench.write("accounts.csv", "Id,Name,Website\n001Hs00003WqA01IAF,Alder,alder-demo.com\n");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.write("folder/organizations.ndjson", "");
    bench.run(&["ingest", "zendesk", "--from", "folder"]).expect(6);
    let target = ["--code", "user_domain_ambiguous", "--account", "001Hs00003WqA01IAF"];
    assert_snapshot!(add(&bench, &target, "2026-12-31").expect(0).text(), @"
    exit 0
    suppression 1: user_domain_ambiguous on 001Hs00003WqA01IAF, until the end of 2026-12-31 UTC
    the first audit applies it
    next: orgdrift audit
    ");
    bench.run(&["audit"]).expect(6);
    let list = bench.run(&["suppression", "list", "--format", "csv"]).expect(0);
    assert_eq!(states(&list), ["1 active "]);
    assert_eq!(json_of_audit(&bench)["suppressions"]["unused"], serde_json::json!([]));
}

fn json_of_audit(bench: &Bench) -> serde_json::Value {
    serde_json::from_str(&bench.run(&["audit", "--json"]).expect(6).out).unwrap()
}

#[test]
fn hygiene_is_suppressed_like_the_twelve() {
    let bench = Bench::with_demo();
    let key = bench.value("select issue_key from organization_findings where class = 'orphan_org'");
    add(&bench, &[&key], "2026-12-31").expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(
        bench.rows(
            "select run_id, disposition from organization_findings where class = 'orphan_org' order by 1"
        ),
        ["1|review", "2|suppressed"]
    );
    assert_eq!(bench.value("select sum(suppressed_count) from latest_exceptions_by_account"), "0");
}

#[test]
fn a_code_without_accounts_takes_none() {
    let bench = Bench::with_demo();
    let arguments = with_decision(&["--code", "orphan_org", "--account", ACCOUNT], "2026-12-31");
    assert_snapshot!(bench.unchanged(&arguments).text(), @"
    exit 2
    error: findings of orphan_org belong to no account
    hint: name one by its KEY, the column issue_key of `orgdrift list orgs --code orphan_org --format csv`
    ");
    let listed = bench.run(&["list", "orgs", "--code", "orphan_org", "--format", "csv"]).expect(0).out;
    let key = bench.value("select issue_key from organization_findings where class = 'orphan_org'");
    assert!(listed.contains(&key), "the hint leads to the key: {listed}");
    // Every other code may have an account.
    for rule in orgdrift::catalog::rules() {
        let told = add(&bench, &["--code", rule.code, "--account", ACCOUNT], "2026-12-31");
        assert_eq!(told.code == 2, rule.code == "orphan_org", "{}: {}", rule.code, told.err);
    }
}

#[test]
fn a_bad_decision_is_refused_and_changes_nothing() {
    let bench = Bench::with_demo();
    add(&bench, &["--code", CODE, "--account", ACCOUNT], "2026-12-31").expect(0);
    let refuse = |target: &[&str], expires: &str| bench.unchanged(&with_decision(target, expires)).text();
    assert_snapshot!(refuse(&[KEY], "2026-11-01"), @"
    exit 2
    error: --expires 2026-11-01 is over: today is 2026-11-02
    hint: name a day that is still to come
    ");
    assert_snapshot!(refuse(&[KEY], "31.12.2026"), @"
    exit 2
    error: invalid value '31.12.2026' for '--expires <DATE>': not an ISO-8601 date: write 2026-12-31

    For more information, try '--help'.
    ");
    assert_snapshot!(refuse(&[KEY], "2026-02-30"), @"
    exit 2
    error: invalid value '2026-02-30' for '--expires <DATE>': not an ISO-8601 date: write 2026-12-31

    For more information, try '--help'.
    ");
    assert_snapshot!(refuse(&["org_missing_external_id/001ACME00100000YDA/21700000001031"], "2026-12-31"), @"
    exit 1
    error: no run has an issue with that key
    hint: did you mean org_missing_external_id/001ACME00100000YDA/21700000001013?
    ");
    assert_snapshot!(refuse(&["org_missing_external_id/001ACME00100000YDA"], "2026-12-31"), @"
    exit 1
    error: no run has an issue with that key
    hint: did you mean org_missing_external_id/001ACME00100000YDA/21700000001013?
    ");
    assert_snapshot!(refuse(&["jane.doe@acme-demo.com"], "2026-12-31"), @"
    exit 1
    error: no run has an issue with that key
    hint: the column issue_key shows the keys: orgdrift list issues --format csv
    ");
    assert_snapshot!(refuse(&["--code", "org_missing", "--account", ACCOUNT], "2026-12-31"), @"
    exit 2
    error: there is no code org_missing
    hint: did you mean org_missing_external_id or org_missing_expected_domain?
    ");
    assert_snapshot!(refuse(&["--code", "domain_mismatch", "--account", ACCOUNT], "2026-12-31"), @"
    exit 2
    error: domain_mismatch is a class of findings, not a code
    hint: orgdrift list orgs --code domain_mismatch
    ");
    assert_snapshot!(refuse(&["--code", CODE, "--account", "Acme Labs"], "2026-12-31"), @"
    exit 2
    error: --account is not an account id
    hint: an account id has 15 or 18 characters, such as 001ACME00400000YDA; `orgdrift find` searches by name
    ");
    assert_snapshot!(refuse(&["--code", CODE, "--account", "001Hs00003WqA01IAF"], "2026-12-31"), @"
    exit 1
    error: no snapshot has the account of --account
    hint: `orgdrift list accounts` shows those with issues
    ");
    assert_snapshot!(refuse(&["--code", CODE, "--account", ACCOUNT], "2027-12-31"), @"
    exit 5
    error: suppression 1 covers org_duplicate_external_id on 001ACME00400000YDA already, until 2026-12-31
    hint: to decide again, end it first: orgdrift suppression remove 1
    ");
}

#[test]
fn a_decision_needs_one_target_a_reason_an_owner_and_a_date() {
    let bench = Bench::with_demo();
    let refuse = |target: &[&str], expires: &str| bench.unchanged(&with_decision(target, expires)).text();
    assert_snapshot!(refuse(&["--code", CODE], "2027-12-31"), @"
    exit 2
    error: the following required arguments were not provided:
      <--account <ID>|--family <ID>>

    Usage: orgdrift suppression add --reason <TEXT> --owner <NAME> --expires <DATE> --code <CODE> <--account <ID>|--family <ID>> [KEY]

    For more information, try '--help'.
    ");
    assert_snapshot!(refuse(&[KEY, "--code", CODE, "--account", ACCOUNT], "2027-12-31"), @"
    exit 2
    error: the argument '[KEY]' cannot be used with:
      --code <CODE>
      --account <ID>

    Usage: orgdrift suppression add --reason <TEXT> --owner <NAME> --expires <DATE> <KEY>

    For more information, try '--help'.
    ");
    assert_snapshot!(refuse(&[], "2027-12-31"), @"
    exit 2
    error: the following required arguments were not provided:
      <KEY>

    Usage: orgdrift suppression add --reason <TEXT> --owner <NAME> --expires <DATE> <KEY>

    For more information, try '--help'.
    ");
    let left_out = bench.unchanged(&["suppression", "add", KEY, "--reason", "why", "--owner", "who"]);
    assert_snapshot!(left_out.text(), @"
    exit 2
    error: the following required arguments were not provided:
      --expires <DATE>

    Usage: orgdrift suppression add --reason <TEXT> --owner <NAME> --expires <DATE> <KEY>

    For more information, try '--help'.
    ");
    let blank = ["suppression", "add", KEY, "--reason", " ", "--owner", "who", "--expires", "2026-12-31"];
    assert_snapshot!(bench.unchanged(&blank).text(), @"
    exit 2
    error: invalid value ' ' for '--reason <TEXT>': it is blank

    For more information, try '--help'.
    ");
    assert_snapshot!(bench.unchanged(&["suppression", "remove", "2"]).text(), @"
    exit 1
    error: there is no suppression 2
    hint: `orgdrift suppression list --all` shows their numbers
    ");
    assert_snapshot!(bench.unchanged(&["suppression", "list", "--all", "--lapsing", "3"]).text(), @"
    exit 2
    error: the argument '--all' cannot be used with '--lapsing <DAYS>'

    Usage: orgdrift suppression list --all

    For more information, try '--help'.
    ");
    let empty = Bench::empty();
    assert_snapshot!(add(&empty, &[KEY], "2026-12-31").text(), @"
    exit 1
    error: there is no warehouse at orgdrift.db
    hint: run `orgdrift demo` for a first look, or `orgdrift init` for a warehouse of your own
    ");
    assert!(!empty.db().exists());
}

#[test]
fn what_people_wrote_is_shown_and_never_obeyed() {
    let bench = Bench::with_demo();
    let reason = "merge\u{1b}[31m is\nplanned \u{202e}=1+1";
    let owner = "=HYPERLINK(\"http://evil\")";
    bench
        .run(&["suppression", "add", KEY, "--reason", reason, "--owner", owner, "--expires", "2026-12-31"])
        .expect(0)
        .silent_about(&["\u{1b}", "merge", "HYPERLINK"]);
    let table = bench.run(&["suppression", "list"]).expect(0).out;
    assert!(
        !table.contains(['\u{1b}', '\u{202e}'])
            && table.contains("merge\\u{1b}[31m is planned \\u{202e}=1+1"),
        "{table}"
    );
    let csv = bench.run(&["suppression", "list", "--format", "csv"]).expect(0).out;
    assert!(!csv.contains('\u{1b}') && csv.contains("'=HYPERLINK"), "{csv}");
    let rows = json(bench.run(&["suppression", "list", "--json"]));
    assert_eq!((&rows[0]["reason"], &rows[0]["owner"]), (&reason.into(), &owner.into()), "JSON is exact");
}
