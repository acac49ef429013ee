//! A workbook as calamine reads it, and as a spreadsheet program saves it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use calamine::{Data, Range, Reader, Xlsx, open_workbook};

use crate::common::bench::Bench;

/// Every sheet: its cells, its formulas.
pub(crate) struct Book {
    sheets: Vec<(String, Range<Data>, Range<String>)>,
}

/// A sheet with a header.
pub(crate) struct Sheet<'b> {
    cells: &'b Range<Data>,
    formulas: &'b Range<String>,
}

impl Book {
    pub(crate) fn read(path: &Path) -> Self {
        let mut workbook: Xlsx<_> = open_workbook(path).unwrap();
        let sheets = workbook.sheet_names().into_iter().map(|name| {
            let cells = workbook.worksheet_range(&name).unwrap();
            let formulas = workbook.worksheet_formula(&name).unwrap();
            (name, cells, formulas)
        });
        Self { sheets: sheets.collect() }
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.sheets.iter().map(|(name, ..)| name.as_str()).collect()
    }

    pub(crate) fn sheet(&self, name: &str) -> Sheet<'_> {
        let (_, cells, formulas) = self.sheets.iter().find(|(known, ..)| known == name).unwrap();
        Sheet { cells, formulas }
    }

    /// Every filled cell of a sheet, row by row.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.sheet(name).cells.used_cells().map(|(.., cell)| text(cell)).collect()
    }

    /// Every cell of every sheet, and every formula.
    pub(crate) fn all_texts(&self) -> String {
        let mut texts = Vec::new();
        for (name, _, formulas) in &self.sheets {
            texts.extend(self.texts(name));
            texts.extend(formulas.used_cells().map(|(.., formula)| formula.clone()));
        }
        texts.join("\n")
    }
}

impl Sheet<'_> {
    /// The names of the columns.
    pub(crate) fn header(&self) -> Vec<String> {
        self.cells.rows().next().unwrap().iter().map(text).collect()
    }

    fn place(&self, column: &str) -> usize {
        self.header().iter().position(|name| name == column).unwrap_or_else(|| panic!("no column {column}"))
    }

    /// The cells of a column below its header.
    pub(crate) fn column(&self, name: &str) -> Vec<String> {
        let at = self.place(name);
        self.cells.rows().skip(1).map(|row| text(&row[at])).collect()
    }

    /// Every row below the header, by column.
    pub(crate) fn rows(&self) -> Vec<BTreeMap<String, String>> {
        let header = self.header();
        let named = |row: &[Data]| header.iter().cloned().zip(row.iter().map(text)).collect();
        self.cells.rows().skip(1).map(named).collect()
    }

    /// The row that holds a value in a column.
    pub(crate) fn row(&self, column: &str, value: &str) -> BTreeMap<String, String> {
        self.rows().into_iter().find(|row| row[column] == value).unwrap_or_else(|| panic!("no row {value}"))
    }

    /// The formula in a column of the row with that number, from 0.
    pub(crate) fn formula(&self, column: &str, row: u32) -> String {
        let at = u32::try_from(self.place(column)).unwrap();
        self.formulas.get_value((row + 1, at)).cloned().unwrap_or_default()
    }
}

/// A cell as people read it.
pub(crate) fn text(cell: &Data) -> String {
    match cell {
        Data::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => other.to_string(),
    }
}

/// The same workbook opened and saved by a spreadsheet program; none where that is not installed.
pub(crate) fn resaved(bench: &Bench, name: &str) -> Option<Book> {
    let folder = bench.path("saved");
    if !saved_as(bench, name, "xlsx:Calc MS Excel 2007 XML") {
        return None;
    }
    Some(Book::read(&folder.join(name)))
}

/// Saves a file of the bench in another form, into its folder `saved`. False where no such program is installed.
pub(crate) fn saved_as(bench: &Bench, name: &str, form: &str) -> bool {
    let folder = bench.path("saved");
    let profile = format!("-env:UserInstallation=file://{}", bench.path("profile").display());
    let ran = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", form, "--outdir"])
        .arg(&folder)
        .arg(bench.path(name))
        .output();
    let Ok(output) = ran else {
        eprintln!("SKIPPED: there is no soffice on this machine, so no spreadsheet program opened {name}");
        return false;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    true
}
