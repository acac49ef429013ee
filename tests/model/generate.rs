//! Small worlds from a seed, over a tiny pool of domains, biased toward the interesting.
//!
//! Each account gets one of a few histories (`History`): linked well, linked by one key only, two organizations for
//! one account, a domain and nothing else, and so on. Then accidents happen, few in a calm world and many in a wild
//! one; and `mishaps` adds rows and keys that are not read, settings, and collections that are not whole. `coverage`
//! counts what that reaches.
//!
//! Kept out on purpose, since the ingest would refuse the file or the text says nothing: two organizations with one raw
//! external id, two memberships for one pair, ids of accounts in fields whose checksum does not match.

use std::collections::HashSet;

use super::mishaps::{accept_risks, mishaps};
use super::random::Random;
use super::world::{Account, Organization, Reading, Settings, TAKEN_AT, World};

/// Domains that customers may have. The third is a subdomain of the first: another domain.
const CUSTOMER_DOMAINS: [&str; 8] = [
    "acme.com",
    "northwind.co.uk",
    "eu.acme.com",
    "globex.de",
    "bücher.de",
    "initech.com",
    "fabrikam-tools.de",
    "contoso-labs.com",
];

/// A domain that no account ever expects.
pub(crate) const FOREIGN_DOMAIN: &str = "umbrella-trading.com";

/// The personal domains that worlds use, and the hosts of platforms, which are treated alike.
pub(crate) const PERSONAL_DOMAINS: [&str; 5] =
    ["gmail.com", "yahoo.com", "hotmail.com", "facebook.com", "linkedin.com"];

/// The domains that never identify a customer, as `expect` wants them.
pub(crate) fn personal_domains() -> HashSet<String> {
    PERSONAL_DOMAINS.iter().map(|domain| (*domain).to_owned()).collect()
}

/// Returns the world of a seed; always the same one.
pub(crate) fn generate(seed: u64) -> World {
    let (mut world, mut random) = plain(seed);
    mishaps(&mut world, &mut random);
    accept_risks(&mut world, &mut random);
    world
}

/// Returns a world of a seed that is read whole: every row and every key of it, under default settings.
pub(crate) fn generate_whole(seed: u64) -> World {
    plain(seed).0
}

fn plain(seed: u64) -> (World, Random) {
    let mut random = Random(seed);
    let is_orderly = random.chance(35);
    let pool_size = if is_orderly { CUSTOMER_DOMAINS.len() } else { 3 + random.below(6) };
    let offset = random.below(CUSTOMER_DOMAINS.len());
    let mut domains = CUSTOMER_DOMAINS;
    domains.rotate_left(offset);
    let mut builder = Builder {
        is_orderly,
        pool: domains[..pool_size].to_vec(),
        misplaced: *random.pick(&[5, 40, 60, 70, 70, 80]),
        accident: *random.pick(&[2, 2, 5, 15]),
        organization_ids: *random.pick(&[361_092_349_500, 361_092_349_500, 120, 9_007_199_254_740_993]),
        random,
        current: Current { id: String::new(), name: String::new() },
        accounts: Vec::new(),
        organizations: Vec::new(),
        sole: Vec::new(),
        homes: Vec::new(),
        hoped: Vec::new(),
    };
    builder.add_accounts();
    builder.add_accidents();
    let (users, memberships) = builder.users();
    let tickets = builder.tickets(&users);
    let random = &mut builder.random;
    let world = World {
        multiple_organizations: *random.pick(&[
            Some(true),
            Some(true),
            Some(true),
            Some(false),
            Some(false),
            None,
        ]),
        allow_shared_tickets: random.chance(15),
        ticket_window_days: *random.pick(&[Some(90), Some(90), Some(90), Some(30), None]),
        taken_at: TAKEN_AT,
        accounts: builder.accounts,
        nameless: Vec::new(),
        merged: Vec::new(),
        organizations: builder.organizations,
        users,
        memberships,
        tickets,
        reading: Reading::default(),
        settings: Settings::default(),
    };
    (world, builder.random)
}

