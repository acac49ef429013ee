//! `orgdrift sandbox`

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::{Args, ValueEnum};
use serde_json::json;

use super::shared::{context::Context, error::CliError, exit, shell::quoted};
use crate::{
    model::UserRole,
    output::counted,
    sandbox::{Options, Sandbox, Server, World, WorldError, router},
    warehouse::Warehouse,
};

/// The token that it accepts, where it must be the same each time. Never an argument: others see those.
const TOKEN_VARIABLE: &str = "ORGDRIFT_SANDBOX_TOKEN";

/// How long requests under way have to be answered once it is told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// Arguments of `sandbox`.
#[derive(Debug, Args)]
pub struct SandboxArgs {
    #[command(flatten)]
    records: RecordsArgs,
    /// Where to put the copy of the warehouse to rehearse on [default: NAME-rehearsal.db beside it]
    #[arg(long, value_name = "FILE", requires = "from_snapshot")]
    copy: Option<PathBuf>,
    /// The port on 127.0.0.1 [default: any free one]
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Allow this many requests a minute
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..))]
    rate_limit: u32,
    /// Allow this many requests for exports a minute
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    export_limit: u32,
    /// Allow this many requests for the list of tickets a minute
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    tickets_limit: u32,
    /// The role of the user who logs in
    #[arg(long, value_enum, value_name = "ROLE", default_value = "admin")]
    role: RoleName,
    /// Begin the effects of a change in the background after this number of seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    background_delay: u64,
}

/// Whose records are served.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct RecordsArgs {
    /// Serve the made-up company of the demo, which is the default
    #[arg(long)]
    demo: bool,
    /// Serve the records of a folder
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Serve a Zendesk snapshot of the warehouse, by its id or `latest`, and copy the warehouse to rehearse on
    #[arg(long, value_name = "ID", value_parser = snapshot)]
    from_snapshot: Option<Snapshot>,
}

/// A snapshot by its id, or the newest.
#[derive(Debug, Clone, Copy)]
struct Snapshot(Option<i64>);

fn snapshot(text: &str) -> Result<Snapshot, &'static str> {
    match text {
        "latest" => Ok(Snapshot(None)),
        text => {
            text.parse().map(|id| Snapshot(Some(id))).map_err(|_| "write the id of a snapshot, or latest")
        }
    }
}

/// A role by its name.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleName {
    /// Reads everything, also exports
    Admin,
    /// Reads no exports
    Agent,
    /// Reads nothing
    EndUser,
}

pub(super) fn run(context: &Context, arguments: &SandboxArgs) -> Result<u8, CliError> {
    context.only_text_or_json("sandbox")?;
    let Served { world, what, rehearsal } = served(context, arguments)?;
    let mut options = Options {
        rate_limit: arguments.rate_limit,
        export_limit: arguments.export_limit,
        tickets_limit: arguments.tickets_limit,
        role: match arguments.role {
            RoleName::Admin => UserRole::Admin,
            RoleName::Agent => UserRole::Agent,
            RoleName::EndUser => UserRole::EndUser,
        },
        background_delay: Duration::from_secs(arguments.background_delay),
        ..Options::default()
    };
    if let Ok(token) = std::env::var(TOKEN_VARIABLE) {
        let is_plain = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if token.is_empty() || !is_plain {
            return Err(CliError::usage(format!("{TOKEN_VARIABLE} holds no token"))
                .hint("use letters, digits, hyphens, underscores and dots, or omit it for a random one"));
        }
        options.token = token;
    }
    let [organizations, users, memberships, tickets] = world.counts().map(|count| count as u64);
    context.talk(format!(
        "{what}: {}, {}, {}, {}",
        counted(organizations, "organization"),
        counted(users, "user"),
        counted(memberships, "membership"),
        counted(tickets, "ticket")
    ));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let served = runtime.block_on(serve(
        context,
        arguments.port,
        rehearsal.as_ref(),
        Sandbox::new(world, options, context.clock),
    ));
    // A client that keeps its connection does not keep the command.
    runtime.shutdown_background();
    served
}

/// What is served.
struct Served {
    world: World,
    /// In a sentence.
    what: String,
    rehearsal: Option<Rehearsal>,
}

/// The copy of the warehouse that plans are rehearsed on; it is written once the sandbox listens.
struct Rehearsal {
    warehouse: Warehouse,
    copy: PathBuf,
}

