//! Lists: what is there now, by cursor or by page number.

use serde_json::json;

use super::{
    asked::Asked,
    pages::{PAGE_LIMIT, after, by_number, cursor_page},
    reply::Reply,
    world::{Record, Row, Table},
};

/// Answers with a page of a collection.
pub(super) fn list<R: Record>(table: &Table<R>, asked: &Asked) -> Result<Reply, Reply> {
    let is_listed = |row: &Row<R>| row.record.is_listed(asked.archived_before);
    if !asked.is_by_cursor() {
        let mut rows = table.iter().filter(|(_, row)| is_listed(row));
        return by_number::<R>(
            asked,
            || count_of(table, asked),
            |skip, take| rows.by_ref().skip(skip).take(take).map(|(_, row)| &*row.raw).collect(),
        );
    }
    let size = asked.number("page[size]", PAGE_LIMIT, PAGE_LIMIT)?;
    let after = after(asked)?;
    let mut rows = table.after(after).filter(|(_, row)| is_listed(row));
    let page: Vec<(i64, &Row<R>)> = rows.by_ref().take(size).collect();
    let has_more = rows.next().is_some();
    let ends = page.first().map(|(first, _)| *first).zip(page.last().map(|(last, _)| *last));
    let texts = page.into_iter().map(|(_, row)| &*row.raw);
    Ok(Reply::text(cursor_page::<R>(texts, ends, has_more, asked)))
}

fn count_of<R: Record>(table: &Table<R>, asked: &Asked) -> usize {
    table.iter().filter(|(_, row)| row.record.is_listed(asked.archived_before)).count()
}

/// Answers with about how many records a list has.
pub(super) fn count<R: Record>(table: &Table<R>, asked: &Asked, now: &str) -> Reply {
    Reply::json(200, &json!({"count": {"value": count_of(table, asked), "refreshed_at": now}}))
}
