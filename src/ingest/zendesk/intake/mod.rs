//! Records of the API as they are stored: normalized, compared with their users, doubted where need be.

mod membership;
mod organization;
mod ticket;
mod user;

pub(super) use membership::MembershipIntake;
pub(super) use organization::OrganizationIntake;
pub(super) use ticket::TicketIntake;
pub(super) use user::UserIntake;

use super::record_kind::{Intake, RecordKind};

/// The fields that decide and that a record lacks, with commas between.
fn undecided_fields<K: RecordKind, I: Intake<K>>(intake: &I, record: &K::Record<'_>) -> Option<String> {
    let table = K::COLLECTION.fields();
    let absent = intake.absent(record).among(const { K::COLLECTION.fields().deciding() });
    let mut names = absent.names(table).map(|key| intake.field_name(key)).peekable();
    names.peek()?;
    Some(names.collect::<Vec<_>>().join(", "))
}
