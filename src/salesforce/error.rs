//! What stops the reading of an export.

use std::fmt;
use std::io;

use super::limits::{MAX_COLUMNS, MAX_FIELD, MAX_RECORD};
use super::names::Role;

/// Why an export cannot be read, or not any further.
///
/// A message names lines (from 1), byte offsets (from 0, after decompression) and headers, never a
/// cell. The caller adds the file name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SalesforceError {
    /// Reading failed.
    #[error("cannot read the input")]
    Io(#[source] io::Error),
    /// Nothing, or only white space.
    #[error("the input is empty")]
    Empty,
    /// The input is not CSV text.
    #[error("the input is {0}, not CSV")]
    WrongFormat(WrongFormat),
    /// A gzip stream without its end.
    #[error("the gzip data ends too early")]
    TruncatedGzip,
    /// A damaged gzip stream.
    #[error("the gzip data is damaged")]
    CorruptGzip(#[source] io::Error),
    /// NUL bytes at the start.
    #[error("the input has NUL bytes and looks like UTF-16 without a byte order mark")]
    LooksLikeUtf16,
    /// A label that no encoding has.
    #[error("unknown encoding {label:?}")]
    UnknownEncoding {
        /// The label as given.
        label: String,
    },
    /// A delimiter that cannot be one.
    #[error("the delimiter must be one ASCII character other than a quote or a line end")]
    BadDelimiter,
    /// Bytes that are not text in the encoding.
    #[error("line {line}, byte {byte}: not valid {encoding}")]
    InvalidText {
        /// The encoding's name.
        encoding: &'static str,
        /// The line of the bad bytes.
        line: u64,
        /// The offset of the first bad byte, before decoding.
        byte: u64,
    },
    /// A quote without its pair swallowed what follows.
    #[error("unclosed quote opened at line {line}, byte {byte}")]
    UnclosedQuote {
        /// The line of the opening quote.
        line: u64,
        /// The offset of the opening quote.
        byte: u64,
    },
    /// A cell beyond [`MAX_FIELD`].
    #[error("line {line}, byte {byte}: column {column} is over {MAX_FIELD} bytes")]
    FieldTooLong {
        /// The line the record starts at.
        line: u64,
        /// The offset at which the limit was passed.
        byte: u64,
        /// The column, from 1.
        column: usize,
    },
    /// A record beyond [`MAX_RECORD`].
    #[error("line {line}, byte {byte}: the record is over {MAX_RECORD} bytes")]
    RecordTooLong {
        /// The line the record starts at.
        line: u64,
        /// The offset at which the limit was passed.
        byte: u64,
    },
    /// A record beyond [`MAX_COLUMNS`].
    #[error("line {line}, byte {byte}: the record has over {MAX_COLUMNS} columns")]
    TooManyColumns {
        /// The line the record starts at.
        line: u64,
        /// The offset at which the limit was passed.
        byte: u64,
    },
    /// The first record is an account: its cells are nobody's column names, and must not be shown.
    #[error("the file has no header: its first record holds an account id")]
    NoHeader,
    /// Columns that are missing, or open: everything at once.
    #[error("{}; the headers are {headers}", joined(problems))]
    Columns {
        /// Each of them.
        problems: Vec<ColumnProblem>,
        /// The headers found.
        headers: Headers,
    },
    /// The domain column that was chosen by its name is blank where another one is not.
    #[error(
        "the domain column {} is filled in {} % of {}, but {}",
        chosen.named(), chosen.percent(*rows), accounts(*rows), listed(others, *rows)
    )]
    BlankDomainColumn {
        /// The column that was chosen.
        chosen: FillRate,
        /// The columns that are not blank.
        others: Vec<FillRate>,
        /// Accounts read.
        rows: u64,
    },
}

/// In how many accounts a column is not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FillRate {
    /// The header.
    pub column: String,
    /// Accounts with something in it.
    pub filled: u64,
}

impl FillRate {
    fn named(&self) -> Headers {
        Headers::new([&self.column])
    }

