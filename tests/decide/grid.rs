//! A sheet that people worked on: cells that are changed, then saved as a workbook or as CSV.

use std::path::Path;

use orgdrift::model::{Provenance, Words};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use crate::workbook::book::Book;

/// A cell as somebody left it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Put {
    Text(String),
    Number(f64),
    Date(u16, u8, u8),
    Truth(bool),
    Formula(&'static str, &'static str),
}

/// One sheet.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub(super) name: String,
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<Put>>,
    /// Lines above the header.
    pub(super) above: Vec<String>,
    /// First row, last row and column of a region, all from 0.
    pub(super) merged: Option<(u32, u32, u16)>,
    /// Whether lines are hidden by a filter.
    pub(super) is_filtered: bool,
}

impl Grid {
    /// A sheet of a workbook.
    pub(super) fn of(book: &Book, name: &str) -> Self {
        let sheet = book.sheet(name);
        let header = sheet.header();
        let rows = sheet
            .rows()
            .into_iter()
            .map(|row| header.iter().map(|column| Put::Text(row[column].clone())).collect());
        Self {
            rows: rows.collect(),
            name: name.to_owned(),
            header,
            above: Vec::new(),
            merged: None,
            is_filtered: false,
        }
    }

    pub(super) fn place(&self, column: &str) -> usize {
        self.header.iter().position(|name| name == column).unwrap_or_else(|| panic!("no column {column}"))
    }

    fn row_of(&self, key: &str) -> usize {
        let at = self.header.iter().position(|name| name == "Issue key" || name == "Account ID").unwrap();
        let at = self.header.iter().position(|name| name == "Issue key").unwrap_or(at);
        self.rows
            .iter()
            .position(|row| row[at] == Put::Text(key.to_owned()))
            .unwrap_or_else(|| panic!("no {key}"))
    }

    /// Fills a cell of the row of an issue.
    pub(super) fn put(&mut self, key: &str, column: &str, cell: Put) {
        let (row, at) = (self.row_of(key), self.place(column));
        self.rows[row][at] = cell;
    }

    pub(super) fn text(&mut self, key: &str, column: &str, text: &str) {
        self.put(key, column, Put::Text(text.to_owned()));
    }

    /// A copy of the row of an issue at the end.
    pub(super) fn copy_row(&mut self, key: &str) -> usize {
        let row = self.rows[self.row_of(key)].clone();
        self.rows.push(row);
        self.rows.len() - 1
    }

    pub(super) fn save(&self, path: &Path) {
        let mut workbook = Workbook::new();
        self.add_to(&mut workbook);
        workbook.save(path).unwrap();
    }

    pub(super) fn add_to(&self, workbook: &mut Workbook) {
        let sheet = workbook.add_worksheet();
        sheet.set_name(&self.name).unwrap();
        let date = Format::new().set_num_format("yyyy-mm-dd");
        for (row, text) in (0..).zip(&self.above) {
            sheet.write_string(row, 0, text).unwrap();
        }
        let top = u32::try_from(self.above.len()).unwrap();
        for (at, name) in (0..).zip(&self.header) {
            sheet.write_string(top, at, name).unwrap();
        }
        for (row, cells) in (top + 1..).zip(&self.rows) {
            if self.is_filtered && row % 2 == 0 {
                sheet.set_row_hidden(row).unwrap();
            }
            for (at, cell) in (0..).zip(cells) {
                let date_of = |year, month, day| ExcelDateTime::from_ymd(year, month, day).unwrap();
                let written = match cell {
                    Put::Text(text) if text.is_empty() => continue,
                    Put::Text(text) => sheet.write_string(row, at, text),
                    Put::Number(number) => sheet.write_number(row, at, *number),
                    Put::Truth(truth) => sheet.write_boolean(row, at, *truth),
                    Put::Date(year, month, day) => {
                        sheet.write_datetime_with_format(row, at, date_of(*year, *month, *day), &date)
                    }
                    Put::Formula(formula, shown) => {
                        sheet.write_formula(row, at, Formula::new(*formula).set_result(*shown))
                    }
                };
                written.unwrap();
            }
        }
        if let Some((first, last, column)) = self.merged {
            let text = match &self.rows[usize::try_from(first).unwrap() - 1][usize::from(column)] {
                Put::Text(text) => text.clone(),
                other => panic!("{other:?}"),
            };
            sheet.merge_range(first, column, last, column, &text, &Format::new()).unwrap();
        }
    }

    /// Saves the sheet as text, as a spreadsheet program does.
    pub(super) fn csv(&self, delimiter: u8) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(&self.header).unwrap();
        for row in &self.rows {
            let text = |cell: &Put| match cell {
                Put::Text(text) => text.clone(),
                Put::Number(number) => number.to_string(),
                Put::Truth(truth) => truth.to_string(),
                Put::Date(year, month, day) => format!("{year:04}-{month:02}-{day:02}"),
                Put::Formula(_, shown) => (*shown).to_owned(),
            };
            writer.write_record(row.iter().map(text)).unwrap();
        }
        writer.into_inner().unwrap()
    }

    /// Says that the row of an issue comes from elsewhere.
    pub(super) fn made_from(&mut self, key: &str, warehouse_id: &str, run_id: i64) {
        let made =
            Provenance { warehouse_id: warehouse_id.to_owned(), run_id, shown: Words::default().digest() };
        self.text(key, "Made from", &made.to_string());
    }
}
