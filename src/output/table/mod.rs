//! Tables for people: they fit what they are shown on.
//!
//! Columns fall away by priority and are named; a text wraps between words and never inside one, so ids, keys and URLs
//! stay whole. On a narrow screen a record that does not fit is a paragraph.

mod fit;
mod paragraph;

use std::io::Write;

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Width, presets};
use unicode_width::UnicodeWidthStr;

use super::{
    NAME, OutputError, TEXT, brief,
    screen::{NARROW, Screen, style},
};
use crate::warehouse::{self, Read, Rows};
use fit::Column;

/// Columns of names, which their owners made as long as they liked.
const NAMES: [&str; 10] = [
    "account",
    "account_name",
    "name",
    "owner",
    "organization",
    "organization_name",
    "user",
    "user_name",
    "cause_name",
    "record",
];

/// The limit of a column whose cells have several lines.
const LINES: usize = usize::MAX;

/// A cell: what is shown, and on which side.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    is_number: bool,
}

impl Cell {
    /// A number.
    pub(crate) fn number(number: impl Into<serde_json::Number>) -> Self {
        Self { text: number.into().to_string(), is_number: true }
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.as_ref().to_owned(), is_number: false }
    }
}

/// What the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Records: each may become a paragraph.
    Records,
    /// Counts and short sentences: a table on every screen.
    Summary,
}

/// A table as it grows.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<String>,
    has_header: bool,
    shape: Shape,
    rows: Vec<Vec<Cell>>,
}

/// A table as it is shown.
#[derive(Debug)]
pub(crate) struct Shown {
    /// Its lines.
    pub(crate) text: String,
    /// The columns that there was no room for.
    pub(crate) hidden: Vec<String>,
}

/// Makes an empty summary with these headers.
pub(crate) fn new(columns: &[impl AsRef<str>]) -> Table {
    Table {
        columns: columns.iter().map(|name| name.as_ref().to_owned()).collect(),
        has_header: true,
        shape: Shape::Summary,
        rows: Vec::new(),
    }
}

/// Makes an empty table of this number of columns without headers.
pub(crate) fn plain(columns: usize) -> Table {
    Table {
        columns: vec![String::new(); columns],
        has_header: false,
        shape: Shape::Summary,
        rows: Vec::new(),
    }
}

/// Makes an empty table of records with these headers.
pub(crate) fn records(columns: &[impl AsRef<str>]) -> Table {
    Table { shape: Shape::Records, ..new(columns) }
}

impl Table {
    /// Adds a row, a cell for each column.
    pub(crate) fn add_row<C: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Lays the table out, without blanks at the ends of lines.
    pub(crate) fn shown(&self, screen: Screen) -> Shown {
        let columns: Vec<Column> = (0..self.columns.len()).map(|at| self.measure(at)).collect();
        let Some(width) = screen.width else {
            let widths = columns.iter().map(|column| Some(column.natural)).collect::<Vec<_>>();
            return self.laid_out(&widths, screen);
        };
        if fit::natural(&columns) > width && width < NARROW && self.shape == Shape::Records {
            return Shown { text: self.paragraphs(width, screen.is_colored), hidden: Vec::new() };
        }
        match fit::widths(&columns, width) {
            Some(widths) => self.laid_out(&widths, screen),
            None if self.shape == Shape::Records => {
                Shown { text: self.paragraphs(width, screen.is_colored), hidden: Vec::new() }
            }
            // Words are wider than the screen; a broken word would be worse.
            None => {
                self.laid_out(&columns.iter().map(|column| Some(column.least)).collect::<Vec<_>>(), screen)
            }
        }
    }

