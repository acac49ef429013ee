//! What an earlier process left of an apply that was broken off.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use serde_json::Value;

use super::{execute::OpenIntent, look::Seen};
use crate::{
    clock,
    model::{ActionOutcome, EventKind},
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
    pub fn of(events: &[EventRow], now: &str) -> Self {
        let mut earlier = Self { is_resumed: !events.is_empty(), ..Self::default() };
        for event in events {
            let Some(position) = event.position else { continue };
            let body: Value = serde_json::from_str(&event.body).unwrap_or_default();
            match EventKind::from_text(&event.kind) {
                Some(EventKind::Intent) => {
                    let is_in_doubt = earlier.open.get(&position).is_some_and(OpenIntent::leaves_doubt);
                    earlier.open.insert(position, open_intent(&body, is_in_doubt, now));
                }
                Some(EventKind::Answer) => {
                    if let Some(open) = earlier.open.get_mut(&position) {
                        open.answer = Some(answer(&body));
                    }
                }
                Some(EventKind::Outcome) => {
                    earlier.open.remove(&position);
                    let outcome = body["outcome"].as_str().and_then(ActionOutcome::from_text);
                    earlier.outcomes.insert(position, outcome.unwrap_or(ActionOutcome::Unknown));
                }
                _ => {}
            }
        }
        earlier
    }

    /// How many repairs were begun and not decided.
    pub fn open_count(&self) -> usize {
        self.open.len()
    }
}

fn open_intent(body: &Value, is_in_doubt: bool, now: &str) -> OpenIntent {
    let number = body["try"].as_u64().and_then(|number| u32::try_from(number).ok());
    let age = body["at"].as_str().map_or(0, |at| clock::seconds_between(at, now));
    OpenIntent {
        before: Seen { value: body["before"].clone(), mark: body["mark"].as_str().map(str::to_owned) },
        number: number.unwrap_or(1),
        answer: None,
        is_in_doubt,
        age: Duration::from_secs(age),
    }
}

/// An answer as it was written down. The time that it asked to wait is over, or the next answer asks again.
fn answer(body: &Value) -> WriteAnswer {
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    WriteAnswer {
        reply: match body["reply"].as_str() {
            Some("done") => Reply::Done,
            Some("not_processed") => Reply::NotProcessed { retry_after: 0 },
            Some("refused") => Reply::Refused,
            Some("not_allowed") => Reply::NotAllowed,
            _ => Reply::Unclear,
        },
        status: body["status"].as_u64().and_then(|status| u16::try_from(status).ok()),
        request_id: text("request_id"),
        problem: text("problem"),
    }
}
