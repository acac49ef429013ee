//! What an earlier process left of an apply that was broken off.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use serde_json::Value;

use super::execute::OpenIntent;
use crate::{
    clock,
    model::{ActionOutcome, EventKind},
    warehouse::journal::EventRow,
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
                    let tries = body["try"].as_u64().and_then(|tries| u32::try_from(tries).ok());
                    let age = body["at"].as_str().map_or(0, |at| clock::seconds_between(at, now));
                    earlier.open.insert(
                        position,
                        OpenIntent {
                            mark: body["mark"].as_str().map(str::to_owned),
                            tries: tries.unwrap_or(1),
                            age: Duration::from_secs(age),
                        },
                    );
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
