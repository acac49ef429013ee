//! Records that disappear, change and return, over random series of readings.
//!
//! A model keeps what each snapshot must show: a complete reading shows exactly its records, any other one
//! adds its records to what was there. At the end every view must show that of every snapshot.
//! `ORGDRIFT_HISTORIES` sets how many series there are.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use orgdrift::identity::AccountId;
use orgdrift::ingest::Allowance;
use orgdrift::ingest::salesforce::{SalesforceOptions, ingest_file};
use orgdrift::ingest::zendesk::{ZendeskOptions, ingest_folder};
use orgdrift::warehouse::Warehouse;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::dice::Dice;
use crate::common::{clock, new_warehouse, times};

const SNAPSHOTS: usize = 8;
const USERS: [i64; 6] = [11, 12, 13, 14, 15, 16];
const ORGANIZATIONS: [i64; 5] = [21, 22, 23, 24, 25];
const MEMBERSHIPS: [i64; 6] = [31, 32, 33, 34, 35, 36];
const TICKETS: [i64; 6] = [41, 42, 43, 44, 45, 46];
const ACCOUNTS: [&str; 5] =
    ["001Hs00003WqA01", "001Hs00003WqA02", "001Hs00003WqA03", "001Hs00003WqA04", "001Hs00003WqA05"];
const DOMAINS: [&str; 4] = ["alder-demo.com", "birch-demo.com", "cedar-demo.org", "gmail.com"];
const TIMES: [&str; 3] = ["2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z", "2026-10-03T00:00:00Z"];
const SINCE: &str = "2026-10-02T00:00:00Z";

/// The rows of one view in one snapshot, by record: the text of the columns, one line a row.
type Shown = BTreeMap<String, Vec<String>>;

#[test]
fn every_snapshot_shows_what_was_read() {
    let histories = times("ORGDRIFT_HISTORIES", 5);
    for seed in 0..histories {
        live(seed);
    }
}

#[test]
fn a_record_may_leave_and_return_twice() {
    let folder = tempfile::tempdir().unwrap();
    let db = new_warehouse(folder.path());
    let warehouse = Warehouse::open_for_writing(&db).unwrap();
    let mut history = History::new(folder.path());
    for is_there in [true, false, true, false, true] {
        let mut reading = Reading::default();
        reading.keep(&mut history.dice, is_there);
        history.read_zendesk(&warehouse, reading);
        history.read_accounts(&warehouse, &accounts_of(is_there), true);
    }
    drop(warehouse);
    history.compare(&db, "there, gone, there, gone, there");
}

fn accounts_of(is_there: bool) -> Vec<AccountRow> {
    let row = |id, domain| AccountRow { id, name: "Alder", domain, stored: "21", owner: "Ann" };
    let mut rows = vec![row(ACCOUNTS[0], DOMAINS[0])];
    if is_there {
        rows.push(row(ACCOUNTS[1], DOMAINS[1]));
    }
    rows
}

fn live(seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    let db = new_warehouse(folder.path());
    let history = random_history(folder.path(), &db, seed, true, |_, _| {});
    history.compare(&db, &format!("seed {seed}"));
}

/// Ingests a random series of readings of both systems, and does something after each pair of them. Rows of one
/// account may contradict each other, which makes it unread.
pub(crate) fn random_history(
    folder: &Path,
    db: &Path,
    seed: u64,
    may_contradict: bool,
    mut then: impl FnMut(&Warehouse, &mut Dice),
) -> History {
    let warehouse = Warehouse::open_for_writing(db).unwrap();
    let mut history = History::new(folder);
    history.dice = Dice::new(seed);
    for _ in 0..SNAPSHOTS {
        let reading = Reading::random(&mut history.dice);
        history.read_zendesk(&warehouse, reading);
        // A file of which no account can be read is refused.
        let rows = loop {
            let rows = random_accounts(&mut history.dice);
            let accounts = accounts_in(&rows);
            let unread = accounts.values().filter(|(_, _, is_unread)| *is_unread).count();
            if unread < accounts.len() && (may_contradict || unread == 0) {
                break rows;
            }
        };
        let is_accepted = history.dice.chance(50);
        history.read_accounts(&warehouse, &rows, is_accepted);
        // Dice of their own: what is done must not change what is read.
        then(&warehouse, &mut Dice::new(seed ^ history.snapshot_id.unsigned_abs()));
    }
    history
}

