//! Detection inside the warehouse: the statements of one run, in their order.
//!
//! Every relation of `queries/link/` is computed once and kept in a table of its own, because a view that
//! reads a view would compute it again for every rule. Then each rule is staged, and the staged issues are
//! compared with the open versions.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, functions::FunctionFlags, named_params, types::ValueRef};

use crate::warehouse::session::Session;

use super::{
    Warehouse, WarehouseError,
    hash::{ContentHash, ContentHasher},
    runs, summary, suppressions,
};
use crate::catalog::{self, Rule, files};

/// One statement of a run.
#[derive(Debug, Clone)]
pub struct Statement {
    /// What it is called in error messages and plans.
    pub name: String,
    /// Its text.
    pub sql: String,
    /// The rule that it stages, if it does.
    rule: Option<(&'static str, u32)>,
}

impl Statement {
    fn file(stem: &'static str) -> Self {
        let file = files::AUDIT
            .iter()
            .find(|file| file.stem == stem)
            .expect("the statements of an audit are in the catalog");
        Self { name: stem.to_owned(), sql: file.sql.to_owned(), rule: None }
    }

    fn stage(rule: &Rule) -> Self {
        let mut statement = Self::file("stage_rule");
        // Views and paths cannot be parameters; they come from the catalog.
        statement.sql = statement
            .sql
            .replace("from detect_rule", &format!("from {}", rule.view_name()))
            .replace(MEANINGFUL_EVIDENCE_IN_SQL, &meaningful_evidence(rule, "f.evidence"));
        statement.name = format!("stage {}", rule.code);
        statement.rule = Some((rule.code, rule.version));
        statement
    }
}

/// What stands in the files for the evidence that the content hash covers. The sentence about it stays.
const MEANINGFUL_EVIDENCE_IN_SQL: &str = "    meaningful_evidence";

/// The evidence without the keys that the rule calls volatile.
fn meaningful_evidence(rule: &Rule, evidence: &str) -> String {
    let arguments: Vec<String> = std::iter::once(evidence.to_owned())
        .chain(rule.volatile_keys().map(|key| format!("'$.{key}'")))
        .collect();
    match &arguments[..] {
        [only] => format!("    {only}"),
        all => format!("    json_remove({})", all.join(", ")),
    }
}

/// The statement that marks suppressed issues.
fn suppress() -> Statement {
    let rules = catalog::rules();
    let cases: Vec<String> = rules
        .iter()
        .filter(|rule| rule.volatile_keys().next().is_some())
        .map(|rule| {
            format!("      when '{}' then {}\n", rule.code, meaningful_evidence(rule, "evidence").trim())
        })
        .collect();
    let cases = cases.concat();
    let mut statement = Statement::file("suppress");
    statement.sql = statement
        .sql
        .replace(MEANINGFUL_EVIDENCE_IN_SQL, &format!("    case code\n{cases}      else evidence\n    end"));
    statement
}

/// Returns every statement that the detection of a run executes, in order, for the rules that can be
/// evaluated.
pub fn statements(rules: &[Rule]) -> Vec<Statement> {
    let mut all = Vec::new();
    for stem in ["detected", "evaluated", "covered", "first_seen", "triage"] {
        all.push(Statement {
            name: format!("drop {stem}"),
            sql: format!("drop table if exists temp.{stem}"),
            rule: None,
        });
        all.push(Statement::file(match stem {
            "detected" => "create_detected",
            "evaluated" => "create_evaluated",
            "covered" => "create_covered",
            "first_seen" => "create_first_seen",
            _ => "create_triage",
        }));
    }
    for file in files::LINK {
        let view = file.stem;
        all.push(Statement {
            name: format!("empty {view}"),
            sql: format!("delete from _{view}"),
            rule: None,
        });
        // A test compares the columns of the two, so that * cannot mix them up.
        all.push(Statement {
            name: view.to_owned(),
            sql: format!("insert into _{view} select * from {view}"),
            rule: None,
        });
    }
    // In the order of the keys, so that each rule adds to the end of the staged rows.
    let mut in_key_order: Vec<&Rule> = rules.iter().collect();
    in_key_order.sort_by_key(|rule| rule.code);
    for rule in in_key_order {
        all.push(Statement {
            name: format!("evaluate {}", rule.code),
            sql: "insert into temp.evaluated (code) values (:code)".to_owned(),
            rule: Some((rule.code, rule.version)),
        });
        all.push(Statement::stage(rule));
    }
    all.extend(
        ["index_detected_by_account", "index_detected_by_user", "cover_by_key", "cover_by_account"]
            .map(Statement::file),
    );
    all.push(suppress());
    all.extend(
        [
            "root_of_users",
            "root_of_tickets",
            "close_issues",
            "open_issues",
            "close_links",
            "open_links",
            "fill_first_seen",
            "fill_triage",
            "hash_triage",
            "close_triage",
            "open_triage",
        ]
        .map(Statement::file),
    );
    all
}

/// Detects and stores the issues of a run. The context of the run was set before.
pub fn detect(connection: &Session, run_id: i64, today: &str, rules: &[Rule]) -> Result<(), WarehouseError> {
    register_content_hash(connection)?;
    let _indexed = OnlyStoredIndexes::new(connection)?;
    for statement in statements(rules) {
        let mut prepared = connection.prepare(&statement.sql)?;
        let mut bind = |name: &str, value: &dyn rusqlite::ToSql| -> Result<(), WarehouseError> {
            if let Some(at) = prepared.parameter_index(name)? {
                prepared.raw_bind_parameter(at, value)?;
            }
            Ok(())
        };
        bind(":run_id", &run_id)?;
        bind(":today", &today)?;
        if let Some((code, version)) = statement.rule {
            bind(":code", &code)?;
            bind(":rule_version", &version)?;
        }
        let result = prepared.raw_execute();
        drop(prepared);
        match (result, statement.rule) {
            (Ok(_), _) => {}
            (Err(error), Some(rule)) => {
                return Err(repeated_key(connection, &statement, rule)?.unwrap_or(error.into()));
            }
            (Err(error), None) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Returns the error about the first key that a rule gives twice, if that is what its statement failed of.
fn repeated_key(
    connection: &Session,
    statement: &Statement,
    (code, version): (&'static str, u32),
) -> Result<Option<WarehouseError>, WarehouseError> {
    let Some(at) = statement.sql.find("with finding as") else { return Ok(None) };
    let mut keys = connection.prepare(&format!(
        "select issue_key from ({}) group by issue_key having count(*) > 1 order by issue_key limit 1",
        &statement.sql[at..]
    ))?;
    let key = keys.query_row(named_params! { ":code": code, ":rule_version": version }, |row| row.get(0));
    Ok(key.optional()?.map(|issue_key| WarehouseError::RepeatedIssue { rule: code, issue_key }))
}

const ISSUE_COUNTS: &str = "select code, count(*) from temp.detected group by code";

/// Returns what an audit executes besides its detection: coverage and summary.
pub fn statements_after() -> Vec<Statement> {
    let statement =
        |name: &str, sql: &str| Statement { name: name.to_owned(), sql: sql.to_owned(), rule: None };
    let outside = catalog::rules().into_iter().filter_map(|rule| {
        Some(statement(&format!("outside window {}", rule.code), &outside_window_sql(&rule)?))
    });
    [("issue counts", ISSUE_COUNTS), ("insert coverage", runs::INSERT_COVERAGE)]
        .iter()
        .chain(summary::STATEMENTS)
        .chain([&("suppressions", suppressions::standing())])
        .map(|&(name, sql)| statement(name, sql))
        .chain(outside)
        .collect()
}

/// Counts the issues of the run that was just detected, by code.
pub fn issue_counts(connection: &Session) -> Result<HashMap<String, i64>, WarehouseError> {
    let mut statement = connection.prepare(ISSUE_COUNTS)?;
    let counts = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    Ok(counts)
}

/// What a rule asks of a ticket that is not too old to raise an issue.
const INSIDE_WINDOW: &str = "is_outside_window = 0";

/// Counts what a rule would find of the tickets that are too old; none for rules without a window.
fn outside_window_sql(rule: &Rule) -> Option<String> {
    rule.sql.contains(INSIDE_WINDOW).then(|| {
        let outside = rule.sql.replace(INSIDE_WINDOW, "is_outside_window = 1");
        format!("select count(*) from (\n{outside}\n)")
    })
}

/// Counts the closed tickets that were too old to raise an issue of a rule; none for rules without a window.
pub fn outside_window_count(connection: &Session, rule: &Rule) -> Result<Option<i64>, WarehouseError> {
    let Some(sql) = outside_window_sql(rule) else { return Ok(None) };
    Ok(Some(connection.query_row(&sql, [], |row| row.get(0))?))
}

/// While it lives, SQLite makes no index of its own for a statement. Every statement of a run has the
/// indexes that it needs; for the one row of the context SQLite would copy all users into another one.
struct OnlyStoredIndexes<'c>(&'c Session);

/// Page cache of a detection in KiB (negative: SQLite's way to say KiB). At a million users it saves a third of
/// the reads; smaller companies fit anyway.
const CACHE_SIZE: i64 = -64_000;

impl<'c> OnlyStoredIndexes<'c> {
    fn new(connection: &'c Session) -> Result<Self, WarehouseError> {
        connection.raw().pragma_update(None, "automatic_index", false)?;
        connection.raw().pragma_update(None, "cache_size", CACHE_SIZE)?;
        Ok(Self(connection))
    }
}

impl Drop for OnlyStoredIndexes<'_> {
    fn drop(&mut self) {
        // Without it later statements are slower, not wrong.
        let _ = self.0.raw().pragma_update(None, "automatic_index", true);
    }
}

/// `content_hash(column, …)`: the hash over the columns; `hash_high(hash)`, `hash_low(hash)`: its halves as
/// they are stored. Only statements of ours call them, never a stored view, so that other programs can read
/// the file.
fn register_content_hash(connection: &Session) -> Result<(), WarehouseError> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.raw().create_scalar_function("content_hash", -1, flags, |context| {
        let mut hasher = ContentHasher::default();
        for at in 0..context.len() {
            match context.get_raw(at) {
                ValueRef::Integer(integer) => hasher.integer(Some(integer)),
                ValueRef::Text(_) => hasher.text(Some(context.get_raw(at).as_str()?)),
                _ => hasher.integer(None),
            };
        }
        Ok(hasher.finish().to_bytes())
    })?;
    for (name, half) in [("hash_high", 8), ("hash_low", 0)] {
        connection.raw().create_scalar_function(name, 1, flags, move |context| {
            Ok(context.get_raw(0).as_blob_or_null()?.map(|hash| ContentHash::half(hash, half)))
        })?;
    }
    Ok(())
}

impl Warehouse {
    /// Returns how SQLite would run every statement of an audit: the name, then the lines of the plan.
    pub fn explain_detection(&self, rules: &[Rule]) -> Result<Vec<(String, Vec<String>)>, WarehouseError> {
        register_content_hash(&self.connection)?;
        let _indexed = OnlyStoredIndexes::new(&self.connection)?;
        let mut plans = Vec::new();
        for statement in statements(rules).into_iter().chain(statements_after()) {
            if statement.sql.contains("create temp table") || statement.sql.contains("create index temp.") {
                self.connection.execute_batch(&statement.sql)?;
                continue;
            }
            let mut explain = self.connection.prepare(&format!("explain query plan {}", statement.sql))?;
            let lines = explain
                .raw_query()
                .mapped(|row| {
                    let (id, parent, detail): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(3)?);
                    Ok(format!("{id} {parent} {detail}"))
                })
                .collect::<Result<_, _>>()?;
            plans.push((statement.name, lines));
        }
        Ok(plans)
    }
}
