//! What a look at the live records made of the preconditions of a repair.

use serde::{Deserialize, Serialize};

use crate::model::{closed_set::closed_set, plan::Check};

closed_set! {
    /// A call that reads what preconditions are evaluated on.
    RecordCall {
        /// One organization by its id.
        Organization = "organization",
        /// The organizations with an `external_id`.
        OrganizationsByExternalId = "organizations_by_external_id",
        /// One user by the id.
        User = "user",
        /// The organizations of a user, each by its id.
        OrganizationsOfUser = "organizations_of_user",
        /// The addresses of a user, and which of them are verified.
        IdentitiesOfUser = "identities_of_user",
        /// The memberships of a user.
        MembershipsOfUser = "memberships_of_user",
        /// The settings of the account.
        AccountSettings = "account_settings",
    }
}

/// A precondition that was evaluated on a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluated {
    /// Which.
    pub check: Check,
    /// Whether it holds.
    pub holds: bool,
    /// What the reply was to.
    pub call: RecordCall,
    /// The earlier replies of the same apply that stood for the call, at most a minute old. Absent where all were asked
    /// for by this look.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept_replies: Vec<KeptReply>,
}

/// A reply that was read for an earlier repair of the same apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptReply {
    /// What was asked for.
    pub path: String,
    /// When, ISO-8601 UTC.
    pub read_at: String,
}

/// What a look made of the live preconditions of a repair: each is in one of the three lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Evaluated on a reply, in this order.
    pub evaluated: Vec<Evaluated>,
    /// What the replies say makes the precondition pointless.
    pub needed_no_check: Vec<Check>,
    /// The look ended before: something did not hold, or all is in place.
    pub not_reached: Vec<Check>,
}
