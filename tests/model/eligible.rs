//! Which users count: end users, active, not suspended, on a domain of somebody's own.
//!
//! Decisions that the text leaves open:
//!
//! - The keys that decide a user are `email`, `role`, `verified`, `active`, `suspended` and `organization_id`. A record
//!   that lacks one of them is undecided, unless a key that it has says that the user is not eligible anyway.
//! - So a user whose record lacks `verified` is not eligible, and raises nothing.

use super::normalize::email_domain;
use super::sets::Sets;
use super::world::{Collection, User};

/// The keys that decide whether a user is eligible, and what becomes of one who is.
const DECIDING: [&str; 6] = ["email", "role", "verified", "active", "suspended", "organization_id"];

/// Whether a user is eligible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Eligibility {
    /// With the domain of the address.
    Yes(String),
    No,
    /// Nothing speaks against it, but a deciding key is absent. With the domain, if the address was read.
    Undecided(Option<String>),
}

impl Sets<'_> {
    /// Whether a user is eligible.
    pub(crate) fn eligibility(&self, user: &User) -> Eligibility {
        let has = |key| self.has(user, key);
        if (has("role") && user.role != "end-user")
            || (has("active") && !user.active)
            || (has("suspended") && user.suspended)
        {
            return Eligibility::No;
        }
        let domain = self.usable_email_domain(user);
        match domain {
            None if has("email") => Eligibility::No,
            Some(domain) if DECIDING.into_iter().all(has) => Eligibility::Yes(domain),
            domain => Eligibility::Undecided(domain),
        }
    }

    /// The domain of an eligible user; none if the user is not eligible.
    pub(crate) fn eligible_domain(&self, user: &User) -> Option<String> {
        match self.eligibility(user) {
            Eligibility::Yes(domain) => Some(domain),
            _ => None,
        }
    }

    /// The domain of a user's e-mail, if valid, neither personal nor of a platform; eligible or not.
    pub(crate) fn usable_email_domain(&self, user: &User) -> Option<String> {
        let email = user.email.as_deref().filter(|_| self.has(user, "email"))?;
        let domain = email_domain(email)?;
        (!self.is_personal(&domain)).then_some(domain)
    }

    /// Has the user's record that key?
    pub(crate) fn has(&self, user: &User, key: &'static str) -> bool {
        self.world.has(Collection::Users, &user.absent, key)
    }

    /// The domains of the eligible members of o, one for each of them.
    pub(crate) fn eligible_members(&self, o: i64) -> Vec<String> {
        let members = self.world.users().iter().filter(|user| self.world.is_member(user.id, o));
        members.filter_map(|user| self.eligible_domain(user)).collect()
    }
}
