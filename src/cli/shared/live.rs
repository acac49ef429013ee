//! What `fetch zendesk` and a live `ingest zendesk` share: credentials, options, signals, the display.

mod display;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use tokio::{runtime, select};
use tokio_util::sync::CancellationToken;

use super::{context::Context, error::CliError, exit, login};
use crate::{
    fetch::{
        self, FetchError, Fetched, Found, Manifest, Options, Progress, StagingError, Starts, State, Task,
        TicketListing,
    },
    ingest,
    model::{Reading, ZendeskIdentity},
    output::counted,
    warehouse::{Continuation, Warehouse, WarehouseError},
    zendesk::{
        client::{ApiError, ClientOptions, RateShare, ZendeskClient},
        folder::Collection,
    },
};

/// How often everything is read: one snapshot in this many, which picks up what an export does not show.
const FULL_EVERY: u64 = 7;

/// How a live account is read.
#[derive(Debug, Clone, Default, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct LiveArgs {
    /// Resume a fetch that was interrupted, if there is one
    #[arg(long)]
    pub(crate) resume: bool,
    /// Discard an earlier fetch, finished or not, and start over
    #[arg(long, conflicts_with = "resume")]
    pub(crate) restart: bool,
    /// How to read tickets
    #[arg(long, value_enum, value_name = "WAY")]
    tickets: Option<TicketsName>,
    /// Read only what changed since the newest snapshot, where Zendesk supports it
    #[arg(long = "continue", conflicts_with = "full")]
    goes_on: bool,
    /// Read everything where the newest snapshot cannot be continued, rather than refuse --continue
    #[arg(skip)]
    falls_back: bool,
    /// Read everything, whatever orgdrift.toml says; of a folder, lines that did not change, too
    #[arg(long)]
    full: bool,
    /// With --continue: read everything every N snapshots [default: 7]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    full_every: Option<u64>,
    /// The share of the account's rate limits to use, in per cent [default: 50]
    #[arg(long, value_name = "PERCENT")]
    rate_share: Option<RateShare>,
    /// A file with the Zendesk credentials, which only you may read
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
}

/// A way to read tickets, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TicketsName {
    /// All tickets, from the export: ten pages of 1,000 a minute
    Export,
    /// Without archived tickets, from the list: pages of 100
    List,
}

impl From<TicketsName> for TicketListing {
    fn from(name: TicketsName) -> Self {
        match name {
            TicketsName::Export => Self::Export,
            TicketsName::List => Self::List,
        }
    }
}

impl LiveArgs {
    /// A reading that nobody watches: what cannot be continued is read in full.
    pub(crate) fn unattended(goes_on: bool, full: bool, credentials: Option<PathBuf>) -> Self {
        Self { goes_on, falls_back: true, full, credentials, ..Self::default() }
    }

    /// An option that was given, for a command that reads no live account.
    pub(crate) fn given(&self) -> Option<&'static str> {
        [
            (self.resume, "--resume"),
            (self.restart, "--restart"),
            (self.tickets.is_some(), "--tickets"),
            (self.goes_on, "--continue"),
            (self.full_every.is_some(), "--full-every"),
            (self.rate_share.is_some(), "--rate-share"),
            (self.credentials.is_some(), "--credentials"),
        ]
        .into_iter()
        .find_map(|(is_given, name)| is_given.then_some(name))
    }

    /// Whether everything is read.
    pub(crate) fn full(&self) -> bool {
        self.full
    }

    /// Whether the warehouse says where to begin.
    pub(crate) fn goes_on(&self) -> bool {
        self.goes_on
    }

    /// Says which option differs from that of the interrupted fetch.
    pub(crate) fn check(
        &self,
        folder: &Path,
        found: &Manifest,
        with_subjects: bool,
        since: Option<&str>,
    ) -> Result<(), CliError> {
        let begun = &found.options;
        let other_option = if self.tickets.is_some_and(|name| TicketListing::from(name) != begun.tickets) {
            "--tickets"
        } else if with_subjects && !begun.with_subjects {
            "--with-subjects"
        } else if since.is_some() && since != begun.since.as_deref() {
            "--since"
        } else {
            return Ok(());
        };
        Err(StagingError::OtherOption { path: folder.to_owned(), option: other_option }.into())
    }
}

/// An account and who logs in to it.
pub(crate) struct Account<'a> {
    context: &'a Context,
    arguments: &'a LiveArgs,
    client: ZendeskClient,
    subdomain: String,
}

