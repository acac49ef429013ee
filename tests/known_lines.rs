//! Lines that are not read again: a warehouse that knows them says the same as one that reads every line.
//!
//! Random histories of a company whose records stand one a line. Two warehouses ingest the same folders; one reads every
//! line each time. After each day their reports and all their tables must be the same, down to the numbers of domains and
//! the versions. `ORGDRIFT_HISTORIES` sets how many histories there are.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use orgdrift::ingest::Allowance;
use orgdrift::ingest::zendesk::{FieldOptions, ZendeskOptions, ingest_folder};
use orgdrift::model::DomainKind;
use orgdrift::warehouse::Warehouse;
use orgdrift::warehouse::forget::Whom;
use orgdrift::warehouse::prune;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::bench::Bench;
use crate::common::dice::Dice;
use crate::common::dump::rows;
use crate::common::whole::whole;
use crate::common::{clock, new_warehouse, times};

const DAYS: usize = 9;
const COLLECTIONS: [&str; 4] = ["organizations", "users", "organization_memberships", "tickets"];
const ACCOUNTS: [&str; 2] = ["001Hs00003WqA01IAF", "001Hs00003WqA02IAF"];
/// One is a page, one may become one, and one is no domain.
const DOMAINS: [&str; 12] = [
    "alder-demo.com",
    "birch-demo.com",
    "cedar-demo.org",
    "dogwood-demo.net",
    "elder-demo.com",
    "fir-demo.com",
    "gum-demo.com",
    "holly-demo.com",
    "ivy-demo.com",
    "gmail.com",
    "facebook.com",
    "not a host",
];
/// Of each file its own: a name, a key, and what is known of lines.
const OWN: [&str; 6] = [
    "_warehouse_identity",
    "_forgetting",
    "_forgotten_addresses",
    "_migrations",
    "_line_lists",
    "_line_parts",
];

/// What the histories had in them.
#[derive(Debug, Default)]
struct Had {
    /// Lines that were known, and all of them.
    known: u64,
    lines: u64,
    /// By kind of event, days.
    events: BTreeMap<&'static str, u64>,
    warnings: u64,
    partial: u64,
    repeated: u64,
}

#[test]
fn a_line_that_is_known_is_as_good_as_read() {
    // CI runs fifteen right after the other tests.
    let histories = times("ORGDRIFT_HISTORIES", 5);
    let mut had = Had::default();
    for seed in 0..histories {
        live(seed, &mut had);
    }
    println!("{histories} histories of {DAYS} days, no difference: {had:#?}");
    // It would be easy to compare a reading with itself.
    assert!(had.known * 4 > had.lines, "{had:?}");
    assert!(had.warnings > 0 && had.partial > 0 && had.repeated > 0, "{had:?}");
    let least = histories / 6;
    for event in ["options", "list of domains", "forgotten", "taken back", "other orgdrift", "pages", "gone"]
    {
        assert!(had.events.get(event).copied().unwrap_or(0) >= least, "{event} came too rarely: {had:?}");
    }
}

