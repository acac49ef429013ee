//! How many requests a dry run makes if every record is as planned: counted by the very code that asks, which is
//! answered what the plan expects.

use std::{
    convert::Infallible,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::{
    CheckedPlan, Moment, Watch,
    action::{Action, Task},
    execute::try_dry,
    kept::Kept,
    overlay::Overlay,
};
use crate::{
    clock,
    model::plan::Precondition,
    zendesk::records::{LiveAddress, LiveMembership, LiveOrganization, LiveUser, RecordApi},
};

/// When an estimate begins: any time will do.
const BEGINNING: &str = "2000-01-01T00:00:00Z";

/// Counts the requests for records of a dry run. A record that is not as planned needs fewer; a request that is
/// repeated, and a user with over a hundred memberships or addresses, need more.
///
/// `time_for` says how long this many requests take, since what is kept of replies gets old.
pub async fn estimate(plan: &CheckedPlan, time_for: &dyn Fn(u64) -> Duration) -> u64 {
    let requests = AtomicU64::new(0);
    let watch = Foreseen { requests: &requests, time_for };
    let kept = Kept::new(&watch);
    for (_, action) in plan.actions() {
        // What is expected has the effects of the earlier repairs already.
        let api = AsPlanned { action, requests: &requests };
        try_dry(&api, action, &mut Overlay::default(), &kept).await;
    }
    requests.load(Ordering::Relaxed)
}

/// The time at which the next request is made.
struct Foreseen<'a> {
    requests: &'a AtomicU64,
    time_for: &'a dyn Fn(u64) -> Duration,
}

impl Watch for Foreseen<'_> {
    fn now(&self) -> Moment {
        let since = (self.time_for)(self.requests.load(Ordering::Relaxed));
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        Moment { at: clock::seconds_after(BEGINNING, seconds), since }
    }
}

/// An account in which the records of one repair are as the plan expects them.
struct AsPlanned<'a> {
    action: &'a Action,
    requests: &'a AtomicU64,
}

impl AsPlanned<'_> {
    fn count(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    fn expected<T>(&self, of: impl Fn(&Precondition) -> Option<T>) -> Option<T> {
        self.action.preconditions.iter().find_map(of)
    }

    fn email(&self) -> Option<String> {
        let domain = match &self.action.task {
            Task::Assign { email_domain, .. } => email_domain.clone(),
            _ => self.expected(|precondition| match precondition {
                Precondition::EmailDomainIs { email_domain } => email_domain.clone(),
                _ => None,
            }),
        };
        domain.map(|domain| format!("user@{domain}"))
    }

    /// The key by which an organization is known.
    fn key(&self, id: i64) -> Option<String> {
        match &self.action.task {
            Task::AddDomain { organization_id, external_id, .. }
            | Task::Assign { organization_id, external_id, .. }
                if *organization_id == id =>
            {
                external_id.clone()
            }
            _ => self.expected(|precondition| match precondition {
                Precondition::KeysOfOrganizationsAreExpected { organizations } => {
                    organizations.iter().find(|key| key.organization_id.0 == id)?.external_id.clone()
                }
                _ => None,
            }),
        }
    }
}

impl RecordApi for AsPlanned<'_> {
    type Error = Infallible;

    async fn organization(&self, id: i64) -> Result<Option<LiveOrganization>, Infallible> {
        self.count();
        let (name, domain_names) = match &self.action.task {
            Task::SetExternalId { name, domain_names, .. } => (name.clone(), domain_names.clone()),
            Task::AddDomain { domain_names, .. } => (String::new(), domain_names.clone()),
            Task::Assign { .. } | Task::Move { .. } => Default::default(),
        };
        let account_fields = self.expected(|precondition| match precondition {
            Precondition::AccountFieldsAreExpected { account_fields, .. } => Some(account_fields.clone()),
            _ => None,
        });
        Ok(Some(LiveOrganization {
            id,
            name,
            external_id: self.key(id),
            domain_names,
            account_fields,
            is_shared_tickets: false,
            is_shared_comments: false,
            updated_at: None,
        }))
    }

    async fn organizations_by_external_id(&self, _: &str) -> Result<Vec<i64>, Infallible> {
        self.count();
        Ok(Vec::new())
    }

    async fn user(&self, id: i64) -> Result<Option<LiveUser>, Infallible> {
        self.count();
        let default_organization_id = match &self.action.task {
            Task::Move { default_organization_id, .. } => *default_organization_id,
            _ => None,
        };
        Ok(Some(LiveUser {
            id,
            email: self.email(),
            is_verified: true,
            is_end_user: true,
            is_active: true,
            is_suspended: false,
            is_shared: false,
            ticket_restriction: self.expected(|precondition| match precondition {
                Precondition::TicketRestrictionIsExpected { ticket_restriction } => {
                    Some(ticket_restriction.clone())
                }
                _ => None,
            }),
            default_organization_id,
            updated_at: None,
        }))
    }

    async fn memberships_of(&self, _: i64) -> Result<Vec<LiveMembership>, Infallible> {
        self.count();
        let (mut list, default) = match &self.action.task {
            Task::Move { organization_id, membership_id, default_organization_id, .. } => {
                let one = LiveMembership {
                    id: *membership_id,
                    organization_id: *organization_id,
                    is_default: false,
                };
                (vec![one], *default_organization_id)
            }
            _ => (Vec::new(), None),
        };
        let others = self.expected(|precondition| match precondition {
            Precondition::MembershipsAreExpected { organization_ids } => {
                Some(organization_ids.iter().map(|id| id.0).collect())
            }
            _ => None,
        });
        let others: Vec<i64> = others.unwrap_or_default();
        let other = |organization_id| LiveMembership {
            id: 0,
            organization_id,
            is_default: Some(organization_id) == default,
        };
        list.extend(default.into_iter().chain(others).map(other));
        Ok(list)
    }

    async fn addresses_of(&self, _: i64) -> Result<Vec<LiveAddress>, Infallible> {
        self.count();
        Ok(self.email().map(|address| LiveAddress { address, is_verified: true }).into_iter().collect())
    }

    async fn allows_several_organizations(&self) -> Result<Option<bool>, Infallible> {
        self.count();
        Ok(Some(true))
    }
}
