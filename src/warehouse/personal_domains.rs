//! The list of domains that never identify a customer, as the operator changes it.

use rusqlite::OptionalExtension;

use super::{Warehouse, WarehouseError};

/// What a change of the list did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The list is different now.
    Done,
    /// It already was so.
    AlreadySo,
}

impl Warehouse {
    /// Puts a domain on the list.
    pub fn add_personal_domain(&self, domain: &str, now: &str) -> Result<Change, WarehouseError> {
        let transaction = self.begin()?;
        let changed = transaction.execute(
            "insert into _personal_domains (domain, origin, is_removed, changed_at) values (?1, 'operator', 0, ?2)
             on conflict (domain) do update set is_removed = 0, changed_at = excluded.changed_at
             where is_removed = 1",
            (domain, now),
        )?;
        transaction.commit()?;
        Ok(if changed == 1 { Change::Done } else { Change::AlreadySo })
    }

    /// Takes a domain off the list. A bundled one stays known as removed, so that an upgrade does not
    /// bring it back.
    pub fn remove_personal_domain(&self, domain: &str, now: &str) -> Result<Change, WarehouseError> {
        let transaction = self.begin()?;
        let origin: Option<String> = transaction
            .query_row(
                "select origin from _personal_domains where domain = ?1 and is_removed = 0",
                [domain],
                |row| row.get(0),
            )
            .optional()?;
        match origin.as_deref() {
            None => return Ok(Change::AlreadySo),
            Some("operator") => {
                transaction.execute("delete from _personal_domains where domain = ?1", [domain])?;
            }
            Some(_) => {
                transaction.execute(
                    "update _personal_domains set is_removed = 1, changed_at = ?2 where domain = ?1",
                    [domain, now],
                )?;
            }
        }
        transaction.commit()?;
        Ok(Change::Done)
    }
}
