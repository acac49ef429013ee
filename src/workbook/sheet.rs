//! One table on as many sheets as it needs, written row by row.

use std::sync::{Mutex, PoisonError};

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Workbook, Worksheet,
};

use super::{
    WorkbookError,
    cell::{Into, Kind, look_of, said, text_of},
    formats::Formats,
    text::shown,
    words::Sayings,
};
use crate::{
    model::{Decision, Provenance, Words},
    output::unneutral,
    warehouse::{Cell, Rows},
};

/// The height of a line, of the header, and the most that a row may have, in points.
const LINE: f64 = 15.0;
const HEADER: f64 = 32.0;
const HIGHEST: f64 = 405.0;

/// One column of a table.
pub(super) struct Column {
    /// The column of the rows; of a kept column its name in the account file.
    pub(super) name: String,
    /// The text of its header.
    pub(super) title: String,
    /// Its width in characters.
    pub(super) width: f64,
    /// How it is shown.
    pub(super) kind: Kind,
}

/// A column of a table of ours.
pub(super) fn column(name: &str, title: &str, width: f64, kind: Kind) -> Column {
    Column { name: name.to_owned(), title: title.to_owned(), width, kind }
}

/// A table that is to be written.
pub(super) struct Table<'t> {
    /// The name of its sheet; a further one ends in 2, 3 and so on.
    pub(super) name: &'static str,
    pub(super) columns: Vec<Column>,
    /// Columns that stay in view.
    pub(super) frozen: u16,
    pub(super) formats: &'t Formats,
    pub(super) words: &'t Sayings,
    /// Rows of a sheet below its header.
    pub(super) rows_per_sheet: u32,
    /// The warehouse and the run, for the way back.
    pub(super) made_from: &'t Provenance,
}

/// Where the columns of a table stand in the rows.
struct Places {
    of_column: Vec<Option<usize>>,
    of_other: Vec<Option<usize>>,
    kept: Option<usize>,
    /// Of decision, until, assignee and note.
    fields: [Option<usize>; 4],
}

