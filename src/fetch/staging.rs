//! The folder that a fetch writes: private, resumable, never half a page.
//!
//! A page is committed in two steps: it is appended to its file as a gzip member of its own, then
//! `progress.json` is replaced, which says how long the file is up to there and where the next page begins.
//! What lies behind that length was not committed; resuming cuts it off. A killed command needs nothing
//! more. For a power failure files are synced every few seconds, and the length of then is kept beside the
//! other: whatever does not unpack after it is read again.

use std::{
    fs::{self, File},
    io,
    path::Path,
    sync::Arc,
};

use super::{
    commits::Commits,
    error::StagingError,
    files::{
        JOURNAL, MANIFEST, OLD_TEMPORARY, SETTINGS, file_name, is_temporary, lock, private_folder, read_json,
        sync_folder, write_json,
    },
    manifest::{Entry, Journal, Manifest, Options, State},
    writer::CollectionWriter,
};
use crate::{
    model::Outcome,
    safe_file::{self, Durability},
    zendesk::{folder::Collection, wire::AccountSettings},
};

/// What lies in a folder before a fetch.
#[derive(Debug)]
pub enum Found {
    /// No folder, an empty one, or what a killed command left of one that it was creating or removing.
    Nothing,
    /// A fetch, with what it says about itself.
    Fetch(Box<Manifest>),
}

/// Looks at a folder without changing it. One that holds something else is refused.
pub fn inspect(folder: &Path) -> Result<Found, StagingError> {
    let metadata = match fs::symlink_metadata(folder) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(StagingError::io("cannot read", folder)(error)),
    };
    if !metadata.is_dir() {
        return Err(StagingError::WrongKind { path: folder.to_owned(), expected: "folder" });
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(StagingError::io("cannot read", folder))? {
        names.push(entry.map_err(StagingError::io("cannot read", folder))?.file_name());
    }
    // The first file of a fetch, before it has its name.
    if names.iter().all(|name| is_temporary(name)) {
        return Ok(Found::Nothing);
    }
    match read_json::<Manifest>(&folder.join(MANIFEST)) {
        Ok(Some(manifest)) if manifest.state == State::Dropped => Ok(Found::Nothing),
        Ok(Some(manifest)) => Ok(Found::Fetch(Box::new(manifest))),
        // Folders of other origin have manifests of their own.
        Ok(None) | Err(StagingError::Damaged { .. }) => {
            Err(StagingError::Strangers { path: folder.to_owned() })
        }
        Err(error) => Err(error),
    }
}

/// Removes a fetched folder: the files of a fetch and nothing else.
pub fn remove(folder: &Path) -> Result<(), StagingError> {
    if let Found::Fetch(mut manifest) = inspect(folder)? {
        let _lock = lock(folder)?;
        // Killed in the middle, it must not pass for a whole one.
        manifest.state = State::Dropped;
        write_json(folder, MANIFEST, &manifest, Durability::Synced)?;
        clear(folder)?;
    } else {
        if !folder.exists() {
            return Ok(());
        }
        clear(folder)?;
    }
    fs::remove_dir(folder).map_err(StagingError::io("cannot remove", folder))
}

/// Notes that a finished fetch was ingested: the next one takes its place.
pub fn mark_ingested(folder: &Path) -> Result<(), StagingError> {
    let _lock = lock(folder)?;
    if let Found::Fetch(mut manifest) = inspect(folder)?
        && manifest.state == State::Complete
    {
        manifest.is_ingested = true;
        write_json(folder, MANIFEST, &manifest, Durability::Synced)?;
    }
    Ok(())
}

