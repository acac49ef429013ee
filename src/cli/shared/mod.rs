//! What commands share. A command imports from here and from lower layers, and never from another command.

pub(crate) mod causes;
pub(crate) mod codes;
pub(crate) mod config;
pub(crate) mod context;
pub(crate) mod error;
pub mod exit;
pub(crate) mod filters;
pub(crate) mod global;
pub(crate) mod handover;
pub(crate) mod intake;
pub(crate) mod keys;
pub(crate) mod live;
pub(crate) mod log;
pub(crate) mod login;
pub(crate) mod near_file;
mod output_file;
mod pager;
pub(crate) mod parts;
pub(crate) mod plans;
pub(crate) mod printing;
pub(crate) mod reading;
pub(crate) mod run_summary;
pub(crate) mod runs;
pub(crate) mod seek;
pub(crate) mod shell;
pub(crate) mod triage;
pub(crate) mod window;
