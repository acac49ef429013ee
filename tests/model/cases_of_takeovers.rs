//! Six ways to take over another customer's organization through one editable field of the CRM, and what each gives.
//!
//! A is the attacker, or the account with the wrong field. B is the victim.

use super::names::Disposition;
use super::story::{Story, id};
use super::world::{Claims, Trouble};

/// Nothing is prepared for A: whatever concerns it waits on a person.
fn assert_nothing_is_prepared_for_a(story: &Story) {
    for issue in story.expect().issues.iter().filter(|issue| issue.account_id == id("A")) {
        assert_ne!(issue.disposition, Disposition::Prepared, "{:#?}", story.issues());
    }
}

/// B has an organization without a key; A stores its id, and expects its domain too.
fn both_claim() -> Story {
    Story::new()
        .account("A", &["acme.com"], Some("1"))
        .account("B", &["acme.com"], Some("1"))
        .organization(1, None, &["acme.com"])
        .user(7, "u@acme.com", None, &[])
}

#[test]
fn a_victim_whose_row_is_unread_still_claims_its_organization() {
    let story = both_claim().but_account("B", |account| account.trouble = Some(Trouble::BadFlag));
    assert_eq!(story.links(), ["A contested 1 stored_id", "B unread"]);
    assert_eq!(
        story.issues(),
        [
            "org_missing_external_id/A/1 blocked set_org_external_id account_link_contested",
            "user_domain_ambiguous/7 blocked user_domain_ambiguous",
        ]
    );
    // The same where nothing but the id can be read, if there was an earlier version.
    let story =
        both_claim().but_account("B", |account| account.trouble = Some(Trouble::Short { has_earlier: true }));
    assert_eq!(story.links(), ["A contested 1 stored_id", "B unread"]);
    assert_nothing_is_prepared_for_a(&story);
    // Near miss: nothing is known of B, and all that A says agrees with Zendesk.
    let story = both_claim()
        .but_account("B", |account| account.trouble = Some(Trouble::Short { has_earlier: false }));
    assert_eq!(story.verdict("org_missing_external_id/A/1"), "prepared set_org_external_id");
}

#[test]
fn a_victim_whose_rows_differ_claims_what_any_of_them_says() {
    // One row of B names no organization, the other one does.
    let story = both_claim().but_account("B", |account| {
        account.trouble = Some(Trouble::Differing(Claims {
            name: "B Ltd".to_owned(),
            domains: Vec::new(),
            stored_organization: account.stored_organization.take(),
        }));
    });
    assert_eq!(story.links(), ["A contested 1 stored_id", "B unread"]);
    assert_nothing_is_prepared_for_a(&story);
    // An id that cannot be read at all claims as well.
    let story = Story::new()
        .account("A", &["acme.com"], Some("1"))
        .nameless("B", &[], Some("1"))
        .organization(1, None, &["acme.com"]);
    assert_eq!(story.links(), ["A contested 1 stored_id"]);
    assert_nothing_is_prepared_for_a(&story);
}

#[test]
fn a_victim_without_domain_is_known_by_its_members() {
    // B expects no domain and has no key; its organization holds none. A stores the organization's id.
    let story = || {
        Story::new()
            .account("A", &["attack.com"], Some("1"))
            .account("B", &[], None)
            .organization(1, None, &[])
            .named(1, "B")
            .user(7, "u@victim.com", Some(1), &[1])
            .user(8, "v@victim.com", Some(1), &[1])
            .user(9, "w@attack.com", None, &[])
    };
    assert_eq!(story().links(), ["A linked 1 stored_id", "B missing"]);
    assert_eq!(
        story().issues(),
        [
            "account_missing_zendesk_org/B/B review",
            "org_missing_expected_domain/A/1/attack.com blocked add_org_domain stored_id_uncorroborated",
            "org_missing_external_id/A/1 blocked set_org_external_id stored_id_uncorroborated",
            "user_missing_expected_membership/9 blocked assign_user_to_org stored_id_uncorroborated",
        ]
    );
    // By domain: A expects what the organization holds, but its people are those of another account.
    let story = Story::new()
        .account("A", &["attack.com"], None)
        .account("B", &["victim.com"], None)
        .organization(1, None, &["attack.com"])
        .user(7, "u@victim.com", Some(1), &[1])
        .user(8, "v@victim.com", Some(1), &[1]);
    let line = "org_missing_external_id/A/1";
    assert_eq!(story.verdict(line), "blocked set_org_external_id organization_looks_like_other_account");
    // Near miss: half of them is not more than half.
    let story = story.user(9, "a@attack.com", Some(1), &[1]).user(10, "b@attack.com", Some(1), &[1]);
    assert_eq!(story.verdict(line), "prepared set_org_external_id");
}

