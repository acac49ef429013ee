//! Exports: what changed since a time, deleted records among it.
//!
//! The export by time has the traps of the real one: a page may exceed its size, because all rows of its only
//! second are on it; a full page ends at the second of its last row, which the next one repeats; and with more
//! rows in one second than a page ever holds, the export stands still.

use serde_json::Value;

use super::{
    asked::Asked,
    cursor,
    pages::records,
    reply::Reply,
    world::{Record, Row, Table, Ticket, TicketState, User, World},
};

/// Records on a page at most.
const PAGE_LIMIT: usize = 1_000;

/// How old the beginning must be, and how long tickets are held back, in seconds.
const TOO_RECENT: i64 = 60;

pub(super) fn export(world: &World, path: &[&str], asked: &Asked) -> Result<Reply, Reply> {
    match path {
        ["organizations"] => by_time(&world.organizations, asked),
        ["users", "cursor"] => by_cursor(&world.users, asked, |_, _| true, with_deletion),
        ["tickets", "cursor"] => {
            let support_types = asked.support_types()?;
            let hides_deleted = asked.get("exclude_deleted") == Some("true");
            let wanted = |ticket: &Ticket, at: i64| {
                support_types.has(ticket)
                    && !(hides_deleted && ticket.state == TicketState::Deleted)
                    && at <= asked.now - TOO_RECENT
            };
            by_cursor(&world.tickets, asked, wanted, with_generation)
        }
        _ => Err(Reply::no_endpoint()),
    }
}

/// Returns the time that was asked for, if the export may begin there.
fn start(asked: &Asked) -> Result<i64, Reply> {
    let Some(text) = asked.get("start_time") else {
        return Err(Reply::error(400, "StartTimeMissing", "Missing start_time parameter"));
    };
    match text.parse::<i64>() {
        Ok(start) if start < 0 => Err(Reply::error(400, "InvalidValue", "Invalid start_time")),
        Ok(start) if start > asked.now - TOO_RECENT => Err(Reply::error(
            422,
            "InvalidValue",
            "Too recent start_time. Use a start_time older than 60 seconds",
        )),
        Ok(start) => Ok(start),
        Err(_) => Err(Reply::error(400, "InvalidValue", "Invalid start_time")),
    }
}

fn by_cursor<R: Record>(
    table: &Table<R>,
    asked: &Asked,
    wanted: impl Fn(&R, i64) -> bool,
    text: impl Fn(&Row<R>) -> String,
) -> Result<Reply, Reply> {
    let after = match asked.get("cursor") {
        Some(text) => {
            cursor::read_of_export(text).ok_or_else(|| Reply::error(400, "InvalidValue", "Invalid cursor"))?
        }
        None => (start(asked)?, i64::MIN),
    };
    let size = asked.number("per_page", PAGE_LIMIT, PAGE_LIMIT)?;
    let mut rows = table.changed_after(after).filter(|((at, _), row)| wanted(&row.record, *at));
    let page: Vec<_> = rows.by_ref().take(size).collect();
    let is_end = rows.next().is_none();
    let last = page.last().map(|(at, _)| *at);
    let next = match (last, asked.get("cursor")) {
        (Some(last), _) => cursor::of_export(last),
        (None, Some(cursor)) => cursor.to_owned(),
        (None, None) => cursor::of_export((after.0, 0)),
    };
    let texts: Vec<String> = page.into_iter().map(|(_, row)| text(row)).collect();
    let mut body = records(R::MANY, texts.iter().map(String::as_str));
    let after_url = Value::from(asked.link(&["start_time"], &[("cursor", &next)]));
    let after_cursor = Value::from(next);
    body.extend_from_slice(
        format!(
            r#","after_url":{after_url},"before_url":null,"after_cursor":{after_cursor},"before_cursor":null,"end_of_stream":{is_end}}}"#
        )
        .as_bytes(),
    );
    Ok(Reply::text(body))
}

/// A user; a deleted one says whether it can come back.
fn with_deletion(row: &Row<User>) -> String {
    with(row, !row.record.is_active, "permanently_deleted", "false")
}

/// A ticket with the time that only its export has.
fn with_generation(row: &Row<Ticket>) -> String {
    with(row, true, "generated_timestamp", &row.at.to_string())
}

/// A record with a member that only its export has.
fn with<R>(row: &Row<R>, is_wanted: bool, name: &str, value: &str) -> String {
    match row.raw.trim_end().strip_suffix('}') {
        Some(open) if is_wanted && !row.raw.contains(&format!("\"{name}\"")) => {
            format!(r#"{open},"{name}":{value}}}"#)
        }
        _ => row.raw.to_string(),
    }
}

fn by_time<R: Record>(table: &Table<R>, asked: &Asked) -> Result<Reply, Reply> {
    let start = start(asked)?;
    let size = asked.number("per_page", PAGE_LIMIT, PAGE_LIMIT)?;
    let mut rows = table.changed_after((start, i64::MIN)).peekable();
    let mut page: Vec<_> = rows.by_ref().take(size).collect();
    let first = page.first().map(|((at, _), _)| *at);
    let last = page.last().map(|((at, _), _)| *at);
    // A page of one second takes in the rest of that second, up to a full page.
    let is_one_second = first == last;
    while is_one_second
        && page.len() < PAGE_LIMIT
        && let Some(row) = rows.next_if(|((at, _), _)| Some(*at) == last)
    {
        page.push(row);
    }
    let is_end = rows.peek().is_none();
    let goes_on_within = rows.peek().is_some_and(|((at, _), _)| Some(*at) == last);
    let end = last.map(|last| {
        // Beyond the second only where nothing of it is left: the next page would bring it again.
        if !is_end && is_one_second && !goes_on_within { last + 1 } else { last }
    });
    // The trap: the last page names a next one as well.
    let next =
        end.map_or(Value::Null, |end| Value::from(asked.link(&[], &[("start_time", &end.to_string())])));
    let count = page.len();
    let mut body = records(R::MANY, page.iter().map(|(_, row)| &*row.raw));
    let end = end.map_or(Value::Null, Value::from);
    body.extend_from_slice(
        format!(r#","count":{count},"next_page":{next},"end_time":{end},"end_of_stream":{is_end}}}"#)
            .as_bytes(),
    );
    Ok(Reply::text(body))
}
