//! `orgdrift receipt show [PLAN]`, `orgdrift receipt verify` and `orgdrift receipt undo PLAN`

use std::fmt::Write;

use clap::{Args, Subcommand};
use serde_json::json;

use super::shared::{context::Context, error::CliError, exit, plans, printing::FormatName};
use crate::{
    output::{Format, counted},
    receipt,
    warehouse::{Warehouse, plans::PlanKey},
};

/// Arguments of `receipt`.
#[derive(Debug, Args)]
pub struct ReceiptArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print what an apply did, row by row
    Show(ShowArgs),
    /// Verify, offline, that the journal of all applies was not altered
    Verify(VerifyArgs),
    /// Print how to undo each repair by hand, or why that is not possible; nothing is sent
    Undo(UndoArgs),
}

/// Arguments of `receipt undo`.
#[derive(Debug, Args)]
struct UndoArgs {
    /// A plan that was applied: its id, latest, previous, its hash, or its file
    #[arg(value_name = "PLAN")]
    plan: String,
}

/// Arguments of `receipt show`.
#[derive(Debug, Args)]
struct ShowArgs {
    /// A plan: its id, latest, previous, its hash, or its file [default: the plan of the newest apply]
    #[arg(value_name = "PLAN")]
    plan: Option<String>,
    /// All applies over the same two snapshots, each with what became of its repairs
    #[arg(long)]
    batches: bool,
}

/// Arguments of `receipt verify`.
#[derive(Debug, Args)]
struct VerifyArgs {
    /// Fail unless the journal contains this hash, which you kept from a receipt
    #[arg(long, value_name = "HASH", value_parser = head)]
    expect_head: Option<String>,
}

pub(super) fn run(context: &Context, arguments: &ReceiptArgs) -> Result<u8, CliError> {
    match &arguments.what {
        What::Show(arguments) if arguments.batches => show_batches(context, arguments),
        What::Show(arguments) => show(context, arguments),
        What::Verify(arguments) => verify(context, arguments),
        What::Undo(arguments) => undo(context, arguments),
    }
}

fn show(context: &Context, arguments: &ShowArgs) -> Result<u8, CliError> {
    let warehouse = context.open()?;
    let attempt_id = find(&warehouse, arguments.plan.as_deref())?;
    match context.format(FormatName::Table) {
        Format::Json => {
            let text = receipt::file_text(&warehouse, attempt_id)?
                .ok_or_else(|| CliError::failure(format!("there is no apply {attempt_id}")))?;
            context.print(&text)?;
        }
        Format::Table => {
            context.print_rows(warehouse.receipt_rows(attempt_id, true)?, FormatName::Table)?;
        }
        Format::Csv(_) | Format::Ndjson => {
            context.print_rows(warehouse.receipt_rows(attempt_id, false)?, FormatName::Csv)?;
        }
    }
    let events = warehouse.events_of(attempt_id)?;
    let plan = events.first().map(|event| warehouse.plan(PlanKey::Id(event.plan_id))).transpose()?.flatten();
    context.tell_of_rehearsal(plan.as_ref().and_then(|plan| plan.source_identity.as_deref()));
    if let Some(head) = warehouse.journal_head()? {
        context.talk(format!(
            "head {head}: keep this hash elsewhere; `orgdrift receipt verify --expect-head HASH` then proves that the journal was not altered"
        ));
    }
    let proved = plans::to_be_proved(&warehouse)?;
    let live = match &plan {
        Some(plan) => warehouse.provable_after(plan.plan_id)?.map(|_| plan.plan_id),
        None => None,
    };
    context.next(&match (&plan, live) {
        (_, Some(plan_id)) if proved == Some(plan_id) => format!("prove {plan_id}"),
        (_, Some(_)) => "ingest zendesk".to_owned(),
        (Some(plan), None) => plans::after_show(context, plan),
        (None, None) => "list plans".to_owned(),
    });
    Ok(exit::DONE)
}

