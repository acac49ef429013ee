//! Worlds made by hand for the rows of the refusal table that look at names, fields, members and homes; each with its near
//! misses.

use super::story::{Story, id};

const SET: &str = "org_missing_external_id/A/1";
const ADD: &str = "org_missing_expected_domain/A/1/acme.com";
const ASSIGN: &str = "user_missing_expected_membership/7";
const MOVE: &str = "user_default_org_not_expected/7";

/// A stored id to an organization without a key and with another name.
fn stored(domains: &[&str], held: &[&str]) -> Story {
    Story::new().account("A", domains, Some("1")).organization(1, None, held)
}

/// A linked account whose user 7 is in organization 2.
fn user_in_2(joined: &[i64], default: Option<i64>) -> Story {
    Story::new()
        .account("A", &["acme.com"], Some("1"))
        .organization(1, Some(&id("A")), &["acme.com"])
        .organization(2, None, &[])
        .user(7, "u@acme.com", default, joined)
}

#[test]
fn a_stored_id_needs_one_thing_that_agrees() {
    let alone = "stored_id_uncorroborated";
    assert_eq!(stored(&["acme.com"], &[]).verdict(SET), format!("blocked set_org_external_id {alone}"));
    assert_eq!(stored(&["acme.com"], &[]).verdict(ADD), format!("blocked add_org_domain {alone}"));
    assert_eq!(stored(&[], &["acme.com"]).verdict(SET), format!("blocked set_org_external_id {alone}"));
    // A domain, the name, or an eligible member on one of the domains.
    assert_eq!(stored(&["acme.com"], &["acme.com"]).verdict(SET), "prepared set_org_external_id");
    let named = stored(&[], &[]).named(1, "\u{3000}a");
    assert_eq!(named.verdict(SET), "prepared set_org_external_id");
    let with_member = stored(&["acme.com"], &[]).user(7, "u@acme.com", None, &[1]);
    assert_eq!(with_member.verdict(SET), "prepared set_org_external_id");
    // Near misses: the default alone makes no member; an agent is not eligible; two blank names do not agree.
    let default_only = stored(&["acme.com"], &[]).user(7, "u@acme.com", Some(1), &[]);
    assert_eq!(default_only.verdict(SET), format!("blocked set_org_external_id {alone}"));
    assert_eq!(default_only.verdict(ASSIGN), format!("blocked assign_user_to_org {alone}"));
    let agent = with_member.but_user(7, |user| user.role = "agent");
    assert_eq!(agent.verdict(SET), format!("blocked set_org_external_id {alone}"));
    let blank = stored(&[], &[]).named(1, "\u{a0}").but_account("A", |account| account.name = " ".to_owned());
    assert_eq!(blank.verdict(SET), format!("blocked set_org_external_id {alone}"));
    // An organization that has the key needs nothing else.
    let keyed = stored(&["acme.com"], &[]).but_organization(1, |organization| {
        organization.external_id = Some(id("A"));
    });
    assert_eq!(keyed.issues(), [format!("{ADD} prepared add_org_domain")]);
}

