//! Users.

use crate::warehouse::session::Session;

use rusqlite::params;

use super::{
    RecordWriter, UserRecord, open_ids,
    stored::{RecordVersions, Stored, content_hash},
};
use crate::{
    model::{UserRole, fields},
    warehouse::{WarehouseError, forgotten::Forgotten, hash::ContentHasher},
};

impl UserRecord<'_> {
    /// An active, unsuspended end user: the domain decides whether it is eligible.
    pub fn is_active_end_user(&self) -> bool {
        self.role == Some(UserRole::EndUser.as_str())
            && self.is_active == Some(true)
            && self.is_suspended == Some(false)
            && self.undecided_fields.is_none()
    }

    /// Takes away what names the person. The domain of the address stays: it names a company.
    fn blank(&mut self) {
        self.name = "";
        self.email = None;
        self.external_id = None;
        self.external_id_key = None;
    }
}

/// Takes away what names a person in every version. The hashes are those of the blanked record, so that the same record
/// in the next snapshot is no change.
pub fn blank_user(connection: &Session, user_id: i64) -> Result<(), WarehouseError> {
    let mut hasher = ContentHasher::default();
    let mut blanked = Vec::new();
    let mut statement = connection.prepare("select * from _user_versions where user_id = ?1")?;
    let mut rows = statement.query([user_id])?;
    while let Some(row) = rows.next()? {
        let mut record = UserRecord::from_row(row)?;
        record.blank();
        blanked.push((row.get::<_, i64>("valid_from")?, content_hash(&mut hasher, &record, &[])));
    }
    drop(rows);
    for (valid_from, hash) in blanked {
        connection.execute(
            "update _user_versions
             set name = '', email = null, external_id = null, external_id_key = null, hash_high = ?3, hash_low = ?4
             where user_id = ?1 and valid_from = ?2",
            params![user_id, valid_from, hash.high, hash.low],
        )?;
    }
    Ok(())
}

/// Writes users.
pub struct UserWriter<'c> {
    connection: &'c Session,
    records: RecordVersions<'c>,
    forgotten: Forgotten,
}

impl<'c> UserWriter<'c> {
    /// For one snapshot.
    pub fn new(connection: &'c Session, snapshot_id: i64) -> Result<Self, WarehouseError> {
        let records = RecordVersions::new(connection, &fields::USERS, snapshot_id)?;
        Ok(Self { connection, records, forgotten: Forgotten::load(connection)? })
    }

    /// Whether a person asked to be forgotten, so that nothing that names it may be stored.
    pub fn is_forgotten(&self, user_id: i64, address: Option<&str>) -> bool {
        self.forgotten.has(user_id, address)
    }

    /// Stores one user; of one that is to be forgotten nothing that names it. Returns whether it is to be forgotten.
    pub fn put(&mut self, mut record: UserRecord<'_>) -> Result<bool, WarehouseError> {
        let is_forgotten = self.is_forgotten(record.user_id, record.email);
        if is_forgotten {
            record.blank();
        }
        self.records.put(&record, &[])?;
        Ok(is_forgotten)
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
