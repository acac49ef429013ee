//! Worlds made by hand, told in sentences, and the model's answer in one line for each link and issue.
//!
//! Accounts are called A, B, C; the answers have the letters in place of ids.

use super::expect::{Expected, expect};
use super::findings::{Finding, findings};
use super::generate::personal_domains;
use super::issue::Issue;
use super::link::Link;
use super::normalize::with_check;
use super::world::{Account, Claims, Collection, Membership, Nameless, Organization, Reading, Settings};
use super::world::{TAKEN_AT, Ticket, User, World};

/// A world that grows by sentences. Several organizations per user are allowed until said otherwise.
pub(crate) struct Story(pub(crate) World);

impl Story {
    pub(crate) fn new() -> Self {
        Self(World {
            accounts: Vec::new(),
            nameless: Vec::new(),
            merged: Vec::new(),
            organizations: Vec::new(),
            users: Vec::new(),
            memberships: Vec::new(),
            tickets: Vec::new(),
            multiple_organizations: Some(true),
            allow_shared_tickets: false,
            ticket_window_days: Some(90),
            taken_at: TAKEN_AT,
            reading: Reading::default(),
            settings: Settings::default(),
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
            trouble: None,
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
            ..Organization::default()
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
            ticket_restriction: Some("requested"),
            organization_id: default,
            ..User::default()
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
            absent: Vec::new(),
        });
        self
    }

    /// An account and the account above it.
    pub(crate) fn child(self, letter: &str, parent: &str, domains: &[&str], stored: Option<&str>) -> Self {
        let mut story = self.account(letter, domains, stored);
        story.0.accounts.last_mut().unwrap().parent = Some(id(parent));
        story
    }

    /// A row whose id cannot be read, its name, its domains, and its stored organization id.
    pub(crate) fn nameless(mut self, name: &str, domains: &[&str], stored: Option<&str>) -> Self {
        self.0.nameless.push(Nameless {
            id_cell: "acct-17".to_owned(),
            claims: Claims {
                name: name.to_owned(),
                domains: owned(domains),
                stored_organization: stored.map(str::to_owned),
            },
        });
        self
    }

    /// The account called `letter`, changed.
    pub(crate) fn but_account(self, letter: &str, change: impl FnOnce(&mut Account)) -> Self {
        self.but(|world| {
            let account = world.accounts.iter_mut().find(|account| account.id == id(letter));
            change(account.unwrap());
        })
    }

    /// The organization of that id, changed.
    pub(crate) fn but_organization(self, o: i64, change: impl FnOnce(&mut Organization)) -> Self {
        self.but(|world| {
            let organization = world.organizations.iter_mut().find(|organization| organization.id == o);
            change(organization.unwrap());
        })
    }

    /// The organization of that id, with that name.
    pub(crate) fn named(self, o: i64, name: &str) -> Self {
        self.but_organization(o, |organization| name.clone_into(&mut organization.name))
    }

    /// The user of that id, changed.
    pub(crate) fn but_user(self, user_id: i64, change: impl FnOnce(&mut User)) -> Self {
        self.but(|world| change(world.users.iter_mut().find(|user| user.id == user_id).unwrap()))
    }

    /// The collection has no file.
    pub(crate) fn skipping(mut self, collection: Collection) -> Self {
        self.0.reading.skipped.insert(collection);
        self
    }

    /// The collection comes in parts that are appended.
    pub(crate) fn appending(mut self, collection: Collection) -> Self {
        self.0.reading.appended.insert(collection);
        self
    }

    /// A person accepts the risk of the issue with that key.
    pub(crate) fn accepting(mut self, key: &str) -> Self {
        self.0.settings.accepted_risks.insert(key.to_owned());
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

    /// What became of the one issue whose line begins so: the rest of its line.
    pub(crate) fn verdict(&self, key: &str) -> String {
        let lines = self.issues().into_iter();
        let mut found = lines.filter_map(|line| Some(line.strip_prefix(key)?.trim().to_owned()));
        let verdict = found.next().unwrap_or_else(|| panic!("no {key} in {:#?}", self.issues()));
        assert_eq!(found.next(), None, "{key}");
        verdict
    }

    /// The suggested action of the issue with that key, in letters.
    pub(crate) fn suggestion(&self, key: &str) -> &'static str {
        let expected = self.expect();
        let is_asked = |issue: &&Issue| words([Some(issue.issue_key.clone())]) == key;
        let issue = expected.issues.iter().find(is_asked);
        issue.unwrap_or_else(|| panic!("no {key} in {:#?}", self.issues())).suggested_action.name()
    }

    /// The hygiene findings, a line each: class, organization, account, user, domain, suggestion.
    pub(crate) fn hygiene(&self) -> Vec<String> {
        let found = findings(&self.expect(), &self.0, &personal_domains());
        let hygiene = found.into_iter().filter(|finding| finding.class.is_hygiene());
        let line = |finding: Finding| {
            words([
                Some(finding.class.name().to_owned()),
                finding.organization_id.map(|o| o.to_string()),
                finding.account_id,
                finding.user_id.map(|user| user.to_string()),
                finding.domain,
                finding.suggested_action.map(|action| action.name().to_owned()),
            ])
        };
        hygiene.map(line).collect()
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
    ["A", "B", "C", "D", "Z"].iter().fold(parts.join(" "), |line, letter| line.replace(&id(letter), letter))
}
