//! Worlds made by hand: facts that were not read, users and tickets that are undecided.

use super::story::{Story, id};
use super::world::{Collection, User};

const SET: &str = "org_missing_external_id/A/1";
const ADD: &str = "org_missing_expected_domain/A/1/acme.com";
const ASSIGN: &str = "user_missing_expected_membership/7";
const MOVE: &str = "user_default_org_not_expected/7";

/// A linked account whose organization lacks the domain, and a user on it.
fn linked(held: &[&str], joined: &[i64]) -> Story {
    Story::new()
        .account("A", &["acme.com"], Some("1"))
        .organization(1, Some(&id("A")), held)
        .organization(2, None, &[])
        .user(7, "u@acme.com", None, joined)
        .organization(3, Some("CRM-3"), &[])
        .user(99, "z@umbrella-trading.com", None, &[])
}

fn lacking(story: Story, user_id: i64, key: &'static str) -> Story {
    story.but_user(user_id, |user: &mut User| user.absent = vec![key])
}

fn organization_lacking(story: Story, o: i64, key: &'static str) -> Story {
    story.but_organization(o, |organization| organization.absent = vec![key])
}

#[test]
fn what_an_assign_and_a_move_need() {
    let assign = || linked(&["acme.com"], &[]);
    let moved = || linked(&["acme.com"], &[1, 2]);
    let refused = "blocked assign_user_to_org fact_not_read";
    for key in ["shared", "ticket_restriction"] {
        assert_eq!(lacking(assign(), 7, key).verdict(ASSIGN), refused, "{key}");
    }
    for key in ["shared_tickets", "shared_comments"] {
        let story = organization_lacking(assign(), 1, key);
        assert_eq!(story.verdict(ASSIGN), refused, "{key}");
        let allowed = story.but(|world| world.allow_shared_tickets = true);
        assert_eq!(allowed.verdict(ASSIGN), "prepared assign_user_to_org", "{key}");
    }
    // One of the two flags was read, and it says enough.
    let sharing = organization_lacking(assign(), 1, "shared_tickets");
    let sharing = sharing.but_organization(1, |organization| organization.shared_comments = true);
    assert_eq!(sharing.verdict(ASSIGN), "blocked assign_user_to_org organization_shares_tickets");
    // The fields of the organization are no matter of its users; nor what a move does not look at.
    let story = organization_lacking(assign(), 1, "organization_fields");
    assert_eq!(story.verdict(ASSIGN), "prepared assign_user_to_org");
    assert_eq!(lacking(moved(), 7, "shared").verdict(MOVE), "blocked move_user_to_org fact_not_read");
    assert_eq!(lacking(moved(), 7, "ticket_restriction").verdict(MOVE), "prepared move_user_to_org");
    let story = organization_lacking(moved(), 1, "shared_tickets");
    assert_eq!(story.verdict(MOVE), "prepared move_user_to_org");
}

#[test]
fn whether_a_home_is_foreign_must_be_known() {
    let story = organization_lacking(linked(&["acme.com"], &[2]), 2, "external_id");
    assert_eq!(story.verdict(ASSIGN), "blocked assign_user_to_org fact_not_read");
    let moved = organization_lacking(linked(&["acme.com"], &[1, 2]), 2, "external_id");
    assert_eq!(moved.verdict(MOVE), "prepared move_user_to_org");
    let moved = moved.but_user(7, |user| user.organization_id = Some(2));
    assert_eq!(moved.verdict(MOVE), "blocked move_user_to_org fact_not_read");
    // What is known to be foreign stays so.
    let story = story.account("B", &[], Some("2"));
    assert_eq!(story.verdict(ASSIGN), "blocked assign_user_to_org user_belongs_to_other_account");
    let add = organization_lacking(linked(&[], &[2]), 2, "external_id");
    assert_eq!(add.verdict(ADD), "blocked add_org_domain fact_not_read");
}

