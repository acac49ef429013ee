//! A plan that somebody made up, in a warehouse that came from elsewhere: nothing is shown that is not sent, and nothing
//! is sent that no rule proposes.

use super::Rehearsal;
use crate::common::bench::{Bench, Told};
use rusqlite::{Connection, functions::FunctionFlags};

/// Writes into the file past its triggers, which are there again afterwards.
pub(crate) fn tamper(it: &Bench, sql: &str) {
    let database = Connection::open(it.db()).unwrap();
    let sha256 = |context: &rusqlite::functions::Context<'_>| {
        context.get::<String>(0).map(|text| orgdrift::catalog::sha256(&text))
    };
    let flags = FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_UTF8;
    database.create_scalar_function("sha256", 1, flags, sha256).unwrap();
    let triggers: Vec<(String, String)> = database
        .prepare("select name, sql from sqlite_schema where type = 'trigger'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    database.pragma_update(None, "foreign_keys", false).unwrap();
    for (name, _) in &triggers {
        database.execute_batch(&format!("drop trigger {name}")).unwrap();
    }
    database.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    assert!(database.total_changes() > 0, "{sql}");
    for (_, text) in &triggers {
        database.execute_batch(text).unwrap();
    }
}

/// What an apply of the plan says that must be refused: dry, and live under the hash that the file now has.
#[track_caller]
fn refused(it: &Rehearsal, plan: &str, options: &[&str]) -> Told {
    let hash = it.value(&format!("select plan_hash from plans where plan_id = {plan}"));
    let live = [&["apply", plan, "--apply", "--confirm-plan-hash", &hash], options].concat();
    let dry = [&["apply", plan], options].concat();
    let before = it.value("select count(*) from apply_events");
    let mut said = Vec::new();
    for arguments in [dry, live] {
        let told = it.run(&arguments).expect(5);
        assert_eq!(told.out, "");
        said.push(told);
    }
    assert_eq!(it.value("select count(*) from apply_events"), before);
    assert_eq!(it.sandbox.ledger().len(), 0, "nothing is asked, and nothing sent");
    assert_eq!(said[0].err, said[1].err);
    said.remove(0)
}

const SHOWN: [&[&str]; 4] = [
    &["plan", "show", "1"],
    &["plan", "show", "1", "--format", "csv"],
    &["plan", "show", "1", "--format", "json"],
    &["plan", "show", "1", "--format", "ndjson"],
];

#[test]
fn rows_that_are_not_the_bytes_are_neither_shown_nor_applied() {
    for (sql, what) in [
        (
            "update plan_actions set new_value = replace(new_value, 'acmeoutlet', 'evil') where domain is not null",
            "row 4 of plan 1 does not match the hash of the plan",
        ),
        (
            "update _plans set canonical = replace(canonical, 'acmeoutlet-demo.com', 'evil-demo.com')",
            "is stored under",
        ),
        (
            "update _plans set canonical = replace(canonical, 'acmeoutlet-demo.com', 'evil-demo.com');
             update _plans set plan_hash = sha256(canonical)",
            "row 4 of plan 1 does not match the hash of the plan",
        ),
        (
            "update _plans set source_identity = 'other/1'",
            "the Zendesk account of plan 1 does not match the hash",
        ),
        (
            "update _plans set row_count = row_count + 1",
            "the number of rows of plan 1 does not match the hash",
        ),
        ("delete from plan_actions where position = 12", "row 12 of plan 1 does not match the hash"),
        (
            "update _plans set canonical = canonical || ' ', plan_hash = sha256(canonical || ' ')",
            "plan 1 is ",
        ),
    ] {
        let it = Rehearsal::demo();
        tamper(&it, sql);
        for arguments in SHOWN {
            let told = it.run(arguments).expect(5);
            assert!(told.out.is_empty() && told.err.contains(what), "{sql}: {}", told.err);
        }
        let told = refused(&it, "1", &[]);
        assert!(told.err.contains(what), "{sql}: {}", told.err);
    }
}

#[test]
fn a_plan_that_its_run_does_not_lead_to_is_not_applied() {
    for sql in [
        // Bytes, rows and hash agree with one another.
        "update _plans set canonical = replace(canonical, 'acmeoutlet-demo.com', 'evil-demo.com');
         update _plans set plan_hash = sha256(canonical);
         update plan_actions set
           domain = replace(domain, 'acmeoutlet-demo.com', 'evil-demo.com'),
           issue_key = replace(issue_key, 'acmeoutlet-demo.com', 'evil-demo.com'),
           new_value = replace(new_value, 'acmeoutlet-demo.com', 'evil-demo.com'),
           preconditions = replace(preconditions, 'acmeoutlet-demo.com', 'evil-demo.com')",
        // What was not read any more cannot be composed.
        "delete from _issue_versions where code = 'org_missing_expected_domain'",
        "update _organization_versions set name = 'Other' where name = 'Acme Healthcare'",
        "update runs set options = '{}'",
    ] {
        let it = Rehearsal::demo();
        tamper(&it, sql);
        let told = refused(&it, "1", &[]);
        let is_said =
            told.err.contains("is not what run 1 leads to") || told.err.contains("changed since plan 1");
        assert!(is_said, "{sql}: {}", told.err);
    }
}

