//! A live account becomes a folder: four chains of pages, written as they come.
//!
//! The folder is one that `ingest` reads like any other. Nothing of a warehouse is touched or locked, so a
//! fetch of hours is in nobody's way. A stop leaves a folder that can be resumed; see
//! [`staging`] for what holds then.

mod chain;
mod commits;
mod error;
mod failure;
mod files;
mod listing_name;
mod loops;
mod manifest;
mod progress;
mod server_time;
mod slim;
mod staging;
mod writer;

use std::{path::Path, time::Duration};

use tokio_util::sync::CancellationToken;

pub use crate::model::{Outcome, Reading};
pub use error::{Failure, FetchError, Reach, StagingError};
pub use manifest::{CollectionEntry, Manifest, Options, Starts, State, TicketListing};
pub use progress::{CollectionProgress, Progress, Stage};
pub use staging::{Found, inspect, mark_ingested, remove};

use crate::{
    clock::Clock,
    model::UserRole,
    zendesk::{api::ReadApi, folder::Collection},
};

use self::{manifest::Source, server_time::ServerTime, staging::Staging};

/// How long the reading waits for counts, which only a display needs.
const COUNT_WITHIN: Duration = Duration::from_secs(5);

/// What is to be done in a folder.
#[derive(Debug, Clone)]
pub enum Task {
    /// Fetch into a folder that does not exist or is empty.
    Begin(Options),
    /// Resume what was interrupted, as it was begun.
    Resume,
}

/// What a fetch did.
#[derive(Debug)]
pub struct Fetched {
    /// What the folder says about itself; [`State::Running`] where the fetch was stopped.
    pub manifest: Manifest,
    /// What else is to be said, in sentences without customer data.
    pub notes: Vec<String>,
}

/// Fetches an account into a folder.
///
/// Cancelling `stop` ends it behind the pages in hand.
pub async fn fetch<A>(
    api: &A,
    subdomain: &str,
    folder: &Path,
    task: &Task,
    progress: &Progress,
    stop: &CancellationToken,
    clock: &Clock,
) -> Result<Fetched, FetchError<A::Error>>
where
    A: ReadApi,
    A::Error: Failure,
{
    // Whoever stops it need not wait until a server without patience lets anybody in.
    let Some(me) = unless_stopped(stop, api.me()).await else { return Err(FetchError::Stopped) };
    let me = me.map_err(FetchError::Api)?;
    let time = ServerTime::new(me.server_time.as_deref(), clock);
    if me.role != Some(UserRole::Admin) {
        // The server's word, of which only the known ones are repeated.
        return Err(FetchError::NotAdmin { role: me.role.map_or("unknown", UserRole::as_str) });
    }
    let mut notes = Vec::new();
    let staging = match task {
        Task::Begin(options) => Staging::create(folder, new_manifest(subdomain, options, &time))?,
        Task::Resume => Staging::resume(folder)?,
    };
    if staging.manifest().subdomain != subdomain {
        return Err(StagingError::OtherAccount {
            path: folder.to_owned(),
            found: staging.manifest().subdomain.clone(),
            given: subdomain.to_owned(),
        }
        .into());
    }
    if !staging.has_settings()
        && let Some(settings) = unless_stopped(stop, api.account_settings()).await
    {
        match settings {
            Ok(settings) => staging.write_settings(settings)?,
            Err(error) if error.reach() == Reach::Everything => return Err(FetchError::Api(error)),
            Err(_) => notes.push(
                "the account's settings cannot be read: whether a user may belong to several organizations is not known"
                    .to_owned(),
            ),
        }
    }
    unless_stopped(stop, expect(api, &staging, progress)).await;
    read_all(api, &staging, &time, progress, stop).await?;
    let is_done = Collection::ALL
        .into_iter()
        .all(|collection| staging.entry(collection).is_some_and(|entry| entry.outcome.is_some()));
    let manifest = if is_done { staging.finish()? } else { staging.manifest().clone() };
    Ok(Fetched { manifest, notes })
}

fn new_manifest(subdomain: &str, options: &Options, time: &ServerTime) -> Manifest {
    Manifest {
        subdomain: subdomain.to_owned(),
        taken_at: time.first().to_owned(),
        source: Source::Api,
        state: State::Running,
        is_ingested: false,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        options: options.clone(),
        collections: std::collections::BTreeMap::new(),
    }
}

/// Waits for something, unless the fetch is stopped first.
async fn unless_stopped<T>(stop: &CancellationToken, wait: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        () = stop.cancelled() => None,
        result = wait => Some(result),
    }
}

/// Asks how many records there are. Only for the display: no answer is fine. What is not read in full has as
/// many rows as there were changes, which nobody counts.
async fn expect<A: ReadApi>(api: &A, staging: &Staging, progress: &Progress) {
    let count = |collection| async move {
        tokio::time::timeout(COUNT_WITHIN, api.count(collection)).await.ok()?.ok().flatten()
    };
    let (organizations, users, tickets) =
        tokio::join!(count(Collection::Organizations), count(Collection::Users), count(Collection::Tickets));
    let options = &staging.manifest().options;
    for (collection, count) in [
        (Collection::Organizations, organizations),
        (Collection::Users, users),
        // Nobody counts them; most users have one.
        (Collection::Memberships, users),
        (Collection::Tickets, tickets),
    ] {
        let is_all = staging.entry(collection).is_some_and(|entry| entry.is_of_all(options));
        progress.of(collection).expect(count.filter(|_| is_all));
    }
}

/// Reads what is not done of the four collections, all at once.
async fn read_all<A>(
    api: &A,
    staging: &Staging,
    time: &ServerTime,
    progress: &Progress,
    stop: &CancellationToken,
) -> Result<(), FetchError<A::Error>>
where
    A: ReadApi,
    A::Error: Failure,
{
    let shared = chain::Shared { api, options: &staging.manifest().options, time, stop };
    let one = |collection| {
        let shared = &shared;
        async move {
            let progress = progress.of(collection);
            if let Some(entry) = staging.entry(collection) {
                progress.set(entry.written.pages, entry.written.rows);
            }
            let result = match staging.writer(collection) {
                Ok(Some(writer)) => chain::read(shared, writer, progress).await,
                Ok(None) => {
                    progress.enter(Stage::Complete);
                    Ok(())
                }
                Err(error) => Err(error.into()),
            };
            if result.is_err() {
                // The others end as well: what they have is enough to continue.
                stop.cancel();
            }
            result
        }
    };
    let (organizations, users, memberships, tickets) = tokio::join!(
        one(Collection::Organizations),
        one(Collection::Users),
        one(Collection::Memberships),
        one(Collection::Tickets)
    );
    organizations.and(users).and(memberships).and(tickets)
}
