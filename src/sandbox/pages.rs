//! Pages of records, by cursor or by page number.

use serde_json::{Value, json};

use super::{asked::Asked, cursor, reply::Reply, world::Record};

/// Records on a page at most.
pub(super) const PAGE_LIMIT: usize = 100;

/// How far page numbers reach.
const OFFSET_LIMIT: usize = 10_000;

/// Returns the id behind which a page begins.
pub(super) fn after(asked: &Asked) -> Result<i64, Reply> {
    let Some(text) = asked.get("page[after]") else {
        // Only forward.
        return if asked.get("page[before]").is_some() { Err(invalid_cursor()) } else { Ok(i64::MIN) };
    };
    cursor::read_of_list(text).ok_or_else(invalid_cursor)
}

fn invalid_cursor() -> Reply {
    Reply::errors(400, "InvalidPaginationCursor", "Invalid cursor")
}

/// Writes a page with its cursors; `ends` are its first and its last record.
pub(super) fn cursor_page<'a, R: Record>(
    texts: impl Iterator<Item = &'a str>,
    ends: Option<(i64, i64)>,
    has_more: bool,
    asked: &Asked,
) -> Vec<u8> {
    let ends = ends.map(|(first, last)| (cursor::of_list(R::ORDER, first), cursor::of_list(R::ORDER, last)));
    let mut body = records(R::MANY, texts);
    let (meta, links) = match &ends {
        Some((first, last)) => {
            let both = ["page[after]", "page[before]"];
            (
                json!({"has_more": has_more, "after_cursor": last, "before_cursor": first}),
                // The last page has a next one, too, as most that were recorded.
                json!({
                    "prev": asked.link(&both, &[("page[before]", first)]),
                    "next": asked.link(&both, &[("page[after]", last)]),
                }),
            )
        }
        None => (
            json!({"has_more": false, "after_cursor": null, "before_cursor": null}),
            json!({"prev": null, "next": null}),
        ),
    };
    body.extend_from_slice(format!(r#","meta":{meta},"links":{links}}}"#).as_bytes());
    body
}

/// Begins an object with a list of records.
pub(super) fn records<'a>(name: &str, texts: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut body = Vec::with_capacity(128 * 1024);
    body.extend_from_slice(format!(r#"{{"{name}":["#).as_bytes());
    for (at, text) in texts.enumerate() {
        if at > 0 {
            body.push(b',');
        }
        body.extend_from_slice(text.as_bytes());
    }
    body.push(b']');
    body
}

/// Writes a page that was asked for by its number.
pub(super) fn by_number<'a, R: Record>(
    asked: &Asked,
    count: impl FnOnce() -> usize,
    rows: impl FnOnce(usize, usize) -> Vec<&'a str>,
) -> Result<Reply, Reply> {
    let size = asked.number("per_page", PAGE_LIMIT, PAGE_LIMIT)?;
    let page = asked.number("page", 1, usize::MAX)?;
    if page.saturating_mul(size) > OFFSET_LIMIT {
        return Err(Reply::errors(
            400,
            "InvalidPaginationDepth",
            "Number of records requested is over the limit: use cursor pagination",
        ));
    }
    let count = count();
    let link = |page: usize| Value::from(asked.link(&[], &[("page", &page.to_string())]));
    let next = if page * size < count { link(page + 1) } else { Value::Null };
    let previous = if page > 1 { link(page - 1) } else { Value::Null };
    let mut body = records(R::MANY, rows((page - 1) * size, size).into_iter());
    body.extend_from_slice(
        format!(r#","next_page":{next},"previous_page":{previous},"count":{count}}}"#).as_bytes(),
    );
    Ok(Reply::text(body))
}
