//! What each run changed, kept by the run that makes it: the table behind `issue_changes`.

use rusqlite::named_params;

use super::{Warehouse, WarehouseError, kept_links, session::Session};
use crate::catalog::{self, files};

const FORGET: &str = "delete from _issue_changes where run_id >= :run_id";

/// What keeps the changes of a run.
pub(super) fn statement() -> &'static str {
    catalog::statement(files::AUDIT, "store_changes")
}

/// Keeps what a run changed. Its issues and its coverage are stored already, its changes are not.
pub fn store(connection: &Session, run_id: i64) -> Result<(), WarehouseError> {
    connection.prepare(statement())?.execute(named_params! { ":run_id": run_id })?;
    Ok(())
}

/// Forgets the changes of a run and of all later ones. Whoever removes a run does that first.
pub fn forget_from(connection: &Session, run_id: i64) -> Result<(), WarehouseError> {
    connection.prepare(FORGET)?.execute(named_params! { ":run_id": run_id })?;
    Ok(())
}

/// Works out again what a run and all later ones changed. Whoever removed a run, or changed where versions of
/// issues begin and end, does that last, when the coverage names the runs that are left.
pub fn rebuild_from(connection: &Session, run_id: i64) -> Result<(), WarehouseError> {
    forget_from(connection, run_id)?;
    kept_links::forget(connection)?;
    let runs: Vec<i64> = connection
        .prepare("select r.run_id from runs as r where r.run_id >= ?1 order by r.run_id")?
        .query_map([run_id], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    runs.into_iter().try_for_each(|run| store(connection, run))
}

impl Warehouse {
    /// Works out again what a run and all later ones changed, in one transaction.
    pub fn rebuild_changes_from(&self, run_id: i64) -> Result<(), WarehouseError> {
        let transaction = self.begin()?;
        rebuild_from(&transaction, run_id)?;
        transaction.commit()
    }
}
