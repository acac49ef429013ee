//! One look at the live records of a repair: may it be made, is it made already, or is it stale?

use serde_json::{Value, json};

use super::{action::Task, overlay::Overlay};
use crate::{
    identity::{email_domain, external_id_key, plain_host},
    zendesk::records::{LiveMembership, LiveOrganization, LiveUser, RecordApi, WriteRequest},
};

/// Stands in a receipt for a text that is neither an account id nor a domain.
const OTHER: &str = "(other text)";

/// What a look says.
#[derive(Debug, Clone)]
pub(super) enum Verdict {
    /// Every precondition holds.
    Ready {
        /// What would be sent: a function of the plan and of this look alone.
        request: WriteRequest,
        seen: Seen,
    },
    /// It is as it should be.
    InPlace { seen: Seen },
    /// A precondition does not hold.
    Stale { failed_check: &'static str, seen: Seen },
}

/// What was seen of the record that the repair writes. No names, no addresses.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Seen {
    /// JSON object; null where the record is not there.
    pub(super) value: Value,
    /// When the record was last changed, as Zendesk says it.
    pub(super) mark: Option<String>,
}

/// Looks at what the task is about.
pub(super) async fn look<A: RecordApi>(api: &A, task: &Task, overlay: &Overlay) -> Result<Verdict, A::Error> {
    match task {
        Task::SetExternalId { organization_id, external_id, forms, name, domain_names } => {
            let found = organization(api, *organization_id, overlay).await?;
            let Some(found) = found else { return Ok(gone("organization_exists")) };
            let seen = organization_seen(&found);
            let key = external_id_key(found.external_id.as_deref());
            if key.text.is_some() {
                let is_ours = key.text == Some(external_id)
                    || key.account_id.is_some_and(|id| id.as_str() == external_id);
                return Ok(if is_ours {
                    Verdict::InPlace { seen }
                } else {
                    Verdict::Stale { failed_check: "external_id_is_blank", seen }
                });
            }
            if found.name != *name {
                return Ok(Verdict::Stale { failed_check: "name_is_expected", seen });
            }
            if found.domain_names != *domain_names {
                return Ok(Verdict::Stale { failed_check: "domain_names_are_expected", seen });
            }
            for form in forms {
                let carriers = api.organizations_by_external_id(form).await?;
                if carriers.iter().any(|carrier| carrier != organization_id) {
                    return Ok(Verdict::Stale { failed_check: "external_id_is_unused", seen });
                }
            }
            let request = WriteRequest::SetExternalId {
                organization_id: *organization_id,
                external_id: external_id.clone(),
            };
            Ok(Verdict::Ready { request, seen })
        }
        Task::AddDomain { organization_id, domain, domain_names, external_id } => {
            let found = organization(api, *organization_id, overlay).await?;
            let Some(found) = found else { return Ok(gone("organization_exists")) };
            let seen = organization_seen(&found);
            if found.domain_names.iter().any(|name| name.eq_ignore_ascii_case(domain)) {
                return Ok(Verdict::InPlace { seen });
            }
            if found.domain_names != *domain_names {
                return Ok(Verdict::Stale { failed_check: "domain_names_are_expected", seen });
            }
            if !is_expected(found.external_id.as_deref(), external_id.as_deref()) {
                return Ok(Verdict::Stale { failed_check: "external_id_is_expected", seen });
            }
            // Zendesk replaces the whole list: what is there now, in its order, and one more.
            let mut complete = found.domain_names;
            complete.push(domain.clone());
            let request =
                WriteRequest::SetDomainNames { organization_id: *organization_id, domain_names: complete };
            Ok(Verdict::Ready { request, seen })
        }
        Task::Assign { .. } => assign(api, task, overlay).await,
        Task::Move { user_id, organization_id, membership_id, default_organization_id } => {
            let Some((user, memberships)) = default_of(api, *user_id).await? else {
                return Ok(gone("membership_exists"));
            };
            let seen = user_seen(&user, &memberships);
            let membership = memberships.iter().find(|one| one.organization_id == *organization_id);
            let Some(membership) = membership.filter(|one| one.id == *membership_id) else {
                return Ok(Verdict::Stale { failed_check: "membership_exists", seen });
            };
            if membership.is_default && user.default_organization_id == Some(*organization_id) {
                return Ok(Verdict::InPlace { seen });
            }
            if user.default_organization_id != *default_organization_id {
                return Ok(Verdict::Stale { failed_check: "default_is_expected", seen });
            }
            let request = WriteRequest::MakeDefault { user_id: *user_id, membership_id: *membership_id };
            Ok(Verdict::Ready { request, seen })
        }
    }
}

