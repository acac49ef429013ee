//! `orgdrift apply PLAN`

mod time;

use std::{
    fmt::Write as _,
    path::PathBuf,
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering},
};

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::shared::{context::Context, error::CliError, exit, login, plans};
use crate::{
    apply::{self, Caps, Earlier, Run, SETTLE, Summary, Surroundings, WarehouseJournal},
    hooks,
    model::{
        ActionOutcome, ApplyMode, EventKind, Repair, is_sandbox,
        journal::{ApplyReason, EventDetails, HeadingBody, StatedCaps},
        receipt::ApplyReceipt,
    },
    output::counted,
    plan::{self, Examined},
    receipt,
    safe_file::{self, Readers},
    warehouse::{Warehouse, journal::EventRow, plans::StoredPlan},
    zendesk::{
        api::{Me, ReadApi},
        client::{Access, ClientOptions, RateShare, WritingClient, ZendeskClient},
    },
};

/// Shortens the wait after an unclear answer, in milliseconds; for tests, so not in the help.
const SETTLE_VARIABLE: &str = "ORGDRIFT_TEST_SETTLE";

/// Hours that a plan is good for, unless people say otherwise.
const MAX_PLAN_AGE: u32 = 24;

/// No receipt is larger, in bytes.
const LARGEST_RECEIPT: u64 = 256 << 20;

/// Days that its accounts are good for, unless people say otherwise.
const MAX_ACCOUNTS_AGE: u32 = 7;

/// Arguments of `apply`.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// A plan: its id, latest, previous, its hash, or its file
    #[arg(value_name = "PLAN")]
    plan: String,
    /// Write to Zendesk; without this option, everything is read again and checked, and nothing is written
    #[arg(long, requires = "confirm_plan_hash")]
    apply: bool,
    /// The hash of the plan, as `plan show` and the dry run print it
    #[arg(long, value_name = "HASH", value_parser = hash)]
    confirm_plan_hash: Option<String>,
    /// Refuse a plan with more than N repairs
    #[arg(long, value_name = "N", default_value_t = 25)]
    max_actions: usize,
    /// Refuse a plan with more than N repairs of one account
    #[arg(long, value_name = "N", default_value_t = 3)]
    max_per_account: usize,
    /// Refuse a plan whose Zendesk records were read more than this number of hours ago
    #[arg(long, value_name = "HOURS", default_value_t = MAX_PLAN_AGE)]
    max_plan_age: u32,
    /// Refuse a plan whose account file is older than this number of days
    #[arg(long, value_name = "DAYS", default_value_t = MAX_ACCOUNTS_AGE)]
    max_accounts_age: u32,
    /// A file with the Zendesk credentials, which only you may read
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// The share of the account's rate limits to use, in per cent [default: 50]
    #[arg(long, value_name = "PERCENT")]
    rate_share: Option<RateShare>,
}

pub(super) fn run(context: &Context, arguments: &ApplyArgs) -> Result<u8, CliError> {
    context.only_text_or_json("apply")?;
    let warehouse = context.open_for_writing()?;
    let found = plans::find(&warehouse, &arguments.plan)?;
    let mode = if arguments.apply { ApplyMode::Live } else { ApplyMode::DryRun };
    if mode == ApplyMode::Live && !context.wants_json() {
        safe_file::check(&receipt_file(&warehouse, &found))?;
    }
    // A slip in the hash is told to whoever has not logged in yet.
    if let Some(refusal) = apply::other_hash(&found, arguments.confirm_plan_hash.as_deref()) {
        return Err(CliError::refused(refusal.to_string()).hint(refusal.hint()));
    }
    let credentials = login::credentials(context, arguments.credentials.as_deref())?;
    if let Some(note) = credentials.note() {
        context.talk(note);
    }
    let subdomain = credentials.address().subdomain().to_owned();
    let access = if arguments.apply { Access::Write } else { Access::Read };
    let rate_share = login::rate_share(context, arguments.rate_share)?;
    let options = ClientOptions { rate_share, access, ..context.client_options() };
    let client = ZendeskClient::new(credentials, options)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let asked =
            Asked { context, arguments, warehouse: &warehouse, plan: &found, mode, subdomain: &subdomain };
        asked.carry_out(client).await
    })
}

