//! Records that come and go, and runs that are not the newest.

use serde_json::{Value, json};

use crate::common::bench::Bench;

const ALDER: &str = "001Hs00003WqA01IAF";
const BIRCH: &str = "001Hs00003WqA02IAF";

/// Writes a folder of Zendesk records.
fn zendesk(bench: &Bench, day: u32, organizations: &str, users: &str, memberships: &str, tickets: &str) {
    let folder = format!("day{day}");
    let manifest = format!("{{\"subdomain\":\"alder\",\"taken_at\":\"2026-10-{day:02}T00:00:00Z\"}}");
    bench.write(&format!("{folder}/manifest.json"), manifest);
    bench.write(&format!("{folder}/organizations.ndjson"), organizations);
    bench.write(&format!("{folder}/users.ndjson"), users);
    bench.write(&format!("{folder}/organization_memberships.ndjson"), memberships);
    bench.write(&format!("{folder}/tickets.ndjson"), tickets);
    bench.run(&["ingest", "zendesk", "--from", &folder, "--accept-shrink"]).expect(0);
}

fn user(id: i64, name: &str) -> String {
    format!(
        "{{\"id\":{id},\"name\":\"{name}\",\"email\":\"{name}@alder-demo.com\",\"role\":\"end-user\",\"verified\":true,\"active\":true,\"suspended\":false,\"organization_id\":null}}\n"
    )
}

/// Run 1: account Alder has a candidate by domain; users Ann and Bob, a ticket of Ann. Run 2: the
/// organization carries Alder's id; Ann, her ticket, the other organization and account Birch are gone, and
/// Bob has another address; Cid is new.
fn two_runs() -> Bench {
    let bench = Bench::empty();
    let accounts = |birch: &str| format!("Id,Name,Website\n{ALDER},Alder,alder-demo.com\n{birch}");
    bench.write("accounts1.csv", accounts(&format!("{BIRCH},Birch,birch-demo.com\n")));
    bench.run(&["ingest", "salesforce", "accounts1.csv", "--taken-at", "2026-10-01"]).expect(0);
    zendesk(
        &bench,
        1,
        "{\"id\":1,\"name\":\"Alder\",\"shared_tickets\":false,\"shared_comments\":false,\"organization_fields\":{},\"external_id\":null,\"domain_names\":[\"alder-demo.com\"]}\n{\"id\":2,\"name\":\"Birch\",\"shared_tickets\":false,\"shared_comments\":false,\"organization_fields\":{},\"external_id\":\"001Hs00003WqA02IAF\",\"domain_names\":[]}\n",
        &(user(7, "ann") + &user(8, "bob")),
        "{\"id\":70,\"user_id\":7,\"organization_id\":1,\"default\":true}\n",
        "{\"id\":5,\"requester_id\":7,\"organization_id\":2,\"status\":\"open\",\"created_at\":\"2026-09-30T00:00:00Z\"}\n",
    );
    bench.run(&["audit"]).expect(0);
    bench.write("accounts2.csv", accounts(""));
    bench
        .run(&["ingest", "salesforce", "accounts2.csv", "--taken-at", "2026-10-02", "--accept-shrink"])
        .expect(0);
    zendesk(
        &bench,
        2,
        "{\"id\":1,\"name\":\"Alder\",\"shared_tickets\":false,\"shared_comments\":false,\"organization_fields\":{},\"external_id\":\"001Hs00003WqA01\",\"domain_names\":[\"alder-demo.com\"]}\n",
        &(user(8, "robert") + &user(9, "cid")),
        "{\"id\":90,\"user_id\":9,\"organization_id\":1,\"default\":true}\n",
        "",
    );
    bench.run(&["audit"]).expect(0);
    bench
}

fn trace(bench: &Bench, arguments: &[&str]) -> Value {
    let told = bench.unchanged(&[&["trace"], arguments, &["--json"]].concat()).expect(0);
    serde_json::from_str(&told.out).unwrap()
}

fn link(trace: &Value) -> (Value, Value, Value) {
    let said = &trace["accounts"][0]["explanation"];
    (said["link_state"].clone(), said["organization_id"].clone(), said["match_rule"].clone())
}

#[test]
fn an_older_run_is_explained_from_its_own_snapshots() {
    let bench = two_runs();
    let now = trace(&bench, &["account", ALDER]);
    assert_eq!(link(&now), (json!("linked"), json!(1), json!("external_id")));
    for run in ["1", "previous"] {
        let then = trace(&bench, &["account", ALDER, "--run", run]);
        assert_eq!(then["run_id"], 1);
        assert_eq!(link(&then), (json!("candidate"), json!(1), json!("domain")));
        assert_eq!(then["accounts"][0]["run_link"]["link_state"], "candidate");
        assert_eq!(then["remarks"], json!([]));
    }
    // The issue of run 1 is history in run 2, and the other way round it is said what came of it.
    let key = format!("org_missing_external_id/{ALDER}/1");
    let issue = |trace: &Value| {
        trace["issues"].as_array().unwrap().iter().find(|row| row["issue_key"] == key).cloned()
    };
    let (then, now) = (issue(&trace(&bench, &["org", "1", "--run", "1"])).unwrap(), issue(&now).unwrap());
    assert_eq!(then["in_run"]["disposition"], "prepared");
    assert_eq!(now["in_run"], Value::Null);
    for issue in [then, now] {
        assert_eq!((&issue["first_run_id"], &issue["last_run_id"]), (&json!(1), &json!(1)));
        assert_eq!((&issue["run_count"], &issue["is_open"]), (&json!(1), &json!(false)));
    }
}

