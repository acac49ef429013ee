//! Checks the journal without a network and without a token.
//!
//! The chain shows every change against a head that was kept elsewhere. It cannot stop the owner of the file
//! from writing the whole chain again, and a cut-off tail shows only against such a head.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    catalog,
    model::{
        ActionOutcome, ApplyMode, EventKind,
        journal::{EventBody, EventDetails},
    },
    warehouse::{
        Warehouse, WarehouseError,
        journal::{FoundEvent, GENESIS},
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
    /// Applies without an end: interrupted, unless the end was cut off.
    pub open_applies: Vec<i64>,
    /// The hash of the last event.
    pub head: Option<String>,
    /// What is wrong, in the order of the events.
    pub faults: Vec<Fault>,
}

/// Goes through the whole journal: the chain, the columns against what the hash is over, the order of the
/// protocol, the plans and their rows, the counts. With `expected_head` that event must be there: the head of a
/// receipt that was kept.
pub fn verify(warehouse: &Warehouse, expected_head: Option<&str>) -> Result<Verified, WarehouseError> {
    let mut check = Check { head: GENESIS.to_owned(), expected_head, ..Check::default() };
    warehouse.each_event(|found| check.take(found))?;
    let Check { head, mut found, is_head_seen, attempts, .. } = check;
    let mut plans = BTreeMap::new();
    for (attempt_id, attempt) in &attempts {
        let plan_id = attempt.plan_id;
        if let std::collections::btree_map::Entry::Vacant(entry) = plans.entry(plan_id) {
            let plan = warehouse.plan(PlanKey::Id(plan_id))?;
            check_plan(warehouse, plan_id, plan.as_ref(), &mut found.faults)?;
            entry.insert(plan);
        }
        let row_count = warehouse.plan_row_count(plan_id)?;
        attempt.compare(*attempt_id, plans[&plan_id].as_ref(), row_count, &mut found.faults);
        if attempt.said_counts.is_none() {
            found.open_applies.push(*attempt_id);
        }
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
    // Those of an event together; those of the whole journal last.
    found.faults.sort_by_key(|fault| fault.event_id.unwrap_or(i64::MAX));
    Ok(found)
}

/// Whether a plan is what its hash says, and its rows are what it says.
fn check_plan(
    warehouse: &Warehouse,
    plan_id: i64,
    plan: Option<&StoredPlan>,
    faults: &mut Vec<Fault>,
) -> Result<(), WarehouseError> {
    let mut fault = |problem: String| faults.push(Fault { event_id: None, problem });
    match plan {
        None => fault(format!("plan {plan_id} is not there")),
        Some(plan) if catalog::sha256(&plan.canonical) != plan.plan_hash => {
            fault(format!("plan {plan_id} is not the one that its hash is over"));
        }
        Some(_) => {
            for position in warehouse.changed_plan_rows(plan_id)? {
                fault(format!("row {position} of plan {plan_id} is not what the plan's hash is over"));
            }
        }
    }
    Ok(())
}

#[derive(Default)]
struct Check<'a> {
    head: String,
    last_id: i64,
    expected_head: Option<&'a str>,
    is_head_seen: bool,
    found: Verified,
    attempts: BTreeMap<i64, Attempt>,
    /// Plans that were applied live.
    used_plans: BTreeSet<i64>,
}

