//! How every connection is opened, and what is set on it.

use std::time::Duration;

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::WarehouseError;

/// How long a reader waits for the commit of a writer before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Page cache in KiB (negative: SQLite's way to say KiB). Larger ones were measured without a gain.
const CACHE_SIZE: i64 = -32_000;

pub(super) fn common_flags() -> OpenFlags {
    // No URI: a file may be called anything.
    OpenFlags::SQLITE_OPEN_NO_MUTEX
}

pub(super) fn write_flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | common_flags()
}

/// Settings of every connection. None of them is stored in the file.
pub(super) fn harden(connection: &Connection) -> Result<(), WarehouseError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // A misspelt column must be an error, not a string.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "recursive_triggers", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", CACHE_SIZE)?;
    // One transaction for each snapshot or run makes full durability free; people keep receipts here.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}
