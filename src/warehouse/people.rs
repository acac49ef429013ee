//! What tickets and memberships need to know of users, kept in memory during one ingest.
//!
//! A ticket carries its requester's domain from ingest on; joining five million tickets to a million
//! users in an audit would be its dearest part.

use std::collections::HashMap;

use rusqlite::Connection;

use super::{OPEN, WarehouseError};

/// Sixteen bytes a user with its key: a million users stay below 40 MB.
#[derive(Debug, Clone, Copy)]
struct Person {
    /// The domain's number plus nothing; 0 for none.
    domain: u32,
    /// Index of the default organization plus one; 0 for none.
    organization: u32,
}

/// The users of the snapshot that is being read.
#[derive(Debug, Default)]
pub struct People {
    by_user: HashMap<i64, Person>,
    organizations: Vec<i64>,
    organization_index: HashMap<i64, u32>,
}

impl People {
    /// Loads the users as the warehouse has them: for a snapshot that does not read them to their end.
    pub fn load(&mut self, connection: &Connection) -> Result<(), WarehouseError> {
        let mut statement = connection.prepare(&format!(
            "select user_id, default_organization_id,
               case when role = 'end-user' and is_active = 1 and is_suspended = 0 then email_domain_id end
             from _user_versions where valid_to = {OPEN}"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            self.put(row.get(0)?, row.get(2)?, row.get(1)?);
        }
        Ok(())
    }

    /// Remembers a user: the e-mail domain of an active, unsuspended end user, and the default organization.
    ///
    /// # Panics
    ///
    /// From four billion domains or organizations on.
    pub fn put(&mut self, user_id: i64, domain_id: Option<i64>, default_organization_id: Option<i64>) {
        let organization = match default_organization_id {
            None => 0,
            Some(id) => *self.organization_index.entry(id).or_insert_with(|| {
                self.organizations.push(id);
                u32::try_from(self.organizations.len())
                    .expect("there are fewer than four billion organizations")
            }),
        };
        let domain =
            domain_id.map_or(0, |id| u32::try_from(id).expect("there are fewer than four billion domains"));
        self.by_user.insert(user_id, Person { domain, organization });
    }

    /// The domain of a requester, if it is an active, unsuspended end user with one.
    pub fn domain_id(&self, user_id: i64) -> Option<i64> {
        match self.by_user.get(&user_id)?.domain {
            0 => None,
            id => Some(i64::from(id)),
        }
    }

    /// The default organization of a known user; the inner value is none for a user without.
    pub fn default_organization_id(&self, user_id: i64) -> Option<Option<i64>> {
        let person = self.by_user.get(&user_id)?;
        Some(match person.organization {
            0 => None,
            index => Some(self.organizations[index as usize - 1]),
        })
    }
}
