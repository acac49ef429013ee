//! What people decided about issues and accounts. Words are added, never changed; the newest one counts.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, named_params};

use super::{Transaction, Warehouse, WarehouseError, closed::closed_or_null, session::Session, suppressions};
use crate::{
    catalog::{self, files},
    model::{Decision, Words},
};

/// What a decision about an issue of the newest run is based on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueState {
    /// As in the view `decisions`.
    pub fingerprint: String,
    /// A suppression in force that no decision made.
    pub other_suppression_id: Option<i64>,
    /// Nothing refuses the repair, or a risk for which it would be refused was accepted.
    pub is_prepared: bool,
}

/// The newest word on an issue or an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Of the issue when it was decided; none for an account.
    pub fingerprint: Option<String>,
    /// What stood in the cells.
    pub words: Words,
    /// It holds for the newest run.
    pub is_in_force: bool,
}

/// What a word is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An issue, by its key.
    Issue(String),
    /// An account, by its id.
    Account(String),
}

/// A word that is to be stored.
#[derive(Debug, Clone)]
pub struct NewWord {
    /// What it is about.
    pub subject: Subject,
    /// Of the issue; none for an account.
    pub fingerprint: Option<String>,
    /// What was decided, if anything.
    pub decision: Option<Decision>,
    /// What stood in the cells.
    pub words: Words,
}

/// Where a batch of words comes from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'s> {
    /// Who handed it in.
    pub by: &'s str,
    /// When, ISO-8601 UTC.
    pub at: &'s str,
    /// SHA-256 over the file.
    pub digest: &'s str,
    /// The newest run.
    pub run_id: i64,
}

fn sql(stem: &str) -> &'static str {
    catalog::statement(files::DECISION, stem)
}

const INSERT: &str =
    "insert into _decisions (issue_key, account_id, fingerprint, decision, until_on, note, assignee,
       decided_by, decided_at, run_id, source_digest, suppression_id)
     values (:issue_key, :account_id, :fingerprint, :decision, nullif(:until, ''), nullif(:note, ''),
       nullif(:assignee, ''), :by, :at, :run_id, :digest, :suppression_id)";

/// Those that a word on the issue made and that are in force.
const END_SUPPRESSION: &str = "update suppressions set removed_at = :at
     where removed_at is null and suppression_id in (
       select k.suppression_id from _decisions as k
       where k.issue_key = :issue_key and k.suppression_id is not null)";

/// Returns what names this warehouse in sheets.
pub fn warehouse_id(connection: &Session) -> Result<String, WarehouseError> {
    Ok(connection.query_row("select warehouse_id from _warehouse_identity", [], |row| row.get(0))?)
}

/// Returns the issues of the newest run by their keys.
pub fn issue_states(connection: &Session) -> Result<HashMap<String, IssueState>, WarehouseError> {
    let mut statement = connection.prepare(sql("issue_states"))?;
    let states = statement
        .query_map([], |row| {
            let state = IssueState {
                fingerprint: row.get(1)?,
                other_suppression_id: row.get(2)?,
                is_prepared: row.get(3)?,
            };
            Ok((row.get(0)?, state))
        })?
        .collect::<Result<_, _>>()?;
    Ok(states)
}

/// Returns the newest word on everything that somebody said something about.
pub fn newest_words(connection: &Session) -> Result<HashMap<Subject, Word>, WarehouseError> {
    let mut statement = connection.prepare(sql("words"))?;
    let text = |text: Option<String>| text.unwrap_or_default();
    let words = statement
        .query_map([], |row| {
            let issue: Option<String> = row.get("issue_key")?;
            let subject = match issue {
                Some(key) => Subject::Issue(key),
                None => Subject::Account(row.get("account_id")?),
            };
            let words = Words {
                decision: text(row.get("decision")?),
                until: text(row.get("until_on")?),
                assignee: text(row.get("assignee")?),
                note: text(row.get("note")?),
            };
            let (fingerprint, is_in_force) = (row.get("fingerprint")?, row.get("is_in_force")?);
            Ok((subject, Word { fingerprint, words, is_in_force }))
        })?
        .collect::<Result<_, _>>()?;
    Ok(words)
}

