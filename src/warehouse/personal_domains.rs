//! The list of domains that never identify a customer: bundled entries, and what the operator makes of them.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};

use super::{Warehouse, WarehouseError, domain_list::kind_of, domains};
use crate::{catalog, model::DomainKind};

/// What a change of the list did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The list is different now.
    Done,
    /// It already was so: covered by an entry of that kind, or by none.
    AlreadySo(Option<DomainKind>),
}

impl Warehouse {
    /// Puts a domain on the list. A personal one is named exactly; the others stand for their sub-hosts too.
    pub fn add_personal_domain(
        &self,
        domain: &str,
        kind: DomainKind,
        now: &str,
    ) -> Result<Change, WarehouseError> {
        let transaction = self.begin()?;
        if let Some(kind) = kind_of(transaction.raw(), domain)? {
            return Ok(Change::AlreadySo(Some(kind)));
        }
        // An entry that made an exception of the domain; without it, another may cover it.
        transaction.execute(
            "delete from _personal_domains where domain = ?1 and origin = 'operator' and is_removed = 1",
            [domain],
        )?;
        let covered = kind_of(transaction.raw(), domain)?;
        if covered != Some(kind) {
            let is_covering_sub_hosts = kind != DomainKind::Personal;
            // A bundled one that was taken off is put back as it was.
            transaction.execute(
                "insert into _personal_domains (domain, origin, is_removed, changed_at, kind, is_covering_sub_hosts)
                 values (?1, 'operator', 0, ?2, ?3, ?4)
                 on conflict (domain) do update set is_removed = 0, changed_at = excluded.changed_at",
                (domain, now, kind.as_str(), is_covering_sub_hosts),
            )?;
        }
        domains::follow_entry(transaction.raw(), domain)?;
        transaction.commit()?;
        Ok(Change::Done)
    }

    /// Takes a domain off the list. A bundled one stays known as removed, so that an upgrade does not
    /// bring it back; one that an entry above it covers becomes an exception.
    pub fn remove_personal_domain(&self, domain: &str, now: &str) -> Result<Change, WarehouseError> {
        let transaction = self.begin()?;
        let Some(kind) = kind_of(transaction.raw(), domain)? else {
            return Ok(Change::AlreadySo(None));
        };
        let origin: Option<String> = transaction
            .query_row("select origin from _personal_domains where domain = ?1", [domain], |row| row.get(0))
            .optional()?;
        // Also one that the operator added before a newer orgdrift brought it.
        let is_bundled = origin.is_some() && catalog::bundled_domains().any(|entry| entry.domain == domain);
        if is_bundled {
            transaction.execute(
                "update _personal_domains set is_removed = 1, origin = 'bundled', changed_at = ?2
                 where domain = ?1",
                (domain, now),
            )?;
        } else {
            transaction.execute("delete from _personal_domains where domain = ?1", [domain])?;
        }
        if let Some(above) = kind_of(transaction.raw(), domain)? {
            transaction.execute(
                "insert into _personal_domains (domain, origin, is_removed, changed_at, kind, is_covering_sub_hosts)
                 values (?1, 'operator', 1, ?2, ?3, ?4)",
                (domain, now, above.as_str(), kind != DomainKind::Personal),
            )?;
        }
        domains::follow_entry(transaction.raw(), domain)?;
        transaction.commit()?;
        Ok(Change::Done)
    }
}

/// Brings the bundled entries up to date; what the operator decided stays.
pub(super) fn synchronize(connection: &Connection) -> Result<(), WarehouseError> {
    connection.execute("delete from _personal_domains where origin = 'bundled' and is_removed = 0", [])?;
    // Fifteen thousand of them: a statement for each list is a fraction of one for each entry.
    let mut insert = connection.prepare(
        "insert into _personal_domains (domain, origin, is_removed, kind, is_covering_sub_hosts)
         select value, 'bundled', 0, ?2, ?3 from json_each(?1) where true
         on conflict (domain) do update
         set kind = excluded.kind, is_covering_sub_hosts = excluded.is_covering_sub_hosts
         where origin = 'bundled'",
    )?;
    let mut lists: BTreeMap<(&str, bool), String> = BTreeMap::new();
    for entry in catalog::bundled_domains() {
        let list = lists.entry((entry.kind.as_str(), entry.is_covering_sub_hosts)).or_default();
        // A host needs no escapes.
        list.push_str(if list.is_empty() { "[\"" } else { "\",\"" });
        list.push_str(entry.domain);
    }
    for ((kind, is_covering_sub_hosts), list) in lists {
        insert.execute((list + "\"]", kind, is_covering_sub_hosts))?;
    }
    Ok(())
}
