//! The tables of the file that analysts get: the files of `queries/analyst/`, each a comment and one `select`.
//!
//! The header says everything about a table: key, indexes, and of each column type, meaning and what it refers to. What
//! a column holds of people or of their records is part of its type, so nothing reaches the file unlooked at.

use super::{SavedQuery, ViewFile, files, header::Header};

/// One table.
#[derive(Debug, Clone)]
pub struct AnalystTable {
    /// Its name: the file's stem.
    pub name: &'static str,
    /// What a row is, in one sentence.
    pub title: String,
    /// The columns of its primary key.
    pub key: Vec<String>,
    /// The column that stands for a row where another table refers to it.
    pub label: Option<String>,
    /// Columns with an index of their own, beside those that refer to another table.
    pub indexes: Vec<String>,
    /// Its columns, in the order of the select.
    pub columns: Vec<AnalystColumn>,
    /// The rows.
    pub sql: &'static str,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnalystColumn {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// The table whose key it holds.
    pub of: Option<&'static str>,
    /// What it says.
    pub meaning: &'static str,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// A text that names nobody.
    Text,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Real,
    /// A day.
    Date,
    /// A moment, UTC.
    Datetime,
    /// Name of an employee: left out unless it is asked for.
    Owner,
    /// JSON object of kept columns: becomes a column for each that is asked for.
    Kept,
    /// Id of a user.
    User,
    /// Id of a ticket.
    Ticket,
    /// Key of an issue, which holds ids of users and tickets.
    Key,
    /// Id of what `subject_kind` says.
    Subject,
    /// Sentence about that subject.
    Sentence,
    /// Address of that subject.
    Url,
    /// JSON object of findings.
    Evidence,
}

impl ColumnKind {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "text" => Self::Text,
            "integer" => Self::Integer,
            "real" => Self::Real,
            "date" => Self::Date,
            "datetime" => Self::Datetime,
            "owner" => Self::Owner,
            "kept" => Self::Kept,
            "user" => Self::User,
            "ticket" => Self::Ticket,
            "key" => Self::Key,
            "subject" => Self::Subject,
            "sentence" => Self::Sentence,
            "url" => Self::Url,
            "evidence" => Self::Evidence,
            _ => return None,
        })
    }

    /// The type of the column in SQL.
    pub fn sql_type(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Real => "real",
            Self::Date => "date",
            Self::Datetime => "datetime",
            _ => "text",
        }
    }
}

/// Returns the tables, each after those that it refers to.
///
/// # Panics
///
/// If a header that was compiled in is broken, which a test excludes.
pub fn analyst_tables() -> Vec<AnalystTable> {
    files::ANALYST
        .iter()
        .map(|file| AnalystTable::parse(file).expect("the headers of the analyst's tables are well formed"))
        .collect()
}

/// Returns the saved questions about these tables, by name.
///
/// # Panics
///
/// If a header that was compiled in is broken, which a test excludes.
pub fn canned_queries() -> Vec<SavedQuery> {
    files::CANNED
        .iter()
        .map(|file| SavedQuery::parse(file).expect("the headers of the canned queries are well formed"))
        .collect()
}

impl AnalystTable {
    /// Reads the header of a file. The error says what is wrong with it.
    ///
    /// # Errors
    /// A header that does not follow the form.
    pub fn parse(file: &ViewFile) -> Result<Self, String> {
        let header = Header::parse(file.sql)?;
        header.has_only(&["key", "label", "indexes", "columns"])?;
        let words = |name| header.optional(name).map_or_else(Vec::new, |text| split(&text));
        Ok(Self {
            name: file.stem,
            title: header.title.clone(),
            key: split(&header.value("key")?),
            label: header.optional("label"),
            indexes: words("indexes"),
            columns: header.list("columns").iter().map(|line| column(line)).collect::<Result<_, _>>()?,
            sql: file.sql,
        })
    }
}

fn split(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// `name type: meaning`, or `name type of table: meaning`.
fn column(line: &'static str) -> Result<AnalystColumn, String> {
    let broken = || format!("`{line}` is no column");
    let (words, meaning) = line.split_once(": ").ok_or_else(broken)?;
    let words: Vec<&'static str> = words.split(' ').collect();
    let (name, kind, of) = match words.as_slice() {
        [name, kind] => (*name, *kind, None),
        [name, kind, "of", table] => (*name, *kind, Some(*table)),
        _ => return Err(broken()),
    };
    Ok(AnalystColumn { name, kind: ColumnKind::parse(kind).ok_or_else(broken)?, of, meaning })
}
