//! Zendesk without a folder: it is fetched into one beside the warehouse, then that is ingested.

use std::path::Path;

use super::arguments::ZendeskArgs;
use crate::{
    cli::shared::{
        context::Context,
        error::CliError,
        exit,
        live::{self, Account},
    },
    fetch::{self, Found, Manifest, Outcome, State, Task},
    ingest::{
        GivenOrigin, IngestError, IngestReport, Refusal,
        zendesk::{self, ZendeskOptions},
    },
    model::Reading,
};

/// How a live ingest ended.
pub(crate) enum Ended {
    /// With a snapshot, and the command that continues it where that makes sense.
    Ingested(Box<IngestReport>, Option<&'static str>),
    /// Before there was one.
    Early(u8),
}

const AGAIN: &str = "ingest zendesk --resume";

pub(super) fn run(
    context: &Context,
    arguments: &ZendeskArgs,
    since: Option<String>,
) -> Result<Ended, CliError> {
    // Said before an account is read for hours. The server's clock may be a little ahead of this one.
    if let Some(since) = since.as_ref().filter(|since| context.clock.is_past_tomorrow(since)) {
        let taken_at = context.clock.now();
        return Err(IngestError::from(Refusal::SinceAfter { since: since.clone(), taken_at }).into());
    }
    let folder = live::staging(context.db());
    let found = match fetch::inspect(&folder)? {
        Found::Fetch(found) => Some(*found),
        Found::Nothing => None,
    };
    let manifest = match found {
        // Kept for whoever wants to look at it: there is nothing to resume.
        found @ Some(Manifest { is_ingested: true, .. }) => {
            begin(context, arguments, since, &folder, found.is_some())?
        }
        Some(found) if arguments.live.resume => {
            arguments.live.check(&folder, &found, arguments.with_subjects, since.as_deref())?;
            if found.state == State::Complete {
                context.talk(format!("the fetch of {} is complete already", found.taken_at));
                found
            } else {
                context.talk(format!("resuming the fetch of {}", found.taken_at));
                Account::find(context, &arguments.live)?
                    .fetch(&folder, &Task::Resume, &again(context))?
                    .manifest
            }
        }
        // What a partial one has was ingested.
        Some(found) if !arguments.live.restart && found.state != State::Partial => {
            return Err(CliError::refused(format!(
                "{} holds a fetch of {} that was not ingested",
                folder.display(),
                found.taken_at
            ))
            .hint("resume it with --resume, or drop it and start again with --restart"));
        }
        found => begin(context, arguments, since, &folder, found.is_some())?,
    };
    if manifest.state == State::Running {
        context.next(AGAIN);
        return Ok(Ended::Early(exit::INCOMPLETE));
    }
    // What is complete is told once, as it is ingested.
    if manifest.state != State::Complete {
        live::tell(context, &manifest);
    }
    live::refuse_forbidden(&folder, &manifest)?;
    ingest(context, arguments, &folder, &manifest)
}

/// Fetches into a new folder.
fn begin(
    context: &Context,
    arguments: &ZendeskArgs,
    since: Option<String>,
    folder: &Path,
    is_occupied: bool,
) -> Result<Manifest, CliError> {
    let account = Account::find(context, &arguments.live)?;
    let options = account.options(arguments.with_subjects, since, true)?;
    if is_occupied {
        fetch::remove(folder)?;
        context.talk("the earlier fetch is discarded");
    }
    Ok(account.fetch(folder, &Task::Begin(options), &again(context))?.manifest)
}

fn ingest(
    context: &Context,
    arguments: &ZendeskArgs,
    folder: &Path,
    manifest: &Manifest,
) -> Result<Ended, CliError> {
    let options = ZendeskOptions {
        max_shrink: arguments.shrink.max_shrink,
        accept_shrink: arguments.shrink.accept_shrink || context.config.zendesk.accept_shrink,
        since: manifest.options.since.clone(),
        with_subjects: manifest.options.with_subjects,
        origin: GivenOrigin::default(),
        parts: None,
        fields: context.config.zendesk.fields(),
        every_line: arguments.live.full(),
    };
    let kept = |error: CliError| {
        error.hint(format!(
            "the fetched files are kept in {}; `orgdrift {}` ingests it",
            folder.display(),
            again(context)
        ))
    };
    let is_late = std::cell::Cell::new(false);
    let report = context
        .with_created(|warehouse| {
            zendesk::ingest_folder(warehouse, folder, &options, &context.clock).map_err(|error| match error {
                // Another snapshot came meanwhile, or no ticket is left: trying again later would help as little.
                IngestError::Refused(
                    Refusal::NotContinued { .. } | Refusal::Older { .. } | Refusal::SinceAfter { .. },
                ) => {
                    is_late.set(true);
                    CliError::refused(error.to_string())
                        .hint(format!("orgdrift ingest zendesk --restart{}", context.db_option()))
                }
                error => error.into(),
            })
        })
        .map_err(|error| if is_late.get() { error } else { kept(error) })?;
    let can_be_completed = can_be_completed(manifest);
    if arguments.keep || can_be_completed {
        fetch::mark_ingested(folder)?;
        context.talk(format!("the fetched files are kept in {}", folder.display()));
    } else {
        fetch::remove(folder)?;
    }
    Ok(Ended::Ingested(Box::new(report), can_be_completed.then_some(AGAIN)))
}

/// Whether resuming a partial fetch leads to a whole snapshot.
///
/// Not where it continued from an earlier snapshot: this one is the newest now, and the next snapshot continues
/// from it, with all of what is missing here.
fn can_be_completed(manifest: &Manifest) -> bool {
    let entries = || manifest.collections.values();
    manifest.state == State::Partial
        && entries().all(|entry| entry.reading == Reading::Walk)
        && entries().any(|entry| entry.outcome == Outcome::Partial)
}

fn again(context: &Context) -> String {
    format!("{AGAIN}{}", context.db_option())
}
