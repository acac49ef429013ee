//! What stops the reading of an export.

use std::fmt;
use std::io;

use super::names::Role;
use super::split::{MAX_COLUMNS, MAX_FIELD, MAX_RECORD};

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
    /// No column has a name that is known for a needed role.
    #[error("no {} column; the headers are {headers}", role.noun())]
    MissingColumn {
        /// What is missing.
        role: Role,
        /// The headers found.
        headers: Headers,
    },
    /// Several columns could have one role.
    #[error("several columns could be the {}: {candidates}; the headers are {headers}", role.noun())]
    AmbiguousColumn {
        /// What is ambiguous.
        role: Role,
        /// The columns in question.
        candidates: Headers,
        /// The headers found.
        headers: Headers,
    },
    /// A column named by a flag is not there.
    #[error("no column {name:?} ({}); the headers are {headers}", role.flag().unwrap_or_default())]
    NamedColumnMissing {
        /// What the column was named for.
        role: Role,
        /// The name as given.
        name: String,
        /// The headers found.
        headers: Headers,
    },
    /// A column named by a flag is there more than once.
    #[error("several columns {name:?} ({}); the headers are {headers}", role.flag().unwrap_or_default())]
    NamedColumnRepeated {
        /// What the column was named for.
        role: Role,
        /// The name as given.
        name: String,
        /// The headers found.
        headers: Headers,
    },
}

impl SalesforceError {
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
            Self::MissingColumn { role, .. } => match role.flag() {
                Some(flag) => {
                    format!("use {flag} NAME; if all headers are one, use --delimiter")
                }
                None => return None,
            },
            Self::AmbiguousColumn { role, .. } => match role.flag() {
                Some(flag) => format!("use {flag} NAME"),
                None => "remove one of the columns from the export".to_owned(),
            },
            Self::NamedColumnMissing { role, .. } => match role.flag() {
                Some(flag) => format!("use {flag} with one of the headers"),
                None => return None,
            },
            Self::NamedColumnRepeated { .. } => "rename one of the columns".to_owned(),
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
