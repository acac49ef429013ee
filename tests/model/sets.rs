//! The symbols of the decision tables: S, E, F, X, D, K, owners, holders, foreign, members, names.
//!
//! Decisions that the text leaves open:
//!
//! - An organization whose `domain_names` are absent holds no domain that is known.
//! - Of text in a field of an organization that begins with 001 and whose checksum does not match, the same is true as
//!   of an `external_id`: it names an unknown account, so it is in F.
//! - The hosts of platforms are treated like personal domains everywhere, so one set holds both.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::claims::{AllClaims, Claim, Row};
use super::normalize::{Key, held_domain, is_valid, key, name_key, registrable};
use super::world::{Collection, Organization, World};

/// The sets of one world. `a` and `b` are canonical account ids, `o` is an organization id, `d` is a domain.
pub(crate) struct Sets<'w> {
    pub(crate) world: &'w World,
    personal_domains: &'w HashSet<String>,
    claims: AllClaims,
    keys: BTreeMap<i64, Key>,
    held: BTreeMap<i64, BTreeSet<String>>,
}

/// Is an organization foreign to an account?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Foreign {
    Yes,
    No,
    /// Its key was not read.
    Undecided,
}

impl<'w> Sets<'w> {
    pub(crate) fn new(world: &'w World, personal_domains: &'w HashSet<String>) -> Self {
        let claims = AllClaims::new(world, personal_domains);
        let organizations = if world.reading.skipped.contains(&Collection::Organizations) {
            &[]
        } else {
            world.organizations.as_slice()
        };
        let keys = organizations
            .iter()
            .map(|organization| (organization.id, resolve(&claims, key_of(world, organization))));
        let held = organizations.iter().map(|organization| {
            let is_known = world.has(Collection::Organizations, &organization.absent, "domain_names");
            let entries = organization.domain_names.iter().filter(|_| is_known);
            (organization.id, entries.filter_map(|entry| held_domain(entry)).collect())
        });
        let (keys, held) = (keys.collect(), held.collect());
        Self { world, personal_domains, claims, keys, held }
    }

