//! A new warehouse, and an old one brought up to date.

use std::{
    fs::{self, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use refinery::{Migration, Runner};
use rusqlite::Connection;
use tempfile::TempPath;

use super::{SCHEMA_VERSION, WarehouseError, derived, open};
use crate::catalog::files;

/// Larger pages than SQLite's default: fewer of them hold the same narrow rows, and a scan reads less.
const PAGE_SIZE: i64 = 8192;

/// Makes a warehouse under another name and moves it into place, so that a killed command leaves none
/// half made.
pub(super) fn create(path: &Path) -> Result<(), WarehouseError> {
    let folder = folder_of(path);
    let not_writable = |source| WarehouseError::NotWritable { path: path.to_owned(), source };
    let new = empty_file_beside(path).map_err(not_writable)?;
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

/// The file under its other name, always the same one: the caller holds the lock, so what lies there is of a
/// command that was killed.
fn empty_file_beside(path: &Path) -> io::Result<TempPath> {
    let name = with_ending(path, ".new");
    remove(&name)?;
    remove_stale_journal(&name)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&name)?;
    TempPath::try_from_path(name)
}

/// A killed writer leaves a journal. If its warehouse was removed since, SQLite would roll it back into the
/// new one.
fn remove_stale_journal(path: &Path) -> io::Result<()> {
    ["-journal", "-wal", "-shm"].iter().try_for_each(|ending| remove(&with_ending(path, ending)))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
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
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Whether a schema of that version must be brought up to date.
pub(super) fn is_old(version: i64) -> bool {
    version < SCHEMA_VERSION
}
