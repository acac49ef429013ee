//! Worlds made by hand: rows that were not read, accounts that were merged, keys of every form.

use super::story::{Story, id};
use super::world::{Merged, Trouble};

/// A clean pair of accounts, of which B is unread.
fn with_b_unread(trouble: Trouble) -> Story {
    Story::new()
        .account("A", &["acme.com"], Some("1"))
        .account("B", &["globex.de"], Some("2"))
        .organization(1, Some(&id("A")), &["acme.com"])
        .organization(2, None, &[])
        .user(7, "u@globex.de", None, &[])
        .ticket(5, (7, None), "open", 0)
        .but_account("B", |account| account.trouble = Some(trouble))
}

#[test]
fn an_unread_account_has_a_link_and_no_issue() {
    // Its organization needs a key, a domain and a member: nobody says so.
    for trouble in [Trouble::BadFlag, Trouble::Short { has_earlier: true }] {
        let story = with_b_unread(trouble);
        assert_eq!(story.links(), ["A linked 1 stored_id", "B unread"]);
        assert_eq!(story.issues(), [""; 0]);
        assert_eq!(story.hygiene(), [""; 0]);
    }
    // If nothing is known of it but its id, its organization looks like nobody's.
    let story = with_b_unread(Trouble::Short { has_earlier: false });
    assert_eq!(story.hygiene(), ["orphan_org 2 retire_org"]);
}

#[test]
fn an_unread_account_is_an_account_by_its_id() {
    // Its id is a key (foreign to A), a field's value, and the name of its row is another account's.
    let story = || {
        Story::new()
            .account("A", &["acme.com"], None)
            .account("B", &[], None)
            .organization(1, None, &["acme.com"])
            .but_account("B", |account| account.trouble = Some(Trouble::BadFlag))
    };
    let line = "org_missing_external_id/A/1";
    assert_eq!(story().verdict(line), "prepared set_org_external_id");
    let named = story().named(1, "B");
    assert_eq!(named.verdict(line), "blocked set_org_external_id organization_looks_like_other_account");
    let field =
        story().but_organization(1, |organization| organization.fields = vec![("crm", Some(id("B")))]);
    assert_eq!(field.verdict(line), "blocked set_org_external_id organization_field_names_other_account");
    let keyed = story().but_organization(1, |organization| organization.external_id = Some(id("B")));
    assert_eq!(keyed.links(), ["A conflict 1 domain", "B unread"]);
}

#[test]
fn an_unread_account_may_hope_for_an_organization() {
    // B expects one of the two domains of organization 1, so it might be a candidate if it were read.
    let story = |trouble: Option<Trouble>| {
        Story::new()
            .account("A", &["acme.com", "globex.de"], None)
            .account("B", &["acme.com"], None)
            .organization(1, None, &["acme.com", "globex.de"])
            .but_account("B", |account| account.trouble = trouble)
            .verdict("org_missing_external_id/A/1")
    };
    let claimed = "blocked set_org_external_id org_claimed_by_other_account";
    assert_eq!(story(None), claimed);
    assert_eq!(story(Some(Trouble::BadFlag)), claimed);
    assert_eq!(story(Some(Trouble::Short { has_earlier: false })), "prepared set_org_external_id");
}

#[test]
fn an_unread_account_takes_an_organization_out_of_k() {
    // 1 serves B, which expects all that A and 1 have in common: A does not hope for it.
    let story = Story::new()
        .account("A", &["acme.com"], None)
        .account("B", &["acme.com"], Some("1"))
        .organization(1, None, &["acme.com"])
        .but_account("B", |account| account.trouble = Some(Trouble::BadFlag));
    assert_eq!(story.links(), ["A missing", "B unread"]);
    // It is foreign to A, so nobody is told to link it; nothing else is known: B is no ancestor.
    assert_eq!(story.suggestion("account_missing_zendesk_org/A/A"), "create_missing_org");
}

#[test]
fn of_several_owners_the_issue_belongs_to_one_that_was_read() {
    // A has the smallest id of all, but was not read.
    let story = Story::new()
        .account("A", &["acme.com"], None)
        .account("B", &["acme.com"], Some("2"))
        .organization(2, Some(&id("B")), &["acme.com"])
        .user(7, "u@acme.com", None, &[])
        .but_account("A", |account| account.trouble = Some(Trouble::BadFlag));
    let expected = story.expect();
    assert_eq!(story.issues(), ["user_domain_ambiguous/7 blocked user_domain_ambiguous"]);
    assert_eq!(expected.issues[0].account_id, id("B"));
    // The one that was read has no organization: the other one's is not known.
    let story = story.but_account("B", |account| account.stored_organization = None);
    let story = story.but_organization(2, |organization| organization.external_id = Some(id("A")));
    assert_eq!(story.links(), ["A unread", "B missing"]);
    assert_eq!(story.verdict("account_missing_zendesk_org/B/B"), "review");
    assert!(!story.issues().iter().any(|line| line.starts_with("user")));
}

