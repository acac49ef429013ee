//! A new warehouse, and an old one brought up to date.

use std::{
    fs::{self, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use refinery::{Migration, Runner};
use rusqlite::Connection;
use tempfile::TempPath;

use super::{SCHEMA_VERSION, WarehouseError, connect, derived};
use crate::{
    catalog::files,
    safe_file::{FileError, Pending, Readers},
};

/// Larger pages than SQLite's default: fewer of them hold the same narrow rows, and a scan reads less.
const PAGE_SIZE: i64 = 8192;

/// Makes a warehouse under another name and moves it into place, so that a killed command leaves none
/// half made.
pub(super) fn create(path: &Path) -> Result<(), WarehouseError> {
    let folder = folder_of(path);
    let not_writable = |source| WarehouseError::NotWritable { path: path.to_owned(), source };
    let new = empty_file_beside(path).map_err(not_writable)?;
    {
        let mut connection = Connection::open_with_flags(&new, connect::write_flags())?;
        connection.pragma_update(None, "page_size", PAGE_SIZE)?;
        connect::harden(&connection)?;
        migrate(&mut connection, files::MIGRATIONS, SCHEMA_VERSION)?;
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
    upgrade_with(connection, path, from, files::MIGRATIONS, SCHEMA_VERSION)
}

fn upgrade_with(
    connection: &mut Connection,
    path: &Path,
    from: i64,
    migrations: &[(&str, &str)],
    to: i64,
) -> Result<PathBuf, WarehouseError> {
    let copy = copy_beside(connection, path, from)?;
    derived::drop_views(connection)?;
    migrate(connection, migrations, to)?;
    Ok(copy)
}

/// Makes the tables, indexes and triggers of a version in an empty database.
pub(super) fn migrate_to(connection: &mut Connection, version: i64) -> Result<(), WarehouseError> {
    let count = usize::try_from(version).unwrap_or(usize::MAX).min(files::MIGRATIONS.len());
    migrate(connection, &files::MIGRATIONS[..count], version)
}

fn migrate(connection: &mut Connection, migrations: &[(&str, &str)], to: i64) -> Result<(), WarehouseError> {
    let migrations = migrations
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
    let found: i64 = connection.query_row("pragma user_version", [], |row| row.get(0))?;
    // Taken for granted, a migration without its last line would be tried again at every open.
    if found != to {
        return Err(WarehouseError::VersionUnclear { found, expected: to });
    }
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
    if !copy_to(connection, &copy)?.create().map_err(|error| not_written(&copy, error))? {
        return Err(WarehouseError::NotWritable { path: copy, source: io::ErrorKind::AlreadyExists.into() });
    }
    Ok(copy)
}

/// A consistent copy that has not got its name yet.
pub(super) fn copy_to(connection: &Connection, target: &Path) -> Result<Pending, WarehouseError> {
    // It holds what the warehouse holds, so it is as private. SQLite takes an empty file.
    let pending = Pending::beside(target, Readers::Owner).map_err(|error| not_written(target, error))?;
    connection.execute("vacuum into ?1", [pending.path().to_string_lossy()])?;
    Ok(pending)
}

/// Why a copy was not written.
pub(super) fn not_written(target: &Path, error: FileError) -> WarehouseError {
    match error {
        FileError::Io { path, source } => WarehouseError::NotWritable { path, source },
        error @ FileError::NotAFile { .. } => {
            WarehouseError::NotWritable { path: target.to_owned(), source: io::Error::other(error) }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const NEXT: i64 = SCHEMA_VERSION + 1;

    /// A migration to the next version.
    fn next(name: &str, sql: &str) -> (&'static str, &'static str) {
        (format!("V{NEXT}__{name}").leak(), sql.replace("NEXT", &NEXT.to_string()).leak())
    }

    fn warehouse(folder: &Path) -> (PathBuf, Connection) {
        let path = folder.join("orgdrift.db");
        create(&path).unwrap();
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(
                "insert into suppressions (issue_key, reason, owner, created_at, expires_on)
                 values ('a/b', 'because', 'ops', '2026-01-01T00:00:00Z', '2026-02-01')",
            )
            .unwrap();
        (path, connection)
    }

    fn migrations(next: (&'static str, &'static str)) -> Vec<(&'static str, &'static str)> {
        files::MIGRATIONS.iter().copied().chain([next]).collect()
    }

    #[test]
    fn an_old_warehouse_is_upgraded_after_a_private_copy() {
        let folder = tempfile::tempdir().unwrap();
        let (path, mut connection) = warehouse(folder.path());
        let added = next(
            "a_column",
            "alter table suppressions add column note text; create table _later (x integer) strict;
             pragma user_version = NEXT;",
        );
        let copy = upgrade_with(&mut connection, &path, SCHEMA_VERSION, &migrations(added), NEXT).unwrap();
        let note: (String, Option<String>) = connection
            .query_row("select reason, note from suppressions", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        assert_eq!(note, ("because".to_owned(), None));
        assert_eq!(copy, with_ending(&path, &format!(".v{SCHEMA_VERSION}-backup")));
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&copy).unwrap().permissions()) & 0o777,
            0o600
        );
        let old = Connection::open(&copy).unwrap();
        assert_eq!(
            old.query_row("pragma user_version", [], |row| row.get::<_, i64>(0)).unwrap(),
            SCHEMA_VERSION
        );
        assert_eq!(
            old.query_row("select count(*) from suppressions", [], |row| row.get::<_, i64>(0)).unwrap(),
            1
        );
        // The views that were dropped come back with what this binary derives.
        derived::synchronize(&connection).unwrap();
        assert!(derived::is_of_this_binary(&connection).unwrap());
    }

    #[test]
    fn a_migration_that_fails_changes_neither_version_nor_data() {
        let folder = tempfile::tempdir().unwrap();
        let (path, mut connection) = warehouse(folder.path());
        let broken = next(
            "broken",
            "delete from suppressions; pragma user_version = NEXT; select nothing from nowhere;",
        );
        assert!(upgrade_with(&mut connection, &path, SCHEMA_VERSION, &migrations(broken), NEXT).is_err());
        assert_eq!(
            connection.query_row("pragma user_version", [], |row| row.get::<_, i64>(0)).unwrap(),
            SCHEMA_VERSION
        );
        assert_eq!(
            connection
                .query_row("select count(*) from suppressions", [], |row| row.get::<_, i64>(0))
                .unwrap(),
            1
        );
    }

    #[test]
    fn a_migration_without_its_version_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let (path, mut connection) = warehouse(folder.path());
        let silent = next("silent", "create table _later (x integer) strict;");
        let error =
            upgrade_with(&mut connection, &path, SCHEMA_VERSION, &migrations(silent), NEXT).unwrap_err();
        assert!(matches!(error, WarehouseError::VersionUnclear { found: SCHEMA_VERSION, expected: NEXT }));
    }
}