/// The accounts of a file: what is shown of each, its domains, and whether its rows contradict each other.
fn accounts_in(rows: &[AccountRow]) -> BTreeMap<String, (String, Vec<String>, bool)> {
    let mut accounts: BTreeMap<String, (String, Vec<String>, bool)> = BTreeMap::new();
    for row in rows {
        let id = AccountId::parse(row.id).unwrap().id.as_str().to_owned();
        let shown = format!("{id}|{}|{}|{}|{}|~|~", row.name, row.stored, row.stored, row.owner);
        let usable = i32::from(row.domain != "gmail.com");
        let domain = format!("{id}|{}|{usable}", row.domain);
        let (first, domains, is_unread) =
            accounts.entry(id).or_insert_with(|| (shown.clone(), Vec::new(), false));
        *is_unread |= *first != shown;
        domains.push(domain);
    }
    accounts
}

/// What every view must show in every snapshot, and what the guard against shrinking must know.
pub(crate) struct History {
    dice: Dice,
    folder: std::path::PathBuf,
    snapshot_id: i64,
    shown: BTreeMap<&'static str, Shown>,
    complete: BTreeMap<&'static str, usize>,
    expected: BTreeMap<(i64, &'static str), Vec<String>>,
}

const ZENDESK_VIEWS: [(&str, &str); 5] = [
    (
        "zendesk_users",
        "user_id, name, email, email_domain, external_id, role, is_verified, is_active, is_suspended,
         is_shared, default_organization_id, created_at",
    ),
    (
        "zendesk_organizations",
        "organization_id, name, external_id, external_account_id, shared_tickets, shared_comments,
         domain_names, created_at",
    ),
    ("zendesk_organization_domains", "organization_id, domain"),
    ("zendesk_organization_memberships", "membership_id, user_id, organization_id, is_default, created_at"),
    (
        "zendesk_tickets",
        "ticket_id, requester_id, organization_id, status, created_at, brand_id, via_channel, subject",
    ),
];

const SALESFORCE_VIEWS: [(&str, &str); 2] = [
    (
        "salesforce_accounts",
        "account_id, account_name, stored_organization_id, stored_organization_raw, owner, parent_account_id,
         extra",
    ),
    ("salesforce_account_domains", "account_id, domain, is_usable"),
];

impl History {
    fn new(folder: &Path) -> Self {
        Self {
            dice: Dice::new(0),
            folder: folder.to_owned(),
            snapshot_id: 0,
            shown: BTreeMap::new(),
            complete: BTreeMap::new(),
            expected: BTreeMap::new(),
        }
    }

    fn read_zendesk(&mut self, warehouse: &Warehouse, reading: Reading) {
        let path = self.folder.join(format!("zendesk-{}", self.snapshot_id));
        fs::create_dir(&path).unwrap();
        for collection in &reading.collections {
            if let Some(file) = &collection.file {
                fs::write(path.join(format!("{}.json", collection.name)), file.to_string()).unwrap();
            }
        }
        let options = ZendeskOptions {
            accept_shrink: reading.is_shrink_accepted,
            since: reading.is_bounded.then(|| SINCE.to_owned()),
            with_subjects: true,
            ..ZendeskOptions::default()
        };
        let report = ingest_folder(warehouse, &path, &options, &clock()).unwrap();
        self.snapshot_id += 1;
        assert_eq!(report.snapshot.snapshot_id, self.snapshot_id);
        for collection in reading.collections {
            let Some(_) = collection.file else { continue };
            let is_bounded = reading.is_bounded && collection.name == "tickets";
            let may_be_complete = !collection.has_more && !is_bounded;
            let count = collection.winners.len();
            let is_complete =
                self.is_complete(collection.name, count, may_be_complete, reading.is_shrink_accepted);
            let mut records = Shown::new();
            let mut domains = Shown::new();
            for (id, winner) in collection.winners {
                if collection.name == "organizations" {
                    domains.insert(id.to_string(), organization_domains(&winner));
                }
                records.insert(id.to_string(), vec![shown_record(collection.name, &winner)]);
            }
            let view = match collection.name {
                "organization_memberships" => "zendesk_organization_memberships",
                "organizations" => "zendesk_organizations",
                "users" => "zendesk_users",
                _ => "zendesk_tickets",
            };
            self.absorb(view, records, is_complete);
            if collection.name == "organizations" {
                self.absorb("zendesk_organization_domains", domains, is_complete);
            }
        }
        self.expect(ZENDESK_VIEWS.map(|(view, _)| view).as_slice());
    }

