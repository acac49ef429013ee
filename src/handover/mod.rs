//! What is handed to others: the whole warehouse, or a file of plain tables without people.

pub mod datasette;
mod key;
mod veil;

pub use key::{KeyError, PseudonymKey};

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use sha2::{Digest, Sha256};

use crate::{
    catalog::{self, AnalystTable, ColumnKind, SavedQuery, analyst_tables, canned_queries},
    safe_file::{Durability, FileError, Pending, Readers},
    warehouse::{
        Cell, Value, Warehouse, WarehouseError,
        handover::{PlainColumn, PlainFile, PlainTable},
        query::Listing,
    },
};
use veil::Veil;

/// What the file for analysts holds beside what it always does.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnalystOptions<'o> {
    /// The names of account owners.
    pub keeps_owner: bool,
    /// Columns of the account file that were kept, by name.
    pub kept_columns: &'o [String],
    /// Replaces the ids of users and tickets.
    pub pseudonyms: Option<&'o PseudonymKey>,
}

/// One table of a file, as it is said afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableCount {
    /// Its name.
    pub name: String,
    /// How many rows it has.
    pub row_count: u64,
    /// What a row is.
    pub title: String,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOver {
    /// Its tables; of a copy none.
    pub tables: Vec<TableCount>,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
}

/// An error while a file is written. What stood under its name stays.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// The warehouse cannot be read, or the new file cannot be written.
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    /// The new file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It cannot be read again.
    #[error("the new file cannot be read again")]
    Io(#[from] io::Error),
}

/// Writes a consistent copy of the warehouse, which only its owner may read.
///
/// # Errors
/// The warehouse, the disk.
pub fn copy(warehouse: &Warehouse, path: &Path) -> Result<HandedOver, HandoverError> {
    let pending = Pending::beside(path, Readers::Owner)?;
    warehouse.copy_into(pending.path())?;
    finish(pending, Vec::new())
}

/// Writes the file for analysts, which only its owner may read until it is given to others.
///
/// # Errors
/// The warehouse, the disk.
pub fn write_analyst(
    warehouse: &Warehouse,
    options: &AnalystOptions<'_>,
    path: &Path,
) -> Result<HandedOver, HandoverError> {
    let pending = Pending::beside(path, Readers::Owner)?;
    let file = PlainFile::open(pending.path())?;
    let reading = warehouse.read_as_one()?;
    let veil = Veil::new(options.pseudonyms, warehouse.layers_of_codes()?);
    let mut counts = Vec::new();
    let mut described = Vec::new();
    for table in analyst_tables() {
        let plain = plain(&table, options);
        file.create(&plain)?;
        let rows = warehouse.plain_rows(table.sql)?;
        let row_count = file.fill(&plain, rows, |cells| row(&table, cells, options, &veil))?;
        file.index(&plain)?;
        described.extend(descriptions(&table, &plain));
        counts.push(TableCount { name: plain.name, row_count, title: table.title });
    }
    drop(reading);
    counts.push(list(&file, DICTIONARY, &described)?);
    counts.push(list(&file, SAVED_QUERIES, &queries())?);
    file.finish()?;
    finish(pending, counts)
}

/// A list of texts of our own that is a table of the file.
struct ListTable {
    name: &'static str,
    title: &'static str,
    columns: &'static [&'static str],
    key: &'static [&'static str],
}

const DICTIONARY: &ListTable = &ListTable {
    name: "data_dictionary",
    title: "One row per table and column of this file: what it says, and what it refers to.",
    columns: &["table_name", "column_name", "type", "description", "refers_to"],
    key: &["table_name", "column_name"],
};

const SAVED_QUERIES: &ListTable = &ListTable {
    name: "saved_query",
    title: "One row per question that is asked again and again, with its SQL.",
    columns: &["name", "title", "question", "sql"],
    key: &["name"],
};

fn list(file: &PlainFile, table: &ListTable, rows: &[Vec<String>]) -> Result<TableCount, WarehouseError> {
    let text = |name: &&str| PlainColumn { name: (*name).to_owned(), kind: "text", of: None };
    let plain = PlainTable {
        name: table.name.to_owned(),
        columns: table.columns.iter().map(text).collect(),
        key: table.key.iter().map(|name| (*name).to_owned()).collect(),
        indexes: Vec::new(),
    };
    file.create(&plain)?;
    let listing = Listing::new()?;
    let row_count = file.fill(&plain, listing.rows(table.columns, rows)?, |cells| {
        cells.iter().map(Cell::to_value).collect()
    })?;
    Ok(TableCount { name: plain.name, row_count, title: table.title.to_owned() })
}