    fn measure(&self, at: usize) -> Column<'_> {
        let name = self.columns[at].as_str();
        let header = self.has_header.then_some(name);
        let texts = header.into_iter().chain(self.rows.iter().map(|row| row[at].text.as_str()));
        Column::measure(name, NAMES.contains(&name), texts)
    }

    /// With these widths; a column without one falls away.
    fn laid_out(&self, widths: &[Option<usize>], screen: Screen) -> Shown {
        let kept: Vec<usize> = (0..widths.len()).filter(|&at| widths[at].is_some()).collect();
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Disabled);
        if self.has_header {
            table.set_header(kept.iter().map(|&at| self.columns[at].as_str()));
        }
        for row in &self.rows {
            table.add_row(kept.iter().map(|&at| {
                let Cell { text, is_number } = &row[at];
                let side = if *is_number { CellAlignment::Right } else { CellAlignment::Left };
                comfy_table::Cell::new(text).set_alignment(side)
            }));
        }
        for (column, &at) in table.column_iter_mut().zip(&kept) {
            let width = u16::try_from(widths[at].unwrap_or_default() + 2).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        }
        let mut text = String::new();
        for line in table.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        if screen.is_colored {
            text = self.painted(&text, &kept, widths);
        }
        let hidden =
            (0..widths.len()).filter(|&at| widths[at].is_none()).map(|at| self.columns[at].clone()).collect();
        Shown { text, hidden }
    }

    /// Paints the words that stand alone in a column that has colours; the widths stay as they are.
    fn painted(&self, text: &str, kept: &[usize], widths: &[Option<usize>]) -> String {
        let mut painted = String::new();
        for (number, line) in text.lines().enumerate() {
            let mut rest = line;
            if number > 0 || !self.has_header {
                let mut at_column = 0;
                for &at in kept {
                    let width = widths[at].unwrap_or_default() + 2;
                    let cell = columns_of(rest, width);
                    let word = cell.trim();
                    let style = style(&self.columns[at], word);
                    if style == anstyle::Style::new() {
                        painted.push_str(cell);
                    } else {
                        painted.push_str(&cell.replacen(word, &format!("{style}{word}{style:#}"), 1));
                    }
                    rest = &rest[cell.len()..];
                    at_column += width;
                }
                debug_assert!(at_column > 0 || kept.is_empty());
            }
            painted.push_str(rest);
            painted.push('\n');
        }
        painted
    }
}

/// The beginning of a line that takes this number of columns, or the whole line.
fn columns_of(line: &str, width: usize) -> &str {
    let mut seen = 0;
    for (at, character) in line.char_indices() {
        if seen >= width {
            return &line[..at];
        }
        seen += unicode_width::UnicodeWidthChar::width(character).unwrap_or(0);
    }
    line
}

/// How many columns a text takes, its widest line.
fn width_of(text: &str) -> usize {
    text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0)
}

/// Writes rows as they fit a screen; returns what was read and the columns that there was no room for.
pub(super) fn write(
    rows: Rows<'_>,
    screen: Screen,
    out: &mut dyn Write,
) -> Result<(Read, Vec<String>), OutputError> {
    let mut table = records(rows.columns());
    let limits: Vec<usize> = rows
        .columns()
        .iter()
        .map(|column| match column.as_str() {
            "candidates" => LINES,
            name if NAMES.contains(&name) => NAME,
            _ => TEXT,
        })
        .collect();
    // What programs read has a line for each record.
    let between = if screen.width.is_some() { "\n" } else { "; " };
    let read = rows.for_each(|cells| {
        table.add_row(cells.iter().zip(&limits).map(|(cell, &limit)| match *cell {
            warehouse::Cell::Null => Cell::from(""),
            warehouse::Cell::Integer(integer) => Cell::number(integer),
            warehouse::Cell::Real(real) => Cell { text: real.to_string(), is_number: true },
            // One candidate a line; every other line break is somebody's text.
            warehouse::Cell::Text(text) if limit == LINES => {
                Cell::from(text.lines().map(|line| brief(line, TEXT)).collect::<Vec<_>>().join(between))
            }
            warehouse::Cell::Text(text) => Cell::from(brief(text, limit)),
        }));
        Ok::<(), OutputError>(())
    })?;
    let shown = table.shown(screen);
    out.write_all(shown.text.as_bytes())?;
    Ok((read, shown.hidden))
}
