//! What a run says in sum.

use crate::{
    clock::{self, Clock},
    model::{Family, Severity},
    warehouse::{
        Warehouse, WarehouseError,
        affected::{Affected, CauseShare},
        runs::RunRow,
        snapshots::SnapshotRow,
        summary::{ChangeCounts, CodeSummary, CollectionCoverage},
        suppressions::{AsOf, Standing},
    },
};

/// The summary of a run.
#[derive(Debug, Clone)]
pub struct AuditReport {
    /// The run.
    pub run: RunRow,
    /// The accounts.
    pub salesforce: SnapshotRow,
    /// The rest.
    pub zendesk: SnapshotRow,
    /// Whether the run was made now; else it is the one that existed.
    pub is_new: bool,
    /// How far each collection was read.
    pub collections: Vec<CollectionCoverage>,
    /// One row per code, drift before hygiene.
    pub codes: Vec<CodeSummary>,
    /// The run that it is compared with.
    pub previous_run_id: Option<i64>,
    /// Differences from that run.
    pub changes: ChangeCounts,
    /// How much of what was read is in disorder.
    pub affected: Affected,
    /// The same of the run that it is compared with.
    pub affected_before: Option<Affected>,
    /// What hangs on the first few records of `causes`.
    pub causes: CauseShare,
    /// Decisions that somebody has to look at again.
    pub suppressions: SuppressionReport,
}

/// Why a code is not evaluated where no account has a usable domain.
pub(super) const NO_DOMAINS: &str = "no_domains";

/// How many causes are counted together.
const COUNTED_CAUSES: usize = 5;

/// Why a code is not evaluated that the settings name.
pub(super) const SWITCHED_OFF: &str = "switched_off";

/// Days within which a suppression that ends is about to lapse.
pub const LAPSING_DAYS: u32 = 14;

/// The suppressions as of the day of the audit.
#[derive(Debug, Clone, Default)]
pub struct SuppressionReport {
    /// How many are in force.
    pub in_force_count: usize,
    /// Those in force that end within [`LAPSING_DAYS`].
    pub lapsing: Vec<Standing>,
    /// Those that ended since the run before.
    pub lapsed: Vec<Lapsed>,
    /// Those in force that no issue of the run belongs to.
    pub unused: Vec<Standing>,
}

/// A suppression that ended since the run before.
#[derive(Debug, Clone)]
pub struct Lapsed {
    /// The suppression.
    pub standing: Standing,
    /// Issues that it covered in the run before and that nothing covers in this one. Zero: it covered none
    /// in that run, or they are gone, or another suppression covers them.
    pub open_again_count: i64,
}

/// The day on which states of suppressions are asked for, and the run whose issues are counted.
pub fn as_of(clock: &Clock, run_id: Option<i64>) -> AsOf {
    let today = clock.today();
    let soon = clock::days_after(&today, LAPSING_DAYS).unwrap_or_else(|_| today.clone());
    AsOf { today, soon, run_id }
}

impl AuditReport {
    /// Drift issues that no decision covers.
    pub fn open_count(&self) -> i64 {
        self.drift().map(|code| code.total.unwrap_or(0) - code.suppressed).sum()
    }

    /// Whether an issue at or above the severity is open.
    pub fn has_issue_at(&self, severity: Severity) -> bool {
        self.drift().any(|code| code.severity <= severity && code.total.unwrap_or(0) > code.suppressed)
    }

    /// The twelve codes.
    pub fn drift(&self) -> impl Iterator<Item = &CodeSummary> {
        self.codes.iter().filter(|code| code.family == Family::Drift)
    }

    /// Whether every code of the twelve was evaluated, but for those that somebody did without.
    pub fn is_fully_evaluated(&self) -> bool {
        let is_without_domains = is_without_domains_by_choice(&self.salesforce.options);
        let is_accepted = |reason: &str| is_accepted(reason, is_without_domains);
        self.drift().all(|code| code.not_evaluated.as_deref().is_none_or(is_accepted))
    }
}

/// Whether somebody chose that codes are not evaluated for that reason.
pub fn is_accepted(reason: &str, is_without_domains_by_choice: bool) -> bool {
    reason == SWITCHED_OFF || reason == NO_DOMAINS && is_without_domains_by_choice
}

/// Whether the account file was read without its domains, by the options of its snapshot.
pub fn is_without_domains_by_choice(options: &str) -> bool {
    let options: serde_json::Value = serde_json::from_str(options).unwrap_or_default();
    options["columns"]["domains"].as_array().is_some_and(Vec::is_empty)
}

/// Reads the summary of a run.
pub(super) fn build(
    warehouse: &Warehouse,
    run: RunRow,
    salesforce: &SnapshotRow,
    zendesk: &SnapshotRow,
    is_new: bool,
    clock: &Clock,
) -> Result<AuditReport, WarehouseError> {
    let mut collections = warehouse.collection_coverage(salesforce.snapshot_id)?;
    collections.extend(warehouse.collection_coverage(zendesk.snapshot_id)?);
    let codes = warehouse.code_summaries(run.run_id)?;
    let previous_run_id = codes.iter().filter_map(|code| code.previous_run_id).max();
    let previous = previous_run_id.map(|id| warehouse.run(Some(id))).transpose()?.flatten();
    Ok(AuditReport {
        previous_run_id,
        affected: warehouse.affected(&run)?,
        affected_before: previous.map(|run| warehouse.affected(&run)).transpose()?,
        causes: warehouse.cause_share(run.run_id, COUNTED_CAUSES)?,
        changes: warehouse.change_counts(run.run_id)?,
        suppressions: suppressions(warehouse, &run, clock)?,
        run,
        salesforce: salesforce.clone(),
        zendesk: zendesk.clone(),
        is_new,
        collections,
        codes,
    })
}

fn suppressions(
    warehouse: &Warehouse,
    run: &RunRow,
    clock: &Clock,
) -> Result<SuppressionReport, WarehouseError> {
    let previous = warehouse.run_before(run.run_id)?;
    // What ended earlier was said by that run.
    let since = previous.as_ref().map(|previous| (previous.run_id, &previous.started_at[..10]));
    let mut report = SuppressionReport::default();
    for standing in warehouse.standing_suppressions(&as_of(clock, Some(run.run_id)))? {
        if standing.is_in_force() {
            report.in_force_count += 1;
            if standing.issue_count == Some(0) {
                report.unused.push(standing.clone());
            }
        }
        match (standing.state.as_str(), since) {
            ("lapsing", _) => report.lapsing.push(standing),
            ("lapsed", Some((previous_run_id, day))) if day <= standing.expires_on.as_str() => {
                let open_again_count =
                    warehouse.open_again_count(standing.suppression_id, previous_run_id, run.run_id)?;
                report.lapsed.push(Lapsed { standing, open_again_count });
            }
            _ => {}
        }
    }
    report.lapsing.sort_by(|one, other| one.expires_on.cmp(&other.expires_on));
    Ok(report)
}
