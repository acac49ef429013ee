//! Listings by the names that the manifest uses.

use serde::{Deserialize, Deserializer, Serializer, de::Error};

use crate::zendesk::api::Listing;

const ALL: [Listing; 7] = [
    Listing::Organizations,
    Listing::Users,
    Listing::Memberships,
    Listing::Tickets,
    Listing::OrganizationExport,
    Listing::UserExport,
    Listing::TicketExport,
];

pub(super) const fn of(listing: Listing) -> &'static str {
    match listing {
        Listing::Organizations => "organizations",
        Listing::Users => "users",
        Listing::Memberships => "organization_memberships",
        Listing::Tickets => "tickets",
        Listing::OrganizationExport => "organization_export",
        Listing::UserExport => "user_export",
        Listing::TicketExport => "ticket_export",
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
pub(super) fn serialize<S: Serializer>(listing: &Listing, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(of(*listing))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Listing, D::Error> {
    let name = String::deserialize(deserializer)?;
    ALL.into_iter().find(|listing| of(*listing) == name).ok_or_else(|| D::Error::custom("no listing"))
}
