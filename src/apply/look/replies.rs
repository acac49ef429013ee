//! What the account answered to one look.

use std::collections::HashMap;

use super::{Finding, Seen};
use crate::{
    apply::{action::Task, kept::Kept, overlay::Overlay},
    model::{
        journal::{KeptReply, RecordCall},
        plan::Precondition,
    },
    zendesk::records::{LiveAddress, LiveMembership, LiveOrganization, LiveUser, RecordApi, WriteRequest},
};

/// What a call brought.
#[derive(Debug, Default)]
pub(super) enum Answered<T> {
    /// It was not made yet.
    #[default]
    Not,
    /// There is no such record, or nobody may say.
    Nothing,
    Found(T),
}

impl<T> Answered<T> {
    pub(super) fn found(&self) -> Option<&T> {
        match self {
            Self::Found(found) => Some(found),
            Self::Not | Self::Nothing => None,
        }
    }

    fn is_made(&self) -> bool {
        !matches!(self, Self::Not)
    }

    /// Whether what was found is as it must be: what is not there is not.
    fn finding(&self, call: RecordCall, holds: impl FnOnce(&T) -> bool) -> Finding {
        if self.is_made() {
            Finding::On(call, self.found().is_some_and(holds))
        } else {
            Finding::Unasked(call)
        }
    }
}

impl<T> From<Option<T>> for Answered<T> {
    fn from(found: Option<T>) -> Self {
        found.map_or(Self::Nothing, Self::Found)
    }
}

/// The replies to one look.
pub(super) struct Replies<'a, A> {
    api: &'a A,
    pub(super) overlay: &'a Overlay,
    kept: &'a Kept<'a>,
    /// As it is, in a dry run with the effects of the repairs before.
    pub(super) organization: Answered<LiveOrganization>,
    pub(super) user: Answered<LiveUser>,
    /// None where they were not asked for: a user who is not there has none.
    pub(super) memberships: Option<Vec<LiveMembership>>,
    /// The addresses of the user.
    addresses: Answered<Vec<LiveAddress>>,
    /// The `external_id` of each organization that was asked for by its key; one that is not there is not in it.
    others: Answered<HashMap<i64, Option<String>>>,
    /// Organizations with the account's id.
    carriers: Answered<Vec<i64>>,
    /// Whether a user may belong to several organizations.
    settings: Answered<bool>,
    /// Earlier replies of the same apply that stand for these calls.
    kept_others: Vec<KeptReply>,
    kept_settings: Vec<KeptReply>,
}

