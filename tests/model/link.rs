//! The link table: which organization an account resolves to, and by which rule.

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
    use LinkState::{Ambiguous, Candidate, Conflict, Contested, Duplicate, Linked, Missing};
    use MatchRule::{Domain, ExternalId, StoredId};

    let (e, k) = (sets.e(a), sets.k(a));
    let only_e = e.first().copied();
    let only_k = k.first().copied();
    let (table_row, link_state, organization_id, match_rule) = match sets.s(a) {
        _ if e.len() >= 2 => (1, Duplicate, None, None),
        Some(s) if only_e == Some(s) => (2, Linked, Some(s), Some(StoredId)),
        Some(s) if sets.others(a).any(|b| sets.s(b) == Some(s)) => (3, Contested, Some(s), Some(StoredId)),
        Some(s) if only_e.is_some() => (4, Contested, Some(s), Some(StoredId)),
        Some(s) if !sets.is_blank(s) => (5, Contested, Some(s), Some(StoredId)),
        Some(s) => (6, Linked, Some(s), Some(StoredId)),
        None => match (only_e, only_k) {
            (Some(o), _) => (7, Linked, Some(o), Some(ExternalId)),
            (None, Some(o)) if k.len() == 1 && sets.is_blank(o) => (8, Candidate, Some(o), Some(Domain)),
            (None, Some(o)) if k.len() == 1 => (9, Conflict, Some(o), Some(Domain)),
            (None, Some(_)) => (10, Ambiguous, None, None),
            (None, None) => (11, Missing, None, None),
        },
    };
    Link { account_id: a.to_owned(), link_state, organization_id, match_rule, table_row }
}
