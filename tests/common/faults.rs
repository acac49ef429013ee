//! What goes wrong between a client and the sandbox: chosen by path and by the number of the request.
//!
//! The sandbox itself knows nothing of this; what it answers is spoiled on the way. Chance is seeded.

use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use orgdrift::sandbox::{Sandbox, World};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio_util::io::ReaderStream;

use super::dice::Dice;
use super::echo::echo;

/// What happens to a request or to its reply.
#[derive(Clone)]
pub(crate) enum Fault {
    /// The reply comes later.
    Latency(Duration),
    /// Something else is answered, and the sandbox hears nothing of the request.
    Instead(Instead),
    /// The sandbox does what was asked, and something else is answered.
    Afterwards(Instead),
    /// The sandbox does what was asked at once, and the reply comes later.
    LateReply(Duration),
    /// The connection ends at once, and the sandbox hears of the request later.
    LateEffect(Duration),
    /// The reply is about another record.
    WrongIds,
    /// The connection ends before the sandbox hears of the request.
    ResetBefore,
    /// The connection ends when the sandbox has done what was asked.
    ResetAfter,
    /// The connection ends in the middle of the body.
    Truncated,
    /// The body comes byte by byte, with a pause before each of so many pieces.
    Trickle { pieces: usize, pause: Duration },
    /// The body unpacks to so many bytes.
    GzipBomb(usize),
    /// The page names the cursor of the first page again.
    RepeatedCursor,
    /// The page names the cursor that it was asked for.
    StandingCursor,
    /// The page has the records of the page before it.
    RepeatedPage,
    /// Every token that was issued has expired when the request arrives.
    ExpiredTokens,
    /// The server answers with a status, and repeats all that it was sent in the body and in headers.
    Echo(u16),
    /// Somebody changes records before the request arrives.
    Meanwhile(Arc<dyn Fn(&mut World) + Send + Sync>),
}

/// A reply that the sandbox did not give.
#[derive(Clone, Debug)]
pub(crate) struct Instead {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Fault {
    /// 429 with a `Retry-After`, which need not be one.
    pub(crate) fn too_many(retry_after: Option<&str>) -> Self {
        let body = r#"{"error":"APIRateLimitExceeded","description":"Number of allowed API requests per minute exceeded"}"#;
        Self::instead(429, body, retry_after)
    }

    /// 429 of the edge, which has an envelope of its own.
    pub(crate) fn too_many_at_the_edge() -> Self {
        let body = r#"{"detail":"Rate limited by Zendesk edge protection","status":"429","title":"Automated response"}"#;
        Self::instead(429, body, None)
    }

    /// Another status, as proxies answer it: a short text.
    pub(crate) fn status(status: u16, retry_after: Option<&str>) -> Self {
        Self::instead(status, "upstream request timeout", retry_after)
    }

    /// A page for people, with 200.
    pub(crate) fn html() -> Self {
        let headers = vec![("content-type", "text/html; charset=utf-8".to_owned())];
        Self::Instead(Instead { status: 200, headers, body: "<!doctype html><h1>Sign in</h1>".to_owned() })
    }

    /// JSON that is no page.
    pub(crate) fn wrong_page() -> Self {
        Self::instead(200, r#"{"rows":[]}"#, None)
    }

    /// JSON that ends too early, although the body is complete.
    pub(crate) fn wrong_json() -> Self {
        Self::instead(200, r#"{"users":[{"id":1"#, None)
    }

    /// Leads elsewhere.
    pub(crate) fn redirect(to: &str) -> Self {
        let headers = vec![("location", to.to_owned())];
        Self::Instead(Instead { status: 302, headers, body: String::new() })
    }

    /// JSON that a test has made up.
    pub(crate) fn saying(status: u16, body: &str) -> Self {
        Self::instead(status, body, None)
    }

    /// The same reply, but after the sandbox did what was asked.
    pub(crate) fn afterwards(self) -> Self {
        match self {
            Self::Instead(instead) => Self::Afterwards(instead),
            other => other,
        }
    }

    fn instead(status: u16, body: &str, retry_after: Option<&str>) -> Self {
        let headers = retry_after.map(|value| ("retry-after", value.to_owned())).into_iter().collect();
        Self::Instead(Instead { status, headers, body: body.to_owned() })
    }
}

/// Which requests of a path it meets, counted from 1.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    /// One of them.
    Nth(u64),
    /// Those from the first up to and including the second.
    Between(u64, u64),
    /// That one and all after it.
    From(u64),
    /// Each with a chance in percent.
    Percent(u64),
}

/// The faults of a sandbox. Copies are the same faults.
#[derive(Clone)]
pub(crate) struct Faults {
    inner: Arc<Mutex<Inner>>,
    sandbox: Arc<Sandbox>,
}

struct Inner {
    rules: Vec<Rule>,
    dice: Dice,
    /// By path: the cursor of the first page, and the records of the last.
    seen: HashMap<String, Seen>,
    /// Records to a page at most, whatever is asked for.
    page_size: Option<u64>,
    /// Every `Authorization` header that came, without its scheme.
    authorizations: BTreeSet<String>,
}

struct Rule {
    /// How the path and the query begin.
    path: String,
    /// Only requests that write.
    is_for_writes: bool,
    which: Which,
    fault: Fault,
    requests: u64,
    hits: u64,
}

#[derive(Clone, Default)]
struct Seen {
    first_cursor: Option<Value>,
    records: Option<Value>,
}

impl Faults {
    pub(crate) fn new(sandbox: Arc<Sandbox>) -> Self {
        let inner = Inner {
            rules: Vec::new(),
            dice: Dice::new(1),
            seen: HashMap::new(),
            page_size: None,
            authorizations: BTreeSet::new(),
        };
        Self { inner: Arc::new(Mutex::new(inner)), sandbox }
    }

