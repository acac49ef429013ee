//! Organization memberships.

use crate::warehouse::session::Session;

use super::{MembershipRecord, RecordWriter, stored::RecordVersions};
use crate::{
    model::fields,
    warehouse::{OPEN, WarehouseError},
};

/// Writes memberships.
pub struct MembershipWriter<'c> {
    connection: &'c Session,
    records: RecordVersions<'c>,
}

impl<'c> MembershipWriter<'c> {
    /// For one snapshot.
    pub fn new(connection: &'c Session, snapshot_id: i64) -> Result<Self, WarehouseError> {
        Ok(Self { connection, records: RecordVersions::new(connection, &fields::MEMBERSHIPS, snapshot_id)? })
    }

    /// Stores one membership.
    pub fn put(&mut self, record: &MembershipRecord<'_>) -> Result<(), WarehouseError> {
        self.records.put(record, &[])?;
        Ok(())
    }
}

impl RecordWriter for MembershipWriter<'_> {
    /// User and membership.
    type Key = (i64, i64);

    fn is_first(&self) -> bool {
        self.records.versions.is_first()
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.records.versions.flush()
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
        self.records.versions.close(&[&user_id, &membership_id])
    }
}
