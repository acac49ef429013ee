//! `orgdrift receipt verify`: what of a journal that somebody spoiled it finds, and what it cannot.

use std::ops::Deref;

use orgdrift::warehouse::Warehouse;
use rusqlite::{Connection, functions::FunctionFlags};
use serde_json::Value;

use super::Rehearsal;
use crate::common::root;

/// A journal of a dry run and a live apply.
fn applied() -> Rehearsal {
    let it = Rehearsal::demo();
    it.run(&["apply", "1"]).expect(0);
    it.apply().expect(0);
    it
}

/// The file as its owner may treat it: without triggers, keys and checks, which are there again afterwards.
struct Owner {
    database: Connection,
    /// Kind, name and text of every object.
    objects: Vec<(String, String, String)>,
}

impl Deref for Owner {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.database
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.pragma_update(None, "writable_schema", true).unwrap();
        for (kind, name, sql) in &self.objects {
            let is_there: bool = self
                .query_row("select exists (select 1 from sqlite_schema where name = ?1)", [name], |row| {
                    row.get(0)
                })
                .unwrap();
            if is_there {
                continue;
            }
            // Rows that are there twice have an index that says it is unique.
            self.execute_batch(&sql.replacen("CREATE UNIQUE", "CREATE", 1)).unwrap();
            self.execute(
                "update sqlite_schema set sql = ?1 where type = ?2 and name = ?3",
                (sql, kind, name),
            )
            .unwrap();
        }
    }
}

fn as_owner(it: &Rehearsal) -> Owner {
    let database = Connection::open(it.db()).unwrap();
    let objects = database
        .prepare("select type, name, sql from sqlite_schema where type in ('index', 'trigger') and sql is not null")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    database
        .execute_batch(
            "drop trigger _apply_events_insert; drop trigger _apply_events_update;
             drop trigger _apply_events_delete; drop trigger _plan_actions_update;
             drop trigger _plan_actions_delete; drop trigger _plan_actions_insert;
             drop trigger _plans_update;
             drop index _apply_events_by_hash; drop index _apply_events_by_previous_hash;
             drop index _apply_events_live_use; drop index _apply_events_start;
             drop index _apply_events_end; drop index _apply_events_outcome;
             pragma synchronous = off; pragma journal_mode = memory;
             pragma ignore_check_constraints = on; pragma foreign_keys = off;",
        )
        .unwrap();
    let sha256 = |context: &rusqlite::functions::Context<'_>| {
        context.get::<String>(0).map(|text| orgdrift::catalog::sha256(&text))
    };
    let flags = FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_UTF8;
    database.create_scalar_function("sha256", 1, flags, sha256).unwrap();
    Owner { database, objects }
}

/// What `receipt verify` says: whether it is sound, and the faults as `event: problem`.
fn verify(it: &Rehearsal, arguments: &[&str]) -> (bool, Vec<String>) {
    let command = [&["receipt", "verify", "--json"], arguments].concat();
    let told = it.bench.run(&command);
    let said: Value = serde_json::from_str(&told.out).unwrap_or_else(|_| panic!("{}{}", told.out, told.err));
    let is_sound = said["is_sound"].as_bool().unwrap();
    assert_eq!(told.code, i32::from(!is_sound), "{}", told.out);
    let faults = said["faults"].as_array().unwrap().iter();
    let faults = faults
        .map(|fault| format!("{}: {}", fault["event_id"], fault["problem"].as_str().unwrap()))
        .collect::<Vec<_>>();
    assert_eq!(is_sound, faults.is_empty());
    (is_sound, faults)
}

/// As [`verify`], without a process: there are many of these.
fn faults_of(it: &Rehearsal) -> Vec<String> {
    let warehouse = Warehouse::open(&it.db()).unwrap();
    let found = orgdrift::receipt::verify(&warehouse, None).unwrap();
    let event = |id: Option<i64>| id.map_or("null".to_owned(), |id| id.to_string());
    found.faults.iter().map(|fault| format!("{}: {}", event(fault.event_id), fault.problem)).collect()
}

/// Spoils a fresh copy of the journal and returns what is said about it.
fn spoiled(it: &Rehearsal, sql: &str) -> Vec<String> {
    let copy = std::fs::read(it.db()).unwrap();
    {
        // What is spoiled is thrown away, so the disk need not be waited for.
        let database = as_owner(it);
        let changed = database.execute_batch(sql);
        changed.unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert!(database.total_changes() > 0, "{sql} changed nothing");
    }
    let faults = faults_of(it);
    std::fs::write(it.db(), copy).unwrap();
    faults
}

