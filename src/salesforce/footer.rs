//! Report footers, which show only at the end of the file.
//!
//! A report ends with its title, a copyright line, who ran it, and perhaps grand totals, in the
//! operator's language and as renamed by the site; a command line tool says that it is done. So text says
//! little for certain: a footer line has one filled cell that is neither an id nor the beginning of one, and no account
//! follows it. A row with two filled cells is a record, unless a comma stands in a sentence that is known.

use super::record::Rejection;
use super::split::RecordBuffer;
use crate::identity::{AccountId, AccountIdProblem, trim_invisible};

/// The most candidates that are held back. Real footers have about five lines.
const MAX_HELD: usize = 100;

/// How sentences begin that hold commas and are no record: of reports and of command line tools.
const SENTENCES: [&str; 8] = [
    "copyright (c)",
    "copyright ©",
    "confidential information",
    "warning:",
    "error:",
    "querying data",
    "total number of records",
    "(node:",
];

/// Whether a record may be a line of a footer.
pub(super) fn is_candidate(cells: &RecordBuffer) -> bool {
    let mut filled = cells.cells().filter(|cell| !trim_invisible(cell).is_empty());
    let Some(first) = filled.next() else { return false };
    // In this order, because hardly a record gets as far as to the ids.
    match filled.next() {
        None => !begins_like_id(first),
        Some(_) => is_sentence(first) && !cells.cells().any(begins_like_id),
    }
}

/// Whether a cell is an account id, the beginning of one, or the id of another Salesforce object.
pub(super) fn begins_like_id(cell: &str) -> bool {
    let text = trim_invisible(cell);
    match AccountId::parse(text) {
        Ok(_) | Err(AccountIdProblem::ChecksumMismatch) => true,
        // Of the right shape by chance, as an organization's name can be, unless the prefix is one of a
        // standard object.
        Err(AccountIdProblem::NotAnAccountId) => text.starts_with('0'),
        Err(AccountIdProblem::Malformed) => {
            text.starts_with("001")
                && text.len() < 18
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }
    }
}

fn is_sentence(cell: &str) -> bool {
    let is_coloured = cell.contains('\u{1b}');
    let text = cell.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '(').as_bytes();
    is_coloured
        || SENTENCES.iter().any(|start| {
            text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start.as_bytes()))
        })
}

/// Records that are a footer unless a valid record follows.
#[derive(Debug, Default)]
pub(super) struct FooterCandidates {
    held: Vec<Rejection>,
    is_over: bool,
}

impl FooterCandidates {
    /// Holds a candidate back. Returns what is now known to be no footer: everything, once there
    /// are too many.
    pub(super) fn hold(&mut self, candidate: Rejection) -> Vec<Rejection> {
        self.held.push(candidate);
        self.is_over |= self.held.len() > MAX_HELD;
        if self.is_over { std::mem::take(&mut self.held) } else { Vec::new() }
    }

    /// A valid record follows: what is held is not a footer.
    pub(super) fn release(&mut self) -> Vec<Rejection> {
        self.is_over = false;
        std::mem::take(&mut self.held)
    }

    /// The file ends: what is held is the footer. Returns its number of records.
    pub(super) fn finish(&mut self) -> u64 {
        std::mem::take(&mut self.held).len() as u64
    }
}
