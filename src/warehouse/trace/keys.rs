//! From what is typed to a record: when it was there, who else is near.

use rusqlite::OptionalExtension;

use super::{Warehouse, WarehouseError, list};
use crate::model::Collection;

/// The kinds of records that can be traced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Accounts of Salesforce.
    Account,
    /// Organizations of Zendesk.
    Organization,
    /// Users of Zendesk.
    User,
    /// Tickets of Zendesk.
    Ticket,
}

/// An address that a user has or had.
#[derive(Debug, Clone)]
pub struct Address {
    /// The user.
    pub user_id: i64,
    /// The address.
    pub email: String,
    /// The first snapshot with it.
    pub valid_from: i64,
    /// The first snapshot without it.
    pub valid_to: i64,
}

impl Kind {
    /// The kind as it is typed, printed and stored.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Organization => "org",
            Self::User => "user",
            Self::Ticket => "ticket",
        }
    }

    /// The kind that is typed so, in the plural or in full as well.
    pub fn of_noun(noun: &str) -> Option<Self> {
        match noun {
            "account" | "accounts" => Some(Self::Account),
            "org" | "orgs" | "organization" | "organizations" => Some(Self::Organization),
            "user" | "users" => Some(Self::User),
            "ticket" | "tickets" => Some(Self::Ticket),
            _ => None,
        }
    }

    /// The collection that holds such records.
    pub fn collection(self) -> Collection {
        match self {
            Self::Account => Collection::Accounts,
            Self::Organization => Collection::Organizations,
            Self::User => Collection::Users,
            Self::Ticket => Collection::Tickets,
        }
    }

    fn versions_of(self) -> &'static str {
        match self {
            Self::Account => {
                "select valid_from, valid_to from _account_versions where account_id = ?1 order by valid_from"
            }
            Self::Organization => {
                "select valid_from, valid_to from _organization_versions
                 where organization_id = cast(?1 as integer) order by valid_from"
            }
            Self::User => {
                "select valid_from, valid_to from _user_versions
                 where user_id = cast(?1 as integer) order by valid_from"
            }
            Self::Ticket => {
                "select valid_from, valid_to from _ticket_versions
                 where ticket_id = cast(?1 as integer) order by valid_from"
            }
        }
    }

    fn known_of(self) -> &'static str {
        match self {
            Self::Account => {
                "select distinct v.account_id from json_each(?1) as j cross join _account_versions as v
                 where v.account_id = j.value order by 1"
            }
            Self::Organization => {
                "select distinct cast(v.organization_id as text)
                 from json_each(?1) as j cross join _organization_versions as v
                 where v.organization_id = cast(j.value as integer) order by 1"
            }
            Self::User => {
                "select distinct cast(v.user_id as text) from json_each(?1) as j cross join _user_versions as v
                 where v.user_id = cast(j.value as integer) order by 1"
            }
            Self::Ticket => {
                "select distinct cast(v.ticket_id as text)
                 from json_each(?1) as j cross join _ticket_versions as v
                 where v.ticket_id = cast(j.value as integer) order by 1"
            }
        }
    }
}

impl Warehouse {
    /// Returns the versions of a record: first snapshot with it, first without, oldest first.
    pub fn record_versions(&self, kind: Kind, id: &str) -> Result<Vec<(i64, i64)>, WarehouseError> {
        let mut statement = self.connection.prepare(kind.versions_of())?;
        let rows =
            statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        Ok(rows)
    }

    /// Returns those of the ids that were ever read.
    pub fn known_ids(&self, kind: Kind, ids: &[String]) -> Result<Vec<String>, WarehouseError> {
        let mut statement = self.connection.prepare(kind.known_of())?;
        let rows = statement.query_map([list(ids)], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(rows)
    }

    /// Returns the accounts whose first 15 characters are these in any letter case.
    pub fn accounts_like(&self, short_id: &str) -> Result<Vec<String>, WarehouseError> {
        let mut statement = self.connection.prepare(
            "select distinct account_id from _account_versions
             where substr(account_id, 1, 15) = ?1 collate nocase order by 1",
        )?;
        let rows = statement.query_map([short_id], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(rows)
    }

    /// Returns the account that an id stood for after a merge, as of a snapshot.
    pub fn merged_into(&self, account_id: &str, snapshot_id: i64) -> Result<Option<String>, WarehouseError> {
        Ok(self
            .connection
            .query_row(
                "select account_id from _account_merge_versions
                 where merged_account_id = ?1 and valid_from <= ?2 and ?2 < valid_to",
                (account_id, snapshot_id),
                |row| row.get(0),
            )
            .optional()?)
    }

    /// Returns why the row of an account could not be used in a snapshot: line and reason of the first one.
    pub fn unread_reason(
        &self,
        account_id: &str,
        snapshot_id: i64,
    ) -> Result<Option<String>, WarehouseError> {
        Ok(self
            .connection
            .query_row(
                "select coalesce('line ' || line || ', ', '') || reason from ingest_rejections
                 where snapshot_id = ?2 and account_id = ?1 order by line limit 1",
                (account_id, snapshot_id),
                |row| row.get(0),
            )
            .optional()?)
    }

    /// Returns the addresses on a domain, or those without one, that users have or had.
    pub fn addresses(&self, domain: Option<&str>) -> Result<Vec<Address>, WarehouseError> {
        self.traced("addresses", [domain], |row| {
            Ok(Address {
                user_id: row.get(0)?,
                email: row.get(1)?,
                valid_from: row.get(2)?,
                valid_to: row.get(3)?,
            })
        })
    }
}
