//! What a dry run says beforehand: how many requests it makes, and about how long they take.

use std::process::Command;

use super::Rehearsal;
use crate::common::bench::Told;
use crate::soak::company::{large, of_accounts, small};
use crate::soak::round::{Round, told};

/// The estimate of a dry run: the repairs, the requests, the time.
#[track_caller]
fn estimate(told: &Told) -> (u64, u64, String) {
    let line = told.err.lines().find(|line| line.starts_with("a dry run of ")).expect(&told.err);
    let words: Vec<&str> = line.split(' ').collect();
    let number = |word: &str| {
        let at = words.iter().position(|one| one.trim_end_matches([',', ':']).trim_end_matches('s') == word);
        words[at.expect(line) - 1].parse().unwrap()
    };
    let time = line.split("takes about ").nth(1).expect(line).split(" at ").next().unwrap();
    (number("repair"), number("request"), time.to_owned())
}

fn dry(round: &Round) -> Command {
    round.command(&["apply", "1", "--max-actions", "100", "--max-per-account", "9"])
}

#[test]
fn a_dry_run_says_how_many_requests_it_makes() {
    let it = Rehearsal::demo();
    let told = it.run(&["apply", "1"]).expect(0);
    let (repairs, requests, _) = estimate(&told);
    assert_eq!(repairs, 5);
    assert_eq!(requests, it.sandbox.ledger().len() as u64, "{}", told.err);
    assert!(
        told.err.lines().next().unwrap().starts_with("a dry run of "),
        "before anything else: {}",
        told.err
    );
    // What is said is no part of the receipt.
    let told = it.run(&["apply", "1", "--json"]).expect(0);
    let receipt: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(receipt["mode"], "dry_run");
    estimate(&told);
    let told = it.apply().expect(0);
    assert!(!told.err.contains("a dry run"), "{}", told.err);
}

#[test]
fn chains_of_all_repairs_are_counted_by_what_they_ask_for() {
    for company in [small(), large(), of_accounts(20)] {
        let round = Round::new(company);
        let told = told(dry(&round).output().unwrap()).expect(0);
        let (repairs, requests, time) = estimate(&told);
        assert_eq!(repairs, company.actions().len() as u64);
        // A hundred a minute, until the account says more. It does at once, so what is kept for a minute lasts longer than
        // was foretold: the settings, and the organization that all users come from.
        let minutes = requests / 100;
        assert!(minutes < 2 || time.contains("minutes"), "{requests} requests: {time}");
        let more = requests.checked_sub(round.sandbox.ledger().len() as u64).unwrap();
        assert!(more <= 2 * minutes, "{more} more were foretold, for {time}");
    }
}

#[test]
fn a_record_that_changed_needs_fewer_requests_than_were_foretold() {
    let round = Round::new(small());
    round.sandbox.sandbox.change(|world| {
        let mut organization = world.organization(21_000_000_000).unwrap();
        organization["external_id"] = "somebody-else-s".into();
        world.put_organization(&organization.to_string()).unwrap();
    });
    let told = told(dry(&round).output().unwrap()).expect(0);
    let (_, requests, _) = estimate(&told);
    assert!(requests > round.sandbox.ledger().len() as u64, "{}", told.err);
}

#[test]
fn a_token_that_is_asked_for_is_a_request_too() {
    let it = Rehearsal::demo();
    let mut command = it.command(&["apply", "1"]);
    for (name, value) in it.sandbox.environment() {
        if name == "ZENDESK_OAUTH_TOKEN" {
            command.env("ZENDESK_OAUTH_CLIENT_ID", "orgdrift").env("ZENDESK_OAUTH_CLIENT_SECRET", value);
        } else {
            command.env(name, value);
        }
    }
    let told = told(command.output().unwrap()).expect(0);
    let (_, requests, _) = estimate(&told);
    assert_eq!(requests, it.sandbox.ledger().len() as u64, "{}", told.err);
}
