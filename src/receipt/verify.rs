//! Checks the journal without a network and without a token.
//!
//! The chain shows every change against a head that was kept elsewhere. It cannot stop the owner of the file
//! from writing the whole chain anew, and a cut-off tail shows only against such a head.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    catalog,
    model::{ActionOutcome, ApplyMode, EventKind},
    warehouse::{
        Warehouse, WarehouseError,
        journal::{EventRow, GENESIS},
        plans::{PlanKey, StoredPlan},
    },
};

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The event; none where it is about the whole journal.
    pub event_id: Option<i64>,
    /// What is wrong.
    pub problem: String,
}

/// What a check of the journal found.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    /// How many events there are.
    pub event_count: u64,
    /// How many applies.
    pub apply_count: u64,
    /// The hash of the last event.
    pub head: Option<String>,
    /// What is wrong, in the order of the events.
    pub faults: Vec<Fault>,
}

/// Goes through the whole journal: the chain, the columns against what the hash is over, the hashes of the
/// plans, the counts. With `expected_head` that event must be there: the head of a receipt that was kept.
pub fn verify(warehouse: &Warehouse, expected_head: Option<&str>) -> Result<Verified, WarehouseError> {
    let mut check = Check { head: GENESIS.to_owned(), expected_head, ..Check::default() };
    warehouse.each_event::<WarehouseError>(|event| {
        check.take(&event);
        Ok(())
    })?;
    let Check { head, mut found, is_head_seen, attempts, .. } = check;
    for (attempt_id, attempt) in &attempts {
        let plan = warehouse.plan(PlanKey::Id(attempt.plan_id))?;
        let row_count = warehouse.plan_row_count(attempt.plan_id)?;
        attempt.compare(*attempt_id, plan.as_ref(), row_count, &mut found.faults);
    }
    if found.event_count > 0 {
        found.head = Some(head);
    }
    if expected_head.is_some() && !is_head_seen {
        found.faults.push(Fault {
            event_id: None,
            problem: "no event has the expected head: the journal was cut off or written anew".to_owned(),
        });
    }
    found.apply_count = attempts.len() as u64;
    Ok(found)
}

#[derive(Default)]
struct Check<'a> {
    head: String,
    last_id: i64,
    expected_head: Option<&'a str>,
    is_head_seen: bool,
    found: Verified,
    attempts: BTreeMap<i64, Attempt>,
}

/// What the events of one apply say.
#[derive(Default)]
struct Attempt {
    plan_id: i64,
    plan_hash: Option<String>,
    is_live: bool,
    outcomes: BTreeMap<String, u64>,
    positions: BTreeSet<i64>,
    intents: BTreeSet<i64>,
    /// Events whose order says that something was done before it was written down.
    disorder: Vec<(i64, &'static str)>,
    said_counts: Option<Value>,
}

impl Check<'_> {
    fn take(&mut self, event: &EventRow) {
        self.found.event_count += 1;
        let mut fault = |problem: &str| {
            self.found.faults.push(Fault { event_id: Some(event.event_id), problem: problem.to_owned() });
        };
        if event.event_id != self.last_id + 1 {
            fault("an event before it is missing");
        }
        self.last_id = event.event_id;
        if catalog::sha256(&event.body) != event.hash {
            fault("its hash is not that of its body");
        }
        if event.previous_hash != self.head {
            fault("it does not name the hash of the event before it");
        }
        let body: Value = serde_json::from_str(&event.body).unwrap_or_default();
        let is_same = body["event_id"].as_i64() == Some(event.event_id)
            && body["attempt_id"].as_i64() == Some(event.attempt_id)
            && body["plan_id"].as_i64() == Some(event.plan_id)
            && body["mode"].as_str() == Some(&event.mode)
            && body["kind"].as_str() == Some(&event.kind)
            && body["position"].as_i64() == event.position
            && body["previous_hash"].as_str() == Some(&event.previous_hash);
        if !is_same {
            fault("its columns do not say what its body says");
        }
        self.head.clone_from(&event.hash);
        self.is_head_seen |= self.expected_head.is_some_and(|head| head.eq_ignore_ascii_case(&event.hash));
        self.attempts.entry(event.attempt_id).or_default().take(event, &body);
    }
}

impl Attempt {
    fn take(&mut self, event: &EventRow, body: &Value) {
        self.plan_id = event.plan_id;
        self.is_live = event.mode == ApplyMode::Live.as_str();
        let position = event.position.unwrap_or_default();
        match EventKind::from_text(&event.kind) {
            Some(EventKind::ApplyStarted) => {
                self.plan_hash = body["plan_hash"].as_str().map(str::to_owned);
            }
            Some(EventKind::Intent) => {
                self.intents.insert(position);
                if !self.is_live {
                    self.disorder.push((event.event_id, "a dry run has no intents"));
                }
            }
            Some(EventKind::Answer) if !self.intents.contains(&position) => {
                self.disorder.push((event.event_id, "an answer without an intent before it"));
            }
            Some(EventKind::Outcome) => {
                let outcome = body["outcome"].as_str().unwrap_or_default();
                *self.outcomes.entry(outcome.to_owned()).or_default() += 1;
                self.positions.insert(position);
                if outcome == ActionOutcome::Applied.as_str() && !self.intents.contains(&position) {
                    self.disorder.push((event.event_id, "applied without an intent before it"));
                }
            }
            Some(EventKind::ApplyEnded) => self.said_counts = Some(body["counts"].clone()),
            _ => {}
        }
    }

    fn compare(&self, attempt_id: i64, plan: Option<&StoredPlan>, row_count: i64, faults: &mut Vec<Fault>) {
        for (event_id, problem) in &self.disorder {
            faults.push(Fault { event_id: Some(*event_id), problem: (*problem).to_owned() });
        }
        let mut fault = |problem: String| {
            faults.push(Fault { event_id: None, problem: format!("apply {attempt_id}: {problem}") });
        };
        match plan {
            None => fault(format!("plan {} is not there", self.plan_id)),
            Some(plan) => {
                let found = catalog::sha256(&plan.canonical);
                if found != plan.plan_hash || Some(&found) != self.plan_hash.as_ref() {
                    fault(format!("plan {} is not the one that was applied", self.plan_id));
                }
            }
        }
        let Some(said) = &self.said_counts else { return };
        let counted = serde_json::to_value(&self.outcomes).unwrap_or_default();
        if *said != counted {
            fault("the counts at its end are not those of its events".to_owned());
        }
        if i64::try_from(self.positions.len()).ok() != Some(row_count) {
            fault(format!("{} of {row_count} rows of the plan have an outcome", self.positions.len()));
        }
    }
}
