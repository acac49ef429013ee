//! Organization memberships.

use rusqlite::Connection;

use super::RecordWriter;
use crate::warehouse::{
    OPEN, WarehouseError,
    hash::ContentHasher,
    versions::{Shape, VersionWriter},
};

/// A membership as it is stored.
#[derive(Debug)]
pub struct MembershipRecord<'a> {
    /// Zendesk's id.
    pub membership_id: i64,
    /// The member.
    pub user_id: i64,
    /// The organization.
    pub organization_id: i64,
    /// Whether the organization is the user's default; Zendesk sometimes says neither.
    pub is_default: Option<bool>,
    /// ISO-8601 UTC.
    pub created_at: Option<&'a str>,
}

/// Writes memberships.
pub struct MembershipWriter<'c> {
    connection: &'c Connection,
    versions: VersionWriter<'c>,
    hasher: ContentHasher,
}

impl<'c> MembershipWriter<'c> {
    /// For one snapshot.
    pub fn new(connection: &'c Connection, snapshot_id: i64) -> Result<Self, WarehouseError> {
        const SHAPE: Shape = Shape {
            table: "_membership_versions",
            keys: &["user_id", "membership_id"],
            content: &["organization_id", "is_default", "created_at"],
        };
        Ok(Self {
            connection,
            versions: VersionWriter::new(connection, &SHAPE, snapshot_id)?,
            hasher: ContentHasher::default(),
        })
    }

    /// Stores one membership.
    pub fn put(&mut self, record: &MembershipRecord<'_>) -> Result<(), WarehouseError> {
        let hash = self
            .hasher
            .begin()
            .integer(Some(record.organization_id))
            .integer(record.is_default.map(i64::from))
            .text(record.created_at)
            .finish();
        self.versions.put(
            &[&record.user_id, &record.membership_id],
            hash,
            &[&record.organization_id, &record.is_default, &record.created_at],
        )?;
        Ok(())
    }
}

impl RecordWriter for MembershipWriter<'_> {
    /// User and membership.
    type Key = (i64, i64);

    fn is_first(&self) -> bool {
        self.versions.is_first()
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.versions.flush()
    }

    fn open_keys(&self, mut visit: impl FnMut((i64, i64))) -> Result<(), WarehouseError> {
        let mut statement = self.connection.prepare(&format!(
            "select user_id, membership_id from _membership_versions where valid_to = {OPEN}
             order by user_id, membership_id"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit((row.get(0)?, row.get(1)?));
        }
        Ok(())
    }

    fn close(&mut self, (user_id, membership_id): (i64, i64)) -> Result<(), WarehouseError> {
        self.versions.close(&[&user_id, &membership_id])
    }
}
