//! The records of an account: each one's JSON text as it was received, and beside it the few fields that
//! answers need.
//!
//! The text is the truth. A change writes a new text and reads the fields out of it again, so both agree.

mod account;
mod error;
mod load;
mod raw;
mod record;
mod stored;
mod table;

pub use account::World;
pub use error::WorldError;

pub(super) use raw::Object;
pub(super) use record::{Membership, Organization, Record, Ticket, TicketState, User};
pub(super) use stored::Stored;
pub(super) use table::{Row, Table};
