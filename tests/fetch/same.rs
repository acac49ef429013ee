//! What comes over HTTP is what lies in the folder.

use std::fs;
use std::path::Path;

use orgdrift::sandbox::{Options, World};
use orgdrift::warehouse::Warehouse;
use serde_json::Value;

use super::{
    VIEWS, all_rows, assert_same, generous, moment, names, sandbox_of, without_deleted, write_company,
};
use crate::common::bench::Bench;
use crate::common::demo::write_files;
use crate::common::faults::{Fault, Which};
use crate::common::sandbox::TestSandbox;
use crate::common::{clock_at, times};
use crate::model;

const NEW_FOLDER: [&str; 6] = [
    "account_settings.json",
    "manifest.json",
    "organization_memberships.ndjson.gz",
    "organizations.ndjson.gz",
    "tickets.ndjson.gz",
    "users.ndjson.gz",
];

/// Ingests the folder `zendesk` into one warehouse and the account of a sandbox into another, and compares.
fn compare(bench: &Bench, sandbox: &TestSandbox) {
    bench
        .run(&["ingest", "salesforce", "accounts.csv", "--accept-folded", "--taken-at", "2026-01-01"])
        .expect(0);
    let before = fs::read(bench.db()).unwrap();
    without_deleted(bench);
    let moment = moment(&bench.path("zendesk"));
    // Under the name by which the records are served.
    let name = sandbox.sandbox.look(|world| world.subdomain().to_owned());
    let living = ["ingest", "zendesk", "--from", "living", "--taken-at", &moment, "--subdomain", &name];
    bench.run(&living).expect(0);
    bench.run(&["audit"]);
    let expected = all_rows(bench);

    fs::write(bench.db(), &before).unwrap();
    bench.run_live(sandbox, &["ingest", "zendesk", "--rate-share", "100"]).expect(0);
    bench.run(&["audit"]);
    assert_same(&all_rows(bench), &expected);
    assert_eq!(bench.value("select taken_at_source from snapshots where source = 'zendesk'"), "api");
    assert!(!bench.path("orgdrift.db.staging").exists(), "the folder is gone when it was ingested");

    fs::write(bench.db(), &before).unwrap();
    bench.run_live(sandbox, &["fetch", "zendesk", "fetched", "--rate-share", "100"]).expect(0);
    assert_eq!(names(&bench.path("fetched")), NEW_FOLDER);
    bench.run(&["ingest", "zendesk", "--from", "fetched"]).expect(0);
    bench.run(&["audit"]);
    assert_same(&all_rows(bench), &expected);
}

#[test]
fn the_demo_over_http_is_the_demo() {
    let bench = Bench::empty();
    write_files(&bench.path(""));
    compare(&bench, &sandbox_of(&bench.path("zendesk")));
    assert_eq!(bench.value("select count(*) from issues"), "12");
}

/// How many records a folder has.
fn record_count(folder: &Path) -> usize {
    ["organizations", "users", "organization_memberships", "tickets"]
        .map(|file| fs::read_to_string(folder.join(format!("{file}.ndjson"))).unwrap().lines().count())
        .iter()
        .sum()
}

#[test]
fn all_that_a_snapshot_shows_is_compared() {
    let bench = Bench::with_demo();
    let views = bench.rows(
        "select name from sqlite_schema where type = 'view'
         and name not glob 'latest_*' and name not glob 'link_*' and name not glob 'detect_*'
         and name not glob '_*' and name not glob 'salesforce_*' order by name",
    );
    // What is of no snapshot, or of several.
    let others = [
        "apply_attempts",
        "decisions",
        "issue_changes",
        "issue_history",
        "personal_domains",
        "plans",
        "receipts",
    ];
    let mut compared: Vec<&str> = VIEWS.into_iter().chain(others).collect();
    compared.sort_unstable();
    assert_eq!(views, compared);
}

#[test]
fn thousands_of_records_over_http_are_what_they_were() {
    let bench = Bench::empty();
    write_company(&bench, 150);
    let folder = bench.path("zendesk");
    let count = record_count(&folder);
    assert!(count > 3000, "{count} records");
    let sandbox = sandbox_of(&folder);
    compare(&bench, &sandbox);
    assert_eq!(
        bench.rows(
            "select collection, outcome, page_count > 1, is_end_of_stream_seen, reading from snapshot_collections
             where collection not in ('accounts', 'organizations') order by collection"
        ),
        [
            "organization_memberships|complete|1|1|walk",
            "tickets|complete|1|1|walk",
            "users|complete|1|1|walk"
        ]
    );
    let expected = all_rows(&bench);

    // What was read is served again, and read again.
    let (world, _) = World::from_snapshot(&Warehouse::open(&bench.db()).unwrap(), None).unwrap();
    let again = TestSandbox::start(world, generous(), clock_at(&moment(&folder)));
    let other = Bench::empty();
    other.write("accounts.csv", fs::read(bench.path("accounts.csv")).unwrap());
    other
        .run(&["ingest", "salesforce", "accounts.csv", "--accept-folded", "--taken-at", "2026-01-01"])
        .expect(0);
    other.run_live(&again, &["ingest", "zendesk", "--rate-share", "100"]).expect(0);
    other.run(&["audit"]);
    assert_same(&all_rows(&other), &expected);
}

