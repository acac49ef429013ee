//! Who decides whether an apply was right: the sandbox's ledger and its records, never the client.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use orgdrift::sandbox::{Change, Entry, Kind};
use orgdrift::warehouse::Warehouse;
use rusqlite::Connection;
use serde_json::Value;

use super::company::Company;
use crate::common::sandbox::TestSandbox;

/// What the judge says.
#[derive(Debug, Default)]
pub(crate) struct Judgement {
    /// What is wrong; nothing, if all is well. Each begins with where it shows.
    pub(crate) bad: Vec<String>,
    /// Requests that must never be sent.
    pub(crate) forbidden: usize,
    /// Intents beyond the first one of a repair.
    pub(crate) resends: usize,
    /// By outcome.
    pub(crate) outcomes: BTreeMap<String, usize>,
    /// What nobody could say, with its reason.
    pub(crate) unknown: Vec<String>,
    /// Repairs that a look alone confirmed.
    pub(crate) confirmed_by_reading: usize,
}

/// What a judgement is about.
struct Case<'a> {
    company: &'a Company,
    sandbox: &'a TestSandbox,
    ledger: Vec<Entry>,
    judgement: Judgement,
}

/// What the journal says about one repair.
#[derive(Debug, Default)]
struct Said {
    outcomes: Vec<String>,
    reason: Option<String>,
    confirmed_by: Option<String>,
    intents: usize,
}

/// Judges an apply that came to its end.
pub(crate) fn judge(company: &Company, sandbox: &TestSandbox, warehouse: &Path) -> Judgement {
    sandbox.sandbox.settle();
    let mut case = Case { company, sandbox, ledger: sandbox.ledger(), judgement: Judgement::default() };
    // One connection: each reads the whole schema first.
    let connection = Connection::open(warehouse).unwrap();
    case.requests();
    let said = said(&connection);
    case.effects(&said);
    case.rows(&said, &connection);
    case.journal(warehouse, &connection);
    case.judgement
}

/// What is sent, by the ledger alone: requests that must never be.
pub(crate) fn forbidden(ledger: &[Entry]) -> Vec<String> {
    ledger
        .iter()
        .filter(|entry| entry.method != "GET" && !is_repair(&entry.method, &entry.path))
        .map(|entry| format!("{} {}", entry.method, entry.path))
        .collect()
}

/// Requests that write and reached the sandbox.
pub(crate) fn writes(ledger: &[Entry]) -> usize {
    ledger.iter().filter(|entry| is_write(entry)).count()
}

/// A request for a token writes nothing.
fn is_write(entry: &Entry) -> bool {
    entry.method != "GET" && entry.path != "/oauth/tokens"
}

/// The four templates, and the request for a token.
fn is_repair(method: &str, path: &str) -> bool {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let is_id = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match (method, parts.as_slice()) {
        ("PUT", ["api", "v2", "organizations", id]) => is_id(id),
        ("POST", ["api", "v2", "organization_memberships"] | ["oauth", "tokens"]) => true,
        ("PUT", ["api", "v2", "users", user, "organization_memberships", id, "make_default"]) => {
            is_id(user) && is_id(id)
        }
        _ => false,
    }
}

