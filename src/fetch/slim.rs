//! Records cut down to what orgdrift keeps, and pages of them.
//!
//! Keys are dropped, values are copied as they came: what a record says is judged by the ingest alone. What
//! was written in tickets, telephone numbers and notes never reach the disk.

#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize,
    de::{Deserializer, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    identity::named_account,
    model::fields::Keep,
    zendesk::{
        api::{Listing, Page, Position},
        folder::Collection,
    },
};

/// Not a page: a record that is not an object, or one without an id.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// A page as one line, in the envelope of its listing.
#[derive(Debug)]
pub(super) struct PageLine {
    pub(super) text: Vec<u8>,
    pub(super) row_count: u64,
    /// A hash of the ids in their order: equal for the same page read twice.
    pub(super) ids_hash: u64,
}

/// Writes a page as one line in the API's envelope, from which the folder's reader takes the proof of
/// completeness.
pub(super) fn page_line(listing: Listing, page: &Page, with_subjects: bool) -> Result<PageLine, Malformed> {
    let collection = listing.collection();
    let mut text = Vec::with_capacity(page.records.len() * 256 + 256);
    let mut ids = Vec::with_capacity(page.records.len() * 8);
    text.extend_from_slice(b"{\"");
    text.extend_from_slice(collection.name().as_bytes());
    text.extend_from_slice(b"\":[");
    for (at, record) in page.records.iter().enumerate() {
        if at > 0 {
            text.push(b',');
        }
        let id = write_record(collection, with_subjects, record, &mut text)?;
        ids.extend_from_slice(&id.to_le_bytes());
    }
    text.push(b']');
    write_markers(listing, page, &mut text);
    text.extend_from_slice(b"}\n");
    Ok(PageLine { text, row_count: page.records.len() as u64, ids_hash: xxhash_rust::xxh3::xxh3_64(&ids) })
}

fn write_markers(listing: Listing, page: &Page, text: &mut Vec<u8>) {
    let cursor = match &page.next {
        Some(Position::Cursor(cursor)) => Some(cursor.as_str()),
        _ => None,
    };
    let markers = match listing {
        Listing::OrganizationExport => {
            let end_time = match &page.next {
                Some(Position::Since(time)) => Some(*time),
                _ => None,
            };
            serde_json::json!({ "end_time": end_time, "end_of_stream": page.is_end })
        }
        Listing::UserExport | Listing::TicketExport => {
            serde_json::json!({ "after_cursor": cursor, "end_of_stream": page.is_end })
        }
        Listing::Organizations | Listing::Users | Listing::Memberships | Listing::Tickets => {
            serde_json::json!({ "meta": { "has_more": !page.is_end, "after_cursor": cursor } })
        }
    };
    // An object without its first brace continues where the list ended.
    let markers = markers.to_string();
    text.push(b',');
    text.extend_from_slice(&markers.as_bytes()[1..markers.len() - 1]);
}

/// Writes one record and returns its id.
fn write_record(
    collection: Collection,
    with_subjects: bool,
    record: &RawValue,
    text: &mut Vec<u8>,
) -> Result<i64, Malformed> {
    let members: Members<'_> = serde_json::from_str(record.get()).map_err(|_| Malformed)?;
    let fields = collection.fields();
    let mut id = None;
    text.push(b'{');
    let mut is_first = true;
    for (quoted_key, value) in members.0 {
        let key = quoted_key.get().trim_matches('"');
        let value = value.get();
        let part;
        let Some(known) = fields.key(key) else { continue };
        let value = match known.keep {
            Keep::Whole => value,
            Keep::Part => {
                part = if key == "via" { only_channel(value) } else { only_account_ids(value) };
                part.as_str()
            }
            Keep::IfAsked if with_subjects => value,
            Keep::IfAsked | Keep::Dropped => continue,
        };
        if key == "id" {
            id = value.parse::<i64>().ok().filter(|id| *id > 0);
        }
        if !is_first {
            text.push(b',');
        }
        is_first = false;
        text.extend_from_slice(quoted_key.get().as_bytes());
        text.push(b':');
        // Line ends can only stand between the parts of a value.
        text.extend(value.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
    }
    text.push(b'}');
    id.ok_or(Malformed)
}

/// Returns `{"channel": …}` of a ticket's `via`, and null where it is something else.
fn only_channel(via: &str) -> String {
    #[derive(Deserialize)]
    struct Via<'a> {
        #[serde(borrow, default)]
        channel: Option<&'a RawValue>,
    }
    // A derived struct would take a list as its fields in order.
    if !via.starts_with('{') {
        return "null".to_owned();
    }
    match serde_json::from_str(via) {
        Ok(Via { channel: Some(channel) }) if !channel.get().starts_with(['{', '[']) => {
            format!("{{\"channel\":{}}}", channel.get())
        }
        _ => "null".to_owned(),
    }
}

/// Returns organization fields without what somebody wrote in them: account ids stay, null stays, of anything else
/// only that there is something.
fn only_account_ids(fields: &str) -> String {
    let Ok(members) = serde_json::from_str::<Members<'_>>(fields) else { return "null".to_owned() };
    let kept = members.0.into_iter().map(|(key, value)| {
        let value = match serde_json::from_str::<Option<Cow<'_, str>>>(value.get()) {
            Ok(None) => "null",
            Ok(Some(text)) if text.trim().is_empty() => "null",
            Ok(Some(text)) if named_account(&text).is_some() => value.get(),
            _ => "0",
        };
        format!("{}:{value}", key.get())
    });
    format!("{{{}}}", kept.collect::<Vec<_>>().join(","))
}

/// The members of an object in their order, keys with their quotes.
struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor).map(Members)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Vec<(&'de RawValue, &'de RawValue)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a record: an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(48);
        while let Some(member) = object.next_entry::<&RawValue, &RawValue>()? {
            members.push(member);
        }
        Ok(members)
    }
}
