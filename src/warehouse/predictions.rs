//! What was foreseen of a plan when it was made, kept beside it: `prove` compares it with what later snapshots show.

use rusqlite::OptionalExtension;

use super::{
    Rows, Value, Warehouse, WarehouseError,
    foresee::{Foreseen, ForeseenIssue},
    session::Session,
};
use crate::catalog::{self, files};

const VANISHES: &str = "vanishes";
const APPEARS: &str = "appears";

const CHANGES: &str = "select issue_key, code, change from _predicted_changes
  where plan_id = ?1 order by issue_key";

impl Warehouse {
    /// Keeps what was foreseen of a plan. A plan has one prediction, the first.
    pub fn store_prediction(
        &self,
        plan_id: i64,
        foreseen: &Foreseen,
        now: &str,
    ) -> Result<(), WarehouseError> {
        let transaction = self.begin()?;
        let is_new = transaction.execute(
            "insert into _predictions (plan_id, made_at) values (?1, ?2) on conflict do nothing",
            (plan_id, now),
        )? > 0;
        if is_new {
            let mut statement = transaction.prepare(
                "insert into _predicted_changes (plan_id, issue_key, code, change) values (?1, ?2, ?3, ?4)",
            )?;
            for (issues, change) in [(&foreseen.vanishing, VANISHES), (&foreseen.appearing, APPEARS)] {
                for issue in issues {
                    statement.execute((plan_id, &issue.issue_key, &issue.code, change))?;
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Returns what was foreseen of a plan; none where nothing was.
    pub fn prediction(&self, plan_id: i64) -> Result<Option<Foreseen>, WarehouseError> {
        let made_at: Option<String> = self
            .connection
            .query_row("select made_at from _predictions where plan_id = ?1", [plan_id], |row| row.get(0))
            .optional()?;
        if made_at.is_none() {
            return Ok(None);
        }
        let mut foreseen = Foreseen::default();
        let mut statement = self.connection.prepare(CHANGES)?;
        let mut rows = statement.query([plan_id])?;
        while let Some(row) = rows.next()? {
            let issue = ForeseenIssue { issue_key: row.get(0)?, code: row.get(1)? };
            let change: String = row.get(2)?;
            if change == APPEARS { foreseen.appearing.push(issue) } else { foreseen.vanishing.push(issue) }
        }
        Ok(Some(foreseen))
    }

    /// Whether what was foreseen of a plan can be compared: it was stored, and no other plan was applied over the same
    /// snapshots.
    pub fn is_prediction_comparable(&self, plan_id: i64) -> Result<bool, WarehouseError> {
        Ok(self.connection.query_row(
            "select exists (select 1 from _comparable_predictions where plan_id = ?1)",
            [plan_id],
            |row| row.get(0),
        )?)
    }

    /// Returns the issues on records that a plan wrote which vanished or stayed otherwise than foreseen, in the newest run
    /// of a reading that began after a second; and those that were foreseen and did not come.
    pub fn unpredicted(&self, plan_id: i64, after: &str) -> Result<Rows<'_>, WarehouseError> {
        let parameters = [(":plan_id", Value::Integer(plan_id)), (":after", Value::Text(after.to_owned()))];
        self.rows_with(catalog::statement(files::RECEIPT, "prove_differences"), &parameters, &[], "", None)
    }
}

/// Forgets what was foreseen of a plan that goes.
pub(super) fn forget(connection: &Session, plan_id: i64) -> Result<(), WarehouseError> {
    connection.execute("delete from _predicted_changes where plan_id = ?1", [plan_id])?;
    connection.execute("delete from _predictions where plan_id = ?1", [plan_id])?;
    Ok(())
}
