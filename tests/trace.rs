//! `orgdrift trace`: everything about one record, and why it is where it is.

mod keys;
mod nouns;
mod time;
mod world;