#[test]
fn a_row_without_an_id_keeps_organizations_from_being_orphans() {
    let story = || Story::new().account("A", &[], None).organization(1, None, &[]);
    assert_eq!(story().hygiene(), ["orphan_org 1 retire_org"]);
    let story = story().nameless("", &[], None);
    assert_eq!(story.hygiene(), [""; 0]);
    let reasons: Vec<_> = story.expect().coverage["orphan_org"].iter().map(|reason| reason.name()).collect();
    assert_eq!(reasons, ["rows_unread"]);
}

#[test]
fn a_merged_account_means_the_account_that_it_became() {
    let story = |merged: &[(&str, &str)]| {
        Story::new().account("A", &["acme.com"], None).organization(1, Some(&id("C")), &["acme.com"]).but(
            |world| {
                let rows = merged.iter().map(|(loser, master)| (id(loser), id(master)));
                world.merged = rows.map(|(id, master)| Merged { id, master }).collect();
            },
        )
    };
    assert_eq!(story(&[("C", "A")]).links(), ["A linked 1 external_id"]);
    assert_eq!(story(&[("C", "D"), ("D", "A")]).links(), ["A linked 1 external_id"]);
    assert_eq!(story(&[("C", "A")]).hygiene(), ["external_id_not_canonical 1"]);
    // It leads to nobody, or in a circle: an account that nobody knows.
    assert_eq!(story(&[]).links(), ["A conflict 1 domain"]);
    assert_eq!(story(&[("C", "D")]).links(), ["A conflict 1 domain"]);
    assert_eq!(story(&[("C", "D"), ("D", "C")]).links(), ["A conflict 1 domain"]);
    // Beside an organization that the stored id names, the old key is in use.
    let story = story(&[("C", "A")])
        .organization(2, None, &[])
        .but_account("A", |account| account.stored_organization = Some("2".to_owned()));
    assert_eq!(story.links(), ["A contested 2 stored_id"]);
    assert_eq!(
        story.verdict("org_missing_external_id/A/2"),
        "blocked set_org_external_id external_id_in_use"
    );
}

#[test]
fn a_merged_id_in_a_field_or_in_a_second_organization_is_the_winners() {
    let story = |field: &str| {
        Story::new()
            .account("A", &["acme.com"], Some("1"))
            .organization(1, None, &["acme.com"])
            .but_organization(1, |organization| organization.fields = vec![("crm", Some(id(field)))])
            .but(|world| world.merged = vec![Merged { id: id("C"), master: id("A") }])
            .verdict("org_missing_external_id/A/1")
    };
    assert_eq!(story("C"), "prepared set_org_external_id");
    assert_eq!(story("D"), "blocked set_org_external_id organization_field_names_other_account");
    // Two organizations, one with the old id and one with the new: nobody knows which.
    let story = Story::new()
        .account("A", &["acme.com"], None)
        .organization(1, Some(&id("A")), &["acme.com"])
        .organization(2, Some(&id("C")), &[])
        .but(|world| world.merged = vec![Merged { id: id("C"), master: id("A") }]);
    assert_eq!(story.links(), ["A duplicate"]);
}

#[test]
fn text_in_the_shape_of_an_id_names_an_account_that_nobody_knows() {
    let broken = format!("{}AAA", &id("A")[..15]);
    let story = |key: &str| {
        Story::new()
            .account("A", &["acme.com"], Some("1"))
            .organization(1, Some(&id("A")), &["acme.com"])
            .organization(2, Some(key), &[])
            .user(7, "u@acme.com", Some(2), &[2])
            .verdict("user_missing_expected_membership/7")
    };
    assert_eq!(story(&broken), "blocked assign_user_to_org user_belongs_to_other_account");
    // Near misses: the id of a contact, another system's, a URL with an id in it.
    let url = format!("https://acme.lightning.force.com/lightning/r/Account/{}/view", id("B"));
    for key in [id("B").replacen("001", "003", 1).as_str(), "CRM-1", url.as_str()] {
        assert_eq!(story(key), "prepared assign_user_to_org", "{key}");
    }
    // In a field it is another account's id too.
    let story = Story::new()
        .account("A", &["acme.com"], Some("1"))
        .organization(1, None, &["acme.com"])
        .but_organization(1, |organization| organization.fields = vec![("crm", Some(broken))]);
    let verdict = story.verdict("org_missing_external_id/A/1");
    assert_eq!(verdict, "blocked set_org_external_id organization_field_names_other_account");
}
