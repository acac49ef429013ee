//! Folders that were fetched: what their manifest says of each collection counts.

use insta::assert_snapshot;
use orgdrift::model::{ContinueAt, TakenAtSource};
use orgdrift::warehouse::{Continuation, Warehouse};
use serde_json::{Value, json};

use crate::common::{
    bench::{Bench, Told},
    whole::whole,
};

const INGEST: [&str; 4] = ["ingest", "zendesk", "--from", "fetched"];

/// A fetched folder: every collection as one page and what the manifest says of it.
struct Folder {
    files: Vec<(&'static str, Value)>,
    manifest: Value,
}

impl Folder {
    /// A walk on a day of October, counted from the tenth; the manifest says where to go on.
    fn walk(day: u32) -> Self {
        let files = vec![
            ("organizations", json!([{"id": 1, "name": "Alder", "external_id": "001Hs00003WqA01IAF"}])),
            (
                "users",
                json!([
                    {"id": 11, "name": "Ann", "email": "ann@alder-demo.com", "role": "end-user"},
                    {"id": 12, "name": "Ben", "email": "ben@birch-demo.com", "role": "end-user"},
                ]),
            ),
            ("organization_memberships", json!([{"id": 21, "user_id": 11, "organization_id": 1}])),
            ("tickets", json!([ticket(31, 11, "open"), ticket(32, 12, "open")])),
        ];
        let manifest = json!({
            "subdomain": "acme-demo",
            "taken_at": format!("2026-10-1{day}T06:00:00Z"),
            "source": "api",
            "state": "complete",
            "tool_version": "0.1.0",
            "collections": {
                "organizations": said("organizations", day), "users": said("users", day),
                "organization_memberships": said("organization_memberships", day),
                "tickets": said("ticket_export", day),
            },
        });
        Self { files, manifest }
    }

    /// What the manifest says of a collection, changed.
    fn say(mut self, collection: &str, key: &str, value: impl Into<Value>) -> Self {
        self.manifest["collections"][collection][key] = value.into();
        self
    }

    /// The records of a collection.
    fn hold(mut self, collection: &str, records: Value) -> Self {
        self.files.iter_mut().find(|(name, _)| *name == collection).unwrap().1 = records;
        self
    }

    /// A collection of which only this changed since the place that the manifest of a day named.
    fn go_on(self, collection: &str, since: u32, records: Value) -> Self {
        self.say(collection, "reading", "continued")
            .say(collection, "since", json!({"cursor": format!("c{since}")}))
            .hold(collection, records)
    }

    fn without(mut self, collection: &str) -> Self {
        self.files.retain(|(name, _)| *name != collection);
        self
    }

    fn write(&self, bench: &Bench) {
        let _ = std::fs::remove_dir_all(bench.path("fetched"));
        for (name, records) in &self.files {
            let page = json!({*name: whole(name, records.clone()), "end_of_stream": true});
            bench.write(&format!("fetched/{name}.ndjson"), page.to_string());
        }
        bench.write("fetched/manifest.json", self.manifest.to_string());
    }

    fn ingest(&self, bench: &Bench) -> Told {
        self.write(bench);
        bench.run(&INGEST).silent_about(&["Alder", "alder-demo", "Ann", "ann@", "Ben", "ben@"])
    }

