//! The link table: which organization an account resolves to, and by which rule.
//!
//! A key that was not read is neither blank nor a's: row 6 says so of a stored id; by domain it makes a conflict.

use std::collections::BTreeMap;

use super::names::{LinkState, MatchRule};
use super::sets::Sets;

/// One row of `account_links`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_field_names, reason = "the columns of the public table")]
pub(crate) struct Link {
    pub(crate) account_id: String,
    pub(crate) link_state: LinkState,
    pub(crate) organization_id: Option<i64>,
    pub(crate) match_rule: Option<MatchRule>,
    /// Which row of the table it was, from 1: for coverage only.
    pub(crate) table_row: usize,
}

/// The links of all accounts, by account.
pub(crate) type Links = BTreeMap<String, Link>;

/// Links every account.
pub(crate) fn links(sets: &Sets) -> Links {
    let links = sets.accounts().map(|a| (a.to_owned(), link(sets, a)));
    links.collect()
}

impl Link {
    /// Is the account `linked` or `contested`? Then it has an organization that people chose.
    pub(crate) fn is_chosen(&self) -> bool {
        matches!(self.link_state, LinkState::Linked | LinkState::Contested)
    }

    /// Is the account `linked` by its stored id alone? That is so if the key of the organization is blank.
    pub(crate) fn is_by_stored_id(&self, sets: &Sets) -> bool {
        self.link_state == LinkState::Linked
            && self.match_rule == Some(MatchRule::StoredId)
            && self.organization_id.is_some_and(|o| sets.is_blank(o))
    }

    /// The organization of a `linked` or `contested` account.
    pub(crate) fn chosen(&self) -> Option<i64> {
        self.organization_id.filter(|_| self.is_chosen())
    }

    /// The organization of a `linked`, `contested` or `candidate` account.
    pub(crate) fn chosen_or_candidate(&self) -> Option<i64> {
        let is_candidate = self.link_state == LinkState::Candidate;
        self.organization_id.filter(|_| self.is_chosen() || is_candidate)
    }
}

/// Links one account: the first case that holds.
fn link(sets: &Sets, a: &str) -> Link {
    use LinkState::{Ambiguous, Candidate, Conflict, Contested, Duplicate, Linked, Missing, Unread};
    use MatchRule::{Domain, ExternalId, StoredId};

    let (e, k) = (sets.e(a), sets.k(a));
    let only_e = e.first().copied();
    let only_k = k.first().copied();
    let (table_row, link_state, organization_id, match_rule) = match sets.s(a) {
        _ if !sets.is_read(a) => (1, Unread, None, None),
        _ if e.len() >= 2 => (2, Duplicate, None, None),
        Some(s) if only_e == Some(s) => (3, Linked, Some(s), Some(StoredId)),
        Some(s) if sets.others(a).any(|b| sets.stores(b, s)) => (4, Contested, Some(s), Some(StoredId)),
        Some(s) if only_e.is_some() => (5, Contested, Some(s), Some(StoredId)),
        Some(s) if !sets.is_blank(s) => (6, Contested, Some(s), Some(StoredId)),
        Some(s) => (7, Linked, Some(s), Some(StoredId)),
        None => match (only_e, only_k) {
            (Some(o), _) => (8, Linked, Some(o), Some(ExternalId)),
            (None, Some(o)) if k.len() == 1 && sets.is_blank(o) => (9, Candidate, Some(o), Some(Domain)),
            (None, Some(o)) if k.len() == 1 => (10, Conflict, Some(o), Some(Domain)),
            (None, Some(_)) => (11, Ambiguous, None, None),
            (None, None) => (12, Missing, None, None),
        },
    };
    Link { account_id: a.to_owned(), link_state, organization_id, match_rule, table_row }
}
