//! Every word of every closed set, with what it means.

use super::{
    ActionOutcome, ApplyMode, Cause, Collection, Decision, Disposition, DomainKind, EventKind, EvidenceType,
    Family, GivenUp, Layer, MultipleOrganizations, Outcome, PlaceVerdict, PlanStatus, Reading, Repair,
    Severity, Source, SubjectKind, SuppressionState, TakenAtSource, UserRole,
    journal::{ApplyReason, Confirmation, RecordCall, WriteReply},
    plan::{Check, DeferralReason, PlanSchema, PlanState, RefusalReason},
    receipt::{ReceiptSchema, ReceiptState},
};

/// A word that a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosedWord {
    /// As it is stored.
    pub word: &'static str,
    /// What the words of its set are about, in a sentence.
    pub about: &'static str,
    /// What it means, in a sentence.
    pub meaning: &'static str,
}

macro_rules! words_of {
    ($($set:ident),+ $(,)?) => {{
        let mut words = Vec::new();
        $(words.extend($set::ALL.iter().map(|value| ClosedWord {
            word: value.as_str(),
            about: $set::ABOUT.trim_ascii(),
            meaning: value.meaning().trim_ascii(),
        }));)+
        words
    }};
}

/// Every word of every closed set.
pub fn closed_words() -> Vec<ClosedWord> {
    words_of!(
        Severity,
        Disposition,
        Decision,
        Repair,
        PlanState,
        PlanStatus,
        RefusalReason,
        DeferralReason,
        Check,
        ActionOutcome,
        ApplyReason,
        Confirmation,
        WriteReply,
        RecordCall,
        ApplyMode,
        EventKind,
        ReceiptState,
        PlaceVerdict,
        GivenUp,
        Family,
        Layer,
        Cause,
        EvidenceType,
        Source,
        Collection,
        Outcome,
        Reading,
        TakenAtSource,
        MultipleOrganizations,
        DomainKind,
        UserRole,
        SubjectKind,
        SuppressionState,
        PlanSchema,
        ReceiptSchema,
    )
}
