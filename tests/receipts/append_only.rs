//! Every way in which SQL can change, take away or slip in events.

use std::collections::BTreeMap;

use orgdrift::catalog::sha256;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::Rehearsal;

const REFUSED: &str = "a receipt is only ever added to";

/// The columns of `apply_events`.
fn columns(database: &Connection) -> Vec<String> {
    crate::common::dump::rows(database, "select name from pragma_table_info('apply_events') order by cid")
}

/// `insert` of a copy of the row of a condition, with some columns replaced.
fn copy(columns: &[String], verb: &str, changes: &[(&str, &str)], condition: &str) -> String {
    let values: Vec<&str> = columns
        .iter()
        .map(|column| {
            let other = changes.iter().find(|(name, _)| name == column);
            other.map_or(column.as_str(), |(_, value)| value)
        })
        .collect();
    format!(
        "{verb} into apply_events select {} from apply_events where {condition} limit 1",
        values.join(", ")
    )
}

/// A warehouse with a dry run and an ended live apply of plan 1.
fn applied() -> Rehearsal {
    let it = Rehearsal::demo();
    it.run(&["apply", "1"]).expect(0);
    it.apply().expect(0);
    it
}

/// Runs statements that must all be refused and leave nothing, under each combination of the settings of a
/// connection that matter to triggers.
fn refused(it: &Rehearsal, attacks: &[String]) {
    let before = it.dump();
    let database = Connection::open(it.db()).unwrap();
    for is_recursive in [false, true] {
        for is_checking in [false, true] {
            database.pragma_update(None, "recursive_triggers", is_recursive).unwrap();
            database.pragma_update(None, "foreign_keys", is_checking).unwrap();
            for attack in attacks {
                let error = database.execute(attack, []).expect_err(attack).to_string();
                // A number that is none is refused by SQLite itself.
                let is_refused = error.contains(REFUSED) || error == "datatype mismatch";
                assert!(is_refused, "{attack}: {error}");
            }
        }
    }
    it.dump().assert_same(&before);
}

#[test]
fn no_event_is_ever_changed_or_taken_away() {
    let it = applied();
    let columns = columns(&Connection::open(it.db()).unwrap());
    assert_eq!(columns.len(), 20);
    let mut attacks = Vec::new();
    for column in &columns {
        for verb in ["update", "update or replace", "update or ignore"] {
            attacks.push(format!("{verb} apply_events set {column} = {column}"));
            attacks.push(format!("{verb} apply_events set {column} = null where event_id = 2"));
        }
        attacks.push(format!(
            "insert into apply_events select * from apply_events where true
             on conflict do update set {column} = excluded.{column}"
        ));
    }
    attacks.extend(
        [
            "delete from apply_events",
            "delete from apply_events where event_id = (select max(event_id) from apply_events)",
            "delete from apply_events where event_id = 3",
            "update apply_events set event_id = event_id + 100",
            "update apply_events set body = body || ' ' where kind = 'outcome'",
            "insert into apply_events select * from apply_events",
            "insert into apply_events select * from apply_events where true on conflict do nothing",
            "replace into apply_events select * from apply_events",
            "insert or rollback into apply_events select * from apply_events",
        ]
        .map(str::to_owned),
    );
    refused(&it, &attacks);
}

#[test]
fn no_event_takes_the_place_of_another() {
    let it = applied();
    let columns = columns(&Connection::open(it.db()).unwrap());
    let mut attacks = Vec::new();
    let head = "(select e.hash from apply_events as e order by e.event_id desc limit 1)";
    let next = "(select max(e.event_id) + 1 from apply_events as e)";
    for verb in ["insert", "insert or replace", "insert or ignore", "insert or fail", "insert or abort"] {
        // A row with the key of another one, for each key.
        attacks.push(copy(&columns, verb, &[], "event_id = 2"));
        attacks.push(copy(&columns, verb, &[("event_id", next), ("previous_hash", head)], "event_id = 2"));
        attacks.push(copy(&columns, verb, &[("event_id", next)], "event_id = 2"));
        attacks.push(copy(&columns, verb, &[("hash", "'x'"), ("previous_hash", head)], "event_id = 2"));
        // The next number, but after another event; after the last one, but with another number.
        let hash = format!("'{}'", "a".repeat(64));
        let wrong = format!("'{}'", "b".repeat(64));
        let late: [&[(&str, &str)]; 5] = [
            &[("event_id", next), ("hash", &hash), ("previous_hash", &wrong)],
            &[("event_id", "1000"), ("hash", &hash), ("previous_hash", head)],
            &[("event_id", "0"), ("hash", &hash), ("previous_hash", head)],
            &[("event_id", "-1"), ("hash", &hash), ("previous_hash", head)],
            &[("event_id", "null"), ("hash", &hash), ("previous_hash", &wrong)],
        ];
        attacks.extend(late.iter().map(|changes| copy(&columns, verb, changes, "event_id = 2")));
    }
    refused(&it, &attacks);
}

