//! Everything that is compiled into the binary as text: migrations, views, rules, the data dictionary.
//!
//! The lists in [`files`] are explicit, because a directory macro misses a new file without a clean
//! build; a test compares them with the folders.

/// Names a `.sql` file of a folder of `queries/`.
macro_rules! view_files {
    ($folder:literal: $($stem:literal),+ $(,)?) => {
        &[$(ViewFile {
            stem: $stem,
            sql: include_str!(concat!("../../queries/", $folder, "/", $stem, ".sql")),
        }),+]
    };
}

mod analyst;
mod class;
mod dictionary;
mod domains;
pub mod files;
mod header;
mod rule;
mod saved;
mod texts;
mod view_files;
mod vocabulary;

pub use analyst::{AnalystColumn, AnalystTable, ColumnKind, analyst_tables, canned_queries};
pub use class::{Class, classes};
pub use dictionary::{DictionaryRow, dictionary};
pub use domains::{BundledDomain, bundled_domains, is_mail_service};
pub use header::Header;
pub use rule::{EvidenceKey, PLACEHOLDERS, Rule, RuleHeaderError, rules};
pub use saved::{Fallback, Parameter, ParameterKind, SavedQuery, saved_queries};

pub use vocabulary::{Meaning, glossary, vocabulary};

use sha2::{Digest, Sha256};

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

/// Why a repair is refused, for people.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct BlockedReason {
    /// As in the column `blocked_reason`.
    pub reason: String,
    /// Continues `A person must decide `.
    pub decision: String,
    /// What a person does next; none where nothing more can be said.
    pub next_step: Option<String>,
    /// What is the case.
    pub meaning: String,
    /// What a person can do.
    pub what_to_do: String,
}

/// Returns every reason for which a repair is refused.
///
/// # Panics
///
/// If the file that was compiled in is no CSV of five columns, which a test excludes.
pub fn blocked_reasons() -> Vec<BlockedReason> {
    csv::Reader::from_reader(files::BLOCKED_REASONS.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the blocked reasons have five columns in every row")
}

/// Why a row was not read, or a value is doubtful, for people.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct InputReason {
    /// As in the column `reason` of `ingest_rejections` and `ingest_warnings`.
    pub reason: String,
    /// What is the case.
    pub meaning: String,
    /// What a person can do.
    pub what_to_do: String,
}

/// Returns every reason for which a row is not read or a value is doubtful.
///
/// # Panics
///
/// If the file that was compiled in is no CSV of three columns, which a test excludes.
pub fn input_reasons() -> Vec<InputReason> {
    csv::Reader::from_reader(files::INPUT_REASONS.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the input reasons have three columns in every row")
}

/// A digest of everything that the warehouse derives from this binary: views, dictionary, lists. It is worked out when
/// the binary is built, from the texts and from the sources that make something of them: every warehouse that is opened
/// is compared with it.
pub const DERIVED_DIGEST: &str = env!("ORGDRIFT_DERIVED");

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
