//! Where a reading of a Zendesk export ended, so that a later one continues there.

use serde::{Deserialize, Serialize};

/// A place in an export. In JSON `{"time": 1793599200}` or `{"cursor": "..."}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContinueAt {
    /// Seconds since 1970.
    Time(i64),
    /// Opaque.
    Cursor(String),
}

impl ContinueAt {
    /// The JSON as it is stored.
    ///
    /// # Panics
    ///
    /// Never: a number and a string are JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a number and a string are JSON")
    }

    /// Reads what [`Self::to_json`] wrote.
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_an_object_of_one_member() {
        for (place, json) in [
            (ContinueAt::Time(1_793_599_200), r#"{"time":1793599200}"#),
            (ContinueAt::Cursor("MTc5\"".to_owned()), r#"{"cursor":"MTc5\""}"#),
        ] {
            assert_eq!(place.to_json(), json);
            assert_eq!(ContinueAt::from_json(json), Some(place));
        }
        assert_eq!(ContinueAt::from_json(r#"{"time":1,"cursor":"a"}"#), None);
        assert_eq!(ContinueAt::from_json("null"), None);
    }
}
