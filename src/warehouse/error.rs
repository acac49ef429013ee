//! What can go wrong with the file.

use std::path::PathBuf;

/// An error of the warehouse. Messages name the file and never its content.
#[derive(Debug, thiserror::Error)]
pub enum WarehouseError {
    /// There is no file.
    #[error("there is no warehouse at {}", path.display())]
    NotFound {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file exists and is something else.
    #[error("{} is not an orgdrift warehouse: {what}", path.display())]
    NotAWarehouse {
        /// The file.
        path: PathBuf,
        /// What it seems to be.
        what: &'static str,
    },
    /// Something in the file is not as orgdrift made it, and could act or mislead.
    #[error("{} is not as orgdrift left it: {faults}", path.display())]
    OtherSchema {
        /// The file.
        path: PathBuf,
        /// What is not, by kind and name.
        faults: String,
    },
    /// Somebody added tables or indexes; commands that only read accept them.
    #[error("{} holds what orgdrift did not make: {added}", path.display())]
    Added {
        /// The file.
        path: PathBuf,
        /// What, by kind and name.
        added: String,
    },
    /// Beside the file lies something that SQLite would write to, delete or believe.
    #[error("{} is not opened: {}{what}", path.display(), beside.display())]
    Beside {
        /// The file.
        path: PathBuf,
        /// What lies beside it.
        beside: PathBuf,
        /// What it is, as in ` is a symbolic link`.
        what: &'static str,
    },
    /// A newer orgdrift made the file.
    #[error("{} has schema version {found}, but this orgdrift knows only versions up to {known}", path.display())]
    FromTheFuture {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest known one.
        known: i64,
    },
    /// What was written does not read back.
    #[error("{what} does not read back as it was written")]
    NotStored {
        /// What was to be stored.
        what: &'static str,
    },
    /// Another command is writing.
    #[error("{} is in use by another command{}", path.display(), holder_text(holder.as_deref()))]
    InUse {
        /// The file.
        path: PathBuf,
        /// What the lock file says about the other command.
        holder: Option<String>,
    },
    /// The folder or the file cannot be written.
    #[error("{} cannot be written", path.display())]
    NotWritable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// An older orgdrift made the file, and it cannot be brought up to date because it cannot be written.
    #[error("{} {}, but cannot be written", path.display(), upgrade_text(*found, *known))]
    NeedsUpgrade {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// Ours.
        known: i64,
        /// Why it cannot be written.
        #[source]
        source: std::io::Error,
    },
    /// The file system refused something else.
    #[error("{what} {}", path.display())]
    Io {
        /// What was tried, as in `cannot read`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The schema could not be brought up to date.
    #[error("the schema cannot be brought up to date")]
    Migration(#[source] Box<refinery::Error>),
    /// The schema version is not what the migrations lead to.
    #[error("the warehouse says schema version {found}, but its migrations lead to {expected}")]
    VersionUnclear {
        /// What the file says.
        found: i64,
        /// What it should say.
        expected: i64,
    },
    /// A rule gave two rows that are one issue.
    #[error("the rule {rule} gives two rows with the issue key {issue_key}")]
    RepeatedIssue {
        /// Its code.
        rule: &'static str,
        /// The first such key.
        issue_key: String,
    },
    /// SQL that somebody typed and that would do more than read.
    #[error("the SQL may only read, but would {what}")]
    OnlyReads {
        /// What it would do.
        what: String,
    },
    /// SQL that somebody typed and that SQLite does not understand.
    #[error("the SQL is not valid: {message}")]
    Sql {
        /// What SQLite says.
        message: String,
    },
    /// SQL that somebody typed with a parameter that has no value.
    #[error("the SQL has the parameter {name}, but no value is given for it")]
    NoValue {
        /// Its name, as in `:day`; `?` if it has none.
        name: String,
    },
    /// A statement took too long.
    #[error("the query took longer than the time limit and was stopped")]
    TookTooLong,
    /// SQLite refused.
    #[error("the warehouse cannot be read or written")]
    Sqlite(#[source] SqliteError),
}

/// What SQLite says. Its own type stays in the warehouse.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SqliteError(rusqlite::Error);

/// What is to be brought up to date: the schema, or only the views and lists of the same schema.
fn upgrade_text(found: i64, known: i64) -> String {
    if found < known {
        format!("is of schema {found} and must be brought up to schema {known} once")
    } else {
        "has the views of another orgdrift and must be brought up to date once".to_owned()
    }
}

fn holder_text(holder: Option<&str>) -> String {
    holder.map_or_else(String::new, |holder| format!(" ({holder})"))
}

impl From<rusqlite::Error> for WarehouseError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull,
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                Self::InUse { path: PathBuf::from("the warehouse"), holder: None }
            }
            // Nothing but the clock of a guarded warehouse interrupts.
            Some(rusqlite::ErrorCode::OperationInterrupted) => Self::TookTooLong,
            _ => Self::Sqlite(SqliteError(error)),
        }
    }
}

impl WarehouseError {
    /// What to do about it, if there is something to type.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { .. } => Some(
                "run `orgdrift demo` for a first look, or `orgdrift init` for a warehouse of your own"
                    .to_owned(),
            ),
            Self::OtherSchema { .. } => Some(
                "use a copy that only orgdrift wrote to; if you made the change yourself, undo it with sqlite3"
                    .to_owned(),
            ),
            Self::Beside { .. } => Some("move that away if you did not put it there".to_owned()),
            Self::NotAWarehouse { .. } => Some("name another file with --db".to_owned()),
            Self::FromTheFuture { .. } => Some("use the orgdrift that made it, or a newer one".to_owned()),
            Self::InUse { .. } => Some("wait for the other command to end, then try again".to_owned()),
            Self::NotWritable { .. } => {
                Some("name a file in a folder that you may write, with --db".to_owned())
            }
            Self::DiskFull => Some("free some space, then type the command again".to_owned()),
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                Some("make the folder first, or name another file with --db".to_owned())
            }
            Self::Sqlite(SqliteError(error))
                if matches!(
                    error.sqlite_error_code(),
                    Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
                ) =>
            {
                Some(
                    "the file is damaged: put a copy in its place, or name a new one with --db and ingest again"
                        .to_owned(),
                )
            }
            // Which command it takes depends on where the file was looked for.
            Self::NeedsUpgrade { .. }
            | Self::Added { .. }
            | Self::RepeatedIssue { .. }
            | Self::OnlyReads { .. }
            | Self::Sql { .. }
            | Self::NoValue { .. }
            | Self::TookTooLong
            | Self::NotStored { .. } | Self::Io { .. } | Self::Migration(_) | Self::VersionUnclear { .. } | Self::Sqlite(_) => None,
        }
    }
}