    fn read_accounts(&mut self, warehouse: &Warehouse, rows: &[AccountRow], is_accepted: bool) {
        let path = self.folder.join("accounts.csv");
        let mut text = "Id,Name,Domain__c,Zendesk_Organization_Id__c,Owner\r\n".to_owned();
        for AccountRow { id, name, domain, stored, owner } in rows {
            write!(text, "{id},{name},{domain},{stored},{owner}\r\n").unwrap();
        }
        fs::write(&path, text).unwrap();
        // Rows that contradict each other are rejected, and accepted as that.
        let options = SalesforceOptions {
            accept_shrink: is_accepted,
            max_rejections: Allowance::Percent(100.0),
            accept_rejections: Some(rows.len() as u64),
            ..SalesforceOptions::default()
        };
        ingest_file(warehouse, &path, &options, &clock()).unwrap();
        self.snapshot_id += 1;

        let accounts = accounts_in(rows);
        let is_complete = self.is_complete("accounts", accounts.len(), true, is_accepted);
        let mut records = Shown::new();
        let mut all_domains = Shown::new();
        for (id, (shown, mut domains, is_unread)) in accounts {
            if is_unread {
                // It was in the file and could not be used: what was known of it stays.
                for (view, kept) in
                    [("salesforce_accounts", &mut records), ("salesforce_account_domains", &mut all_domains)]
                {
                    if let Some(earlier) = self.shown.get(view).and_then(|shown| shown.get(&id)) {
                        kept.insert(id.clone(), earlier.clone());
                    }
                }
                continue;
            }
            domains.sort();
            domains.dedup();
            records.insert(id.clone(), vec![shown]);
            all_domains.insert(id, domains);
        }
        self.absorb("salesforce_accounts", records, is_complete);
        self.absorb("salesforce_account_domains", all_domains, is_complete);
        self.expect(SALESFORCE_VIEWS.map(|(view, _)| view).as_slice());
    }

    /// The guard: more than a tenth fewer than the last complete reading is not complete.
    fn is_complete(
        &mut self,
        collection: &'static str,
        count: usize,
        may_be: bool,
        is_accepted: bool,
    ) -> bool {
        let last = self.complete.get(collection).copied().unwrap_or(0);
        let is_complete = may_be && (is_accepted || count >= last || (last - count < 20 && count > 0));
        if is_complete {
            self.complete.insert(collection, count);
        }
        is_complete
    }

    fn absorb(&mut self, view: &'static str, records: Shown, is_complete: bool) {
        let shown = self.shown.entry(view).or_default();
        if is_complete {
            *shown = records;
        } else {
            shown.extend(records);
        }
    }

