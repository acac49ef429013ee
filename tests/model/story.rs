//! Worlds made by hand, told in sentences, and the model's answer in one line for each link and issue.
//!
//! Accounts are called A, B, C; the answers have those letters in place of ids.

use super::expect::{Expected, expect};
use super::generate::personal_domains;
use super::issue::Issue;
use super::link::Link;
use super::normalize::with_check;
use super::world::{Account, Membership, Organization, TAKEN_AT, Ticket, User, World};

/// A world that grows by sentences. Several organizations per user are allowed until said otherwise.
pub(crate) struct Story(pub(crate) World);

impl Story {
    pub(crate) fn new() -> Self {
        Self(World {
            accounts: Vec::new(),
            organizations: Vec::new(),
            users: Vec::new(),
            memberships: Vec::new(),
            tickets: Vec::new(),
            multiple_organizations: Some(true),
            allow_shared_tickets: false,
            ticket_window_days: Some(90),
            taken_at: TAKEN_AT,
        })
    }

    /// An account, the domains in its cell, and its stored organization id.
    pub(crate) fn account(mut self, letter: &str, domains: &[&str], stored: Option<&str>) -> Self {
        self.0.accounts.push(Account {
            id: id(letter),
            id_cell: id(letter),
            name: letter.to_owned(),
            domains: owned(domains),
            domain_separator: " ",
            stored_organization: stored.map(str::to_owned),
            owner: None,
            parent: None,
        });
        self
    }

    /// An organization, its external id, and its domains.
    pub(crate) fn organization(mut self, id: i64, external_id: Option<&str>, domains: &[&str]) -> Self {
        self.0.organizations.push(Organization {
            id,
            name: format!("Organization {id}"),
            external_id: external_id.map(str::to_owned),
            domain_names: owned(domains),
            shared_tickets: false,
            shared_comments: false,
        });
        self
    }

    /// A verified end user, the default organization, and all organizations.
    pub(crate) fn user(mut self, id: i64, email: &str, default: Option<i64>, joined: &[i64]) -> Self {
        for organization_id in joined {
            self.0.memberships.push(Membership {
                id: 9_000 + i64::try_from(self.0.memberships.len()).unwrap(),
                user_id: id,
                organization_id: *organization_id,
                default: None,
            });
        }
        self.0.users.push(User {
            id,
            name: format!("User {id}"),
            email: Some(email.to_owned()),
            role: "end-user",
            verified: true,
            active: true,
            suspended: false,
            shared: false,
            organization_id: default,
        });
        self
    }

    /// A ticket, its requester and organization, its status, and its age in seconds.
    pub(crate) fn ticket(mut self, id: i64, of: (i64, Option<i64>), status: &'static str, age: i64) -> Self {
        self.0.tickets.push(Ticket {
            id,
            requester_id: of.0,
            organization_id: of.1,
            status,
            created_at: TAKEN_AT - age,
        });
        self
    }

    /// The world, changed in some other way.
    pub(crate) fn but(mut self, change: impl FnOnce(&mut World)) -> Self {
        change(&mut self.0);
        self
    }

    pub(crate) fn expect(&self) -> Expected {
        expect(&self.0, &personal_domains())
    }

    /// The links, a line each: account, state, organization, rule.
    pub(crate) fn links(&self) -> Vec<String> {
        let line = |link: &Link| {
            let organization = link.organization_id.map(|o| o.to_string());
            let rule = link.match_rule.map(|rule| rule.name().to_owned());
            words([Some(link.account_id.clone()), Some(link.link_state.name().into()), organization, rule])
        };
        self.expect().links.iter().map(line).collect()
    }

    /// The issues, a line each: key, disposition, action, reason.
    pub(crate) fn issues(&self) -> Vec<String> {
        let line = |issue: &Issue| {
            words([
                Some(issue.issue_key.clone()),
                Some(issue.disposition.name().to_owned()),
                issue.action.map(|action| action.name().to_owned()),
                issue.blocked_reason.map(|reason| reason.name().to_owned()),
            ])
        };
        self.expect().issues.iter().map(line).collect()
    }

    /// The issues that have a root, a line each: key and root.
    pub(crate) fn roots(&self) -> Vec<String> {
        let expected = self.expect();
        let rooted = expected.issues.iter().filter(|issue| issue.root_issue_key.is_some());
        rooted.map(|issue| words([Some(issue.issue_key.clone()), issue.root_issue_key.clone()])).collect()
    }
}

/// The id of the account called `letter`. Its letters are of both cases.
pub(crate) fn id(letter: &str) -> String {
    with_check(&format!("001Model000000{letter}"))
}

pub(crate) fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

pub(crate) fn words(parts: impl IntoIterator<Item = Option<String>>) -> String {
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    ["A", "B", "C"].iter().fold(parts.join(" "), |line, letter| line.replace(&id(letter), letter))
}