impl Check<'_> {
    fn take(&mut self, event: &FoundEvent) {
        self.found.event_count += 1;
        let mut problems = Vec::new();
        if event.event_id != self.last_id + 1 {
            problems.push("an event before it is missing");
        }
        self.last_id = event.event_id;
        let is_genuine = event.is_text && catalog::sha256(&event.text) == event.hash;
        if !is_genuine {
            problems.push("its hash is not that of its body");
        }
        if event.previous_hash != self.head {
            problems.push("it does not name the hash of the event before it");
        }
        if !event.is_consistent {
            problems.push("its columns do not say what its body says");
        }
        self.head.clone_from(&event.hash);
        self.is_head_seen |= self.expected_head.is_some_and(|head| head.eq_ignore_ascii_case(&event.hash));
        let is_live_start =
            event.kind == Some(EventKind::ApplyStarted) && event.mode == Some(ApplyMode::Live);
        if is_live_start && !self.used_plans.insert(event.plan_id) {
            problems.push("its plan was used before");
        }
        let details = EventBody::from_canonical(&event.text).ok().map(|body| body.details);
        if is_genuine && details.is_none() {
            problems.push("its body is not of the form that this orgdrift knows");
        }
        problems.extend(self.attempts.entry(event.attempt_id).or_default().take(event, details));
        self.found.faults.extend(
            problems
                .into_iter()
                .map(|problem| Fault { event_id: Some(event.event_id), problem: problem.to_owned() }),
        );
    }
}

/// What the events of one apply say.
#[derive(Default)]
struct Attempt {
    plan_id: i64,
    plan_hash: Option<String>,
    is_begun: bool,
    /// Of the first event.
    mode: Option<ApplyMode>,
    outcomes: BTreeMap<ActionOutcome, u64>,
    positions: BTreeSet<i64>,
    intents: BTreeSet<i64>,
    said_counts: Option<BTreeMap<ActionOutcome, u64>>,
}

impl Attempt {
    /// Takes an event, and says what of it no apply does.
    fn take(&mut self, event: &FoundEvent, details: Option<EventDetails>) -> Vec<&'static str> {
        let mut problems = Vec::new();
        let is_first = !self.is_begun;
        if is_first {
            self.plan_id = event.plan_id;
            self.is_begun = true;
            self.mode = event.mode;
        } else if self.plan_id != event.plan_id || self.mode != event.mode {
            problems.push("its apply is of another plan or mode");
        }
        if is_first != (event.kind == Some(EventKind::ApplyStarted)) {
            problems.push("its apply does not begin with its beginning");
        }
        if self.said_counts.is_some() {
            problems.push("its apply ended before it");
        }
        let position = event.position.unwrap_or_default();
        if event.position.is_some() && self.positions.contains(&position) {
            problems.push("its row was decided before it");
        }
        match event.kind {
            Some(EventKind::Intent) => {
                self.intents.insert(position);
                if event.mode != Some(ApplyMode::Live) {
                    problems.push("a dry run has no intents");
                }
            }
            Some(EventKind::Answer) if !self.intents.contains(&position) => {
                problems.push("an answer without an intent before it");
            }
            Some(EventKind::Outcome) => {
                self.positions.insert(position);
            }
            _ => {}
        }
        match details {
            Some(EventDetails::ApplyStarted(heading)) => self.plan_hash = Some(heading.plan_hash),
            Some(EventDetails::Outcome(body)) => {
                *self.outcomes.entry(body.outcome).or_default() += 1;
                if body.outcome == ActionOutcome::Applied && !self.intents.contains(&position) {
                    problems.push("applied without an intent before it");
                }
            }
            Some(EventDetails::ApplyEnded(body)) => self.said_counts = Some(body.counts),
            _ => {}
        }
        problems
    }

    /// Compares what the apply says about itself and its plan.
    fn compare(&self, attempt_id: i64, plan: Option<&StoredPlan>, row_count: i64, faults: &mut Vec<Fault>) {
        let mut fault = |problem: String| {
            faults.push(Fault { event_id: None, problem: format!("apply {attempt_id}: {problem}") });
        };
        if let Some(plan) = plan
            && self.plan_hash.as_ref() != Some(&plan.plan_hash)
        {
            fault(format!("plan {} is not the one that was applied", self.plan_id));
        }
        if self.positions.iter().any(|position| !(1..=row_count).contains(position)) {
            fault("it decided rows that the plan does not have".to_owned());
        }
        let Some(said) = &self.said_counts else { return };
        if *said != self.outcomes {
            fault("the counts at its end are not those of its events".to_owned());
        }
        if i64::try_from(self.positions.len()).ok() != Some(row_count) {
            fault(format!("{} of {row_count} rows of the plan have an outcome", self.positions.len()));
        }
    }
}
