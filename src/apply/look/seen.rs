//! What a look saw of the record that a repair writes.

use crate::{
    identity::{external_id_key, plain_host},
    model::{
        IdText, canonical,
        journal::{Look, SeenMembership, SeenOrganization, SeenRecord, SeenUser},
    },
    zendesk::records::{LiveMembership, LiveOrganization, LiveUser},
};

/// Stands in a receipt for a text that is neither an account id nor a domain.
const OTHER: &str = "(other text)";

/// What a look saw of the record that a repair writes, and what it made of the preconditions.
#[derive(Debug, Clone, Default)]
pub(in crate::apply) struct Seen {
    /// None where the record is not there.
    pub(in crate::apply) record: Option<SeenRecord>,
    /// When the record was last changed, as Zendesk says it.
    pub(in crate::apply) mark: Option<String>,
    /// None where an earlier orgdrift did not write it down.
    pub(in crate::apply) look: Option<Look>,
}

impl Seen {
    /// Both fields are free text in Zendesk: what is neither an account id nor a domain may be somebody's name.
    pub(super) fn organization(organization: &LiveOrganization) -> Self {
        let key = external_id_key(organization.external_id.as_deref());
        let external_id = key.text.map(|text| if key.account_id.is_some() { text } else { OTHER });
        let domain_names = organization
            .domain_names
            .iter()
            .map(|name| if plain_host(name).is_ok() { name.clone() } else { OTHER.to_owned() });
        Self {
            record: Some(SeenRecord::Organization(SeenOrganization {
                external_id: external_id.map(str::to_owned),
                domain_names: domain_names.collect(),
                updated_at: organization.updated_at.clone(),
            })),
            mark: organization.updated_at.clone(),
            look: None,
        }
    }

    /// A user's own `updated_at` moves with every ticket and login, so it tells nothing about memberships: the
    /// mark is the memberships themselves.
    pub(super) fn user(user: &LiveUser, memberships: &[LiveMembership]) -> Self {
        let mut sorted: Vec<LiveMembership> = memberships.to_vec();
        sorted.sort_by_key(|one| one.id);
        let memberships: Vec<SeenMembership> = sorted
            .iter()
            .map(|one| SeenMembership {
                membership_id: IdText(one.id),
                organization_id: IdText(one.organization_id),
                is_default: one.is_default,
            })
            .collect();
        Self {
            mark: Some(canonical(&memberships)),
            record: Some(SeenRecord::User(SeenUser {
                default_organization_id: user.default_organization_id.map(IdText),
                memberships,
            })),
            look: None,
        }
    }

    pub(in crate::apply) fn with(mut self, look: Look) -> Self {
        self.look = Some(look);
        self
    }
}
