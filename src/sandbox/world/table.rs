//! One collection, by id and by the second of the last change.

use std::collections::{BTreeMap, BTreeSet};

use super::record::Record;

/// A record.
#[derive(Debug)]
pub(in crate::sandbox) struct Row<R> {
    /// Its JSON text.
    pub(in crate::sandbox) raw: Box<str>,
    /// The second of its last change.
    pub(in crate::sandbox) at: i64,
    /// The fields that answers need.
    pub(in crate::sandbox) record: R,
}

/// A collection.
#[derive(Debug)]
pub(in crate::sandbox) struct Table<R> {
    rows: BTreeMap<i64, Row<R>>,
    by_time: BTreeSet<(i64, i64)>,
    /// The greatest id that there ever was.
    last_id: i64,
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), by_time: BTreeSet::new(), last_id: 0 }
    }
}

impl<R: Record> Table<R> {
    pub(in crate::sandbox) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(in crate::sandbox) fn get(&self, id: i64) -> Option<&Row<R>> {
        self.rows.get(&id)
    }

    /// The rows behind an id, in the order of their ids.
    pub(in crate::sandbox) fn after(&self, id: i64) -> impl Iterator<Item = (i64, &Row<R>)> {
        let first = id.saturating_add(1);
        self.rows.range(first..).filter(move |_| id < i64::MAX).map(|(&id, row)| (id, row))
    }

    /// All rows, in the order of their ids.
    pub(in crate::sandbox) fn iter(&self) -> impl Iterator<Item = (i64, &Row<R>)> {
        self.rows.iter().map(|(&id, row)| (id, row))
    }

    /// The rows behind a change, in the order of their last changes.
    pub(in crate::sandbox) fn changed_after(
        &self,
        last: (i64, i64),
    ) -> impl Iterator<Item = ((i64, i64), &Row<R>)> {
        self.by_time
            .range((std::ops::Bound::Excluded(last), std::ops::Bound::Unbounded))
            .filter_map(|&at| Some((at, self.rows.get(&at.1)?)))
    }

    /// Returns an id that no record has or had.
    pub(in crate::sandbox) fn free_id(&self) -> i64 {
        self.last_id.saturating_add(1)
    }

    /// Adds a record; none has its id.
    pub(super) fn add(&mut self, id: i64, row: Row<R>) {
        self.last_id = self.last_id.max(id);
        self.by_time.insert((row.at, id));
        self.rows.insert(id, row);
    }

    pub(super) fn remove(&mut self, id: i64) -> Option<Row<R>> {
        let row = self.rows.remove(&id)?;
        self.by_time.remove(&(row.at, id));
        Some(row)
    }
}
