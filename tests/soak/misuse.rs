//! What is refused, and that a refusal leaves everything as it was.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;

use super::company::{large, small, tiny};
use super::judge::writes;
use super::round::{Round, told};
use crate::common::bench::{Bench, Told};
use crate::common::clock_at;
use crate::common::faults::{Fault, Which};
use crate::common::sandbox::TestSandbox;

/// Runs a command that must be refused: no request that writes, and the warehouse as it was.
#[track_caller]
fn refused(round: &Round, arguments: &[&str], code: i32) -> Told {
    refused_as(round, round.command(arguments), code)
}

#[track_caller]
fn refused_as(round: &Round, mut command: std::process::Command, code: i32) -> Told {
    let before = round.bench.dump();
    let sent = writes(&round.sandbox.ledger());
    let told = told(command.output().unwrap()).expect(code);
    round.bench.dump().assert_same(&before);
    assert_eq!(writes(&round.sandbox.ledger()), sent, "a request that writes was sent");
    assert_eq!(told.out, "");
    told
}

/// An apply of the plan with these options beside what is needed.
fn live<'a>(round: &Round, plan: &'a str, options: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["apply", plan, "--apply", "--confirm-plan-hash", &round.company.hash];
    arguments.extend(options);
    arguments
}

#[test]
fn without_the_hash_that_was_looked_at_nothing_is_written() {
    let round = Round::new(tiny());
    let told = refused(&round, &["apply", "1", "--apply"], 2);
    assert!(told.err.contains("--confirm-plan-hash"), "{}", told.err);
    let other = "0".repeat(64);
    // Under caps that the plan is within: nothing but the hash is wrong. A dry run may be told one, too.
    let caps = ["--max-actions", "40", "--max-per-account", "9"];
    for mode in [&["--apply"][..], &[]] {
        let arguments = [&["apply", "1", "--confirm-plan-hash", &other], mode, &caps].concat();
        let told = refused(&round, &arguments, 5);
        assert!(told.err.contains(&format!("but {other} was confirmed")), "{}", told.err);
        assert!(told.err.contains("hint: "), "{}", told.err);
    }
    refused(&round, &["apply", "1", "--apply", "--confirm-plan-hash", "abc"], 2);
    assert_eq!(round.sandbox.ledger().len(), 0, "a refusal needs no request");
}

#[test]
fn a_plan_over_a_cap_is_refused_whole_and_the_plan_that_is_named_fits() {
    let round = Round::new(small());
    for (options, hint) in [
        (["--max-actions", "9", "--max-per-account", "5"], "--limit 9 --per-account 5"),
        (["--max-actions", "10", "--max-per-account", "4"], "--limit 10 --per-account 4"),
        (["--max-actions", "25", "--max-per-account", "3"], "--limit 25 --per-account 3"),
    ] {
        let told = refused(&round, &live(&round, "1", &options), 5);
        let hint = format!("orgdrift plan {hint}");
        assert!(told.err.contains(&hint), "{}", told.err);
        assert_eq!(round.sandbox.ledger().len(), 0, "the caps are looked at before any request");
        // Typing what it says gives a plan that these caps let through.
        let words: Vec<&str> = hint.split(' ').skip(1).collect();
        let mut json = words.clone();
        json.push("--json");
        let plan: Value = serde_json::from_str(&round.run(&json).expect(0).out).unwrap();
        let smaller = plan["plan_hash"].as_str().unwrap();
        let mut dry = vec!["apply", smaller];
        dry.extend(options);
        let other = Round::new(small());
        other.run(&words).expect(0);
        let told = told_of(&other, &dry);
        assert_eq!(told.code, 0, "{}", told.err);
    }
    // What fits exactly is no refusal.
    let options = ["--max-actions", "10", "--max-per-account", "5"];
    round.run(&live(&round, "1", &options)).expect(0);
}

fn told_of(round: &Round, arguments: &[&str]) -> Told {
    told(round.command(arguments).output().unwrap())
}

#[test]
fn a_plan_is_used_once() {
    let round = Round::new(tiny());
    round.finish().expect(0);
    let judgement = round.judge();
    assert_eq!(judgement.bad, [""; 0]);
    let told = refused_as(&round, round.apply(), 5);
    assert!(told.err.contains("was applied already") && told.err.contains("receipt show 1"), "{}", told.err);
    refused(&round, &["apply", "1", "--max-per-account", "9"], 5);
    assert_eq!(round.judge().bad, [""; 0]);
}

