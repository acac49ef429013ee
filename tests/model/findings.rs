//! The finding classes: those that rename an issue, and the five of family hygiene.
//!
//! The documented behaviour leaves more open here than in the decision tables. What this module chose is said at each
//! function.

use std::collections::{BTreeSet, HashSet};

use super::expect::Expected;
use super::issue::Issue;
use super::names::{Code, FindingClass, LinkState};
use super::sets::Sets;
use super::world::World;

/// One finding: its class, and the ids of the record that it is about. Hygiene findings carry no account here, save
/// `stored_org_id_dangling`, which is about one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) class: FindingClass,
    pub(crate) account_id: Option<String>,
    pub(crate) organization_id: Option<i64>,
    pub(crate) user_id: Option<i64>,
    pub(crate) ticket_id: Option<i64>,
    pub(crate) domain: Option<String>,
}

/// All findings of a world.
pub(crate) fn findings(
    expected: &Expected,
    world: &World,
    personal_domains: &HashSet<String>,
) -> BTreeSet<Finding> {
    let sets = Sets::new(world, personal_domains);
    let mut findings: BTreeSet<Finding> =
        expected.issues.iter().map(|issue| of_issue(world, issue)).collect();
    findings.extend(dangling_stored_ids(&sets));
    findings.extend(organization_hygiene(&sets));
    findings.extend(email_domains_outside(&sets, expected));
    findings
}

fn of_issue(world: &World, issue: &Issue) -> Finding {
    let class = match issue.code {
        Code::AccountMissingZendeskOrg => FindingClass::MissingOrg,
        Code::OrgMissingExternalId => FindingClass::MissingExternalId,
        Code::OrgExternalIdConflict => FindingClass::ExternalIdConflict,
        Code::OrgDuplicateExternalId => FindingClass::DuplicateExternalId,
        Code::OrgMissingExpectedDomain | Code::OrgDomainAttachedElsewhere => FindingClass::DomainMismatch,
        Code::UserMissingExpectedMembership => {
            let user = issue.user_id.expect("a user issue has a user");
            if world.memberships_of(user).next().is_none() {
                FindingClass::Unassigned
            } else {
                FindingClass::AssignedToNonmatchingOrg
            }
        }
        Code::UserDefaultOrgNotExpected => FindingClass::DefaultOrgMismatch,
        Code::UserDomainAmbiguous => FindingClass::AmbiguousDomain,
        Code::UserResolutionBlockedDuplicateExternalId => FindingClass::BlockedByDuplicate,
        Code::TicketMissingOrg => FindingClass::TicketOrgNullDomainMatch,
        Code::TicketOrgMismatch => FindingClass::TicketOrgMismatchDomainMatch,
    };
    Finding {
        class,
        account_id: Some(issue.account_id.clone()),
        organization_id: issue.organization_id,
        user_id: issue.user_id,
        ticket_id: issue.ticket_id,
        domain: issue.domain.clone(),
    }
}

fn dangling_stored_ids(sets: &Sets) -> Vec<Finding> {
    let dangling = sets.accounts().filter(|a| sets.stored_id_dangles(a));
    dangling
        .map(|a| Finding { account_id: Some(a.to_owned()), ..about(FindingClass::StoredOrgIdDangling) })
        .collect()
}

/// `external_id_not_canonical`: the external id names an account of the file, in another form than the canonical one.
/// `orphan_org`: the organization is no account's S, E or D. `personal_domain_on_org`: one finding for each domain.
fn organization_hygiene(sets: &Sets) -> Vec<Finding> {
    let mut findings = Vec::new();
    for organization in &sets.world.organizations {
        let o = organization.id;
        let of = |class| Finding { organization_id: Some(o), ..about(class) };
        let named = sets.external_account(o).filter(|id| sets.accounts().any(|a| a == *id));
        if named.is_some() && named != organization.external_id.as_deref() {
            findings.push(of(FindingClass::ExternalIdNotCanonical));
        }
        if !sets.accounts().any(|a| sets.serves(o, a) || sets.d(a).contains(&o)) {
            findings.push(of(FindingClass::OrphanOrg));
        }
        for d in sets.held(o).iter().filter(|d| sets.is_personal(d)) {
            findings.push(Finding { domain: Some(d.clone()), ..of(FindingClass::PersonalDomainOnOrg) });
        }
    }
    findings
}

/// A member, eligible or not, whose valid, non-personal domain neither the organization holds nor an account expects
/// whose S or E it is, or that resolves to it without a conflict.
fn email_domains_outside(sets: &Sets, expected: &Expected) -> Vec<Finding> {
    let outside = sets.world.memberships.iter().filter_map(|membership| {
        let o = membership.organization_id;
        sets.world.organization(o)?;
        let domain = sets.usable_email_domain(sets.world.user(membership.user_id)?)?;
        let is_of_account = sets
            .accounts()
            .any(|a| (sets.serves(o, a) || resolves(expected, a, o)) && sets.x(a).contains(&domain));
        (!sets.held(o).contains(&domain) && !is_of_account).then_some(Finding {
            organization_id: Some(o),
            user_id: Some(membership.user_id),
            domain: Some(domain),
            ..about(FindingClass::EmailDomainOutsideOrg)
        })
    });
    outside.collect()
}

fn resolves(expected: &Expected, a: &str, o: i64) -> bool {
    expected.links.iter().any(|link| {
        link.account_id == a && link.organization_id == Some(o) && link.link_state != LinkState::Conflict
    })
}

fn about(class: FindingClass) -> Finding {
    Finding { class, account_id: None, organization_id: None, user_id: None, ticket_id: None, domain: None }
}
