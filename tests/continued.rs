//! Readings of what changed: a warehouse that is given only that says the same as one that is given all.
//!
//! Random histories of a company. At each step one warehouse ingests all of it, the other one for some of the
//! collections only what changed since the step before, as the API's exports have it: deleted records among it,
//! records that did not change, records twice. After each step both are audited and planned. At the end every
//! public view must have the same rows. `ORGDRIFT_HISTORIES` sets how many histories there are.

#![allow(clippy::similar_names, reason = "a seed, and what was seen")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use orgdrift::audit::{AuditOptions, audit, audit_in_full};
use orgdrift::ingest::Allowance;
use orgdrift::ingest::salesforce::{SalesforceOptions, ingest_file};
use orgdrift::ingest::zendesk::{ZendeskOptions, ingest_folder};
use orgdrift::model::{Collection, ContinueAt, Outcome};
use orgdrift::plan::{self, PlanOptions};
use orgdrift::warehouse::Warehouse;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::dice::Dice;
use crate::common::dump::rows;
use crate::common::whole::whole;
use crate::common::{clock, new_warehouse, times};

const STEPS: usize = 7;
const ACCOUNTS: [&str; 4] =
    ["001Hs00003WqA01IAF", "001Hs00003WqA02IAF", "001Hs00003WqA03IAF", "001Hs00003WqA04IAF"];
const DOMAINS: [&str; 5] =
    ["alder-demo.com", "birch-demo.com", "cedar-demo.org", "dogwood-demo.net", "gmail.com"];
const COLLECTIONS: [&str; 4] = ["organizations", "users", "organization_memberships", "tickets"];
/// What changes of a reading, of which the other warehouse has another proof.
const DIFFERENT: [&str; 4] = ["snapshots", "snapshot_collections", "ingest_warnings", "runs"];

#[test]
fn what_changed_put_over_what_was_there_is_all_there_is() {
    // CI runs fifteen right after the other tests.
    let histories = times("ORGDRIFT_HISTORIES", 5);
    let mut tally = Seen::default();
    for seed in 0..histories {
        live(seed, &mut tally);
    }
    // It would be easy to compare nothing with nothing.
    assert!(tally.continued > 3 * histories && tally.walked_again > histories / 2, "{tally:?}");
    assert!(tally.followed > 0 && tally.gone > 0 && tally.partial > 0 && tally.issues > 0, "{tally:?}");
}

/// What the histories had in them.
#[derive(Debug, Default)]
struct Seen {
    /// Collections that were continued.
    continued: u64,
    /// Collections that could not be, because the step before was incomplete.
    walked_again: u64,
    /// Tickets of which only the requester changed.
    followed: u64,
    gone: u64,
    partial: u64,
    issues: u64,
}

