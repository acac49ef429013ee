//! The engine of row versions.
//!
//! A snapshot puts the records that it saw. An unchanged record costs one look-up and no write; a changed
//! one closes its open version and opens another. Only a complete snapshot closes what it did not see.

use rusqlite::{Statement, ToSql};

use crate::warehouse::session::Session;

use super::{OPEN, WarehouseError, batch::BatchInsert, hash::ContentHash};

/// The columns of a version table beside `valid_from`, `valid_to` and the hash.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'s> {
    /// The table.
    pub table: &'s str,
    /// The columns that identify a record.
    pub keys: &'s [&'s str],
    /// The columns that it holds.
    pub content: &'s [&'s str],
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// The open version already says the same.
    Unchanged,
    /// A new version was opened.
    Opened,
}

/// Writes the versions of one table for one snapshot.
pub struct VersionWriter<'c> {
    snapshot_id: i64,
    key_count: usize,
    /// If nothing was ever stored: then records need not be looked up first.
    first: Option<BatchInsert<'c>>,
    find: Statement<'c>,
    insert: Statement<'c>,
    close: Statement<'c>,
    delete: Statement<'c>,
    find_before: Statement<'c>,
    reopen: Statement<'c>,
}

impl<'c> VersionWriter<'c> {
    /// Prepares the statements. Table and columns come from constants, never from data.
    pub fn new(connection: &'c Session, shape: &Shape<'_>, snapshot_id: i64) -> Result<Self, WarehouseError> {
        let Shape { table, keys, content } = shape;
        let same_key = keys
            .iter()
            .enumerate()
            .map(|(at, key)| format!("{key} = ?{}", at + 1))
            .collect::<Vec<_>>()
            .join(" and ");
        let next = keys.len() + 1;
        let columns = keys.iter().chain(&["valid_from", "valid_to", "hash_high", "hash_low"]).chain(*content);
        let count = keys.len() + 4 + content.len();
        let is_first: bool =
            connection
                .query_row(&format!("select not exists (select 1 from {table})"), [], |row| row.get(0))?;
        let first = is_first.then(|| first_insert(connection, shape, snapshot_id)).transpose()?;
        let mut insert = connection.prepare(&format!(
            "insert into {table} ({}) values ({})",
            columns.copied().collect::<Vec<_>>().join(", "),
            (1..=count).map(|at| format!("?{at}")).collect::<Vec<_>>().join(", "),
        ))?;
        // These two are the same for every record, and a parameter stays as it was bound.
        insert.raw_bind_parameter(next, snapshot_id)?;
        insert.raw_bind_parameter(next + 1, OPEN)?;
        Ok(Self {
            snapshot_id,
            key_count: keys.len(),
            first,
            find: connection.prepare(&format!(
                "select valid_from, hash_high, hash_low from {table} where {same_key} and valid_to = {OPEN}"
            ))?,
            insert,
            close: connection.prepare(&format!(
                "update {table} set valid_to = ?{next} where {same_key} and valid_to = {OPEN}"
            ))?,
            delete: connection
                .prepare(&format!("delete from {table} where {same_key} and valid_to = {OPEN}"))?,
            find_before: connection.prepare(&format!(
                "select hash_high, hash_low from {table} where {same_key} and valid_to = ?{next}"
            ))?,
            reopen: connection.prepare(&format!(
                "update {table} set valid_to = {OPEN} where {same_key} and valid_to = ?{next}"
            ))?,
        })
    }

    /// Whether no earlier snapshot stored anything.
    pub fn is_first(&self) -> bool {
        self.first.is_some()
    }

