//! Rows of an account file that cannot be used: said, accepted or refused, and nothing concluded from them.

use std::fs;

use crate::common::bench::Bench;

const HEAD: &str = "Id,Name,Website,Zendesk_Org_Id__c,IsDeleted\n";

/// The id of an account: digits alone, so the suffix is AAA.
fn id(n: usize) -> String {
    format!("001{n:012}AAA")
}

fn row(n: usize) -> String {
    format!("{},Account {n},a{n}-demo.com,{},false\n", id(n), 1000 + n)
}

/// Sixty sound rows, some of them replaced.
fn file(replaced: &[(usize, String)]) -> String {
    let row = |n| replaced.iter().find(|(at, _)| *at == n).map_or_else(|| row(n), |(_, row)| row.clone());
    HEAD.to_owned() + &(1..=60).map(row).collect::<String>()
}

/// Five rejected rows: three accounts are unread, and one row is anybody's.
fn five() -> String {
    let cut = |n: usize| format!("{},Account {n}\n", id(n));
    file(&[
        (3, row(3).replace("false", "perhaps")),
        (4, cut(4)),
        (5, row(5) + &row(5).replace("Account 5", "Account five")),
        (9, row(9).replacen("001", "003", 1)),
    ])
}

/// Everybody has an organization and a member, but for what the first audit finds: organization 1003 lacks its
/// key, user 4 is nowhere, and organization 1005 is not there.
fn zendesk(bench: &Bench) {
    let mut organizations = String::new();
    let mut users = String::new();
    let mut memberships = String::new();
    for n in 1..=60 {
        let o = 1000 + n;
        let key = if n == 3 { "null".to_owned() } else { format!("\"{}\"", id(n)) };
        if n != 5 {
            organizations += &format!(
                "{{\"id\":{o},\"name\":\"Account {n}\",\"external_id\":{key},\"domain_names\":[\"a{n}-demo.com\"],\
                 \"shared_tickets\":false,\"shared_comments\":false,\"organization_fields\":{{}},\
                 \"created_at\":\"2026-01-01T00:00:00Z\",\"updated_at\":\"2026-01-01T00:00:00Z\"}}\n"
            );
        }
        let place = if n == 4 || n == 5 { "null".to_owned() } else { o.to_string() };
        users += &format!(
            "{{\"id\":{n},\"name\":\"U {n}\",\"email\":\"u@a{n}-demo.com\",\"role\":\"end-user\",\"verified\":true,\
             \"active\":true,\"suspended\":false,\"shared\":false,\"ticket_restriction\":\"requested\",\
             \"organization_id\":{place},\"created_at\":\"2026-01-01T00:00:00Z\",\
             \"updated_at\":\"2026-01-01T00:00:00Z\"}}\n"
        );
        if n != 4 && n != 5 {
            memberships += &format!(
                "{{\"id\":{},\"user_id\":{n},\"organization_id\":{o},\"default\":true,\
                 \"created_at\":\"2026-01-01T00:00:00Z\",\"updated_at\":\"2026-01-01T00:00:00Z\"}}\n",
                5000 + n
            );
        }
    }
    bench.write("zendesk/organizations.ndjson", organizations);
    bench.write("zendesk/users.ndjson", users);
    bench.write("zendesk/organization_memberships.ndjson", memberships);
    bench.write("zendesk/tickets.ndjson", "");
    bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
}

const FOUND: [&str; 3] =
    ["account_missing_zendesk_org", "org_missing_external_id", "user_missing_expected_membership"];

/// A warehouse with one audit of the sound file.
fn audited() -> Bench {
    let bench = Bench::empty();
    bench.write("accounts.csv", file(&[]));
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", "2026-11-01"]).expect(0);
    zendesk(&bench);
    bench.run(&["audit"]).expect(0);
    assert_eq!(bench.rows("select distinct code from issues where run_id = 1 order by code"), FOUND);
    bench
}

/// Takes the file with the five rows as complete.
fn accepted() -> Bench {
    let bench = audited();
    bench.write("accounts.csv", five());
    bench.run(&["ingest", "salesforce", "accounts.csv", "--accept-rejections", "5"]).expect(0);
    bench.run(&["audit"]).expect(0);
    bench
}

