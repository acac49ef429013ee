//! The warehouse: one SQLite file. Only this module knows SQLite.
//!
//! # Opening
//!
//! [`Warehouse::open`], [`Warehouse::open_for_writing`] and [`Warehouse::create`] read the file's
//! application id and schema version before they write anything: a file that is not ours or that a newer
//! orgdrift made is refused untouched, an older one is upgraded after a copy was put beside it.
//!
//! A file may come from anywhere. Nothing is read through its schema before that was compared with what this
//! orgdrift makes, and nothing beside it is written to that orgdrift did not put there.
//!
//! # Locking
//!
//! A command that writes holds `<file>.lock` while it runs. The kernel frees that lock when the process
//! ends, however it ends. Commands that only read take no lock.
//!
//! # Derived content
//!
//! Views, the data dictionary and the bundled lists come from the binary. They are dropped before the
//! schema changes and made again after; a digest of the set is compared at every open, so that a crash in
//! between heals itself.

pub mod affected;
mod batch;
mod beside;
mod closed;
mod connect;
mod create;
mod derived;
mod error;
pub mod figures;
pub mod foresee;
mod header;
mod health;
mod kept_columns;
mod lock;
mod open;
mod read;
mod rehearsal;
pub mod report_page;
mod schema;
pub mod search;
mod session;

pub mod changes;
pub mod continuation;
pub mod decisions;
pub mod delta;
pub mod demo;
pub mod diff;
mod domain_list;
pub mod domains;
pub mod forget;
mod forgotten;
pub mod handover;
pub mod hash;
pub mod intervals;
pub mod issues;
pub mod journal;
pub mod kept_links;
pub mod lines;
mod names;
pub mod nouns;
pub mod people;
pub mod personal_domains;
pub mod plans;
pub mod predictions;
pub mod prune;
pub mod query;
pub mod records;
pub mod refresh;
pub mod rejected;
pub mod retract;
pub mod rule_set;
pub mod runs;
pub mod sandbox;
pub mod snapshots;
pub mod staging;
pub mod summary;
pub mod suppressions;
pub mod trace;
pub mod unread;
pub mod versions;
pub mod workbook;

pub use continuation::Continuation;
pub use error::{SqliteError, WarehouseError};
pub use header::{APPLICATION_ID, SCHEMA_VERSION};
pub use read::{Cell, Filter, Read, Rows, Value};
pub use runs::RunRow;
pub use session::{Session, Transaction};

use std::path::{Path, PathBuf};

/// The end of a version that is still true.
pub const OPEN: i64 = i64::MAX;

/// An open warehouse.
#[derive(Debug)]
pub struct Warehouse {
    connection: Session,
    path: PathBuf,
    /// What the file was before it was brought up to date.
    copy: Option<PathBuf>,
    /// Tables and indexes that somebody added; none in a warehouse that is written to.
    added: Vec<String>,
    /// Held by a command that writes; the kernel frees it with the process.
    _lock: Option<lock::WriterLock>,
}

impl Warehouse {
    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The copy of the file as it was before it was brought up to date, if it just was.
    pub fn copy_before_upgrade(&self) -> Option<&Path> {
        self.copy.as_deref()
    }

    /// What somebody added to the file, such as `table notes`: it is in nobody's way while the warehouse is read.
    pub fn added(&self) -> &[String] {
        &self.added
    }

    /// Removes a warehouse that was made for nothing. What cannot be removed stays: it is empty.
    pub fn discard(self) {
        let Self { connection, path, .. } = self;
        if connection.close().is_ok() {
            let _ = std::fs::remove_file(path);
        }
    }

    /// Begins the one transaction of an operation. What it wrote is gone unless it is committed.
    pub fn begin(&self) -> Result<Transaction<'_>, WarehouseError> {
        Transaction::begin(&self.connection)
    }
}
