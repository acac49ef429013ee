//! Plans: the facts that they are made of, and the rows that they leave.
//!
//! A plan never changes: triggers refuse every update, delete and later insert.

mod batches;
mod digest;
mod facts;
mod standing;

pub use batches::{BatchRow, TriedRepair, batches, tried_until};
pub use digest::content_digest;
pub use facts::{PlanFacts, PlanIssue, PlanMembership, PlanOrganization, PlanUser, facts};
pub use standing::{Standing, other_rows, standing};

use std::collections::BTreeMap;

use crate::warehouse::session::Session;

use super::{
    Filter, Rows, Value, Warehouse, WarehouseError,
    closed::{closed, closed_or_null},
};
use crate::{
    catalog::{self, files},
    model::{
        PlanStatus, Repair, canonical,
        plan::{DeferredAction, PlanState, PlannedAction, RefusalReason},
    },
};

/// A row of `_plans` to be.
#[derive(Debug, Clone)]
pub struct PlanRow {
    /// 64 hexadecimal digits.
    pub plan_hash: String,
    /// The run.
    pub run_id: i64,
    /// ISO-8601 UTC.
    pub created_at: String,
    /// The Zendesk account that it may be applied to.
    pub source_identity: Option<String>,
    /// JSON object.
    pub filters: String,
    /// What the hash is over.
    pub canonical: String,
}

/// A row of `plan_actions` to be; its position is its place in the list.
#[derive(Debug, Clone)]
pub struct PlanActionRow {
    /// The issue.
    pub issue: PlanIssue,
    /// What the plan says about it.
    pub plan: RowOfPlan,
}

/// What a plan says about an issue.
#[derive(Debug, Clone)]
pub enum RowOfPlan {
    /// An apply makes the repair.
    Planned(Box<PlannedAction>),
    /// The repair is possible, but outside of the batch.
    Deferred(DeferredAction),
    /// There is no repair.
    Refused(RefusalReason),
}

impl PlanActionRow {
    /// The word for what the plan says.
    pub const fn status(&self) -> PlanStatus {
        match self.plan {
            RowOfPlan::Planned(_) => PlanStatus::Planned,
            RowOfPlan::Deferred(_) => PlanStatus::Deferred,
            RowOfPlan::Refused(_) => PlanStatus::Refused,
        }
    }

    /// Why it is not planned.
    pub fn blocked_reason(&self) -> Option<&'static str> {
        match &self.plan {
            RowOfPlan::Planned(_) => None,
            RowOfPlan::Deferred(action) => Some(action.reason.as_str()),
            RowOfPlan::Refused(reason) => Some(reason.as_str()),
        }
    }

    /// Names the repair, if there is one.
    pub fn action_id(&self) -> Option<&str> {
        match &self.plan {
            RowOfPlan::Planned(action) => Some(&action.action_id),
            RowOfPlan::Deferred(action) => Some(&action.action_id),
            RowOfPlan::Refused(_) => None,
        }
    }
}

/// A plan as it is stored.
#[derive(Debug, Clone)]
pub struct StoredPlan {
    /// Counts up.
    pub plan_id: i64,
    /// 64 hexadecimal digits.
    pub plan_hash: String,
    /// The run.
    pub run_id: i64,
    /// Whether it can still be applied.
    pub state: PlanState,
    /// Whether a newer snapshot exists, whatever its state.
    pub is_outdated: bool,
    /// The Zendesk account.
    pub source_identity: Option<String>,
    /// JSON object: what was asked for, as the table repeats it.
    pub filters: String,
    /// What the hash is over.
    pub canonical: String,
}

fn sql(stem: &str) -> &'static str {
    catalog::statement(files::PLAN, stem)
}

