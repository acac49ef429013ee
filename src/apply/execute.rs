//! What became of one repair, what is known of one that was begun, and a look that writes nothing.

use std::{collections::HashMap, time::Duration};

use super::{
    action::Action,
    journal::Entry,
    kept::Kept,
    look::{Seen, Sight, Unreadable, look},
    overlay::Overlay,
};
use crate::{
    model::{
        ActionOutcome,
        journal::{
            ApplyReason, Confirmation, EventDetails, Look, OutcomeBody, OutcomeReason, RepairOutcome,
            SeenRecord,
        },
        plan::{Check, Precondition},
    },
    zendesk::records::{RecordApi, Reply, WriteAnswer},
};

/// What became of one repair.
#[derive(Debug, Clone)]
pub(super) struct Done {
    pub(super) outcome: ActionOutcome,
    pub(super) reason: Option<OutcomeReason>,
    pub(super) before: Option<SeenRecord>,
    pub(super) after: Option<SeenRecord>,
    pub(super) status: Option<u16>,
    pub(super) request_id: Option<String>,
    pub(super) confirmed_by: Option<Confirmation>,
    /// What went wrong, for the person who waits; not for the journal, because others wrote it.
    pub(super) problem: Option<String>,
    /// What the last look before the write, or the one that decided, made of the preconditions. None where an
    /// earlier orgdrift looked and did not write it down.
    look: Option<Look>,
    /// No further repair may be tried.
    pub(super) must_stop: Option<ApplyReason>,
}

impl Done {
    pub(super) fn new(outcome: ActionOutcome, reason: Option<OutcomeReason>, seen: Seen) -> Self {
        Self {
            outcome,
            reason,
            before: seen.record,
            after: None,
            status: None,
            request_id: None,
            confirmed_by: None,
            problem: None,
            look: seen.look,
            must_stop: None,
        }
    }

    /// Of a repair that is not looked at.
    pub(super) fn unseen(outcome: ActionOutcome, reason: ApplyReason, action: &Action) -> Self {
        let seen = Seen::default().with(action.completed(Look::default()));
        Self::new(outcome, Some(reason.into()), seen)
    }

    /// With what was seen, and evaluated, before the last request.
    pub(super) fn with_before(mut self, before: Seen) -> Self {
        self.before = before.record;
        self.look = before.look;
        self
    }

    /// With the answer to the last request.
    pub(super) fn answered(mut self, answer: &WriteAnswer) -> Self {
        self.status = answer.status;
        self.request_id.clone_from(&answer.request_id);
        self
    }

    /// The entry of the journal.
    pub(super) fn entry(&self, position: i64, action: &Action) -> Entry {
        let checks = || action.preconditions.iter().map(Precondition::check);
        // In the order of the plan.
        let evaluated = |look: &Look| -> Vec<Check> {
            let is_evaluated = |check: &Check| look.evaluated.iter().any(|one| one.check == *check);
            checks().filter(is_evaluated).collect()
        };
        Entry {
            position: Some(position),
            details: EventDetails::Outcome(OutcomeBody {
                issue_key: action.issue_key.clone(),
                outcome: self.outcome,
                reason: self.reason,
                before: self.before.clone(),
                after: self.after.clone(),
                status: self.status,
                request_id: self.request_id.clone(),
                of_repair: Some(RepairOutcome {
                    action_id: action.action_id.clone(),
                    action: action.task.repair(),
                    confirmed_by: self.confirmed_by,
                    checked_live: self.look.as_ref().map(evaluated),
                    checked_by_snapshot: checks().filter(|check| !check.is_live()).collect(),
                    look: self.look.clone(),
                }),
            }),
        }
    }
}

/// An intent that no outcome followed: the process ended in between.
#[derive(Debug, Clone)]
pub(super) struct OpenIntent {
    /// What was seen before the request.
    pub(super) before: Seen,
    /// The number of the request, from 1.
    pub(super) number: u32,
    /// The answer, if it came to be written down.
    pub(super) answer: Option<WriteAnswer>,
    /// An earlier request of the repair has no clear answer.
    pub(super) is_in_doubt: bool,
    /// How long ago it was.
    pub(super) age: Duration,
}

impl OpenIntent {
    /// Whether any request of the repair may have had an effect that nobody saw.
    pub(super) fn leaves_doubt(&self) -> bool {
        self.is_in_doubt || self.answer.as_ref().is_none_or(|answer| answer.reply == Reply::Unclear)
    }

    /// What is known of its answer: where none was written down, the request may have left or not.
    pub(super) fn answer(&self) -> WriteAnswer {
        self.answer.clone().unwrap_or(WriteAnswer {
            reply: Reply::Unclear,
            status: None,
            request_id: None,
            problem: None,
        })
    }
}

/// Looks at one repair without being able to write it.
pub(super) async fn try_dry<A: RecordApi>(
    api: &A,
    action: &Action,
    overlay: &mut Overlay,
    kept: &Kept<'_>,
) -> Done {
    match look(api, action, overlay, kept).await {
        Ok(Sight::Ready { seen, .. }) => {
            overlay.would_apply(&action.task);
            Done::new(ActionOutcome::WouldApply, None, seen)
        }
        Ok(sight) => without_write(sight),
        Err(unreadable) => unread(unreadable),
    }
}

pub(super) fn without_write(sight: Sight) -> Done {
    match sight {
        Sight::InPlace { seen } => Done::new(ActionOutcome::AlreadyInPlace, None, seen),
        Sight::Stale { failed_check, seen } => {
            Done::new(ActionOutcome::SkippedStale, Some(failed_check.into()), seen)
        }
        Sight::Ready { seen, .. } => Done::new(ActionOutcome::NotAttempted, None, seen),
    }
}

/// The records cannot be read, so nothing was sent.
pub(super) fn unread<E: std::fmt::Display>(unreadable: Unreadable<E>) -> Done {
    let reason = ApplyReason::ReadingFailed;
    let mut done =
        Done::new(ActionOutcome::Failed, Some(reason.into()), Seen::default().with(unreadable.look));
    done.must_stop = Some(reason);
    done.problem = Some(unreadable.error.to_string());
    done
}

/// Which rows are decided, by action.
#[derive(Debug, Default)]
pub(super) struct Decided(HashMap<String, ActionOutcome>);

impl Decided {
    pub(super) fn note(&mut self, action_id: &str, outcome: ActionOutcome) {
        self.0.insert(action_id.to_owned(), outcome);
    }

    /// Whether everything that the action waits for is there.
    pub(super) fn allows(&self, action: &Action) -> bool {
        action.depends_on.iter().all(|needed| {
            matches!(
                self.0.get(needed),
                Some(ActionOutcome::Applied | ActionOutcome::AlreadyInPlace | ActionOutcome::WouldApply)
            )
        })
    }
}
