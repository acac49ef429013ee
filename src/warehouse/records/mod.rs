//! The records of Zendesk as row versions.

mod keys;
mod membership;
mod organization;
mod stored;
mod ticket;
mod user;

pub use membership::MembershipWriter;
pub use organization::OrganizationWriter;
pub use stored::{MembershipRecord, OrganizationRecord, TicketRecord, UserRecord};
pub use ticket::TicketWriter;
pub use user::{UserWriter, blank_user};

use crate::warehouse::session::Session;

use super::{OPEN, WarehouseError};

/// A kind of record that is written one by one and closed where a complete snapshot did not see it.
pub trait RecordWriter {
    /// Identifies one record in the order of the table: the id, or the user and the membership.
    type Key: Ord + Copy;

    /// Whether no earlier snapshot stored anything.
    fn is_first(&self) -> bool;

    /// Stores what was put and still waits.
    fn flush(&mut self) -> Result<(), WarehouseError>;

    /// Visits the open records in the order of their keys.
    fn open_keys(&self, visit: impl FnMut(Self::Key)) -> Result<(), WarehouseError>;

    /// Closes a record that is gone.
    fn close(&mut self, key: Self::Key) -> Result<(), WarehouseError>;
}

/// Closes every open record whose key is not among `seen`, which are sorted. Returns how many were closed.
pub fn close_unseen<W: RecordWriter>(
    writer: &mut W,
    seen: impl Iterator<Item = W::Key>,
) -> Result<u64, WarehouseError> {
    let mut seen = seen.peekable();
    // What is gone is little; what is there is not kept.
    let mut gone = Vec::new();
    writer.open_keys(|key| {
        while seen.next_if(|&seen| seen < key).is_some() {}
        if seen.peek() != Some(&key) {
            gone.push(key);
        }
    })?;
    for &key in &gone {
        writer.close(key)?;
    }
    Ok(gone.len() as u64)
}

/// Counts the open records whose key is not among `gone`, which are sorted.
pub fn count_open_without<W: RecordWriter>(writer: &W, gone: &[W::Key]) -> Result<u64, WarehouseError> {
    let mut count = 0;
    writer.open_keys(|key| count += u64::from(gone.binary_search(&key).is_err()))?;
    Ok(count)
}

fn open_ids(
    connection: &Session,
    table: &str,
    key: &str,
    mut visit: impl FnMut(i64),
) -> Result<(), WarehouseError> {
    let mut statement =
        connection.prepare(&format!("select {key} from {table} where valid_to = {OPEN} order by {key}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(row.get(0)?);
    }
    Ok(())
}
