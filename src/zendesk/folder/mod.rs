//! A folder of API records: one file for each collection, read as a stream.
//!
//! ```text
//! organizations.ndjson  users.ndjson  organization_memberships.ndjson  tickets.ndjson
//! account_settings.json  manifest.json
//! ```
//!
//! Each collection may also be `.jsonl` or `.json`, in parts (`users-2.ndjson`), or a sub-folder of its name; each
//! file but the manifest may end in `.gz`. How a file is read is decided by what is in it, see [`CollectionReading`]. A record is handed to a callback as soon
//! as it is read and borrows from the file's window, so memory does not grow with the file.

mod ahead;
mod completeness;
mod diagnose;
mod error;
mod find;
mod manifest;
mod parts;
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
use completeness::Tally;
use reader::Reader;
use source::{Source, file_name};

pub use error::{FolderError, Spot};
pub use manifest::{ARCHIVED_NOT_LISTED, Claim, CollectionManifest, Manifest, Origin};
pub use parts::Parts;

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
    /// The line on which it begins, from 1, in its own file where there are several.
    pub line: u64,
    /// When an exporter's wrapper says that it was read, in seconds since 1970.
    pub extracted_at: Option<i64>,
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

/// Takes what the files of a collection hold.
pub trait Sink<K: Kind, E> {
    /// Whether the record of a line is known already and need not be read; it counts as delivered. Only a line that holds one
    /// record is asked about, without its end, and [`Self::take`] is next called with its record if it is not known.
    fn passes(&mut self, _line: &[u8]) -> Result<bool, E> {
        Ok(false)
    }

    /// Takes a record.
    fn take(&mut self, place: Place, record: K::Record<'_>) -> Result<(), E>;
}

/// Takes every record.
struct Every<F>(F);

impl<K, E, F> Sink<K, E> for Every<F>
where
    K: Kind,
    F: FnMut(Place, K::Record<'_>) -> Result<(), E>,
{
    fn take(&mut self, place: Place, record: K::Record<'_>) -> Result<(), E> {
        self.0(place, record)
    }
}

/// A folder of API records.
#[derive(Debug, Clone)]
pub struct Folder {
    /// In the order of [`Collection::ALL`].
    files: [Vec<PathBuf>; 4],
    /// Whether the files are exports one after the other, all of which are read.
    appended: [bool; 4],
    unread: Vec<String>,
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
        let found = find::find(folder)?;
        if found.files.iter().all(Vec::is_empty) {
            return Err(FolderError::NoCollections { path });
        }
        Ok(Self {
            files: found.files,
            appended: [false; 4],
            unread: found.unread,
            settings: find_one(folder, "account_settings", &[".json", ".json.gz"])?,
            manifest: find_one(folder, "manifest", &[".json"])?,
        })
    }

    /// Decides which of several files of a collection are read. Exports one after the other are refused without
    /// a choice.
    pub fn settle_parts(&mut self, parts: Option<Parts>) -> Result<(), FolderError> {
        for collection in Collection::ALL {
            let files = &self.files[collection as usize];
            let (files, is_appended) = match collection {
                Collection::Organizations => parts::settle::<Organizations>(files, parts),
                Collection::Users => parts::settle::<Users>(files, parts),
                Collection::Memberships => parts::settle::<Memberships>(files, parts),
                Collection::Tickets => parts::settle::<Tickets>(files, parts),
            }?;
            self.files[collection as usize] = files;
            self.appended[collection as usize] = is_appended;
        }
        Ok(())
    }

    /// Returns the files of a collection in the order in which they are read.
    pub fn files(&self, collection: Collection) -> &[PathBuf] {
        &self.files[collection as usize]
    }

    /// Returns whether a collection is put together from exports one after the other.
    pub fn is_appended(&self, collection: Collection) -> bool {
        self.appended[collection as usize]
    }

    /// Returns the names of files that are not read.
    pub fn unread(&self) -> &[String] {
        &self.unread
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
    /// before it is not a collection, and the caller drops it.
    ///
    /// ```no_run
    /// # use std::path::Path;
    /// use orgdrift::zendesk::folder::{Folder, FolderError, Users};
    ///
    /// let folder = Folder::open(Path::new("zendesk"))?;
    /// let mut suspended = 0;
    /// folder.read::<Users, FolderError>(|_, user| {
    ///     suspended += u64::from(user.suspended == Some(true));
    ///     Ok(())
    /// })?;
    /// # Ok::<(), FolderError>(())
    /// ```
    pub fn read<K: Kind, E: From<FolderError>>(
        &self,
        deliver: impl FnMut(Place, K::Record<'_>) -> Result<(), E>,
    ) -> Result<CollectionReading, E> {
        self.read_into::<K, E>(&mut Every(deliver))
    }

    /// Reads a collection to its end as [`Self::read`] does, into something that may know lines already.
    pub fn read_into<K: Kind, E: From<FolderError>>(
        &self,
        sink: &mut impl Sink<K, E>,
    ) -> Result<CollectionReading, E> {
        let collection = K::COLLECTION;
        match self.files(collection) {
            [] => Err(FolderError::Absent { collection }.into()),
            files => read_sources::<K, E>(files.iter().map(|path| Source::open(path)), sink),
        }
    }
}

/// Reads files as the parts of one collection, in their order.
fn read_files<K: Kind, E: From<FolderError>>(
    files: &[PathBuf],
    deliver: impl FnMut(Place, K::Record<'_>) -> Result<(), E>,
) -> Result<CollectionReading, E> {
    read_sources::<K, E>(files.iter().map(|path| Source::open(path)), &mut Every(deliver))
}

fn read_sources<K: Kind, E: From<FolderError>>(
    sources: impl Iterator<Item = Result<Source, FolderError>>,
    sink: &mut impl Sink<K, E>,
) -> Result<CollectionReading, E> {
    let mut tally = Tally::default();
    let (mut digests, mut bytes) = (Vec::new(), 0);
    for source in sources {
        let mut source = source?;
        tally = Reader::<K, _, E>::new(&mut source, tally, sink).run()?;
        let raw = source.finish();
        digests.push(raw.blake3);
        bytes += raw.bytes;
    }
    Ok(CollectionReading {
        row_count: tally.rows,
        page_count: tally.pages.max(digests.len() as u64),
        outcome: tally.outcome(),
        end_of_stream_seen: tally.end_seen(),
        first_cursor: tally.first_cursor,
        last_cursor: tally.last_cursor,
        blake3: match digests.as_slice() {
            [one] => one.clone(),
            all => blake3::hash(all.concat().as_bytes()).to_hex().to_string(),
        },
        bytes,
    })
}

/// Finds the one file with a name and one of the endings.
fn find_one(folder: &Path, name: &str, endings: &[&str]) -> Result<Option<PathBuf>, FolderError> {
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
