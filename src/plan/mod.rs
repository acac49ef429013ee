//! A plan: every drift issue of a run becomes one of four repairs or a refusal with its reason.
//!
//! Pure: it reads the warehouse and no network. The same records under the same rules give the same plan
//! with the same hash on any machine, see [`document`].

mod batch;
pub mod document;
mod examine;
mod predict;
mod progress;
mod repair;

pub use batch::PlanOptions;
pub use examine::{Examined, Unsound, agrees, examine};
pub use predict::predict;

use serde_json::Value;

use crate::{
    clock::Clock,
    model::{
        Collection, Decision, Disposition, MultipleOrganizations, Outcome, Source, canonical,
        plan::{
            DeferralReason, DeferredAction, PlanDocument, PlanSchema, PlanSnapshots, RefusalReason,
            RefusedIssue,
        },
    },
    warehouse::{
        RunRow, Session, Warehouse, WarehouseError,
        plans::{self, PlanActionRow, PlanFacts, PlanIssue, PlanKey, PlanRow, RowOfPlan, StoredPlan},
        rule_set, runs,
        snapshots::{self, SnapshotRow},
    },
};
use batch::Batch;
use progress::{Found, Progress};
use repair::{Composer, Rules};

/// An error of planning. Nothing is stored then.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The warehouse.
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    /// There is nothing to plan from.
    #[error("the warehouse has no run yet")]
    NoRun,
    /// The newest run is about older records.
    #[error("run {run_id} is outdated: {source_name} snapshot {snapshot_id} is newer")]
    Outdated {
        /// The newest run.
        run_id: i64,
        /// The system.
        source_name: &'static str,
        /// Its newest snapshot.
        snapshot_id: i64,
    },
    /// Somebody has decided otherwise since.
    #[error("rules, personal domains, suppressions or accepted risks changed since run {run_id}")]
    OtherRules {
        /// The newest run.
        run_id: i64,
    },
    /// Nobody knows yet what an apply over the same snapshots did.
    #[error(
        "the apply of plan {plan_id} was interrupted: find out what it did before you plan anything else"
    )]
    BrokenOff {
        /// The plan.
        plan_id: i64,
    },
    /// What was not read cannot be known to be fine.
    #[error("snapshot {snapshot_id} is incomplete ({collections}): no plan is made from it")]
    Incomplete {
        /// The snapshot.
        snapshot_id: i64,
        /// The collections with their outcome.
        collections: String,
    },
    /// A key that was typed wrongly would be left out, or planned, without a sign.
    #[error("run {run_id} has no issue {issue_key}")]
    UnknownKey {
        /// The run.
        run_id: i64,
        /// What was named.
        issue_key: String,
    },
    /// The filters leave nothing.
    #[error("no issue of run {run_id} matches{}: there is nothing to plan", suppressed_text(*suppressed_count))]
    NothingMatches {
        /// The run.
        run_id: i64,
        /// Those that match but are suppressed.
        suppressed_count: usize,
    },
}

fn suppressed_text(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " but one that is suppressed".to_owned(),
        count => format!(" but {count} that are suppressed"),
    }
}

impl PlanError {
    /// What to do about it, if there is something to type.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Warehouse(error) => error.hint(),
            Self::NoRun | Self::Outdated { .. } | Self::OtherRules { .. } => {
                Some("run `orgdrift audit` first".to_owned())
            }
            Self::BrokenOff { plan_id } => {
                Some(format!("finish it: `orgdrift plan show {plan_id}` says how"))
            }
            Self::Incomplete { .. } => {
                Some("read that system completely, ingest it and audit again".to_owned())
            }
            Self::NothingMatches { .. } | Self::UnknownKey { .. } => {
                Some("`orgdrift list issues` shows what could be planned".to_owned())
            }
        }
    }
}

/// The plan that was made.
#[derive(Debug)]
pub struct Made {
    /// As it is stored.
    pub plan: StoredPlan,
    /// Whether it was made now; else the same one existed.
    pub is_new: bool,
    /// Its rows, in their order.
    pub rows: Vec<PlanActionRow>,
    /// Issues that a suppression covers: they are in no plan.
    pub suppressed_count: usize,
    /// Repairs that live applies over the same two snapshots made: they are in no plan.
    pub made_count: usize,
}

