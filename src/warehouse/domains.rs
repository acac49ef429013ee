//! The dictionary of domains: records carry a number instead of the text.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Statement};

use crate::warehouse::session::Session;

use super::{
    WarehouseError,
    domain_list::{DomainList, LookUp},
};
use crate::model::DomainKind;

/// A domain as the dictionary has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownDomain {
    /// Its number in this warehouse.
    pub id: i64,
    /// Whether it is a key.
    pub is_valid: bool,
    /// The kind of the entry that covers it in the list of domains that identify nobody.
    pub listed_kind: Option<DomainKind>,
}

impl KnownDomain {
    /// Whether it can identify a customer as the list stands now.
    pub fn is_usable(self) -> bool {
        self.is_valid && self.listed_kind.is_none()
    }
}

/// Gives plain hosts their numbers and remembers them for the length of one ingest.
pub struct Domains<'c> {
    known: HashMap<Box<str>, KnownDomain>,
    find: Statement<'c>,
    insert: Statement<'c>,
    registrable: fn(&str) -> Option<&str>,
    listed: LookUp<'c>,
}

impl<'c> Domains<'c> {
    /// Prepares the dictionary. `registrable` gives the registrable part of a host that is a key, see the identity
    /// module.
    pub fn new(
        connection: &'c Session,
        registrable: fn(&str) -> Option<&str>,
    ) -> Result<Self, WarehouseError> {
        Ok(Self {
            known: HashMap::new(),
            find: connection
                .prepare("select domain_id, is_valid, listed_kind from _domains where domain = ?1")?,
            insert: connection.prepare(
                "insert into _domains (domain, is_valid, listed_kind, registrable) values (?1, ?2, ?3, ?4)
                 returning domain_id",
            )?,
            registrable,
            listed: LookUp::new(connection.raw())?,
        })
    }

    /// The number of a plain, lower-case ASCII host.
    pub fn id(&mut self, domain: &str) -> Result<i64, WarehouseError> {
        Ok(self.get(domain)?.id)
    }

    /// The number of a plain, lower-case ASCII host, and what is known of it.
    pub fn get(&mut self, domain: &str) -> Result<KnownDomain, WarehouseError> {
        if let Some(&known) = self.known.get(domain) {
            return Ok(known);
        }
        let stored = self
            .find
            .query_row([domain], |row| {
                let kind: Option<String> = row.get(2)?;
                Ok(KnownDomain {
                    id: row.get(0)?,
                    is_valid: row.get(1)?,
                    listed_kind: kind.as_deref().and_then(DomainKind::from_text),
                })
            })
            .optional()?;
        let known = if let Some(known) = stored {
            known
        } else {
            let registrable = (self.registrable)(domain);
            let is_valid = registrable.is_some();
            let listed_kind = self.listed.kind_of(domain)?;
            let row = (domain, is_valid, listed_kind.map(DomainKind::as_str), registrable);
            let id = self.insert.query_row(row, |row| row.get(0))?;
            KnownDomain { id, is_valid, listed_kind }
        };
        self.known.insert(domain.into(), known);
        Ok(known)
    }
}

/// Judges every stored domain again: by the normalizers of this binary and by the list as it stands now.
pub(super) fn judge_again(
    connection: &Connection,
    registrable: fn(&str) -> Option<&str>,
) -> Result<(), WarehouseError> {
    // A new warehouse has none, and the list is long.
    if connection.query_row("select not exists (select 1 from _domains)", [], |row| row.get(0))? {
        return Ok(());
    }
    let list = DomainList::load(connection)?;
    let mut changes = Vec::new();
    {
        let mut statement = connection
            .prepare("select domain_id, domain, is_valid, listed_kind, registrable from _domains")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (domain, was_valid): (String, bool) = (row.get(1)?, row.get(2)?);
            let (was_listed, was_part): (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
            let part = registrable(&domain);
            let listed = list.kind_of(&domain).map(DomainKind::as_str);
            if part.is_some() != was_valid || listed != was_listed.as_deref() || part != was_part.as_deref() {
                changes.push((row.get::<_, i64>(0)?, part.is_some(), listed, part.map(str::to_owned)));
            }
        }
    }
    let mut update = connection.prepare(
        "update _domains set is_valid = ?2, listed_kind = ?3, registrable = ?4 where domain_id = ?1",
    )?;
    for change in changes {
        update.execute(change)?;
    }
    Ok(())
}

/// Looks the domain and all below it up in the list again, after its entry changed.
pub(super) fn follow_entry(connection: &Connection, entry: &str) -> Result<(), WarehouseError> {
    let list = DomainList::load(connection)?;
    let mut changes = Vec::new();
    {
        let mut statement = connection.prepare(
            "select domain_id, domain, listed_kind from _domains
             where domain = ?1 or substr(domain, -length(?1) - 1) = '.' || ?1",
        )?;
        let mut rows = statement.query([entry])?;
        while let Some(row) = rows.next()? {
            let (domain, was_listed): (String, Option<String>) = (row.get(1)?, row.get(2)?);
            let listed = list.kind_of(&domain).map(DomainKind::as_str);
            if listed != was_listed.as_deref() {
                changes.push((row.get::<_, i64>(0)?, listed));
            }
        }
    }
    let mut update = connection.prepare("update _domains set listed_kind = ?2 where domain_id = ?1")?;
    for change in changes {
        update.execute(change)?;
    }
    Ok(())
}
