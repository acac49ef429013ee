//! The server's time: its replies say it, the machine's steady clock carries it on between them.
//!
//! The times of a snapshot are compared with those of records, which are the server's. This machine's
//! clock may be off by hours, and a laptop that slept does not know for how long.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use crate::clock::{self, Clock};

#[derive(Debug)]
pub(super) struct ServerTime {
    first: String,
    latest: Mutex<(String, Instant)>,
}

impl ServerTime {
    /// Begins with the time of a reply that just came; a server without a clock gets this machine's.
    pub(super) fn new(reply: Option<&str>, clock: &Clock) -> Self {
        let first = reply.map_or_else(|| clock.now(), str::to_owned);
        Self { latest: Mutex::new((first.clone(), Instant::now())), first }
    }

    /// The time of that reply.
    pub(super) fn first(&self) -> &str {
        &self.first
    }

    /// Takes the time of a reply that just came. Machines of the server differ by a second or two, and
    /// time does not run backwards here.
    pub(super) fn observe(&self, reply: Option<&str>) {
        let Some(reply) = reply else { return };
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if reply >= latest.0.as_str() {
            *latest = (reply.to_owned(), Instant::now());
        }
    }

    /// Now, ISO-8601 UTC to the second.
    pub(super) fn now(&self) -> String {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds = i64::try_from(latest.1.elapsed().as_secs()).unwrap_or(i64::MAX);
        clock::seconds_after(&latest.0, seconds)
    }
}
