//! The keys of names, and of `external_id` where a field is the key, in rows that were stored without.

use rusqlite::Connection;

use super::WarehouseError;
use crate::identity::{name_key, named_account};

/// Fills the keys of names in a table, by the column that holds the name. Blank ones stay null.
pub(super) fn fill_names(connection: &Connection, table: &str, column: &str) -> Result<(), WarehouseError> {
    fill(connection, table, column, "name_key", name_key)
}

/// Fills what rows of an older schema lack.
pub(super) fn fill_all(connection: &Connection) -> Result<(), WarehouseError> {
    fill_names(connection, "_account_versions", "account_name")?;
    fill_names(connection, "_organization_versions", "name")?;
    fill_names(connection, "_unread_names", "account_name")?;
    fill(connection, "_organization_versions", "external_id", "external_account_key", named_account)
}

/// Table and columns come from constants, never from data.
fn fill(
    connection: &Connection,
    table: &str,
    from: &str,
    to: &str,
    key: fn(&str) -> Option<String>,
) -> Result<(), WarehouseError> {
    let texts: Vec<String> = connection
        .prepare(&format!("select distinct {from} from {table} where {to} is null and {from} is not null"))?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if texts.is_empty() {
        return Ok(());
    }
    connection.execute_batch(
        "drop table if exists temp.filled;
         create table temp.filled (source text primary key, key text not null) without rowid;",
    )?;
    let mut insert = connection.prepare("insert into temp.filled values (?1, ?2)")?;
    for text in texts {
        if let Some(key) = key(&text) {
            insert.execute((text, key))?;
        }
    }
    drop(insert);
    connection.execute_batch(&format!(
        "update {table} set {to} = (select f.key from temp.filled as f where f.source = {from}) where {to} is null;
         drop table temp.filled;"
    ))?;
    Ok(())
}
