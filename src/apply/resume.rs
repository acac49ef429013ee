//! What an earlier process left of an apply that was interrupted.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use super::{ApplyError, execute::OpenIntent, look::Seen};
use crate::{
    clock,
    model::{
        ActionOutcome,
        journal::{AnswerBody, EventDetails, IntentBody, WriteReply},
    },
    warehouse::journal::EventRow,
    zendesk::records::{Reply, WriteAnswer},
};

/// What stands in the journal of the same apply already.
#[derive(Debug, Default)]
pub struct Earlier {
    /// Whether there was an earlier process.
    pub is_resumed: bool,
    pub(super) outcomes: BTreeMap<i64, ActionOutcome>,
    pub(super) open: HashMap<i64, OpenIntent>,
}

impl Earlier {
    /// Folds the events of an apply that has no end.
    pub fn of(events: &[EventRow], now: &str) -> Result<Self, ApplyError> {
        let mut earlier = Self { is_resumed: !events.is_empty(), ..Self::default() };
        for event in events {
            let body = event.body()?;
            let Some(position) = body.position else { continue };
            match body.details {
                EventDetails::Intent(intent) => {
                    let is_in_doubt = earlier.open.get(&position).is_some_and(OpenIntent::leaves_doubt);
                    let age = Duration::from_secs(clock::seconds_between(&body.at, now));
                    earlier.open.insert(position, open_intent(intent, is_in_doubt, age));
                }
                EventDetails::Answer(body) => {
                    if let Some(open) = earlier.open.get_mut(&position) {
                        open.answer = Some(answer(body));
                    }
                }
                EventDetails::Outcome(body) => {
                    earlier.open.remove(&position);
                    earlier.outcomes.insert(position, body.outcome);
                }
                EventDetails::ApplyStarted(_)
                | EventDetails::ApplyResumed(_)
                | EventDetails::ApplyEnded(_) => {}
            }
        }
        Ok(earlier)
    }

    /// How many repairs were begun and not decided.
    pub fn open_count(&self) -> usize {
        self.open.len()
    }
}

fn open_intent(intent: IntentBody, is_in_doubt: bool, age: Duration) -> OpenIntent {
    OpenIntent {
        before: Seen { record: intent.before, mark: intent.mark, look: intent.look },
        number: intent.number,
        answer: None,
        is_in_doubt,
        age,
    }
}

/// An answer as it was written down. The wait that it asked for has passed, or the next answer asks again.
fn answer(body: AnswerBody) -> WriteAnswer {
    WriteAnswer {
        reply: match body.reply {
            WriteReply::Done => Reply::Done,
            WriteReply::NotProcessed => Reply::NotProcessed { retry_after: 0 },
            WriteReply::Refused => Reply::Refused,
            WriteReply::NotAllowed => Reply::NotAllowed,
            WriteReply::Unclear => Reply::Unclear,
        },
        status: body.status,
        request_id: body.request_id,
        problem: body.problem,
    }
}