async fn assign<A: RecordApi>(api: &A, task: &Task, overlay: &Overlay) -> Result<Verdict, A::Error> {
    let Task::Assign {
        user_id,
        organization_id,
        email_domain: expected_domain,
        external_id,
        is_multiple_allowed,
        must_share_nothing,
    } = task
    else {
        unreachable!("only assignments come here")
    };
    let Some(user) = api.user(*user_id).await? else { return Ok(gone("user_is_active")) };
    let memberships = api.memberships_of(*user_id).await?;
    let seen = user_seen(&user, &memberships);
    let is_member = memberships.iter().any(|one| one.organization_id == *organization_id);
    if is_member || overlay.has_member(*organization_id, *user_id) {
        return Ok(Verdict::InPlace { seen });
    }
    let stale = |failed_check, seen| Ok(Verdict::Stale { failed_check, seen });
    if !user.is_active {
        return stale("user_is_active", seen);
    }
    if !user.is_verified {
        return stale("email_is_verified", seen);
    }
    let domain = user.email.as_deref().and_then(|email| email_domain(email).ok().flatten());
    if domain.as_deref() != expected_domain.as_deref() {
        return stale("email_domain_is_expected", seen);
    }
    if !memberships.is_empty() {
        if !is_multiple_allowed {
            return stale("user_has_no_organization", seen);
        }
        if api.allows_several_organizations().await? != Some(true) {
            return stale("several_organizations_are_allowed", seen);
        }
    }
    let Some(organization) = organization(api, *organization_id, overlay).await? else {
        return stale("organization_exists", seen);
    };
    if !is_expected(organization.external_id.as_deref(), external_id.as_deref()) {
        return stale("external_id_is_expected", seen);
    }
    if *must_share_nothing && (organization.is_shared_tickets || organization.is_shared_comments) {
        return stale("organization_shares_nothing", seen);
    }
    let request = WriteRequest::AddMembership { user_id: *user_id, organization_id: *organization_id };
    Ok(Verdict::Ready { request, seen })
}

/// A user with the memberships. Both say which organization is the default; where they do not say the same, it may
/// have changed between the two readings, and a second one tells.
async fn default_of<A: RecordApi>(
    api: &A,
    user_id: i64,
) -> Result<Option<(LiveUser, Vec<LiveMembership>)>, A::Error> {
    let mut is_first = true;
    loop {
        let Some(user) = api.user(user_id).await? else { return Ok(None) };
        let memberships = api.memberships_of(user_id).await?;
        let default = memberships.iter().find(|one| one.is_default).map(|one| one.organization_id);
        if default == user.default_organization_id || !is_first {
            return Ok(Some((user, memberships)));
        }
        is_first = false;
    }
}

/// The organization as it is, in a dry run with the effects of the repairs before.
async fn organization<A: RecordApi>(
    api: &A,
    id: i64,
    overlay: &Overlay,
) -> Result<Option<LiveOrganization>, A::Error> {
    Ok(api.organization(id).await?.map(|organization| overlay.over(organization)))
}

/// Blank is blank, whether null, empty or white space.
fn is_expected(found: Option<&str>, expected: Option<&str>) -> bool {
    external_id_key(found).text == external_id_key(expected).text
}

fn gone(failed_check: &'static str) -> Verdict {
    Verdict::Stale { failed_check, seen: Seen::default() }
}

/// Both fields are free text in Zendesk: what is no account id and no domain may be somebody's name.
fn organization_seen(organization: &LiveOrganization) -> Seen {
    let key = external_id_key(organization.external_id.as_deref());
    let external_id = key.text.map(|text| if key.account_id.is_some() { text } else { OTHER });
    let domain_names: Vec<&str> = organization
        .domain_names
        .iter()
        .map(|name| if plain_host(name).is_ok() { name.as_str() } else { OTHER })
        .collect();
    Seen {
        value: json!({
            "external_id": external_id,
            "domain_names": domain_names,
            "updated_at": organization.updated_at,
        }),
        mark: organization.updated_at.clone(),
    }
}

/// A user's own `updated_at` moves with every ticket and login, so it tells nothing about memberships: the
/// mark is the memberships themselves.
fn user_seen(user: &LiveUser, memberships: &[LiveMembership]) -> Seen {
    let mut sorted: Vec<LiveMembership> = memberships.to_vec();
    sorted.sort_by_key(|one| one.id);
    let list: Vec<Value> = sorted
        .iter()
        .map(|one| {
            json!({
                "membership_id": one.id.to_string(),
                "organization_id": one.organization_id.to_string(),
                "is_default": one.is_default,
            })
        })
        .collect();
    Seen {
        mark: Some(Value::from(list.clone()).to_string()),
        value: json!({
            "default_organization_id": user.default_organization_id.map(|id| id.to_string()),
            "memberships": list,
        }),
    }
}
