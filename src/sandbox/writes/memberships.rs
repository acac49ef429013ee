//! Writes to memberships.

use super::super::{
    asked::Asked,
    members,
    queue::Work,
    reply::Reply,
    single::one,
    world::{Membership, Record},
};
use super::{Write, invalid, permitted, warn};
use crate::model::UserRole;

/// Memberships of one user.
const LIMIT: usize = 300;

impl Write<'_> {
    pub(super) fn create_membership(&mut self, user: Option<i64>) -> Result<Reply, Reply> {
        let names = ["user_id", "organization_id", "default", "view_tickets"];
        let (sent, ignored) = permitted::<Membership>(self.body::<Membership>()?, &names);
        let sent_id =
            |name: &str| sent.iter().find(|(key, _)| *key == name).and_then(|(_, value)| value.as_i64());
        let user = user.or_else(|| sent_id("user_id"));
        let user = user.and_then(|id| Some((id, self.world().users.get(id)?)));
        let Some((user, row)) = user.filter(|(_, row)| row.record.is_active) else {
            return Err(invalid("user", "User cannot be blank", "BlankValue"));
        };
        if self.options.role != UserRole::Admin && row.record.role != UserRole::EndUser {
            return Err(Reply::forbidden());
        }
        let organization = sent_id("organization_id")
            .filter(|id| self.world().organizations.get(*id).is_some_and(|row| row.record.is_shown()));
        let Some(organization) = organization else {
            return Err(invalid("organization", "Organization cannot be blank", "BlankValue"));
        };
        let present: Vec<i64> = self.world().memberships_of(user).collect();
        if self.membership_of(user, organization).is_some() {
            return Err(invalid("user_id", "User has already been taken", "DuplicateValue"));
        }
        if !present.is_empty() && self.world().multiple_organizations != Some(true) {
            let description = "User can only be member of one organization";
            return Err(invalid("organization_id", description, "InvalidValue"));
        }
        if present.len() >= LIMIT {
            return Err(invalid("user_id", "User has too many organizations", "InvalidValue"));
        }
        let is_default = sent.iter().any(|(key, value)| *key == "default" && *value == true);
        let id = self.edit().join(user, organization, true);
        if is_default {
            self.edit().make_default(user, id);
        }
        let raw = self.world().memberships.get(id).ok_or_else(Reply::not_found)?.raw.to_string();
        let url = self.edit().url(Membership::MANY, id);
        let mut reply = one::<Membership>(&raw).with("location", url);
        reply.status = 201;
        Ok(warn::<Membership>(reply, "create", &ignored))
    }

    pub(super) fn delete_membership(&mut self, user: Option<i64>, id: i64) -> Result<Reply, Reply> {
        let row = self.world().memberships.get(id).ok_or_else(Reply::not_found)?;
        if user.is_some_and(|user| user != row.record.user_id) {
            return Err(Reply::not_found());
        }
        self.leave(id);
        Ok(Reply::no_content())
    }

    pub(super) fn leave_organization(&mut self, user: i64, organization: i64) -> Result<Reply, Reply> {
        let id = self.membership_of(user, organization).ok_or_else(Reply::not_found)?;
        self.leave(id);
        Ok(Reply::no_content())
    }

    pub(super) fn make_default_organization(&mut self, user: i64, organization: i64) -> Result<Reply, Reply> {
        let id = self.membership_of(user, organization).ok_or_else(Reply::not_found)?;
        self.make_default(user, id)
    }

    pub(super) fn make_default(&mut self, user: i64, id: i64) -> Result<Reply, Reply> {
        let row = self.world().memberships.get(id).ok_or_else(Reply::not_found)?;
        if row.record.user_id != user {
            return Err(Reply::not_found());
        }
        self.edit().make_default(user, id);
        let asked = Asked::new(self.call, self.world(), self.options, self.state.clock);
        members::of_user(self.world(), &user.to_string(), &asked)
    }

    /// Removes a membership at once; the tickets follow in the background.
    pub(super) fn leave(&mut self, id: i64) {
        if let Some((user, organization)) = self.edit().leave(id) {
            self.later(Work::Left { user, organization });
        }
    }

    pub(super) fn membership_of(&self, user: i64, organization: i64) -> Option<i64> {
        let is_it = |id: &i64| {
            self.world().memberships.get(*id).is_some_and(|row| row.record.organization_id == organization)
        };
        self.world().memberships_of(user).find(is_it)
    }
}