fn live(seed: u64, had: &mut Had) {
    let mut dice = Dice::new(seed);
    let folder = tempfile::tempdir().unwrap();
    let dbs = ["every", "known"].map(|name| {
        fs::create_dir(folder.path().join(name)).unwrap();
        new_warehouse(&folder.path().join(name))
    });
    let warehouses = dbs.each_ref().map(|db| Warehouse::open_for_writing(db).unwrap());
    let mut company = Company {
        size: 8 + dice.below(24),
        is_export: [0; 4].map(|_| dice.chance(20)),
        ..Company::default()
    };
    let mut fields = FieldOptions::default();
    let mut with_subjects = dice.chance(50);
    let mut since = None;
    for day in 0..DAYS {
        company.change(&mut dice, day);
        if day > 0 {
            if dice.chance(8) {
                *had.events.entry("options").or_default() += 1;
                match dice.below(3) {
                    0 => with_subjects = !with_subjects,
                    1 => since = dice.pick(&[None, Some(time(1, 0)).as_deref()]).map(str::to_owned),
                    _ => {
                        fields.account_id_field =
                            if fields.account_id_field.is_some() { None } else { Some("account".to_owned()) };
                        fields.ignore_fields = vec![dice.pick(&["account", "other"]).to_owned()];
                    }
                }
            }
            between(&warehouses, &dbs, &mut dice, had);
        }
        let path = folder.path().join(format!("day-{day}"));
        company.write(&path, day, &mut dice, had);
        let accept_shrink = dice.chance(40);
        let reports = [true, false].map(|every_line| {
            let options = ZendeskOptions {
                accept_shrink,
                max_shrink: Allowance::Count(2),
                since: since.clone(),
                with_subjects,
                fields: fields.clone(),
                every_line,
                ..ZendeskOptions::default()
            };
            ingest_folder(&warehouses[usize::from(!every_line)], &path, &options, &clock())
        });
        let [every, known] = reports.map(|report| match report {
            Ok(mut report) => {
                let count = std::mem::take(&mut report.known_count);
                had.warnings += report.warning_count;
                had.partial += u64::from(!report.is_complete());
                had.repeated += report.collections.iter().map(|row| row.repeated_count).sum::<u64>();
                (format!("{report:?}"), count)
            }
            Err(error) => (error.to_string(), 0),
        });
        assert_eq!(every, (known.0, 0), "seed {seed}, day {day}");
        had.known += known.1;
        had.lines += company.collections.iter().map(|records| records.len() as u64).sum::<u64>();
        compare(&dbs, &format!("seed {seed}, day {day}"));
    }
}

/// What others than an ingest do to a warehouse.
fn between(warehouses: &[Warehouse; 2], dbs: &[std::path::PathBuf; 2], dice: &mut Dice, had: &mut Had) {
    let now = "2026-11-05T00:00:00Z";
    if dice.chance(8) {
        *had.events.entry("list of domains").or_default() += 1;
        let (domain, is_added) = (dice.pick(&["alder-demo.com", "facebook.com"]), dice.chance(50));
        for warehouse in warehouses {
            if is_added {
                warehouse.add_personal_domain(domain, DomainKind::Platform, now).unwrap();
            } else {
                warehouse.remove_personal_domain(domain, now).unwrap();
            }
        }
    }
    if dice.chance(5) {
        *had.events.entry("forgotten").or_default() += 1;
        let id = 121 + i64::try_from(dice.below(24)).unwrap();
        for warehouse in warehouses {
            warehouse.forget(&Whom::Id(id), now).unwrap();
        }
    }
    if dice.chance(5) {
        *had.events.entry("taken back").or_default() += 1;
        for warehouse in warehouses {
            let Some((newest, _)) = warehouse.newest_snapshot().unwrap() else { continue };
            let transaction = warehouse.begin().unwrap();
            prune::take_back_newest(&transaction, newest).unwrap();
            transaction.commit().unwrap();
        }
    }
    if dice.chance(4) {
        *had.events.entry("other orgdrift").or_default() += 1;
        let file = Connection::open(&dbs[1]).unwrap();
        file.execute("update _line_lists set made_of = replace(made_of, 'orgdrift', 'other')", []).unwrap();
    }
}

fn compare(dbs: &[std::path::PathBuf; 2], place: &str) {
    let [every, known] = dbs.each_ref().map(|db| Connection::open(db).unwrap());
    let tables = rows(&every, "select name from sqlite_schema where type = 'table' order by name");
    assert!(tables.len() > 30, "{tables:?}");
    for table in tables.iter().filter(|table| !OWN.contains(&table.as_str())) {
        let select = format!("select * from \"{table}\"");
        let sorted = |connection| {
            let mut rows = rows(connection, &select);
            rows.sort();
            rows
        };
        assert_eq!(sorted(&every), sorted(&known), "{place}: {table}");
    }
}

/// A time of a day: the later the day, the later the time.
fn time(day: usize, second: u64) -> String {
    format!("2026-10-{:02}T00:00:{second:02}Z", day + 1)
}

