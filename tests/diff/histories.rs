//! Any two runs of random histories, compared by the program and by maps of the public views.
//!
//! `ORGDRIFT_HISTORIES` sets how many series there are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use orgdrift::audit::{AuditOptions, audit};
use orgdrift::catalog;
use orgdrift::model::{DomainKind, Family};
use orgdrift::warehouse::diff::{CollectionPair, ISSUES, RunPair};
use orgdrift::warehouse::{Rows, Value, Warehouse, issues};
use rusqlite::Connection;

use crate::common::dice::Dice;
use crate::common::dump::rows;
use crate::common::{clock, new_warehouse, times};
use crate::delete_and_return::random_history;

use super::company::company;

/// What decides a run beside the records, as the test chose it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Decisions {
    is_domain_personal: bool,
    is_sharing_allowed: bool,
}

#[test]
fn any_two_runs_of_a_history_are_compared_as_their_rows_are() {
    let histories = times("ORGDRIFT_HISTORIES", 4);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..histories {
        // The first stands for no run: it is what holds now.
        let first = vec![Decisions { is_domain_personal: false, is_sharing_allowed: false }];
        let folder = tempfile::tempdir().unwrap();
        let db = new_warehouse(folder.path());
        // Readings of all sorts, few of them complete: good for records.
        let mut decisions = first.clone();
        random_history(folder.path(), &db, seed, false, |warehouse, dice| {
            decide_and_audit(warehouse, &db, dice, &mut decisions);
        });
        check(&db, &decisions, &format!("records {seed}"), &mut seen);

        // A company whose drift comes and goes: good for issues.
        let folder = tempfile::tempdir().unwrap();
        let db = new_warehouse(folder.path());
        let mut decisions = first;
        company(folder.path(), &db, seed, |warehouse, dice| {
            decide_and_audit(warehouse, &db, dice, &mut decisions);
        });
        check(&db, &decisions, &format!("company {seed}"), &mut seen);
    }
    // A test that never met a case proves nothing about it.
    for case in [
        "new",
        "changed",
        "resolved",
        "reopened",
        "not_comparable",
        "ticket entered",
        "ticket left",
        "world",
        "rule",
        "suppression",
        "rule or world",
        "account appeared",
        "account vanished",
        "account changed",
        "organization changed",
        "user appeared",
        "user changed",
        "membership vanished",
        "membership changed",
        "ticket appeared",
        "ticket vanished",
        "ticket changed",
        "domain",
        "moved to another user",
        "ticket collection not comparable",
        "adjacent",
    ] {
        assert!(seen.get(case).is_some_and(|count| *count > 0), "no history has: {case} ({seen:#?})");
    }
}

/// Compares every run of a warehouse with every earlier one.
fn check(db: &Path, decisions: &[Decisions], what: &str, seen: &mut BTreeMap<String, usize>) {
    let book = Book::read(db, decisions);
    let warehouse = Warehouse::open(db).unwrap();
    let runs = i64::try_from(decisions.len()).unwrap() - 1;
    for new in 2..=runs {
        for old in 1..new {
            let pair = RunPair {
                old: warehouse.run(Some(old)).unwrap().unwrap(),
                new: warehouse.run(Some(new)).unwrap().unwrap(),
            };
            let what = format!("{what}, runs {old} and {new}");
            book.check_issues(&warehouse, &pair, &what, seen);
            book.check_records(&warehouse, &pair, &what, seen);
        }
    }
}

