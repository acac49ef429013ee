//! Parses the files of a folder into the records that an ingest reads, and only counts them.
//!
//! A lower bound for `orgdrift ingest`: the same fields through the same types, but no digest, no normalizing,
//! nothing stored.
//!
//! ```text
//! cargo run --release --example parse_only -- /tmp/world
//! ```

#![allow(clippy::print_stdout, reason = "it answers the person who runs it")]

use std::{
    error::Error,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use orgdrift::{
    salesforce::{AccountFile, ReadOptions, Record},
    zendesk::wire::{Membership, Organization, Ticket, User},
};
use serde::Deserialize;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("which folder?")?);
    let accounts = accounts(&folder.join("accounts.csv"))?;
    let zendesk = folder.join("zendesk");
    let organizations = lines(&zendesk.join("organizations.ndjson"), |line| one::<Organization<'_>>(line))?;
    let users = lines(&zendesk.join("users.ndjson"), |line| one::<User<'_>>(line))?;
    let memberships =
        lines(&zendesk.join("organization_memberships.ndjson"), |line| one::<Membership<'_>>(line))?;
    let tickets = lines(&zendesk.join("tickets.ndjson"), |line| one::<Ticket<'_>>(line))?;
    println!("{}", accounts + organizations + users + memberships + tickets);
    Ok(())
}

fn accounts(path: &Path) -> Result<u64, Box<dyn Error>> {
    let file: Box<dyn Read + Send> = Box::new(File::open(path)?);
    let mut accounts = AccountFile::open(file, &ReadOptions::default())?;
    let mut count = 0;
    while let Some(record) = accounts.next_record()? {
        count += u64::from(matches!(std::hint::black_box(record), Record::Account(_)));
    }
    Ok(count)
}

fn one<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Result<(), serde_json::Error> {
    std::hint::black_box(serde_json::from_slice::<T>(line)?);
    Ok(())
}

/// Gives every line to `parse` and counts them.
fn lines(path: &Path, parse: impl Fn(&[u8]) -> Result<(), serde_json::Error>) -> Result<u64, Box<dyn Error>> {
    let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut line = Vec::new();
    let mut count = 0;
    while file.read_until(b'\n', &mut line)? > 0 {
        parse(&line)?;
        line.clear();
        count += 1;
    }
    Ok(count)
}
