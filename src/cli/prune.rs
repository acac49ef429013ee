//! `orgdrift prune --keep-days N`, `prune --snapshot latest`

use clap::{Args, ValueEnum};

use super::shared::{context::Context, error::CliError, exit, printing::FormatName};
use crate::{
    audit::prune,
    clock,
    output::counted,
    warehouse::{
        prune::{Pruned, Stays},
        query::Listing,
    },
};

/// Arguments of `prune`.
#[derive(Debug, Args)]
pub struct PruneArgs {
    /// Remove history older than this number of days; plans, receipts and their runs stay
    #[arg(long, value_name = "N", conflicts_with = "snapshot")]
    keep_days: Option<u32>,
    /// Take back this snapshot and its runs, as if it had never been read
    #[arg(long, value_enum, value_name = "SNAPSHOT")]
    snapshot: Option<Which>,
    /// Do it; without this option, nothing is changed
    #[arg(long)]
    confirm: bool,
}

/// Which snapshot.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Which {
    /// The newest one
    Latest,
}

pub(super) fn run(context: &Context, arguments: &PruneArgs) -> Result<u8, CliError> {
    match (arguments.snapshot, arguments.keep_days) {
        (None, Some(days)) => keep_days(context, days, arguments.confirm),
        (Some(Which::Latest), _) => latest(context, arguments.confirm),
        (None, None) => Err(CliError::usage("say what to remove")
            .hint("--keep-days N folds older history; --snapshot latest takes back the newest snapshot")),
    }
}

fn latest(context: &Context, is_confirmed: bool) -> Result<u8, CliError> {
    let warehouse = context.open_for_writing()?;
    let Some((snapshot_id, taken_at)) = warehouse.newest_snapshot()? else {
        return Err(
            CliError::failure("the warehouse has no snapshot").hint("orgdrift ingest salesforce FILE")
        );
    };
    let pruned = prune::take_back_newest(&warehouse, snapshot_id, !is_confirmed)?
        .map_err(|stays| why_it_stays(context, snapshot_id, &stays))?;
    say(context, &pruned)?;
    if is_confirmed {
        context.talk(format!("took back snapshot {snapshot_id} of {taken_at}"));
        context.next("list snapshots");
    } else {
        context.talk(format!(
            "nothing was changed; --confirm takes back snapshot {snapshot_id} of {taken_at}, as if it had never been read"
        ));
        context.next("prune --snapshot latest --confirm");
    }
    Ok(exit::DONE)
}

fn why_it_stays(context: &Context, snapshot_id: i64, stays: &Stays) -> CliError {
    match stays {
        Stays::Applied { plan_id } => CliError::refused(format!(
            "snapshot {snapshot_id} stays: the journal has an apply of plan {plan_id}, which is based on it"
        ))
        .hint(format!("orgdrift receipt show {plan_id}{}", context.db_option())),
        Stays::Decided => CliError::refused(format!(
            "snapshot {snapshot_id} stays: decisions rest on its run, and there is no earlier run"
        ))
        .hint("ingest and audit a newer snapshot: it takes its place"),
    }
}

fn keep_days(context: &Context, days: u32, is_confirmed: bool) -> Result<u8, CliError> {
    let Some(since) = clock::days_before(&context.clock.now(), days) else {
        return Err(CliError::usage(format!("--keep-days {days} reaches before all history")));
    };
    let warehouse = context.open_for_writing()?;
    let Some(pruned) = prune::fold_before(&warehouse, &since, !is_confirmed)? else {
        context.talk(format!(
            "nothing to prune: no run is older than {} except those that plans or decisions need",
            counted(days, "day")
        ));
        context.next("list runs");
        return Ok(exit::DONE);
    };
    if is_confirmed {
        warehouse.shrink()?;
    }
    say(context, &pruned)?;
    if is_confirmed {
        context.talk(
            "issues of the oldest run that is left are first seen in it, because nothing before it is known",
        );
        context.next("list runs");
    } else {
        context.talk("nothing was changed; --confirm removes this. Records, links and issues of all other runs stay as they are");
        context.next(&format!("prune --keep-days {days} --confirm"));
    }
    Ok(exit::DONE)
}

fn say(context: &Context, pruned: &Pruned) -> Result<(), CliError> {
    let ids = |ids: &[i64]| ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let row = |what: &str, count: u64, ids: String| vec![what.to_owned(), count.to_string(), ids];
    let rows = [
        row("snapshots", pruned.snapshot_ids.len() as u64, ids(&pruned.snapshot_ids)),
        row("runs", pruned.run_ids.len() as u64, ids(&pruned.run_ids)),
        row("plans", pruned.plan_ids.len() as u64, ids(&pruned.plan_ids)),
        row("row versions", pruned.version_count, String::new()),
    ];
    context.print_rows(Listing::new()?.rows(&["removed", "count", "ids"], &rows)?, FormatName::Table)?;
    Ok(())
}