/// Changes what is decided by chance and audits; one pair of snapshots may have several runs.
fn decide_and_audit(warehouse: &Warehouse, db: &Path, dice: &mut Dice, decisions: &mut Vec<Decisions>) {
    for _ in 0..=dice.below(2) {
        let mut now = decisions[0].clone();
        if dice.chance(15) {
            now.is_domain_personal = !now.is_domain_personal;
            let at = "2026-11-02T07:00:00Z";
            if now.is_domain_personal {
                warehouse.add_personal_domain("birch-demo.com", DomainKind::Personal, at).unwrap();
            } else {
                warehouse.remove_personal_domain("birch-demo.com", at).unwrap();
            }
        }
        if dice.chance(10) {
            now.is_sharing_allowed = !now.is_sharing_allowed;
        }
        if dice.chance(30) {
            let connection = Connection::open(db).unwrap();
            if dice.chance(40) {
                connection
                    .execute("update suppressions set removed_at = '2026-11-02T07:00:00Z'", [])
                    .unwrap();
            }
            connection
                .execute(
                    "insert into suppressions (issue_key, reason, owner, created_at, expires_on)
                     select d.issue_key, 'so be it', 'ops', '2026-11-02T07:00:00Z', '2027-01-31'
                     from _issue_details as d where d.run_id = (select max(run_id) from runs)
                     order by d.issue_key desc limit 1",
                    [],
                )
                .unwrap();
        }
        let options =
            AuditOptions { allow_shared_tickets: now.is_sharing_allowed, ..AuditOptions::default() };
        let report = audit(warehouse, &options, &clock()).unwrap();
        if report.is_new {
            assert_eq!(report.run.run_id, i64::try_from(decisions.len()).unwrap());
            decisions.push(now.clone());
        }
        decisions[0] = now;
    }
}

type Row = BTreeMap<&'static str, String>;

