//! A row of a sheet as it was read.

use std::fmt;

use super::Fault;
use crate::model::{Provenance, Words};

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The sheet; none in a CSV.
    pub sheet: Option<String>,
    /// The line, from 1.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sheet {
            Some(sheet) => write!(formatter, "sheet {sheet}, line {}", self.line),
            None => write!(formatter, "line {}", self.line),
        }
    }
}

/// What a row is about, as its sheet says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// An issue: key and fingerprint.
    Issue { key: String, fingerprint: String },
    /// An account.
    Account(String),
}

/// A row with a subject.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) place: Place,
    pub(super) named: Named,
    pub(super) made_from: Provenance,
    pub(super) words: Words,
}

/// Every row of a file, and what cannot be read for sure.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) rows: Vec<Row>,
    pub(super) faults: Vec<Fault>,
}
