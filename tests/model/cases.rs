//! Worlds made by hand, with the answer worked out from the text: links, organization codes and their refusals.

use super::normalize::{expected_domain, held_domain, stored_id};
use super::story::{Story, id};

#[test]
fn a_clean_world_has_no_issue() {
    let story = Story::new()
        .account("A", &["https://www.Acme.com/x"], Some("1.0"))
        .organization(1, Some(&id("A")), &["acme.com."])
        .user(7, "u@ACME.com", Some(1), &[1])
        .ticket(5, (7, Some(1)), "open", 0);
    assert_eq!(story.links(), ["A linked 1 stored_id"]);
    assert_eq!(story.issues(), [""; 0]);
}

#[test]
fn two_organizations_with_one_id_are_a_duplicate() {
    // 15 characters in one, 18 in upper case and padded in the other: E(A) = {1, 2}, whatever the stored id says.
    let padded = format!("\u{a0}{}", id("A").to_ascii_uppercase());
    let story = Story::new()
        .account("A", &["acme.com"], Some("1"))
        .organization(1, Some(&id("A")[..15]), &["acme.com"])
        .organization(2, Some(&padded), &[])
        .user(7, "u@acme.com", None, &[1])
        .user(8, "v@acme.com", Some(2), &[2])
        .ticket(5, (7, None), "open", 0);
    assert_eq!(story.links(), ["A duplicate"]);
    assert_eq!(
        story.issues(),
        [
            "org_duplicate_external_id/A/1 blocked duplicate_external_id",
            "org_duplicate_external_id/A/2 blocked duplicate_external_id",
            "user_resolution_blocked_duplicate_external_id/7 review",
        ]
    );
    assert_eq!(
        story.roots(),
        ["user_resolution_blocked_duplicate_external_id/7 org_duplicate_external_id/A/1"]
    );
}

#[test]
fn a_stored_id_to_an_organization_without_external_id_is_prepared() {
    let story = Story::new().account("A", &["acme.com"], Some("3.6109234952E11")).organization(
        361_092_349_520,
        Some(" \u{a0}\u{3000}"),
        &["acme.com"],
    );
    assert_eq!(story.links(), ["A linked 361092349520 stored_id"]);
    assert_eq!(story.issues(), ["org_missing_external_id/A/361092349520 prepared set_org_external_id"]);
}

#[test]
fn a_linked_organization_with_other_domains_only_is_refused() {
    // The organization holds a usable domain and none of X(A); a personal one or an invalid one would not count.
    let story = |held: &[&str]| {
        let story = Story::new().account("A", &["acme.com"], Some("1")).organization(1, None, held);
        story.issues()
    };
    assert_eq!(
        story(&["globex.de"]),
        [
            "org_missing_expected_domain/A/1/acme.com blocked add_org_domain domain_disagrees",
            "org_missing_external_id/A/1 blocked set_org_external_id domain_disagrees",
        ]
    );
    assert_eq!(
        story(&["gmail.com", "northshore-medical", "www.acme.com", "bob@acme.com"]),
        [
            "org_missing_expected_domain/A/1/acme.com blocked add_org_domain stored_id_uncorroborated",
            "org_missing_external_id/A/1 blocked set_org_external_id stored_id_uncorroborated",
        ]
    );
}

#[test]
fn a_stored_id_that_two_accounts_share_contests_both() {
    // B has its own organization besides: external_id_in_use comes before account_link_contested.
    let story = Story::new()
        .account("A", &[], Some("1"))
        .account("B", &[], Some("1"))
        .organization(1, None, &[])
        .organization(2, Some(&id("B")), &[]);
    assert_eq!(story.links(), ["A contested 1 stored_id", "B contested 1 stored_id"]);
    assert_eq!(
        story.issues(),
        [
            "org_missing_external_id/A/1 blocked set_org_external_id account_link_contested",
            "org_missing_external_id/B/1 blocked set_org_external_id external_id_in_use",
        ]
    );
}