#[test]
fn a_subdomain_of_the_victim_is_no_domain_of_the_attacker() {
    let story = || {
        Story::new()
            .account("A", &["eu.acme.com"], Some("1"))
            .account("B", &["acme.com"], Some("2"))
            .organization(1, Some(&id("A")), &[])
            .organization(2, Some(&id("B")), &["acme.com"])
            .user(7, "u@eu.acme.com", None, &[])
            .user(8, "v@eu.acme.com", Some(2), &[1])
    };
    let related = "domain_related_to_other_account";
    assert_eq!(
        story().issues(),
        [
            format!("org_missing_expected_domain/A/1/eu.acme.com blocked add_org_domain {related}"),
            format!("user_default_org_not_expected/8 blocked move_user_to_org {related}"),
            format!("user_missing_expected_membership/7 blocked assign_user_to_org {related}"),
        ]
    );
    // Of a candidate: every domain that it shares with the organization is related to another account's.
    let by_domain = |held: &[&str]| {
        Story::new()
            .account("A", &["eu.acme.com", "globex.de"], None)
            .account("B", &["acme.com"], Some("2"))
            .organization(1, None, held)
            .organization(2, Some(&id("B")), &["acme.com"])
            .verdict("org_missing_external_id/A/1")
    };
    assert_eq!(by_domain(&["eu.acme.com"]), format!("blocked set_org_external_id {related}"));
    assert_eq!(by_domain(&["eu.acme.com", "globex.de"]), "prepared set_org_external_id");
    // It does not help the attacker to expect the victim's domain as well.
    let both = story().but_account("A", |account| account.domains.push("acme.com".to_owned()));
    let line = "org_missing_expected_domain/A/1/eu.acme.com";
    assert_eq!(both.verdict(line), format!("blocked add_org_domain {related}"));
    // Tenants of a private suffix are strangers to each other.
    let tenants = Story::new()
        .account("A", &["alder.myshopify.com"], Some("1"))
        .account("B", &["birch.myshopify.com"], None)
        .organization(1, Some(&id("A")), &[]);
    let line = "org_missing_expected_domain/A/1/alder.myshopify.com";
    assert_eq!(tenants.verdict(line), "prepared add_org_domain");
}

#[test]
fn a_victims_organization_id_in_the_attackers_field_without_its_domain() {
    // The victim has the key: A is contested. The victim has none: a domain, or nothing, speaks for A.
    let story = |key: Option<&str>, held: &[&str]| {
        Story::new()
            .account("A", &["attack.com"], Some("1"))
            .account("B", &["victim.com"], None)
            .organization(1, key, held)
            .user(7, "u@attack.com", None, &[])
    };
    let keyed = story(Some(&id("B")), &["victim.com"]);
    assert_eq!(keyed.links(), ["A contested 1 stored_id", "B linked 1 external_id"]);
    assert_nothing_is_prepared_for_a(&keyed);
    // What the victim's organization lacks waits too: somebody else claims it.
    let lacking = story(Some(&id("B")), &[]);
    let line = "org_missing_expected_domain/B/1/victim.com";
    assert_eq!(lacking.verdict(line), "blocked add_org_domain org_claimed_by_other_account");

    let unkeyed = story(None, &["victim.com"]);
    assert_eq!(
        unkeyed.issues(),
        [
            "org_missing_expected_domain/A/1/attack.com blocked add_org_domain domain_disagrees",
            "org_missing_external_id/A/1 blocked set_org_external_id domain_disagrees",
            "org_missing_external_id/B/1 blocked set_org_external_id org_claimed_by_other_account",
            "user_missing_expected_membership/7 blocked assign_user_to_org domain_disagrees",
        ]
    );
    assert_nothing_is_prepared_for_a(&story(None, &[]));
    // A key that was not read is not blank.
    let unread = story(None, &["attack.com"]).but_organization(1, |organization| {
        organization.absent = vec!["external_id"];
    });
    let unread = unread.organization(2, None, &[]);
    assert_eq!(unread.links(), ["A contested 1 stored_id", "B missing"]);
    assert_nothing_is_prepared_for_a(&unread);
}

#[test]
fn a_victims_organization_id_in_the_attackers_field_with_its_domain() {
    // A stores the id, and expects the domain as well: it is shared, and the name is not A's.
    let story = |name: &str| {
        Story::new()
            .account("A", &["victim.com"], Some("1"))
            .account("B", &["victim.com"], None)
            .organization(1, None, &["victim.com"])
            .named(1, name)
    };
    let line = "org_missing_external_id/A/1";
    assert_eq!(story("B").verdict(line), "blocked set_org_external_id domain_shared_by_accounts");
    assert_eq!(story("Victim Inc").verdict(line), "blocked set_org_external_id domain_shared_by_accounts");
    // Near miss: the name is A's own, so all three agree.
    assert_eq!(story(" a\u{a0}").verdict(line), "prepared set_org_external_id");
    // With the victim's key there, the attacker is contested.
    let keyed = story("B").but_organization(1, |organization| organization.external_id = Some(id("B")));
    assert_nothing_is_prepared_for_a(&keyed);
}

#[test]
fn a_domain_that_two_accounts_expect_gives_nobody_anything() {
    let story = Story::new()
        .account("A", &["shared.com"], Some("1"))
        .account("B", &["shared.com"], Some("2"))
        .organization(1, Some(&id("A")), &[])
        .organization(2, Some(&id("B")), &[])
        .user(7, "u@shared.com", None, &[]);
    assert_eq!(
        story.issues(),
        [
            "org_missing_expected_domain/A/1/shared.com blocked add_org_domain domain_shared_by_accounts",
            "org_missing_expected_domain/B/2/shared.com blocked add_org_domain domain_shared_by_accounts",
            "user_domain_ambiguous/7 blocked user_domain_ambiguous",
        ]
    );
    // The second owner may be a row that nobody can read.
    let unread = Story::new()
        .account("A", &["shared.com"], Some("1"))
        .nameless("", &["shared.com"], None)
        .organization(1, Some(&id("A")), &[])
        .user(7, "u@shared.com", None, &[]);
    assert_eq!(
        unread.issues(),
        [
            "org_missing_expected_domain/A/1/shared.com blocked add_org_domain domain_shared_by_accounts",
            "user_domain_ambiguous/7 blocked user_domain_ambiguous",
        ]
    );
}
