//! A folder that Datasette serves as it is: the file for analysts and what Datasette is told about it.

use std::{fs, path::Path};

use serde_json::{Map, Value, json};

use super::{AnalystOptions, HandedOver, HandoverError, write_analyst};
use crate::{
    catalog::{AnalystColumn, ColumnKind, analyst_tables, canned_queries},
    safe_file::{self, FileError, Readers},
    warehouse::Warehouse,
};

/// The file in the folder; Datasette calls the database by its stem.
pub const DATABASE: &str = "drift.db";

/// What Datasette is told: it reads a file of this name by itself.
pub const METADATA: &str = "metadata.json";

/// Columns by which people narrow rows, as facets.
const FACETS: [(&str, &[&str]); 5] = [
    ("account", &["triage_status", "max_severity", "link_state"]),
    ("account_day", &["day", "triage_status"]),
    ("code_day", &["code"]),
    ("issue", &["code", "severity", "disposition", "state", "blocked_reason"]),
    ("receipt", &["mode", "outcome"]),
];

/// What rows are sorted by where nobody says otherwise; falling.
const SORTED: [(&str, &str); 4] = [
    ("account", "issue_count"),
    ("issue", "first_seen_on"),
    ("organization", "open_ticket_count"),
    ("run", "run_id"),
];

/// Writes both files. The folder is there.
///
/// # Errors
/// The warehouse, the disk.
pub fn write_folder(
    warehouse: &Warehouse,
    options: &AnalystOptions<'_>,
    folder: &Path,
) -> Result<HandedOver, HandoverError> {
    safe_file::check(&folder.join(METADATA))?;
    let handed = write_analyst(warehouse, options, &folder.join(DATABASE))?;
    let text = format!("{:#}\n", metadata(options));
    safe_file::write_text(&folder.join(METADATA), Readers::Owner, &text)?;
    Ok(handed)
}

/// Makes the folder, unless it is there.
///
/// # Errors
/// The disk; something else stands there.
pub fn make_folder(folder: &Path) -> Result<(), FileError> {
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        // The one who says what stands there.
        Ok(_) => safe_file::check(folder).and(Err(FileError::exists(folder))),
        Err(_) => fs::create_dir(folder).map_err(|source| FileError::Io { path: folder.to_owned(), source }),
    }
}

/// What Datasette is told about the database.
fn metadata(options: &AnalystOptions<'_>) -> Value {
    let mut tables = Map::new();
    for table in analyst_tables() {
        let columns: Map<String, Value> = table
            .columns
            .iter()
            .filter(|column| is_there(column, options))
            .map(|column| (column.name.to_owned(), json!(sentence(column.meaning))))
            .collect();
        let mut said = json!({ "description": table.title, "columns": columns });
        if let Some(label) = &table.label {
            said["label_column"] = json!(label);
        }
        if let Some((_, facets)) = FACETS.iter().find(|(name, _)| *name == table.name) {
            said["facets"] = json!(facets);
        }
        if let Some((_, column)) = SORTED.iter().find(|(name, _)| *name == table.name) {
            said["sort_desc"] = json!(column);
        }
        tables.insert(table.name.to_owned(), said);
    }
    // For programs; people read the descriptions and the list of queries instead.
    for name in [super::DICTIONARY.name, super::SAVED_QUERIES.name] {
        tables.insert(name.to_owned(), json!({ "hidden": true }));
    }
    let queries: Map<String, Value> = canned_queries()
        .into_iter()
        .map(|query| {
            let said = json!({ "title": query.question, "description": query.title, "sql": query.sql });
            (query.name, said)
        })
        .collect();
    json!({
        "title": "Customer data drift",
        "description": "Where Zendesk disagrees with Salesforce, without names and addresses of users.",
        "databases": {
            "drift": {
                "description": "Start with account or issue; every row links to what it refers to.",
                "tables": tables,
                "queries": queries,
            }
        }
    })
}

fn is_there(column: &AnalystColumn, options: &AnalystOptions<'_>) -> bool {
    match column.kind {
        ColumnKind::Owner => options.keeps_owner,
        ColumnKind::Kept => false,
        _ => true,
    }
}

/// A meaning as a sentence of its own.
fn sentence(meaning: &str) -> String {
    let mut letters = meaning.chars();
    let first = letters.next().map_or_else(String::new, |first| first.to_uppercase().collect());
    format!("{first}{}", letters.as_str())
}