#[test]
fn keys_that_name_two_organizations_contest_the_account() {
    // S(A) = 1, whose external id is blank, but E(A) = {2}. The users of a contested account wait as well.
    let story = Story::new()
        .account("A", &["acme.com"], Some("1"))
        .organization(1, None, &[])
        .organization(2, Some(&id("A")), &["acme.com"])
        .user(7, "u@acme.com", Some(2), &[2])
        .ticket(5, (7, Some(2)), "open", 0);
    assert_eq!(story.links(), ["A contested 1 stored_id"]);
    assert_eq!(
        story.issues(),
        [
            "org_domain_attached_elsewhere/A/1/acme.com blocked domain_belongs_to_other_org",
            "org_missing_external_id/A/1 blocked set_org_external_id external_id_in_use",
            "ticket_org_mismatch/5 detect_only",
            "user_missing_expected_membership/7 blocked assign_user_to_org account_link_contested",
        ]
    );
    // Of several organization issues the one with the smallest key is the root.
    assert_eq!(
        story.roots(),
        [
            "ticket_org_mismatch/5 user_missing_expected_membership/7",
            "user_missing_expected_membership/7 org_domain_attached_elsewhere/A/1/acme.com",
        ]
    );
}

#[test]
fn an_external_id_alone_links_whatever_its_form() {
    let lower = id("A").to_ascii_lowercase();
    for form in [id("A"), id("A")[..15].to_owned(), lower, format!("\t{} ", id("A"))] {
        let story = Story::new().account("A", &[], Some("999")).organization(1, Some(&form), &[]);
        assert_eq!(story.links(), ["A linked 1 external_id"], "{form:?}");
    }
    // In mixed case the check characters must match.
    let broken = format!("{}AAA", &id("A")[..15]);
    let story = Story::new().account("A", &[], None).organization(1, Some(&broken), &[]);
    assert_eq!(story.links(), ["A missing"]);
}

#[test]
fn the_external_id_settles_a_shared_stored_id_for_its_own_account() {
    // A: E = {S}, linked. B: S(B) = S(A), contested, external id not blank: a conflict. A's own repair is claimed.
    let story = Story::new()
        .account("A", &["acme.com"], Some("1"))
        .account("B", &[], Some("1"))
        .organization(1, Some(&id("A")), &[]);
    assert_eq!(story.links(), ["A linked 1 stored_id", "B contested 1 stored_id"]);
    assert_eq!(
        story.issues(),
        [
            "org_external_id_conflict/B/1 blocked external_id_conflict",
            "org_missing_expected_domain/A/1/acme.com blocked add_org_domain org_claimed_by_other_account",
        ]
    );
    assert_eq!(story.roots(), ["org_missing_expected_domain/A/1/acme.com org_external_id_conflict/B/1"]);
}

#[test]
fn an_organization_of_another_account_conflicts() {
    // A: stored id to an organization that carries an unknown account's id. B: the only candidate carries junk.
    let story = Story::new()
        .account("A", &[], Some("1"))
        .account("B", &["globex.de"], None)
        .organization(1, Some(&id("C")), &[])
        .organization(2, Some("CRM-1"), &["globex.de"]);
    assert_eq!(story.links(), ["A contested 1 stored_id", "B conflict 2 domain"]);
    assert_eq!(
        story.issues(),
        [
            "org_external_id_conflict/A/1 blocked external_id_conflict",
            "org_external_id_conflict/B/2 blocked external_id_conflict",
        ]
    );
}

#[test]
fn a_sole_candidate_is_prepared_and_its_users_wait() {
    let story = Story::new()
        .account("A", &["acme.com"], None)
        .organization(1, None, &["acme.com"])
        .user(7, "u@acme.com", None, &[])
        .user(8, "v@acme.com", None, &[1])
        .user(9, "w@acme.com", Some(1), &[1])
        .ticket(5, (7, None), "open", 0);
    assert_eq!(story.links(), ["A candidate 1 domain"]);
    assert_eq!(
        story.issues(),
        [
            "org_missing_external_id/A/1 prepared set_org_external_id",
            "user_default_org_not_expected/8 blocked move_user_to_org org_link_unconfirmed",
            "user_missing_expected_membership/7 blocked assign_user_to_org org_link_unconfirmed",
        ]
    );
    assert_eq!(
        story.roots(),
        [
            "user_default_org_not_expected/8 org_missing_external_id/A/1",
            "user_missing_expected_membership/7 org_missing_external_id/A/1",
        ]
    );
}

