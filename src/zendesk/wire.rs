//! The records of the Zendesk Support API, reduced to the fields that are used.
//!
//! Strings are borrowed from the text they were read from: a record lives as long as the line or the
//! page that holds it, and a caller copies what it keeps. Unknown fields are ignored. Message bodies
//! and comments have no field here on purpose: what is never read cannot leak.
//!
//! # What is refused
//!
//! An id that is missing, not an integer, not positive or beyond 64 bits; a value of the wrong type;
//! a time that is none. A field that Zendesk may leave empty accepts both null and absence.
//!
//! Field lists: <https://developer.zendesk.com/api-reference/ticketing/organizations/organizations/>,
//! <https://developer.zendesk.com/api-reference/ticketing/users/users/>,
//! <https://developer.zendesk.com/api-reference/ticketing/organizations/organization_memberships/>,
//! <https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/>.

mod fields;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde::Deserialize;

pub(super) use fields::owned_time;
pub use fields::{Timestamp, utc_text};

/// An organization.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Organization<'a> {
    /// The organization's id.
    #[serde(deserialize_with = "fields::id")]
    pub id: i64,
    /// The display name. Unpaired surrogates are replaced.
    #[serde(borrow, deserialize_with = "fields::display_text")]
    pub name: Cow<'a, str>,
    /// The external id as received; an empty string is kept as such.
    #[serde(borrow, default, deserialize_with = "fields::optional_text")]
    pub external_id: Option<Cow<'a, str>>,
    /// The domains as received, in their order.
    #[serde(borrow, default, deserialize_with = "fields::texts")]
    pub domain_names: Vec<Cow<'a, str>>,
    /// Whether members see each other's tickets.
    #[serde(default, deserialize_with = "fields::flag_or_false")]
    pub shared_tickets: bool,
    /// Whether members comment on each other's tickets.
    #[serde(default, deserialize_with = "fields::flag_or_false")]
    pub shared_comments: bool,
    /// When the organization was created, in UTC.
    #[serde(borrow, default, deserialize_with = "fields::optional_time")]
    pub created_at: Option<Timestamp<'a>>,
    /// When the organization was last changed, in UTC.
    #[serde(borrow, default, deserialize_with = "fields::optional_time")]
    pub updated_at: Option<Timestamp<'a>>,
    /// When the organization was deleted. Only the incremental export delivers deleted ones.
    #[serde(borrow, default, deserialize_with = "fields::optional_time")]
    pub deleted_at: Option<Timestamp<'a>>,
}

impl Organization<'_> {
    /// Returns whether the export says that the organization no longer exists.
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }
}

/// A user: an end user, an agent or an admin.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "four independent flags of the API's record")]
pub struct User<'a> {
    /// The user's id.
    #[serde(deserialize_with = "fields::id")]
    pub id: i64,
    /// The name; permanently deleted users have none. Unpaired surrogates are replaced.
    #[serde(borrow, default, deserialize_with = "fields::optional_display_text")]
    pub name: Option<Cow<'a, str>>,
    /// The primary e-mail address.
    #[serde(borrow, default, deserialize_with = "fields::optional_text")]
    pub email: Option<Cow<'a, str>>,
    /// The external id as received; an empty string is kept as such.
    #[serde(borrow, default, deserialize_with = "fields::optional_text")]
    pub external_id: Option<Cow<'a, str>>,
    /// `end-user`, `agent` or `admin`, as received.
    #[serde(borrow, default, deserialize_with = "fields::optional_text")]
    pub role: Option<Cow<'a, str>>,
    /// Whether one of the user's identities is verified.
    #[serde(default, deserialize_with = "fields::flag_or_false")]
    pub verified: bool,
    /// False for a deleted user. Records without the field are of living users.
    #[serde(default = "fields::yes", deserialize_with = "fields::flag_or_true")]
    pub active: bool,
    /// Whether the user is suspended.
    #[serde(default, deserialize_with = "fields::flag_or_false")]
    pub suspended: bool,
    /// Whether the user comes from another account by ticket sharing; such users cannot be updated.
    #[serde(default, deserialize_with = "fields::flag_or_false")]
    pub shared: bool,
    /// The default organization.
    #[serde(default, deserialize_with = "fields::optional_id")]
    pub organization_id: Option<i64>,
    /// When the user was created, in UTC.
    #[serde(borrow, default, deserialize_with = "fields::optional_time")]
    pub created_at: Option<Timestamp<'a>>,
    /// When the user was last changed, in UTC.
    #[serde(borrow, default, deserialize_with = "fields::optional_time")]
    pub updated_at: Option<Timestamp<'a>>,
}

