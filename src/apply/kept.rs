//! Replies that one apply keeps for a short while: what is only compared need not be asked for each time.
//!
//! Only settings and the organizations whose keys are compared are kept. The record that is written, its user, the
//! memberships and the addresses are read right before each write, whatever is kept here.

use std::{cell::RefCell, collections::HashMap, time::Duration};

use crate::{
    clock,
    model::journal::KeptReply,
    zendesk::{client::Call, records::LiveOrganization},
};

/// How old a reply may be that something is compared with, in seconds.
const KEPT_FOR: u64 = 60;

/// A moment, by two clocks: one may be set while an apply runs, the other may stand still while a machine sleeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// ISO-8601 UTC, by the clock of this machine.
    pub at: String,
    /// Since any moment before, by a clock that nobody sets.
    pub since: Duration,
}

impl Moment {
    /// Whether what was answered then may still be believed now. A clock that was set back makes nothing younger.
    fn is_recent(&self, now: &Self) -> bool {
        let seconds = |moment: &Self| clock::unix_seconds(&moment.at);
        let by_clock = seconds(now).zip(seconds(self)).and_then(|(now, then)| u64::try_from(now - then).ok());
        let has_passed = now.since.saturating_sub(self.since);
        by_clock.is_some_and(|passed| passed <= KEPT_FOR) && has_passed <= Duration::from_secs(KEPT_FOR)
    }
}

/// Tells the time to an apply.
pub trait Watch {
    /// Now.
    fn now(&self) -> Moment;
}

/// A reply with its name and its time.
#[derive(Debug, Clone)]
struct Reply<T> {
    told: T,
    read: Moment,
}

/// What one apply keeps.
pub(super) struct Kept<'w> {
    watch: &'w dyn Watch,
    /// By id; none: it is not there.
    organizations: RefCell<HashMap<i64, Reply<Option<LiveOrganization>>>>,
    /// Whether a user may belong to several organizations; none: nobody may say.
    settings: RefCell<Option<Reply<Option<bool>>>>,
}

impl<'w> Kept<'w> {
    pub(super) fn new(watch: &'w dyn Watch) -> Self {
        Self { watch, organizations: RefCell::default(), settings: RefCell::default() }
    }

    /// The time before a request: its reply is no older.
    pub(super) fn now(&self) -> Moment {
        self.watch.now()
    }

    /// An organization as a reply said it that is recent, and the name of that reply.
    pub(super) fn organization(&self, id: i64) -> Option<(Option<LiveOrganization>, KeptReply)> {
        let organizations = self.organizations.borrow();
        let reply = organizations.get(&id).filter(|reply| reply.read.is_recent(&self.now()))?;
        Some((reply.told.clone(), named(Call::Organization(id), &reply.read)))
    }

    /// Keeps what a reply says about an organization.
    pub(super) fn keep_organization(&self, id: i64, read: Moment, told: Option<LiveOrganization>) {
        self.organizations.borrow_mut().insert(id, Reply { told, read });
    }

    /// Forgets an organization that is about to be written.
    pub(super) fn forget_organization(&self, id: i64) {
        self.organizations.borrow_mut().remove(&id);
    }

    /// The settings as a reply said them that is recent, and the name of that reply.
    pub(super) fn settings(&self) -> Option<(Option<bool>, KeptReply)> {
        let settings = self.settings.borrow();
        let reply = settings.as_ref().filter(|reply| reply.read.is_recent(&self.now()))?;
        Some((reply.told, named(Call::Settings, &reply.read)))
    }

    /// Keeps what a reply says about the settings.
    pub(super) fn keep_settings(&self, read: Moment, told: Option<bool>) {
        *self.settings.borrow_mut() = Some(Reply { told, read });
    }
}

fn named(call: Call, read: &Moment) -> KeptReply {
    KeptReply { path: call.path().into_owned(), read_at: read.at.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(at: &str, since: u64) -> Moment {
        Moment { at: at.to_owned(), since: Duration::from_secs(since) }
    }

    #[test]
    fn a_reply_is_recent_for_a_minute_by_both_clocks() {
        let read = moment("2026-11-02T07:00:00Z", 100);
        for (now, is_recent) in [
            (moment("2026-11-02T07:00:00Z", 100), true),
            (moment("2026-11-02T07:01:00Z", 160), true),
            (moment("2026-11-02T07:01:01Z", 160), false),
            (moment("2026-11-02T07:01:00Z", 161), false),
            // The machine slept: the clock that nobody sets stood still.
            (moment("2026-11-02T09:00:00Z", 101), false),
            // The clock was set back.
            (moment("2026-11-02T06:59:59Z", 101), false),
            (moment("no time", 101), false),
        ] {
            assert_eq!(read.is_recent(&now), is_recent, "{now:?}");
        }
    }
}