fn live(seed: u64, had: &mut Seen) {
    let mut dice = Dice::new(seed);
    let folder = tempfile::tempdir().unwrap();
    let dbs = ["walked", "continued"].map(|name| {
        fs::create_dir(folder.path().join(name)).unwrap();
        new_warehouse(&folder.path().join(name))
    });
    let warehouses = dbs.each_ref().map(|db| Warehouse::open_for_writing(db).unwrap());
    let with_subjects = dice.chance(50);
    let mut company = Company::default();
    for step in 0..STEPS {
        company.change(&mut dice, step);
        let options = ZendeskOptions {
            accept_shrink: dice.chance(60),
            // A share of collections as small as these would never be a loss to doubt.
            max_shrink: Allowance::Count(0),
            since: (step > 2 && dice.chance(10)).then(|| time(2, 0)),
            with_subjects,
            ..ZendeskOptions::default()
        };
        let paths = ["walked", "continued"].map(|name| folder.path().join(name).join(format!("step-{step}")));
        company.write_all(&paths[0], step);
        company.write_changes(&paths[1], step, &warehouses[1], &mut dice, had);
        let is_first = step == 0;
        let accounts = (is_first || dice.chance(30)).then(|| accounts(&mut dice));
        let hashes = [0, 1].map(|at| {
            let warehouse = &warehouses[at];
            let report = ingest_folder(warehouse, &paths[at], &options, &clock()).unwrap();
            let partial = report.collections.iter().filter(|row| row.outcome == Outcome::Partial).count();
            had.partial += partial as u64;
            if let Some(accounts) = &accounts {
                let path = folder.path().join("accounts.csv");
                fs::write(&path, accounts).unwrap();
                let options = SalesforceOptions { accept_shrink: true, ..SalesforceOptions::default() };
                ingest_file(warehouse, &path, &options, &clock()).unwrap();
            }
            // One looks at everything each time, the other at what changed: they say the same.
            let audit = if at == 0 { audit_in_full } else { audit };
            audit(warehouse, &AuditOptions::default(), &clock()).unwrap();
            // Over the content of the snapshots, too; none of an incomplete one.
            plan::create(warehouse, None, &PlanOptions::default(), &clock())
                .ok()
                .map(|made| made.plan.plan_hash)
        });
        assert_eq!(hashes[0], hashes[1], "seed {seed}, step {step}: plans differ");
    }
    drop(warehouses);
    compare(&dbs.each_ref().map(|db| Connection::open(db).unwrap()), seed, had);
}

fn compare([walked, continued]: &[Connection; 2], seed: u64, had: &mut Seen) {
    let names = rows(
        walked,
        r"select name from sqlite_schema
         where type in ('table', 'view') and name not like '\_%' escape '\' and name not like 'sqlite%'
           and name not like 'link\_%' escape '\' order by name",
    );
    assert!(names.len() > 40, "{names:?}");
    let mut selects: Vec<String> = names
        .iter()
        .filter(|name| !DIFFERENT.contains(&name.as_str()))
        .map(|name| format!("select * from {name}"))
        .collect();
    selects.extend(
        [
            "select snapshot_id, collection, outcome, reason, row_count, bound_since from snapshot_collections",
            "select run_id, salesforce_snapshot_id, zendesk_snapshot_id, rule_set_digest, options from runs",
            "select snapshot_id, source, taken_at, state, multiple_organizations, options from snapshots",
            // The same number of versions, so the same cost; tickets of which only the requester changed among
            // them.
            "select t.ticket_id, t.valid_from, t.valid_to, d.domain from _ticket_versions as t
             left join _domains as d on d.domain_id = t.requester_domain_id",
            "select user_id, valid_from, valid_to from _user_versions",
            "select organization_id, valid_from, valid_to from _organization_versions",
        ]
        .map(str::to_owned),
    );
    for select in selects {
        // Under `--since` a walk brings the requesters of old tickets up to date only later; no rule asks them.
        let is_versions = select.contains("_ticket_versions");
        if is_versions
            && rows(walked, "select 1 from snapshot_collections where outcome = 'bounded'") != [""; 0]
        {
            continue;
        }
        let sorted = |connection| {
            let mut rows = rows(connection, &select);
            rows.sort();
            rows
        };
        assert_eq!(sorted(walked), sorted(continued), "seed {seed}: {select}");
    }
    let count = |sql: &str| rows(continued, sql)[0].parse::<u64>().unwrap();
    had.issues += count("select count(*) from issues");
    had.gone += count(
        "select count(*) from _user_versions as v where v.valid_to < 9223372036854775807 and not exists (
           select 1 from _user_versions as n where n.user_id = v.user_id and n.valid_from = v.valid_to)",
    );
    had.followed += count(
        "select count(*) from _ticket_versions as t
         cross join _ticket_versions as n
         where n.ticket_id = t.ticket_id and n.valid_from = t.valid_to
           and n.requester_domain_id is distinct from t.requester_domain_id
           and n.requester_id is not distinct from t.requester_id
           and n.organization_id is not distinct from t.organization_id and n.status = t.status
           and n.subject is not distinct from t.subject and n.via_channel = t.via_channel",
    );
}

