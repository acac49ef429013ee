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
mod asked;
mod background;
mod call;
mod cursor;
mod edit;
mod exports;
mod identities;
mod ledger;
mod limits;
mod lists;
mod members;
mod options;
mod pages;
mod queue;
mod reply;
mod route;
mod search;
mod server;
mod single;
mod state;
mod time;
mod world;
mod writes;

pub use call::Call;
pub use ledger::{Change, Entry, Kind};
pub use options::{Options, TicketsFollow, secret};
pub use reply::Reply;
pub use server::{Server, router};
pub use state::Sandbox;
pub use world::{World, WorldError};
