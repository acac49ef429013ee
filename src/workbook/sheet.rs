//! One table on as many sheets as it needs, written row by row.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format, Formula, Workbook,
    Worksheet,
};

use super::{
    WorkbookError,
    formats::Formats,
    text::{shown, shown_lines},
    words::{Sayings, Word},
};
use crate::{
    model::{Decision, Provenance, Words},
    output::unneutral,
    warehouse::{Cell, Rows},
};

/// What stands where a record has no name.
const NO_NAME: &str = "(no name)";

/// The height of a line, and the most that a row may have, in points.
const LINE: f64 = 15.0;
const HIGHEST: f64 = 405.0;

/// What makes the words of a cell.
type Saying = fn(&Sayings, &str) -> String;

/// How a column is shown.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// The name of a record, which may be blank.
    Name,
    /// A text.
    Text,
    /// A text of several lines.
    Lines,
    /// A code or reason, said in words.
    Said(Saying),
    /// The same, unless another column says it already.
    SaidUnless(Saying, &'static str),
    /// A count.
    Number,
    /// A whole number of hundredths.
    Percent,
    /// An ISO-8601 date.
    Date,
    /// One of a few words, each with its colour.
    Word(&'static [Word]),
    /// An address; the cell shows the id of another column.
    Link(&'static str),
    /// An address; the cell shows a fixed text.
    LinkNamed(&'static str),
    /// A field for people, with what it holds already.
    Input,
    /// A field for a date.
    InputDate,
    /// A field for a decision.
    InputDecision,
    /// What the way back needs and nobody reads.
    Hidden,
    /// Where the row comes from and what its fields held, for the way back.
    MadeFrom,
    /// One of the columns that were kept of the account file.
    Kept,
}

/// One column of a table.
pub(super) struct Column {
    /// The column of the rows; of a kept column its name in the account file.
    pub(super) name: String,
    /// What its header says.
    pub(super) title: String,
    /// In letters.
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
    /// Writes every row and returns how many there were.
    pub(super) fn fill(self, workbook: &mut Workbook, rows: Rows<'_>) -> Result<u64, WorkbookError> {
        let places = self.places(rows.columns());
        let mut sheet = self.begin(workbook, 1)?;
        let (mut sheets, mut in_sheet) = (1, 0);
        let read = rows.for_each(|cells| {
            if in_sheet == self.rows_per_sheet {
                sheets += 1;
                let full = std::mem::replace(&mut sheet, self.begin(workbook, sheets)?);
                self.finish(workbook, full, in_sheet)?;
                in_sheet = 0;
            }
            in_sheet += 1;
            self.row(&mut sheet, in_sheet, cells, &places)
        })?;
        self.finish(workbook, sheet, in_sheet)?;
        Ok(read.count)
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

    fn begin(&self, workbook: &mut Workbook, number: u32) -> Result<Worksheet, WorkbookError> {
        let mut sheet = workbook.new_worksheet_with_constant_memory()?;
        sheet.set_name(if number == 1 { self.name.to_owned() } else { format!("{} {number}", self.name) })?;
        sheet.set_freeze_panes(1, self.frozen)?;
        sheet.set_landscape().set_paper_size(8).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        sheet.set_footer("&L&A&RPage &P of &N");
        sheet.set_row_height(0, 32)?;
        for (at, column) in (0..).zip(&self.columns) {
            sheet.set_column_width(at, column.width)?;
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

    /// What holds for the whole of a sheet, whose length is known now.
    fn finish(&self, workbook: &mut Workbook, mut sheet: Worksheet, rows: u32) -> Result<(), WorkbookError> {
        let last = u16::try_from(self.columns.len().max(1) - 1).unwrap_or(u16::MAX);
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
        workbook.push_worksheet(sheet);
        Ok(())
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
        // In constant memory, the height of a row is known before its cells are written.
        let height = self.height(cells, places);
        if height > LINE {
            sheet.set_row_height(row, height)?;
        }
        let kept = self.columns.iter().any(|column| matches!(column.kind, Kind::Kept));
        let kept = if kept { kept_values(places.kept.map(|at| cells[at])) } else { None };
        for (at, column) in (0..).zip(&self.columns) {
            let index = usize::from(at);
            let cell = places.of_column[index].map_or(Cell::Null, |place| cells[place]);
            let other = places.of_other[index].map_or(Cell::Null, |place| cells[place]);
            let into = Into { sheet: &mut *sheet, row, column: at, formats: self.formats };
            if matches!(column.kind, Kind::MadeFrom) {
                into.text(&self.made_from(cells, places), &self.formats.text)?;
            } else if matches!(column.kind, Kind::Kept) {
                let value = kept.as_ref().and_then(|kept| kept.get(&column.name));
                into.text(&value.map(kept_text).unwrap_or_default(), &self.formats.wrapped)?;
            } else {
                into.cell(column.kind, cell, other, self.words)?;
            }
        }
        Ok(())
    }
}

/// How many lines a text needs in a column, whose width is in digits: most letters are narrower.
fn lines_of(text: &str, width: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "widths are small and positive"
    )]
    let per_line = width.max(1.0) as usize;
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

/// One cell to be written.
struct Into<'i> {
    sheet: &'i mut Worksheet,
    row: u32,
    column: u16,
    formats: &'i Formats,
}

impl Into<'_> {
    fn cell(self, kind: Kind, cell: Cell<'_>, other: Cell<'_>, words: &Sayings) -> Result<(), WorkbookError> {
        let formats = self.formats;
        let text = text_of(cell);
        match kind {
            Kind::Name if text.trim().is_empty() => self.text(NO_NAME, &formats.wrapped),
            Kind::Hidden | Kind::MadeFrom => self.text(&text, &formats.text),
            Kind::Name | Kind::Text | Kind::Kept => self.text(&text, &formats.wrapped),
            Kind::Lines => self.lines(&text),
            Kind::Said(saying) => self.lines(&said(saying, words, &text)),
            Kind::SaidUnless(saying, _) => match other {
                Cell::Null => self.lines(&said(saying, words, &text)),
                other => self.text(&text_of(other), &formats.wrapped),
            },
            Kind::Number => self.number(cell, &formats.number),
            Kind::Percent => self.number(cell, &formats.percent),
            Kind::Date => self.date(&text, &formats.date),
            Kind::InputDate => self.date(&text, &formats.input_date),
            Kind::Word(known) => match known.iter().find(|word| word.stored == text) {
                Some(word) => self.text(word.shown, formats.tone(word.tone)),
                None => self.text(&text, &formats.text),
            },
            Kind::Link(_) => self.link(&text, &text_of(other)),
            Kind::LinkNamed(label) => self.link(&text, if text.is_empty() { "" } else { label }),
            Kind::Input | Kind::InputDecision => self.text(&text, &formats.input),
        }
    }

    fn text(self, text: &str, format: &Format) -> Result<(), WorkbookError> {
        // A third of all cells are empty, and those that nobody fills in look alike whether they are written or not.
        if text.is_empty() && !self.is_field(format) {
            return Ok(());
        }
        self.sheet.write_string_with_format(self.row, self.column, shown(text), format)?;
        Ok(())
    }

    fn lines(self, text: &str) -> Result<(), WorkbookError> {
        if text.is_empty() {
            return Ok(());
        }
        let format = &self.formats.wrapped;
        self.sheet.write_string_with_format(self.row, self.column, shown_lines(text), format)?;
        Ok(())
    }

    /// Whether cells of the format are fields for people, which have a colour of their own.
    fn is_field(&self, format: &Format) -> bool {
        [&self.formats.input, &self.formats.input_date].into_iter().any(|field| std::ptr::eq(field, format))
    }

    fn number(self, cell: Cell<'_>, format: &Format) -> Result<(), WorkbookError> {
        match cell {
            // Counts fit into the 53 bits of a number of a spreadsheet.
            #[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
            Cell::Integer(number) => {
                self.sheet.write_number_with_format(self.row, self.column, number as f64, format)?;
                Ok(())
            }
            other => self.text(&text_of(other), format),
        }
    }

    fn date(self, text: &str, format: &Format) -> Result<(), WorkbookError> {
        match ExcelDateTime::parse_from_str(text) {
            Ok(date) if !text.is_empty() => {
                self.sheet.write_datetime_with_format(self.row, self.column, &date, format)?;
                Ok(())
            }
            _ => self.text(text, format),
        }
    }

    /// A formula, of ids alone: a sheet takes no more than 65,530 links of the other kind.
    fn link(self, url: &str, label: &str) -> Result<(), WorkbookError> {
        if url.is_empty() || !is_safe_in_a_formula(url) || !is_safe_in_a_formula(label) {
            let format = &self.formats.text;
            return self.text(label, format);
        }
        let formula = Formula::new(format!("=HYPERLINK(\"{url}\",\"{label}\")")).set_result(label);
        self.sheet.write_formula_with_format(self.row, self.column, formula, &self.formats.link)?;
        Ok(())
    }
}

fn said(saying: Saying, words: &Sayings, text: &str) -> String {
    if text.is_empty() { String::new() } else { saying(words, text) }
}

/// Addresses are made of a subdomain and ids; a warehouse from elsewhere may hold anything.
fn is_safe_in_a_formula(text: &str) -> bool {
    let is_safe = |character: char| character.is_ascii_alphanumeric() || " :/.-_?=&%".contains(character);
    text.len() <= 255 && text.chars().all(is_safe)
}

fn text_of(cell: Cell<'_>) -> std::borrow::Cow<'_, str> {
    match cell {
        Cell::Null => "".into(),
        Cell::Integer(integer) => integer.to_string().into(),
        Cell::Real(real) => real.to_string().into(),
        Cell::Text(text) => text.into(),
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
