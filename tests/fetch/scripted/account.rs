//! A server on loopback whose every page a test writes itself: cursors that lead back, failures at one page.
//!
//! The sandbox behaves, and its faults are picked by the number of a request; here a page is what the test
//! says, so that what comes of it can be said exactly.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use orgdrift::zendesk::api::{Listing, Position};
use orgdrift::zendesk::folder::Collection;
use tokio_util::sync::CancellationToken;

/// The server's time, and the same as a header.
pub(super) const SERVER_NOW: &str = "2026-11-02T06:00:00Z";
const DATE: &str = "Mon, 02 Nov 2026 06:00:00 GMT";

/// What a listing answers at a position.
#[derive(Clone)]
pub(super) enum Answer {
    /// Records, and what follows.
    Page(Vec<String>, Option<Position>),
    /// Records, and that they are the last; in an export with where to go on.
    End(Vec<String>, Option<Position>),
    /// A status.
    Fails(u16),
}

/// An account. Copies count together.
#[derive(Clone)]
pub(super) struct Account {
    /// Shared by the copies: every request gets one.
    answers: Arc<HashMap<(Listing, Position), Answer>>,
    pub(super) asked: Arc<Mutex<Vec<(Listing, Position)>>>,
    /// Cancels the token when this many pages were asked for.
    pub(super) stop_after: Option<(u64, CancellationToken)>,
    /// What every count answers, if there are counts.
    pub(super) counted: Option<u64>,
    /// Credentials are refused from then on.
    pub(super) break_after: u64,
    count: Arc<AtomicU64>,
}

pub(super) fn cursor(text: &str) -> Position {
    Position::Cursor(text.to_owned())
}

impl Account {
    /// An account whose lists are empty.
    pub(super) fn empty() -> Self {
        let mut account = Self {
            answers: Arc::default(),
            asked: Arc::default(),
            stop_after: None,
            counted: None,
            break_after: u64::MAX,
            count: Arc::default(),
        };
        for listing in [Listing::Organizations, Listing::Users, Listing::Memberships] {
            account.answer(listing, Position::Start, Answer::End(Vec::new(), None));
        }
        let end = Answer::End(Vec::new(), Some(cursor("end of tickets")));
        account.answer(Listing::TicketExport, Position::Since(0), end);
        account
    }

    /// An account with this many pages of everything, two records each.
    pub(super) fn with_pages(pages: u64) -> Self {
        let mut account = Self::empty();
        for (listing, start) in [
            (Listing::Organizations, Position::Start),
            (Listing::Users, Position::Start),
            (Listing::Memberships, Position::Start),
            (Listing::TicketExport, Position::Since(0)),
        ] {
            let mut position = start;
            for page in 1..=pages {
                let records = vec![record(listing, page * 2), record(listing, page * 2 + 1)];
                let next = cursor(&format!("{listing:?} {page}"));
                let is_end = page == pages;
                let answer = match (is_end, listing.is_export()) {
                    (false, _) => Answer::Page(records, Some(next.clone())),
                    (true, true) => Answer::End(records, Some(next.clone())),
                    (true, false) => Answer::End(records, None),
                };
                account.answer(listing, position, answer);
                position = next;
            }
        }
        account
    }

    pub(super) fn answer(&mut self, listing: Listing, position: Position, answer: Answer) {
        Arc::make_mut(&mut self.answers).insert((listing, position), answer);
    }

    /// What was asked of a listing, in order.
    pub(super) fn asked_of(&self, listing: Listing) -> Vec<Position> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|(of, _)| *of == listing).map(|(_, position)| position.clone()).collect()
    }
}

