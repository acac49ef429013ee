//! The form of JSON that hashes are over, and ids as it holds them.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The RFC 8785 form of something that holds texts, whole numbers below 2^53, lists and objects only.
///
/// # Panics
///
/// If it holds anything else, which none of the documents does.
pub fn canonical(value: &impl Serialize) -> String {
    serde_json_canonicalizer::to_string(value).expect("texts, small integers, lists and objects are JSON")
}

/// A Zendesk id in a document: a text, because RFC 8785 would round integers beyond 2^53.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdText(pub i64);

impl Serialize for IdText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for IdText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|_| D::Error::custom("an id is not a whole number"))
    }
}

/// A text that is not the document that it should be. What it holds is not repeated: it may be anybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Something is missing, or is not of its kind.
    #[error("not of the form that this orgdrift knows (column {column})")]
    Unreadable {
        /// Where, counted from 1.
        column: usize,
    },
    /// It holds more than this orgdrift understands.
    #[error("not of the form that this orgdrift knows (it holds something else besides)")]
    Foreign,
}

/// Reads a document from its RFC 8785 form. What would be written otherwise is not taken: a part that is not
/// understood would be lost.
pub(super) fn from_canonical<T>(text: &str) -> Result<T, FormError>
where
    T: Serialize + for<'de> Deserialize<'de>,
{
    let read: T =
        serde_json::from_str(text).map_err(|error| FormError::Unreadable { column: error.column() })?;
    if canonical(&read) == text { Ok(read) } else { Err(FormError::Foreign) }
}