#[test]
fn tickets_of_the_list_are_those_of_the_folder_that_are_not_archived() {
    let bench = Bench::empty();
    write_company(&bench, 60);
    let folder = bench.path("zendesk");
    let sandbox = sandbox_of(&folder);
    without_deleted(&bench);
    let moment = moment(&folder);
    // Archived is what was closed and has rested for 120 days; the list has no deleted tickets either.
    let archived_before =
        moment.parse::<jiff::Timestamp>().unwrap() - jiff::SignedDuration::from_hours(120 * 24);
    let is_listed = |ticket: &Value| {
        let updated_at: jiff::Timestamp = ticket["updated_at"].as_str().unwrap().parse().unwrap();
        ticket["status"] != "deleted" && (ticket["status"] != "closed" || updated_at >= archived_before)
    };
    let text = fs::read_to_string(bench.path("living/tickets.ndjson")).unwrap();
    let listed: Vec<&str> =
        text.lines().filter(|line| is_listed(&serde_json::from_str(line).unwrap())).collect();
    assert!(listed.len() > 100 && listed.len() < text.lines().count(), "{} tickets", listed.len());
    bench.write("living/tickets.ndjson", listed.join("\n"));
    let name = sandbox.sandbox.look(|world| world.subdomain().to_owned());
    let living = ["ingest", "zendesk", "--from", "living", "--taken-at", &moment, "--subdomain", &name];
    bench.run(&living).expect(0);
    let expected = all_rows(&bench);
    for through_folder in [false, true] {
        fs::remove_file(bench.db()).unwrap();
        if through_folder {
            bench.run_live(&sandbox, &["fetch", "zendesk", "fetched", "--tickets", "list"]).expect(0);
            bench.run(&["ingest", "zendesk", "--from", "fetched"]).expect(0);
        } else {
            let list = ["ingest", "zendesk", "--tickets", "list", "--rate-share", "100"];
            bench.run_live(&sandbox, &list).expect(0);
        }
        assert_same(&all_rows(&bench), &expected);
        assert_eq!(
            bench.value("select outcome, reason from snapshot_collections where collection = 'tickets'"),
            "bounded|archived_not_listed"
        );
    }
}

#[test]
fn companies_of_every_kind_over_http_are_the_companies() {
    for seed in 0..times("ORGDRIFT_HISTORIES", 2).min(20) {
        let bench = Bench::empty();
        model::generate::generate_whole(seed).write(&bench.path("")).unwrap();
        compare(&bench, &sandbox_of(&bench.path("zendesk")));
    }
}

#[test]
fn the_talk_of_a_live_ingest() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::demo();
    let told = bench.run_live(&sandbox, &["ingest", "zendesk"]).expect(0);
    insta::assert_snapshot!(told.text(), @"
    exit 0
    created orgdrift.db
    Zendesk lets a user belong to several organizations
    organizations: complete, 14 rows
    users: complete, 38 rows
    organization_memberships: complete, 32 rows
    tickets: complete, 48 rows
    snapshot 1 of zendesk taken at 2026-11-02T07:00:00Z
    next: orgdrift ingest salesforce FILE
    ");
    let told = bench.run_live(&sandbox, &["fetch", "zendesk", "my folder"]).expect(0);
    insta::assert_snapshot!(told.text(), @"
    exit 0
    organizations: complete, 14 rows in 1 page
    users: complete, 38 rows in 1 page
    organization_memberships: complete, 32 rows in 1 page
    tickets: complete, 48 rows in 1 page
    next: orgdrift ingest zendesk --from 'my folder'
    ");
}

#[test]
fn the_manifest_says_how_everything_was_read() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::demo();
    let told = bench.run_live(&sandbox, &["fetch", "zendesk", "fetched", "--json"]).expect(0);
    let manifest: Value = serde_json::from_str(&told.out).unwrap();
    let file = fs::read(bench.path("fetched/manifest.json")).unwrap();
    assert_eq!(manifest, serde_json::from_slice::<Value>(&file).unwrap());
    assert_eq!(manifest["subdomain"], "acme-demo.sandbox");
    assert_eq!(manifest["source"], "api");
    assert_eq!(manifest["state"], "complete");
    let users = &manifest["collections"]["users"];
    assert_eq!(
        (&users["listing"], &users["outcome"], &users["rows"], &users["pages"], &users["reading"]),
        (&"users".into(), &"complete".into(), &38.into(), &1.into(), &"walk".into())
    );
    // 2026-11-02T07:00:00Z, less two minutes.
    let time = users["continue_at"]["time"].as_i64().unwrap();
    assert!((1_793_602_680..1_793_602_690).contains(&time), "{time}");
    assert!(manifest["collections"]["tickets"]["continue_at"]["cursor"].is_string());
}

