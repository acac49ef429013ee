//! What live applies over the two snapshots of a run did: a plan continues where they ended.

use super::sql;
use crate::{
    catalog::{self, files},
    model::{ActionOutcome, Repair},
    warehouse::{Rows, Value as SqlValue, Warehouse, WarehouseError, closed::closed, session::Session},
};

/// A live apply over the two snapshots of a run.
#[derive(Debug, Clone)]
pub struct BatchRow {
    /// Its plan.
    pub plan_id: i64,
    /// Its last event and the hash of it; none where it was interrupted.
    pub end: Option<(i64, String)>,
}

/// A repair that a live apply decided.
#[derive(Debug, Clone)]
pub struct TriedRepair {
    /// Names the repair in every plan.
    pub action_id: String,
    /// Its kind.
    pub repair: Repair,
    /// The account.
    pub account_id: String,
    /// The organization.
    pub organization_id: i64,
    /// The user, of the two repairs that write one.
    pub user_id: Option<i64>,
    /// The membership that became the default one.
    pub membership_id: Option<i64>,
    /// The domain that was added.
    pub domain: Option<String>,
    /// Applied, already in place, unknown, skipped as stale or failed.
    pub outcome: ActionOutcome,
    /// Why.
    pub reason: Option<String>,
}

/// Returns the live applies over the two snapshots of a run, the newest first.
pub fn batches(connection: &Session, run_id: i64) -> Result<Vec<BatchRow>, WarehouseError> {
    let mut statement = connection.prepare(sql("plan_batches"))?;
    let rows = statement
        .query_map(&[(":run_id", &run_id)], |row| {
            let (event_id, hash): (Option<i64>, Option<String>) = (row.get(1)?, row.get(2)?);
            Ok(BatchRow { plan_id: row.get(0)?, end: event_id.zip(hash) })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Returns the repairs that live applies over the two snapshots of a run tried until an event.
pub fn tried_until(
    connection: &Session,
    run_id: i64,
    event_id: i64,
) -> Result<Vec<TriedRepair>, WarehouseError> {
    let mut statement = connection.prepare(sql("plan_made"))?;
    let rows = statement
        .query_map(&[(":run_id", &run_id), (":event_id", &event_id)], |row| {
            Ok(TriedRepair {
                action_id: row.get(0)?,
                repair: closed(row, 1, Repair::from_text)?,
                account_id: row.get(2)?,
                organization_id: row.get(3)?,
                user_id: row.get(4)?,
                membership_id: row.get(5)?,
                domain: row.get(6)?,
                outcome: closed(row, 7, ActionOutcome::from_text)?,
                reason: row.get(8)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

impl Warehouse {
    /// Returns the plans that were applied live over the two snapshots of a run, in their order.
    pub fn batches_of_run(&self, run_id: i64) -> Result<Vec<i64>, WarehouseError> {
        let mut plans: Vec<i64> =
            batches(&self.connection, run_id)?.into_iter().map(|batch| batch.plan_id).collect();
        plans.sort_unstable();
        Ok(plans)
    }

    /// Returns the live applies over the two snapshots of a run, each with what became of its repairs.
    pub fn batch_rows(&self, run_id: i64) -> Result<Rows<'_>, WarehouseError> {
        let parameters = [(":run_id", SqlValue::Integer(run_id))];
        self.rows_with(catalog::statement(files::RECEIPT, "show_batches"), &parameters, &[], "", None)
    }

    /// Counts the repairs over the two snapshots of a run by the last word on each.
    pub fn batch_counts(&self, run_id: i64) -> Result<Vec<(ActionOutcome, i64)>, WarehouseError> {
        let mut statement = self.connection.prepare(catalog::statement(files::RECEIPT, "count_batches"))?;
        let rows = statement
            .query_map(&[(":run_id", &run_id)], |row| {
                Ok((closed(row, 0, ActionOutcome::from_text)?, row.get(1)?))
            })?
            .collect::<Result<_, _>>()?;
        Ok(rows)
    }

    /// Whether the newest live apply was over other snapshots than those of a run.
    pub fn has_batches_of_before(&self, run_id: i64) -> Result<bool, WarehouseError> {
        Ok(self.connection.query_row(
            "select exists (select 1 from apply_events where mode = 'live' and kind = 'apply_started')",
            [],
            |row| row.get(0),
        )? && batches(&self.connection, run_id)?.is_empty())
    }
}
