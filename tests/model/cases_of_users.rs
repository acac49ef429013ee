//! Worlds made by hand, with the answer worked out from the text: users, tickets and triage rows.

use super::exceptions::exceptions;
use super::story::{Story, id, owned, words};
use super::world::{DAY, World};

#[test]
fn a_user_outside_the_organization_is_assigned_unless() {
    let story = |joined: &[i64]| {
        Story::new()
            .account("A", &["acme.com"], Some("1"))
            .organization(1, Some(&id("A")), &["acme.com"])
            .organization(2, None, &[])
            .user(7, "u@acme.com", joined.first().copied(), joined)
    };
    let line = "user_missing_expected_membership/7";
    let refused = format!("{line} blocked assign_user_to_org");
    assert_eq!(story(&[]).issues(), [format!("{line} prepared assign_user_to_org")]);
    assert_eq!(story(&[2]).issues(), [format!("{line} prepared assign_user_to_org")]);
    // Each later change is caught by an earlier row.
    let changed = story(&[2]).but(|world| world.users[0].shared = true);
    assert_eq!(changed.issues(), [format!("{refused} user_not_updatable")]);
    let changed = changed.but(|world| world.multiple_organizations = Some(false));
    assert_eq!(changed.issues(), [format!("{refused} single_organization_account")]);
    let changed = changed.but(|world| world.organizations[0].shared_tickets = true);
    assert_eq!(changed.issues(), [format!("{refused} organization_shares_tickets")]);
    let changed = changed.but(|world| world.users[0].verified = false);
    assert_eq!(changed.issues(), [format!("{refused} user_email_unverified")]);
    let changed = changed.but(|world| world.organizations[1].domain_names = owned(&["acme.com"]));
    assert!(changed.issues().contains(&format!("{refused} domain_belongs_to_other_org")));
    let changed = changed.account("B", &[], Some("1"));
    assert!(changed.issues().contains(&format!("{refused} org_claimed_by_other_account")));
    // In an account of one organization each, a user without any may still be assigned.
    let single = story(&[]).but(|world| world.multiple_organizations = None);
    assert_eq!(single.issues(), [format!("{line} prepared assign_user_to_org")]);
}

#[test]
fn a_member_with_another_default_is_moved_unless() {
    let story = |joined: &[i64]| {
        Story::new()
            .account("A", &["acme.com"], Some("1"))
            .organization(1, Some(&id("A")), &["acme.com"])
            .organization(2, None, &[])
            .user(7, "u@acme.com", None, joined)
    };
    let line = "user_default_org_not_expected/7";
    let refused = format!("{line} blocked move_user_to_org");
    // An unverified address and a sharing organization do not stop a move.
    let changed = story(&[1, 2]).but(|world| {
        world.users[0].verified = false;
        world.organizations[0].shared_tickets = true;
    });
    assert_eq!(changed.issues(), [format!("{line} prepared move_user_to_org")]);
    let changed = changed.but(|world| world.users[0].shared = true);
    assert_eq!(changed.issues(), [format!("{refused} user_not_updatable")]);
    let changed = changed.but(|world| world.multiple_organizations = Some(false));
    assert_eq!(changed.issues(), [format!("{refused} single_organization_account")]);
    let single = story(&[1]).but(|world| world.multiple_organizations = Some(false));
    assert_eq!(single.issues(), [format!("{line} prepared move_user_to_org")]);
}

#[test]
fn who_is_eligible() {
    let story = || {
        Story::new()
            .account("A", &["acme.com"], Some("1"))
            .organization(1, Some(&id("A")), &["acme.com"])
            .user(7, "u@acme.com", None, &[])
    };
    let count = |change: fn(&mut World)| story().but(change).issues().len();
    assert_eq!(count(|_| ()), 1);
    assert_eq!(count(|world| world.users[0].role = "agent"), 0);
    assert_eq!(count(|world| world.users[0].active = false), 0);
    assert_eq!(count(|world| world.users[0].suspended = true), 0);
    assert_eq!(count(|world| world.users[0].email = None), 0);
    assert_eq!(count(|world| world.users[0].email = Some("u@eu.acme.com".to_owned())), 0);
    assert_eq!(count(|world| world.users[0].email = Some("u@ACME.com.".to_owned())), 1);
    assert_eq!(count(|world| world.users[0].email = Some("\"a@b\"@ACME.com".to_owned())), 0);
}

