//! Whether the schema of a file is what orgdrift made: a file from elsewhere is data, and nothing in it may act.
//!
//! Tables, indexes and triggers are compared with what the migrations make, in an empty database in memory. That takes
//! milliseconds, so a digest of the newest schema stands here; a stale one costs that time and nothing else. Views
//! have no version: those of this binary are compared with its texts, those of another one are dropped unread.

use std::{collections::BTreeMap, path::Path};

use rusqlite::Connection;

use super::{SCHEMA_VERSION, WarehouseError, create, derived};
use crate::catalog;

/// Of the tables, indexes and triggers of the newest schema; a test compares it.
const DIGEST: &str = "bfbf693a7f642c10b982923070d165acbbac3e4f4c41e587eff819cb5608f37d";

/// What SQLite keeps about the distribution of values. It changes no result, but may change how long one takes.
const STATISTICS: [&str; 4] = ["sqlite_stat1", "sqlite_stat2", "sqlite_stat3", "sqlite_stat4"];

/// An object of a schema, as SQLite stores it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Object {
    kind: String,
    name: String,
    /// The table that it belongs to.
    table: String,
    /// None for the index of a constraint.
    sql: Option<String>,
}

impl Object {
    fn said(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }

    fn is_view(&self) -> bool {
        self.kind == "view"
    }

    /// A table that stores rows, or an index over one: it acts on nothing while others are read.
    fn is_plain(&self) -> bool {
        match self.kind.as_str() {
            // SQLite stores the text as it was typed, from `CREATE` on.
            "table" => self.sql.as_deref().is_some_and(|sql| {
                sql.get(..12).is_some_and(|start| start.eq_ignore_ascii_case("create table"))
            }),
            "index" => true,
            _ => false,
        }
    }
}

/// What was added to a file: plain tables and indexes, by name.
#[derive(Debug, Default)]
pub(super) struct Added {
    tables: Vec<String>,
    indexes: Vec<String>,
}

impl Added {
    /// In words, such as `table notes`; nothing if nothing was added.
    pub(super) fn said(&self) -> Vec<String> {
        let tables = self.tables.iter().map(|name| format!("table {name}"));
        tables.chain(self.indexes.iter().map(|name| format!("index {name}"))).collect()
    }

    /// Removes it.
    pub(super) fn remove(&self, connection: &Connection) -> Result<(), WarehouseError> {
        // With enforcement on, dropping a table would delete what refers to it.
        connection.pragma_update(None, "foreign_keys", false)?;
        let transaction = connection.unchecked_transaction()?;
        let indexes = self.indexes.iter().map(|name| ("index", name));
        for (kind, name) in indexes.chain(self.tables.iter().map(|name| ("table", name))) {
            transaction.execute_batch(&format!("drop {kind} if exists \"{}\"", name.replace('"', "\"\"")))?;
        }
        transaction.commit()?;
        connection.pragma_update(None, "foreign_keys", true)?;
        Ok(())
    }
}

/// Compares the schema of a file with what that version of orgdrift made, and returns what was added to it.
///
/// # Errors
/// A trigger or a view that is not ours; an object of ours that is gone or differs.
pub(super) fn check(connection: &Connection, path: &Path, version: i64) -> Result<Added, WarehouseError> {
    let (views, found): (Vec<_>, Vec<_>) = objects(connection)?.into_iter().partition(Object::is_view);
    let (mut faults, mut added) = (Vec::new(), Added::default());
    if version != SCHEMA_VERSION || digest(&found) != DIGEST {
        compare(&found, &made(version)?, &mut faults, &mut added);
    }
    // Which views there may be is read from tables, which must be ours for that.
    if faults.is_empty() {
        faults = faulty_views(connection, version, &views)?;
    }
    if faults.is_empty() {
        Ok(added)
    } else {
        Err(WarehouseError::OtherSchema { path: path.to_owned(), faults: faults.join("; ") })
    }
}

/// Drops what somebody's `analyze` left, and says whether there was anything. The texts fix the order of loops where it
/// matters, and are measured without statistics; with them, SQLite has chosen ways that took a hundred times as long.
pub(super) fn forget_statistics(connection: &Connection) -> Result<bool, WarehouseError> {
    let mut was_any = false;
    for table in STATISTICS {
        if connection.table_exists(Some("main"), table)? {
            connection.execute_batch(&format!("drop table {table}"))?;
            was_any = true;
        }
    }
    Ok(was_any)
}

