//! What a refresh asks: which repairs a newer snapshot would end, how bad the new issues are; and its lock.

use std::path::Path;

use rusqlite::named_params;

use super::{Warehouse, WarehouseError, lock::WriterLock};
use crate::{
    catalog::{self, files},
    model::Severity,
};

/// Held while a warehouse is refreshed; the kernel frees it with the process.
///
/// The warehouse's own lock is held by each part of a refresh alone, so that others can work while Zendesk is read.
#[derive(Debug)]
pub struct RefreshLock {
    _lock: WriterLock,
}

impl RefreshLock {
    /// Takes the lock, or says who has it.
    ///
    /// # Errors
    /// Another refresh of the warehouse runs; something else lies where the lock belongs.
    pub fn take(warehouse: &Path) -> Result<Self, WarehouseError> {
        Ok(Self { _lock: WriterLock::take_as(warehouse, ".refresh.lock")? })
    }
}

/// Repairs over the newest snapshots, of which a newer one would end what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenBatch {
    /// A plan whose live apply did not end.
    pub broken_off_plan_id: Option<i64>,
    /// The newest plan that was applied live; none: none was.
    pub newest_plan_id: Option<i64>,
    /// Prepared repairs of the newest run that no live apply made; 0 if none was applied.
    pub open_repair_count: i64,
}

impl Warehouse {
    /// Returns what a newer snapshot would end.
    pub fn open_batch(&self) -> Result<OpenBatch, WarehouseError> {
        Ok(self.connection.query_row(catalog::statement(files::REFRESH, "batch"), [], |row| {
            Ok(OpenBatch {
                broken_off_plan_id: row.get(0)?,
                newest_plan_id: row.get(1)?,
                open_repair_count: row.get(2)?,
            })
        })?)
    }

    /// Returns the worst severity of the issues that a run has and the run before had not.
    pub fn worst_new_issue(&self, run_id: i64) -> Result<Option<Severity>, WarehouseError> {
        let rank: Option<i64> = self.connection.query_row(
            catalog::statement(files::REFRESH, "new_issues"),
            named_params! { ":run_id": run_id },
            |row| row.get(0),
        )?;
        Ok(rank.and_then(|rank| Severity::ALL.get(usize::try_from(rank - 1).ok()?).copied()))
    }
}