fn queries() -> Vec<Vec<String>> {
    canned_queries()
        .into_iter()
        .map(|SavedQuery { name, title, question, sql, .. }| vec![name, title, question, sql.to_owned()])
        .collect()
}

/// The table as it is in this file: without owners and kept columns that nobody asked for.
fn plain(table: &AnalystTable, options: &AnalystOptions<'_>) -> PlainTable {
    let mut columns = Vec::new();
    for column in &table.columns {
        let name = column.name.to_owned();
        match column.kind {
            ColumnKind::Owner if !options.keeps_owner => {}
            ColumnKind::Kept => columns.extend(options.kept_columns.iter().map(|kept| {
                let is_ours = table.columns.iter().any(|ours| ours.name.eq_ignore_ascii_case(kept));
                let name = if is_ours { format!("{kept} (Salesforce)") } else { kept.clone() };
                PlainColumn { name, kind: "text", of: None }
            })),
            kind => {
                let of = column.of.map(|table| (table.to_owned(), key_of(table)));
                columns.push(PlainColumn { name, kind: kind.sql_type(), of });
            }
        }
    }
    PlainTable {
        name: table.name.to_owned(),
        columns,
        key: table.key.clone(),
        indexes: table.indexes.clone(),
    }
}

/// The key of a table that others refer to.
fn key_of(table: &str) -> String {
    analyst_tables()
        .into_iter()
        .find(|known| known.name == table)
        .and_then(|known| known.key.into_iter().next())
        .unwrap_or_default()
}

/// The cells of a row as they are written.
fn row(
    table: &AnalystTable,
    cells: &[Cell<'_>],
    options: &AnalystOptions<'_>,
    veil: &Veil<'_>,
) -> Vec<Value> {
    let subject = Subject::of(table, cells);
    let mut values = Vec::with_capacity(cells.len());
    for (column, cell) in table.columns.iter().zip(cells) {
        match column.kind {
            ColumnKind::Owner if !options.keeps_owner => {}
            ColumnKind::Kept => values.extend(options.kept_columns.iter().map(|name| kept(cell, name))),
            kind => values.push(veil.value(kind, cell, &subject)),
        }
    }
    values
}

/// What a row is about.
struct Subject<'c> {
    kind: &'c str,
    id: &'c str,
}

impl<'c> Subject<'c> {
    fn of(table: &AnalystTable, cells: &[Cell<'c>]) -> Self {
        let text = |name: &str| {
            let at = table.columns.iter().position(|column| column.name == name);
            match at.map(|at| cells[at]) {
                Some(Cell::Text(text)) => text,
                _ => "",
            }
        };
        Self { kind: text("subject_kind"), id: text("subject_id") }
    }
}

fn kept(cell: &Cell<'_>, name: &str) -> Value {
    let Cell::Text(json) = cell else { return Value::Null };
    match serde_json::from_str::<serde_json::Value>(json).ok().and_then(|kept| kept.get(name).cloned()) {
        None | Some(serde_json::Value::Null) => Value::Null,
        Some(serde_json::Value::String(text)) => Value::Text(text),
        Some(other) => Value::Text(other.to_string()),
    }
}

/// The rows of the dictionary about a table.
fn descriptions(table: &AnalystTable, plain: &PlainTable) -> Vec<Vec<String>> {
    let mut rows =
        vec![vec![table.name.to_owned(), String::new(), String::new(), table.title.clone(), String::new()]];
    for column in &plain.columns {
        let meaning = table.columns.iter().find(|known| known.name == column.name).map_or_else(
            || "column of the account file, as it was kept".to_owned(),
            |known| known.meaning.to_owned(),
        );
        let of = column.of.clone().map_or_else(String::new, |(table, key)| format!("{table}.{key}"));
        rows.push(vec![table.name.to_owned(), column.name.clone(), column.kind.to_owned(), meaning, of]);
    }
    rows
}

/// Gives the file its name, and reads what it then is.
fn finish(pending: Pending, tables: Vec<TableCount>) -> Result<HandedOver, HandoverError> {
    let mut file = File::open(pending.path())?;
    pending.replace(Durability::Synced)?;
    let mut digest = Sha256::new();
    let mut size = 0;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        digest.update(&buffer[..read]);
        size += read as u64;
    }
    Ok(HandedOver { tables, size, sha256: catalog::hex(&digest.finalize()) })
}
