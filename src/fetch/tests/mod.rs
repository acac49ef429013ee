//! Chains, guards, the folder and going on, against an account in memory.

mod account;
mod chains;
mod folders;
mod records;

use std::{fs, io::Read, path::Path};

use tokio_util::sync::CancellationToken;

use self::account::{Account, Broken};
use super::*;
use crate::zendesk::folder::{Folder, FolderError, Tickets, Users};

fn options() -> Options {
    Options { tickets: TicketListing::Export, with_subjects: false, since: None, starts: Starts::default() }
}

fn run(account: &Account, folder: &Path, task: &Task) -> Result<Fetched, FetchError<Broken>> {
    run_with(account, folder, task, &CancellationToken::new())
}

fn run_with(
    account: &Account,
    folder: &Path,
    task: &Task,
    stop: &CancellationToken,
) -> Result<Fetched, FetchError<Broken>> {
    let clock = Clock::fixed("2001-01-01T00:00:00Z").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(fetch(account, "acme", folder, task, &Progress::default(), stop, &clock))
}

/// Fetches all of an account.
fn begin(account: &Account, folder: &Path) -> Manifest {
    run(account, folder, &Task::Begin(options())).unwrap().manifest
}

/// What a file holds, unpacked.
fn text(folder: &Path, name: &str) -> String {
    let mut text = String::new();
    let file = fs::File::open(folder.join(format!("{name}.ndjson.gz"))).unwrap();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    text
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn user_ids(folder: &Path) -> Vec<i64> {
    let mut ids = Vec::new();
    let read = Folder::open(folder).unwrap().read::<Users, FolderError>(|_, user| {
        ids.push(user.id);
        Ok(())
    });
    read.unwrap();
    ids
}

fn ticket_ids(folder: &Path) -> Vec<i64> {
    let mut ids = Vec::new();
    let read = Folder::open(folder).unwrap().read::<Tickets, FolderError>(|_, ticket| {
        ids.push(ticket.id);
        Ok(())
    });
    read.unwrap();
    ids
}