/// What happened to an account and its organizations.
#[derive(Clone, Copy)]
enum History {
    /// One organization, named by both keys.
    Linked,
    /// One organization, named by the stored id; its external id is blank.
    StoredOnly,
    /// One organization, named by its external id.
    ExternalOnly,
    /// Two organizations or three with the account's id, in different forms.
    Duplicate,
    /// One organization or two with the account's domains and no key.
    DomainOnly,
    /// An organization with the account's domains and some other external id.
    DomainTaken,
    /// The stored id names an organization that was there already.
    Borrowed,
    /// A subsidiary: expects the domains of an earlier account; at most it has an organization that holds none.
    Subsidiary,
    /// Expects the domains of an earlier account, and an organization without a key holds them.
    Twin,
    /// Nothing, or a stored id that dangles.
    Nothing,
}

const ORDERLY: [History; 5] =
    [History::Linked, History::Linked, History::ExternalOnly, History::StoredOnly, History::DomainOnly];

const HISTORIES: [History; 28] = [
    History::Linked,
    History::Linked,
    History::Linked,
    History::StoredOnly,
    History::StoredOnly,
    History::StoredOnly,
    History::StoredOnly,
    History::ExternalOnly,
    History::ExternalOnly,
    History::Duplicate,
    History::Duplicate,
    History::DomainOnly,
    History::DomainOnly,
    History::DomainOnly,
    History::DomainOnly,
    History::DomainTaken,
    History::DomainTaken,
    History::Borrowed,
    History::Borrowed,
    History::Borrowed,
    History::Subsidiary,
    History::Subsidiary,
    History::Subsidiary,
    History::Subsidiary,
    History::Twin,
    History::Twin,
    History::Twin,
    History::Nothing,
];

