//! Which plan a command speaks about, and what is to be said about plans.

use std::path::Path;

use super::{context::Context, error::CliError};
use crate::{
    plan::document,
    safe_file,
    warehouse::{
        Warehouse,
        plans::{PlanKey, StoredPlan},
    },
};

/// No plan has as many bytes.
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
        let problem = format!("{name} is no plan of this warehouse, and cannot be read as a file: {error}");
        if usage { CliError::usage(problem) } else { CliError::failure(problem) }
            .hint("name a plan by its id, latest, previous, its hash, or the path of its file")
    })?;
    document::verified_hash(&text).map_err(|error| {
        CliError::refused(format!("{name} is not as orgdrift wrote it: {error}"))
            .hint("`orgdrift plan show PLAN --output fix_plan.json` writes it again")
    })
}

/// Names the plans whose state says ready although their rules are over.
pub(crate) fn warn_of_other_rules(context: &Context, warehouse: &Warehouse) -> Result<(), CliError> {
    for run_id in warehouse.runs_of_ready_plans()? {
        if let Some(run) = warehouse.run(Some(run_id))?
            && !warehouse.is_run_in_force(&run, &context.clock.today())?
        {
            context.talk(format!(
                "rules, personal domains, suppressions or accepted risks changed since run {run_id}: its plans are out of date"
            ));
        }
    }
    Ok(())
}