/// Everything that the public views say about all runs and snapshots.
struct Book {
    decisions: Vec<Decisions>,
    /// By run and issue key.
    issues: BTreeMap<i64, BTreeMap<String, Row>>,
    /// By run and code: whether it was evaluated, since when tickets were read.
    coverage: BTreeMap<(i64, String), (bool, Option<String>)>,
    /// By run: the two snapshots.
    snapshots: BTreeMap<i64, (i64, i64)>,
    /// By snapshot and kind: records with their columns.
    records: BTreeMap<(i64, &'static str), BTreeMap<String, Vec<String>>>,
    /// By snapshot and kind: the domains of records.
    domains: BTreeMap<(i64, &'static str), BTreeSet<(String, String)>>,
    /// By snapshot and collection.
    outcomes: BTreeMap<(i64, String), String>,
    created: BTreeMap<String, String>,
    changes: BTreeSet<String>,
}

const ISSUE_COLUMNS: [&str; 11] = [
    "severity",
    "rule_version",
    "account_id",
    "organization_id",
    "user_id",
    "domain",
    "disposition",
    "suppressed_by",
    "action",
    "blocked_reason",
    "suggested_action",
];

/// Counts that change while the drift does not.
const VOLATILE: [&str; 17] = [
    "eligible_user_count",
    "open_ticket_count",
    "domain_eligible_user_count",
    "default_user_count",
    "member_count",
    "member_own_count",
    "ticket_count",
    "membership_count",
    "pulled_in_count",
    "seeing_user_count",
    "foreign_user_count",
    "foreign_organization_id",
    "requester_organization_id",
    "is_organization_known",
    "is_requester_member",
    "is_requester_expected_member",
    "status",
];

/// Kind, collection, view, id, the columns that are compared.
const RECORDS: [(&str, &str, &str, &str, &[&str]); 5] = [
    (
        "account",
        "accounts",
        "salesforce_accounts",
        "account_id",
        &[
            "account_name",
            "stored_organization_id",
            "stored_organization_raw",
            "owner",
            "parent_account_id",
            "extra",
        ],
    ),
    (
        "organization",
        "organizations",
        "zendesk_organizations",
        "organization_id",
        &["name", "external_id", "shared_tickets", "shared_comments", "domain_names", "created_at"],
    ),
    (
        "user",
        "users",
        "zendesk_users",
        "user_id",
        &[
            "name",
            "email",
            "external_id",
            "role",
            "is_verified",
            "is_active",
            "is_suspended",
            "is_shared",
            "default_organization_id",
            "created_at",
        ],
    ),
    (
        "membership",
        "organization_memberships",
        "zendesk_organization_memberships",
        "membership_id",
        &["user_id", "organization_id", "is_default", "created_at"],
    ),
    (
        "ticket",
        "tickets",
        "zendesk_tickets",
        "ticket_id",
        &["requester_id", "organization_id", "status", "created_at", "brand_id", "via_channel", "subject"],
    ),
];

impl Book {
    fn read(db: &Path, decisions: &[Decisions]) -> Self {
        let connection = Connection::open(db).unwrap();
        let cells = |sql: &str| -> Vec<Vec<String>> {
            rows(&connection, sql).iter().map(|row| row.split('|').map(str::to_owned).collect()).collect()
        };
        let integer = |text: &str| text.parse::<i64>().unwrap();
        let mut book = Self {
            decisions: decisions.to_vec(),
            issues: BTreeMap::new(),
            coverage: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            records: BTreeMap::new(),
            domains: BTreeMap::new(),
            outcomes: BTreeMap::new(),
            created: BTreeMap::new(),
            changes: rows(
                &connection,
                "select previous_run_id, run_id, issue_key, change, is_rule_changed from issue_changes",
            )
            .into_iter()
            .collect(),
        };
        let columns = ISSUE_COLUMNS.join(", ");
        for row in
            cells(&format!("select run_id, issue_key, ticket_id, {columns}, evidence from _issue_details"))
        {
            let mut issue: Row = ISSUE_COLUMNS.into_iter().zip(row[3..].iter().cloned()).collect();
            issue.insert("ticket_id", row[2].clone());
            issue.insert("evidence", row[3 + ISSUE_COLUMNS.len()].clone());
            book.issues.entry(integer(&row[0])).or_default().insert(row[1].clone(), issue);
        }
        for row in cells("select run_id, code, is_evaluated, bound_since from run_coverage") {
            let bound = (row[3] != "~").then(|| row[3].clone());
            book.coverage.insert((integer(&row[0]), row[1].clone()), (row[2] == "1", bound));
        }
        for row in cells("select run_id, salesforce_snapshot_id, zendesk_snapshot_id from runs") {
            book.snapshots.insert(integer(&row[0]), (integer(&row[1]), integer(&row[2])));
        }
        for (kind, _, view, id, columns) in RECORDS {
            for mut row in cells(&format!("select snapshot_id, {id}, {} from {view}", columns.join(", "))) {
                let values = row.split_off(2);
                book.records.entry((integer(&row[0]), kind)).or_default().insert(row[1].clone(), values);
            }
        }
        for (kind, view, id) in [
            ("account", "salesforce_account_domains", "account_id"),
            ("organization", "zendesk_organization_domains", "organization_id"),
        ] {
            for row in cells(&format!("select snapshot_id, {id}, domain from {view}")) {
                let domain = (row[1].clone(), row[2].clone());
                book.domains.entry((integer(&row[0]), kind)).or_default().insert(domain);
            }
        }
        for row in cells("select snapshot_id, collection, outcome from snapshot_collections") {
            book.outcomes.insert((integer(&row[0]), row[1].clone()), row[2].clone());
        }
        book.created = cells("select distinct ticket_id, created_at from zendesk_tickets")
            .into_iter()
            .map(|row| (row[0].clone(), row[1].clone()))
            .collect();
        book
    }

    fn is_evaluated(&self, run: i64, code: &str) -> bool {
        self.coverage[&(run, code.to_owned())].0
    }

    fn issue(&self, run: i64, key: &str) -> Option<&Row> {
        self.issues.get(&run)?.get(key)
    }

    /// The issues of a code as the run has them, or the latest run before it that looked.
    fn known(&self, run: i64, code: &str) -> BTreeSet<String> {
        let looked = (1..=run).rev().find(|&run| self.is_evaluated(run, code));
        let Some(issues) = looked.and_then(|run| self.issues.get(&run)) else { return BTreeSet::new() };
        issues.keys().filter(|key| key.split('/').next() == Some(code)).cloned().collect()
    }

    /// Whether the ticket is one that the run knows but did not read.
    fn is_outside(&self, run: i64, code: &str, ticket: &str) -> bool {
        let bound = &self.coverage[&(run, code.to_owned())].1;
        bound.as_ref().is_some_and(|bound| self.created.get(ticket).is_some_and(|created| created < bound))
    }

    /// What the runs up to this one, in which the issue is not open, say about it.
    fn end(&self, run: i64, code: &str, key: &str, ticket: &str) -> &'static str {
        let looked: Vec<i64> = (1..=run).filter(|&run| self.is_evaluated(run, code)).collect();
        let Some(last) = looked.iter().rposition(|&run| self.issue(run, key).is_some()) else {
            return "never";
        };
        let ended = looked[last + 1];
        let is_there = self
            .records
            .get(&(self.snapshots[&ended].1, "ticket"))
            .is_some_and(|all| all.contains_key(ticket));
        if is_there && self.is_outside(ended, code, ticket) { "left" } else { "gone" }
    }

    fn expected_change(&self, old: i64, new: i64, code: &str, key: &str) -> Option<&'static str> {
        let (was, is) = (self.issue(old, key), self.issue(new, key));
        let ticket = was.or(is).map(|issue| issue["ticket_id"].clone()).unwrap_or_default();
        match (was, is) {
            (Some(was), Some(is)) => (!differences(was, is).is_empty()).then_some("changed"),
            (None, Some(_)) if self.is_outside(old, code, &ticket) => Some("not_comparable"),
            (None, Some(_)) => Some(match self.end(old, code, key, &ticket) {
                "never" => "new",
                "left" => "not_comparable",
                _ => "reopened",
            }),
            (Some(_), None) if self.end(new, code, key, &ticket) == "left" => Some("not_comparable"),
            (Some(_), None) => Some("resolved"),
            (None, None) => None,
        }
    }

