//! A folder of API records: one file for each collection, read as a stream.
//!
//! ```text
//! organizations.ndjson  users.ndjson  organization_memberships.ndjson  tickets.ndjson
//! account_settings.json  manifest.json
//! ```
//!
//! Each collection may also be `.json`, and each file but the manifest may end in `.gz`. How a file is
//! read is decided by what is in it, see [`CollectionReading`]. A record is handed to a callback as soon
//! as it is read and borrows from the file's window, so memory does not grow with the file.

mod completeness;
mod diagnose;
mod error;
mod manifest;
mod raw;
mod reader;
mod shape;
mod small;
mod source;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::model::fields::{self, RecordTable};

use super::wire::{AccountSettings, Membership, Organization, Ticket, User};
use reader::Reader;
use source::{Source, file_name};

pub use error::{FolderError, Spot};
pub use manifest::{ARCHIVED_NOT_LISTED, Claim, CollectionManifest, Manifest, Origin};

/// One of the four collections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Collection {
    /// Organizations.
    Organizations,
    /// Users.
    Users,
    /// Organization memberships.
    Memberships,
    /// Tickets.
    Tickets,
}

impl Collection {
    /// The collections, in the order in which they are read.
    pub const ALL: [Self; 4] = [Self::Organizations, Self::Users, Self::Memberships, Self::Tickets];

    /// Returns the API's name, which is also the file's name and the name of the list in a page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Organizations => "organizations",
            Self::Users => "users",
            Self::Memberships => "organization_memberships",
            Self::Tickets => "tickets",
        }
    }

    /// Returns the fields of its records.
    pub const fn fields(self) -> &'static RecordTable {
        match self {
            Self::Organizations => &fields::ORGANIZATIONS,
            Self::Users => &fields::USERS,
            Self::Memberships => &fields::MEMBERSHIPS,
            Self::Tickets => &fields::TICKETS,
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|collection| collection.name() == name)
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A collection as a type, which decides the type of its records.
pub trait Kind {
    /// The record, which borrows from the file's window.
    type Record<'a>: Deserialize<'a>;
    /// The collection.
    const COLLECTION: Collection;
}

/// Organizations, as a type.
#[derive(Debug, Clone, Copy)]
pub enum Organizations {}

impl Kind for Organizations {
    type Record<'a> = Organization<'a>;
    const COLLECTION: Collection = Collection::Organizations;
}

/// Users, as a type.
#[derive(Debug, Clone, Copy)]
pub enum Users {}

impl Kind for Users {
    type Record<'a> = User<'a>;
    const COLLECTION: Collection = Collection::Users;
}

/// Organization memberships, as a type.
#[derive(Debug, Clone, Copy)]
pub enum Memberships {}

impl Kind for Memberships {
    type Record<'a> = Membership<'a>;
    const COLLECTION: Collection = Collection::Memberships;
}

/// Tickets, as a type.
#[derive(Debug, Clone, Copy)]
pub enum Tickets {}

impl Kind for Tickets {
    type Record<'a> = Ticket<'a>;
    const COLLECTION: Collection = Collection::Tickets;
}

/// Where a record stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The record's number in the file, from 1.
    pub number: u64,
    /// The line on which it begins, from 1.
    pub line: u64,
}

/// Whether a file holds all of its collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing says that a record is missing.
    Complete,
    /// The file itself says that records are missing.
    Partial(PartialReason),
}

/// Why a file does not hold all of its collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartialReason {
    /// The last page says that another follows.
    MoreToCome,
    /// The first page says that another came before it.
    StartsMidway,
}

impl PartialReason {
    /// Returns the reason's code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::MoreToCome => "more_to_come",
            Self::StartsMidway => "starts_midway",
        }
    }
}

/// What one reading of a collection's file found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionReading {
    /// How many records were delivered; the same id twice counts twice.
    pub row_count: u64,
    /// How many pages the file holds; 1 for a plain list and for single records.
    pub page_count: u64,
    /// Whether the file holds all of its collection.
    pub outcome: Outcome,
    /// Whether the last page says that none follows. Lists and single records cannot say it.
    pub end_of_stream_seen: bool,
    /// The first page's cursor, opaque.
    pub first_cursor: Option<String>,
    /// The last page's cursor, opaque.
    pub last_cursor: Option<String>,
    /// The BLAKE3 digest of the file as stored, in lower-case hex.
    pub blake3: String,
    /// The size of the file as stored.
    pub bytes: u64,
}

