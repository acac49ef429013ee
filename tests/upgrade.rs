//! Warehouses of older schemas, frozen with rows in them: this orgdrift brings them up to date.
//!
//! `fixtures/db/v1.sql` was written by an orgdrift of schema 1, and so was what its own views said of it:
//! `v1.expected.txt` holds queries, each with its rows below. The same for every later schema. One word of theirs is another
//! by now: an account with prepared and blocked issues was `blocked` and is `partly_ready`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;

use orgdrift::warehouse::SCHEMA_VERSION;
use rusqlite::Connection;

use crate::common::bench::Bench;
use crate::common::root;

/// A folder with the frozen warehouse of schema 1.
fn frozen() -> Bench {
    frozen_of(1)
}

pub(crate) fn frozen_of(version: u32) -> Bench {
    let bench = Bench::empty();
    let sql = text_of(&format!("v{version}.sql"));
    Connection::open(bench.db()).unwrap().execute_batch(&sql).unwrap();
    bench
}

/// A frozen text, packed or not.
fn text_of(name: &str) -> String {
    let path = root().join("fixtures/db").join(name);
    fs::read_to_string(&path).unwrap_or_else(|_| {
        let packed = fs::File::open(path.with_file_name(format!("{name}.gz"))).unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(packed).read_to_string(&mut text).unwrap();
        text
    })
}

/// The queries and their rows, as the older orgdrift answered them.
fn expected(version: u32) -> Vec<(String, Vec<String>)> {
    let text = text_of(&format!("v{version}.expected.txt"));
    let mut expected: Vec<(String, Vec<String>)> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("  ") {
            Some(row) => expected.last_mut().unwrap().1.push(row.to_owned()),
            None => expected.push((line.to_owned(), Vec::new())),
        }
    }
    assert!(expected.len() > 10 && expected.iter().all(|(_, rows)| !rows.is_empty()));
    expected
}

#[test]
fn a_warehouse_of_schema_1_is_upgraded_and_says_the_same() {
    let bench = frozen();
    assert_eq!(bench.value("pragma user_version"), "1");
    assert_eq!(bench.rows("select name from sqlite_schema where type = 'view'"), [""; 0]);
    let told = bench.run(&["init"]).expect(0);
    assert!(told.err.contains("orgdrift.db.v1-backup"), "{}", told.err);
    assert_eq!(bench.value("pragma user_version"), SCHEMA_VERSION.to_string());
    for (query, rows) in expected(1) {
        assert_eq!(bench.rows(&query), rows, "{query}");
    }
    assert_eq!(
        bench.rows("select distinct rules_digest, personal_domains_digest from runs"),
        ["~|~"],
        "nobody knows what older runs were made of"
    );
    // The copy is the file as it was.
    let copy = Connection::open(bench.path("orgdrift.db.v1-backup")).unwrap();
    let was = |sql: &str| crate::common::dump::rows(&copy, sql);
    assert_eq!(was("pragma user_version"), ["1"]);
    assert_eq!(
        was("select count(*) from _issue_versions"),
        bench.rows("select count(*) from _issue_versions")
    );
    // What is derived is complete again.
    assert_eq!(bench.value("select count(*) > 4000 from personal_domains"), "1");
    assert_eq!(bench.value("select count(*) > 600 from data_dictionary"), "1");
    // What the operator decided has stayed.
    assert_eq!(
        bench.value("select origin from personal_domains where domain = 'acmebioassay-demo.com'"),
        "operator"
    );
    assert_eq!(bench.value("select owner from suppressions"), "support operations");
}

#[test]
fn a_warehouse_of_schema_2_is_upgraded_and_says_the_same() {
    let bench = frozen_of(2);
    assert_eq!(bench.value("pragma user_version"), "2");
    let told = bench.run(&["init"]).expect(0);
    assert!(told.err.contains("orgdrift.db.v2-backup"), "{}", told.err);
    assert_eq!(bench.value("pragma user_version"), SCHEMA_VERSION.to_string());
    for (query, rows) in expected(2) {
        assert_eq!(bench.rows(&query), rows, "{query}");
    }
    // All of it was asked for then, and nobody said where to go on.
    assert_eq!(
        bench.rows("select distinct reading, changed_count, continue_at from snapshot_collections"),
        ["walk|~|~"]
    );
    // A plan is still evidence.
    let connection = Connection::open(bench.db()).unwrap();
    assert!(connection.execute("delete from plan_actions", []).is_err());
    drop(connection);
    // What was read only in part can be read again.
    bench.copy("fixtures/demo/zendesk", "zendesk");
    let mut command =
        bench.command(&["ingest", "zendesk", "--from", "zendesk", "--taken-at", "2026-11-04T06:00:00Z"]);
    assert!(command.env("ORGDRIFT_TEST_NOW", "2026-11-04T07:00:00Z").output().unwrap().status.success());
}