/// One apply as it was asked for.
struct Asked<'a> {
    context: &'a Context,
    arguments: &'a ApplyArgs,
    warehouse: &'a Warehouse,
    plan: &'a StoredPlan,
    mode: ApplyMode,
    subdomain: &'a str,
}

impl Asked<'_> {
    async fn carry_out(&self, client: ZendeskClient) -> Result<u8, CliError> {
        let Self { context, warehouse, plan, .. } = self;
        // What can be refused without a request, is.
        let attempt = warehouse.live_attempt(plan.plan_id)?;
        let events = attempt.map(|attempt| warehouse.events_of(attempt)).transpose()?.unwrap_or_default();
        let is_ended = events.last().is_some_and(|event| event.kind == EventKind::ApplyEnded);
        let is_broken_off = attempt.is_some() && !is_ended;
        if is_broken_off && self.mode == ApplyMode::DryRun {
            let caps = events.first().map(began_under).transpose()?.unwrap_or(self.caps());
            return Err(CliError::refused(format!("the apply of plan {} was interrupted", plan.plan_id))
                .hint(format!("finish it: {}", self.command_under(ApplyMode::Live, caps))));
        }
        let examined = plan::examine(warehouse, plan, &context.clock)?;
        let stated = events.first().filter(|_| is_broken_off).map(began_under).transpose()?;
        let began = Began { is_broken_off, under: stated, examined: &examined };
        let planned = self.check(&context.clock.now(), is_ended.then_some(attempt).flatten(), &began)?;
        if self.mode == ApplyMode::DryRun {
            context.talk(time::foretold(&planned, &client).await);
        }
        let asked_at = context.clock.now();
        let me = client.me().await?;
        let now = me.server_time.clone().unwrap_or_else(|| context.clock.now());
        let checked = self.check(&now, None, &began)?;

        let earlier =
            if is_broken_off { Earlier::of(&events, &context.clock.now())? } else { Earlier::default() };
        if earlier.is_resumed {
            context.talk(format!(
                "the apply was interrupted; {} to be settled first",
                counted(earlier.open_count(), "repair")
            ));
        }
        let attempt_id = match attempt {
            Some(attempt) if is_broken_off => attempt,
            _ => warehouse.next_attempt_id()?,
        };
        let journal = WarehouseJournal {
            warehouse,
            attempt_id,
            plan_id: plan.plan_id,
            mode: self.mode,
            clock: &context.clock,
        };
        let stopping = interrupts()?;
        let stop = || stopping.load(Ordering::Relaxed).then_some(ApplyReason::Interrupted);
        let tell = |position: i64, action: Repair, outcome: ActionOutcome, reason: Option<&str>| {
            let reason = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
            context.talk(format!("{position} {action}: {outcome}{reason}"));
        };
        let run = Run {
            journal: &journal,
            earlier,
            heading: self.heading(&me, &asked_at),
            stop: &stop,
            tell: &tell,
            settle: settle(),
            watch: &time::MachineWatch::new(context.clock),
        };
        let summary = match self.mode {
            ApplyMode::DryRun => apply::dry_run(&checked, &client, &run).await,
            ApplyMode::Live => apply::live(&checked, &WritingClient::new(client), &run).await,
        }
        .map_err(|error| CliError::from(error).hint(self.command(self.mode)))?;
        self.conclude(attempt_id, &summary)
    }

    fn check(
        &self,
        now: &str,
        used_by: Option<i64>,
        began: &Began<'_>,
    ) -> Result<apply::CheckedPlan, CliError> {
        let taken_at = self.warehouse.taken_at_of_run(self.plan.run_id)?;
        let accounts_taken_at = self.warehouse.accounts_taken_at_of_run(self.plan.run_id)?;
        let caps =
            Caps { max_actions: self.arguments.max_actions, max_per_account: self.arguments.max_per_account };
        let around = Surroundings {
            live_subdomain: self.subdomain,
            examined: began.examined,
            taken_at: &taken_at,
            accounts_taken_at: &accounts_taken_at,
            now,
            max_age: self.arguments.max_plan_age,
            max_accounts_age: self.arguments.max_accounts_age,
            used_by,
            is_resumed: began.is_broken_off,
            began_under: began.under,
            confirmed: self.arguments.confirm_plan_hash.as_deref(),
        };
        match apply::check(self.plan, caps, &around)? {
            Ok(checked) => Ok(checked),
            Err(refusal) => {
                let hint = refusal.hint();
                Err(CliError::refused(refusal.to_string()).hint(hint))
            }
        }
    }

    fn heading(&self, me: &Me, asked_at: &str) -> HeadingBody {
        HeadingBody {
            plan_hash: self.plan.plan_hash.clone(),
            source_identity: self.plan.source_identity.clone(),
            caps: StatedCaps {
                max_actions: self.arguments.max_actions,
                max_per_account: self.arguments.max_per_account,
                max_plan_age: self.arguments.max_plan_age,
            },
            user_id: me.id.to_string(),
            // The two clocks at one moment, so that readings can be dated against the journal.
            asked_at: asked_at.to_owned(),
            server_time: me.server_time.clone(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// The command for the same with the same limits.
    fn command(&self, mode: ApplyMode) -> String {
        self.command_under(mode, self.caps())
    }

    /// The caps that were given.
    fn caps(&self) -> Caps {
        Caps { max_actions: self.arguments.max_actions, max_per_account: self.arguments.max_per_account }
    }

    /// The same under other caps.
    fn command_under(&self, mode: ApplyMode, caps: Caps) -> String {
        let Self { plan, context, .. } = self;
        let confirmed = match mode {
            ApplyMode::DryRun => String::new(),
            ApplyMode::Live => format!(" --apply --confirm-plan-hash {}", plan.plan_hash),
        };
        format!("orgdrift apply {}{confirmed}{}{}", plan.plan_id, self.limits(caps), context.db_option())
    }

    /// The options that are not as usual and decide whether an apply is refused.
    fn limits(&self, caps: Caps) -> String {
        let ApplyArgs { max_plan_age, max_accounts_age, .. } = self.arguments;
        let usual = Caps::default();
        let mut text = String::new();
        for (option, value, usual) in [
            ("max-actions", caps.max_actions, usual.max_actions),
            ("max-per-account", caps.max_per_account, usual.max_per_account),
            ("max-plan-age", *max_plan_age as usize, MAX_PLAN_AGE as usize),
            ("max-accounts-age", *max_accounts_age as usize, MAX_ACCOUNTS_AGE as usize),
        ] {
            if value != usual {
                let _ = write!(text, " --{option} {value}");
            }
        }
        text
    }

    fn conclude(&self, attempt_id: i64, summary: &Summary) -> Result<u8, CliError> {
        let Self { context, warehouse, plan, .. } = self;
        let text = receipt::file_text(warehouse, attempt_id)?
            .ok_or_else(|| CliError::failure(format!("there is no apply {attempt_id}")))?;
        if context.wants_json() {
            context.print(&text)?;
        } else {
            let counts: Vec<String> =
                summary.counts.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
            let counts = counts.join(", ");
            context.print(&match self.mode {
                ApplyMode::Live => format!("plan {} applied: {counts}\n", plan.plan_id),
                ApplyMode::DryRun => {
                    format!("dry run of plan {}: {counts}; nothing was written\n", plan.plan_id)
                }
            })?;
            if self.mode == ApplyMode::Live {
                let path = receipt_file(warehouse, plan);
                safe_file::write_text(&path, Readers::Owner, &text).map_err(|error| {
                    let again = format!("receipt show {} --json", plan.plan_id);
                    CliError::from(error).hint(format!(
                        "the apply has ended, and the journal holds all of it: orgdrift {again}{}",
                        context.db_option()
                    ))
                })?;
                context.talk(format!("receipt written to {}", path.display()));
            }
        }
        context.tell_of_rehearsal(plan.source_identity.as_deref());
        if let Some(reason) = summary.stopped_by {
            context.talk(format!("stopped early: {reason}"));
        }
        let is_bad = summary.count(ActionOutcome::Failed) + summary.count(ActionOutcome::Unknown) > 0
            || summary.stopped_by.is_some();
        match self.mode {
            ApplyMode::DryRun if summary.count(ActionOutcome::WouldApply) > 0 => context.next(&format!(
                "apply {} --apply --confirm-plan-hash {}{}",
                plan.plan_id,
                plan.plan_hash,
                self.limits(self.caps())
            )),
            ApplyMode::DryRun => context.next("ingest zendesk"),
            ApplyMode::Live => context.next(&format!("receipt show {}", plan.plan_id)),
        }
        Ok(if is_bad { exit::NOT_ALL_APPLIED } else { exit::DONE })
    }
}

/// How an apply stands before its first request.
struct Began<'a> {
    /// An earlier process did not end.
    is_broken_off: bool,
    /// The caps of its first event.
    under: Option<Caps>,
    examined: &'a Examined,
}

/// The caps that the first event of an apply states.
fn began_under(event: &EventRow) -> Result<Caps, CliError> {
    match event.body().map(|body| body.details) {
        Ok(EventDetails::ApplyStarted(heading)) => {
            Ok(Caps { max_actions: heading.caps.max_actions, max_per_account: heading.caps.max_per_account })
        }
        _ => Err(CliError::refused("the interrupted apply does not say how it began")
            .hint("see what is wrong with the journal: `orgdrift receipt verify`")),
    }
}

/// Where the receipt of a live apply goes: beside the warehouse. That of a rehearsal never replaces the receipt of a real apply.
fn receipt_file(warehouse: &Warehouse, plan: &StoredPlan) -> PathBuf {
    let usual = warehouse.path().with_file_name("apply_receipt.json");
    let is_rehearsal = |identity: &Option<String>| identity.as_deref().is_some_and(is_sandbox);
    // What is not a regular file is refused afterwards, and not waited for here.
    let is_of_account = safe_file::read_text(&usual, LARGEST_RECEIPT)
        .ok()
        .and_then(|text| serde_json::from_str::<ApplyReceipt>(&text).ok())
        .is_some_and(|receipt| !is_rehearsal(&receipt.source_identity));
    if is_rehearsal(&plan.source_identity) && is_of_account {
        usual.with_file_name("rehearsal_receipt.json")
    } else {
        usual
    }
}

/// Set by the first Ctrl-C or SIGTERM: the repair in hand is finished, and then no other begun. The second one
/// ends the process where it waits for the network; the next apply finds out what became of the request.
fn interrupts() -> std::io::Result<Arc<AtomicBool>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let stopping = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stopping);
    tokio::spawn(async move {
        for is_first in [true, false] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if is_first {
                told.store(true, Ordering::Relaxed);
                anstream::eprintln!("stopping after the repair in hand; once more leaves it in doubt");
            }
        }
        // Nothing is half written: this task runs only while the apply waits.
        std::process::exit(exit::NOT_ALL_APPLIED.into());
    });
    Ok(stopping)
}

fn settle() -> std::time::Duration {
    hooks::variable(SETTLE_VARIABLE)
        .and_then(|text| text.parse().ok())
        .map_or(SETTLE, std::time::Duration::from_millis)
}

fn hash(text: &str) -> Result<String, &'static str> {
    let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { Ok(text.to_ascii_lowercase()) } else { Err("write the 64 hexadecimal digits of the plan") }
}
