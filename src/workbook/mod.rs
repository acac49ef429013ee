//! The workbook that support operations work from: one run as a spreadsheet, with its words, links and colours.
//!
//! The rows are those of `queries/workbook/`; here they are only laid out. Tables are written row by row into files that
//! have no name, so a workbook of a million rows needs little memory. The same run at the same time gives the same bytes.

mod formats;
mod read_me;
mod sheet;
mod tables;
mod text;
mod words;

use std::{io::BufWriter, path::Path};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::{
    clock::Clock,
    model::Provenance,
    safe_file::{Durability, FileError, Pending, Readers},
    warehouse::{
        RunRow, Warehouse, WarehouseError,
        workbook::{Scope, SheetRows},
    },
};
use formats::Formats;
use sheet::Table;
use words::Sayings;

/// Rows that a sheet of a spreadsheet holds below its header.
const ROWS_PER_SHEET: u32 = 1_048_575;

/// How hard the file is packed: the fastest level is a third larger and takes half the time.
const PACKING: u8 = 1;

/// What is to be written.
#[derive(Debug, Clone, Copy)]
pub struct WorkbookOptions<'o> {
    /// Only accounts of this owner; empty: those without one.
    pub owner: Option<&'o str>,
    /// Leave out names and addresses of users.
    pub is_redacted: bool,
    /// What the run does not know, a sentence each.
    pub gaps: &'o [String],
    /// A table of more rows than this continues on another sheet.
    pub rows_per_sheet: u32,
}

impl Default for WorkbookOptions<'_> {
    fn default() -> Self {
        Self { owner: None, is_redacted: false, gaps: &[], rows_per_sheet: ROWS_PER_SHEET }
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Accounts with issues.
    pub account_count: u64,
    /// Issues.
    pub issue_count: u64,
}

/// An error while a workbook is written. What stood under its name stays.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// The rows cannot be read.
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The library cannot write it.
    #[error("the workbook cannot be written")]
    Format(#[from] XlsxError),
}

/// Writes a run as a workbook, which only its owner may read.
///
/// # Errors
/// The warehouse, the disk.
pub fn write(
    warehouse: &Warehouse,
    run: &RunRow,
    options: &WorkbookOptions<'_>,
    clock: &Clock,
    path: &Path,
) -> Result<Written, WorkbookError> {
    let pending = Pending::beside(path, Readers::Owner)?;
    let mut workbook = Workbook::new();
    workbook.set_zip_compression_level(PACKING);
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        // The rows wait there under no name.
        workbook.set_tempdir(folder)?;
    }
    let now = clock.now();
    let made_at = ExcelDateTime::parse_from_str(now.trim_end_matches('Z'))?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title("Customer data drift")
            .set_author("orgdrift")
            .set_creation_datetime(&made_at),
    );
    let (formats, words) = (Formats::new(), Sayings::new());
    let scope = Scope { run_id: run.run_id, owner: options.owner, is_redacted: options.is_redacted };
    let warehouse_id = warehouse.sheet_identity()?;
    let made_from = Provenance { warehouse_id, run_id: run.run_id, shown: String::new() };
    let plan = warehouse.plan_of_run(run.run_id)?;
    read_me::write(&mut workbook, warehouse, run, options, plan.as_ref(), &now, &formats)?;
    let mut table = |name, columns, frozen, rows| {
        let rows_per_sheet = options.rows_per_sheet;
        let (formats, words, made_from) = (&formats, &words, &made_from);
        let table = Table { name, columns, frozen, formats, words, rows_per_sheet, made_from };
        table.fill(&mut workbook, warehouse.sheet_rows(rows, &scope)?)
    };
    let kept = warehouse.kept_columns(run.salesforce_snapshot_id)?;
    let account_count = table("Accounts", tables::accounts(&kept), 1, SheetRows::Accounts)?;
    let issue_count = table("Issues", tables::issues(options.is_redacted), 1, SheetRows::Issues)?;
    table("Causes", tables::causes(), 3, SheetRows::Causes)?;
    let rows = plan.map_or(SheetRows::Prepared, |plan| SheetRows::Plan { plan_id: plan.plan_id });
    table("Plan", tables::plan(options.is_redacted), 3, rows)?;
    table("Data to fix", tables::data_to_fix(), 0, SheetRows::DataToFix)?;
    workbook.save_to_writer(BufWriter::new(pending.file()))?;
    pending.replace(Durability::Synced)?;
    Ok(Written { account_count, issue_count })
}
