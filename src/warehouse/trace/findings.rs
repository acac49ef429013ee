//! What runs found about a record, and what plans make of it.

use std::collections::HashMap;

use serde::Serialize;

use super::{Warehouse, WarehouseError, list};
use crate::{
    model::{
        ActionOutcome, ApplyMode, Disposition, Family, Layer, PlanStatus, Repair, Severity, SubjectKind,
        plan::PlanState,
    },
    warehouse::closed::{closed, closed_or_null},
};

/// The record that a trace is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// An account.
    Account(String),
    /// An organization.
    Organization(i64),
    /// A user.
    User(i64),
    /// A ticket.
    Ticket(i64),
}

impl Subject {
    fn kind(&self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::Organization(_) => "organization",
            Self::User(_) => "user",
            Self::Ticket(_) => "ticket",
        }
    }

    fn account_id(&self) -> Option<&str> {
        match self {
            Self::Account(id) => Some(id),
            _ => None,
        }
    }

    fn zendesk_id(&self) -> Option<i64> {
        match *self {
            Self::Account(_) => None,
            Self::Organization(id) | Self::User(id) | Self::Ticket(id) => Some(id),
        }
    }
}

/// One version of an issue or a hygiene finding.
#[derive(Debug, Clone)]
pub struct IssueVersion {
    /// Names the fact in every run.
    pub issue_key: String,
    /// Its code.
    pub code: String,
    /// Whether it counts as drift.
    pub family: Family,
    /// The kind of record that it is about.
    pub layer: Layer,
    /// How bad.
    pub severity: Severity,
    /// Whose it is.
    pub account_id: Option<String>,
    /// What it is about.
    pub subject_kind: SubjectKind,
    /// The id of that.
    pub subject_id: String,
    /// The expected organization.
    pub organization_id: Option<i64>,
    /// The domain, of the codes that have one.
    pub domain: Option<String>,
    /// The first run that says so.
    pub valid_from: i64,
    /// The first run that does not.
    pub valid_to: i64,
    /// Set where the end does not mean that the drift is gone.
    pub close_reason: Option<String>,
}

/// What one run says about an issue.
#[derive(Debug, Clone, Serialize)]
pub struct IssueDetails {
    /// Names the fact in every run.
    #[serde(skip)]
    pub issue_key: String,
    /// What can be done.
    pub disposition: Disposition,
    /// The repair, or the one that is refused.
    pub action: Option<Repair>,
    /// Why it is refused.
    pub blocked_reason: Option<String>,
    /// The decision that covers it.
    pub suppressed_by: Option<i64>,
    /// What a person would do.
    pub suggested_action: Option<String>,
    /// The issue to fix first.
    pub root_issue_key: Option<String>,
    /// Its code.
    #[serde(skip)]
    pub code: String,
    /// What it is about.
    #[serde(skip)]
    pub subject_kind: SubjectKind,
    /// A sentence.
    pub reason: String,
    /// JSON.
    pub evidence: serde_json::Value,
    /// The record in Zendesk.
    pub url: Option<String>,
}

/// A row of a plan that touches a record.
#[derive(Debug, Clone, Serialize)]
pub struct PlanAction {
    /// The plan.
    pub plan_id: i64,
    /// The run that it was made from.
    pub run_id: i64,
    /// Whether the plan is still about the newest snapshots.
    pub plan_state: PlanState,
    /// Its place in the plan.
    pub position: i64,
    /// The issue.
    pub issue_key: String,
    /// The repair.
    pub action: Option<Repair>,
    /// What the plan says about the issue.
    pub status: PlanStatus,
    /// Why it is not planned.
    pub blocked_reason: Option<String>,
    /// Where it is done.
    pub organization_id: Option<i64>,
    /// To whom.
    pub user_id: Option<i64>,
    /// With which domain.
    pub domain: Option<String>,
}

/// A row of a receipt that is about a record.
#[derive(Debug, Clone, Serialize)]
pub struct TracedReceipt {
    /// The apply.
    pub attempt_id: i64,
    /// Its plan.
    pub plan_id: i64,
    /// The run that the plan was made from.
    #[serde(skip)]
    pub run_id: i64,
    /// Whether it wrote.
    pub mode: ApplyMode,
    /// Its place in the plan.
    pub position: i64,
    /// The issue.
    pub issue_key: String,
    /// The repair.
    pub action: Option<Repair>,
    /// What became of it.
    pub outcome: ActionOutcome,
    /// Why.
    pub reason: Option<String>,
    /// Status of the last answer.
    pub http_status: Option<i64>,
    /// When it was decided, ISO-8601 UTC.
    pub decided_at: String,
    /// The event of the journal.
    pub event_id: i64,
}