/// What an older orgdrift stored has the hashes that this one would give it: the same records again begin no
/// versions, whatever columns were added since. A fact that was not kept before begins one, once.
#[test]
fn the_versions_of_an_older_warehouse_keep_their_hashes() {
    // Organizations, users, memberships, tickets that changed after the first day, which is read again.
    for (version, changed) in [(1, [2, 1, 1, 1]), (2, [1, 1, 0, 2])] {
        let bench = frozen_of(version);
        bench.copy("fixtures/demo/zendesk", "whole");
        bench.copy("fixtures/demo/zendesk", "zendesk");
        without(&bench, "organizations", "organization_fields");
        without(&bench, "users", "ticket_restriction");
        let ingest = |folder: &str, taken_at: &str| {
            let mut command = bench.command(&["ingest", "zendesk", "--from", folder, "--taken-at", taken_at]);
            command.env("ORGDRIFT_TEST_NOW", "2026-11-04T09:00:00Z").output().unwrap().status.success()
        };
        let begun = |kind: &str, snapshot: u32| {
            bench.value(&format!("select coalesce(sum(valid_from = {snapshot}), 0) from _{kind}_versions"))
        };
        assert!(ingest("zendesk", "2026-11-04T06:00:00Z"));
        for (kind, changed) in ["organization", "user", "membership", "ticket"].into_iter().zip(changed) {
            assert_eq!(begun(kind, 5), changed.to_string(), "schema {version}: {kind}");
        }
        assert_eq!(
            bench.rows("select distinct account_fields from latest_zendesk_organizations"),
            ["~"],
            "what was never read is undecided"
        );
        assert!(ingest("whole", "2026-11-04T07:00:00Z"));
        assert_eq!(begun("organization", 6), "14");
        assert!(ingest("whole", "2026-11-04T08:00:00Z"));
        assert_eq!(begun("organization", 7), "0");
    }
}

#[test]
fn a_warehouse_of_schema_4_is_upgraded_and_says_the_same() {
    let bench = frozen_of(4);
    assert_eq!(bench.value("pragma user_version"), "4");
    let told = bench.run(&["init"]).expect(0);
    assert!(told.err.contains("orgdrift.db.v4-backup"), "{}", told.err);
    assert_eq!(bench.value("pragma user_version"), SCHEMA_VERSION.to_string());
    // Sentences and classes too: every version of a rule that was stored has its words now.
    for (query, rows) in expected(4) {
        assert_eq!(bench.rows(&query), rows, "{query}");
    }
    assert_eq!(
        bench.value(
            "select count(*) from rule_versions
             where class is null or reason is null or next_step is null or cause is null or evidence is null"
        ),
        "0"
    );
    assert_eq!(bench.value("select count(*) > 17 from rule_versions"), "1", "old and new versions are there");
    // The journal is still whole, and still only grows.
    bench.run(&["receipt", "verify"]).expect(0);
    let connection = Connection::open(bench.db()).unwrap();
    assert!(connection.execute("delete from apply_events", []).is_err());
    drop(connection);
    // A version that has no words left is called by its code.
    Connection::open(bench.db())
        .unwrap()
        .execute_batch(
            "update rule_versions set class = null, reason = null where code = 'ticket_org_mismatch'",
        )
        .unwrap();
    assert_eq!(bench.rows("select distinct class from ticket_findings"), ["ticket_org_mismatch"]);
    assert_eq!(
        bench.rows("select distinct reason from issues where code = 'ticket_org_mismatch'"),
        ["ticket_org_mismatch"]
    );
}

