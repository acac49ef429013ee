//! A world: what Salesforce and Zendesk hold at one time, and how it is read and audited.

use std::collections::BTreeSet;

use super::names::Action;

/// 2026-11-01T00:00:00Z, the time of every generated snapshot, in seconds since 1970.
pub(crate) const TAKEN_AT: i64 = 1_793_491_200;

/// Seconds in a day.
pub(crate) const DAY: i64 = 86_400;

/// Everything that one audit sees.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) accounts: Vec<Account>,
    /// Rows of the account file whose id cannot be read: each counts as one more account.
    pub(crate) nameless: Vec<Nameless>,
    /// Rows of accounts that were merged into another.
    pub(crate) merged: Vec<Merged>,
    pub(crate) organizations: Vec<Organization>,
    pub(crate) users: Vec<User>,
    pub(crate) memberships: Vec<Membership>,
    pub(crate) tickets: Vec<Ticket>,
    /// May a user have several organizations? `None`: there is no settings file.
    pub(crate) multiple_organizations: Option<bool>,
    /// Was `--allow-shared-tickets` given to the audit?
    pub(crate) allow_shared_tickets: bool,
    /// `--ticket-window` in days; `None` is `all`.
    pub(crate) ticket_window_days: Option<i64>,
    /// When both snapshots were taken, in seconds since 1970.
    pub(crate) taken_at: i64,
    pub(crate) reading: Reading,
    pub(crate) settings: Settings,
}

/// One of the four collections of a Zendesk snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Collection {
    Organizations,
    Users,
    Memberships,
    Tickets,
}

/// How the folder is, where it is not whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// Collections without a file.
    pub(crate) skipped: BTreeSet<Collection>,
    /// Collections in two parts that share their ids, read with `--parts append`.
    pub(crate) appended: BTreeSet<Collection>,
    /// Keys that no record of a collection has.
    pub(crate) absent: Vec<(Collection, &'static str)>,
}

/// What `orgdrift.toml` and people's decisions say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// `[zendesk] account_id_field`.
    pub(crate) account_id_field: Option<&'static str>,
    /// `[zendesk] ignore_fields`.
    pub(crate) ignore_fields: Vec<&'static str>,
    /// `[rules] off`: codes, of drift or hygiene.
    pub(crate) rules_off: Vec<&'static str>,
    /// `[repairs] off`.
    pub(crate) repairs_off: Vec<Action>,
    /// `[repairs] trust_stored_ids`.
    pub(crate) trust_stored_ids: bool,
    /// The keys of the issues whose risk a person accepted, when the issue had the disposition, the reason, the
    /// action, the organization and the domain that it has in this world.
    pub(crate) accepted_risks: BTreeSet<String>,
}

/// One account of the file.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// The canonical id of 18 characters.
    pub(crate) id: String,
    /// The id as the file has it: 18 characters, 15, or 18 in one letter case.
    pub(crate) id_cell: String,
    pub(crate) name: String,
    /// The raw values of the domain cell.
    pub(crate) domains: Vec<String>,
    /// What stands between the values of the domain cell.
    pub(crate) domain_separator: &'static str,
    /// The raw cell of the stored Zendesk organization id.
    pub(crate) stored_organization: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) parent: Option<String>,
    /// Why the row cannot be used; none: it was read.
    pub(crate) trouble: Option<Trouble>,
}

/// What makes a row of the account file unread, though its id can be read.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// The cell of `IsDeleted` is no truth value. The other cells can be read.
    BadFlag,
    /// The row ends behind its id. If there was an earlier file, the account's other cells are those of that file.
    Short { has_earlier: bool },
    /// A second row says something else of the account.
    Differing(Claims),
}

/// What a row claims.
#[derive(Clone, Debug)]
pub(crate) struct Claims {
    pub(crate) name: String,
    pub(crate) domains: Vec<String>,
    pub(crate) stored_organization: Option<String>,
}

