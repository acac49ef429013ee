//! A whole receipt beside the sandbox's ledger, line by line: what is called checked live has its request, in the order in
//! which it was evaluated, and there is no request that no row accounts for.

use std::collections::BTreeSet;

use orgdrift::sandbox::Entry;
use serde_json::{Value, json};

use crate::common::NOW;
use crate::soak::company::{LEGACY, large};
use crate::soak::round::{Round, told};

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value:#}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The record that a repair writes, as a look at it begins.
fn written(row: &Value) -> Vec<String> {
    match text(row, "action") {
        "set_org_external_id" | "add_org_domain" => {
            vec![format!("/api/v2/organizations/{}", text(row, "organization_id"))]
        }
        _ => {
            let user = format!("/api/v2/users/{}", text(row, "user_id"));
            vec![user.clone(), format!("{user}/organization_memberships")]
        }
    }
}

/// What a check is evaluated on, whatever the receipt says: its call and the requests that it takes.
fn wanted(row: &Value, planned: &Value, check: &str) -> (&'static str, Vec<String>) {
    let organization = || vec![format!("/api/v2/organizations/{}", text(row, "organization_id"))];
    let user = |rest: &str| vec![format!("/api/v2/users/{}{rest}", text(row, "user_id"))];
    let precondition = || {
        let is_it = |one: &&Value| text(one, "check") == check;
        list(&planned["preconditions"]).iter().find(is_it).unwrap_or_else(|| panic!("{check} is not planned"))
    };
    match check {
        "organization_exists"
        | "external_id_is_blank"
        | "external_id_is_expected"
        | "name_is_expected"
        | "domain_names_are_expected"
        | "domain_is_absent"
        | "organization_shares_nothing"
        | "account_fields_are_expected" => ("organization", organization()),
        "external_id_is_unused" => {
            let search = "/api/v2/organizations/search";
            let ids = list(&precondition()["external_ids"]).iter();
            let ids = ids.map(|id| format!("{search}?external_id={}", id.as_str().unwrap()));
            ("organizations_by_external_id", ids.collect())
        }
        "is_not_a_member" | "memberships_are_expected" | "membership_exists" => {
            ("memberships_of_user", user("/organization_memberships"))
        }
        "address_is_verified" => ("identities_of_user", user("/identities")),
        "several_organizations_are_allowed" => {
            ("account_settings", vec!["/api/v2/account/settings".to_owned()])
        }
        "keys_of_organizations_are_expected" => {
            let ids = list(&precondition()["organizations"]).iter();
            let ids = ids.map(|one| format!("/api/v2/organizations/{}", text(one, "organization_id")));
            ("organizations_of_user", ids.collect())
        }
        "user_is_end_user"
        | "user_is_active"
        | "user_is_not_suspended"
        | "user_is_not_shared"
        | "email_domain_is"
        | "email_domain_is_expected"
        | "ticket_restriction_is_expected"
        | "default_is_expected" => ("user", user("")),
        other => panic!("{other} has no request"),
    }
}

/// Goes through the ledger as a receipt says that it must be.
struct Walk<'l> {
    ledger: &'l [Entry],
    at: usize,
    /// Checks that were held against a reply.
    held: usize,
    /// Checks whose reply was an earlier one.
    held_on_kept: usize,
}

