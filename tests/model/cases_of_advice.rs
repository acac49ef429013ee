//! Worlds made by hand: suggested actions, causes, and the order of the triage rows.

use super::causes::causes;
use super::exceptions::exceptions;
use super::findings::findings;
use super::generate::personal_domains;
use super::names::Why;
use super::story::{Story, id, words};
use super::world::{Collection, Trouble};

const MISSING: &str = "account_missing_zendesk_org/B/B";

/// B has nothing; A has organization 1. Organization 2 is somebody's, or nobody's.
fn b_is_missing(domains: &[&str], stored: Option<&str>) -> Story {
    Story::new()
        .account("A", &["acme.com"], Some("1"))
        .account("B", domains, stored)
        .organization(1, Some(&id("A")), &["acme.com"])
        .organization(2, None, &[])
}

/// The organizations that may be B's, each with the reasons.
fn near(story: &Story) -> Vec<(i64, Vec<&'static str>)> {
    let expected = story.expect();
    let issue = expected.issues.iter().find(|issue| words([Some(issue.issue_key.clone())]) == MISSING);
    let name = |(o, whys): &(i64, Vec<Why>)| (*o, whys.iter().map(|why| why.name()).collect());
    issue.unwrap().near.iter().map(name).collect()
}

#[test]
fn an_account_without_organization_is_created_where_nothing_is_near() {
    assert_eq!(b_is_missing(&["globex.de"], None).suggestion(MISSING), "create_missing_org");
    assert_eq!(b_is_missing(&["gmail.com"], None).suggestion(MISSING), "create_missing_org");
    // What somebody else's organization holds is no reason to link that one: it is foreign to B.
    let story = b_is_missing(&["acme.com"], None);
    assert_eq!(story.suggestion(MISSING), "create_missing_org");
    assert_eq!(near(&story), []);
    // Nor to create, where a collection or a fact proves no absence.
    for collection in [Collection::Users, Collection::Memberships] {
        let story = b_is_missing(&[], None).skipping(collection);
        assert_eq!(story.suggestion(MISSING), "relink_org", "{collection:?}");
    }
    for key in ["external_id", "domain_names"] {
        let story =
            b_is_missing(&[], None).but_organization(2, |organization| organization.absent = vec![key]);
        assert_eq!(story.suggestion(MISSING), "relink_org", "{key}");
    }
}

#[test]
fn an_organization_that_may_be_its_own_is_relinked() {
    for stored in ["999", "3.61E+11"] {
        assert_eq!(b_is_missing(&[], Some(stored)).suggestion(MISSING), "relink_org", "{stored}");
    }
    let named = |key: Option<&str>| {
        b_is_missing(&[], None).but_organization(2, |organization| {
            organization.name = "b ".to_owned();
            organization.external_id = key.map(str::to_owned);
        })
    };
    assert_eq!(named(None).suggestion(MISSING), "relink_org");
    assert_eq!(near(&named(None)), [(2, vec!["name"])]);
    // A key that names no account leaves it near; another account's makes it foreign.
    assert_eq!(named(Some("https://crm/001")).suggestion(MISSING), "relink_org");
    assert_eq!(named(Some(&id("D"))).suggestion(MISSING), "create_missing_org");
    let field = b_is_missing(&[], None).but_organization(2, |organization| {
        organization.fields = vec![("crm", Some(id("B")[..15].to_owned()))];
    });
    assert_eq!(near(&field), [(2, vec!["field"])]);
    let members = |addresses: [&str; 2]| {
        let story = b_is_missing(&["globex.de"], None).user(7, addresses[0], None, &[2]);
        story.user(8, addresses[1], None, &[2])
    };
    assert_eq!(near(&members(["u@globex.de", "v@globex.de"])), [(2, vec!["members"])]);
    assert_eq!(members(["u@globex.de", "v@globex.de"]).suggestion(MISSING), "relink_org");
    assert_eq!(members(["u@globex.de", "v@acme.com"]).suggestion(MISSING), "create_missing_org");
}

