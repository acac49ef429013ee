//! What an apply asks right before it writes: one thing changes after the audit, and the repair is left alone.

use std::fs;

use orgdrift::sandbox::{Options, World};
use serde_json::{Value, json};

use super::Rehearsal;
use crate::common::bench::Bench;
use crate::common::clock;
use crate::common::sandbox::TestSandbox;

/// A change of the account that the snapshot does not know.
enum Change {
    User(i64, &'static str, Value),
    Organization(i64, &'static str, Value),
    Identities(i64, Value),
    Member(i64, i64),
}

use Change::{Identities, Member, Organization, User};

/// A user whom the plan assigns, one whom it moves, the organization that gets a domain, and the one that gets a key.
const ASSIGNED: i64 = 21_700_000_004_231;
const MOVED: i64 = 21_700_000_004_121;
const RETAIL: i64 = 21_700_000_001_078;
const HEALTHCARE: i64 = 21_700_000_001_013;
/// Somebody else's.
const STUDIOS: i64 = 21_700_000_001_091;

fn identity(user: i64, address: &str, is_verified: bool) -> Value {
    json!({"id": 5, "user_id": user, "type": "email", "value": address, "verified": is_verified, "primary": true})
}

fn made(it: &Rehearsal, change: &Change) {
    it.sandbox.sandbox.change(|world| match change {
        User(id, key, value) => {
            let mut user = world.user(*id).unwrap();
            user[*key] = value.clone();
            world.put_user(&user.to_string()).unwrap();
        }
        Organization(id, key, value) => {
            let mut organization = world.organization(*id).unwrap();
            organization[*key] = value.clone();
            world.put_organization(&organization.to_string()).unwrap();
        }
        Identities(user, list) => world.put_identities(*user, list.as_array().unwrap().clone()),
        Member(user, organization) => {
            let membership =
                json!({"id": 77, "user_id": user, "organization_id": organization, "default": false});
            world.put_membership(&membership.to_string()).unwrap();
        }
    });
}

#[test]
fn whatever_the_audit_would_refuse_for_is_asked_again() {
    let it = Rehearsal::demo();
    let assigned = it.value(&format!("select email from latest_zendesk_users where user_id = {ASSIGNED}"));
    let default = it
        .value(&format!("select default_organization_id from latest_zendesk_users where user_id = {MOVED}"));
    let default: i64 = default.parse().unwrap();
    for (position, change, check) in [
        (1, Organization(HEALTHCARE, "name", "Another".into()), "name_is_expected"),
        (
            1,
            Organization(HEALTHCARE, "organization_fields", json!({"account": "001ACME00200000YDA"})),
            "account_fields_are_expected",
        ),
        (2, User(MOVED, "role", "agent".into()), "user_is_end_user"),
        (2, User(MOVED, "active", false.into()), "user_is_active"),
        (2, User(MOVED, "suspended", true.into()), "user_is_not_suspended"),
        (2, User(MOVED, "shared", true.into()), "user_is_not_shared"),
        (2, User(MOVED, "email", "s@elsewhere-demo.com".into()), "email_domain_is"),
        (
            2,
            Organization(default, "external_id", "001ACME00200000YDA".into()),
            "keys_of_organizations_are_expected",
        ),
        (4, Organization(RETAIL, "shared_tickets", true.into()), "organization_shares_nothing"),
        (4, Organization(RETAIL, "shared_comments", true.into()), "organization_shares_nothing"),
        (4, Organization(RETAIL, "external_id", "C-4711".into()), "external_id_is_expected"),
        (5, User(ASSIGNED, "role", "admin".into()), "user_is_end_user"),
        (5, User(ASSIGNED, "suspended", true.into()), "user_is_not_suspended"),
        (5, User(ASSIGNED, "shared", true.into()), "user_is_not_shared"),
        (5, User(ASSIGNED, "ticket_restriction", "organization".into()), "ticket_restriction_is_expected"),
        (5, User(ASSIGNED, "email", "a@elsewhere-demo.com".into()), "email_domain_is_expected"),
        (5, Identities(ASSIGNED, json!([identity(ASSIGNED, &assigned, false)])), "address_is_verified"),
        // Another address of the user is verified, this one is not.
        (
            5,
            Identities(
                ASSIGNED,
                json!([
                    identity(ASSIGNED, &assigned, false),
                    identity(ASSIGNED, "b@elsewhere-demo.com", true)
                ]),
            ),
            "address_is_verified",
        ),
        (5, Member(ASSIGNED, STUDIOS), "memberships_are_expected"),
    ] {
        let it = Rehearsal::demo();
        made(&it, &change);
        it.apply().expect(0);
        let row = it.rows(&format!(
            "select outcome, reason from receipts where mode = 'live' and position = {position}"
        ));
        assert_eq!(row, [format!("skipped_stale|{check}")], "{check}");
        let written = match position {
            1 => format!("/organizations/{HEALTHCARE}"),
            2 => format!("/users/{MOVED}/"),
            4 => format!("/organizations/{RETAIL}"),
            _ => "/organization_memberships".to_owned(),
        };
        let ledger = it.sandbox.ledger();
        let wrote = ledger.iter().filter(|entry| entry.method == if position == 5 { "POST" } else { "PUT" });
        assert!(
            wrote.clone().all(|entry| !entry.path.contains(&written)),
            "{check}: it was written all the same"
        );
    }
}

#[test]
fn what_is_called_checked_live_was_asked_for() {
    let it = Rehearsal::demo();
    it.apply().expect(0);
    let receipt = it.receipt();
    let ledger = it.sandbox.ledger();
    let asked = |path: &str| ledger.iter().any(|entry| entry.method == "GET" && entry.path.contains(path));
    let mut seen = 0;
    for row in receipt["actions"].as_array().unwrap() {
        for check in row["checked_live"].as_array().into_iter().flatten() {
            seen += 1;
            let user = || format!("/users/{}", row["user_id"].as_str().unwrap());
            let path = match check.as_str().unwrap() {
                "external_id_is_unused" => "/organizations/search".to_owned(),
                "several_organizations_are_allowed" => "/account/settings".to_owned(),
                "address_is_verified" => user() + "/identities",
                "is_not_a_member" | "memberships_are_expected" | "membership_exists" => {
                    user() + "/organization_memberships"
                }
                "ticket_restriction_is_expected" | "default_is_expected" => user(),
                check if check.starts_with("user_is_") || check.starts_with("email_domain_is") => user(),
                _ => format!("/organizations/{}", row["organization_id"].as_str().unwrap()),
            };
            assert!(asked(&path), "{check} was never asked for");
        }
    }
    assert!(seen > 30, "{receipt:#}");
}

/// A case of a folder, audited and planned as it was, applied on the account as it is by then.
fn applied(name: &str, edit: impl Fn(&Bench)) -> (Bench, TestSandbox) {
    let bench = Bench::empty();
    bench.copy(&format!("fixtures/cases/zendesk/{name}"), ".");
    edit(&bench);
    // A rehearsal: the records are those of a sandbox.
    for folder in ["zd", "zd_live"] {
        let manifest = json!({"subdomain": "t.sandbox", "account_id": 7, "taken_at": "2026-11-02T06:00:00Z"});
        fs::write(bench.path(&format!("{folder}/manifest.json")), manifest.to_string()).unwrap();
    }
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "zd"]).expect(0);
    bench.run(&["audit"]).expect(0);
    bench.run(&["plan"]).expect(0);
    let world = World::from_folder(&bench.path("zd_live")).unwrap();
    let sandbox = TestSandbox::start(world, Options::default(), clock());
    let hash = bench.value("select plan_hash from plans");
    bench.run_live(&sandbox, &["apply", "1", "--apply", "--confirm-plan-hash", &hash]).expect(0);
    (bench, sandbox)
}

