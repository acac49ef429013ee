//! Live readings: a sandbox is asked over HTTP, and what a warehouse then holds is compared with the folder
//! that the sandbox was made from.

mod continued;
mod display;
mod interrupted;
mod refused;
mod same;
mod scripted;

use std::fs;
use std::path::Path;

use orgdrift::clock;
use orgdrift::sandbox::{Options, World};
use serde_json::Value;

use crate::common::bench::Bench;
use crate::common::clock_at;
use crate::common::sandbox::TestSandbox;
use crate::generator::company::Company;

/// The views of a snapshot's records, and of what an audit makes of them.
const VIEWS: [&str; 16] = [
    "zendesk_organizations",
    "zendesk_organization_domains",
    "zendesk_organization_keys",
    "zendesk_users",
    "zendesk_organization_memberships",
    "zendesk_tickets",
    "account_links",
    "issues",
    "exceptions_by_account",
    "organization_findings",
    "user_findings",
    "ticket_findings",
    "causes",
    "organization_activity",
    "ticket_accounts",
    "user_accounts",
];

/// An account without limits.
fn generous() -> Options {
    Options { rate_limit: 1_000_000, export_limit: 1_000_000, tickets_limit: 1_000_000, ..Options::default() }
}

/// When an account that is made of a folder is read: two minutes after the folder was, because the export
/// holds the tickets of the last minute back.
fn moment(folder: &Path) -> String {
    let manifest = fs::read(folder.join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    clock::seconds_after(manifest["taken_at"].as_str().unwrap(), 120)
}

/// A sandbox of a folder.
fn sandbox_of(folder: &Path) -> TestSandbox {
    let world = World::from_folder(folder).unwrap();
    TestSandbox::start(world, generous(), clock_at(&moment(folder)))
}

/// A copy of the folder `zendesk`, named `living`, without what was deleted: lists do not have it.
fn without_deleted(bench: &Bench) {
    bench.copy_within("zendesk", "living");
    let is_deleted = |record: &Value| record["active"] == false || record["deleted_at"].is_string();
    for file in ["users", "organizations"] {
        let name = format!("living/{file}.ndjson");
        let text = fs::read_to_string(bench.path(&name)).unwrap();
        let living = text.lines().filter(|line| !is_deleted(&serde_json::from_str::<Value>(line).unwrap()));
        bench.write(&name, living.map(|line| format!("{line}\n")).collect::<String>());
    }
}

/// A made-up company: `accounts.csv` and the folder `zendesk`.
fn write_company(bench: &Bench, accounts: u64) {
    let company = Company { accounts, seed: 7, change: 10, generation: 0, is_slim: true };
    company.write(&bench.path("")).unwrap();
}

/// The rows of all views, all snapshots and runs. What differs by the way a snapshot came is left out.
fn all_rows(bench: &Bench) -> Vec<String> {
    let mut all = Vec::new();
    for view in VIEWS {
        let mut rows = bench.rows(&format!("select * from {view}"));
        rows.sort();
        all.push(format!("{view}: {} rows", rows.len()));
        all.extend(rows);
    }
    all
}

#[track_caller]
fn assert_same(found: &[String], expected: &[String]) {
    let at = found.iter().zip(expected).take_while(|(found, expected)| found == expected).count();
    assert!(found == expected, "found: {:?}\nexpected: {:?}", found.get(at), expected.get(at));
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
