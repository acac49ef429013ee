//! The catalog polices itself: files, rules, views, dictionary, query plans and the generated documents.

mod dictionary;
mod documents;
mod examples;
mod fields;
mod lints;
mod listing;
mod plans;
mod public_names;
mod questions;
pub(crate) mod rules;
mod sql_text;

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::common::new_warehouse;

/// A new warehouse, opened by SQLite alone.
fn fresh(folder: &Path) -> Connection {
    Connection::open(new_warehouse(folder)).unwrap()
}

/// The names of all tables or views, in order; SQLite's own are left out.
fn names(database: &Connection, kind: &str) -> Vec<String> {
    let mut statement = database
        .prepare("select name from sqlite_schema where type = ?1 and name not like 'sqlite\\_%' escape '\\' order by name")
        .unwrap();
    statement.query_map([kind], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// The columns of a table or view, in their order.
fn columns(database: &Connection, name: &str) -> Vec<String> {
    let statement = database.prepare(&format!("select * from {name} limit 0")).unwrap();
    statement.column_names().map(str::to_owned).collect()
}

/// The names that people may rely on.
fn public_names(database: &Connection) -> Vec<String> {
    let mut all = names(database, "table");
    all.extend(names(database, "view"));
    all.retain(|name| !name.starts_with('_'));
    all
}

/// The stems of the files of a folder that end in `.sql`, in order.
fn stems(folder: &Path) -> Vec<String> {
    let mut stems: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".sql").map(str::to_owned)
        })
        .collect();
    stems.sort();
    stems
}
