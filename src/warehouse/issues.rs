//! Detection inside the warehouse: the statements of one run, in their order.
//!
//! Every relation of `queries/link/` is computed once and kept in a table of its own, because a view that
//! reads a view would compute it again for every rule. Then what each rule says is kept, and compared with the
//! open versions. What is decided on the way is decided by the texts of `queries/issue/`, which any engine can
//! run; `queries/audit/` only stores it.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, functions::FunctionFlags, named_params, types::ValueRef};

use crate::warehouse::session::Session;

use super::{
    Warehouse, WarehouseError, changes, figures,
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
    /// The rule that it evaluates, if it does.
    rule: Option<(&'static str, u32)>,
}

impl Statement {
    pub(super) fn new(name: impl Into<String>, sql: impl Into<String>) -> Self {
        Self { name: name.into(), sql: sql.into(), rule: None }
    }

    /// A file of `queries/audit/`, see [`Self::of_file`].
    fn file(stem: &str) -> Self {
        Self::of_file(files::AUDIT, stem)
    }

    /// A file of a folder, with the text of each relation of `queries/issue/` that it names.
    pub(super) fn of_file(folder: &'static [catalog::ViewFile], stem: &str) -> Self {
        let sql = catalog::statement(folder, stem).to_owned();
        let sql = files::ISSUE.iter().fold(sql, |sql, file| {
            sql.replace(&format!("from {} as", file.stem), &format!("from (\n{}) as", file.sql))
        });
        Self::new(stem, sql)
    }

    /// Makes the tables for what the rules of one run say.
    pub(super) fn creating() -> Vec<Self> {
        let drop = |table| Self::new(format!("drop {table}"), format!("drop table if exists temp.{table}"));
        ["detected", "first_seen", "triage"]
            .into_iter()
            .flat_map(|table| [drop(table), Self::file(&format!("create_{table}"))])
            .collect()
    }

    /// Keeps what a rule says.
    pub(super) fn of_rule(rule: &Rule) -> Self {
        let mut statement = Self::file("detect_rule");
        statement.sql = of_view(&statement.sql, rule.code);
        statement.name = format!("detect {}", rule.code);
        statement.rule = Some((rule.code, rule.version));
        statement
    }

    /// Keeps what a rule says, by its text: what is hidden behind a temporary table is hidden from it.
    pub(super) fn of_rule_text(rule: &Rule) -> Self {
        let text = format!("from (\n{}\n)", rule.sql.trim_end().trim_end_matches(';'));
        let mut statement = Self::of_rule(rule);
        statement.sql = statement.sql.replace(&format!("from detect_{}", rule.code), &text);
        statement
    }

    /// The same for open versions that a condition holds for, and for no others.
    pub(super) fn among(mut self, condition: &str) -> Self {
        self.sql =
            self.sql.replacen("\nwhere valid_to = ", &format!("\nwhere {condition}\n  and valid_to = "), 1);
        self
    }

    /// Begins versions, with the hash over what the headers of the rules leave of the evidence.
    pub(super) fn open_issues(rules: &[Rule]) -> Self {
        let mut statement = Self::file("open_issues");
        let cases: String = rules.iter().filter_map(meaningful_evidence).collect();
        let evidence = match cases.as_str() {
            // None of the rules was evaluated, or none has counts.
            "" => " d.evidence)".to_owned(),
            cases => format!("\n      case d.code{cases}\n        else d.evidence\n      end)"),
        };
        statement.sql = statement.sql.replace(" meaningful_evidence)", &evidence);
        statement
    }
}

/// A text with the view of a rule in it: views cannot be parameters. The code comes from the catalog.
fn of_view(sql: &str, code: &str) -> String {
    sql.replace("from detect_rule", &format!("from detect_{code}"))
}

/// What the hash covers of the evidence of a rule that calls some of it volatile.
fn meaningful_evidence(rule: &Rule) -> Option<String> {
    let paths: Vec<String> = rule.volatile_keys().map(|key| format!("'$.{key}'")).collect();
    (!paths.is_empty())
        .then(|| format!("\n        when '{}' then json_remove(d.evidence, {})", rule.code, paths.join(", ")))
}

/// What computes the relations of `queries/link/` once and keeps them.
fn links() -> Vec<Statement> {
    let of_view = |view: &str| {
        [
            Statement::new(format!("empty {view}"), format!("delete from _{view}")),
            // A test compares the columns of the two, so that * cannot mix them up.
            Statement::new(view, format!("insert into _{view} select * from {view}")),
        ]
    };
    files::LINK.iter().flat_map(|file| of_view(file.stem)).collect()
}

/// Computes the links of a run again that is the newest once more. The context of the run was set before.
pub fn relink(connection: &Session) -> Result<(), WarehouseError> {
    let _indexed = OnlyStoredIndexes::new(connection)?;
    for statement in links() {
        connection.execute(&statement.sql, [])?;
    }
    Ok(())
}

/// Returns every statement that the detection of a run executes, in order, for the rules that can be
/// evaluated.
pub fn statements(rules: &[Rule]) -> Vec<Statement> {
    let mut all = Statement::creating();
    all.extend(links());
    // In the order of the keys, so that each rule adds to the end of the rows.
    let mut in_key_order: Vec<&Rule> = rules.iter().collect();
    in_key_order.sort_by_key(|rule| rule.code);
    all.extend(in_key_order.into_iter().map(Statement::of_rule));
    all.extend(
        ["index_detected_by_account", "index_detected_by_user", "suppress", "set_roots", "close_issues"]
            .map(Statement::file),
    );
    all.push(Statement::open_issues(rules));
    all.extend(
        ["close_links", "open_links", "fill_first_seen", "fill_triage", "close_triage", "open_triage"]
            .map(Statement::file),
    );
    all
}

/// Detects and stores the issues of a run. The context of the run was set before.
pub fn detect(connection: &Session, run_id: i64, rules: &[Rule]) -> Result<(), WarehouseError> {
    execute(connection, run_id, rules, "", statements(rules))
}

/// Executes statements of a run. `scopes` says how each rule is looked at again, where that is asked for.
pub(super) fn execute(
    connection: &Session,
    run_id: i64,
    rules: &[Rule],
    scopes: &str,
    statements: Vec<Statement>,
) -> Result<(), WarehouseError> {
    register_content_hash(connection)?;
    let _indexed = OnlyStoredIndexes::new(connection)?;
    let codes: Vec<&str> = rules.iter().map(|rule| rule.code).collect();
    let codes = serde_json::json!(codes).to_string();
    for statement in statements {
        let mut prepared = connection.prepare(&statement.sql)?;
        let mut bind = |name: &str, value: &dyn rusqlite::ToSql| -> Result<(), WarehouseError> {
            if let Some(at) = prepared.parameter_index(name)? {
                prepared.raw_bind_parameter(at, value)?;
            }
            Ok(())
        };
        bind(":run_id", &run_id)?;
        bind(":codes", &codes)?;
        bind(":scopes", &scopes)?;
        if let Some((code, version)) = statement.rule {
            bind(":code", &code)?;
            bind(":rule_version", &version)?;
        }
        let result = prepared.raw_execute();
        drop(prepared);
        match (result, statement.rule) {
            (Ok(_), _) => {}
            (Err(error), Some(rule)) => return Err(repeated_key(connection, rule)?.unwrap_or(error.into())),
            (Err(error), None) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Returns the error about the first key that a rule gives twice, if it does.
fn repeated_key(
    connection: &Session,
    (code, version): (&'static str, u32),
) -> Result<Option<WarehouseError>, WarehouseError> {
    let issues = of_view(catalog::statement(files::ISSUE, "issue_detected"), code);
    let mut keys = connection.prepare(&format!(
        "select issue_key from ({issues}) group by issue_key having count(*) > 1 order by issue_key limit 1"
    ))?;
    let key = keys.query_row(named_params! { ":code": code, ":rule_version": version }, |row| row.get(0));
    Ok(key.optional()?.map(|issue_key| WarehouseError::RepeatedIssue { rule: code, issue_key }))
}

const ISSUE_COUNTS: &str = "select code, count(*) from temp.detected group by code";

/// Returns what an audit executes besides its detection: coverage and summary.
pub fn statements_after() -> Vec<Statement> {
    let outside = catalog::rules().into_iter().filter_map(|rule| {
        Some(Statement::new(format!("outside window {}", rule.code), outside_window_sql(&rule)?))
    });
    [("issue counts", ISSUE_COUNTS), ("insert coverage", runs::INSERT_COVERAGE)]
        .iter()
        .chain(summary::STATEMENTS)
        .chain([&("store_changes", changes::statement()), &("suppressions", suppressions::standing())])
        .chain(&figures::statements())
        .map(|&(name, sql)| Statement::new(name, sql))
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
pub(super) struct OnlyStoredIndexes<'c>(&'c Session);

/// Page cache of a detection in KiB (negative: SQLite's way to say KiB). At a million users it saves a third of
/// the reads; smaller companies fit anyway.
const CACHE_SIZE: i64 = -64_000;

impl<'c> OnlyStoredIndexes<'c> {
    pub(super) fn new(connection: &'c Session) -> Result<Self, WarehouseError> {
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
