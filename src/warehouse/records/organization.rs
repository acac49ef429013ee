//! Organizations and the domains that they hold.

use rusqlite::Connection;

use super::{RecordWriter, open_ids};
use crate::warehouse::{
    WarehouseError,
    hash::ContentHasher,
    intervals::IntervalWriter,
    versions::{Put, Shape, VersionWriter},
};

/// An organization as it is stored.
#[derive(Debug)]
pub struct OrganizationRecord<'a> {
    /// Zendesk's id.
    pub organization_id: i64,
    /// Its name.
    pub name: &'a str,
    /// As received.
    pub external_id: Option<&'a str>,
    /// Trimmed; none if nothing remains.
    pub external_id_key: Option<&'a str>,
    /// The 18-character account id that the key stands for.
    pub external_account_id: Option<&'a str>,
    /// Members see each other's tickets.
    pub is_shared_tickets: bool,
    /// Members comment on each other's tickets.
    pub is_shared_comments: bool,
    /// JSON array, as received and in its order.
    pub domain_names: &'a str,
    /// Numbers of the plain hosts among them, sorted, none twice.
    pub domain_ids: &'a [i64],
    /// ISO-8601 UTC.
    pub created_at: Option<&'a str>,
}

/// Writes organizations.
pub struct OrganizationWriter<'c> {
    connection: &'c Connection,
    versions: VersionWriter<'c>,
    domains: IntervalWriter<'c>,
    hasher: ContentHasher,
}

impl<'c> OrganizationWriter<'c> {
    /// For one snapshot.
    pub fn new(connection: &'c Connection, snapshot_id: i64) -> Result<Self, WarehouseError> {
        const SHAPE: Shape = Shape {
            table: "_organization_versions",
            keys: &["organization_id"],
            content: &[
                "name",
                "external_id",
                "external_id_key",
                "external_account_id",
                "is_shared_tickets",
                "is_shared_comments",
                "domain_names",
                "created_at",
            ],
        };
        Ok(Self {
            connection,
            versions: VersionWriter::new(connection, &SHAPE, snapshot_id)?,
            domains: IntervalWriter::new(
                connection,
                "_organization_domain_versions",
                "organization_id",
                snapshot_id,
            )?,
            hasher: ContentHasher::default(),
        })
    }

    /// Stores one organization.
    pub fn put(&mut self, record: &OrganizationRecord<'_>) -> Result<(), WarehouseError> {
        let hasher = self.hasher.begin();
        hasher
            .text(Some(record.name))
            .text(record.external_id)
            .integer(Some(record.is_shared_tickets.into()))
            .integer(Some(record.is_shared_comments.into()))
            .text(Some(record.domain_names))
            .text(record.created_at);
        for &domain_id in record.domain_ids {
            hasher.integer(Some(domain_id));
        }
        let hash = hasher.finish();
        let put = self.versions.put(
            &[&record.organization_id],
            hash,
            &[
                &record.name,
                &record.external_id,
                &record.external_id_key,
                &record.external_account_id,
                &record.is_shared_tickets,
                &record.is_shared_comments,
                &record.domain_names,
                &record.created_at,
            ],
        )?;
        if put == Put::Opened {
            self.domains.set(&record.organization_id, record.domain_ids)?;
        }
        Ok(())
    }
}

impl RecordWriter for OrganizationWriter<'_> {
    type Key = i64;

    fn is_first(&self) -> bool {
        self.versions.is_first()
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.versions.flush()
    }

    fn open_keys(&self, visit: impl FnMut(i64)) -> Result<(), WarehouseError> {
        open_ids(self.connection, "_organization_versions", "organization_id", visit)
    }

    fn close(&mut self, organization_id: i64) -> Result<(), WarehouseError> {
        self.versions.close(&[&organization_id])?;
        self.domains.set(&organization_id, &[])
    }
}
