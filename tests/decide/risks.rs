//! Risks that somebody accepts: what they lift, what they do not, and who is named for it.

use serde_json::Value;

use super::grid::Grid;
use super::{ASSIGN, decide};
use crate::common::bench::{Bench, Told};
use crate::common::sandbox::TestSandbox;
use crate::workbook::export;

/// The user of [`ASSIGN`], of Acme Retail.
const USER: i64 = 21_700_000_004_231;
/// Organizations of Acme Retail and Acme Labs.
const RETAIL: i64 = 21_700_000_001_078;
const LABS: i64 = 21_700_000_001_052;

/// What the newest run says of the issue.
const SAID: &str = "select disposition, blocked_reason, accepted_by from latest_issues
     where issue_key = 'user_missing_expected_membership/21700000004231'";

/// The demo's folder with another user, read an hour later.
fn read(bench: &Bench, taken_at: &str, change: impl Fn(&mut Value)) {
    let folder = taken_at.replace(':', "-");
    bench.copy("fixtures/demo/zendesk", &folder);
    let file = format!("{folder}/users.ndjson");
    let users = std::fs::read_to_string(bench.path(&file)).unwrap();
    let changed = users.lines().map(|line| {
        let mut user: Value = serde_json::from_str(line).unwrap();
        if user["id"] == USER {
            change(&mut user);
        }
        user.to_string() + "\n"
    });
    bench.write(&file, changed.collect::<String>());
    bench.run(&["ingest", "zendesk", "--from", &folder, "--taken-at", taken_at]).expect(0);
    bench.run(&["audit"]).expect(0);
}

fn unverified(user: &mut Value) {
    user["verified"] = false.into();
}

/// In the organization of another customer, and unverified.
fn foreign(user: &mut Value) {
    user["organization_id"] = LABS.into();
    user["verified"] = false.into();
}

/// Writes something into the row of the issue of the newest workbook, hands it in, and audits.
fn say(bench: &Bench, decision: &str, note: &str) -> Told {
    let mut grid = Grid::of(&export(bench, &[]), "Issues");
    grid.text(ASSIGN, "Decision", decision);
    grid.text(ASSIGN, "Note", note);
    grid.save(&bench.path("said.xlsx"));
    let told = decide(bench, "said.xlsx").expect(0);
    bench.run(&["audit"]).expect(0);
    told
}

fn fingerprint(bench: &Bench) -> String {
    export(bench, &[]);
    bench.value(&format!(
        "select fingerprint from _issue_details
         where issue_key = '{ASSIGN}' and run_id = (select max(run_id) from runs)"
    ))
}

/// A command that asks an account.
fn live(bench: &Bench, sandbox: &TestSandbox, arguments: &[&str]) -> Told {
    let mut command = bench.live_command(sandbox, arguments);
    command.env("ORGDRIFT_TEST_SETTLE", "1");
    bench.run_command(command)
}

#[test]
fn an_accepted_risk_is_lifted_planned_and_applied_and_who_took_it_is_named() {
    let bench = Bench::with_demo();
    read(&bench, "2026-11-02T06:30:00Z", unverified);
    assert_eq!(bench.rows(SAID), ["blocked|user_email_unverified|~"]);
    let before = fingerprint(&bench);
    say(&bench, "accept_risk", "called them");
    assert_eq!(bench.rows(SAID), ["prepared|~|Dana Scully"]);
    assert_eq!(fingerprint(&bench), before, "a sheet of before still matches");
    insta::assert_snapshot!(
        bench.value(&format!("select reason from latest_issues where issue_key = '{ASSIGN}'")),
        @"User 21700000004231 has a domain of account 001ACME00500000YDA, but is no member of organization 21700000001078. Somebody accepted the risk that stood against the repair."
    );
    bench.run(&["audit"]).expect(0);
    assert_eq!(bench.value("select count(*) from runs"), "3", "nothing changed since");
    // A fix beside it is welcome and ends nothing.
    say(&bench, "fix", "called them");
    assert_eq!(bench.rows(SAID), ["prepared|~|Dana Scully"]);
    assert_eq!(
        bench.rows("select decision, is_in_force from decisions order by decision_id"),
        ["accept_risk|1", "fix|1"]
    );

    let plan = bench.run(&["plan", "--approved", "--json"]).expect(0);
    let plan: Value = serde_json::from_str(&plan.out).unwrap();
    assert_eq!(plan["actions"].as_array().unwrap().len(), 1);
    assert_eq!(plan["actions"][0]["accepted_risk"], "user_email_unverified");
    assert_eq!(plan["filters"]["accepted_risks"], serde_json::json!([ASSIGN]));
    assert_eq!(plan["accepted_by"][ASSIGN], "Dana Scully");
    let checks = plan["actions"][0]["preconditions"].to_string();
    assert!(
        !checks.contains("address_is_verified") && checks.contains("email_domain_is_expected"),
        "{checks}"
    );
    assert_eq!(bench.value("select count(*) from _plans where canonical like '%Dana%'"), "0");
    let shown = bench.run(&["plan", "show", "latest"]).expect(0);
    assert!(shown.out.contains("risk accepted by Dana Scully"), "{}", shown.out);
    let csv = bench.run(&["plan", "show", "latest", "--format", "csv"]).expect(0).out;
    assert!(csv.lines().next().unwrap().contains(",accepted_by") && csv.contains("Dana Scully"), "{csv}");
    bench.run(&["plan", "show", "latest", "--output", "fix_plan.json"]).expect(0);

    // The account is as it was read.
    let sandbox = TestSandbox::demo();
    sandbox.sandbox.change(|world| {
        let mut user = world.user(USER).unwrap();
        unverified(&mut user);
        world.put_user(&user.to_string()).unwrap();
    });
    live(&bench, &sandbox, &["apply", "fix_plan.json"]).expect(0);
    assert_eq!(bench.rows("select outcome from receipts"), ["would_apply"]);
    let hash = plan["plan_hash"].as_str().unwrap();
    live(&bench, &sandbox, &["apply", "latest", "--apply", "--confirm-plan-hash", hash]).expect(0);
    assert_eq!(
        bench.rows("select outcome, accepted_by from receipts where mode = 'live'"),
        ["applied|Dana Scully"]
    );
    let receipt = bench.run(&["receipt", "show", "latest", "--json"]).expect(0);
    let receipt: Value = serde_json::from_str(&receipt.out).unwrap();
    assert_eq!(receipt["actions"][0]["accepted_by"], "Dana Scully");
    assert!(!receipt["actions"][0]["checked_live"].to_string().contains("verified"), "{receipt:#}");
    let shown = bench.run(&["receipt", "show", "latest"]).expect(0);
    assert!(shown.out.contains("risk accepted by Dana Scully"), "{}", shown.out);
    bench.run(&["receipt", "verify"]).expect(0);
    let members = sandbox.get(&format!("/api/v2/users/{USER}/organization_memberships.json"));
    assert!(members.json.to_string().contains(&RETAIL.to_string()), "{}", members.json);
}

