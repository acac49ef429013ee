//! What accounts claim: their domains, stored ids, names and parents, whether their rows were read or not.
//!
//! Decisions that the text leaves open:
//!
//! - All rows of an account whose rows differ count: every domain, every stored id, every name of them.
//! - Of a row that ends behind its id nothing can be read but the id: what counts is the earlier version, if any.
//! - The name of an unread row counts like its other claims, also where its id cannot be read.
//! - A merged account has a deleted row, of which only the two ids are read: its own stored id and domains claim
//!   nothing. An id that leads to no account of the file, or in a circle, stands for itself: an unknown account.
//! - `parent_account_id` of a merged account means the winner too.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::normalize::{expected_domain, name_key, stored_id};
use super::world::{Account, Trouble, World};

/// Whether an account's row was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    Read,
    /// Only its id is known for sure.
    Unread,
    /// Not even its id is known.
    Nameless,
}

/// What one account claims.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) row: Row,
    /// X: the usable expected domains.
    pub(crate) domains: BTreeSet<String>,
    /// The organization ids of its stored id cells, whether these organizations exist or not.
    pub(crate) stored: BTreeSet<i64>,
    /// Has it a stored id that cannot be read?
    pub(crate) has_unreadable_stored_id: bool,
    /// The keys of its names.
    pub(crate) names: BTreeSet<String>,
    /// The account that its `ParentId` names, of the file or not. None of an unread one.
    parent: Option<String>,
}

/// The claims of all accounts, by id. A row without a readable id has a made-up one, which sorts behind all others.
pub(crate) struct AllClaims {
    claims: BTreeMap<String, Claim>,
    /// Merged accounts, each with the account that it became.
    winners: BTreeMap<String, String>,
}

impl AllClaims {
    pub(crate) fn new(world: &World, personal_domains: &HashSet<String>) -> Self {
        let winners = winners(world);
        let mut claims: BTreeMap<String, Claim> = BTreeMap::new();
        for account in &world.accounts {
            let mut claim = claim_of(account, personal_domains);
            let parent = account.parent.clone().filter(|_| claim.row == Row::Read);
            claim.parent = parent.map(|parent| winners.get(&parent).cloned().unwrap_or(parent));
            claims.insert(account.id.clone(), claim);
        }
        for (number, row) in world.nameless.iter().enumerate() {
            let mut claim = Claim::empty(Row::Nameless);
            let stored = row.claims.stored_organization.as_deref();
            claim.take(&row.claims.name, &row.claims.domains, stored, personal_domains);
            claims.insert(format!("row {number}"), claim);
        }
        Self { claims, winners }
    }

    /// All accounts: read, unread, and those without a readable id.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Claim)> {
        self.claims.iter().map(|(id, claim)| (id.as_str(), claim))
    }

    pub(crate) fn of(&self, a: &str) -> &Claim {
        &self.claims[a]
    }

    /// Is there such an account, whether its row was read or not?
    pub(crate) fn exists(&self, a: &str) -> bool {
        self.claims.contains_key(a)
    }

    /// The account that an id stands for: the winner if it was merged away, itself otherwise.
    pub(crate) fn winner<'a>(&'a self, id: &'a str) -> &'a str {
        self.winners.get(id).map_or(id, String::as_str)
    }

    /// The accounts above a, by `parent_account_id`. What stands above an unread account is not known.
    pub(crate) fn ancestors(&self, a: &str) -> BTreeSet<String> {
        let mut ancestors = BTreeSet::new();
        let mut next = self.of(a).parent.clone();
        while let Some(parent) = next {
            if parent == a || !ancestors.insert(parent.clone()) {
                break;
            }
            next = self.claims.get(&parent).and_then(|claim| claim.parent.clone());
        }
        ancestors
    }
}

impl Claim {
    fn empty(row: Row) -> Self {
        Self {
            row,
            domains: BTreeSet::new(),
            stored: BTreeSet::new(),
            has_unreadable_stored_id: false,
            names: BTreeSet::new(),
            parent: None,
        }
    }

    /// Adds what a row says.
    fn take(&mut self, name: &str, domains: &[String], stored: Option<&str>, personal: &HashSet<String>) {
        self.names.extend(name_key(name));
        let valid = domains.iter().filter_map(|cell| expected_domain(cell));
        self.domains.extend(valid.filter(|domain| !personal.contains(domain)));
        if let Some(cell) = stored.filter(|cell| !cell.trim().is_empty()) {
            match stored_id(cell) {
                Some(id) => drop(self.stored.insert(id)),
                None => self.has_unreadable_stored_id = true,
            }
        }
    }
}

fn claim_of(account: &Account, personal: &HashSet<String>) -> Claim {
    let mut claim = Claim::empty(if account.trouble.is_none() { Row::Read } else { Row::Unread });
    if !matches!(account.trouble, Some(Trouble::Short { has_earlier: false })) {
        let stored = account.stored_organization.as_deref();
        claim.take(&account.name, &account.domains, stored, personal);
    }
    if let Some(Trouble::Differing(other)) = &account.trouble {
        claim.take(&other.name, &other.domains, other.stored_organization.as_deref(), personal);
    }
    claim
}

/// Follows each merged account to the account of the file that it became.
fn winners(world: &World) -> BTreeMap<String, String> {
    let mut winners = BTreeMap::new();
    for loser in &world.merged {
        let mut seen = HashSet::from([loser.id.as_str()]);
        let mut next = loser.master.as_str();
        while !world.accounts.iter().any(|account| account.id == next) {
            let Some(further) = world.merged.iter().find(|other| other.id == next) else { break };
            if !seen.insert(next) {
                break;
            }
            next = &further.master;
        }
        if world.accounts.iter().any(|account| account.id == next) {
            winners.insert(loser.id.clone(), next.to_owned());
        }
    }
    winners
}
