//! The faults, and how a reading ends that meets them.

use std::time::Duration;

use super::stage::{Mode, Place};
use crate::common::faults::{Fault, Which};

/// How often a fault happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Times {
    Once,
    AFew,
    Forever,
}

/// How a reading ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With a complete snapshot: the one that there is without the fault.
    Complete,
    /// With a snapshot that says which collection is not complete, and why; any of these reasons.
    Partial(&'static [&'static str]),
    /// With a snapshot that says that a collection may not be read.
    Forbidden,
    /// With an error of that exit code and these words, and no snapshot.
    Stopped(i32, &'static str),
}

use End::{Complete, Forbidden, Partial, Stopped};

/// A kind of fault.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) fault: fn() -> Fault,
    /// The request of a listing that meets it first.
    pub(super) first: u64,
    /// How it ends when the fault happens once or a few times; `None` where a reading ends with the first,
    /// so that there is no second.
    few: Option<End>,
    forever: End,
    /// Readings that go on from a snapshot read everything instead, where that helps.
    begins_again: bool,
    /// Every listing is cut off for ever on its own; other kinds are so much like another that two do.
    pub(super) is_of_its_own: bool,
    pub(super) hurry: &'static str,
}

const HURRY: &str = "400 1";
/// For faults that are about time: half a second without a byte is too long.
const IMPATIENT: &str = "400 150";

const GIVEN_UP: End = Partial(&["server_error"]);
const BAD: End = Partial(&["bad_page"]);
/// The export begins again at a time, which is no cursor.
const LOOP: End = Partial(&["cursor_repeated", "cursor_stands_still", "bad_page"]);
const HELD: End = Stopped(1, "holds back requests");
const AWAY: End = Stopped(1, "cannot be reached");

/// What passes, if it does.
const fn passing(name: &'static str, fault: fn() -> Fault, forever: End) -> Kind {
    Kind {
        name,
        fault,
        first: 2,
        few: Some(Complete),
        forever,
        begins_again: false,
        is_of_its_own: false,
        hurry: HURRY,
    }
}

/// What no other try makes better.
const fn final_(name: &'static str, fault: fn() -> Fault, end: End) -> Kind {
    Kind { few: None, ..passing(name, fault, end) }
}

const fn alone(kind: Kind) -> Kind {
    Kind { is_of_its_own: true, ..kind }
}

const fn timed(kind: Kind) -> Kind {
    Kind { hurry: IMPATIENT, is_of_its_own: true, ..kind }
}

const fn at_the_position(kind: Kind) -> Kind {
    Kind { begins_again: true, is_of_its_own: true, ..kind }
}

pub(super) const KINDS: [Kind; 32] = [
    passing("late replies", || Fault::Latency(Duration::from_millis(40)), Complete),
    timed(passing("silence", || Fault::Latency(Duration::from_secs(4)), Partial(&["timed_out"]))),
    passing("a trickle", || Fault::Trickle { pieces: 5, pause: Duration::from_millis(10) }, Complete),
    timed(passing(
        "a trickle that dries up",
        || Fault::Trickle { pieces: 2, pause: Duration::from_secs(4) },
        Partial(&["timed_out"]),
    )),
    alone(passing("429", || Fault::too_many(None), HELD)),
    passing("429 for a second", || Fault::too_many(Some("1")), HELD),
    passing("429 until soon", || Fault::too_many(Some("soon")), HELD),
    passing("429 for less than nothing", || Fault::too_many(Some("-5")), HELD),
    passing("429 of the edge", Fault::too_many_at_the_edge, HELD),
    final_("429 for ages", || Fault::too_many(Some("99999999")), HELD),
    passing("500", || Fault::status(500, None), GIVEN_UP),
    passing("502", || Fault::status(502, None), GIVEN_UP),
    alone(passing("503", || Fault::status(503, None), GIVEN_UP)),
    passing("503 for a second", || Fault::status(503, Some("1")), GIVEN_UP),
    passing("503 until soon", || Fault::status(503, Some("soon")), GIVEN_UP),
    passing("504", || Fault::status(504, None), GIVEN_UP),
    alone(passing("a connection that ends before the reply", || Fault::ResetBefore, AWAY)),
    passing("a connection that ends after the request", || Fault::ResetAfter, AWAY),
    alone(passing("half a body", || Fault::Truncated, BAD)),
    alone(passing("half of the JSON", Fault::wrong_json, BAD)),
    alone(final_("JSON that is no page", Fault::wrong_page, BAD)),
    alone(final_("a page for people", Fault::html, Stopped(1, "something else than JSON"))),
    alone(final_("a bomb", || Fault::GzipBomb(70 * 1024 * 1024), BAD)),
    Kind { first: 3, ..at_the_position(final_("the first cursor again", || Fault::RepeatedCursor, LOOP)) },
    at_the_position(final_("the same cursor", || Fault::StandingCursor, LOOP)),
    alone(final_("the same page", || Fault::RepeatedPage, Partial(&["page_repeated"]))),
    alone(final_("401", || Fault::status(401, None), Stopped(4, "does not take the OAuth token"))),
    alone(final_("403", || Fault::status(403, None), Forbidden)),
    at_the_position(final_("404", || Fault::status(404, None), Partial(&["refused"]))),
    at_the_position(final_("422", || Fault::status(422, None), Partial(&["refused"]))),
    final_(
        "a redirect",
        || Fault::redirect("http://127.0.0.1:9/"),
        Stopped(1, "where credentials do not go"),
    ),
    passing("tokens that expire", || Fault::ExpiredTokens, Stopped(4, "does not take the OAuth client")),
];

impl Kind {
    /// How often it is tried. What ends a reading at once is the same however often it would happen.
    pub(super) fn times(&self) -> &'static [Times] {
        // A token that has expired when it is a moment old is none.
        if self.few.is_some() && !self.is_of_clients() {
            &[Times::Once, Times::AFew, Times::Forever]
        } else {
            &[Times::Once, Times::Forever]
        }
    }

    /// Which requests meet it.
    pub(super) fn which(&self, times: Times) -> Which {
        match times {
            Times::Once => Which::Nth(self.first),
            Times::AFew => Which::Between(self.first, self.first + 1),
            Times::Forever => Which::From(self.first),
        }
    }

    /// How a reading ends that meets it at a place.
    pub(super) fn end(&self, times: Times, place: &Place) -> End {
        let end = match (times, self.few) {
            (Times::Once | Times::AFew, Some(end)) => end,
            _ => self.forever,
        };
        let is_elsewhere = place.mode == Mode::Continued && self.begins_again;
        // Everything is read by lists, except tickets.
        match place.collection {
            "tickets" if is_elsewhere && times == Times::Once => Complete,
            "organizations" | "users" if is_elsewhere => Complete,
            _ => end,
        }
    }

    /// Whether an OAuth client logs in.
    pub(super) fn is_of_clients(&self) -> bool {
        self.name == "tokens that expire"
    }
}
