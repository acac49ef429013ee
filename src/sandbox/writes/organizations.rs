//! Writes to organizations.

use serde_json::{Value, json};

use super::super::{
    ledger::Kind,
    queue::Work,
    reply::Reply,
    single::one,
    world::{Organization, Record},
};
use super::{Write, invalid, permitted, warn};
use crate::model::UserRole;

/// What may be set.
const MEMBERS: [&str; 10] = [
    "name",
    "external_id",
    "domain_names",
    "details",
    "notes",
    "shared_tickets",
    "shared_comments",
    "group_id",
    "tags",
    "organization_fields",
];

impl Write<'_> {
    pub(super) fn update_organization(&mut self, id: i64) -> Result<Reply, Reply> {
        let (members, ignored) = permitted::<Organization>(self.body::<Organization>()?, &MEMBERS);
        let is_there = self.world().organizations.get(id).is_some_and(|row| row.record.is_shown());
        if !is_there {
            return Err(warn::<Organization>(Reply::not_found(), "update", &ignored));
        }
        // Agents without a permission of their own may change the notes.
        if self.options.role != UserRole::Admin && members.iter().any(|(name, _)| *name != "notes") {
            return Err(Reply::forbidden());
        }
        self.take_update(Kind::Organization, id)?;
        let members = self.valid(Some(id), members)?;
        let before = self.domains(id);
        self.set::<Organization>(id, &members)?;
        self.domains_changed(id, &before);
        let reply = one::<Organization>(&self.raw(id)?);
        Ok(warn::<Organization>(reply, "update", &ignored))
    }

    pub(super) fn create_organization(&mut self) -> Result<Reply, Reply> {
        let (members, ignored) = permitted::<Organization>(self.body::<Organization>()?, &MEMBERS);
        if self.options.role != UserRole::Admin {
            return Err(Reply::forbidden());
        }
        let members = self.valid(None, members)?;
        if !members.iter().any(|(name, _)| *name == "name") {
            return Err(invalid("name", "Name: cannot be blank", "BlankValue"));
        }
        let id = self.world().organizations.free_id();
        let now = self.state.clock.now();
        let mut edit = self.edit();
        let url = edit.url("organizations", id);
        let mut record = json!({
            "url": url,
            "id": id,
            "name": "",
            "shared_tickets": false,
            "shared_comments": false,
            "external_id": null,
            "created_at": now,
            "updated_at": now,
            "domain_names": [],
            "details": null,
            "notes": null,
            "group_id": null,
            "tags": [],
            "organization_fields": {},
        });
        for (name, value) in &members {
            record[name] = value.clone();
        }
        if edit.world.put_organization(&record.to_string()).is_err() {
            return Err(Reply::error(400, "InvalidValue", "A value has the wrong type"));
        }
        let after = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        edit.note(Kind::Organization, id, Value::Null, Value::Object(after));
        self.domains_changed(id, &[]);
        let mut reply = one::<Organization>(&self.raw(id)?).with("location", url);
        reply.status = 201;
        Ok(warn::<Organization>(reply, "create", &ignored))
    }

    /// Removes an organization with its memberships, as the API does; no command of orgdrift asks for it.
    pub(super) fn delete_organization(&mut self, id: i64) -> Result<Reply, Reply> {
        let is_there = self.world().organizations.get(id).is_some_and(|row| row.record.is_shown());
        if !is_there {
            return Err(Reply::not_found());
        }
        if self.options.role != UserRole::Admin {
            return Err(Reply::forbidden());
        }
        let members: Vec<i64> = self
            .world()
            .memberships
            .iter()
            .filter(|(_, row)| row.record.organization_id == id)
            .map(|(membership, _)| membership)
            .collect();
        let now = self.state.clock.now();
        self.set::<Organization>(id, &[("deleted_at", now.into())])?;
        for membership in members {
            if let Some((user, organization)) = self.edit().leave(membership) {
                self.later(Work::Left { user, organization });
            }
        }
        Ok(Reply::no_content())
    }

    /// Checks values and brings them into the form in which they are kept.
    fn valid(
        &self,
        id: Option<i64>,
        members: Vec<(&'static str, Value)>,
    ) -> Result<Vec<(&'static str, Value)>, Reply> {
        let wrong = |name: &str| Reply::error(400, "InvalidValue", &format!("Invalid value for {name}"));
        let mut kept = Vec::new();
        for (name, value) in members {
            let value = match (name, value) {
                ("external_id", Value::Number(number)) => Value::String(number.to_string()),
                ("external_id", Value::String(text)) => {
                    let holders = self.world().external_ids.get(&text.to_lowercase());
                    if holders.is_some_and(|holders| holders.iter().any(|holder| Some(*holder) != id)) {
                        let description = "External has already been taken";
                        return Err(invalid("external_id", description, "DuplicateValue"));
                    }
                    Value::String(text)
                }
                ("external_id", Value::Null) => Value::Null,
                ("name", Value::String(text)) => self.valid_name(id, text)?,
                ("domain_names", Value::Array(domains)) => {
                    let mut kept: Vec<Value> = Vec::new();
                    for domain in domains {
                        let domain = domain.as_str().ok_or_else(|| wrong(name))?.trim().to_lowercase();
                        if !kept.iter().any(|held| *held == domain) {
                            kept.push(domain.into());
                        }
                    }
                    Value::Array(kept)
                }
                ("shared_tickets" | "shared_comments", value @ Value::Bool(_))
                | ("group_id" | "tags" | "organization_fields" | "details" | "notes", value) => value,
                (name, _) => return Err(wrong(name)),
            };
            kept.push((name, value));
        }
        Ok(kept)
    }

    /// Names are unique, upper and lower case alike.
    fn valid_name(&self, id: Option<i64>, name: String) -> Result<Value, Reply> {
        if name.trim().is_empty() {
            return Err(invalid("name", "Name: cannot be blank", "BlankValue"));
        }
        let key = name.to_lowercase();
        let is_taken = self.world().organizations.iter().any(|(other, row)| {
            Some(other) != id && row.record.is_shown() && row.record.name.to_lowercase() == key
        });
        if is_taken {
            let description = format!("Name: {name} has already been taken");
            return Err(invalid("name", &description, "DuplicateValue"));
        }
        Ok(Value::String(name))
    }

    fn domains(&self, id: i64) -> Vec<Box<str>> {
        self.world().organizations.get(id).map(|row| row.record.domains.clone()).unwrap_or_default()
    }

    /// Leaves for the background what follows of a new list of domains.
    fn domains_changed(&mut self, organization: i64, before: &[Box<str>]) {
        let after = self.domains(organization);
        for domain in before.iter().filter(|domain| !after.contains(domain)) {
            self.later(Work::DomainDropped { organization, domain: domain.to_string() });
        }
        for domain in after.iter().filter(|domain| !before.contains(domain)) {
            self.later(Work::DomainAdded { organization, domain: domain.to_string() });
        }
    }

    fn raw(&self, id: i64) -> Result<String, Reply> {
        Ok(self.world().organizations.get(id).ok_or_else(Reply::not_found)?.raw.to_string())
    }
}