/// How many rows every table has that holds records, decisions, runs or receipts. What an audit keeps for itself is
/// worked out again, and what comes with the program is put in again.
fn row_counts(bench: &Bench) -> BTreeMap<String, i64> {
    let tables = bench.rows(
        "select name from sqlite_schema
         where type = 'table' and name not like 'sqlite\\_%' escape '\\' and name not like '\\_link\\_%' escape '\\'
           and name not in ('_run_context', '_delta_base', '_derived_state', '_migrations', 'data_dictionary', 'rule_versions',
             '_personal_domains', '_blocked_reasons')",
    );
    tables
        .into_iter()
        .map(|table| {
            let count = bench.value(&format!("select count(*) from \"{table}\"")).parse().unwrap();
            (table, count)
        })
        .collect()
}

/// Every schema that was ever in force, with rows in every table: an upgrade keeps all of them, what they lack is
/// undecided, and the warehouse goes on.
#[test]
fn a_warehouse_of_every_other_schema_is_upgraded_and_goes_on() {
    for version in [3, 5, 6, 7, 8, 9, 11, 12, 14, 15, 19] {
        let bench = frozen_of(version);
        assert_eq!(bench.value("pragma user_version"), version.to_string());
        let before = row_counts(&bench);
        for (table, count) in &before {
            // No row of the demo has an id that cannot be read and a stored organization, and nobody was forgotten.
            let may_be_empty = ["_unread_organizations", "_forgotten_users", "_forgotten_addresses"];
            assert!(
                *count > 0 || may_be_empty.contains(&table.as_str()),
                "schema {version}: {table} is empty"
            );
        }
        let told = bench.run(&["init"]).expect(0);
        assert!(told.err.contains(&format!("orgdrift.db.v{version}-backup")), "{}", told.err);
        assert_eq!(bench.value("pragma user_version"), SCHEMA_VERSION.to_string());
        let after = row_counts(&bench);
        for (table, count) in &before {
            assert_eq!(after.get(table), Some(count), "schema {version}: {table}");
        }
        let says_the_same = || {
            for (query, rows) in expected(version) {
                assert_eq!(bench.rows(&query), rows, "schema {version}: {query}");
            }
        };
        says_the_same();
        if version < 8 {
            assert_eq!(
                bench.rows("select distinct account_fields from latest_zendesk_organizations"),
                ["~"],
                "schema {version}: what was never read is undecided"
            );
            assert_eq!(bench.rows("select distinct ticket_restriction from latest_zendesk_users"), ["~"]);
        }
        if version > 3 {
            bench.run(&["receipt", "verify"]).expect(0);
        }
        // The demo has another name by now, and is the same account.
        bench.copy("fixtures/demo/zendesk", "zendesk");
        let on_day = |arguments: &[&str]| {
            let mut command = bench.command(arguments);
            command.env("ORGDRIFT_TEST_NOW", "2026-11-05T07:00:00Z");
            bench.run_command(command).expect(0)
        };
        on_day(&["ingest", "zendesk", "--from", "zendesk", "--taken-at", "2026-11-05T06:00:00Z"]);
        on_day(&["audit"]);
        assert_eq!(
            bench.rows("select source_identity from snapshots order by snapshot_id desc limit 1"),
            ["acme-demo.sandbox/20481973"]
        );
        let newest = bench.value("select max(run_id) from runs");
        assert_ne!(bench.value(&format!("select count(*) from issues where run_id = {newest}")), "0");
    }
}

/// Takes a key out of every record of a collection.
fn without(bench: &Bench, collection: &str, key: &str) {
    let path = bench.path(&format!("zendesk/{collection}.ndjson"));
    let text = fs::read_to_string(&path).unwrap();
    let lines = text.lines().map(|line| {
        let mut record: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        record.remove(key);
        serde_json::Value::Object(record).to_string()
    });
    fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
}