#[test]
fn a_record_that_vanished_is_shown_with_its_history() {
    let bench = two_runs();
    // Snapshots 1 and 2 made run 1; 3 is of accounts, 4 of Zendesk.
    for (noun, id, since) in [("user", "7", 4), ("ticket", "5", 4), ("org", "2", 4), ("account", BIRCH, 3)] {
        let gone = trace(&bench, &[noun, id]);
        assert_eq!(gone["presence"]["state"], "gone", "{noun}");
        assert_eq!(gone["presence"]["since_snapshot"]["snapshot_id"], since, "{noun}");
        assert_eq!(trace(&bench, &[noun, id, "--run", "1"])["presence"]["state"], "present", "{noun}");
    }
    let told =
        bench.run(&["trace", "user", "ann@alder-demo.com"]).expect(0).silent_about(&["ann", "alder-demo"]);
    assert!(
        told.out.contains("Gone since snapshot 4 (2026-10-02T00:00:00Z); shown as it was last read"),
        "{}",
        told.out
    );
    assert!(told.out.contains("user_default_org_not_expected: not in this run"), "{}", told.out);
    assert!(told.out.contains("Seen in run 1; resolved now."), "{}", told.out);
    assert!(told.out.contains("Nothing of this record is to be fixed in this run."), "{}", told.out);
    assert_eq!(link(&trace(&bench, &["account", BIRCH])), (json!("missing"), Value::Null, Value::Null));
}

#[test]
fn a_record_that_came_later_and_an_address_that_was_given_up_are_found() {
    let bench = two_runs();
    let later = trace(&bench, &["user", "cid@alder-demo.com", "--run", "1"]);
    assert_eq!(later["presence"]["state"], "not_yet");
    assert_eq!(later["presence"]["since_snapshot"]["snapshot_id"], 4);
    assert_eq!(later["user"]["user_id"], 9);
    let former = trace(&bench, &["user", "bob@alder-demo.com"]);
    assert_eq!(former["presence"]["state"], "present");
    assert_eq!(former["user"]["email"], "robert@alder-demo.com");
    assert_eq!(
        former["remarks"],
        json!(["User 8 has that address in other snapshots, and another one in snapshot 4."])
    );
}

#[test]
fn what_was_not_read_is_said() {
    let bench = two_runs();
    let folder = "day3";
    bench.write(
        &format!("{folder}/manifest.json"),
        "{\"subdomain\":\"alder\",\"taken_at\":\"2026-10-03T00:00:00Z\"}",
    );
    bench.write(&format!("{folder}/users.ndjson"), user(8, "robert"));
    bench.run(&["ingest", "zendesk", "--from", folder, "--accept-shrink"]).expect(6);
    bench.run(&["audit"]).expect(6);
    let told = bench.run(&["trace", "org", "1"]).expect(0);
    assert!(told.out.contains("Snapshot 5 did not read organizations to their end: skipped"), "{}", told.out);
    assert!(told.out.contains("Run 3 resolved no accounts"), "{}", told.out);
    let read = trace(&bench, &["org", "1"]);
    assert_eq!(read["accounts"][0]["run_link"], Value::Null);
    assert_eq!(link(&read), (json!("linked"), json!(1), json!("external_id")));
}

#[test]
fn a_personal_domain_of_today_is_named_where_an_older_run_thought_otherwise() {
    let bench = two_runs();
    bench.run(&["personal-domain", "add", "alder-demo.com"]).expect(0);
    let then = trace(&bench, &["account", ALDER, "--run", "1"]);
    assert_eq!(then["accounts"][0]["run_link"]["link_state"], "candidate");
    assert_eq!(link(&then).0, "missing");
    assert_eq!(
        then["remarks"],
        json!([
            "The personal domains changed since run 1: links and places are shown as the rules read them with those \
             of today, issues and plan actions as they were found then. The next audit goes by those of today.",
            format!(
                "The run resolved account {ALDER} as candidate to organization 1; with the personal domains of today \
                 the rules say missing."
            )
        ])
    );
}

