//! orgdrift: a local audit warehouse for drift between Salesforce accounts and Zendesk organizations.
//!
//! Data flows one way: ingest, snapshot, link, detect, issues, plan, apply, receipt. The layers, lowest first, each
//! importing only from those below it:
//!
//! - [`model`], [`identity`], [`clock`], [`safe_file`], [`safe_folder`], [`catalog`]: words, normalizers, time, files that are written, the
//!   bundled SQL;
//! - [`warehouse`], [`zendesk`], [`salesforce`], [`output`]: one module for each thing outside;
//! - [`fetch`], [`ingest`], [`audit`], [`plan`], [`trace`], [`receipt`], [`sandbox`], [`workbook`],
//!   [`report`], [`decide`], [`handover`]: one capability each;
//! - [`apply`]: carries out what [`plan`] made;
//! - [`cli`]: arguments and printing.

pub mod apply;
pub mod audit;
pub mod catalog;
pub mod cli;
pub mod clock;
pub mod decide;
pub mod fetch;
pub mod handover;
mod hooks;
pub mod identity;
pub mod ingest;
pub mod model;
pub mod near;
pub mod output;
pub mod plan;
pub mod receipt;
pub mod report;
pub mod safe_file;
pub mod safe_folder;
pub mod salesforce;
pub mod sandbox;
pub mod trace;
pub mod warehouse;
pub mod workbook;
pub mod zendesk;
