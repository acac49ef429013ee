//! What pages say about the completeness of their collection.
//!
//! Only they say whether something follows: `meta.has_more` for cursor lists, `end_of_stream` for
//! exports, `next_page` for offset lists and only there, because an export keeps it to the end.
//! `links.next` is no sign: the API fills it on last pages too. See
//! <https://developer.zendesk.com/api-reference/introduction/pagination/> and
//! <https://developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports/>.

use serde::Deserialize;

use super::{Outcome, PartialReason};

/// What was found in a file, before its digest.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) rows: u64,
    pub(super) pages: u64,
    pub(super) first_cursor: Option<String>,
    pub(super) last_cursor: Option<String>,
    starts_midway: bool,
    last_page: Option<Page>,
}

impl Tally {
    pub(super) fn outcome(&self) -> Outcome {
        if self.last_page.as_ref().and_then(Page::more) == Some(true) {
            Outcome::Partial(PartialReason::MoreToCome)
        } else if self.starts_midway {
            Outcome::Partial(PartialReason::StartsMidway)
        } else {
            Outcome::Complete
        }
    }

    pub(super) fn end_seen(&self) -> bool {
        self.last_page.as_ref().and_then(Page::more) == Some(false)
    }

    pub(super) fn add_page(&mut self, page: Page) {
        if self.pages == 0 {
            self.starts_midway = page.has_previous && !page.is_cursor_page();
        }
        self.pages += 1;
        if let Some(cursor) = &page.cursor {
            if self.first_cursor.is_none() {
                self.first_cursor = Some(cursor.clone());
            }
            self.last_cursor = Some(cursor.clone());
        }
        self.last_page = Some(page);
    }
}

/// The markers of one page.
#[derive(Default)]
pub(super) struct Page {
    pub(super) has_more: Option<bool>,
    pub(super) end_of_stream: Option<bool>,
    /// Whether `next_page` is filled; `None` where the page has no such field.
    pub(super) has_next: Option<bool>,
    pub(super) has_previous: bool,
    pub(super) cursor: Option<String>,
}

impl Page {
    /// Returns whether the page says that another follows; `None` if it does not say.
    fn more(&self) -> Option<bool> {
        if self.is_cursor_page() {
            Some(self.has_more == Some(true) || self.end_of_stream == Some(false))
        } else {
            self.has_next
        }
    }

    /// Returns whether the page belongs to a cursor list or an export and not to an offset list.
    fn is_cursor_page(&self) -> bool {
        self.has_more.is_some() || self.end_of_stream.is_some()
    }
}

#[derive(Deserialize)]
pub(super) struct Meta {
    #[serde(default)]
    pub(super) has_more: Option<bool>,
    #[serde(default)]
    pub(super) after_cursor: Option<String>,
}
