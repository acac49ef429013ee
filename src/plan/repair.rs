//! What one prepared issue becomes: what is written, what is expected before, what must hold, who is
//! affected.
//!
//! Expected values are the snapshot's with the effects of the earlier actions of the same plan, so that a
//! plan can be carried out from top to bottom.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;

use crate::{
    catalog,
    model::{
        IdText, Repair, canonical,
        plan::{
            BlastRadius, DefaultBefore, DomainsBefore, LinkRadius, MembershipBefore, MembershipRadius,
            MoveRadius, NewDefault, NewDomainNames, NewExternalId, NewMembership, OrganizationCount,
            OrganizationKey, PlannedAction, PlannedRepair, Precondition, PulledInRadius, RefusalReason,
            RepairParts, UnlinkedOrganization,
        },
    },
    warehouse::plans::{PlanFacts, PlanIssue, PlanMembership, PlanOrganization, PlanUser},
};

/// Digits of the hash that names an action: enough that no two of a warehouse meet.
const ACTION_ID_DIGITS: usize = 16;

/// The characters of the shorter form of an account id.
const SHORT_ACCOUNT_ID: usize = 15;

/// What the audit was told and the account settings say.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    /// Several organizations per user are known to be allowed.
    pub(super) is_multiple_allowed: bool,
    /// Members may be added to organizations that share their tickets.
    pub(super) is_sharing_allowed: bool,
    /// Only tickets created from then on are counted.
    pub(super) tickets_since: Option<String>,
}

/// What an action has beside its issue.
struct Made {
    depends_on: Vec<String>,
    membership_id: Option<i64>,
    preconditions: Vec<Precondition>,
    repair: PlannedRepair,
}

/// What the earlier actions of the plan leave of an organization.
#[derive(Debug, Clone)]
struct Planned<'f> {
    organization_id: i64,
    organization: &'f PlanOrganization,
    external_id: Option<String>,
    domain_names: Vec<String>,
    /// The action that writes the `external_id`.
    linked_by: Option<String>,
    /// The last action that writes the organization.
    written_by: Option<String>,
}

/// Turns the issues of one plan into actions, in their order.
#[derive(Debug)]
pub(super) struct Composer<'f> {
    facts: &'f PlanFacts,
    rules: Rules,
    states: HashMap<i64, Planned<'f>>,
}

impl<'f> Composer<'f> {
    pub(super) fn new(facts: &'f PlanFacts, rules: Rules) -> Self {
        Self { facts, rules, states: HashMap::new() }
    }

    /// The name of a repair: the same in every plan that proposes it.
    pub(super) fn action_id(issue: &PlanIssue, repair: Repair) -> String {
        let new_value = match repair {
            Repair::SetOrgExternalId => Some(issue.account_id.as_str()),
            Repair::AddOrgDomain => issue.domain.as_deref(),
            Repair::AssignUserToOrg | Repair::MoveUserToOrg => None,
        };
        let named = json!({
            "action": repair.as_str(),
            "organization_id": issue.organization_id.map(IdText),
            "user_id": issue.user_id.map(IdText),
            "new_value": new_value,
        });
        let mut digits = catalog::sha256(&canonical(&named));
        digits.truncate(ACTION_ID_DIGITS);
        digits
    }

    /// The action of an issue; the state of its organization moves on.
    ///
    /// # Panics
    ///
    /// If a prepared issue names no organization of the snapshot, which no rule does.
    pub(super) fn action(&mut self, issue: &PlanIssue, repair: Repair) -> PlannedAction {
        let facts = self.facts;
        let rules = &self.rules;
        let organization_id = expected_organization(issue);
        let state = self.states.entry(organization_id).or_insert_with(|| {
            let organization = &facts.organizations[&organization_id];
            Planned {
                organization_id,
                organization,
                external_id: organization.external_id.clone(),
                domain_names: organization.domain_names.clone(),
                linked_by: None,
                written_by: None,
            }
        });
        let action_id = Self::action_id(issue, repair);
        let made = match repair {
            Repair::SetOrgExternalId => set_org_external_id(issue, state, facts, rules, &action_id),
            Repair::AddOrgDomain => add_org_domain(issue, state, facts, rules, &action_id),
            Repair::AssignUserToOrg => assign_user_to_org(issue, &self.states, facts, rules),
            Repair::MoveUserToOrg => move_user_to_org(issue, &self.states, facts, rules),
        };
        PlannedAction {
            action_id,
            issue_key: issue.issue_key.clone(),
            code: issue.code.clone(),
            account_id: issue.account_id.clone(),
            organization_id: IdText(organization_id),
            user_id: issue.user_id.map(IdText),
            membership_id: made.membership_id.map(IdText),
            domain: issue.domain.clone(),
            depends_on: made.depends_on,
            preconditions: made.preconditions,
            accepted_risk: issue.accepted_risk,
            repair: made.repair,
        }
    }
}

impl Rules {
    fn radius<B>(&self, of_repair: B) -> BlastRadius<B> {
        BlastRadius { of_repair, open_tickets_since: self.tickets_since.clone() }
    }
}

fn set_org_external_id(
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

fn add_org_domain(
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

fn assign_user_to_org(
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

fn move_user_to_org(
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

/// The organization of a prepared issue.
fn expected_organization(issue: &PlanIssue) -> i64 {
    issue.organization_id.expect("a prepared issue expects an organization")
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

fn memberships(facts: &PlanFacts, user_id: i64) -> &[PlanMembership] {
    facts.memberships.get(&user_id).map(Vec::as_slice).unwrap_or_default()
}

fn open_ticket_count(facts: &PlanFacts, user_id: i64) -> i64 {
    facts.open_tickets.get(&user_id).copied().unwrap_or(0)
}
