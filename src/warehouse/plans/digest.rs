//! A digest of what a snapshot holds.

use rusqlite::types::ValueRef;

use crate::warehouse::session::Session;
use sha2::{Digest, Sha256};

use super::sql;
use crate::{
    catalog,
    model::{
        Source,
        fields::{self, Place, RecordTable},
    },
    warehouse::WarehouseError,
};

/// Returns the SHA-256 of what a snapshot holds, whatever the order in which it was read and whatever
/// numbers this warehouse gave to domains. Names and addresses of people are outside.
pub fn content_digest(
    connection: &Session,
    source: Source,
    snapshot_id: i64,
) -> Result<String, WarehouseError> {
    let parts: &[&str] = match source {
        Source::Salesforce => &["digest_accounts", "digest_account_domains", "digest_account_merges"],
        Source::Zendesk => &["digest_organizations", "digest_users", "digest_memberships", "digest_tickets"],
    };
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.as_bytes());
        let mut statement = connection.prepare(sql(part))?;
        let columns: Vec<(String, bool)> =
            statement.column_names().map(|name| (name.to_owned(), is_added(name))).collect();
        let mut rows = statement.query(&[(":snapshot_id", &snapshot_id)])?;
        while let Some(row) = rows.next()? {
            // Every value begins with its kind, every text with its length: no two rows look the same.
            digest.update(b"R");
            for (at, (name, is_added)) in columns.iter().enumerate() {
                let value = row.get_ref(at)?;
                if *is_added {
                    if value == ValueRef::Null {
                        continue;
                    }
                    digest.update(b"C");
                    digest.update(name.as_bytes());
                }
                match value {
                    ValueRef::Integer(integer) => {
                        digest.update(b"I");
                        digest.update(integer.to_le_bytes());
                    }
                    ValueRef::Text(text) => {
                        digest.update(b"T");
                        digest.update((text.len() as u64).to_le_bytes());
                        digest.update(text);
                    }
                    _ => digest.update(b"N"),
                }
            }
        }
    }
    Ok(catalog::hex(&digest.finalize()))
}

/// Whether a later schema added the column: where it is null, the snapshots of before have the digests that
/// they had.
fn is_added(name: &str) -> bool {
    let mut columns = fields::ALL.into_iter().flat_map(RecordTable::columns);
    columns.any(|column| column.place == Place::Added && column.name == name)
}
