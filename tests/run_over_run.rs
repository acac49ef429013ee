//! Runs one after the other: what changed, since when, and what it costs to keep.

use std::fmt::Write;

use crate::common::bench::Bench;

const ACCOUNTS: &str = "Id,Name,Website\n001Hs00003WqA01IAF,Alder,alder-demo.com\n";

/// One day: a user in or out of the organization, and whether users were read at all.
fn day(bench: &Bench, number: u32, is_member: bool, with_users: bool) {
    let folder = format!("day{number}");
    let taken_at = format!("2026-10-{number:02}T00:00:00Z");
    bench.write(
        &format!("{folder}/manifest.json"),
        format!("{{\"subdomain\":\"alder\",\"taken_at\":\"{taken_at}\"}}"),
    );
    bench.write(
        &format!("{folder}/organizations.ndjson"),
        "{\"id\":1,\"name\":\"Alder\",\"external_id\":\"001Hs00003WqA01IAF\",\"shared_tickets\":false,\"shared_comments\":false,\"domain_names\":[\"alder-demo.com\"]}\n",
    );
    if with_users {
        let organization = if is_member { "1" } else { "null" };
        bench.write(
            &format!("{folder}/users.ndjson"),
            format!(
                "{{\"id\":7,\"name\":\"Ann\",\"email\":\"ann@alder-demo.com\",\"role\":\"end-user\",\"verified\":true,\"active\":true,\"suspended\":false,\"organization_id\":{organization}}}\n"
            ),
        );
    }
    let membership = "{\"id\":9,\"user_id\":7,\"organization_id\":1,\"default\":true}\n";
    bench
        .write(&format!("{folder}/organization_memberships.ndjson"), if is_member { membership } else { "" });
    bench.write(&format!("{folder}/tickets.ndjson"), "");
    let code = if with_users { 0 } else { 6 };
    // One membership more or less is all of them.
    bench.run(&["ingest", "zendesk", "--from", &folder, "--accept-shrink"]).expect(code);
    bench.run(&["audit"]).expect(code);
}

#[test]
fn an_issue_is_resolved_and_reopened_but_not_by_a_run_that_did_not_look() {
    let bench = Bench::empty();
    bench.write("accounts.csv", ACCOUNTS);
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", "2026-09-30"]).expect(0);
    day(&bench, 1, false, true);
    day(&bench, 2, false, false);
    day(&bench, 3, false, true);
    day(&bench, 4, true, true);
    day(&bench, 5, false, true);
    let key = "user_missing_expected_membership/7";
    assert_eq!(bench.rows("select run_id from issues order by run_id"), ["1", "3", "5"]);
    assert_eq!(
        bench.rows(&format!(
            "select previous_run_id, run_id, change from issue_changes where issue_key = '{key}' order by run_id"
        )),
        ["1|2|not_comparable", "3|4|resolved", "4|5|reopened"]
    );
    assert_eq!(
        bench.rows(&format!(
            "select first_run_id, last_run_id, run_count, reopened_count, is_open
             from issue_history where issue_key = '{key}'"
        )),
        ["1|5|3|1|1"]
    );
    assert_eq!(
        bench.rows(
            "select run_id, is_evaluated, issue_count, reason from run_coverage
             where code = 'user_missing_expected_membership' order by run_id"
        ),
        ["1|1|1|~", "2|0|~|users: skipped (no_file)", "3|1|1|~", "4|1|0|~", "5|1|1|~"]
    );
    assert_eq!(
        bench.rows("select run_id, total_issue_count from exceptions_by_account"),
        ["1|1", "3|1", "5|1"]
    );
}

#[test]
fn thirty_readings_take_little_more_room_than_one() {
    const USERS: u64 = 1_000;
    const TICKETS: u64 = 6_000;
    let bench = Bench::empty();
    let empty = {
        let other = Bench::with_warehouse();
        std::fs::metadata(other.db()).unwrap().len()
    };
    let mut accounts = "Id,Name,Website\n".to_owned();
    accounts.push_str("001Hs00003WqA01IAF,Alder,alder-demo.com\n");
    bench.write("accounts.csv", &accounts);
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", "2026-08-31"]).expect(0);
    let mut first = 0;
    for day in 0..30_u64 {
        // One record of a hundred differs from the day before.
        let revision = |id: u64| (day + 99 - id % 100) / 100 + u64::from(id % 100 < day);
        let mut users = String::new();
        for id in 1..=USERS {
            writeln!(
                users,
                "{{\"id\":{id},\"name\":\"Person {id} {}\",\"email\":\"p{id}@alder-demo.com\",\"role\":\"end-user\",\"verified\":true,\"active\":true,\"suspended\":false,\"organization_id\":1,\"created_at\":\"2025-01-01T00:00:00Z\"}}",
                revision(id)
            )
            .unwrap();
        }
        let mut tickets = String::new();
        for id in 1..=TICKETS {
            let status = ["open", "pending", "hold"][usize::try_from(revision(id) % 3).unwrap()];
            writeln!(
                tickets,
                "{{\"id\":{id},\"requester_id\":{},\"organization_id\":1,\"status\":\"{status}\",\"created_at\":\"2026-01-01T00:00:00Z\"}}",
                id % USERS + 1
            )
            .unwrap();
        }
        bench.write("folder/users.ndjson", users);
        bench.write("folder/tickets.ndjson", tickets);
        bench.write(
            "folder/organizations.ndjson",
            "{\"id\":1,\"name\":\"Alder\",\"external_id\":\"001Hs00003WqA01IAF\",\"shared_tickets\":false,\"shared_comments\":false,\"domain_names\":[]}\n",
        );
        bench.write("folder/organization_memberships.ndjson", "");
        let taken_at = format!("2026-09-{:02}T00:00:00Z", day + 1);
        bench.run(&["ingest", "zendesk", "--from", "folder", "--taken-at", &taken_at]).expect(0);
        bench.run(&["audit"]).expect(0);
        if day == 0 {
            first = std::fs::metadata(bench.db()).unwrap().len() - empty;
        }
    }
    let last = std::fs::metadata(bench.db()).unwrap().len() - empty;
    let versions: u64 = bench.value("select count(*) from _ticket_versions").parse().unwrap();
    assert!(versions > TICKETS + TICKETS / 5, "the tickets did change: {versions} versions");
    assert!(last < first * 30 / 12, "thirty readings take {last} bytes, one takes {first}");
}