/// All of the file says the same, and a plan is made of it by orgdrift itself.
#[test]
fn a_repair_that_makes_no_sense_is_not_applied_whatever_the_file_says() {
    let domain = |to: &str| {
        format!(
            "update _issue_versions set domain = '{to}', issue_key = replace(issue_key, 'acmeoutlet-demo.com', '{to}')
             where code = 'org_missing_expected_domain'"
        )
    };
    for (sql, what) in [
        (domain("gmail.com"), "its domain is a mail service"),
        (
            format!(
                "{}; update _personal_domains set is_removed = 1; update _domains set listed_kind = null;
                 update runs set rule_set_digest = 'x'",
                domain("gmail.com")
            ),
            "",
        ),
        (domain("evil-demo.com"), "its account does not expect the domain"),
        (domain("facebook.com"), "its domain is a mail service or a platform"),
        (domain("not a domain"), "its domain is not valid"),
        (
            "update _issue_versions set account_id = '001ACME00200000YDA'
             where code = 'org_missing_external_id' and account_id = '001ACME00100000YDA'"
                .to_owned(),
            "record, account and code are not those of its issue",
        ),
        (
            "update _issue_versions set account_id = '001ACME00100000AAA',
               issue_key = replace(issue_key, '001ACME00100000YDA', '001ACME00100000AAA')
             where code = 'org_missing_external_id';
             update _triage_versions set account_id = '001ACME00100000AAA' where account_id = '001ACME00100000YDA'"
                .to_owned(),
            "its account has no valid id",
        ),
        (
            "update _issue_versions set action = 'set_org_external_id' where code = 'org_missing_expected_domain'"
                .to_owned(),
            "its code has another repair",
        ),
    ] {
        let it = Rehearsal::demo();
        tamper(&it, &sql);
        let told = it.run(&["plan"]);
        if what.is_empty() {
            // The list that the file had decided is another one: no plan at all.
            assert_eq!(told.code, 5, "{}", told.err);
            continue;
        }
        told.expect(0);
        let told = refused(&it, "2", &[]);
        assert!(told.err.contains("that orgdrift proposes") && told.err.contains(what), "{sql}: {}", told.err);
    }
}

#[test]
fn records_that_are_too_old_or_yet_to_come_are_not_acted_on() {
    let it = Rehearsal::demo();
    tamper(&it, "update snapshots set taken_at = '2026-10-25T06:00:00Z' where source = 'salesforce'");
    let told = refused(&it, "1", &[]);
    assert!(told.err.contains("were read at 2026-10-25T06:00:00Z, more than 7 days ago"), "{}", told.err);
    it.run(&["apply", "1", "--max-accounts-age", "9"]).expect(0);
    for (source, time) in
        [("salesforce", "2026-11-04T06:00:00Z"), ("zendesk", "2126-11-02T06:00:00Z"), ("zendesk", "soon")]
    {
        let it = Rehearsal::demo();
        tamper(&it, &format!("update snapshots set taken_at = '{time}' where source = '{source}'"));
        let told = refused(&it, "1", &["--max-plan-age", "1000000", "--max-accounts-age", "1000000"]);
        assert!(told.err.contains("are dated after now"), "{source} {time}: {}", told.err);
    }
}

#[test]
fn what_was_decided_after_a_plan_keeps_it_from_being_applied() {
    let it = Rehearsal::demo();
    let key = it.value("select issue_key from plan_actions where position = 1");
    it.run(&["suppression", "add", &key, "--reason", "later", "--owner", "ops", "--expires", "2026-12-31"])
        .expect(0);
    let told = refused(&it, "1", &[]);
    assert!(told.err.contains("suppressions or accepted risks changed since plan 1"), "{}", told.err);
}

#[test]
fn caps_hold_for_an_apply_that_is_resumed() {
    let it = Rehearsal::demo();
    let hash = it.hash();
    let live = ["apply", "1", "--apply", "--confirm-plan-hash", &hash];
    let mut command = it.bench.command(&live);
    command.envs(it.sandbox.environment()).env("ORGDRIFT_TEST_CRASH", "after_request:1");
    assert!(!command.output().unwrap().status.success());
    let sent = it.sandbox.ledger().len();
    let told = it.run(&[live.as_slice(), &["--max-actions", "2"]].concat()).expect(5);
    assert!(told.err.contains("has 5 repairs, but 2 are allowed"), "{}", told.err);
    let told = it.run(&[live.as_slice(), &["--max-per-account", "1"]].concat()).expect(5);
    assert!(told.err.contains("but 1 are allowed"), "{}", told.err);
    // What the journal says about the beginning counts as well.
    let sound = std::fs::read(it.db()).unwrap();
    tamper(
        &it,
        "update apply_events set body = replace(body, '\"max_actions\":25', '\"max_actions\":4') where kind = 'apply_started';
         update apply_events set hash = sha256(body)",
    );
    let told = it.run(&live).expect(5);
    assert!(told.err.contains("has 5 repairs, but 4 are allowed"), "{}", told.err);
    assert_eq!(it.sandbox.ledger().len(), sent);
    std::fs::write(it.db(), sound).unwrap();
    it.run(&live).expect(0);
}
