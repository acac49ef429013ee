//! The symbols of the decision tables: S, E, X, D, K and the rest.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::normalize::{
    canonical_id, email_domain, expected_domain, held_domain, is_blank, is_valid, stored_id,
};
use super::world::{Organization, User, World};

/// The sets of one world. `a` and `b` are canonical account ids, `o` is an organization id, `d` is a domain.
pub(crate) struct Sets<'w> {
    pub(crate) world: &'w World,
    personal_domains: &'w HashSet<String>,
    expected: BTreeMap<&'w str, BTreeSet<String>>,
    stored: BTreeMap<&'w str, i64>,
    external: BTreeMap<i64, Option<String>>,
    held: BTreeMap<i64, BTreeSet<String>>,
}

impl<'w> Sets<'w> {
    pub(crate) fn new(world: &'w World, personal_domains: &'w HashSet<String>) -> Self {
        let expected = world.accounts.iter().map(|account| {
            let domains = account.domains.iter().filter_map(|cell| expected_domain(cell));
            let usable = domains.filter(|domain| !personal_domains.contains(domain));
            (account.id.as_str(), usable.collect())
        });
        let stored = world.accounts.iter().filter_map(|account| {
            let id = stored_id(account.stored_organization.as_deref()?)?;
            Some((account.id.as_str(), id))
        });
        let external = world.organizations.iter().map(|organization| {
            let id = organization.external_id.as_deref();
            (organization.id, id.and_then(canonical_id))
        });
        let held = world.organizations.iter().map(|organization| {
            let entries = organization.domain_names.iter();
            (organization.id, entries.filter_map(|entry| held_domain(entry)).collect())
        });
        Self {
            world,
            personal_domains,
            expected: expected.collect(),
            stored: stored.collect(),
            external: external.collect(),
            held: held.collect(),
        }
    }

    /// All accounts.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &'w str> + '_ {
        self.expected.keys().copied()
    }

    /// All accounts but `a`: what the text calls b.
    pub(crate) fn others(&self, a: &str) -> impl Iterator<Item = &'w str> + '_ {
        let a = a.to_owned();
        self.accounts().filter(move |b| *b != a)
    }

    /// X(a): the usable expected domains of a (valid, not personal).
    pub(crate) fn x(&self, a: &str) -> &BTreeSet<String> {
        &self.expected[a]
    }

    /// owners(d): the accounts with d in X.
    pub(crate) fn owners(&self, d: &str) -> BTreeSet<&'w str> {
        self.accounts().filter(|a| self.x(a).contains(d)).collect()
    }

    /// The domains that o holds: its `domain_names`, less what is no plain host.
    pub(crate) fn held(&self, o: i64) -> &BTreeSet<String> {
        &self.held[&o]
    }

    /// holders(d): the organizations with d in `domain_names`.
    pub(crate) fn holders(&self, d: &str) -> BTreeSet<i64> {
        let holders = self.held.iter().filter(|(_, held)| held.contains(d));
        holders.map(|(o, _)| *o).collect()
    }

    /// S(a): the organization that a's stored id names, if it exists.
    pub(crate) fn s(&self, a: &str) -> Option<i64> {
        let stored = self.stored.get(a).copied();
        stored.filter(|o| self.held.contains_key(o))
    }

    /// Does a's stored id name no existing organization? (A damaged cell is no id, so it names nothing to miss.)
    pub(crate) fn stored_id_dangles(&self, a: &str) -> bool {
        self.stored.contains_key(a) && self.s(a).is_none()
    }

    /// E(a): the organizations whose `external_id`, canonicalized, is a's id.
    pub(crate) fn e(&self, a: &str) -> BTreeSet<i64> {
        let named = self.external.iter();
        named.filter(|(_, id)| id.as_deref() == Some(a)).map(|(o, _)| *o).collect()
    }

    /// The account id that o's `external_id` canonicalizes to, of the file or not.
    pub(crate) fn external_account(&self, o: i64) -> Option<&str> {
        self.external[&o].as_deref()
    }

    /// Is o's `external_id` null, empty, or only Unicode white space?
    pub(crate) fn is_blank(&self, o: i64) -> bool {
        is_blank(self.organization(o).external_id.as_deref())
    }

    /// Does o serve b: S(b) = o, or o in E(b)?
    pub(crate) fn serves(&self, o: i64, b: &str) -> bool {
        self.s(b) == Some(o) || self.e(b).contains(&o)
    }

    /// D(a): the organizations that hold a domain of X(a).
    pub(crate) fn d(&self, a: &str) -> BTreeSet<i64> {
        let holders = self.held.iter();
        holders.filter(|(_, held)| !held.is_disjoint(self.x(a))).map(|(o, _)| *o).collect()
    }

    /// K(a): D(a) without each o that serves another account which expects the same domains.
    pub(crate) fn k(&self, a: &str) -> BTreeSet<i64> {
        let mut k = self.d(a);
        k.retain(|o| {
            let domains: BTreeSet<_> = self.x(a).intersection(self.held(*o)).cloned().collect();
            !self.others(a).any(|b| self.serves(*o, b) && domains.is_subset(self.x(b)))
        });
        k
    }

    /// The usable domains that o holds (valid, not personal).
    pub(crate) fn usable_held(&self, o: i64) -> BTreeSet<&str> {
        let held = self.held(o).iter().map(String::as_str);
        held.filter(|d| is_valid(d) && !self.is_personal(d)).collect()
    }

    /// Is d a personal e-mail domain?
    pub(crate) fn is_personal(&self, d: &str) -> bool {
        self.personal_domains.contains(d)
    }

    /// The domain of an eligible user; none if the user is not eligible.
    ///
    /// Eligible: role end-user, active, not suspended, an e-mail whose domain is valid and not personal.
    pub(crate) fn eligible_domain(&self, user: &User) -> Option<String> {
        if user.role != "end-user" || !user.active || user.suspended {
            return None;
        }
        self.usable_email_domain(user)
    }

    /// The domain of a user's e-mail, if valid and not personal, eligible or not.
    pub(crate) fn usable_email_domain(&self, user: &User) -> Option<String> {
        let domain = email_domain(user.email.as_deref()?)?;
        (!self.is_personal(&domain)).then_some(domain)
    }

    /// The organization o, which exists.
    pub(crate) fn organization(&self, o: i64) -> &'w Organization {
        self.world.organization(o).expect("o comes from the set of existing organizations")
    }
}
