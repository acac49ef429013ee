//! What was seen of the record that a repair writes.

use serde::{Deserialize, Serialize};

use crate::model::canonical::IdText;

/// What was seen of the record that a repair writes. No names, no addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SeenRecord {
    /// An organization.
    Organization(SeenOrganization),
    /// A user with the memberships.
    User(SeenUser),
}

/// An organization. Both fields are free text in Zendesk: what is neither an account id nor a domain is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenOrganization {
    /// An account id; none if it is blank.
    pub external_id: Option<String>,
    /// In their order.
    pub domain_names: Vec<String>,
    /// When it was last changed, as Zendesk says it.
    pub updated_at: Option<String>,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenUser {
    /// The default organization.
    pub default_organization_id: Option<IdText>,
    /// In the order of their ids.
    pub memberships: Vec<SeenMembership>,
}

/// A membership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenMembership {
    /// Its id.
    pub membership_id: IdText,
    /// The organization.
    pub organization_id: IdText,
    /// Whether the organization is the user's default one.
    pub is_default: bool,
}