/// What became of the repairs.
fn outcomes(bench: &Bench) -> Vec<String> {
    bench.rows(
        "select outcome, reason from receipts where mode = 'live' and action is not null order by position",
    )
}

#[test]
fn users_and_organizations_that_changed_after_the_audit_are_left_alone() {
    for (name, check) in [
        ("l1_assign_role_agent", "user_is_end_user"),
        ("l2_assign_suspended", "user_is_not_suspended"),
        ("l2b_assign_shared", "user_is_not_shared"),
        ("l3b_move_role_agent", "user_is_end_user"),
        ("l3c_move_inactive", "user_is_active"),
        ("l5_add_domain_org_now_shares", "organization_shares_nothing"),
    ] {
        let (bench, sandbox) = applied(name, |_| {});
        let mut found = outcomes(&bench);
        found.dedup();
        assert_eq!(found, [format!("skipped_stale|{check}")], "{name}");
        assert!(sandbox.ledger().iter().all(|entry| entry.method == "GET"), "{name}");
    }
}

/// One text of a file in place of another.
type Edit = (&'static str, &'static str, &'static str);

/// The case that it begins with, what is otherwise before and after the audit, and what becomes of the repairs.
type Case = (&'static str, &'static [Edit], &'static [Edit], &'static [&'static str]);

/// More of the same kind.
const MORE: [Case; 12] = [
    // The other organization of the user is another customer's by now.
    (
        "l1_assign_role_agent",
        &[],
        &[("organizations.ndjson", r#""external_id": null"#, r#""external_id": "001Qx0000000009IAA""#)],
        &["skipped_stale|keys_of_organizations_are_expected"],
    ),
    (
        "l1_assign_role_agent",
        &[],
        &[("users.ndjson", r#""verified": true"#, r#""verified": false"#)],
        &["skipped_stale|address_is_verified"],
    ),
    (
        "l1_assign_role_agent",
        &[],
        &[(
            "users.ndjson",
            r#""ticket_restriction": "requested""#,
            r#""ticket_restriction": "organization""#,
        )],
        &["skipped_stale|ticket_restriction_is_expected"],
    ),
    // One organization for each user, from one day to the next.
    (
        "l1_assign_role_agent",
        &[],
        &[("account_settings.json", "true", "false")],
        &["skipped_stale|several_organizations_are_allowed"],
    ),
    // The organization of the repair went to another account.
    (
        "l1_assign_role_agent",
        &[],
        &[(
            "organizations.ndjson",
            r#""external_id": "001Qx0000000001IAA""#,
            r#""external_id": "001Qx0000000002IAA""#,
        )],
        &["skipped_stale|external_id_is_expected"],
    ),
    // The membership that was to become the default one is gone, or another one is in its place.
    (
        "l3c_move_inactive",
        &[],
        &[("organization_memberships.ndjson", r#""organization_id": 9001"#, r#""organization_id": 9002"#)],
        &["skipped_stale|membership_exists"],
    ),
    (
        "l3c_move_inactive",
        &[],
        &[("organization_memberships.ndjson", r#""id": 702"#, r#""id": 799"#)],
        &["skipped_stale|membership_exists"],
    ),
    // Another organization is the default one by now.
    (
        "l3c_move_inactive",
        &[],
        &[
            ("users.ndjson", r#""organization_id": 9009"#, r#""organization_id": 9002"#),
            ("organization_memberships.ndjson", r#""organization_id": 9009"#, r#""organization_id": 9002"#),
        ],
        &["skipped_stale|default_is_expected"],
    ),
    // Somebody made the move.
    (
        "l3c_move_inactive",
        &[],
        &[
            ("users.ndjson", r#""organization_id": 9009"#, r#""organization_id": 9001"#),
            (
                "organization_memberships.ndjson",
                r#""organization_id": 9009, "default": true"#,
                r#""organization_id": 9009, "default": false"#,
            ),
            (
                "organization_memberships.ndjson",
                r#""organization_id": 9001, "default": false"#,
                r#""organization_id": 9001, "default": true"#,
            ),
        ],
        &["already_in_place|~"],
    ),
    // Somebody edited the list that the new domain would be added to.
    (
        "l5_add_domain_org_now_shares",
        &[],
        &[(
            "organizations.ndjson",
            r#""domain_names": ["harbor-mills.com"]"#,
            r#""domain_names": ["harbor-mills.com", "harbor.example.org"]"#,
        )],
        &["skipped_stale|domain_names_are_expected", "applied|~"],
    ),
    // The key that is to be written is on another organization by now, in its shorter form.
    (
        "l5_add_domain_org_now_shares",
        &[("organizations.ndjson", r#""external_id": "001Qx0000000001IAA""#, r#""external_id": null"#)],
        &[(
            "organizations.ndjson",
            r#""name": "Elsewhere", "shared_tickets": false, "shared_comments": false, "external_id": null"#,
            r#""name": "Elsewhere", "shared_tickets": false, "shared_comments": false, "external_id": "001Qx0000000001""#,
        )],
        &[
            "skipped_stale|external_id_is_unused",
            "skipped_stale|dependency_not_applied",
            "skipped_stale|dependency_not_applied",
        ],
    ),
    // The organization is gone.
    (
        "l5_add_domain_org_now_shares",
        &[],
        &[("organizations.ndjson", r#""id": 9001,"#, r#""id": 9003,"#)],
        &["skipped_stale|organization_exists", "skipped_stale|organization_exists"],
    ),
];

fn edit(bench: &Bench, folder: &str, edits: &[Edit]) {
    for (file, from, to) in edits {
        let path = bench.path(&format!("{folder}/{file}"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(&path, text.replace(from, to)).unwrap();
    }
}

#[test]
fn whatever_else_changed_after_the_audit_is_found_before_anything_is_sent() {
    for (name, before, after, expected) in MORE {
        let (bench, sandbox) = applied(name, |bench| {
            edit(bench, "zd", before);
            for file in fs::read_dir(bench.path("zd")).unwrap() {
                let file = file.unwrap();
                fs::copy(file.path(), bench.path("zd_live").join(file.file_name())).unwrap();
            }
            edit(bench, "zd_live", after);
        });
        assert_eq!(outcomes(&bench), *expected, "{name} {after:?}");
        let ledger = sandbox.ledger();
        let writes = ledger.iter().filter(|entry| entry.method != "GET").count();
        let applied = expected.iter().filter(|outcome| outcome.starts_with("applied")).count();
        assert_eq!(writes, applied, "{name} {after:?}");
    }
}