    fn expect(&mut self, views: &[&'static str]) {
        for view in views {
            let mut rows: Vec<String> = self
                .shown
                .get(view)
                .into_iter()
                .flat_map(|shown| shown.values().flatten().cloned())
                .collect();
            rows.sort();
            self.expected.insert((self.snapshot_id, view), rows);
        }
    }

    fn compare(&self, db: &Path, what: &str) {
        let connection = Connection::open(db).unwrap();
        for ((snapshot_id, view), expected) in &self.expected {
            let (_, columns) =
                ZENDESK_VIEWS.iter().chain(&SALESFORCE_VIEWS).find(|(name, _)| name == view).unwrap();
            let sql = format!("select {columns} from {view} where snapshot_id = {snapshot_id}");
            assert_eq!(&rows(&connection, &sql), expected, "{what}: {view} of snapshot {snapshot_id}");
        }
        // The views of the newest snapshot are those of the newest snapshot.
        for (view, columns) in ZENDESK_VIEWS.iter().chain(&SALESFORCE_VIEWS) {
            let newest = self.expected.iter().rev().find(|((_, name), _)| name == view).unwrap();
            let found = rows(&connection, &format!("select {columns} from latest_{view}"));
            assert_eq!(&found, newest.1, "{what}: latest_{view}");
        }
    }
}

/// The rows of a query, columns joined by bars, sorted.
fn rows(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let count = statement.column_count();
    let mut rows: Vec<String> = statement
        .query_map([], |row| {
            (0..count)
                .map(|at| {
                    Ok(match row.get::<_, rusqlite::types::Value>(at)? {
                        rusqlite::types::Value::Null => "~".to_owned(),
                        rusqlite::types::Value::Integer(integer) => integer.to_string(),
                        rusqlite::types::Value::Text(text) => text,
                        other => panic!("no such type here: {other:?}"),
                    })
                })
                .collect::<Result<Vec<_>, _>>()
                .map(|cells| cells.join("|"))
        })
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    rows.sort();
    rows
}

#[derive(Clone, Copy)]
struct AccountRow {
    id: &'static str,
    name: &'static str,
    domain: &'static str,
    stored: &'static str,
    owner: &'static str,
}

fn random_accounts(dice: &mut Dice) -> Vec<AccountRow> {
    let mut rows = Vec::new();
    while rows.is_empty() {
        for id in dice.some(&ACCOUNTS, 70) {
            let row = AccountRow {
                id,
                name: dice.pick(&["Alder", "Birch"]),
                domain: dice.pick(&DOMAINS),
                stored: dice.pick(&["21", "22"]),
                owner: dice.pick(&["Ann", "Ben"]),
            };
            rows.push(row);
            if dice.chance(20) {
                rows.push(AccountRow { domain: dice.pick(&DOMAINS), ..row });
            }
            if dice.chance(10) {
                rows.push(AccountRow { name: "Cedar", ..row });
            }
        }
    }
    rows
}

/// One folder.
#[derive(Default)]
struct Reading {
    collections: Vec<Collection>,
    is_shrink_accepted: bool,
    is_bounded: bool,
}

/// One file and what it must come to.
struct Collection {
    name: &'static str,
    /// None: the folder has no such file.
    file: Option<Value>,
    has_more: bool,
    winners: BTreeMap<i64, Value>,
}

impl Reading {
    fn random(dice: &mut Dice) -> Self {
        let is_bounded = dice.chance(20);
        let mut collections = Vec::new();
        for (name, ids) in [
            ("organizations", &ORGANIZATIONS[..]),
            ("users", &USERS),
            ("organization_memberships", &MEMBERSHIPS),
            ("tickets", &TICKETS),
        ] {
            let is_there = name == "organizations" || dice.chance(90);
            let has_more = dice.chance(20);
            let mut records = Vec::new();
            for id in dice.some(ids, 65) {
                for _ in 0..if dice.chance(20) { 2 + dice.below(2) } else { 1 } {
                    let is_moving = dice.chance(10);
                    records.push(record(dice, name, id, is_moving));
                }
            }
            // Repetitions need not be neighbours.
            let records: Vec<Value> = dice
                .some(&(0..records.len()).collect::<Vec<_>>(), 100)
                .into_iter()
                .map(|at| records[at].clone())
                .collect();
            collections.push(Collection::new(name, &records, has_more, is_there, is_bounded));
        }
        Self { collections, is_shrink_accepted: dice.chance(50), is_bounded }
    }