    /// Chance from this seed on.
    pub(crate) fn seed(&self, seed: u64) {
        self.inner().dice = Dice::new(seed);
    }

    /// Adds a fault for requests whose path with its query begins so. Of several that meet one request, the
    /// one that was added first happens. Pages and cursors that are to come back are remembered from the first
    /// fault on that is added.
    pub(crate) fn on(&self, path: &str, which: Which, fault: Fault) {
        self.add(path, false, which, fault);
    }

    /// As [`Self::on`], for requests that write; others are not counted.
    pub(crate) fn on_writes(&self, path: &str, which: Which, fault: Fault) {
        self.add(path, true, which, fault);
    }

    fn add(&self, path: &str, is_for_writes: bool, which: Which, fault: Fault) {
        let rule = Rule { path: path.to_owned(), is_for_writes, which, fault, requests: 0, hits: 0 };
        self.inner().rules.push(rule);
    }

    /// Makes pages smaller than they are asked for, so that a few records are many pages.
    pub(crate) fn page_size(&self, size: u64) {
        self.inner().page_size = Some(size);
    }

    /// What clients authorized themselves with, since the beginning.
    pub(crate) fn authorizations(&self) -> BTreeSet<String> {
        self.inner().authorizations.clone()
    }

    /// Ends all faults.
    pub(crate) fn clear(&self) {
        self.inner().rules.clear();
    }

    /// How often each fault happened, in the order in which they were added.
    pub(crate) fn hits(&self) -> Vec<u64> {
        self.inner().rules.iter().map(|rule| rule.hits).collect()
    }

    /// Puts the faults in front of a service.
    pub(crate) fn around(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), spoil))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pick(&self, path: &str, is_write: bool) -> Option<Fault> {
        let inner = &mut *self.inner();
        let mut picked = None;
        for rule in &mut inner.rules {
            if !path.starts_with(&rule.path) || (rule.is_for_writes && !is_write) {
                continue;
            }
            rule.requests += 1;
            let is_met = match rule.which {
                Which::Nth(number) => rule.requests == number,
                Which::Between(first, last) => (first..=last).contains(&rule.requests),
                Which::From(first) => rule.requests >= first,
                Which::Percent(chance) => inner.dice.chance(chance),
            };
            if is_met && picked.is_none() {
                rule.hits += 1;
                picked = Some(rule.fault.clone());
            }
        }
        picked
    }

    /// Rewrites a page, and remembers it.
    fn rewrite(&self, path: &str, query: &str, body: &Bytes, fault: Option<&Fault>) -> Bytes {
        let Ok(mut page) = serde_json::from_slice::<Value>(body) else { return body.clone() };
        let Some(list) = list_of(&page) else { return body.clone() };
        let mut inner = self.inner();
        let seen = inner.seen.entry(path.to_owned()).or_default();
        let before = seen.clone();
        seen.records = Some(page[&list].clone());
        if seen.first_cursor.is_none() {
            seen.first_cursor = Some(cursor_of(&mut page).clone());
        }
        drop(inner);
        match fault {
            Some(Fault::RepeatedPage) => page[&list] = before.records.unwrap_or_default(),
            Some(Fault::RepeatedCursor) => goes_on_at(&mut page, before.first_cursor.unwrap_or_default()),
            Some(Fault::StandingCursor) => goes_on_at(&mut page, asked_cursor(query)),
            _ => return body.clone(),
        }
        Bytes::from(page.to_string())
    }
}

/// The name of the list of a page.
fn list_of(page: &Value) -> Option<String> {
    page.as_object()?.iter().find(|(_, value)| value.is_array()).map(|(name, _)| name.clone())
}

/// Where a page says that the next one begins.
fn cursor_of(page: &mut Value) -> &mut Value {
    if page["meta"].is_object() {
        &mut page["meta"]["after_cursor"]
    } else if page.get("after_cursor").is_some() {
        &mut page["after_cursor"]
    } else {
        &mut page["end_time"]
    }
}

fn goes_on_at(page: &mut Value, cursor: Value) {
    *cursor_of(page) = cursor;
    if page["meta"].is_object() {
        page["meta"]["has_more"] = true.into();
    } else {
        page["end_of_stream"] = false.into();
    }
}

fn asked_cursor(query: &str) -> Value {
    let query = url::form_urlencoded::parse(query.as_bytes());
    for (name, value) in query {
        match &*name {
            "page[after]" | "cursor" => return value.into(),
            "start_time" => return value.parse::<i64>().unwrap().into(),
            _ => {}
        }
    }
    Value::Null
}

