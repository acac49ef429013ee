//! `orgdrift sandbox`

use std::{path::PathBuf, sync::Arc, time::Duration};

use clap::{Args, ValueEnum};
use serde_json::json;

use super::shared::{context::Context, error::CliError, exit};
use crate::{
    output::counted,
    sandbox::{Options, Role, Sandbox, Server, World, WorldError, router},
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
    /// The port on 127.0.0.1; any free one otherwise
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// How many requests a minute are allowed
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..))]
    rate_limit: u32,
    /// How many of them may be for exports
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    export_limit: u32,
    /// How many of them may be for the list of tickets
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    tickets_limit: u32,
    /// Whose token it is
    #[arg(long, value_enum, value_name = "ROLE", default_value = "admin")]
    role: RoleName,
    /// How many seconds after a change its effects in the background begin
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    background_delay: u64,
}

/// Whose records are served.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct RecordsArgs {
    /// Serve the bundled fictional company; so it is without another choice
    #[arg(long)]
    demo: bool,
    /// Serve a folder of API records
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Serve a Zendesk snapshot of the warehouse, by its id or `latest`, as far as its records were kept
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
    /// May read exports
    Admin,
    /// May not
    Agent,
    /// May read nothing
    EndUser,
}

pub(super) fn run(context: &Context, arguments: &SandboxArgs) -> Result<u8, CliError> {
    context.only_text_or_json("sandbox")?;
    let (world, what) = world(context, &arguments.records)?;
    let mut options = Options {
        rate_limit: arguments.rate_limit,
        export_limit: arguments.export_limit,
        tickets_limit: arguments.tickets_limit,
        role: match arguments.role {
            RoleName::Admin => Role::Admin,
            RoleName::Agent => Role::Agent,
            RoleName::EndUser => Role::EndUser,
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
    let served =
        runtime.block_on(serve(context, arguments.port, Sandbox::new(world, options, context.clock)));
    // A client that keeps its connection does not keep the command.
    runtime.shutdown_background();
    served
}

fn world(context: &Context, records: &RecordsArgs) -> Result<(World, String), CliError> {
    if let Some(folder) = &records.from {
        return Ok((World::from_folder(folder)?, format!("serving {}", folder.display())));
    }
    if let Some(Snapshot(id)) = records.from_snapshot {
        let warehouse = context.open()?;
        let (world, id) = World::from_snapshot(&warehouse, id)?;
        return Ok((world, format!("serving snapshot {id}, as far as its records were kept")));
    }
    Ok((World::demo()?, "serving the bundled demo".to_owned()))
}

async fn serve(context: &Context, port: u16, sandbox: Sandbox) -> Result<u8, CliError> {
    let server = Server::bind(port).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            CliError::failure(format!("port {port} is in use by another program"))
                .hint("leave --port away for any free one")
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
    context.print(&if context.wants_json() {
        let line = json!({"url": url, "subdomain": subdomain, "token": token});
        format!("{line}\n")
    } else {
        format!(
            "export ORGDRIFT_ZENDESK_URL={url}\nexport ZENDESK_SUBDOMAIN={subdomain}\nexport ZENDESK_OAUTH_TOKEN={token}\n"
        )
    })?;
    context.talk(format!("what was asked and changed: {url}/debug/ledger"));
    context.talk("listening until Ctrl-C; type the lines above in another terminal, and there:");
    context.next("ingest zendesk");
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