fn served(context: &Context, arguments: &SandboxArgs) -> Result<Served, CliError> {
    let records = &arguments.records;
    if let Some(folder) = &records.from {
        let what = format!("serving {}", folder.display());
        return Ok(Served { world: World::from_folder(folder)?, what, rehearsal: None });
    }
    let Some(Snapshot(id)) = records.from_snapshot else {
        let what = "serving the bundled demo".to_owned();
        return Ok(Served { world: World::demo()?, what, rehearsal: None });
    };
    let warehouse = context.open()?;
    let (world, id) = World::from_snapshot(&warehouse, id)?;
    let mut what = format!("serving snapshot {id}, as far as its records were kept");
    let newest = warehouse.served_snapshot(None)?.map_or(id, |newest| newest.snapshot_id);
    if newest != id {
        if arguments.copy.is_some() {
            return Err(CliError::usage(format!(
                "--copy is for a rehearsal, and plans are made of the newest snapshot, {newest}"
            ))
            .hint("orgdrift sandbox --from-snapshot latest"));
        }
        let _ = write!(
            what,
            "; the warehouse is not copied, because plans are made of the newest snapshot, {newest}"
        );
        return Ok(Served { world, what, rehearsal: None });
    }
    let copy = std::path::absolute(arguments.copy.clone().unwrap_or_else(|| copy_of(context.db())))?;
    if copy.symlink_metadata().is_ok() {
        return Err(is_there(&copy));
    }
    Ok(Served { world, what, rehearsal: Some(Rehearsal { warehouse, copy }) })
}

/// `NAME-rehearsal.db` beside `NAME.db`.
fn copy_of(db: &Path) -> PathBuf {
    let mut name = db.file_stem().unwrap_or_default().to_owned();
    name.push("-rehearsal.db");
    db.with_file_name(name)
}

fn is_there(copy: &Path) -> CliError {
    CliError::refused(format!("{} is there already", copy.display()))
        .hint("move or delete the copy of an earlier rehearsal, or name another file with --copy")
}

async fn serve(
    context: &Context,
    port: u16,
    rehearsal: Option<&Rehearsal>,
    sandbox: Sandbox,
) -> Result<u8, CliError> {
    let server = Server::bind(port).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            CliError::failure(format!("port {port} is in use by another program"))
                .hint("omit --port to use any free one")
        }
        std::io::ErrorKind::PermissionDenied => {
            CliError::failure(format!("port {port} may not be used")).hint("name one from 1024 on")
        }
        _ => error.into(),
    })?;
    // From here on a signal ends the command in order; whoever reads the address may send one at once.
    let mut signals = Signals::new()?;
    let subdomain = sandbox.look(|world| world.subdomain().to_owned());
    let (url, token) = (server.url(), sandbox.options().token.clone());
    if let Some(Rehearsal { warehouse, copy }) = rehearsal
        && !warehouse.copy_for_rehearsal(copy)?
    {
        return Err(is_there(copy));
    }
    context.print(&if context.wants_json() {
        let mut line = json!({"url": url, "subdomain": subdomain, "token": token});
        if let Some(Rehearsal { copy, .. }) = rehearsal {
            line["db"] = copy.to_string_lossy().into();
        }
        format!("{line}\n")
    } else {
        let db = rehearsal.map_or_else(String::new, |rehearsal| {
            format!("export ORGDRIFT_DB={}\n", quoted(&rehearsal.copy))
        });
        format!(
            "{db}export ORGDRIFT_ZENDESK_URL={url}\nexport ZENDESK_SUBDOMAIN={subdomain}\nexport ZENDESK_OAUTH_TOKEN={token}\n"
        )
    })?;
    if let Some(Rehearsal { copy, .. }) = rehearsal {
        context.talk(format!(
            "the rehearsal uses {}, a copy without plans and receipts; the warehouse itself is not changed",
            copy.display()
        ));
    }
    context.talk(format!("log of all requests: {url}/debug/ledger"));
    context.talk("listening until Ctrl-C; type the lines above in another terminal, and there:");
    // The lines name the warehouse of a rehearsal.
    context.talk(if rehearsal.is_some() {
        "next: orgdrift ingest zendesk".to_owned()
    } else {
        format!("next: orgdrift ingest zendesk{}", context.db_option())
    });
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = server.serve(router(Arc::new(sandbox)), async {
        let _ = stopped.await;
    });
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        ended = &mut serving => ended?,
        () = signals.any() => {
            let _ = stop.send(());
            let _ = tokio::time::timeout(GRACE, serving).await;
        }
    }
    context.talk("stopped");
    Ok(exit::DONE)
}

/// What tells the command to stop.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> Result<Self, CliError> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(unix)]
    async fn any(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    fn new() -> Result<Self, CliError> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn any(&mut self) {
        // Without signals to listen to, the process is ended from outside.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl From<WorldError> for CliError {
    fn from(error: WorldError) -> Self {
        match error {
            WorldError::Warehouse(error) => error.into(),
            WorldError::Folder(error) => {
                let hint = error.hint();
                let plain = Self::failure(error.to_string());
                hint.map_or(plain, |hint| Self::failure(error.to_string()).hint(hint))
            }
            error @ WorldError::NoSnapshot { .. } => {
                Self::failure(error.to_string()).hint("see `orgdrift list snapshots`")
            }
            error => Self::failure(error.to_string()),
        }
    }
}
