//! One collection, page by page, each asked for while the one before it is written.
//!
//! Only the chain of cursors is sequential, so a fetch takes as long as its longest chain takes for one
//! answer after the other. No more than one page is in flight and one is being written, however many
//! there are.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{
    error::{Failure, FetchError, Reach, StagingError},
    loops::LoopWatch,
    manifest::{Entry, Options, mark_of, position_of},
    progress::{CollectionProgress, Stage},
    server_time::ServerTime,
    writer::{CollectionWriter, End, PageError, Written},
};
use crate::{
    clock,
    model::{ContinueAt, GivenUp, Outcome, Reading},
    zendesk::api::{Listing, Page, Position, ReadApi},
};

/// What a later snapshot reads again: the clocks of Zendesk's machines differ, and a change may show a
/// moment after its time. The export refuses a start within the last minute, which this is out of as well.
const OVERLAP_SECONDS: i64 = 120;

/// What the chains of a fetch have in common.
pub(super) struct Shared<'a, A> {
    pub(super) api: &'a A,
    pub(super) options: &'a Options,
    pub(super) time: &'a ServerTime,
    /// Ends all chains, each behind the page that it has in hand.
    pub(super) stop: &'a CancellationToken,
}

/// How far a start by time must lie back: the export holds the last minute back.
const HELD_BACK_SECONDS: i64 = 61;

/// What became of a page that was asked for.
enum Reply<E> {
    Page(Page),
    Failed(E),
    Stopped,
}

/// Reads a collection to its end, or until it is stopped.
pub(super) async fn read<A>(
    shared: &Shared<'_, A>,
    mut writer: CollectionWriter,
    progress: &CollectionProgress,
) -> Result<(), FetchError<A::Error>>
where
    A: ReadApi,
    A::Error: Failure,
{
    progress.enter(Stage::Reading);
    loop {
        match walk(shared, writer, progress).await? {
            Ended::Complete => {
                progress.enter(Stage::Complete);
                return Ok(());
            }
            Ended::Stopped(writer) => return in_background(|| writer.pause()).await.map_err(Into::into),
            Ended::GivenUp { writer: left, outcome, reason, is_position } => {
                // What changed since then cannot be had: everything can.
                if left.entry.reading == Reading::Continued && is_position {
                    writer = begin_again(shared, left).await?;
                    continue;
                }
                progress.enter(Stage::Incomplete);
                let now = shared.time.now();
                return in_background(move || left.give_up(outcome, reason, now)).await.map_err(Into::into);
            }
        }
    }
}

/// How a walk along the cursors ended.
enum Ended {
    Complete,
    Stopped(CollectionWriter),
    GivenUp { writer: CollectionWriter, outcome: Outcome, reason: GivenUp, is_position: bool },
}

async fn walk<A>(
    shared: &Shared<'_, A>,
    mut writer: CollectionWriter,
    progress: &CollectionProgress,
) -> Result<Ended, FetchError<A::Error>>
where
    A: ReadApi,
    A::Error: Failure,
{
    let listing = writer.entry.listing;
    let mut watch = LoopWatch::default();
    let mut position = position_of(writer.entry.written.next.as_ref());
    writer.start(shared.time.now());
    wait_for_start(shared, &position).await;
    let mut in_hand: Option<Page> = None;
    loop {
        let (reply, written) =
            tokio::join!(ask(shared, listing, &position), write(writer, in_hand.take(), None, progress));
        let result;
        (writer, result) = written?;
        let written = match result {
            Ok(written) => written,
            Err(reason) => return Ok(given_up(writer, Outcome::Partial, reason)),
        };
        if written.is_some_and(|page| page.lacks_rows) {
            return Ok(given_up(writer, Outcome::Partial, GivenUp::PageRepeated));
        }
        if let Some(reason) = written.and_then(|page| watch.written(page.row_count, page.same_run)) {
            return Ok(given_up(writer, Outcome::Partial, reason));
        }
        let page = match reply {
            Reply::Stopped => return Ok(Ended::Stopped(writer)),
            Reply::Failed(error) => return failed(error, writer).await,
            Reply::Page(page) => page,
        };
        if page.is_end {
            let end = End {
                finished_at: shared.time.now(),
                continue_at: continue_at(&writer.entry, &page, shared.time, shared.options),
            };
            let (writer, result) = write(writer, Some(page), Some(end), progress).await?;
            return Ok(match result {
                Ok(Some(page)) if page.lacks_rows => {
                    given_up(writer, Outcome::Partial, GivenUp::PageRepeated)
                }
                Ok(_) => Ended::Complete,
                Err(reason) => given_up(writer, Outcome::Partial, reason),
            });
        }
        let Some(next) = page.next.clone() else {
            return Ok(given_up(writer, Outcome::Partial, GivenUp::BadPage));
        };
        if let Some(reason) = watch.next(&position, &next) {
            let (writer, result) = write(writer, Some(page), None, progress).await?;
            let reason = match result {
                Err(reason) => reason,
                Ok(Some(page)) if page.is_repeated && reason == GivenUp::CursorRepeated => {
                    GivenUp::PageRepeated
                }
                Ok(_) => reason,
            };
            return Ok(Ended::GivenUp { writer, outcome: Outcome::Partial, reason, is_position: true });
        }
        position = next;
        in_hand = Some(page);
    }
}

