//! `orgdrift demo --all`: the whole loop on a sandbox, command by command, as somebody would type them.

use std::{path::Path, sync::Arc, thread};

use tokio::{runtime, sync::oneshot};

use super::bundled::{PLAN_FILE, TRIAGE_FILE};
use crate::{
    cli::shared::{context::Context, error::CliError, exit, shell::quoted},
    clock::Clock,
    output::counted,
    sandbox::{Options, Sandbox, Server, World, router},
    warehouse::{Warehouse, plans::PlanKey},
    zendesk::client::URL_VARIABLE,
};

/// The times of the demo: its records are of that morning, and a plan is good for a day.
const AUDITED_AT: &str = "2026-11-02T07:00:00Z";
const LOOKED_AT: &str = "2026-11-02T07:10:00Z";
const APPLIED_AT: &str = "2026-11-02T07:20:00Z";
const READ_AGAIN_AT: &str = "2026-11-02T07:30:00Z";

/// What a colleague makes of Acme Retail between the audit and the apply: another domain.
const CHANGED_ORGANIZATION: i64 = 21_700_000_001_078;
const COLLEAGUES_DOMAIN: &str = "acmeretail-returns-demo.com";

/// No limit that a rehearsal would have to wait for.
const RATE_LIMIT: u32 = 60_000;

/// Runs a command, of the words that are typed after `orgdrift`: over the demo's warehouse, at a time, with its own variables.
pub(super) type TypedCommand =
    fn(&Context, &[&str], Clock, Vec<(&'static str, String)>) -> Result<u8, CliError>;

/// Runs everything.
pub(super) fn run(context: &Context, run_typed: TypedCommand) -> Result<u8, CliError> {
    if context.db().exists() {
        return Err(CliError::refused(format!("{} is there already", context.db().display())).hint(
            "run the full cycle in an empty folder, or name another file: orgdrift demo --all --db loop.db",
        ));
    }
    let served = Served::start()?;
    let loop_ = Loop { context, served: &served, run_typed };
    context.print(&format!(
        "The full cycle on a made-up company. Zendesk is a sandbox on this machine, so nothing leaves it; the clock stands at {AUDITED_AT}.\n"
    ))?;
    loop_.step(
        "1. Compare the two systems, and plan what can be repaired.",
        &["demo"],
        AUDITED_AT,
        &[exit::DONE],
    )?;
    let plan = Warehouse::open(context.db())?
        .plan(PlanKey::Newest(0))?
        .ok_or_else(|| CliError::failure("the demo has no plan"))?;
    let (id, hash) = (plan.plan_id.to_string(), plan.plan_hash);
    loop_.step(
        "2. A dry run: read each record again, and write nothing.",
        &["apply", &id],
        LOOKED_AT,
        &[exit::DONE],
    )?;
    served.sandbox.change(edit_like_a_colleague)?;
    context
        .print(&format!("\nMeanwhile, a colleague adds {COLLEAGUES_DOMAIN} to Acme Retail in Zendesk.\n"))?;
    loop_.step(
        "3. Repair. The record that the colleague changed is left as it is.",
        &["apply", &id, "--apply", "--confirm-plan-hash", &hash],
        APPLIED_AT,
        &[exit::DONE],
    )?;
    loop_.step("4. What was changed.", &["receipt", "show", &id], APPLIED_AT, &[exit::DONE])?;
    loop_.step("5. Nobody altered that record.", &["receipt", "verify"], APPLIED_AT, &[exit::DONE])?;
    loop_.step("6. Read Zendesk again.", &["ingest", "zendesk"], READ_AGAIN_AT, &[exit::DONE])?;
    loop_.step("7. Compare again: four issues fewer.", &["audit"], READ_AGAIN_AT, &[exit::DONE])?;
    // In place of that of the first audit, beside the warehouse.
    let triage_file = context.db().with_file_name(TRIAGE_FILE);
    let triage_file = triage_file.to_str().unwrap_or(TRIAGE_FILE);
    loop_.step(
        "8. Write the new triage file.",
        &["export", "exceptions", "--output", triage_file],
        READ_AGAIN_AT,
        &[exit::DONE],
    )?;
    // One repair was not made, so its issue is still open.
    loop_.step("9. Prove that the repairs worked.", &["prove", &id], READ_AGAIN_AT, &[exit::ISSUES])?;
    conclude(context, &served)?;
    Ok(exit::DONE)
}

/// One run of the loop.
struct Loop<'a> {
    context: &'a Context,
    served: &'a Served,
    run_typed: TypedCommand,
}

impl Loop<'_> {
    /// Says what a command is for, shows it and runs it.
    fn step(&self, caption: &str, words: &[&str], at: &str, expected: &[u8]) -> Result<(), CliError> {
        let typed: Vec<_> = words.iter().map(|word| quoted(Path::new(word))).collect();
        let typed = typed.join(" ");
        self.context.print(&format!("\n{caption}\n$ orgdrift {typed}{}\n", self.context.db_option()))?;
        let clock = Clock::fixed(at)?;
        self.served.sandbox.set_clock(clock);
        let code = (self.run_typed)(self.context, words, clock, self.served.variables())?;
        if expected.contains(&code) {
            Ok(())
        } else {
            Err(CliError::failure(format!("`orgdrift {typed}` ended with exit code {code}")))
        }
    }
}

