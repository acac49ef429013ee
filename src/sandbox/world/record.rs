//! The fields of a record that answers need.

use std::borrow::Cow;

use serde::Deserialize;

use super::super::ledger::Kind;
use crate::clock::unix_seconds;
use crate::model::UserRole;
use crate::zendesk::wire;

/// A kind of record that a table holds.
pub(in crate::sandbox) trait Record: Sized {
    /// Its kind.
    const KIND: Kind;
    /// The API's name of one.
    const ONE: &'static str;
    /// The API's name of several, which is also the path.
    const MANY: &'static str;
    /// What the cursor of its list is over.
    const ORDER: &'static str = "id";

    /// Reads the id, the second of the last change, and the fields.
    fn read(text: &str) -> Result<Read<Self>, serde_json::Error>;

    /// Whether lists hold it.
    fn is_listed(&self, archived_before: i64) -> bool;

    /// Whether it is answered when it is asked for by its id.
    fn is_shown(&self) -> bool {
        true
    }
}

/// A record that was read.
pub(in crate::sandbox) struct Read<R> {
    pub(in crate::sandbox) id: i64,
    /// The second of the last change.
    pub(in crate::sandbox) at: i64,
    pub(in crate::sandbox) record: R,
}

/// An organization.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Organization {
    pub(in crate::sandbox) name: Box<str>,
    pub(in crate::sandbox) external_id: Option<Box<str>>,
    /// As they stand, in lower case.
    pub(in crate::sandbox) domains: Vec<Box<str>>,
    pub(in crate::sandbox) is_deleted: bool,
}

impl Organization {
    /// The form under which its external id is unique; none without one.
    pub(in crate::sandbox) fn key(&self) -> Option<String> {
        let id = self.external_id.as_deref().filter(|id| !id.is_empty() && !self.is_deleted)?;
        Some(id.to_lowercase())
    }

    pub(in crate::sandbox) fn has_domain(&self, domain: &str) -> bool {
        !self.is_deleted && self.domains.iter().any(|held| **held == *domain)
    }
}

impl Record for Organization {
    const KIND: Kind = Kind::Organization;
    const ONE: &'static str = "organization";
    const MANY: &'static str = "organizations";

    fn read(text: &str) -> Result<Read<Self>, serde_json::Error> {
        let wire: wire::Organization<'_> = serde_json::from_str(text)?;
        let at = last(&[&wire.updated_at, &wire.deleted_at, &wire.created_at]);
        let record = Self {
            is_deleted: wire.is_deleted(),
            name: wire.name.into(),
            external_id: wire.external_id.map(Into::into),
            domains: wire.domain_names.iter().flatten().map(|domain| domain.to_lowercase().into()).collect(),
        };
        Ok(Read { id: wire.id, at, record })
    }

    fn is_listed(&self, _archived_before: i64) -> bool {
        !self.is_deleted
    }

    fn is_shown(&self) -> bool {
        !self.is_deleted
    }
}

/// A user.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct User {
    /// What follows the last @ of the address, in lower case.
    pub(in crate::sandbox) email_domain: Option<Box<str>>,
    pub(in crate::sandbox) organization_id: Option<i64>,
    pub(in crate::sandbox) role: UserRole,
    pub(in crate::sandbox) is_verified: bool,
    pub(in crate::sandbox) is_active: bool,
    pub(in crate::sandbox) is_shared: bool,
}

impl Record for User {
    const KIND: Kind = Kind::User;
    const ONE: &'static str = "user";
    const MANY: &'static str = "users";

