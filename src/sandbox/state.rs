//! The server without its sockets: its records, what it was asked, and how it was set up.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{
    access::Tokens,
    ledger::{Entry, Ledger},
    limits::Limits,
    options::Options,
    queue::Queue,
    world::World,
};
use crate::clock::Clock;

/// The server's state, without its sockets.
pub struct Sandbox {
    pub(super) options: Options,
    state: Mutex<State>,
}

/// What changes while it runs.
pub(super) struct State {
    pub(super) world: World,
    pub(super) ledger: Ledger,
    pub(super) limits: Limits,
    pub(super) tokens: Tokens,
    pub(super) queue: Queue,
    pub(super) clock: Clock,
}

impl Sandbox {
    /// A server of a world. Its time is the clock's.
    pub fn new(world: World, options: Options, clock: Clock) -> Self {
        let state = State {
            world,
            ledger: Ledger::default(),
            limits: Limits::new(&options),
            tokens: Tokens::default(),
            queue: Queue::default(),
            clock,
        };
        Self { options, state: Mutex::new(state) }
    }

    /// What it was told to be.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Every request so far.
    pub fn ledger(&self) -> Vec<Entry> {
        self.state().ledger.entries().to_vec()
    }

    /// Looks at the records.
    pub fn look<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.state().world)
    }

    /// Changes records behind the API's back, as other people do while a reading is under way.
    pub fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.state().world)
    }

    /// Sets the time.
    pub fn set_clock(&self, clock: Clock) {
        self.state().clock = clock;
    }

    /// Makes every token expire that was issued so far; the one that was given stays valid.
    pub fn expire_tokens(&self) {
        self.state().tokens.expire();
    }

    /// A panic while the state was held is a bug of ours; what others see afterwards is still the state.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