#[test]
fn a_field_may_name_the_account_or_one_above_it() {
    let verdict = |fields: &[(&'static str, &str)], ignored: Option<&'static str>| {
        Story::new()
            .account("A", &["acme.com"], Some("1"))
            .organization(1, None, &["acme.com"])
            .account("B", &[], None)
            .child("C", "B", &[], None)
            .but_account("A", |account| account.parent = Some(id("C")))
            .but_organization(1, |organization| {
                organization.fields =
                    fields.iter().map(|(name, text)| (*name, Some((*text).to_owned()))).collect();
            })
            .but(|world| world.settings.ignore_fields = ignored.into_iter().collect())
            .verdict(SET)
    };
    let (a, b, c, d) = (id("A"), id("B"), id("C"), id("D"));
    let refused = "blocked set_org_external_id organization_field_names_other_account";
    let prepared = "prepared set_org_external_id";
    for text in [&a, &a[..15], &a.to_lowercase(), &b, &c, "gold", ""] {
        assert_eq!(verdict(&[("crm", text)], None), prepared, "{text}");
    }
    assert_eq!(verdict(&[("crm", &d)], None), refused);
    assert_eq!(verdict(&[("crm", &a), ("reseller", &d)], None), refused);
    assert_eq!(verdict(&[("crm", &a), ("reseller", &d)], Some("reseller")), prepared);
    assert_eq!(verdict(&[("crm", &d), ("reseller", &d)], Some("reseller")), refused);
}

#[test]
fn a_candidate_named_like_another_account_is_refused() {
    let story = |organization: &str, a: &str| {
        Story::new()
            .account("A", &["acme.com"], None)
            .child("B", "A", &[], None)
            .organization(1, None, &["acme.com"])
            .named(1, organization)
            .but_account("A", |account| account.name = a.to_owned())
            .but_account("B", |account| account.name = "Stra\u{df}e Mu\u{308}ller".to_owned())
            .verdict(SET)
    };
    let refused = "blocked set_org_external_id organization_looks_like_other_account";
    assert_eq!(story("STRASSE MÜLLER ", "Acme"), refused);
    assert_eq!(story("STRASSE MÜLLER ", "strasse m\u{fc}ller"), "prepared set_org_external_id");
    assert_eq!(story("Strasse Mueller", "Acme"), "prepared set_org_external_id");
}

#[test]
fn members_on_domains_of_others_make_a_candidate_doubtful() {
    let story = |addresses: &[&str]| {
        let story = Story::new()
            .account("A", &["acme.com"], None)
            .account("B", &["globex.de"], None)
            .organization(1, None, &["acme.com"]);
        let users = addresses.iter().zip(20..);
        users.fold(story, |story, (address, user)| story.user(user, address, Some(1), &[1])).verdict(SET)
    };
    let refused = "blocked set_org_external_id organization_looks_like_other_account";
    assert_eq!(story(&["a@globex.de", "b@globex.de"]), refused);
    assert_eq!(story(&["a@globex.de", "b@globex.de", "c@acme.com"]), refused);
    // One alone; half of them; domains that nobody expects; personal ones.
    assert_eq!(story(&["a@globex.de"]), "prepared set_org_external_id");
    assert_eq!(story(&["a@globex.de", "b@acme.com"]), "prepared set_org_external_id");
    assert_eq!(story(&["a@initech.com", "b@initech.com"]), "prepared set_org_external_id");
    assert_eq!(story(&["a@globex.de", "b@gmail.com", "c@gmail.com"]), "prepared set_org_external_id");
}

#[test]
fn a_user_of_another_account_is_left_there() {
    let refused = "user_belongs_to_other_account";
    let assign = |story: Story| story.verdict(ASSIGN);
    let foreign =
        |story: Story| story.but_organization(2, |organization| organization.external_id = Some(id("D")));
    assert_eq!(assign(user_in_2(&[2], None)), "prepared assign_user_to_org");
    assert_eq!(assign(foreign(user_in_2(&[2], None))), format!("blocked assign_user_to_org {refused}"));
    assert_eq!(assign(foreign(user_in_2(&[], Some(2)))), format!("blocked assign_user_to_org {refused}"));
    // Another account stores the organization's id; the run does not hold the organization.
    let claimed = user_in_2(&[2], None).account("B", &[], Some("2"));
    assert_eq!(assign(claimed), format!("blocked assign_user_to_org {refused}"));
    assert_eq!(assign(user_in_2(&[99], None)), format!("blocked assign_user_to_org {refused}"));
    // A move looks at the default alone.
    let story = |default| foreign(user_in_2(&[1, 2], default)).verdict(MOVE);
    assert_eq!(story(Some(2)), format!("blocked move_user_to_org {refused}"));
    assert_eq!(story(None), "prepared move_user_to_org");
    assert_eq!(user_in_2(&[1, 2], Some(2)).verdict(MOVE), "prepared move_user_to_org");
}

#[test]
fn a_domain_pulls_in_no_user_of_another_account() {
    let story = |joined: &[i64], default| {
        Story::new()
            .account("A", &["acme.com"], Some("1"))
            .organization(1, Some(&id("A")), &[])
            .organization(2, Some(&id("D")), &[])
            .user(7, "u@acme.com", default, joined)
    };
    let refused = "blocked add_org_domain user_belongs_to_other_account";
    assert_eq!(story(&[2], Some(2)).verdict(ADD), refused);
    // The default alone, a member of o, an unverified and a suspended user do not count.
    assert_eq!(story(&[], Some(2)).verdict(ADD), "prepared add_org_domain");
    assert_eq!(story(&[1, 2], Some(2)).verdict(ADD), "prepared add_org_domain");
    let unverified = story(&[2], Some(2)).but_user(7, |user| user.verified = false);
    assert_eq!(unverified.verdict(ADD), "prepared add_org_domain");
    let suspended = story(&[2], Some(2)).but_user(7, |user| user.suspended = true);
    assert_eq!(suspended.verdict(ADD), "prepared add_org_domain");
}

#[test]
fn a_user_who_would_see_every_ticket_is_not_added() {
    let sees = |story: Story| story.but_user(7, |user| user.ticket_restriction = Some("organization"));
    let refused = "user_sees_organization_tickets";
    let assign = sees(user_in_2(&[], None));
    assert_eq!(assign.verdict(ASSIGN), format!("blocked assign_user_to_org {refused}"));
    let allowed = assign.but(|world| world.allow_shared_tickets = true);
    assert_eq!(allowed.verdict(ASSIGN), "prepared assign_user_to_org");
    // A move makes no member.
    assert_eq!(sees(user_in_2(&[1, 2], Some(2))).verdict(MOVE), "prepared move_user_to_org");
    let add = |joined: &[i64]| {
        let story = Story::new()
            .account("A", &["acme.com"], Some("1"))
            .organization(1, Some(&id("A")), &[])
            .user(7, "u@acme.com", None, joined);
        sees(story)
    };
    assert_eq!(add(&[]).verdict(ADD), format!("blocked add_org_domain {refused}"));
    assert_eq!(add(&[1]).verdict(ADD), "prepared add_org_domain");
    let unverified = add(&[]).but_user(7, |user| user.verified = false);
    assert_eq!(unverified.verdict(ADD), "prepared add_org_domain");
}

#[test]
fn hosts_of_platforms_are_nobodys() {
    // Neither of an account, nor of an organization, nor of a user.
    let story = Story::new()
        .account("A", &["https://www.linkedin.com/company/a"], Some("1"))
        .organization(1, Some(&id("A")), &["facebook.com"])
        .user(7, "u@linkedin.com", None, &[]);
    assert_eq!(story.issues(), [""; 0]);
    assert_eq!(story.hygiene(), ["personal_domain_on_org 1 facebook.com"]);
    // Such a domain at an organization disagrees with nothing.
    let named = stored(&["acme.com"], &["facebook.com"]).named(1, "A");
    assert_eq!(named.verdict(SET), "prepared set_org_external_id");
}

#[test]
fn the_rows_hold_in_the_order_of_the_table() {
    // Each later change is caught by an earlier row.
    let mut story = Story::new()
        .account("A", &["acme.com"], None)
        .account("B", &["shop.acme.com"], None)
        .organization(1, None, &["acme.com"]);
    assert_eq!(story.verdict(SET), "blocked set_org_external_id domain_related_to_other_account");
    story = story.but_account("B", |account| account.domains.push("acme.com".to_owned()));
    assert_eq!(story.verdict(SET), "blocked set_org_external_id org_claimed_by_other_account");
    story = story.but_account("B", |account| account.stored_organization = Some("2".to_owned()));
    story = story.organization(2, Some(&id("B")), &[]);
    assert_eq!(story.verdict(SET), "blocked set_org_external_id domain_shared_by_accounts");
    story = story.named(1, "B");
    assert_eq!(story.verdict(SET), "blocked set_org_external_id organization_looks_like_other_account");
    story = story.but_organization(1, |organization| organization.fields = vec![("crm", Some(id("D")))]);
    assert_eq!(story.verdict(SET), "blocked set_org_external_id organization_field_names_other_account");
    story =
        story.but_organization(1, |organization| organization.domain_names.push("shop.acme.com".to_owned()));
    assert_eq!(story.verdict(SET), "blocked set_org_external_id org_candidate_ambiguous");
    story = story.but_account("A", |account| account.stored_organization = Some("999".to_owned()));
    assert_eq!(story.verdict(SET), "blocked set_org_external_id stored_org_id_dangling");
}
