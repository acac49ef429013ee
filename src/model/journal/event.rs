//! One event: what all events say, and what each kind says besides.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    look::Look,
    reason::{ApplyReason, Confirmation, OutcomeReason, WriteReply},
    record::SeenRecord,
};
use crate::model::{
    ActionOutcome, ApplyMode, EventKind, Repair,
    canonical::{FormError, canonical, from_canonical},
    plan::Check,
};

/// What an event says: the body that its hash is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventBody {
    /// Counts up without gaps.
    pub event_id: i64,
    /// The apply.
    pub attempt_id: i64,
    /// The plan.
    pub plan_id: i64,
    /// Whether it writes.
    pub mode: ApplyMode,
    /// The row of the plan; none where the event is about the whole apply.
    pub position: Option<i64>,
    /// ISO-8601 UTC, of the machine that wrote it.
    pub at: String,
    /// The hash of the event before.
    pub previous_hash: String,
    /// What happened.
    #[serde(flatten)]
    pub details: EventDetails,
}

impl EventBody {
    /// The RFC 8785 form: what is stored, and what the hash is over.
    pub fn canonical(&self) -> String {
        canonical(self)
    }

    /// Reads a stored body. What this orgdrift would write otherwise is not taken.
    pub fn from_canonical(text: &str) -> Result<Self, FormError> {
        from_canonical(text)
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventDetails {
    /// An apply began.
    ApplyStarted(HeadingBody),
    /// An apply that was interrupted is resumed.
    ApplyResumed(HeadingBody),
    /// A write is about to be sent.
    Intent(IntentBody),
    /// What came back of it.
    Answer(AnswerBody),
    /// What became of a row of the plan.
    Outcome(OutcomeBody),
    /// An apply ended.
    ApplyEnded(EndBody),
}

impl EventDetails {
    /// The word for it.
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::ApplyStarted(_) => EventKind::ApplyStarted,
            Self::ApplyResumed(_) => EventKind::ApplyResumed,
            Self::Intent(_) => EventKind::Intent,
            Self::Answer(_) => EventKind::Answer,
            Self::Outcome(_) => EventKind::Outcome,
            Self::ApplyEnded(_) => EventKind::ApplyEnded,
        }
    }
}

/// What an apply says of itself when it begins or is resumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadingBody {
    /// The plan's hash.
    pub plan_hash: String,
    /// The Zendesk account, `subdomain/account_id`.
    pub source_identity: Option<String>,
    /// What it was told not to exceed.
    pub caps: StatedCaps,
    /// Whose credentials it has.
    pub user_id: String,
    /// This machine's clock when the server's was asked.
    pub asked_at: String,
    /// The server's clock, where it says so.
    pub server_time: Option<String>,
    /// The orgdrift that applies.
    pub tool_version: String,
}

/// What an apply was told not to exceed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedCaps {
    /// Repairs altogether.
    pub max_actions: usize,
    /// Repairs of one account.
    pub max_per_account: usize,
    /// Hours.
    pub max_plan_age: u32,
}

/// A write that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentBody {
    /// The repair.
    pub action_id: String,
    /// Its kind.
    pub action: Repair,
    /// The number of the request, from 1.
    #[serde(rename = "try")]
    pub number: u32,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// What was seen of the record right before.
    pub before: Option<SeenRecord>,
    /// Tells whether the record was changed since: opaque.
    pub mark: Option<String>,
    /// What the look before it made of the preconditions. Absent in journals from before this was written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look: Option<Look>,
}

/// What came back of a write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerBody {
    /// The repair.
    pub action_id: String,
    /// What it means.
    pub reply: WriteReply,
    /// The status, where one came.
    pub status: Option<u16>,
    /// The server's name for the request.
    pub request_id: Option<String>,
    /// What the answer or the failure says, in words of our own or in Zendesk's error codes.
    pub problem: Option<String>,
}

/// What became of a row of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeBody {
    /// The issue.
    pub issue_key: String,
    /// What became of it.
    pub outcome: ActionOutcome,
    /// Why.
    pub reason: Option<OutcomeReason>,
    /// What was seen of the record before.
    pub before: Option<SeenRecord>,
    /// What was seen of it after a write.
    pub after: Option<SeenRecord>,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// The server's name for the last request.
    pub request_id: Option<String>,
    /// What else there is to say of a row that has a repair.
    #[serde(flatten)]
    pub of_repair: Option<RepairOutcome>,
}

/// What became of a row that has a repair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairOutcome {
    /// The repair.
    pub action_id: String,
    /// Its kind.
    pub action: Repair,
    /// What shows it.
    pub confirmed_by: Option<Confirmation>,
    /// The preconditions that were evaluated on a reply; none where that was not written down.
    ///
    /// Without [`Self::look`] it is what the plan wanted evaluated, which need not have been.
    pub checked_live: Option<Vec<Check>>,
    /// The preconditions that the snapshot has judged.
    pub checked_by_snapshot: Vec<Check>,
    /// What the last look before the write, or the one that decided, made of the live preconditions. Absent in
    /// journals from before this was written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look: Option<Look>,
}

/// The end of an apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndBody {
    /// Rows by what became of them.
    pub counts: BTreeMap<ActionOutcome, u64>,
    /// Why it ended before its last repair.
    pub stopped_by: Option<ApplyReason>,
}
