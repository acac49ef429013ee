//! `orgdrift refresh FILE [--from DIR | --continue | --full] --output DIR`

mod arguments;
mod folder;
mod reading;

pub(super) use self::arguments::RefreshArgs;

use std::path::Path;

use serde_json::json;

use self::folder::Made;
use super::shared::{
    context::Context,
    error::CliError,
    exit, log,
    run_summary::{closing_lines, run_line, say_suppressions},
    runs,
    shell::quoted,
};
use crate::{
    audit::{self, AuditReport},
    output::counted,
    warehouse::{Warehouse, refresh::RefreshLock},
};

pub(super) fn run(context: &Context, arguments: &RefreshArgs) -> Result<u8, CliError> {
    if let Some(path) = &arguments.log {
        log::begin(path, context.clock)?;
    }
    tracing::info!(target: log::TARGET, "refresh begins, orgdrift {}", env!("CARGO_PKG_VERSION"));
    let ended = refresh(context, arguments);
    match &ended {
        Ok(code) => tracing::info!(target: log::TARGET, "refresh ends with exit code {code}"),
        Err(error) => {
            tracing::error!(target: log::TARGET, "refresh ends with exit code {}", error.code());
        }
    }
    ended
}

fn refresh(context: &Context, arguments: &RefreshArgs) -> Result<u8, CliError> {
    context.only_text_or_json("refresh")?;
    let parent = context.folder().ok_or_else(|| {
        CliError::usage("refresh writes a dated folder: name its parent with --output DIR")
            .hint(format!("orgdrift refresh {} --output reports", quoted(&arguments.file)))
    })?;
    reading::check(context, arguments)?;
    let lock = RefreshLock::take(context.db())?;
    let ended_batch = open_batch(context, arguments)?;
    if let Some(code) = reading::read(context, arguments)? {
        return Ok(code);
    }
    let warehouse = context.open_for_writing()?;
    let report = audit::audit(&warehouse, &context.config.audit_options()?, &context.clock)?;
    drop(warehouse);
    context.talk(run_line(&report));
    for line in closing_lines(&report) {
        context.talk(line);
    }
    say_suppressions(context, &report);
    let warehouse = context.open()?;
    runs::warn(context, &warehouse, &report.run)?;
    let made = folder::write(context, &warehouse, &report, ended_batch.as_deref(), parent)?;
    let code = code(&warehouse, arguments, &report)?;
    print(context, &report, &made, code)?;
    drop(lock);
    context.next(&format!("list accounts --run {}", report.run.run_id));
    Ok(code)
}

/// Refuses to end a plan that is being carried out. If a part of a plan was left undone, returns what to say about it.
fn open_batch(context: &Context, arguments: &RefreshArgs) -> Result<Option<String>, CliError> {
    if !context.db().exists() {
        return Ok(None);
    }
    let batch = context.open()?.open_batch()?;
    if let Some(plan_id) = batch.broken_off_plan_id.filter(|_| !arguments.end_batch) {
        return Err(CliError::refused(format!(
            "the apply of plan {plan_id} was interrupted, and new snapshots would end the plan"
        ))
        .hint(format!(
            "finish it: `orgdrift plan show {plan_id}{}` says how; or refresh anyway with --end-batch",
            context.db_option()
        )));
    }
    let Some(plan_id) = batch.newest_plan_id.filter(|_| batch.open_repair_count > 0) else { return Ok(None) };
    let said = format!(
        "plan {plan_id} was applied over the snapshots before these; {} not made, and the new snapshots end its \
         batches: plan again",
        match batch.open_repair_count {
            1 => "1 prepared repair was".to_owned(),
            count => format!("{count} prepared repairs were"),
        }
    );
    context.talk(&said);
    Ok(Some(said))
}

/// What the run says to whoever scheduled it.
fn code(warehouse: &Warehouse, arguments: &RefreshArgs, report: &AuditReport) -> Result<u8, CliError> {
    let is_bad = arguments.fail_on.is_some_and(|severity| report.has_issue_at(severity.severity()));
    let is_worse = match (arguments.fail_on_new, report.previous_run_id) {
        (Some(severity), Some(_)) => {
            warehouse.worst_new_issue(report.run.run_id)?.is_some_and(|worst| worst <= severity.severity())
        }
        _ => false,
    };
    Ok(if is_bad || is_worse {
        exit::ISSUES
    } else if !report.is_fully_evaluated() {
        // Nobody must take a code that was not looked at for a good one.
        exit::INCOMPLETE
    } else {
        exit::DONE
    })
}

/// The one line on standard output.
fn print(context: &Context, report: &AuditReport, made: &Made, code: u8) -> Result<(), CliError> {
    let changes = report.changes;
    if context.wants_json() {
        let result = json!({
            "run_id": report.run.run_id,
            "previous_run_id": report.previous_run_id,
            "folder": made.folder,
            "files": made.files,
            "open_issue_count": report.open_count(),
            "new": changes.new,
            "reopened": changes.reopened,
            "changed": changes.changed,
            "resolved": changes.resolved,
            "not_comparable": changes.not_comparable,
            "not_evaluated_code_count": report.drift().filter(|code| code.not_evaluated.is_some()).count(),
            "exit_code": code,
        });
        return context.print(&format!("{result}\n"));
    }
    context.print(&format!("{}: {}\n", result_line(report), quoted(Path::new(&made.folder))))
}

/// `run 7: 9 open issues, 2 new, 1 resolved since run 6`.
fn result_line(report: &AuditReport) -> String {
    let changes = report.changes;
    let open = counted(report.open_count(), "open issue");
    let gaps = report.drift().filter(|code| code.not_evaluated.is_some()).count();
    let known =
        if gaps == 0 { String::new() } else { format!(" known, {} not evaluated", counted(gaps, "code")) };
    let since = report.previous_run_id.map_or_else(String::new, |previous| {
        format!(
            ", {} new, {} resolved since run {previous}",
            changes.new + changes.reopened,
            changes.resolved
        )
    });
    format!("run {}: {open}{known}{since}", report.run.run_id)
}
