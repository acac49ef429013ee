//! Everything that is known about one record as of a run, and why it is where it is.
//!
//! [`trace`] finds the record that a key names, reads what surrounds it as of the run's snapshots, and
//! explains: which link rules were considered and why they lost ([`link`]), where a user or a ticket belongs
//! ([`place`]), what the runs found ([`history`]), what plans made of it, what to do first ([`fix`]). The
//! words are pure; links are decided by the texts of the audit, and tests hold what is said of users and tickets to what
//! the audit stored.

pub mod fix;
pub mod history;
pub mod link;
pub mod place;
pub(crate) mod words;

mod accounts;
mod candidates;
mod disagreement;
mod find;
mod near;
mod nouns;
mod sought;

pub use accounts::TracedAccount;
pub use candidates::Candidate;
pub use find::{KeyError, near_ids};
pub use nouns::{Details, Pointer, RecordOf};
pub use sought::{near_names, sought};

use serde::Serialize;

use crate::{
    clock,
    model::{Collection, Family},
    warehouse::{
        RunRow, Warehouse, WarehouseError,
        affected::Behind,
        trace::{CollectionGap, Kind, PlanAction, SnapshotTime, Subject, TracedReceipt},
    },
    zendesk::folder::ARCHIVED_NOT_LISTED,
};
use fix::LikelyFix;
use history::TracedIssue;

/// Where a record stands to the run's snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    /// In it.
    Present,
    /// Gone since a snapshot.
    Gone,
    /// First read by a later one.
    NotYet,
}

/// Whether the record is in the run's snapshot.
#[derive(Debug, Clone, Serialize)]
pub struct Presence {
    /// Where it stands to it.
    pub state: PresenceState,
    /// Since which snapshot it is gone, or from which one on it is known.
    pub since_snapshot: Option<SnapshotTime>,
    /// As of which snapshot the record is shown.
    pub shown_as_of_snapshot_id: i64,
}

impl Presence {
    /// Whether the record is in the run's snapshot.
    pub fn is_present(&self) -> bool {
        self.state == PresenceState::Present
    }
}

/// What is known about one record.
#[derive(Debug, Clone, Serialize)]
pub struct Trace {
    /// `account`, `org`, `user` or `ticket`.
    pub kind: &'static str,
    /// The run.
    pub run_id: i64,
    /// Its accounts.
    pub salesforce_snapshot: SnapshotTime,
    /// Its Zendesk records.
    pub zendesk_snapshot: SnapshotTime,
    /// Whether the record is in them.
    pub presence: Presence,
    /// What else is to be said before anything is read.
    pub remarks: Vec<String>,
    /// The record and what surrounds it.
    #[serde(flatten)]
    pub details: Details,
    /// The accounts that decide, with every link rule.
    pub accounts: Vec<TracedAccount>,
    /// Drift, what the run has first.
    pub issues: Vec<TracedIssue>,
    /// Untidiness beside it.
    pub hygiene_findings: Vec<TracedIssue>,
    /// What plans make of it.
    pub plan_actions: Vec<PlanAction>,
    /// What applies of those plans did.
    pub receipts: Vec<TracedReceipt>,
    /// How much hangs on the record; null where nothing does.
    pub cause_of: Option<Behind>,
    /// What to do first.
    pub likely_fix: Option<LikelyFix>,
}

/// An error of a trace.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The warehouse.
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    /// The key names no record, or several.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A run whose snapshot is not there.
    #[error("snapshot {0} of the run is missing")]
    NoSnapshot(i64),
}

/// The run that a trace is about.
struct Ground<'w> {
    warehouse: &'w Warehouse,
    run: RunRow,
    salesforce: SnapshotTime,
    zendesk: SnapshotTime,
    gaps: Vec<CollectionGap>,
    /// Closed tickets created before it raise no issue.
    closed_cutoff: Option<String>,
}

impl<'w> Ground<'w> {
    fn new(warehouse: &'w Warehouse, run: RunRow) -> Result<Self, TraceError> {
        let time = |id| warehouse.snapshot_time(id)?.ok_or(TraceError::NoSnapshot(id));
        let salesforce = time(run.salesforce_snapshot_id)?;
        let zendesk = time(run.zendesk_snapshot_id)?;
        let options: serde_json::Value = serde_json::from_str(&run.options).unwrap_or_default();
        let days = options["ticket_window_days"].as_u64().and_then(|days| u32::try_from(days).ok());
        Ok(Self {
            gaps: warehouse.collection_gaps((salesforce.snapshot_id, zendesk.snapshot_id))?,
            closed_cutoff: days.and_then(|days| clock::days_before(&zendesk.taken_at, days)),
            warehouse,
            run,
            salesforce,
            zendesk,
        })
    }

    /// The snapshot of the run that holds records of a kind.
    fn snapshot_of(&self, kind: Kind) -> &SnapshotTime {
        if kind == Kind::Account { &self.salesforce } else { &self.zendesk }
    }

