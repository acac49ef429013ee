//! Repairs of users: memberships and defaults.

use std::collections::{BTreeSet, HashMap};

use super::{Made, Planned, Rules, expected_organization, memberships, open_ticket_count};
use crate::{
    model::{
        IdText,
        plan::{
            DefaultBefore, MembershipBefore, MembershipRadius, MoveRadius, NewDefault, NewMembership,
            OrganizationKey, PlannedRepair, Precondition, RefusalReason, RepairParts,
        },
    },
    warehouse::plans::{PlanFacts, PlanIssue, PlanMembership, PlanUser},
};

pub(super) fn assign_user_to_org(
    issue: &PlanIssue,
    states: &HashMap<i64, Planned<'_>>,
    facts: &PlanFacts,
    rules: &Rules,
) -> Made {
    let state = &states[&expected_organization(issue)];
    let (user_id, user) = user(issue, facts);
    let memberships = memberships(facts, user_id);
    let mut preconditions = vec![
        Precondition::UserIsEndUser,
        Precondition::UserIsActive,
        Precondition::UserIsNotSuspended,
        Precondition::UserIsNotShared,
        Precondition::EmailDomainIsExpected,
        Precondition::AddressIsVerified,
        Precondition::IsNotAMember,
        Precondition::MembershipsAreExpected { organization_ids: organization_ids(memberships) },
        Precondition::KeysOfOrganizationsAreExpected {
            organizations: keys(memberships.iter().map(|one| one.organization_id), states, facts),
        },
        if rules.is_multiple_allowed {
            Precondition::SeveralOrganizationsAreAllowed
        } else {
            Precondition::UserHasNoOrganization
        },
        Precondition::OrganizationExists,
        Precondition::ExternalIdIsExpected,
    ];
    // One that was not read refuses the repair, unless members may see whatever there is.
    let restriction = user.ticket_restriction.clone();
    preconditions.extend(
        restriction
            .map(|ticket_restriction| Precondition::TicketRestrictionIsExpected { ticket_restriction }),
    );
    if !rules.is_sharing_allowed {
        preconditions.push(Precondition::OrganizationSharesNothing);
    }
    // Somebody answers for the address; whose the organizations of the user are is still as planned.
    if issue.accepted_risk == Some(RefusalReason::UserEmailUnverified) {
        preconditions.retain(|precondition| *precondition != Precondition::AddressIsVerified);
    }
    let becomes_default = memberships.is_empty();
    Made {
        depends_on: state.linked_by.iter().cloned().collect(),
        membership_id: None,
        preconditions,
        repair: PlannedRepair::AssignUserToOrg(RepairParts {
            new_value: NewMembership {
                user_id: IdText(user_id),
                organization_id: IdText(state.organization_id),
            },
            expected: MembershipBefore {
                is_active: user.is_active,
                is_verified: user.is_verified,
                email_domain: user.email_domain.clone(),
                organization_ids: memberships
                    .iter()
                    .map(|membership| IdText(membership.organization_id))
                    .collect(),
                default_organization_id: user.default_organization_id.map(IdText),
                organization_external_id: state.external_id.clone(),
            },
            blast_radius: rules.radius(MembershipRadius {
                user_count: 1,
                open_ticket_count: open_ticket_count(facts, user_id),
                is_shared_tickets: state.organization.is_shared_tickets,
                is_shared_comments: state.organization.is_shared_comments,
                becomes_default,
                second_round_proposes_move: !becomes_default,
            }),
        }),
    }
}

pub(super) fn move_user_to_org(
    issue: &PlanIssue,
    states: &HashMap<i64, Planned<'_>>,
    facts: &PlanFacts,
    rules: &Rules,
) -> Made {
    let state = &states[&expected_organization(issue)];
    let (user_id, user) = user(issue, facts);
    let membership_id = memberships(facts, user_id)
        .iter()
        .filter(|membership| membership.organization_id == state.organization_id)
        .map(|membership| membership.membership_id)
        .min();
    let default = user.default_organization_id.map(IdText);
    let compared = user.default_organization_id.into_iter().chain([state.organization_id]);
    let preconditions = vec![
        Precondition::MembershipExists,
        Precondition::DefaultIsExpected,
        Precondition::UserIsEndUser,
        Precondition::UserIsActive,
        Precondition::UserIsNotSuspended,
        Precondition::UserIsNotShared,
        Precondition::EmailDomainIs { email_domain: user.email_domain.clone() },
        if rules.is_multiple_allowed {
            Precondition::SeveralOrganizationsAreAllowed
        } else {
            Precondition::UserHasNoOtherOrganization
        },
        Precondition::KeysOfOrganizationsAreExpected { organizations: keys(compared, states, facts) },
    ];
    Made {
        depends_on: state.linked_by.iter().cloned().collect(),
        membership_id,
        preconditions,
        repair: PlannedRepair::MoveUserToOrg(RepairParts {
            new_value: NewDefault {
                default_organization_id: IdText(state.organization_id),
                membership_id: membership_id.map(IdText),
            },
            expected: DefaultBefore {
                default_organization_id: default,
                membership_id: membership_id.map(IdText),
                organization_id: IdText(state.organization_id),
            },
            blast_radius: rules.radius(MoveRadius {
                user_count: 1,
                open_ticket_count: open_ticket_count(facts, user_id),
                from_organization_id: default,
            }),
        }),
    }
}

/// The organizations of memberships, each once.
fn organization_ids(memberships: &[PlanMembership]) -> Vec<IdText> {
    let ids: BTreeSet<i64> = memberships.iter().map(|one| one.organization_id).collect();
    ids.into_iter().map(IdText).collect()
}

/// The keys of organizations as the earlier actions of the plan leave them. One that the snapshot does not hold has none
/// to be compared, and no repair is prepared where it matters whose it is.
fn keys(
    organizations: impl Iterator<Item = i64>,
    states: &HashMap<i64, Planned<'_>>,
    facts: &PlanFacts,
) -> Vec<OrganizationKey> {
    let key = |id: i64| {
        let found = facts.organizations.get(&id)?;
        let external_id = states.get(&id).map_or(&found.external_id, |state| &state.external_id);
        Some(OrganizationKey { organization_id: IdText(id), external_id: external_id.clone() })
    };
    let ids: BTreeSet<i64> = organizations.collect();
    ids.into_iter().filter_map(key).collect()
}

/// The user of an issue of the user codes.
fn user<'f>(issue: &PlanIssue, facts: &'f PlanFacts) -> (i64, &'f PlanUser) {
    let user_id = issue.user_id.expect("an issue of a user names the user");
    (user_id, &facts.users[&user_id])
}
