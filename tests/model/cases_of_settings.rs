//! Worlds made by hand: what people switch off, trust and accept; the key in a field; what is not evaluated.

use super::names::Action;
use super::story::{Story, id};
use super::world::Collection;

const SET: &str = "org_missing_external_id/A/1";
const ADD: &str = "org_missing_expected_domain/A/1/acme.com";
const ASSIGN: &str = "user_missing_expected_membership/7";

/// The codes that are not evaluated, each with its reasons.
fn not_evaluated(story: &Story) -> Vec<String> {
    let coverage = story.expect().coverage;
    let unread = coverage.into_iter().filter(|(_, reasons)| !reasons.is_empty());
    let line = |(code, reasons): (&str, std::collections::BTreeSet<super::names::NotEvaluated>)| {
        let reasons: Vec<_> = reasons.into_iter().map(super::names::NotEvaluated::name).collect();
        format!("{code} {}", reasons.join(" "))
    };
    unread.map(line).collect()
}

/// An account whose organization lacks key, domain and a member.
fn lacking() -> Story {
    Story::new().account("A", &["acme.com"], Some("1")).organization(1, None, &[]).named(1, "A").user(
        7,
        "u@acme.com",
        None,
        &[],
    )
}

#[test]
fn a_repair_that_is_switched_off_is_refused_behind_all_else() {
    let story = lacking().but(|world| world.settings.repairs_off = vec![Action::AddOrgDomain]);
    assert_eq!(
        story.issues(),
        [
            format!("{ADD} blocked add_org_domain repair_switched_off"),
            format!("{SET} prepared set_org_external_id"),
            format!("{ASSIGN} prepared assign_user_to_org"),
        ]
    );
    let shared = story.account("B", &["acme.com"], None);
    assert_eq!(shared.verdict(ADD), "blocked add_org_domain domain_shared_by_accounts");
    let all = lacking().but(|world| world.settings.repairs_off = Action::ALL.to_vec());
    assert!(all.issues().iter().all(|line| line.ends_with("repair_switched_off")), "{:#?}", all.issues());
}

#[test]
fn a_rule_that_is_switched_off_is_not_evaluated() {
    let off = vec!["org_missing_expected_domain", "orphan_org"];
    let story = lacking().organization(2, None, &[]).but(|world| world.settings.rules_off = off);
    assert_eq!(
        not_evaluated(&story),
        ["org_missing_expected_domain switched_off", "orphan_org switched_off"]
    );
    assert_eq!(
        story.issues(),
        [format!("{SET} prepared set_org_external_id"), format!("{ASSIGN} prepared assign_user_to_org")]
    );
    assert_eq!(story.hygiene(), [""; 0]);
    // An issue that is not there is no root.
    let candidate = Story::new().account("A", &["acme.com"], None).organization(1, None, &["acme.com"]).user(
        7,
        "u@acme.com",
        None,
        &[],
    );
    assert_eq!(candidate.roots(), [format!("{ASSIGN} {SET}")]);
    let candidate = candidate.but(|world| world.settings.rules_off = vec!["org_missing_external_id"]);
    assert_eq!(candidate.issues(), [format!("{ASSIGN} blocked assign_user_to_org org_link_unconfirmed")]);
    assert_eq!(candidate.roots(), [""; 0]);
}

#[test]
fn stored_ids_may_be_trusted() {
    let story = lacking().named(1, "Other");
    assert_eq!(story.verdict(SET), "blocked set_org_external_id stored_id_uncorroborated");
    let trusted = story.but(|world| world.settings.trust_stored_ids = true);
    assert_eq!(trusted.verdict(SET), "prepared set_org_external_id");
    assert_eq!(trusted.verdict(ADD), "prepared add_org_domain");
    assert_eq!(trusted.verdict(ASSIGN), "prepared assign_user_to_org");
    // That lifts nothing else.
    let disagreeing =
        trusted.but_organization(1, |organization| organization.domain_names.push("globex.de".into()));
    assert_eq!(disagreeing.verdict(SET), "blocked set_org_external_id domain_disagrees");
}

#[test]
fn an_accepted_risk_lifts_its_own_reason_and_no_other() {
    let story = || {
        Story::new()
            .account("A", &["acme.com"], Some("1"))
            .organization(1, Some(&id("A")), &["acme.com"])
            .organization(2, Some(&id("D")), &[])
            .user(7, "u@acme.com", Some(2), &[2])
    };
    let refused = "blocked assign_user_to_org user_belongs_to_other_account";
    assert_eq!(story().verdict(ASSIGN), refused);
    assert_eq!(story().accepting(ASSIGN).verdict(ASSIGN), "prepared assign_user_to_org");
    assert_eq!(story().accepting("user_missing_expected_membership/8").verdict(ASSIGN), refused);
    // Behind it stands another one, which the same decision does not lift.
    let unverified = story().but_user(7, |user| user.verified = false);
    assert_eq!(unverified.verdict(ASSIGN), refused);
    let accepted = unverified.accepting(ASSIGN);
    assert_eq!(accepted.verdict(ASSIGN), "blocked assign_user_to_org user_email_unverified");
    // Alone it can be lifted; what else refuses stays.
    let alone = story()
        .but_organization(2, |organization| organization.external_id = None)
        .but_user(7, |user| user.verified = false);
    assert_eq!(alone.verdict(ASSIGN), "blocked assign_user_to_org user_email_unverified");
    let alone = alone.accepting(ASSIGN);
    assert_eq!(alone.verdict(ASSIGN), "prepared assign_user_to_org");
    let shared = alone.but_user(7, |user| user.shared = true);
    assert_eq!(shared.verdict(ASSIGN), "blocked assign_user_to_org user_not_updatable");
    // No other reason can be lifted.
    let shared = story().but_user(7, |user| (user.shared, user.organization_id) = (true, None));
    let shared = shared.but(|world| world.memberships.clear()).accepting(ASSIGN);
    assert_eq!(shared.verdict(ASSIGN), "blocked assign_user_to_org user_not_updatable");
}

