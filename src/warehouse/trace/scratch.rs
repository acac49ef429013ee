//! Temporary tables under the names of those that the audit's texts read, which hide them.

use rusqlite::Connection;

use super::{Warehouse, WarehouseError};
use crate::catalog::{self, files};

/// Works with temporary tables, and drops them again whatever comes of it.
pub(super) fn with_scratch<T>(
    warehouse: &Warehouse,
    work: impl FnOnce(&Connection) -> Result<T, WarehouseError>,
) -> Result<T, WarehouseError> {
    let connection = warehouse.connection.raw();
    // Temporary tables are no part of the file, but count as writing.
    let is_only_read: bool = connection.query_row("pragma query_only", [], |row| row.get(0))?;
    connection.pragma_update(None, "query_only", false)?;
    let worked = work(connection);
    let forgotten = forget(connection);
    connection.pragma_update(None, "query_only", is_only_read)?;
    forgotten?;
    worked
}

/// Works a relation of links out, under the name of its table.
pub(super) fn make(connection: &Connection, view: &str) -> Result<(), WarehouseError> {
    let sql = catalog::statement(files::LINK, view);
    connection.execute_batch(&format!("create temp table _{view} as\n{sql}"))?;
    Ok(())
}

/// Drops what was made, so that no name hides one of the warehouse.
fn forget(connection: &Connection) -> Result<(), WarehouseError> {
    let names: Vec<String> = connection
        .prepare("select name from sqlite_temp_schema where type = 'table'")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for name in names {
        connection.execute_batch(&format!("drop table temp.\"{name}\""))?;
    }
    Ok(())
}