#[test]
fn rows_that_nobody_accepted_make_the_file_partial() {
    let bench = audited();
    bench.write("accounts.csv", five());
    let told = bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(6).silent_about(&["Account 3"]);
    for line in [
        "61 records read: 56 accounts, 5 rejected",
        "5 rejected: 2 differing_rows, 1 malformed_is_deleted, 1 not_an_account_id, 1 wrong_cell_count",
        "  line 4, column IsDeleted: malformed_is_deleted (001000000000003AAA)",
        "accounts: if these rows may stay unread, ingest the file again with --accept-rejections 5",
        "accounts: partial (rows_rejected), 56 rows, 5 unread",
    ] {
        assert!(told.err.contains(line), "{line} is not in\n{}", told.err);
    }
    assert_eq!(bench.value("select count(*) from latest_salesforce_accounts"), "60", "versions stay open");
    bench.run(&["audit"]).expect(6);
    // Too few are accepted: nothing changes.
    let before = bench.dump();
    bench.run(&["ingest", "salesforce", "accounts.csv", "--accept-rejections", "4"]).expect(6);
    bench.dump().assert_same(&before);
}

#[test]
fn accepting_replaces_the_partial_snapshot() {
    let bench = audited();
    bench.write("accounts.csv", five());
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", "2026-11-02"]).expect(6);
    let told = bench.run(&["ingest", "salesforce", "accounts.csv", "--accept-rejections", "7"]).expect(0);
    assert!(told.err.contains("snapshot 3, which was partial and is replaced"), "{}", told.err);
    assert_eq!(
        bench.rows("select taken_at, state from snapshots where source = 'salesforce' order by snapshot_id"),
        ["2026-11-01T00:00:00Z|complete", "2026-11-02T00:00:00Z|complete"]
    );
    assert_eq!(
        bench.rows(
            "select outcome, reason, row_count, unread_count from snapshot_collections
             where collection = 'accounts' order by snapshot_id"
        ),
        ["complete|~|60|0", "complete|~|56|5"]
    );
    assert_eq!(bench.value("select count(*) from ingest_rejections"), "5");
    assert_eq!(
        bench.rows("select line, reason, account_id from ingest_rejections order by line, reason"),
        [
            "4|malformed_is_deleted|001000000000003AAA",
            "5|wrong_cell_count|001000000000004AAA",
            "6|differing_rows|001000000000005AAA",
            "7|differing_rows|001000000000005AAA",
            "11|not_an_account_id|~"
        ]
    );
    // Once accepted, the same bytes are no new decision.
    let before = bench.dump();
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.dump().assert_same(&before);
    // A snapshot that an audit was made from is history.
    let bench = audited();
    bench.write("accounts.csv", five());
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(6);
    bench.run(&["audit"]).expect(6);
    bench.run(&["ingest", "salesforce", "accounts.csv", "--accept-rejections", "5"]).expect(0);
    assert_eq!(bench.value("select count(*) from snapshots where source = 'salesforce'"), "3");
    bench.run(&["audit"]).expect(0);
}

#[test]
fn a_setting_of_the_folder_accepts_rows() {
    let bench = audited();
    bench.write("accounts.csv", five());
    bench.write("orgdrift.toml", "[salesforce]\naccept_rejections = 5\n");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["ingest", "salesforce", "accounts.csv", "--accept-rejections", "4"]).expect(0);
    assert_eq!(bench.value("select count(*) from snapshots where source = 'salesforce'"), "2");
}

