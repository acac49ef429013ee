//! From files to snapshots.
//!
//! Each ingest is one transaction: a snapshot is visible as a whole or not at all, and a command that was
//! killed can be typed again.

mod digest;
mod error;
mod guard;
pub mod salesforce;
mod seen;
pub mod zendesk;

pub use error::{IngestError, Mismatch, Refusal};
pub use guard::{Allowance, GivenOrigin};

use crate::{
    model::{Source, ZendeskIdentity},
    warehouse::{
        Warehouse,
        snapshots::{CollectionRow, SnapshotRow},
    },
};

/// The reason of a warning: many customers have a page or a link on the host, so it identifies none.
const PLATFORM_HOST: &str = "platform_host";

/// Checks that records of an account may go into the warehouse, before they are fetched.
pub fn check_account(warehouse: &Warehouse, found: &ZendeskIdentity) -> Result<(), IngestError> {
    guard::may_belong(&warehouse.belonging()?, found)
}

/// What an ingest did, for people.
#[derive(Debug, Clone)]
pub struct IngestReport {
    /// The snapshot.
    pub snapshot: SnapshotRow,
    /// Its collections.
    pub collections: Vec<CollectionRow>,
    /// Doubtful values that were stored.
    pub warning_count: u64,
    /// Rows that were refused and stored.
    pub rejection_count: u64,
    /// Whether the snapshot was made now; else it is the newest one, made from the same bytes.
    pub is_new: bool,
    /// Records of Zendesk whose lines are the same as in the newest snapshot, so that they were not read.
    pub known_count: u64,
    /// What else was counted or chosen, in sentences without customer data.
    pub notes: Vec<String>,
}

impl IngestReport {
    /// The system that was read.
    pub fn source(&self) -> Source {
        self.snapshot.source
    }

    /// Whether every collection was read to its end.
    pub fn is_complete(&self) -> bool {
        self.snapshot.is_complete
    }
}
