//! Tables for a terminal.

use std::io::Write;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::{NAME, OutputError, TEXT, brief};
use crate::warehouse::{Cell, Read, Rows};

/// Makes an empty table with these headers, as wide as the terminal at most.
pub(crate) fn new(columns: &[impl AsRef<str>]) -> Table {
    let mut table = plain();
    table.set_header(columns.iter().map(AsRef::as_ref));
    table
}

/// Makes an empty table without headers.
pub(crate) fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table
}

/// Columns of names, which their owners made as long as they liked.
const NAMES: [&str; 4] = ["account", "account_name", "name", "owner"];

pub(super) fn write(rows: Rows<'_>, out: &mut dyn Write) -> Result<Read, OutputError> {
    let mut table = new(rows.columns());
    let limits: Vec<usize> = rows
        .columns()
        .iter()
        .map(|column| if NAMES.contains(&column.as_str()) { NAME } else { TEXT })
        .collect();
    let read = rows.for_each(|cells| {
        table.add_row(cells.iter().zip(&limits).map(|(cell, &limit)| match *cell {
            Cell::Null => comfy_table::Cell::new(""),
            Cell::Integer(integer) => comfy_table::Cell::new(integer).set_alignment(CellAlignment::Right),
            Cell::Real(real) => comfy_table::Cell::new(real).set_alignment(CellAlignment::Right),
            Cell::Text(text) => comfy_table::Cell::new(brief(text, limit)),
        }));
        Ok::<(), OutputError>(())
    })?;
    write_table(&table, out)?;
    Ok(read)
}

/// Writes a table without blanks at the ends of lines.
pub(crate) fn write_table(table: &Table, out: &mut dyn Write) -> std::io::Result<()> {
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
