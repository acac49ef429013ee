//! What one prepared issue becomes: what is written, what is expected before, what must hold, who is
//! affected.
//!
//! Expected values are the snapshot's with the effects of the earlier actions of the same plan, so that a
//! plan can be carried out from top to bottom.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::document::canonical;
use crate::{
    catalog,
    model::{PlanStatus, Repair},
    warehouse::plans::{
        PlanActionRow, PlanDetails, PlanFacts, PlanIssue, PlanMembership, PlanOrganization, PlanUser,
    },
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

/// One action of a plan.
#[derive(Debug)]
pub(super) struct Planned {
    action_id: String,
    depends_on: Vec<String>,
    membership_id: Option<i64>,
    new_value: Value,
    expected: Value,
    preconditions: Vec<Value>,
    blast_radius: Value,
}

impl Planned {
    /// The row that is stored.
    pub(super) fn row(&self, issue: &PlanIssue) -> PlanActionRow {
        PlanActionRow {
            action_id: Some(self.action_id.clone()),
            issue: issue.clone(),
            status: PlanStatus::Planned,
            blocked_reason: None,
            depends_on: canonical(&self.depends_on),
            membership_id: self.membership_id,
            details: Some(PlanDetails {
                new_value: canonical(&self.new_value),
                expected: canonical(&self.expected),
                preconditions: canonical(&self.preconditions),
                blast_radius: canonical(&self.blast_radius),
            }),
        }
    }

    /// The member of the document.
    pub(super) fn entry(self, issue: &PlanIssue, repair: Repair) -> Value {
        json!({
            "action_id": self.action_id,
            "action": repair.as_str(),
            "issue_key": issue.issue_key,
            "code": issue.code,
            "account_id": issue.account_id,
            "organization_id": issue.organization_id.map(text),
            "user_id": issue.user_id.map(text),
            "membership_id": self.membership_id.map(text),
            "domain": issue.domain,
            "depends_on": self.depends_on,
            "new_value": self.new_value,
            "expected": self.expected,
            "preconditions": self.preconditions,
            "blast_radius": self.blast_radius,
        })
    }
}

/// What the earlier actions of the plan leave of an organization.
#[derive(Debug, Clone)]
struct State<'f> {
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
    states: HashMap<i64, State<'f>>,
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
            "organization_id": issue.organization_id.map(text),
            "user_id": issue.user_id.map(text),
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
    pub(super) fn action(&mut self, issue: &PlanIssue, repair: Repair) -> Planned {
        let facts = self.facts;
        let rules = &self.rules;
        let organization_id = issue.organization_id.expect("a prepared issue expects an organization");
        let state = self.states.entry(organization_id).or_insert_with(|| {
            let organization = &facts.organizations[&organization_id];
            State {
                organization,
                external_id: organization.external_id.clone(),
                domain_names: organization.domain_names.clone(),
                linked_by: None,
                written_by: None,
            }
        });
        let action_id = Self::action_id(issue, repair);
        let mut planned = match repair {
            Repair::SetOrgExternalId => set_org_external_id(issue, state, action_id),
            Repair::AddOrgDomain => add_org_domain(issue, state, facts, action_id),
            Repair::AssignUserToOrg => assign_user_to_org(issue, state, facts, rules, action_id),
            Repair::MoveUserToOrg => move_user_to_org(issue, state, facts, action_id),
        };
        if let Some(since) = &rules.tickets_since {
            planned.blast_radius["open_tickets_since"] = json!(since);
        }
        planned
    }
}

fn set_org_external_id(issue: &PlanIssue, state: &mut State<'_>, action_id: String) -> Planned {
    let account_id = &issue.account_id;
    let short: String = account_id.chars().take(SHORT_ACCOUNT_ID).collect();
    let action = Planned {
        action_id: action_id.clone(),
        depends_on: state.written_by.iter().cloned().collect(),
        membership_id: None,
        new_value: json!({ "external_id": account_id }),
        expected: json!({
            "external_id": state.external_id,
            "name": state.organization.name,
            "domain_names": state.domain_names,
        }),
        preconditions: vec![
            live("organization_exists"),
            live("external_id_is_blank"),
            json!({ "check": "external_id_is_unused", "is_live": true, "external_ids": [account_id, short] }),
            live("name_is_expected"),
            live("domain_names_are_expected"),
        ],
        blast_radius: json!({
            // A sync that finds organizations by external_id finds this one from then on.
            "is_native_sync_match_new": true,
            "member_count": state.organization.member_count,
            "eligible_user_count": issue.eligible_user_count,
            "open_ticket_count": issue.open_ticket_count,
        }),
    };
    state.external_id = Some(account_id.clone());
    state.linked_by = Some(action_id.clone());
    state.written_by = Some(action_id);
    action
}

