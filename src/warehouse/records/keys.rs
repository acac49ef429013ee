//! The accounts that fields of organizations name.

use rusqlite::Statement;

use crate::warehouse::{OPEN, WarehouseError, session::Session};

/// Writes the accounts of organizations' fields for one snapshot.
pub(super) struct KeyWriter<'c> {
    snapshot_id: i64,
    open: Statement<'c>,
    insert: Statement<'c>,
    close: Statement<'c>,
    delete: Statement<'c>,
    reopen: Statement<'c>,
}

impl<'c> KeyWriter<'c> {
    /// Prepares the statements.
    pub(super) fn new(connection: &'c Session, snapshot_id: i64) -> Result<Self, WarehouseError> {
        const ONE: &str = "where organization_id = ?1 and field = ?2 and account_id = ?3";
        Ok(Self {
            snapshot_id,
            open: connection.prepare(&format!(
                "select field, account_id, valid_from from _organization_key_versions
                 where organization_id = ?1 and valid_to = {OPEN}"
            ))?,
            insert: connection.prepare(&format!(
                "insert into _organization_key_versions (organization_id, field, account_id, valid_from, valid_to)
                 values (?1, ?2, ?3, ?4, {OPEN})"
            ))?,
            close: connection.prepare(&format!(
                "update _organization_key_versions set valid_to = ?4 {ONE} and valid_to = {OPEN}"
            ))?,
            delete: connection
                .prepare(&format!("delete from _organization_key_versions {ONE} and valid_from = ?4"))?,
            reopen: connection.prepare(&format!(
                "update _organization_key_versions set valid_to = {OPEN} {ONE} and valid_to = ?4"
            ))?,
        })
    }

    /// Makes the accounts of an organization equal to these, by field, no field twice.
    pub(super) fn set(
        &mut self,
        organization_id: i64,
        accounts: &[(&str, String)],
    ) -> Result<(), WarehouseError> {
        let stored: Vec<(String, String, i64)> = self
            .open
            .query_map([organization_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<Result<_, _>>()?;
        for (field, account, valid_from) in &stored {
            if accounts.iter().any(|(wanted, id)| wanted == field && id == account) {
                continue;
            }
            let statement = if *valid_from == self.snapshot_id { &mut self.delete } else { &mut self.close };
            statement.execute((organization_id, field, account, self.snapshot_id))?;
        }
        for (field, account) in accounts {
            if stored.iter().any(|(known, id, _)| known == field && id == account) {
                continue;
            }
            if self.reopen.execute((organization_id, field, account, self.snapshot_id))? == 0 {
                self.insert.execute((organization_id, field, account, self.snapshot_id))?;
            }
        }
        Ok(())
    }
}