#[test]
fn an_account_may_be_served_by_its_parent() {
    let story = || {
        Story::new().account("A", &["acme.com"], Some("1")).child("B", "A", &["acme.com"], None).organization(
            1,
            Some(&id("A")),
            &["acme.com"],
        )
    };
    assert_eq!(story().suggestion(MISSING), "served_by_parent");
    // By the grandparent too, if the row between was read; otherwise what stands above it is not known.
    let between = |trouble: Option<Trouble>| {
        Story::new()
            .account("A", &["acme.com"], Some("1"))
            .child("C", "A", &[], None)
            .child("B", "C", &["acme.com"], None)
            .organization(1, Some(&id("A")), &["acme.com"])
            .but_account("C", |account| account.trouble = trouble)
    };
    assert_eq!(between(None).suggestion(MISSING), "served_by_parent");
    assert_eq!(between(Some(Trouble::BadFlag)).suggestion(MISSING), "relink_org");
    // An organization near it comes first; one that is a stranger's too spoils it; a stored id that dangles as well.
    let near = story().organization(2, None, &[]);
    let near = near.named(2, "B");
    assert_eq!(near.suggestion(MISSING), "relink_org");
    let strange = near.but_organization(2, |organization| organization.external_id = Some(id("D")));
    assert_eq!(strange.suggestion(MISSING), "create_missing_org");
    let dangling = story().but_account("B", |account| account.stored_organization = Some("999".to_owned()));
    assert_eq!(dangling.suggestion(MISSING), "relink_org");
    // Without anything of its own at the parent, it is not served there.
    let bare = story().but_account("B", |account| account.domains.clear());
    assert_eq!(bare.suggestion(MISSING), "create_missing_org");
}

#[test]
fn an_orphan_is_retired_where_all_was_read() {
    let story = || Story::new().account("A", &["acme.com"], None).organization(1, Some(&id("D")), &[]);
    assert_eq!(story().hygiene(), ["orphan_org 1 retire_org"]);
    let with_user =
        |joined: &[i64], default| story().user(7, "u@globex.de", default, joined).hygiene()[0].clone();
    assert_eq!(with_user(&[], Some(1)), "orphan_org 1 relink_org");
    assert_eq!(with_user(&[1], None), "orphan_org 1 relink_org");
    assert_eq!(with_user(&[], None), "orphan_org 1 retire_org");
    let with_ticket = |status| story().ticket(5, (99, Some(1)), status, 0).hygiene();
    assert_eq!(with_ticket("closed"), ["orphan_org 1 relink_org"]);
    assert_eq!(with_ticket("deleted"), ["orphan_org 1 retire_org"]);
    for collection in [Collection::Users, Collection::Memberships, Collection::Tickets] {
        let story = story().skipping(collection);
        assert_eq!(story.hygiene(), ["orphan_org 1 check_tickets_then_retire"], "{collection:?}");
    }
    let unread = story().ticket(5, (99, None), "open", 0).but(|world| {
        world.tickets[0].absent = vec!["organization_id"];
        world.tickets.push(super::world::Ticket { id: 6, status: "open", ..Default::default() });
    });
    assert_eq!(unread.hygiene(), ["orphan_org 1 check_tickets_then_retire"]);
    // It may be the one of an account that has none.
    let twin = |name: &str| {
        story().account("B", &[], None).but(|world| {
            world.accounts[1].name = name.to_owned();
            world.organizations[0].name = "Globex".to_owned();
        })
    };
    assert_eq!(twin(" GLOBEX").hygiene(), ["orphan_org 1 relink_org"]);
    assert_eq!(twin("Initech").hygiene(), ["orphan_org 1 retire_org"]);
    // What might be an account's is no orphan.
    for key in ["external_id", "domain_names"] {
        let story = story().organization(2, None, &["acme.com"]);
        let story = story.but_organization(1, |organization| organization.absent = vec![key]);
        assert_eq!(story.hygiene(), [""; 0], "{key}");
    }
}

#[test]
fn a_ticket_waits_for_its_requester_or_is_filed_by_hand() {
    let suggestion = |default, joined: &[i64]| {
        Story::new()
            .account("A", &["acme.com"], Some("1"))
            .organization(1, Some(&id("A")), &["acme.com"])
            .organization(2, None, &[])
            .user(7, "u@acme.com", default, joined)
            .ticket(5, (7, Some(2)), "open", 0)
            .suggestion("ticket_org_mismatch/5")
    };
    assert_eq!(suggestion(Some(1), &[1]), "file_ticket_by_hand");
    assert_eq!(suggestion(Some(1), &[1, 2]), "file_ticket_by_hand");
    assert_eq!(suggestion(Some(2), &[1, 2]), "repair_membership_then_replay_ticket_audit");
    assert_eq!(suggestion(None, &[1]), "repair_membership_then_replay_ticket_audit");
    assert_eq!(suggestion(Some(1), &[]), "repair_membership_then_replay_ticket_audit");
}

