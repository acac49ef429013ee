//! Receipts: what an apply did, as a document, and whether the journal is what it was.

mod document;
mod verify;

pub use document::{ReceiptError, file_text, of_apply};
pub use verify::{Fault, Verified, verify};