#[track_caller]
fn names(faults: &[String], event_id: i64, what: &str) {
    assert!(faults.iter().any(|fault| fault.starts_with(&format!("{event_id}: "))), "{what}: {faults:?}");
}

#[test]
fn a_journal_as_it_was_written_is_sound_offline_and_without_credentials() {
    let it = Rehearsal::demo();
    insta::assert_snapshot!(it.bench.run(&["receipt", "verify"]).expect(0).out, @"
    0 events of 0 attempts, head none
    the journal is intact
    ");
    it.run(&["apply", "1"]).expect(0);
    it.apply().expect(0);
    let Rehearsal { bench, sandbox } = it;
    drop(sandbox);
    let head = bench.value("select hash from apply_events order by event_id desc limit 1");
    let mut permissions = std::fs::metadata(bench.db()).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(bench.db(), permissions).unwrap();
    let before = bench.dump();
    let told = bench.run(&["receipt", "verify"]).expect(0);
    insta::assert_snapshot!(told.out.replace(&head, "[head]"), @"
    38 events of 2 attempts, head [head]
    the journal is intact
    ");
    insta::assert_snapshot!(told.err, @"
    to detect a journal that was cut off or rewritten as a whole, compare it with a head that you kept elsewhere: --expect-head HASH
    next: orgdrift list plans
    ");
    let told = bench.run(&["receipt", "verify", "--json", "--expect-head", &head]).expect(0);
    insta::assert_snapshot!(told.out.replace(&head, "[head]"), @r#"
    {
      "apply_count": 2,
      "event_count": 38,
      "faults": [],
      "head": "[head]",
      "is_sound": true,
      "open_applies": []
    }
    "#);
    bench.dump().assert_same(&before);
}

/// Ways to spoil what the chain is made of, and what is said of each event.
const SPOILED: &[(&str, &str)] = &[
    ("body = replace(body, '\"kind\"', '\"Kind\"')", "its hash is not that of its body"),
    ("body = body || ' '", "its hash is not that of its body"),
    ("body = ''", "its hash is not that of its body"),
    ("body = '{}'", "its hash is not that of its body"),
    ("body = 'no JSON'", "its hash is not that of its body"),
    // Bytes that are no text at all.
    ("body = cast(x'ff' as text) || body", "its hash is not that of its body"),
    ("body = replace(body, '2026', cast(x'c328' as text))", "its hash is not that of its body"),
    ("hash = replace(hash, substr(hash, 1, 1), 'g')", "its hash is not that of its body"),
    ("hash = upper(hash) || 'A'", "its hash is not that of its body"),
    (
        "previous_hash = replace(previous_hash, substr(previous_hash, 9, 1), 'g')",
        "it does not name the hash of the event before it",
    ),
    ("previous_hash = ''", "it does not name the hash of the event before it"),
    (
        "previous_hash = replace(previous_hash, substr(previous_hash, 9, 1), 'g')",
        "its columns do not say what its body says",
    ),
];

#[test]
fn every_byte_that_counts_is_found() {
    let it = applied();
    let count: i64 = it.value("select count(*) from apply_events").parse().unwrap();
    // All events at once, each of which must be named; then one alone, and nothing before it.
    for (change, problem) in SPOILED {
        let faults = spoiled(&it, &format!("update apply_events set {change}"));
        for event_id in 1..=count {
            assert!(faults.contains(&format!("{event_id}: {problem}")), "{change} of {event_id}: {faults:?}");
        }
        let faults = spoiled(&it, &format!("update apply_events set {change} where event_id = 17"));
        assert_eq!(faults.first().unwrap().split(':').next(), Some("17"), "{change}: {faults:?}");
    }
    // Every byte of one body.
    let length: i64 = it.value("select length(body) from apply_events where event_id = 17").parse().unwrap();
    for place in (1..=length).step_by(9) {
        let sql = format!(
            "update apply_events
             set body = substr(body, 1, {place} - 1)
               || case when substr(body, {place}, 1) = 'x' then 'y' else 'x' end || substr(body, {place} + 1)
             where event_id = 17"
        );
        names(&spoiled(&it, &sql), 17, &sql);
    }
}

#[test]
fn every_column_that_lies_is_found() {
    let it = applied();
    let columns = it.rows("select name || '|' || type from pragma_table_info('apply_events') order by cid");
    let count: i64 = it.value("select count(*) from apply_events").parse().unwrap();
    let mut tried = 0;
    for column in columns {
        let (name, kind) = column.split_once('|').unwrap();
        if ["event_id", "body", "hash", "previous_hash"].contains(&name) {
            continue;
        }
        let other = match kind {
            "INTEGER" => format!("coalesce({name}, 0) + 7"),
            _ => format!("coalesce({name}, '') || '!'"),
        };
        let faults = spoiled(&it, &format!("update apply_events set {name} = {other}"));
        for event_id in 1..=count {
            let expected = format!("{event_id}: its columns do not say what its body says");
            assert!(faults.contains(&expected), "{name} of {event_id}: {faults:?}");
        }
        let faults = spoiled(&it, &format!("update apply_events set {name} = {other} where event_id = 17"));
        names(&faults, 17, name);
        tried += 1;
    }
    assert_eq!(tried, 16);
}

#[test]
fn a_row_that_is_missing_moved_or_slipped_in_is_found() {
    let it = applied();
    let count: i64 = it.value("select count(*) from apply_events").parse().unwrap();
    for event_id in [1, 2, 9, 16, 17, count - 1] {
        let faults = spoiled(&it, &format!("delete from apply_events where event_id = {event_id}"));
        names(&faults, event_id + 1, "the one after a missing one");
        let sql = format!(
            "delete from apply_events where event_id = {event_id};
             update apply_events set event_id = event_id - 1 where event_id > {event_id}"
        );
        names(&spoiled(&it, &sql), event_id, "renumbered after a missing one");
        let next = event_id + 1;
        let sql = format!(
            "update apply_events set event_id = -1 where event_id = {event_id};
             update apply_events set event_id = {event_id} where event_id = {next};
             update apply_events set event_id = {next} where event_id = -1"
        );
        let faults = spoiled(&it, &sql);
        names(&faults, event_id, "swapped");
        names(&faults, next, "swapped");
    }
    let sql = "update apply_events set event_id = event_id + 100";
    names(&spoiled(&it, sql), 101, "renumbered");
    // Slipped in as a copy, at each place, with the rows behind moved on.
    let columns =
        it.rows("select group_concat(name) from pragma_table_info('apply_events') where name <> 'event_id'");
    for event_id in [1, 14, 15, 18, count] {
        let sql = format!(
            "update apply_events set event_id = -event_id - 1 where event_id > {event_id};
             update apply_events set event_id = -event_id where event_id < 0;
             insert into apply_events (event_id, {0}) select {1}, {0} from apply_events where event_id = {event_id}",
            columns[0],
            event_id + 1
        );
        names(&spoiled(&it, &sql), event_id + 1, "slipped in");
    }
}

#[test]
fn an_event_that_fits_the_chain_but_no_apply_is_found() {
    let it = applied();
    // Forged with a right hash, behind the end.
    let forged = |kind: &str, details: &str| {
        format!(
            "insert into apply_events (event_id, attempt_id, plan_id, mode, kind, position, body, previous_hash, hash, at, outcome)
             select json_extract(n.body, '$.event_id'), json_extract(n.body, '$.attempt_id'), 1, 'live', '{kind}',
               json_extract(n.body, '$.position'), n.body, n.hash, sha256(n.body), '2026-11-02T08:00:00Z',
               json_extract(n.body, '$.outcome')
             from (
               select e.hash as hash, json_object('event_id', e.event_id + 1, 'plan_id', 1, 'mode', 'live',
                 'kind', '{kind}', 'previous_hash', e.hash, 'at', '2026-11-02T08:00:00Z', {details}) as body
               from apply_events as e order by e.event_id desc limit 1
             ) as n"
        )
    };
    let next: i64 = it.value("select max(event_id) + 1 from apply_events").parse().unwrap();
    for (kind, details, problem) in [
        ("outcome", "'attempt_id', 2, 'position', 1, 'outcome', 'applied'", "its apply ended before it"),
        ("apply_ended", "'attempt_id', 2", "its apply ended before it"),
        ("apply_started", "'attempt_id', 3", "its plan was used before"),
        ("intent", "'attempt_id', 3, 'position', 1", "its apply does not begin with its beginning"),
    ] {
        let faults = spoiled(&it, &forged(kind, details));
        assert!(faults.contains(&format!("{next}: {problem}")), "{kind}: {faults:?}");
    }
}

/// Writes the chain anew from the first event on.
const REWRITE: &str = "
    create temp table chain as
      with recursive anew (event_id, body, hash) as (
        select e.event_id, e.body, sha256(e.body) from apply_events as e where e.event_id = 1
        union all
        select e.event_id, json_set(e.body, '$.previous_hash', a.hash), sha256(json_set(e.body, '$.previous_hash', a.hash))
        from anew as a, apply_events as e
        where e.event_id = a.event_id + 1
      )
      select * from anew;
    update apply_events set
      body = (select c.body from chain as c where c.event_id = apply_events.event_id),
      hash = (select c.hash from chain as c where c.event_id = apply_events.event_id),
      previous_hash = coalesce((select c.hash from chain as c where c.event_id = apply_events.event_id - 1),
        '0000000000000000000000000000000000000000000000000000000000000000')";

#[test]
fn what_the_owner_writes_anew_shows_only_against_a_head_that_was_kept() {
    let it = applied();
    let head = it.receipt()["chain"]["head"].as_str().unwrap().to_owned();
    assert_eq!(verify(&it, &["--expect-head", &head]), (true, Vec::new()));
    let sound = std::fs::read(it.db()).unwrap();
    let expected = "null: no event has the expected head: the journal was cut off or written anew";
    let end: i64 = it.value("select max(event_id) from apply_events").parse().unwrap();

    // A tail that is gone: the last event, the whole live apply, everything.
    for (from, open) in [(end, 1), (7, 1), (1, 0)] {
        as_owner(&it).execute("delete from apply_events where event_id >= ?1", [from]).unwrap();
        assert_eq!(verify(&it, &[]), (true, Vec::new()), "cut off from {from}");
        let (is_sound, faults) = verify(&it, &["--expect-head", &head]);
        assert!(!is_sound && faults == [expected], "{faults:?}");
        let told = it.bench.run(&["receipt", "verify"]).expect(0);
        assert_eq!(told.err.contains("compare it with a head"), open == 1, "{}", told.err);
        std::fs::write(it.db(), &sound).unwrap();
    }

    // Another reason, with the chain made to fit.
    as_owner(&it)
        .execute_batch(&format!(
            "update apply_events set body = json_set(body, '$.reason', 'user_not_updatable'), reason = 'user_not_updatable'
               where kind = 'outcome' and mode = 'live' and outcome = 'blocked';
             {REWRITE}"
        ))
        .unwrap();
    assert_eq!(verify(&it, &[]), (true, Vec::new()), "nothing can show that");
    let (is_sound, faults) = verify(&it, &["--expect-head", &head]);
    assert!(!is_sound && faults == [expected], "{faults:?}");
    std::fs::write(it.db(), &sound).unwrap();

    // The same without the counts: that shows.
    let changed = "update apply_events set body = json_set(body, '$.outcome', 'failed'), outcome = 'failed'
       where kind = 'outcome' and mode = 'live' and outcome = 'applied'";
    let faults = spoiled(&it, &format!("{changed}; {REWRITE}"));
    assert_eq!(faults, ["null: apply 2: the counts at its end are not those of its events"]);
}

#[test]
fn a_plan_that_is_not_the_one_that_was_applied_is_found() {
    let it = applied();
    let rows =
        it.rows("select position || '|' || status from plan_actions where plan_id = 1 order by position");
    for (sql, problem) in [
        (
            "update _plans set canonical = replace(canonical, '001ACME00100000YDA', '001ACME00200000YDA')",
            "plan 1 is not the one that its hash is over",
        ),
        ("update _plans set plan_hash = sha256('x')", "plan 1 is not the one that its hash is over"),
        (
            "update _plans set canonical = canonical || ' ', plan_hash = sha256(canonical || ' ')",
            "apply 1: plan 1 is not the one that was applied",
        ),
        ("pragma foreign_keys = off; drop trigger _plans_delete; delete from _plans", "plan 1 is not there"),
        (
            "update plan_actions set position = 99 where position = 12",
            "row 99 of plan 1 is not what the plan's hash is over",
        ),
    ] {
        let faults = spoiled(&it, sql);
        assert!(faults.contains(&format!("null: {problem}")), "{sql}: {faults:?}");
    }
    for row in rows {
        let (position, status) = row.split_once('|').unwrap();
        let columns: &[&str] = match status {
            "planned" => &[
                "action_id",
                "issue_key",
                "code",
                "account_id",
                "depends_on",
                "domain",
                "new_value",
                "expected",
                "preconditions",
                "blast_radius",
            ],
            _ => &["issue_key", "code", "account_id", "blocked_reason"],
        };
        let expected = format!("null: row {position} of plan 1 is not what the plan's hash is over");
        for column in columns {
            let sql = format!(
                "update plan_actions set {column} = coalesce({column}, '') || '!' where position = {position}"
            );
            assert!(spoiled(&it, &sql).contains(&expected), "{sql}");
        }
        if status == "planned" {
            for column in ["organization_id", "user_id", "membership_id"] {
                let sql = format!(
                    "update plan_actions set {column} = coalesce({column}, 0) + 1 where position = {position}"
                );
                assert!(spoiled(&it, &sql).contains(&expected), "{sql}");
            }
        }
        let sql = format!("delete from plan_actions where position = {position}");
        assert!(spoiled(&it, &sql).contains(&expected), "{sql}");
    }
}

#[test]
fn the_same_is_verified_with_stock_tools_as_the_document_says() {
    for tool in ["sqlite3", "sha256sum", "sh"] {
        let found = std::process::Command::new(tool).arg("--version").output();
        if tool != "sh" && found.is_err() {
            eprintln!("skipped: {tool} is missing");
            return;
        }
    }
    let document = std::fs::read_to_string(root().join("docs/verify-receipts.md")).unwrap();
    let scripts: Vec<&str> =
        document.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(scripts.len(), 2);
    let it = applied();
    let run = |script: &str| {
        let output = std::process::Command::new("sh")
            .args(["-c", script])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .current_dir(it.path(""))
            .output()
            .unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        (output.status.success(), out + &String::from_utf8(output.stderr).unwrap())
    };
    let head = it.value("select hash from apply_events order by event_id desc limit 1");
    let (is_sound, said) = run(scripts[0]);
    assert!(is_sound && said.trim_end().ends_with(&head), "{said}");
    let (is_sound, said) = run(scripts[1]);
    assert!(is_sound, "{said}");

    let sound = std::fs::read(it.db()).unwrap();
    for (sql, event_id) in [
        ("update apply_events set body = replace(body, 'live', 'dead') where event_id = 16", 16),
        ("update apply_events set hash = sha256('x') where event_id = 5", 5),
        ("delete from apply_events where event_id = 4", 5),
    ] {
        as_owner(&it).execute_batch(sql).unwrap();
        let (is_sound, said) = run(scripts[0]);
        assert!(!is_sound && said.contains(&format!("event {event_id}:")), "{sql}: {said}");
        std::fs::write(it.db(), &sound).unwrap();
    }
    as_owner(&it).execute_batch("update _plans set canonical = canonical || ' '").unwrap();
    let (is_sound, said) = run(scripts[1]);
    assert!(!is_sound && said.contains("plan 1"), "{said}");

    // Nothing in a file from elsewhere is run, followed or obeyed.
    for value in [
        "1; touch owned",
        "$(touch owned)",
        "`touch owned`",
        "a[$(touch owned)]",
        "1\n.shell touch owned",
        "1 union select writefile('owned', 'x')",
        "*",
        "-1",
        "\u{1b}]0;owned\u{7}",
    ] {
        std::fs::write(it.path("hostile.db"), "").unwrap();
        let hostile = Connection::open(it.path("hostile.db")).unwrap();
        hostile
            .execute_batch(
                "create table apply_events (event_id, hash, body, plan_id, kind); create table _plans (plan_id, canonical)",
            )
            .unwrap();
        let body = serde_json::json!({ "previous_hash": value, "plan_hash": value }).to_string();
        for (event, hash) in [(value, value), ("1", value)] {
            hostile.execute("delete from apply_events", []).unwrap();
            hostile
                .execute(
                    "insert into apply_events values (?1, ?2, ?3, ?1, 'apply_started')",
                    (event, hash, &body),
                )
                .unwrap();
            for script in &scripts {
                let (is_sound, said) = run(&script.replace("orgdrift.db", "hostile.db"));
                assert!(!is_sound && !said.contains('\u{1b}'), "{value}: {said}");
                assert!(!it.path("owned").exists(), "{value}: {said}");
            }
        }
        // A view in place of the table may say anything, and do nothing.
        hostile
            .execute_batch(
                "drop table apply_events;
                 create view apply_events as
                 select writefile('owned', 'x') as event_id, edit('x', 'touch owned') as hash, 1 as body, 1 as plan_id, 1 as kind",
            )
            .unwrap();
        for script in &scripts {
            run(&script.replace("orgdrift.db", "hostile.db"));
            assert!(!it.path("owned").exists(), "{value}");
        }
    }
}