#[test]
fn an_upgraded_warehouse_goes_on() {
    let bench = frozen();
    // Reading alone upgrades too.
    let told = bench.run(&["diff", "1", "2", "--format", "csv"]).expect(0);
    assert_eq!(told.out.lines().count(), 1 + 5, "{}", told.out);
    assert!(bench.path("orgdrift.db.v1-backup").exists());
    // The runs stored no digests of their parts, so all that is known is that something was decided anew.
    let told = bench.run(&["diff", "2", "3", "--json"]).expect(0);
    let rows: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    let causes: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["cause"].clone(), row["is_rule_changed"].clone()))
        .collect();
    assert_eq!(causes, [("suppression".into(), 1.into()), ("rule".into(), 1.into())]);

    bench.copy("fixtures/demo/zendesk", "zendesk");
    let command = ["ingest", "zendesk", "--from", "zendesk", "--taken-at", "2026-11-04T06:00:00Z"];
    let on_day = |arguments: &[&str]| {
        let mut command = bench.command(arguments);
        command.env("ORGDRIFT_TEST_NOW", "2026-11-04T07:00:00Z");
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    on_day(&command);
    on_day(&["audit"]);
    assert_eq!(bench.value("select max(run_id) from runs"), "4");
    assert_eq!(
        bench.rows("select run_id, length(rules_digest), length(personal_domains_digest) from runs"),
        ["1|~|~", "2|~|~", "3|~|~", "4|64|64"]
    );
    // Zendesk is as on the first day again: what was repaired is broken again.
    let rows: serde_json::Value = serde_json::from_str(&on_day(&["diff", "--json"])).unwrap();
    let changes: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{} {}", row["change"].as_str().unwrap(), row["issue_key"].as_str().unwrap()))
        .collect();
    assert_eq!(
        changes,
        [
            "reopened org_missing_external_id/001ACME00100000YDA/21700000001013",
            "reopened org_missing_expected_domain/001ACME00500000YDA/21700000001078/acmeoutlet-demo.com",
            "reopened ticket_org_mismatch/1116",
            "changed ticket_org_mismatch/1156",
            "changed user_default_org_not_expected/21700000004121",
            "changed user_default_org_not_expected/21700000004132",
            "changed user_missing_expected_membership/21700000004231",
            "resolved user_missing_expected_membership/21700000004253",
        ]
    );
}

#[test]
fn a_command_that_only_reads_says_that_it_upgraded() {
    let commands: [&[&str]; 4] = [
        &["list", "issues"],
        &["diff", "1", "2"],
        &["trace", "account", "001ACME00400000YDA"],
        &["export", "exceptions"],
    ];
    for command in commands {
        let bench = frozen();
        let told = bench.run(command).expect(0);
        let said = "upgraded orgdrift.db; a copy of the old file is orgdrift.db.v1-backup\n";
        assert!(told.err.starts_with(said), "{command:?}: {}", told.err);
        assert!(!told.out.contains("v1-backup"), "{}", told.out);
        // Once.
        assert!(!bench.run(command).expect(0).err.contains("up to date"));
    }
}

#[test]
fn one_that_cannot_be_upgraded_says_why_something_was_to_be_written() {
    let bench = frozen();
    // The number changes with every migration.
    let told = |arguments: &[&str]| {
        bench.run(arguments).text().replace(&format!("schema {SCHEMA_VERSION} once"), "schema HEAD once")
    };
    // Whoever may not write the folder cannot take the lock; nor can anybody in whose way a folder lies.
    fs::create_dir(bench.path("orgdrift.db.lock")).unwrap();
    insta::assert_snapshot!(told(&["list", "issues"]), @"
    exit 1
    error: orgdrift.db is of schema 1 and must be brought up to schema HEAD once, but cannot be written: it is a folder
    hint: run `orgdrift init` as a user who may write the file and its folder
    ");
    fs::copy(bench.db(), bench.path("it is.db")).unwrap();
    fs::create_dir(bench.path("it is.db.lock")).unwrap();
    let before = bench.dump();
    insta::assert_snapshot!(told(&["list", "issues", "--db", "./it is.db"]), @"
    exit 1
    error: ./it is.db is of schema 1 and must be brought up to schema HEAD once, but cannot be written: it is a folder
    hint: run `orgdrift init --db './it is.db'` as a user who may write the file and its folder
    ");
    bench.dump().assert_same(&before);
    // The same schema with the views of another orgdrift.
    fs::remove_dir(bench.path("orgdrift.db.lock")).unwrap();
    bench.run(&["init"]).expect(0);
    Connection::open(bench.db())
        .unwrap()
        .execute_batch("drop view latest_issues; update _derived_state set digest = 'x'")
        .unwrap();
    fs::remove_file(bench.path("orgdrift.db.lock")).unwrap();
    fs::create_dir(bench.path("orgdrift.db.lock")).unwrap();
    insta::assert_snapshot!(told(&["list", "issues"]), @"
    exit 1
    error: orgdrift.db has the views of another orgdrift and must be brought up to date once, but cannot be written: it is a folder
    hint: run `orgdrift init` as a user who may write the file and its folder
    ");
}