fn add_org_domain(issue: &PlanIssue, state: &mut State<'_>, facts: &PlanFacts, action_id: String) -> Planned {
    let domain = issue.domain.as_deref().unwrap_or_default();
    let mut domain_names = state.domain_names.clone();
    domain_names.push(domain.to_owned());
    let pulled_in = facts.pulled_in.get(domain).map(Vec::as_slice).unwrap_or_default();
    let action = Planned {
        action_id: action_id.clone(),
        depends_on: state.written_by.iter().cloned().collect(),
        membership_id: None,
        new_value: json!({ "domain_names": domain_names }),
        expected: json!({ "external_id": state.external_id, "domain_names": state.domain_names }),
        preconditions: vec![
            live("organization_exists"),
            json!({ "check": "domain_is_absent", "is_live": true, "domain": domain }),
            live("domain_names_are_expected"),
            live("external_id_is_expected"),
            // No request of Zendesk's says who holds a domain.
            json!({ "check": "domain_is_on_no_other_organization", "is_live": false, "domain": domain }),
        ],
        blast_radius: pulled_in_radius(pulled_in, facts),
    };
    state.domain_names = domain_names;
    state.written_by = Some(action_id);
    action
}

/// The users whom Zendesk pulls in when the domain is added, with where they are now.
fn pulled_in_radius(users: &[i64], facts: &PlanFacts) -> Value {
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
    json!({
        "pulled_in_user_count": users.len(),
        "pulled_in_user_ids": users.iter().copied().map(text).collect::<Vec<_>>(),
        "pulled_in_without_organization_count": without_organization,
        "present_organizations": present
            .into_iter()
            .map(|(organization, count)| json!({ "organization_id": text(organization), "user_count": count }))
            .collect::<Vec<_>>(),
        "open_ticket_count": open_tickets,
    })
}

fn assign_user_to_org(
    issue: &PlanIssue,
    state: &State<'_>,
    facts: &PlanFacts,
    rules: &Rules,
    action_id: String,
) -> Planned {
    let (user_id, user) = user(issue, facts);
    let memberships = memberships(facts, user_id);
    let mut preconditions = vec![
        live("user_is_active"),
        live("email_is_verified"),
        live("email_domain_is_expected"),
        live("is_not_a_member"),
        live(if rules.is_multiple_allowed {
            "several_organizations_are_allowed"
        } else {
            "user_has_no_organization"
        }),
        live("organization_exists"),
        live("external_id_is_expected"),
    ];
    if !rules.is_sharing_allowed {
        preconditions.push(live("organization_shares_nothing"));
    }
    let becomes_default = memberships.is_empty();
    Planned {
        action_id,
        depends_on: state.linked_by.iter().cloned().collect(),
        membership_id: None,
        new_value: json!({ "user_id": text(user_id), "organization_id": issue.organization_id.map(text) }),
        expected: json!({
            "is_active": user.is_active,
            "is_verified": user.is_verified,
            "email_domain": user.email_domain,
            "organization_ids": memberships
                .iter()
                .map(|membership| text(membership.organization_id))
                .collect::<Vec<_>>(),
            "default_organization_id": user.default_organization_id.map(text),
            "organization_external_id": state.external_id,
        }),
        preconditions,
        blast_radius: json!({
            "user_count": 1,
            "open_ticket_count": open_ticket_count(facts, user_id),
            "is_shared_tickets": state.organization.is_shared_tickets,
            "is_shared_comments": state.organization.is_shared_comments,
            // The first membership becomes the default one; else the default stays, and the next audit
            // proposes to move it.
            "becomes_default": becomes_default,
            "second_round_proposes_move": !becomes_default,
        }),
    }
}

fn move_user_to_org(issue: &PlanIssue, state: &State<'_>, facts: &PlanFacts, action_id: String) -> Planned {
    let (user_id, user) = user(issue, facts);
    let membership_id = memberships(facts, user_id)
        .iter()
        .filter(|membership| Some(membership.organization_id) == issue.organization_id)
        .map(|membership| membership.membership_id)
        .min();
    let default = user.default_organization_id.map(text);
    Planned {
        action_id,
        depends_on: state.linked_by.iter().cloned().collect(),
        membership_id,
        new_value: json!({
            "default_organization_id": issue.organization_id.map(text),
            "membership_id": membership_id.map(text),
        }),
        expected: json!({
            "default_organization_id": default,
            "membership_id": membership_id.map(text),
            "organization_id": issue.organization_id.map(text),
        }),
        preconditions: vec![live("membership_exists"), live("default_is_expected")],
        blast_radius: json!({
            "user_count": 1,
            "open_ticket_count": open_ticket_count(facts, user_id),
            "from_organization_id": default,
        }),
    }
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

/// A precondition that is read again right before the write.
fn live(check: &'static str) -> Value {
    json!({ "check": check, "is_live": true })
}

/// Zendesk ids are texts in the document.
fn text(id: i64) -> String {
    id.to_string()
}
