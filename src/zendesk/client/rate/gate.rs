//! One limit: requests pass it one after another, in the order in which they came.

use std::{
    num::NonZeroU32,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use governor::{
    Quota, RateLimiter, clock,
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};
use tokio::time::{Instant, sleep_until};

use super::{RateShare, headers::Said};

/// How much of a minute's quota may be taken at once: two seconds' worth. It lets requests catch up after a
/// late timer or a wait for a reset, which servers give in whole seconds, so that nothing of the share is lost.
const BURST_PART: u32 = 30;

/// At least that many, so that a few exports of an account where little changed need no minute; at most so
/// many, so that the start of a large account's reading is no spike.
const BURSTS: (u32, u32) = (4, 20);

/// Where a server does not say when its limit resets: long enough to be no nuisance, short enough to lose
/// little of a minute.
const UNKNOWN_RESET: Duration = Duration::from_secs(10);

type Limiter = RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Duration>>;

/// The time of the runtime, which tests can stop.
#[derive(Debug, Clone)]
struct TokioClock(Instant);

impl clock::Clock for TokioClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// One limit.
#[derive(Debug)]
pub(super) struct Gate {
    share: RateShare,
    /// Whose turn it is. Fair, so that no chain of pages starves.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    /// Requests that wait for it.
    waiting: AtomicUsize,
}

#[derive(Debug)]
struct State {
    limit: u32,
    is_learned: bool,
    remaining: Option<u32>,
    held_until: Option<Instant>,
    limiter: Limiter,
}

/// What is known about one limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GateStatus {
    /// Requests a minute that the account may make, for all its programs together.
    pub limit: u32,
    /// Whether the server said so; it is assumed otherwise.
    pub is_learned: bool,
    /// How many of them were left at the last reply.
    pub remaining: Option<u32>,
    /// Requests a minute that are made here at most.
    pub quota: f64,
    /// How long requests are held back.
    pub held_for: Option<Duration>,
    /// Requests that wait for this limit.
    pub waiting: usize,
}

/// A request that waits, counted as such until it is dropped.
struct Waiting<'g>(&'g AtomicUsize);

impl<'g> Waiting<'g> {
    fn new(count: &'g AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gate {
    pub(super) fn new(assumed_limit: u32, share: RateShare) -> Self {
        let state = State {
            limit: assumed_limit,
            is_learned: false,
            remaining: None,
            held_until: None,
            limiter: limiter(assumed_limit, share),
        };
        Self {
            share,
            turn: tokio::sync::Mutex::new(()),
            state: Mutex::new(state),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Waits until a request may be made, and counts it.
    pub(super) async fn pass(&self) {
        let _waiting = Waiting::new(&self.waiting);
        let _turn = self.turn.lock().await;
        while let Some(until) = self.try_pass() {
            sleep_until(until).await;
        }
    }

    /// Counts a request, or says when to ask again.
    fn try_pass(&self) -> Option<Instant> {
        let mut state = self.state();
        let now = Instant::now();
        if let Some(until) = state.held_until {
            if until > now {
                return Some(until);
            }
            state.held_until = None;
        }
        let limiter = &state.limiter;
        limiter.check().err().map(|early| now + early.wait_time_from(clock::Clock::now(limiter.clock())))
    }

    /// Holds back every request, also those that wait already; of several holds the longest counts.
    pub(super) fn hold(&self, wait: Duration) {
        let mut state = self.state();
        let until = Instant::now() + wait;
        if state.held_until.is_none_or(|other| other < until) {
            state.held_until = Some(until);
        }
    }

    /// Learns from a reply: the account's limit may change while it is read.
    pub(super) fn learn(&self, said: Said) {
        let mut state = self.state();
        if let Some(limit) = said.limit {
            if limit != state.limit {
                state.limiter = limiter(limit, self.share);
                state.limit = limit;
            }
            state.is_learned = true;
        }
        let Some(remaining) = said.remaining else { return };
        state.remaining = Some(remaining);
        let is_used_up = remaining == 0 || remaining < reserve(state.limit, self.share);
        drop(state);
        if is_used_up {
            self.hold(said.reset.unwrap_or(UNKNOWN_RESET));
        }
    }

    /// How long it takes until this many requests have passed, one begun when the one before it has ended.
    pub(super) fn time_for(&self, requests: u64) -> Duration {
        let limit = self.state().limit;
        let at_once = u64::from(burst(limit, self.share).get());
        let others = u32::try_from(requests.saturating_sub(at_once)).unwrap_or(u32::MAX);
        period(limit, self.share) * others
    }

    pub(super) fn status(&self) -> GateStatus {
        let state = self.state();
        let held = state.held_until.map(|until| until.saturating_duration_since(Instant::now()));
        GateStatus {
            limit: state.limit,
            is_learned: state.is_learned,
            remaining: state.remaining,
            quota: self.share.of(state.limit),
            held_for: held.filter(|wait| !wait.is_zero()),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics between two changes of it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn limiter(limit: u32, share: RateShare) -> Limiter {
    let quota = Quota::with_period(period(limit, share)).expect("a share of a limit is more than none");
    RateLimiter::direct_with_clock(quota.allow_burst(burst(limit, share)), TokioClock(Instant::now()))
}

/// The time between two requests.
fn period(limit: u32, share: RateShare) -> Duration {
    Duration::from_secs_f64(60.0 / share.of(limit))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number below a million"
)]
fn burst(limit: u32, share: RateShare) -> NonZeroU32 {
    let quota = share.of(limit) as u32;
    let burst = (quota / BURST_PART).clamp(BURSTS.0, BURSTS.1).min(quota);
    NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN)
}

/// What is left to others. Without the burst, a reader that is alone would wait at the end of each minute.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number below a million"
)]
fn reserve(limit: u32, share: RateShare) -> u32 {
    let others = f64::from(limit) - share.of(limit);
    (others as u32).saturating_sub(burst(limit, share).get())
}