/// An organization membership: one user in one organization.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Membership<'a> {
    /// The membership's id.
    #[serde(deserialize_with = "fields::id")]
    pub id: i64,
    /// The member.
    #[serde(deserialize_with = "fields::id")]
    pub user_id: i64,
    /// The organization.
    #[serde(deserialize_with = "fields::id")]
    pub organization_id: i64,
    /// Whether this is the user's default organization; the API writes null for false.
    #[serde(rename = "default", default, deserialize_with = "fields::flag_or_false")]
    pub is_default: bool,
    /// When the membership was created, in UTC.
    #[serde(borrow, default, deserialize_with = "fields::optional_time")]
    pub created_at: Option<Timestamp<'a>>,
    /// When the membership was last changed, in UTC.
    #[serde(borrow, default, deserialize_with = "fields::optional_time")]
    pub updated_at: Option<Timestamp<'a>>,
}

/// A ticket, without anything that was written in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Ticket<'a> {
    /// The ticket's id.
    #[serde(deserialize_with = "fields::id")]
    pub id: i64,
    /// The requester; scrubbed tickets may have none.
    #[serde(default, deserialize_with = "fields::optional_id")]
    pub requester_id: Option<i64>,
    /// The organization that the ticket is filed under.
    #[serde(default, deserialize_with = "fields::optional_id")]
    pub organization_id: Option<i64>,
    /// The status as received; exports also deliver `deleted`.
    #[serde(borrow, deserialize_with = "fields::text")]
    pub status: Cow<'a, str>,
    /// When the ticket was created, in UTC.
    #[serde(borrow, deserialize_with = "fields::time")]
    pub created_at: Timestamp<'a>,
    /// When the ticket was last changed, in UTC.
    #[serde(borrow, default, deserialize_with = "fields::optional_time")]
    pub updated_at: Option<Timestamp<'a>>,
    /// The brand.
    #[serde(default, deserialize_with = "fields::optional_id")]
    pub brand_id: Option<i64>,
    /// `via.channel`, where it is a string. Old records hold numbers, which are left out.
    #[serde(rename = "via", borrow, default, deserialize_with = "fields::via_channel")]
    pub channel: Option<Cow<'a, str>>,
    /// The subject, borrowed; for callers that were asked to keep it. Unpaired surrogates are
    /// replaced: mail gateways cut subjects in the middle of a character.
    #[serde(borrow, default, deserialize_with = "fields::optional_display_text")]
    pub subject: Option<Cow<'a, str>>,
}

/// What is used of the account's settings.
///
/// See <https://developer.zendesk.com/api-reference/ticketing/account-configuration/account_settings/>.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountSettings {
    /// Whether a user may belong to several organizations; `None` where the settings do not say.
    pub multiple_organizations: Option<bool>,
}

impl<'de> Deserialize<'de> for AccountSettings {
    /// Accepts the API's envelope (`{"settings": {...}}`) and what is inside it.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Envelope {
            #[serde(default)]
            settings: Option<Settings>,
            #[serde(default)]
            user: Option<UserSettings>,
        }
        #[derive(Deserialize)]
        struct Settings {
            #[serde(default)]
            user: Option<UserSettings>,
        }
        #[derive(Deserialize)]
        struct UserSettings {
            #[serde(default)]
            multiple_organizations: Option<bool>,
        }

        let envelope = Envelope::deserialize(deserializer)?;
        let user = match envelope.settings {
            Some(settings) => settings.user,
            None => envelope.user,
        };
        Ok(Self { multiple_organizations: user.and_then(|user| user.multiple_organizations) })
    }
}
