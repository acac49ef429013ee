//! `apply_receipt.json`: what one apply did, made from the journal.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    ActionOutcome, ApplyMode, Repair,
    canonical::IdText,
    closed_set::closed_set,
    journal::{ApplyReason, Confirmation, Evaluated, OutcomeReason, SeenRecord, StatedCaps},
    plan::Check,
};

closed_set! {
    /// The version of the document. It changes whenever the meaning of a member changes.
    ReceiptSchema {
        /// The first.
        V1 = "orgdrift.apply_receipt/1",
    }
}

closed_set! {
    /// Whether an apply ended.
    ReceiptState {
        /// It did.
        Ended = "ended",
        /// It can be resumed.
        BrokenOff = "broken_off",
    }
}

/// What one apply did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplyReceipt {
    /// Its form.
    pub schema: ReceiptSchema,
    /// The apply.
    pub attempt_id: i64,
    /// The plan.
    pub plan_id: i64,
    /// The plan's hash.
    pub source_plan_hash: Option<String>,
    /// The Zendesk account, `subdomain/account_id`.
    pub source_identity: Option<String>,
    /// Whether it wrote.
    pub mode: ApplyMode,
    /// Whether it ended.
    pub state: ReceiptState,
    /// ISO-8601 UTC.
    pub started_at: String,
    /// ISO-8601 UTC.
    pub ended_at: Option<String>,
    /// Why it ended before its last repair.
    pub stopped_by: Option<ApplyReason>,
    /// The orgdrift that applied.
    pub tool_version: String,
    /// What it was told not to exceed.
    pub caps: StatedCaps,
    /// Rows by what became of them.
    pub counts: Option<BTreeMap<ActionOutcome, u64>>,
    /// Writes that were sent.
    pub writes: WriteCounts,
    /// Every row of the plan.
    pub actions: Vec<ReceiptRow>,
    /// Where its events are in the journal.
    pub chain: ChainPart,
}

impl ApplyReceipt {
    /// `apply_receipt.json`: laid out for people, with its members in the order of their names.
    ///
    /// # Panics
    ///
    /// Never: texts, whole numbers, lists and objects are JSON.
    pub fn file_text(&self) -> String {
        let value = serde_json::to_value(self).expect("texts, whole numbers, lists and objects are JSON");
        format!("{value:#}\n")
    }
}

/// Requests that write, counted by path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteCounts {
    /// To Salesforce.
    pub salesforce: u64,
    /// To tickets.
    pub zendesk_tickets: u64,
    /// To organizations.
    pub zendesk_organizations: u64,
    /// To memberships.
    pub zendesk_organization_memberships: u64,
    /// To anything else.
    pub other: u64,
}

/// What became of a row of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptRow {
    /// Its place in the plan.
    pub position: i64,
    /// The repair.
    pub action_id: Option<String>,
    /// The issue.
    pub issue_key: String,
    /// The account.
    pub account_id: String,
    /// The repair of the code, if it has one.
    pub action: Option<Repair>,
    /// Where it is made.
    pub organization_id: Option<IdText>,
    /// Whom it is about.
    pub user_id: Option<IdText>,
    /// With which domain.
    pub domain: Option<String>,
    /// Who accepted the risk for which it would be refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_by: Option<String>,
    /// What became of it; none where it was not decided.
    pub outcome: Option<ActionOutcome>,
    /// Why.
    pub reason: Option<OutcomeReason>,
    /// What was seen of the record before.
    pub before: Option<SeenRecord>,
    /// What was seen of it after a write.
    pub after: Option<SeenRecord>,
    /// The status of the last answer.
    pub http_status: Option<u16>,
    /// The server's name for the last request.
    pub request_id: Option<String>,
    /// What shows it.
    pub confirmed_by: Option<Confirmation>,
    /// The preconditions that this apply evaluated on a reply; none where nobody knows which.
    pub checked_live: Option<Vec<Check>>,
    /// The preconditions that the snapshot has judged.
    pub checked_by_snapshot: Option<Vec<Check>>,
    /// What else is known of the preconditions. Absent in older receipts, and of rows without a repair.
    #[serde(flatten)]
    pub checks: Option<ReceiptChecks>,
    /// The writes that were about to be sent.
    pub requests: Vec<ReceiptRequest>,
    /// ISO-8601 UTC.
    pub decided_at: Option<String>,
}

/// How the preconditions of a repair were judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptChecks {
    /// Whether the journal says which preconditions were evaluated. Older ones do not; then nobody knows.
    pub is_evaluation_recorded: bool,
    /// On which reply each was evaluated, and whether it held.
    pub evaluated: Option<Vec<Evaluated>>,
    /// What the replies said made the precondition pointless.
    pub needed_no_check: Option<Vec<Check>>,
    /// The look ended before.
    pub not_reached: Option<Vec<Check>>,
}

/// A write that was about to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptRequest {
    /// ISO-8601 UTC.
    pub at: String,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
}

/// Where the events of an apply are in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainPart {
    /// The first.
    pub first_event_id: i64,
    /// The last.
    pub last_event_id: i64,
    /// The hash of the last one.
    pub head: String,
}