impl<'a, A: RecordApi> Replies<'a, A> {
    pub(super) fn new(api: &'a A, overlay: &'a Overlay, kept: &'a Kept<'a>) -> Self {
        Self {
            api,
            overlay,
            kept,
            organization: Answered::Not,
            user: Answered::Not,
            memberships: None,
            addresses: Answered::Not,
            others: Answered::Not,
            carriers: Answered::Not,
            settings: Answered::Not,
            kept_others: Vec::new(),
            kept_settings: Vec::new(),
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
                let default = self.user.found().and_then(|user| user.default_organization_id);
                if marked.map(|one| one.organization_id) == default {
                    Ok(())
                } else {
                    self.read_user(*user_id).await
                }
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
            (RecordCall::Organization, _) if !self.organization.is_made() => {
                self.read_organization(task.organization_id()).await
            }
            (RecordCall::AccountSettings, _) if !self.settings.is_made() => self.read_settings().await,
            (RecordCall::IdentitiesOfUser, _) if !self.addresses.is_made() => {
                self.addresses = match self.user.found() {
                    Some(user) => Answered::Found(self.api.addresses_of(user.id).await?),
                    None => Answered::Nothing,
                };
                Ok(())
            }
            (
                RecordCall::OrganizationsOfUser,
                Precondition::KeysOfOrganizationsAreExpected { organizations },
            ) => self.read_others(organizations.iter().map(|key| key.organization_id.0)).await,
            (RecordCall::OrganizationsByExternalId, Precondition::ExternalIdIsUnused { external_ids }) => {
                let mut carriers = Vec::new();
                for external_id in external_ids {
                    carriers.extend(self.api.organizations_by_external_id(external_id).await?);
                    if carriers.iter().any(|id| *id != task.organization_id()) {
                        break;
                    }
                }
                self.carriers = Answered::Found(carriers);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Earlier replies of the same apply that stood for a call.
    pub(super) fn kept_of(&self, call: RecordCall) -> &[KeptReply] {
        match call {
            RecordCall::OrganizationsOfUser => &self.kept_others,
            RecordCall::AccountSettings => &self.kept_settings,
            _ => &[],
        }
    }

    async fn read_settings(&mut self) -> Result<(), A::Error> {
        let is_allowed = if let Some((is_allowed, reply)) = self.kept.settings() {
            self.kept_settings.push(reply);
            is_allowed
        } else {
            let read = self.kept.now();
            let is_allowed = self.api.allows_several_organizations().await?;
            self.kept.keep_settings(read, is_allowed);
            is_allowed
        };
        self.settings = is_allowed.into();
        Ok(())
    }

    /// Reads the keys of organizations that are only compared.
    async fn read_others(&mut self, ids: impl Iterator<Item = i64>) -> Result<(), A::Error> {
        let mut others = HashMap::new();
        for id in ids {
            let found = if let Some((found, reply)) = self.kept.organization(id) {
                self.kept_others.push(reply);
                found
            } else {
                self.ask_for_organization(id).await?
            };
            if let Some(found) = found {
                others.insert(id, self.overlay.over(found).external_id);
            }
        }
        self.others = Answered::Found(others);
        Ok(())
    }

    /// Asks for an organization, and keeps what is said for what is compared later.
    async fn ask_for_organization(&self, id: i64) -> Result<Option<LiveOrganization>, A::Error> {
        let read = self.kept.now();
        let found = self.api.organization(id).await?;
        self.kept.keep_organization(id, read, found.clone());
        Ok(found)
    }

    async fn read_organization(&mut self, id: i64) -> Result<(), A::Error> {
        let found = self.ask_for_organization(id).await?;
        self.organization = found.map(|organization| self.overlay.over(organization)).into();
        Ok(())
    }

    async fn read_user(&mut self, id: i64) -> Result<(), A::Error> {
        self.user = self.api.user(id).await?.into();
        self.memberships = match self.user.found() {
            Some(_) => Some(self.api.memberships_of(id).await?),
            None => None,
        };
        Ok(())
    }

    pub(super) fn on_organization(&self, holds: impl FnOnce(&LiveOrganization) -> bool) -> Finding {
        self.organization.finding(RecordCall::Organization, holds)
    }

    pub(super) fn on_user(&self, holds: impl FnOnce(&LiveUser) -> bool) -> Finding {
        self.user.finding(RecordCall::User, holds)
    }

    /// A user who is not there has no memberships to be asked for: the reply about the user says so.
    pub(super) fn on_memberships(&self, holds: impl FnOnce(&[LiveMembership]) -> bool) -> Finding {
        match &self.memberships {
            Some(list) => Finding::On(RecordCall::MembershipsOfUser, holds(list)),
            None => self.on_user(|_| false),
        }
    }

    /// Finds on the user and all addresses of the user.
    pub(super) fn on_addresses(&self, holds: impl FnOnce(&LiveUser, &[LiveAddress]) -> bool) -> Finding {
        match self.user.found() {
            Some(user) => self.addresses.finding(RecordCall::IdentitiesOfUser, |list| holds(user, list)),
            None => self.on_user(|_| false),
        }
    }

    pub(super) fn on_others(&self, holds: impl FnOnce(&HashMap<i64, Option<String>>) -> bool) -> Finding {
        self.others.finding(RecordCall::OrganizationsOfUser, holds)
    }

    pub(super) fn on_carriers(&self, holds: impl FnOnce(&[i64]) -> bool) -> Finding {
        self.carriers.finding(RecordCall::OrganizationsByExternalId, |list| holds(list))
    }

    pub(super) fn on_settings(&self, holds: impl FnOnce(bool) -> bool) -> Finding {
        self.settings.finding(RecordCall::AccountSettings, |is_allowed| holds(*is_allowed))
    }

    /// What was seen of the record that a repair writes.
    pub(super) fn seen(&self, task: &Task) -> Seen {
        match task {
            Task::SetExternalId { .. } | Task::AddDomain { .. } => {
                self.organization.found().map(Seen::organization)
            }
            Task::Assign { .. } | Task::Move { .. } => {
                self.user.found().zip(self.memberships.as_deref()).map(|(user, list)| Seen::user(user, list))
            }
        }
        .unwrap_or_default()
    }

    /// What makes a repair whose preconditions hold.
    pub(super) fn request(&self, task: &Task) -> WriteRequest {
        match *task {
            Task::SetExternalId { organization_id, ref external_id, .. } => {
                WriteRequest::SetExternalId { organization_id, external_id: external_id.clone() }
            }
            Task::AddDomain { organization_id, ref domain, .. } => {
                // Zendesk replaces the whole list: what is there now, in its order, and one more.
                let mut domain_names =
                    self.organization.found().map(|found| found.domain_names.clone()).unwrap_or_default();
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
