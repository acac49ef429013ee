//! Users.

use crate::warehouse::session::Session;

use super::{RecordWriter, UserRecord, open_ids, stored::RecordVersions};
use crate::{model::fields, warehouse::WarehouseError};

impl UserRecord<'_> {
    /// An active, unsuspended end user: the domain decides whether it is eligible.
    pub fn is_active_end_user(&self) -> bool {
        self.role == Some("end-user")
            && self.is_active == Some(true)
            && self.is_suspended == Some(false)
            && self.undecided_fields.is_none()
    }
}

/// Writes users.
pub struct UserWriter<'c> {
    connection: &'c Session,
    records: RecordVersions<'c>,
}

impl<'c> UserWriter<'c> {
    /// For one snapshot.
    pub fn new(connection: &'c Session, snapshot_id: i64) -> Result<Self, WarehouseError> {
        Ok(Self { connection, records: RecordVersions::new(connection, &fields::USERS, snapshot_id)? })
    }

    /// Stores one user.
    pub fn put(&mut self, record: &UserRecord<'_>) -> Result<(), WarehouseError> {
        self.records.put(record, &[])?;
        Ok(())
    }
}

impl RecordWriter for UserWriter<'_> {
    type Key = i64;

    fn is_first(&self) -> bool {
        self.records.versions.is_first()
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.records.versions.flush()
    }

    fn open_keys(&self, visit: impl FnMut(i64)) -> Result<(), WarehouseError> {
        open_ids(self.connection, "_user_versions", "user_id", visit)
    }

    fn close(&mut self, user_id: i64) -> Result<(), WarehouseError> {
        self.records.versions.close(&[&user_id])
    }
}
