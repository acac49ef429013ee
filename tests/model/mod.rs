//! An independent model of the decision tables and of the triage file.
//!
//! The program answers in SQL; this model answers with plain sets, written from the text alone. A property test
//! generates small worlds, writes each as the files that the program ingests, and compares the two answers.
//!
//! | module | what it holds |
//! |---|---|
//! | `world` | accounts, organizations, users, memberships, tickets, how they are read, and the settings |
//! | `write`, `records` | a world as the files that the program reads |
//! | `generate` | a world from a seed, biased toward the interesting |
//! | `customers`, `people`, `mishaps`, `random` | its accounts and organizations; its users and tickets; what goes wrong; its dice |
//! | `normalize` | ids, names, domains and e-mail addresses, for the vocabulary that `generate` uses |
//! | `names` | the closed vocabularies: codes, link states, reasons, actions |
//! | `claims`, `sets`, `eligible` | the symbols of the tables: what accounts claim; X, S, E, F, D, K, owners, holders, foreign; users |
//! | `link` | the link table |
//! | `refusal`, `organization_refusals`, `user_refusals`, `unread_facts` | the refusal table and its rows |
//! | `issue` | one issue and its parts |
//! | `organization_codes`, `user_codes`, `ticket_codes` | the twelve codes |
//! | `advice` | the suggested actions that depend on more than the code |
//! | `root` | which issue to fix first |
//! | `evaluated` | which codes are evaluated |
//! | `expect` | all of it for one world |
//! | `exceptions` | the triage rows |
//! | `findings`, `causes` | the finding classes; the records behind them |
//! | `harness` | the comparison with a warehouse |
//! | `shrink` | a failing world, made small |
//! | `harness_tests` | the comparison, tried on a database of the model's own |
//! | `story`, `cases`, `cases_of_*` | worlds made by hand, and their answers |
//! | `coverage` | whether the generator reaches every row of the tables |
//!
//! What the text leaves open is decided where it matters, under "Decisions that the text leaves open".

mod advice;
mod cases;
mod cases_of_advice;
mod cases_of_facts;
mod cases_of_refusals;
mod cases_of_settings;
mod cases_of_takeovers;
mod cases_of_unread;
mod cases_of_users;
pub(crate) mod causes;
mod claims;
mod coverage;
mod customers;
mod eligible;
mod evaluated;
pub(crate) mod exceptions;
pub(crate) mod expect;
pub(crate) mod findings;
pub(crate) mod generate;
pub(crate) mod harness;
mod harness_tests;
pub(crate) mod issue;
pub(crate) mod link;
mod mishaps;
pub(crate) mod names;
pub(crate) mod normalize;
mod organization_codes;
mod organization_refusals;
mod people;
pub(crate) mod random;
mod records;
pub(crate) mod refusal;
mod root;
pub(crate) mod sets;
pub(crate) mod shrink;
mod story;
mod ticket_codes;
mod unread_facts;
mod user_codes;
mod user_refusals;
pub(crate) mod world;
pub(crate) mod write;
