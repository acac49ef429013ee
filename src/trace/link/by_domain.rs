//! The rule that compares domains. It is asked last: domains move between customers.

use std::collections::BTreeSet;

use super::{
    Considered, LinkState, MatchRule, Verdict, claim_sentence, claimants, is_blank, named, other_external_id,
};
use crate::{
    trace::words,
    warehouse::trace::{ExpectedDomain, LinkFacts},
};

/// So many organizations have a sentence of their own.
const NAMED: usize = 5;

fn usable(facts: &LinkFacts) -> impl Iterator<Item = &ExpectedDomain> {
    facts.domains.iter().filter(|domain| !domain.is_personal)
}

/// The organizations that hold a usable domain of the account.
fn holders(facts: &LinkFacts) -> Vec<i64> {
    let all: BTreeSet<i64> =
        usable(facts).flat_map(|domain| domain.holder_organization_ids.iter().copied()).collect();
    all.into_iter().collect()
}

/// The usable domains of the account that an organization holds.
pub(super) fn held(facts: &LinkFacts, organization_id: i64) -> Vec<String> {
    usable(facts)
        .filter(|domain| domain.holder_organization_ids.contains(&organization_id))
        .map(|domain| domain.domain.clone())
        .collect()
}

/// The account that an organization serves and that expects every domain of ours that it holds.
fn served(facts: &LinkFacts, organization_id: i64) -> Option<String> {
    let mut shared =
        usable(facts).filter(|domain| domain.holder_organization_ids.contains(&organization_id)).peekable();
    shared.peek()?;
    let shared: Vec<_> = shared.collect();
    claimants(facts, organization_id, None)
        .into_iter()
        .find(|account| shared.iter().all(|domain| domain.owner_account_ids.contains(account)))
}

/// Whether an organization drops out because it serves another account with the same domains.
pub(super) fn serves_another(facts: &LinkFacts, organization_id: i64) -> bool {
    served(facts, organization_id).is_some()
}

/// The domains that both have.
pub(super) fn domain(facts: &LinkFacts) -> Considered {
    let holders = holders(facts);
    let is_decided_before = !matches!(
        facts.link.link_state,
        LinkState::Candidate | LinkState::Conflict | LinkState::Ambiguous | LinkState::Missing
    );
    let mut why = unusable(facts);
    let verdict = if holders.is_empty() {
        Verdict::Silent
    } else if is_decided_before {
        why.extend(
            holders
                .iter()
                .take(NAMED)
                .map(|&id| format!("Organization {id} holds {}.", words::some(&held(facts, id)))),
        );
        why.push(
            "Domains are asked only if neither a stored id nor an external_id names an organization."
                .to_owned(),
        );
        match facts.link.organization_id {
            Some(id) if holders == [id] => Verdict::Agrees,
            _ => Verdict::Overruled,
        }
    } else {
        why.extend(holders.iter().filter(|id| !facts.link.kept_ids.contains(id)).take(NAMED).filter_map(
            |&id| {
                Some(format!(
                    "Organization {id} drops out: it belongs to account {}, which expects the same domains.",
                    served(facts, id)?
                ))
            },
        ));
        among_kept(facts, &mut why)
    };
    Considered {
        rule: MatchRule::Domain,
        verdict,
        organizations: holders.iter().map(|&id| named(facts, id)).collect(),
        why,
    }
}

/// What the organizations that remain decide.
fn among_kept(facts: &LinkFacts, why: &mut Vec<String>) -> Verdict {
    match *facts.link.kept_ids {
        [] => {
            why.push("No other organization holds a domain of the account.".to_owned());
            // They were named, and something else decided against them.
            Verdict::Overruled
        }
        [only] => {
            let domains = words::some(&held(facts, only));
            if is_blank(facts, only) {
                why.push(format!(
                    "Only organization {only} remains; it holds {domains} and its external_id is blank. A domain \
                     alone makes it a candidate and no more."
                ));
            } else {
                why.push(format!(
                    "Only organization {only} remains; it holds {domains}, but its external_id is {}.",
                    other_external_id(facts, only)
                ));
            }
            why.extend(claim_sentence(facts, only));
            Verdict::Won
        }
        _ => {
            why.push(format!(
                "Organizations {} hold domains of the account, and nothing says which of them is meant.",
                words::some(&facts.link.kept_ids)
            ));
            Verdict::Undecided
        }
    }
}

/// Domains that name no organization, and why.
fn unusable(facts: &LinkFacts) -> Vec<String> {
    let personal: Vec<&str> = facts
        .domains
        .iter()
        .filter(|domain| domain.is_personal)
        .map(|domain| domain.domain.as_str())
        .collect();
    let unheld: Vec<&str> = usable(facts)
        .filter(|domain| domain.holder_organization_ids.is_empty())
        .map(|domain| domain.domain.as_str())
        .collect();
    let mut why = Vec::new();
    if facts.domains.is_empty() {
        why.push("Salesforce has no valid domain of the account.".to_owned());
    }
    if !personal.is_empty() {
        why.push(format!("Personal addresses and platforms identify nobody: {}.", words::some(&personal)));
    }
    if !unheld.is_empty() {
        why.push(format!("No organization holds {}.", words::some(&unheld)));
    }
    why
}
