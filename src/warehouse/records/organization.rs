//! Organizations and the domains that they hold.

use crate::warehouse::session::Session;

use super::{OrganizationRecord, RecordWriter, keys::KeyWriter, open_ids, stored::RecordVersions};
use crate::{
    model::fields,
    warehouse::{WarehouseError, intervals::IntervalWriter, versions::Put},
};

/// Writes organizations.
pub struct OrganizationWriter<'c> {
    connection: &'c Session,
    records: RecordVersions<'c>,
    domains: IntervalWriter<'c>,
    keys: KeyWriter<'c>,
}

impl<'c> OrganizationWriter<'c> {
    /// For one snapshot.
    pub fn new(connection: &'c Session, snapshot_id: i64) -> Result<Self, WarehouseError> {
        let domains =
            IntervalWriter::new(connection, "_organization_domain_versions", "organization_id", snapshot_id)?;
        let records = RecordVersions::new(connection, &fields::ORGANIZATIONS, snapshot_id)?;
        Ok(Self { connection, records, domains, keys: KeyWriter::new(connection, snapshot_id)? })
    }

    /// Stores one organization with the numbers of the plain hosts among its domains, and with the accounts that
    /// its fields name, by field. Both are sorted, none twice.
    pub fn put(
        &mut self,
        record: &OrganizationRecord<'_>,
        domain_ids: &[i64],
        accounts: &[(&str, String)],
    ) -> Result<(), WarehouseError> {
        if self.records.put(record, domain_ids)? == Put::Opened {
            self.domains.set(&record.organization_id, domain_ids)?;
            self.keys.set(record.organization_id, accounts)?;
        }
        Ok(())
    }
}

impl RecordWriter for OrganizationWriter<'_> {
    type Key = i64;

    fn is_first(&self) -> bool {
        self.records.versions.is_first()
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.records.versions.flush()
    }

    fn open_keys(&self, visit: impl FnMut(i64)) -> Result<(), WarehouseError> {
        open_ids(self.connection, "_organization_versions", "organization_id", visit)
    }

    fn close(&mut self, organization_id: i64) -> Result<(), WarehouseError> {
        self.records.versions.close(&[&organization_id])?;
        self.domains.set(&organization_id, &[])?;
        self.keys.set(organization_id, &[])
    }
}
