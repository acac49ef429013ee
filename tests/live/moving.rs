//! Records that change, come and go while they are read: a reading has each as it was at one moment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use orgdrift::sandbox::World;
use serde_json::Value;

use super::stage::{Accounts, Mode, PLACES, Place, Rows, Stage, command, newest, said};
use crate::common::faults::{Fault, Which};

/// A change of a record, of the kind that its collection has.
fn put(world: &mut World, collection: &str, record: &Value) {
    let text = record.to_string();
    match collection {
        "organizations" => world.put_organization(&text),
        "users" => world.put_user(&text),
        "tickets" => world.put_ticket(&text),
        _ => world.put_membership(&text),
    }
    .unwrap();
}

fn get(world: &World, collection: &str, id: i64) -> Value {
    match collection {
        "organizations" => world.organization(id),
        "users" => world.user(id),
        "tickets" => world.ticket(id),
        _ => world.membership(id),
    }
    .unwrap()
}

fn remove(world: &mut World, collection: &str, id: i64) {
    assert!(match collection {
        "organizations" => world.remove_organization(id),
        "users" => world.remove_user(id),
        "tickets" => world.remove_ticket(id),
        _ => world.remove_membership(id),
    });
}

/// The record with another value of something that is kept.
fn changed(collection: &str, mut record: Value) -> Value {
    match collection {
        "organizations" | "users" => record["name"] = "Somebody Else".into(),
        "tickets" => record["status"] = "hold".into(),
        _ => record["organization_id"] = 21_700_000_001_013_i64.into(),
    }
    // A minute before the moment of the reading: the export of tickets holds back what is later.
    record["updated_at"] = "2026-11-02T06:00:59Z".into();
    record["generated_timestamp"] = 1_793_599_259.into();
    record
}

/// The rows of each record.
fn by_id(rows: &Rows, collection: &str) -> BTreeMap<i64, BTreeSet<String>> {
    let mut all: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for row in &rows[collection] {
        let (_, cells) = row.split_once(": ").unwrap();
        let id = cells.split('|').next().unwrap().parse().unwrap();
        all.entry(id).or_default().insert(row.clone());
    }
    all
}

/// The ids in the order in which a listing has them.
fn order(accounts: &Accounts, place: &Place, rows: &Rows) -> Vec<i64> {
    let mut ids: Vec<i64> = by_id(rows, place.collection).into_keys().collect();
    if place.path.contains("incremental") {
        let at = |id: &i64| {
            accounts.of(place.mode).sandbox.look(|world| {
                let ticket = world.ticket(*id).unwrap();
                let updated: jiff::Timestamp = ticket["updated_at"].as_str().unwrap().parse().unwrap();
                (ticket["generated_timestamp"].as_i64().unwrap_or(updated.as_second()), *id)
            })
        };
        ids.sort_by_key(at);
    }
    ids
}

#[test]
fn records_that_move_while_they_are_read_are_read_at_one_moment() {
    let stage = Stage::new(&Accounts::new());
    for place in PLACES.iter().filter(|place| place.mode != Mode::Continued) {
        let accounts = Accounts::new();
        let sandbox = accounts.of(place.mode);
        let collection = place.collection;
        let expected = stage.expected(place.mode);
        let ids = order(&accounts, place, expected);
        // Before the third page of four is asked for.
        let (read, last_read, unread, leaving) = (ids[1], ids[7], ids[9], ids[10]);
        let new = ids.iter().max().unwrap() + 1;
        sandbox.faults.on(
            place.path,
            Which::Nth(3),
            Fault::Meanwhile(Arc::new(move |world| {
                for id in [read, unread] {
                    let record = changed(collection, get(world, collection, id));
                    put(world, collection, &record);
                }
                let mut another = changed(collection, get(world, collection, ids[0]));
                another["id"] = new.into();
                put(world, collection, &another);
                // Of these one is the record that the cursor names.
                for id in [last_read, leaving] {
                    remove(world, collection, id);
                }
            })),
        );
        let bench = stage.bench(place.mode);
        let told = bench.run_command(command(&bench, sandbox, place.mode, place.mode.arguments()));
        assert!(told.code == 0 && sandbox.faults.hits() == [1], "{place:?}: {}", said(&told));
        let (found, expected) = (by_id(&newest(&bench), collection), by_id(expected, collection));
        let only = |one: &BTreeMap<i64, _>, other: &BTreeMap<i64, _>| {
            one.keys().copied().filter(|id| !other.contains_key(id)).collect::<Vec<i64>>()
        };
        assert_eq!(only(&expected, &found), [leaving], "{place:?}");
        assert_eq!(only(&found, &expected), [new], "{place:?}");
        let mut differ: Vec<i64> = expected
            .iter()
            .filter(|(id, rows)| found.get(id).is_some_and(|found| found != *rows))
            .map(|(id, _)| *id)
            .collect();
        differ.sort_unstable();
        // The export brings a record that was read once more, at the end.
        let mut moved = if place.path.contains("incremental") { vec![read, unread] } else { vec![unread] };
        moved.sort_unstable();
        assert_eq!(differ, moved, "{place:?}");
    }
}
