//! The calls: a closed set of paths.

use std::borrow::Cow;

use crate::zendesk::{api::Listing, folder::Collection};

/// A call of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Who is logged in.
    Me,
    /// The account's settings.
    Settings,
    /// How many records a collection has.
    Count(Collection),
    /// One page of a listing.
    Page(Listing),
    /// One organization.
    Organization(i64),
    /// The organizations with an `external_id`.
    OrganizationSearch,
    /// One user.
    User(i64),
    /// The memberships of a user.
    MembershipsOf(i64),
    /// The identities of a user: addresses and the like.
    IdentitiesOf(i64),
    /// A new access token.
    Token,
}

impl Call {
    /// The path below the host.
    pub fn path(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Organization(id) => return Cow::Owned(format!("/api/v2/organizations/{id}")),
            Self::User(id) => return Cow::Owned(format!("/api/v2/users/{id}")),
            Self::MembershipsOf(id) => {
                return Cow::Owned(format!("/api/v2/users/{id}/organization_memberships"));
            }
            Self::IdentitiesOf(id) => return Cow::Owned(format!("/api/v2/users/{id}/identities")),
            Self::OrganizationSearch => "/api/v2/organizations/search",
            Self::Me => "/api/v2/users/me",
            Self::Settings => "/api/v2/account/settings",
            Self::Count(Collection::Organizations) => "/api/v2/organizations/count",
            Self::Count(Collection::Users) => "/api/v2/users/count",
            Self::Count(Collection::Memberships) => "/api/v2/organization_memberships/count",
            Self::Count(Collection::Tickets) => "/api/v2/tickets/count",
            Self::Page(Listing::Organizations) => "/api/v2/organizations",
            Self::Page(Listing::Users) => "/api/v2/users",
            Self::Page(Listing::Memberships) => "/api/v2/organization_memberships",
            Self::Page(Listing::Tickets) => "/api/v2/tickets",
            Self::Page(Listing::OrganizationExport) => "/api/v2/incremental/organizations",
            Self::Page(Listing::UserExport) => "/api/v2/incremental/users/cursor",
            Self::Page(Listing::TicketExport) => "/api/v2/incremental/tickets/cursor",
            Self::Token => "/oauth/tokens",
        })
    }

    /// The listing of which it reads a page.
    pub const fn listing(self) -> Option<Listing> {
        match self {
            Self::Page(listing) => Some(listing),
            _ => None,
        }
    }
}
