//! What an audit would find if all repairs of a plan were made.

use super::{Made, PlanError};
use crate::{
    clock::Clock,
    model::plan::PlannedAction,
    warehouse::{Warehouse, foresee::Foreseen, plans::RowOfPlan},
};

/// Returns what would vanish and appear, and keeps it beside the plan, so that `prove` can compare. None where the plan
/// repairs nothing, where its run is not the newest, or where earlier batches made repairs that its snapshots do not show:
/// nothing is foreseen from half of it.
pub fn predict(warehouse: &Warehouse, made: &Made, clock: &Clock) -> Result<Option<Foreseen>, PlanError> {
    let plan_id = made.plan.plan_id;
    if let Some(foreseen) = warehouse.prediction(plan_id)? {
        return Ok(Some(foreseen));
    }
    let actions: Vec<PlannedAction> = made
        .rows
        .iter()
        .filter_map(|row| match &row.plan {
            RowOfPlan::Planned(action) => Some((**action).clone()),
            _ => None,
        })
        .collect();
    if actions.is_empty() || warehouse.open_batch()?.newest_plan_id.is_some() {
        return Ok(None);
    }
    let Some(run) = warehouse.run(Some(made.plan.run_id))? else { return Ok(None) };
    let foreseen = warehouse.foresee(&run, &actions)?;
    if let Some(foreseen) = &foreseen {
        warehouse.store_prediction(plan_id, foreseen, &clock.now())?;
    }
    Ok(foreseen)
}
