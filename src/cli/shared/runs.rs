//! Which run a command is about, and what is to be said about it.

use std::collections::BTreeMap;

use super::{context::Context, error::CliError};
use crate::{
    audit,
    near::did_you_mean,
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
            let id: i64 = id.parse().map_err(|_| {
                let error = CliError::usage("name a run by its id, latest or previous");
                error.hint(
                    did_you_mean(id, ["latest", "previous"])
                        .unwrap_or_else(|| "`orgdrift list runs` shows all runs".to_owned()),
                )
            })?;
            warehouse.run(Some(id))?.ok_or_else(|| none(&format!("the warehouse has no run {id}")))
        }
    }
}

/// Says what the run does not know, and returns it: rows that are missing for that reason are not known to be fine.
pub(crate) fn warn(context: &Context, warehouse: &Warehouse, run: &RunRow) -> Result<Gaps, CliError> {
    let gaps = warehouse.gaps(run.run_id)?;
    for line in gap_lines(run.run_id, &gaps) {
        context.talk(line);
    }
    Ok(gaps)
}

/// Whether somebody chose all that the run did not evaluate.
pub(crate) fn is_accepted(warehouse: &Warehouse, run: &RunRow, gaps: &Gaps) -> Result<bool, CliError> {
    let options = warehouse.snapshot_options(run.salesforce_snapshot_id)?;
    let is_without_domains = audit::is_without_domains_by_choice(&options);
    Ok(gaps
        .not_evaluated
        .iter()
        .filter(|gap| gap.is_drift)
        .all(|gap| audit::is_accepted(&gap.reason, is_without_domains)))
}

/// One sentence for each thing that the run does not know.
pub(crate) fn gap_lines(run_id: i64, gaps: &Gaps) -> Vec<String> {
    let mut lines = Vec::new();
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for gap in &gaps.not_evaluated {
        by_reason.entry(&gap.reason).or_default().push(&gap.code);
    }
    for (reason, codes) in by_reason {
        lines.push(format!(
            "run {run_id} did not evaluate {} ({reason}): their issues are not known, and not shown",
            codes.join(", ")
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
