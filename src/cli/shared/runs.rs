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
    let gaps = warehouse.gaps(run.run_id)?;
    if !gaps.not_evaluated.is_empty() {
        context.talk(format!(
            "run {} did not evaluate {}: their issues are not known, and not shown",
            run.run_id,
            gaps.not_evaluated.join(", ")
        ));
    }
    if gaps.unread_rows > 0 {
        context.talk(format!(
            "run {}: {} of the account file could not be used; {} without an issue for that",
            run.run_id,
            counted(gaps.unread_rows, "row"),
            counted(gaps.unread_accounts, "unread account")
        ));
    }
    warn_of_tickets(context, run.run_id, &gaps);
    Ok(())
}

/// Says which tickets the run does not know.
pub(crate) fn warn_of_tickets(context: &Context, run_id: i64, gaps: &Gaps) {
    if let Some(since) = &gaps.tickets_since {
        context.talk(format!("run {run_id} knows only tickets created since {since}"));
    }
    if gaps.is_without_archived {
        context.talk(format!("run {run_id} knows no archived tickets but those that were read before"));
    }
}