    fn check_issues(
        &self,
        warehouse: &Warehouse,
        pair: &RunPair,
        what: &str,
        seen: &mut BTreeMap<String, usize>,
    ) {
        let (old, new) = (pair.old.run_id, pair.new.run_id);
        let mut expected: BTreeSet<String> = BTreeSet::new();
        let mut in_view: BTreeSet<String> = BTreeSet::new();
        let codes: BTreeSet<&String> = self.coverage.keys().map(|(_, code)| code).collect();
        for code in codes {
            let is_comparable = self.is_evaluated(old, code) && self.is_evaluated(new, code);
            let keys: BTreeSet<String> =
                self.known(old, code).union(&self.known(new, code)).cloned().collect();
            for key in keys {
                let change = if is_comparable {
                    self.expected_change(old, new, code, &key)
                } else {
                    Some("not_comparable")
                };
                let Some(change) = change else { continue };
                let names = match (change, self.issue(old, &key), self.issue(new, &key)) {
                    ("changed", Some(was), Some(is)) => differences(was, is),
                    _ => Vec::new(),
                };
                let is_own = names.iter().any(|name| name == "suppressed_by");
                let is_rule_changed = self.decisions[usize::try_from(old).unwrap()]
                    != self.decisions[usize::try_from(new).unwrap()]
                    || is_own;
                let cause = if change == "not_comparable" {
                    "~"
                } else if is_own && names.iter().all(|name| name == "suppressed_by" || name == "disposition")
                {
                    "suppression"
                } else if self.snapshots[&old] == self.snapshots[&new] {
                    "rule"
                } else if is_rule_changed {
                    "rule or world"
                } else {
                    "world"
                };
                let names = if names.is_empty() { "~".to_owned() } else { names.join(", ") };
                expected.insert(format!("{change}|{key}|{names}|{cause}|{}", i64::from(is_rule_changed)));
                for case in [change, cause] {
                    *seen.entry(case.to_owned()).or_default() += 1;
                }
                if is_comparable && change == "not_comparable" {
                    let way = if self.issue(old, &key).is_some() { "left" } else { "entered" };
                    *seen.entry(format!("ticket {way}")).or_default() += 1;
                }
                in_view.insert(format!("{old}|{new}|{key}|{change}|{}", i64::from(is_rule_changed)));
            }
        }
        let found = warehouse.issue_differences(pair, &ISSUES, &[], None).unwrap();
        let found = texts(found, &["change", "issue_key", "changed_columns", "cause", "is_rule_changed"]);
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected, "{what}");