#[test]
fn a_plan_that_was_changed_is_refused() {
    let round = Round::new(tiny());
    round.run(&["plan", "show", "1", "--output", "plan.json", "--json"]).expect(0);
    let file = round.bench.path("plan.json");
    let text = fs::read_to_string(&file).unwrap();
    // As it is, it may be named by its file.
    round.run(&["apply", "plan.json", "--max-per-account", "9"]).expect(0);
    fs::write(&file, text.replace("s0-more-demo.com", "evil-demo.com")).unwrap();
    refused(&round, &live(&round, "plan.json", &["--max-per-account", "9"]), 5);

    let round = Round::new(tiny());
    let connection = Connection::open(round.db()).unwrap();
    let trigger: String = connection
        .query_row("select sql from sqlite_schema where name = '_plans_update'", [], |row| row.get(0))
        .unwrap();
    connection
        .execute_batch(&format!(
            "drop trigger _plans_update;
             update _plans set canonical = replace(canonical, 's0-more-demo.com', 'evil-demo.com');
             {trigger};"
        ))
        .unwrap();
    drop(connection);
    let told = refused(&round, &live(&round, "1", &["--max-per-account", "9"]), 5);
    assert!(told.err.contains("it was changed"), "{}", told.err);
    assert_eq!(round.sandbox.ledger().len(), 0);
}

#[test]
fn a_plan_of_another_account_is_refused() {
    let round = Round::new(tiny());
    let mut command = round.apply();
    command.env("ZENDESK_SUBDOMAIN", "elsewhere");
    let told = refused_as(&round, command, 5);
    assert!(told.err.contains("soak") && told.err.contains("elsewhere"), "{}", told.err);
    assert_eq!(round.sandbox.ledger().len(), 0);
}

#[test]
fn a_plan_of_older_records_is_refused() {
    let round = Round::new(tiny());
    round.company.write_folder(&round.bench, "2026-11-02T06:30:00Z");
    round.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
    let told = refused_as(&round, round.apply(), 5);
    assert!(told.err.contains("outdated"), "{}", told.err);
    assert_eq!(round.sandbox.ledger().len(), 0);
}

#[test]
fn a_plan_of_records_that_are_too_old_is_refused_by_the_time_of_the_server() {
    let round = Round::new(tiny());
    let told = refused(&round, &live(&round, "1", &["--max-per-account", "9", "--max-plan-age", "0"]), 5);
    assert!(told.err.contains("more than 0 hours ago"), "{}", told.err);
    assert_eq!(round.sandbox.ledger().len(), 0);
    // This machine says 07:00, the server the next evening.
    round.sandbox.sandbox.set_clock(clock_at("2026-11-03T06:00:01Z"));
    let told = refused_as(&round, round.apply(), 5);
    assert!(told.err.contains("more than 24 hours ago"), "{}", told.err);
    round.sandbox.sandbox.set_clock(clock_at("2026-11-03T05:59:59Z"));
    round.finish().expect(0);
}

#[test]
fn without_good_credentials_nothing_is_asked_or_written() {
    let round = Round::new(tiny());
    let mut command = round.apply();
    command.env_remove("ZENDESK_OAUTH_TOKEN");
    refused_as(&round, command, 4);
    assert_eq!(round.sandbox.ledger().len(), 0);
    let mut command = round.apply();
    command.env("ZENDESK_OAUTH_TOKEN", "another-token-of-32-characters-xx");
    let told = refused_as(&round, command, 4);
    assert!(!told.err.contains("another-token"), "{}", told.err);
}

#[test]
fn a_plan_without_a_repair_is_refused() {
    let bench = Bench::with_demo();
    let sandbox = TestSandbox::demo();
    // Acme Biotech has one issue, which a person must decide.
    let plan = bench.run(&["plan", "--account", "001ACME00200000YDA", "--json"]).expect(0);
    let plan: Value = serde_json::from_str(&plan.out).unwrap();
    assert_eq!(
        (plan["actions"].as_array().unwrap().len(), plan["refusals"].as_array().unwrap().len()),
        (0, 1)
    );
    let before = bench.dump();
    let hash = plan["plan_hash"].as_str().unwrap();
    for arguments in [vec!["apply", hash], vec!["apply", hash, "--apply", "--confirm-plan-hash", hash]] {
        let mut command = bench.command(&arguments);
        command.envs(sandbox.environment());
        let told = told(command.output().unwrap()).expect(5);
        assert!(told.err.contains("has nothing to repair"), "{}", told.err);
    }
    bench.dump().assert_same(&before);
    assert_eq!(sandbox.ledger().len(), 0);
}

#[test]
fn of_many_applies_at_once_one_works() {
    for count in [2, 20] {
        let round = Round::new(large());
        // Long enough for all of them to come in time.
        round.sandbox.faults.on_writes("/", Which::From(1), Fault::Latency(Duration::from_millis(120)));
        let children: Vec<_> = (0..count)
            .map(|_| round.apply().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
            .collect();
        let mut codes: Vec<i32> = children
            .into_iter()
            .map(|child| {
                let told = told(child.wait_with_output().unwrap());
                assert!(told.code != 8 || told.err.contains("process "), "{}", told.err);
                told.code
            })
            .collect();
        codes.sort_unstable();
        let mut wanted = vec![8; count];
        wanted[0] = 0;
        assert_eq!(codes, wanted);
        let judgement = round.judge();
        assert_eq!(judgement.bad, [""; 0]);
        assert_eq!(judgement.outcomes["applied"], 27);
    }
}
