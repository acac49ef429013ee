//! The rows of a plan as an apply reads them: from the canonical text that the hash is over.

use super::ApplyError;
use crate::{
    identity::external_id_key,
    model::{
        IdText, Repair,
        journal::{Look, OutcomeReason},
        plan::{Check, PlanDocument, PlannedAction, PlannedRepair, Precondition},
    },
    zendesk::records::LiveMembership,
};

/// A row of the plan that has no repair: it is in the receipt, and nothing is sent for it.
#[derive(Debug, Clone)]
pub(super) struct Blocked {
    pub(super) issue_key: String,
    pub(super) reason: OutcomeReason,
    /// Possible, but outside of the batch.
    pub(super) is_deferred: bool,
}

/// What one repair does, and what it expects of the record.
#[derive(Debug, Clone)]
pub(super) enum Task {
    SetExternalId { organization_id: i64, external_id: String, name: String, domain_names: Vec<String> },
    AddDomain { organization_id: i64, domain: String, domain_names: Vec<String>, external_id: Option<String> },
    Assign { user_id: i64, organization_id: i64, email_domain: Option<String>, external_id: Option<String> },
    Move { user_id: i64, organization_id: i64, membership_id: i64, default_organization_id: Option<i64> },
}

impl Task {
    fn of(planned: PlannedAction) -> Result<Self, ApplyError> {
        let organization_id = planned.organization_id.0;
        let id = |id: Option<IdText>, name| id.map(|id| id.0).ok_or(ApplyError::NotAPlan(name));
        let (user_id, membership_id) = (planned.user_id, planned.membership_id);
        Ok(match planned.repair {
            PlannedRepair::SetOrgExternalId(parts) => Self::SetExternalId {
                organization_id,
                external_id: parts.new_value.external_id,
                name: parts.expected.name,
                domain_names: parts.expected.domain_names,
            },
            PlannedRepair::AddOrgDomain(parts) => Self::AddDomain {
                organization_id,
                domain: planned.domain.ok_or(ApplyError::NotAPlan("a repair without its domain"))?,
                domain_names: parts.expected.domain_names,
                external_id: parts.expected.external_id,
            },
            PlannedRepair::AssignUserToOrg(parts) => Self::Assign {
                user_id: id(user_id, "a repair without its user")?,
                organization_id,
                email_domain: parts.expected.email_domain,
                external_id: parts.expected.organization_external_id,
            },
            PlannedRepair::MoveUserToOrg(parts) => Self::Move {
                user_id: id(user_id, "a repair without its user")?,
                organization_id,
                membership_id: id(membership_id, "a repair without its membership")?,
                default_organization_id: parts.expected.default_organization_id.map(|id| id.0),
            },
        })
    }

    pub(super) const fn repair(&self) -> Repair {
        match self {
            Self::SetExternalId { .. } => Repair::SetOrgExternalId,
            Self::AddDomain { .. } => Repair::AddOrgDomain,
            Self::Assign { .. } => Repair::AssignUserToOrg,
            Self::Move { .. } => Repair::MoveUserToOrg,
        }
    }

    pub(super) const fn organization_id(&self) -> i64 {
        match self {
            Self::SetExternalId { organization_id, .. }
            | Self::AddDomain { organization_id, .. }
            | Self::Assign { organization_id, .. }
            | Self::Move { organization_id, .. } => *organization_id,
        }
    }

    /// Whether it is the `external_id` that the repair expects. Blank is blank, whether null, empty or white space.
    pub(super) fn expects_external_id(&self, found: Option<&str>) -> bool {
        match self {
            Self::AddDomain { external_id, .. } | Self::Assign { external_id, .. } => {
                external_id_key(external_id.as_deref()).text == external_id_key(found).text
            }
            Self::SetExternalId { .. } | Self::Move { .. } => false,
        }
    }

    /// Whether it is the name that the repair expects.
    pub(super) fn expects_name(&self, found: &str) -> bool {
        matches!(self, Self::SetExternalId { name, .. } if name == found)
    }

    /// Whether they are the domains that the repair expects, in their order.
    pub(super) fn expects_domain_names(&self, found: &[String]) -> bool {
        match self {
            Self::SetExternalId { domain_names, .. } | Self::AddDomain { domain_names, .. } => {
                domain_names == found
            }
            Self::Assign { .. } | Self::Move { .. } => false,
        }
    }

    /// Whether it is the domain of the address that the repair expects.
    pub(super) fn expects_email_domain(&self, found: Option<&str>) -> bool {
        matches!(self, Self::Assign { email_domain, .. } if email_domain.as_deref() == found)
    }

    /// Whether it is the default organization that the repair expects.
    pub(super) fn expects_default(&self, found: Option<i64>) -> bool {
        matches!(self, Self::Move { default_organization_id, .. } if *default_organization_id == found)
    }

    /// The membership that becomes the default one, if it is the user's in the organization.
    pub(super) fn membership_among<'m>(&self, list: &'m [LiveMembership]) -> Option<&'m LiveMembership> {
        let Self::Move { organization_id, membership_id, .. } = self else { return None };
        let found = list.iter().find(|one| one.organization_id == *organization_id);
        found.filter(|one| one.id == *membership_id)
    }
}

/// One repair of a plan.
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "it is the name that plan_actions has for it")]
pub(super) struct Action {
    pub(super) action_id: String,
    pub(super) issue_key: String,
    pub(super) account_id: String,
    pub(super) depends_on: Vec<String>,
    pub(super) task: Task,
    /// What must hold, in the order of the plan.
    pub(super) preconditions: Vec<Precondition>,
}

impl Action {
    fn of(planned: PlannedAction) -> Result<Self, ApplyError> {
        Ok(Self {
            action_id: planned.action_id.clone(),
            issue_key: planned.issue_key.clone(),
            account_id: planned.account_id.clone(),
            depends_on: planned.depends_on.clone(),
            preconditions: planned.preconditions.clone(),
            task: Task::of(planned)?,
        })
    }

    /// A look with the preconditions that it did not reach: each live one of the plan is in one of its lists then.
    pub(super) fn completed(&self, mut look: Look) -> Look {
        let is_known = |check: &Check| {
            look.needed_no_check.contains(check) || look.evaluated.iter().any(|one| one.check == *check)
        };
        let checks = self.preconditions.iter().map(Precondition::check);
        look.not_reached = checks.filter(|check| check.is_live() && !is_known(check)).collect();
        look
    }
}

/// What is used of a plan.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) source_identity: Option<String>,
    pub(super) actions: Vec<Action>,
    /// Deferred, then refused: the order of `plan_actions`.
    pub(super) blocked: Vec<Blocked>,
}

/// Reads a plan that was compared with its run.
pub(super) fn rows(document: &PlanDocument) -> Result<Rows, ApplyError> {
    let document = document.clone();
    let deferred = document.deferred.into_iter().map(|action| Blocked {
        issue_key: action.issue_key,
        reason: OutcomeReason::Deferral(action.reason),
        is_deferred: true,
    });
    let refused = document.refusals.into_iter().map(|issue| Blocked {
        issue_key: issue.issue_key,
        reason: OutcomeReason::Refusal(issue.reason),
        is_deferred: false,
    });
    Ok(Rows {
        source_identity: document.source_identity,
        blocked: deferred.chain(refused).collect(),
        actions: document.actions.into_iter().map(Action::of).collect::<Result<_, _>>()?,
    })
}
