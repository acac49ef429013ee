//! A server that repeats what it was sent.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::{Engine, engine::general_purpose::STANDARD};

/// What a server can say of a request that it was sent: as it stands, decoded, encoded.
pub(super) async fn echo(status: u16, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let sent =
        head.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let value = sent.split_once(' ').map_or(sent, |(_, value)| value);
    let decoded = STANDARD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.unwrap_or_default();
    let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    let url_encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let words = [
        sent.to_owned(),
        decoded.clone(),
        url_encoded(value),
        url_encoded(&decoded),
        STANDARD.encode(value),
        STANDARD.encode(&decoded),
        body,
    ];
    let said = serde_json::json!({
        "error": words[0], "description": words[1], "title": words[2], "error_description": words[3],
        "detail": words[4], "errors": [{ "code": words[5], "title": words[6], "message": words.join(" ") }],
        "user": { "id": null, "role": value }, "access_token": null,
    });
    let mut response = Response::new(Body::from(said.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // Without its limits a client is as slow as the smallest plan.
    headers.insert("x-rate-limit", HeaderValue::from_static("1000000"));
    for name in ["zendesk-ratelimit-incremental-exports", "zendesk-ratelimit-tickets-index"] {
        headers.insert(name, HeaderValue::from_static("total=1000000; remaining=999999; resets=1"));
    }
    for name in ["x-request-id", "location", "www-authenticate", "x-zendesk-api-warn", "server", "etag"] {
        headers.insert(name, HeaderValue::from_str(value).unwrap());
    }
    response
}
