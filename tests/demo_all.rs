//! `demo --all`: the whole loop in one process, and the same typed by hand against `sandbox --demo`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use insta::assert_snapshot;
use serde_json::Value;

use crate::common::NOW;
use crate::common::bench::{BINARY, Bench};

/// A file beside the warehouse, as JSON.
fn json(bench: &Bench, name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(bench.path(name)).unwrap()).unwrap()
}

#[test]
fn the_whole_loop_repairs_four_and_leaves_what_a_colleague_changed() {
    let bench = Bench::empty();
    let told = bench.run(&["demo", "--all"]).expect(0);

    let commands: Vec<&str> = told.out.lines().filter_map(|line| line.strip_prefix("$ orgdrift ")).collect();
    let hash = bench.value("select plan_hash from plans");
    assert_eq!(
        commands,
        [
            "demo",
            "apply 1",
            &format!("apply 1 --apply --confirm-plan-hash {hash}"),
            "receipt show 1",
            "receipt verify",
            "ingest zendesk",
            "audit",
            "export exceptions --output exceptions_by_account.csv",
            "prove 1",
        ]
    );
    assert_eq!(
        bench.rows(
            "select mode, outcome, count(*) from receipts where action is not null and outcome <> 'blocked'
             group by mode, outcome order by mode, outcome"
        ),
        ["dry_run|would_apply|5", "live|applied|4", "live|skipped_stale|1"]
    );
    assert_eq!(
        bench.rows("select action, reason from receipts where outcome = 'skipped_stale'"),
        ["add_org_domain|domain_names_are_expected"]
    );
    let receipt = json(&bench, "apply_receipt.json");
    assert_eq!(receipt["source_plan_hash"], hash);
    assert_eq!(
        receipt["writes"],
        serde_json::json!({
            "salesforce": 0,
            "zendesk_tickets": 0,
            "zendesk_organizations": 1,
            "zendesk_organization_memberships": 3,
            "other": 0,
        })
    );
    assert_eq!(json(&bench, "fix_plan.json")["plan_hash"], hash);
    // The triage file is that of the second audit.
    let triage = std::fs::read_to_string(bench.path("exceptions_by_account.csv")).unwrap();
    assert!(triage.contains("Acme Retail") && !triage.contains("Acme Healthcare"), "{triage}");
    // Four issues less, and no new one.
    assert_eq!(bench.rows("select run_id, count(*) from issues group by run_id"), ["1|12", "2|8"]);
    assert_eq!(
        bench.rows("select change, count(*) from issue_changes where run_id = 2 group by change"),
        ["resolved|4"]
    );
    let told_of = |line: &str| told.err.lines().chain(told.out.lines()).any(|told| told == line);
    assert!(told_of("4 of 5 issues resolved"), "{}", told.err);
    assert!(
        told_of("The sandbox was asked 52 times, 4 of them to change something, 0 of these a ticket."),
        "{}",
        told.out
    );

    // Nothing is overwritten by a second demo.
    assert_snapshot!(bench.unchanged(&["demo", "--all"]).text(), @r"
    exit 5
    error: orgdrift.db is there already
    hint: run the full cycle in an empty folder, or name another file: orgdrift demo --all --db loop.db
    ");
}

#[test]
fn the_whole_loop_runs_beside_a_file_with_any_name() {
    let bench = Bench::empty();
    let told = bench.run(&["demo", "--all", "--db", "the loop.db"]).expect(0);
    assert!(told.out.contains("$ orgdrift apply 1 --db 'the loop.db'\n"), "{}", told.out);
    assert!(bench.path("the loop.db").exists() && !bench.db().exists());
    for (arguments, said) in [
        (["demo", "--all", "--json"], "cannot be used with"),
        (["demo", "--all", "--output=loop.txt"], "unexpected argument '--output'"),
    ] {
        let told = Bench::empty().run(&arguments).expect(2);
        assert!(told.err.contains(said), "{}", told.err);
    }
}

/// `orgdrift sandbox --demo`, until it is dropped.
struct Served {
    process: Child,
    variables: Vec<(String, String)>,
}

impl Served {
    fn start(bench: &Bench, now: &str) -> Self {
        let mut command = bench.command(&["sandbox", "--demo", "--json"]);
        command.env("ORGDRIFT_TEST_NOW", now);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let variable =
            |name: &str, member: &str| (name.to_owned(), said[member].as_str().unwrap().to_owned());
        let variables = vec![
            variable("ORGDRIFT_ZENDESK_URL", "url"),
            variable("ZENDESK_SUBDOMAIN", "subdomain"),
            variable("ZENDESK_OAUTH_TOKEN", "token"),
        ];
        Self { process, variables }
    }

    /// Runs a command at a time of the demo's day.
    fn run(&self, bench: &Bench, now: &str, arguments: &[&str]) -> (i32, String) {
        let mut command = Command::new(BINARY);
        command.env_clear().env("ORGDRIFT_TEST_NOW", now).envs(self.variables.iter().cloned());
        let output = command.current_dir(bench.path("")).args(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(text).unwrap())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_same_can_be_typed_by_hand() {
    let bench = Bench::empty();
    let served = Served::start(&bench, NOW);
    let run = |arguments: &[&str]| served.run(&bench, NOW, arguments);
    assert_eq!(run(&["demo"]).0, 0);
    assert_eq!(run(&["apply", "latest"]).0, 0);
    let hash = bench.value("select plan_hash from plans");
    // The file of the plan is as good as its number.
    let (code, text) = run(&["apply", "fix_plan.json", "--apply", "--confirm-plan-hash", &hash]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("plan 1 applied: 5 applied, 7 blocked"), "{text}");
    // The sandbox's clock stands, too: nothing that it read can be said to have begun after the apply.
    assert_eq!(run(&["ingest", "zendesk"]).0, 0);
    assert_eq!(run(&["audit"]).0, 0);
    let (code, text) = run(&["prove", "1"]);
    assert_eq!(code, 6, "{text}");
    assert_eq!(bench.rows("select run_id, count(*) from issues group by run_id"), ["1|12", "2|7"]);
    assert_eq!(run(&["receipt", "verify"]).0, 0);
}

#[test]
fn it_can_be_typed_next_year_as_well() {
    const NEXT_YEAR: &str = "2027-11-28T09:00:00Z";
    let bench = Bench::empty();
    let served = Served::start(&bench, NEXT_YEAR);
    let run = |typed: &str| served.run(&bench, NEXT_YEAR, &typed.split(' ').collect::<Vec<_>>());
    assert_eq!(run("demo").0, 0);
    // The records of the demo are of its own day, so they are read again; its accounts are bundled.
    assert_eq!(run("apply 1").0, 5);
    for typed in ["ingest zendesk", "audit", "plan"] {
        let (code, text) = run(typed);
        assert_eq!(code, 0, "{text}");
    }
    let (code, text) = run("apply latest");
    assert_eq!(code, 5, "{text}");
    let hint = text.lines().find_map(|line| line.strip_prefix("hint: ")).unwrap();
    assert_eq!(hint, "a rehearsal may use older accounts: orgdrift apply 2 --max-accounts-age 392");
    let (code, text) = run(hint.split_once("orgdrift ").unwrap().1);
    assert_eq!(code, 0, "{text}");
    // What it says is typed as it stands.
    let next = text.lines().find_map(|line| line.strip_prefix("next: orgdrift ")).unwrap();
    let (code, text) = run(next);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("5 applied"), "{text}");
}