fn objects(connection: &Connection) -> Result<Vec<Object>, WarehouseError> {
    let mut objects: Vec<Object> = connection
        .prepare("select type, name, tbl_name, sql from sqlite_schema")?
        .query_map([], |row| {
            Ok(Object { kind: row.get(0)?, name: row.get(1)?, table: row.get(2)?, sql: row.get(3)? })
        })?
        .collect::<Result<_, _>>()?;
    objects.retain(|object| object.kind != "table" || !STATISTICS.contains(&object.name.as_str()));
    objects.sort();
    Ok(objects)
}

fn digest(objects: &[Object]) -> String {
    let mut text = String::new();
    for Object { kind, name, table, sql } in objects {
        for part in [kind, name, table, sql.as_deref().unwrap_or_default()] {
            text.push_str(part);
            text.push('\0');
        }
    }
    catalog::sha256(&text)
}

/// The tables, indexes and triggers that the migrations to a version make.
fn made(version: i64) -> Result<Vec<Object>, WarehouseError> {
    let mut connection = Connection::open_in_memory()?;
    create::migrate_to(&mut connection, version)?;
    objects(&connection)
}

fn compare(found: &[Object], made: &[Object], faults: &mut Vec<String>, added: &mut Added) {
    let by_name = |objects: &[Object]| {
        let mut by_name: BTreeMap<String, Vec<Object>> = BTreeMap::new();
        for object in objects {
            by_name.entry(object.name.clone()).or_default().push(object.clone());
        }
        by_name
    };
    let (mut found, made) = (by_name(found), by_name(made));
    for (name, wanted) in &made {
        match found.remove(name) {
            None => faults.extend(wanted.iter().map(|object| format!("{} is missing", object.said()))),
            // A second object of the name is as wrong as another text.
            Some(there) if there != *wanted => {
                faults.push(format!("{} is not as orgdrift makes it", wanted[0].said()));
            }
            Some(_) => {}
        }
    }
    for object in found.into_values().flatten() {
        if !object.is_plain() {
            faults.push(format!("{} is not orgdrift's", object.said()));
        } else if object.kind == "table" {
            added.tables.push(object.name);
        } else if object.sql.is_some() {
            added.indexes.push(object.name);
        } else if made.contains_key(&object.table) {
            // The index of a constraint, of a table that has no such constraint.
            faults.push(format!("{} is not orgdrift's", object.said()));
        }
    }
}

/// The views that are not ours, or not as this binary makes them.
fn faulty_views(
    connection: &Connection,
    version: i64,
    views: &[Object],
) -> Result<Vec<String>, WarehouseError> {
    let ours = catalog::views();
    let mut faults = Vec::new();
    if version == SCHEMA_VERSION && derived::is_of_this_binary(connection)? {
        for view in &ours {
            let found: Vec<_> = views.iter().filter(|found| found.name == view.name).collect();
            let text = derived::text(view);
            match found.as_slice() {
                [] => faults.push(format!("view {} is missing", view.name)),
                [found] if found.sql.as_deref() == Some(text.as_str()) => {}
                _ => faults.push(format!("view {} is not as orgdrift makes it", view.name)),
            }
        }
        let is_ours = |name: &str| ours.iter().any(|view| view.name == name);
        let others = views.iter().filter(|view| !is_ours(&view.name));
        faults.extend(others.map(|view| format!("{} is not orgdrift's", view.said())));
    } else {
        // Those of another binary are dropped before anything is read.
        let dropped = derived::droppable(connection)?;
        let others = views.iter().filter(|view| !dropped.contains(&view.name));
        faults.extend(others.map(|view| format!("{} is not orgdrift's", view.said())));
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_of_the_newest_schema() {
        let digest = digest(&made(SCHEMA_VERSION).unwrap());
        assert_eq!(digest, DIGEST, "write it into the constant: without it every open takes longer");
    }

    #[test]
    fn a_version_is_not_the_next_one() {
        for version in 1..SCHEMA_VERSION {
            let (mut faults, mut added) = (Vec::new(), Added::default());
            compare(&made(version).unwrap(), &made(version + 1).unwrap(), &mut faults, &mut added);
            // A version may add columns, tables or indexes, and all of that is seen.
            assert!(!faults.is_empty(), "{version}");
        }
    }
}