    /// The column as a flag takes it.
    fn typed(&self) -> String {
        let is_plain = self.column.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'));
        if is_plain { self.column.clone() } else { format!("'{}'", self.column.replace('\'', r"'\''")) }
    }

    /// The share in whole per cent, rounded down.
    pub fn percent(&self, rows: u64) -> u64 {
        (self.filled * 100).checked_div(rows).unwrap_or(0)
    }
}

fn accounts(rows: u64) -> String {
    format!("{rows} {}", if rows == 1 { "account" } else { "accounts" })
}

fn listed(rates: &[FillRate], rows: u64) -> String {
    let one = |rate: &FillRate| format!("{} in {} %", rate.named(), rate.percent(rows));
    rates.iter().map(one).collect::<Vec<_>>().join(" and ")
}

/// What is wrong with the column of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnProblem {
    /// No column has a name that is known for a needed role.
    Missing {
        /// What is missing.
        role: Role,
    },
    /// Several columns could have one role.
    Ambiguous {
        /// What is ambiguous.
        role: Role,
        /// The columns in question.
        candidates: Headers,
    },
    /// A column named by a flag is not there.
    NamedMissing {
        /// What the column was named for.
        role: Role,
        /// The name as given.
        name: String,
        /// Headers that are like it.
        near: Headers,
    },
    /// A column named by a flag is there more than once.
    NamedRepeated {
        /// What the column was named for.
        role: Role,
        /// The name as given.
        name: String,
    },
}

impl ColumnProblem {
    /// What the column is for.
    pub const fn role(&self) -> Role {
        match self {
            Self::Missing { role }
            | Self::Ambiguous { role, .. }
            | Self::NamedMissing { role, .. }
            | Self::NamedRepeated { role, .. } => *role,
        }
    }
}

impl fmt::Display for ColumnProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flag = self.role().flag().unwrap_or_default();
        match self {
            Self::Missing { role } => write!(f, "no {} column", role.noun()),
            Self::Ambiguous { role, candidates } => {
                write!(f, "several columns could be the {}: {candidates}", role.noun())
            }
            Self::NamedMissing { name, near, .. } if near.0.is_empty() => {
                write!(f, "no column {name:?} ({flag})")
            }
            Self::NamedMissing { name, near, .. } => {
                write!(f, "no column {name:?} ({flag}); did you mean {near}?")
            }
            Self::NamedRepeated { name, .. } => write!(f, "several columns {name:?} ({flag})"),
        }
    }
}

fn joined(problems: &[ColumnProblem]) -> String {
    problems.iter().map(ColumnProblem::to_string).collect::<Vec<_>>().join("; ")
}

/// What to type for all of the problems, and what else may be wrong.
fn column_hint(problems: &[ColumnProblem]) -> String {
    let mut flags: Vec<String> = Vec::new();
    let mut more = Vec::new();
    for problem in problems {
        match (problem, problem.role().flag()) {
            (ColumnProblem::NamedRepeated { .. }, _) => more.push("rename one of the columns"),
            (_, Some(flag)) => {
                let flag = format!("{flag} NAME");
                if !flags.contains(&flag) {
                    flags.push(flag);
                }
            }
            (_, None) => more.push("remove one of the columns from the export"),
        }
    }
    let mut parts = Vec::new();
    if !flags.is_empty() {
        parts.push(format!("use {}", flags.join(" ")));
    }
    let is_missing = |problem: &ColumnProblem| matches!(problem, ColumnProblem::Missing { .. });
    if problems.iter().any(|problem| is_missing(problem) && problem.role() == Role::Domain) {
        parts.push("--domain-col none reads a file without domains".to_owned());
    }
    if problems.iter().any(is_missing) {
        parts.push("if all headers are one, use --delimiter".to_owned());
    }
    if problems.iter().any(|problem| matches!(problem, ColumnProblem::NamedMissing { .. })) {
        parts.push("NAME is one of the headers".to_owned());
    }
    more.dedup();
    parts.extend(more.into_iter().map(str::to_owned));
    parts.join("; ")
}

