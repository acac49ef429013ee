//! What a run says in sum.

use std::collections::HashMap;

use crate::{
    model::{Disposition, Severity},
    warehouse::{Cell, Filter, Value, Warehouse, WarehouseError, runs::RunRow, snapshots::SnapshotRow},
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

/// How far a collection was read.
#[derive(Debug, Clone)]
pub struct CollectionCoverage {
    /// Its name.
    pub collection: String,
    /// How far.
    pub outcome: String,
    /// Why not to the end.
    pub reason: Option<String>,
    /// Distinct records.
    pub row_count: i64,
    /// Tickets only from then on.
    pub bound_since: Option<String>,
}

/// The issues of one code.
#[derive(Debug, Clone)]
pub struct CodeSummary {
    /// The code.
    pub code: String,
    /// `drift` or `hygiene`.
    pub family: String,
    /// How bad.
    pub severity: Severity,
    /// Why the code was not evaluated.
    pub not_evaluated: Option<String>,
    /// All issues; none if the code was not evaluated.
    pub total: Option<i64>,
    /// By disposition.
    pub prepared: i64,
    /// By disposition.
    pub blocked: i64,
    /// By disposition.
    pub review: i64,
    /// By disposition.
    pub detect_only: i64,
    /// By disposition.
    pub suppressed: i64,
    /// Closed tickets that were too old.
    pub outside_window: Option<i64>,
    /// Only tickets created from then on were read.
    pub bound_since: Option<String>,
}

/// How many drift issues differ between two runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChangeCounts {
    /// Seen for the first time.
    pub new: i64,
    /// Still there, but different.
    pub changed: i64,
    /// Gone.
    pub resolved: i64,
    /// Gone before, there again.
    pub reopened: i64,
    /// Not to be compared.
    pub not_comparable: i64,
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

const CODES: &str = "select k.code, k.family, q.severity, k.reason, k.issue_count, k.outside_window_count,
  k.previous_run_id, k.bound_since
from run_coverage as k
cross join rule_versions as q";

const DISPOSITIONS: &str = "select v.code, v.disposition, count(*) from _issue_versions as v";

const CHANGES: &str = "select
  coalesce(sum(change = 'new'), 0),
  coalesce(sum(change = 'changed'), 0),
  coalesce(sum(change = 'resolved'), 0),
  coalesce(sum(change = 'reopened'), 0),
  coalesce(sum(change = 'not_comparable'), 0)
from issue_changes";

const COLLECTIONS: &str =
    "select collection, outcome, reason, row_count, bound_since from snapshot_collections";

/// Reads the summary of a run.
pub(super) fn build(
    warehouse: &Warehouse,
    run: RunRow,
    salesforce: &SnapshotRow,
    zendesk: &SnapshotRow,
    is_new: bool,
) -> Result<AuditReport, WarehouseError> {
    let run_id = Value::Integer(run.run_id);
    let mut counted: HashMap<(String, String), i64> = HashMap::new();
    let at_run = [Filter { condition: "v.valid_from <= ? and ? < v.valid_to", value: run_id.clone() }];
    for row in warehouse.rows(DISPOSITIONS, &at_run, "group by v.code, v.disposition", None)?.collect()? {
        if let [Value::Text(code), Value::Text(disposition), Value::Integer(count)] = &row[..] {
            counted.insert((code.clone(), disposition.clone()), *count);
        }
    }
    let of_run = [Filter {
        condition: "k.run_id = ? and q.code = k.code and q.version = k.rule_version",
        value: run_id.clone(),
    }];
    let by_layer =
        "order by k.family, case q.layer when 'organization' then 1 when 'user' then 2 else 3 end, k.code";
    let mut previous_run_id = None;
    let mut codes = Vec::new();
    for row in warehouse.rows(CODES, &of_run, by_layer, None)?.collect()? {
        let integer = |at: usize| match row[at] {
            Value::Integer(integer) => Some(integer),
            _ => None,
        };
        let text = |at: usize| match &row[at] {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        };
        let code = text(0).unwrap_or_default();
        let count = |disposition: Disposition| match integer(4) {
            Some(_) => counted.get(&(code.clone(), disposition.as_str().to_owned())).copied().unwrap_or(0),
            None => 0,
        };
        previous_run_id = previous_run_id.max(integer(6));
        codes.push(CodeSummary {
            family: text(1).unwrap_or_default(),
            severity: text(2).and_then(|text| Severity::from_text(&text)).unwrap_or(Severity::Critical),
            not_evaluated: text(3),
            total: integer(4),
            prepared: count(Disposition::Prepared),
            blocked: count(Disposition::Blocked),
            review: count(Disposition::Review),
            detect_only: count(Disposition::DetectOnly),
            suppressed: count(Disposition::Suppressed),
            outside_window: integer(5),
            bound_since: text(7),
            code,
        });
    }
    let changed =
        warehouse.rows(CHANGES, &[Filter { condition: "run_id = ?", value: run_id }], "", None)?.collect()?;
    let count = |at: usize| match changed.first().map(|row| &row[at]) {
        Some(Value::Integer(integer)) => *integer,
        _ => 0,
    };
    let mut collections = Vec::new();
    for snapshot in [salesforce, zendesk] {
        let of_snapshot =
            [Filter { condition: "snapshot_id = ?", value: Value::Integer(snapshot.snapshot_id) }];
        warehouse.rows(COLLECTIONS, &of_snapshot, "order by collection", None)?.for_each(|cells| {
            let text = |at: usize| match cells[at] {
                Cell::Text(text) => Some(text.to_owned()),
                _ => None,
            };
            collections.push(CollectionCoverage {
                collection: text(0).unwrap_or_default(),
                outcome: text(1).unwrap_or_default(),
                reason: text(2),
                row_count: match cells[3] {
                    Cell::Integer(integer) => integer,
                    _ => 0,
                },
                bound_since: text(4),
            });
            Ok::<(), WarehouseError>(())
        })?;
    }
    Ok(AuditReport {
        run,
        salesforce: salesforce.clone(),
        zendesk: zendesk.clone(),
        is_new,
        collections,
        codes,
        previous_run_id,
        changes: ChangeCounts {
            new: count(0),
            changed: count(1),
            resolved: count(2),
            reopened: count(3),
            not_comparable: count(4),
        },
    })
}