        // Adjacent runs that both looked are the business of the view as well.
        if old + 1 == new {
            let is_of_both = |row: &String| {
                let code = row.split(['|', '/']).nth(2).unwrap();
                let is_drift =
                    catalog::rules().iter().any(|rule| rule.code == code && rule.family == Family::Drift);
                is_drift && self.is_evaluated(old, code) && self.is_evaluated(new, code)
            };
            in_view.retain(is_of_both);
            let mut found = self.changes.clone();
            found.retain(|row| row.starts_with(&format!("{old}|{new}|")) && is_of_both(row));
            *seen.entry("adjacent".to_owned()).or_default() += found.len();
            assert_eq!(found, in_view, "{what}: issue_changes");
        }
    }

    fn check_records(
        &self,
        warehouse: &Warehouse,
        pair: &RunPair,
        what: &str,
        seen: &mut BTreeMap<String, usize>,
    ) {
        let mut expected: BTreeSet<String> = BTreeSet::new();
        let mut comparable = Vec::new();
        for (kind, collection, _, _, columns) in RECORDS {
            let side = |run: i64| {
                let (salesforce, zendesk) = self.snapshots[&run];
                if kind == "account" { salesforce } else { zendesk }
            };
            let (old, new) = (side(pair.old.run_id), side(pair.new.run_id));
            let is_complete = |snapshot: i64| {
                self.outcomes
                    .get(&(snapshot, collection.to_owned()))
                    .is_some_and(|outcome| outcome == "complete")
            };
            if old != new && !(is_complete(old) && is_complete(new)) {
                expected.insert(format!("{kind}|~|not_comparable|~"));
                *seen.entry(format!("{kind} collection not comparable")).or_default() += 1;
                continue;
            }
            comparable.push(kind);
            let none = BTreeMap::new();
            let olds = self.records.get(&(old, kind)).unwrap_or(&none);
            let news = self.records.get(&(new, kind)).unwrap_or(&none);
            let ids: BTreeSet<&String> = olds.keys().chain(news.keys()).collect();
            for id in ids {
                match (olds.get(id), news.get(id)) {
                    (Some(_), None) => {
                        expected.insert(format!("{kind}|{id}|vanished|~"));
                        *seen.entry(format!("{kind} vanished")).or_default() += 1;
                    }
                    (None, Some(_)) => {
                        expected.insert(format!("{kind}|{id}|appeared|~"));
                        *seen.entry(format!("{kind} appeared")).or_default() += 1;
                    }
                    (Some(was), Some(is)) => {
                        for (at, column) in columns.iter().enumerate().filter(|&(at, _)| was[at] != is[at]) {
                            expected.insert(format!("{kind}|{id}|changed|{column}|{}|{}", was[at], is[at]));
                            *seen.entry(format!("{kind} changed")).or_default() += 1;
                            if kind == "membership" && *column == "user_id" {
                                *seen.entry("moved to another user".to_owned()).or_default() += 1;
                            }
                        }
                    }
                    (None, None) => {}
                }
            }
            let none = BTreeSet::new();
            let (held, holds) = (
                self.domains.get(&(old, kind)).unwrap_or(&none),
                self.domains.get(&(new, kind)).unwrap_or(&none),
            );
            for (id, domain) in held.symmetric_difference(holds) {
                if olds.contains_key(id) && news.contains_key(id) {
                    let was = held.contains(&(id.clone(), domain.clone()));
                    let (old, new) = if was { (domain.as_str(), "~") } else { ("~", domain.as_str()) };
                    expected.insert(format!("{kind}|{id}|changed|domain|{old}|{new}"));
                    *seen.entry("domain".to_owned()).or_default() += 1;
                }
            }
        }
        let collections: Vec<CollectionPair> = warehouse.compared_collections(pair).unwrap();
        let told: BTreeSet<&str> = collections
            .iter()
            .filter(|collection| collection.is_comparable)
            .map(|collection| collection.kind.as_str())
            .collect();
        assert_eq!(told, comparable.iter().copied().collect(), "{what}");
        if comparable.is_empty() {
            return;
        }
        let found = warehouse.record_differences(pair, &comparable, None, None).unwrap();
        let found: BTreeSet<String> =
            texts(found, &["kind", "record_id", "change", "column_name", "old_value", "new_value"])
                .into_iter()
                .map(|row| {
                    let cells: Vec<&str> = row.split('|').collect();
                    // What stands for a record that came or went is for people.
                    let count = if cells[2] == "changed" { 6 } else { 4 };
                    cells[..count].join("|")
                })
                .collect();
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn a_comparison_leaves_out_what_the_hash_of_an_issue_leaves_out() {
    let rules = catalog::rules();
    let volatile: BTreeSet<&str> = rules.iter().flat_map(catalog::Rule::volatile_keys).collect();
    assert_eq!(volatile, VOLATILE.into());
    // A key is outside of the hash of the rules that call it volatile, and of no other.
    let statements = issues::statements(&rules);
    let hashing: Vec<_> = statements.iter().filter(|one| one.sql.contains("content_hash(d.code")).collect();
    let [opening] = &hashing[..] else { panic!("the hash of an issue is worked out in one place") };
    for rule in &rules {
        let line = format!("when '{}' then ", rule.code);
        let hashed = opening.sql.lines().find(|text| text.contains(&line)).unwrap_or_default();
        let removed: BTreeSet<&str> =
            hashed.split("'$.").skip(1).map(|rest| rest.split('\'').next().unwrap()).collect();
        assert_eq!(removed, rule.volatile_keys().collect(), "{}", rule.code);
    }
    assert!(!opening.sql.contains(" meaningful_evidence)"), "{}", opening.sql);
}

/// The names of the columns in which two versions differ, in the order in which they are told.
fn differences(was: &Row, is: &Row) -> Vec<String> {
    let mut names: Vec<String> =
        ISSUE_COLUMNS.into_iter().filter(|column| was[column] != is[column]).map(str::to_owned).collect();
    let evidence = |issue: &Row| -> BTreeMap<String, serde_json::Value> {
        serde_json::from_str(&issue["evidence"]).unwrap()
    };
    let (was, is) = (evidence(was), evidence(is));
    let keys: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    names.extend(
        keys.into_iter()
            .filter(|key| !VOLATILE.contains(&key.as_str()) && was.get(*key) != is.get(*key))
            .map(|key| format!("evidence.{key}")),
    );
    names
}

/// Some columns of all rows, joined by bars; `~` is null.
fn texts(rows: Rows<'_>, wanted: &[&str]) -> Vec<String> {
    let at: Vec<usize> =
        wanted.iter().map(|name| rows.columns().iter().position(|column| column == name).unwrap()).collect();
    rows.collect()
        .unwrap()
        .into_iter()
        .map(|row| {
            at.iter()
                .map(|&at| match &row[at] {
                    Value::Null => "~".to_owned(),
                    Value::Integer(integer) => integer.to_string(),
                    Value::Real(real) => real.to_string(),
                    Value::Text(text) => text.clone(),
                })
                .collect::<Vec<_>>()
                .join("|")
        })
        .collect()
}
