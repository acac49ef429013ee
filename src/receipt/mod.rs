//! Receipts: what an apply did, as a document, and whether the journal is what it was.

mod document;
mod verify;

pub use document::{SCHEMA, file_text};
pub use verify::{Fault, Verified, verify};
