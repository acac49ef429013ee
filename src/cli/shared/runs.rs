//! Which run a command speaks about, and what is to be said about it.

use super::{context::Context, error::CliError};
use crate::{
    output::counted,
    warehouse::{RunRow, Warehouse, runs::Gaps},
};

/// The run that was asked for: an id, `latest` or `previous`.
pub(crate) fn find_run(warehouse: &Warehouse, name: Option<&str>) -> Result<RunRow, CliError> {
    let none = |text: &str| {
        CliError::failure(text).hint("run `orgdrift audit` to make one, or see `orgdrift list runs`")
    };
    match name {
        None | Some("latest") => warehouse.run(None)?.ok_or_else(|| none("the warehouse has no run yet")),
        Some("previous") => {
            let latest = warehouse.run(None)?.ok_or_else(|| none("the warehouse has no run yet"))?;
            warehouse.run_before(latest.run_id)?.ok_or_else(|| none("the warehouse has only one run"))
        }
        Some(id) => {
            let id: i64 =
                id.parse().map_err(|_| CliError::usage("--run takes the id of a run, latest or previous"))?;
            warehouse.run(Some(id))?.ok_or_else(|| none(&format!("the warehouse has no run {id}")))
        }
    }
}

/// Says what the run does not know: rows that are missing for that reason are not known to be fine.
pub(crate) fn warn(context: &Context, warehouse: &Warehouse, run: &RunRow) -> Result<(), CliError> {
    for line in gap_lines(run.run_id, &warehouse.gaps(run.run_id)?) {
        context.talk(line);
    }
    Ok(())
}

/// One sentence for each thing that the run does not know.
pub(crate) fn gap_lines(run_id: i64, gaps: &Gaps) -> Vec<String> {
    let mut lines = Vec::new();
    if !gaps.not_evaluated.is_empty() {
        lines.push(format!(
            "run {run_id} did not evaluate {}: their issues are not known, and not shown",
            gaps.not_evaluated.join(", ")
        ));
    }
    if gaps.unread_rows > 0 {
        lines.push(format!(
            "run {run_id}: {} of the account file could not be used; {} without an issue for that",
            counted(gaps.unread_rows, "row"),
            counted(gaps.unread_accounts, "unread account")
        ));
    }
    lines.extend(ticket_gap_lines(run_id, gaps));
    lines
}

/// Says which tickets the run does not know.
pub(crate) fn warn_of_tickets(context: &Context, run_id: i64, gaps: &Gaps) {
    for line in ticket_gap_lines(run_id, gaps) {
        context.talk(line);
    }
}

fn ticket_gap_lines(run_id: i64, gaps: &Gaps) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(since) = &gaps.tickets_since {
        lines.push(format!("run {run_id} knows only tickets created since {since}"));
    }
    if gaps.is_without_archived {
        lines.push(format!("run {run_id} knows no archived tickets but those that were read before"));
    }
    lines
}