pub(crate) struct Builder {
    pub(crate) random: Random,
    /// Most accounts have an organization and a domain of their own, but their users are anywhere: much is prepared.
    pub(crate) is_orderly: bool,
    /// The domains of this world's customers.
    pub(crate) pool: Vec<&'static str>,
    /// Percent: how often something goes wrong.
    pub(crate) accident: u32,
    /// Percent: how often a user is not where the domain belongs.
    pub(crate) misplaced: u32,
    /// Where organization ids begin: in the usual range, tiny, or beyond a double.
    pub(crate) organization_ids: i64,
    /// The account whose history is told.
    pub(crate) current: Current,
    pub(crate) accounts: Vec<Account>,
    pub(crate) organizations: Vec<Organization>,
    /// The domains that one account only expects.
    pub(crate) sole: Vec<&'static str>,
    /// Which organizations the users of a domain are likely to be in.
    pub(crate) homes: Vec<(&'static str, i64)>,
    /// Organizations without a key that an account hopes for, with the domain.
    pub(crate) hoped: Vec<(&'static str, i64)>,
}

/// Whose organizations are made.
#[derive(Clone)]
pub(crate) struct Current {
    pub(crate) id: String,
    pub(crate) name: String,
}

impl Builder {
    /// A tidy world has mostly well-linked accounts with a domain each, and users where they belong: there, tickets
    /// can be all that is wrong.
    pub(crate) fn is_tidy(&self) -> bool {
        self.misplaced < 10
    }

    fn add_accounts(&mut self) {
        let count = 3 + self.random.below(7).max(self.random.below(7));
        let mut expected: Vec<Vec<&'static str>> = Vec::new();
        for number in 0..count {
            let id = self.account_id();
            self.current = Current { id: id.clone(), name: self.account_name(number) };
            let history = if self.is_tidy() && self.random.chance(80) {
                *self.random.pick(&[History::Linked, History::Linked, History::ExternalOnly])
            } else if self.is_orderly && self.random.chance(75) {
                *self.random.pick(&ORDERLY)
            } else {
                *self.random.pick(&HISTORIES)
            };
            let mut parent = None;
            let domains = match history {
                History::Subsidiary | History::Twin if number > 0 => {
                    let place = self.random.below(number);
                    if matches!(history, History::Subsidiary) && self.random.chance(90) {
                        parent = Some(self.accounts[place].id.clone());
                    }
                    expected[place].clone()
                }
                _ if self.is_tidy() || self.is_orderly => vec![self.pool[number % self.pool.len()]],
                _ => self.some_domains(),
            };
            let stored_organization = self.live_through(history, &id, &domains);
            if let Some(stored) = stored_organization.filter(|stored| *stored != DANGLING) {
                self.homes.extend(domains.iter().map(|domain| (*domain, stored)));
            }
            let mut account = self.account(number, &domains, stored_organization);
            account.parent = parent.or(account.parent);
            self.accounts.push(account);
            expected.push(domains);
        }
        let all = expected.concat();
        let times = |domain| all.iter().filter(|other| **other == domain).count();
        self.sole = all.iter().copied().filter(|domain| times(*domain) == 1).collect();
        while self.organizations.len() < 2 {
            self.organization(None, &[]);
        }
    }

    /// Makes the organizations of a history; returns the stored id.
    fn live_through(&mut self, history: History, id: &str, domains: &[&'static str]) -> Option<i64> {
        match history {
            History::Linked => {
                let form = self.external_form(id);
                let organization = self.organization(Some(form), domains);
                Some(organization)
            }
            History::StoredOnly => {
                let blank = self.blank();
                Some(self.organization(blank, domains))
            }
            History::ExternalOnly => {
                let form = self.external_form(id);
                self.organization(Some(form), domains);
                None
            }
            History::Duplicate => {
                let form = self.external_form(id);
                let first = self.organization(Some(form), domains);
                for _ in 0..=usize::from(self.random.chance(20)) {
                    let form = self.external_form(id);
                    self.organization(Some(form), domains);
                }
                self.random.chance(50).then_some(first)
            }
            History::DomainOnly | History::Twin => {
                if matches!(history, History::Twin) && self.random.chance(80) {
                    self.clear_homes_of(domains);
                }
                for _ in 0..=usize::from(self.random.chance(20)) {
                    let blank = self.blank();
                    let organization = self.organization(blank, domains);
                    self.hoped.extend(domains.iter().map(|domain| (*domain, organization)));
                }
                self.random.chance(18).then_some(DANGLING)
            }
            History::DomainTaken => {
                for _ in 0..=usize::from(self.random.chance(70)) {
                    let other = self.other_external_id();
                    let other = if self.random.chance(10) { self.blank() } else { Some(other) };
                    self.organization(other, domains);
                }
                self.random.chance(10).then_some(DANGLING)
            }
            History::Borrowed => {
                if self.random.chance(30) {
                    let form = self.external_form(id);
                    self.organization(Some(form), domains);
                }
                if self.organizations.is_empty() {
                    self.organization(None, domains);
                }
                let place = self.random.below(self.organizations.len());
                if self.random.chance(25) {
                    self.organizations[place].domain_names.clear();
                }
                Some(self.organizations[place].id)
            }
            History::Subsidiary => self.random.chance(50).then(|| {
                let blank = self.blank();
                self.organization(blank, &[])
            }),
            History::Nothing => self.random.chance(40).then_some(DANGLING),
        }
    }

    /// Up to three domains of the pool.
    fn some_domains(&mut self) -> Vec<&'static str> {
        let count = *self.random.pick(&[0, 1, 1, 1, 2, 2, 3]);
        let mut domains = Vec::new();
        for _ in 0..count {
            let domain = *self.random.pick(&self.pool);
            if !domains.contains(&domain) {
                domains.push(domain);
            }
        }
        domains
    }

    /// Mishaps that belong to no history.
    fn add_accidents(&mut self) {
        let random = &mut self.random;
        for (domain, hoped) in &self.hoped {
            let place = random.below(self.accounts.len());
            if random.chance(45) {
                self.accounts[place].domains.push(format!("shop.{domain}"));
            } else if random.chance(25) {
                let mut organizations = self.organizations.iter_mut();
                let organization = organizations.find(|organization| organization.id == *hoped);
                organization.expect("it was made").name.clone_from(&self.accounts[place].name);
            }
        }
        let ids: Vec<i64> = self.organizations.iter().map(|organization| organization.id).collect();
        for account in &mut self.accounts {
            if random.chance(self.accident) {
                let stored = *random.pick(&ids);
                account.stored_organization = Some(random.stored_cell(stored));
            }
        }
        for organization in &mut self.organizations {
            if random.chance(self.accident) {
                organization.domain_names.clear();
            }
            if random.chance(8 + self.accident) {
                let domain = *random.pick(&self.pool);
                organization.domain_names.push(random.held_entry(domain));
            }
            if random.chance(self.accident) {
                let domain = *random.pick(&self.pool);
                let entry = match random.below(5) {
                    0 => format!("www.{domain}"),
                    1 => format!("bob@{domain}"),
                    2 => format!("https://{domain}/"),
                    3 => "northshore-medical".to_owned(),
                    _ => (*random.pick(&PERSONAL_DOMAINS)).to_owned(),
                };
                organization.domain_names.push(entry);
            }
        }
    }
}

/// An organization id that no world has.
pub(crate) const DANGLING: i64 = 999_000_000_000;
