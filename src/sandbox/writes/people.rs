//! Writes to users and tickets, which orgdrift never does but for a test that it does not.

use serde_json::{Value, json};

use super::super::{
    ledger::Kind,
    reply::Reply,
    single::one,
    world::{Object, Record, Ticket, TicketState, User},
};
use super::{Write, invalid, permitted, warn};

impl Write<'_> {
    pub(super) fn update_user(&mut self, id: i64) -> Result<Reply, Reply> {
        let names =
            ["name", "external_id", "organization_id", "verified", "suspended", "tags", "details", "notes"];
        let (mut members, ignored) = permitted::<User>(self.body::<User>()?, &names);
        let row = self.world().users.get(id).ok_or_else(Reply::not_found)?;
        // They belong to another account.
        if row.record.is_shared {
            return Err(Reply::forbidden());
        }
        self.take_update(Kind::User, id)?;
        if let Some(at) = members.iter().position(|(name, _)| *name == "organization_id") {
            let (_, value) = members.remove(at);
            self.set_organization(id, &value)?;
        }
        self.set::<User>(id, &members)?;
        let raw = self.world().users.get(id).ok_or_else(Reply::not_found)?.raw.to_string();
        Ok(warn::<User>(one::<User>(&raw), "update", &ignored))
    }

    /// The dangerous one: all other memberships of the user are deleted.
    fn set_organization(&mut self, user: i64, value: &Value) -> Result<(), Reply> {
        let organization = match value {
            Value::Null => None,
            value => {
                let id = value.as_i64().filter(|id| {
                    self.world().organizations.get(*id).is_some_and(|row| row.record.is_shown())
                });
                let blank = || invalid("organization", "Organization cannot be blank", "BlankValue");
                Some(id.ok_or_else(blank)?)
            }
        };
        let kept = organization.and_then(|organization| self.membership_of(user, organization));
        let others: Vec<i64> = self.world().memberships_of(user).filter(|id| Some(*id) != kept).collect();
        for id in others {
            self.leave(id);
        }
        match (kept, organization) {
            (Some(id), _) => self.edit().make_default(user, id),
            (None, Some(organization)) => {
                self.edit().join(user, organization, true);
            }
            (None, None) => self.set::<User>(user, &[("organization_id", Value::Null)])?,
        }
        Ok(())
    }

    /// A new user is mapped by the domain of the address: to one organization, the first by its name.
    pub(super) fn create_user(&mut self) -> Result<Reply, Reply> {
        let names = ["name", "email", "external_id", "role", "verified"];
        let (members, ignored) = permitted::<User>(self.body::<User>()?, &names);
        let id = self.world().users.free_id();
        let now = self.state.clock.now();
        let mut edit = self.edit();
        let mut record = json!({
            "id": id,
            "url": edit.url("users", id),
            "name": "",
            "email": null,
            "created_at": now,
            "updated_at": now,
            "organization_id": null,
            "role": "end-user",
            "verified": false,
            "external_id": null,
            "active": true,
            "shared": false,
            "suspended": false,
        });
        for (name, value) in &members {
            record[name] = value.clone();
        }
        if edit.world.put_user(&record.to_string()).is_err() {
            return Err(Reply::error(400, "InvalidValue", "A value has the wrong type"));
        }
        edit.note(Kind::User, id, Value::Null, json!({"organization_id": null}));
        let domain = edit.world.users.get(id).and_then(|row| row.record.email_domain.clone());
        let first = domain.and_then(|domain| {
            let holders = edit.world.organizations.iter().filter(|(_, row)| row.record.has_domain(&domain));
            holders.min_by_key(|(_, row)| row.record.name.to_lowercase()).map(|(id, _)| id)
        });
        if let Some(organization) = first {
            edit.join(id, organization, false);
        }
        let raw = self.world().users.get(id).ok_or_else(Reply::not_found)?.raw.to_string();
        let mut reply = one::<User>(&raw);
        reply.status = 201;
        Ok(warn::<User>(reply, "create", &ignored))
    }

    pub(super) fn update_ticket(&mut self, id: i64) -> Result<Reply, Reply> {
        let names =
            ["organization_id", "status", "subject", "priority", "tags", "safe_update", "updated_stamp"];
        let (mut members, ignored) = permitted::<Ticket>(self.body::<Ticket>()?, &names);
        let row = self.world().tickets.get(id).ok_or_else(Reply::not_found)?;
        if !row.record.is_shown() {
            return Err(Reply::not_found());
        }
        if row.record.state == TicketState::Closed {
            return Err(invalid("status", "Status: closed prevents ticket update", "InvalidValue"));
        }
        let updated_at = Object::read(&row.raw).and_then(|object| object.get("updated_at"));
        let sent = |name: &str| members.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
        if sent("safe_update") == Some(Value::Bool(true)) && sent("updated_stamp") != updated_at {
            let description = "Safe Update prevented the update due to outdated ticket data.";
            return Err(Reply::error(409, "UpdateConflict", description));
        }
        if let Some(Value::Number(organization)) = sent("organization_id") {
            let requester = row.record.requester_id;
            let is_theirs = requester.zip(organization.as_i64()).is_some_and(|(requester, organization)| {
                self.membership_of(requester, organization).is_some()
            });
            if !is_theirs {
                let description = "Organization is invalid: the requester is not a member";
                return Err(invalid("organization", description, "InvalidValue"));
            }
        }
        members.retain(|(name, _)| !matches!(*name, "safe_update" | "updated_stamp"));
        self.set::<Ticket>(id, &members)?;
        let raw = self.world().tickets.get(id).ok_or_else(Reply::not_found)?.raw.to_string();
        Ok(warn::<Ticket>(one::<Ticket>(&raw), "update", &ignored))
    }
}