/// The records in the order of the files, some of them twice.
#[derive(Default)]
struct Company {
    size: u64,
    is_export: [bool; 4],
    collections: [Vec<Value>; 4],
}

impl Company {
    fn change(&mut self, dice: &mut Dice, day: usize) {
        let size = self.size;
        for (at, name) in COLLECTIONS.into_iter().enumerate() {
            let records = &mut self.collections[at];
            if day == 0 {
                *records = (0..size).map(|number| record(dice, name, at, number)).collect();
                continue;
            }
            for value in records.iter_mut() {
                if dice.chance(5) {
                    touch(dice, name, value, day);
                }
            }
            let place = |dice: &mut Dice, records: &[Value]| {
                usize::try_from(dice.below(records.len() as u64 + 1)).unwrap()
            };
            if dice.chance(40) {
                let number = dice.below(size + 6);
                let to = place(dice, records);
                records.insert(to, record(dice, name, at, number));
            }
            if dice.chance(15) && !records.is_empty() {
                let from = place(dice, records).min(records.len() - 1);
                let (to, mut again) = (place(dice, records), records[from].clone());
                if dice.chance(60) {
                    let updated = dice.pick(&[day, day.saturating_sub(1)]);
                    touch(dice, name, &mut again, updated);
                }
                records.insert(to, again);
            }
            if dice.chance(35) && !records.is_empty() {
                records.remove(place(dice, records).min(records.len() - 1));
            }
            if dice.chance(6) {
                let order = dice.some(&(0..records.len()).collect::<Vec<_>>(), 100);
                *records = order.into_iter().map(|at| records[at].clone()).collect();
            }
            if dice.chance(6) {
                let half = records.len() / 2;
                records.rotate_left(half);
            }
        }
    }

    fn write(&self, path: &Path, day: usize, dice: &mut Dice, had: &mut Had) {
        fs::create_dir(path).unwrap();
        let mut collections = serde_json::Map::new();
        for (at, name) in COLLECTIONS.into_iter().enumerate() {
            let records = &self.collections[at];
            if dice.chance(4) {
                *had.events.entry("no file").or_default() += 1;
                continue;
            }
            let mut text: String =
                records.iter().flat_map(|record| [record.to_string(), "\n".to_owned()]).collect();
            if dice.chance(3) {
                *had.events.entry("pages").or_default() += 1;
                text = json!({name: records, "end_of_stream": true}).to_string();
            } else if dice.chance(4) {
                text = text.replace('\n', "\r\n\n \n");
            }
            if dice.chance(15) {
                let file = fs::File::create(path.join(format!("{name}.ndjson.gz"))).unwrap();
                let mut encoder = GzEncoder::new(file, Compression::fast());
                encoder.write_all(text.as_bytes()).unwrap();
                encoder.finish().unwrap();
            } else {
                fs::write(path.join(format!("{name}.ndjson")), text).unwrap();
            }
            let outcome = if dice.chance(5) { "partial" } else { "complete" };
            let is_export = self.is_export[at] != dice.chance(5);
            let listing = is_export.then(|| format!("{name}_export"));
            *had.events.entry("gone").or_default() +=
                u64::from(records.iter().any(|record| record["_sdc_deleted_at"].is_string()));
            collections.insert(name.to_owned(), json!({"outcome": outcome, "listing": listing}));
        }
        let mut manifest = json!({
            "taken_at": time(day, 59), "source": "files", "state": "complete", "collections": collections,
        });
        if dice.chance(70) {
            manifest["subdomain"] = "acme-demo".into();
        }
        fs::write(path.join("manifest.json"), manifest.to_string()).unwrap();
    }
}