/// Stores a plan with its rows and returns it.
pub fn insert(
    connection: &Session,
    plan: &PlanRow,
    actions: &[PlanActionRow],
) -> Result<StoredPlan, WarehouseError> {
    let plan_id: i64 = connection.query_row(
        "insert into _plans (plan_id, plan_hash, run_id, created_at, tool_version, source_identity, filters,
           canonical, row_count)
         values ((select coalesce(max(plan_id), 0) + 1 from _plans), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         returning plan_id",
        (
            &plan.plan_hash,
            plan.run_id,
            &plan.created_at,
            env!("CARGO_PKG_VERSION"),
            &plan.source_identity,
            &plan.filters,
            &plan.canonical,
            count(actions.len()),
        ),
        |row| row.get(0),
    )?;
    let mut statement = connection.prepare(
        "insert into plan_actions (plan_id, position, action_id, issue_key, code, account_id, action, status,
           blocked_reason, depends_on, organization_id, user_id, membership_id, domain, new_value, expected,
           preconditions, blast_radius)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
    )?;
    for (at, row) in actions.iter().enumerate() {
        let issue = &row.issue;
        let planned = match &row.plan {
            RowOfPlan::Planned(action) => Some(action),
            _ => None,
        };
        let [new_value, expected, blast_radius] = match planned {
            Some(action) => action.repair.texts().map(Some),
            None => [None, None, None],
        };
        statement.execute(rusqlite::params![
            plan_id,
            count(at + 1),
            row.action_id(),
            issue.issue_key,
            issue.code,
            issue.account_id,
            issue.action.map(Repair::as_str),
            row.status().as_str(),
            row.blocked_reason(),
            planned.map_or_else(|| "[]".to_owned(), |action| canonical(&action.depends_on)),
            issue.organization_id,
            issue.user_id,
            planned.and_then(|action| action.membership_id).map(|id| id.0),
            issue.domain,
            new_value,
            expected,
            planned.map(|action| action.preconditions_text()),
            blast_radius,
        ])?;
    }
    Ok(one(connection, PlanKey::Id(plan_id))?)
}

