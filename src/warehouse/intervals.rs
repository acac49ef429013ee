//! Sets that belong to a record, as intervals: the domains of an account or an organization.

use rusqlite::{Statement, ToSql};

use crate::warehouse::session::Session;

use super::{OPEN, WarehouseError};

/// Writes the sets of one table for one snapshot.
pub struct IntervalWriter<'c> {
    snapshot_id: i64,
    open: Statement<'c>,
    insert: Statement<'c>,
    close: Statement<'c>,
    delete: Statement<'c>,
    reopen: Statement<'c>,
}

impl<'c> IntervalWriter<'c> {
    /// Prepares the statements for a table with the columns `owner`, `domain_id`, `valid_from`, `valid_to`.
    pub fn new(
        connection: &'c Session,
        table: &'static str,
        owner: &'static str,
        snapshot_id: i64,
    ) -> Result<Self, WarehouseError> {
        let one = format!("where {owner} = ?1 and domain_id = ?2");
        Ok(Self {
            snapshot_id,
            open: connection.prepare(&format!(
                "select domain_id, valid_from from {table} where {owner} = ?1 and valid_to = {OPEN}"
            ))?,
            insert: connection.prepare(&format!(
                "insert into {table} ({owner}, domain_id, valid_from, valid_to) values (?1, ?2, ?3, {OPEN})"
            ))?,
            close: connection
                .prepare(&format!("update {table} set valid_to = ?3 {one} and valid_to = {OPEN}"))?,
            delete: connection.prepare(&format!("delete from {table} {one} and valid_from = ?3"))?,
            reopen: connection
                .prepare(&format!("update {table} set valid_to = {OPEN} {one} and valid_to = ?3"))?,
        })
    }

    /// Makes the set of the owner equal to `domain_ids`, which are sorted and hold no id twice.
    pub(super) fn set(&mut self, owner: &dyn ToSql, domain_ids: &[i64]) -> Result<(), WarehouseError> {
        let mut stored: Vec<(i64, i64)> =
            self.open.query_map([owner], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        stored.sort_unstable();
        for &(domain_id, valid_from) in &stored {
            if domain_ids.binary_search(&domain_id).is_ok() {
                continue;
            }
            let statement = if valid_from == self.snapshot_id { &mut self.delete } else { &mut self.close };
            statement.execute((owner, domain_id, self.snapshot_id))?;
        }
        for &domain_id in domain_ids {
            if stored.binary_search_by_key(&domain_id, |&(stored, _)| stored).is_ok() {
                continue;
            }
            if self.reopen.execute((owner, domain_id, self.snapshot_id))? == 0 {
                self.insert.execute((owner, domain_id, self.snapshot_id))?;
            }
        }
        Ok(())
    }
}
