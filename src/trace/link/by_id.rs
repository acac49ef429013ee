//! The two rules that compare ids.

use super::{Considered, LinkState, MatchRule, Verdict, claim_sentence, named, other_external_id};
use crate::{
    identity::{StoredIdProblem, stored_organization_id},
    trace::words,
    warehouse::trace::LinkFacts,
};

/// The organization id that Salesforce stores.
pub(super) fn stored(facts: &LinkFacts) -> Considered {
    let rule = MatchRule::StoredId;
    let silent = |why: String| Considered {
        rule,
        verdict: Verdict::Silent,
        organizations: Vec::new(),
        why: vec![why],
    };
    let Some(id) = facts.account.stored_organization_id else {
        let Some(raw) = &facts.account.stored_organization_raw else {
            return silent("Salesforce stores no organization id for the account.".to_owned());
        };
        return silent(match stored_organization_id(raw) {
            Err(StoredIdProblem::SpreadsheetDamaged) => format!(
                "Salesforce stores `{raw}`: a spreadsheet rounded the number, so it names no organization."
            ),
            _ => format!("Salesforce stores `{raw}`, which is not an organization id."),
        });
    };
    if !facts.organizations.contains_key(&id) {
        return silent(format!("Salesforce stores {id}, but no organization has that id."));
    }
    let mut why = vec![format!("Salesforce stores {id}, and that organization exists.")];
    let verdict = if facts.link.link_state == LinkState::Duplicate {
        why.push(format!(
            "Organizations {} carry the account's id, and a stored id does not decide which of them stays.",
            words::some(&facts.carrier_ids)
        ));
        Verdict::Overruled
    } else {
        why.extend(confirmation(facts, id));
        Verdict::Won
    };
    Considered { rule, verdict, organizations: vec![named(facts, id)], why }
}

/// What confirms or contests the stored organization.
fn confirmation(facts: &LinkFacts, id: i64) -> Vec<String> {
    if facts.carrier_ids == [id] {
        let mut why = vec!["It carries the account's id in external_id, which confirms it.".to_owned()];
        why.extend(claim_sentence(facts, id));
        return why;
    }
    let mut why = Vec::new();
    let storing = super::storing_accounts(facts, id);
    if !storing.is_empty() {
        why.push(format!(
            "Contested: {} {} the same id.",
            words::some(&storing),
            if storing.len() == 1 { "stores" } else { "store" }
        ));
    }
    if let [carrier] = facts.carrier_ids.as_slice() {
        why.push(format!("Contested: the account's id is carried by organization {carrier} instead."));
    }
    if super::is_blank(facts, id) {
        if why.is_empty() {
            why.push("Its external_id is blank, so nothing contradicts the stored id.".to_owned());
        }
    } else {
        why.push(format!("Contested: its external_id is {}.", other_external_id(facts, id)));
    }
    why
}

/// The account id that an organization carries.
pub(super) fn external(facts: &LinkFacts) -> Considered {
    let mut why = Vec::new();
    let verdict = match facts.carrier_ids.as_slice() {
        [] => {
            why.push("No organization carries the account's id in external_id.".to_owned());
            Verdict::Silent
        }
        &[only] if facts.link.match_rule == Some(MatchRule::ExternalId) => {
            why.push(format!(
                "Organization {only} carries the account's id in external_id, and no other does."
            ));
            why.extend(claim_sentence(facts, only));
            Verdict::Won
        }
        &[only] if facts.link.organization_id == Some(only) => {
            why.push("The stored organization, and no other, carries the account's id.".to_owned());
            Verdict::Agrees
        }
        &[only] => {
            why.push(format!(
                "Organization {only} carries the account's id, but the stored id is trusted first; that the two \
                 differ makes the link contested."
            ));
            Verdict::Overruled
        }
        several => {
            why.push(format!(
                "Organizations {} carry the account's id, so no rule can choose between them.",
                words::some(several)
            ));
            Verdict::Undecided
        }
    };
    Considered {
        rule: MatchRule::ExternalId,
        verdict,
        organizations: facts.carrier_ids.iter().map(|&id| named(facts, id)).collect(),
        why,
    }
}
