//! The list of domains that never identify a customer, as it stands: providers of personal addresses, disposable mail
//! services, hosts of platforms.
//!
//! Of the entries for a host and for those above it, the nearest decides. An entry that was taken off says that the host
//! may identify a customer, so a single sub-host of a platform can be taken off as well.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, Statement};

use super::WarehouseError;
use crate::{identity::hosts_above, model::DomainKind};

/// The list as it stands.
#[derive(Debug)]
pub(super) struct DomainList(HashMap<String, Entry>);

#[derive(Debug, Clone, Copy)]
struct Entry {
    kind: DomainKind,
    is_covering_sub_hosts: bool,
    is_removed: bool,
}

impl Entry {
    /// From kind, whether it covers sub-hosts, and whether it was taken off, in the columns from `first` on.
    fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Self>> {
        // The column has no other words.
        let Some(kind) = DomainKind::from_text(row.get_ref(first)?.as_str()?) else { return Ok(None) };
        let (is_covering_sub_hosts, is_removed) = (row.get(first + 1)?, row.get(first + 2)?);
        Ok(Some(Self { kind, is_covering_sub_hosts, is_removed }))
    }
}

impl DomainList {
    /// Reads the whole list.
    pub(super) fn load(connection: &Connection) -> Result<Self, WarehouseError> {
        let mut statement = connection
            .prepare("select domain, kind, is_covering_sub_hosts, is_removed from _personal_domains")?;
        let mut rows = statement.query([])?;
        let mut entries = HashMap::new();
        while let Some(row) = rows.next()? {
            if let Some(entry) = Entry::read(row, 1)? {
                entries.insert(row.get(0)?, entry);
            }
        }
        Ok(Self(entries))
    }

    /// The kind of the entry that covers the host, if one does.
    pub(super) fn kind_of(&self, host: &str) -> Option<DomainKind> {
        let Ok(kind) = nearest(host, |above| Ok::<_, std::convert::Infallible>(self.0.get(above).copied()));
        kind
    }
}

/// The kind of the entry that covers one host, looked up without the rest of the list.
pub(super) fn kind_of(connection: &Connection, host: &str) -> Result<Option<DomainKind>, WarehouseError> {
    LookUp::new(connection)?.kind_of(host)
}

/// So many hosts are looked up one by one before the list is read: it has fifteen thousand entries, and most small
/// readings bring fewer hosts than that pays for.
const FEW: u32 = 1_000;

/// The list for hosts that come one after another, of which nobody knows how many there will be.
pub(super) struct LookUp<'c> {
    connection: &'c Connection,
    find: Statement<'c>,
    hosts: u32,
    list: Option<DomainList>,
}

impl<'c> LookUp<'c> {
    /// Prepares to look up.
    pub(super) fn new(connection: &'c Connection) -> Result<Self, WarehouseError> {
        let find = connection.prepare(
            "select kind, is_covering_sub_hosts, is_removed from _personal_domains where domain = ?1",
        )?;
        Ok(Self { connection, find, hosts: 0, list: None })
    }

    /// The kind of the entry that covers the host, if one does.
    pub(super) fn kind_of(&mut self, host: &str) -> Result<Option<DomainKind>, WarehouseError> {
        if self.list.is_none() {
            if self.hosts < FEW {
                self.hosts += 1;
                let find = &mut self.find;
                let entry = |above: &str| {
                    find.query_row([above], |row| Entry::read(row, 0)).optional().map(Option::flatten)
                };
                return Ok(nearest(host, entry)?);
            }
            self.list = Some(DomainList::load(self.connection)?);
        }
        Ok(self.list.as_ref().and_then(|list| list.kind_of(host)))
    }
}

/// The kind of the nearest entry for a host or above it, if it covers the host.
fn nearest<E>(
    host: &str,
    mut entry: impl FnMut(&str) -> Result<Option<Entry>, E>,
) -> Result<Option<DomainKind>, E> {
    for above in hosts_above(host) {
        if let Some(entry) = entry(above)?.filter(|entry| above == host || entry.is_covering_sub_hosts) {
            return Ok((!entry.is_removed).then_some(entry.kind));
        }
    }
    Ok(None)
}
