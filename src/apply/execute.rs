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

/// How often one process sends one repair at most: a second time only if a look showed no effect of the first.
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
    fn answered(mut self, answer: &WriteAnswer) -> Self {
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
    fn answer(&self) -> WriteAnswer {
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
    done.problem = Some(error.to_string());
    done
}

/// What a look means that no request followed, when an earlier request of the repair may have come late.
fn after_doubt(verdict: Verdict, before: Seen) -> Done {
    let (outcome, reason, seen, confirmed_by) = match verdict {
        Verdict::InPlace { seen } => (ActionOutcome::Applied, None, seen, Some("reading")),
        Verdict::Ready { seen, .. } | Verdict::Stale { seen, .. } => {
            (ActionOutcome::Unknown, Some("changed_by_somebody_else"), seen, None)
        }
    };
    let mut done = Done::new(outcome, reason, before);
    done.after = seen.value;
    done.confirmed_by = confirmed_by;
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
        let mut number = 0;
        // What was seen before the last request that may have had an effect that nobody saw.
        let mut doubt: Option<Seen> = None;
        if let Some(open) = open {
            crash::point("before_settling");
            let settle = self.settle.saturating_sub(open.age);
            let judged =
                self.judge(&action.task, &open.before, open.answer(), open.is_in_doubt, settle).await;
            crash::point("after_settling");
            match judged {
                Judged::Done(done) => return Ok(*done),
                Judged::Again { .. } => number = open.number,
            }
            doubt = open.leaves_doubt().then(|| open.before.clone());
        }
        let (mut tries, mut waited) = (0, Duration::ZERO);
        let mut last: Option<WriteAnswer> = None;
        loop {
            let verdict = look(self.api, &action.task, &Overlay::default()).await;
            crash::point("after_first_look");
            let (request, seen) = match (verdict, doubt.take()) {
                (Err(error), before) => return Ok(unreadable_after(&error, last.as_ref(), before)),
                (Ok(Verdict::Ready { request, seen }), None) => (request, seen),
                (Ok(Verdict::Ready { request, seen }), Some(before)) if seen.mark == before.mark => {
                    doubt = Some(before);
                    (request, seen)
                }
                (Ok(verdict), Some(before)) => return Ok(with(after_doubt(verdict, before), last.as_ref())),
                (Ok(verdict), None) => return Ok(with(without_write(verdict), last.as_ref())),
            };
            crash::point("before_intent");
            number += 1;
            tries += 1;
            self.journal.add(&[intent(position, action, number, &request, &seen)])?;
            crash::point("after_intent");
            let answer = self.api.write(&request).await;
            crash::point("after_request");
            self.journal.add(&[answered(position, action, &answer)])?;
            crash::point("after_answer");
            match self.judge(&action.task, &seen, answer, doubt.is_some(), self.settle).await {
                Judged::Done(done) => {
                    crash::point("after_look");
                    return Ok(*done);
                }
                Judged::Again { answer, wait } => {
                    if tries >= MAX_TRIES || waited + wait > MAX_WAIT {
                        return Ok(
                            Done::new(ActionOutcome::Failed, Some("not_processed"), seen).answered(&answer)
                        );
                    }
                    crash::point("before_next_try");
                    if answer.reply == Reply::Unclear {
                        doubt = Some(seen);
                    }
                    last = Some(answer);
                    waited += wait;
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    /// Decides what an answer means by looking at the record, whatever the answer said.
    ///
    /// `is_in_doubt`: an earlier request of the same repair may have its effect only now.
    async fn judge(
        &self,
        task: &Task,
        before: &Seen,
        answer: WriteAnswer,
        is_in_doubt: bool,
        settle: Duration,
    ) -> Judged {
        if answer.reply == Reply::Unclear {
            // The effect of a request whose answer was lost may come late.
            tokio::time::sleep(settle).await;
        }
        let verdict = look(self.api, task, &Overlay::default()).await;
        crash::point("before_judgement");
        let Ok(verdict) = verdict else { return Judged::done(unread(before, &answer, is_in_doubt)) };
        let is_same = match &verdict {
            Verdict::Ready { seen, .. } => seen.mark == before.mark,
            Verdict::InPlace { .. } | Verdict::Stale { .. } => false,
        };
        let (outcome, reason, after, confirmed_by) = match (verdict, answer.reply) {
            (Verdict::InPlace { seen }, Reply::Done) => (ActionOutcome::Applied, None, seen, Some("answer")),
            (Verdict::InPlace { seen }, reply) if is_in_doubt || reply == Reply::Unclear => {
                (ActionOutcome::Applied, None, seen, Some("reading"))
            }
            // It was refused because somebody else, or Zendesk itself, was faster.
            (Verdict::InPlace { seen }, _) => (ActionOutcome::AlreadyInPlace, None, seen, Some("reading")),
            (Verdict::Ready { .. }, Reply::NotProcessed { retry_after }) if is_same => {
                return Judged::Again { answer, wait: Duration::from_secs(retry_after) };
            }
            (Verdict::Ready { .. }, Reply::Unclear) if is_same => {
                return Judged::Again { answer, wait: Duration::ZERO };
            }
            // Zendesk said yes, and it is not so.
            (Verdict::Ready { seen, .. }, Reply::Done) => {
                (ActionOutcome::Unknown, Some("not_read_back"), seen, None)
            }
            (Verdict::Ready { seen, .. } | Verdict::Stale { seen, .. }, reply)
                if reply == Reply::Done || reply == Reply::Unclear || (is_in_doubt && !is_same) =>
            {
                (ActionOutcome::Unknown, Some("changed_by_somebody_else"), seen, None)
            }
            (Verdict::Ready { seen, .. } | Verdict::Stale { seen, .. }, Reply::NotAllowed) => {
                (ActionOutcome::Failed, Some("not_allowed"), seen, Some("reading"))
            }
            // It surely was not processed, and then the record changed.
            (Verdict::Ready { seen, .. } | Verdict::Stale { seen, .. }, Reply::NotProcessed { .. }) => {
                (ActionOutcome::SkippedStale, Some("changed_meanwhile"), seen, None)
            }
            (Verdict::Ready { seen, .. } | Verdict::Stale { seen, .. }, _) => {
                (ActionOutcome::Failed, Some("refused"), seen, Some("reading"))
            }
        };
        let mut done = Done::new(outcome, reason, before.clone()).answered(&answer);
        done.after = after.value;
        done.confirmed_by = confirmed_by;
        done.must_stop = (answer.reply == Reply::NotAllowed).then_some("not_allowed");
        Judged::done(done)
    }
}

/// Adds the answer that the last request got, if there was one.
fn with(done: Done, answer: Option<&WriteAnswer>) -> Done {
    match answer {
        Some(answer) => done.answered(answer),
        None => done,
    }
}

/// The record cannot be read before a request. What was sent earlier may have had an effect.
fn unreadable_after(
    error: &impl std::fmt::Display,
    last: Option<&WriteAnswer>,
    before: Option<Seen>,
) -> Done {
    let mut done = unreadable(error);
    if let Some(before) = before {
        done.outcome = ActionOutcome::Unknown;
        done.before = before.value;
    }
    with(done, last)
}

/// The record cannot be read after a request: only its answer says what became of it.
fn unread(before: &Seen, answer: &WriteAnswer, is_in_doubt: bool) -> Done {
    let (outcome, reason) = match answer.reply {
        Reply::NotAllowed if !is_in_doubt => (ActionOutcome::Failed, "not_allowed"),
        Reply::Refused if !is_in_doubt => (ActionOutcome::Failed, "refused"),
        Reply::NotProcessed { .. } if !is_in_doubt => (ActionOutcome::Failed, "not_processed"),
        _ => (ActionOutcome::Unknown, "reading_failed"),
    };
    let mut done = Done::new(outcome, Some(reason), before.clone());
    done.must_stop = Some("reading_failed");
    done.answered(answer)
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

fn intent(position: i64, action: &Action, number: u32, request: &WriteRequest, seen: &Seen) -> Entry {
    let details = json!({
        "action_id": action.action_id,
        "action": action.task.repair().as_str(),
        "try": number,
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
