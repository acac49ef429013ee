//! The calls that orgdrift makes, as a trait, and what they answer.
//!
//! A page is asked for by a [`Listing`] and a [`Position`] and never by an address that a reply named: a
//! reply's links may carry another host than the one that was asked.

use std::future::Future;

use serde_json::value::RawValue;

use super::{folder::Collection, wire::AccountSettings};
use crate::model::UserRole;

/// One way of reading one collection.
///
/// Lists hold what is there now, 100 records to a page at most. Exports hold what changed since a time,
/// deleted records among it, 1,000 to a page, and share a much smaller limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Listing {
    /// `GET /api/v2/organizations`
    Organizations,
    /// `GET /api/v2/users`
    Users,
    /// `GET /api/v2/organization_memberships`; there is no export of them.
    Memberships,
    /// `GET /api/v2/tickets`, with tickets of AI agents, without archived ones.
    Tickets,
    /// `GET /api/v2/incremental/organizations`, by time: the only export of organizations.
    OrganizationExport,
    /// `GET /api/v2/incremental/users/cursor`
    UserExport,
    /// `GET /api/v2/incremental/tickets/cursor`, with tickets of AI agents.
    TicketExport,
}

impl Listing {
    /// Returns the collection whose records it holds.
    pub const fn collection(self) -> Collection {
        match self {
            Self::Organizations | Self::OrganizationExport => Collection::Organizations,
            Self::Users | Self::UserExport => Collection::Users,
            Self::Memberships => Collection::Memberships,
            Self::Tickets | Self::TicketExport => Collection::Tickets,
        }
    }

    /// Whether it is an export.
    pub const fn is_export(self) -> bool {
        matches!(self, Self::OrganizationExport | Self::UserExport | Self::TicketExport)
    }
}

/// Where in a listing a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Position {
    /// At the beginning of a list.
    Start,
    /// In an export, with what changed since then: seconds since 1970.
    Since(i64),
    /// After the page that named this cursor; opaque.
    Cursor(String),
}

/// One page of a listing.
#[derive(Debug)]
pub struct Page {
    /// The records, as received.
    pub records: Vec<Box<RawValue>>,
    /// Where the page after it begins; at the end, where a later snapshot continues, which lists do not have.
    pub next: Option<Position>,
    /// The page said that none follows.
    pub is_end: bool,
    /// The server's time, ISO-8601 UTC to the second, where its reply had one.
    pub server_time: Option<String>,
}

/// Who is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// The user's id.
    pub id: i64,
    /// The role; none for a word that orgdrift does not know.
    pub role: Option<UserRole>,
    /// The server's time, ISO-8601 UTC to the second, where its reply had one.
    pub server_time: Option<String>,
}

/// What is read of a live account.
pub trait ReadApi: Sync {
    /// Why a call failed.
    type Error;

    /// Returns who is logged in. A reply without an id is a failed login, although its status is 200.
    fn me(&self) -> impl Future<Output = Result<Me, Self::Error>> + Send;

    /// Reads the account's settings.
    fn account_settings(&self) -> impl Future<Output = Result<AccountSettings, Self::Error>> + Send;

    /// Returns about how many records a collection has, for a progress bar; none where the API does not say.
    fn count(&self, collection: Collection) -> impl Future<Output = Result<Option<u64>, Self::Error>> + Send;

    /// Reads one page. Waits for the rate limit and tries again where that may help.
    fn page(
        &self,
        listing: Listing,
        position: &Position,
    ) -> impl Future<Output = Result<Page, Self::Error>> + Send;
}
