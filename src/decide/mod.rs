//! Decisions that come back in a workbook: read, judged row by row, and imported as a whole or not at all.
//!
//! A row is known by the key of its issue and by the fingerprint that the sheet shows, so a sheet of an older run is
//! welcome: what is resolved or different now is passed over and named. A row whose fields are as they were when the sheet
//! was made says nothing, whatever was decided since. Nothing is guessed: what contradicts itself, or cannot be read for
//! sure, refuses the file.

mod cells;
mod csv;
mod judge;
mod row;
mod xlsx;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub use judge::{Fate, Judged, PassedOver};
pub use row::Place;

use crate::{
    catalog::hex,
    clock::Clock,
    warehouse::{
        RunRow, Warehouse, WarehouseError,
        decisions::{self, NewWord, Source},
        runs,
    },
};
use sha2::{Digest, Sha256};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// How many rows are named when a file is refused.
const NAMED: usize = 20;

/// A row of a file that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it stands.
    pub place: Place,
    /// What is wrong with it; never what its cells say.
    pub what: String,
}

/// Why no decision was taken. The warehouse is as it was.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The warehouse.
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is not one of the files that decisions come in.
    #[error("{} {what}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What it is instead, or lacks.
        what: String,
    },
    /// There is nothing to decide about.
    #[error("the warehouse has no run yet")]
    NoRun,
    /// Rows cannot be imported.
    #[error("{count} of the file cannot be imported, so nothing was imported", count = crate::output::counted(i64::try_from(faults.len()).unwrap_or(i64::MAX), "row"))]
    Refused {
        /// Every one of them, in the order of the file.
        faults: Vec<Fault>,
    },
}

impl DecideError {
    /// The rows that are at fault, a line each.
    pub fn details(&self) -> Vec<String> {
        let Self::Refused { faults } = self else { return Vec::new() };
        let mut lines: Vec<String> =
            faults.iter().take(NAMED).map(|fault| format!("{}: {}", fault.place, fault.what)).collect();
        if faults.len() > NAMED {
            lines.push(format!("and {} more", faults.len() - NAMED));
        }
        lines
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Warehouse(error) => error.hint(),
            Self::NoRun => Some("run `orgdrift audit` first".to_owned()),
            Self::Form { .. } => Some(
                "hand in a workbook of `orgdrift export workbook`, or its sheet Issues saved as CSV UTF-8"
                    .to_owned(),
            ),
            Self::Refused { .. } => Some("correct these rows, then hand the file in again".to_owned()),
            Self::Io { .. } => Some("check the path of the workbook".to_owned()),
        }
    }
}

/// What became of a file.
#[derive(Debug)]
pub struct Decided {
    /// The newest run, which the rows were held against.
    pub run: RunRow,
    /// Every row that somebody filled in, in the order of the file.
    pub rows: Vec<Judged>,
    /// Rows whose fields are as they were when the sheet was made.
    pub untouched_count: usize,
}

/// Reads a file and imports its decisions.
///
/// # Errors
/// See [`DecideError`].
pub fn decide(warehouse: &Warehouse, path: &Path, by: &str, clock: &Clock) -> Result<Decided, DecideError> {
    let bytes = read(path)?;
    let is_xlsx = bytes.starts_with(b"PK");
    let table = if is_xlsx { xlsx::read(path, bytes.clone())? } else { csv::read(path, &bytes)? };
    let transaction = warehouse.begin()?;
    let run = runs::newest(&transaction)?.ok_or(DecideError::NoRun)?;
    let judged = judge::judge(&transaction, &run, table, &clock.today())?;
    let (now, digest) = (clock.now(), hex(&Sha256::digest(&bytes)));
    let source = Source { by, at: &now, digest: &digest, run_id: run.run_id };
    for row in &judged.rows {
        if row.fate == Fate::Taken {
            let word = NewWord {
                subject: row.subject.clone(),
                fingerprint: row.fingerprint.clone(),
                decision: row.decision,
                words: row.words.clone(),
            };
            decisions::store(&transaction, &word, &source)?;
        }
    }
    transaction.commit()?;
    Ok(Decided { run, rows: judged.rows, untouched_count: judged.untouched_count })
}

/// A regular file that is small enough.
fn read(path: &Path) -> Result<Vec<u8>, DecideError> {
    let io = |source| DecideError::Io { path: path.to_owned(), source };
    let metadata = fs::metadata(path).map_err(io)?;
    if !metadata.is_file() {
        return Err(DecideError::Form { path: path.to_owned(), what: "is not a regular file".to_owned() });
    }
    if metadata.len() > LARGEST {
        let what = format!("is larger than {} MiB", LARGEST >> 20);
        return Err(DecideError::Form { path: path.to_owned(), what });
    }
    fs::read(path).map_err(io)
}
