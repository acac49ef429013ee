//! How far a fetch is, for whoever draws it.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};

use crate::zendesk::folder::Collection;

/// Counters that a fetch moves and a display reads; neither waits for the other.
#[derive(Debug, Default)]
pub struct Progress {
    collections: [CollectionProgress; 4],
}

/// How far one collection is.
#[derive(Debug, Default)]
pub struct CollectionProgress {
    pages: AtomicU64,
    rows: AtomicU64,
    /// The expected rows plus one; 0 where nobody knows.
    expected: AtomicU64,
    stage: AtomicU8,
}

/// What happens to a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing yet.
    Waiting,
    /// Pages are read.
    Reading,
    /// It was read to its end.
    Complete,
    /// It was given up.
    Incomplete,
}

impl Progress {
    /// Returns the counters of a collection.
    pub fn of(&self, collection: Collection) -> &CollectionProgress {
        &self.collections[collection as usize]
    }
}

impl CollectionProgress {
    /// Pages that were written.
    pub fn pages(&self) -> u64 {
        self.pages.load(Relaxed)
    }

    /// Records that were written.
    pub fn rows(&self) -> u64 {
        self.rows.load(Relaxed)
    }

    /// About how many records there will be, as far as the API says.
    pub fn expected(&self) -> Option<u64> {
        self.expected.load(Relaxed).checked_sub(1)
    }

    /// What happens to it.
    pub fn stage(&self) -> Stage {
        match self.stage.load(Relaxed) {
            0 => Stage::Waiting,
            1 => Stage::Reading,
            2 => Stage::Complete,
            _ => Stage::Incomplete,
        }
    }

    pub(super) fn expect(&self, rows: Option<u64>) {
        self.expected.store(rows.map_or(0, |rows| rows.saturating_add(1)), Relaxed);
    }

    pub(super) fn set(&self, pages: u64, rows: u64) {
        self.pages.store(pages, Relaxed);
        self.rows.store(rows, Relaxed);
    }

    pub(super) fn enter(&self, stage: Stage) {
        self.stage.store(stage as u8, Relaxed);
    }
}
