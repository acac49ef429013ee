//! How SQLite runs an audit: no table is passed once for every row of another.
//!
//! The check reads the lines of `explain query plan`. Terms of one query level have the same parent. Only the
//! first of them may pass a whole table; those before it that can have but one row (the context of the run,
//! one version of one rule) do not count. Inside a correlated subquery nothing may be passed. An index that
//! SQLite would make for one statement means that a stored one is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use orgdrift::catalog;
use orgdrift::warehouse::issues::{statements, statements_after};
use orgdrift::warehouse::{Warehouse, diff};
use rusqlite::Connection;

use super::sql_text::words;
use crate::common::demo::demo_warehouse;
use crate::common::new_warehouse;

/// One line of a plan.
pub(super) struct Line {
    id: i64,
    pub(super) parent: i64,
    pub(super) detail: String,
}

impl Line {
    /// `id parent detail`
    pub(super) fn parse(line: &str) -> Self {
        let mut parts = line.splitn(3, ' ');
        let mut integer = || parts.next().unwrap().parse().unwrap();
        let (id, parent) = (integer(), integer());
        Self { id, parent, detail: parts.next().unwrap().to_owned() }
    }
}

/// Says which lines of a plan pass a table more than once. `sql` is the statement; its views are looked up.
fn faults(sql: &str, lines: &[String]) -> Vec<String> {
    let sources = sources(sql);
    let lines: Vec<Line> = lines.iter().map(|line| Line::parse(line)).collect();
    let correlated: BTreeSet<i64> = lines.iter().fold(BTreeSet::new(), |mut correlated, line| {
        if line.detail.starts_with("CORRELATED") || correlated.contains(&line.parent) {
            correlated.insert(line.id);
        }
        correlated
    });
    let mut is_first: BTreeMap<i64, bool> = BTreeMap::new();
    let mut faults = Vec::new();
    for line in &lines {
        let is_scan = line.detail.starts_with("SCAN ");
        if line.detail.contains("AUTOMATIC") {
            faults.push(format!("needs an index: {}", line.detail));
        }
        if !is_scan && !line.detail.starts_with("SEARCH ") {
            continue;
        }
        let alias = line.detail.split(' ').nth(1).unwrap();
        let is_context =
            sources.get(alias).is_some_and(|names| names.iter().all(|name| name == "_run_context"));
        let is_one_rule = line.detail.ends_with("sqlite_autoindex_rule_versions_1 (code=? AND version=?)");
        let has_one_row = is_context || is_one_rule;
        if has_one_row {
            continue;
        }
        let is_first = std::mem::replace(is_first.entry(line.parent).or_insert(true), false);
        if is_scan && correlated.contains(&line.parent) {
            faults.push(format!("in a correlated subquery: {}", line.detail));
        } else if is_scan && !is_first {
            faults.push(format!("on the inner side of a join: {}", line.detail));
        }
    }
    faults
}

/// What each alias of a statement and of the views in it stands for.
pub(super) fn sources(sql: &str) -> BTreeMap<String, BTreeSet<String>> {
    let views: BTreeMap<_, _> = catalog::views().into_iter().map(|view| (view.name, view.sql)).collect();
    let mut sources: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![sql.to_owned()];
    while let Some(text) = waiting.pop() {
        let words = words(&text);
        for (at, word) in words.iter().enumerate() {
            if matches!(word.as_str(), "from" | "join") {
                let name = words.get(at + 1).cloned().unwrap_or_default();
                let alias = match words.get(at + 2).map(String::as_str) {
                    Some("as") => words.get(at + 3).cloned().unwrap_or_default(),
                    _ => name.clone(),
                };
                if let Some(view) = views.get(&name)
                    && seen.insert(name.clone())
                {
                    waiting.push((*view).to_owned());
                }
                sources.entry(alias).or_default().insert(name);
            }
        }
    }
    sources
}

/// Checks every statement of an audit on a warehouse.
fn check(path: &Path) {
    let warehouse = Warehouse::open_for_writing(path).unwrap();
    let rules = catalog::rules();
    let texts: BTreeMap<_, _> = statements(&rules)
        .into_iter()
        .chain(statements_after())
        .map(|statement| (statement.name, statement.sql))
        .collect();
    let plans = warehouse.explain_detection(&rules).unwrap();
    let explained = plans.iter().filter(|(_, lines)| !lines.is_empty()).count();
    assert!(explained > 40, "only {explained} statements have a plan");
    for rule in &rules {
        assert!(
            plans.iter().any(|(name, lines)| *name == format!("detect {}", rule.code) && lines.len() > 1)
        );
    }
    let mut report = String::new();
    for (name, lines) in plans {
        let faults = faults(&texts[&name], &lines);
        if !faults.is_empty() {
            write!(report, "\n{name}: {faults:#?}\n{}\n", lines.join("\n")).unwrap();
        }
    }
    assert!(report.is_empty(), "statements that pass a table more than once:{report}");
}

#[test]
fn an_audit_passes_no_table_twice_in_a_new_warehouse() {
    let folder = tempfile::tempdir().unwrap();
    check(&new_warehouse(folder.path()));
}