#[test]
fn the_key_may_stand_in_a_field() {
    let story = |crm: Option<Option<String>>, external: Option<&str>| {
        Story::new()
            .account("A", &["acme.com"], Some("1"))
            .organization(1, external, &["acme.com"])
            .but_organization(1, |organization| {
                organization.fields.extend(crm.map(|value| ("crm_id", value)));
            })
            .organization(2, None, &[])
            .but_organization(2, |organization| {
                organization.fields = vec![("crm_id", Some("none".to_owned()))];
            })
            .but(|world| world.settings.account_id_field = Some("crm_id"))
    };
    // Its own id there: nothing to do, whatever another system wrote into external_id.
    for external in [None, Some("ERP-1")] {
        assert_eq!(story(Some(Some(id("A"))), external).links(), ["A linked 1 stored_id"]);
        assert_eq!(story(Some(Some(id("A"))), external).issues(), [""; 0]);
    }
    // Blank: the key is missing, but a person writes into fields. Another row comes first.
    let blank = story(Some(None), Some("ERP-1"));
    assert_eq!(blank.issues(), [format!("{SET} blocked set_org_external_id key_is_in_a_field")]);
    let absent = blank.but_organization(1, |organization| organization.absent = vec!["organization_fields"]);
    assert_eq!(absent.issues(), ["org_external_id_conflict/A/1 blocked external_id_conflict"]);
    // Another account's: a conflict. Not there at all: not known, never blank.
    let other = story(Some(Some(id("D"))), None);
    assert_eq!(other.issues(), ["org_external_id_conflict/A/1 blocked external_id_conflict"]);
    assert_eq!(story(None, None).issues(), ["org_external_id_conflict/A/1 blocked external_id_conflict"]);
    // The field that is the key is not in F; external_id makes an organization foreign all the same.
    let user = |external: Option<&str>| {
        let story = story(Some(Some(id("A"))), None).user(7, "u@acme.com", Some(2), &[2]);
        story.but_organization(2, |organization| organization.external_id = external.map(str::to_owned))
    };
    assert_eq!(user(None).verdict(ASSIGN), "prepared assign_user_to_org");
    assert_eq!(
        user(Some(&id("D"))).verdict(ASSIGN),
        "blocked assign_user_to_org user_belongs_to_other_account"
    );
    let unread = user(None).but_organization(2, |organization| organization.absent = vec!["external_id"]);
    assert_eq!(unread.verdict(ASSIGN), "blocked assign_user_to_org fact_not_read");
    // No organization has the field: the collection is partial.
    let none = story(None, Some("ERP-1")).but_organization(2, |organization| organization.fields.clear());
    assert_eq!(not_evaluated(&none).len(), 17);
    assert!(not_evaluated(&none).iter().all(|line| line.ends_with("field_absent")));
}

#[test]
fn without_domains_the_codes_about_them_are_not_evaluated() {
    let story = |domains: &[&str]| {
        Story::new()
            .account("A", domains, Some("1"))
            .organization(1, None, &["gmail.com"])
            .named(1, "A")
            .user(7, "u@gmail.com", None, &[])
            .nameless("", &["acme.com"], None)
    };
    let without = story(&["gmail.com", "n/a"]);
    let lines = not_evaluated(&without);
    assert_eq!(lines.iter().filter(|line| line.ends_with(" no_domains")).count(), 8, "{lines:#?}");
    assert_eq!(without.issues(), [format!("{SET} prepared set_org_external_id")]);
    assert_eq!(without.hygiene(), ["personal_domain_on_org 1 gmail.com"]);
    assert_eq!(not_evaluated(&story(&["acme.com"])), ["orphan_org rows_unread"]);
}

#[test]
fn parts_that_were_appended_prove_no_absence() {
    let story = || lacking().organization(2, None, &[]).account("B", &[], None);
    let line = "account_missing_zendesk_org/B/B";
    assert_eq!(story().suggestion(line), "create_missing_org");
    assert_eq!(story().hygiene(), ["orphan_org 2 retire_org"]);
    for collection in [Collection::Organizations, Collection::Users, Collection::Memberships] {
        let story = story().appending(collection);
        assert_eq!(not_evaluated(&story), ["orphan_org append"]);
        assert_eq!(story.suggestion(line), "relink_org", "{collection:?}");
        assert_eq!(story.hygiene(), [""; 0]);
        assert_eq!(story.verdict(ADD), "prepared add_org_domain");
    }
    let tickets = story().appending(Collection::Tickets);
    assert_eq!(not_evaluated(&tickets), ["orphan_org append"]);
    assert_eq!(tickets.suggestion(line), "create_missing_org");
}

#[test]
fn a_collection_without_a_file_was_not_read() {
    let story = lacking().ticket(5, (7, None), "open", 0).skipping(Collection::Tickets);
    assert_eq!(not_evaluated(&story), ["ticket_missing_org skipped", "ticket_org_mismatch skipped"]);
    let story = lacking().skipping(Collection::Memberships);
    assert_eq!(
        not_evaluated(&story),
        [
            "email_domain_outside_org skipped",
            "user_default_org_not_expected skipped",
            "user_missing_expected_membership skipped",
        ]
    );
}
