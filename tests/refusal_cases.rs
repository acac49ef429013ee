//! Companies as public reports describe them, in which a repair or an advice would do harm: what is refused, and why.

use serde_json::{Value, json};

use crate::common::bench::{Bench, Told};

/// Reads and audits a case of `fixtures/cases/zendesk`.
fn audited(name: &str) -> (Bench, Told) {
    let bench = Bench::empty();
    bench.copy(&format!("fixtures/cases/zendesk/{name}"), ".");
    let told = audit(&bench);
    (bench, told)
}

fn audit(bench: &Bench) -> Told {
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    let told = bench.run(&["ingest", "zendesk", "--from", "zd"]);
    assert!(matches!(told.code, 0 | 6), "{}", told.err);
    let told = bench.run(&["audit"]);
    assert!(matches!(told.code, 0 | 6), "{}", told.err);
    told
}

/// Code, subject, disposition, reason and advice of each issue.
fn issues(bench: &Bench) -> Vec<String> {
    bench.rows(
        "select code || ' ' || subject_id || ' ' || coalesce(blocked_reason, disposition) || ' ' || suggested_action
         from latest_issues order by 1",
    )
}

fn advice(bench: &Bench, class: &str) -> Vec<String> {
    bench.rows(&format!(
        "select coalesce(organization_id, account_id) || ' ' || suggested_action from organization_findings
         where class = '{class}' order by 1"
    ))
}

fn evidence(bench: &Bench, code: &str) -> Value {
    serde_json::from_str(&bench.value(&format!(
        "select evidence from _issue_details where code = '{code}' order by issue_key limit 1"
    )))
    .unwrap()
}

#[test]
fn nobody_sees_tickets_that_he_did_not_see_before() {
    let user = "user_missing_expected_membership 501 user_sees_organization_tickets assign_user_to_org";
    assert_eq!(issues(&audited("p1_ticket_restriction").0), [user]);
    assert_eq!(
        issues(&audited("p1b_ticket_restriction_add_domain").0),
        ["org_missing_expected_domain 9001 user_sees_organization_tickets repair_domain_mapping", user]
    );
}

#[test]
fn whose_customer_a_person_is_is_decided_by_a_person() {
    for (name, expected) in [
        (
            "p3_child_account_shares_parent_domain",
            &[
                "ticket_org_mismatch 1 detect_only repair_membership_then_replay_ticket_audit",
                "ticket_org_mismatch 2 detect_only repair_membership_then_replay_ticket_audit",
                "user_default_org_not_expected 502 user_belongs_to_other_account move_user_to_org",
                "user_missing_expected_membership 501 user_belongs_to_other_account assign_user_to_org",
            ][..],
        ),
        (
            "p4_default_in_other_customers_org",
            &[
                "ticket_org_mismatch 1 detect_only repair_membership_then_replay_ticket_audit",
                "ticket_org_mismatch 2 detect_only repair_membership_then_replay_ticket_audit",
                "user_default_org_not_expected 501 user_belongs_to_other_account move_user_to_org",
                "user_missing_expected_membership 502 user_belongs_to_other_account assign_user_to_org",
            ],
        ),
        (
            "p4b_default_org_keyed_to_account_outside_file",
            &[
                "ticket_org_mismatch 1 detect_only repair_membership_then_replay_ticket_audit",
                "user_default_org_not_expected 501 user_belongs_to_other_account move_user_to_org",
            ],
        ),
    ] {
        assert_eq!(issues(&audited(name).0), expected, "{name}");
    }
}

#[test]
fn a_page_on_a_platform_is_no_domain() {
    let (bench, _) = audited("p5_platform_website");
    assert_eq!(issues(&bench), [""; 0]);
    assert_eq!(
        bench.rows("select reason, value from ingest_warnings where reason = 'platform_host' order by value"),
        ["platform_host|facebook.com", "platform_host|linkedin.com", "platform_host|sites.google.com"]
    );
}

#[test]
fn a_candidate_that_looks_like_another_account_is_not_keyed() {
    for (name, organization, account) in [
        ("p7_candidate_names_disagree", 9001, "001Qx0000000001IAA"),
        ("p7b_candidate_named_like_the_child", 9002, "001Qx0000000002IAA"),
    ] {
        let (bench, _) = audited(name);
        assert_eq!(
            issues(&bench),
            [
                format!("account_missing_zendesk_org {account} review relink_org"),
                format!(
                    "org_missing_external_id {organization} organization_looks_like_other_account relink_org"
                ),
            ],
            "{name}"
        );
        assert_eq!(
            evidence(&bench, "account_missing_zendesk_org")["organization_ids_by_name"],
            json!([organization])
        );
    }
}

