//! Replies, and the envelopes in which the API says no.

use serde_json::{Value, json};

/// An answer, without what every answer has.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Headers beside those of every reply.
    pub headers: Vec<(&'static str, String)>,
    /// The body, JSON; empty for `no content`.
    pub body: Vec<u8>,
}

impl Reply {
    /// A reply of a value.
    pub(super) fn json(status: u16, value: &Value) -> Self {
        Self { status, headers: Vec::new(), body: value.to_string().into_bytes() }
    }

    /// A reply of a text that is JSON already.
    pub(super) fn text(body: Vec<u8>) -> Self {
        Self { status: 200, headers: Vec::new(), body }
    }

    /// A reply without a body.
    pub(super) fn no_content() -> Self {
        Self { status: 204, headers: Vec::new(), body: Vec::new() }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn error(status: u16, error: &str, description: &str) -> Self {
        Self::json(status, &json!({"error": error, "description": description}))
    }

    /// The envelope of the newer paging.
    pub(super) fn errors(status: u16, code: &str, title: &str) -> Self {
        Self::json(status, &json!({"errors": [{"code": code, "title": title}]}))
    }

    pub(super) fn unauthorized() -> Self {
        Self::json(401, &json!({"error": "Couldn't authenticate you"}))
    }

    /// A bearer token that is not valid, or is no longer.
    pub(super) fn invalid_token() -> Self {
        Self::json(
            401,
            &json!({
                "error": "invalid_token",
                "error_description": "The access token provided is expired, revoked, malformed or invalid for other reasons.",
            }),
        )
    }

    /// What a role may not do.
    pub(super) fn forbidden() -> Self {
        Self::json(
            403,
            &json!({"error": {
                "title": "Forbidden",
                "message": "You do not have access to this page. Please contact the account owner of this help desk for further help.",
            }}),
        )
    }

    /// What a token may not do.
    pub(super) fn missing_scope(scope: &str) -> Self {
        Self::error(403, "Forbidden", &format!("Missing the following required scopes: {scope}"))
    }

    pub(super) fn not_found() -> Self {
        Self::error(404, "RecordNotFound", "Not found")
    }

    pub(super) fn no_endpoint() -> Self {
        Self::error(404, "InvalidEndpoint", "Not found")
    }

    pub(super) fn too_many_requests(what: &str, wait: u64) -> Self {
        let description = format!("Number of allowed {what} requests per minute exceeded");
        Self::error(429, "APIRateLimitExceeded", &description).with("retry-after", wait.to_string())
    }
}