#[test]
fn what_an_added_domain_needs() {
    let refused = "blocked add_org_domain fact_not_read";
    let add = || linked(&[], &[]);
    assert_eq!(add().verdict(ADD), "prepared add_org_domain");
    for key in ["shared_tickets", "shared_comments"] {
        assert_eq!(organization_lacking(add(), 1, key).verdict(ADD), refused, "{key}");
    }
    for key in ["role", "verified", "active", "suspended", "organization_id", "ticket_restriction"] {
        assert_eq!(lacking(add(), 7, key).verdict(ADD), refused, "{key}");
    }
    // Whose address was not read is not known to be on the domain; who is shared does not matter.
    for key in ["email", "shared"] {
        assert_eq!(lacking(add(), 7, key).verdict(ADD), "prepared add_org_domain", "{key}");
    }
    // A member of the organization is not pulled in, nor is an agent, nor one whose address is known to be unverified.
    let member = |joined: &[i64]| lacking(linked(&[], joined), 7, "role");
    assert_eq!(member(&[1]).verdict(ADD), "prepared add_org_domain");
    let agent = lacking(add(), 7, "active").but_user(7, |user| user.role = "agent");
    assert_eq!(agent.verdict(ADD), "prepared add_org_domain");
    let unverified = lacking(add(), 7, "active").but_user(7, |user| user.verified = false);
    assert_eq!(unverified.verdict(ADD), "prepared add_org_domain");
    // Where a user may have one organization only, a member with another one counts, if eligible.
    let single = |joined: &[i64]| member(joined).but(|world| world.multiple_organizations = None);
    assert_eq!(single(&[1]).verdict(ADD), "prepared add_org_domain");
    assert_eq!(single(&[1, 2]).verdict(ADD), refused);
}

#[test]
fn what_a_key_needs() {
    let refused = "blocked set_org_external_id fact_not_read";
    let prepared = "prepared set_org_external_id";
    let candidate = || {
        Story::new()
            .account("A", &["acme.com"], None)
            .organization(1, None, &["acme.com"])
            .organization(2, None, &[])
            .user(7, "u@globex.de", Some(1), &[1])
            .user(8, "v@globex.de", Some(2), &[2])
    };
    assert_eq!(candidate().verdict(SET), prepared);
    assert_eq!(organization_lacking(candidate(), 1, "organization_fields").verdict(SET), refused);
    assert_eq!(organization_lacking(candidate(), 2, "organization_fields").verdict(SET), prepared);
    for key in ["email", "role", "verified"] {
        assert_eq!(lacking(candidate(), 7, key).verdict(SET), refused, "{key}");
        assert_eq!(lacking(candidate(), 8, key).verdict(SET), prepared, "{key}");
    }
    assert_eq!(lacking(candidate(), 7, "shared").verdict(SET), prepared);
    // By a stored id: the domains may disagree. Members may only agree.
    let stored = |domains: &[&str]| {
        Story::new()
            .account("A", domains, Some("1"))
            .organization(1, None, &[])
            .organization(2, None, &[])
            .named(1, "A")
            .user(7, "u@globex.de", Some(1), &[1])
            .user(8, "v@globex.de", Some(2), &[2])
    };
    assert_eq!(organization_lacking(stored(&["acme.com"]), 1, "domain_names").verdict(SET), refused);
    assert_eq!(organization_lacking(stored(&[]), 1, "domain_names").verdict(SET), prepared);
    assert_eq!(lacking(stored(&["acme.com"]), 7, "role").verdict(SET), prepared);
}

#[test]
fn domains_that_were_not_read() {
    // Nothing is raised of the organization's own domain, but of another holder's.
    let story = organization_lacking(linked(&[], &[1]), 1, "domain_names");
    assert!(!story.issues().iter().any(|line| line.contains("domain")));
    let held =
        story.but_organization(2, |organization| organization.domain_names = vec!["acme.com".to_owned()]);
    let line = "org_domain_attached_elsewhere/A/1/acme.com";
    assert_eq!(held.verdict(line), "blocked domain_belongs_to_other_org");
    // A user of an organization that a stored id alone names waits for its domains.
    let stored = Story::new()
        .account("A", &["acme.com"], Some("1"))
        .organization(1, None, &["acme.com"])
        .organization(2, None, &[])
        .named(1, "A")
        .user(7, "u@acme.com", None, &[]);
    let story = organization_lacking(stored, 1, "domain_names");
    assert_eq!(story.verdict(ASSIGN), "blocked assign_user_to_org fact_not_read");
}

