//! What became of one repair, what is known of one that was begun, and a look that writes nothing.

use std::{collections::HashMap, time::Duration};

use serde_json::{Map, Value, json};

use super::{
    action::Action,
    journal::Entry,
    look::{Seen, Verdict, look},
    overlay::Overlay,
};
use crate::{
    model::{ActionOutcome, EventKind},
    zendesk::records::{RecordApi, Reply, WriteAnswer},
};

/// What became of one repair.
#[derive(Debug, Clone)]
pub(super) struct Done {
    pub(super) outcome: ActionOutcome,
    /// Why, in a word of a closed list or the check that failed.
    pub(super) reason: Option<String>,
    pub(super) before: Value,
    pub(super) after: Value,
    pub(super) status: Option<u16>,
    pub(super) request_id: Option<String>,
    /// `answer`, if Zendesk's answer and a look agree; `reading`, if a look alone shows it.
    pub(super) confirmed_by: Option<&'static str>,
    /// What went wrong, for the person who waits; not for the journal, because others wrote it.
    pub(super) problem: Option<String>,
    /// Whether a look found every precondition to hold before it.
    pub(super) was_ready: bool,
    /// No further repair may be tried.
    pub(super) must_stop: Option<&'static str>,
}

impl Done {
    pub(super) fn new(outcome: ActionOutcome, reason: Option<&str>, seen: Seen) -> Self {
        Self {
            outcome,
            reason: reason.map(str::to_owned),
            before: seen.value,
            after: Value::Null,
            status: None,
            request_id: None,
            confirmed_by: None,
            problem: None,
            was_ready: false,
            must_stop: None,
        }
    }

    /// Of something that a look found ready.
    fn ready(mut self) -> Self {
        self.was_ready = true;
        self
    }

    /// With the answer to the last request, which is sent only for what is ready.
    pub(super) fn answered(mut self, answer: &WriteAnswer) -> Self {
        self.was_ready = true;
        self.status = answer.status;
        self.request_id.clone_from(&answer.request_id);
        self
    }

    /// The entry of the journal.
    pub(super) fn entry(&self, position: i64, action: &Action) -> Entry {
        // What was never looked at, or failed a check, had not all of them hold: the reason names the one.
        let held = |is_wanted: bool| -> Vec<&str> {
            let preconditions = action.preconditions.iter().filter(|_| self.was_ready);
            preconditions
                .filter(|(_, is_live)| *is_live == is_wanted)
                .map(|(name, _)| name.as_str())
                .collect()
        };
        let details = json!({
            "action_id": action.action_id,
            "action": action.task.repair().as_str(),
            "issue_key": action.issue_key,
            "outcome": self.outcome.as_str(),
            "reason": self.reason,
            "before": self.before,
            "after": self.after,
            "status": self.status,
            "request_id": self.request_id,
            "confirmed_by": self.confirmed_by,
            "checked_live": held(true),
            "checked_by_snapshot": held(false),
        });
        entry(EventKind::Outcome, Some(position), details)
    }
}

/// An entry of details that are an object.
pub(super) fn entry(kind: EventKind, position: Option<i64>, details: Value) -> Entry {
    let details = match details {
        Value::Object(details) => details,
        _ => Map::new(),
    };
    Entry { kind, position, details }
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
pub(super) async fn try_dry<A: RecordApi>(api: &A, action: &Action, overlay: &mut Overlay) -> Done {
    match look(api, &action.task, overlay).await {
        Ok(Verdict::Ready { seen, .. }) => {
            overlay.would_apply(&action.task);
            Done::new(ActionOutcome::WouldApply, None, seen).ready()
        }
        Ok(verdict) => without_write(verdict),
        Err(error) => unreadable(&error),
    }
}

pub(super) fn without_write(verdict: Verdict) -> Done {
    match verdict {
        Verdict::InPlace { seen } => Done::new(ActionOutcome::AlreadyInPlace, None, seen),
        Verdict::Stale { failed_check, seen } => {
            Done::new(ActionOutcome::SkippedStale, Some(failed_check), seen)
        }
        Verdict::Ready { seen, .. } => Done::new(ActionOutcome::NotAttempted, None, seen),
    }
}

/// The records cannot be read, so nothing was sent.
pub(super) fn unreadable(error: &impl std::fmt::Display) -> Done {
    let mut done = Done::new(ActionOutcome::Failed, Some("reading_failed"), Seen::default());
    done.must_stop = Some("reading_failed");
    done.problem = Some(error.to_string());
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
