//! Reading both sources into snapshots, as `ingest` and `refresh` do.

pub(crate) mod arguments;
mod live;

pub(crate) use self::live::Ended;

use std::path::Path;

use self::arguments::{SalesforceArgs, ZendeskArgs};
use super::{context::Context, error::CliError};
use crate::{
    clock,
    ingest::{
        GivenOrigin, IngestReport,
        salesforce::{SalesforceOptions, ingest_file},
        zendesk::{ZendeskOptions, ingest_folder},
    },
    model::{Outcome, Reading},
    output::counted,
    salesforce::ReadOptions,
};

/// Ingests an account file.
pub(crate) fn salesforce(context: &Context, arguments: SalesforceArgs) -> Result<IngestReport, CliError> {
    let usual = &context.config.salesforce;
    let options = SalesforceOptions {
        read: ReadOptions {
            id_col: arguments.id_col.or_else(|| usual.id_col.clone()),
            name_col: arguments.name_col.or_else(|| usual.name_col.clone()),
            domain_cols: or_else(arguments.domain_col, &usual.domain_col),
            org_id_col: arguments.org_id_col.or_else(|| usual.org_id_col.clone()),
            owner_col: arguments.owner_col.or_else(|| usual.owner_col.clone()),
            parent_col: arguments.parent_col.or_else(|| usual.parent_col.clone()),
            deleted_col: arguments.deleted_col.or_else(|| usual.deleted_col.clone()),
            keep_cols: or_else(arguments.keep_col, &usual.keep_col),
            delimiter: arguments.delimiter,
            encoding: arguments.encoding.or_else(|| usual.encoding.clone()),
        },
        accept_folded: arguments.accept_folded,
        max_rejections: arguments.max_rejections,
        accept_rejections: arguments.accept_rejections.or(usual.accept_rejections),
        rejections: arguments.rejections,
        max_shrink: arguments.shrink.max_shrink,
        accept_shrink: arguments.shrink.accept_shrink || usual.accept_shrink,
        is_unattended: arguments.is_unattended,
        origin: GivenOrigin {
            taken_at: match arguments.taken_at.as_deref() {
                Some("file") => Some(written_at(&arguments.file)?),
                time => normalize("--taken-at", time)?,
            },
            subdomain: None,
        },
    };
    context.with_created(|warehouse| Ok(ingest_file(warehouse, &arguments.file, &options, &context.clock)?))
}

/// Ingests Zendesk, from a folder or the live account.
pub(crate) fn zendesk(context: &Context, arguments: &ZendeskArgs) -> Result<Ended, CliError> {
    let since = normalize("--since", arguments.since.as_deref())?;
    let Some(from) = &arguments.from else { return live::run(context, arguments, since) };
    if let Some(option) = arguments.live.given() {
        return Err(CliError::usage(format!(
            "{option} works only with a live account, but --from names a folder"
        )));
    }
    let options = ZendeskOptions {
        max_shrink: arguments.shrink.max_shrink,
        accept_shrink: arguments.shrink.accept_shrink || context.config.zendesk.accept_shrink,
        since,
        with_subjects: arguments.with_subjects,
        origin: GivenOrigin {
            taken_at: normalize("--taken-at", arguments.taken_at.as_deref())?,
            subdomain: arguments.subdomain.clone(),
        },
        parts: arguments.parts.or(context.config.zendesk.parts).map(Into::into),
        fields: context.config.zendesk.fields(),
        every_line: arguments.live.full(),
    };
    let report =
        context.with_created(|warehouse| Ok(ingest_folder(warehouse, from, &options, &context.clock)?))?;
    Ok(Ended::Ingested(Box::new(report), None))
}

/// Says what was ingested.
pub(crate) fn tell(context: &Context, report: &IngestReport) {
    for note in &report.notes {
        context.talk(note);
    }
    for row in &report.collections {
        let reason = row.reason.as_deref().map_or_else(String::new, |reason| format!(" ({reason})"));
        let repeated = match row.repeated_count {
            0 => String::new(),
            count => format!(", {count} repeated"),
        };
        let unread = match row.unread_count {
            0 => String::new(),
            count => format!(", {count} unread"),
        };
        let changed = row.changed_count.map_or_else(String::new, |count| format!(", {count} changed"));
        let is_walk = row.reading == Reading::Walk;
        let empty = if is_walk && row.row_count == 0 && row.outcome == Outcome::Complete {
            ": the file has no record"
        } else {
            ""
        };
        context.talk(format!(
            "{}: {}{reason}, {}{changed}{repeated}{unread}{empty}",
            row.collection,
            row.outcome,
            counted(row.row_count, "row")
        ));
    }
    for (count, what, table) in [
        (report.rejection_count, "rejected row", "ingest_rejections"),
        (report.warning_count, "doubtful value", "ingest_warnings"),
    ] {
        if count > 0 {
            context.talk(format!(
                "{}, see {table} for snapshot {}",
                counted(count, what),
                report.snapshot.snapshot_id
            ));
        }
    }
    let snapshot = &report.snapshot;
    context.talk(format!(
        "snapshot {} of {} taken at {}",
        snapshot.snapshot_id, snapshot.source, snapshot.taken_at
    ));
}

/// Whether a collection was not read to its end. A window that was asked for is not a failure.
pub(crate) fn is_short(report: &IngestReport) -> bool {
    report.collections.iter().any(|row| !matches!(row.outcome, Outcome::Complete | Outcome::Bounded))
}

/// When a file was last written.
pub(crate) fn written_at(file: &Path) -> Result<String, CliError> {
    if file == Path::new("-") {
        return Err(CliError::usage(
            "--taken-at file uses the time of the file, and standard input has none",
        ));
    }
    let time = std::fs::metadata(file).and_then(|metadata| metadata.modified()).map_err(|error| {
        CliError::failure(format!("cannot read {}: {error}", file.display()))
            .hint("check the path; `-` reads standard input")
    })?;
    clock::utc(time).ok_or_else(|| {
        CliError::failure(format!("the time of {} is outside the calendar", file.display()))
            .hint("--taken-at 2026-12-31T06:00:00Z")
    })
}

fn or_else(given: Vec<String>, usual: &[String]) -> Vec<String> {
    if given.is_empty() { usual.to_vec() } else { given }
}

fn normalize(option: &str, time: Option<&str>) -> Result<Option<String>, CliError> {
    time.map(clock::normalize).transpose().map_err(|error| CliError::usage(format!("{option}: {error}")))
}
