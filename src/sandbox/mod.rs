//! A server that behaves like the Zendesk Support API, on loopback: for rehearsals without an account, and as
//! the judge in tests.
//!
//! It answers the calls that orgdrift makes and those around them, with the envelopes, limits and side effects
//! of the real thing. Two paths are its own and nothing of Zendesk's: `GET /debug/ledger` lists every request
//! with what it changed, `GET /debug/world` counts the records. Neither asks for credentials, which is why the
//! server listens on loopback alone.
//!
//! # Shape
//!
//! [`World`] holds the records as they were received, with the few fields beside them that answers need.
//! [`Sandbox::answer`] is a plain function from a [`Call`] to a [`Reply`]; only [`router`] and [`Server`] know
//! of sockets. Background work of Zendesk (members that a domain pulls in, tickets that lose their
//! organization) is a queue that is looked at before each request.

mod access;
mod background;
mod cursor;
mod edit;
mod exports;
mod ledger;
mod limits;
mod lists;
mod members;
mod options;
mod reply;
mod route;
mod server;
mod single;
mod time;
mod world;
mod writes;

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;

pub use ledger::{Change, Entry, Kind};
pub use options::{Options, Role, TicketsFollow, secret};
pub use reply::Reply;
pub use route::Call;
pub use server::{Server, router};
pub use world::{World, WorldError};

use access::Tokens;
use background::Queue;
use ledger::Ledger;
use limits::Limits;

/// The server's state, without its sockets.
pub struct Sandbox {
    options: Options,
    state: Mutex<State>,
}

/// What changes while it runs.
pub(crate) struct State {
    world: World,
    ledger: Ledger,
    limits: Limits,
    tokens: Tokens,
    queue: Queue,
    clock: Clock,
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

    /// Does all background work that waits.
    pub fn settle(&self) {
        background::work(&mut self.state(), &self.options, None);
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
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
