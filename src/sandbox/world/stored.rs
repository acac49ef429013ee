//! Records in their account: where each kind is kept, and how one is added or removed.

use super::{
    account::World,
    error::{WorldError, place},
    raw::Object,
    record::{Membership, Organization, Read, Record, Ticket, User},
    table::{Row, Table},
};

/// A kind of record that an account keeps.
pub(in crate::sandbox) trait Stored: Record {
    /// Where a world has them.
    fn table(world: &World) -> &Table<Self>;

    /// Where a world has them, to change them.
    fn table_mut(world: &mut World) -> &mut Table<Self>;

    /// Adds what is found by it.
    fn index(&self, _id: i64, _world: &mut World) {}

    /// Takes out what was found by it.
    fn unindex(&self, _id: i64, _world: &mut World) {}
}

impl Stored for Organization {
    fn table(world: &World) -> &Table<Self> {
        &world.organizations
    }

    fn table_mut(world: &mut World) -> &mut Table<Self> {
        &mut world.organizations
    }

    fn index(&self, id: i64, world: &mut World) {
        if let Some(key) = self.key() {
            world.external_ids.entry(key).or_default().insert(id);
        }
    }

    fn unindex(&self, id: i64, world: &mut World) {
        if let Some(key) = self.key()
            && let Some(ids) = world.external_ids.get_mut(&key)
        {
            ids.remove(&id);
        }
    }
}

impl Stored for User {
    fn table(world: &World) -> &Table<Self> {
        &world.users
    }

    fn table_mut(world: &mut World) -> &mut Table<Self> {
        &mut world.users
    }
}

impl Stored for Membership {
    fn table(world: &World) -> &Table<Self> {
        &world.memberships
    }

    fn table_mut(world: &mut World) -> &mut Table<Self> {
        &mut world.memberships
    }

    fn index(&self, id: i64, world: &mut World) {
        world.memberships_of.insert((self.user_id, id));
    }

    fn unindex(&self, id: i64, world: &mut World) {
        world.memberships_of.remove(&(self.user_id, id));
    }
}

impl Stored for Ticket {
    fn table(world: &World) -> &Table<Self> {
        &world.tickets
    }

    fn table_mut(world: &mut World) -> &mut Table<Self> {
        &mut world.tickets
    }

    fn index(&self, id: i64, world: &mut World) {
        if let Some(requester) = self.requester_id {
            world.tickets_of.insert((requester, id));
        }
    }

    fn unindex(&self, id: i64, world: &mut World) {
        if let Some(requester) = self.requester_id {
            world.tickets_of.remove(&(requester, id));
        }
    }
}

impl World {
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
    pub(in crate::sandbox) fn put<R: Stored>(&mut self, json: &str) -> Result<i64, WorldError> {
        let read = R::read(json)
            .map_err(|error| WorldError::Record { collection: R::MANY, problem: place(&error) })?;
        Ok(self.insert(json, read))
    }

    /// The same for one that was read already.
    pub(super) fn insert<R: Stored>(&mut self, json: &str, Read { id, at, record }: Read<R>) -> i64 {
        self.remove::<R>(id);
        record.index(id, self);
        let raw = self.renamed(json).map_or_else(|| json.into(), Into::into);
        R::table_mut(self).add(id, Row { raw, at, record });
        id
    }

    /// The record with the address of this sandbox, where it has that of an account.
    fn renamed(&self, json: &str) -> Option<String> {
        // Most records have none, and need not be taken apart.
        memchr::memmem::find(json.as_bytes(), b".zendesk.com/")?;
        let mut object = Object::read(json)?;
        let url = object.get("url")?;
        let (host, path) = url.as_str()?.strip_prefix("https://")?.split_once('/')?;
        host.strip_suffix(".zendesk.com").filter(|name| *name != self.subdomain)?;
        object.set("url", &format!("https://{}.zendesk.com/{path}", self.subdomain).into());
        Some(object.text())
    }

    /// Removes a record without a trace.
    pub(in crate::sandbox) fn remove<R: Stored>(&mut self, id: i64) -> Option<R> {
        let row = R::table_mut(self).remove(id)?;
        row.record.unindex(id, self);
        Some(row.record)
    }
}
