//! What live applies over the same two snapshots leave to be planned: no repair is proposed twice, and what they did is
//! expected to be there.

use std::collections::HashSet;

use crate::{
    model::{
        ActionOutcome, Repair,
        journal::ApplyReason,
        plan::{Check, DeferralReason},
    },
    warehouse::{
        Session, WarehouseError,
        plans::{self, BatchRow, PlanFacts, PlanIssue, PlanMembership, TriedRepair},
    },
};

use super::repair::Composer;

/// What was made over the same two snapshots until an event of the journal.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The hash of that event: the end of the newest apply.
    pub(super) builds_on: Option<String>,
    made: Vec<TriedRepair>,
    action_ids: HashSet<String>,
    /// Nobody knows what they are like.
    doubtful: Records,
    /// They are not what the snapshots say.
    changed: Records,
    /// Repairs on them failed: others come first.
    failed: Records,
}

/// Records that repairs are about.
#[derive(Debug, Default)]
struct Records {
    organizations: HashSet<i64>,
    users: HashSet<i64>,
}

impl Records {
    /// Adds the record that a repair writes.
    fn add_written(&mut self, repair: &TriedRepair) {
        match repair.user_id {
            Some(user_id) => self.users.insert(user_id),
            None => self.organizations.insert(repair.organization_id),
        };
    }

    /// Whether an issue is about one of them.
    fn concern(&self, issue: &PlanIssue) -> bool {
        issue.user_id.is_some_and(|user_id| self.users.contains(&user_id))
            || issue.organization_id.is_some_and(|id| self.organizations.contains(&id))
    }
}

/// What the journal says of a place to continue from.
pub(super) enum Found {
    Progress(Progress),
    /// An apply over the same snapshots was interrupted: nobody knows yet what it did.
    BrokenOff {
        plan_id: i64,
        until_then: Progress,
    },
}

impl Progress {
    /// Everything until now.
    pub(super) fn now(connection: &Session, run_id: i64) -> Result<Found, WarehouseError> {
        let batches = plans::batches(connection, run_id)?;
        let broken_off = batches.iter().find(|batch| batch.end.is_none()).map(|batch| batch.plan_id);
        let newest = batches.into_iter().filter_map(|batch| batch.end).max();
        let progress = match newest {
            Some((event_id, hash)) => Self::until(connection, run_id, event_id, hash)?,
            None => Self::default(),
        };
        Ok(match broken_off {
            Some(plan_id) => Found::BrokenOff { plan_id, until_then: progress },
            None => Found::Progress(progress),
        })
    }

    /// What a plan says that it builds on; none if that is not an end of a live apply over the snapshots of its run.
    pub(super) fn of(
        connection: &Session,
        run_id: i64,
        builds_on: Option<&str>,
    ) -> Result<Option<Self>, WarehouseError> {
        let Some(builds_on) = builds_on else { return Ok(Some(Self::default())) };
        let ends = plans::batches(connection, run_id)?.into_iter().filter_map(|BatchRow { end, .. }| end);
        match ends.into_iter().find(|(_, hash)| hash == builds_on) {
            Some((event_id, hash)) => Ok(Some(Self::until(connection, run_id, event_id, hash)?)),
            None => Ok(None),
        }
    }

    fn until(connection: &Session, run_id: i64, event_id: i64, hash: String) -> Result<Self, WarehouseError> {
        let mut progress = Self { builds_on: Some(hash), ..Self::default() };
        for repair in plans::tried_until(connection, run_id, event_id)? {
            match repair.outcome {
                ActionOutcome::Unknown => progress.doubtful.add_written(&repair),
                ActionOutcome::Failed => progress.failed.add_written(&repair),
                ActionOutcome::SkippedStale => progress.note_stale(&repair),
                _ => {
                    progress.action_ids.insert(repair.action_id.clone());
                    progress.made.push(repair);
                }
            }
        }
        Ok(progress)
    }

    /// How many repairs were made.
    pub(super) fn made_count(&self) -> usize {
        self.action_ids.len()
    }

    /// Whether the repair of an issue was made.
    pub(super) fn has_made(&self, issue: &PlanIssue) -> bool {
        issue.action.is_some_and(|repair| self.action_ids.contains(&Composer::action_id(issue, repair)))
    }

    /// Takes note of a record that an apply found changed. What waited for another repair was not looked at.
    fn note_stale(&mut self, repair: &TriedRepair) {
        let Some(reason) = repair.reason.as_deref() else { return };
        if ApplyReason::from_text(reason) == Some(ApplyReason::DependencyNotApplied) {
            return;
        }
        match Check::from_text(reason) {
            // It is the organization that changed, not the user who was to become a member.
            Some(
                Check::OrganizationExists | Check::ExternalIdIsExpected | Check::OrganizationSharesNothing,
            ) => {
                self.changed.organizations.insert(repair.organization_id);
            }
            _ => self.changed.add_written(repair),
        }
    }

    /// Why a repair waits for a newer snapshot, if it does: an earlier one on the same record has no clear end, or found
    /// it changed.
    pub(super) fn waits_for_snapshot(&self, issue: &PlanIssue) -> Option<DeferralReason> {
        if self.doubtful.concern(issue) {
            Some(DeferralReason::OutcomeUnknown)
        } else if self.changed.concern(issue) {
            Some(DeferralReason::FoundStale)
        } else {
            None
        }
    }

    /// Puts the effects of what was made over what the snapshots say, and what failed behind everything else: whatever
    /// made it fail may make it fail again.
    pub(super) fn put_over(&self, facts: &mut PlanFacts) {
        // Repairs on one record keep their order, in which each stands after those that it waits for.
        facts.issues.sort_by_key(|issue| self.failed.concern(issue));
        for made in &self.made {
            match (made.repair, made.user_id) {
                (Repair::SetOrgExternalId, _) => {
                    if let Some(organization) = facts.organizations.get_mut(&made.organization_id) {
                        organization.external_id = Some(made.account_id.clone());
                    }
                }
                (Repair::AddOrgDomain, _) => {
                    if let Some(organization) = facts.organizations.get_mut(&made.organization_id) {
                        organization.domain_names.extend(made.domain.clone());
                    }
                }
                (Repair::AssignUserToOrg, Some(user_id)) => assigned(facts, user_id, made),
                (Repair::MoveUserToOrg, Some(user_id)) => {
                    if let Some(user) = facts.users.get_mut(&user_id) {
                        user.default_organization_id = Some(made.organization_id);
                    }
                }
                (Repair::AssignUserToOrg | Repair::MoveUserToOrg, None) => {}
            }
        }
    }
}

/// The first membership of a user becomes the default one.
fn assigned(facts: &mut PlanFacts, user_id: i64, made: &TriedRepair) {
    let memberships = facts.memberships.entry(user_id).or_default();
    if memberships.is_empty()
        && let Some(user) = facts.users.get_mut(&user_id)
    {
        user.default_organization_id = Some(made.organization_id);
    }
    // What Zendesk called the membership is of no use to any repair: those of one user are never moved after.
    memberships.push(PlanMembership {
        membership_id: made.membership_id.unwrap_or_default(),
        organization_id: made.organization_id,
    });
    memberships.sort_by_key(|membership| membership.organization_id);
}
