//! Columns with a closed set of values.

use rusqlite::{Row, types::Type, types::ValueRef};

use crate::model::Said;

/// A text of a closed set. The table checks it, so any other text means that somebody changed the file.
pub(super) fn closed<T>(row: &Row<'_>, at: usize, parse: fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text = row.get_ref(at)?.as_str()?;
    parse(text).ok_or(rusqlite::Error::InvalidColumnType(at, text.to_owned(), Type::Text))
}

/// As [`closed`], where there may be none.
pub(super) fn closed_or_null<T>(
    row: &Row<'_>,
    at: usize,
    parse: fn(&str) -> Option<T>,
) -> rusqlite::Result<Option<T>> {
    match row.get_ref(at)? {
        ValueRef::Null => Ok(None),
        _ => closed(row, at, parse).map(Some),
    }
}

/// A word of a record, which the table does not check: the API may learn another.
pub(super) fn said<T>(
    row: &Row<'_>,
    at: usize,
    parse: fn(&str) -> Option<T>,
    undecided_fields: Option<String>,
) -> rusqlite::Result<Said<T>> {
    Ok(match (row.get::<_, Option<String>>(at)?, undecided_fields) {
        (_, Some(fields)) => Said::Undecided(Some(fields)),
        (None, None) => Said::Undecided(None),
        (Some(text), None) => parse(&text).map_or(Said::Other(text), Said::Word),
    })
}