/// A time of a step: the later the step, the later the time.
fn time(step: usize, second: u64) -> String {
    format!("2026-10-{:02}T00:00:{second:02}Z", step + 1)
}

fn accounts(dice: &mut Dice) -> String {
    let mut text = "Id,Name,Domain__c,Zendesk_Organization_Id__c\n".to_owned();
    for id in ACCOUNTS {
        let stored = dice.pick(&["", "", "21", "22", "23"]);
        writeln!(text, "{id},Alder,{},{stored}", dice.pick(&DOMAINS)).unwrap();
    }
    text
}

/// The records as they are, deleted ones among them.
#[derive(Default)]
struct Company {
    collections: [BTreeMap<i64, Record>; 4],
}

#[derive(Clone)]
struct Record {
    value: Value,
    /// As it was before its last change.
    before: Option<Value>,
    changed_in: usize,
    is_deleted: bool,
}

impl Company {
    fn change(&mut self, dice: &mut Dice, step: usize) {
        for (at, name) in COLLECTIONS.into_iter().enumerate() {
            let first = 21 + i64::try_from(at).unwrap() * 100;
            for id in first..first + 8 {
                let chance = if step == 0 { 70 } else { 22 };
                if !dice.chance(chance) {
                    continue;
                }
                let old = self.collections[at].get(&id);
                let is_deleted = old.is_some_and(|old| !old.is_deleted) && dice.chance(30);
                if name == "organization_memberships" && is_deleted {
                    self.collections[at].remove(&id);
                    continue;
                }
                let before = old.filter(|old| !old.is_deleted).map(|old| old.value.clone());
                let mut value = match &before {
                    Some(value) => value.clone(),
                    None => Self::record(dice, name, id),
                };
                Self::touch(dice, name, &mut value, is_deleted);
                value["updated_at"] = time(step, 1 + dice.below(50)).into();
                self.collections[at].insert(id, Record { value, before, changed_in: step, is_deleted });
            }
        }
    }

    fn record(dice: &mut Dice, name: &str, id: i64) -> Value {
        let created_at = time(usize::try_from(id).unwrap() % 4, 0);
        let record = match name {
            "organizations" => {
                json!({"id": id, "name": "Alder", "domain_names": [], "created_at": created_at})
            }
            "users" => json!({"id": id, "name": "Ann", "active": true, "created_at": created_at}),
            "organization_memberships" => json!({
                "id": id, "user_id": 121 + dice.roll() % 8, "organization_id": 21 + dice.roll() % 8,
                "created_at": created_at,
            }),
            _ => json!({"id": id, "status": "open", "created_at": created_at, "via": {"channel": "web"}}),
        };
        whole(name, record)
    }

    /// Changes something, perhaps what matters.
    fn touch(dice: &mut Dice, name: &str, value: &mut Value, is_deleted: bool) {
        let some_organization = |dice: &mut Dice| dice.pick(&[None, Some(21), Some(22), Some(23), Some(24)]);
        match name {
            "organizations" => {
                value["name"] = dice.pick(&["Alder", "Birch"]).into();
                value["external_id"] = json!(dice.pick(&[None, None, Some(ACCOUNTS[0]), Some(ACCOUNTS[1])]));
                value["domain_names"] = json!(dice.some(&DOMAINS, 25));
                value["deleted_at"] = json!(is_deleted.then_some("2026-10-20T00:00:00Z"));
            }
            "users" => {
                let domain = dice.pick(&DOMAINS);
                value["email"] = format!("ann@{domain}").into();
                value["role"] = dice.pick(&["end-user", "end-user", "agent"]).into();
                value["suspended"] = dice.chance(15).into();
                value["verified"] = dice.chance(50).into();
                value["organization_id"] = json!(some_organization(dice));
                value["active"] = (!is_deleted).into();
            }
            "organization_memberships" => value["default"] = dice.chance(50).into(),
            _ => {
                value["requester_id"] = (121 + dice.roll() % 8).into();
                value["organization_id"] = json!(some_organization(dice));
                value["subject"] = dice.pick(&["one", "two"]).into();
                value["status"] =
                    if is_deleted { "deleted" } else { dice.pick(&["open", "closed", "solved"]) }.into();
            }
        }
    }

