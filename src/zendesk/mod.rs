//! Zendesk: the records of its API, and where they are read from.

pub mod api;
pub mod folder;
pub mod wire;
