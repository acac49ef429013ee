//! What a trace reads: records as of any snapshot, what ties them together, and what was found about them.
//!
//! The tables `_link_*` hold the newest run only. A trace is about any run, so everything here is read
//! from the row versions. The list of personal domains is the exception: only its present state is known.

mod candidates;
mod decided;
mod findings;
mod keys;
mod links;
mod placed;
mod records;
mod scratch;

pub use candidates::CandidateRecord;
pub use decided::DecidedLink;
pub use findings::{IssueDetails, IssueVersion, PlanAction, Subject, TracedReceipt};
pub use keys::{Address, Kind};
pub use links::{AccountRecord, Claim, ExpectedDomain, LinkFacts, OrganizationRecord, RunLink};
pub use placed::{CountedLink, DecidedOwner, DecidedPlace, PlaceContext, Placed};
pub use records::{
    Activity, CollectionGap, HeldDomain, Membership, RecentTicket, SnapshotTime, TicketRecord, UserRecord,
};

use rusqlite::{Params, Row};

use super::{Warehouse, WarehouseError};
use crate::catalog::files;

/// The text of a statement of `queries/trace`.
fn text(stem: &str) -> &'static str {
    files::TRACE
        .iter()
        .find(|file| file.stem == stem)
        .expect("the statements of a trace are in the catalog")
        .sql
}

/// A list as SQL takes it: one JSON array.
fn list<T: serde::Serialize>(items: &[T]) -> String {
    serde_json::to_string(items).expect("ids and keys are JSON")
}

impl Warehouse {
    /// Collects the rows of a statement of `queries/trace`.
    fn traced<T>(
        &self,
        stem: &str,
        parameters: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, WarehouseError> {
        let mut statement = self.connection.prepare_cached(text(stem))?;
        let rows = statement.query_map(parameters, read)?.collect::<Result<_, _>>()?;
        Ok(rows)
    }
}
