//! Users.

use rusqlite::Connection;

use super::{RecordWriter, open_ids};
use crate::warehouse::{
    WarehouseError,
    hash::ContentHasher,
    versions::{Shape, VersionWriter},
};

/// A user as it is stored.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the API has these flags, and they are independent")]
pub struct UserRecord<'a> {
    /// Zendesk's id.
    pub user_id: i64,
    /// Its name.
    pub name: &'a str,
    /// As received.
    pub email: Option<&'a str>,
    /// Number of the e-mail domain, if that is a plain host.
    pub email_domain_id: Option<i64>,
    /// As received.
    pub external_id: Option<&'a str>,
    /// Trimmed; none if nothing remains.
    pub external_id_key: Option<&'a str>,
    /// `end-user`, `agent` or `admin`.
    pub role: &'a str,
    /// The address was verified.
    pub is_verified: bool,
    /// Not deleted.
    pub is_active: bool,
    /// Suspended.
    pub is_suspended: bool,
    /// Shared from another Zendesk account, so it cannot be updated here.
    pub is_shared: bool,
    /// The default organization.
    pub default_organization_id: Option<i64>,
    /// ISO-8601 UTC.
    pub created_at: Option<&'a str>,
}

impl UserRecord<'_> {
    /// An active, unsuspended end user: the domain decides whether it is eligible.
    pub fn is_active_end_user(&self) -> bool {
        self.role == "end-user" && self.is_active && !self.is_suspended
    }
}

/// Writes users.
pub struct UserWriter<'c> {
    connection: &'c Connection,
    versions: VersionWriter<'c>,
    hasher: ContentHasher,
}

impl<'c> UserWriter<'c> {
    /// For one snapshot.
    pub fn new(connection: &'c Connection, snapshot_id: i64) -> Result<Self, WarehouseError> {
        const SHAPE: Shape = Shape {
            table: "_user_versions",
            keys: &["user_id"],
            content: &[
                "name",
                "email",
                "email_domain_id",
                "external_id",
                "external_id_key",
                "role",
                "is_verified",
                "is_active",
                "is_suspended",
                "is_shared",
                "default_organization_id",
                "created_at",
            ],
        };
        Ok(Self {
            connection,
            versions: VersionWriter::new(connection, &SHAPE, snapshot_id)?,
            hasher: ContentHasher::default(),
        })
    }

    /// Stores one user.
    pub fn put(&mut self, record: &UserRecord<'_>) -> Result<(), WarehouseError> {
        let hash = self
            .hasher
            .begin()
            .text(Some(record.name))
            .text(record.email)
            .integer(record.email_domain_id)
            .text(record.external_id)
            .text(Some(record.role))
            .integer(Some(record.is_verified.into()))
            .integer(Some(record.is_active.into()))
            .integer(Some(record.is_suspended.into()))
            .integer(Some(record.is_shared.into()))
            .integer(record.default_organization_id)
            .text(record.created_at)
            .finish();
        self.versions.put(
            &[&record.user_id],
            hash,
            &[
                &record.name,
                &record.email,
                &record.email_domain_id,
                &record.external_id,
                &record.external_id_key,
                &record.role,
                &record.is_verified,
                &record.is_active,
                &record.is_suspended,
                &record.is_shared,
                &record.default_organization_id,
                &record.created_at,
            ],
        )?;
        Ok(())
    }
}

impl RecordWriter for UserWriter<'_> {
    type Key = i64;

    fn is_first(&self) -> bool {
        self.versions.is_first()
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.versions.flush()
    }

    fn open_keys(&self, visit: impl FnMut(i64)) -> Result<(), WarehouseError> {
        open_ids(self.connection, "_user_versions", "user_id", visit)
    }

    fn close(&mut self, user_id: i64) -> Result<(), WarehouseError> {
        self.versions.close(&[&user_id])
    }
}
