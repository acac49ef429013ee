//! How a page, a record and an error of the API are told apart.

use std::borrow::Cow;
use std::cell::Cell;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess};
use serde_json::value::RawValue;

use super::Collection;
use super::parts::seconds_of;
use super::source::{Fault, prefix};

/// The shape of a value at the top of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Pages,
    List,
    Records,
    /// Records in an exporter's wrapper.
    Wrapped,
}

/// Reads as many members of an object as it takes to know its shape.
pub(super) fn shape_of(text: &[u8]) -> Result<Shape, Fault> {
    let found = Cell::new(None);
    let mut json = serde_json::Deserializer::from_slice(text);
    let result = json.deserialize_map(ShapeVisitor(&found));
    match (found.get(), result) {
        // The visitor stopped early, which serde_json takes for an error.
        (Some(shape), _) => Ok(shape),
        (None, Err(error)) => Err(error.into()),
        // Neither: read as a record, it is refused for its missing id.
        (None, Ok(())) => Ok(Shape::Records),
    }
}

struct ShapeVisitor<'c>(&'c Cell<Option<Shape>>);

impl<'de> de::Visitor<'de> for ShapeVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(key) = object.next_key::<String>()? {
            let shape = match key.as_str() {
                "id" => Shape::Records,
                "meta" | "links" | "count" | "next_page" | "previous_page" | "end_time" | "end_of_stream"
                | "after_url" | "after_cursor" | "before_url" | "before_cursor" | "error" | "errors"
                | "detail"
                // Steampipe's.
                | "rows" | "columns" => Shape::Pages,
                "_airbyte_data" => Shape::Wrapped,
                // A record may have such keys, but neither an object under the one nor these words under the other.
                "record" | "type" => match object.next_value::<Peeked>()? {
                    Peeked::Object if key == "record" => Shape::Wrapped,
                    Peeked::SingerWord if key == "type" => Shape::Wrapped,
                    _ => continue,
                },
                key if Collection::named(key).is_some() => Shape::Pages,
                _ => {
                    object.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            self.0.set(Some(shape));
            return Ok(());
        }
        Ok(())
    }
}

/// What a value is, as far as wrappers are told by it.
enum Peeked {
    Object,
    SingerWord,
    Else,
}

impl<'de> Deserialize<'de> for Peeked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = <&RawValue>::deserialize(deserializer)?.get();
        Ok(if value.starts_with('{') {
            Self::Object
        } else if SINGER_WORDS.iter().any(|word| value.trim_matches('"') == *word) {
            Self::SingerWord
        } else {
            Self::Else
        })
    }
}

/// The types of Singer's messages: <https://github.com/singer-io/getting-started/blob/master/docs/SPEC.md>.
const SINGER_WORDS: [&str; 5] = ["RECORD", "SCHEMA", "STATE", "ACTIVATE_VERSION", "BATCH"];

/// A wrapper of Singer or Airbyte.
#[derive(Deserialize)]
struct Wrapper<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    stream: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    record: Option<&'a RawValue>,
    #[serde(borrow, default)]
    time_extracted: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "_airbyte_data")]
    airbyte_data: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "_airbyte_extracted_at")]
    airbyte_extracted_at: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "_airbyte_emitted_at")]
    airbyte_emitted_at: Option<&'a RawValue>,
}

/// A record out of its wrapper.
pub(super) struct Unwrapped<'a> {
    /// Where it begins in the text of the wrapper.
    pub(super) offset: usize,
    pub(super) text: Cow<'a, str>,
    /// The collection that the wrapper names.
    pub(super) collection: Option<Collection>,
    /// In seconds since 1970.
    pub(super) extracted_at: Option<i64>,
}

/// Reads a wrapper; a message without a record has none. The second part is the wrapper's length.
pub(super) fn unwrap(text: &[u8]) -> Result<(Option<Unwrapped<'_>>, usize), Fault> {
    let (wrapper, used) = prefix::<Wrapper<'_>>(text)?;
    let data = match (wrapper.airbyte_data, wrapper.record, wrapper.kind.as_deref()) {
        (Some(data), _, _) => data,
        (None, Some(record), None | Some("RECORD")) => record,
        (None, None, Some("RECORD")) => return Err(Fault::Wrapper("record")),
        (None, _, Some("BATCH")) => return Err(Fault::Wrapper("type")),
        (None, _, Some(_)) => return Ok((None, used)),
        (None, None, None) => return Err(Fault::Wrapper("_airbyte_data")),
    };
    let offset = data.get().as_ptr() as usize - text.as_ptr() as usize;
    let inner = if data.get().starts_with('"') {
        // Some destinations keep the record as text.
        Cow::Owned(serde_json::from_str::<String>(data.get()).map_err(|error| Fault::Inner(offset, error))?)
    } else {
        Cow::Borrowed(data.get())
    };
    if !inner.trim_start().starts_with('{') {
        return Err(Fault::Wrapper(if wrapper.airbyte_data.is_some() { "_airbyte_data" } else { "record" }));
    }
    let times = [wrapper.airbyte_extracted_at, wrapper.airbyte_emitted_at, wrapper.time_extracted];
    Ok((
        Some(Unwrapped {
            offset,
            text: inner,
            collection: wrapper.stream.as_deref().and_then(Collection::named),
            extracted_at: times.into_iter().flatten().find_map(|time| seconds_of(time.get())),
        }),
        used,
    ))
}

/// Returns which collection a record belongs to, as far as a key says it that only one of them has.
pub(super) fn collection_of(text: &[u8]) -> Result<Option<Collection>, Fault> {
    match prefix::<TellingKeys>(text) {
        Ok((keys, _)) => Ok(keys.collection()),
        // What else is wrong with the record, its reading says better.
        Err(Fault::Json(error)) if !error.is_eof() => Ok(None),
        Err(fault) => Err(fault),
    }
}

#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each says that a key is there")]
struct TellingKeys {
    #[serde(default, deserialize_with = "is_there")]
    requester_id: bool,
    #[serde(default, deserialize_with = "is_there")]
    user_id: bool,
    #[serde(default, deserialize_with = "is_there")]
    domain_names: bool,
    #[serde(default, deserialize_with = "is_there")]
    role: bool,
    #[serde(default, deserialize_with = "is_there")]
    email: bool,
}

fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

impl TellingKeys {
    fn collection(&self) -> Option<Collection> {
        if self.requester_id {
            Some(Collection::Tickets)
        } else if self.user_id {
            Some(Collection::Memberships)
        } else if self.domain_names {
            Some(Collection::Organizations)
        } else if self.role || self.email {
            Some(Collection::Users)
        } else {
            None
        }
    }
}

/// The keys of an error of the API: <https://developer.zendesk.com/api-reference/introduction/requests/>.
#[derive(Deserialize)]
pub(super) struct ErrorKeys {
    error: Option<IgnoredAny>,
    errors: Option<IgnoredAny>,
    detail: Option<IgnoredAny>,
}

impl ErrorKeys {
    pub(super) fn is_error(&self) -> bool {
        self.error.is_some() || self.errors.is_some() || self.detail.is_some()
    }
}
