//! A request, and what becomes of it while it is answered.

use std::time::Instant;

use super::ledger::Change;

/// A request.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// `GET`, `PUT`, …
    pub method: &'a str,
    /// The path, from its first slash.
    pub path: &'a str,
    /// What follows the question mark, as it was sent.
    pub query: &'a str,
    /// The header of that name.
    pub authorization: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// One request while it is answered.
pub(super) struct Turn {
    pub(super) now: Instant,
    pub(super) who: &'static str,
    pub(super) changes: Vec<Change>,
}
