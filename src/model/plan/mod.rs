//! The plan as a document, `fix_plan.json`: written by `plan`, read by `apply`, `receipt` and `trace`.

mod action;
mod document;
mod precondition;
mod reason;

pub use action::{
    BlastRadius, DefaultBefore, DomainsBefore, LinkRadius, MembershipBefore, MembershipRadius, MoveRadius,
    NewDefault, NewDomainNames, NewExternalId, NewMembership, OrganizationCount, PlannedAction,
    PlannedRepair, PulledInRadius, RepairParts, UnlinkedOrganization,
};
pub use document::{DeferredAction, PlanDocument, PlanFilters, PlanSchema, PlanSnapshots, RefusedIssue};
pub use precondition::{Check, OrganizationKey, Precondition};
pub use reason::{DeferralReason, RefusalReason};

use crate::model::closed_set::closed_set;

closed_set! {
    /// Whether a plan can still be applied.
    PlanState {
        /// Nothing was written yet, and its snapshots are the newest.
        Ready = "ready",
        /// It was applied live.
        Applied = "applied",
        /// Its live apply has no end.
        BrokenOff = "broken_off",
        /// It has no repair.
        Empty = "empty",
        /// A newer snapshot exists.
        Outdated = "outdated",
    }
}
