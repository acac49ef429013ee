//! The protocol of one repair: look, write down the intent, send once, write down the answer, look again.
//!
//! A request that writes is sent again only after a look showed that the one before had no effect, and never
//! more than [`MAX_TRIES`] times.

use std::{collections::HashMap, time::Duration};

use serde_json::{Map, Value, json};

use super::{
    ApplyError,
    action::{Action, Task},
    crash,
    journal::{Entry, Journal},
    look::{Seen, Verdict, look},
    overlay::Overlay,
};
use crate::{
    model::{ActionOutcome, EventKind},
    zendesk::records::{RecordApi, Reply, WriteAnswer, WriteApi, WriteRequest},
};

/// How often one repair is sent at most: a second time only if the first one surely had no effect.
const MAX_TRIES: u32 = 3;

/// How long an apply waits for one repair whose request was not processed, altogether.
const MAX_WAIT: Duration = Duration::from_mins(5);

/// What became of one repair.
#[derive(Debug, Clone)]
pub(super) struct Done {
    pub(super) outcome: ActionOutcome,
    /// Why, in a word of a closed list or the check that failed.
    pub(super) reason: Option<String>,
    pub(super) before: Value,
    pub(super) after: Value,
    pub(super) answer: Option<WriteAnswer>,
    /// `answer`, if Zendesk's answer and a look agree; `reading`, if a look alone shows it.
    pub(super) confirmed_by: Option<&'static str>,
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
            answer: None,
            confirmed_by: None,
            must_stop: None,
        }
    }

    /// The entry of the journal.
    pub(super) fn entry(&self, position: i64, action: &Action) -> Entry {
        let (live, by_snapshot): (Vec<_>, Vec<_>) =
            action.preconditions.iter().partition(|(_, is_live)| *is_live);
        let names =
            |list: Vec<&(String, bool)>| list.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let details = json!({
            "action_id": action.action_id,
            "action": action.task.repair().as_str(),
            "issue_key": action.issue_key,
            "outcome": self.outcome.as_str(),
            "reason": self.reason,
            "before": self.before,
            "after": self.after,
            "status": self.answer.as_ref().and_then(|answer| answer.status),
            "request_id": self.answer.as_ref().and_then(|answer| answer.request_id.clone()),
            "confirmed_by": self.confirmed_by,
            "checked_live": names(live),
            "checked_by_snapshot": names(by_snapshot),
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

/// An intent that no answer and no outcome followed: the process ended in between.
#[derive(Debug, Clone)]
pub(super) struct OpenIntent {
    /// When the record was last changed, as seen before it.
    pub(super) mark: Option<String>,
    pub(super) tries: u32,
    /// How long ago it was.
    pub(super) age: Duration,
}

/// Looks at one repair without being able to write it.
pub(super) async fn try_dry<A: RecordApi>(api: &A, action: &Action, overlay: &mut Overlay) -> Done {
    match look(api, &action.task, overlay).await {
        Ok(Verdict::Ready { seen, .. }) => {
            overlay.would_apply(&action.task);
            Done::new(ActionOutcome::WouldApply, None, seen)
        }
        Ok(verdict) => without_write(verdict),
        Err(error) => unreadable(&error),
    }
}

fn without_write(verdict: Verdict) -> Done {
    match verdict {
        Verdict::InPlace { seen } => Done::new(ActionOutcome::AlreadyInPlace, None, seen),
        Verdict::Stale { failed_check, seen } => {
            Done::new(ActionOutcome::SkippedStale, Some(failed_check), seen)
        }
        Verdict::Ready { seen, .. } => Done::new(ActionOutcome::NotAttempted, None, seen),
    }
}

/// The records cannot be read, so nothing was sent.
fn unreadable(error: &impl std::fmt::Display) -> Done {
    let mut done = Done::new(ActionOutcome::Failed, Some("reading_failed"), Seen::default());
    done.must_stop = Some("reading_failed");
    done.after = json!({ "problem": error.to_string() });
    done
}

/// What writes need beside the records.
pub(super) struct Writing<'a, A> {
    pub(super) api: &'a A,
    pub(super) journal: &'a dyn Journal,
    /// How long after an unclear answer its effect may still show.
    pub(super) settle: Duration,
}

impl<A: WriteApi> Writing<'_, A> {
    /// Makes one repair, or finds out what became of it where an earlier process began to.
    pub(super) async fn make(
        &self,
        position: i64,
        action: &Action,
        open: Option<&OpenIntent>,
    ) -> Result<Done, ApplyError> {
        let mut tries = 0;
        if let Some(open) = open {
            crash::point("before_settling");
            match self.settle_open(&action.task, open).await {
                Settled::Done(done) => return Ok(done),
                Settled::NoEffect => tries = open.tries,
            }
        }
        let mut waited = Duration::ZERO;
        loop {
            let (request, seen) = match look(self.api, &action.task, &Overlay::default()).await {
                Ok(Verdict::Ready { request, seen }) => (request, seen),
                Ok(verdict) => return Ok(without_write(verdict)),
                Err(error) => return Ok(unreadable(&error)),
            };
            crash::point("before_intent");
            self.journal.add(&[intent(position, action, tries + 1, &request, &seen)])?;
            crash::point("after_intent");
            tries += 1;
            let answer = self.api.write(&request).await;
            crash::point("after_request");
            self.journal.add(&[answered(position, action, &answer)])?;
            crash::point("after_answer");
            match self.judge(&action.task, &seen, answer).await {
                Judged::Done(done) => {
                    crash::point("after_look");
                    return Ok(*done);
                }
                Judged::Again { answer, wait } => {
                    if tries >= MAX_TRIES || waited + wait > MAX_WAIT {
                        let mut done = Done::new(ActionOutcome::Failed, Some("not_processed"), seen);
                        done.answer = Some(answer);
                        return Ok(done);
                    }
                    waited += wait;
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    /// Decides what an answer means by looking at the record, whatever the answer said.
    async fn judge(&self, task: &Task, before: &Seen, answer: WriteAnswer) -> Judged {
        if answer.reply == Reply::Unclear {
            // The effect of a request whose answer was lost may come late.
            tokio::time::sleep(self.settle).await;
        }
        let Ok(verdict) = look(self.api, task, &Overlay::default()).await else {
            let mut done = Done::new(ActionOutcome::Unknown, Some("reading_failed"), before.clone());
            done.answer = Some(answer);
            done.must_stop = Some("reading_failed");
            return Judged::done(done);
        };
        let (outcome, reason, after, confirmed_by) = match (verdict, answer.reply) {
            (Verdict::InPlace { seen }, Reply::Done) => (ActionOutcome::Applied, None, seen, Some("answer")),
            (Verdict::InPlace { seen }, Reply::Unclear) => {
                (ActionOutcome::Applied, None, seen, Some("reading"))
            }
            // It was refused because somebody else, or Zendesk itself, was faster.
            (Verdict::InPlace { seen }, _) => (ActionOutcome::AlreadyInPlace, None, seen, Some("reading")),
            (Verdict::Ready { seen, .. }, Reply::NotProcessed { retry_after })
                if seen.mark == before.mark =>
            {
                return Judged::Again { answer, wait: Duration::from_secs(retry_after) };
            }
            (Verdict::Ready { seen, .. }, Reply::Unclear) if seen.mark == before.mark => {
                return Judged::Again { answer, wait: Duration::ZERO };
            }
            (Verdict::Ready { seen, .. } | Verdict::Stale { seen, .. }, Reply::Refused) => {
                (ActionOutcome::Failed, Some("refused"), seen, Some("reading"))
            }
            (Verdict::Ready { seen, .. } | Verdict::Stale { seen, .. }, Reply::NotAllowed) => {
                (ActionOutcome::Failed, Some("not_allowed"), seen, Some("reading"))
            }
            // Zendesk said yes, and it is not so.
            (Verdict::Ready { seen, .. }, Reply::Done) => {
                (ActionOutcome::Unknown, Some("not_read_back"), seen, None)
            }
            // It surely was not processed, and then the record changed.
            (Verdict::Ready { seen, .. } | Verdict::Stale { seen, .. }, Reply::NotProcessed { .. }) => {
                (ActionOutcome::SkippedStale, Some("changed_meanwhile"), seen, None)
            }
            (Verdict::Ready { seen, .. } | Verdict::Stale { seen, .. }, Reply::Done | Reply::Unclear) => {
                (ActionOutcome::Unknown, Some("changed_by_somebody_else"), seen, None)
            }
        };
        let mut done = Done::new(outcome, reason, before.clone());
        done.after = after.value;
        done.confirmed_by = confirmed_by;
        done.must_stop = (answer.reply == Reply::NotAllowed).then_some("not_allowed");
        done.answer = Some(answer);
        Judged::done(done)
    }

    /// Finds out what became of a request that an earlier process may have sent.
    async fn settle_open(&self, task: &Task, open: &OpenIntent) -> Settled {
        tokio::time::sleep(self.settle.saturating_sub(open.age)).await;
        let done = match look(self.api, task, &Overlay::default()).await {
            Ok(Verdict::Ready { seen, .. }) if seen.mark == open.mark => return Settled::NoEffect,
            Ok(Verdict::InPlace { seen }) => {
                let mut done = Done::new(ActionOutcome::Applied, None, Seen::default());
                done.after = seen.value;
                done.confirmed_by = Some("reading");
                done
            }
            Ok(Verdict::Ready { seen, .. } | Verdict::Stale { seen, .. }) => {
                let mut done =
                    Done::new(ActionOutcome::Unknown, Some("changed_by_somebody_else"), Seen::default());
                done.after = seen.value;
                done
            }
            Err(_) => {
                let mut done = Done::new(ActionOutcome::Unknown, Some("reading_failed"), Seen::default());
                done.must_stop = Some("reading_failed");
                done
            }
        };
        Settled::Done(done)
    }
}

enum Judged {
    Done(Box<Done>),
    Again { answer: WriteAnswer, wait: Duration },
}

impl Judged {
    fn done(done: Done) -> Self {
        Self::Done(Box::new(done))
    }
}

enum Settled {
    Done(Done),
    NoEffect,
}

fn intent(position: i64, action: &Action, tries: u32, request: &WriteRequest, seen: &Seen) -> Entry {
    let details = json!({
        "action_id": action.action_id,
        "action": action.task.repair().as_str(),
        "try": tries,
        "method": request.method(),
        "path": request.path(),
        "before": seen.value,
        "mark": seen.mark,
    });
    entry(EventKind::Intent, Some(position), details)
}

fn answered(position: i64, action: &Action, answer: &WriteAnswer) -> Entry {
    let reply = match answer.reply {
        Reply::Done => "done",
        Reply::NotProcessed { .. } => "not_processed",
        Reply::Refused => "refused",
        Reply::NotAllowed => "not_allowed",
        Reply::Unclear => "unclear",
    };
    let details = json!({
        "action_id": action.action_id,
        "reply": reply,
        "status": answer.status,
        "request_id": answer.request_id,
        "problem": answer.problem,
    });
    entry(EventKind::Answer, Some(position), details)
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
