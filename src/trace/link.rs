//! Which organization an account resolves to, and why not to another: what the audit's texts decided, in words.
//!
//! Every rule is considered in the order of trust, also the ones that come too late: what they name and why
//! it does not count is what people ask. Nothing here decides, and nothing reads the warehouse.

mod by_domain;
mod by_id;

use serde::Serialize;

use super::words;
use crate::{
    model::{LinkState, MatchRule},
    warehouse::trace::{DecidedLink, LinkFacts},
};

/// What became of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It gave the organization.
    Won,
    /// It came too late, but names the same organization.
    Agrees,
    /// It names organizations, but another rule decided.
    Overruled,
    /// It decided that there are several, so that there is none.
    Undecided,
    /// It names no organization.
    Silent,
}

impl Verdict {
    /// As it is printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Agrees => "agrees",
            Self::Overruled => "overruled",
            Self::Undecided => "undecided",
            Self::Silent => "silent",
        }
    }
}

/// An organization that a rule names.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// Its id.
    pub organization_id: i64,
    /// Its name; none if it does not exist.
    pub name: Option<String>,
    /// The expected domains that it holds.
    pub domains: Vec<String>,
    /// Other accounts that store its id or whose id it carries.
    pub claimant_account_ids: Vec<String>,
    /// Whether it is also another account's that expects the same domains: by domain alone it drops out then.
    pub is_serving_another: bool,
}

/// One rule and what became of it.
#[derive(Debug, Clone, Serialize)]
pub struct Considered {
    /// The rule.
    pub rule: MatchRule,
    /// What became of it.
    pub verdict: Verdict,
    /// What it names.
    pub organizations: Vec<Named>,
    /// Why, in sentences.
    pub why: Vec<String>,
}

/// The link of an account, explained.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The state.
    pub link_state: LinkState,
    /// The organization, if there is one.
    pub organization_id: Option<i64>,
    /// The rule that gave it.
    pub match_rule: Option<MatchRule>,
    /// The state in a sentence.
    pub summary: String,
    /// All rules, in the order of trust.
    pub rules: Vec<Considered>,
}

/// Explains the link of an account.
pub fn explain(facts: &LinkFacts) -> Explanation {
    let link = &facts.link;
    Explanation {
        link_state: link.link_state,
        organization_id: link.organization_id,
        match_rule: link.match_rule,
        summary: summary(link),
        rules: vec![by_id::stored(facts), by_id::external(facts), by_domain::domain(facts)],
    }
}

fn summary(link: &DecidedLink) -> String {
    let id = link.organization_id.map(|id| id.to_string()).unwrap_or_default();
    let rule = match link.match_rule {
        Some(MatchRule::StoredId) => "the stored id",
        Some(MatchRule::ExternalId) => "the external_id",
        Some(MatchRule::Domain) => "domains alone",
        None => "",
    };
    match link.link_state {
        LinkState::Linked => format!("The account is linked to organization {id} by {rule}."),
        LinkState::Contested => {
            format!("The account points to organization {id} by {rule}, but something contradicts that.")
        }
        LinkState::Duplicate => {
            "Several organizations carry the account's id: a person must decide which one stays.".to_owned()
        }
        LinkState::Candidate => format!(
            "Organization {id} is a candidate by {rule}: its external_id is blank, so nothing confirms it."
        ),
        LinkState::Conflict => {
            format!(
                "Organization {id} matches by {rule}, but carries an external_id that is not the account's."
            )
        }
        LinkState::Ambiguous => "Several organizations match by domains alone, so none is chosen.".to_owned(),
        LinkState::Missing => "No organization belongs to the account by any rule.".to_owned(),
        LinkState::Unread => {
            "The row of the account in the file could not be used, so no rule is followed.".to_owned()
        }
    }
}

/// Whether an organization carries no `external_id`.
fn is_blank(facts: &LinkFacts, organization_id: i64) -> bool {
    facts.organizations.get(&organization_id).is_some_and(|row| row.external_id_key.is_none())
}

/// Other accounts that store the id of an organization.
fn storing_accounts(facts: &LinkFacts, organization_id: i64) -> Vec<String> {
    claimants(facts, organization_id, Some(MatchRule::StoredId))
}

/// Other accounts with a mark on an organization, each once.
fn claimants(facts: &LinkFacts, organization_id: i64, rule: Option<MatchRule>) -> Vec<String> {
    let mut ids: Vec<String> = facts
        .claims
        .iter()
        .filter(|claim| {
            claim.organization_id == organization_id
                && claim.account_id != facts.account.account_id
                && rule.is_none_or(|rule| claim.match_rule == rule)
        })
        .map(|claim| claim.account_id.clone())
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

/// An organization as a rule names it.
fn named(facts: &LinkFacts, organization_id: i64) -> Named {
    Named {
        organization_id,
        name: facts.organizations.get(&organization_id).map(|row| row.name.clone()),
        domains: by_domain::held(facts, organization_id),
        claimant_account_ids: claimants(facts, organization_id, None),
        is_serving_another: by_domain::serves_another(facts, organization_id),
    }
}

/// What the `external_id` of an organization says, where it is not the account's.
fn other_external_id(facts: &LinkFacts, organization_id: i64) -> String {
    let Some(row) = facts.organizations.get(&organization_id) else { return String::new() };
    match (
        &row.external_account_id,
        claimants(facts, organization_id, Some(MatchRule::ExternalId)).as_slice(),
    ) {
        (_, [account, ..]) => format!("the id of account {account}"),
        (Some(account), []) => format!("{account}, which is not an account of the snapshot"),
        (None, []) => "a text that is not an account id".to_owned(),
    }
}

/// A sentence about other accounts that claim the organization of the account.
fn claim_sentence(facts: &LinkFacts, organization_id: i64) -> Option<String> {
    let others = claimants(facts, organization_id, None);
    (!others.is_empty()).then(|| {
        format!(
            "{} {} {} organization {organization_id} as well.",
            if others.len() == 1 { "Account" } else { "Accounts" },
            words::some(&others),
            if others.len() == 1 { "claims" } else { "claim" },
        )
    })
}

#[cfg(test)]
mod tests;
