//! What replies hold.
//!
//! `links`, `next_page` and `after_url` are never read: they may name another host, and on last pages they
//! are often not null.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    model::UserRole,
    zendesk::{
        api::{Listing, Me, Page, Position},
        wire::AccountSettings,
    },
};

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyFault {
    /// Cut off, or no JSON: another try may bring a whole one.
    Json,
    /// JSON, but not what the API describes.
    Shape(&'static str),
    /// The reply to a login is that of nobody.
    Anonymous,
}

type Members<'a> = HashMap<String, &'a RawValue>;

/// Reads a page. `page_size` is what was asked for: an old export says by a smaller page that it is the last.
pub(super) fn page(listing: Listing, page_size: u32, body: &[u8]) -> Result<Page, BodyFault> {
    let members = members(body)?;
    let list =
        members.get(listing.collection().name()).ok_or(BodyFault::Shape("it has no list of records"))?;
    let records: Vec<Box<RawValue>> =
        serde_json::from_str(list.get()).map_err(|_| BodyFault::Shape("its records are not a list"))?;
    let (next, is_end) = match listing {
        Listing::Organizations | Listing::Users | Listing::Memberships | Listing::Tickets => {
            end_of_list(&members)?
        }
        Listing::UserExport | Listing::TicketExport => end_of_cursor_export(&members)?,
        Listing::OrganizationExport => end_of_time_export(&members, records.len(), page_size)?,
    };
    Ok(Page { records, next, is_end, server_time: None })
}

fn members(body: &[u8]) -> Result<Members<'_>, BodyFault> {
    match body.trim_ascii_start().first() {
        Some(b'{') | None => serde_json::from_slice(body).map_err(|_| BodyFault::Json),
        Some(_) => {
            let _: &RawValue = serde_json::from_slice(body).map_err(|_| BodyFault::Json)?;
            Err(BodyFault::Shape("it is not an object"))
        }
    }
}

/// A member, or none where it is absent or null.
fn member<'a, T: Deserialize<'a>>(
    members: &Members<'a>,
    name: &str,
    what: &'static str,
) -> Result<Option<T>, BodyFault> {
    let Some(value) = members.get(name) else { return Ok(None) };
    serde_json::from_str(value.get()).map_err(|_| BodyFault::Shape(what))
}

fn end_of_list(members: &Members<'_>) -> Result<(Option<Position>, bool), BodyFault> {
    #[derive(Deserialize)]
    struct Meta {
        has_more: bool,
        #[serde(default)]
        after_cursor: Option<String>,
    }

    let what = "it has no meta.has_more";
    let meta: Meta = member(members, "meta", what)?.ok_or(BodyFault::Shape(what))?;
    match (meta.has_more, meta.after_cursor) {
        (false, _) => Ok((None, true)),
        (true, Some(cursor)) if !cursor.is_empty() => Ok((Some(Position::Cursor(cursor)), false)),
        (true, _) => Err(BodyFault::Shape("it says that there is more and names no cursor")),
    }
}

fn end_of_cursor_export(members: &Members<'_>) -> Result<(Option<Position>, bool), BodyFault> {
    let is_end: bool = member(members, "end_of_stream", "its end_of_stream is not true or false")?
        .ok_or(BodyFault::Shape("it has no end_of_stream"))?;
    let cursor: Option<String> = member(members, "after_cursor", "its after_cursor is not text")?;
    match cursor.filter(|cursor| !cursor.is_empty()) {
        // At the end the cursor says where a later snapshot continues.
        Some(cursor) => Ok((Some(Position::Cursor(cursor)), is_end)),
        None if is_end => Ok((None, true)),
        None => Err(BodyFault::Shape("it says that there is more and names no cursor")),
    }
}

fn end_of_time_export(
    members: &Members<'_>,
    rows: usize,
    page_size: u32,
) -> Result<(Option<Position>, bool), BodyFault> {
    let end_time: Option<i64> = member(members, "end_time", "its end_time is not a whole number")?;
    let is_end: Option<bool> = member(members, "end_of_stream", "its end_of_stream is not true or false")?;
    // Older replies say it by their size alone.
    let is_end = is_end.unwrap_or(rows < page_size as usize);
    if end_time.is_none() && !is_end {
        return Err(BodyFault::Shape("it says that there is more and has no end_time"));
    }
    Ok((end_time.map(Position::Since), is_end))
}

/// Reads who is logged in. Without credentials the reply is an anonymous user without an id, of status 200.
pub(super) fn me(body: &[u8]) -> Result<Me, BodyFault> {
    #[derive(Deserialize)]
    struct User {
        #[serde(default)]
        id: Option<i64>,
        #[serde(default)]
        role: Option<String>,
    }

    let what = "it has no user";
    let user: User = member(&members(body)?, "user", what)?.ok_or(BodyFault::Shape(what))?;
    match (user.id, user.role) {
        (None, _) => Err(BodyFault::Anonymous),
        (Some(_), None) => Err(BodyFault::Shape("its user has no role")),
        (Some(id), Some(role)) => Ok(Me { id, role: UserRole::from_text(&role), server_time: None }),
    }
}

/// Reads the account's settings.
pub(super) fn settings(body: &[u8]) -> Result<AccountSettings, BodyFault> {
    let what = "it has no settings";
    member(&members(body)?, "settings", what)?.ok_or(BodyFault::Shape(what))
}

/// Reads how many records there are.
pub(super) fn count(body: &[u8]) -> Result<Option<u64>, BodyFault> {
    #[derive(Deserialize)]
    struct Count {
        value: Option<u64>,
    }

    let count: Option<Count> = member(&members(body)?, "count", "its count is none")?;
    Ok(count.and_then(|count| count.value))
}