#[test]
fn a_user_of_two_owners_is_ambiguous_unless_at_home_with_one() {
    // B is duplicate: 2 and 3 count as its organizations. C is missing and does not matter.
    let story = Story::new()
        .account("A", &["acme.com"], Some("1"))
        .account("B", &["acme.com"], None)
        .account("C", &["acme.com"], None)
        .organization(1, Some(&id("A")), &["acme.com"])
        .organization(2, Some(&id("B")), &[])
        .organization(3, Some(&id("B")[..15]), &[])
        .organization(4, None, &[])
        .user(7, "u@acme.com", Some(1), &[])
        .user(8, "u@acme.com", Some(3), &[])
        .user(9, "u@acme.com", Some(4), &[])
        .user(10, "u@acme.com", None, &[1])
        .ticket(5, (9, Some(4)), "open", 0);
    let users: Vec<_> = story.issues().into_iter().filter(|line| line.starts_with("user")).collect();
    assert_eq!(
        users,
        [
            "user_domain_ambiguous/10 blocked user_domain_ambiguous",
            "user_domain_ambiguous/9 blocked user_domain_ambiguous",
        ]
    );
    let expected = story.expect();
    let issue = expected.issues.iter().find(|issue| issue.user_id == Some(9)).unwrap();
    assert_eq!(issue.account_id, id("A"));
    assert!(!story.issues().iter().any(|line| line.starts_with("ticket")));
}

#[test]
fn two_owners_without_any_organization_raise_nothing_for_users() {
    let story = Story::new()
        .account("A", &["acme.com"], None)
        .account("B", &["acme.com"], None)
        .organization(4, None, &[])
        .user(9, "u@acme.com", Some(4), &[4]);
    assert_eq!(
        story.issues(),
        ["account_missing_zendesk_org/A/A review", "account_missing_zendesk_org/B/B review"]
    );
}

#[test]
fn tickets_and_their_window() {
    let story = Story::new()
        .account("A", &["acme.com"], Some("1"))
        .organization(1, Some(&id("A")), &["acme.com"])
        .user(7, "u@acme.com", Some(1), &[1])
        .user(8, "v@acme.com", None, &[1])
        .ticket(50, (7, None), "open", 400 * DAY)
        .ticket(51, (8, Some(2)), "solved", 400 * DAY)
        .ticket(52, (7, None), "closed", 90 * DAY)
        .ticket(53, (7, None), "closed", 90 * DAY + 1)
        .ticket(54, (7, Some(1)), "closed", 90 * DAY + 1)
        .ticket(55, (7, None), "deleted", 0)
        .ticket(56, (99, None), "open", 0);
    assert_eq!(
        story.issues(),
        [
            "ticket_missing_org/50 detect_only",
            "ticket_missing_org/52 detect_only",
            "ticket_org_mismatch/51 detect_only",
            "user_default_org_not_expected/8 prepared move_user_to_org",
        ]
    );
    let outside: Vec<_> = story.expect().outside_window.into_values().collect();
    assert_eq!(outside, [0, 1]);
    // The requester's issue comes first; without one, an issue of the account; here there is none.
    assert_eq!(story.roots(), ["ticket_org_mismatch/51 user_default_org_not_expected/8"]);
    let all = story.but(|world| world.ticket_window_days = None);
    assert_eq!(all.issues().len(), 5);
}

#[test]
fn triage_rows_are_worst_first() {
    let story = Story::new()
        .account("A", &["acme.com"], Some("1"))
        .account("B", &["globex.de"], Some("2"))
        .account("C", &["initech.com"], Some("3"))
        .organization(1, Some(&id("A")), &["acme.com"])
        .organization(2, None, &["globex.de"])
        .organization(3, Some(&id("C")), &["initech.com"])
        .organization(4, Some(&id("C")[..15]), &[])
        .user(7, "u@acme.com", Some(1), &[1])
        .user(8, "u@globex.de", None, &[])
        .ticket(5, (7, None), "new", 0);
    let rows: Vec<_> = exceptions(&story.expect(), &story.0)
        .into_iter()
        .map(|row| {
            let cells = [row.triage_status.name(), row.max_severity.name()].map(|cell| Some(cell.to_owned()));
            let texts = [row.top_issue_codes, row.top_blocked_reasons].map(Some);
            let total = [Some(row.total_issue_count.to_string())];
            words([Some(row.account_name)].into_iter().chain(cells).chain(total).chain(texts))
        })
        .collect();
    assert_eq!(
        rows,
        [
            "C blocked critical 2 org_duplicate_external_id duplicate_external_id",
            "B ready high 2 org_missing_external_id, user_missing_expected_membership ",
            "A tickets_only medium 1 ticket_missing_org ",
        ]
    );
}
