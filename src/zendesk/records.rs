//! Single records of a live account: what an apply reads again before and after each write, and the four
//! calls that write.
//!
//! Reading and writing are two traits, so that a dry run is handed something that cannot write.

use std::{collections::BTreeMap, future::Future};

/// An organization as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveOrganization {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// As received.
    pub external_id: Option<String>,
    /// As received and in its order.
    pub domain_names: Vec<String>,
    /// The account ids in its fields, 18 characters, by field; none: the reply has no fields.
    pub account_fields: Option<BTreeMap<String, String>>,
    /// Members see each other's tickets.
    pub is_shared_tickets: bool,
    /// Members comment on each other's tickets.
    pub is_shared_comments: bool,
    /// When it was last changed, ISO-8601 UTC; an opaque mark to tell whether somebody else wrote.
    pub updated_at: Option<String>,
}

/// A user as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are facts of their own")]
pub struct LiveUser {
    /// The user's id.
    pub id: i64,
    /// The address, for its domain only.
    pub email: Option<String>,
    /// The address was verified.
    pub is_verified: bool,
    /// Neither an agent nor an admin.
    pub is_end_user: bool,
    /// Not deleted.
    pub is_active: bool,
    /// May not sign in; a reply that does not say counts as suspended.
    pub is_suspended: bool,
    /// Shared from another account; a reply that does not say counts as shared.
    pub is_shared: bool,
    /// Whose tickets the user may see, as the API says it; empty: not restricted; none: the reply does not say.
    pub ticket_restriction: Option<String>,
    /// The default organization.
    pub default_organization_id: Option<i64>,
    /// As of [`LiveOrganization::updated_at`].
    pub updated_at: Option<String>,
}

/// An address of a user as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveAddress {
    /// The address.
    pub address: String,
    /// It was verified.
    pub is_verified: bool,
}

/// A membership as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveMembership {
    /// Its id.
    pub id: i64,
    /// The organization.
    pub organization_id: i64,
    /// Whether the organization is the user's default one.
    pub is_default: bool,
}

/// A request that writes: the only four there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteRequest {
    /// `PUT /api/v2/organizations/{id}` with `external_id` alone.
    SetExternalId {
        /// The organization.
        organization_id: i64,
        /// The account's id.
        external_id: String,
    },
    /// `PUT /api/v2/organizations/{id}` with `domain_names` alone: the whole list, because Zendesk replaces it.
    SetDomainNames {
        /// The organization.
        organization_id: i64,
        /// The live list and one more.
        domain_names: Vec<String>,
    },
    /// `POST /api/v2/organization_memberships`, without a default flag.
    AddMembership {
        /// The user.
        user_id: i64,
        /// The organization.
        organization_id: i64,
    },
    /// `PUT /api/v2/users/{id}/organization_memberships/{id}/make_default`
    MakeDefault {
        /// The user.
        user_id: i64,
        /// The membership, which exists.
        membership_id: i64,
    },
}

impl WriteRequest {
    /// The method.
    pub const fn method(&self) -> &'static str {
        match self {
            Self::SetExternalId { .. } | Self::SetDomainNames { .. } | Self::MakeDefault { .. } => "PUT",
            Self::AddMembership { .. } => "POST",
        }
    }

    /// The path.
    pub fn path(&self) -> String {
        match self {
            Self::SetExternalId { organization_id, .. } | Self::SetDomainNames { organization_id, .. } => {
                format!("/api/v2/organizations/{organization_id}")
            }
            Self::AddMembership { .. } => "/api/v2/organization_memberships".to_owned(),
            Self::MakeDefault { user_id, membership_id } => {
                format!("/api/v2/users/{user_id}/organization_memberships/{membership_id}/make_default")
            }
        }
    }
}

/// What is known after a request that writes was sent, or was to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// A sound answer that says it was done.
    Done,
    /// It was surely not processed, and may be sent later: too many requests, or no connection.
    NotProcessed {
        /// How long to wait, in seconds.
        retry_after: u64,
    },
    /// Zendesk refused it for what it says: 400, 404, 409, 422 and the like.
    Refused,
    /// The credentials do not allow it: 401, 403. No further write will be.
    NotAllowed,
    /// Nobody knows: a time-out, a reset, a broken answer, an error of the server.
    Unclear,
}

/// The answer to a request that writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteAnswer {
    /// What it means.
    pub reply: Reply,
    /// The status, where one came.
    pub status: Option<u16>,
    /// `x-request-id`, where one came.
    pub request_id: Option<String>,
    /// What the answer or the failure says, in words of our own or in Zendesk's error codes; no customer data.
    pub problem: Option<String>,
}

/// Reads single records. A record that is not there is `None`.
pub trait RecordApi: Sync {
    /// Why a call failed.
    type Error: std::fmt::Display + Send;

    /// Reads an organization.
    fn organization(
        &self,
        id: i64,
    ) -> impl Future<Output = Result<Option<LiveOrganization>, Self::Error>> + Send;

    /// Returns the ids of the organizations with that `external_id`, compared without case.
    fn organizations_by_external_id(
        &self,
        external_id: &str,
    ) -> impl Future<Output = Result<Vec<i64>, Self::Error>> + Send;

    /// Reads a user.
    fn user(&self, id: i64) -> impl Future<Output = Result<Option<LiveUser>, Self::Error>> + Send;

    /// Reads the memberships of a user, all of them.
    fn memberships_of(
        &self,
        user_id: i64,
    ) -> impl Future<Output = Result<Vec<LiveMembership>, Self::Error>> + Send;

    /// Reads the addresses of a user, all of them.
    fn addresses_of(
        &self,
        user_id: i64,
    ) -> impl Future<Output = Result<Vec<LiveAddress>, Self::Error>> + Send;

    /// Whether a user may belong to several organizations; none where the settings cannot be read.
    fn allows_several_organizations(&self) -> impl Future<Output = Result<Option<bool>, Self::Error>> + Send;
}

/// Writes single records.
pub trait WriteApi: RecordApi {
    /// Sends a request once. It is never sent again by itself, whatever came back.
    fn write(&self, request: &WriteRequest) -> impl Future<Output = WriteAnswer> + Send;
}