/// Makes the plan of a run, or returns the same one if it exists. Without a run it is the newest one that was
/// made of the newest snapshots under the rules in force.
pub fn create(
    warehouse: &Warehouse,
    run: Option<&RunRow>,
    options: &PlanOptions,
    clock: &Clock,
) -> Result<Made, PlanError> {
    let transaction = warehouse.begin()?;
    let run = choose(&transaction, run, &clock.today())?;
    let salesforce = current(&transaction, &run, Source::Salesforce, run.salesforce_snapshot_id)?;
    let zendesk = current(&transaction, &run, Source::Zendesk, run.zendesk_snapshot_id)?;
    // A suppression that came after the run must keep its issue out of the plan.
    let rule_set = rule_set::rule_set(&transaction, &run.options, &clock.today())?;
    if rule_set.digest != run.rule_set_digest {
        return Err(PlanError::OtherRules { run_id: run.run_id });
    }
    let mut facts = plans::facts(&transaction, run.run_id)?;
    let (progress, broken_off) = match Progress::now(&transaction, run.run_id)? {
        Found::Progress(progress) => (progress, None),
        Found::BrokenOff { plan_id, until_then } => (until_then, Some(plan_id)),
    };
    progress.put_over(&mut facts);
    let known = |key: &&String| facts.issues.iter().any(|issue| issue.issue_key == **key);
    if let Some(key) = options.exclude.iter().chain(&options.keys).find(|key| !known(key)) {
        return Err(PlanError::UnknownKey { run_id: run.run_id, issue_key: key.clone() });
    }
    let snapshots = Snapshots {
        salesforce_id: salesforce.row.snapshot_id,
        zendesk: zendesk.row,
        tickets_since: zendesk.tickets_since,
        unread_account_rows: Some(salesforce.unread_count).filter(|count| *count > 0),
    };
    let (rows, document) =
        compose_of(&transaction, &run, &facts, snapshots, rule_set.portable, options, &progress)?;
    let made_count = progress.made_count();
    let suppressed_count = document.suppressed_issue_count;
    if rows.is_empty() && !options.is_everything() {
        return Err(PlanError::NothingMatches { run_id: run.run_id, suppressed_count });
    }
    let text = document.canonical();
    let plan = PlanRow {
        plan_hash: document::hash(&text),
        run_id: run.run_id,
        created_at: clock.now(),
        source_identity: document.source_identity,
        filters: canonical(&document.filters),
        canonical: text,
    };
    if let Some(plan) = plans::find(&transaction, PlanKey::OfRun(run.run_id, &plan.plan_hash))? {
        return Ok(Made { plan, is_new: false, rows, suppressed_count, made_count });
    }
    if let Some(plan_id) = broken_off {
        return Err(PlanError::BrokenOff { plan_id });
    }
    let plan = plans::insert(&transaction, &plan, &rows)?;
    transaction.commit()?;
    Ok(Made { plan, is_new: true, rows, suppressed_count, made_count })
}

/// What a plan is made of, beside its run.
struct Snapshots {
    salesforce_id: i64,
    zendesk: SnapshotRow,
    /// Only tickets created from then on are known.
    tickets_since: Option<String>,
    /// Rows of accounts that were not used.
    unread_account_rows: Option<u64>,
}

/// Composes the plan of a run: the same from the same records, filters and rules.
fn compose_of(
    connection: &Session,
    run: &RunRow,
    facts: &PlanFacts,
    of: Snapshots,
    rule_set_digest: String,
    options: &PlanOptions,
    progress: &Progress,
) -> Result<(Vec<PlanActionRow>, PlanDocument), WarehouseError> {
    let zendesk_id = of.zendesk.snapshot_id;
    let snapshots = PlanSnapshots {
        salesforce_digest: plans::content_digest(connection, Source::Salesforce, of.salesforce_id)?,
        zendesk_digest: plans::content_digest(connection, Source::Zendesk, zendesk_id)?,
        multiple_organizations: of.zendesk.multiple_organizations,
        tickets_since: of.tickets_since,
        unread_account_rows: of.unread_account_rows,
    };
    let document = PlanDocument {
        schema: PlanSchema::V1,
        source_identity: of.zendesk.source_identity,
        rule_set_digest,
        snapshots,
        filters: options.filters(),
        actions: Vec::new(),
        deferred: Vec::new(),
        refusals: Vec::new(),
        suppressed_issue_count: 0,
        included_keys: Vec::new(),
        builds_on: progress.builds_on.clone(),
    };
    Ok(compose(document, run, facts, options, progress))
}

/// The run to be planned. If none of the newest snapshots is under the rules in force, the newest run of all:
/// what is wrong with it is then said.
fn choose(connection: &Session, run: Option<&RunRow>, today: &str) -> Result<RunRow, PlanError> {
    if let Some(run) = run {
        return Ok(run.clone());
    }
    let newest = |source| snapshots::newest(connection, source);
    if let (Some(salesforce), Some(zendesk)) = (newest(Source::Salesforce)?, newest(Source::Zendesk)?)
        && let Some(run) = rule_set::in_force(connection, salesforce.snapshot_id, zendesk.snapshot_id, today)?
    {
        return Ok(run);
    }
    runs::newest(connection)?.ok_or(PlanError::NoRun)
}

/// A snapshot that a plan may be made of.
struct Current {
    row: SnapshotRow,
    /// Only tickets created from then on are known.
    tickets_since: Option<String>,
    /// Rows that were not used.
    unread_count: u64,
}

