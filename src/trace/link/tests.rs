//! Every row of the decision table, with what each rule says.

use std::collections::BTreeMap;

use super::*;
use crate::warehouse::trace::{AccountRecord, Claim, ExpectedDomain, OrganizationRecord};

const US: &str = "001A";
const THEM: &str = "001B";

/// Facts without any tie.
fn nothing() -> LinkFacts {
    LinkFacts {
        account: AccountRecord {
            account_id: US.to_owned(),
            account_name: "Us".to_owned(),
            stored_organization_raw: None,
            stored_organization_id: None,
            owner: None,
            parent_account_id: None,
            is_unread: false,
        },
        domains: Vec::new(),
        carrier_ids: Vec::new(),
        claims: Vec::new(),
        organizations: BTreeMap::new(),
    }
}

trait Build: Sized {
    fn organization(self, id: i64, external_id: Option<&str>) -> Self;
    fn stores(self, id: i64) -> Self;
    fn carried_by(self, id: i64) -> Self;
    fn claimed(self, id: i64, account: &str, rule: MatchRule) -> Self;
    fn expects(self, domain: &str, owners: &[&str], holders: &[i64]) -> Self;
}

impl Build for LinkFacts {
    fn organization(mut self, id: i64, external_id: Option<&str>) -> Self {
        let row = OrganizationRecord {
            organization_id: id,
            name: format!("Organization {id}"),
            external_id: external_id.map(str::to_owned),
            external_id_key: external_id.map(str::to_owned),
            external_account_id: external_id.filter(|id| id.starts_with("001")).map(str::to_owned),
            is_shared_tickets: false,
            is_shared_comments: false,
            created_at: None,
        };
        self.organizations.insert(id, row);
        self
    }

    fn stores(mut self, id: i64) -> Self {
        self.account.stored_organization_id = Some(id);
        self.account.stored_organization_raw = Some(id.to_string());
        self.claimed(id, US, MatchRule::StoredId)
    }

    fn carried_by(mut self, id: i64) -> Self {
        self.carrier_ids.push(id);
        self.organization(id, Some(US)).claimed(id, US, MatchRule::ExternalId)
    }

    fn claimed(mut self, id: i64, account: &str, rule: MatchRule) -> Self {
        self.claims.push(Claim {
            organization_id: id,
            account_id: account.to_owned(),
            match_rule: rule.as_str().to_owned(),
        });
        self
    }

    fn expects(mut self, domain: &str, owners: &[&str], holders: &[i64]) -> Self {
        self.domains.push(ExpectedDomain {
            domain: domain.to_owned(),
            domain_id: 0,
            is_personal: owners.is_empty(),
            owner_account_ids: owners.iter().map(|id| (*id).to_owned()).collect(),
            holder_organization_ids: holders.to_vec(),
        });
        self
    }
}

/// State, organization, rule and the three verdicts in one line.
fn line(facts: &LinkFacts) -> String {
    let it = explain(facts);
    let verdicts: Vec<_> = it.rules.iter().map(|rule| rule.verdict.as_str()).collect();
    format!(
        "{} {} {}: {}",
        it.link_state.as_str(),
        it.organization_id.map_or("-".to_owned(), |id| id.to_string()),
        it.match_rule.map_or("-", MatchRule::as_str),
        verdicts.join(" ")
    )
}

fn why(facts: &LinkFacts, rule: usize) -> String {
    explain(facts).rules[rule].why.join(" ")
}

#[test]
fn two_carriers_are_a_duplicate_whatever_is_stored() {
    let facts = nothing().carried_by(1).carried_by(2);
    assert_eq!(line(&facts), "duplicate - -: silent undecided silent");
    let facts = facts.stores(1).expects("a.com", &[US], &[1]);
    assert_eq!(line(&facts), "duplicate - -: overruled undecided overruled");
    assert!(why(&facts, 0).contains("Organizations 1 and 2 carry the account's id"));
}

#[test]
fn a_stored_id_that_is_confirmed_or_not_contradicted_links() {
    let confirmed = nothing().carried_by(1).stores(1).expects("a.com", &[US], &[1]);
    assert_eq!(line(&confirmed), "linked 1 stored_id: won agrees agrees");
    let blank = nothing().organization(1, None).stores(1).expects("a.com", &[US], &[]);
    assert_eq!(line(&blank), "linked 1 stored_id: won silent silent");
    assert_eq!(why(&blank, 2), "No organization holds a.com.");
    // Another account stores it too, but the organization says whose it is.
    let confirmed = confirmed.claimed(1, THEM, MatchRule::StoredId);
    assert_eq!(line(&confirmed), "linked 1 stored_id: won agrees agrees");
    assert!(why(&confirmed, 0).contains("Account 001B claims organization 1 as well."));
}