#[test]
fn only_what_is_kept_is_asked_for_and_written() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::demo();
    bench.run_live(&sandbox, &["fetch", "zendesk", "plain"]).expect(0);
    let told = bench.run_live(&sandbox, &["fetch", "zendesk", "subjects", "--with-subjects"]).expect(0);
    assert!(
        told.err.ends_with("next: orgdrift ingest zendesk --from subjects --with-subjects\n"),
        "{}",
        told.err
    );
    let text = |name: &str| {
        use std::io::Read;
        let mut text = String::new();
        let file = fs::File::open(bench.path(name).join("tickets.ndjson.gz")).unwrap();
        flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
        text
    };
    assert_eq!(text("plain").matches("\"subject\"").count(), 0);
    assert_eq!(text("subjects").matches("\"subject\"").count(), 48);
    for (fetched, word) in [("plain", "description"), ("subjects", "description"), ("plain", "address")] {
        assert!(!text(fetched).contains(word));
    }
    // A login, settings, three counts, four lists.
    let asked = sandbox.ledger();
    assert_eq!(asked.len(), 2 * 9);
    assert!(asked.iter().all(|entry| entry.method == "GET"));
}

#[test]
fn tickets_of_the_list_leave_archived_ones_out() {
    let bench = Bench::empty();
    write_files(&bench.path(""));
    let sandbox = sandbox_of(&bench.path("zendesk"));
    bench.run_live(&sandbox, &["ingest", "zendesk", "--tickets", "list"]).expect(0);
    assert_eq!(
        bench.rows(
            "select outcome, reason, row_count < 48 from snapshot_collections where collection = 'tickets'"
        ),
        ["bounded|archived_not_listed|1"]
    );
}

#[test]
fn a_window_of_tickets_is_the_same_from_the_account_and_from_a_folder() {
    let bench = Bench::empty();
    write_files(&bench.path(""));
    let sandbox = sandbox_of(&bench.path("zendesk"));
    let tickets = "select * from zendesk_tickets order by ticket_id";
    let proof = "select outcome, reason, bound_since, row_count from snapshot_collections where collection = 'tickets'";
    let moment = moment(&bench.path("zendesk"));
    let window = ["--since", "2026-09-01", "--taken-at", &moment];
    bench.run(&[&["ingest", "zendesk", "--from", "zendesk"][..], &window].concat()).expect(0);
    let expected = (bench.rows(tickets), bench.rows(proof));
    assert!(expected.0.len() > 5, "{expected:?}");
    fs::remove_file(bench.db()).unwrap();
    bench.run_live(&sandbox, &["ingest", "zendesk", "--since", "2026-09-01", "--keep"]).expect(0);
    assert_eq!((bench.rows(tickets), bench.rows(proof)), expected);

    // The folder that stays must not pass for one of all tickets.
    fs::rename(bench.path("orgdrift.db.staging"), bench.path("kept")).unwrap();
    fs::remove_file(bench.db()).unwrap();
    bench.run(&["ingest", "zendesk", "--from", "kept"]);
    assert_eq!(
        bench.value("select outcome from snapshot_collections where collection = 'tickets'"),
        "bounded"
    );
}

#[test]
fn an_account_whose_settings_are_unknown_is_read_all_the_same() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::start(
        World::empty("quiet", true),
        Options { rate_limit: 1000, ..generous() },
        clock_at("2026-11-02T06:00:00Z"),
    );
    sandbox.faults.on("/api/v2/account/settings", Which::From(1), Fault::status(403, None));
    let told = bench.run_live(&sandbox, &["ingest", "zendesk"]).expect(0);
    assert!(told.err.contains("the account's settings cannot be read"), "{}", told.err);
    assert_eq!(bench.value("select count(*) from zendesk_users"), "0");
}
