//! What the writers of the collections have in common: the folder, and the journal of what they reached.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    error::StagingError,
    files::{JOURNAL, write_json},
    manifest::{Entry, Journal},
};
use crate::{safe_file::Durability, zendesk::folder::Collection};

/// What the writers of the collections have in common.
#[derive(Debug)]
pub(super) struct Commits {
    folder: PathBuf,
    journal: Mutex<Journal>,
}

impl Commits {
    /// Begins with a journal that was written to the folder already.
    pub(super) fn new(folder: &Path, journal: Journal) -> Self {
        Self { folder: folder.to_owned(), journal: Mutex::new(journal) }
    }

    /// What every collection has reached.
    pub(super) fn journal(&self) -> MutexGuard<'_, Journal> {
        // Whoever panicked left either the old journal or the new one.
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What one collection has reached.
    pub(super) fn entry(&self, collection: Collection) -> Option<Entry> {
        self.journal().collections.get(collection.name()).cloned()
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Commits what a collection's writer has reached.
    pub(super) fn commit(
        &self,
        collection: Collection,
        entry: &Entry,
        is_synced: bool,
    ) -> Result<(), StagingError> {
        let mut journal = self.journal();
        journal.collections.insert(collection.name().to_owned(), entry.clone());
        let durability = if is_synced { Durability::Synced } else { Durability::Later };
        write_json(&self.folder, JOURNAL, &*journal, durability)
    }
}
