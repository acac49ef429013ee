//! The plan as a file: `fix_plan.json`, and the hash of the form that is stored.
//!
//! The hash is SHA-256 over the RFC 8785 form of everything but the hash itself. Nothing in it depends on
//! the machine: no clock times, no paths, no numbers that a warehouse gave, no version of orgdrift, no names
//! or addresses of people. Ids are texts, because RFC 8785 would round integers beyond 2^53.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    catalog,
    model::{canonical, plan::PlanSchema},
};

/// The form of the document.
pub const SCHEMA: &str = PlanSchema::V1.as_str();

/// The member that the hash is not over.
const HASH: &str = "plan_hash";

/// Who accepted the risk of which issue, by its key. Names of people are outside of the hash, which is over the keys.
const ACCEPTED_BY: &str = "accepted_by";

/// The hash of a plan in its canonical form: 64 hexadecimal digits.
pub fn hash(canonical: &str) -> String {
    catalog::sha256(canonical)
}

/// A file that is no plan, or not the one that it says it is.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// No JSON.
    #[error("it is not JSON (line {line}, column {column})")]
    NotJson {
        /// Where.
        line: usize,
        /// Where in it.
        column: usize,
    },
    /// JSON of something else.
    #[error("it is not a plan: {0}")]
    NotAPlan(&'static str),
    /// It was changed after it was written.
    #[error("its content has the hash {found}, but it says {said}")]
    Changed {
        /// Of the content.
        found: String,
        /// In `plan_hash`.
        said: String,
    },
}

/// Returns `fix_plan.json`: the canonical form with its hash and who accepted which risk, by issue key; laid out for people.
///
/// # Panics
///
/// If `canonical` is no JSON object, which only a damaged warehouse has.
pub fn file_text(canonical: &str, plan_hash: &str, accepted_by: &BTreeMap<String, String>) -> String {
    let mut document: Value = serde_json::from_str(canonical).expect("a stored plan is a JSON object");
    document[HASH] = Value::from(plan_hash);
    if !accepted_by.is_empty() {
        document[ACCEPTED_BY] = json!(accepted_by);
    }
    format!("{document:#}\n")
}

/// Reads `fix_plan.json` and returns its hash, if the content has it.
pub fn verified_hash(text: &str) -> Result<String, DocumentError> {
    let mut document: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| DocumentError::NotJson { line: error.line(), column: error.column() })?;
    let members = document.as_object_mut().ok_or(DocumentError::NotAPlan("its JSON is not an object"))?;
    if members.get("schema").and_then(Value::as_str) != Some(SCHEMA) {
        return Err(DocumentError::NotAPlan("its schema is not orgdrift.fix_plan/1"));
    }
    let Some(Value::String(said)) = members.remove(HASH) else {
        return Err(DocumentError::NotAPlan("it has no plan_hash"));
    };
    if let Some(members) = document.as_object_mut() {
        members.remove(ACCEPTED_BY);
    }
    let found = hash(&canonical(&document));
    if found == said { Ok(found) } else { Err(DocumentError::Changed { found, said }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> String {
        let canonical = canonical(&serde_json::json!({
            "schema": SCHEMA,
            "actions": [{"organization_id": "9007199254740993", "name": "Müller \u{1F600}\u{2028} `GmbH`"}],
            "filters": {"limit": 25, "b": null, "a": true},
        }));
        file_text(&canonical, &hash(&canonical), &BTreeMap::new())
    }

    #[test]
    fn a_file_has_the_hash_that_it_says() {
        let text = text();
        let hash = verified_hash(&text).unwrap();
        assert_eq!(hash.len(), 64);
        // How a file is laid out does not matter.
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(verified_hash(&value.to_string()).unwrap(), hash);
        assert_eq!(verified_hash(&format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap(), hash);
    }

    #[test]
    fn who_accepted_a_risk_is_beside_the_hash() {
        let canonical = canonical(&serde_json::json!({ "schema": SCHEMA }));
        let accepted = BTreeMap::from([("code/1".to_owned(), "Dana Scully".to_owned())]);
        let text = file_text(&canonical, &hash(&canonical), &accepted);
        assert!(text.contains("Dana Scully"));
        assert_eq!(verified_hash(&text).unwrap(), hash(&canonical));
    }

    #[test]
    fn the_hash_is_over_sorted_members_without_blanks() {
        let document = serde_json::json!({"b": [1, "ü"], "a": {"d": null, "c": "x\n"}});
        let canonical = canonical(&document);
        assert_eq!(canonical, "{\"a\":{\"c\":\"x\\n\",\"d\":null},\"b\":[1,\"ü\"]}");
        // printf '{"a":{"c":"x\\n","d":null},"b":[1,"ü"]}' | sha256sum
        assert_eq!(hash(&canonical), "fe7ce43e9241dc0039eba9c421cd5b4f9958ca02d953973ce87d15455ad97377");
    }

    #[test]
    fn any_change_of_a_file_is_seen() {
        for (from, to) in
            [("25", "26"), ("9007199254740993", "9007199254740992"), ("true", "false"), ("Müller", "Muller")]
        {
            let changed = text().replace(from, to);
            assert_ne!(changed, text(), "{from}");
            assert!(matches!(verified_hash(&changed), Err(DocumentError::Changed { .. })), "{from}");
        }
    }

    #[test]
    fn what_is_no_plan_is_refused() {
        assert!(matches!(verified_hash("{"), Err(DocumentError::NotJson { line: 1, .. })));
        assert!(matches!(verified_hash("[]"), Err(DocumentError::NotAPlan(_))));
        assert!(matches!(verified_hash("{\"schema\": \"other/1\"}"), Err(DocumentError::NotAPlan(_))));
        let without = text().replace("plan_hash", "plan_hush");
        assert!(matches!(verified_hash(&without), Err(DocumentError::NotAPlan("it has no plan_hash"))));
    }
}