fn record(dice: &mut Dice, name: &str, at: usize, number: u64) -> Value {
    let id = 21 + 100 * u64::try_from(at).unwrap() + number;
    let url = format!("https://acme-demo.zendesk.com/api/v2/{name}/{id}.json");
    let created_at = time(usize::try_from(number).unwrap() % 4, 0);
    let record = match name {
        "organizations" => json!({"id": id, "name": "Alder", "url": url, "created_at": created_at}),
        "users" => json!({"id": id, "name": "Ann Alder", "url": url, "created_at": created_at}),
        "organization_memberships" => json!({
            "id": id, "url": url, "user_id": 121 + dice.below(24), "organization_id": 21 + dice.below(8),
            "created_at": created_at,
        }),
        _ => {
            json!({"id": id, "url": url, "status": "open", "created_at": created_at, "via": {"channel": "web"}})
        }
    };
    let mut record = whole(name, record);
    touch(dice, name, &mut record, 0);
    if dice.chance(4) {
        record["url"] = Value::Null;
    }
    record
}

/// Changes something, perhaps what matters.
fn touch(dice: &mut Dice, name: &str, value: &mut Value, day: usize) {
    let some_organization = |dice: &mut Dice| dice.pick(&[None, Some(21), Some(22), Some(23)]);
    match name {
        "organizations" => {
            value["name"] = dice.pick(&["Alder", "Birch"]).into();
            value["external_id"] = json!(dice.pick(&[None, Some(ACCOUNTS[0]), Some(ACCOUNTS[1])]));
            value["domain_names"] = json!(dice.some(&DOMAINS, 15));
            if dice.chance(50) {
                value["organization_fields"] =
                    json!({"account": dice.pick(&[None, Some(ACCOUNTS[0])]), "other": ACCOUNTS[1]});
            }
        }
        "users" => {
            let domain = dice.pick(&DOMAINS);
            value["email"] = json!(dice.pick(&[None, Some(format!("ann@{domain}")).as_deref()]));
            value["role"] = dice.pick(&["end-user", "end-user", "agent"]).into();
            value["suspended"] = dice.chance(15).into();
            value["organization_id"] = json!(some_organization(dice));
            value["active"] = dice.chance(90).into();
        }
        "organization_memberships" => {
            value["default"] = dice.chance(25).into();
            if dice.chance(20) {
                value["user_id"] = (121 + dice.below(24)).into();
            }
        }
        _ => {
            let requester = dice.chance(90).then(|| 121 + dice.below(24));
            value["requester_id"] = json!(requester);
            value["organization_id"] = json!(some_organization(dice));
            value["subject"] = dice.pick(&["one", "two"]).into();
            value["status"] = dice.pick(&["open", "closed", "solved"]).into();
        }
    }
    value["updated_at"] = time(day, 1 + dice.below(3)).into();
    value["_sdc_deleted_at"] = if dice.chance(3) { time(day, 0).into() } else { Value::Null };
    let is_lacking = dice.chance(3);
    if is_lacking && name == "users" {
        value.as_object_mut().unwrap().remove("suspended");
    }
}

#[test]
fn nothing_of_a_forgotten_person_stays_in_what_is_known_of_lines() {
    let bench = Bench::empty();
    bench.run(&["demo"]).expect(0);
    let of_lines = "select (select count(*) from _line_lists), (select count(*) from _line_parts)";
    assert_eq!(bench.value(of_lines), "4|4");
    let user = bench.value("select min(user_id) from _user_versions");
    bench.run(&["forget", "user", &user, "--confirm"]).expect(0);
    assert_eq!(bench.value(of_lines), "0|0");
}

#[test]
fn a_folder_is_read_in_full_where_that_is_asked_for() {
    let bench = Bench::empty();
    bench.copy("fixtures/demo/zendesk", "zendesk");
    let ingest = ["ingest", "zendesk", "--from", "zendesk"];
    bench.run(&ingest).expect(0);
    // Somebody wrote into the file: what the lines say comes back where every line is read.
    let file = Connection::open(bench.db()).unwrap();
    file.execute("update _user_versions set name = 'other', hash_low = 1", []).unwrap();
    let others = |snapshot_id: u32| {
        let of = format!(
            "select count(*) from zendesk_users where name = 'other' and snapshot_id = {snapshot_id}"
        );
        bench.value(&of).parse::<u32>().unwrap()
    };
    bench.run(&ingest).expect(0);
    assert!(others(2) > 10);
    bench.run(&[&ingest[..], &["--full"]].concat()).expect(0);
    assert_eq!(others(3), 0);
}
