//! The records of an account: each one's JSON text as it was received, and beside it the few fields that
//! answers need.
//!
//! The text is the truth. A change writes a new text and reads the fields out of it again, so both agree.

mod load;
mod raw;
mod record;
mod table;

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use crate::zendesk::folder::FolderError;

pub(super) use raw::Object;
pub(super) use record::{Membership, Organization, Read, Record, Ticket, TicketState, User};
pub(super) use table::{Row, Table};

/// An account's records and settings.
#[derive(Debug, Default)]
pub struct World {
    /// The account's subdomain.
    pub(super) subdomain: String,
    /// Whether a user may belong to several organizations; the settings may not say.
    pub(super) multiple_organizations: Option<bool>,
    pub(super) organizations: Table<Organization>,
    pub(super) users: Table<User>,
    pub(super) memberships: Table<Membership>,
    pub(super) tickets: Table<Ticket>,
    /// Living organizations by their external id in lower case. The API takes each id once, but accounts from
    /// before that rule have some twice.
    pub(super) external_ids: HashMap<String, BTreeSet<i64>>,
    /// Memberships by user.
    pub(super) memberships_of: BTreeSet<(i64, i64)>,
    /// Memberships that were added by hand, whom no domain takes away again.
    pub(super) posted: HashSet<i64>,
    /// Tickets by requester.
    pub(super) tickets_of: BTreeSet<(i64, i64)>,
}

/// Why records cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The folder cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The warehouse cannot be read.
    #[error(transparent)]
    Warehouse(#[from] crate::warehouse::WarehouseError),
    /// A record is none.
    #[error("{collection} has a record that is none: {problem}")]
    Record {
        /// Of which collection.
        collection: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no such snapshot of Zendesk.
    #[error("the warehouse has no Zendesk snapshot{}", id.map_or_else(String::new, |id| format!(" {id}")))]
    NoSnapshot {
        /// The one that was asked for.
        id: Option<i64>,
    },
    /// A file could not be written or read.
    #[error("the bundled data could not be unpacked")]
    Io(#[from] std::io::Error),
}

impl World {
    /// An account without records.
    pub fn empty(subdomain: &str, multiple_organizations: bool) -> Self {
        Self {
            subdomain: subdomain.to_owned(),
            multiple_organizations: Some(multiple_organizations),
            ..Self::default()
        }
    }

    /// The account's subdomain.
    pub fn subdomain(&self) -> &str {
        &self.subdomain
    }

    /// How many organizations, users, memberships and tickets there are, deleted and archived ones among them.
    pub fn counts(&self) -> [usize; 4] {
        [self.organizations.len(), self.users.len(), self.memberships.len(), self.tickets.len()]
    }

    /// Returns an organization as it would be answered.
    pub fn organization(&self, id: i64) -> Option<Value> {
        value(self.organizations.get(id)?)
    }

    /// Returns a user as it would be answered.
    pub fn user(&self, id: i64) -> Option<Value> {
        value(self.users.get(id)?)
    }

    /// Returns a membership as it would be answered.
    pub fn membership(&self, id: i64) -> Option<Value> {
        value(self.memberships.get(id)?)
    }

    /// Returns a ticket as it would be answered.
    pub fn ticket(&self, id: i64) -> Option<Value> {
        value(self.tickets.get(id)?)
    }

    /// Adds an organization or replaces the one with its id.
    pub fn put_organization(&mut self, json: &str) -> Result<i64, WorldError> {
        self.put::<Organization>(json)
    }

    /// Adds a user or replaces the one with its id.
    pub fn put_user(&mut self, json: &str) -> Result<i64, WorldError> {
        self.put::<User>(json)
    }

    /// Adds a membership or replaces the one with its id.
    pub fn put_membership(&mut self, json: &str) -> Result<i64, WorldError> {
        self.put::<Membership>(json)
    }

    /// Adds a ticket or replaces the one with its id.
    pub fn put_ticket(&mut self, json: &str) -> Result<i64, WorldError> {
        self.put::<Ticket>(json)
    }

    /// Removes an organization without a trace, as if it had never been.
    pub fn remove_organization(&mut self, id: i64) -> bool {
        self.remove::<Organization>(id).is_some()
    }

    /// Removes a user without a trace.
    pub fn remove_user(&mut self, id: i64) -> bool {
        self.remove::<User>(id).is_some()
    }

    /// Removes a membership; the API leaves no trace of it either.
    pub fn remove_membership(&mut self, id: i64) -> bool {
        self.remove::<Membership>(id).is_some()
    }

    /// Removes a ticket without a trace.
    pub fn remove_ticket(&mut self, id: i64) -> bool {
        self.remove::<Ticket>(id).is_some()
    }

    /// Adds a record or replaces the one with its id.
    pub(super) fn put<R: Record>(&mut self, json: &str) -> Result<i64, WorldError> {
        let read = R::read(json)
            .map_err(|error| WorldError::Record { collection: R::MANY, problem: place(&error) })?;
        Ok(self.insert(json, read))
    }

    /// The same for one that was read already.
    fn insert<R: Record>(&mut self, json: &str, Read { id, at, record }: Read<R>) -> i64 {
        self.remove::<R>(id);
        record.index(id, self);
        R::table_mut(self).add(id, Row { raw: json.into(), at, record });
        id
    }

    /// Removes a record without a trace.
    pub(super) fn remove<R: Record>(&mut self, id: i64) -> Option<R> {
        let row = R::table_mut(self).remove(id)?;
        row.record.unindex(id, self);
        Some(row.record)
    }

    /// The ids of a user's memberships, the oldest first.
    pub(super) fn memberships_of(&self, user: i64) -> impl Iterator<Item = i64> {
        self.memberships_of.range((user, i64::MIN)..=(user, i64::MAX)).map(|&(_, id)| id)
    }
}

fn value<R>(row: &Row<R>) -> Option<Value> {
    serde_json::from_str(&row.raw).ok()
}

/// What is wrong with a text, and where; the error's own words may quote the record.
fn place(error: &serde_json::Error) -> String {
    let what = if error.is_data() { "a wrong or missing value" } else { "no JSON" };
    format!("{what} at character {}", error.column())
}
