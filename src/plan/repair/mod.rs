//! What one prepared issue becomes: what is written, what is expected before, what must hold, who is
//! affected.
//!
//! Expected values are the snapshot's with the effects of the earlier actions of the same plan, so that a
//! plan can be carried out from top to bottom.

mod organization;
mod user;

use std::collections::HashMap;

use serde_json::json;

use crate::{
    catalog,
    model::{
        IdText, Repair, canonical,
        plan::{BlastRadius, PlannedAction, PlannedRepair, Precondition},
    },
    warehouse::plans::{PlanFacts, PlanIssue, PlanMembership, PlanOrganization},
};

/// Digits of the hash that names an action: enough that no two of a warehouse meet.
const ACTION_ID_DIGITS: usize = 16;

/// What the audit was told and the account settings say.
#[derive(Debug, Clone)]
pub(in crate::plan) struct Rules {
    /// Several organizations per user are known to be allowed.
    pub(in crate::plan) is_multiple_allowed: bool,
    /// Members may be added to organizations that share their tickets.
    pub(in crate::plan) is_sharing_allowed: bool,
    /// Only tickets created from then on are counted.
    pub(in crate::plan) tickets_since: Option<String>,
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
pub(in crate::plan) struct Composer<'f> {
    facts: &'f PlanFacts,
    rules: Rules,
    states: HashMap<i64, Planned<'f>>,
}

impl<'f> Composer<'f> {
    pub(in crate::plan) fn new(facts: &'f PlanFacts, rules: Rules) -> Self {
        Self { facts, rules, states: HashMap::new() }
    }

    /// The name of a repair: the same in every plan that proposes it.
    pub(in crate::plan) fn action_id(issue: &PlanIssue, repair: Repair) -> String {
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
    pub(in crate::plan) fn action(&mut self, issue: &PlanIssue, repair: Repair) -> PlannedAction {
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
            Repair::SetOrgExternalId => {
                organization::set_org_external_id(issue, state, facts, rules, &action_id)
            }
            Repair::AddOrgDomain => organization::add_org_domain(issue, state, facts, rules, &action_id),
            Repair::AssignUserToOrg => user::assign_user_to_org(issue, &self.states, facts, rules),
            Repair::MoveUserToOrg => user::move_user_to_org(issue, &self.states, facts, rules),
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

/// The organization of a prepared issue.
fn expected_organization(issue: &PlanIssue) -> i64 {
    issue.organization_id.expect("a prepared issue expects an organization")
}

fn memberships(facts: &PlanFacts, user_id: i64) -> &[PlanMembership] {
    facts.memberships.get(&user_id).map(Vec::as_slice).unwrap_or_default()
}

fn open_ticket_count(facts: &PlanFacts, user_id: i64) -> i64 {
    facts.open_tickets.get(&user_id).copied().unwrap_or(0)
}
