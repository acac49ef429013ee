//! Carrying out a plan: four repairs, each looked at before and after, each step in the journal.
//!
//! A dry run takes the same way with something that cannot write. What must hold before anything is sent
//! stands in [`CheckedPlan`], which is the only thing that [`dry_run`] and [`live`] take.

mod action;
mod checked;
mod crash;
mod estimate;
mod execute;
mod journal;
mod kept;
mod look;
mod make;
mod overlay;
mod resume;

use std::time::Duration;

pub use checked::{ApplyRefusal, Caps, CheckedPlan, Surroundings, check, other_hash};
pub use estimate::estimate;
pub use journal::{Entry, Journal, WarehouseJournal};
pub use kept::{Moment, Watch};
pub use resume::Earlier;

use crate::{
    model::{
        ActionOutcome, Repair,
        journal::{ApplyReason, EndBody, EventDetails, HeadingBody, OutcomeBody, OutcomeReason},
    },
    warehouse::{WarehouseError, journal::UnreadableEvent},
    zendesk::records::{RecordApi, WriteApi},
};
use execute::{Decided, Done, try_dry};
use kept::Kept;
use make::Writing;

/// This many failures in a row end an apply: something is wrong that the next repair would not mend.
const MAX_FAILURES: u32 = 3;

/// This many stale repairs in a row end an apply: the records have moved on since the plan was made.
const MAX_STALE: u32 = 5;

/// How long after an unclear answer its effect may still show. Should it come later still, the next request
/// finds it there and changes nothing: no repair takes effect twice.
pub const SETTLE: Duration = Duration::from_secs(30);

/// An error that ends an apply. What was done until then stands in the journal.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The warehouse: an apply that cannot write down what it does, does nothing.
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    /// What was already done cannot be written down: the account knows it, and the next look finds it.
    #[error("{error}")]
    NotWrittenDown {
        /// The warehouse.
        error: WarehouseError,
        /// The event, as JSON: no names and no addresses.
        event: String,
    },
    /// The stored plan lacks something that one of its repairs needs.
    #[error("the plan is not of the form that this orgdrift knows ({0})")]
    NotAPlan(&'static str),
    /// An event of the apply that is to be resumed.
    #[error(transparent)]
    Journal(#[from] UnreadableEvent),
}

/// Called for each row.
pub type Tell<'a> = dyn Fn(i64, Repair, ActionOutcome, Option<&str>) + 'a;

/// How an apply is run.
pub struct Run<'a> {
    /// Where it is written down.
    pub journal: &'a dyn Journal,
    /// What an earlier process did of the same apply.
    pub earlier: Earlier,
    /// What the first event says.
    pub heading: HeadingBody,
    /// Called before each repair; returns a reason to stop.
    pub stop: &'a dyn Fn() -> Option<ApplyReason>,
    /// Called with what became of each row: its position, its action, its outcome and the reason.
    pub tell: &'a Tell<'a>,
    /// As [`SETTLE`]; tests wait less.
    pub settle: Duration,
    /// Tells how old a reply is.
    pub watch: &'a dyn Watch,
}

/// What an apply did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows by what became of them, those of an earlier process among them.
    pub counts: std::collections::BTreeMap<ActionOutcome, u64>,
    /// Why it ended before its last repair.
    pub stopped_by: Option<ApplyReason>,
}

impl Summary {
    /// How many rows came to this.
    pub fn count(&self, outcome: ActionOutcome) -> u64 {
        self.counts.get(&outcome).copied().unwrap_or(0)
    }

    fn note(&mut self, outcome: ActionOutcome) {
        *self.counts.entry(outcome).or_default() += 1;
    }
}

/// Looks at everything and writes nothing: the type of `api` has no way to.
pub async fn dry_run<A: RecordApi>(
    plan: &CheckedPlan,
    api: &A,
    run: &Run<'_>,
) -> Result<Summary, ApplyError> {
    let mut overlay = overlay::Overlay::default();
    let kept = Kept::new(run.watch);
    let mut course = Course::begin(plan, run)?;
    for (position, action) in plan.actions() {
        if let Some(done) = course.without_look(position, action) {
            course.conclude(position, action, &done)?;
            continue;
        }
        let done = try_dry(api, action, &mut overlay, &kept).await;
        course.conclude(position, action, &done)?;
    }
    course.end()
}

/// Makes the repairs of a plan, in its order.
pub async fn live<A: WriteApi>(plan: &CheckedPlan, api: &A, run: &Run<'_>) -> Result<Summary, ApplyError> {
    let kept = Kept::new(run.watch);
    let writing = Writing { api, journal: run.journal, settle: run.settle, kept: &kept };
    let mut course = Course::begin(plan, run)?;
    // What was begun is settled before anything else is.
    let (open, rest): (Vec<_>, Vec<_>) =
        plan.actions().partition(|(position, _)| run.earlier.open.contains_key(position));
    for (position, action) in open.into_iter().chain(rest) {
        let open = run.earlier.open.get(&position);
        // An open intent is settled even if the apply is to stop: nobody else can say what became of it.
        let skipped = if open.is_some() { None } else { course.without_look(position, action) };
        let done = match skipped {
            Some(done) => done,
            None if run.earlier.outcomes.contains_key(&position) => continue,
            None => writing.make(position, action, open).await?,
        };
        course.conclude(position, action, &done)?;
    }
    course.end()
}