impl Case<'_> {
    fn bad(&mut self, text: String) {
        self.judgement.bad.push(text);
    }

    fn requests(&mut self) {
        let forbidden = forbidden(&self.ledger);
        self.judgement.forbidden = forbidden.len();
        for request in forbidden {
            self.bad(format!("ledger: forbidden request {request}"));
        }
    }

    /// Each change belongs to one repair, is what the plan says, and happened once.
    fn effects(&mut self, said: &BTreeMap<i64, Said>) {
        let company = self.company;
        let mut claimed: BTreeMap<u64, usize> = BTreeMap::new();
        for (position, action) in (1..).zip(company.actions()) {
            let effects: Vec<u64> = self
                .ledger
                .iter()
                .filter(|entry| entry.changes.iter().any(|change| is_of(action, entry, change)))
                .map(|entry| entry.number)
                .collect();
            for number in &effects {
                *claimed.entry(*number).or_default() += 1;
            }
            let name = format!("{position} {}", text(action, "action"));
            if effects.len() > 1 {
                self.bad(format!("ledger: {name} took effect {} times", effects.len()));
            }
            for entry in self.ledger.clone().iter().filter(|entry| effects.contains(&entry.number)) {
                if let Some(problem) = not_as_planned(action, entry) {
                    self.bad(format!("ledger: {name} {problem}"));
                }
            }
            let is_there = self.is_there(action);
            let none = Said::default();
            let said = said.get(&position).unwrap_or(&none);
            if let Some(problem) = contradiction(said, effects.len(), is_there) {
                self.bad(format!("ledger: {name} {problem}"));
            }
        }
        for entry in self.ledger.clone() {
            let at_once = entry.changes.iter().any(|change| !change.in_background);
            if at_once && claimed.get(&entry.number) != Some(&1) {
                self.bad(format!("ledger: {} {} changed what nobody planned", entry.method, entry.path));
            }
            if entry.changes.iter().any(|change| change.kind == Kind::Ticket) {
                self.bad(format!("ledger: {} {} changed a ticket", entry.method, entry.path));
            }
        }
    }

    /// Whether the world is as the repair wants it.
    fn is_there(&self, action: &Value) -> bool {
        let organization = || {
            let id = id(action, "organization_id");
            self.sandbox.sandbox.look(|world| world.organization(id)).unwrap_or_default()
        };
        match text(action, "action") {
            "set_org_external_id" => organization()["external_id"] == action["new_value"]["external_id"],
            "add_org_domain" => organization()["domain_names"] == action["new_value"]["domain_names"],
            "assign_user_to_org" => {
                let wanted = id(action, "organization_id");
                let path = format!(
                    "/api/v2/users/{}/organization_memberships?page[size]=100",
                    text(action, "user_id")
                );
                let list = self.sandbox.get(&path).json["organization_memberships"].clone();
                list.as_array().is_some_and(|list| list.iter().any(|one| one["organization_id"] == wanted))
            }
            "move_user_to_org" => {
                let user = id(action, "user_id");
                let user = self.sandbox.sandbox.look(|world| world.user(user)).unwrap_or_default();
                user["organization_id"] == id(action, "organization_id")
            }
            other => panic!("{other} is no repair"),
        }
    }

    /// Every row of the plan has one outcome, and no request is without an intent.
    fn rows(&mut self, said: &BTreeMap<i64, Said>, connection: &Connection) {
        let rows = self.company.row_count();
        let last = i64::try_from(rows).unwrap();
        for position in 1..=last {
            let count = said.get(&position).map_or(0, |said| said.outcomes.len());
            if count != 1 {
                self.bad(format!("journal: row {position} has {count} outcomes"));
            }
        }
        for (position, said) in said {
            if *position < 1 || *position > last {
                self.bad(format!("journal: row {position} is not in the plan"));
            }
            for outcome in &said.outcomes {
                *self.judgement.outcomes.entry(outcome.clone()).or_default() += 1;
                if outcome == "unknown" {
                    let reason = said.reason.as_deref().unwrap_or("-");
                    let action = usize::try_from(*position - 1).unwrap();
                    let action = text(&self.company.actions()[action], "action");
                    self.judgement.unknown.push(format!("{position} {action}: {reason}"));
                }
            }
            self.judgement.resends += said.intents.saturating_sub(1);
            self.judgement.confirmed_by_reading +=
                usize::from(said.outcomes == ["applied"] && said.confirmed_by.as_deref() == Some("reading"));
        }
        let mut paths: BTreeMap<String, i64> = BTreeMap::new();
        for entry in self.ledger.iter().filter(|entry| is_write(entry)) {
            *paths.entry(format!("{} {}", entry.method, entry.path)).or_default() += 1;
        }
        let intents: BTreeMap<String, i64> = pairs(
            connection,
            "select json_extract(body, '$.method') || ' ' || json_extract(body, '$.path'), count(*)
             from apply_events where kind = 'intent' group by 1",
        );
        for (path, count) in paths {
            let known = intents.get(&path).copied().unwrap_or_default();
            if count > known {
                self.bad(format!("ledger: {path} was sent {count} times, with {known} intents"));
            }
        }
    }

    /// The journal is sound, and the receipt agrees with it.
    fn journal(&mut self, path: &Path, connection: &Connection) {
        let warehouse = Warehouse::open(path).unwrap();
        let found = orgdrift::receipt::verify(&warehouse, None).unwrap();
        for fault in found.faults {
            self.bad(format!("verify: {}", fault.problem));
        }
        let attempt = warehouse.newest_attempt(Some(1)).unwrap();
        let Some((attempt_id, _)) = attempt else { return self.bad("journal: no apply".to_owned()) };
        let text = orgdrift::receipt::file_text(&warehouse, attempt_id).unwrap().unwrap();
        let receipt: Value = serde_json::from_str(&text).unwrap();
        if receipt["state"] != "ended" || receipt["mode"] != "live" {
            self.bad(format!("receipt: {} {}", receipt["mode"], receipt["state"]));
        }
        let file = path.with_file_name("apply_receipt.json");
        if std::fs::read_to_string(file).is_ok_and(|written| written != text) {
            self.bad("receipt: the file is not what the journal says".to_owned());
        }
        let undecided: Vec<&Value> =
            receipt["actions"].as_array().unwrap().iter().filter(|row| row["outcome"].is_null()).collect();
        if !undecided.is_empty() {
            self.bad(format!("receipt: {} rows without an outcome", undecided.len()));
        }
        let integrity: String = connection.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
        if integrity != "ok" {
            self.bad(format!("journal: {integrity}"));
        }
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is no text: {value}"))
}

