//! Reads a Salesforce account export.
//!
//! [`AccountFile`] streams a CSV of accounts: it decides encoding, delimiter and columns from the
//! first bytes and the header, then hands out one [`Record`] at a time. A bad row is a
//! [`Rejection`] and never stops the reading; what makes the whole file doubtful is a
//! [`SalesforceError`]. Memory is bounded by [`MAX_RECORD`], whatever the input.
//!
//! Every record read is accounted for in [`Counts`]; the caller, who sees the account ids, finds
//! the repeated ones.

mod bytes;
mod columns;
mod error;
mod footer;
mod header;
mod hosts;
mod limits;
mod literal;
mod names;
mod options;
mod reader;
mod record;
mod row;
mod split;
mod text;

#[cfg(test)]
mod tests;

pub use columns::{ChosenColumns, Column};
pub use error::{ColumnProblem, FillRate, Headers, SalesforceError, WrongFormat};
pub use limits::{MAX_COLUMNS, MAX_FIELD, MAX_RECORD};
pub use names::Role;
pub use options::{NONE, ReadOptions};
pub use reader::AccountFile;
pub use record::{AccountRow, CellWarning, Claims, Counts, Record, RejectReason, Rejection, WarnReason};