    /// The accounts that have an id and so a link: read and unread.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &str> {
        let named = self.claims.all().filter(|(_, claim)| claim.row != Row::Nameless);
        named.map(|(a, _)| a)
    }

    /// All accounts, those without a readable id too.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.claims.all().map(|(a, _)| a)
    }

    /// All accounts but `a`: what the text calls b.
    pub(crate) fn others(&self, a: &str) -> impl Iterator<Item = &str> {
        let a = a.to_owned();
        self.all().filter(move |b| *b != a)
    }

    pub(crate) fn claim(&self, a: &str) -> &Claim {
        self.claims.of(a)
    }

    pub(crate) fn is_read(&self, a: &str) -> bool {
        self.claim(a).row == Row::Read
    }

    /// Is there such an account, whether its row was read or not?
    pub(crate) fn exists(&self, a: &str) -> bool {
        self.claims.exists(a)
    }

    pub(crate) fn ancestors(&self, a: &str) -> BTreeSet<String> {
        self.claims.ancestors(a)
    }

    /// The ids of all organizations.
    pub(crate) fn organizations(&self) -> impl Iterator<Item = i64> {
        self.held.keys().copied()
    }

    /// X(a): the usable expected domains of a (valid, neither personal nor of a platform).
    pub(crate) fn x(&self, a: &str) -> &BTreeSet<String> {
        &self.claim(a).domains
    }

    /// owners(d): the accounts with d in X.
    pub(crate) fn owners(&self, d: &str) -> BTreeSet<&str> {
        self.all().filter(|a| self.x(a).contains(d)).collect()
    }

    /// Does another account than a expect another domain than d with the same registrable part?
    pub(crate) fn is_related_to_other(&self, a: &str, d: &str) -> bool {
        let is_related = |other: &String| other != d && registrable(other) == registrable(d);
        self.others(a).any(|b| self.x(b).iter().any(is_related))
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

    /// S(a): the organization that a's stored id names, if it exists. An unread account may name several, whose
    /// claims all count; it has no S of its own.
    pub(crate) fn s(&self, a: &str) -> Option<i64> {
        let stored = self.claim(a).stored.first().copied();
        stored.filter(|o| self.is_read(a) && self.held.contains_key(o))
    }

    /// Is o S(b), also of an unread b?
    pub(crate) fn stores(&self, b: &str, o: i64) -> bool {
        self.held.contains_key(&o) && self.claim(b).stored.contains(&o)
    }

    /// Does a's stored id name no existing organization?
    pub(crate) fn stored_id_dangles(&self, a: &str) -> bool {
        self.is_read(a) && !self.claim(a).stored.is_empty() && self.s(a).is_none()
    }

    /// Has a a stored id that names no existing organization or cannot be read?
    pub(crate) fn stored_id_is_no_help(&self, a: &str) -> bool {
        self.stored_id_dangles(a) || (self.is_read(a) && self.claim(a).has_unreadable_stored_id)
    }

    /// E(a): the organizations whose key, canonicalized, is a's id.
    pub(crate) fn e(&self, a: &str) -> BTreeSet<i64> {
        let named = self.keys.iter();
        named.filter(|(_, key)| matches!(key, Key::Account(id) if id == a)).map(|(o, _)| *o).collect()
    }

    /// The key of o: its `external_id`, or the field that holds the account id.
    pub(crate) fn key(&self, o: i64) -> &Key {
        &self.keys[&o]
    }

    /// Is the key of o null, empty, or only Unicode white space? One that was not read is not.
    pub(crate) fn is_blank(&self, o: i64) -> bool {
        *self.key(o) == Key::Blank
    }

    /// F(o): what the fields of o name, other than its key and those to be ignored.
    pub(crate) fn f(&self, o: i64) -> BTreeSet<String> {
        let settings = &self.world.settings;
        let counts = |field: &str| {
            settings.account_id_field != Some(field) && !settings.ignore_fields.contains(&field)
        };
        let is_known = !self.lacks(o, "organization_fields");
        let fields = self.organization(o).fields.iter().filter(|(field, _)| is_known && counts(field));
        let named = fields.filter_map(|(_, value)| match resolve(&self.claims, key(value.as_deref())) {
            Key::Account(id) | Key::UnknownAccount(id) => Some(id),
            _ => None,
        });
        named.collect()
    }

    /// Is o foreign to a?
    pub(crate) fn foreign(&self, o: i64, a: &str) -> Foreign {
        if !self.held.contains_key(&o) {
            return Foreign::Yes;
        }
        let names_other = |key: &Key| match key {
            Key::Account(id) => id != a,
            Key::UnknownAccount(_) => true,
            _ => false,
        };
        let external = self.external_key(o);
        if names_other(self.key(o)) || names_other(&external) || self.others(a).any(|b| self.stores(b, o)) {
            Foreign::Yes
        } else if *self.key(o) == Key::Undecided || external == Key::Undecided {
            Foreign::Undecided
        } else {
            Foreign::No
        }
    }

    /// What `external_id` names, whether it is the key or not.
    pub(crate) fn external_key(&self, o: i64) -> Key {
        if self.lacks(o, "external_id") {
            return Key::Undecided;
        }
        resolve(&self.claims, key(self.organization(o).external_id.as_deref()))
    }

    /// Does o serve b: S(b) = o, or o in E(b)?
    pub(crate) fn serves(&self, o: i64, b: &str) -> bool {
        self.stores(b, o) || self.e(b).contains(&o)
    }

    /// D(a): the organizations that hold a domain of X(a).
    pub(crate) fn d(&self, a: &str) -> BTreeSet<i64> {
        let holders = self.held.iter();
        holders.filter(|(_, held)| !held.is_disjoint(self.x(a))).map(|(o, _)| *o).collect()
    }

    /// The domains of X(a) that o holds.
    pub(crate) fn common(&self, a: &str, o: i64) -> BTreeSet<String> {
        self.x(a).intersection(self.held(o)).cloned().collect()
    }

    /// K(a): D(a) without each o that serves another account which expects the same domains.
    pub(crate) fn k(&self, a: &str) -> BTreeSet<i64> {
        let mut k = self.d(a);
        k.retain(|o| {
            let domains = self.common(a, *o);
            !self.others(a).any(|b| self.serves(*o, b) && domains.is_subset(self.x(b)))
        });
        k
    }

    /// The usable domains that o holds (valid, neither personal nor of a platform).
    pub(crate) fn usable_held(&self, o: i64) -> BTreeSet<&str> {
        let held = self.held(o).iter().map(String::as_str);
        held.filter(|d| is_valid(d) && !self.is_personal(d)).collect()
    }

    /// Is o's name a name of a?
    pub(crate) fn has_name_of(&self, o: i64, a: &str) -> bool {
        let name = name_key(&self.organization(o).name);
        name.is_some_and(|name| self.claim(a).names.contains(&name))
    }

    /// Is d a personal e-mail domain, or the host of a platform?
    pub(crate) fn is_personal(&self, d: &str) -> bool {
        self.personal_domains.contains(d)
    }

    /// Was that fact of o not read?
    pub(crate) fn lacks(&self, o: i64, key: &'static str) -> bool {
        !self.world.has(Collection::Organizations, &self.organization(o).absent, key)
    }

    /// The organization o, which exists.
    pub(crate) fn organization(&self, o: i64) -> &'w Organization {
        self.world.organization(o).expect("o comes from the set of existing organizations")
    }
}

/// What the key of an organization says: `external_id`, or the field that the settings name.
fn key_of(world: &World, organization: &Organization) -> Key {
    let has = |key| world.has(Collection::Organizations, &organization.absent, key);
    let Some(field) = world.settings.account_id_field else {
        return if has("external_id") { key(organization.external_id.as_deref()) } else { Key::Undecided };
    };
    let value = organization.fields.iter().find(|(name, _)| *name == field);
    match value.filter(|_| has("organization_fields")) {
        Some((_, value)) => key(value.as_deref()),
        None => Key::Undecided,
    }
}

/// The id of a merged account means the account that it became.
fn resolve(claims: &AllClaims, key: Key) -> Key {
    match key {
        Key::Account(id) => Key::Account(claims.winner(&id).to_owned()),
        other => other,
    }
}
