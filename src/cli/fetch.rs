//! `orgdrift fetch zendesk DIR`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::shared::{
    context::Context,
    error::CliError,
    exit,
    live::{self, Account, LiveArgs},
    shell::quoted,
};
use crate::fetch::{self, Found, Manifest, Outcome, State, Task};

/// Arguments of `fetch`.
#[derive(Debug, Args)]
pub struct FetchArgs {
    #[command(subcommand)]
    source: FetchSource,
}

#[derive(Debug, Subcommand)]
enum FetchSource {
    /// Read a live Zendesk account into a folder, which `ingest zendesk --from` takes
    ///
    /// A fetch that stops can be resumed. The folder holds only what orgdrift needs: no message, no note, no telephone
    /// number.
    Zendesk(ZendeskArgs),
}

#[derive(Debug, Args)]
struct ZendeskArgs {
    /// A new or empty folder; with --resume, the folder of the fetch that stopped
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Keep the subjects of tickets
    #[arg(long)]
    with_subjects: bool,
    #[command(flatten)]
    live: LiveArgs,
}

pub(super) fn run(context: &Context, arguments: &FetchArgs) -> Result<u8, CliError> {
    let FetchSource::Zendesk(arguments) = &arguments.source;
    let (folder, live) = (arguments.folder.as_path(), &arguments.live);
    context.only_text_or_json("fetch")?;
    let ingest = |manifest: &Manifest| {
        // Subjects that somebody wanted are not dropped on the way.
        let with_subjects = if manifest.options.with_subjects { " --with-subjects" } else { "" };
        format!("ingest zendesk --from {}{with_subjects}", quoted(folder))
    };
    let found = match fetch::inspect(folder)? {
        Found::Fetch(found) if live.resume => {
            live.check(folder, &found, arguments.with_subjects, None)?;
            if found.state == State::Complete {
                context.talk(format!("{} holds a finished fetch already", folder.display()));
                context.next(&ingest(&found));
                return Ok(exit::DONE);
            }
            Found::Fetch(found)
        }
        Found::Fetch(_) if live.restart => Found::Nothing,
        // Said before anybody is asked.
        Found::Fetch(found) => return Err(found.occupied(folder).into()),
        Found::Nothing => Found::Nothing,
    };
    let account = Account::find(context, live)?;
    let task = match found {
        Found::Fetch(_) => Task::Resume,
        Found::Nothing => Task::Begin(account.options(arguments.with_subjects, None, live.goes_on())?),
    };
    if live.restart {
        fetch::remove(folder)?;
    }
    let again = format!("fetch zendesk {} --resume", quoted(folder));
    let fetched = account.fetch(folder, &task, &again)?;
    let manifest = fetched.manifest;
    live::tell(context, &manifest);
    live::refuse_forbidden(folder, &manifest)?;
    if context.wants_json() {
        let text = serde_json::to_string_pretty(&manifest).map_err(std::io::Error::from)?;
        context.print(&format!("{text}\n"))?;
    }
    match manifest.state {
        State::Complete => {
            context.next(&ingest(&manifest));
            Ok(exit::DONE)
        }
        // With the same credentials resuming leads no further; somebody has to look at them first.
        State::Partial if manifest.collections.values().all(|entry| entry.outcome != Outcome::Partial) => {
            context.next("doctor");
            Ok(exit::INCOMPLETE)
        }
        State::Partial | State::Running | State::Dropped => {
            context.next(&again);
            Ok(exit::INCOMPLETE)
        }
    }
}