impl SalesforceError {
    /// Tells a gzip stream that ends early or is damaged from a failing device.
    pub(super) fn from_gzip(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::TruncatedGzip,
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => Self::CorruptGzip(error),
            _ => Self::Io(error),
        }
    }

    /// Returns what the operator can do about it, if there is something.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::WrongFormat(format) => return Some(format.hint().to_owned()),
            Self::TruncatedGzip | Self::CorruptGzip(_) => "download or compress the file again".to_owned(),
            Self::LooksLikeUtf16 => "use --encoding utf-16le, or utf-16be where that fails".to_owned(),
            Self::UnknownEncoding { .. } => {
                "use a label such as utf-8, windows-1252, iso-8859-15 or shift_jis".to_owned()
            }
            Self::BadDelimiter => "use --delimiter ',' or ';' or a tab".to_owned(),
            Self::InvalidText { encoding: "UTF-8", .. } => {
                "use --encoding windows-1252, or export again as UTF-8".to_owned()
            }
            Self::InvalidText { .. } => "use --encoding with the encoding of the export".to_owned(),
            Self::UnclosedQuote { line, .. } => {
                format!("close the quote at line {line}, or export again")
            }
            Self::NoHeader => {
                "put the column names into the first line, or export again with them".to_owned()
            }
            Self::Columns { problems, .. } => column_hint(problems),
            Self::BlankDomainColumn { chosen, others, .. } => {
                let flags: Vec<_> =
                    others.iter().map(|other| format!("--domain-col {}", other.typed())).collect();
                format!(
                    "use {}; if the blank column is right, use --domain-col {}; given both, orgdrift reads both",
                    flags.join(" or "),
                    chosen.typed()
                )
            }
            Self::Empty => "export the accounts again".to_owned(),
            Self::FieldTooLong { .. } | Self::RecordTooLong { .. } | Self::TooManyColumns { .. } => {
                "look at that line; an export of id, name and domains alone is enough".to_owned()
            }
            Self::Io(_) => return None,
        };
        Some(hint)
    }
}

/// A file format that is often taken for CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongFormat {
    /// `PK`: a zip archive or an XLSX workbook.
    Zip,
    /// The old Excel format.
    Excel,
    /// An HTML page: an expired login answers a report URL with one, and a report's `.xls` is one.
    Html,
    /// A tar archive.
    Tar,
    /// UTF-32, which no encoding label names.
    Utf32,
}

impl WrongFormat {
    const fn hint(self) -> &'static str {
        match self {
            Self::Zip => "unzip it, or export as CSV",
            Self::Excel => "export as CSV",
            Self::Html => "log in again, or export the report as CSV",
            Self::Tar => "unpack it first",
            Self::Utf32 => "export again as UTF-8",
        }
    }
}

impl fmt::Display for WrongFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zip => "a zip or XLSX file",
            Self::Excel => "an old Excel file",
            Self::Html => "an HTML page (expired login?)",
            Self::Tar => "a tar archive",
            Self::Utf32 => "UTF-32 text",
        })
    }
}

/// Header names for a message.
///
/// They come from the file, so control characters are replaced, and what is long is cut: a wrong
/// delimiter makes one header of the whole line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers(Vec<String>);

impl Headers {
    const SHOWN: usize = 60;
    const SHOWN_CHARS: usize = 120;

    pub(super) fn new<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Self {
        Self(names.into_iter().map(|s| s.as_ref().to_owned()).collect())
    }

    /// Returns the names as in the file.
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().take(Self::SHOWN).enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            let shown: String = name
                .chars()
                .take(Self::SHOWN_CHARS)
                .map(|c| if c.is_control() { '\u{fffd}' } else { c })
                .collect();
            let cut = if name.chars().nth(Self::SHOWN_CHARS).is_some() { "…" } else { "" };
            write!(f, "{comma}\"{shown}{cut}\"")?;
        }
        match self.0.len().checked_sub(Self::SHOWN) {
            None | Some(0) => Ok(()),
            Some(more) => write!(f, " and {more} more"),
        }
    }
}
