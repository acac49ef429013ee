//! A world: what Salesforce and Zendesk hold at one time, and how the audit is told to look at it.

/// 2026-11-01T00:00:00Z, the time of every generated snapshot, in seconds since 1970.
pub(crate) const TAKEN_AT: i64 = 1_793_491_200;

/// Seconds in a day.
pub(crate) const DAY: i64 = 86_400;

/// Everything that one audit sees.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) accounts: Vec<Account>,
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
}

/// One row of the account file.
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
}

/// One Zendesk organization.
#[derive(Clone, Debug)]
pub(crate) struct Organization {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// As received.
    pub(crate) external_id: Option<String>,
    /// As received.
    pub(crate) domain_names: Vec<String>,
    pub(crate) shared_tickets: bool,
    pub(crate) shared_comments: bool,
}

/// One Zendesk user.
#[derive(Clone, Debug)]
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
    /// The user's default organization.
    pub(crate) organization_id: Option<i64>,
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
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    pub(crate) id: i64,
    pub(crate) requester_id: i64,
    pub(crate) organization_id: Option<i64>,
    pub(crate) status: &'static str,
    /// In seconds since 1970.
    pub(crate) created_at: i64,
}

impl World {
    /// The organization of that id.
    pub(crate) fn organization(&self, id: i64) -> Option<&Organization> {
        self.organizations.iter().find(|organization| organization.id == id)
    }

    /// The user of that id.
    pub(crate) fn user(&self, id: i64) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// The organizations that a user is a member of.
    pub(crate) fn memberships_of(&self, user_id: i64) -> impl Iterator<Item = i64> {
        self.memberships
            .iter()
            .filter(move |membership| membership.user_id == user_id)
            .map(|membership| membership.organization_id)
    }
}
