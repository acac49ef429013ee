//! How much is allowed in a window: of everything, of exports, of the list of tickets, of one record's changes.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::{ledger::Kind, options::Options};

/// One allowance. A window begins with its first request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    limit: u32,
    used: u32,
    window: Duration,
    began: Instant,
}

/// What an allowance says of itself in headers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level {
    pub(super) limit: u32,
    pub(super) remaining: u32,
    /// In how many seconds the window ends.
    pub(super) resets: u64,
}

impl Bucket {
    fn new(limit: u32, window: Duration) -> Self {
        Self { limit, used: 0, window, began: Instant::now() }
    }

    /// Takes one request; false where none is left.
    fn take(&mut self, now: Instant) -> bool {
        if self.used == 0 || now.duration_since(self.began) >= self.window {
            self.began = now;
            self.used = 0;
        }
        let is_allowed = self.used < self.limit;
        self.used = self.used.saturating_add(u32::from(is_allowed));
        is_allowed
    }

    fn level(&self, now: Instant) -> Level {
        let left = self.window.saturating_sub(now.duration_since(self.began));
        Level {
            limit: self.limit,
            remaining: self.limit - self.used.min(self.limit),
            // Whole seconds, rounded up: whoever waits as told comes after the window's end.
            resets: left.as_secs() + u64::from(left.subsec_nanos() > 0),
        }
    }
}

/// All allowances.
#[derive(Debug)]
pub(super) struct Limits {
    account: Bucket,
    exports: Bucket,
    tickets: Bucket,
    updates: HashMap<(Kind, i64), Bucket>,
    update: Bucket,
}

impl Limits {
    pub(super) fn new(options: &Options) -> Self {
        let bucket = |limit| Bucket::new(limit, options.window);
        Self {
            account: bucket(options.rate_limit),
            exports: bucket(options.export_limit),
            tickets: bucket(options.tickets_limit),
            updates: HashMap::new(),
            update: bucket(options.update_limit),
        }
    }

    pub(super) fn take_request(&mut self, now: Instant) -> bool {
        self.account.take(now)
    }

    pub(super) fn take_export(&mut self, now: Instant) -> bool {
        self.exports.take(now)
    }

    pub(super) fn take_tickets(&mut self, now: Instant) -> bool {
        self.tickets.take(now)
    }

    /// Takes one change of a record.
    pub(super) fn take_update(&mut self, kind: Kind, id: i64, now: Instant) -> Result<(), Level> {
        let bucket = self.updates.entry((kind, id)).or_insert(self.update);
        if bucket.take(now) { Ok(()) } else { Err(bucket.level(now)) }
    }

    pub(super) fn account(&self, now: Instant) -> Level {
        self.account.level(now)
    }

    pub(super) fn exports(&self, now: Instant) -> Level {
        self.exports.level(now)
    }

    pub(super) fn tickets(&self, now: Instant) -> Level {
        self.tickets.level(now)
    }
}