    /// The snapshots of the run.
    fn at(&self) -> (i64, i64) {
        (self.salesforce.snapshot_id, self.zendesk.snapshot_id)
    }

    /// The address of a Zendesk record, where the subdomain is known.
    fn url(&self, kind: Kind, id: i64) -> Option<String> {
        let identity = self.zendesk.source_identity.as_deref()?;
        let subdomain = identity.split('/').next()?;
        Some(format!("https://{subdomain}.zendesk.com/agent/{}/{id}", kind.collection()))
    }

    /// Since when tickets were read, if not all were.
    fn tickets_since(&self) -> Option<&str> {
        self.gaps.iter().find(|gap| gap.collection == Collection::Tickets)?.bound_since.as_deref()
    }

    fn remarks(&self, kind: Kind, presence: &Presence) -> Vec<String> {
        let mut remarks = Vec::new();
        let snapshot = self.snapshot_of(kind).snapshot_id;
        let gap = self.gaps.iter().find(|gap| gap.collection == kind.collection());
        if let Some(gap) = gap.filter(|gap| gap.bound_since.is_none()) {
            let reason = gap.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            remarks.push(if gap.reason.as_deref() == Some(ARCHIVED_NOT_LISTED) {
                format!(
                    "Snapshot {snapshot} read no archived tickets. A ticket that it did not find is shown as it \
                     was last read."
                )
            } else {
                format!(
                    "Snapshot {snapshot} did not read {} to their end: {}{reason}. The record is shown as it was \
                     last read.",
                    gap.collection, gap.outcome
                )
            });
        }
        let since = presence
            .since_snapshot
            .as_ref()
            .map(|since| format!("{} ({})", since.snapshot_id, since.taken_at))
            .unwrap_or_default();
        match presence.state {
            PresenceState::Gone => remarks.push(format!(
                "Gone since snapshot {since}; shown as it was last read, and judged as if it were still there."
            )),
            PresenceState::NotYet => remarks.push(format!(
                "Not in snapshot {snapshot} yet: first read by snapshot {since}, and shown as of that."
            )),
            PresenceState::Present => {}
        }
        remarks
    }
}

/// Traces the record that a key names, as of a run.
pub fn trace(warehouse: &Warehouse, run: RunRow, kind: Kind, key: &str) -> Result<Trace, TraceError> {
    let ground = Ground::new(warehouse, run)?;
    let found = find::find(&ground, kind, key)?;
    let mut remarks = ground.remarks(kind, &found.presence);
    remarks.extend(found.remark.clone());
    remarks.extend(disagreement::of_personal_domains(&ground)?);
    let (mut details, accounts) = nouns::details(&ground, &found)?;
    if accounts.iter().any(|row| row.run_link.is_none() && !row.is_as_of_another_snapshot) {
        remarks.push(format!(
            "Run {} resolved no accounts, because its records were not read to their end: links are shown as the \
             rules read what is there.",
            ground.run.run_id
        ));
    }
    remarks.extend(accounts.iter().filter_map(TracedAccount::contradiction));
    let (mut issues, hygiene_findings) = issues(&ground, &found.subject)?;
    if found.presence.is_present() {
        remarks.extend(disagreement::of_place(&ground, &details, &issues)?);
    }
    if let (Details::Account { candidates, .. }, Some(account)) = (&mut details, accounts.first()) {
        *candidates = candidates::of(&ground, account, &issues)?;
    }
    let keys: Vec<String> = issues.iter().map(|issue| issue.issue_key.clone()).collect();
    let plan_actions = warehouse.plan_actions_of(&found.subject, &keys)?;
    let receipts = warehouse.receipts_of(&found.subject, &keys)?;
    for issue in &mut issues {
        issue.find_repair(&receipts);
    }
    let likely_fix = fix::likely(warehouse, ground.run.run_id, issues.iter().chain(&hygiene_findings))?;
    let cause_of = warehouse.behind_record(&ground.run, &found.subject)?;
    Ok(Trace {
        kind: kind.noun(),
        run_id: ground.run.run_id,
        presence: found.presence,
        remarks,
        details,
        accounts,
        issues,
        hygiene_findings,
        plan_actions,
        receipts,
        cause_of,
        likely_fix,
        salesforce_snapshot: ground.salesforce,
        zendesk_snapshot: ground.zendesk,
    })
}

/// The issues and the hygiene findings of a record, with their histories.
fn issues(
    ground: &Ground<'_>,
    subject: &Subject,
) -> Result<(Vec<TracedIssue>, Vec<TracedIssue>), WarehouseError> {
    let versions = ground.warehouse.issue_versions(subject)?;
    let mut keys: Vec<String> = versions.iter().map(|row| row.issue_key.clone()).collect();
    keys.dedup();
    let mut codes: Vec<&str> = versions.iter().map(|row| row.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let evaluations = ground.warehouse.evaluations(&codes)?;
    let details = ground.warehouse.issue_details(ground.run.run_id, &keys)?;
    let issues = history::histories(&versions, &evaluations, details);
    Ok(issues.into_iter().partition(|issue| issue.family == Family::Drift))
}