impl Walk<'_> {
    #[track_caller]
    fn next(&mut self, method: &str, path: &str, why: &str) -> &Entry {
        let entry = &self.ledger[self.at];
        // Pages are a matter of the client.
        let found = entry.path.replace("?page%5Bsize%5D=100", "");
        assert_eq!(
            (entry.method.as_str(), found.as_str()),
            (method, path),
            "request {}: {why}",
            entry.number
        );
        self.at += 1;
        entry
    }

    fn reads(&mut self, paths: &[String], why: &str) {
        for path in paths {
            assert_eq!(self.next("GET", path, why).status, 200, "{why}");
        }
    }

    /// One row of the receipt.
    fn row(&mut self, row: &Value, planned: &Value) {
        let why = format!("row {} {} {}", row["position"], row["outcome"], row["reason"]);
        let evaluated = list(&row["evaluated"]);
        let live: BTreeSet<&str> =
            list(&row["checked_live"]).iter().map(|one| one.as_str().unwrap()).collect();
        assert_eq!(live, evaluated.iter().map(|one| text(one, "check")).collect(), "{why}");
        if row["reason"] == "dependency_not_applied" || row["outcome"] == "not_attempted" {
            assert_eq!(live, BTreeSet::new(), "{why}: nothing was looked at");
            return;
        }
        let begin = self.at;
        self.reads(&written(row), &why);
        let mut asked: BTreeSet<String> = written(row).into_iter().collect();
        let mut used = BTreeSet::new();
        for one in evaluated {
            let (call, paths) = wanted(row, planned, text(one, "check"));
            assert_eq!(text(one, "call"), call, "{why}");
            let kept: BTreeSet<&str> =
                list(&one["kept_replies"]).iter().map(|reply| text(reply, "path")).collect();
            for path in paths {
                if kept.contains(path.as_str()) {
                    // It was read for an earlier row, and not since.
                    let is_it =
                        |entry: &Entry| entry.method == "GET" && entry.path == path && entry.status == 200;
                    assert!(self.ledger[..begin].iter().any(is_it), "{why}: {path} was never read");
                    self.held_on_kept += 1;
                } else if asked.insert(path.clone()) {
                    self.reads(std::slice::from_ref(&path), &why);
                }
                used.insert(path);
            }
            for reply in list(&one["kept_replies"]) {
                assert_eq!(text(reply, "read_at"), NOW, "{why}");
            }
            self.held += 1;
        }
        if row["outcome"] == "applied" {
            let unused: Vec<&String> = asked.difference(&used).collect();
            assert_eq!(unused, Vec::<&String>::new(), "{why}: asked for, and nothing was checked on it");
        }
        for (at, request) in list(&row["requests"]).iter().enumerate() {
            let is_last = at + 1 == list(&row["requests"]).len();
            let entry = self.next(text(request, "method"), text(request, "path"), &why);
            if is_last {
                assert_eq!(row["http_status"], json!(entry.status), "{why}");
                assert_eq!(row["request_id"], json!(format!("{:016x}-SBX", entry.number)), "{why}");
            }
            // It is looked at again, and is as it should be.
            self.reads(&written(row), &why);
        }
    }
}

/// The receipt of plan 1 and the ledger, compared; returns how many checks were held against a reply.
fn compare(round: &Round) -> (Value, usize, usize) {
    let told = round.run(&["receipt", "show", "1", "--json"]).expect(0);
    let receipt: Value = serde_json::from_str(&told.out).unwrap();
    let ledger = round.sandbox.ledger();
    let mut walk = Walk { ledger: &ledger, at: 0, held: 0, held_on_kept: 0 };
    walk.next("GET", "/api/v2/users/me", "who is logged in");
    let rows = list(&receipt["actions"]);
    for (row, planned) in rows.iter().zip(round.company.actions()) {
        assert_eq!(row["action_id"], planned["action_id"]);
        walk.row(row, planned);
    }
    // Rows without a repair are looked at by nobody.
    for row in &rows[round.company.actions().len()..] {
        assert_eq!((&row["outcome"], &row["checked_live"]), (&json!("blocked"), &Value::Null));
    }
    assert_eq!(walk.at, ledger.len(), "requests that no row accounts for: {:?}", &ledger[walk.at..]);
    (receipt, walk.held, walk.held_on_kept)
}

fn outcomes(receipt: &Value) -> BTreeSet<(String, String)> {
    let rows = list(&receipt["actions"]).iter().filter(|row| !row["action"].is_null());
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    rows.map(|row| (word(&row["action"]), word(&row["outcome"]))).collect()
}

