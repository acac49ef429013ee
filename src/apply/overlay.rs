//! What the earlier repairs of a dry run would have changed.

use std::collections::{HashMap, HashSet};

use super::action::Task;
use crate::zendesk::records::LiveOrganization;

/// Effects that are not there yet. Empty in a live apply, where they are.
#[derive(Debug, Default)]
pub(super) struct Overlay {
    external_ids: HashMap<i64, String>,
    domains: HashMap<i64, Vec<String>>,
    members: HashSet<(i64, i64)>,
}

impl Overlay {
    /// Takes note of a repair that a live apply would make.
    pub(super) fn would_apply(&mut self, task: &Task) {
        match task {
            Task::SetExternalId { organization_id, external_id, .. } => {
                self.external_ids.insert(*organization_id, external_id.clone());
            }
            Task::AddDomain { organization_id, domain, .. } => {
                self.domains.entry(*organization_id).or_default().push(domain.clone());
            }
            Task::Assign { user_id, organization_id, .. } => {
                self.members.insert((*organization_id, *user_id));
            }
            Task::Move { .. } => {}
        }
    }

    /// The organization as it would be.
    pub(super) fn over(&self, mut organization: LiveOrganization) -> LiveOrganization {
        if let Some(external_id) = self.external_ids.get(&organization.id) {
            organization.external_id = Some(external_id.clone());
        }
        if let Some(domains) = self.domains.get(&organization.id) {
            organization.domain_names.extend(domains.iter().cloned());
        }
        organization
    }

    /// Whether an earlier repair would have made the user a member.
    pub(super) fn has_member(&self, organization_id: i64, user_id: i64) -> bool {
        self.members.contains(&(organization_id, user_id))
    }
}