impl Warehouse {
    /// Returns every version of the issues and hygiene findings that name a record, by key and start.
    pub fn issue_versions(&self, subject: &Subject) -> Result<Vec<IssueVersion>, WarehouseError> {
        let parameters = (subject.kind(), subject.account_id(), subject.zendesk_id());
        self.traced("issue_versions", parameters, |row| {
            Ok(IssueVersion {
                issue_key: row.get(0)?,
                code: row.get(1)?,
                family: closed(row, 2, Family::from_text)?,
                layer: closed(row, 3, Layer::from_text)?,
                severity: closed(row, 4, Severity::from_text)?,
                account_id: row.get(5)?,
                subject_kind: closed(row, 6, SubjectKind::from_text)?,
                subject_id: row.get(7)?,
                organization_id: row.get(8)?,
                domain: row.get(9)?,
                valid_from: row.get(10)?,
                valid_to: row.get(11)?,
                close_reason: row.get(12)?,
            })
        })
    }

    /// Returns what a run says about issues, by key. Those that it does not have are left out.
    pub fn issue_details(
        &self,
        run_id: i64,
        issue_keys: &[String],
    ) -> Result<HashMap<String, IssueDetails>, WarehouseError> {
        let rows = self.traced("issue_details", (run_id, list(issue_keys)), |row| {
            Ok(IssueDetails {
                issue_key: row.get(0)?,
                disposition: closed(row, 1, Disposition::from_text)?,
                action: closed_or_null(row, 2, Repair::from_text)?,
                blocked_reason: row.get(3)?,
                suppressed_by: row.get(4)?,
                suggested_action: row.get(5)?,
                root_issue_key: row.get(6)?,
                code: row.get(7)?,
                reason: row.get(8)?,
                evidence: serde_json::from_str(&row.get::<_, String>(9)?).unwrap_or_default(),
                url: row.get(10)?,
                subject_kind: closed(row, 11, SubjectKind::from_text)?,
            })
        })?;
        Ok(rows.into_iter().map(|row| (row.issue_key.clone(), row)).collect())
    }

    /// Returns the runs that evaluated codes, oldest first.
    pub fn evaluations(&self, codes: &[&str]) -> Result<HashMap<String, Vec<i64>>, WarehouseError> {
        let mut runs: HashMap<String, Vec<i64>> = HashMap::new();
        for (code, run_id) in
            self.traced("evaluations", [list(codes)], |row| Ok((row.get(0)?, row.get(1)?)))?
        {
            runs.entry(code).or_default().push(run_id);
        }
        Ok(runs)
    }

    /// Returns the rows of all receipts that are about a record, newest apply first.
    pub fn receipts_of(
        &self,
        subject: &Subject,
        issue_keys: &[String],
    ) -> Result<Vec<TracedReceipt>, WarehouseError> {
        self.traced("receipts", touching(subject, issue_keys), |row| {
            Ok(TracedReceipt {
                attempt_id: row.get(0)?,
                plan_id: row.get(1)?,
                run_id: row.get(2)?,
                mode: closed(row, 3, ApplyMode::from_text)?,
                position: row.get(4)?,
                issue_key: row.get(5)?,
                action: closed_or_null(row, 6, Repair::from_text)?,
                outcome: closed(row, 7, ActionOutcome::from_text)?,
                reason: row.get(8)?,
                http_status: row.get(9)?,
                decided_at: row.get(10)?,
                event_id: row.get(11)?,
            })
        })
    }

    /// Returns the rows of all plans that touch a record, newest plan first.
    pub fn plan_actions_of(
        &self,
        subject: &Subject,
        issue_keys: &[String],
    ) -> Result<Vec<PlanAction>, WarehouseError> {
        self.traced("plan_actions", touching(subject, issue_keys), |row| {
            Ok(PlanAction {
                plan_id: row.get(0)?,
                run_id: row.get(1)?,
                plan_state: closed(row, 2, PlanState::from_text)?,
                position: row.get(3)?,
                issue_key: row.get(4)?,
                action: closed_or_null(row, 5, Repair::from_text)?,
                status: closed(row, 6, PlanStatus::from_text)?,
                blocked_reason: row.get(7)?,
                organization_id: row.get(8)?,
                user_id: row.get(9)?,
                domain: row.get(10)?,
            })
        })
    }
}

/// What finds the rows of plans that touch a record: keys of its issues, account, organization, user.
fn touching<'s>(
    subject: &'s Subject,
    issue_keys: &[String],
) -> (String, Option<&'s str>, Option<i64>, Option<i64>) {
    let (organization_id, user_id) = match *subject {
        Subject::Organization(id) => (Some(id), None),
        Subject::User(id) => (None, Some(id)),
        _ => (None, None),
    };
    (list(issue_keys), subject.account_id(), organization_id, user_id)
}
