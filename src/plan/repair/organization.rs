//! Repairs of organizations.

use std::collections::BTreeMap;

use super::{Made, Planned, Rules, memberships, open_ticket_count};
use crate::{
    model::{
        IdText,
        plan::{
            DomainsBefore, LinkRadius, NewDomainNames, NewExternalId, OrganizationCount, PlannedRepair,
            Precondition, PulledInRadius, RepairParts, UnlinkedOrganization,
        },
    },
    warehouse::plans::{PlanFacts, PlanIssue},
};

/// The characters of the shorter form of an account id.
const SHORT_ACCOUNT_ID: usize = 15;

pub(super) fn set_org_external_id(
    issue: &PlanIssue,
    state: &mut Planned<'_>,
    facts: &PlanFacts,
    rules: &Rules,
    action_id: &str,
) -> Made {
    let account_id = &issue.account_id;
    let short: String = account_id.chars().take(SHORT_ACCOUNT_ID).collect();
    let made = Made {
        depends_on: state.written_by.iter().cloned().collect(),
        membership_id: None,
        preconditions: vec![
            Precondition::OrganizationExists,
            Precondition::ExternalIdIsBlank,
            Precondition::ExternalIdIsUnused { external_ids: vec![account_id.clone(), short] },
            Precondition::NameIsExpected,
            Precondition::DomainNamesAreExpected,
            Precondition::AccountFieldsAreExpected {
                account_fields: state.organization.account_fields.clone(),
                ignored_fields: facts.ignored_fields.clone(),
            },
        ],
        repair: PlannedRepair::SetOrgExternalId(RepairParts {
            new_value: NewExternalId { external_id: account_id.clone() },
            expected: UnlinkedOrganization {
                external_id: state.external_id.clone(),
                name: state.organization.name.clone(),
                domain_names: state.domain_names.clone(),
            },
            blast_radius: rules.radius(LinkRadius {
                is_native_sync_match_new: true,
                member_count: state.organization.member_count,
                eligible_user_count: issue.eligible_user_count,
                open_ticket_count: issue.open_ticket_count,
            }),
        }),
    };
    state.external_id = Some(account_id.clone());
    state.linked_by = Some(action_id.to_owned());
    state.written_by = Some(action_id.to_owned());
    made
}

pub(super) fn add_org_domain(
    issue: &PlanIssue,
    state: &mut Planned<'_>,
    facts: &PlanFacts,
    rules: &Rules,
    action_id: &str,
) -> Made {
    let domain = issue.domain.as_deref().unwrap_or_default();
    let mut domain_names = state.domain_names.clone();
    domain_names.push(domain.to_owned());
    let mut preconditions = vec![
        Precondition::OrganizationExists,
        Precondition::DomainIsAbsent { domain: domain.to_owned() },
        Precondition::DomainNamesAreExpected,
        Precondition::ExternalIdIsExpected,
        Precondition::DomainIsOnNoOtherOrganization { domain: domain.to_owned() },
    ];
    if !rules.is_sharing_allowed {
        preconditions.push(Precondition::OrganizationSharesNothing);
    }
    let pulled_in = facts.pulled_in.get(domain).map(Vec::as_slice).unwrap_or_default();
    let made = Made {
        depends_on: state.written_by.iter().cloned().collect(),
        membership_id: None,
        preconditions,
        repair: PlannedRepair::AddOrgDomain(RepairParts {
            new_value: NewDomainNames { domain_names: domain_names.clone() },
            expected: DomainsBefore {
                external_id: state.external_id.clone(),
                domain_names: state.domain_names.clone(),
            },
            blast_radius: rules.radius(pulled_in_radius(pulled_in, facts)),
        }),
    };
    state.domain_names = domain_names;
    state.written_by = Some(action_id.to_owned());
    made
}

/// The users whom Zendesk pulls in when the domain is added, with where they are now.
fn pulled_in_radius(users: &[i64], facts: &PlanFacts) -> PulledInRadius {
    let mut present: BTreeMap<i64, usize> = BTreeMap::new();
    let mut without_organization = 0;
    let mut open_tickets = 0;
    for user in users {
        let memberships = memberships(facts, *user);
        if memberships.is_empty() {
            without_organization += 1;
        }
        for membership in memberships {
            *present.entry(membership.organization_id).or_default() += 1;
        }
        open_tickets += open_ticket_count(facts, *user);
    }
    PulledInRadius {
        pulled_in_user_count: users.len(),
        pulled_in_user_ids: users.iter().copied().map(IdText).collect(),
        pulled_in_without_organization_count: without_organization,
        present_organizations: present
            .into_iter()
            .map(|(id, user_count)| OrganizationCount { organization_id: IdText(id), user_count })
            .collect(),
        open_ticket_count: open_tickets,
    }
}
