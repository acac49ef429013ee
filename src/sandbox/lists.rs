//! Lists: what is there now, by cursor or by page number.

use serde_json::{Value, json};

use super::{
    cursor,
    options::Options,
    reply::Reply,
    route::Call,
    time,
    world::{Record, Row, Table, World},
};
use crate::clock::Clock;

/// Records on a page at most.
const PAGE_LIMIT: usize = 100;

/// How far page numbers reach.
const OFFSET_LIMIT: usize = 10_000;

/// What a reading was asked for.
pub(super) struct Asked {
    pub(super) query: Vec<(String, String)>,
    /// The address that links begin with.
    pub(super) base: String,
    /// The second of the request.
    pub(super) now: i64,
    /// Tickets that were closed before this second are archived.
    pub(super) archived_before: i64,
}

impl Asked {
    /// What a reading by this call asks for.
    pub(super) fn new(call: &Call<'_>, world: &World, options: &Options, clock: Clock) -> Self {
        let host = options.link_host.clone();
        let host = host.unwrap_or_else(|| format!("{}.sandbox.invalid", world.subdomain));
        let now = time::now(clock);
        Self {
            query: url::form_urlencoded::parse(call.query.as_bytes()).into_owned().collect(),
            base: format!("https://{host}{}", call.path),
            now,
            archived_before: now - i64::from(options.archived_after_days) * 86_400,
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the address of another page, with one parameter set and some left out.
    pub(super) fn link(&self, leave: &[&str], set: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let is_replaced = |name: &str| leave.contains(&name) || set.iter().any(|(key, _)| *key == name);
        query.extend_pairs(self.query.iter().filter(|(name, _)| !is_replaced(name)));
        query.extend_pairs(set);
        format!("{}?{}", self.base, query.finish())
    }

    /// Returns a number that must be in a range, or `usual` where it was not given.
    pub(super) fn number(&self, name: &str, usual: usize, limit: usize) -> Result<usize, Reply> {
        let Some(text) = self.get(name) else { return Ok(usual) };
        match text.parse() {
            Ok(number) if (1..=limit).contains(&number) => Ok(number),
            _ => Err(Reply::errors(
                400,
                "InvalidPaginationParameter",
                &format!("Invalid parameter: {name} must be between 1 and {limit}"),
            )),
        }
    }

    pub(super) fn is_by_cursor(&self) -> bool {
        self.query.iter().any(|(name, _)| name.starts_with("page["))
    }
}

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

fn count_of<R: Record>(table: &Table<R>, asked: &Asked) -> usize {
    table.iter().filter(|(_, row)| row.record.is_listed(asked.archived_before)).count()
}

/// Answers with about how many records a list has.
pub(super) fn count<R: Record>(table: &Table<R>, asked: &Asked, now: &str) -> Reply {
    Reply::json(200, &json!({"count": {"value": count_of(table, asked), "refreshed_at": now}}))
}
