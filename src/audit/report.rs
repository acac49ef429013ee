//! What a run says in sum.

use crate::{
    model::Severity,
    warehouse::{
        Warehouse, WarehouseError,
        runs::RunRow,
        snapshots::SnapshotRow,
        summary::{ChangeCounts, CodeSummary, CollectionCoverage},
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
        self.codes.iter().filter(|code| code.family == "drift")
    }

    /// Whether every code of the twelve was evaluated.
    pub fn is_fully_evaluated(&self) -> bool {
        self.drift().all(|code| code.not_evaluated.is_none())
    }
}

/// Reads the summary of a run.
pub(super) fn build(
    warehouse: &Warehouse,
    run: RunRow,
    salesforce: &SnapshotRow,
    zendesk: &SnapshotRow,
    is_new: bool,
) -> Result<AuditReport, WarehouseError> {
    let mut collections = warehouse.collection_coverage(salesforce.snapshot_id)?;
    collections.extend(warehouse.collection_coverage(zendesk.snapshot_id)?);
    let codes = warehouse.code_summaries(run.run_id)?;
    Ok(AuditReport {
        previous_run_id: codes.iter().filter_map(|code| code.previous_run_id).max(),
        changes: warehouse.change_counts(run.run_id)?,
        run,
        salesforce: salesforce.clone(),
        zendesk: zendesk.clone(),
        is_new,
        collections,
        codes,
    })
}