impl Table<'_> {
    /// Writes every row, and shows it to `see`. Returns the sheets in their order, and how many rows there were.
    pub(super) fn fill(
        self,
        workbook: &Mutex<&mut Workbook>,
        rows: Rows<'_>,
        mut see: impl FnMut(&[Cell<'_>]),
    ) -> Result<(Vec<Worksheet>, u64), WorkbookError> {
        let places = self.places(rows.columns());
        let mut full = Vec::new();
        let (mut sheet, mut in_sheet) = (self.begin(workbook, 1)?, 0);
        let read = rows.for_each(|cells| {
            if in_sheet == self.rows_per_sheet {
                let next = self.begin(workbook, full.len() + 2)?;
                full.push(self.finish(std::mem::replace(&mut sheet, next), in_sheet)?);
                in_sheet = 0;
            }
            in_sheet += 1;
            see(cells);
            self.row(&mut sheet, in_sheet, cells, &places)
        })?;
        full.push(self.finish(sheet, in_sheet)?);
        Ok((full, read.count))
    }

    fn places(&self, names: &[String]) -> Places {
        let at = |name: &str| names.iter().position(|known| known == name);
        let other = |column: &Column| match column.kind {
            Kind::Link(other) | Kind::SaidUnless(_, other) => at(other),
            _ => None,
        };
        Places {
            of_column: self.columns.iter().map(|column| at(&column.name)).collect(),
            of_other: self.columns.iter().map(other).collect(),
            kept: at("kept"),
            fields: ["decision", "until_on", "assignee", "note"].map(at),
        }
    }

    fn begin(&self, workbook: &Mutex<&mut Workbook>, number: usize) -> Result<Worksheet, WorkbookError> {
        // A panic of another thread ends the program in any case.
        let mut sheet =
            workbook.lock().unwrap_or_else(PoisonError::into_inner).new_worksheet_with_constant_memory()?;
        sheet.set_name(if number == 1 { self.name.to_owned() } else { format!("{} {number}", self.name) })?;
        sheet.set_freeze_panes(1, self.frozen)?;
        sheet.set_landscape().set_paper_size(8).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        sheet.set_footer("&L&A&RPage &P of &N");
        sheet.set_default_row_height(HEADER);
        for (at, column) in (0..).zip(&self.columns) {
            sheet.set_column_width(at, column.width)?;
            if let Some(look) = look_of(column.kind, self.formats) {
                sheet.set_column_format(at, look)?;
            }
            if matches!(column.kind, Kind::Hidden | Kind::MadeFrom) {
                sheet.set_column_hidden(at)?;
            }
            let format = match column.kind {
                Kind::Input | Kind::InputDate | Kind::InputDecision => &self.formats.input_header,
                _ => &self.formats.header,
            };
            sheet.write_string_with_format(0, at, shown(&column.title), format)?;
        }
        Ok(sheet)
    }

    /// Sets what concerns a whole sheet, whose length is known now.
    fn finish(&self, mut sheet: Worksheet, rows: u32) -> Result<Worksheet, WorkbookError> {
        let last = u16::try_from(self.columns.len().max(1) - 1).unwrap_or(u16::MAX);
        begin_row(&mut sheet, rows + 1, LINE)?;
        sheet.autofilter(0, 0, rows, last)?;
        for (at, column) in (0..).zip(&self.columns) {
            let validation = match column.kind {
                Kind::InputDecision => decision_list()?,
                Kind::InputDate => date_rule()?,
                _ => continue,
            };
            if rows > 0 {
                sheet.add_data_validation(1, at, rows, at, &validation)?;
            }
        }
        Ok(sheet)
    }

    /// What the fields for people hold when the sheet is made: a row whose fields still say so says nothing new.
    fn made_from(&self, cells: &[Cell<'_>], places: &Places) -> String {
        let field = |at: usize| {
            places.fields[at]
                .map_or_else(String::new, |place| unneutral(&shown(&text_of(cells[place]))).to_owned())
        };
        let words = Words { decision: field(0), until: field(1), assignee: field(2), note: field(3) };
        Provenance { shown: words.digest(), ..self.made_from.clone() }.to_string()
    }

    /// Not every program works out the height that wrapped texts need.
    fn height(&self, cells: &[Cell<'_>], places: &Places) -> f64 {
        let lines = self.columns.iter().enumerate().map(|(at, column)| {
            let cell = places.of_column[at].map_or(Cell::Null, |place| cells[place]);
            let other = places.of_other[at].map_or(Cell::Null, |place| cells[place]);
            match column.kind {
                Kind::Name | Kind::Text | Kind::Lines | Kind::Input => lines_of(&text_of(cell), column.width),
                Kind::Said(saying) => lines_of(&said(saying, self.words, &text_of(cell)), column.width),
                Kind::SaidUnless(saying, _) => match other {
                    Cell::Null => lines_of(&said(saying, self.words, &text_of(cell)), column.width),
                    other => lines_of(&text_of(other), column.width),
                },
                _ => 1,
            }
        });
        (f64::from(lines.max().unwrap_or(1)) * LINE).min(HIGHEST)
    }

    fn row(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        cells: &[Cell<'_>],
        places: &Places,
    ) -> Result<(), WorkbookError> {
        begin_row(sheet, row, self.height(cells, places))?;
        let kept = self.columns.iter().any(|column| matches!(column.kind, Kind::Kept));
        let kept = if kept { kept_values(places.kept.map(|at| cells[at])) } else { None };
        for (at, column) in (0..).zip(&self.columns) {
            let index = usize::from(at);
            let cell = places.of_column[index].map_or(Cell::Null, |place| cells[place]);
            let other = places.of_other[index].map_or(Cell::Null, |place| cells[place]);
            let into = Into { sheet: &mut *sheet, row, column: at, formats: self.formats };
            if matches!(column.kind, Kind::MadeFrom) {
                into.text(&self.made_from(cells, places))?;
            } else if matches!(column.kind, Kind::Kept) {
                let value = kept.as_ref().and_then(|kept| kept.get(&column.name));
                into.text(&value.map(kept_text).unwrap_or_default())?;
            } else {
                into.cell(column.kind, cell, other, self.words)?;
            }
        }
        Ok(())
    }
}

/// Begins a row of some height, by which the row before it is written.
///
/// A height that is set for one row is kept until the sheet is saved, with half a kilobyte beside it, and makes the last row
/// appear twice. The height of all rows is used when a row is written, and kept nowhere.
fn begin_row(sheet: &mut Worksheet, row: u32, height: f64) -> Result<(), WorkbookError> {
    sheet.write_boolean(row, 0, true)?;
    sheet.clear_cell(row, 0);
    sheet.set_default_row_height(height);
    Ok(())
}

/// How many lines a text needs in a column, whose width is in digits: most letters are narrower.
fn lines_of(text: &str, width: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "widths are small and positive"
    )]
    let per_line = width.max(1.0) as usize;
    // No text has more letters than bytes.
    if text.len() <= per_line && !text.contains('\n') {
        return 1;
    }
    let lines: usize = text.split('\n').map(|line| line.chars().count().div_ceil(per_line).max(1)).sum();
    u32::try_from(lines).unwrap_or(u32::MAX)
}

fn kept_values(cell: Option<Cell<'_>>) -> Option<serde_json::Map<String, serde_json::Value>> {
    match cell {
        Some(Cell::Text(json)) => serde_json::from_str(json).ok(),
        _ => None,
    }
}

/// Several values of one column stand side by side.
fn kept_text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(values) => values.iter().map(kept_text).collect::<Vec<_>>().join(", "),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn decision_list() -> Result<DataValidation, WorkbookError> {
    Ok(DataValidation::new()
        .allow_list_strings(&Decision::ALL.iter().map(|decision| decision.as_str()).collect::<Vec<_>>())?
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title("Not a decision")?
        .set_error_message("Choose fix, skip, suppress or accept_risk, or leave the cell empty.")?
        .set_input_title("Decision")?
        .set_input_message(
            "fix: approve the repair (Status prepared only)\nskip: in no plan\nsuppress: nothing to do until a date; \
             needs Until and Note\naccept_risk: needs Note",
        )?)
}

fn date_rule() -> Result<DataValidation, WorkbookError> {
    let first = ExcelDateTime::from_ymd(2000, 1, 1)?;
    Ok(DataValidation::new()
        .allow_date(DataValidationRule::GreaterThanOrEqualTo(first))
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title("Not a date")?
        .set_error_message("Enter a date, such as 2026-12-31.")?
        .set_input_title("Until")?
        .set_input_message("The last day on which nothing needs to be done. For suppress only.")?)
}
