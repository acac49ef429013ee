//! JSON: exact values, one object per row.

use std::io::Write;

use serde::ser::{SerializeMap, Serializer};

use super::OutputError;
use crate::warehouse::{Cell, Read, Rows};

/// Columns that hold JSON themselves: they are written as what they are, not as a text of it.
const JSON_COLUMNS: [&str; 12] = [
    "evidence",
    "options",
    "extra",
    "domain_names",
    "filters",
    "depends_on",
    "new_value",
    "old_values",
    "new_values",
    "expected",
    "preconditions",
    "blast_radius",
];

pub(super) fn write_array(rows: Rows<'_>, out: &mut dyn Write) -> Result<Read, OutputError> {
    let columns = rows.columns().to_vec();
    let mut is_first = true;
    out.write_all(b"[")?;
    let read = rows.for_each(|cells| {
        out.write_all(if is_first { b"\n" } else { b",\n" })?;
        is_first = false;
        write_object(&columns, cells, out)
    })?;
    out.write_all(if is_first { b"]\n" } else { b"\n]\n" })?;
    Ok(read)
}

pub(super) fn write_lines(rows: Rows<'_>, out: &mut dyn Write) -> Result<Read, OutputError> {
    let columns = rows.columns().to_vec();
    rows.for_each(|cells| {
        write_object(&columns, cells, out)?;
        out.write_all(b"\n")?;
        Ok(())
    })
}

fn write_object(columns: &[String], cells: &[Cell<'_>], out: &mut dyn Write) -> Result<(), OutputError> {
    let mut serializer = serde_json::Serializer::new(out);
    let mut object = serializer.serialize_map(Some(columns.len())).map_err(std::io::Error::from)?;
    for (column, cell) in columns.iter().zip(cells) {
        let result = match *cell {
            Cell::Null => object.serialize_entry(column, &()),
            Cell::Integer(integer) => object.serialize_entry(column, &integer),
            Cell::Real(real) => object.serialize_entry(column, &real),
            Cell::Text(text) if JSON_COLUMNS.contains(&column.as_str()) => {
                match serde_json::from_str::<serde_json::Value>(text) {
                    Ok(value) => object.serialize_entry(column, &value),
                    Err(_) => object.serialize_entry(column, text),
                }
            }
            Cell::Text(text) => object.serialize_entry(column, text),
        };
        result.map_err(std::io::Error::from)?;
    }
    object.end().map_err(std::io::Error::from)?;
    Ok(())
}