    /// Stores one record as this snapshot saw it, see [`Self::flush`]. The last call for a key counts.
    pub fn put(
        &mut self,
        keys: &[&dyn ToSql],
        hash: ContentHash,
        content: &[&dyn ToSql],
    ) -> Result<Put, WarehouseError> {
        debug_assert_eq!(keys.len(), self.key_count, "a record has all its keys");
        if let Some(first) = &mut self.first {
            let hash: [&dyn ToSql; 2] = [&hash.high, &hash.low];
            first.put(keys.iter().chain(&hash).chain(content).copied())?;
            return Ok(Put::Opened);
        }
        bind(&mut self.find, keys)?;
        let open = {
            let mut rows = self.find.raw_query();
            match rows.next()? {
                Some(row) => {
                    let valid_from: i64 = row.get(0)?;
                    Some((valid_from, ContentHash { high: row.get(1)?, low: row.get(2)? }))
                }
                None => None,
            }
        };
        match open {
            Some((_, stored)) if stored == hash => return Ok(Put::Unchanged),
            Some((valid_from, _)) if valid_from == self.snapshot_id => {
                // The same record again within this snapshot: take back what was said before.
                bind(&mut self.delete, keys)?;
                self.delete.raw_execute()?;
                if self.reopen_if_same(keys, hash)? {
                    return Ok(Put::Opened);
                }
            }
            Some(_) => self.end(keys)?,
            None => {
                if self.reopen_if_same(keys, hash)? {
                    return Ok(Put::Opened);
                }
            }
        }
        self.insert(keys, hash, content)?;
        Ok(Put::Opened)
    }

    /// Stores what was put and still waits. The table has everything only after it.
    pub fn flush(&mut self) -> Result<(), WarehouseError> {
        self.first.as_mut().map_or(Ok(()), BatchInsert::flush)
    }

    /// Closes the open version of a record that is not there; one of this very snapshot never was.
    pub(super) fn close(&mut self, keys: &[&dyn ToSql]) -> Result<(), WarehouseError> {
        self.flush()?;
        bind(&mut self.find, keys)?;
        let valid_from: Option<i64> = {
            let mut rows = self.find.raw_query();
            rows.next()?.map(|row| row.get(0)).transpose()?
        };
        match valid_from {
            Some(valid_from) if valid_from == self.snapshot_id => {
                bind(&mut self.delete, keys)?;
                self.delete.raw_execute()?;
                Ok(())
            }
            Some(_) => self.end(keys),
            None => Ok(()),
        }
    }

    fn end(&mut self, keys: &[&dyn ToSql]) -> Result<(), WarehouseError> {
        bind(&mut self.close, keys)?;
        self.close.raw_bind_parameter(self.key_count + 1, self.snapshot_id)?;
        self.close.raw_execute()?;
        Ok(())
    }

    /// A version that this very snapshot closed and that says the same is opened again.
    fn reopen_if_same(&mut self, keys: &[&dyn ToSql], hash: ContentHash) -> Result<bool, WarehouseError> {
        bind(&mut self.find_before, keys)?;
        self.find_before.raw_bind_parameter(self.key_count + 1, self.snapshot_id)?;
        let is_same = {
            let mut rows = self.find_before.raw_query();
            match rows.next()? {
                Some(row) => hash == ContentHash { high: row.get(0)?, low: row.get(1)? },
                None => false,
            }
        };
        if is_same {
            bind(&mut self.reopen, keys)?;
            self.reopen.raw_bind_parameter(self.key_count + 1, self.snapshot_id)?;
            self.reopen.raw_execute()?;
        }
        Ok(is_same)
    }

    fn insert(
        &mut self,
        keys: &[&dyn ToSql],
        hash: ContentHash,
        content: &[&dyn ToSql],
    ) -> Result<(), WarehouseError> {
        bind(&mut self.insert, keys)?;
        // Behind the keys, valid_from and valid_to.
        let first = self.key_count + 3;
        self.insert.raw_bind_parameter(first, hash.high)?;
        self.insert.raw_bind_parameter(first + 1, hash.low)?;
        for (at, value) in content.iter().enumerate() {
            self.insert.raw_bind_parameter(first + 2 + at, value)?;
        }
        self.insert.raw_execute()?;
        Ok(())
    }
}

/// The statement of a table that has nothing yet.
fn first_insert<'c>(
    connection: &'c Session,
    shape: &Shape<'_>,
    snapshot_id: i64,
) -> Result<BatchInsert<'c>, WarehouseError> {
    let keys = [shape.keys, &["valid_from"]].concat();
    let columns = [shape.keys, &["hash_high", "hash_low"], shape.content].concat();
    let fixed = [("valid_from", snapshot_id), ("valid_to", OPEN)];
    BatchInsert::new(connection, shape.table, &keys, &columns, &fixed)
}

fn bind(statement: &mut Statement<'_>, keys: &[&dyn ToSql]) -> Result<(), WarehouseError> {
    for (at, key) in keys.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, key)?;
    }
    Ok(())
}