#[test]
fn refusals_of_a_candidate() {
    let story = |stored, held: &[&str]| {
        Story::new()
            .account("A", &["acme.com"], stored)
            .account("B", &["globex.de"], Some("2"))
            .organization(1, None, held)
            .organization(2, Some(&id("B")), &["globex.de"])
    };
    let set = |story: Story| {
        let issues = story.issues();
        issues.into_iter().find(|line| line.starts_with("org_missing_external_id/A")).unwrap()
    };
    let refused = "org_missing_external_id/A/1 blocked set_org_external_id";
    assert_eq!(set(story(Some("999"), &["acme.com"])), format!("{refused} stored_org_id_dangling"));
    // A damaged cell cannot be read: nobody knows what it names.
    assert_eq!(set(story(Some("3.61E+11"), &["acme.com"])), format!("{refused} stored_org_id_dangling"));
    assert_eq!(
        set(story(Some(" "), &["acme.com"])),
        "org_missing_external_id/A/1 prepared set_org_external_id"
    );
    // It holds a domain that B expects and A does not.
    assert_eq!(set(story(None, &["acme.com", "globex.de"])), format!("{refused} org_candidate_ambiguous"));
    // S(C) = 1, and C does not expect acme.com: K(A) keeps 1, but C claims it.
    let claimed = story(None, &["acme.com"]).account("C", &[], Some("1"));
    assert_eq!(set(claimed), format!("{refused} org_claimed_by_other_account"));
    // C expects acme.com too, but is linked elsewhere.
    let shared = story(None, &["acme.com"]).account("C", &["acme.com"], Some("3")).organization(
        3,
        Some(&id("C")),
        &[],
    );
    assert_eq!(set(shared), format!("{refused} domain_shared_by_accounts"));
}

#[test]
fn two_accounts_that_hope_for_one_organization_point_at_each_other() {
    let story = Story::new()
        .account("A", &["acme.com"], None)
        .account("B", &["acme.com"], None)
        .organization(1, None, &["acme.com"]);
    assert_eq!(story.links(), ["A candidate 1 domain", "B candidate 1 domain"]);
    assert_eq!(
        story.issues(),
        [
            "org_missing_external_id/A/1 blocked set_org_external_id org_claimed_by_other_account",
            "org_missing_external_id/B/1 blocked set_org_external_id org_claimed_by_other_account",
        ]
    );
    assert_eq!(
        story.roots(),
        [
            "org_missing_external_id/A/1 org_missing_external_id/B/1",
            "org_missing_external_id/B/1 org_missing_external_id/A/1",
        ]
    );
}

#[test]
fn several_candidates_are_one_issue_about_the_account() {
    // A: one of the two is blank. B: none is.
    let story = Story::new()
        .account("A", &["acme.com"], None)
        .account("B", &["globex.de", "initech.com"], None)
        .organization(1, None, &["acme.com"])
        .organization(2, Some("CRM-2"), &["acme.com"])
        .organization(3, Some("CRM-3"), &["globex.de"])
        .organization(4, Some("CRM-4"), &["initech.com"]);
    assert_eq!(story.links(), ["A ambiguous", "B ambiguous"]);
    assert_eq!(
        story.issues(),
        [
            "org_external_id_conflict/B/B blocked org_candidate_ambiguous",
            "org_missing_external_id/A/A blocked set_org_external_id org_candidate_ambiguous",
        ]
    );
}

#[test]
fn a_subsidiary_does_not_claim_its_parents_organization() {
    // 1 serves A, which expects all that 1 and B have in common: K(B) is empty, though D(B) is not.
    // C expects globex.de as well, which 1 holds and A does not expect: 1 stays in K(C).
    let story = Story::new()
        .account("A", &["acme.com"], Some("1"))
        .account("B", &["acme.com"], None)
        .account("C", &["acme.com", "globex.de"], None)
        .organization(1, Some(&id("A")), &["acme.com", "globex.de"]);
    assert_eq!(story.links(), ["A linked 1 stored_id", "B missing", "C conflict 1 domain"]);
    assert_eq!(
        story.issues(),
        [
            "account_missing_zendesk_org/B/B review",
            "org_external_id_conflict/C/1 blocked external_id_conflict",
        ]
    );
}

