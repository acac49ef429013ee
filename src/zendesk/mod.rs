//! Zendesk: the records of its API, and where they are read from.

pub mod api;
pub mod client;
pub mod folder;
pub mod records;
mod subdomain;
pub mod wire;

pub use subdomain::{SubdomainError, account_name, subdomain};
