//! Opening an existing warehouse, or a new one.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::{
    SCHEMA_VERSION, Warehouse, WarehouseError, create, derived, header, header::Found, lock::WriterLock,
};

/// How long a reader waits for the commit of a writer before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Page cache in KiB (negative: SQLite's way to say KiB). Larger ones were measured without a gain.
const CACHE_SIZE: i64 = -32_000;

impl Warehouse {
    /// Opens an existing warehouse for reading. One of an older orgdrift is brought up to date first.
    pub fn open(path: &Path) -> Result<Self, WarehouseError> {
        if let Some(warehouse) = Self::open_if_current(path)? {
            return Ok(warehouse);
        }
        // Another command may have to be waited for, but nothing is tried twice.
        let copy = Self::open_for_writing(path).map_err(|error| not_upgraded(path, error))?.copy;
        let warehouse = Self::open_if_current(path)?.ok_or_else(|| WarehouseError::NotAWarehouse {
            path: path.to_owned(),
            what: "another orgdrift changes it at the same time",
        })?;
        Ok(Self { copy, ..warehouse })
    }

    /// Opens a warehouse that needs neither an upgrade nor new views.
    pub(super) fn open_if_current(path: &Path) -> Result<Option<Self>, WarehouseError> {
        let Found::Warehouse(version) = header::look(path)? else {
            return Err(WarehouseError::NotFound { path: path.to_owned() });
        };
        // Read-write even for readers: a killed writer may have left a journal to roll back.
        let connection = match Connection::open_with_flags(path, write_flags()) {
            Ok(connection) => connection,
            Err(_) => Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | common_flags())?,
        };
        harden(&connection)?;
        if create::is_old(version) || !derived::is_current(&connection)? {
            return Ok(None);
        }
        connection.pragma_update(None, "query_only", true)?;
        Ok(Some(Self { connection, path: path.to_owned(), copy: None, _lock: None }))
    }

    /// Opens an existing warehouse for writing.
    pub fn open_for_writing(path: &Path) -> Result<Self, WarehouseError> {
        if header::look(path)? == Found::Nothing {
            return Err(WarehouseError::NotFound { path: path.to_owned() });
        }
        let lock = WriterLock::take(path)?;
        Self::open_locked(path, lock)
    }

    /// Opens a warehouse for writing and makes it first if there is none. Says whether it was made.
    pub fn create(path: &Path) -> Result<(Self, bool), WarehouseError> {
        header::look(path)?;
        let lock = WriterLock::take(path)?;
        // Looked at again under the lock: another command may have made it meanwhile.
        let is_new = header::look(path)? == Found::Nothing;
        if is_new {
            create::create(path)?;
        }
        Ok((Self::open_locked(path, lock)?, is_new))
    }

    fn open_locked(path: &Path, lock: WriterLock) -> Result<Self, WarehouseError> {
        let Found::Warehouse(version) = header::look(path)? else {
            return Err(WarehouseError::NotFound { path: path.to_owned() });
        };
        let mut connection = Connection::open_with_flags(path, write_flags())?;
        if connection.is_readonly("main")? {
            return Err(WarehouseError::NotWritable {
                path: path.to_owned(),
                source: std::io::Error::from(std::io::ErrorKind::PermissionDenied),
            });
        }
        harden(&connection)?;
        let mut copy = None;
        if create::is_old(version) {
            copy = Some(create::upgrade(&mut connection, path, version)?);
        }
        if !derived::is_current(&connection)? {
            derived::synchronize(&connection)?;
        }
        Ok(Self { connection, path: path.to_owned(), copy, _lock: Some(lock) })
    }
}

/// Whoever only wanted to read is told why something was to be written.
fn not_upgraded(path: &Path, error: WarehouseError) -> WarehouseError {
    match (error, header::look(path)) {
        (WarehouseError::NotWritable { source, .. }, Ok(Found::Warehouse(found))) => {
            WarehouseError::NeedsUpgrade { path: path.to_owned(), found, known: SCHEMA_VERSION, source }
        }
        (error, _) => error,
    }
}

fn common_flags() -> OpenFlags {
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