/// A folder of API records.
#[derive(Debug, Clone)]
pub struct Folder {
    /// In the order of [`Collection::ALL`].
    files: [Option<PathBuf>; 4],
    settings: Option<PathBuf>,
    manifest: Option<PathBuf>,
}

impl Folder {
    /// Finds the files of a folder. Nothing in them is read yet.
    pub fn open(folder: &Path) -> Result<Self, FolderError> {
        let path = folder.display().to_string();
        match fs::metadata(folder) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(FolderError::NotAFolder { path }),
            Err(source) => return Err(FolderError::Unreadable { file: path, source }),
        }
        // A folder that may be entered but not listed would look empty.
        if let Err(source) = fs::read_dir(folder) {
            return Err(FolderError::Unreadable { file: path, source });
        }
        let mut files = [None, None, None, None];
        for (file, collection) in files.iter_mut().zip(Collection::ALL) {
            *file = find(folder, collection.name(), &[".ndjson", ".json", ".ndjson.gz", ".json.gz"])?;
        }
        if files.iter().all(Option::is_none) {
            return Err(FolderError::NoCollections { path });
        }
        Ok(Self {
            files,
            settings: find(folder, "account_settings", &[".json", ".json.gz"])?,
            manifest: find(folder, "manifest", &[".json"])?,
        })
    }

    /// Returns the file of a collection; `None` where the folder has none.
    pub fn file(&self, collection: Collection) -> Option<&Path> {
        self.files[collection as usize].as_deref()
    }

    /// Reads the manifest; without one, nothing is known.
    pub fn manifest(&self) -> Result<Manifest, FolderError> {
        match &self.manifest {
            Some(path) => manifest::read_manifest(path),
            None => Ok(Manifest::default()),
        }
    }

    /// Reads the account's settings; `None` where the folder has none.
    pub fn account_settings(&self) -> Result<Option<AccountSettings>, FolderError> {
        self.settings.as_deref().map(small::read_settings).transpose()
    }

    /// Reads a collection to its end and hands over each record, in the file's order.
    ///
    /// The first error ends the reading, whether of the file or of the callback: what was delivered
    /// before it is no collection, and the caller drops it.
    ///
    /// ```no_run
    /// # use std::path::Path;
    /// use orgdrift::zendesk::folder::{Folder, FolderError, Users};
    ///
    /// let folder = Folder::open(Path::new("zendesk"))?;
    /// let mut suspended = 0;
    /// folder.read::<Users, FolderError>(|_, user| {
    ///     suspended += u64::from(user.suspended);
    ///     Ok(())
    /// })?;
    /// # Ok::<(), FolderError>(())
    /// ```
    pub fn read<K: Kind, E: From<FolderError>>(
        &self,
        deliver: impl FnMut(Place, K::Record<'_>) -> Result<(), E>,
    ) -> Result<CollectionReading, E> {
        let collection = K::COLLECTION;
        let path = self.file(collection).ok_or(FolderError::Absent { collection })?;
        read_source::<K, E>(Source::open(path)?, deliver)
    }
}

fn read_source<K: Kind, E: From<FolderError>>(
    mut source: Source,
    deliver: impl FnMut(Place, K::Record<'_>) -> Result<(), E>,
) -> Result<CollectionReading, E> {
    let tally = Reader::<K, _>::new(&mut source, deliver).run()?;
    let raw = source.finish();
    Ok(CollectionReading {
        row_count: tally.rows,
        page_count: tally.pages.max(1),
        outcome: tally.outcome(),
        end_of_stream_seen: tally.end_seen(),
        first_cursor: tally.first_cursor,
        last_cursor: tally.last_cursor,
        blake3: raw.blake3,
        bytes: raw.bytes,
    })
}

/// Finds the one file with a name and one of the endings.
fn find(folder: &Path, name: &str, endings: &[&str]) -> Result<Option<PathBuf>, FolderError> {
    let mut found: Option<PathBuf> = None;
    for ending in endings {
        let path = folder.join(format!("{name}{ending}"));
        // A link to nowhere is there, too: reading it fails, and the collection is not just absent.
        if fs::symlink_metadata(&path).is_err() {
            continue;
        }
        if let Some(first) = found {
            return Err(FolderError::TwoCandidates { first: file_name(&first), second: file_name(&path) });
        }
        found = Some(path);
    }
    Ok(found)
}