/// A record as the API sends it, as far as a folder keeps it.
pub(super) fn record(listing: Listing, id: u64) -> String {
    match listing.collection() {
        Collection::Organizations => {
            format!(r#"{{"id":{id},"name":"Org {id}","domain_names":["d{id}.com"]}}"#)
        }
        Collection::Users => {
            format!(r#"{{"id":{id},"name":"User {id}","email":"u{id}@d{id}.com","role":"end-user"}}"#)
        }
        Collection::Memberships => {
            format!(r#"{{"id":{id},"user_id":{id},"organization_id":{id},"default":true}}"#)
        }
        Collection::Tickets => format!(
            r#"{{"id":{id},"requester_id":{id},"status":"open","created_at":"2026-10-01T00:00:00Z"}}"#
        ),
    }
}

/// Serves an account.
pub(super) fn router(account: Account) -> Router {
    Router::new().fallback(handle).with_state(account)
}

async fn handle(State(account): State<Account>, request: Request) -> Response {
    let reply = match request.uri().path() {
        "/api/v2/users/me" => Ok(r#"{"user":{"id":1,"role":"admin"}}"#.to_owned()),
        "/api/v2/account/settings" => {
            Ok(r#"{"settings":{"user":{"multiple_organizations":true}}}"#.to_owned())
        }
        path if path.ends_with("/count") && account.counted.is_some() => Ok(format!(
            r#"{{"count":{{"value":{},"refreshed_at":null}}}}"#,
            account.counted.unwrap_or_default()
        )),
        path => match listing_of(path) {
            Some(listing) => account.page(listing, request.uri().query().unwrap_or_default()),
            None => Err(404),
        },
    };
    let headers = [
        (header::DATE.as_str(), DATE),
        (header::CONTENT_TYPE.as_str(), "application/json"),
        ("ratelimit-limit", "1000000"),
        ("zendesk-ratelimit-incremental-exports", "total=1000000; remaining=1000000; resets=1"),
        ("zendesk-ratelimit-tickets-index", "total=1000000; remaining=1000000; resets=1"),
    ];
    match reply {
        Ok(body) => (headers, body).into_response(),
        Err(status) => (StatusCode::from_u16(status).unwrap(), headers, "{}").into_response(),
    }
}

fn listing_of(path: &str) -> Option<Listing> {
    Some(match path.strip_prefix("/api/v2/")? {
        "organizations" => Listing::Organizations,
        "users" => Listing::Users,
        "organization_memberships" => Listing::Memberships,
        "tickets" => Listing::Tickets,
        "incremental/organizations" => Listing::OrganizationExport,
        "incremental/users/cursor" => Listing::UserExport,
        "incremental/tickets/cursor" => Listing::TicketExport,
        _ => return None,
    })
}

fn position_of(query: &str) -> Position {
    let named: HashMap<_, _> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    match (named.get("page[after]").or(named.get("cursor")), named.get("start_time")) {
        (Some(after), _) => cursor(after),
        (None, Some(time)) => Position::Since(time.parse().unwrap()),
        (None, None) => Position::Start,
    }
}

impl Account {
    fn page(&self, listing: Listing, query: &str) -> Result<String, u16> {
        let position = position_of(query);
        self.asked.lock().unwrap().push((listing, position.clone()));
        let count = self.count.fetch_add(1, SeqCst) + 1;
        if let Some((after, stop)) = &self.stop_after
            && count >= *after
        {
            stop.cancel();
        }
        if count > self.break_after {
            return Err(401);
        }
        let (records, next, is_end) = match self.answers.get(&(listing, position)).cloned() {
            Some(Answer::Page(records, next)) => (records, next, false),
            Some(Answer::End(records, next)) => (records, next, true),
            Some(Answer::Fails(status)) => return Err(status),
            // No test asks for what it did not write.
            None => return Err(418),
        };
        let (after, end_time) = match next {
            Some(Position::Cursor(after)) => (Some(after), None),
            Some(Position::Since(time)) => (None, Some(time)),
            Some(Position::Start) | None => (None, None),
        };
        let markers = if listing.is_export() {
            serde_json::json!({"after_cursor": after, "end_time": end_time, "end_of_stream": is_end})
        } else {
            serde_json::json!({"meta": {"has_more": !is_end, "after_cursor": after}})
        };
        let markers = markers.to_string();
        Ok(format!(r#"{{"{}":[{}],{}"#, listing.collection().name(), records.join(","), &markers[1..]))
    }
}
