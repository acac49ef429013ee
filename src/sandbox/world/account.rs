//! An account: its records by kind, and what finds them.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use crate::model::sandbox_name;

use super::{
    record::{Membership, Organization, Ticket, User},
    table::{Row, Table},
};

/// An account's records and settings.
#[derive(Debug, Default)]
pub struct World {
    /// `NAME.sandbox`, whatever account the records are of.
    pub(in crate::sandbox) subdomain: String,
    /// Whether a user may belong to several organizations; the settings may not say.
    pub(in crate::sandbox) multiple_organizations: Option<bool>,
    pub(in crate::sandbox) organizations: Table<Organization>,
    pub(in crate::sandbox) users: Table<User>,
    pub(in crate::sandbox) memberships: Table<Membership>,
    pub(in crate::sandbox) tickets: Table<Ticket>,
    /// Living organizations by their external id in lower case. The API takes each id once, but accounts from
    /// before that rule have some twice.
    pub(in crate::sandbox) external_ids: HashMap<String, BTreeSet<i64>>,
    /// Memberships by user.
    pub(in crate::sandbox) memberships_of: BTreeSet<(i64, i64)>,
    /// Memberships that were added by hand, whom no domain takes away again.
    pub(in crate::sandbox) posted: HashSet<i64>,
    /// Identities by user, of those who have others than that of their address.
    pub(in crate::sandbox) identities: HashMap<i64, Vec<Value>>,
    /// Tickets by requester.
    pub(in crate::sandbox) tickets_of: BTreeSet<(i64, i64)>,
}

impl World {
    /// An account without records.
    pub fn empty(subdomain: &str, multiple_organizations: bool) -> Self {
        Self {
            subdomain: sandbox_name(subdomain),
            multiple_organizations: Some(multiple_organizations),
            ..Self::default()
        }
    }

    /// The account's subdomain, that of a sandbox: `NAME.sandbox`.
    pub fn subdomain(&self) -> &str {
        &self.subdomain
    }

    /// How many organizations, users, memberships and tickets there are, deleted and archived ones among them.
    pub fn counts(&self) -> [usize; 4] {
        [self.organizations.len(), self.users.len(), self.memberships.len(), self.tickets.len()]
    }

    /// Gives a user other identities than that of its address, as they would be answered.
    pub fn put_identities(&mut self, user: i64, identities: Vec<Value>) {
        self.identities.insert(user, identities);
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

    /// The ids of a user's memberships, the oldest first.
    pub(in crate::sandbox) fn memberships_of(&self, user: i64) -> impl Iterator<Item = i64> {
        self.memberships_of.range((user, i64::MIN)..=(user, i64::MAX)).map(|&(_, id)| id)
    }
}

fn value<R>(row: &Row<R>) -> Option<Value> {
    serde_json::from_str(&row.raw).ok()
}