#[test]
fn a_stored_id_is_contested_by_another_account_another_carrier_or_another_id() {
    let shared = nothing().organization(1, None).stores(1).claimed(1, THEM, MatchRule::StoredId);
    assert_eq!(line(&shared), "contested 1 stored_id: won silent silent");
    assert!(why(&shared, 0).contains("Contested: 001B stores the same id."));

    let elsewhere = nothing().organization(1, None).stores(1).carried_by(2);
    assert_eq!(line(&elsewhere), "contested 1 stored_id: won overruled silent");
    assert!(why(&elsewhere, 0).contains("carried by organization 2 instead"));

    for (external_id, said) in [
        ("001B", "001B, which is not an account of the snapshot"),
        ("legacy-17", "a text that is not an account id"),
    ] {
        let other = nothing().organization(1, Some(external_id)).stores(1);
        assert_eq!(line(&other), "contested 1 stored_id: won silent silent");
        assert!(why(&other, 0).contains(said), "{}", why(&other, 0));
    }
    let theirs = nothing().organization(1, Some("001B")).stores(1).claimed(1, THEM, MatchRule::ExternalId);
    assert!(why(&theirs, 0).contains("Contested: its external_id is the id of account 001B."));
}

#[test]
fn a_stored_id_that_is_damaged_or_dangling_names_nothing() {
    let mut damaged = nothing().carried_by(3);
    damaged.account.stored_organization_raw = Some("3.61E+11".to_owned());
    assert_eq!(line(&damaged), "linked 3 external_id: silent won silent");
    assert!(why(&damaged, 0).contains("a spreadsheet rounded the number"));

    let mut text = nothing();
    text.account.stored_organization_raw = Some("n/a".to_owned());
    assert_eq!(why(&text, 0), "Salesforce stores `n/a`, which is not an organization id.");

    let mut dangling = nothing();
    dangling.account.stored_organization_id = Some(9);
    assert_eq!(line(&dangling), "missing - -: silent silent silent");
    assert_eq!(why(&dangling, 0), "Salesforce stores 9, but no organization has that id.");

    assert_eq!(why(&nothing(), 0), "Salesforce stores no organization id for the account.");
    assert_eq!(why(&nothing(), 2), "Salesforce has no valid domain of the account.");
}

#[test]
fn domains_give_a_candidate_a_conflict_or_several() {
    let candidate = nothing().organization(1, None).expects("a.com", &[US], &[1]);
    assert_eq!(line(&candidate), "candidate 1 domain: silent silent won");
    let conflict = nothing().organization(1, Some("x")).expects("a.com", &[US], &[1]);
    assert_eq!(line(&conflict), "conflict 1 domain: silent silent won");
    let ambiguous =
        nothing().organization(1, None).organization(2, Some("x")).expects("a.com", &[US], &[1, 2]);
    assert_eq!(line(&ambiguous), "ambiguous - -: silent silent undecided");
    assert!(why(&ambiguous, 2).contains("Organizations 1 and 2 hold domains of the account"));
}

#[test]
fn an_organization_of_another_account_with_the_same_domains_drops_out() {
    let theirs = nothing().organization(1, None).expects("a.com", &[US, THEM], &[1]).claimed(
        1,
        THEM,
        MatchRule::StoredId,
    );
    assert_eq!(line(&theirs), "missing - -: silent silent overruled");
    assert!(why(&theirs, 2).contains("Organization 1 drops out: it belongs to account 001B"));

    // It holds a domain that the other account does not expect: it stays.
    let ours_too = theirs.expects("b.com", &[US], &[1]);
    assert_eq!(line(&ours_too), "candidate 1 domain: silent silent won");
    assert!(why(&ours_too, 2).contains("Account 001B claims organization 1 as well."));
}

#[test]
fn a_personal_domain_names_nobody() {
    let personal = nothing().organization(1, None).expects("gmail.com", &[], &[1]);
    assert_eq!(line(&personal), "missing - -: silent silent silent");
    assert_eq!(why(&personal, 2), "Personal addresses and platforms identify nobody: gmail.com.");
}
