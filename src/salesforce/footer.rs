//! Report footers, which show only at the end of the file.
//!
//! A report ends with its title, a copyright line, who ran it, and perhaps grand totals, in the
//! operator's language and as renamed by the site. So text says nothing for certain: a footer is
//! what looks like no account and is followed by none.

use super::record::Rejection;

/// The most candidates that are held back. Real footers have about five lines.
const MAX_HELD: usize = 100;

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

    /// A valid record follows: what is held is no footer.
    pub(super) fn release(&mut self) -> Vec<Rejection> {
        self.is_over = false;
        std::mem::take(&mut self.held)
    }

    /// The file ends: what is held is the footer. Returns its number of records.
    pub(super) fn finish(&mut self) -> u64 {
        std::mem::take(&mut self.held).len() as u64
    }
}
