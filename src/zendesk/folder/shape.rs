//! How a page, a record and an error of the API are told apart.

use std::cell::Cell;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess};

use super::Collection;
use super::source::{Fault, prefix};

/// The shape of a value at the top of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Pages,
    List,
    Records,
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
                | "detail" => Shape::Pages,
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