    /// The same records in every reading, one of each collection only if `is_there`.
    fn keep(&mut self, dice: &mut Dice, is_there: bool) {
        self.is_shrink_accepted = true;
        for (name, ids) in [
            ("organizations", &ORGANIZATIONS[..]),
            ("users", &USERS),
            ("organization_memberships", &MEMBERSHIPS),
            ("tickets", &TICKETS),
        ] {
            *dice = Dice::new(7);
            let mut records: Vec<Value> = ids[..2].iter().map(|&id| record(dice, name, id, false)).collect();
            if !is_there {
                records.truncate(1);
            }
            self.collections.push(Collection::new(name, &records, false, true, false));
        }
    }
}

impl Collection {
    fn new(name: &'static str, records: &[Value], has_more: bool, is_there: bool, is_bounded: bool) -> Self {
        let mut winners: BTreeMap<i64, Value> = BTreeMap::new();
        for record in records {
            let is_out = is_bounded && name == "tickets" && record["created_at"].as_str().unwrap() < SINCE;
            if is_out {
                continue;
            }
            let id = record["id"].as_i64().unwrap();
            let is_later = winners.get(&id).is_none_or(|winner| {
                record["updated_at"].as_str().unwrap() >= winner["updated_at"].as_str().unwrap()
            });
            if is_later {
                winners.insert(id, record.clone());
            }
        }
        let file = is_there.then(|| json!({name: records, "meta": {"has_more": has_more}}));
        Self { name, file, has_more, winners }
    }
}

fn record(dice: &mut Dice, name: &str, id: i64, is_moving: bool) -> Value {
    let updated_at = dice.pick(&TIMES);
    match name {
        "organizations" => json!({
            "id": id,
            "name": dice.pick(&["Alder", "Birch"]),
            "external_id": dice.pick(&[None, Some("x1"), Some("001Hs00003WqA01")]),
            "shared_tickets": dice.chance(50),
            "shared_comments": false,
            "domain_names": dice.some(&["alder-demo.com", "BIRCH-demo.com", "cedar-demo.org"], 50),
            "created_at": TIMES[0],
            "updated_at": updated_at,
        }),
        "users" => json!({
            "id": id,
            "name": dice.pick(&["Ann", "Ben"]),
            "email": dice.pick(&[None, Some("a@alder-demo.com"), Some("b@birch-demo.com")]),
            "external_id": null,
            "role": dice.pick(&["end-user", "agent"]),
            "verified": dice.chance(50),
            "active": dice.chance(80),
            "suspended": dice.chance(20),
            "shared": false,
            "organization_id": dice.pick(&[None, Some(21), Some(22)]),
            "created_at": TIMES[0],
            "updated_at": updated_at,
        }),
        "organization_memberships" => json!({
            "id": id,
            "user_id": if is_moving { USERS[0] } else { id - 20 },
            "organization_id": dice.pick(&[21, 22]),
            "default": dice.chance(50),
            "created_at": TIMES[0],
            "updated_at": updated_at,
        }),
        _ => json!({
            "id": id,
            "requester_id": dice.pick(&USERS),
            "organization_id": dice.pick(&[None, Some(21), Some(22)]),
            "status": dice.pick(&["open", "solved", "closed"]),
            // A ticket's creation does not change.
            "created_at": TIMES[usize::try_from(id % 3).unwrap()],
            "updated_at": updated_at,
            "brand_id": 9,
            "via": {"channel": dice.pick(&["email", "web"])},
            "subject": dice.pick(&["one", "two"]),
        }),
    }
}

/// The columns of a view's row, as the record has them.
fn shown_record(name: &str, record: &Value) -> String {
    let text = |field: &str| match &record[field] {
        Value::Null => "~".to_owned(),
        Value::Bool(flag) => i32::from(*flag).to_string(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match name {
        "organizations" => {
            let account = match record["external_id"].as_str() {
                Some("001Hs00003WqA01") => {
                    AccountId::parse("001Hs00003WqA01").unwrap().id.as_str().to_owned()
                }
                _ => "~".to_owned(),
            };
            [
                text("id"),
                text("name"),
                text("external_id"),
                account,
                text("shared_tickets"),
                text("shared_comments"),
                text("domain_names"),
                text("created_at"),
            ]
            .join("|")
        }
        "users" => {
            let domain =
                record["email"].as_str().and_then(|email| email.split('@').nth(1)).unwrap_or("~").to_owned();
            [
                text("id"),
                text("name"),
                text("email"),
                domain,
                text("external_id"),
                text("role"),
                text("verified"),
                text("active"),
                text("suspended"),
                text("shared"),
                text("organization_id"),
                text("created_at"),
            ]
            .join("|")
        }
        "organization_memberships" => {
            ["id", "user_id", "organization_id", "default", "created_at"].map(text).join("|")
        }
        _ => {
            let channel = record["via"]["channel"].as_str().unwrap().to_owned();
            let head =
                ["id", "requester_id", "organization_id", "status", "created_at", "brand_id"].map(text);
            format!("{}|{channel}|{}", head.join("|"), text("subject"))
        }
    }
}

fn organization_domains(record: &Value) -> Vec<String> {
    let names = record["domain_names"].as_array().unwrap();
    names.iter().map(|name| format!("{}|{}", record["id"], name.as_str().unwrap().to_lowercase())).collect()
}