#[test]
fn an_expected_domain_that_nobody_holds_is_added_unless() {
    let story = || {
        Story::new()
            .account("A", &["acme.com"], Some("1"))
            .organization(1, Some(&id("A")), &[])
            .organization(2, None, &[])
            .user(7, "u@acme.com", Some(1), &[1, 2])
    };
    let line = "org_missing_expected_domain/A/1/acme.com";
    assert_eq!(story().issues(), [format!("{line} prepared add_org_domain")]);
    let single = story().but(|world| world.multiple_organizations = None);
    let refused = format!("{line} blocked add_org_domain");
    assert_eq!(single.issues(), [format!("{refused} single_organization_account")]);
    // The order of the table: sharing comes before.
    let sharing = single.but(|world| world.organizations[0].shared_comments = true);
    assert_eq!(sharing.issues(), [format!("{refused} organization_shares_tickets")]);
    let allowed = sharing.but(|world| world.allow_shared_tickets = true);
    assert_eq!(allowed.issues(), [format!("{refused} single_organization_account")]);
    // A user who is not eligible does not count.
    let suspended = allowed.but(|world| world.users[0].suspended = true);
    assert_eq!(suspended.issues(), [format!("{line} prepared add_org_domain")]);
    let shared = story().account("B", &["acme.com"], None);
    assert!(shared.issues().contains(&format!("{refused} domain_shared_by_accounts")));
}

#[test]
fn a_domain_at_another_organization_is_never_moved() {
    // 1 holds acme.com itself, and the issue is raised all the same. globex.de has two owners.
    let story = Story::new()
        .account("A", &["acme.com", "globex.de"], Some("1"))
        .account("B", &["globex.de"], Some("2"))
        .organization(1, Some(&id("A")), &["acme.com"])
        .organization(2, Some(&id("B")), &["acme.com", "globex.de"]);
    assert_eq!(
        story.issues(),
        [
            "org_domain_attached_elsewhere/A/1/acme.com blocked domain_belongs_to_other_org",
            "org_domain_attached_elsewhere/A/1/globex.de blocked domain_shared_by_accounts",
        ]
    );
}

#[test]
fn a_candidate_beside_an_organization_of_another_account_is_refused() {
    // 2 serves B, which expects acme.com too: K(A) = {1}, but D(A) = {1, 2}.
    let story = Story::new()
        .account("A", &["acme.com"], None)
        .account("B", &["acme.com"], Some("2"))
        .organization(1, None, &["acme.com"])
        .organization(2, Some(&id("B")), &["acme.com"]);
    assert_eq!(story.links(), ["A candidate 1 domain", "B linked 2 stored_id"]);
    assert_eq!(
        story.issues(),
        [
            "org_domain_attached_elsewhere/B/2/acme.com blocked domain_shared_by_accounts",
            "org_missing_external_id/A/1 blocked set_org_external_id org_candidate_ambiguous",
        ]
    );
}

#[test]
fn an_organization_that_an_ambiguous_account_hopes_for_is_claimed() {
    let story = Story::new()
        .account("A", &["acme.com"], None)
        .account("B", &["acme.com", "globex.de"], None)
        .organization(1, None, &["acme.com"])
        .organization(2, None, &["globex.de"])
        .user(7, "u@globex.de", None, &[]);
    assert_eq!(story.links(), ["A candidate 1 domain", "B ambiguous"]);
    assert_eq!(
        story.issues(),
        [
            "org_missing_external_id/A/1 blocked set_org_external_id org_claimed_by_other_account",
            "org_missing_external_id/B/B blocked set_org_external_id org_candidate_ambiguous",
        ]
    );
    assert_eq!(story.roots(), ["org_missing_external_id/A/1 org_missing_external_id/B/B"]);
}

#[test]
fn the_forms_of_cells() {
    for cell in ["acme.com", "WWW.Acme.com.", "https://u:p@www.acme.com:8080/x?y#z", "bob@acme.com"] {
        assert_eq!(expected_domain(cell).as_deref(), Some("acme.com"), "{cell}");
    }
    for cell in ["northshore-medical", "n/a", "10.0.0.1", "foo.unlistedtld", "co.uk", "www.co.uk"] {
        assert_eq!(expected_domain(cell), None, "{cell}");
    }
    assert_eq!(expected_domain("BÜCHER.de").as_deref(), Some("xn--bcher-kva.de"));
    assert_eq!(held_domain("Bücher.de.").as_deref(), Some("xn--bcher-kva.de"));
    for entry in ["www.acme.com", "bob@acme.com", "https://acme.com/"] {
        assert_eq!(held_domain(entry), None, "{entry}");
    }
    for cell in ["361092349520", "361092349520.0", "3.6109234952E11"] {
        assert_eq!(stored_id(cell), Some(361_092_349_520), "{cell}");
    }
    assert_eq!(stored_id("3.61E+11"), None);
    assert_eq!(stored_id("1.0E7"), Some(10_000_000));
    assert_eq!(stored_id("9007199254740993"), Some(9_007_199_254_740_993));
}
