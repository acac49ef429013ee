//! A connection as the modules of the warehouse take it. SQLite's own types stay among them: others hold a
//! transaction, hand it on and commit it.

use std::ops::Deref;

use rusqlite::{CachedStatement, Connection, Params, Row, Statement, TransactionBehavior};

use super::WarehouseError;

/// An open connection. Only the warehouse can ask it something.
#[derive(Debug)]
pub struct Session(Connection);

impl Session {
    pub(super) fn new(connection: Connection) -> Self {
        Self(connection)
    }

    /// SQLite's own type, for what sets up a connection.
    pub(super) fn raw(&self) -> &Connection {
        &self.0
    }

    /// The same, for what is hung into it.
    pub(super) fn raw_mut(&mut self) -> &mut Connection {
        &mut self.0
    }

    pub(super) fn close(self) -> Result<(), WarehouseError> {
        self.0.close().map_err(|(_, error)| error.into())
    }

    pub(super) fn prepare(&self, sql: &str) -> rusqlite::Result<Statement<'_>> {
        self.0.prepare(sql)
    }

    pub(super) fn prepare_cached(&self, sql: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.0.prepare_cached(sql)
    }

    pub(super) fn query_row<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.0.query_row(sql, parameters, read)
    }

    pub(super) fn execute(&self, sql: &str, parameters: impl Params) -> rusqlite::Result<usize> {
        self.0.execute(sql, parameters)
    }

    pub(super) fn execute_batch(&self, sql: &str) -> rusqlite::Result<()> {
        self.0.execute_batch(sql)
    }
}

/// The one transaction of an operation. What it wrote is gone unless it is committed.
#[derive(Debug)]
pub struct Transaction<'w> {
    session: &'w Session,
    transaction: rusqlite::Transaction<'w>,
}

impl<'w> Transaction<'w> {
    pub(super) fn begin(session: &'w Session) -> Result<Self, WarehouseError> {
        let transaction =
            rusqlite::Transaction::new_unchecked(session.raw(), TransactionBehavior::Immediate)?;
        Ok(Self { session, transaction })
    }

    /// Makes what it wrote visible.
    ///
    /// # Errors
    /// The disk.
    pub fn commit(self) -> Result<(), WarehouseError> {
        Ok(self.transaction.commit()?)
    }
}

impl Deref for Transaction<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        self.session
    }
}
