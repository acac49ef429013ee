//! What the account answered to one look.

use super::{Finding, Seen};
use crate::{
    apply::{action::Task, overlay::Overlay},
    model::{journal::RecordCall, plan::Precondition},
    zendesk::records::{LiveMembership, LiveOrganization, LiveUser, RecordApi, WriteRequest},
};

/// The replies to one look; none where nothing was asked yet.
pub(super) struct Replies<'a, A> {
    api: &'a A,
    pub(super) overlay: &'a Overlay,
    /// As it is, in a dry run with the effects of the repairs before; none in it where it is not there.
    pub(super) organization: Option<Option<LiveOrganization>>,
    pub(super) user: Option<LiveUser>,
    is_user_asked: bool,
    /// None of a user who is not there.
    pub(super) memberships: Option<Vec<LiveMembership>>,
    /// Organizations with the account's id.
    carriers: Option<Vec<i64>>,
    /// Whether a user may belong to several organizations; none in it where the settings cannot be read.
    settings: Option<Option<bool>>,
}

impl<'a, A: RecordApi> Replies<'a, A> {
    pub(super) fn new(api: &'a A, overlay: &'a Overlay) -> Self {
        Self {
            api,
            overlay,
            organization: None,
            user: None,
            is_user_asked: false,
            memberships: None,
            carriers: None,
            settings: None,
        }
    }

    /// Reads the record that a repair writes.
    pub(super) async fn read_written_record(&mut self, task: &Task) -> Result<(), A::Error> {
        match task {
            Task::SetExternalId { organization_id, .. } | Task::AddDomain { organization_id, .. } => {
                self.read_organization(*organization_id).await
            }
            Task::Assign { user_id, .. } => self.read_user(*user_id).await,
            Task::Move { user_id, .. } => {
                self.read_user(*user_id).await?;
                // Both say which organization is the default. Where they do not say the same, it may have changed
                // between the two replies, and a second pair tells.
                let marked = self.memberships.iter().flatten().find(|one| one.is_default);
                let default = self.user.as_ref().and_then(|user| user.default_organization_id);
                if marked.map(|one| one.organization_id) == default { Ok(()) } else { self.read_user(*user_id).await }
            }
        }
    }

    /// Asks for what a precondition needs beside the record that is written.
    pub(super) async fn ask(
        &mut self,
        call: RecordCall,
        task: &Task,
        precondition: &Precondition,
    ) -> Result<(), A::Error> {
        match (call, precondition) {
            (RecordCall::Organization, _) if self.organization.is_none() => {
                self.read_organization(task.organization_id()).await
            }
            (RecordCall::AccountSettings, _) if self.settings.is_none() => {
                self.settings = Some(self.api.allows_several_organizations().await?);
                Ok(())
            }
            (RecordCall::OrganizationsByExternalId, Precondition::ExternalIdIsUnused { external_ids }) => {
                let mut carriers = Vec::new();
                for external_id in external_ids {
                    carriers.extend(self.api.organizations_by_external_id(external_id).await?);
                    if carriers.iter().any(|id| *id != task.organization_id()) {
                        break;
                    }
                }
                self.carriers = Some(carriers);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn read_organization(&mut self, id: i64) -> Result<(), A::Error> {
        let found = self.api.organization(id).await?;
        self.organization = Some(found.map(|organization| self.overlay.over(organization)));
        Ok(())
    }

    async fn read_user(&mut self, id: i64) -> Result<(), A::Error> {
        self.user = self.api.user(id).await?;
        self.is_user_asked = true;
        self.memberships = match self.user {
            Some(_) => Some(self.api.memberships_of(id).await?),
            None => None,
        };
        Ok(())
    }

    pub(super) fn on_organization(&self, holds: impl FnOnce(&LiveOrganization) -> bool) -> Finding {
        match &self.organization {
            Some(found) => Finding::On(RecordCall::Organization, found.as_ref().is_some_and(holds)),
            None => Finding::Unasked(RecordCall::Organization),
        }
    }

    pub(super) fn on_user(&self, holds: impl FnOnce(&LiveUser) -> bool) -> Finding {
        if self.is_user_asked {
            Finding::On(RecordCall::User, self.user.as_ref().is_some_and(holds))
        } else {
            Finding::Unasked(RecordCall::User)
        }
    }

    /// A user who is not there has no memberships to be asked for: the reply about the user says so.
    pub(super) fn on_memberships(&self, holds: impl FnOnce(&[LiveMembership]) -> bool) -> Finding {
        match &self.memberships {
            Some(list) => Finding::On(RecordCall::MembershipsOfUser, holds(list)),
            None => self.on_user(|_| false),
        }
    }

    pub(super) fn on_carriers(&self, holds: impl FnOnce(&[i64]) -> bool) -> Finding {
        match &self.carriers {
            Some(list) => Finding::On(RecordCall::OrganizationsByExternalId, holds(list)),
            None => Finding::Unasked(RecordCall::OrganizationsByExternalId),
        }
    }

    pub(super) fn on_settings(&self, holds: impl FnOnce(Option<bool>) -> bool) -> Finding {
        match self.settings {
            Some(is_allowed) => Finding::On(RecordCall::AccountSettings, holds(is_allowed)),
            None => Finding::Unasked(RecordCall::AccountSettings),
        }
    }

    /// What was seen of the record that a repair writes.
    pub(super) fn seen(&self, task: &Task) -> Seen {
        match task {
            Task::SetExternalId { .. } | Task::AddDomain { .. } => {
                self.organization.as_ref().and_then(Option::as_ref).map(Seen::organization)
            }
            Task::Assign { .. } | Task::Move { .. } => {
                self.user.as_ref().zip(self.memberships.as_deref()).map(|(user, list)| Seen::user(user, list))
            }
        }
        .unwrap_or_default()
    }

    /// What makes a repair whose preconditions hold.
    pub(super) fn request(self, task: &Task) -> WriteRequest {
        match *task {
            Task::SetExternalId { organization_id, ref external_id, .. } => {
                WriteRequest::SetExternalId { organization_id, external_id: external_id.clone() }
            }
            Task::AddDomain { organization_id, ref domain, .. } => {
                // Zendesk replaces the whole list: what is there now, in its order, and one more.
                let mut domain_names = self.organization.flatten().map(|found| found.domain_names).unwrap_or_default();
                domain_names.push(domain.clone());
                WriteRequest::SetDomainNames { organization_id, domain_names }
            }
            Task::Assign { user_id, organization_id, .. } => {
                WriteRequest::AddMembership { user_id, organization_id }
            }
            Task::Move { user_id, membership_id, .. } => WriteRequest::MakeDefault { user_id, membership_id },
        }
    }
}