    fn read(text: &str) -> Result<Read<Self>, serde_json::Error> {
        let wire: wire::User<'_> = serde_json::from_str(text)?;
        let at = last(&[&wire.updated_at, &wire.created_at]);
        let record = Self {
            email_domain: wire
                .email
                .as_deref()
                .and_then(|email| email.rsplit_once('@'))
                .map(|(_, domain)| domain.to_lowercase().into()),
            organization_id: wire.organization_id,
            role: wire.role.as_deref().and_then(UserRole::from_text).unwrap_or(UserRole::EndUser),
            is_verified: wire.verified.unwrap_or(false),
            is_active: wire.active.unwrap_or(true),
            is_shared: wire.shared.unwrap_or(false),
        };
        Ok(Read { id: wire.id, at, record })
    }

    fn is_listed(&self, _archived_before: i64) -> bool {
        self.is_active
    }
}

/// A membership.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Membership {
    pub(in crate::sandbox) user_id: i64,
    pub(in crate::sandbox) organization_id: i64,
    pub(in crate::sandbox) is_default: bool,
}

impl Record for Membership {
    const KIND: Kind = Kind::OrganizationMembership;
    const ONE: &'static str = "organization_membership";
    const MANY: &'static str = "organization_memberships";

    fn read(text: &str) -> Result<Read<Self>, serde_json::Error> {
        let wire: wire::Membership<'_> = serde_json::from_str(text)?;
        let at = last(&[&wire.updated_at, &wire.created_at]);
        let missing = serde::de::Error::missing_field;
        let record = Self {
            user_id: wire.user_id.ok_or_else(|| missing("user_id"))?,
            organization_id: wire.organization_id.ok_or_else(|| missing("organization_id"))?,
            is_default: wire.is_default.unwrap_or(false),
        };
        Ok(Read { id: wire.id, at, record })
    }

    fn is_listed(&self, _archived_before: i64) -> bool {
        true
    }
}

/// A ticket.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Ticket {
    pub(in crate::sandbox) requester_id: Option<i64>,
    pub(in crate::sandbox) organization_id: Option<i64>,
    pub(in crate::sandbox) state: TicketState,
    pub(in crate::sandbox) is_of_ai_agent: bool,
    /// The second of `updated_at`, which is not that of the export.
    pub(in crate::sandbox) updated_at: i64,
}

/// What matters of a ticket's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum TicketState {
    /// Anything before closed, solved too.
    Working,
    Closed,
    Deleted,
}

impl Record for Ticket {
    const KIND: Kind = Kind::Ticket;
    const ONE: &'static str = "ticket";
    const MANY: &'static str = "tickets";
    const ORDER: &'static str = "nice_id";

    fn read(text: &str) -> Result<Read<Self>, serde_json::Error> {
        #[derive(Deserialize)]
        struct Beside<'a> {
            #[serde(default)]
            generated_timestamp: Option<i64>,
            #[serde(borrow, default)]
            support_type: Option<Cow<'a, str>>,
        }
        let wire: wire::Ticket<'_> = serde_json::from_str(text)?;
        let beside: Beside<'_> = serde_json::from_str(text)?;
        let updated_at = last(&[&wire.updated_at, &Some(wire.created_at)]);
        let record = Self {
            requester_id: wire.requester_id,
            organization_id: wire.organization_id,
            state: match wire.status.as_deref() {
                Some("closed") => TicketState::Closed,
                Some("deleted") => TicketState::Deleted,
                _ => TicketState::Working,
            },
            is_of_ai_agent: beside.support_type.as_deref() == Some("ai_agent"),
            updated_at,
        };
        Ok(Read { id: wire.id, at: beside.generated_timestamp.unwrap_or(updated_at), record })
    }

    fn is_listed(&self, archived_before: i64) -> bool {
        match self.state {
            TicketState::Working => true,
            TicketState::Closed => self.updated_at >= archived_before,
            TicketState::Deleted => false,
        }
    }

    fn is_shown(&self) -> bool {
        self.state != TicketState::Deleted
    }
}

/// The latest of some times, in seconds.
fn last(times: &[&Option<wire::Timestamp<'_>>]) -> i64 {
    times.iter().filter_map(|time| unix_seconds(time.as_deref()?)).max().unwrap_or_default()
}