/// Nothing that fits into memory has more rows than an integer of SQLite counts.
fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// Which plan is meant.
#[derive(Debug, Clone, Copy)]
pub enum PlanKey<'a> {
    /// By its number.
    Id(i64),
    /// By its hash: the newest that has it.
    Hash(&'a str),
    /// The one of a run with that hash.
    OfRun(i64, &'a str),
    /// The newest, or with 1 the one before it, and so on.
    Newest(i64),
}

/// Returns a stored plan, if there is one.
pub fn find(connection: &Session, key: PlanKey<'_>) -> Result<Option<StoredPlan>, WarehouseError> {
    match one(connection, key) {
        Ok(plan) => Ok(Some(plan)),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn one(connection: &Session, key: PlanKey<'_>) -> rusqlite::Result<StoredPlan> {
    let (id, hash, run, skip) = match key {
        PlanKey::Id(id) => (Some(id), None, None, 0),
        PlanKey::Hash(hash) => (None, Some(hash), None, 0),
        PlanKey::OfRun(run, hash) => (None, Some(hash), Some(run), 0),
        PlanKey::Newest(skip) => (None, None, None, skip),
    };
    connection.query_row(
        "select p.plan_id, p.plan_hash, p.run_id, v.state, p.source_identity, p.canonical, v.is_outdated,
                p.filters
             from _plans as p
             cross join plans as v
             where (?1 is null or p.plan_id = ?1)
               and (?2 is null or p.plan_hash = ?2)
               and (?4 is null or p.run_id = ?4)
               and v.plan_id = p.plan_id
             order by p.plan_id desc limit 1 offset ?3",
        (id, hash, skip, run),
        |row| {
            Ok(StoredPlan {
                plan_id: row.get(0)?,
                plan_hash: row.get(1)?,
                run_id: row.get(2)?,
                state: closed(row, 3, PlanState::from_text)?,
                source_identity: row.get(4)?,
                canonical: row.get(5)?,
                is_outdated: row.get(6)?,
                filters: row.get(7)?,
            })
        },
    )
}

/// How many rows of a plan say the same.
#[derive(Debug, Clone)]
pub struct PlanCount {
    /// What the plan says.
    pub status: PlanStatus,
    /// The repair of the code, if it has one.
    pub action: Option<Repair>,
    /// The code.
    pub code: String,
    /// Why the rows are not planned.
    pub blocked_reason: Option<String>,
    /// How many.
    pub count: i64,
}

/// What a receipt repeats of a row of a plan.
#[derive(Debug, Clone)]
pub struct ReceiptAction {
    /// Its place in the plan.
    pub position: i64,
    /// Names the repair.
    pub action_id: Option<String>,
    /// The issue.
    pub issue_key: String,
    /// The account.
    pub account_id: String,
    /// The repair, if the code has one.
    pub action: Option<Repair>,
    /// Where it is made.
    pub organization_id: Option<i64>,
    /// To whom.
    pub user_id: Option<i64>,
    /// With which domain.
    pub domain: Option<String>,
    /// Who accepted the risk for which it would be refused.
    pub accepted_by: Option<String>,
}

impl Warehouse {
    /// Returns how many rows a plan was stored with.
    pub fn plan_row_count(&self, plan_id: i64) -> Result<i64, WarehouseError> {
        Ok(self.connection.query_row(
            "select coalesce((select row_count from _plans where plan_id = ?1), 0)",
            [plan_id],
            |row| row.get(0),
        )?)
    }

    /// Returns the rows of a plan in their order, as a receipt repeats them.
    pub fn receipt_actions(&self, plan_id: i64) -> Result<Vec<ReceiptAction>, WarehouseError> {
        let mut takers = self.risk_takers(plan_id)?;
        let mut statement = self.connection.prepare(
            "select position, action_id, issue_key, account_id, action, organization_id, user_id, domain
             from plan_actions
             where plan_id = ?1 order by position",
        )?;
        let rows = statement
            .query_map([plan_id], |row| {
                Ok(ReceiptAction {
                    position: row.get(0)?,
                    action_id: row.get(1)?,
                    issue_key: row.get(2)?,
                    account_id: row.get(3)?,
                    action: closed_or_null(row, 4, Repair::from_text)?,
                    organization_id: row.get(5)?,
                    user_id: row.get(6)?,
                    domain: row.get(7)?,
                    accepted_by: None,
                })
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let taken = |row: ReceiptAction| ReceiptAction { accepted_by: takers.remove(&row.issue_key), ..row };
        Ok(rows.into_iter().map(taken).collect())
    }

    /// Returns the runs of the plans that are ready, in their order.
    pub fn runs_of_ready_plans(&self) -> Result<Vec<i64>, WarehouseError> {
        let mut statement = self
            .connection
            .prepare("select distinct run_id from plans where state = 'ready' order by run_id")?;
        let runs = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(runs)
    }

    /// Counts the rows of a plan by status, repair, code and reason.
    pub fn plan_counts(&self, plan_id: i64) -> Result<Vec<PlanCount>, WarehouseError> {
        let mut statement = self.connection.prepare(sql("plan_counts"))?;
        let counts = statement
            .query_map(&[(":plan_id", &plan_id)], |row| {
                Ok(PlanCount {
                    status: closed(row, 0, PlanStatus::from_text)?,
                    action: closed_or_null(row, 1, Repair::from_text)?,
                    code: row.get(2)?,
                    blocked_reason: row.get(3)?,
                    count: row.get(4)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(counts)
    }

    /// Returns who accepted the risk of which issue of a plan, by its key.
    pub fn risk_takers(&self, plan_id: i64) -> Result<BTreeMap<String, String>, WarehouseError> {
        let mut statement = self.connection.prepare(sql("plan_risk_takers"))?;
        let takers = statement
            .query_map(&[(":plan_id", &plan_id)], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        Ok(takers)
    }

    /// Returns the rows of a plan in their order: all columns, or those that fit a terminal.
    pub fn plan_rows(
        &self,
        plan_id: i64,
        status: Option<PlanStatus>,
        is_short: bool,
    ) -> Result<Rows<'_>, WarehouseError> {
        let mut filters = vec![Filter { condition: "a.plan_id = ?", value: Value::Integer(plan_id) }];
        if let Some(status) = status {
            filters
                .push(Filter { condition: "a.status = ?", value: Value::Text(status.as_str().to_owned()) });
        }
        let select = sql(if is_short { "show_plan_short" } else { "show_plan" });
        self.rows(select, &filters, "order by a.position", None)
    }

    /// Returns a stored plan.
    pub fn plan(&self, key: PlanKey<'_>) -> Result<Option<StoredPlan>, WarehouseError> {
        find(&self.connection, key)
    }
}