#[test]
fn an_unread_account_has_a_link_and_no_issue() {
    let bench = accepted();
    let links = |state: &str| {
        bench.rows(&format!(
            "select account_id from account_links where run_id = 2 and link_state = '{state}' and organization_id is null
             order by 1"
        ))
    };
    assert_eq!(links("unread"), [id(3), id(4), id(5)]);
    assert_eq!(
        bench.value("select count(*) from issues where run_id = 2 and account_id in (select account_id from account_links where run_id = 2 and link_state = 'unread')"),
        "0"
    );
    // What was found of them before is neither there nor gone.
    assert_eq!(
        bench.rows(
            "select change, count(*) from issue_changes where run_id = 2 group by change order by change"
        ),
        ["not_comparable|3"]
    );
    let told = bench.run(&["diff", "1", "2"]).expect(0);
    assert!(told.out.contains("the row of the account could not be used in run 2"), "{}", told.out);
    assert_eq!(
        bench.rows("select is_open, reopened_count from issue_history where first_run_id = 1"),
        ["0|0", "0|0", "0|0"]
    );
    // Any organization may belong to the row without an id.
    assert_eq!(
        bench.rows("select is_evaluated, reason from run_coverage where run_id = 2 and code = 'orphan_org'"),
        ["0|rows_unread"]
    );
    let told = bench.run(&["audit"]).expect(0);
    assert!(told.out.contains("5 rows unread"), "{}", told.out);
    let told = bench.run(&["export", "issues"]).expect(0);
    assert!(
        told.err.contains(
            "run 2: 5 rows of the account file could not be used; 3 unread accounts without an issue"
        ),
        "{}",
        told.err
    );
    let told = bench.run(&["trace", "account", &id(3)]).expect(0);
    assert!(told.out.contains("could not be used (line 4, malformed_is_deleted)"), "{}", told.out);
    // The sound file again: they are there as before, and were never gone.
    bench.write("accounts.csv", file(&[]));
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(bench.rows("select distinct code from issues where run_id = 3 order by code"), FOUND);
    assert_eq!(bench.value("select max(reopened_count) from issue_history"), "0");
}

#[test]
fn what_an_unread_row_claims_still_counts() {
    // Account 7 says that it has the domain and the organization of account 8, in a row that cannot be used.
    let claims = format!("{},Account 7,a8-demo.com,1008,perhaps\n", id(7));
    for (what, row) in [
        ("with an id", claims.clone()),
        ("without one", claims.replacen("001", "003", 1)),
        ("with a longer row", claims.replace("Account 7", "Account 7, Inc").replace("perhaps", "false")),
    ] {
        let bench = audited();
        bench.write("accounts.csv", file(&[(7, row)]));
        bench.run(&["ingest", "salesforce", "accounts.csv", "--accept-rejections", "1"]).expect(0);
        bench.run(&["audit"]).expect(0);
        let owners = "select w.owner_count from _link_domain_owner as w
             cross join _domains as d where d.domain_id = w.domain_id and d.domain = 'a8-demo.com'";
        assert_eq!(bench.value(owners), "2", "{what}");
        assert_eq!(
            bench.value(
                "select count(*) from _link_claim where organization_id = 1008 and match_rule = 'stored_id'"
            ),
            "2",
            "{what}"
        );
        // No absence closes anything where a row may be anybody's.
        assert_eq!(bench.value("select count(*) from latest_salesforce_accounts"), "60", "{what}");
    }
    // Of a row that ends behind its id, the earlier one counts.
    let bench = audited();
    bench.write("accounts.csv", file(&[(8, format!("{}\n", id(8)))]));
    bench.run(&["ingest", "salesforce", "accounts.csv", "--accept-rejections", "1"]).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(
        bench.value(&format!(
            "select link_state from account_links where run_id = 2 and account_id = '{}'",
            id(8)
        )),
        "unread"
    );
    assert_eq!(bench.value("select count(*) from _link_claim where organization_id = 1008"), "2");
    assert_eq!(bench.value("select count(*) from issues where run_id = 2 and code = 'orphan_org'"), "0");
}

#[test]
fn accounts_that_left_the_file_are_closed_though_others_are_unread() {
    let bench = audited();
    let text = file(&[(8, format!("{}\n", id(8))), (60, String::new())]);
    bench.write("accounts.csv", text);
    bench.run(&["ingest", "salesforce", "accounts.csv", "--accept-rejections", "1"]).expect(0);
    assert_eq!(bench.value("select count(*) from latest_salesforce_accounts"), "59");
}