#[test]
fn every_trace_of_a_run_with_other_personal_domains_says_so_and_where_it_reads_otherwise() {
    let bench = Bench::with_demo();
    let remarks = |noun: &str, id: &str, run: &str| {
        let told = bench.unchanged(&["trace", noun, id, "--run", run]).expect(0);
        let trace = trace(&bench, &[noun, id, "--run", run]);
        let remarks: Vec<String> = serde_json::from_value(trace["remarks"].clone()).unwrap();
        let text = told.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(remarks.iter().all(|remark| text.contains(remark.as_str())), "{text}");
        remarks
    };
    // Users and tickets of the domain, and records that have nothing to do with it.
    let traced = [
        ("user", "21700000004187", Some("user_resolution_blocked_duplicate_external_id")),
        ("user", "21700000004143", None),
        ("ticket", "1116", None),
        ("org", "21700000001065", None),
        ("account", "001ACME00600000YDA", None),
    ];
    for (noun, id, _) in traced {
        assert_eq!(remarks(noun, id, "1"), [""; 0], "{noun}");
    }
    bench.run(&["personal-domain", "add", "acmelabs-demo.io"]).expect(0);
    let has = |remarks: &[String], text: &str| remarks.iter().any(|remark| remark.starts_with(text));
    for (noun, id, code) in traced {
        let remarks = remarks(noun, id, "1");
        assert!(has(&remarks, "The personal domains changed since run 1: "), "{noun}: {remarks:?}");
        let found: Vec<&String> = remarks.iter().filter(|row| row.starts_with("Run 1 found")).collect();
        match code {
            None => assert!(found.is_empty(), "{noun}: {remarks:?}"),
            Some(code) => assert_eq!(
                found,
                [&format!(
                    "Run 1 found {code}, but the expected place, read with the personal domains of today, would \
                     raise no issue."
                )]
            ),
        }
    }
    // The run that knows the domain says nothing of it; nor does the first, once the domain is gone again.
    bench.run(&["audit"]).expect(0);
    for (noun, id, _) in traced {
        assert_eq!(remarks(noun, id, "2"), [""; 0], "{noun}");
    }
    bench.run(&["personal-domain", "remove", "acmelabs-demo.io"]).expect(0);
    for (noun, id, _) in traced {
        assert_eq!(remarks(noun, id, "1"), [""; 0], "{noun}");
    }
    // The other way round: run 2 found nothing where the list of today raises an issue.
    assert!(has(
        &remarks("user", "21700000004187", "2"),
        "Run 2 found no user_resolution_blocked_duplicate_external_id, but the expected place, read with the \
         personal domains of today, would raise it."
    ));
}

#[test]
fn a_ticket_that_a_run_found_under_another_organization_is_named_where_today_says_nothing() {
    let bench = Bench::with_demo();
    bench.run(&["personal-domain", "add", "acmestudios-demo.com"]).expect(0);
    let ticket = trace(&bench, &["ticket", "1156"]);
    assert_eq!(ticket["issues"][0]["code"], "ticket_org_mismatch");
    let remarks = ticket["remarks"].as_array().unwrap();
    assert!(
        remarks.contains(&json!(
            "Run 1 found ticket_org_mismatch, but the expected place, read with the personal domains of today, would \
             raise no issue."
        )),
        "{remarks:?}"
    );
}

#[test]
fn a_ticket_from_before_those_that_were_read_is_no_verdict() {
    let bench = two_runs();
    let write = |day: u32, tickets: &str| {
        for name in ["organizations", "users", "organization_memberships"] {
            let records = std::fs::read(bench.path(&format!("day1/{name}.ndjson"))).unwrap();
            bench.write(&format!("day{day}/{name}.ndjson"), records);
        }
        let manifest = format!("{{\"subdomain\":\"alder\",\"taken_at\":\"2026-10-{day:02}T00:00:00Z\"}}");
        bench.write(&format!("day{day}/manifest.json"), manifest);
        bench.write(&format!("day{day}/tickets.ndjson"), tickets);
    };
    let ticket = |id: i64, created_at: &str| {
        format!(
            "{{\"id\":{id},\"requester_id\":7,\"organization_id\":2,\"status\":\"open\",\"created_at\":\"{created_at}\"}}\n"
        )
    };
    let (old, new) = (ticket(5, "2026-09-30T00:00:00Z"), ticket(6, "2026-10-02T12:00:00Z"));
    write(3, &(old + &new));
    bench.run(&["ingest", "zendesk", "--from", "day3", "--accept-shrink"]).expect(0);
    // The next reading knows tickets since October only.
    write(4, &new);
    bench.run(&["ingest", "zendesk", "--from", "day4", "--accept-shrink", "--since", "2026-10-01"]).expect(0);
    bench.run(&["audit"]).expect(0);
    let old = trace(&bench, &["ticket", "5"]);
    assert_eq!(old["presence"]["state"], "present");
    assert_eq!(old["place"]["verdict"], "not_read");
    assert_ne!(trace(&bench, &["ticket", "6"])["place"]["verdict"], "not_read");
}
