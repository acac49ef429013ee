//! The server's time: its first reply says it, the machine's steady clock carries it on.
//!
//! The times of a snapshot are compared with those of records, which are the server's. This machine's
//! clock may be off by hours.

use tokio::time::Instant;

use crate::clock::{self, Clock};

#[derive(Debug)]
pub(super) struct ServerTime {
    first: String,
    at: Instant,
}

impl ServerTime {
    /// Begins with the time of a reply that just came; a server without a clock gets this machine's.
    pub(super) fn new(reply: Option<&str>, clock: &Clock) -> Self {
        Self { first: reply.map_or_else(|| clock.now(), str::to_owned), at: Instant::now() }
    }

    /// The time of that reply.
    pub(super) fn first(&self) -> &str {
        &self.first
    }

    /// Now, ISO-8601 UTC to the second.
    pub(super) fn now(&self) -> String {
        let seconds = i64::try_from(self.at.elapsed().as_secs()).unwrap_or(i64::MAX);
        clock::seconds_after(&self.first, seconds)
    }
}
