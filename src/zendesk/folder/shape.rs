//! How a page, a record and an error of the API are told apart.

use std::cell::Cell;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess};

use super::Collection;
use super::source::Fault;

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