/// What is there now, as the sandbox counts it.
fn conclude(context: &Context, served: &Served) -> Result<(), CliError> {
    let ledger = served.sandbox.ledger();
    let writes: Vec<_> = ledger.iter().filter(|entry| entry.method != "GET").collect();
    let tickets = writes.iter().filter(|entry| entry.path.contains("ticket")).count();
    context.print(&format!(
        "\nThe sandbox was asked {}, {} of them to change something, {tickets} of these a ticket.\n",
        counted(ledger.len() as u64, "time"),
        writes.len(),
    ))?;
    let folder = context.db();
    for (what, name) in [
        ("the warehouse:   ", None),
        ("the triage file: ", Some(TRIAGE_FILE)),
        ("the plan:        ", Some(PLAN_FILE)),
        ("the receipt:     ", Some("apply_receipt.json")),
    ] {
        let path = name.map_or_else(|| folder.to_owned(), |name| folder.with_file_name(name));
        context.talk(format!("{what}{}", path.display()));
    }
    context.talk(
        "to do this by hand, type `orgdrift sandbox --demo` in another terminal, then the commands above",
    );
    context.next("diff");
    Ok(())
}

fn edit_like_a_colleague(world: &mut World) -> Result<(), CliError> {
    let edited = world.organization(CHANGED_ORGANIZATION).and_then(|mut organization| {
        organization["domain_names"].as_array_mut()?.push(COLLEAGUES_DOMAIN.into());
        Some(organization)
    });
    let edited = edited.ok_or_else(|| CliError::failure("the demo has no organization of Acme Retail"))?;
    world.put_organization(&edited.to_string()).map_err(CliError::from)?;
    Ok(())
}

/// A sandbox over the demo's account, in a thread of its own until this is dropped.
struct Served {
    sandbox: Arc<Sandbox>,
    url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Served {
    fn start() -> Result<Self, CliError> {
        let options = Options { rate_limit: RATE_LIMIT, export_limit: RATE_LIMIT, ..Options::default() };
        let sandbox = Arc::new(Sandbox::new(World::demo()?, options, Clock::fixed(AUDITED_AT)?));
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let server = runtime.block_on(Server::bind(0))?;
        let url = server.url();
        let (stop, stopped) = oneshot::channel::<()>();
        let routes = router(Arc::clone(&sandbox));
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                let serving = server.serve(routes, std::future::pending());
                // Connections that are kept open would hold up a graceful end.
                tokio::select! {
                    _ = serving => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self { sandbox, url, stop: Some(stop), thread: Some(thread) })
    }

    /// What the commands find in place of the environment.
    fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            (URL_VARIABLE, self.url.clone()),
            ("ZENDESK_SUBDOMAIN", self.sandbox.look(|world| world.subdomain().to_owned())),
            ("ZENDESK_OAUTH_TOKEN", self.sandbox.options().token.clone()),
        ]
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
