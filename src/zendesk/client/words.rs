//! What a server said about a failure, made fit for a message.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

/// As much as a line of a message holds.
const LONGEST: usize = 200;

/// Secrets shorter than that are not looked for: they would be found in every word.
const SHORTEST_SECRET: usize = 4;

/// What stands in for a secret or an address.
const HIDDEN: &str = "…";

/// The few members of an error that are words about it. Zendesk has at least five shapes of errors.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    error: Value,
    errors: Value,
    error_description: Value,
    description: Value,
    title: Value,
    detail: Value,
}

/// Returns the words of an error: `error`, `title` and `description`, cut, without control characters,
/// secrets and e-mail addresses. What else a reply says is not repeated.
pub(super) fn words(body: &[u8], secrets: &[&str]) -> Option<String> {
    let body: ErrorBody = serde_json::from_slice(body).ok()?;
    let mut found = Vec::new();
    for value in
        [&body.error, &body.errors, &body.title, &body.error_description, &body.description, &body.detail]
    {
        collect(value, &mut found);
    }
    let mut seen = BTreeSet::new();
    found.retain(|words| !words.is_empty() && seen.insert(*words));
    let mut text = found.join(", ");
    for secret in secrets {
        if secret.len() >= SHORTEST_SECRET {
            text = text.replace(*secret, HIDDEN);
        }
    }
    let text: Vec<&str> =
        text.split_whitespace().map(|word| if word.contains('@') { HIDDEN } else { word }).collect();
    let text: String =
        text.join(" ").chars().filter(|character| !character.is_control()).take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

fn collect<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(list) => list.iter().take(3).for_each(|value| collect(value, found)),
        Value::Object(object) => {
            for key in ["code", "error", "title", "message", "description"] {
                if let Some(Value::String(text)) = object.get(key) {
                    found.push(text);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &str) -> Option<String> {
        words(body.as_bytes(), &[])
    }

    #[test]
    fn all_shapes_of_errors_have_words() {
        for (body, expected) in [
            (r#"{"error":"Couldn't authenticate you"}"#, "Couldn't authenticate you"),
            (
                r#"{"error":{"title":"Forbidden","message":"You do not have access"}}"#,
                "Forbidden, You do not have access",
            ),
            (r#"{"error":"RecordNotFound","description":"Not found"}"#, "RecordNotFound, Not found"),
            (
                r#"{"errors":[{"code":"InvalidPaginationDepth","title":"Too deep"}]}"#,
                "InvalidPaginationDepth, Too deep",
            ),
            (
                r#"{"detail":"Rate limited by Zendesk edge protection","status":"429","title":"Automated response"}"#,
                "Automated response, Rate limited by Zendesk edge protection",
            ),
            (
                r#"{"error":"invalid_client","error_description":"Unknown client"}"#,
                "invalid_client, Unknown client",
            ),
        ] {
            assert_eq!(said(body).as_deref(), Some(expected));
        }
        for body in ["", "upstream request timeout", "{}", "[]", "{\"user\":{\"name\":\"Ann\"}}", "<html>"] {
            assert_eq!(said(body), None, "{body}");
        }
    }

    #[test]
    fn secrets_addresses_and_control_characters_stay_out() {
        let body =
            r#"{"error":"token s3cr3t-canary of ann@example.com\u001b[31m is\nbad","password":"other"}"#;
        let text = words(body.as_bytes(), &["s3cr3t-canary"]).unwrap();
        assert_eq!(text, "token … of … is bad");
        let long = format!(r#"{{"error":"{}"}}"#, "x".repeat(5000));
        assert_eq!(said(&long).unwrap().len(), LONGEST);
    }
}
