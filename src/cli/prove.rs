//! `orgdrift prove PLAN`

use clap::Args;

use super::shared::{context::Context, error::CliError, exit, plans, printing::FormatName};
use crate::{
    output::{self, Format, counted},
    warehouse::{Rows, Warehouse, journal::Proof},
};

/// Arguments of `prove`.
#[derive(Debug, Args)]
pub struct ProveArgs {
    /// A plan: its id, latest, previous, its hash, or its file
    #[arg(value_name = "PLAN")]
    plan: String,
}

pub(super) fn run(context: &Context, arguments: &ProveArgs) -> Result<u8, CliError> {
    let warehouse = context.open()?;
    let found = plans::find(&warehouse, &arguments.plan)?;
    // Every plan that was applied over the same two snapshots is proved by the same reading.
    let plan_ids = warehouse.batches_of_run(found.run_id)?;
    let mut after: Option<String> = None;
    for plan_id in &plan_ids {
        after = after.max(warehouse.provable_after(*plan_id)?);
    }
    let Some(after) = after else {
        return Err(CliError::failure(format!("plan {} was never applied live", found.plan_id))
            .hint(format!("`orgdrift apply {}` makes a dry run, which writes nothing", found.plan_id)));
    };
    let rows = match plan_ids.as_slice() {
        [plan_id] => warehouse.prove(*plan_id, &after)?,
        plan_ids => warehouse.prove_all(plan_ids, &after)?,
    };
    context.print_rows(rows, FormatName::Table)?;
    let mut proof = Proof::default();
    for plan_id in &plan_ids {
        proof.add(warehouse.proof(*plan_id, &after)?);
    }
    context.tell_of_rehearsal(found.source_identity.as_deref());
    tell(context, &proof, &after);
    tell_of_issues(context, &warehouse, &plan_ids, &after, &proof)?;
    if proof.not_observed > 0 {
        context.next(if warehouse.is_read_after(&after)? { "audit" } else { "ingest zendesk" });
        return Ok(exit::INCOMPLETE);
    }
    context.next("diff");
    Ok(if proof.resolved == proof.total { exit::DONE } else { exit::ISSUES })
}

/// The issues on the records that were written: those that came, and what came otherwise than foreseen.
fn tell_of_issues(
    context: &Context,
    warehouse: &Warehouse,
    plan_ids: &[i64],
    after: &str,
    proof: &Proof,
) -> Result<(), CliError> {
    if proof.new_issue_count > 0 {
        context.talk("new issues on the records that were written:");
        for plan_id in plan_ids {
            print_talk(context, warehouse.new_issues_after(*plan_id, after)?)?;
        }
    }
    let [plan_id] = plan_ids else { return Ok(()) };
    if !warehouse.is_prediction_comparable(*plan_id)? {
        return Ok(());
    }
    let mut differences = Vec::new();
    let count =
        output::write_rows(warehouse.unpredicted(*plan_id, after)?, Format::Table, &mut differences)?.count;
    if count > 0 {
        context.talk("issues on these records that are not as the plan predicted:");
        print_lines(context, &differences);
    }
    if proof.unpredicted_count > 0 {
        context.talk(format!("{} not predicted", counted(proof.unpredicted_count, "change")));
    } else if proof.not_observed == 0 {
        context.talk("the other issues on these records vanished, stayed and appeared as predicted");
    }
    Ok(())
}

fn print_talk(context: &Context, rows: Rows<'_>) -> Result<(), CliError> {
    let mut text = Vec::new();
    if output::write_rows(rows, Format::Table, &mut text)?.count > 0 {
        print_lines(context, &text);
    }
    Ok(())
}

fn print_lines(context: &Context, text: &[u8]) {
    for line in String::from_utf8_lossy(text).lines() {
        context.talk(line);
    }
}

fn tell(context: &Context, proof: &Proof, after: &str) {
    context.talk(format!("{} of {} resolved", proof.resolved, counted(proof.total, "issue")));
    for (count, what) in [
        (proof.still_open, "still open"),
        (proof.returned, "resolved for a while, then back"),
        (proof.not_observed, "not observed yet"),
    ] {
        if count > 0 {
            context.talk(format!("{count} {what}"));
        }
    }
    if proof.not_observed > 0 {
        context.talk(format!(
            "Zendesk must be read again: the proof needs a complete snapshot that begins after {after}, by the \
             server's clock, and an audit of it"
        ));
    }
}
