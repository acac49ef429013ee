//! How much of the customer base a run finds in disorder: counted once, by the run that finds it.

use rusqlite::{OptionalExtension as _, named_params};

use super::{
    RunRow, Warehouse, WarehouseError,
    affected::{Affected, Share},
    session::Session,
};
use crate::catalog::{self, files};

const KEPT: &str =
    "select account_count, eligible_user_count, ticket_count, affected_account_count, affected_user_count,
       affected_ticket_count
     from _run_figures where run_id = ?1";

/// What counts a run, by name.
pub(super) fn statements() -> [(&'static str, &'static str); 3] {
    ["affected", "totals", "store_figures"].map(|stem| (stem, catalog::statement(files::AUDIT, stem)))
}

/// The records that the snapshots of a run hold.
#[derive(Debug, Clone, Copy)]
struct Totals {
    accounts: i64,
    users: i64,
    tickets: i64,
}

impl Totals {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { accounts: row.get(0)?, users: row.get(1)?, tickets: row.get(2)? })
    }
}

/// Keeps the figures of a run, whose issues and coverage are stored already. `earlier` is the run that it follows by
/// what changed since.
///
/// # Errors
/// SQLite.
pub fn store(connection: &Session, run: &RunRow, earlier: Option<i64>) -> Result<(), WarehouseError> {
    let totals = match earlier {
        Some(earlier) => totals_since(connection, run, earlier)?,
        None => None,
    };
    let Affected { accounts, users, tickets } = match totals {
        Some(totals) => counted(connection, run, totals)?,
        None => counted(connection, run, totals_of(connection, run)?)?,
    };
    connection.prepare(catalog::statement(files::AUDIT, "store_figures"))?.execute(named_params! {
        ":run_id": run.run_id,
        ":affected_account_count": accounts.affected,
        ":account_count": accounts.total,
        ":affected_user_count": users.affected,
        ":eligible_user_count": users.total,
        ":affected_ticket_count": tickets.affected,
        ":ticket_count": tickets.total,
    })?;
    Ok(())
}

impl Warehouse {
    /// Returns what a run finds in disorder: as the run itself counted it, or counted now if an older orgdrift made it.
    ///
    /// # Errors
    /// SQLite.
    pub fn affected(&self, run: &RunRow) -> Result<Affected, WarehouseError> {
        let connection = &self.connection;
        let kept = connection
            .query_row(KEPT, [run.run_id], |row| with_affected(Totals::read(row)?, row, 3))
            .optional()?;
        match kept {
            Some(kept) => Ok(kept),
            None => counted(connection, run, totals_of(connection, run)?),
        }
    }
}

/// Forgets the figures of runs. Whoever removes runs does that first.
pub(super) fn forget(connection: &Session, first: i64, last: i64) -> Result<(), WarehouseError> {
    connection.execute("delete from _run_figures where run_id between ?1 and ?2", [first, last])?;
    Ok(())
}

fn counted(connection: &Session, run: &RunRow, totals: Totals) -> Result<Affected, WarehouseError> {
    Ok(connection.query_row(
        catalog::statement(files::AUDIT, "affected"),
        named_params! { ":run_id": run.run_id, ":zendesk_snapshot_id": run.zendesk_snapshot_id },
        |row| with_affected(totals, row, 0),
    )?)
}

fn with_affected(totals: Totals, row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Affected> {
    Ok(Affected {
        accounts: Share { affected: row.get(at)?, total: totals.accounts },
        users: Share { affected: row.get(at + 1)?, total: totals.users },
        tickets: Share { affected: row.get(at + 2)?, total: totals.tickets },
    })
}

fn totals_of(connection: &Session, run: &RunRow) -> Result<Totals, WarehouseError> {
    Ok(connection.query_row(
        catalog::statement(files::AUDIT, "totals"),
        named_params! {
            ":salesforce_snapshot_id": run.salesforce_snapshot_id,
            ":zendesk_snapshot_id": run.zendesk_snapshot_id,
        },
        Totals::read,
    )?)
}

/// None: an older orgdrift made the earlier run.
fn totals_since(connection: &Session, run: &RunRow, earlier: i64) -> Result<Option<Totals>, WarehouseError> {
    Ok(connection
        .query_row(
            catalog::statement(files::DELTA, "totals"),
            named_params! { ":run_id": run.run_id, ":earlier_run_id": earlier },
            Totals::read,
        )
        .optional()?)
}
