//! What tickets and memberships need to know of users, kept in memory during one ingest.
//!
//! A ticket carries its requester's domain from ingest on; joining five million tickets to a million
//! users in an audit would be its dearest part.

use std::collections::HashMap;

use crate::warehouse::session::Session;

use super::{OPEN, WarehouseError};

/// Sixteen bytes a user; a million of them take 32 MB in the table.
#[derive(Debug, Clone, Copy)]
struct Person {
    user_id: i64,
    /// The domain's number; 0 for none.
    domain: u32,
    /// Index of the default organization plus one; 0 for none.
    organization: u32,
}

/// The users of a snapshot while they are read.
#[derive(Debug, Default)]
pub struct PeopleReading {
    people: Vec<Person>,
    organizations: Vec<i64>,
    organization_index: HashMap<i64, u32>,
}

impl PeopleReading {
    /// Loads the users as the warehouse has them, those read so far among them: for a snapshot that does not
    /// read them to their end.
    pub fn load(&mut self, connection: &Session) -> Result<(), WarehouseError> {
        self.people.clear();
        let mut statement = connection.prepare(&format!(
            "select user_id, default_organization_id,
               case when role = 'end-user' and is_active = 1 and is_suspended = 0 and undecided_fields is null
                 then email_domain_id end
             from _user_versions where valid_to = {OPEN}"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            self.put(row.get(0)?, row.get(2)?, row.get(1)?);
        }
        Ok(())
    }

    /// Remembers a user: the e-mail domain of an active, unsuspended end user, and the default organization.
    /// The last call for a user counts.
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
        self.people.push(Person { user_id, domain, organization });
    }

    /// Makes them ready to be asked for.
    ///
    /// # Panics
    ///
    /// From four billion users on.
    pub fn finish(self) -> People {
        let Self { mut people, organizations, .. } = self;
        if !people.is_sorted_by(|one, next| one.user_id < next.user_id) {
            people.sort_by_key(|person| person.user_id);
            people.dedup_by(|next, kept| {
                let is_same = next.user_id == kept.user_id;
                if is_same {
                    *kept = *next;
                }
                is_same
            });
        }
        // Half empty: most users are found where they are looked for first, with one wait for memory.
        let size = (people.len() * 2).next_power_of_two();
        let mut table = vec![Person { user_id: 0, domain: 0, organization: 0 }; size];
        for person in people {
            let mut at = place(person.user_id) & (size - 1);
            while table[at].user_id != 0 {
                at = (at + 1) & (size - 1);
            }
            table[at] = person;
        }
        People { table, organizations }
    }
}

/// Where an id is looked for first.
fn place(user_id: i64) -> usize {
    (user_id.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20) as usize
}

/// The users of the snapshot that is being read.
#[derive(Debug)]
pub struct People {
    /// By id, with open addressing; Zendesk's ids are positive, 0 is an empty place.
    table: Vec<Person>,
    organizations: Vec<i64>,
}

impl People {
    fn find(&self, user_id: i64) -> Option<&Person> {
        let mut at = place(user_id) & (self.table.len() - 1);
        loop {
            let person = &self.table[at];
            if person.user_id == user_id && user_id != 0 {
                return Some(person);
            }
            if person.user_id == 0 {
                return None;
            }
            at = (at + 1) & (self.table.len() - 1);
        }
    }

    /// The domain of a requester, if it is an active, unsuspended end user with one.
    pub fn domain_id(&self, user_id: i64) -> Option<i64> {
        match self.find(user_id)?.domain {
            0 => None,
            id => Some(i64::from(id)),
        }
    }

    /// The default organization of a known user; the inner value is none for a user without.
    pub fn default_organization_id(&self, user_id: i64) -> Option<Option<i64>> {
        Some(match self.find(user_id)?.organization {
            0 => None,
            index => Some(self.organizations[index as usize - 1]),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn everyone_is_found_as_last_put_and_nobody_else(
            put in proptest::collection::vec(
                (prop_oneof![1..50_i64, 1..=i64::MAX, Just(i64::MAX)], proptest::option::of(1..9_i64)),
                0..40
            ),
            other in proptest::collection::vec(prop_oneof![1..60_i64, 1..=i64::MAX], 20),
        ) {
            let mut reading = PeopleReading::default();
            for &(user, value) in &put {
                reading.put(user, value, value.map(|value| value * 100));
            }
            let people = reading.finish();
            let expected: HashMap<i64, Option<i64>> = put.iter().copied().collect();
            for user in put.iter().map(|put| put.0).chain(other) {
                prop_assert_eq!(people.domain_id(user), expected.get(&user).copied().flatten());
                prop_assert_eq!(
                    people.default_organization_id(user),
                    expected.get(&user).map(|value| value.map(|value| value * 100))
                );
            }
        }
    }
}