/// The newest snapshot of a source, if the run is made of it and it was read to its end.
fn current(connection: &Session, run: &RunRow, source: Source, of_run: i64) -> Result<Current, PlanError> {
    let row = snapshots::newest(connection, source)?.ok_or(PlanError::NoRun)?;
    if row.snapshot_id != of_run {
        return Err(PlanError::Outdated {
            run_id: run.run_id,
            source_name: source.as_str(),
            snapshot_id: row.snapshot_id,
        });
    }
    let collections = snapshots::collections(connection, row.snapshot_id)?;
    let gaps: Vec<String> = collections
        .iter()
        .filter(|row| match row.outcome {
            Outcome::Complete => false,
            // Somebody chose to leave old tickets out; no repair depends on them.
            Outcome::Bounded => row.collection != Collection::Tickets,
            _ => true,
        })
        .map(|row| format!("{}: {}", row.collection, row.outcome))
        .collect();
    if !gaps.is_empty() {
        return Err(PlanError::Incomplete { snapshot_id: row.snapshot_id, collections: gaps.join(", ") });
    }
    let unread_count = collections.iter().map(|row| row.unread_count).sum();
    let tickets_since = collections.into_iter().find_map(|row| row.bound_since);
    Ok(Current { row, tickets_since, unread_count })
}

/// Turns every issue that was asked for into a row: actions first, then what was deferred, then refusals.
fn compose(
    mut document: PlanDocument,
    run: &RunRow,
    facts: &PlanFacts,
    options: &PlanOptions,
    progress: &Progress,
) -> (Vec<PlanActionRow>, PlanDocument) {
    let rules = Rules {
        is_multiple_allowed: document.snapshots.multiple_organizations
            == Some(MultipleOrganizations::Allowed),
        is_sharing_allowed: is_sharing_allowed(run),
        tickets_since: document.snapshots.tickets_since.clone(),
    };
    let mut batch = Batch::new(options);
    let mut composer = Composer::new(facts, rules);
    let (mut planned, mut deferred, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    let row = |issue: &PlanIssue, plan| PlanActionRow { issue: issue.clone(), plan };
    let is_wanted = |issue: &&PlanIssue| {
        options.wants(issue)
            && !(issue.disposition == Disposition::Prepared && progress.has_made(issue))
            && (!options.approved || facts.standing(&issue.issue_key).is_approved)
    };
    for issue in facts.issues.iter().filter(is_wanted) {
        let is_skipped = facts.standing(&issue.issue_key).decision == Some(Decision::Skip);
        if options.approved {
            document.included_keys.push(issue.issue_key.clone());
        }
        if issue.accepted_risk.is_some() && issue.disposition != Disposition::Suppressed {
            document.filters.accepted_risks.push(issue.issue_key.clone());
        }
        match (issue.disposition, issue.action) {
            (Disposition::Suppressed, _) => document.suppressed_issue_count += 1,
            (Disposition::Prepared, Some(repair)) => match admit(&mut batch, issue, is_skipped, progress) {
                None => {
                    let action = composer.action(issue, repair);
                    planned.push(row(issue, RowOfPlan::Planned(Box::new(action.clone()))));
                    document.actions.push(action);
                }
                Some(reason) => {
                    let action_id = Composer::action_id(issue, repair);
                    let action = DeferredAction { action_id, issue_key: issue.issue_key.clone(), reason };
                    deferred.push(row(issue, RowOfPlan::Deferred(action.clone())));
                    document.deferred.push(action);
                }
            },
            _ => {
                let reason = refusal(issue);
                refused.push(row(issue, RowOfPlan::Refused(reason)));
                document.refusals.push(RefusedIssue {
                    issue_key: issue.issue_key.clone(),
                    code: issue.code.clone(),
                    account_id: issue.account_id.clone(),
                    action: issue.action,
                    reason,
                });
            }
        }
    }
    document.filters.accepted_risks.sort();
    planned.append(&mut deferred);
    planned.append(&mut refused);
    (planned, document)
}

/// Why a repair waits, if it does. One that is skipped takes no place in the batch.
fn admit(
    batch: &mut Batch<'_>,
    issue: &PlanIssue,
    is_skipped: bool,
    progress: &Progress,
) -> Option<DeferralReason> {
    if is_skipped {
        Some(DeferralReason::SkippedByDecision)
    } else {
        progress.waits_for_snapshot(issue).or_else(|| batch.admit(&issue.account_id))
    }
}

/// Why an issue has no repair.
fn refusal(issue: &PlanIssue) -> RefusalReason {
    match (issue.blocked_reason, issue.disposition) {
        (Some(reason), _) => reason,
        (None, Disposition::DetectOnly) => RefusalReason::TicketIsNeverChanged,
        (None, _) => RefusalReason::NoRepairExists,
    }
}

/// Whether the audit was told that repairs may add members to organizations that share their tickets.
fn is_sharing_allowed(run: &RunRow) -> bool {
    serde_json::from_str::<Value>(&run.options)
        .ok()
        .and_then(|options| options.get("allow_shared_tickets")?.as_bool())
        .unwrap_or(false)
}
