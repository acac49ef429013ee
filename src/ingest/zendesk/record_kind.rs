//! The kinds of records, and what stores each of them.

use crate::{
    ingest::{
        IngestError,
        seen::{Key, Seen},
    },
    model::fields::Absent,
    warehouse::WarehouseError,
    zendesk::{
        folder::{Kind, Place},
        wire::ApiRecord,
    },
};

/// A kind of record of the API.
pub(super) trait RecordKind: for<'a> Kind<Record<'a>: ApiRecord> {}

impl<K: for<'a> Kind<Record<'a>: ApiRecord>> RecordKind for K {}

/// Stores the records of one kind.
pub(super) trait Intake<K: RecordKind> {
    /// Identifies a record.
    type Key: Key;

    /// The key of a record that belongs into the snapshot; none for one that does not.
    fn key(&self, record: &K::Record<'_>) -> Option<Self::Key>;

    /// Whether the record says of itself that it is deleted.
    fn is_gone(&self, _record: &K::Record<'_>) -> bool {
        false
    }

    /// The keys that the record lacks.
    fn absent(&self, record: &K::Record<'_>) -> Absent {
        record.absent()
    }

    /// What a key is called for people.
    fn field_name<'n>(&'n self, key: &'n str) -> &'n str {
        key
    }

    /// The user whose changes make something else of an unchanged record.
    fn user_id(&self, _record: &K::Record<'_>) -> Option<i64> {
        None
    }

    /// Stores a record; of several with one key the last one counts. Whether the same bytes, read again, need not be looked
    /// at: nothing in the record was doubted or left out.
    fn put(&mut self, place: Place, record: &K::Record<'_>) -> Result<bool, IngestError>;

    /// Stores what was put and still waits.
    fn flush(&mut self) -> Result<(), WarehouseError>;

    /// Takes back a record.
    fn close(&mut self, key: Self::Key) -> Result<(), WarehouseError>;

    /// Closes every record that is not among the keys. There is none if no earlier snapshot stored any.
    fn close_unseen(&mut self, seen: &Seen<Self::Key>) -> Result<u64, WarehouseError>;

    /// Counts the records in force that are not among these, which are sorted.
    fn count_open_without(&self, gone: &[Self::Key]) -> Result<u64, WarehouseError>;

    /// Brings records that did not come up to date with what the snapshot knows of others.
    fn follow(&mut self) -> Result<(), WarehouseError> {
        Ok(())
    }

    /// Closes what an incomplete reading shows under another key: a record is there once.
    fn close_moved(&mut self, _seen: &Seen<Self::Key>) -> Result<(), WarehouseError> {
        Ok(())
    }

    /// From now on records come again, so that doubts about them are stored already.
    fn be_quiet(&mut self);
}
