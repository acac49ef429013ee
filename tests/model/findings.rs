//! The finding classes: those that rename an issue, and the five of family hygiene.
//!
//! The text leaves more open here than in the decision tables. What this module chose is said at each function, and:
//!
//! - An unread account exists, also for hygiene; but nothing is found of it: its stored id does not dangle.
//! - `external_id_not_canonical` speaks of `external_id` itself, also where a field is the key. The id of a merged account
//!   is no canonical one of the account that it became.

use std::collections::{BTreeSet, HashSet};

use super::advice::orphan;
use super::expect::Expected;
use super::issue::Issue;
use super::link::links;
use super::names::{Code, FindingClass, LinkState, SuggestedAction};
use super::normalize::Key;
use super::sets::Sets;
use super::world::World;

/// One finding: its class, and the ids of the record that it is about. Hygiene findings carry no account here, save
/// `stored_org_id_dangling`, which is about one, and no suggestion, save `orphan_org`: the text gives no other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) class: FindingClass,
    pub(crate) account_id: Option<String>,
    pub(crate) organization_id: Option<i64>,
    pub(crate) user_id: Option<i64>,
    pub(crate) ticket_id: Option<i64>,
    pub(crate) domain: Option<String>,
    pub(crate) suggested_action: Option<SuggestedAction>,
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
    findings.retain(|finding| !finding.class.is_hygiene() || expected.is_evaluated(finding.class.name()));
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
        suggested_action: Some(issue.suggested_action),
    }
}

fn dangling_stored_ids(sets: &Sets) -> Vec<Finding> {
    let dangling = sets.accounts().filter(|a| sets.stored_id_dangles(a));
    dangling
        .map(|a| Finding { account_id: Some(a.to_owned()), ..about(FindingClass::StoredOrgIdDangling) })
        .collect()
}

/// `external_id_not_canonical`: the external id names an account of the file, in another form than the canonical one.
/// `orphan_org`: the organization is no account's S, E or D, as far as its key and its domains were read; one of which
/// either was not read is no orphan. `personal_domain_on_org`: one finding for each domain, of platforms too.
fn organization_hygiene(sets: &Sets) -> Vec<Finding> {
    let links = links(sets);
    let mut findings = Vec::new();
    for o in sets.organizations() {
        let of = |class| Finding { organization_id: Some(o), ..about(class) };
        let raw = sets.organization(o).external_id.as_deref();
        if matches!(sets.external_key(o), Key::Account(id) if sets.exists(&id) && raw != Some(&id)) {
            findings.push(of(FindingClass::ExternalIdNotCanonical));
        }
        let is_known = *sets.key(o) != Key::Undecided && !sets.lacks(o, "domain_names");
        if is_known && !sets.all().any(|a| sets.serves(o, a) || sets.d(a).contains(&o)) {
            let suggested_action = Some(orphan(sets, &links, o));
            findings.push(Finding { suggested_action, ..of(FindingClass::OrphanOrg) });
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
    let outside = sets.world.memberships().iter().filter_map(|membership| {
        let o = membership.organization_id;
        sets.world.organization(o)?;
        let domain = sets.usable_email_domain(sets.world.user(membership.user_id)?)?;
        let is_of_account = sets
            .all()
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
    Finding {
        class,
        account_id: None,
        organization_id: None,
        user_id: None,
        ticket_id: None,
        domain: None,
        suggested_action: None,
    }
}