/// Things that happen after the audit, so that every kind of repair ends in more than one way.
fn disturb(round: &Round) {
    round.sandbox.sandbox.change(|world| {
        let organization = |id: i64| 21_000_000_000 + id;
        let user = |account: i64, at: i64| 22_000_000_000 + account * 10 + at;
        let mut edit = |id: i64, key: &str, value: Value| {
            let mut record = world.organization(id).unwrap();
            record[key] = value;
            world.put_organization(&record.to_string()).unwrap();
        };
        // Its key is there already; another one's is somebody else's, and what waits for it is not looked at.
        edit(organization(1), "external_id", "001Ab0000000001IAA".into());
        edit(organization(2), "external_id", "C-4711".into());
        // A domain of two is there already; another list was edited.
        edit(organization(3), "domain_names", json!(["s3-demo.com", "s3-more-demo.com"]));
        edit(organization(4), "domain_names", json!(["s4-demo.com", "other-demo.com"]));
        for (id, key, value) in [
            (user(0, 0), "suspended", json!(true)),
            (user(0, 2), "role", json!("agent")),
            (user(5, 0), "email", json!("a@elsewhere-demo.com")),
        ] {
            let mut record = world.user(id).unwrap();
            record[key] = value;
            world.put_user(&record.to_string()).unwrap();
        }
        // Somebody was faster.
        let member = |id: i64, user: i64, organization: i64, is_default: bool| {
            json!({"id": id, "user_id": user, "organization_id": organization, "default": is_default})
        };
        world.put_membership(&member(77, user(1, 0), organization(1), true).to_string()).unwrap();
        world.put_membership(&member(user(5, 2), user(5, 2), LEGACY, false).to_string()).unwrap();
        world.put_membership(&member(user(5, 3), user(5, 2), organization(5), true).to_string()).unwrap();
        let mut moved = world.user(user(5, 2)).unwrap();
        moved["organization_id"] = organization(5).into();
        world.put_user(&moved.to_string()).unwrap();
    });
}

#[test]
fn every_line_of_a_receipt_has_its_requests_and_every_request_its_line() {
    let round = Round::new(large());
    round.finish().expect(0);
    let (receipt, held, held_on_kept) = compare(&round);
    assert_eq!(receipt["mode"], "live");
    assert!(held > 200 && held_on_kept > 20, "{held}, {held_on_kept}");
    let of = |action: &str, outcome: &str| (action.to_owned(), outcome.to_owned());
    assert!(outcomes(&receipt).contains(&of("assign_user_to_org", "already_in_place")), "{receipt:#}");
}

#[test]
fn every_line_has_its_requests_where_much_changed_after_the_audit() {
    let round = Round::new(large());
    disturb(&round);
    let told = round.finish();
    assert!(matches!(told.code, 0 | 7), "{}", told.err);
    let (receipt, held, _) = compare(&round);
    assert!(held > 80, "{held}");
    let found = outcomes(&receipt);
    for action in ["set_org_external_id", "add_org_domain", "assign_user_to_org", "move_user_to_org"] {
        for outcome in ["applied", "already_in_place", "skipped_stale"] {
            // The repair before it expects the list of domains too, and is stale where one is there already.
            if (action, outcome) == ("add_org_domain", "already_in_place") {
                continue;
            }
            assert!(
                found.contains(&(action.to_owned(), outcome.to_owned())),
                "{action} {outcome}: {found:?}"
            );
        }
    }
}

#[test]
fn every_line_of_a_dry_run_has_its_requests() {
    let round = Round::new(large());
    disturb(&round);
    let mut command = round.command(&["apply", "1", "--max-actions", "40", "--max-per-account", "9"]);
    told(command.output().unwrap()).expect(0);
    let (receipt, held, held_on_kept) = compare(&round);
    assert_eq!(receipt["mode"], "dry_run");
    assert!(held > 90 && held_on_kept > 3, "{held}, {held_on_kept}");
    assert!(round.sandbox.ledger().iter().all(|entry| entry.method == "GET"));
}
