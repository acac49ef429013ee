//! One trace of each noun, as text and as JSON.

use insta::assert_snapshot;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::bench::{Bench, Told};

/// Columns that a terminal has; titles and tables stay within them.
const WIDTH: usize = 100;

fn traced(bench: &Bench, arguments: &[&str]) -> Told {
    let told = bench.unchanged(arguments).expect(0);
    for line in told.out.lines() {
        assert!(line.chars().count() <= WIDTH, "too long: {line}");
        assert_eq!(line.trim_end(), line, "ends in blanks");
    }
    // Names and addresses are data, never talk.
    told.silent_about(&["@", "Jonas", "Keller", "Acme"])
}

fn json(bench: &Bench, arguments: &[&str]) -> Value {
    let told = bench.unchanged(&[arguments, &["--json"]].concat()).expect(0);
    serde_json::from_str(&told.out).unwrap()
}

#[test]
fn a_user() {
    let bench = Bench::with_demo();
    let told = traced(&bench, &["trace", "user", "21700000004187"]);
    assert_snapshot!(told.out, @"");
    assert_snapshot!(told.err, @"");
    let by_address = traced(&bench, &["trace", "user", " Jonas.KELLER@acmelabs-demo.io"]);
    assert_eq!(by_address.out, told.out);
}

#[test]
fn a_ticket() {
    let bench = Bench::with_demo();
    assert_snapshot!(traced(&bench, &["trace", "ticket", "1156"]).out, @"");
    let of = |id: &str| {
        let trace = json(&bench, &["trace", "ticket", id]);
        (trace["place"]["verdict"].as_str().unwrap().to_owned(), trace["place"]["is_outside_window"].clone())
    };
    // Closed in February, filed under another organization; deleted; of an agent; of a personal address.
    assert_eq!(of("1044"), ("other_organization".to_owned(), json!(true)));
    assert_eq!(of("1110"), ("deleted".to_owned(), Value::Null));
    assert_eq!(of("1138"), ("not_eligible".to_owned(), Value::Null));
    assert_eq!(of("1140"), ("not_eligible".to_owned(), Value::Null));
    // An account with several organizations; a domain of two accounts; all is well.
    assert_eq!(of("1174"), ("no_organization".to_owned(), Value::Null));
    assert_eq!(of("1144"), ("domain_ambiguous".to_owned(), Value::Null));
    assert_eq!(of("1158"), ("expected".to_owned(), json!(false)));
}

#[test]
fn an_organization() {
    let bench = Bench::with_demo();
    assert_snapshot!(traced(&bench, &["trace", "org", "21700000001065"]).out, @"");
}

#[test]
fn an_account() {
    let bench = Bench::with_demo();
    let told = traced(&bench, &["trace", "account", "001ACME00200000YDA"]);
    assert_snapshot!(told.out, @"");
    assert_eq!(traced(&bench, &["trace", "account", "001ACME00200000"]).out, told.out);
}

#[test]
fn who_says_nothing_about_a_customer() {
    let bench = Bench::with_demo();
    for (id, obstacles) in [
        ("21700000004011", json!(["role"])),
        ("21700000004286", json!(["inactive"])),
        ("21700000004418", json!(["suspended"])),
        ("21700000004407", json!(["personal_domain"])),
        ("21700000004429", json!(["no_email"])),
        ("21700000004187", json!([])),
    ] {
        let trace = json(&bench, &["trace", "user", id]);
        assert_eq!(trace["eligibility"]["obstacles"], obstacles, "{id}");
        assert_eq!(trace["eligibility"]["is_eligible"], json!(obstacles == json!([])), "{id}");
    }
}