async fn spoil(State(faults): State<Faults>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let is_write = request.method() != Method::GET;
    if let Some(sent) = request.headers().get(header::AUTHORIZATION) {
        let sent = sent.to_str().unwrap();
        let (_, value) = sent.split_once(' ').unwrap_or_default();
        faults.inner().authorizations.insert(value.to_owned());
    }
    let fault = faults.pick(&request.uri().to_string(), is_write);
    match &fault {
        Some(Fault::Latency(pause)) => tokio::time::sleep(*pause).await,
        Some(Fault::Instead(instead)) => return replaced(instead),
        Some(Fault::Echo(status)) => return echo(*status, request).await,
        Some(Fault::ResetBefore) => end_of_connection(),
        Some(Fault::LateEffect(pause)) => {
            let pause = *pause;
            let (head, body) = request.into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap();
            tokio::spawn(async move {
                tokio::time::sleep(pause).await;
                next.run(Request::from_parts(head, Body::from(body))).await
            });
            end_of_connection()
        }
        Some(Fault::ExpiredTokens) => faults.sandbox.expire_tokens(),
        Some(Fault::Meanwhile(change)) => faults.sandbox.change(|world| change(world)),
        _ => {}
    }
    let page_size = faults.inner().page_size;
    if let Some(size) = page_size {
        *request.uri_mut() = with_page_size(request.uri(), size);
    }
    if faults.inner().rules.is_empty() {
        return next.run(request).await;
    }
    // Compressed bodies could not be rewritten.
    request.headers_mut().remove(header::ACCEPT_ENCODING);
    let (mut head, body) = next.run(request).await.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let body = faults.rewrite(&path, &query, &body, fault.as_ref());
    head.headers.remove(header::CONTENT_LENGTH);
    match fault {
        Some(Fault::ResetAfter) => end_of_connection(),
        Some(Fault::Afterwards(instead)) => replaced(&instead),
        Some(Fault::LateReply(pause)) => {
            tokio::time::sleep(pause).await;
            Response::from_parts(head, Body::from(body))
        }
        Some(Fault::WrongIds) => Response::from_parts(head, Body::from(other_ids(&body))),
        Some(Fault::Truncated) => {
            head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
            let half = body.slice(..body.len() / 2);
            Response::from_parts(head, in_pieces(half, 1, Duration::ZERO))
        }
        Some(Fault::Trickle { pieces, pause }) => {
            head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
            Response::from_parts(head, in_pieces(body, pieces, pause))
        }
        Some(Fault::GzipBomb(size)) => {
            head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            Response::from_parts(head, Body::from(bomb(&body, size)))
        }
        _ => Response::from_parts(head, Body::from(body)),
    }
}

/// Ends the task of the connection, without the message of a panic.
fn end_of_connection() -> ! {
    std::panic::resume_unwind(Box::new("a connection that ends on purpose"))
}

/// The same address with another size of pages.
fn with_page_size(uri: &Uri, size: u64) -> Uri {
    let Some((path, query)) = uri.path_and_query().unwrap().as_str().split_once('?') else {
        return uri.clone();
    };
    let mut changed = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let is_size = name == "page[size]" || name == "per_page";
        changed.append_pair(&name, if is_size { size.to_string() } else { value.into_owned() }.as_str());
    }
    format!("{path}?{}", changed.finish()).parse().unwrap()
}

fn replaced(instead: &Instead) -> Response {
    let mut response = Response::new(Body::from(instead.body.clone()));
    *response.status_mut() = StatusCode::from_u16(instead.status).unwrap();
    for (name, value) in &instead.headers {
        response.headers_mut().insert(*name, value.parse().unwrap());
    }
    response
}

/// The same record with other ids.
fn other_ids(body: &Bytes) -> String {
    fn change(value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(change),
            Value::Object(members) => {
                for (name, value) in members {
                    match value {
                        Value::Number(number) if name == "id" || name.ends_with("_id") => {
                            *value = Value::from(number.as_i64().unwrap() + 1_000_000);
                        }
                        other => change(other),
                    }
                }
            }
            _ => {}
        }
    }
    let mut value = serde_json::from_slice(body).unwrap_or_default();
    change(&mut value);
    value.to_string()
}

/// A body that comes slowly.
fn in_pieces(body: Bytes, pieces: usize, pause: Duration) -> Body {
    let (mut writer, reader) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move {
        for piece in body.chunks(body.len().div_ceil(pieces.max(1)).max(1)) {
            tokio::time::sleep(pause).await;
            if writer.write_all(piece).await.is_err() {
                return Ok::<(), Infallible>(());
            }
        }
        Ok(())
    });
    Body::from_stream(ReaderStream::new(reader))
}

/// A page with spaces before it, packed: JSON all the same.
fn bomb(body: &[u8], size: usize) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let spaces = vec![b' '; 1024 * 1024];
    for _ in 0..size.div_ceil(spaces.len()) {
        encoder.write_all(&spaces).unwrap();
    }
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}