#[test]
fn issues_hang_on_records() {
    let story = Story::new()
        .account("A", &["acme.com", "globex.de"], Some("1"))
        .account("B", &["globex.de"], Some("999"))
        .organization(1, Some(&id("A")), &[])
        .organization(2, None, &["gmail.com"])
        .user(7, "u@acme.com", Some(2), &[2])
        .user(8, "v@acme.com", Some(2), &[1, 2])
        .user(9, "w@acme.com", None, &[])
        .user(10, "x@globex.de", Some(77), &[])
        .ticket(50, (7, Some(2)), "open", 0)
        .ticket(51, (8, Some(2)), "closed", 0)
        .ticket(52, (9, None), "solved", 0);
    let expected = story.expect();
    let found = findings(&expected, &story.0, &personal_domains());
    let line = |cause: super::causes::Cause| {
        let counts = [cause.issue_count, cause.account_count, cause.user_count, cause.open_ticket_count];
        let counts = counts.map(|count| count.to_string()).join(" ");
        words([Some(cause.kind.name().to_owned()), Some(cause.id), Some(counts), Some(cause.codes)])
    };
    let lines: Vec<_> = causes(&expected, &found, &story.0).into_iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "organization 2 8 1 2 1 email_domain_outside_org, ticket_org_mismatch, orphan_org, \
             personal_domain_on_org, user_default_org_not_expected, user_missing_expected_membership",
            "account A 2 1 1 1 ticket_missing_org, user_missing_expected_membership",
            "account B 2 1 0 0 account_missing_zendesk_org, stored_org_id_dangling",
            "domain acme.com 1 1 0 0 org_missing_expected_domain",
            "domain globex.de 2 1 1 0 org_missing_expected_domain, user_domain_ambiguous",
        ]
    );
}

#[test]
fn triage_rows_go_by_what_people_suffer() {
    // All of one severity: C has the open ticket, B the most users, A the most issues.
    let story = Story::new()
        .account("A", &["acme.com", "initech.com", "fabrikam-tools.de"], Some("1"))
        .account("B", &["globex.de"], Some("2"))
        .account("C", &["contoso-labs.com"], Some("3"))
        .organization(1, Some(&id("A")), &[])
        .organization(2, Some(&id("B")), &["globex.de"])
        .organization(3, Some(&id("C")), &["contoso-labs.com"])
        .user(7, "u@globex.de", None, &[])
        .user(8, "v@globex.de", None, &[])
        .user(9, "w@contoso-labs.com", Some(3), &[3])
        .ticket(50, (9, None), "solved", 0)
        .ticket(51, (7, None), "closed", 0);
    let row = |row: super::exceptions::ExceptionRow| {
        let counts = [row.affected_open_ticket_count, row.affected_user_count, row.total_issue_count];
        let status = row.triage_status.name();
        format!("{} {status} {}", row.account_name, counts.map(|count| count.to_string()).join(" "))
    };
    let rows = |story: &Story| exceptions(&story.expect(), &story.0).into_iter().map(row).collect::<Vec<_>>();
    assert_eq!(rows(&story), ["C tickets_only 1 0 1", "B ready 0 2 3", "A ready 0 0 3"]);
    // Something prepared beside something blocked.
    let partly = story.but_user(7, |user| user.verified = false);
    assert_eq!(rows(&partly)[1], "B partly_ready 0 2 3");
    let blocked = partly.but_user(8, |user| user.verified = false);
    assert_eq!(rows(&blocked)[1], "B blocked 0 2 3");
}

#[test]
fn an_account_with_several_organizations_names_them() {
    let story = Story::new()
        .account("A", &[], None)
        .account("B", &["globex.de"], None)
        .account("C", &["initech.com"], None)
        .organization(4, Some(&id("A")), &[])
        .organization(1, Some(&id("A")[..15]), &[])
        .organization(3, Some("CRM-1"), &["globex.de"])
        .organization(2, None, &["globex.de"])
        .organization(5, None, &["initech.com"]);
    let rows: Vec<_> = exceptions(&story.expect(), &story.0)
        .into_iter()
        .map(|row| (row.account_name, row.link_state.name(), row.zendesk_org_id, row.candidate_orgs))
        .collect();
    assert_eq!(
        rows,
        [
            ("A".to_owned(), "duplicate", None, vec![1, 4]),
            ("B".to_owned(), "ambiguous", None, vec![2, 3]),
            ("C".to_owned(), "candidate", Some(5), Vec::new()),
        ]
    );
}
