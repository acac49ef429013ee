//! The document: what was planned from, every repair, and every issue without one.

use serde::{Deserialize, Serialize};

use super::{
    action::PlannedAction,
    reason::{DeferralReason, RefusalReason},
};
use crate::model::{
    MultipleOrganizations, Repair,
    canonical::{FormError, canonical, from_canonical},
    closed_set::closed_set,
};

closed_set! {
    /// The version of the document. It changes whenever the meaning of a member changes.
    PlanSchema {
        /// The first.
        V1 = "orgdrift.fix_plan/1",
    }
}

/// A plan without its hash: what the hash is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanDocument {
    /// Its form.
    pub schema: PlanSchema,
    /// The Zendesk account that it is for, `subdomain/account_id`.
    pub source_identity: Option<String>,
    /// The rules of its run.
    pub rule_set_digest: String,
    /// What was planned from.
    pub snapshots: PlanSnapshots,
    /// What was asked for.
    pub filters: PlanFilters,
    /// The repairs, in the order in which they are applied.
    pub actions: Vec<PlannedAction>,
    /// Repairs that are possible, but outside of the batch.
    pub deferred: Vec<DeferredAction>,
    /// Issues without a repair.
    pub refusals: Vec<RefusedIssue>,
    /// Issues that a suppression covers: they are in no plan.
    pub suppressed_issue_count: usize,
    /// The issues that were approved, by key: later decisions do not change the plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub included_keys: Vec<String>,
    /// The hash of the last event of the journal whose effects are in the expected values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub builds_on: Option<String>,
}

impl PlanDocument {
    /// The RFC 8785 form: what is stored, and what the hash is over.
    pub fn canonical(&self) -> String {
        canonical(self)
    }

    /// Reads a stored plan. What this orgdrift would write otherwise is not taken.
    pub fn from_canonical(text: &str) -> Result<Self, FormError> {
        from_canonical(text)
    }
}

/// What was planned from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSnapshots {
    /// SHA-256 of the content, 64 hexadecimal digits.
    pub salesforce_digest: String,
    /// SHA-256 of the content, 64 hexadecimal digits.
    pub zendesk_digest: String,
    /// Whether a user may belong to several organizations, as the account settings said.
    pub multiple_organizations: Option<MultipleOrganizations>,
    /// Only tickets created from then on were counted.
    pub tickets_since: Option<String>,
    /// Rows of the account file that were not used, of which somebody said that it is complete without them. Not
    /// there if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread_account_rows: Option<u64>,
}

/// What was asked for: sorted, none twice. Empty lists ask for everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFilters {
    /// 18-character ids.
    pub account_ids: Vec<String>,
    /// Codes of drift.
    pub codes: Vec<String>,
    /// Repairs, in the order of their kind.
    pub actions: Vec<Repair>,
    /// At most so many actions.
    pub limit: Option<u32>,
    /// At most so many actions of one account.
    pub per_account: Option<u32>,
    /// Only issues that a person approved.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approved: bool,
    /// Not these issues, by key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// Only these issues, by key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// No issue of an account that has its organization by a domain only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_linked: bool,
    /// Issues whose reason a person lifted, by key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted_risks: Vec<String>,
}

/// A repair that is possible, but outside of the batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeferredAction {
    /// Names the same repair in every plan.
    pub action_id: String,
    /// The issue that it would mend.
    pub issue_key: String,
    /// Why it waits.
    pub reason: DeferralReason,
}

/// An issue without a repair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedIssue {
    /// The issue.
    pub issue_key: String,
    /// Its code.
    pub code: String,
    /// Whose it is.
    pub account_id: String,
    /// The repair of the code, if it has one.
    pub action: Option<Repair>,
    /// Why there is none here.
    pub reason: RefusalReason,
}