#[test]
fn an_undecided_user_is_not_eligible_and_an_undecided_ticket_raises_nothing() {
    for key in ["email", "role", "verified", "active", "suspended", "organization_id"] {
        let story = lacking(linked(&["acme.com"], &[]), 7, key).ticket(5, (7, None), "open", 0);
        assert_eq!(story.issues(), [""; 0], "{key}");
    }
    for key in ["requester_id", "organization_id", "status"] {
        let story = linked(&["acme.com"], &[1])
            .but_user(7, |user| user.organization_id = Some(1))
            .ticket(5, (7, None), "open", 0)
            .ticket(6, (7, Some(1)), "open", 0);
        assert_eq!(story.issues(), ["ticket_missing_org/5 detect_only"], "{key}");
        let story = story.but(|world| world.tickets[0].absent = vec![key]);
        assert_eq!(story.issues(), [""; 0], "{key}");
    }
}

#[test]
fn a_key_that_was_not_read_is_never_blank() {
    // By domain it is a conflict, by stored id it contests, of several candidates it is none with a blank key.
    let by_domain = |other: Option<&str>| {
        let story = Story::new()
            .account("A", &["acme.com"], None)
            .organization(1, None, &["acme.com"])
            .organization(2, other, if other.is_some() { &["acme.com"] } else { &[] });
        organization_lacking(story, 1, "external_id")
    };
    assert_eq!(by_domain(None).links(), ["A conflict 1 domain"]);
    assert_eq!(by_domain(None).issues(), ["org_external_id_conflict/A/1 blocked external_id_conflict"]);
    assert_eq!(
        by_domain(Some("CRM-2")).issues(),
        ["org_external_id_conflict/A/A blocked org_candidate_ambiguous"]
    );
    let stored = Story::new()
        .account("A", &["acme.com"], Some("1"))
        .organization(1, None, &["acme.com"])
        .organization(2, None, &[]);
    let stored = organization_lacking(stored, 1, "external_id");
    assert_eq!(stored.links(), ["A contested 1 stored_id"]);
    assert_eq!(stored.issues(), ["org_external_id_conflict/A/1 blocked external_id_conflict"]);
}

#[test]
fn a_key_that_no_record_has_makes_the_collection_partial() {
    let reasons = |collection, key| {
        let story = linked(&[], &[2]).ticket(5, (7, None), "open", 0);
        let story = story.but(|world| world.reading.absent = vec![(collection, key)]);
        let coverage = story.expect().coverage;
        let unread = coverage.into_iter().filter(|(_, reasons)| !reasons.is_empty());
        unread.map(|(code, _)| code).collect::<Vec<_>>()
    };
    assert_eq!(reasons(Collection::Organizations, "shared_comments").len(), 17);
    assert_eq!(
        reasons(Collection::Users, "verified"),
        [
            "email_domain_outside_org",
            "ticket_missing_org",
            "ticket_org_mismatch",
            "user_default_org_not_expected",
            "user_domain_ambiguous",
            "user_missing_expected_membership",
            "user_resolution_blocked_duplicate_external_id",
        ]
    );
    assert_eq!(
        reasons(Collection::Memberships, "default"),
        ["email_domain_outside_org", "user_default_org_not_expected", "user_missing_expected_membership"]
    );
    assert_eq!(
        reasons(Collection::Tickets, "organization_id"),
        ["ticket_missing_org", "ticket_org_mismatch"]
    );
    // Facts that never make a collection partial.
    for (collection, key) in [
        (Collection::Users, "shared"),
        (Collection::Users, "ticket_restriction"),
        (Collection::Organizations, "organization_fields"),
    ] {
        assert_eq!(reasons(collection, key), [""; 0], "{key}");
    }
}
