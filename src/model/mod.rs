//! The words of the warehouse as types: closed sets that are stored as text, and the documents that cross from one
//! capability to another: [`plan`], [`journal`], [`receipt`].
//!
//! Account ids have a type of their own in [`crate::identity`]; Zendesk ids are 64-bit integers
//! everywhere, as in the API and in SQL.

mod canonical;
mod closed_set;
mod continue_at;
mod decision;
pub mod fields;
pub mod journal;
pub mod plan;
pub mod receipt;
mod records;
mod verdicts;
mod vocabulary;
mod zendesk_identity;

pub use canonical::{FormError, IdText, canonical};

pub use closed_set::{
    ActionOutcome, ApplyMode, Cause, Collection, Disposition, DomainKind, EventKind, EvidenceType, Family,
    Layer, MultipleOrganizations, Outcome, PlanStatus, Reading, Repair, Severity, Source, TakenAtSource,
};
pub use continue_at::ContinueAt;
pub use decision::{Decision, Provenance, Words, squeezed};
pub use records::{Said, SubjectKind, SuppressionState, TicketStatus, UserRole};
pub use verdicts::{GivenUp, LinkState, MatchRule, PlaceVerdict, ProofVerdict};
pub use vocabulary::{ClosedWord, closed_words};
pub use zendesk_identity::{SANDBOX_ENDING, UNNAMED, ZendeskIdentity, is_sandbox, sandbox_name};