    fn refuse(&self, bench: &Bench) -> String {
        self.write(bench);
        bench.unchanged(&INGEST).text()
    }
}

fn ticket(id: i64, requester: i64, status: &str) -> Value {
    json!({"id": id, "requester_id": requester, "status": status, "created_at": "2026-10-01T00:00:00Z"})
}

fn said(listing: &str, day: u32) -> Value {
    json!({
        "listing": listing,
        "outcome": "complete",
        "reason": null,
        "started_at": format!("2026-10-1{day}T06:00:01Z"),
        "finished_at": format!("2026-10-1{day}T06:00:09Z"),
        "pages": 1, "rows": 1, "requests": 1, "retries": 0,
        "reading": "walk",
        "since": null,
        "continue_at": if listing.contains("memberships") { Value::Null } else { json!({"cursor": format!("c{day}")}) },
    })
}

/// A warehouse with the accounts and the walk of the second day.
fn warehouse() -> Bench {
    let bench = Bench::empty();
    bench.write("accounts.csv", "Id,Name,Website\n001Hs00003WqA01IAF,Alder,alder-demo.com\n");
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", "2026-10-10T00:00:00Z"]).expect(0);
    Folder::walk(2).ingest(&bench).expect(0);
    bench
}

fn collections(bench: &Bench) -> Vec<String> {
    bench.rows(
        "select collection, outcome, reason, row_count, reading, changed_count, continue_at
         from snapshot_collections where snapshot_id = (select max(snapshot_id) from snapshots)
         order by collection",
    )
}

#[test]
fn the_manifest_says_when_and_by_whom_it_was_read() {
    let bench = warehouse();
    assert_eq!(
        bench.rows(
            "select taken_at, taken_at_source, source_identity from snapshots where source = 'zendesk'"
        ),
        ["2026-10-12T06:00:00Z|api|acme-demo"]
    );
    assert_eq!(
        bench.rows(
            "select distinct started_at, finished_at from snapshot_collections where collection = 'users'"
        ),
        ["2026-10-12T06:00:01Z|2026-10-12T06:00:09Z"]
    );
    assert_eq!(
        collections(&bench),
        [
            r"organization_memberships|complete|~|1|walk|~|~",
            r#"organizations|complete|~|1|walk|~|{"cursor":"c2"}"#,
            r#"tickets|complete|~|2|walk|~|{"cursor":"c2"}"#,
            r#"users|complete|~|2|walk|~|{"cursor":"c2"}"#,
        ]
    );
}

#[test]
fn a_fetch_that_did_not_finish_is_not_ingested() {
    let bench = warehouse();
    let mut folder = Folder::walk(3);
    folder.manifest["state"] = "running".into();
    assert_snapshot!(folder.refuse(&bench), @"
    exit 6
    error: the fetch into fetched has not finished
    hint: orgdrift fetch zendesk fetched --resume
    ");
    folder.files.clear();
    assert_snapshot!(folder.refuse(&bench), @"
    exit 6
    error: the fetch into fetched has not finished
    hint: orgdrift fetch zendesk fetched --resume
    ");
}

#[test]
fn what_the_manifest_calls_incomplete_is_so_although_the_file_ends() {
    let bench = warehouse();
    let folder = Folder::walk(3)
        .say("users", "outcome", "partial")
        .say("users", "reason", "cursor_repeated")
        .hold("users", json!([{"id": 13, "name": "Ann", "role": "agent"}]))
        .say("organizations", "outcome", "not_permitted")
        .say("organizations", "reason", "forbidden")
        .without("organizations");
    assert_snapshot!(folder.ingest(&bench).text(), @"
    exit 6
    account_settings.json does not say whether a user may belong to several organizations: counts as no
    organizations: not_permitted (forbidden), 0 rows
    users: partial (cursor_repeated), 1 row
    organization_memberships: complete, 1 row
    tickets: complete, 2 rows
    snapshot 3 of zendesk taken at 2026-10-13T06:00:00Z
    next: orgdrift audit
    ");
    assert_eq!(
        collections(&bench),
        [
            r"organization_memberships|complete|~|1|walk|~|~",
            r"organizations|not_permitted|forbidden|0|walk|~|~",
            r#"tickets|complete|~|2|walk|~|{"cursor":"c3"}"#,
            r"users|partial|cursor_repeated|1|walk|~|~",
        ]
    );
    // Nothing of either is gone.
    assert_eq!(bench.value("select count(*) from latest_zendesk_users"), "3");
    assert_eq!(bench.value("select count(*) from latest_zendesk_organizations"), "1");
    // An envelope that says that more follows is believed before the manifest.
    let folder = Folder::walk(4);
    folder.write(&bench);
    bench.write("fetched/tickets.ndjson", json!({"tickets": [], "end_of_stream": false}).to_string());
    bench.run(&INGEST).expect(6);
    assert_eq!(collections(&bench)[2], "tickets|partial|more_to_come|0|walk|~|~");
}

#[test]
fn what_changed_is_put_over_the_newest_snapshot() {
    let bench = warehouse();
    let folder = Folder::walk(3)
        .go_on("users", 2, json!([{"id": 12, "email": "ben@alder-demo.com", "role": "end-user"}]))
        .go_on("tickets", 2, json!([]))
        .go_on("organizations", 2, json!([]));
    assert_snapshot!(folder.ingest(&bench).text(), @"
    exit 0
    account_settings.json does not say whether a user may belong to several organizations: counts as no
    organizations: complete, 1 row, 0 changed
    users: complete, 2 rows, 1 changed
    organization_memberships: complete, 1 row
    tickets: complete, 2 rows, 0 changed
    snapshot 3 of zendesk taken at 2026-10-13T06:00:00Z
    next: orgdrift audit
    ");
    assert_eq!(
        collections(&bench),
        [
            r"organization_memberships|complete|~|1|walk|~|~",
            r#"organizations|complete|~|1|continued|0|{"cursor":"c3"}"#,
            r#"tickets|complete|~|2|continued|0|{"cursor":"c3"}"#,
            r#"users|complete|~|2|continued|1|{"cursor":"c3"}"#,
        ]
    );
    assert_eq!(bench.value("select count(*) from ingest_warnings where snapshot_id = 3"), "0");
    // The ticket did not change, but whose it is did.
    bench.run(&["audit"]).expect(0);
    assert_eq!(
        bench.rows("select issue_key from issues where code like 'ticket%' order by issue_key"),
        ["ticket_missing_org/31", "ticket_missing_org/32"]
    );
    // Deleted ones are gone, and of what was not sent nothing is.
    let folder = Folder::walk(4)
        .go_on("users", 3, json!([{"id": 11, "role": "end-user", "active": false}]))
        .go_on("organizations", 3, json!([]))
        .go_on("tickets", 3, json!([ticket(32, 12, "deleted")]));
    folder.write(&bench);
    bench.run(&["ingest", "zendesk", "--from", "fetched", "--accept-shrink"]).expect(0);
    assert_eq!(bench.rows("select user_id from latest_zendesk_users"), ["12"]);
    assert_eq!(bench.rows("select ticket_id, status from latest_zendesk_tickets"), ["31|open", "32|deleted"]);
}

#[test]
fn the_warehouse_says_where_the_next_reading_goes_on() {
    let bench = Bench::with_warehouse();
    let next = || Warehouse::open(&bench.db()).unwrap().continuation().unwrap();
    assert_eq!(next(), None);
    let place = |day: u32| Some(ContinueAt::Cursor(format!("c{day}")));
    let expected = |snapshot_id: i64, day: u32, in_a_row: u64| Continuation {
        lacks_fields: false,
        snapshot_id,
        taken_at: format!("2026-10-1{day}T06:00:00Z"),
        taken_at_source: TakenAtSource::Api,
        source_identity: Some("acme-demo".to_owned()),
        with_subjects: false,
        organizations: place(day),
        users: place(day),
        tickets: place(day),
        continued_in_a_row: in_a_row,
    };
    Folder::walk(1).ingest(&bench).expect(0);
    assert_eq!(next(), Some(expected(1, 1, 0)));
    Folder::walk(2).go_on("users", 1, json!([])).ingest(&bench).expect(0);
    assert_eq!(next(), Some(expected(2, 2, 1)));
    // A snapshot of another source does not count.
    bench.write("accounts.csv", "Id,Name,Website\n001Hs00003WqA01IAF,Alder,alder-demo.com\n");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    Folder::walk(3).go_on("tickets", 2, json!([])).ingest(&bench).expect(0);
    assert_eq!(next(), Some(expected(4, 3, 2)));
    Folder::walk(4).say("users", "outcome", "partial").ingest(&bench).expect(6);
    assert_eq!(next(), Some(Continuation { users: None, ..expected(5, 4, 0) }));
    let listed = Folder::walk(5).say("tickets", "listing", "tickets").without("organizations");
    listed.write(&bench);
    bench.run(&["ingest", "zendesk", "--from", "fetched", "--with-subjects"]).expect(6);
    let expected =
        Continuation { tickets: None, organizations: None, with_subjects: true, ..expected(6, 5, 0) };
    assert_eq!(next(), Some(expected));
}

#[test]
fn a_gap_between_readings_is_refused() {
    let bench = warehouse();
    let users = || json!([{"id": 12, "role": "agent"}]);
    assert_snapshot!(Folder::walk(3).go_on("users", 1, users()).refuse(&bench), @"
    exit 5
    error: users of fetched hold only what changed since an earlier snapshot, but not since snapshot 2, the newest
    hint: read everything, into another folder: orgdrift fetch zendesk fetched-full
    ");
    let silent = Folder::walk(3).go_on("users", 2, users()).say("users", "since", Value::Null);
    assert_snapshot!(silent.refuse(&bench), @"
    exit 5
    error: users of fetched hold only what changed since an earlier snapshot, but the manifest does not say since when
    hint: read everything, into another folder: orgdrift fetch zendesk fetched-full
    ");
    let members = Folder::walk(3).go_on("organization_memberships", 2, json!([]));
    assert_snapshot!(members.refuse(&bench), @"
    exit 5
    error: organization_memberships of fetched hold only what changed since an earlier snapshot, but snapshot 2, the newest, does not say where organization_memberships continue
    hint: read everything, into another folder: orgdrift fetch zendesk fetched-full
    ");
    let tickets = Folder::walk(3).go_on("tickets", 2, json!([]));
    tickets.write(&bench);
    let told = bench.unchanged(&["ingest", "zendesk", "--from", "fetched", "--with-subjects"]);
    assert_snapshot!(told.text(), @"
    exit 5
    error: tickets of fetched hold only what changed since an earlier snapshot, but snapshot 2, the newest, did not keep the subjects of tickets
    hint: omit --with-subjects
    ");
    // The same twice: the newest snapshot has moved on.
    let folder = Folder::walk(3).go_on("users", 2, users());
    folder.ingest(&bench).expect(0);
    assert_snapshot!(folder.refuse(&bench), @"
    exit 5
    error: users of fetched hold only what changed since an earlier snapshot, but not since snapshot 3, the newest
    hint: read everything, into another folder: orgdrift fetch zendesk fetched-full
    ");
    // After a reading that was not complete.
    Folder::walk(4).say("users", "outcome", "partial").ingest(&bench).expect(6);
    assert_snapshot!(Folder::walk(5).go_on("users", 4, users()).refuse(&bench), @"
    exit 5
    error: users of fetched hold only what changed since an earlier snapshot, but snapshot 4, the newest, does not say where users continue
    hint: read everything, into another folder: orgdrift fetch zendesk fetched-full
    ");
    let empty = Bench::with_warehouse();
    assert_snapshot!(Folder::walk(3).go_on("users", 2, users()).refuse(&empty), @"
    exit 5
    error: users of fetched hold only what changed since an earlier snapshot, and the warehouse has no zendesk snapshot
    hint: read everything, into another folder: orgdrift fetch zendesk fetched-full
    ");
}

#[test]
fn a_reading_of_what_changed_that_loses_much_is_doubted() {
    let bench = warehouse();
    let gone = json!([{"id": 11, "active": false}, {"id": 12, "active": false}]);
    let told = Folder::walk(3).go_on("users", 2, gone).ingest(&bench).expect(6);
    assert!(
        told.err.contains(
            "users: 0 rows after 2 in the last complete snapshot; if that is right, read everything again and \
             ingest that with --accept-shrink\n"
        ),
        "{}",
        told.err
    );
    assert_eq!(collections(&bench)[3], "users|partial|shrunk|0|continued|2|~");
    assert_eq!(bench.value("select count(*) from latest_zendesk_users"), "2");
}

#[test]
fn an_organization_that_is_deleted_while_it_is_read_is_gone() {
    let alive = |id: i64, second: u32| {
        json!({
            "id": id, "name": "Alder", "domain_names": ["alder-demo.com"],
            "updated_at": format!("2026-10-11T00:00:0{second}Z"),
        })
    };
    let deleted = |id: i64, second: u32| {
        let mut record = alive(id, second);
        record["deleted_at"] = record["updated_at"].clone();
        record
    };
    let export = |day| Folder::walk(day).say("organizations", "listing", "organization_export");
    let records = json!([
        alive(1, 1),
        alive(2, 1),
        deleted(1, 2),
        deleted(3, 1),
        deleted(2, 0),
        deleted(4, 1),
        deleted(4, 1)
    ]);
    let bench = Bench::with_warehouse();
    let shown = || bench.rows("select organization_id, domain from latest_zendesk_organization_domains");
    // As the first snapshot, and as one after organizations that were there.
    export(1).hold("organizations", records.clone()).ingest(&bench).expect(0);
    assert_eq!(shown(), ["2|alder-demo.com"]);
    assert_eq!(bench.rows("select organization_id from latest_zendesk_organizations"), ["2"]);
    assert_eq!(
        bench.rows(
            "select row_count, repeated_count from snapshot_collections where collection = 'organizations'"
        ),
        ["1|3"]
    );
    let there = json!([alive(1, 1), alive(2, 1), alive(3, 1)]);
    export(2).hold("organizations", there).ingest(&bench).expect(0);
    assert_eq!(shown().len(), 3);
    export(3).hold("organizations", records).write(&bench);
    bench.run(&["ingest", "zendesk", "--from", "fetched", "--accept-shrink"]).expect(0);
    assert_eq!(shown(), ["2|alder-demo.com"]);
    assert_eq!(
        bench.rows(
            "select organization_id, valid_from, valid_to = 9223372036854775807 from _organization_versions"
        ),
        ["1|2|0", "2|1|1", "3|2|0"]
    );
}

#[test]
fn users_that_an_export_shows_as_deleted_are_not_there() {
    let bench = warehouse();
    let all = json!([
        {"id": 11, "role": "end-user", "active": false},
        {"id": 12, "role": "end-user", "active": true},
        {"id": 13, "role": "end-user", "active": false},
    ]);
    Folder::walk(3).say("users", "listing", "user_export").hold("users", all.clone()).write(&bench);
    bench.run(&["ingest", "zendesk", "--from", "fetched", "--accept-shrink"]).expect(0);
    assert_eq!(bench.rows("select user_id from latest_zendesk_users"), ["12"]);
    assert_eq!(collections(&bench)[3], r#"users|complete|~|1|walk|~|{"cursor":"c3"}"#);
    // Files of which nobody says where they come from are taken as they are.
    Folder::walk(4).say("users", "listing", Value::Null).hold("users", all).ingest(&bench).expect(0);
    assert_eq!(bench.rows("select user_id, is_active from latest_zendesk_users"), ["11|0", "12|1", "13|0"]);
}

#[test]
fn a_list_of_tickets_leaves_archived_ones_out() {
    let bench = warehouse();
    let old = |status| json!({"id": 33, "requester_id": 11, "status": status, "created_at": "2026-09-30T00:00:00Z"});
    let all = json!([ticket(31, 11, "open"), ticket(32, 12, "open"), old("closed")]);
    let listed = json!([ticket(31, 11, "solved")]);
    let folder = Folder::walk(3).say("tickets", "listing", "tickets").hold("tickets", listed.clone());
    assert_snapshot!(folder.ingest(&bench).text(), @"
    exit 0
    account_settings.json does not say whether a user may belong to several organizations: counts as no
    archived tickets are not in a list: those that were read before stay as they were
    organizations: complete, 1 row
    users: complete, 2 rows
    organization_memberships: complete, 1 row
    tickets: bounded (archived_not_listed), 1 row
    snapshot 3 of zendesk taken at 2026-10-13T06:00:00Z
    next: orgdrift audit
    ");
    assert_eq!(collections(&bench)[2], "tickets|bounded|archived_not_listed|1|walk|~|~");
    assert_eq!(bench.value("select state from snapshots where snapshot_id = 3"), "partial");
    // What is not in the list is as it was.
    assert_eq!(bench.rows("select ticket_id, status from latest_zendesk_tickets"), ["31|solved", "32|open"]);

    let told = bench.run(&["audit"]).expect(0);
    let lines: Vec<&str> =
        told.out.lines().filter(|line| line.contains("ticket_") || line.contains("tickets  ")).collect();
    assert_snapshot!(lines.join("\n"), @"
    tickets                   bounded      1  archived_not_listed
    ticket_missing_org                             medium        1         0        0       0            1           0  archived ones not listed
    ticket_org_mismatch                            medium        0         0        0       0            0           0  archived ones not listed
    ");
    assert_eq!(
        bench.rows("select code, is_evaluated, issue_count from run_coverage where code like 'ticket%'"),
        ["ticket_missing_org|1|1", "ticket_org_mismatch|1|0"]
    );
    let told = bench.run(&["list", "tickets"]).expect(0);
    assert!(
        told.err.contains("run 1 knows no archived tickets but those that were read before"),
        "{}",
        told.err
    );
    bench.run(&["plan"]).expect(0);
    let told = bench.run(&["trace", "ticket", "32"]).expect(0);
    assert!(told.out.contains("Snapshot 3 read no archived tickets."), "{}", told.out);

    // The next reading has all: a ticket that the list left out is nothing new.
    let folder = Folder::walk(4).hold("tickets", all.clone());
    folder.ingest(&bench).expect(0);
    bench.run(&["audit"]).expect(0);
    let changes = "select issue_key, change from issue_changes where run_id = 2";
    assert_eq!(bench.rows(changes), ["ticket_missing_org/33|not_comparable"]);
    let told = bench.run(&["diff", "1", "2", "--json"]).expect(0);
    let rows: Vec<Value> = serde_json::from_str(&told.out).unwrap();
    let of = |key: &str| rows.iter().map(|row| row[key].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(of("issue_key"), ["ticket_missing_org/33"]);
    assert_eq!(of("change"), ["not_comparable"]);
    assert_eq!(of("why"), ["run 1 read no archived tickets"]);
    // One that was created since is.
    Folder::walk(5).say("tickets", "listing", "tickets").hold("tickets", listed).ingest(&bench).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(
        bench.rows("select change from issue_changes where run_id = 3"),
        [""; 0],
        "nothing is resolved"
    );
    let mut more = all;
    more.as_array_mut()
        .unwrap()
        .push(json!({"id": 34, "requester_id": 11, "status": "open", "created_at": "2026-10-15T12:00:00Z"}));
    Folder::walk(6).hold("tickets", more).ingest(&bench).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(
        bench.rows("select issue_key, change from issue_changes where run_id = 4"),
        ["ticket_missing_org/34|new"]
    );
}

#[test]
fn a_ticket_that_a_list_leaves_out_follows_its_requester() {
    let bench = warehouse();
    let moved = json!([
        {"id": 11, "email": "ann@birch-demo.com", "role": "end-user"},
        {"id": 12, "email": "ben@alder-demo.com", "role": "end-user"},
    ]);
    let folder = Folder::walk(3).say("tickets", "listing", "tickets").hold("tickets", json!([]));
    folder.hold("users", moved).ingest(&bench).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(
        bench.rows("select issue_key from issues where code like 'ticket%'"),
        ["ticket_missing_org/32"],
        "31 was of alder-demo.com, 32 is"
    );
}

#[test]
fn a_ticket_that_an_export_held_back_is_not_gone() {
    let bench = warehouse();
    // 31 changed in the last minute of the walk, which the export holds back; 32 is deleted, which it shows.
    let folder = Folder::walk(3).hold("tickets", json!([ticket(32, 12, "deleted")]));
    folder.write(&bench);
    bench.run(&[&INGEST[..], &["--accept-shrink"]].concat()).expect(0);
    assert_eq!(
        bench.rows("select ticket_id, status from zendesk_tickets where snapshot_id = 3"),
        ["31|open", "32|deleted"]
    );
    assert!(collections(&bench).contains(&"tickets|complete|~|1|walk|~|{\"cursor\":\"c3\"}".to_owned()));
    // A list shows what is there: what it leaves out of another collection is gone.
    let folder = Folder::walk(4).hold("organization_memberships", json!([]));
    folder.write(&bench);
    bench.run(&[&INGEST[..], &["--accept-shrink"]].concat()).expect(0);
    assert_eq!(
        bench.rows("select count(*) from zendesk_organization_memberships where snapshot_id = 4"),
        ["0"]
    );
}

#[test]
fn a_folder_of_tickets_since_a_day_is_bounded() {
    let bench = warehouse();
    let mut folder = Folder::walk(3).hold("tickets", json!([ticket(31, 11, "open")]));
    folder.manifest["options"] = json!({"since": "2026-10-01", "tickets": "export"});
    folder.write(&bench);
    assert_snapshot!(bench.unchanged(&INGEST).text(), @"
    exit 1
    error: manifest.json, line 1, column 1061, field options: expected an ISO-8601 time with an offset, like 2026-01-31T08:00:00Z
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    folder.manifest["options"] = json!({"since": "2026-10-01T00:00:00Z"});
    folder.ingest(&bench).expect(0);
    assert_eq!(
        bench.rows(
            "select outcome, reason, bound_since, continue_at from snapshot_collections
                    where snapshot_id = 3 and collection = 'tickets'"
        ),
        ["bounded|since|2026-10-01T00:00:00Z|~"]
    );
    assert_eq!(bench.value("select count(*) from latest_zendesk_tickets"), "2");
}

#[test]
fn a_manifest_that_makes_no_sense_is_named() {
    let bench = warehouse();
    let mut said = Vec::new();
    for (key, value) in [
        ("outcome", json!("finished")),
        ("outcome", json!(1)),
        ("reason", json!("ann@alder-demo.com")),
        ("reading", json!(true)),
        ("since", json!({"page": 2})),
        ("continue_at", json!({"time": "now"})),
        ("started_at", json!("yesterday")),
    ] {
        let folder = Folder::walk(3).say("users", key, value);
        folder.write(&bench);
        let told = bench.unchanged(&INGEST).silent_about(&["finished", "ann@", "page", "now", "yesterday"]);
        said.push(format!("{key}: {}", told.code_and_first_line()));
    }
    for collections in [json!([]), json!({"users": ["complete"]}), json!("all")] {
        let mut folder = Folder::walk(3);
        folder.manifest["collections"] = collections;
        folder.write(&bench);
        said.push(bench.unchanged(&INGEST).code_and_first_line());
    }
    assert_snapshot!(said.join("\n"), @"
    outcome: exit 1: error: manifest.json, line 1, column 903, field collections: expected complete, partial or not_permitted
    outcome: exit 1: error: manifest.json, line 1, column 894, field collections: expected a string
    reason: exit 1: error: manifest.json, line 1, column 960, field collections: expected a code of lower-case letters, digits and underscores
    reading: exit 1: error: manifest.json, line 1, column 928, field collections: expected a string
    since: exit 1: error: manifest.json, line 1, column 994, field collections: expected `time` or `cursor`
    continue_at: exit 1: error: manifest.json, line 1, column 825, field collections: expected i64
    started_at: exit 1: error: manifest.json, line 1, column 1016, field collections: expected an ISO-8601 time with an offset, like 2026-01-31T08:00:00Z
    exit 1: error: manifest.json, line 1, column 15, field collections: expected an object
    exit 1: error: manifest.json, line 1, column 24, field collections: expected an object
    exit 1: error: manifest.json, line 1, column 20, field collections: expected an object
    ");
    // What nobody knows is no mistake.
    let mut folder = Folder::walk(3).say("users", "weather", "fine");
    folder.manifest["collections"]["calls"] = json!({"outcome": 7});
    folder.manifest["x"] = json!([1]);
    folder.ingest(&bench).expect(0);
}
