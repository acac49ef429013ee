//! Comparing runs: which issues and records differ, and whether the rule or the world is the cause.

mod commands;
mod company;
mod histories;