impl<'a> Account<'a> {
    /// Finds the credentials; no request is made yet.
    pub(crate) fn find(context: &'a Context, arguments: &'a LiveArgs) -> Result<Self, CliError> {
        let credentials = login::credentials(context, arguments.credentials.as_deref())?;
        if let Some(note) = credentials.note() {
            context.talk(note);
        }
        let subdomain = credentials.address().subdomain().to_owned();
        let rate_share = login::rate_share(context, arguments.rate_share)?;
        let client =
            ZendeskClient::new(credentials, ClientOptions { rate_share, ..context.client_options() })?;
        Ok(Self { context, arguments, client, subdomain })
    }

    /// What is fetched, and where continued readings begin.
    pub(crate) fn options(
        &self,
        with_subjects: bool,
        since: Option<String>,
        takes_warehouse: bool,
    ) -> Result<Options, CliError> {
        let usual = &self.context.config.zendesk;
        let base = if takes_warehouse { self.base()? } else { None };
        let goes_on = !self.arguments.full && (self.arguments.goes_on || usual.continue_ && takes_warehouse);
        let mut starts = Starts::default();
        if goes_on {
            let full_every = self.arguments.full_every.or(usual.full_every).unwrap_or(FULL_EVERY);
            match base {
                Some(base) if base.lacks_fields && self.arguments.goes_on && !self.arguments.falls_back => {
                    return Err(CliError::refused(format!(
                        "snapshot {} was made without fields that are kept now, so nothing can continue it",
                        base.snapshot_id
                    ))
                    .hint("read everything once: use --full in place of --continue"));
                }
                Some(base) if base.lacks_fields => self.context.talk(format!(
                    "reading everything: snapshot {} was made without fields that are kept now",
                    base.snapshot_id
                )),
                Some(base) if base.continued_in_a_row + 1 < full_every => {
                    starts = Starts {
                        organizations: base.organizations,
                        users: base.users,
                        // Tickets that did not change keep what the snapshot has of them.
                        tickets: base
                            .tickets
                            .filter(|_| since.is_none() && with_subjects == base.with_subjects),
                    };
                    self.tell_of_starts(&starts, base.snapshot_id);
                }
                Some(base) => self.context.talk(format!(
                    "reading everything: the last {} held only changes",
                    counted(base.continued_in_a_row, "snapshot")
                )),
                None => self.context.talk("reading everything: there is no snapshot to continue"),
            }
        }
        let tickets = self.arguments.tickets.map_or(TicketListing::Export, Into::into);
        Ok(Options { tickets, with_subjects, since, starts })
    }

    fn tell_of_starts(&self, starts: &Starts, snapshot_id: i64) {
        let names: Vec<_> = [
            (starts.organizations.is_some(), "organizations"),
            (starts.users.is_some(), "users"),
            (starts.tickets.is_some(), "tickets"),
        ]
        .into_iter()
        .filter_map(|(goes_on, name)| goes_on.then_some(name))
        .collect();
        self.context.talk(if names.is_empty() {
            format!("reading everything: snapshot {snapshot_id} cannot be continued")
        } else {
            format!("reading changes since snapshot {snapshot_id}: {}", names.join(", "))
        });
    }

    /// The snapshot that a reading continues from, after a check that it is of the same account: nobody
    /// should find out after hours that the warehouse does not take what was fetched.
    fn base(&self) -> Result<Option<Continuation>, CliError> {
        let warehouse = match Warehouse::open(self.context.db()) {
            Err(WarehouseError::NotFound { .. }) => return Ok(None),
            Err(_) => self.context.open()?,
            Ok(warehouse) => warehouse,
        };
        let found = ZendeskIdentity { subdomain: self.subdomain.clone(), account_id: None };
        ingest::check_account(&warehouse, &found)?;
        Ok(warehouse.continuation()?)
    }

    /// Fetches into a folder. `again` is the command that resumes it.
    pub(crate) fn fetch(&self, folder: &Path, task: &Task, again: &str) -> Result<Fetched, CliError> {
        let progress = Progress::default();
        let stop = CancellationToken::new();
        let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let result = runtime.block_on(async {
            let fetching = fetch::fetch(
                &self.client,
                &self.subdomain,
                folder,
                task,
                &progress,
                &stop,
                &self.context.clock,
            );
            // Only the first of them ends; the others run beside it.
            select! {
                result = fetching => result,
                never = display::show(self.context, &progress, &self.client, &stop) => match never {},
                never = stop_on_signal(self.context, &stop) => match never {},
            }
        });
        // A name that is looked up, or the like, must not hold up the end.
        runtime.shutdown_background();
        let fetched = result.map_err(|error| {
            let error = CliError::from(error);
            match fetch::inspect(folder) {
                Ok(Found::Fetch(found)) if found.state == State::Running => {
                    error.hint(format!("what was fetched is kept; `orgdrift {again}` resumes it"))
                }
                _ => error,
            }
        })?;
        for note in &fetched.notes {
            self.context.talk(note);
        }
        Ok(fetched)
    }
}

