//! The words of the journal.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{
    closed_set::closed_set,
    plan::{Check, DeferralReason, RefusalReason},
};

closed_set! {
    /// Why a repair was not made, or why an apply ended before its last one.
    ApplyReason {
        /// A repair that it waits for was not made.
        DependencyNotApplied = "dependency_not_applied",
        /// The credentials do not allow the write.
        NotAllowed = "not_allowed",
        /// Zendesk refused the write.
        Refused = "refused",
        /// Zendesk did not process the write, as often as it was asked.
        NotProcessed = "not_processed",
        /// The records cannot be read.
        ReadingFailed = "reading_failed",
        /// Zendesk said that it was written, and it is not so.
        NotReadBack = "not_read_back",
        /// The record changed while nobody could say whether it was written.
        ChangedBySomebodyElse = "changed_by_somebody_else",
        /// The record changed, and nothing was written.
        ChangedMeanwhile = "changed_meanwhile",
        /// Somebody asked the apply to stop.
        Interrupted = "interrupted",
        /// The apply was resumed only to settle what it had begun: the plan is of no more use.
        PlanOutdated = "plan_outdated",
        /// Several failures in a row.
        TooManyFailures = "too_many_failures",
        /// Several stale repairs in a row.
        TooManyStale = "too_many_stale",
    }
}

closed_set! {
    /// What shows that a repair has the outcome that it has.
    Confirmation {
        /// Zendesk's answer and a look at the record.
        Answer = "answer",
        /// A look at the record alone.
        Reading = "reading",
    }
}

closed_set! {
    /// What an answer to a write means.
    WriteReply {
        /// It was done.
        Done = "done",
        /// It was surely not processed.
        NotProcessed = "not_processed",
        /// Zendesk refused it.
        Refused = "refused",
        /// The credentials do not allow it.
        NotAllowed = "not_allowed",
        /// Nobody knows.
        Unclear = "unclear",
    }
}

/// Why a row of a plan has the outcome that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OutcomeReason {
    /// What happened.
    Apply(ApplyReason),
    /// The precondition that does not hold.
    Check(Check),
    /// The plan has no repair for it.
    Refusal(RefusalReason),
    /// It is outside of the batch.
    Deferral(DeferralReason),
}

impl OutcomeReason {
    /// The text that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Apply(reason) => reason.as_str(),
            Self::Check(check) => check.as_str(),
            Self::Refusal(reason) => reason.as_str(),
            Self::Deferral(reason) => reason.as_str(),
        }
    }
}

impl From<ApplyReason> for OutcomeReason {
    fn from(reason: ApplyReason) -> Self {
        Self::Apply(reason)
    }
}

impl From<Check> for OutcomeReason {
    fn from(check: Check) -> Self {
        Self::Check(check)
    }
}

impl fmt::Display for OutcomeReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_word_has_two_meanings() {
        let words: Vec<&str> = (ApplyReason::ALL.iter().map(|one| one.as_str()))
            .chain(Check::ALL.iter().map(|one| one.as_str()))
            .chain(RefusalReason::ALL.iter().map(|one| one.as_str()))
            .chain(DeferralReason::ALL.iter().map(|one| one.as_str()))
            .collect();
        assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
    }
}
