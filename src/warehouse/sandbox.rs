//! A snapshot as the records that the API would answer.

use rusqlite::{OptionalExtension, named_params};

use super::{Warehouse, WarehouseError};
use crate::{
    catalog::files,
    model::{MultipleOrganizations, Source},
};

/// A Zendesk snapshot that is to be served.
#[derive(Debug, Clone)]
pub struct ServedSnapshot {
    /// Its id.
    pub snapshot_id: i64,
    /// The account's subdomain, if it is known.
    pub subdomain: Option<String>,
    /// Whether a user may belong to several organizations, if it is known.
    pub multiple_organizations: Option<bool>,
}

/// The text of a statement of `queries/sandbox`.
fn text(stem: &str) -> &'static str {
    files::SANDBOX
        .iter()
        .find(|file| file.stem == stem)
        .expect("the statements of a sandbox are in the catalog")
        .sql
}

impl Warehouse {
    /// Finds a Zendesk snapshot, the newest one without an id.
    pub fn served_snapshot(&self, id: Option<i64>) -> Result<Option<ServedSnapshot>, WarehouseError> {
        let mut statement = self.connection.prepare(
            "select snapshot_id, source_identity, multiple_organizations
             from snapshots
             where source = ?1 and (?2 is null or snapshot_id = ?2)
             order by snapshot_id desc limit 1",
        )?;
        let row = statement.query_row((Source::Zendesk.as_str(), id), |row| {
            let identity: Option<String> = row.get(1)?;
            let setting: Option<String> = row.get(2)?;
            Ok(ServedSnapshot {
                snapshot_id: row.get(0)?,
                subdomain: identity.map(|text| text.split('/').next().unwrap_or_default().to_owned()),
                multiple_organizations: match setting.as_deref().and_then(MultipleOrganizations::from_text) {
                    Some(MultipleOrganizations::Allowed) => Some(true),
                    Some(MultipleOrganizations::NotAllowed) => Some(false),
                    Some(MultipleOrganizations::Unknown) | None => None,
                },
            })
        });
        Ok(row.optional()?)
    }

    /// Calls `visit` with each record of a collection as of a snapshot, as JSON text. The collection has the
    /// API's name.
    pub fn for_each_record<E: From<WarehouseError>>(
        &self,
        collection: &str,
        snapshot_id: i64,
        mut visit: impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self.connection.prepare(text(collection)).map_err(WarehouseError::from)?;
        let mut rows =
            statement.query(named_params! {":snapshot_id": snapshot_id}).map_err(WarehouseError::from)?;
        while let Some(row) = rows.next().map_err(WarehouseError::from)? {
            let record: String = row.get(0).map_err(WarehouseError::from)?;
            visit(&record)?;
        }
        Ok(())
    }
}
