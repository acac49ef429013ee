//! Counts over a run, for people.

use std::collections::HashMap;

use super::{Warehouse, WarehouseError, closed::closed};
use crate::model::{Collection, Disposition, Family, Outcome, Severity};

/// How far a collection was read.
#[derive(Debug, Clone)]
pub struct CollectionCoverage {
    /// Its name.
    pub collection: Collection,
    /// How far.
    pub outcome: Outcome,
    /// Why not to the end.
    pub reason: Option<String>,
    /// Distinct records.
    pub row_count: i64,
    /// Tickets only from then on.
    pub bound_since: Option<String>,
    /// Rows of an account file that could not be used.
    pub unread_count: i64,
    /// Accounts with a usable domain when the file was read; none where that is not known.
    pub with_domain_count: Option<i64>,
}

/// The issues of one code.
#[derive(Debug, Clone)]
pub struct CodeSummary {
    /// The code.
    pub code: String,
    /// Drift or hygiene.
    pub family: Family,
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
    /// Archived tickets were not read, and the code is about tickets.
    pub is_without_archived: bool,
    /// The latest earlier run that evaluated the code.
    pub previous_run_id: Option<i64>,
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

const COLLECTIONS: &str =
    "select c.collection, c.outcome, c.reason, c.row_count, c.bound_since, c.unread_count,
       case when c.collection = 'accounts' then json_extract(s.options, '$.counts.with_usable_domain') end
     from snapshot_collections as c
     cross join snapshots as s
     where c.snapshot_id = ?1 and s.snapshot_id = c.snapshot_id order by c.collection";

const DISPOSITIONS: &str = "select v.code, v.disposition, count(*) from _issue_versions as v
     where v.valid_from <= ?1 and ?1 < v.valid_to group by v.code, v.disposition";

const CODES: &str = "select k.code, k.family, q.severity, k.reason, k.issue_count, k.outside_window_count,
       k.previous_run_id, k.bound_since, instr(q.needs, 'tickets') > 0 and exists (
         select 1 from runs as r
         cross join snapshot_collections as c
         where r.run_id = k.run_id and c.snapshot_id = r.zendesk_snapshot_id and c.collection = 'tickets'
           and c.reason = 'archived_not_listed')
     from run_coverage as k
     cross join rule_versions as q
     where k.run_id = ?1 and q.code = k.code and q.version = k.rule_version
     order by k.family, case q.layer when 'organization' then 1 when 'user' then 2 else 3 end, k.code";

const CHANGES: &str = "select coalesce(sum(change = 'new'), 0), coalesce(sum(change = 'changed'), 0),
       coalesce(sum(change = 'resolved'), 0), coalesce(sum(change = 'reopened'), 0),
       coalesce(sum(change = 'not_comparable'), 0)
     from issue_changes where run_id = ?1";

/// The statements of a summary.
pub(super) const STATEMENTS: &[(&str, &str)] =
    &[("collections", COLLECTIONS), ("dispositions", DISPOSITIONS), ("codes", CODES), ("changes", CHANGES)];

impl Warehouse {
    /// Returns how far the collections of a snapshot were read.
    pub fn collection_coverage(&self, snapshot_id: i64) -> Result<Vec<CollectionCoverage>, WarehouseError> {
        let mut statement = self.connection.prepare(COLLECTIONS)?;
        let rows = statement
            .query_map([snapshot_id], |row| {
                Ok(CollectionCoverage {
                    collection: closed(row, 0, Collection::from_text)?,
                    outcome: closed(row, 1, Outcome::from_text)?,
                    reason: row.get(2)?,
                    row_count: row.get(3)?,
                    bound_since: row.get(4)?,
                    unread_count: row.get(5)?,
                    with_domain_count: row.get(6)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(rows)
    }

    /// Returns one row per code of a run: drift before hygiene, organizations before users before tickets.
    pub fn code_summaries(&self, run_id: i64) -> Result<Vec<CodeSummary>, WarehouseError> {
        let mut counted: HashMap<(String, String), i64> = HashMap::new();
        let mut statement = self.connection.prepare(DISPOSITIONS)?;
        let mut rows = statement.query([run_id])?;
        while let Some(row) = rows.next()? {
            counted.insert((row.get(0)?, row.get(1)?), row.get(2)?);
        }
        let mut statement = self.connection.prepare(CODES)?;
        let rows = statement
            .query_map([run_id], |row| {
                let code: String = row.get(0)?;
                let total: Option<i64> = row.get(4)?;
                // A code that was not evaluated may still have open versions of earlier runs.
                let count = |disposition: Disposition| match total {
                    Some(_) => {
                        counted.get(&(code.clone(), disposition.as_str().to_owned())).copied().unwrap_or(0)
                    }
                    None => 0,
                };
                Ok(CodeSummary {
                    family: closed(row, 1, Family::from_text)?,
                    severity: closed(row, 2, Severity::from_text)?,
                    not_evaluated: row.get(3)?,
                    total,
                    prepared: count(Disposition::Prepared),
                    blocked: count(Disposition::Blocked),
                    review: count(Disposition::Review),
                    detect_only: count(Disposition::DetectOnly),
                    suppressed: count(Disposition::Suppressed),
                    outside_window: row.get(5)?,
                    previous_run_id: row.get(6)?,
                    bound_since: row.get(7)?,
                    is_without_archived: row.get(8)?,
                    code,
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(rows)
    }

    /// Counts the drift issues that differ from the previous comparable runs.
    pub fn change_counts(&self, run_id: i64) -> Result<ChangeCounts, WarehouseError> {
        Ok(self.connection.query_row(CHANGES, [run_id], |row| {
            Ok(ChangeCounts {
                new: row.get(0)?,
                changed: row.get(1)?,
                resolved: row.get(2)?,
                reopened: row.get(3)?,
                not_comparable: row.get(4)?,
            })
        })?)
    }
}
