//! What was asked, and what it changed. Never a credential.

use serde::Serialize;
use serde_json::Value;

/// One request.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Its number, from 1.
    pub number: u64,
    /// `GET`, `PUT`, …
    pub method: String,
    /// The path with the query.
    pub path: String,
    /// The status that was answered.
    pub status: u16,
    /// `bearer`, `client`, `basic`, or `nobody`.
    pub who: &'static str,
    /// What it changed, at once or in the background.
    pub changes: Vec<Change>,
}

/// One record that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// What was changed.
    pub kind: Kind,
    /// Its id.
    pub id: i64,
    /// Whether the reply did not wait for it.
    pub in_background: bool,
    /// The changed fields before; null where there was no record.
    pub before: Value,
    /// The changed fields after; null where the record is gone.
    pub after: Value,
}

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An organization.
    Organization,
    /// A user.
    User,
    /// A membership.
    OrganizationMembership,
    /// A ticket.
    Ticket,
}

/// The requests so far.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    entries: Vec<Entry>,
}

impl Ledger {
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the number that the next entry will have.
    pub(super) fn next_number(&self) -> u64 {
        self.entries.len() as u64 + 1
    }

    /// Adds what a request caused later.
    pub(super) fn add_changes(&mut self, number: u64, changes: Vec<Change>) {
        let at = usize::try_from(number).unwrap_or_default().saturating_sub(1);
        if let Some(entry) = self.entries.get_mut(at) {
            entry.changes.extend(changes);
        }
    }

    pub(super) fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
    }
}