/// An event that fits the end of the chain, ready to be inserted by the statement of the program.
struct Next {
    body: BTreeMap<&'static str, Value>,
}

impl Next {
    fn after(it: &Rehearsal, attempt_id: i64, mode: &str, kind: &str) -> Self {
        let last = it.rows("select event_id, hash from apply_events order by event_id desc limit 1");
        let (event_id, hash) = last.first().map_or(("0", "0".repeat(64)), |row| {
            let (id, hash) = row.split_once('|').unwrap();
            (id, hash.to_owned())
        });
        let event_id: i64 = event_id.parse().unwrap();
        Self {
            body: BTreeMap::from([
                ("event_id", json!(event_id + 1)),
                ("previous_hash", json!(hash)),
                ("attempt_id", json!(attempt_id)),
                ("plan_id", json!(1)),
                ("mode", json!(mode)),
                ("kind", json!(kind)),
                ("at", json!("2026-11-02T07:00:00Z")),
            ]),
        }
    }

    fn with(mut self, name: &'static str, value: Value) -> Self {
        self.body.insert(name, value);
        self
    }

    /// Inserts it and says what the database said.
    fn insert(&self, it: &Rehearsal) -> Result<(), String> {
        let body = serde_json::to_string(&self.body).unwrap();
        Self::insert_as(it, &[], &body)
    }

    /// Inserts it with columns that say something else than the body.
    fn insert_as(it: &Rehearsal, columns: &[(&str, &str)], body: &str) -> Result<(), String> {
        let sql = include_str!("../../queries/receipt/insert_event.sql");
        let sql = columns.iter().fold(sql.to_owned(), |sql, (name, value)| {
            let path = match *name {
                "before_value" => "before",
                "after_value" => "after",
                "http_status" => "status",
                name => name,
            };
            let said = format!("json_extract(:body, '$.{path}')");
            assert!(sql.contains(&said), "{said}");
            sql.replace(&said, value)
        });
        let database = Connection::open(it.db()).unwrap();
        let inserted = database.execute(&sql, &[(":body", body), (":hash", &sha256(body))]);
        inserted.map(|_| ()).map_err(|error| error.to_string())
    }
}

#[test]
fn what_is_over_stays_over() {
    let it = applied();
    let before = it.dump();
    // Attempt 1 is the dry run, attempt 2 the live one; both ended.
    let attacks = [
        ("an event of an apply that ended", Next::after(&it, 2, "live", "intent").with("position", json!(1))),
        ("its end once more", Next::after(&it, 2, "live", "apply_ended")),
        ("its beginning once more", Next::after(&it, 2, "live", "apply_started")),
        ("a second live apply of the plan", Next::after(&it, 3, "live", "apply_started")),
        ("an apply that never began", Next::after(&it, 3, "dry_run", "apply_ended")),
        (
            "an outcome of one that never began",
            Next::after(&it, 3, "dry_run", "outcome")
                .with("position", json!(1))
                .with("outcome", json!("applied")),
        ),
    ];
    for (what, attack) in attacks {
        assert_eq!(attack.insert(&it), Err(REFUSED.to_owned()), "{what}");
    }
    it.dump().assert_same(&before);
    // The same statement adds what may be added, so it is not refused for its form.
    Next::after(&it, 3, "dry_run", "apply_started").insert(&it).unwrap();
    let outcome = || {
        Next::after(&it, 3, "dry_run", "outcome")
            .with("position", json!(1))
            .with("outcome", json!("would_apply"))
    };
    outcome().insert(&it).unwrap();
    let before = it.dump();
    assert_eq!(outcome().insert(&it), Err(REFUSED.to_owned()), "decided twice");
    let late = Next::after(&it, 3, "dry_run", "intent").with("position", json!(1));
    assert_eq!(late.insert(&it), Err(REFUSED.to_owned()), "an intent after its outcome");
    let other = Next::after(&it, 3, "live", "apply_ended");
    assert_eq!(other.insert(&it), Err(REFUSED.to_owned()), "a dry run that ends as a live one");
    let other = Next::after(&it, 3, "dry_run", "apply_ended").with("plan_id", json!(2));
    assert_eq!(other.insert(&it), Err(REFUSED.to_owned()), "of another plan");
    it.dump().assert_same(&before);
}

