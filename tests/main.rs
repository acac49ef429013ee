//! One integration binary: a file for each subject, one runner in `common`.

#![allow(missing_docs, reason = "tests are read, not called")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::format_collect,
    clippy::format_push_string,
    reason = "tests fail where they stand, say what they skip and how to repeat them, and write small files"
)]

mod common;
mod model;

mod account_files;
mod analysts_doc;
mod bad_salesforce;
mod bad_warehouse;
mod bad_zendesk;
mod catalog;
mod changing_worlds;
mod client;
mod continued;
mod crashes;
mod datasette;
mod decide;
mod decision_tables;
mod delete_and_return;
mod delta;
mod demo;
mod demo_all;
mod diff;
mod doctor;
mod export_db;
mod fetch;
mod fetched;
mod find;
mod forget;
mod from_elsewhere;
mod frozen;
mod generator;
mod help;
mod hints;
mod hosts;
mod known_lines;
mod layers;
mod live;
mod near;
mod offered;
mod plan;
mod plan_worlds;
mod predictions;
mod prune;
mod query;
mod readings;
mod readme;
mod receipts;
mod refresh;
mod refusal_cases;
mod rehearsal;
mod report;
mod report_size;
mod rule_cases;
mod run_over_run;
mod sandbox;
mod screens;
mod soak;
mod stock_readers;
mod suppressed_families;
mod suppressions;
mod trace;
mod triage_file;
mod unread_accounts;
mod upgrade;
mod what_if;
mod words;
mod words_explained;
mod workbook;
mod zendesk_cases;
