//! An independent model of the decision tables and of the triage file.
//!
//! The program answers in SQL; this model answers with plain sets, written from the text alone. A property test
//! generates small worlds, writes each as the files that the program ingests, and compares the two answers.
//!
//! | module | what it holds |
//! |---|---|
//! | `world` | accounts, organizations, users, memberships, tickets, and the audit's options |
//! | `write` | a world as the files that the program reads |
//! | `generate` | a world from a seed, biased toward the interesting |
//! | `customers`, `people`, `random` | its accounts and organizations; its users and tickets; its dice |
//! | `normalize` | ids, domains and e-mail addresses, for the vocabulary that `generate` uses |
//! | `names` | the closed vocabularies: codes, link states, reasons, actions |
//! | `sets` | the symbols of the tables: X, S, E, D, K, owners, holders, eligible users |
//! | `link` | the link table |
//! | `refusal` | the refusal table |
//! | `issue` | one issue and its parts |
//! | `organization_codes`, `user_codes`, `ticket_codes` | the twelve codes |
//! | `root` | which issue to fix first |
//! | `expect` | all of it for one world |
//! | `exceptions` | the triage rows |
//! | `findings` | the finding classes |
//! | `harness` | the comparison with a warehouse |
//! | `shrink` | a failing world, made small |
//! | `harness_tests` | the comparison, tried on a database of the model's own |
//! | `story`, `cases`, `cases_of_users` | worlds made by hand, and their answers |
//! | `coverage` | whether the generator reaches every row of the tables |

mod cases;
mod cases_of_users;
mod coverage;
mod customers;
pub(crate) mod exceptions;
pub(crate) mod expect;
pub(crate) mod findings;
pub(crate) mod generate;
pub(crate) mod harness;
mod harness_tests;
pub(crate) mod issue;
pub(crate) mod link;
pub(crate) mod names;
pub(crate) mod normalize;
mod organization_codes;
mod people;
mod random;
pub(crate) mod refusal;
mod root;
pub(crate) mod sets;
pub(crate) mod shrink;
mod story;
mod ticket_codes;
mod user_codes;
pub(crate) mod world;
mod write;
