//! What earlier applies over the same two snapshots have to do with a plan.

use crate::{
    cli::shared::{context::Context, error::CliError},
    model::{PlanStatus, plan::DeferralReason},
    output::counted,
    plan::Made,
    warehouse::{
        Warehouse,
        plans::{PlanActionRow, RowOfPlan},
    },
};

/// What earlier applies have to do with a plan.
pub(super) fn tell(context: &Context, warehouse: &Warehouse, made: &Made) -> Result<(), CliError> {
    if made.made_count > 0 {
        let is_last = !made.rows.iter().any(|row| row.status() == PlanStatus::Planned);
        context.talk(format!(
            "{} left out, because earlier plans made them{}",
            counted(made.made_count, "repair"),
            if is_last {
                "; nothing is left to repair: read Zendesk again to see whether they worked"
            } else {
                ""
            }
        ));
    }
    let stale_count = made.rows.iter().filter(|row| is_found_stale(row)).count();
    if stale_count > 0 {
        let wait = if stale_count == 1 { "waits" } else { "wait" };
        context.talk(format!(
            "{} {wait} for a newer snapshot: an apply found a record changed since it was read",
            counted(stale_count, "repair")
        ));
    }
    if made.made_count == 0 && stale_count == 0 && warehouse.has_batches_of_before(made.plan.run_id)? {
        context.talk(
            "newer snapshots ended the batches of the last apply, so this plan starts over; approvals still count",
        );
    }
    Ok(())
}

/// Whether a repair is left out because an apply found its record changed.
fn is_found_stale(row: &PlanActionRow) -> bool {
    matches!(&row.plan, RowOfPlan::Deferred(action) if action.reason == DeferralReason::FoundStale)
}
