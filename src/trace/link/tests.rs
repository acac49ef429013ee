//! Every row of the decision table, as the audit's texts decide it, with what is then said of each rule.

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
        link: DecidedLink {
            link_state: LinkState::Missing,
            organization_id: None,
            match_rule: None,
            kept_ids: Vec::new(),
        },
    }
}

trait Build: Sized {
    fn organization(self, id: i64, external_id: Option<&str>) -> Self;
    fn stores(self, id: i64) -> Self;
    fn carried_by(self, id: i64) -> Self;
    fn claimed(self, id: i64, account: &str, rule: MatchRule) -> Self;
    fn expects(self, domain: &str, owners: &[&str], holders: &[i64]) -> Self;
    /// State, organization and rule, and what remains by domains.
    fn decided(self, link: &str, kept: &[i64]) -> Self;
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
        self.claims.push(Claim { organization_id: id, account_id: account.to_owned(), match_rule: rule });
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

    fn decided(mut self, link: &str, kept: &[i64]) -> Self {
        let words: Vec<&str> = link.split(' ').collect();
        self.link = DecidedLink {
            link_state: LinkState::from_text(words[0]).unwrap(),
            organization_id: words[1].parse().ok(),
            match_rule: MatchRule::from_text(words[2]),
            kept_ids: kept.to_vec(),
        };
        self
    }
}

/// The three verdicts in one line.
fn verdicts(facts: &LinkFacts) -> String {
    let verdicts: Vec<_> = explain(facts).rules.iter().map(|rule| rule.verdict.as_str()).collect();
    verdicts.join(" ")
}

fn why(facts: &LinkFacts, rule: usize) -> String {
    explain(facts).rules[rule].why.join(" ")
}

#[test]
fn two_carriers_are_a_duplicate_whatever_is_stored() {
    let facts = nothing().carried_by(1).carried_by(2);
    let facts = facts.decided("duplicate - -", &[]);
    assert_eq!(verdicts(&facts), "silent undecided silent");
    let facts = facts.stores(1).expects("a.com", &[US], &[1]);
    let facts = facts.decided("duplicate - -", &[]);
    assert_eq!(verdicts(&facts), "overruled undecided overruled");
    assert!(why(&facts, 0).contains("Organizations 1 and 2 carry the account's id"));
}

#[test]
fn a_stored_id_that_is_confirmed_or_not_contradicted_links() {
    let confirmed = nothing().carried_by(1).stores(1).expects("a.com", &[US], &[1]);
    let confirmed = confirmed.decided("linked 1 stored_id", &[]);
    assert_eq!(verdicts(&confirmed), "won agrees agrees");
    let blank = nothing().organization(1, None).stores(1).expects("a.com", &[US], &[]);
    let blank = blank.decided("linked 1 stored_id", &[]);
    assert_eq!(verdicts(&blank), "won silent silent");
    assert_eq!(why(&blank, 2), "No organization holds a.com.");
    // Another account stores it too, but the organization says whose it is.
    let confirmed = confirmed.claimed(1, THEM, MatchRule::StoredId);
    let confirmed = confirmed.decided("linked 1 stored_id", &[]);
    assert_eq!(verdicts(&confirmed), "won agrees agrees");
    assert!(why(&confirmed, 0).contains("Account 001B claims organization 1 as well."));
}