/// The way of one apply through the rows of its plan.
struct Course<'a> {
    run: &'a Run<'a>,
    summary: Summary,
    decided: Decided,
    failures: u32,
    stale: u32,
}

impl<'a> Course<'a> {
    /// Writes down that the apply begins, and what the plan has no repair for.
    fn begin(plan: &CheckedPlan, run: &'a Run<'a>) -> Result<Self, ApplyError> {
        let summary = Summary { stopped_by: plan.stop, ..Summary::default() };
        let mut course = Self { run, summary, decided: Decided::default(), failures: 0, stale: 0 };
        if run.earlier.is_resumed {
            crash::point("before_resume");
            let details = EventDetails::ApplyResumed(run.heading.clone());
            run.journal.add(&[Entry { position: None, details }])?;
            crash::point("after_resume");
            for (position, outcome) in &run.earlier.outcomes {
                course.summary.note(*outcome);
                if let Some((_, action)) = plan.actions().find(|(at, _)| at == position) {
                    course.decided.note(&action.action_id, *outcome);
                }
            }
            return Ok(course);
        }
        let started = EventDetails::ApplyStarted(run.heading.clone());
        let mut entries = vec![Entry { position: None, details: started }];
        for (position, row) in plan.blocked() {
            let outcome = if row.is_deferred { ActionOutcome::NotAttempted } else { ActionOutcome::Blocked };
            let details = EventDetails::Outcome(OutcomeBody {
                issue_key: row.issue_key.clone(),
                outcome,
                reason: Some(row.reason),
                before: None,
                after: None,
                status: None,
                request_id: None,
                of_repair: None,
            });
            entries.push(Entry { position: Some(position), details });
            course.summary.note(outcome);
        }
        crash::point("before_start");
        run.journal.add(&entries)?;
        crash::point("after_start");
        Ok(course)
    }

    /// The end of a repair that this apply does not look at; none if it has to be looked at.
    fn without_look(&mut self, position: i64, action: &action::Action) -> Option<Done> {
        if self.run.earlier.outcomes.contains_key(&position) {
            return None;
        }
        if self.summary.stopped_by.is_none() {
            self.summary.stopped_by = (self.run.stop)();
        }
        if let Some(reason) = self.summary.stopped_by {
            return Some(Done::unseen(ActionOutcome::NotAttempted, reason, action));
        }
        if self.decided.allows(action) {
            return None;
        }
        Some(Done::unseen(ActionOutcome::SkippedStale, ApplyReason::DependencyNotApplied, action))
    }

    /// Writes down what became of a repair.
    fn conclude(&mut self, position: i64, action: &action::Action, done: &Done) -> Result<(), ApplyError> {
        crash::point("before_outcome");
        journal::keep(self.run.journal, done.entry(position, action))?;
        crash::point("after_outcome");
        self.decided.note(&action.action_id, done.outcome);
        self.summary.note(done.outcome);
        let said = match (done.reason, &done.problem) {
            (Some(reason), Some(problem)) => Some(format!("{reason}: {problem}")),
            (reason, _) => reason.map(|reason| reason.to_string()),
        };
        (self.run.tell)(position, action.task.repair(), done.outcome, said.as_deref());
        let waits_in_vain = OutcomeReason::Apply(ApplyReason::DependencyNotApplied);
        match done.outcome {
            ActionOutcome::Failed | ActionOutcome::Unknown => self.failures += 1,
            ActionOutcome::SkippedStale if done.reason != Some(waits_in_vain) => self.stale += 1,
            ActionOutcome::Applied | ActionOutcome::AlreadyInPlace | ActionOutcome::WouldApply => {
                self.failures = 0;
                self.stale = 0;
            }
            _ => {}
        }
        if self.summary.stopped_by.is_none() {
            self.summary.stopped_by = if let Some(reason) = done.must_stop {
                Some(reason)
            } else if self.failures >= MAX_FAILURES {
                Some(ApplyReason::TooManyFailures)
            } else if self.stale >= MAX_STALE {
                Some(ApplyReason::TooManyStale)
            } else {
                None
            };
        }
        Ok(())
    }

    /// Writes down that the apply has ended.
    fn end(self) -> Result<Summary, ApplyError> {
        crash::point("before_end");
        let details = EventDetails::ApplyEnded(EndBody {
            counts: self.summary.counts.clone(),
            stopped_by: self.summary.stopped_by,
        });
        self.run.journal.add(&[Entry { position: None, details }])?;
        crash::point("after_end");
        Ok(self.summary)
    }
}
