//! Folders of Zendesk records that people really have, and what the command says of them.

use std::io::Read as _;

use insta::assert_snapshot;

use crate::common::bench::{Bench, Told};

const ORGANIZATIONS: &str = "{\"id\":1,\"name\":\"Alder Works\",\"domain_names\":[\"alder-demo.com\"],\
    \"external_id\":null,\"shared_tickets\":false,\"shared_comments\":false}\n";
const USERS: &str = "{\"id\":11,\"name\":\"Ann Alder\",\"email\":\"ann@alder-demo.com\",\"role\":\"end-user\",\
    \"verified\":true,\"active\":true,\"suspended\":false,\"organization_id\":1}\n\
    {\"id\":12,\"name\":\"Ben Birch\",\"email\":\"ben@alder-demo.com\",\"role\":\"end-user\",\
    \"verified\":true,\"active\":true,\"suspended\":false,\"organization_id\":null}\n";
const MEMBERSHIPS: &str = "{\"id\":21,\"user_id\":11,\"organization_id\":1,\"default\":true}\n";
const TICKETS: &str = "{\"id\":31,\"requester_id\":11,\"organization_id\":1,\"status\":\"open\",\"created_at\":\"2026-10-01T00:00:00Z\"}\n";
/// What must not be repeated in the talk.
const CUSTOMERS: [&str; 8] = ["Alder", "alder", "Birch", "birch", "Ann", "ann@", "Ben", "ben@"];

const INGEST: [&str; 4] = ["ingest", "zendesk", "--from", "zendesk"];

/// A folder beside the demo's data, with some files in place of the good ones.
fn folder(files: &[(&str, &[u8])]) -> Bench {
    let bench = Bench::with_demo();
    write_folder(&bench, files);
    bench
}

fn write_folder(bench: &Bench, files: &[(&str, &[u8])]) {
    for (name, content) in [
        ("organizations", ORGANIZATIONS),
        ("users", USERS),
        ("organization_memberships", MEMBERSHIPS),
        ("tickets", TICKETS),
    ] {
        if !files.iter().any(|(file, _)| file.split('.').next() == Some(name)) {
            bench.write(&format!("zendesk/{name}.ndjson"), content);
        }
    }
    for (name, content) in files {
        bench.write(&format!("zendesk/{name}"), content);
    }
}

/// Ingests a folder with these files: it is refused, and nothing changes.
fn refuse(files: &[(&str, &[u8])]) -> String {
    let told = folder(files).unchanged(&INGEST);
    assert_ne!(told.code, 0, "{}", told.err);
    told.silent_about(&CUSTOMERS).text()
}

/// Ingests a folder with these files into a new warehouse.
fn take(files: &[(&str, &[u8])]) -> (Bench, Told) {
    let bench = Bench::with_warehouse();
    write_folder(&bench, files);
    let told = bench.run(&INGEST).silent_about(&CUSTOMERS);
    (bench, told)
}

fn collections(bench: &Bench) -> Vec<String> {
    bench.rows(
        "select collection, outcome, reason, row_count, repeated_count, is_end_of_stream_seen
         from snapshot_collections where snapshot_id = (select max(snapshot_id) from snapshots)
         order by collection",
    )
}

/// `users.ndjson` with a second user made of these members.
fn second_user(members: &str) -> Vec<u8> {
    format!("{{\"id\":11,\"role\":\"end-user\"}}\n{{\"name\":\"Ben Birch\",{members}}}\n").into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    flate2::read::GzEncoder::new(bytes, flate2::Compression::default()).read_to_end(&mut packed).unwrap();
    packed
}

