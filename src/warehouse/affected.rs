//! How much of the customer base a run finds in disorder, and which records stand behind it.

use rusqlite::named_params;

use super::{RunRow, Warehouse, WarehouseError, trace::Subject};
use crate::catalog::{self, files};

/// Some of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Share {
    /// Those that are the subject of an unsuppressed issue; none if a code about them was not evaluated.
    pub affected: Option<i64>,
    /// All that were read.
    pub total: i64,
}

impl Share {
    /// The affected ones in thousandths of all, rounded; none where either is not known or there are none at all.
    pub fn per_mille(&self) -> Option<i64> {
        let affected = self.affected?;
        (self.total > 0).then(|| (affected * 1000 + self.total / 2) / self.total)
    }
}

/// What a run finds in disorder, each beside all that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Affected {
    /// Accounts with an issue.
    pub accounts: Share,
    /// Eligible users.
    pub users: Share,
    /// Tickets that are neither closed nor deleted.
    pub tickets: Share,
}

/// How many findings of a run hang on the records on which most do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct CauseShare {
    /// How many records are meant.
    pub cause_count: i64,
    /// Issues and hygiene findings that hang on them.
    pub finding_count: i64,
    /// All unsuppressed issues and hygiene findings of the run.
    pub total_finding_count: i64,
}

impl CauseShare {
    /// Counts the next cause, the one with the most findings first; at most `most` of them count as the first ones.
    pub(crate) fn add(&mut self, finding_count: i64, most: usize) {
        if usize::try_from(self.cause_count).is_ok_and(|count| count < most) {
            self.cause_count += 1;
            self.finding_count += finding_count;
        }
        self.total_finding_count += finding_count;
    }
}

/// What hangs on one record in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Behind {
    /// Unsuppressed issues and hygiene findings.
    pub issue_count: i64,
    /// Their accounts.
    pub account_count: i64,
    /// Users that they are about.
    pub user_count: i64,
    /// Tickets that they are about and that are neither closed nor deleted.
    pub open_ticket_count: i64,
}

/// The statement that counts what hangs on one record.
pub(super) fn behind_record() -> &'static str {
    catalog::statement(files::AUDIT, "behind_record")
}

/// One row per cause of a run, those with the most first: how many findings hang on it. `causes` says more of each,
/// which takes five times as long.
pub(super) const CAUSES_OF_RUN: &str =
    "select count(*) as issue_count from _issue_causes as h where h.run_id = :run_id
     group by h.cause_kind, h.cause_id order by issue_count desc";

impl Warehouse {
    /// Counts what hangs on the first causes of a run, at most `most` of them.
    pub fn cause_share(&self, run_id: i64, most: usize) -> Result<CauseShare, WarehouseError> {
        let mut statement = self.connection.prepare(CAUSES_OF_RUN)?;
        let mut rows = statement.query(named_params! { ":run_id": run_id })?;
        let mut share = CauseShare::default();
        while let Some(row) = rows.next()? {
            share.add(row.get(0)?, most);
        }
        Ok(share)
    }

    /// Counts what hangs on an account or an organization. None: nothing does.
    pub fn behind_record(&self, run: &RunRow, record: &Subject) -> Result<Option<Behind>, WarehouseError> {
        let (kind, id) = match record {
            Subject::Account(id) => ("account", id.clone()),
            Subject::Organization(id) => ("organization", id.to_string()),
            Subject::User(_) | Subject::Ticket(_) => return Ok(None),
        };
        let behind = self.connection.query_row(
            behind_record(),
            named_params! {
                ":run_id": run.run_id,
                ":zendesk_snapshot_id": run.zendesk_snapshot_id,
                ":cause_kind": kind,
                ":cause_id": id,
            },
            |row| {
                Ok(Behind {
                    issue_count: row.get(0)?,
                    account_count: row.get(1)?,
                    user_count: row.get(2)?,
                    open_ticket_count: row.get(3)?,
                })
            },
        )?;
        Ok((behind.issue_count > 0).then_some(behind))
    }

    /// Returns the columns of the account file that a snapshot keeps for analysts, in their order.
    pub fn kept_columns(&self, salesforce_snapshot_id: i64) -> Result<Vec<String>, WarehouseError> {
        let options = self.snapshot_options(salesforce_snapshot_id)?;
        let options: serde_json::Value = serde_json::from_str(&options).unwrap_or_default();
        let kept = options["columns"]["kept"].as_array();
        Ok(kept.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect())
    }
}