/// What the live applies over one pair of snapshots came to, batch by batch and all together.
fn show_batches(context: &Context, arguments: &ShowArgs) -> Result<u8, CliError> {
    let warehouse = context.open()?;
    let plan = if let Some(name) = &arguments.plan {
        plans::find(&warehouse, name)?
    } else {
        let events = warehouse.events_of(find(&warehouse, None)?)?;
        let plan = events.first().map(|event| warehouse.plan(PlanKey::Id(event.plan_id))).transpose()?;
        plan.flatten().ok_or_else(|| CliError::failure("the plan of the newest apply is not there"))?
    };
    let batches = warehouse.batches_of_run(plan.run_id)?.len();
    if batches == 0 {
        return Err(CliError::failure(format!(
            "nothing was applied live over the snapshots of plan {}",
            plan.plan_id
        ))
        .hint("`orgdrift list plans` shows what was"));
    }
    context.print_rows(warehouse.batch_rows(plan.run_id)?, FormatName::Table)?;
    let counts = warehouse.batch_counts(plan.run_id)?;
    let said: Vec<String> = counts.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    context.tell_of_rehearsal(plan.source_identity.as_deref());
    context.talk(format!(
        "{} over the same two snapshots, {}: {}",
        if batches == 1 { "1 apply".to_owned() } else { format!("{batches} applies") },
        counted(counts.iter().map(|(_, count)| count).sum::<i64>(), "repair"),
        said.join(", ")
    ));
    context.next(&match plans::to_be_proved(&warehouse)? {
        Some(plan_id) => format!("prove {plan_id}"),
        None => "ingest zendesk".to_owned(),
    });
    Ok(exit::DONE)
}

fn undo(context: &Context, arguments: &UndoArgs) -> Result<u8, CliError> {
    let warehouse = context.open()?;
    let plan = plans::find(&warehouse, &arguments.plan)?;
    if warehouse.live_attempt(plan.plan_id)?.is_none() {
        return Err(CliError::failure(format!("plan {} was never applied live", plan.plan_id))
            .hint("`orgdrift list plans` shows which were"));
    }
    context.print_rows(warehouse.undo_rows(plan.plan_id)?, FormatName::Table)?;
    context.tell_of_rehearsal(plan.source_identity.as_deref());
    context.talk(
        "nothing was sent; do these steps by hand, in this order, after a look at each record as it is now",
    );
    context.next(&format!("receipt show {}", plan.plan_id));
    Ok(exit::DONE)
}

/// The apply of a plan: its live one, else its newest dry run.
fn find(warehouse: &Warehouse, name: Option<&str>) -> Result<i64, CliError> {
    let plan_id = name.map(|name| plans::find(warehouse, name)).transpose()?.map(|plan| plan.plan_id);
    let attempt = warehouse.newest_attempt(plan_id)?;
    attempt.map(|(attempt_id, _)| attempt_id).ok_or_else(|| {
        let what = plan_id.map_or_else(
            || "nothing was applied yet".to_owned(),
            |plan_id| format!("plan {plan_id} has not been run yet, not even as a dry run"),
        );
        CliError::failure(what).hint("`orgdrift apply PLAN` makes a dry run, which writes nothing")
    })
}

fn verify(context: &Context, arguments: &VerifyArgs) -> Result<u8, CliError> {
    context.only_text_or_json("receipt verify")?;
    let warehouse = context.open()?;
    let found = receipt::verify(&warehouse, arguments.expect_head.as_deref())?;
    let is_sound = found.faults.is_empty();
    if context.wants_json() {
        let faults: Vec<_> = found
            .faults
            .iter()
            .map(|fault| json!({ "event_id": fault.event_id, "problem": fault.problem }))
            .collect();
        let document = json!({
            "is_sound": is_sound,
            "event_count": found.event_count,
            "apply_count": found.apply_count,
            "open_applies": found.open_applies,
            "head": found.head,
            "faults": faults,
        });
        context.print(&format!("{document:#}\n"))?;
    } else {
        let mut text = format!(
            "{} of {}, head {}\n",
            counted(found.event_count, "event"),
            counted(found.apply_count, "attempt"),
            found.head.as_deref().unwrap_or("none"),
        );
        for fault in &found.faults {
            let place = fault.event_id.map_or_else(String::new, |event_id| format!("event {event_id}: "));
            let _ = writeln!(text, "{place}{}", fault.problem);
        }
        text.push_str(if is_sound { "the journal is intact\n" } else { "the journal is not intact\n" });
        context.print(&text)?;
    }
    for attempt_id in &found.open_applies {
        context.talk(format!("apply {attempt_id} has no end: it was interrupted, or its end was cut off"));
    }
    if arguments.expect_head.is_none() && found.event_count > 0 {
        context.talk(
            "to detect a journal that was cut off or rewritten as a whole, compare it with a head that you kept \
             elsewhere: --expect-head HASH",
        );
    }
    context.next("list plans");
    Ok(if is_sound { exit::DONE } else { exit::FAILURE })
}

fn head(text: &str) -> Result<String, &'static str> {
    let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { Ok(text.to_ascii_lowercase()) } else { Err("write the 64 hexadecimal digits of a head") }
}
