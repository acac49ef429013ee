//! An account that answers from memory, with the faults that a test asks for.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};

use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;

use crate::{
    fetch::{Failure, Reach},
    zendesk::{
        api::{Listing, Me, Page, Position, ReadApi},
        folder::Collection,
        wire::AccountSettings,
    },
};

/// The server's time when a fetch begins.
pub(super) const SERVER_NOW: &str = "2026-11-02T06:00:00Z";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken(pub(super) Reach);

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("broken on purpose")
    }
}

impl std::error::Error for Broken {}

impl Failure for Broken {
    fn reach(&self) -> Reach {
        self.0
    }
}

/// What a listing answers at a position.
#[derive(Clone)]
pub(super) enum Answer {
    /// Records, and what follows.
    Page(Vec<String>, Option<Position>),
    /// Records, and that they are the last; in an export with where to go on.
    End(Vec<String>, Option<Position>),
    Fails(Reach),
}

/// An account.
pub(super) struct Account {
    answers: HashMap<(Listing, Position), Answer>,
    pub(super) role: String,
    pub(super) asked: Mutex<Vec<(Listing, Position)>>,
    /// Cancels the token when so many pages were asked for.
    pub(super) stop_after: Option<(u64, CancellationToken)>,
    /// Everything fails from then on, as without a network.
    pub(super) break_after: u64,
    count: AtomicU64,
}

pub(super) fn cursor(text: &str) -> Position {
    Position::Cursor(text.to_owned())
}

impl Account {
    /// An account whose lists are empty.
    pub(super) fn empty() -> Self {
        let mut account = Self {
            answers: HashMap::new(),
            role: "admin".to_owned(),
            asked: Mutex::default(),
            stop_after: None,
            break_after: u64::MAX,
            count: AtomicU64::new(0),
        };
        for listing in [Listing::Organizations, Listing::Users, Listing::Memberships] {
            account.answer(listing, Position::Start, Answer::End(Vec::new(), None));
        }
        let end = Answer::End(Vec::new(), Some(cursor("end of tickets")));
        account.answer(Listing::TicketExport, Position::Since(0), end);
        account
    }

    /// An account with so many pages of everything, two records each.
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
        self.answers.insert((listing, position), answer);
    }

    /// What was asked of a listing, in order.
    pub(super) fn asked_of(&self, listing: Listing) -> Vec<Position> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|(of, _)| *of == listing).map(|(_, position)| position.clone()).collect()
    }
}

/// A record as the API sends it, with what must not be kept.
pub(super) fn record(listing: Listing, id: u64) -> String {
    let private = r#""notes":"private notes","details":"private","phone":"+44 private","tags":["private"]"#;
    match listing.collection() {
        Collection::Organizations => {
            format!(r#"{{"id":{id},"name":"Org {id}","domain_names":["d{id}.com"],{private}}}"#)
        }
        Collection::Users => {
            format!(
                r#"{{"id":{id},"name":"User {id}","email":"u{id}@d{id}.com","role":"end-user",{private}}}"#
            )
        }
        Collection::Memberships => {
            format!(r#"{{"id":{id},"user_id":{id},"organization_id":{id},"default":true,{private}}}"#)
        }
        Collection::Tickets => format!(
            r#"{{"id":{id},"requester_id":{id},"status":"open","created_at":"2026-10-01T00:00:00Z",
            "via":{{"channel":"email","source":{{"from":{{"address":"private@d.com"}}}}}},
            "subject":"private subject","raw_subject":"private subject","description":"private",{private}}}"#
        ),
    }
}

impl ReadApi for Account {
    type Error = Broken;

    async fn me(&self) -> Result<Me, Broken> {
        Ok(Me { id: 1, role: self.role.clone(), server_time: Some(SERVER_NOW.to_owned()) })
    }

    async fn account_settings(&self) -> Result<AccountSettings, Broken> {
        Ok(AccountSettings { multiple_organizations: Some(true) })
    }

    async fn count(&self, _collection: Collection) -> Result<Option<u64>, Broken> {
        Ok(None)
    }

    async fn page(&self, listing: Listing, position: &Position) -> Result<Page, Broken> {
        // Chains take turns, as they do when they wait for a network.
        tokio::task::yield_now().await;
        self.asked.lock().unwrap().push((listing, position.clone()));
        let count = self.count.fetch_add(1, SeqCst) + 1;
        if let Some((after, stop)) = &self.stop_after
            && count >= *after
        {
            stop.cancel();
        }
        if count > self.break_after {
            return Err(Broken(Reach::Everything));
        }
        let found = self.answers.get(&(listing, position.clone()));
        let (records, next, is_end) = match found.unwrap_or_else(|| panic!("{listing:?} at {position:?}")) {
            Answer::Page(records, next) => (records, next, false),
            Answer::End(records, next) => (records, next, true),
            Answer::Fails(reach) => return Err(Broken(*reach)),
        };
        let records = records.iter().map(|record| RawValue::from_string(record.clone()).unwrap()).collect();
        Ok(Page { records, next: next.clone(), is_end, server_time: None })
    }
}
