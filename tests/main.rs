//! One integration binary: a file for each subject, one runner in `common`.

#![allow(missing_docs, reason = "tests are read, not called")]

mod common;
mod model;

mod bad_salesforce;
mod bad_warehouse;
mod bad_zendesk;
mod crashes;
mod decision_tables;
mod layers;
mod readme;
mod delete_and_return;
mod rule_cases;
