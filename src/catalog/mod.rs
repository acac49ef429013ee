//! Everything that is compiled into the binary as text: migrations, views, rules, the data dictionary.
//!
//! The lists in [`files`] are explicit, because a directory macro misses a new file without a clean
//! build; a test compares them with the folders.

pub mod files;
mod rule;

pub use rule::{Rule, RuleHeaderError, rules};

use sha2::{Digest, Sha256};

use crate::model::fields;

/// One SQL file that becomes a view.
#[derive(Debug, Clone, Copy)]
pub struct ViewFile {
    /// The file's stem.
    pub stem: &'static str,
    /// The whole text: a comment and one `select`.
    pub sql: &'static str,
}

/// One view of the warehouse.
#[derive(Debug, Clone)]
pub struct View {
    /// Its name in the warehouse.
    pub name: String,
    /// The `select` with the comment before it.
    pub sql: &'static str,
}

/// Returns every view in an order in which each stands after those that it reads.
pub fn views() -> Vec<View> {
    let plain = |file: &ViewFile| View { name: file.stem.to_owned(), sql: file.sql };
    let detect = |file: &ViewFile| View { name: format!("detect_{}", file.stem), sql: file.sql };
    files::SNAPSHOT
        .iter()
        .map(plain)
        .chain(files::LINK.iter().map(plain))
        .chain(files::DETECT.iter().map(detect))
        .chain(files::REPORT.iter().map(plain))
        .collect()
}

/// Returns the text of a statement by the stem of its file.
///
/// # Panics
///
/// If the list has no such file, which the first test of its caller shows.
pub fn statement(files: &'static [ViewFile], stem: &str) -> &'static str {
    files.iter().find(|file| file.stem == stem).unwrap_or_else(|| panic!("{stem}.sql is in the catalog")).sql
}

/// One row of the data dictionary.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct DictionaryRow {
    /// Table or view.
    pub object_name: String,
    /// Column; empty for the row that says what a row of the object is.
    pub column_name: String,
    /// What it holds.
    pub description: String,
}

/// Returns the data dictionary of the public names. The columns of Zendesk's records are described where their
/// fields are.
///
/// # Panics
///
/// If the file that was compiled in is no CSV of three columns, which a test excludes.
pub fn dictionary() -> Vec<DictionaryRow> {
    let mut rows: Vec<DictionaryRow> = csv::Reader::from_reader(files::DICTIONARY.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the data dictionary has three columns in every row");
    for table in fields::ALL {
        for view in [table.view.to_owned(), format!("latest_{}", table.view)] {
            rows.extend(table.columns().filter_map(|column| column.shown).map(|(name, description)| {
                DictionaryRow {
                    object_name: view.clone(),
                    column_name: name.to_owned(),
                    description: description.to_owned(),
                }
            }));
        }
    }
    rows
}

/// Why a repair is refused, for people.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct BlockedReason {
    /// As in the column `blocked_reason`.
    pub reason: String,
    /// What is the case.
    pub meaning: String,
    /// What a person can do.
    pub what_to_do: String,
}

/// Returns every reason for which a repair is refused.
///
/// # Panics
///
/// If the file that was compiled in is no CSV of three columns, which a test excludes.
pub fn blocked_reasons() -> Vec<BlockedReason> {
    csv::Reader::from_reader(files::BLOCKED_REASONS.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the blocked reasons have three columns in every row")
}

/// Returns the bundled personal e-mail domains: lower-case hosts.
pub fn bundled_personal_domains() -> impl Iterator<Item = &'static str> {
    files::PERSONAL_DOMAINS.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Returns a digest of everything that the warehouse derives from this binary: views, dictionary, lists.
pub fn derived_digest() -> String {
    let mut digest = Sha256::new();
    for view in views() {
        digest.update(view.name.as_bytes());
        digest.update([0]);
        digest.update(view.sql.as_bytes());
        digest.update([0]);
    }
    for row in dictionary() {
        for text in [&row.object_name, &row.column_name, &row.description] {
            digest.update(text.as_bytes());
            digest.update([0]);
        }
    }
    digest.update(files::PERSONAL_DOMAINS.as_bytes());
    hex(&digest.finalize())
}

/// Returns the SHA-256 of a text as hexadecimal.
pub fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Returns bytes as lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}