#[test]
fn json_holds_ids_of_zendesk_as_numbers_and_everything_under_stable_names() {
    let bench = Bench::with_demo();
    let trace = json(&bench, &["trace", "user", "21700000004187"]);
    let keys: Vec<&str> = trace.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [
        "accounts",
        "eligibility",
        "hygiene_findings",
        "issues",
        "kind",
        "likely_fix",
        "memberships",
        "place",
        "plan_actions",
        "presence",
        "recent_tickets",
        "remarks",
        "run_id",
        "salesforce_snapshot",
        "user",
        "zendesk_snapshot",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);
    assert_eq!(trace["user"]["user_id"], json!(21_700_000_004_187_i64));
    assert_eq!(trace["user"]["url"], "https://acme-demo.zendesk.com/agent/users/21700000004187");
    assert_eq!(trace["presence"]["state"], "present");
    let account = &trace["accounts"][0];
    assert_eq!(account["account_id"], "001ACME00400000YDA");
    assert_eq!(
        account["run_link"],
        json!({"account_id": "001ACME00400000YDA", "link_state": "duplicate", "organization_id": null, "match_rule": null})
    );
    let rules = account["explanation"]["rules"].as_array().unwrap();
    let of = |name: &str| rules.iter().map(|rule| rule[name].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(of("rule"), ["stored_id", "external_id", "domain"]);
    assert_eq!(of("verdict"), ["silent", "undecided", "overruled"]);
    assert_eq!(rules[1]["organizations"][0]["organization_id"], json!(21_700_000_001_052_i64));
    assert_eq!(trace["issues"][0]["in_run"]["evidence"]["email_domain"], "acmelabs-demo.io");
    assert_eq!(trace["likely_fix"]["code"], "org_duplicate_external_id");
    assert_eq!(trace["likely_fix"]["command"], "explain org_duplicate_external_id");
    let account = json(&bench, &["trace", "account", "001ACME00400000YDA"]);
    assert_eq!(account["triage"]["triage_status"], "blocked");
    let organization = json(&bench, &["trace", "org", "21700000001182"]);
    assert_eq!(organization["hygiene_findings"][0]["code"], "orphan_org");
    assert_eq!(organization["pointers"], json!([]));
}

#[test]
fn rows_of_plans_that_touched_the_record_are_shown() {
    let bench = Bench::with_demo();
    let database = Connection::open(bench.db()).unwrap();
    let user = "user_missing_expected_membership/21700000004231";
    database
        .execute_batch(&format!(
            "insert into _plans values (1, 'h', 1, '2026-11-02T08:00:00Z', '0.1.0', null, '{{}}', '', 2);
             insert into plan_actions (plan_id, position, action_id, issue_key, code, account_id, action,
               status, blocked_reason, depends_on, organization_id, user_id)
             values
               (1, 1, 'a1', '{user}', 'user_missing_expected_membership', '001ACME00500000YDA',
                'assign_user_to_org', 'planned', null, '[]', 21700000001078, 21700000004231),
               (1, 2, null, 'user_domain_ambiguous/21700000004143', 'user_domain_ambiguous',
                '001ACME00300000YDA', null, 'refused', 'user_domain_ambiguous', '[]', null, null);"
        ))
        .unwrap();
    drop(database);
    let row = json!({
        "plan_id": 1, "run_id": 1, "plan_state": "ready", "position": 1, "issue_key": user,
        "action": "assign_user_to_org", "status": "planned", "blocked_reason": null,
        "organization_id": 21_700_000_001_078_i64, "user_id": 21_700_000_004_231_i64, "domain": null,
    });
    for (noun, id) in
        [("user", "21700000004231"), ("account", "001ACME00500000YDA"), ("org", "21700000001078")]
    {
        assert_eq!(json(&bench, &["trace", noun, id])["plan_actions"], json!([row]), "{noun}");
    }
    assert_eq!(json(&bench, &["trace", "user", "21700000004187"])["plan_actions"], json!([]));
    let refused = traced(&bench, &["trace", "user", "21700000004143"]).out;
    let section = refused.split("\nplan actions\n").nth(1).unwrap().split("\n\n").next().unwrap();
    assert_snapshot!(section, @"");
}
