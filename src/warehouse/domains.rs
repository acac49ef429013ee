//! The dictionary of domains: records carry a number instead of the text.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Statement};

use crate::warehouse::session::Session;

use super::{WarehouseError, domain_list::DomainList};
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
    is_valid: fn(&str) -> bool,
    list: DomainList,
}

impl<'c> Domains<'c> {
    /// Prepares the dictionary. `is_valid` says whether a host is a key, see the identity module.
    pub fn new(connection: &'c Session, is_valid: fn(&str) -> bool) -> Result<Self, WarehouseError> {
        Ok(Self {
            known: HashMap::new(),
            find: connection
                .prepare("select domain_id, is_valid, listed_kind from _domains where domain = ?1")?,
            insert: connection.prepare(
                "insert into _domains (domain, is_valid, listed_kind) values (?1, ?2, ?3) returning domain_id",
            )?,
            is_valid,
            list: DomainList::load(connection.raw())?,
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
            let is_valid = (self.is_valid)(domain);
            let listed_kind = self.list.kind_of(domain);
            let row = (domain, is_valid, listed_kind.map(DomainKind::as_str));
            let id = self.insert.query_row(row, |row| row.get(0))?;
            KnownDomain { id, is_valid, listed_kind }
        };
        self.known.insert(domain.into(), known);
        Ok(known)
    }
}

/// Judges every stored domain again: by the normalizers of this binary and by the list as it stands now.
pub(super) fn judge_again(connection: &Connection, is_valid: fn(&str) -> bool) -> Result<(), WarehouseError> {
    let list = DomainList::load(connection)?;
    judge(connection, "select domain_id, domain, is_valid, listed_kind from _domains", [], |domain, _| {
        (is_valid(domain), list.kind_of(domain))
    })
}

/// Looks the domain and all below it up in the list again, after its entry changed.
pub(super) fn follow_entry(connection: &Connection, entry: &str) -> Result<(), WarehouseError> {
    let list = DomainList::load(connection)?;
    judge(
        connection,
        "select domain_id, domain, is_valid, listed_kind from _domains
         where domain = ?1 or substr(domain, -length(?1) - 1) = '.' || ?1",
        [entry],
        |domain, is_valid| (is_valid, list.kind_of(domain)),
    )
}

/// Stores what `verdict` says of the domains that `select` gives, where it says something else than is stored.
fn judge(
    connection: &Connection,
    select: &str,
    parameters: impl rusqlite::Params,
    verdict: impl Fn(&str, bool) -> (bool, Option<DomainKind>),
) -> Result<(), WarehouseError> {
    let mut changes = Vec::new();
    {
        let mut statement = connection.prepare(select)?;
        let mut rows = statement.query(parameters)?;
        while let Some(row) = rows.next()? {
            let (domain, was_valid): (String, bool) = (row.get(1)?, row.get(2)?);
            let was_listed: Option<String> = row.get(3)?;
            let (is_valid, kind) = verdict(&domain, was_valid);
            let listed = kind.map(DomainKind::as_str);
            if is_valid != was_valid || listed != was_listed.as_deref() {
                changes.push((row.get::<_, i64>(0)?, is_valid, listed));
            }
        }
    }
    let mut update =
        connection.prepare("update _domains set is_valid = ?2, listed_kind = ?3 where domain_id = ?1")?;
    for change in changes {
        update.execute(change)?;
    }
    Ok(())
}