#[test]
fn a_folder_must_be_one() {
    let bench = Bench::with_demo();
    bench.write("empty/readme.txt", "");
    bench.write("accounts.csv", "");
    let from = |name: &str| bench.unchanged(&["ingest", "zendesk", "--from", name]).text();
    assert_snapshot!(from("missing"), @r"
    exit 1
    error: missing cannot be read: no such file or folder
    hint: check the path and who may read it
    ");
    assert_snapshot!(from("empty"), @r"
    exit 1
    error: empty holds none of organizations, users, organization_memberships, tickets
    hint: name the files organizations.ndjson, users.ndjson, organization_memberships.ndjson and tickets.ndjson; .json and .gz work too
    ");
    assert_snapshot!(from("accounts.csv"), @r"
    exit 1
    error: accounts.csv is not a folder
    hint: name the folder that holds organizations.ndjson, users.ndjson and the others
    ");
    assert_snapshot!(bench.unchanged(&["ingest", "zendesk"]).text(), @"
    exit 4
    error: there are no Zendesk credentials: no variable and no file holds them
    hint: export ZENDESK_SUBDOMAIN=… ZENDESK_OAUTH_CLIENT_ID=… ZENDESK_OAUTH_CLIENT_SECRET=…, or name a file with --credentials; docs/zendesk-login.md shows each click
    ");
}

#[test]
fn a_broken_line_is_named() {
    let broken = format!("{USERS}{{\"id\":13,\"name\":\"Cleo Alder,\"email\":7}}\n{USERS}");
    assert_snapshot!(refuse(&[("users.ndjson", broken.as_bytes())]), @"
    exit 1
    error: users.ndjson, line 3, column 30, field name: broken JSON: expected `,` or `}`
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    let text = format!("{USERS}Ann Alder;ann@alder-demo.com\n");
    assert_snapshot!(refuse(&[("users.ndjson", text.as_bytes())]), @"
    exit 1
    error: users.ndjson, line 3, column 1: broken JSON: expected { or [
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    let comma = USERS.replace("}\n", "},\n");
    assert_snapshot!(refuse(&[("users.ndjson", comma.as_bytes())]), @"
    exit 1
    error: users.ndjson, line 1, column 144: broken JSON: expected { or [
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
}

#[test]
fn a_file_cut_in_the_middle_of_a_record_is_refused() {
    assert_snapshot!(refuse(&[("users.ndjson", &USERS.as_bytes()[..USERS.len() - 30])]), @r"
    exit 1
    error: users.ndjson, line 2, column 118: the file ends in the middle of a record or a page
    hint: the download was interrupted; fetch the collection again
    ");
    let envelope = format!("{{\"users\":[{}]", USERS.trim().replace('\n', ","));
    assert_snapshot!(refuse(&[("users.json", envelope.as_bytes())]), @r"
    exit 1
    error: users.json, line 1, column 302: the file ends in the middle of a record or a page
    hint: the download was interrupted; fetch the collection again
    ");
    assert_snapshot!(refuse(&[("users.json", &envelope.as_bytes()[..80])]), @r"
    exit 1
    error: users.json, line 1, column 81: the file ends in the middle of a record or a page
    hint: the download was interrupted; fetch the collection again
    ");
}

#[test]
fn a_file_cut_at_a_line_end_shrinks_and_closes_nothing() {
    let bench = Bench::with_demo();
    bench.copy("fixtures/demo/zendesk", "zendesk");
    let users = std::fs::read_to_string(bench.path("zendesk/users.ndjson")).unwrap();
    let half: String = users.lines().take(19).map(|line| format!("{line}\n")).collect();
    bench.write("zendesk/users.ndjson", half);
    let count = "select count(*) from latest_zendesk_users";
    let before = bench.value(count);
    assert_snapshot!(bench.run(&INGEST).text(), @r"
    exit 6
    Zendesk lets a user belong to several organizations
    users: 19 rows after 39 in the last complete snapshot; if that is right, ingest again with --accept-shrink
    organizations: complete, 14 rows
    users: partial (shrunk), 19 rows
    organization_memberships: complete, 32 rows
    tickets: complete, 48 rows
    snapshot 3 of zendesk taken at 2026-11-02T06:00:00Z
    next: orgdrift audit
    ");
    assert_eq!(bench.value(count), before);
    bench.run(&["audit"]).expect(6);
    assert_eq!(
        bench.rows(
            "select distinct is_evaluated, issue_count from run_coverage
             where run_id = 2 and code like 'user%' or run_id = 2 and code like 'ticket%'"
        ),
        ["0|~"]
    );
    bench.run(&INGEST).expect(6);
    assert_snapshot!(
        bench.run(&["ingest", "zendesk", "--from", "zendesk", "--accept-shrink"]).text(),
        @r"
    exit 0
    Zendesk lets a user belong to several organizations
    organizations: complete, 14 rows
    users: complete, 19 rows
    organization_memberships: complete, 32 rows
    tickets: complete, 48 rows
    snapshot 5 of zendesk taken at 2026-11-02T06:00:00Z
    next: orgdrift audit
    "
    );
    assert_eq!(bench.value(count), "19");
}

#[test]
fn a_page_that_says_more_follows_is_partial() {
    let page =
        |tail: &str| format!("{{\"users\":[{}],{tail}}}", USERS.trim().replace('\n', ",")).into_bytes();
    let (bench, told) =
        take(&[("users.json", &page("\"meta\":{\"has_more\":true,\"after_cursor\":\"xyz\"}"))]);
    assert_snapshot!(told.text(), @"
    exit 6
    no origin: the snapshot can be audited, but its plans cannot be applied; see --subdomain and --taken-at
    account_settings.json does not say whether a user may belong to several organizations: counts as no
    organizations: complete, 1 row
    users: partial (more_to_come), 2 rows
    organization_memberships: complete, 1 row
    tickets: complete, 1 row
    snapshot 1 of zendesk taken at 2026-11-02T07:00:00Z
    next: orgdrift ingest salesforce FILE
    ");
    assert_eq!(collections(&bench)[3], "users|partial|more_to_come|2|0|0");
    let (bench, told) = take(&[("users.json", &page("\"end_of_stream\":false,\"after_cursor\":\"xyz\""))]);
    told.expect(6);
    assert_eq!(collections(&bench)[3], "users|partial|more_to_come|2|0|0");
    let last =
        page("\"meta\":{\"has_more\":false},\"links\":{\"next\":\"https://x.zendesk.com/api/v2/users\"}");
    let (bench, told) = take(&[("users.json", &last)]);
    told.expect(0);
    assert_eq!(collections(&bench)[3], "users|complete|~|2|0|1");
    // Several pages in one file: the last one decides.
    let mut pages = page("\"meta\":{\"has_more\":true}");
    pages.extend(page("\"meta\":{\"has_more\":false}"));
    let (bench, told) = take(&[("users.json", &pages)]);
    told.expect(0);
    assert_eq!(collections(&bench)[3], "users|complete|~|2|2|1");
    let (bench, told) =
        take(&[("users.json", &page("\"next_page\":\"https://x.zendesk.com/2\",\"count\":9"))]);
    told.expect(6);
    assert_eq!(collections(&bench)[3], "users|partial|more_to_come|2|0|0");
}

#[test]
fn a_bad_id_refuses_the_collection() {
    assert_snapshot!(refuse(&[("users.ndjson", &second_user("\"id\":9223372036854775808"))]), @"
    exit 1
    error: users.ndjson, line 2, column 44, field id: expected an id: a whole number from 1 to 9223372036854775807
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("users.ndjson", &second_user("\"id\":99999999999999999999999"))]), @"
    exit 1
    error: users.ndjson, line 2, column 48, field id: expected an id: a whole number from 1 to 9223372036854775807
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("users.ndjson", &second_user("\"id\":\"12x\""))]), @"
    exit 1
    error: users.ndjson, line 2, column 30, field id: expected an id: a whole number from 1 to 9223372036854775807
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("users.ndjson", &second_user("\"id\":-12"))]), @"
    exit 1
    error: users.ndjson, line 2, column 28, field id: expected an id: a whole number from 1 to 9223372036854775807
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("users.ndjson", &second_user("\"id\":0"))]), @"
    exit 1
    error: users.ndjson, line 2, column 26, field id: expected an id: a whole number from 1 to 9223372036854775807
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("users.ndjson", &second_user("\"id\":12.5"))]), @"
    exit 1
    error: users.ndjson, line 2, column 29, field id: expected an id: a whole number from 1 to 9223372036854775807
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("users.ndjson", &second_user("\"id\":null"))]), @"
    exit 1
    error: users.ndjson, line 2, column 29, field id: expected an id: a whole number from 1 to 9223372036854775807
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("users.ndjson", &second_user("\"role\":\"agent\""))]), @"
    exit 1
    error: users.ndjson, line 2, column 1, field id: is missing
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
}

#[test]
fn a_wrong_type_is_named_and_not_shown() {
    assert_snapshot!(refuse(&[("users.ndjson", &second_user("\"id\":12,\"email\":[\"ben@birch-demo.com\"]"))]), @"
    exit 1
    error: users.ndjson, line 2, column 36, field email: expected a string
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("users.ndjson", &second_user("\"id\":12,\"verified\":\"Ben Birch\""))]), @"
    exit 1
    error: users.ndjson, line 2, column 50, field verified: expected a boolean
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(
        refuse(&[("users.ndjson", &second_user("\"id\":12,\"created_at\":\"Ann's birthday\""))]),
        @"
    exit 1
    error: users.ndjson, line 2, column 57, field created_at: expected an ISO-8601 time with an offset, like 2026-01-31T08:00:00Z
    hint: nothing was stored; fetch the file again, or correct it at that place
    "
    );
    assert_snapshot!(
        refuse(&[("organizations.ndjson", b"{\"id\":1,\"name\":\"Alder\",\"domain_names\":\"alder-demo.com\"}")]),
        @"
    exit 1
    error: organizations.ndjson, line 1, column 54, field domain_names: expected a list of strings
    hint: nothing was stored; fetch the file again, or correct it at that place
    "
    );
    assert_snapshot!(refuse(&[("organizations.ndjson", b"{\"id\":1}")]), @"
    exit 1
    error: organizations.ndjson, line 1, column 1, field name: is missing
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(
        refuse(&[("tickets.ndjson", b"{\"id\":1,\"status\":\"open\",\"created_at\":\"2026-13-01T00:00:00Z\"}")]),
        @"
    exit 1
    error: tickets.ndjson, line 1, column 59, field created_at: expected an ISO-8601 time with an offset, like 2026-01-31T08:00:00Z
    hint: nothing was stored; fetch the file again, or correct it at that place
    "
    );
    assert_snapshot!(refuse(&[("organization_memberships.ndjson", b"{\"id\":1,\"user_id\":2,\"organization_id\":null}")]), @"
    exit 1
    error: organization_memberships.ndjson, line 1, column 42, field organization_id: expected an id: a whole number from 1 to 9223372036854775807
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
}

#[test]
fn a_file_that_holds_something_else_is_refused() {
    let tickets = format!("{{\"tickets\":[{}]}}", TICKETS.trim());
    assert_snapshot!(refuse(&[("users.json", tickets.as_bytes())]), @r"
    exit 1
    error: users.json, line 1, column 113: the file holds tickets, where users were expected
    hint: give the file the name `tickets`, with the same ending
    ");
    assert_snapshot!(
        refuse(&[("users.json", b"{\"error\":\"Couldn't authenticate you\",\"description\":\"Ann Alder\"}")]),
        @r"
    exit 1
    error: users.json, line 1, column 63: an error message of the API, not records
    hint: fetch the collection again and look at its first reply
    "
    );
    assert_snapshot!(refuse(&[("users.ndjson", b"<!DOCTYPE html><html><title>Sign in</title>")]), @r"
    exit 1
    error: users.ndjson, line 1, column 1: a web page, not JSON
    hint: a sign-in or error page was saved in place of the API's reply; fetch it again with a token
    ");
    assert_snapshot!(refuse(&[("users.json", b"{\"people\":[{\"id\":1}]}")]), @"
    exit 1
    error: users.json, line 1, column 1, field id: is missing
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("users.json", b"[1,2]")]), @"
    exit 1
    error: users.json, line 1, column 2: expected a record: an object
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("users.json", b"\"Ann\"")]), @"
    exit 1
    error: users.json, line 1, column 1: broken JSON: expected { or [
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
}

#[test]
fn records_of_another_collection_are_refused() {
    assert_snapshot!(refuse(&[("users.ndjson", TICKETS.as_bytes())]), @r"
    exit 1
    error: users.ndjson, line 1, column 1: the file holds tickets, where users were expected
    hint: give the file the name `tickets`, with the same ending
    ");
    assert_snapshot!(refuse(&[("users.ndjson", ORGANIZATIONS.as_bytes())]), @r"
    exit 1
    error: users.ndjson, line 1, column 1: the file holds organizations, where users were expected
    hint: give the file the name `organizations`, with the same ending
    ");
    assert_snapshot!(refuse(&[("users.ndjson", MEMBERSHIPS.as_bytes())]), @r"
    exit 1
    error: users.ndjson, line 1, column 1: the file holds organization_memberships, where users were expected
    hint: give the file the name `organization_memberships`, with the same ending
    ");
    assert_snapshot!(refuse(&[("organizations.ndjson", USERS.as_bytes())]), @r"
    exit 1
    error: organizations.ndjson, line 1, column 1: the file holds users, where organizations were expected
    hint: give the file the name `users`, with the same ending
    ");
    assert_snapshot!(refuse(&[("organizations.ndjson", TICKETS.as_bytes())]), @r"
    exit 1
    error: organizations.ndjson, line 1, column 1: the file holds tickets, where organizations were expected
    hint: give the file the name `tickets`, with the same ending
    ");
    assert_snapshot!(refuse(&[("tickets.ndjson", USERS.as_bytes())]), @r"
    exit 1
    error: tickets.ndjson, line 1, column 1: the file holds users, where tickets were expected
    hint: give the file the name `users`, with the same ending
    ");
    assert_snapshot!(refuse(&[("organization_memberships.ndjson", TICKETS.as_bytes())]), @r"
    exit 1
    error: organization_memberships.ndjson, line 1, column 1: the file holds tickets, where organization_memberships were expected
    hint: give the file the name `tickets`, with the same ending
    ");
}

#[test]
fn two_files_for_one_collection_are_refused() {
    assert_snapshot!(
        refuse(&[("users.ndjson", USERS.as_bytes()), ("users.json.gz", &gzip(USERS.as_bytes()))]),
        @r"
    exit 1
    error: users.ndjson and users.json.gz hold the same collection
    hint: move users.ndjson or users.json.gz out of the folder
    "
    );
}

#[test]
fn a_damaged_file_is_refused() {
    let packed = gzip(USERS.repeat(50).as_bytes());
    assert_snapshot!(refuse(&[("users.ndjson.gz", &packed[..packed.len() / 2])]), @r"
    exit 1
    error: users.ndjson.gz is not a sound gzip file: incomplete deflate stream
    hint: check it with: gzip -t users.ndjson.gz
    ");
    assert_snapshot!(refuse(&[("users.ndjson.gz", b"")]), @r"
    exit 1
    error: users.ndjson.gz is not a sound gzip file: unexpected end of file
    hint: check it with: gzip -t users.ndjson.gz
    ");
    assert_snapshot!(refuse(&[("users.ndjson.gz", USERS.as_bytes())]), @r"
    exit 1
    error: users.ndjson.gz is not a sound gzip file: invalid gzip header
    hint: check it with: gzip -t users.ndjson.gz
    ");
    assert_snapshot!(refuse(&[("users.ndjson", &packed)]), @r"
    exit 1
    error: users.ndjson is compressed, but its name does not end in .gz
    hint: rename it to users.ndjson.gz
    ");
    let mut bytes = USERS.as_bytes().to_vec();
    bytes.extend(b"{\"id\":13,\"name\":\"Ann M\xfcller\"}\n");
    assert_snapshot!(refuse(&[("users.ndjson", &bytes)]), @r"
    exit 1
    error: users.ndjson, line 3, column 23: not UTF-8
    ");
    let utf16: Vec<u8> = "\u{feff}{\"id\":13}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_snapshot!(refuse(&[("users.ndjson", &utf16)]), @r"
    exit 1
    error: users.ndjson is UTF-16; JSON is read as UTF-8
    hint: convert it with: iconv -f UTF-16 -t UTF-8 users.ndjson
    ");
}

#[test]
fn what_was_not_read_is_not_evaluated() {
    let bench = Bench::with_demo();
    bench.copy("fixtures/demo/zendesk", "zendesk");
    std::fs::remove_file(bench.path("zendesk/users.ndjson")).unwrap();
    assert_snapshot!(bench.run(&INGEST).text(), @r"
    exit 6
    Zendesk lets a user belong to several organizations
    organizations: complete, 14 rows
    users: skipped (no_file), 0 rows
    organization_memberships: complete, 32 rows
    tickets: complete, 48 rows
    snapshot 3 of zendesk taken at 2026-11-02T06:00:00Z
    next: orgdrift audit
    ");
    let told = bench.run(&["audit"]).expect(6);
    for line in told.out.lines().filter(|line| line.contains("user_") || line.contains("ticket_")) {
        assert!(line.contains(" ? ") && line.contains("not evaluated: users: skipped (no_file)"), "{line}");
    }
    assert_snapshot!(
        bench
            .rows(
                "select code, reason, issue_count from run_coverage where run_id = 2 and is_evaluated = 0
                 order by code"
            )
            .join("\n"),
        @r"
    email_domain_outside_org|users: skipped (no_file)|~
    ticket_missing_org|users: skipped (no_file)|~
    ticket_org_mismatch|users: skipped (no_file)|~
    user_default_org_not_expected|users: skipped (no_file)|~
    user_domain_ambiguous|users: skipped (no_file)|~
    user_missing_expected_membership|users: skipped (no_file)|~
    user_resolution_blocked_duplicate_external_id|users: skipped (no_file)|~
    "
    );
    // The issues of those codes are neither open nor resolved.
    assert_eq!(
        bench.rows(
            "select distinct change from issue_changes where run_id = 2
             and (issue_key like 'user%' or issue_key like 'ticket%')"
        ),
        ["not_comparable"]
    );
    assert_eq!(bench.value("select count(*) from issue_changes where change = 'resolved'"), "0");
    bench.run(&["audit", "--fail-on", "low"]).expect(3);
    bench.run(&["audit", "--fail-on", "critical"]).expect(3);
}

#[test]
fn nothing_found_is_no_good_news_where_nothing_was_looked_at() {
    let bench = Bench::empty();
    bench.copy("fixtures/clean", "clean");
    std::fs::remove_file(bench.path("clean/zendesk/users.ndjson")).unwrap();
    bench.run(&["ingest", "salesforce", "clean/accounts.csv"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "clean/zendesk"]).expect(6);
    assert_eq!(bench.run(&["audit", "--fail-on", "low"]).code, 6);
    let told = bench.run(&["audit"]).expect(6);
    assert!(told.out.contains("0 open issues known; 6 codes not evaluated"), "{}", told.out);
    let told = bench.run(&["list", "accounts"]).expect(0);
    assert!(
        told.err.contains("run 1 did not evaluate email_domain_outside_org, ticket_missing_org, "),
        "{}",
        told.err
    );
}

#[test]
fn of_one_id_the_later_record_counts() {
    let early = "{\"id\":11,\"email\":null,\"verified\":true,\"active\":true,\"suspended\":false,\"organization_id\":null,\"role\":\"agent\",\"updated_at\":\"2026-10-01T00:00:00Z\"}\n";
    let late = "{\"id\":11,\"email\":null,\"verified\":true,\"active\":true,\"suspended\":false,\"organization_id\":null,\"role\":\"admin\",\"updated_at\":\"2026-10-02T00:00:00Z\"}\n";
    for users in [format!("{early}{late}"), format!("{late}{early}"), format!("{late}{early}{early}")] {
        let (bench, told) = take(&[("users.ndjson", users.as_bytes())]);
        told.expect(0);
        assert_eq!(bench.rows("select user_id, role from zendesk_users"), ["11|admin"]);
        let repeated = users.lines().count() - 1;
        assert_eq!(collections(&bench)[3], format!("users|complete|~|1|{repeated}|0"));
    }
    // Of equally old ones the last.
    let (bench, _) =
        take(&[("users.ndjson", format!("{late}{}", late.replace("admin", "agent")).as_bytes())]);
    assert_eq!(bench.rows("select user_id, role from zendesk_users"), ["11|agent"]);
}

#[test]
fn of_one_membership_under_two_users_the_later_counts() {
    let early = "{\"id\":21,\"user_id\":11,\"organization_id\":1,\"default\":true,\"updated_at\":\"2026-10-01T00:00:00Z\"}\n";
    let late = "{\"id\":21,\"user_id\":12,\"organization_id\":1,\"default\":true,\"updated_at\":\"2026-10-02T00:00:00Z\"}\n";
    for memberships in [format!("{early}{late}"), format!("{late}{early}")] {
        let (bench, told) = take(&[("organization_memberships.ndjson", memberships.as_bytes())]);
        told.expect(0);
        assert_eq!(
            bench.rows("select membership_id, user_id from zendesk_organization_memberships"),
            ["21|12"]
        );
        assert_eq!(collections(&bench)[0], "organization_memberships|complete|~|1|1|0");
    }
}

#[test]
fn an_empty_file_is_a_collection_of_none() {
    let (bench, told) =
        take(&[("users.ndjson", b""), ("tickets.json", b"[]"), ("organization_memberships.json", b" \n")]);
    assert_snapshot!(told.text(), @"
    exit 0
    no origin: the snapshot can be audited, but its plans cannot be applied; see --subdomain and --taken-at
    account_settings.json does not say whether a user may belong to several organizations: counts as no
    organizations: complete, 1 row
    users: complete, 0 rows: the file has no record
    organization_memberships: complete, 0 rows: the file has no record
    tickets: complete, 0 rows: the file has no record
    3 doubtful values, see ingest_warnings for snapshot 1
    snapshot 1 of zendesk taken at 2026-11-02T07:00:00Z
    next: orgdrift ingest salesforce FILE
    ");
    assert_eq!(
        collections(&bench),
        [
            "organization_memberships|complete|~|0|0|0",
            "organizations|complete|~|1|0|0",
            "tickets|complete|~|0|0|0",
            "users|complete|~|0|0|0"
        ]
    );
    assert_eq!(
        bench.rows("select reason, subject_kind, subject_id from ingest_warnings order by 3"),
        [
            "empty_collection|collection|organization_memberships",
            "empty_collection|collection|tickets",
            "empty_collection|collection|users"
        ]
    );
}

#[test]
fn a_window_on_tickets_resolves_nothing() {
    let bench = Bench::with_demo();
    bench.copy("fixtures/demo/zendesk", "zendesk");
    let tickets = "select ticket_id from issues where ticket_id is not null and run_id = 1 order by 1";
    let drifted = bench.rows(tickets);
    assert_eq!(drifted.len(), 2);
    let newest = bench.value(&format!(
        "select max(t.created_at) from latest_zendesk_tickets as t where t.ticket_id in ({})",
        drifted.join(",")
    ));
    let told = bench.run(&["ingest", "zendesk", "--from", "zendesk", "--since", &newest]).expect(0);
    let line = told.err.lines().find(|line| line.starts_with("tickets:")).unwrap();
    assert!(line.starts_with("tickets: bounded (since), "), "{line}");
    let told = bench.run(&["audit"]).expect(0);
    assert!(told.out.contains(&format!("created since {newest}")), "{}", told.out);
    assert_eq!(bench.rows("select count(*) from issues where run_id = 2 and ticket_id is not null"), ["1"]);
    assert_eq!(
        bench.rows("select change, count(*) from issue_changes where run_id = 2 group by change"),
        ["not_comparable|1"]
    );
    let bad = ["ingest", "zendesk", "--from", "zendesk", "--since", "last week"];
    assert_snapshot!(bench.unchanged(&bad).text(), @r"
    exit 2
    error: --since: not an ISO-8601 date or time: write 2026-11-02 or 2026-11-02T06:00:00Z
    ");
}

#[test]
fn a_warehouse_belongs_to_one_account() {
    let manifest: &[u8] = b"{\"subdomain\":\"other\",\"account_id\":7,\"taken_at\":\"2026-11-02T06:30:00Z\"}";
    assert_snapshot!(refuse(&[("manifest.json", manifest)]), @r"
    exit 5
    error: the records are of Zendesk account other/7, but the warehouse belongs to acme-demo.sandbox/20481973
    hint: the demo and every sandbox have a warehouse of their own: work in another folder, or name another file with --db
    ");
    let bench = folder(&[("manifest.json", manifest)]);
    let mut arguments = INGEST.to_vec();
    arguments.extend(["--subdomain", "acme-demo"]);
    assert_snapshot!(bench.unchanged(&arguments).text(), @r"
    exit 5
    error: --subdomain names acme-demo, but the manifest of zendesk names other
    hint: omit --subdomain, or name the right folder
    ");
    let bench = folder(&[]);
    arguments.pop();
    arguments.push("other");
    assert_snapshot!(bench.unchanged(&arguments).text(), @r"
    exit 5
    error: the records are of Zendesk account other, but the warehouse belongs to acme-demo.sandbox/20481973
    hint: the demo and every sandbox have a warehouse of their own: work in another folder, or name another file with --db
    ");
    arguments.pop();
    arguments.push("evil.com/#");
    assert_snapshot!(bench.unchanged(&arguments).text(), @r"
    exit 2
    error: invalid value 'evil.com/#' for '--subdomain <NAME>': write the part before .zendesk.com: letters, digits and hyphens

    For more information, try '--help'.
    ");
}

#[test]
fn a_folder_without_a_manifest_has_no_origin() {
    let (bench, told) = take(&[]);
    assert_snapshot!(told.text(), @"
    exit 0
    no origin: the snapshot can be audited, but its plans cannot be applied; see --subdomain and --taken-at
    account_settings.json does not say whether a user may belong to several organizations: counts as no
    organizations: complete, 1 row
    users: complete, 2 rows
    organization_memberships: complete, 1 row
    tickets: complete, 1 row
    snapshot 1 of zendesk taken at 2026-11-02T07:00:00Z
    next: orgdrift ingest salesforce FILE
    ");
    assert_eq!(
        bench.rows("select source_identity, taken_at_source, multiple_organizations from snapshots"),
        ["~|ingest|unknown"]
    );
}

#[test]
fn an_older_folder_is_refused() {
    let manifest: &[u8] =
        b"{\"subdomain\":\"acme-demo.sandbox\",\"account_id\":20481973,\"taken_at\":\"2026-11-02T05:59:59Z\"}";
    assert_snapshot!(refuse(&[("manifest.json", manifest)]), @r"
    exit 5
    error: the snapshot was taken at 2026-11-02T05:59:59Z, before the latest zendesk snapshot (2026-11-02T06:00:00Z)
    hint: ingest snapshots in the order in which they were taken; check --taken-at
    ");
}

#[test]
fn a_bad_manifest_is_refused() {
    for name in ["manifest.json", "account_settings.json"] {
        let said = refuse(&[(name, b"{\"subdomain\":")]);
        assert!(said.starts_with(&format!("exit 1\nerror: {name}, line 1")), "{said}");
    }
    assert_snapshot!(refuse(&[("manifest.json", b"{\"subdomain\":\"acme-demo\"")]), @r"
    exit 1
    error: manifest.json, line 1, column 25: the file ends in the middle of a record or a page
    hint: the download was interrupted; fetch the collection again
    ");
    assert_snapshot!(refuse(&[("manifest.json", b"{\"subdomain\":\"evil.com/#\"}")]), @"
    exit 1
    error: manifest.json, line 1, column 25, field subdomain: expected a subdomain: letters, digits and inner hyphens, 63 at most
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("manifest.json", b"{\"subdomain\":\"acme-demo\",\"account_id\":\"-7\"}")]), @"
    exit 1
    error: manifest.json, line 1, column 42, field account_id: expected an account id: a positive whole number, or its digits as a string
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("manifest.json", b"{\"taken_at\":\"yesterday\"}")]), @"
    exit 1
    error: manifest.json, line 1, column 23, field taken_at: expected an ISO-8601 time with an offset, like 2026-01-31T08:00:00Z
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("manifest.json", b"")]), @"
    exit 1
    error: manifest.json, line 1, column 1: broken JSON: expected {
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("account_settings.json", b"{\"settings\":{\"user\":{\"multiple_organizations\":\"yes\"}}}")]), @"
    exit 1
    error: account_settings.json, line 1, column 51, field settings: expected a boolean
    hint: nothing was stored; fetch the file again, or correct it at that place
    ");
    assert_snapshot!(refuse(&[("account_settings.json", b"{\"error\":\"Forbidden\"}")]), @r"
    exit 1
    error: account_settings.json, line 1: an error message of the API, not records
    hint: fetch the collection again and look at its first reply
    ");
}