#[test]
fn a_stored_id_is_contested_by_another_account_another_carrier_or_another_id() {
    let shared = nothing().organization(1, None).stores(1).claimed(1, THEM, MatchRule::StoredId);
    let shared = shared.decided("contested 1 stored_id", &[]);
    assert_eq!(verdicts(&shared), "won silent silent");
    assert!(why(&shared, 0).contains("Contested: 001B stores the same id."));

    let elsewhere = nothing().organization(1, None).stores(1).carried_by(2);
    let elsewhere = elsewhere.decided("contested 1 stored_id", &[]);
    assert_eq!(verdicts(&elsewhere), "won overruled silent");
    assert!(why(&elsewhere, 0).contains("carried by organization 2 instead"));

    for (external_id, said) in [
        ("001B", "001B, which is not an account of the snapshot"),
        ("legacy-17", "a text that is not an account id"),
    ] {
        let other = nothing().organization(1, Some(external_id)).stores(1);
        let other = other.decided("contested 1 stored_id", &[]);
        assert_eq!(verdicts(&other), "won silent silent");
        assert!(why(&other, 0).contains(said), "{}", why(&other, 0));
    }
    let theirs = nothing().organization(1, Some("001B")).stores(1).claimed(1, THEM, MatchRule::ExternalId);
    assert!(why(&theirs, 0).contains("Contested: its external_id is the id of account 001B."));
}

#[test]
fn a_stored_id_that_is_damaged_or_dangling_names_nothing() {
    let mut damaged = nothing().carried_by(3);
    damaged.account.stored_organization_raw = Some("3.61E+11".to_owned());
    let damaged = damaged.decided("linked 3 external_id", &[]);
    assert_eq!(verdicts(&damaged), "silent won silent");
    assert!(why(&damaged, 0).contains("a spreadsheet rounded the number"));

    let mut text = nothing();
    text.account.stored_organization_raw = Some("n/a".to_owned());
    assert_eq!(why(&text, 0), "Salesforce stores `n/a`, which is not an organization id.");

    let mut dangling = nothing();
    dangling.account.stored_organization_id = Some(9);
    let dangling = dangling.decided("missing - -", &[]);
    assert_eq!(verdicts(&dangling), "silent silent silent");
    assert_eq!(why(&dangling, 0), "Salesforce stores 9, but no organization has that id.");

    assert_eq!(why(&nothing(), 0), "Salesforce stores no organization id for the account.");
    assert_eq!(why(&nothing(), 2), "Salesforce has no valid domain of the account.");
}

#[test]
fn domains_give_a_candidate_a_conflict_or_several() {
    let candidate = nothing().organization(1, None).expects("a.com", &[US], &[1]);
    let candidate = candidate.decided("candidate 1 domain", &[1]);
    assert_eq!(verdicts(&candidate), "silent silent won");
    let conflict = nothing().organization(1, Some("x")).expects("a.com", &[US], &[1]);
    let conflict = conflict.decided("conflict 1 domain", &[1]);
    assert_eq!(verdicts(&conflict), "silent silent won");
    let ambiguous =
        nothing().organization(1, None).organization(2, Some("x")).expects("a.com", &[US], &[1, 2]);
    let ambiguous = ambiguous.decided("ambiguous - -", &[1, 2]);
    assert_eq!(verdicts(&ambiguous), "silent silent undecided");
    assert!(why(&ambiguous, 2).contains("Organizations 1 and 2 hold domains of the account"));
}

#[test]
fn an_organization_of_another_account_with_the_same_domains_drops_out() {
    let theirs = nothing().organization(1, None).expects("a.com", &[US, THEM], &[1]).claimed(
        1,
        THEM,
        MatchRule::StoredId,
    );
    let theirs = theirs.decided("missing - -", &[]);
    assert_eq!(verdicts(&theirs), "silent silent overruled");
    assert!(why(&theirs, 2).contains("Organization 1 drops out: it belongs to account 001B"));

    // It holds a domain that the other account does not expect: it stays.
    let ours_too = theirs.expects("b.com", &[US], &[1]);
    let ours_too = ours_too.decided("candidate 1 domain", &[1]);
    assert_eq!(verdicts(&ours_too), "silent silent won");
    assert!(why(&ours_too, 2).contains("Account 001B claims organization 1 as well."));
}

#[test]
fn a_personal_domain_names_nobody() {
    let personal = nothing().organization(1, None).expects("gmail.com", &[], &[1]);
    let personal = personal.decided("missing - -", &[]);
    assert_eq!(verdicts(&personal), "silent silent silent");
    assert_eq!(why(&personal, 2), "Personal addresses and platforms identify nobody: gmail.com.");
}