/// Removes the files of a fetch, the manifest last: as long as it is there, the folder is known.
fn clear(folder: &Path) -> Result<(), StagingError> {
    safe_file::sweep(folder);
    let mut names: Vec<String> = Collection::ALL.into_iter().map(file_name).collect();
    names.extend(OLD_TEMPORARY.map(ToOwned::to_owned));
    names.extend([SETTINGS.to_owned(), JOURNAL.to_owned(), MANIFEST.to_owned()]);
    for name in names {
        let path = folder.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(StagingError::io("cannot remove", path)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A folder that is being written. Nobody else writes it meanwhile.
#[derive(Debug)]
pub(super) struct Staging {
    manifest: Manifest,
    commits: Arc<Commits>,
    _lock: File,
}

impl Staging {
    /// Begins a fetch in a folder that does not exist or is empty.
    pub(super) fn create(folder: &Path, manifest: Manifest) -> Result<Self, StagingError> {
        match inspect(folder)? {
            Found::Nothing => {}
            Found::Fetch(found) => return Err(found.occupied(folder)),
        }
        if !folder.exists() {
            private_folder(folder).map_err(StagingError::io("cannot create", folder))?;
        }
        let lock = lock(folder)?;
        clear(folder)?;
        write_json(folder, MANIFEST, &manifest, Durability::Synced)?;
        Self::with(folder, manifest, Journal::default(), lock)
    }

    /// Resumes a fetch that was interrupted or is partial.
    pub(super) fn resume(folder: &Path) -> Result<Self, StagingError> {
        let lock = lock(folder)?;
        let Found::Fetch(mut manifest) = inspect(folder)? else {
            return Err(StagingError::Strangers { path: folder.to_owned() });
        };
        if manifest.state == State::Complete {
            return Err(manifest.occupied(folder));
        }
        let mut journal = read_json::<Journal>(&folder.join(JOURNAL))?.unwrap_or_default();
        for entry in journal.collections.values_mut() {
            reopen(entry, &manifest.options);
        }
        if manifest.state != State::Running {
            manifest.state = State::Running;
            manifest.collections.clear();
            write_json(folder, MANIFEST, &manifest, Durability::Synced)?;
        }
        Self::with(folder, *manifest, journal, lock)
    }

    fn with(
        folder: &Path,
        manifest: Manifest,
        mut journal: Journal,
        lock: File,
    ) -> Result<Self, StagingError> {
        for collection in Collection::ALL {
            journal
                .collections
                .entry(collection.name().to_owned())
                .or_insert_with(|| Entry::new(collection, &manifest.options));
        }
        write_json(folder, JOURNAL, &journal, Durability::Synced)?;
        let commits = Arc::new(Commits::new(folder, journal));
        Ok(Self { manifest, commits, _lock: lock })
    }

    pub(super) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Opens a collection for what follows what is there; `None` if it is done.
    pub(super) fn writer(&self, collection: Collection) -> Result<Option<CollectionWriter>, StagingError> {
        let entry = self.commits.entry(collection);
        match entry {
            Some(entry) if entry.outcome.is_none() => {
                CollectionWriter::open(Arc::clone(&self.commits), collection, entry, &self.manifest.options)
                    .map(Some)
            }
            _ => Ok(None),
        }
    }

    /// What is known of a collection.
    pub(super) fn entry(&self, collection: Collection) -> Option<Entry> {
        self.commits.entry(collection)
    }

    /// Writes the account's settings, as the API would.
    pub(super) fn write_settings(&self, settings: AccountSettings) -> Result<(), StagingError> {
        let user = match settings.multiple_organizations {
            Some(value) => serde_json::json!({ "multiple_organizations": value }),
            None => serde_json::json!({}),
        };
        let settings = serde_json::json!({ "settings": { "user": user } });
        write_json(self.commits.folder(), SETTINGS, &settings, Durability::Synced)
    }

    /// Whether the account's settings are there.
    pub(super) fn has_settings(&self) -> bool {
        self.commits.folder().join(SETTINGS).exists()
    }

    /// Ends the fetch: says in the manifest how far each collection was read.
    ///
    /// What can be resumed keeps its `progress.json`.
    pub(super) fn finish(mut self) -> Result<Manifest, StagingError> {
        let journal = self.commits.journal().clone();
        self.manifest.collections =
            journal.collections.iter().map(|(name, entry)| (name.clone(), entry.public())).collect();
        let is_complete = self.manifest.collections.values().all(|entry| entry.outcome == Outcome::Complete);
        self.manifest.state = if is_complete { State::Complete } else { State::Partial };
        let folder = self.commits.folder();
        write_json(folder, MANIFEST, &self.manifest, Durability::Synced)?;
        if is_complete {
            let path = folder.join(JOURNAL);
            fs::remove_file(&path).map_err(StagingError::io("cannot remove", path))?;
        }
        sync_folder(folder);
        Ok(self.manifest)
    }
}

/// What a resumed fetch tries again, and from where.
fn reopen(entry: &mut Entry, options: &Options) {
    match (entry.outcome, entry.reason.as_deref()) {
        (None | Some(Outcome::Complete), _) => {}
        // The server or the permission may be better now, and pages are counted again.
        (Some(Outcome::NotPermitted), _)
        | (Some(Outcome::Partial), Some("server_error" | "timed_out" | "bad_page" | "page_limit")) => {
            entry.outcome = None;
            entry.reason = None;
        }
        // The cursor led nowhere: only another beginning may help.
        (Some(_), _) => *entry = Entry::walk(entry.listing.collection(), options),
    }
}

impl Manifest {
    /// The refusal to begin another fetch where this one lies.
    pub fn occupied(&self, folder: &Path) -> StagingError {
        let (path, taken_at) = (folder.to_owned(), self.taken_at.clone());
        match self.state {
            State::Complete => StagingError::Finished { path, taken_at },
            State::Partial | State::Running | State::Dropped => StagingError::Unfinished { path, taken_at },
        }
    }
}