#[test]
fn an_audit_passes_no_table_twice_in_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    check(&demo_warehouse(folder.path()));
}

/// Says which lines of a plan pass a table of versions, which grow with the customer base.
fn passes_of_versions(sql: &str, lines: &[String]) -> Vec<String> {
    let sources = sources(sql);
    let mut passes = Vec::new();
    for line in lines {
        let detail = Line::parse(line).detail;
        // A function such as json_each is no table.
        let Some(scanned) = detail.strip_prefix("SCAN ").filter(|_| !detail.contains("VIRTUAL TABLE")) else {
            continue;
        };
        let alias = scanned.split(' ').next().unwrap();
        let is_large =
            |name: &String| name.starts_with('_') && (name.ends_with("_versions") || name == "_domains");
        if alias.starts_with('_') || sources.get(alias).is_some_and(|names| names.iter().any(is_large)) {
            passes.push(detail);
        }
    }
    passes
}

/// How SQLite would run a statement: `id parent detail`.
pub(super) fn plan(database: &Connection, sql: &str) -> Vec<String> {
    let mut statement = database.prepare(&format!("explain query plan {sql}")).unwrap();
    statement
        .raw_query()
        .mapped(|row| {
            let (id, parent, detail): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(3)?);
            Ok(format!("{id} {parent} {detail}"))
        })
        .collect::<Result<_, _>>()
        .unwrap()
}

#[test]
fn a_comparison_reads_what_begins_or_ends_between_two_runs() {
    let folder = tempfile::tempdir().unwrap();
    let database = Connection::open(demo_warehouse(folder.path())).unwrap();
    let view = "select c.issue_key, c.is_rule_changed from issue_changes as c where c.run_id = 2".to_owned();
    let stored = catalog::statement(catalog::files::AUDIT, "store_changes").to_owned();
    let issues = diff::issues_sql() + diff::ISSUES.select;
    let records =
        diff::records_sql(&["account_settings", "account", "organization", "user", "membership", "ticket"])
            + diff::RECORDS;
    let expected: [(&str, &[&str]); 4] = [
        (&view, &[]),
        (&stored, &[]),
        (&issues, &["_issue_versions"]),
        (
            &records,
            &[
                "_account_versions",
                "_account_domain_versions",
                "_organization_versions",
                "_user_versions",
                "_membership_versions",
                "_ticket_versions",
            ],
        ),
    ];
    for (sql, tables) in expected {
        let lines = plan(&database, sql);
        assert_eq!(passes_of_versions(sql, &lines), [""; 0], "{sql}\n{}", lines.join("\n"));
        for table in tables {
            for end in ["start", "end"] {
                let index = format!("INDEX {table}_by_{end} (");
                assert!(lines.iter().any(|line| line.contains(&index)), "{index}\n{}", lines.join("\n"));
            }
        }
    }
    let lines = plan(&database, &stored);
    for index in ["INDEX _issue_versions_by_change (", "INDEX _issue_versions_by_end ("] {
        assert!(lines.iter().any(|line| line.contains(index)), "{index}\n{}", lines.join("\n"));
    }
    // Without what the index repeats, SQLite cannot use it; the check must see that.
    let bad = records.replace("and v.valid_from > 2", "");
    assert_ne!(passes_of_versions(&bad, &plan(&database, &bad)), [""; 0]);
}

#[test]
fn a_planted_bad_statement_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = new_warehouse(folder.path());
    let database = Connection::open(path).unwrap();
    let explain = |sql: &str| plan(&database, sql);
    let inner = "select u.user_id from _user_versions as u cross join _membership_versions as m
                 where m.organization_id = u.default_organization_id";
    let after_context = "select u.user_id from _run_context as c cross join _user_versions as u
                         cross join _ticket_versions as t where t.requester_id = u.user_id";
    let correlated = "select u.user_id from _user_versions as u where exists (
                        select 1 from _membership_versions as m where m.organization_id = u.default_organization_id)";
    let nested = "select x.n from (select (select count(*) from _ticket_versions as t
                    where t.requester_id = u.user_id) as n from _user_versions as u) as x";
    let aggregated = "with n as (select t.requester_id as user_id, count(*) as n from _ticket_versions as t
                        group by t.requester_id)
                      select u.user_id from _user_versions as u cross join n where n.user_id = u.user_id";
    for is_indexing in [false, true] {
        database.pragma_update(None, "automatic_index", is_indexing).unwrap();
        for bad in [inner, after_context, correlated, nested, aggregated] {
            let plan = explain(bad);
            assert_ne!(faults(bad, &plan), [""; 0], "{bad}\n{}", plan.join("\n"));
        }
    }
    for good in [
        "select u.user_id from _run_context as c cross join _user_versions as u
         cross join _membership_versions as m where m.user_id = u.user_id",
        "select s.suppression_id from suppressions as s cross join _issue_versions as v
         where v.issue_key = s.issue_key",
    ] {
        let plan = explain(good);
        assert_eq!(faults(good, &plan), [""; 0], "{good}\n{}", plan.join("\n"));
    }
}