/// Whether a run ever had an issue with that key, or a snapshot that account.
pub fn is_known(connection: &Session, subject: &Subject) -> Result<bool, WarehouseError> {
    let (sql, key) = match subject {
        Subject::Issue(key) => (
            "select exists (
               select 1 from _issue_versions as v cross join rule_versions as q
               where v.issue_key = ?1 and q.code = v.code and q.version = v.rule_version and q.family = 'drift')",
            key,
        ),
        Subject::Account(id) => ("select exists (select 1 from _account_versions where account_id = ?1)", id),
    };
    Ok(connection.prepare_cached(sql)?.query_row([key], |row| row.get(0))?)
}

/// Whether the newest run evaluated the code of an issue.
pub fn is_evaluated(connection: &Session, run_id: i64, issue_key: &str) -> Result<bool, WarehouseError> {
    let code = issue_key.split('/').next().unwrap_or_default();
    let evaluated: Option<bool> = connection
        .query_row(
            "select is_evaluated from run_coverage where run_id = ?1 and code = ?2",
            (run_id, code),
            |row| row.get(0),
        )
        .optional()?;
    Ok(evaluated.unwrap_or(false))
}

/// Stores a word. One that suppresses makes a suppression; any later word on the issue ends it.
pub fn store(
    transaction: &Transaction<'_>,
    word: &NewWord,
    source: &Source<'_>,
) -> Result<(), WarehouseError> {
    let (issue_key, account_id) = match &word.subject {
        Subject::Issue(key) => (Some(key), None),
        Subject::Account(id) => (None, Some(id)),
    };
    let mut suppression_id = None;
    if let Some(key) = issue_key {
        transaction.execute(END_SUPPRESSION, named_params! { ":at": source.at, ":issue_key": key })?;
        if word.decision == Some(Decision::Suppress) {
            let decision = suppressions::Decision {
                target: suppressions::Target::Issue(key.clone()),
                reason: word.words.note.clone(),
                owner: source.by.to_owned(),
                expires_on: word.words.until.clone(),
            };
            suppression_id = Some(suppressions::insert(transaction, &decision, source.at)?);
        }
    }
    transaction.execute(
        INSERT,
        named_params! {
            ":issue_key": issue_key,
            ":account_id": account_id,
            ":fingerprint": word.fingerprint,
            ":decision": word.decision.map(Decision::as_str),
            ":until": word.words.until,
            ":note": word.words.note,
            ":assignee": word.words.assignee,
            ":by": source.by,
            ":at": source.at,
            ":run_id": source.run_id,
            ":digest": source.digest,
            ":suppression_id": suppression_id,
        },
    )?;
    Ok(())
}

/// What holds for the issues of a plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InForce {
    /// The newest word that is in force.
    pub decision: Option<Decision>,
    /// Somebody approved the repair: fix or `accept_risk` is in force.
    pub is_approved: bool,
}

/// Returns, by issue key, which decisions are in force.
pub fn in_force(connection: &Session) -> Result<HashMap<String, InForce>, WarehouseError> {
    let mut statement = connection.prepare(
        "select issue_key, decision from decisions
         where is_in_force = 1 and issue_key is not null and decision is not null order by decision_id",
    )?;
    let mut all: HashMap<String, InForce> = HashMap::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let standing = all.entry(row.get(0)?).or_default();
        standing.decision = closed_or_null(row, 1, Decision::from_text)?;
        standing.is_approved |= matches!(standing.decision, Some(Decision::Fix | Decision::AcceptRisk));
    }
    Ok(all)
}

impl Warehouse {
    /// Returns what names this warehouse in sheets.
    pub fn sheet_identity(&self) -> Result<String, WarehouseError> {
        warehouse_id(&self.connection)
    }
}
