//! What the caller decides about an export.

/// How to read an export. The default decides everything from the file.
///
/// Columns are named as in the header; case, spaces, dots, hyphens, underscores and colons do not matter. An
/// optional column that is called [`NONE`] is not read, whatever the header has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The account id column (`--id-col`).
    pub id_col: Option<String>,
    /// The account name column (`--name-col`).
    pub name_col: Option<String>,
    /// The domain columns (`--domain-col`); empty lets the reader choose one, [`NONE`] alone reads none.
    pub domain_cols: Vec<String>,
    /// The column with the stored Zendesk organization id (`--org-id-col`).
    pub org_id_col: Option<String>,
    /// The account owner column (`--owner-col`).
    pub owner_col: Option<String>,
    /// The parent account id column (`--parent-col`).
    pub parent_col: Option<String>,
    /// The column that says whether a record is deleted (`--deleted-col`).
    pub deleted_col: Option<String>,
    /// Further columns whose cells are handed on as they are (`--keep-col`).
    pub keep_cols: Vec<String>,
    /// The delimiter, any ASCII character but a quote, CR, LF and NUL (`--delimiter`).
    pub delimiter: Option<u8>,
    /// An encoding label of the Encoding Standard (`--encoding`). A byte order mark in the file
    /// goes before it.
    pub encoding: Option<String>,
}

/// What names no column: the file is read without it.
pub const NONE: &str = "none";

/// Whether a flag names no column.
pub(super) fn is_none(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case(NONE)
}
