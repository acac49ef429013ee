//! The background work that waits.

use std::collections::VecDeque;
use std::time::Instant;

/// One piece of work.
#[derive(Debug, Clone)]
pub(super) enum Work {
    /// An organization has a domain that it did not have.
    DomainAdded { organization: i64, domain: String },
    /// It has a domain no more.
    DomainDropped { organization: i64, domain: String },
    /// A user left an organization.
    Left { user: i64, organization: i64 },
}

/// Work that waits, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Queue(VecDeque<Waiting>);

/// Work with its time.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) due: Instant,
    /// The number of the request that caused it.
    pub(super) caused_by: u64,
    pub(super) work: Work,
}

impl Queue {
    pub(super) fn push(&mut self, due: Instant, caused_by: u64, work: Work) {
        self.0.push_back(Waiting { due, caused_by, work });
    }

    /// Takes what is due by a moment, or anything without one.
    pub(super) fn next(&mut self, until: Option<Instant>) -> Option<Waiting> {
        let is_due = |waiting: &&Waiting| until.is_none_or(|until| waiting.due <= until);
        self.0.front().filter(is_due)?;
        self.0.pop_front()
    }
}