#[test]
fn the_columns_say_what_the_body_says() {
    let it = Rehearsal::demo();
    Next::after(&it, 1, "live", "apply_started").insert(&it).unwrap();
    let outcome = Next::after(&it, 1, "live", "outcome")
        .with("position", json!(1))
        .with("outcome", json!("applied"))
        .with("reason", json!("r"))
        .with("before", json!({"a": 1}))
        .with("after", json!({"a": 2}))
        .with("status", json!(200))
        .with("request_id", json!("q"));
    let body = serde_json::to_string(&outcome.body).unwrap();
    let before = it.dump();
    let lies: &[(&str, &str)] = &[
        ("at", "'2026-11-02T07:00:01Z'"),
        ("position", "2"),
        ("outcome", "'failed'"),
        ("reason", "'other'"),
        ("reason", "null"),
        ("before_value", "'{\"a\":3}'"),
        ("after_value", "null"),
        ("http_status", "500"),
        ("http_status", "null"),
        ("request_id", "null"),
        ("plan_hash", "'x'"),
        ("source_identity", "'x'"),
        ("tool_version", "'x'"),
        ("stopped_by", "'x'"),
    ];
    for lie in lies {
        let error = Next::insert_as(&it, &[*lie], &body).unwrap_err();
        assert!(error.starts_with("CHECK constraint failed"), "{lie:?}: {error}");
    }
    // What the trigger asks for is asked of the columns; that the body agrees is asked after it.
    for name in
        ["event_id", "attempt_id", "plan_id", "mode", "kind", "position", "previous_hash", "at", "outcome"]
    {
        let value = outcome.body[name].to_string().replace('"', "'");
        for other in [json!("other"), Value::Null] {
            let mut body = outcome.body.clone();
            body.insert(name, other);
            let body = serde_json::to_string(&body).unwrap();
            let error = Next::insert_as(&it, &[(name, &value)], &body).unwrap_err();
            assert!(error.starts_with("CHECK constraint failed"), "{name}: {error}");
        }
    }
    // Rows that no kind of event has.
    for (what, row) in [
        ("an outcome without an outcome", Next::after(&it, 1, "live", "outcome").with("position", json!(1))),
        ("an intent of no row", Next::after(&it, 1, "live", "intent")),
        ("an end of one row", Next::after(&it, 1, "live", "apply_ended").with("position", json!(1))),
        (
            "an intent with an outcome",
            Next::after(&it, 1, "live", "intent")
                .with("position", json!(1))
                .with("outcome", json!("applied")),
        ),
        ("a kind that is none", Next::after(&it, 1, "live", "deleted")),
        (
            "an outcome that is none",
            Next::after(&it, 1, "live", "outcome").with("position", json!(1)).with("outcome", json!("done")),
        ),
    ] {
        let error = row.insert(&it).unwrap_err();
        assert!(error.starts_with("CHECK constraint failed"), "{what}: {error}");
    }
    let error = Next::insert_as(&it, &[], "no JSON").unwrap_err();
    assert!(error.contains("malformed JSON"), "{error}");
    it.dump().assert_same(&before);
    outcome.insert(&it).unwrap();
}
