//! What can be wrong with a folder of records.
//!
//! Messages name the file, the line, the column and the field, and never a value: a record holds names
//! and addresses, and an error ends up in logs.

use std::fmt;
use std::io;

use super::Collection;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The file's name, without its folder.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The column in bytes, from 1, in or just before the wrong value; 0 where none is known.
    pub column: u64,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.file, self.line)?;
        if self.column > 0 {
            write!(f, ", column {}", self.column)?;
        }
        Ok(())
    }
}

/// A folder, or a file in it, that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The path is not a folder.
    #[error("{path} is not a folder")]
    NotAFolder {
        /// The path as given.
        path: String,
    },
    /// The folder or a file in it could not be read.
    #[error("{file} cannot be read")]
    Unreadable {
        /// The path of the folder, or the file's name.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// None of the four collections is there.
    #[error("{path} holds none of organizations, users, organization_memberships, tickets")]
    NoCollections {
        /// The path as given.
        path: String,
    },
    /// Two files for one collection: which one is meant cannot be known.
    #[error("{first} and {second} hold the same collection")]
    TwoCandidates {
        /// The one file.
        first: String,
        /// The other file.
        second: String,
    },
    /// A file whose name begins like that of a collection and whose data looks like it: whether it belongs to the
    /// collection cannot be known.
    #[error("{file} looks like {collection}, but its name is not that of a part")]
    UnknownPart {
        /// The file's name.
        file: String,
        /// What it looks like.
        collection: Collection,
    },
    /// Several files of one collection that were exported one after the other.
    #[error("{first} and {second} are two exports of {collection}, not parts of one: {why}")]
    SuccessiveExports {
        /// The collection.
        collection: Collection,
        /// The one file.
        first: String,
        /// The other file.
        second: String,
        /// What tells.
        why: String,
    },
    /// The folder has no file for a collection.
    #[error("the folder has no file for {collection}")]
    Absent {
        /// What was asked for.
        collection: Collection,
    },
    /// A compressed file is cut off, damaged, or followed by something else.
    #[error("{file} is not a sound gzip file")]
    Gzip {
        /// The file's name.
        file: String,
        /// What the decoder said.
        source: io::Error,
    },
    /// A compressed file is not named so.
    #[error("{file} is compressed, but its name does not end in .gz")]
    HiddenGzip {
        /// The file's name.
        file: String,
    },
    /// The file is UTF-16.
    #[error("{file} is UTF-16; JSON is read as UTF-8")]
    Utf16 {
        /// The file's name.
        file: String,
    },
    /// Bytes that are not UTF-8.
    #[error("{at}: not UTF-8")]
    NotUtf8 {
        /// The first wrong byte.
        at: Spot,
    },
    /// One record, or one value of a page, is longer than the limit.
    #[error("{at}: longer than {limit} bytes")]
    TooLong {
        /// Where it begins.
        at: Spot,
        /// The limit.
        limit: usize,
    },
    /// The file is a web page.
    #[error("{at}: a web page, not JSON")]
    Html {
        /// Where it begins.
        at: Spot,
    },
    /// Broken JSON.
    #[error("{at}{}: broken JSON: {problem}", in_field(field.as_deref()))]
    Syntax {
        /// Where it breaks.
        at: Spot,
        /// The field it breaks in, where known.
        field: Option<String>,
        /// What was expected; never a value.
        problem: String,
    },
    /// The file ends in the middle of a value.
    #[error("{at}: the file ends in the middle of a record or a page")]
    CutOff {
        /// Where the file ends.
        at: Spot,
    },
    /// A field is missing or has a wrong value.
    #[error("{at}{}: {problem}", in_field(field.as_deref()))]
    Field {
        /// The place of the value; the record's beginning for a missing field.
        at: Spot,
        /// The field's name, where known.
        field: Option<String>,
        /// What was expected; never a value.
        problem: String,
    },
    /// A page, or the first record, is of another collection.
    #[error("{at}: the file holds {found}, where {expected} were expected")]
    WrongCollection {
        /// Where the page ends, or the record begins.
        at: Spot,
        /// What the file's name says.
        expected: Collection,
        /// What the file holds.
        found: Collection,
    },
    /// A page has no list of the collection.
    #[error("{at}: a page without a list named {expected}")]
    NoList {
        /// Where the page ends.
        at: Spot,
        /// What the file's name says.
        expected: Collection,
    },
    /// An error of the API was saved in place of records.
    #[error("{at}: an error message of the API, not records")]
    ApiError {
        /// Where the message ends.
        at: Spot,
    },
    /// Pages, plain lists and single records in one file.
    #[error("{at}: the file mixes pages, plain lists and single records")]
    MixedShapes {
        /// The first value of another shape.
        at: Spot,
    },
}

impl FolderError {
    /// Returns what can be done about it, where that is not obvious from the message.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoCollections { .. } => {
                "name the files organizations.ndjson, users.ndjson, organization_memberships.ndjson and \
                 tickets.ndjson; .json and .gz work too"
                    .to_owned()
            }
            Self::NotAFolder { .. } => {
                "name the folder that holds organizations.ndjson, users.ndjson and the others".to_owned()
            }
            Self::Unreadable { .. } => "check the path and who may read it".to_owned(),
            Self::TwoCandidates { first, second } => {
                format!("move {first} or {second} out of the folder")
            }
            Self::UnknownPart { file, collection } => {
                format!("rename it to {collection}-2.json, with its own ending, if it belongs to {collection}; else move {file} out of the folder")
            }
            Self::SuccessiveExports { .. } => {
                "--parts newest reads the newest export alone; --parts append reads all of them, and the later wins"
                    .to_owned()
            }
            Self::Gzip { file, .. } => format!("check it with: gzip -t {file}"),
            Self::HiddenGzip { file } => format!("rename it to {file}.gz"),
            Self::Utf16 { file } => {
                format!("convert it with: iconv -f UTF-16 -t UTF-8 {file}")
            }
            Self::Html { .. } => {
                "a sign-in or error page was saved in place of the API's reply; fetch it again with a token"
                    .to_owned()
            }
            Self::ApiError { .. } => "fetch the collection again and look at its first reply".to_owned(),
            Self::CutOff { .. } => "the download was interrupted; fetch the collection again".to_owned(),
            Self::WrongCollection { found, .. } => {
                format!("give the file the name `{found}`, with the same ending")
            }
            Self::NoList { expected, .. } => {
                format!("a page of the API looks like {{\"{expected}\": [...]}}")
            }
            Self::MixedShapes { .. } => {
                "keep one shape in a file: pages as the API sent them, or one record a line".to_owned()
            }
            Self::Syntax { .. } | Self::Field { .. } => {
                "nothing was stored; fetch the file again, or correct it at that place".to_owned()
            }
            _ => return None,
        };
        Some(hint)
    }
}

fn in_field(field: Option<&str>) -> String {
    field.map_or_else(String::new, |field| format!(", field {field}"))
}