/// Ends a fetch behind the pages in hand at the first signal, and at once at the second.
async fn stop_on_signal(context: &Context, stop: &CancellationToken) -> std::convert::Infallible {
    signal().await;
    if !display::draws() {
        context.talk(display::STOPPING);
    }
    stop.cancel();
    signal().await;
    // Whatever is in the folder can be resumed.
    std::process::exit(exit::INCOMPLETE.into());
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};

    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        // Without handlers signals do what they always did.
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

/// Says what a fetch read, a line for each collection.
pub(crate) fn tell(context: &Context, manifest: &Manifest) {
    for collection in Collection::ALL {
        let Some(entry) = manifest.collections.get(collection.name()) else { continue };
        let reason = entry.reason.as_deref().map_or_else(String::new, |reason| format!(" ({reason})"));
        let changed = match entry.reading {
            Reading::Walk => "",
            Reading::Continued => " changed",
        };
        context.talk(format!(
            "{collection}: {}{reason}, {}{changed} in {}",
            entry.outcome.as_str(),
            counted(entry.rows, "row"),
            counted(entry.pages, "page")
        ));
    }
}

/// Drops a fetch that was not allowed to read anything, and says so.
pub(crate) fn refuse_forbidden(folder: &Path, manifest: &Manifest) -> Result<(), CliError> {
    let mut entries = manifest.collections.values();
    let is_nothing = entries.all(|entry| entry.outcome == fetch::Outcome::NotPermitted && entry.pages == 0);
    if manifest.state != State::Partial || !is_nothing {
        return Ok(());
    }
    fetch::remove(folder)?;
    let mut reasons = manifest.collections.values().map(|entry| entry.reason.as_deref());
    let (error, hint) = if reasons.all(|reason| reason == Some("missing_scope")) {
        ("the token lacks the scope to read any of the collections", "make a token with the scope `read`")
    } else {
        ("the credentials do not allow to read any of the collections", "orgdrift doctor")
    };
    Err(CliError::forbidden(error).hint(hint))
}

/// The folder of a warehouse's fetch. One that was killed is found again by its name.
pub(crate) fn staging(db: &Path) -> PathBuf {
    let mut name = db.as_os_str().to_owned();
    name.push(".staging");
    PathBuf::from(name)
}

impl From<FetchError<ApiError>> for CliError {
    fn from(error: FetchError<ApiError>) -> Self {
        match error {
            FetchError::Staging(error) => error.into(),
            FetchError::Api(error) => error.into(),
            FetchError::Stopped => Self::from_error(exit::INCOMPLETE, &error, None),
            FetchError::NotAdmin { .. } => Self::from_error(
                exit::CREDENTIALS,
                &error,
                Some("make the token or OAuth client as an admin: exports are for admins only".to_owned()),
            ),
        }
    }
}

impl From<StagingError> for CliError {
    fn from(error: StagingError) -> Self {
        let (code, hint) = match &error {
            StagingError::Strangers { .. } => (exit::REFUSED, Some("name an empty folder, or a new one")),
            StagingError::Unfinished { .. } => {
                (exit::REFUSED, Some("resume it with --resume, or drop it and start again with --restart"))
            }
            StagingError::Finished { .. } => {
                (exit::REFUSED, Some("ingest it with --from, or drop it and start over with --restart"))
            }
            StagingError::OtherAccount { .. } => {
                (exit::REFUSED, Some("name another folder, or set the credentials of that account"))
            }
            StagingError::OtherOption { .. } => {
                (exit::REFUSED, Some("leave the option out, or start over with --restart"))
            }
            StagingError::Damaged { .. } => (exit::FAILURE, Some("start over with --restart")),
            StagingError::InUse { .. } => (exit::IN_USE, None),
            StagingError::Io { .. } | StagingError::WrongKind { .. } => (exit::FAILURE, None),
        };
        Self::from_error(code, &error, hint.map(str::to_owned))
    }
}