/// A row whose id cannot be read.
#[derive(Clone, Debug)]
pub(crate) struct Nameless {
    /// Text that is no account id.
    pub(crate) id_cell: String,
    pub(crate) claims: Claims,
}

/// A deleted row that says into which account it was merged.
#[derive(Clone, Debug)]
pub(crate) struct Merged {
    pub(crate) id: String,
    /// The id of the account, or of another merged one.
    pub(crate) master: String,
}

/// One Zendesk organization.
#[derive(Clone, Debug, Default)]
pub(crate) struct Organization {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// As received.
    pub(crate) external_id: Option<String>,
    /// As received.
    pub(crate) domain_names: Vec<String>,
    pub(crate) shared_tickets: bool,
    pub(crate) shared_comments: bool,
    /// `organization_fields`.
    pub(crate) fields: Vec<(&'static str, Option<String>)>,
    /// The keys that the record lacks.
    pub(crate) absent: Vec<&'static str>,
}

/// One Zendesk user.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "the API's own flags")]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) role: &'static str,
    pub(crate) verified: bool,
    pub(crate) active: bool,
    pub(crate) suspended: bool,
    pub(crate) shared: bool,
    pub(crate) ticket_restriction: Option<&'static str>,
    /// The user's default organization.
    pub(crate) organization_id: Option<i64>,
    /// The keys that the record lacks.
    pub(crate) absent: Vec<&'static str>,
}

/// One user's membership in one organization.
#[derive(Clone, Debug)]
pub(crate) struct Membership {
    pub(crate) id: i64,
    pub(crate) user_id: i64,
    pub(crate) organization_id: i64,
    /// The API's `default`; may be null, and may disagree with the user's `organization_id`, which wins.
    pub(crate) default: Option<bool>,
}

/// One ticket.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ticket {
    pub(crate) id: i64,
    pub(crate) requester_id: i64,
    pub(crate) organization_id: Option<i64>,
    pub(crate) status: &'static str,
    /// In seconds since 1970.
    pub(crate) created_at: i64,
    /// The keys that the record lacks.
    pub(crate) absent: Vec<&'static str>,
}

impl World {
    /// The organization of that id.
    pub(crate) fn organization(&self, id: i64) -> Option<&Organization> {
        let is_read = !self.reading.skipped.contains(&Collection::Organizations);
        self.organizations.iter().find(|organization| is_read && organization.id == id)
    }

    /// The user of that id.
    pub(crate) fn user(&self, id: i64) -> Option<&User> {
        self.users().iter().find(|user| user.id == id)
    }

    /// The users that were read.
    pub(crate) fn users(&self) -> &[User] {
        if self.reading.skipped.contains(&Collection::Users) { &[] } else { &self.users }
    }

    /// The memberships that were read.
    pub(crate) fn memberships(&self) -> &[Membership] {
        if self.reading.skipped.contains(&Collection::Memberships) { &[] } else { &self.memberships }
    }

    /// The tickets that were read.
    pub(crate) fn tickets(&self) -> &[Ticket] {
        if self.reading.skipped.contains(&Collection::Tickets) { &[] } else { &self.tickets }
    }

    /// The organizations that a user is a member of.
    pub(crate) fn memberships_of(&self, user_id: i64) -> impl Iterator<Item = i64> {
        self.memberships()
            .iter()
            .filter(move |membership| membership.user_id == user_id)
            .map(|membership| membership.organization_id)
    }

    /// Is the user a member of the organization? The user's own `organization_id` makes none.
    pub(crate) fn is_member(&self, user_id: i64, organization_id: i64) -> bool {
        self.memberships_of(user_id).any(|joined| joined == organization_id)
    }

    /// Has a record that key, given the keys that it lacks?
    pub(crate) fn has(&self, collection: Collection, lacking: &[&'static str], key: &'static str) -> bool {
        !lacking.contains(&key) && !self.reading.absent.contains(&(collection, key))
    }
}
