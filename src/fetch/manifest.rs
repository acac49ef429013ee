//! What a fetched folder says about itself.
//!
//! `manifest.json` is for whoever reads the folder: whose records they are, when they were read, and how
//! far each collection was read. `progress.json` is for whoever resumes a fetch: where the next page
//! begins and how long each file is up to there. It is gone once everything was read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::listing_name;
use crate::{
    clock,
    model::{ContinueAt, Outcome, Reading},
    zendesk::{
        api::{Listing, Position},
        folder::Collection,
    },
};

/// Returns where a page begins, as it is stored; the beginning of a list is `None`.
pub(super) fn mark_of(position: &Position) -> Option<ContinueAt> {
    match position {
        Position::Start => None,
        Position::Since(time) => Some(ContinueAt::Time(*time)),
        Position::Cursor(cursor) => Some(ContinueAt::Cursor(cursor.clone())),
    }
}

/// Returns the position that [`mark_of`] was given.
pub(super) fn position_of(mark: Option<&ContinueAt>) -> Position {
    match mark {
        None => Position::Start,
        Some(ContinueAt::Time(time)) => Position::Since(*time),
        Some(ContinueAt::Cursor(cursor)) => Position::Cursor(cursor.clone()),
    }
}

/// How far a whole fetch got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Every collection was read to its end.
    Complete,
    /// A collection was not, and everything else is done.
    Partial,
    /// It is being written, or was interrupted.
    Running,
    /// It is being removed, and something of it may be gone.
    Dropped,
}

/// How tickets are read in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketListing {
    /// All of them, archived ones too, 1,000 to a page of which an account allows ten a minute.
    Export,
    /// Without archived ones, 100 to a page of the ordinary limit.
    List,
}

/// Where continued readings begin; a collection that has none is read in full.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Starts {
    /// A time: organizations have no other export.
    pub organizations: Option<ContinueAt>,
    /// A time after a list, a cursor after an export.
    pub users: Option<ContinueAt>,
    /// A cursor.
    pub tickets: Option<ContinueAt>,
}

impl Starts {
    pub(super) fn of(&self, collection: Collection) -> Option<&ContinueAt> {
        match collection {
            Collection::Organizations => self.organizations.as_ref(),
            Collection::Users => self.users.as_ref(),
            Collection::Tickets => self.tickets.as_ref(),
            Collection::Memberships => None,
        }
    }
}

/// What is fetched, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// How tickets are read in full.
    pub tickets: TicketListing,
    /// Subjects of tickets are kept.
    pub with_subjects: bool,
    /// Only tickets that changed since then are asked for, ISO-8601 UTC: all that were created since are
    /// among them.
    pub since: Option<String>,
    /// Where continued readings begin.
    #[serde(default)]
    pub starts: Starts,
}

/// `manifest.json`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// The account.
    pub subdomain: String,
    /// The server's time of the first reply, ISO-8601 UTC.
    pub taken_at: String,
    /// `api`: the program asked itself.
    pub source: Source,
    /// How far the fetch got.
    pub state: State,
    /// A warehouse took it, and nobody waits for it any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_ingested: bool,
    /// The program's version.
    pub tool_version: String,
    /// What was asked for.
    pub options: Options,
    /// By the API's name; empty while the fetch runs.
    #[serde(default)]
    pub collections: BTreeMap<String, CollectionEntry>,
}

/// Who says when the records were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The API.
    Api,
}

/// What the manifest says about one collection.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CollectionEntry {
    /// The listing that was read.
    pub listing: String,
    /// How far.
    pub outcome: Outcome,
    /// Why not to the end.
    pub reason: Option<String>,
    /// The server's time before the first page, ISO-8601 UTC.
    pub started_at: Option<String>,
    /// The server's time after the last page, ISO-8601 UTC.
    pub finished_at: Option<String>,
    /// Pages in the file.
    pub pages: u64,
    /// Records in the file; one may come twice.
    pub rows: u64,
    /// What the file holds.
    pub reading: Reading,
    /// Where a continued reading began.
    pub since: Option<ContinueAt>,
    /// Where a later snapshot may continue.
    pub continue_at: Option<ContinueAt>,
    /// The cursor of the first page.
    pub first_cursor: Option<String>,
    /// The cursor of the last page.
    pub last_cursor: Option<String>,
}

