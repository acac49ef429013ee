//! Listings that never end: cursors that lead back, or nowhere.
//!
//! All of these were seen in the wild, see the issues of the connectors that hung on them: the export by
//! time stands still where a second has more records than a page holds.

use std::collections::HashSet;

use xxhash_rust::xxh3::Xxh3;

use crate::{model::GivenUp, zendesk::api::Position};

/// How many empty pages in a row that say that more follows are believed.
const EMPTY_PAGES: u32 = 100;

/// The number of pages in a row that may hold the same ids, though their cursors differ.
const SAME_PAGES: u32 = 10;

/// The most pages that one command reads of a listing: a hundred million records of a list. What the API says
/// about the number of records plays no part: its counts are a day old, and stop at 100,000 while it counts again.
const PAGE_LIMIT: u64 = 1_000_000;

/// Watches one listing. A fetch that is resumed begins with an empty memory, and finds a loop one round later.
#[derive(Debug, Default)]
pub(super) struct LoopWatch {
    seen: HashSet<u64>,
    empty_run: u32,
    pages: u64,
}

impl LoopWatch {
    /// Says why the page that follows one must not be asked for.
    pub(super) fn next(&mut self, asked: &Position, next: &Position) -> Option<GivenUp> {
        self.seen.insert(hash(asked));
        match (asked, next) {
            (asked, next) if asked == next => Some(GivenUp::CursorStandsStill),
            // Time that runs backwards would be read again and again.
            (Position::Since(asked), Position::Since(next)) if next < asked => {
                Some(GivenUp::CursorStandsStill)
            }
            (_, next) if self.seen.contains(&hash(next)) => Some(GivenUp::CursorRepeated),
            _ => None,
        }
    }

    /// Says why no further page is read after one that was written.
    pub(super) fn written(&mut self, row_count: u64, same_run: u32) -> Option<GivenUp> {
        self.pages += 1;
        self.empty_run = if row_count == 0 { self.empty_run + 1 } else { 0 };
        if self.empty_run >= EMPTY_PAGES {
            Some(GivenUp::EmptyPages)
        } else if same_run >= SAME_PAGES {
            Some(GivenUp::PageRepeated)
        } else if self.pages >= PAGE_LIMIT {
            Some(GivenUp::PageLimit)
        } else {
            None
        }
    }
}

/// Cursors are kept as hashes: a million of them must not weigh.
fn hash(position: &Position) -> u64 {
    let mut hasher = Xxh3::new();
    match position {
        Position::Start => hasher.update(b"start"),
        Position::Since(time) => {
            hasher.update(b"since");
            hasher.update(&time.to_le_bytes());
        }
        Position::Cursor(cursor) => {
            hasher.update(b"after");
            hasher.update(cursor.as_bytes());
        }
    }
    hasher.digest()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(text: &str) -> Position {
        Position::Cursor(text.to_owned())
    }

    #[test]
    fn a_cursor_that_leads_back_is_found_however_long_the_way() {
        let mut watch = LoopWatch::default();
        assert_eq!(watch.next(&Position::Start, &cursor("0")), None);
        for at in 0..1000 {
            assert_eq!(watch.next(&cursor(&at.to_string()), &cursor(&(at + 1).to_string())), None);
        }
        assert_eq!(watch.next(&cursor("1000"), &cursor("3")), Some(GivenUp::CursorRepeated));
    }

    #[test]
    fn a_position_that_does_not_move_is_found_at_once() {
        let mut watch = LoopWatch::default();
        assert_eq!(watch.next(&cursor("a"), &cursor("a")), Some(GivenUp::CursorStandsStill));
        assert_eq!(watch.next(&Position::Since(5), &Position::Since(5)), Some(GivenUp::CursorStandsStill));
        assert_eq!(watch.next(&Position::Since(5), &Position::Since(4)), Some(GivenUp::CursorStandsStill));
        assert_eq!(watch.next(&Position::Since(5), &Position::Since(6)), None);
    }

    #[test]
    fn pages_are_counted() {
        let mut watch = LoopWatch::default();
        for _ in 1..EMPTY_PAGES {
            assert_eq!(watch.written(0, 1), None);
        }
        assert_eq!(watch.written(0, 1), Some(GivenUp::EmptyPages));
        assert_eq!(watch.written(5, 9), None, "an overlap is no loop");
        assert_eq!(watch.written(5, 10), Some(GivenUp::PageRepeated));
        for _ in 103..PAGE_LIMIT {
            assert_eq!(watch.written(5, 1), None);
        }
        assert_eq!(watch.written(5, 1), Some(GivenUp::PageLimit));
    }
}
