//! The workbook that support operations work from: one run as a spreadsheet, with its words, links and colours.
//!
//! The rows are those of `queries/workbook/`; here they are only laid out. Tables are written row by row into files that
//! have no name, so a workbook of a million rows needs little memory. Issues are written beside the other sheets, on a
//! thread and a connection of their own. The same run at the same time gives the same bytes.

mod cell;
mod formats;
mod read_me;
mod sheet;
mod tables;
mod text;
mod words;

use std::{io::BufWriter, panic, path::Path, sync::Mutex, thread};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use crate::{
    clock::Clock,
    model::Provenance,
    safe_file::{Durability, FileError, Pending, Readers},
    warehouse::{
        Cell, RunRow, Warehouse, WarehouseError,
        affected::CauseShare,
        workbook::{PlanOfRun, Scope, SheetRows},
    },
};
use formats::Formats;
use sheet::{Column, Table};
use words::Sayings;

/// Rows of a sheet below its header: one less than a spreadsheet holds, since a row is written when the next one begins.
const ROWS_PER_SHEET: u32 = 1_048_574;

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

/// An error while a workbook is written. A file that already has its name is kept.
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
        // The rows wait there in a file without a name.
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
    let formats = Formats::new();
    formats.enumerate(&mut workbook)?;
    let plan = warehouse.plan_of_run(run.run_id)?;
    let made_from =
        Provenance { warehouse_id: warehouse.sheet_identity()?, run_id: run.run_id, shown: String::new() };
    let kept = warehouse.kept_columns(run.salesforce_snapshot_id)?;
    let tables = Tables {
        workbook: Mutex::new(&mut workbook),
        formats: &formats,
        words: &Sayings::new(),
        made_from: &made_from,
        scope: Scope { run_id: run.run_id, owner: options.owner, is_redacted: options.is_redacted },
        rows_per_sheet: options.rows_per_sheet,
    };
    let (beside, reader) = (warehouse.sheet_reader()?, warehouse.sheet_reader()?);
    let (tables, kept) = (&tables, &kept);
    let (sheets, written) = thread::scope(|scope| {
        let issues = scope.spawn(move || tables.issues(&beside));
        let (accounts, account_count) = tables.accounts(&reader, kept)?;
        let (others, causes) = tables.others(&reader, plan.as_ref())?;
        let read_me = read_me::write(&reader, run, options, plan.as_ref(), causes, &now, &formats)?;
        let (issues, issue_count) = issues.join().unwrap_or_else(|panic| panic::resume_unwind(panic))?;
        let sheets: Vec<_> = [vec![read_me], accounts, issues, others].into_iter().flatten().collect();
        Ok::<_, WorkbookError>((sheets, Written { account_count, issue_count }))
    })?;
    for sheet in sheets {
        workbook.push_worksheet(sheet);
    }
    workbook.save_to_writer(BufWriter::new(pending.file()))?;
    pending.replace(Durability::Synced)?;
    Ok(written)
}

/// What all tables have in common.
struct Tables<'t> {
    workbook: Mutex<&'t mut Workbook>,
    formats: &'t Formats,
    words: &'t Sayings,
    made_from: &'t Provenance,
    scope: Scope<'t>,
    rows_per_sheet: u32,
}

impl Tables<'_> {
    /// Writes the accounts. Returns how many there are, too.
    fn accounts(&self, reader: &Warehouse, kept: &[String]) -> Result<(Vec<Worksheet>, u64), WorkbookError> {
        let rows = reader.sheet_rows(SheetRows::Accounts, &self.scope)?;
        self.table("Accounts", tables::accounts(kept), 1).fill(&self.workbook, rows, |_| ())
    }

    /// Writes the issues. Returns how many there are, too.
    fn issues(&self, reader: &Warehouse) -> Result<(Vec<Worksheet>, u64), WorkbookError> {
        let rows = reader.sheet_rows(SheetRows::Issues, &self.scope)?;
        let columns = tables::issues(self.scope.is_redacted);
        self.table("Issues", columns, 1).fill(&self.workbook, rows, |_| ())
    }

    /// Writes the sheets behind them. Returns how many findings hang on the first causes, too, which would take as long
    /// again to be counted by itself.
    fn others(
        &self,
        reader: &Warehouse,
        plan: Option<&PlanOfRun>,
    ) -> Result<(Vec<Worksheet>, CauseShare), WorkbookError> {
        let mut share = CauseShare::default();
        let rows = reader.sheet_rows(SheetRows::Causes, &self.scope)?;
        let counts = rows.columns().iter().position(|name| name == "issue_count");
        let (mut sheets, _) =
            self.table("Causes", tables::causes(), 3).fill(&self.workbook, rows, |cells| {
                if let Some(&Cell::Integer(count)) = counts.and_then(|at| cells.get(at)) {
                    share.add(count, read_me::COUNTED_CAUSES);
                }
            })?;
        let planned = plan.map_or(SheetRows::Prepared, |plan| SheetRows::Plan { plan_id: plan.plan_id });
        let rows = reader.sheet_rows(planned, &self.scope)?;
        let columns = tables::plan(self.scope.is_redacted);
        sheets.extend(self.table("Plan", columns, 3).fill(&self.workbook, rows, |_| ())?.0);
        let rows = reader.sheet_rows(SheetRows::DataToFix, &self.scope)?;
        let table = self.table("Data to fix", tables::data_to_fix(), 0);
        sheets.extend(table.fill(&self.workbook, rows, |_| ())?.0);
        Ok((sheets, share))
    }

    fn table(&self, name: &'static str, columns: Vec<Column>, frozen: u16) -> Table<'_> {
        let &Self { formats, words, made_from, rows_per_sheet, .. } = self;
        Table { name, columns, frozen, formats, words, rows_per_sheet, made_from }
    }
}