fn id(value: &Value, name: &str) -> i64 {
    text(value, name).parse().unwrap()
}

/// Whether a change is the one that the repair wants, whatever it was before.
fn is_of(action: &Value, entry: &Entry, change: &Change) -> bool {
    if change.in_background {
        return false;
    }
    let organization = id(action, "organization_id");
    match text(action, "action") {
        "set_org_external_id" => {
            change.kind == Kind::Organization
                && change.id == organization
                && change.after.get("external_id").is_some()
        }
        "add_org_domain" => {
            change.kind == Kind::Organization
                && change.id == organization
                && change.after.get("domain_names").is_some()
        }
        "assign_user_to_org" => {
            change.kind == Kind::OrganizationMembership
                && change.before.is_null()
                && change.after["user_id"] == id(action, "user_id")
                && change.after["organization_id"] == organization
        }
        "move_user_to_org" => {
            let path = format!(
                "/api/v2/users/{}/organization_memberships/{}/make_default",
                text(action, "user_id"),
                text(action, "membership_id")
            );
            entry.path == path
        }
        other => panic!("{other} is no repair"),
    }
}

/// What a request changed beside what the plan says, or from another state than the plan expects.
fn not_as_planned(action: &Value, entry: &Entry) -> Option<String> {
    let now: Vec<&Change> = entry.changes.iter().filter(|change| !change.in_background).collect();
    let expected = &action["expected"];
    let is_right = match text(action, "action") {
        "set_org_external_id" => {
            let before = &now[0].before["external_id"];
            now.len() == 1
                && before.as_str().unwrap_or_default().trim().is_empty()
                && now[0].after == action["new_value"]
        }
        "add_org_domain" => {
            now.len() == 1
                && now[0].before["domain_names"] == expected["domain_names"]
                && now[0].after == action["new_value"]
        }
        // A first membership becomes the default, which is a field of the user.
        "assign_user_to_org" => {
            now.len() <= 2
                && now.iter().all(|change| {
                    change.kind == Kind::OrganizationMembership
                        || (change.kind == Kind::User && change.id == id(action, "user_id"))
                })
        }
        _ => {
            let user = now.iter().find(|change| change.kind == Kind::User);
            user.is_some_and(|user| {
                user.id == id(action, "user_id")
                    && user.after["organization_id"] == id(action, "organization_id")
                    && user.before["organization_id"].as_i64().map(|id| id.to_string()).as_deref()
                        == expected["default_organization_id"].as_str()
            })
        }
    };
    (!is_right).then(|| format!("changed {now:?}"))
}

/// What the journal says against what happened.
fn contradiction(said: &Said, effects: usize, is_there: bool) -> Option<String> {
    let outcome = said.outcomes.last().map_or("", String::as_str);
    let is_right = match outcome {
        "applied" => effects == 1 && is_there && said.intents > 0,
        "already_in_place" => effects == 0 && is_there,
        "skipped_stale" | "not_attempted" | "blocked" | "failed" => effects == 0,
        // Honest, but to be counted.
        "unknown" => true,
        _ => false,
    };
    let reason = said.reason.as_deref().unwrap_or("-");
    (!is_right).then(|| {
        format!(
            "is said to be `{outcome}` ({reason}) with {effects} effects, {} intents, in place: {is_there}",
            said.intents
        )
    })
}

fn said(connection: &Connection) -> BTreeMap<i64, Said> {
    let mut statement = connection
        .prepare(
            "select position, kind, outcome, reason, json_extract(body, '$.confirmed_by')
             from apply_events where position is not null and mode = 'live' order by event_id",
        )
        .unwrap();
    let mut found: BTreeMap<i64, Said> = BTreeMap::new();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let said = found.entry(row.get(0).unwrap()).or_default();
        match row.get::<_, String>(1).unwrap().as_str() {
            "intent" => said.intents += 1,
            "outcome" => {
                said.outcomes.push(row.get(2).unwrap());
                said.reason = row.get(3).unwrap();
                said.confirmed_by = row.get(4).unwrap();
            }
            _ => {}
        }
    }
    found
}

/// Repairs that were begun and not decided.
pub(crate) fn open_intents(warehouse: &Path) -> BTreeSet<i64> {
    said(&Connection::open(warehouse).unwrap())
        .into_iter()
        .filter(|(_, said)| said.intents > 0 && said.outcomes.is_empty())
        .map(|(position, _)| position)
        .collect()
}

/// Whether a repair of the plan had its effect.
pub(crate) fn has_effect(company: &Company, ledger: &[Entry], position: i64) -> bool {
    let action = &company.actions()[usize::try_from(position).unwrap() - 1];
    ledger.iter().any(|entry| entry.changes.iter().any(|change| is_of(action, entry, change)))
}

fn pairs(connection: &Connection, sql: &str) -> BTreeMap<String, i64> {
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}
