//! The dictionary of domains: records carry a number instead of the text.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Statement};

use crate::warehouse::session::Session;

use super::WarehouseError;

/// Gives plain hosts their numbers and remembers them for the length of one ingest.
pub struct Domains<'c> {
    known: HashMap<Box<str>, i64>,
    find: Statement<'c>,
    insert: Statement<'c>,
    is_valid: fn(&str) -> bool,
}

impl<'c> Domains<'c> {
    /// Prepares the dictionary. `is_valid` says whether a host is a key, see the identity module.
    pub fn new(connection: &'c Session, is_valid: fn(&str) -> bool) -> Result<Self, WarehouseError> {
        Ok(Self {
            known: HashMap::new(),
            find: connection.prepare("select domain_id from _domains where domain = ?1")?,
            insert: connection
                .prepare("insert into _domains (domain, is_valid) values (?1, ?2) returning domain_id")?,
            is_valid,
        })
    }

    /// The number of a plain, lower-case ASCII host.
    pub fn id(&mut self, domain: &str) -> Result<i64, WarehouseError> {
        if let Some(&id) = self.known.get(domain) {
            return Ok(id);
        }
        let stored: Option<i64> = self.find.query_row([domain], |row| row.get(0)).optional()?;
        let id = match stored {
            Some(id) => id,
            None => self.insert.query_row((domain, (self.is_valid)(domain)), |row| row.get(0))?,
        };
        self.known.insert(domain.into(), id);
        Ok(id)
    }
}
