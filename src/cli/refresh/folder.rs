//! The dated folder: everything is written under another name, then it appears.

use std::{fmt::Write as _, path::Path};

use crate::{
    audit::AuditReport,
    cli::shared::{context::Context, error::CliError, runs, triage},
    output::{self, CsvStyle, Format},
    report::{self, ReportOptions},
    safe_file::{self, Readers},
    safe_folder::PendingFolder,
    warehouse::{
        Filter, Rows, Value, Warehouse,
        diff::{self, RunPair, only_drift},
        nouns::{EXCEPTIONS, FilterName},
    },
    workbook::{self, WorkbookOptions},
};

/// The triage rows.
const TRIAGE_FILE: &str = "exceptions_by_account.csv";

/// The issues that differ from those of the run before.
const CHANGES_FILE: &str = "changes.csv";

/// The workbook.
const WORKBOOK_FILE: &str = "drift_workbook.xlsx";

/// The page.
const REPORT_FILE: &str = "report.html";

/// What to read first.
const SUMMARY_FILE: &str = "summary.md";

/// What was written.
pub(super) struct Made {
    /// Where it is.
    pub(super) folder: String,
    /// Names inside it.
    pub(super) files: Vec<&'static str>,
}

/// Writes everything about a run into a new folder of the day.
pub(super) fn write(
    context: &Context,
    warehouse: &Warehouse,
    audited: &AuditReport,
    ended_batch: Option<&str>,
    parent: &Path,
) -> Result<Made, CliError> {
    let pending = PendingFolder::inside(parent)?;
    let at = |name: &str| pending.path().join(name);
    let run = &audited.run;
    let gaps = warehouse.gaps(run.run_id)?;
    let mut files = vec![SUMMARY_FILE, REPORT_FILE, TRIAGE_FILE, WORKBOOK_FILE];
    let kept = warehouse.kept_columns(run.salesforce_snapshot_id)?;
    let of_run: Vec<Filter> = EXCEPTIONS
        .condition(FilterName::Run)
        .map(|condition| Filter { condition, value: Value::Integer(run.run_id) })
        .into_iter()
        .collect();
    let select = triage::with_kept(EXCEPTIONS.select, &kept);
    write_rows(&at(TRIAGE_FILE), warehouse.rows(&select, &of_run, EXCEPTIONS.order_by, None)?)?;
    triage::write_coverage(&triage::coverage_file(&at(TRIAGE_FILE)), run, &gaps)?;
    if let Some(pair) = compared(warehouse, audited)? {
        let rows = warehouse.issue_differences(&pair, &diff::ISSUES, &[only_drift()], None)?;
        write_rows(&at(CHANGES_FILE), rows)?;
        files.push(CHANGES_FILE);
    }
    let gap_lines = runs::gap_lines(run.run_id, &gaps);
    let options = WorkbookOptions { gaps: &gap_lines, ..WorkbookOptions::default() };
    workbook::write(warehouse, run, &options, &context.clock, &at(WORKBOOK_FILE))?;
    let options = ReportOptions { with_people: false, gaps: &gap_lines };
    let page = report::html(warehouse, run, &options, &context.clock)?;
    safe_file::write_text(&at(REPORT_FILE), Readers::Owner, &page)?;
    let mut summary = report::markdown(warehouse, run, &options, &context.clock)?;
    if let Some(said) = ended_batch {
        let _ = writeln!(summary, "\n**To look at:** {said}.");
    }
    safe_file::write_text(&at(SUMMARY_FILE), Readers::Owner, &summary)?;
    let folder = pending.publish(&context.clock.today())?;
    Ok(Made { folder: folder.display().to_string(), files })
}

/// The run before this one that it can be compared with.
fn compared(warehouse: &Warehouse, report: &AuditReport) -> Result<Option<RunPair>, CliError> {
    let Some(previous) = report.previous_run_id else { return Ok(None) };
    let old = warehouse.run(Some(previous))?;
    Ok(old.map(|old| RunPair { old, new: report.run.clone() }))
}

fn write_rows(path: &Path, rows: Rows<'_>) -> Result<(), CliError> {
    let style = CsvStyle { is_file: true, is_raw: false };
    safe_file::write(path, Readers::Owner, |out| output::write_rows(rows, Format::Csv(style), out))?;
    Ok(())
}
