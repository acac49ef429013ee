//! What a server said about a failure, made fit for a message.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
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
    let text = found.join(", ");
    let forms = forms(secrets);
    let is_hidden = |word: &str| word.contains('@') || has_secret(word, &forms);
    let text: Vec<&str> =
        text.split_whitespace().map(|word| if is_hidden(word) { HIDDEN } else { word }).collect();
    let text: String =
        text.join(" ").chars().filter(|character| !character.is_control()).take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

/// Returns the codes of an error, such as `RecordInvalid, DuplicateValue`, and nothing that is a sentence: what is
/// written down for good must name nobody and hold no secret.
pub(super) fn codes(body: &[u8], secrets: &[&str]) -> Option<String> {
    let forms = forms(secrets);
    let body: Value = serde_json::from_slice(body).ok()?;
    let lists = body["details"].as_object().into_iter().flat_map(|details| details.values());
    let entries = body["errors"].as_array().into_iter().chain(lists.filter_map(Value::as_array)).flatten();
    let mut found = vec![&body["error"], &body["error"]["title"], &body["error"]["code"]];
    found.extend(entries.take(3).flat_map(|entry| [&entry["code"], &entry["error"]]));
    let mut seen = BTreeSet::new();
    let codes: Vec<&str> = found
        .into_iter()
        .filter_map(Value::as_str)
        .filter(|text| is_code(text) && !has_secret(text, &forms) && seen.insert(*text))
        .collect();
    (!codes.is_empty()).then(|| codes.join(", "))
}

/// One word in camel or snake case.
fn is_code(text: &str) -> bool {
    let is_word = text.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
    let is_joined = text.chars().skip(1).any(|character| character == '_' || character.is_ascii_uppercase());
    is_word && is_joined && text.len() <= 60
}

/// The secrets as a server may have encoded them: each as it is, for an address, and in Base64, where what
/// stands before it decides which of three texts its middle becomes.
pub(super) fn forms(secrets: &[&str]) -> Vec<String> {
    let mut forms = Vec::new();
    for secret in secrets.iter().filter(|secret| secret.len() >= SHORTEST_SECRET) {
        forms.push((*secret).to_owned());
        forms.push(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect());
        for before in ["", "x", "xx"] {
            let encoded = STANDARD_NO_PAD.encode(format!("{before}{secret}"));
            // The first and the last group have something of what stands around it.
            let middle = encoded.get(4..encoded.len().saturating_sub(4)).unwrap_or_default();
            if middle.len() >= SHORTEST_SECRET {
                forms.push(middle.to_owned());
            }
        }
    }
    forms
}

/// Whether a text has one of the [`forms`] of a secret.
pub(super) fn has_secret(text: &str, forms: &[String]) -> bool {
    forms.iter().any(|form| text.contains(form))
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
    fn what_is_written_down_is_codes_alone() {
        for (body, expected) in [
            (
                r#"{"error":"RecordInvalid","description":"Ann Smith is no member",
                    "details":{"base":[{"description":"Ann: taken","error":"DuplicateValue"}]}}"#,
                Some("RecordInvalid, DuplicateValue"),
            ),
            (
                r#"{"errors":[{"code":"InvalidPaginationDepth","title":"Too deep"}]}"#,
                Some("InvalidPaginationDepth"),
            ),
            (r#"{"error":"invalid_token"}"#, Some("invalid_token")),
            (r#"{"error":"secretToken","errors":[{"code":"TooManyRequests"}]}"#, Some("TooManyRequests")),
            (r#"{"error":"Couldn't authenticate you"}"#, None),
            (r#"{"error":"Ann"}"#, None),
            (r#"{"error":{"title":"ann@example.com","message":"RecordInvalid"}}"#, None),
            ("<html>", None),
        ] {
            assert_eq!(codes(body.as_bytes(), &["secretToken"]).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn secrets_addresses_and_control_characters_stay_out() {
        let body =
            r#"{"error":"token s3cr3t-canary of ann@example.com\u001b[31m is\nbad","password":"other"}"#;
        let text = words(body.as_bytes(), &["s3cr3t-canary"]).unwrap();
        assert_eq!(text, "token … of … is bad");
        // The second is of `x:s3cr3t-canary` and a line end.
        for encoded in ["czNjcjN0LWNhbmFyeQ==", "eDpzM2NyM3QtY2FuYXJ5Cg=="] {
            let body = format!(r#"{{"error":"it was {encoded}"}}"#);
            assert_eq!(words(body.as_bytes(), &["s3cr3t-canary"]).unwrap(), "it was …");
        }
        assert_eq!(words(br#"{"error":"a%2Fb%2Fc was it"}"#, &["a/b/c"]).unwrap(), "… was it");
        let long = format!(r#"{{"error":"{}"}}"#, "x".repeat(5000));
        assert_eq!(said(&long).unwrap().len(), LONGEST);
    }
}
