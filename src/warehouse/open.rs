//! Opening an existing warehouse, or a new one.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::{
    SCHEMA_VERSION, Warehouse, WarehouseError,
    connect::{common_flags, harden, write_flags},
    create, derived, header,
    header::Found,
    lock::WriterLock,
    schema::{self, Added},
    session::Session,
};

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
        if header::look(path)? == Found::Nothing {
            return Err(WarehouseError::NotFound { path: path.to_owned() });
        }
        // Read-write even for readers: a killed writer may have left a journal to roll back.
        let connection = match Connection::open_with_flags(path, write_flags()) {
            Ok(connection) => connection,
            Err(_) => Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | common_flags())?,
        };
        harden(&connection)?;
        connection.pragma_update(None, "query_only", true)?;
        // Both looks see one state, whatever another command does meanwhile.
        let looking = connection.unchecked_transaction()?;
        let version = stated_version(&looking)?;
        let added = schema::check(&looking, path, version)?;
        if create::is_old(version) || !derived::is_of_this_binary(&looking)? {
            return Ok(None);
        }
        drop(looking);
        Ok(Some(Self {
            connection: Session::new(connection),
            path: path.to_owned(),
            copy: None,
            added: added.said(),
            _lock: None,
        }))
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
        let (mut connection, version, added) = Self::connect_locked(path)?;
        if !added.said().is_empty() {
            return Err(WarehouseError::Added { path: path.to_owned(), added: added.said().join(", ") });
        }
        if schema::forget_statistics(&connection)? {
            // SQLite reads them once for each connection.
            connection = Self::connect_locked(path)?.0;
        }
        let mut copy = None;
        if create::is_old(version) {
            copy = Some(create::upgrade(&mut connection, path, version)?);
        }
        if !derived::is_of_this_binary(&connection)? {
            derived::synchronize(&connection)?;
        }
        let connection = Session::new(connection);
        Ok(Self { connection, path: path.to_owned(), copy, added: Vec::new(), _lock: Some(lock) })
    }

    /// Opens the file for the holder of its lock, and compares its schema before anything else is done.
    fn connect_locked(path: &Path) -> Result<(Connection, i64, Added), WarehouseError> {
        if header::look(path)? == Found::Nothing {
            return Err(WarehouseError::NotFound { path: path.to_owned() });
        }
        let connection = Connection::open_with_flags(path, write_flags())?;
        if connection.is_readonly("main")? {
            return Err(WarehouseError::NotWritable {
                path: path.to_owned(),
                source: std::io::Error::from(std::io::ErrorKind::PermissionDenied),
            });
        }
        harden(&connection)?;
        let version = stated_version(&connection)?;
        let added = schema::check(&connection, path, version)?;
        Ok((connection, version, added))
    }

    /// Removes the tables and indexes that somebody added, and returns them, such as `table notes`.
    ///
    /// # Errors
    /// A schema that differs otherwise, and the disk.
    pub fn remove_added(path: &Path) -> Result<Vec<String>, WarehouseError> {
        if header::look(path)? == Found::Nothing {
            return Err(WarehouseError::NotFound { path: path.to_owned() });
        }
        let _lock = WriterLock::take(path)?;
        let (connection, _, added) = Self::connect_locked(path)?;
        added.remove(&connection)?;
        Ok(added.said())
    }
}

/// The schema version by SQLite, which has rolled back what a killed command left half done.
fn stated_version(connection: &Connection) -> Result<i64, WarehouseError> {
    Ok(connection.query_row("pragma user_version", [], |row| row.get(0))?)
}

/// Tells somebody who only wanted to read why the file had to be written.
fn not_upgraded(path: &Path, error: WarehouseError) -> WarehouseError {
    match (error, header::look(path)) {
        (WarehouseError::NotWritable { source, .. }, Ok(Found::Warehouse(found))) => {
            WarehouseError::NeedsUpgrade { path: path.to_owned(), found, known: SCHEMA_VERSION, source }
        }
        (error, _) => error,
    }
}
