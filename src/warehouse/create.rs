//! A new warehouse, and an old one brought up to date.

use std::path::{Path, PathBuf};

use refinery::{Migration, Runner};
use rusqlite::Connection;

use super::{SCHEMA_VERSION, WarehouseError, derived, open};
use crate::catalog::files;

/// Larger pages than SQLite's default: fewer of them hold the same narrow rows, and a scan reads less.
const PAGE_SIZE: i64 = 8192;

/// Makes a warehouse under another name and moves it into place, so that a killed command leaves none
/// half made.
pub(super) fn create(path: &Path) -> Result<(), WarehouseError> {
    let folder = folder_of(path);
    let not_writable = |source| WarehouseError::NotWritable { path: path.to_owned(), source };
    // The name ends up in front of people only if the process is killed in between.
    let file = tempfile::Builder::new().prefix(".orgdrift-new-").tempfile_in(folder).map_err(not_writable)?;
    let new = file.into_temp_path();
    {
        let mut connection = Connection::open_with_flags(&new, open::write_flags())?;
        connection.pragma_update(None, "page_size", PAGE_SIZE)?;
        open::harden(&connection)?;
        migrate(&mut connection)?;
        derived::synchronize(&connection)?;
        connection.close().map_err(|(_, error)| error)?;
    }
    remove_stale_journal(path).map_err(not_writable)?;
    new.persist(path).map_err(|error| not_writable(error.error))?;
    sync_folder(folder);
    Ok(())
}

/// A killed writer leaves a journal. If its warehouse was removed since, SQLite would roll it back into the
/// new one.
fn remove_stale_journal(path: &Path) -> std::io::Result<()> {
    for ending in ["-journal", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Copies the file beside itself, then brings its schema up to date. The caller holds the lock.
pub(super) fn upgrade(
    connection: &mut Connection,
    path: &Path,
    from: i64,
) -> Result<PathBuf, WarehouseError> {
    let copy = copy_beside(connection, path, from)?;
    derived::drop_views(connection)?;
    migrate(connection)?;
    Ok(copy)
}

fn migrate(connection: &mut Connection) -> Result<(), WarehouseError> {
    let migrations = files::MIGRATIONS
        .iter()
        .map(|(name, sql)| Migration::unapplied(name, sql))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| WarehouseError::Migration(Box::new(error)))?;
    // A migration may rebuild a table; with enforcement on, dropping the old one would delete its children.
    connection.pragma_update(None, "foreign_keys", false)?;
    let mut runner =
        Runner::new(&migrations).set_grouped(true).set_abort_divergent(true).set_abort_missing(true);
    runner.set_migration_table_name("_migrations");
    runner.run(connection).map_err(|error| WarehouseError::Migration(Box::new(error)))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

/// A consistent copy under a name that is free: `<file>.v1-backup`, `<file>.v1-backup-2`, …
fn copy_beside(connection: &Connection, path: &Path, version: i64) -> Result<PathBuf, WarehouseError> {
    let name = |count: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".v{version}-backup"));
        if count > 1 {
            name.push(format!("-{count}"));
        }
        PathBuf::from(name)
    };
    let copy =
        (1..u32::MAX).map(name).find(|name| !name.exists()).expect("one of four billion names is free");
    connection.execute("vacuum into ?1", [copy.to_string_lossy()])?;
    Ok(copy)
}

/// The folder that holds the file.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes a rename durable where the system can; elsewhere the next sync does.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = std::fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Whether a schema of that version must be brought up to date.
pub(super) fn is_old(version: i64) -> bool {
    version < SCHEMA_VERSION
}