#[test]
fn a_refused_file_leaves_nothing_and_lists_its_rows() {
    let bench = audited();
    let broken: Vec<_> = (1..=12).map(|n| (n, row(n).replace("false", "perhaps"))).collect();
    bench.write("accounts.csv", file(&broken));
    let told = bench.unchanged(&["ingest", "salesforce", "accounts.csv", "--rejections", "rejected.csv"]);
    assert_eq!(told.code, 1);
    let lines: Vec<_> = told.err.lines().collect();
    assert_eq!(
        lines[0],
        "error: accounts.csv: 12 of 60 rows cannot be used, more than 10 %: 12 malformed_is_deleted"
    );
    assert_eq!(lines[1], "  line 2, column IsDeleted: malformed_is_deleted (001000000000001AAA)");
    assert_eq!(lines.iter().filter(|line| line.starts_with("  line ")).count(), 10);
    assert!(lines[11].starts_with("hint: "), "{}", told.err);
    let written = fs::read_to_string(bench.path("rejected.csv")).unwrap();
    assert_eq!(written.lines().count(), 13);
    assert!(
        written.contains("13,\"IsDeleted\",\"malformed_is_deleted\",\"001000000000012AAA\",\"perhaps\""),
        "{written}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(bench.path("rejected.csv")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "names stand in it");
    }
}

#[test]
fn a_row_that_was_rejected_takes_the_others_of_its_account_along() {
    let bench = Bench::empty();
    let text =
        format!("{HEAD}{}{}{}", row(1), row(2), row(2).replace("a2-", "b2-").replace("false", "perhaps"));
    bench.write("accounts.csv", text);
    bench
        .run(&["ingest", "salesforce", "accounts.csv", "--max-rejections", "2", "--accept-rejections", "2"])
        .expect(0);
    assert_eq!(
        bench.rows("select line, reason, account_id from ingest_rejections order by line"),
        [format!("3|other_row_rejected|{}", id(2)), format!("4|malformed_is_deleted|{}", id(2))]
    );
    assert_eq!(bench.value("select account_id from latest_salesforce_accounts"), id(1));
}

#[test]
fn kept_columns_never_conflict() {
    let bench = Bench::empty();
    bench.write(
        "accounts.csv",
        format!(
            "Id,Name,Website,Region,Tier\n{0},A,a-demo.com,EU,1\n{0},A,b-demo.com,US,1\n{0},A,a-demo.com,EU,1\n",
            id(1)
        ),
    );
    let told = bench
        .run(&["ingest", "salesforce", "accounts.csv", "--keep-col", "Region", "--keep-col", "Tier"])
        .expect(0);
    assert!(told.err.contains("3 records read: 1 account, 2 repeated"), "{}", told.err);
    assert_eq!(
        bench.value("select extra from latest_salesforce_accounts"),
        "{\"Region\":[\"EU\",\"US\"],\"Tier\":\"1\"}"
    );
    assert_eq!(bench.value("select count(*) from latest_salesforce_account_domains"), "2");
}

#[test]
fn the_same_bytes_are_the_same_snapshot() {
    let bench = audited();
    let snapshots =
        || bench.rows("select snapshot_id, taken_at from snapshots where source = 'salesforce' order by 1");
    let before = bench.dump();
    let told = bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    assert!(
        told.err.contains("the same bytes as snapshot 1, which is used again with its date"),
        "{}",
        told.err
    );
    assert!(told.err.contains("snapshot 1 of salesforce taken at 2026-11-01T00:00:00Z"), "{}", told.err);
    bench.dump().assert_same(&before);
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", "2026-11-01"]).expect(0);
    bench.dump().assert_same(&before);
    // A later time makes a new one, other options too, and an earlier time is refused.
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", "2026-11-01T05:00:00Z"]).expect(0);
    assert_eq!(snapshots().len(), 2);
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", "2026-10-01"]).expect(5);
    bench.run(&["ingest", "salesforce", "accounts.csv", "--org-id-col", "none"]).expect(0);
    assert_eq!(snapshots().len(), 3);
    assert_eq!(
        bench.value("select count(*) from latest_salesforce_accounts where stored_organization_id is null"),
        "60"
    );
    // An older one is said, with its date.
    bench.write("other.csv", file(&[(60, row(60).replace("Account 60", "Sixty"))]));
    bench.run(&["ingest", "salesforce", "other.csv"]).expect(0);
    let told = bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    assert!(told.err.contains("the same bytes as snapshot 4 of "), "{}", told.err);
    assert_eq!(snapshots().len(), 5);
}