#[test]
fn a_field_that_names_another_account_speaks_against_the_key() {
    let (bench, _) = audited("p11_custom_field_names_other_account");
    assert_eq!(
        issues(&bench),
        [
            "account_missing_zendesk_org 001Qx0000000002IAA review relink_org",
            "org_missing_external_id 9001 organization_field_names_other_account relink_org",
        ]
    );
    let (bench, _) = audited("p11b_custom_field_names_this_account_only");
    assert_eq!(issues(&bench), ["account_missing_zendesk_org 001Qx0000000001IAA review relink_org"]);
    let said = evidence(&bench, "account_missing_zendesk_org");
    assert_eq!(
        (&said["organization_ids_by_field"], &said["fields"]),
        (&json!([9001]), &json!(["salesforce_id"]))
    );
}

#[test]
fn nothing_is_made_or_retired_on_what_is_unknown_or_has_a_twin() {
    let (bench, _) = audited("s1_external_id_url");
    assert_eq!(issues(&bench), ["account_missing_zendesk_org 0011H000026CXpiQAG review relink_org"]);
    assert_eq!(advice(&bench, "orphan_org"), ["9001 relink_org"]);
    for (name, expected) in [
        ("s3_retire_org_archived", "9050 check_tickets_then_retire"),
        ("s3b_retire_tickets_skipped", "9050 check_tickets_then_retire"),
        ("s3c_retire_memberships_skipped", "9050 relink_org"),
        ("s3d_orphan_users_default_only", "9050 relink_org"),
    ] {
        assert_eq!(advice(&audited(name).0, "orphan_org"), [expected], "{name}");
    }
    // The account of a field is a twin as well.
    let (bench, _) = audited("p11b_custom_field_names_this_account_only");
    assert_eq!(advice(&bench, "orphan_org"), ["9001 relink_org"]);
}

#[test]
fn a_ticket_that_no_membership_mends_is_filed_by_hand() {
    for (name, is_known, is_member) in
        [("s2_ticket_under_second_membership", 1, 1), ("s4_ticket_closed_under_merged_org", 0, 0)]
    {
        let (bench, _) = audited(name);
        assert_eq!(issues(&bench), ["ticket_org_mismatch 1 detect_only file_ticket_by_hand"], "{name}");
        let said = evidence(&bench, "ticket_org_mismatch");
        assert_eq!(said["is_organization_known"], json!(is_known), "{name}: {said}");
        assert_eq!(said["is_requester_member"], json!(is_member), "{name}: {said}");
    }
}

#[test]
fn what_the_settings_switch_off_is_not_evaluated_or_not_prepared() {
    let (bench, told) = audited("g1_no_domain_mapping_by_policy");
    assert_eq!((issues(&bench).len(), told.code), (8, 0));
    assert_eq!(bench.value("select count(*) from latest_issues where disposition = 'prepared'"), "8");

    bench.write("orgdrift.toml", "[repairs]\noff = [\"add_org_domain\"]\n");
    bench.run(&["audit"]).expect(0);
    assert_eq!(
        bench.rows("select distinct disposition, blocked_reason from latest_issues"),
        ["blocked|repair_switched_off"]
    );

    bench.write("orgdrift.toml", "[rules]\noff = [\"org_missing_expected_domain\"]\n");
    // What people chose not to evaluate is named, and is no failure.
    bench.run(&["audit"]).expect(0);
    assert_eq!(issues(&bench), [""; 0]);
    assert_eq!(
        bench.rows(
            "select code, reason from run_coverage where run_id = (select max(run_id) from runs) and is_evaluated = 0"
        ),
        ["org_missing_expected_domain|switched_off"]
    );
    let told = bench.run(&["export", "exceptions", "--output", "triage.csv"]).expect(0);
    assert!(told.err.contains("org_missing_expected_domain"), "{}", told.err);
    let beside = std::fs::read_to_string(bench.path("triage.csv.coverage.txt")).unwrap();
    assert!(beside.contains("org_missing_expected_domain") && beside.contains("switched_off"), "{beside}");
    // Nothing of it counts as mended.
    assert_eq!(bench.rows("select distinct change from issue_changes where run_id = 3"), ["not_comparable"]);

    bench.write("orgdrift.toml", "[rules]\noff = [\"org_missing_expected_domains\"]\n");
    let told = bench.unchanged(&["audit"]).expect(2);
    assert!(told.err.contains("org_missing_expected_domains"), "{}", told.err);
}
