//! The warehouse: whether it is there, sound and private, and which suppressions end.

use std::{fmt::Write as _, path::Path};

use super::check::{Check, Verdict};
use crate::{
    audit,
    cli::shared::{context::Context, error::CliError, exit, live, shell::quoted},
    fetch::{self, Found, State},
    model::SuppressionState,
    output::counted,
    warehouse::{SCHEMA_VERSION, Warehouse, WarehouseError},
};

/// Says whether there is a warehouse.
pub(super) fn check(context: &Context, checks: &mut Vec<Check>) -> bool {
    let db = context.db();
    match Warehouse::open_unchanged(db) {
        Ok(Some(warehouse)) => {
            checks.push(health(context, &warehouse));
            checks.extend(added(context, &warehouse));
            checks.extend(newest_run(context, &warehouse));
            checks.push(suppressions(context, &warehouse));
        }
        Ok(None) => checks.push(Check::warning(
            "warehouse",
            format!("{} was made by another version of orgdrift; the next command upgrades it", db.display()),
            format!("orgdrift init{}", context.db_option()),
        )),
        Err(error @ WarehouseError::NotFound { .. }) => {
            checks.push(Check::ok("warehouse", format!("{error} yet: the first ingest makes it")));
            return false;
        }
        Err(error) => checks.push(Check::failure("warehouse", error)),
    }
    #[cfg(unix)]
    checks.push(permissions(db));
    true
}

/// Says whether a fetch of this warehouse waits to be resumed, which a new one does not overwrite.
pub(super) fn check_fetch(context: &Context, checks: &mut Vec<Check>) -> bool {
    const NAME: &str = "fetch";
    let folder = live::staging(context.db());
    let hint = format!("orgdrift ingest zendesk --resume{}", context.db_option());
    match fetch::inspect(&folder) {
        Ok(Found::Fetch(found)) if !found.is_ingested => {
            let path = folder.display();
            let what = match found.state {
                State::Complete => "was not ingested",
                State::Partial => "is not complete",
                State::Running | State::Dropped => "did not finish",
            };
            checks.push(Check::warning(
                NAME,
                format!("{path} holds a fetch of {} that {what}", found.taken_at),
                hint,
            ));
            true
        }
        Ok(_) => false,
        Err(error) => {
            checks.push(Check::failure(NAME, error));
            false
        }
    }
}

fn health(context: &Context, warehouse: &Warehouse) -> Check {
    match warehouse.quick_check() {
        Ok(None) => {
            let path = context.db().display();
            Check::ok("warehouse", format!("{path} is sound (schema {SCHEMA_VERSION})"))
        }
        Ok(Some(problem)) => Check {
            name: "warehouse",
            verdict: Verdict::Failure(exit::FAILURE),
            found: format!("{} is damaged: {problem}", context.db().display()),
            hint: Some("restore a backup, or name a new file with --db and ingest again".to_owned()),
        },
        Err(error) => Check::failure("warehouse", error),
    }
}

fn added(context: &Context, warehouse: &Warehouse) -> Option<Check> {
    let added = warehouse.added();
    let hint = || format!("orgdrift doctor --remove-foreign{}", context.db_option());
    let found = || format!("the warehouse holds objects that orgdrift did not make: {}", added.join(", "));
    (!added.is_empty()).then(|| Check::warning("schema", found(), hint()))
}

/// Whether an audit that looked at the changes alone found what one of everything finds.
fn newest_run(context: &Context, warehouse: &Warehouse) -> Option<Check> {
    const NAME: &str = "newest run";
    let found = match warehouse.recheck_links() {
        Ok(found) => found?,
        Err(error) => return Some(Check::failure(NAME, error)),
    };
    let run = found.run_id;
    if found.differing.is_empty() {
        let rows = counted(u64::try_from(found.row_count).unwrap_or(0), "row");
        return Some(Check::ok(
            NAME,
            format!("run {run} followed the changes and missed none: {rows} compared"),
        ));
    }
    Some(Check {
        name: NAME,
        verdict: Verdict::Failure(exit::FAILURE),
        found: format!("run {run} missed changes in {}", found.differing.join(", ")),
        hint: Some(format!("after the next ingest: orgdrift audit --full{}", context.db_option())),
    })
}

fn suppressions(context: &Context, warehouse: &Warehouse) -> Check {
    let standing = || -> Result<_, WarehouseError> {
        let run_id = warehouse.run(None)?.map(|run| run.run_id);
        warehouse.standing_suppressions(&audit::as_of(&context.clock, run_id))
    };
    let all = match standing() {
        Ok(all) => all,
        Err(error) => return Check::failure("suppressions", error),
    };
    let count =
        |state: SuppressionState| all.iter().filter(|standing| standing.state == state).count() as u64;
    let (lapsed, lapsing) = (count(SuppressionState::Lapsed), count(SuppressionState::Lapsing));
    let in_force = all.iter().filter(|standing| standing.is_in_force()).count() as u64;
    let mut found = match in_force {
        0 => "none in force".to_owned(),
        count => format!("{count} in force"),
    };
    for (count, what) in [(lapsing, "of them about to end"), (lapsed, "ended")] {
        if count > 0 {
            let _ = write!(found, ", {count} {what}");
        }
    }
    if lapsed + lapsing == 0 {
        Check::ok("suppressions", found)
    } else {
        let hint = format!("orgdrift suppression list{}", context.db_option());
        Check::warning("suppressions", found, hint)
    }
}

/// The warehouse holds names and addresses: it is for its owner alone.
#[cfg(unix)]
fn permissions(path: &Path) -> Check {
    use std::os::unix::fs::MetadataExt;

    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) => return Check::failure("permissions", CliError::from(error)),
    };
    // What groups and others may do is in the last six bits.
    let mode = metadata.mode() & 0o7777;
    let found = format!("the warehouse has mode {mode:04o}");
    if mode.trailing_zeros() >= 6 {
        Check::ok("permissions", found)
    } else {
        let hint = format!("chmod 600 {}", quoted(path));
        Check::warning("permissions", format!("{found}: other users of this machine can read it"), hint)
    }
}
