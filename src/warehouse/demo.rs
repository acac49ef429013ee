//! Whose a warehouse is, and whether its accounts are the bundled demo's: a rehearsal is never taken for the real thing.

use super::{Session, Warehouse, WarehouseError, snapshots};
use crate::model::{Source, ZendeskIdentity};

/// What the ids of the demo's accounts begin with. Salesforce gives none of these: behind the three characters of the
/// place where an id was made it keeps a character of its own.
const BEGINNING: &str = "001ACME00";

/// Which accounts there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoAccounts {
    /// At least one of the demo.
    pub has_some: bool,
    /// At least one that is not of the demo.
    pub has_others: bool,
}

impl DemoAccounts {
    /// Whether there are accounts, and all of them are the demo's.
    pub fn is_all(self) -> bool {
        self.has_some && !self.has_others
    }
}

/// Whose the records of a warehouse are.
#[derive(Debug, Clone)]
pub struct Belonging {
    /// The Zendesk account, if a reading has named one.
    pub identity: Option<ZendeskIdentity>,
    /// Whether there is a Zendesk snapshot.
    pub has_zendesk: bool,
    /// The accounts of all Salesforce snapshots.
    pub accounts: DemoAccounts,
}

/// Returns whose the records of a warehouse are.
pub fn belonging(connection: &Session) -> Result<Belonging, WarehouseError> {
    Ok(Belonging {
        identity: snapshots::identity(connection)?,
        has_zendesk: snapshots::latest_taken_at(connection, Source::Zendesk)?.is_some(),
        accounts: of(connection, "_account_versions")?,
    })
}

impl Warehouse {
    /// Returns whose the records are.
    pub fn belonging(&self) -> Result<Belonging, WarehouseError> {
        belonging(&self.connection)
    }

    /// Whether there is a snapshot that is neither of the demo's Zendesk account nor of accounts taken then.
    pub fn has_others_than_demo(&self, accounts_taken_at: &str) -> Result<bool, WarehouseError> {
        if self.zendesk_identity()?.is_some_and(|identity| !identity.is_demo()) {
            return Ok(true);
        }
        Ok(self.connection.query_row(
            "select exists (
               select 1 from snapshots
               where case source when 'zendesk' then source_identity is null else taken_at <> ?1 end)",
            [accounts_taken_at],
            |row| row.get(0),
        )?)
    }
}

/// Of the file that is being read.
pub fn of_file(connection: &Session) -> Result<DemoAccounts, WarehouseError> {
    of(connection, "temp.staged_account")
}

fn of(connection: &Session, table: &str) -> Result<DemoAccounts, WarehouseError> {
    let is_demo = "substr(account_id, 1, length(?1)) = ?1";
    Ok(connection.query_row(
        &format!(
            "select exists (select 1 from {table} where {is_demo}),
               exists (select 1 from {table} where not {is_demo})"
        ),
        [BEGINNING],
        |row| Ok(DemoAccounts { has_some: row.get(0)?, has_others: row.get(1)? }),
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::files;

    #[test]
    fn every_account_of_the_demo_is_known_by_its_id() {
        let (_, text) = files::DEMO.iter().find(|(name, _)| *name == "accounts.csv").unwrap();
        let ids: Vec<_> = text.lines().skip(1).map(|line| line.trim_start_matches('"')).collect();
        assert!(ids.len() > 10 && ids.iter().all(|id| id.starts_with(BEGINNING)));
    }
}
