//! Chains, guards, the folder and going on: the real client, and a server that a test writes page by page.

mod account;
mod chains;
mod folders;

use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use orgdrift::clock::Clock;
use orgdrift::fetch::{FetchError, Fetched, Manifest, Options, Progress, Starts, Task, TicketListing, fetch};
use orgdrift::sandbox::Server;
use orgdrift::zendesk::client::{ApiError, ClientOptions, Credentials, Patience, RateShare, ZendeskClient};
use orgdrift::zendesk::folder::{Folder, FolderError, Tickets, Users};
use tokio_util::sync::CancellationToken;

use self::account::Account;

fn options() -> Options {
    Options { tickets: TicketListing::Export, with_subjects: false, since: None, starts: Starts::default() }
}

fn run(account: &Account, folder: &Path, task: &Task) -> Result<Fetched, FetchError<ApiError>> {
    run_with(account, folder, task, &CancellationToken::new())
}

fn run_with(
    account: &Account,
    folder: &Path,
    task: &Task,
    stop: &CancellationToken,
) -> Result<Fetched, FetchError<ApiError>> {
    let clock = Clock::fixed("2001-01-01T00:00:00Z").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = Server::bind(0).await.unwrap();
        let client = client(&server.url());
        tokio::spawn(server.serve(account::router(account.clone()), std::future::pending()));
        Box::pin(fetch(&client, "acme", folder, task, &Progress::default(), stop, &clock)).await
    })
}

/// A client that does not try again.
fn client(url: &str) -> ZendeskClient {
    let credentials = Credentials::find(None, |name| match name {
        "ORGDRIFT_ZENDESK_URL" => Some(url.into()),
        "ZENDESK_SUBDOMAIN" => Some("acme".into()),
        "ZENDESK_OAUTH_TOKEN" => Some("token".into()),
        _ => None,
    });
    let patience =
        Patience { repeats: 0, first_repeats: 0, longest_for_rate: Duration::ZERO, ..Patience::default() };
    let options =
        ClientOptions { rate_share: RateShare::percent(100).unwrap(), patience, ..ClientOptions::default() };
    ZendeskClient::new(credentials.unwrap(), options).unwrap()
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