/// Waits until an export may begin at a time.
async fn wait_for_start<A>(shared: &Shared<'_, A>, position: &Position) {
    let (Position::Since(since), Some(now)) = (position, clock::unix_seconds(&shared.time.now())) else {
        return;
    };
    // A time from the future would wait for ever: the server may say what it thinks of it.
    let seconds = (since + HELD_BACK_SECONDS - now).clamp(0, HELD_BACK_SECONDS);
    let wait = tokio::time::sleep(Duration::from_secs(seconds.unsigned_abs()));
    tokio::select! {
        () = wait => {}
        () = shared.stop.cancelled() => {}
    }
}

fn given_up(writer: CollectionWriter, outcome: Outcome, reason: GivenUp) -> Ended {
    Ended::GivenUp { writer, outcome, reason, is_position: false }
}

/// Asks for a page, unless everything ends first: waiting for a rate limit may take long.
async fn ask<A: ReadApi>(shared: &Shared<'_, A>, listing: Listing, position: &Position) -> Reply<A::Error> {
    tokio::select! {
        biased;
        () = shared.stop.cancelled() => Reply::Stopped,
        reply = shared.api.page(listing, position) => match reply {
            Ok(page) => {
                shared.time.observe(page.server_time.as_deref());
                Reply::Page(page)
            }
            Err(error) => Reply::Failed(error),
        },
    }
}

/// Decides what a failed call means for the collection.
async fn failed<E: Failure>(error: E, writer: CollectionWriter) -> Result<Ended, FetchError<E>> {
    Ok(match error.reach() {
        Reach::Everything => {
            in_background(|| writer.pause()).await?;
            return Err(FetchError::Api(error));
        }
        Reach::NotPermitted(reason) => given_up(writer, Outcome::NotPermitted, reason),
        Reach::Listing(reason) => given_up(writer, Outcome::Partial, reason),
        Reach::Position => {
            Ended::GivenUp { writer, outcome: Outcome::Partial, reason: GivenUp::Refused, is_position: true }
        }
    })
}

/// Drops a continued reading and begins a full one.
async fn begin_again<A: ReadApi>(
    shared: &Shared<'_, A>,
    mut writer: CollectionWriter,
) -> Result<CollectionWriter, StagingError> {
    let entry = Entry::walk(writer.entry.listing.collection(), shared.options);
    in_background(move || writer.begin_again(entry).map(|()| writer)).await
}

/// Where a later snapshot may continue after a page that was the last.
fn continue_at(entry: &Entry, last: &Page, time: &ServerTime, options: &Options) -> Option<ContinueAt> {
    let seconds = |time: &str| clock::unix_seconds(time).map(|second| second - OVERLAP_SECONDS);
    match entry.listing {
        // A list shows what is there when a page is read: whatever changes behind its back is read later.
        Listing::Organizations | Listing::Users => {
            entry.started_at.as_deref().and_then(seconds).map(ContinueAt::Time)
        }
        // Memberships have no export, and a list of tickets shows too few of them.
        Listing::Memberships | Listing::Tickets => None,
        // Older tickets are not known.
        Listing::TicketExport if options.since.is_some() => None,
        Listing::UserExport | Listing::TicketExport => last.next.as_ref().and_then(mark_of),
        // A second may get more records after its page was read.
        Listing::OrganizationExport => {
            let end_time = match (&last.next, &entry.since) {
                (Some(Position::Since(end_time)), _) => *end_time,
                (_, Some(ContinueAt::Time(since))) => *since,
                _ => return None,
            };
            let latest = seconds(&time.now())?;
            Some(ContinueAt::Time(end_time.min(latest)))
        }
    }
}

/// A page's fate: what it was like, or why its collection ends with it.
type PageResult = Result<Option<Written>, GivenUp>;

/// Writes a page on a thread where waiting for the disk stops nobody.
async fn write(
    mut writer: CollectionWriter,
    page: Option<Page>,
    end: Option<End>,
    progress: &CollectionProgress,
) -> Result<(CollectionWriter, PageResult), StagingError> {
    let Some(page) = page else { return Ok((writer, Ok(None))) };
    let (writer, result) = in_background(move || {
        let result = writer.write(&page, end);
        (writer, result)
    })
    .await;
    progress.set(writer.entry.written.pages, writer.entry.written.rows);
    match result {
        Ok(written) => Ok((writer, Ok(Some(written)))),
        Err(PageError::Malformed) => Ok((writer, Err(GivenUp::BadPage))),
        Err(PageError::Staging(error)) => Err(error),
    }
}

async fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
