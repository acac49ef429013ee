//! Changes of records, each of which the ledger hears of.

use serde_json::{Map, Value, json};

use super::{
    ledger::{Change, Kind},
    members,
    options::TicketsFollow,
    time,
    world::{Membership, Object, Stored, Ticket, TicketState, User, World},
};
use crate::clock::Clock;

/// Changes the records of one request, or of one piece of background work.
pub(super) struct Edit<'a> {
    pub(super) world: &'a mut World,
    pub(super) clock: Clock,
    pub(super) in_background: bool,
    pub(super) changes: &'a mut Vec<Change>,
}

impl Edit<'_> {
    /// Sets members of a record; those that are so already are no change. False where the record would be none.
    pub(super) fn set<R: Stored>(&mut self, id: i64, members: &[(&str, Value)]) -> bool {
        let Some(mut object) = R::table(self.world).get(id).and_then(|row| Object::read(&row.raw)) else {
            return false;
        };
        let (mut before, mut after) = (Map::new(), Map::new());
        for (name, value) in members {
            let old = object.get(name).unwrap_or(Value::Null);
            if old != *value {
                object.set(name, value);
                before.insert((*name).to_owned(), old);
                after.insert((*name).to_owned(), value.clone());
            }
        }
        if after.is_empty() {
            return true;
        }
        object.set("updated_at", &self.clock.now().into());
        if R::KIND == Kind::Ticket {
            object.set("generated_timestamp", &time::now(self.clock).into());
        }
        let is_record = self.world.put::<R>(&object.text()).is_ok();
        if is_record {
            self.note(R::KIND, id, before.into(), after.into());
        }
        is_record
    }

    /// Adds a membership; the first one of a user is the default.
    pub(super) fn join(&mut self, user: i64, organization: i64, is_posted: bool) -> i64 {
        let id = self.world.memberships.free_id();
        let now = self.clock.now();
        let is_first = self.world.memberships_of(user).next().is_none();
        let name = self
            .world
            .organizations
            .get(organization)
            .map(|row| row.record.name.to_string())
            .unwrap_or_default();
        let record = json!({
            "url": self.url("organization_memberships", id),
            "id": id,
            "user_id": user,
            "organization_id": organization,
            // Not false: the API says null of those that are not.
            "default": if is_first { json!(true) } else { Value::Null },
            "created_at": now,
            "updated_at": now,
            "organization_name": name,
            "view_tickets": true,
        });
        let _ = self.world.put_membership(&record.to_string());
        if is_posted {
            self.world.posted.insert(id);
        }
        let after = json!({"user_id": user, "organization_id": organization, "default": is_first});
        self.note(Kind::OrganizationMembership, id, Value::Null, after);
        if is_first {
            self.set::<User>(user, &[("organization_id", organization.into())]);
        }
        id
    }

    /// Makes a membership the default one.
    pub(super) fn make_default(&mut self, user: i64, membership: i64) {
        let others: Vec<i64> = self.world.memberships_of(user).filter(|id| *id != membership).collect();
        for id in others {
            if self.world.memberships.get(id).is_some_and(|row| row.record.is_default) {
                self.set::<Membership>(id, &[("default", false.into())]);
            }
        }
        let Some(organization) = self.world.memberships.get(membership).map(|row| row.record.organization_id)
        else {
            return;
        };
        self.set::<Membership>(membership, &[("default", true.into())]);
        self.set::<User>(user, &[("organization_id", organization.into())]);
    }

    /// Removes a membership; another one becomes the default. Returns whom and what it joined.
    pub(super) fn leave(&mut self, membership: i64) -> Option<(i64, i64)> {
        let record = self.world.remove::<Membership>(membership)?;
        let (user, organization) = (record.user_id, record.organization_id);
        let before = json!({"user_id": user, "organization_id": organization, "default": record.is_default});
        self.note(Kind::OrganizationMembership, membership, before, Value::Null);
        let is_default = record.is_default
            || self.world.users.get(user).is_some_and(|row| row.record.organization_id == Some(organization));
        if is_default {
            match members::ids_of_user(self.world, user).first() {
                Some(next) => self.make_default(user, *next),
                None => {
                    self.set::<User>(user, &[("organization_id", Value::Null)]);
                }
            }
        }
        Some((user, organization))
    }

    /// Takes the organization from the working tickets of a user who left it. Closed ones keep it.
    pub(super) fn abandon_tickets(&mut self, user: i64, organization: i64, follow: TicketsFollow) {
        let tickets: Vec<i64> = self
            .world
            .tickets_of
            .range((user, i64::MIN)..=(user, i64::MAX))
            .map(|&(_, id)| id)
            .filter(|id| {
                self.world.tickets.get(*id).is_some_and(|row| {
                    row.record.state == TicketState::Working
                        && row.record.organization_id == Some(organization)
                })
            })
            .collect();
        let default = self.world.users.get(user).and_then(|row| row.record.organization_id);
        let to = match follow {
            TicketsFollow::Nobody => Value::Null,
            TicketsFollow::DefaultOrganization => default.map_or(Value::Null, Value::from),
        };
        for id in tickets {
            self.set::<Ticket>(id, &[("organization_id", to.clone())]);
        }
    }

    /// Tells the ledger.
    pub(super) fn note(&mut self, kind: Kind, id: i64, before: Value, after: Value) {
        let in_background = self.in_background;
        self.changes.push(Change { kind, id, in_background, before, after });
    }

    /// The address that a record has of itself.
    pub(super) fn url(&self, collection: &str, id: i64) -> String {
        format!("https://{}.zendesk.com/api/v2/{collection}/{id}.json", self.world.subdomain)
    }
}
