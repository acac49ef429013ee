//! The journal of applies: what each event says, as it is written down, folded, verified and printed.
//!
//! Only closed words, ids, account ids and host names get into an event: no names, no addresses.

mod event;
mod look;
mod reason;
mod record;

pub use event::{
    AnswerBody, EndBody, EventBody, EventDetails, HeadingBody, IntentBody, OutcomeBody, RepairOutcome,
    StatedCaps,
};
pub use look::{Evaluated, KeptReply, Look, RecordCall};
pub use reason::{ApplyReason, Confirmation, OutcomeReason, WriteReply};
pub use record::{SeenMembership, SeenOrganization, SeenRecord, SeenUser};