#[test]
fn another_fact_ends_an_accepted_risk() {
    let bench = Bench::with_demo();
    read(&bench, "2026-11-02T06:30:00Z", unverified);
    say(&bench, "accept_risk", "called them");
    // Verified meanwhile: nothing is to be lifted, and what was decided does not count as approval.
    read(&bench, "2026-11-02T06:40:00Z", |_| {});
    assert_eq!(bench.rows(SAID), ["prepared|~|~"]);
    assert_eq!(bench.value("select is_in_force from decisions"), "0");
    bench.run(&["plan", "--approved"]).expect(1);
    // Another reason stands before the one that was lifted.
    read(&bench, "2026-11-02T06:50:00Z", foreign);
    assert_eq!(bench.rows(SAID), ["blocked|user_belongs_to_other_account|~"]);
    // As it was decided about: it holds again.
    read(&bench, "2026-11-02T06:55:00Z", unverified);
    assert_eq!(bench.rows(SAID), ["prepared|~|Dana Scully"]);
}

#[test]
fn a_risk_that_is_taken_back_refuses_the_repair_and_its_plan() {
    let bench = Bench::with_demo();
    read(&bench, "2026-11-02T06:30:00Z", unverified);
    say(&bench, "accept_risk", "called them");
    let plan = bench.run(&["plan", "--approved", "--json"]).expect(0);
    let plan: Value = serde_json::from_str(&plan.out).unwrap();
    say(&bench, "", "");
    assert_eq!(bench.rows(SAID), ["blocked|user_email_unverified|~"]);
    let hash = plan["plan_hash"].as_str().unwrap();
    let sandbox = TestSandbox::demo();
    let told = live(&bench, &sandbox, &["apply", "latest", "--apply", "--confirm-plan-hash", hash]).expect(5);
    assert!(told.err.contains("suppressions or accepted risks changed since plan"), "{}", told.err);
    bench.run(&["plan", "--approved"]).expect(1);
    // The run of before says what it said.
    assert_eq!(
        bench.rows(&format!("select accepted_by from issues where issue_key = '{ASSIGN}' order by run_id")),
        ["~", "~", "Dana Scully", "~"]
    );
}

#[test]
fn only_the_first_reason_is_lifted() {
    let bench = Bench::with_demo();
    read(&bench, "2026-11-02T06:30:00Z", foreign);
    assert_eq!(bench.rows(SAID), ["blocked|user_belongs_to_other_account|~"]);
    let before = fingerprint(&bench);
    say(&bench, "accept_risk", "works for both");
    assert_eq!(bench.rows(SAID), ["blocked|user_email_unverified|Dana Scully"]);
    assert_eq!(fingerprint(&bench), before);
    // There is no repair that could be approved.
    let plan = bench.run(&["plan", "--approved", "--json"]).expect(0);
    let plan: Value = serde_json::from_str(&plan.out).unwrap();
    assert_eq!(plan["actions"].as_array().unwrap().len(), 0);
    assert_eq!(plan["refusals"][0]["reason"], "user_email_unverified");
}
