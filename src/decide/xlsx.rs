//! A workbook that came back.

use std::{io::Cursor, path::Path};

use calamine::{Data, Range, Reader, Xlsx, XlsxError};

use super::{
    DecideError, Fault,
    cells::{Content, Header, Heading},
    row::{Place, Table},
};

/// Lines that may stand above the header.
const ABOVE_HEADER: usize = 10;

/// Days of a serial number that is a date, from 2000 to 2100: a number typed as 20261231 is not.
const SERIAL_DATES: std::ops::Range<f64> = 36_526.0..73_051.0;

pub(super) fn read(path: &Path, bytes: Vec<u8>) -> Result<Table, DecideError> {
    let form = |what: &str| DecideError::Form { path: path.to_owned(), what: what.to_owned() };
    let broken = |_: XlsxError| form("is not a readable workbook");
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let mut table = Table::default();
    let mut has_issues = false;
    for name in workbook.sheet_names() {
        let cells = workbook.worksheet_range(&name).map_err(broken)?;
        let (first_line, _) = cells.start().unwrap_or_default();
        let place = |at: usize| Place {
            sheet: Some(name.clone()),
            line: u64::from(first_line) + u64::try_from(at).unwrap_or(0) + 1,
        };
        let Some((at, header)) = header_of(&cells, &place, &mut table) else { continue };
        has_issues = true;
        let formulas = workbook.worksheet_formula(&name).map_err(broken)?;
        formulas_in_fields(&formulas, &header, &name, first_line, at, &mut table);
        for region in workbook.merge_cells_by_sheet_name(&name).map_err(broken)? {
            let is_below = region.end.0 > first_line + u32::try_from(at).unwrap_or(0);
            let is_read = (region.start.1..=region.end.1)
                .any(|column| header.field_at(column_in(&cells, column)).is_some());
            if is_below && is_read {
                let place = Place { sheet: Some(name.clone()), line: u64::from(region.start.0) + 1 };
                table.faults.push(Fault {
                    place,
                    what: "cells are merged: it is not certain for which rows they stand".to_owned(),
                });
            }
        }
        for (row, cells) in cells.rows().enumerate().skip(at + 1) {
            let cells: Vec<Content> = cells.iter().map(content).collect();
            header.row(place(row), &cells, &mut table);
        }
    }
    if !has_issues && table.faults.is_empty() {
        return Err(form("has no sheet with the columns Issue key, Fingerprint, Made from and Decision"));
    }
    Ok(table)
}

/// Where a column of the sheet stands in the part of it that has cells.
fn column_in(cells: &Range<Data>, column: u32) -> usize {
    let (_, first) = cells.start().unwrap_or_default();
    usize::try_from(column.wrapping_sub(first)).unwrap_or(usize::MAX)
}

fn header_of(
    cells: &Range<Data>,
    place: &impl Fn(usize) -> Place,
    table: &mut Table,
) -> Option<(usize, Header)> {
    for (at, row) in cells.rows().take(ABOVE_HEADER).enumerate() {
        let cells: Vec<Content> = row.iter().map(content).collect();
        match Header::read(&cells) {
            Heading::Some(header) => return Some((at, header)),
            Heading::Broken(what) => {
                table.faults.push(Fault { place: place(at), what });
                return None;
            }
            Heading::None => {}
        }
    }
    None
}

/// What a formula shows depends on other cells, and on who opens it.
fn formulas_in_fields(
    formulas: &Range<String>,
    header: &Header,
    name: &str,
    first_line: u32,
    header_at: usize,
    table: &mut Table,
) {
    let Some((first_row, first_column)) = formulas.start() else { return };
    let below = first_line + u32::try_from(header_at).unwrap_or(0);
    for (row, column, formula) in formulas.used_cells() {
        let line = first_row + u32::try_from(row).unwrap_or(0);
        let column = usize::try_from(first_column).unwrap_or(0) + column;
        if formula.is_empty() || line <= below {
            continue;
        }
        if let Some(title) = header.field_at(column) {
            let place = Place { sheet: Some(name.to_owned()), line: u64::from(line) + 1 };
            let what = format!("{title} holds a formula: put its value there");
            table.faults.push(Fault { place, what });
        }
    }
}

fn content(cell: &Data) -> Content {
    match cell {
        Data::Empty => Content::Text(String::new()),
        Data::String(text) => Content::Text(text.clone()),
        Data::DateTime(date) if date.is_datetime() => match date.to_ymd_hms_milli() {
            (year, month, day, 0, 0, 0, 0) => Content::Date(format!("{year:04}-{month:02}-{day:02}")),
            _ => Content::Other("a time of day"),
        },
        Data::DateTimeIso(text) => match text.split_once('T') {
            None => Content::Date(text.clone()),
            Some((date, time)) if time.starts_with("00:00:00") => Content::Date(date.to_owned()),
            Some(_) => Content::Other("a time of day"),
        },
        Data::Float(number) => number_as_date(*number),
        #[expect(clippy::cast_precision_loss, reason = "days are far below 2^53")]
        Data::Int(number) => number_as_date(*number as f64),
        Data::Bool(_) => Content::Other("a truth value"),
        Data::Error(_) => Content::Other("an error of the spreadsheet"),
        Data::DateTime(_) | Data::DurationIso(_) => Content::Other("a duration"),
    }
}

/// A date that lost its look is a number of days.
fn number_as_date(number: f64) -> Content {
    if !SERIAL_DATES.contains(&number) || number.fract() != 0.0 {
        return Content::Other("a number");
    }
    let date = calamine::ExcelDateTime::new(number, calamine::ExcelDateTimeType::DateTime, false);
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    Content::Date(format!("{year:04}-{month:02}-{day:02}"))
}