/// `progress.json`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Journal {
    pub(super) collections: BTreeMap<String, Entry>,
}

/// How far one file is good.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// The length of the file up to here.
    pub(super) length: u64,
    /// Where the next page begins; the beginning of a list is null.
    pub(super) next: Option<ContinueAt>,
    pub(super) pages: u64,
    pub(super) rows: u64,
    pub(super) last_cursor: Option<String>,
}

/// How far one collection is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    #[serde(with = "listing_name")]
    pub(super) listing: Listing,
    pub(super) reading: Reading,
    pub(super) since: Option<ContinueAt>,
    pub(super) started_at: Option<String>,
    pub(super) finished_at: Option<String>,
    pub(super) first_cursor: Option<String>,
    pub(super) outcome: Option<Outcome>,
    pub(super) reason: Option<String>,
    pub(super) continue_at: Option<ContinueAt>,
    /// What a killed command leaves behind.
    pub(super) written: Mark,
    /// What a power failure leaves behind at least.
    pub(super) synced: Mark,
}

impl Entry {
    /// Returns the entry of a collection of which nothing was read.
    pub(super) fn new(collection: Collection, options: &Options) -> Self {
        match options.starts.of(collection) {
            Some(since) => {
                Self::at(export_of(collection), Reading::Continued, Some(since.clone()), Some(since.clone()))
            }
            None => Self::walk(collection, options),
        }
    }

    /// Returns the entry of a collection that is read in full.
    pub(super) fn walk(collection: Collection, options: &Options) -> Self {
        let (listing, next) = match (collection, options.tickets) {
            (Collection::Organizations, _) => (Listing::Organizations, None),
            (Collection::Users, _) => (Listing::Users, None),
            (Collection::Memberships, _) => (Listing::Memberships, None),
            (Collection::Tickets, TicketListing::List) => (Listing::Tickets, None),
            (Collection::Tickets, TicketListing::Export) => {
                // What was created since then also changed since then.
                let since = options.since.as_deref().and_then(clock::unix_seconds).unwrap_or(0);
                (Listing::TicketExport, Some(ContinueAt::Time(since.max(0))))
            }
        };
        Self::at(listing, Reading::Walk, None, next)
    }

    fn at(listing: Listing, reading: Reading, since: Option<ContinueAt>, next: Option<ContinueAt>) -> Self {
        let mark = Mark { next, ..Mark::default() };
        Self {
            listing,
            reading,
            since,
            started_at: None,
            finished_at: None,
            first_cursor: None,
            outcome: None,
            reason: None,
            continue_at: None,
            written: mark.clone(),
            synced: mark,
        }
    }

    /// Whether it leads through all records of its collection, so that their count is that of its rows.
    pub(super) fn is_of_all(&self, options: &Options) -> bool {
        self.reading == Reading::Walk && (self.listing != Listing::TicketExport || options.since.is_none())
    }

    /// What the manifest says about it. Whatever has no outcome was not read to its end.
    pub(super) fn public(&self) -> CollectionEntry {
        CollectionEntry {
            listing: listing_name::of(self.listing).to_owned(),
            outcome: self.outcome.unwrap_or(Outcome::Partial),
            reason: self.reason.clone(),
            started_at: self.started_at.clone(),
            finished_at: self.finished_at.clone(),
            pages: self.written.pages,
            rows: self.written.rows,
            reading: self.reading,
            since: self.since.clone(),
            continue_at: self.continue_at.clone(),
            first_cursor: self.first_cursor.clone(),
            last_cursor: self.written.last_cursor.clone(),
        }
    }
}

fn export_of(collection: Collection) -> Listing {
    match collection {
        Collection::Organizations => Listing::OrganizationExport,
        Collection::Users => Listing::UserExport,
        Collection::Tickets => Listing::TicketExport,
        Collection::Memberships => Listing::Memberships,
    }
}
