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
    list_where(table, asked, |_| true)
}

/// Answers with a page of the records of a collection that are wanted.
pub(super) fn list_where<R: Record>(
    table: &Table<R>,
    asked: &Asked,
    is_wanted: impl Fn(&R) -> bool,
) -> Result<Reply, Reply> {
    let is_listed = |row: &Row<R>| row.record.is_listed(asked.archived_before) && is_wanted(&row.record);
    if !asked.is_by_cursor() {
        let mut rows = table.iter().filter(|(_, row)| is_listed(row));
        return by_number::<R>(
            asked,
            || count_of(table, asked, &is_wanted),
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

fn count_of<R: Record>(table: &Table<R>, asked: &Asked, is_wanted: impl Fn(&R) -> bool) -> usize {
    let is_counted = |record: &R| record.is_listed(asked.archived_before) && is_wanted(record);
    table.iter().filter(|(_, row)| is_counted(&row.record)).count()
}

/// Answers with about how many records a list has. Above a limit it is the limit, while somebody counts again.
pub(super) fn count<R: Record>(
    table: &Table<R>,
    asked: &Asked,
    now: &str,
    is_wanted: impl Fn(&R) -> bool,
) -> Reply {
    let count = count_of(table, asked, is_wanted);
    let refreshed_at = (count <= asked.count_limit).then_some(now);
    Reply::json(200, &json!({"count": {"value": count.min(asked.count_limit), "refreshed_at": refreshed_at}}))
}