#[test]
fn the_time_of_a_file_can_be_that_of_its_last_change() {
    let bench = Bench::empty();
    bench.write("accounts.csv", file(&[]));
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_hours(489_444);
    fs::File::options().write(true).open(bench.path("accounts.csv")).unwrap().set_modified(time).unwrap();
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", "file"]).expect(0);
    assert_eq!(bench.rows("select taken_at, taken_at_source from snapshots"), ["2025-11-01T12:00:00Z|given"]);
    let told = bench.run_with_input(&["ingest", "salesforce", "-", "--taken-at", "file"], file(&[]));
    assert_eq!(told.code, 2, "{}", told.err);
}

#[test]
fn without_domains_their_codes_are_not_evaluated() {
    let codes =
        |bench: &Bench| bench.rows("select code from run_coverage where reason = 'no_domains' order by code");
    let bench = Bench::empty();
    bench.write("accounts.csv", file(&[]));
    zendesk(&bench);
    bench.run(&["ingest", "salesforce", "accounts.csv", "--domain-col", "none"]).expect(0);
    let told = bench.run(&["audit"]).expect(0);
    assert!(told.out.contains("not evaluated: no_domains"), "{}", told.out);
    let missing = codes(&bench);
    assert_eq!(
        missing,
        [
            "org_domain_attached_elsewhere",
            "org_missing_expected_domain",
            "ticket_missing_org",
            "ticket_org_mismatch",
            "user_default_org_not_expected",
            "user_domain_ambiguous",
            "user_missing_expected_membership",
            "user_resolution_blocked_duplicate_external_id",
        ]
    );
    assert_ne!(bench.value("select count(*) from issues where code = 'org_missing_external_id'"), "0");
    // A column of personal domains is no choice.
    let bench = Bench::empty();
    let text: String = (1..=60).map(row).map(|row| row.replace("-demo.com", "@gmail.com")).collect();
    bench.write("accounts.csv", format!("{HEAD}{text}"));
    zendesk(&bench);
    let told = bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    assert!(told.err.contains("0 of 60 accounts with a usable domain"), "{}", told.err);
    bench.run(&["audit"]).expect(6);
    assert_eq!(codes(&bench), missing);
    // Below half it is said.
    let bench = Bench::empty();
    let blank: Vec<_> = (1..=31).map(|n| (n, row(n).replace(&format!("a{n}-demo.com"), ""))).collect();
    bench.write("accounts.csv", file(&blank));
    zendesk(&bench);
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    let told = bench.run(&["audit"]).expect(0);
    assert!(told.out.contains("29 of 60 accounts with a usable domain"), "{}", told.out);
}

#[test]
fn a_trace_counts_a_row_without_a_readable_id_among_the_owners_of_a_domain() {
    let bench = audited();
    let unnamed = row(9).replacen("001", "003", 1).replace("a9-demo", "a4-demo");
    bench.write("accounts.csv", file(&[(9, unnamed)]));
    bench.run(&["ingest", "salesforce", "accounts.csv", "--accept-rejections", "1"]).expect(0);
    bench.run(&["audit"]).expect(0);
    let codes = bench.rows("select code from issues where run_id = 2 and user_id = 4");
    assert_eq!(codes, ["user_domain_ambiguous"]);
    let told = bench.run(&["trace", "user", "4", "--json"]).expect(0);
    let trace: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(trace["place"]["verdict"], "domain_ambiguous");
    let owners = format!("2 accounts expect a4-demo.com: {} and row 10.", id(4));
    assert_eq!(trace["place"]["why"][0], owners);
    assert_eq!(trace["remarks"], serde_json::json!([]));
}
