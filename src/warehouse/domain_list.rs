//! The list of domains that never identify a customer, as it stands: providers of personal addresses, disposable mail
//! services, hosts of platforms.
//!
//! Of the entries for a host and for those above it, the nearest decides. An entry that was taken off says that the host
//! may identify a customer, so a single sub-host of a platform can be taken off as well.

use std::collections::HashMap;

use rusqlite::Connection;

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

impl DomainList {
    /// Reads the whole list.
    pub(super) fn load(connection: &Connection) -> Result<Self, WarehouseError> {
        let mut statement = connection
            .prepare("select domain, kind, is_covering_sub_hosts, is_removed from _personal_domains")?;
        let mut rows = statement.query([])?;
        let mut entries = HashMap::new();
        while let Some(row) = rows.next()? {
            let kind: String = row.get(1)?;
            // The column has no other words.
            let Some(kind) = DomainKind::from_text(&kind) else { continue };
            let entry = Entry { kind, is_covering_sub_hosts: row.get(2)?, is_removed: row.get(3)? };
            entries.insert(row.get(0)?, entry);
        }
        Ok(Self(entries))
    }

    /// The kind of the entry that covers the host, if one does.
    pub(super) fn kind_of(&self, host: &str) -> Option<DomainKind> {
        hosts_above(host)
            .find_map(|above| self.0.get(above).filter(|entry| above == host || entry.is_covering_sub_hosts))
            .filter(|entry| !entry.is_removed)
            .map(|entry| entry.kind)
    }
}
