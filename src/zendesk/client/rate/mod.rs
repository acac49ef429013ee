//! The rate budget: one for all chains of pages.
//!
//! An account has a limit of requests a minute for all its programs together, another for exports and one
//! for the list of tickets. Requests are paced evenly at a share of each, learned from the headers of the
//! replies, so that other integrations of the account continue undisturbed.

mod gate;
pub(super) mod headers;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    str::FromStr,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    time::Duration,
};

use reqwest::header::HeaderMap;

use super::call::Call;
use crate::zendesk::api::Listing;
use gate::Gate;

pub use gate::GateStatus;

/// The smallest limit of any plan, until a reply says the account's.
/// <https://developer.zendesk.com/api-reference/introduction/rate-limits/>
const ASSUMED_ACCOUNT: u32 = 200;
/// All exports together, without the add-on that raises it.
const ASSUMED_EXPORTS: u32 = 10;
/// The list of tickets, as its own header says it.
const ASSUMED_TICKETS: u32 = 100;

/// Both spellings were recorded of real replies.
const EXPORT_HEADERS: [&str; 2] =
    ["zendesk-ratelimit-incremental-exports", "zendesk-rate-limit-incremental-exports"];
const TICKET_HEADERS: [&str; 2] = ["zendesk-ratelimit-tickets-index", "zendesk-rate-limit-tickets-index"];

/// Which part of the account's limits is used: 1 to 100 per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateShare(u8);

impl RateShare {
    /// A share in per cent.
    pub fn percent(percent: u8) -> Option<Self> {
        (1..=100).contains(&percent).then_some(Self(percent))
    }

    pub(super) fn of(self, limit: u32) -> f64 {
        f64::from(limit) * f64::from(self.0) / 100.0
    }
}

impl Default for RateShare {
    fn default() -> Self {
        Self(50)
    }
}

impl fmt::Display for RateShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

impl FromStr for RateShare {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.strip_suffix('%').unwrap_or(text);
        number.parse().ok().and_then(Self::percent).ok_or("write a share in per cent, 1 to 100")
    }
}

/// Which limits a call is under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// The account's alone.
    Ordinary,
    /// Also that of exports.
    Exports,
    /// Also that of the list of tickets.
    TicketList,
}

impl Class {
    pub(super) fn of(call: Call) -> Self {
        match call {
            Call::Page(listing) if listing.is_export() => Self::Exports,
            Call::Page(Listing::Tickets) => Self::TicketList,
            _ => Self::Ordinary,
        }
    }
}

/// What the next replies depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitsFor {
    /// No request is under way.
    Nothing,
    /// The rate limit.
    Rate,
    /// The server.
    Network,
}

/// How far the budget is used, for a display.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Status {
    /// The account's limit.
    pub account: GateStatus,
    /// That of exports.
    pub exports: GateStatus,
    /// That of the list of tickets.
    pub tickets: GateStatus,
    /// What the next replies depend on.
    pub waits_for: WaitsFor,
    /// Requests that were sent.
    pub requests: u64,
    /// How many of them were sent because an earlier one failed.
    pub retries: u64,
    /// For how long requests waited for the rate limit, all together.
    pub rate_wait: Duration,
    /// For how long they waited for the server.
    pub network_wait: Duration,
}

/// The budget.
#[derive(Debug)]
pub(super) struct Budget {
    account: Gate,
    exports: Gate,
    tickets: Gate,
    waiting: AtomicUsize,
    in_flight: AtomicUsize,
    requests: AtomicU64,
    retries: AtomicU64,
    rate_wait: AtomicU64,
    network_wait: AtomicU64,
}

/// A request that is under way, counted as such until it is dropped.
struct Under<'b> {
    count: &'b AtomicUsize,
    nanoseconds: &'b AtomicU64,
    since: tokio::time::Instant,
}

impl<'b> Under<'b> {
    fn new(count: &'b AtomicUsize, nanoseconds: &'b AtomicU64) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self { count, nanoseconds, since: tokio::time::Instant::now() }
    }
}

impl Drop for Under<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
        let spent = u64::try_from(self.since.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(spent, Ordering::Relaxed);
    }
}

impl Budget {
    pub(super) fn new(share: RateShare) -> Self {
        Self {
            account: Gate::new(ASSUMED_ACCOUNT, share),
            exports: Gate::new(ASSUMED_EXPORTS, share),
            tickets: Gate::new(ASSUMED_TICKETS, share),
            waiting: AtomicUsize::new(0),
            in_flight: AtomicUsize::new(0),
            requests: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            rate_wait: AtomicU64::new(0),
            network_wait: AtomicU64::new(0),
        }
    }

    /// Waits until a call may be made.
    pub(super) async fn permit(&self, class: Class) {
        let _waiting = Under::new(&self.waiting, &self.rate_wait);
        if let Some(gate) = self.gate(class) {
            gate.pass().await;
        }
        self.account.pass().await;
    }

    /// Runs a request that was permitted.
    pub(super) async fn spend<T>(&self, request: impl Future<Output = T>) -> T {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let _in_flight = Under::new(&self.in_flight, &self.network_wait);
        request.await
    }

    /// Learns from the headers of a reply.
    pub(super) fn learn(&self, headers: &HeaderMap) {
        self.account.learn(headers::account(headers));
        self.exports.learn(headers::named(headers, &EXPORT_HEADERS));
        self.tickets.learn(headers::named(headers, &TICKET_HEADERS));
    }

    /// Holds back every call of a class, also those that wait already.
    pub(super) fn hold(&self, class: Class, wait: Duration) {
        self.gate(class).unwrap_or(&self.account).hold(wait);
    }

    /// How long so many ordinary requests take at the pace that is known now, if none fails.
    pub(super) fn time_for(&self, requests: u64) -> Duration {
        self.account.time_for(requests)
    }

    pub(super) fn count_retry(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn status(&self) -> Status {
        let waits_for = if self.waiting.load(Ordering::Relaxed) > 0 {
            WaitsFor::Rate
        } else if self.in_flight.load(Ordering::Relaxed) > 0 {
            WaitsFor::Network
        } else {
            WaitsFor::Nothing
        };
        Status {
            account: self.account.status(),
            exports: self.exports.status(),
            tickets: self.tickets.status(),
            waits_for,
            requests: self.requests.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            rate_wait: Duration::from_nanos(self.rate_wait.load(Ordering::Relaxed)),
            network_wait: Duration::from_nanos(self.network_wait.load(Ordering::Relaxed)),
        }
    }

    fn gate(&self, class: Class) -> Option<&Gate> {
        match class {
            Class::Ordinary => None,
            Class::Exports => Some(&self.exports),
            Class::TicketList => Some(&self.tickets),
        }
    }
}