    /// All of it: lists of what is there; the export of tickets shows deleted ones, too.
    fn write_all(&self, path: &Path, step: usize) {
        fs::create_dir(path).unwrap();
        for (at, name) in COLLECTIONS.into_iter().enumerate() {
            write_file(path, name, &self.all(at));
        }
        write_manifest(path, step, &BTreeMap::new());
    }

    fn all(&self, at: usize) -> Vec<Value> {
        let records = self.collections[at].values();
        let is_export = COLLECTIONS[at] == "tickets";
        records.filter(|record| is_export || !record.is_deleted).map(|record| record.value.clone()).collect()
    }

    /// What changed, for collections that the warehouse can continue; else all.
    fn write_changes(
        &self,
        path: &Path,
        step: usize,
        warehouse: &Warehouse,
        dice: &mut Dice,
        had: &mut Seen,
    ) {
        fs::create_dir(path).unwrap();
        let base = warehouse.continuation().unwrap();
        let mut since = BTreeMap::new();
        for (at, name) in COLLECTIONS.into_iter().enumerate() {
            let collection = Collection::from_text(name).unwrap();
            let place = base.as_ref().and_then(|base| base.of(collection));
            let is_wanted = name != "organization_memberships" && step > 0 && dice.chance(85);
            had.walked_again += u64::from(is_wanted && place.is_none());
            let Some(place) = place.filter(|_| is_wanted) else {
                write_file(path, name, &self.all(at));
                continue;
            };
            had.continued += 1;
            since.insert(name, place.clone());
            let mut records = Vec::new();
            let mut ids = BTreeSet::new();
            for (&id, record) in &self.collections[at] {
                let is_changed = record.changed_in == step;
                // Exports overlap.
                if is_changed || dice.chance(10) {
                    records.push(record.value.clone());
                    ids.insert(id);
                }
                if let Some(before) = record.before.as_ref().filter(|_| is_changed && dice.chance(30)) {
                    records.push(before.clone());
                }
                if is_changed && dice.chance(10) {
                    records.push(record.value.clone());
                }
            }
            let order = dice.some(&(0..records.len()).collect::<Vec<_>>(), 100);
            let records: Vec<Value> = order.into_iter().map(|at| records[at].clone()).collect();
            write_file(path, name, &records);
        }
        write_manifest(path, step, &since);
    }
}

fn write_file(path: &Path, name: &str, records: &[Value]) {
    let page = json!({name: records, "end_of_stream": true, "after_cursor": "x"});
    fs::write(path.join(format!("{name}.ndjson")), format!("{page}\n")).unwrap();
}

/// Says of each collection where a later reading goes on, and of those that went on, since when.
fn write_manifest(path: &Path, step: usize, since: &BTreeMap<&str, ContinueAt>) {
    let collections: BTreeMap<&str, Value> = COLLECTIONS
        .into_iter()
        .map(|name| {
            let continue_at = match name {
                "organizations" => json!({"time": 1_790_000_000 + step}),
                "organization_memberships" => Value::Null,
                _ => json!({"cursor": format!("{name}-{step}")}),
            };
            let since = since.get(name);
            let said = json!({
                "outcome": "complete",
                "reading": if since.is_some() { "continued" } else { "walk" },
                "since": since,
                "continue_at": continue_at,
            });
            (name, said)
        })
        .collect();
    let manifest = json!({
        "subdomain": "acme-demo",
        "taken_at": time(step, 59),
        "source": "api",
        "state": "complete",
        "collections": collections,
    });
    fs::write(path.join("manifest.json"), manifest.to_string()).unwrap();
}
