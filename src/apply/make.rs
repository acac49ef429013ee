//! The protocol of one repair that is made: look, write down the intent, send once, write down the answer, look
//! again.
//!
//! A request that writes is sent again only after a look showed that the one before had no effect, and never
//! more than [`MAX_TRIES`] times.

use std::time::Duration;

use super::{
    ApplyError,
    action::Action,
    crash,
    execute::{Done, OpenIntent, unread, without_write},
    journal::{Entry, Journal, keep},
    kept::Kept,
    look::{Seen, Sight, Unreadable, look},
    overlay::Overlay,
};
use crate::{
    model::{
        ActionOutcome,
        journal::{AnswerBody, ApplyReason, Confirmation, EventDetails, IntentBody, WriteReply},
    },
    zendesk::records::{Reply, WriteAnswer, WriteApi, WriteRequest},
};

/// How often one process sends one repair at most: a second time only if a look showed no effect of the first.
const MAX_TRIES: u32 = 3;

/// How long an apply waits for one repair whose request was not processed, altogether.
const MAX_WAIT: Duration = Duration::from_mins(5);

/// What writes need beside the records.
pub(super) struct Writing<'a, A> {
    pub(super) api: &'a A,
    pub(super) journal: &'a dyn Journal,
    /// How long after an unclear answer its effect may still show.
    pub(super) settle: Duration,
    /// Replies that what is only compared is compared with.
    pub(super) kept: &'a Kept<'a>,
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
            if let Some(done) = self.settle_open(action, open).await {
                return Ok(done);
            }
            number = open.number;
            doubt = open.leaves_doubt().then(|| open.before.clone());
        }
        let (mut tries, mut waited) = (0, Duration::ZERO);
        let mut last: Option<WriteAnswer> = None;
        loop {
            let sight = look(self.api, action, &Overlay::default(), self.kept).await;
            crash::point("after_first_look");
            let (request, seen) = match (sight, doubt.take()) {
                (Err(unreadable), before) => return Ok(unread_after(unreadable, last.as_ref(), before)),
                (Ok(Sight::Ready { request, seen }), None) => (request, seen),
                (Ok(Sight::Ready { request, seen }), Some(before)) if seen.mark == before.mark => {
                    doubt = Some(before);
                    (request, seen)
                }
                (Ok(sight), Some(before)) => return Ok(with(after_doubt(sight, before), last.as_ref())),
                (Ok(sight), None) => return Ok(with(without_write(sight), last.as_ref())),
            };
            crash::point("before_intent");
            number += 1;
            tries += 1;
            self.journal.add(&[intent(position, action, number, &request, &seen)])?;
            crash::point("after_intent");
            self.forget_written(&request);
            let answer = self.api.write(&request).await;
            crash::point("after_request");
            keep(self.journal, answered(position, action, &answer))?;
            crash::point("after_answer");
            match self.judge(action, &seen, answer, doubt.is_some(), self.settle).await {
                Judged::Done(done) => {
                    crash::point("after_look");
                    return Ok(*done);
                }
                Judged::Again { answer, wait } => {
                    if tries >= MAX_TRIES || waited + wait > MAX_WAIT {
                        let reason = ApplyReason::NotProcessed.into();
                        // An earlier request may have its effect only now.
                        let outcome =
                            if doubt.is_some() { ActionOutcome::Unknown } else { ActionOutcome::Failed };
                        return Ok(Done::new(outcome, Some(reason), seen).answered(&answer));
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

    /// What was kept of an organization is not what it is any more.
    fn forget_written(&self, request: &WriteRequest) {
        match request {
            WriteRequest::SetExternalId { organization_id, .. }
            | WriteRequest::SetDomainNames { organization_id, .. } => {
                self.kept.forget_organization(*organization_id);
            }
            WriteRequest::AddMembership { .. } | WriteRequest::MakeDefault { .. } => {}
        }
    }

    /// Finds out what became of a request that an earlier process may have sent; nothing, if it may be sent again.
    async fn settle_open(&self, action: &Action, open: &OpenIntent) -> Option<Done> {
        crash::point("before_settling");
        let settle = self.settle.saturating_sub(open.age);
        let judged = self.judge(action, &open.before, open.answer(), open.is_in_doubt, settle).await;
        crash::point("after_settling");
        match judged {
            Judged::Done(done) => Some(*done),
            Judged::Again { .. } => None,
        }
    }

    /// Decides what an answer means by looking at the record, whatever the answer said.
    ///
    /// `is_in_doubt`: an earlier request of the same repair may have its effect only now.
    async fn judge(
        &self,
        action: &Action,
        before: &Seen,
        answer: WriteAnswer,
        is_in_doubt: bool,
        settle: Duration,
    ) -> Judged {
        if answer.reply == Reply::Unclear {
            // The effect of a request whose answer was lost may come late.
            tokio::time::sleep(settle).await;
        }
        let sight = look(self.api, action, &Overlay::default(), self.kept).await;
        crash::point("before_judgement");
        let Ok(sight) = sight else { return Judged::done(by_answer_alone(before, &answer, is_in_doubt)) };
        let is_same = matches!(&sight, Sight::Ready { seen, .. } if seen.mark == before.mark);
        let (outcome, reason, after, confirmed_by) = match (sight, answer.reply) {
            (Sight::Ready { .. }, Reply::NotProcessed { retry_after }) if is_same => {
                return Judged::Again { answer, wait: Duration::from_secs(retry_after) };
            }
            (Sight::Ready { .. }, Reply::Unclear) if is_same => {
                return Judged::Again { answer, wait: Duration::ZERO };
            }
            (sight, reply) => meaning(sight, reply, is_same, is_in_doubt),
        };
        let mut done = Done::new(outcome, reason.map(Into::into), before.clone()).answered(&answer);
        done.after = after.record;
        done.confirmed_by = confirmed_by;
        done.must_stop = (answer.reply == Reply::NotAllowed).then_some(ApplyReason::NotAllowed);
        Judged::done(done)
    }
}

/// What became of a repair: its outcome, the reason, what was seen last, and what confirms it.
type Meaning = (ActionOutcome, Option<ApplyReason>, Seen, Option<Confirmation>);

/// What an answer and a look at the record after it mean together.
fn meaning(sight: Sight, reply: Reply, is_same: bool, is_in_doubt: bool) -> Meaning {
    let seen = match sight {
        Sight::InPlace { seen } => {
            return match reply {
                Reply::Done => (ActionOutcome::Applied, None, seen, Some(Confirmation::Answer)),
                reply if is_in_doubt || reply == Reply::Unclear => {
                    (ActionOutcome::Applied, None, seen, Some(Confirmation::Reading))
                }
                // It was refused because somebody else, or Zendesk itself, was faster.
                _ => (ActionOutcome::AlreadyInPlace, None, seen, Some(Confirmation::Reading)),
            };
        }
        // Zendesk said yes, and it is not so.
        Sight::Ready { seen, .. } if reply == Reply::Done => {
            return (ActionOutcome::Unknown, Some(ApplyReason::NotReadBack), seen, None);
        }
        Sight::Ready { seen, .. } | Sight::Stale { seen, .. } => seen,
    };
    match reply {
        Reply::Done | Reply::Unclear => {
            (ActionOutcome::Unknown, Some(ApplyReason::ChangedBySomebodyElse), seen, None)
        }
        _ if is_in_doubt && !is_same => {
            (ActionOutcome::Unknown, Some(ApplyReason::ChangedBySomebodyElse), seen, None)
        }
        Reply::NotAllowed => {
            (ActionOutcome::Failed, Some(ApplyReason::NotAllowed), seen, Some(Confirmation::Reading))
        }
        Reply::Refused => {
            (ActionOutcome::Failed, Some(ApplyReason::Refused), seen, Some(Confirmation::Reading))
        }
        // It surely was not processed, and then the record changed.
        Reply::NotProcessed { .. } => {
            (ActionOutcome::SkippedStale, Some(ApplyReason::ChangedMeanwhile), seen, None)
        }
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
fn unread_after<E: std::fmt::Display>(
    unreadable: Unreadable<E>,
    last: Option<&WriteAnswer>,
    before: Option<Seen>,
) -> Done {
    let Some(before) = before else { return with(unread(unreadable), last) };
    let mut done = unread(unreadable).with_before(before);
    done.outcome = ActionOutcome::Unknown;
    with(done, last)
}

/// The record cannot be read after a request: only its answer says what became of it.
fn by_answer_alone(before: &Seen, answer: &WriteAnswer, is_in_doubt: bool) -> Done {
    let (outcome, reason) = match answer.reply {
        Reply::NotAllowed if !is_in_doubt => (ActionOutcome::Failed, ApplyReason::NotAllowed),
        Reply::Refused if !is_in_doubt => (ActionOutcome::Failed, ApplyReason::Refused),
        Reply::NotProcessed { .. } if !is_in_doubt => (ActionOutcome::Failed, ApplyReason::NotProcessed),
        _ => (ActionOutcome::Unknown, ApplyReason::ReadingFailed),
    };
    let mut done = Done::new(outcome, Some(reason.into()), before.clone());
    done.must_stop = Some(ApplyReason::ReadingFailed);
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
    let details = EventDetails::Intent(IntentBody {
        action_id: action.action_id.clone(),
        action: action.task.repair(),
        number,
        method: request.method().to_owned(),
        path: request.path(),
        before: seen.record.clone(),
        mark: seen.mark.clone(),
        look: seen.look.clone(),
    });
    Entry { position: Some(position), details }
}

fn answered(position: i64, action: &Action, answer: &WriteAnswer) -> Entry {
    let details = EventDetails::Answer(AnswerBody {
        action_id: action.action_id.clone(),
        reply: match answer.reply {
            Reply::Done => WriteReply::Done,
            Reply::NotProcessed { .. } => WriteReply::NotProcessed,
            Reply::Refused => WriteReply::Refused,
            Reply::NotAllowed => WriteReply::NotAllowed,
            Reply::Unclear => WriteReply::Unclear,
        },
        status: answer.status,
        request_id: answer.request_id.clone(),
        problem: answer.problem.clone(),
    });
    Entry { position: Some(position), details }
}

/// What a look means that no request followed, when an earlier request of the repair may have come late.
fn after_doubt(sight: Sight, before: Seen) -> Done {
    let (outcome, reason, seen, confirmed_by) = match sight {
        Sight::InPlace { seen } => (ActionOutcome::Applied, None, seen, Some(Confirmation::Reading)),
        Sight::Ready { seen, .. } | Sight::Stale { seen, .. } => {
            (ActionOutcome::Unknown, Some(ApplyReason::ChangedBySomebodyElse), seen, None)
        }
    };
    let mut done = Done::new(outcome, reason.map(Into::into), before);
    done.after = seen.record;
    done.confirmed_by = confirmed_by;
    done
}
