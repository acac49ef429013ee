//! Which plan a command is about, and what is to be said about plans.

use std::path::Path;

use super::{context::Context, error::CliError, near_file};
use crate::{
    model::plan::PlanState,
    near::did_you_mean,
    plan::document,
    safe_file,
    warehouse::{
        Warehouse,
        plans::{PlanKey, StoredPlan},
    },
};

/// No plan is larger, in bytes.
const LARGEST: u64 = 256 << 20;

/// The plan that was asked for: an id, latest, previous, a hash, or the path of its file.
pub(crate) fn find(warehouse: &Warehouse, name: &str) -> Result<StoredPlan, CliError> {
    let missing = |text: String| {
        CliError::failure(text).hint("run `orgdrift plan` to make one, or see `orgdrift list plans`")
    };
    let is_hash = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (key, absent) = match name {
        "latest" => (PlanKey::Newest(0), "the warehouse has no plan yet".to_owned()),
        "previous" => (PlanKey::Newest(1), "the warehouse has no plan before the latest".to_owned()),
        _ if is_hash => (PlanKey::Hash(name), "the warehouse has no plan with that hash".to_owned()),
        _ => {
            let Ok(id) = name.parse() else {
                let hash = hash_of_file(Path::new(name))?;
                return warehouse.plan(PlanKey::Hash(&hash))?.ok_or_else(|| {
                    CliError::refused(format!("the plan of {name} was not made in this warehouse"))
                        .hint("name the warehouse with --db")
                });
            };
            (PlanKey::Id(id), format!("the warehouse has no plan {id}"))
        }
    };
    warehouse.plan(key)?.ok_or_else(|| missing(absent))
}

fn hash_of_file(path: &Path) -> Result<String, CliError> {
    let name = path.display();
    let text = safe_file::read_text(path, LARGEST).map_err(|error| {
        let usage = error.kind() == std::io::ErrorKind::NotFound;
        let problem =
            format!("{name} is not a plan of this warehouse, and cannot be read as a file: {error}");
        if usage { CliError::usage(problem) } else { CliError::failure(problem) }.hint(
            did_you_mean(&name.to_string(), ["latest", "previous"])
                .or_else(|| near_file::did_you_mean(path))
                .unwrap_or_else(|| {
                    "name a plan by its id, latest, previous, its hash, or the path of its file".to_owned()
                }),
        )
    })?;
    document::verified_hash(&text).map_err(|error| {
        CliError::refused(format!("{name} is not as orgdrift wrote it: {error}"))
            .hint("`orgdrift plan show PLAN --output fix_plan.json` writes it again")
    })
}

/// The newest plan that was applied live, if a later snapshot of Zendesk can show what came of it.
pub(crate) fn to_be_proved(warehouse: &Warehouse) -> Result<Option<i64>, CliError> {
    let Some(plan) = warehouse.plan(PlanKey::Newest(0))?.filter(|plan| plan.state == PlanState::Applied)
    else {
        return Ok(None);
    };
    let Some(after) = warehouse.provable_after(plan.plan_id)? else { return Ok(None) };
    Ok(warehouse.is_read_after(&after)?.then_some(plan.plan_id))
}

/// What comes after a plan was looked at.
pub(crate) fn after_show(context: &Context, plan: &StoredPlan) -> String {
    let id = plan.plan_id;
    let identity = plan.source_identity.as_deref().unwrap_or_default();
    match plan.state {
        PlanState::Ready if identity.is_empty() => "list issues --disposition blocked".to_owned(),
        // Nobody answers for the company of the demo before its sandbox does.
        PlanState::Ready
            if identity.starts_with("acme-demo.sandbox")
                && context.variable("ORGDRIFT_ZENDESK_URL").is_none() =>
        {
            "sandbox --demo".to_owned()
        }
        PlanState::Ready => format!("apply {id}"),
        PlanState::BrokenOff => format!("apply {id} --apply --confirm-plan-hash {}", plan.plan_hash),
        PlanState::Applied => format!("receipt show {id}"),
        PlanState::Outdated => "audit".to_owned(),
        PlanState::Empty => "list issues --disposition blocked".to_owned(),
    }
}

/// Names the plans that are called ready although the rules have changed since.
pub(crate) fn warn_of_other_rules(context: &Context, warehouse: &Warehouse) -> Result<(), CliError> {
    for run_id in warehouse.runs_of_ready_plans()? {
        if let Some(run) = warehouse.run(Some(run_id))?
            && !warehouse.is_run_in_force(&run, &context.clock.today())?
        {
            context.talk(format!(
                "rules, personal domains, suppressions or accepted risks changed since run {run_id}: its plans are outdated"
            ));
        }
    }
    Ok(())
}
