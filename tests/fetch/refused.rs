//! What a live reading refuses, and what it does where the account does.

use orgdrift::fetch::{self, Outcome, Progress, Starts, State, Task, TicketListing};
use orgdrift::model::UserRole;
use orgdrift::sandbox::{Options, World};
use orgdrift::zendesk::client::{ClientOptions, Credentials, Patience, RateShare, ZendeskClient};

use super::{generous, names, sandbox_of, write_company};
use crate::common::bench::Bench;
use crate::common::clock;
use crate::common::faults::{Fault, Which};
use crate::common::sandbox::TestSandbox;

fn demo_as(options: Options) -> TestSandbox {
    TestSandbox::start(World::demo().unwrap(), options, clock())
}

#[test]
fn without_the_right_credentials_nothing_is_left_behind() {
    let bench = Bench::empty();
    let sandbox = demo_as(Options { role: UserRole::Agent, ..generous() });
    let mut told = bench.run_live(&sandbox, &["ingest", "zendesk"]).expect(4).text();
    told += &bench.run(&["ingest", "zendesk"]).expect(4).text();
    let sandbox = demo_as(generous());
    let mut wrong = bench.live_command(&sandbox, &["fetch", "zendesk", "folder"]);
    wrong.env("ZENDESK_OAUTH_TOKEN", "wrong-token");
    let output = wrong.output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let host = sandbox.url.trim_start_matches("http://");
    told += &String::from_utf8(output.stderr).unwrap().replace(host, "[host]");
    insta::assert_snapshot!(told, @"
    exit 4
    error: the user who logs in has the role agent, but reading an account needs an admin
    hint: make the token or OAuth client as an admin: exports are for admins only
    exit 4
    error: there are no Zendesk credentials: no variable and no file holds them
    hint: export ZENDESK_SUBDOMAIN=… ZENDESK_OAUTH_CLIENT_ID=… ZENDESK_OAUTH_CLIENT_SECRET=…, or name a file with --credentials; docs/zendesk-login.md shows each click
    error: [host] does not take the OAuth token: it is wrong, has ended or was revoked: invalid_token, The access token provided is expired, revoked, malformed or invalid for other reasons.
    hint: set a new ZENDESK_OAUTH_TOKEN, or an OAuth client, whose tokens orgdrift renews itself
    ");
    assert!(!told.contains("wrong-token"));
    assert_eq!(names(&bench.path("")), [""; 0]);
}

#[test]
fn options_of_a_folder_and_of_an_account_do_not_mix() {
    let bench = Bench::empty();
    bench.copy("fixtures/demo/zendesk", "zendesk");
    let mut told = String::new();
    for option in [&["--resume"][..], &["--tickets", "list"], &["--continue"], &["--rate-share", "5"]] {
        let mut arguments = vec!["ingest", "zendesk", "--from", "zendesk"];
        arguments.extend(option);
        told += &bench.run(&arguments).expect(2).text();
    }
    insta::assert_snapshot!(told, @"
    exit 2
    error: --resume works only with a live account, but --from names a folder
    exit 2
    error: --tickets works only with a live account, but --from names a folder
    exit 2
    error: --continue works only with a live account, but --from names a folder
    exit 2
    error: --rate-share works only with a live account, but --from names a folder
    ");
    for option in [
        &["--taken-at", "2026-01-01"][..],
        &["--subdomain", "acme"],
        &["--resume", "--restart"],
        &["--full", "--continue"],
        &["--rate-share", "0"],
        &["--rate-share", "101"],
    ] {
        let mut arguments = vec!["ingest", "zendesk"];
        arguments.extend(option);
        bench.run(&arguments).expect(2);
    }
    assert!(!bench.db().exists());
}

#[test]
fn a_folder_that_nobody_fetched_is_left_alone() {
    let bench = Bench::empty();
    bench.copy("fixtures/demo/zendesk", "zendesk");
    let before = names(&bench.path("zendesk"));
    let sandbox = TestSandbox::demo();
    let mut told = bench.run_live(&sandbox, &["fetch", "zendesk", "zendesk"]).expect(5).text();
    told += &bench.run_live(&sandbox, &["fetch", "zendesk", "zendesk", "--resume"]).expect(5).text();
    told += &bench.run_live(&sandbox, &["fetch", "zendesk", "zendesk/users.ndjson"]).expect(1).text();
    bench.run_live(&sandbox, &["fetch", "zendesk", "fetched"]).expect(0);
    told += &bench.run_live(&sandbox, &["fetch", "zendesk", "fetched"]).expect(5).text();
    insta::assert_snapshot!(told, @"
    exit 5
    error: zendesk is not empty, and what is in it was not fetched
    hint: name an empty folder, or a new one
    exit 5
    error: zendesk is not empty, and what is in it was not fetched
    hint: name an empty folder, or a new one
    exit 1
    error: zendesk/users.ndjson is not a folder, and links are not followed
    exit 5
    error: fetched holds a finished fetch already, taken at 2026-11-02T07:00:00Z
    hint: ingest it with --from, or drop it and start over with --restart
    ");
    bench.run_live(&sandbox, &["fetch", "zendesk", "zendesk", "--restart"]).expect(5);
    assert_eq!(names(&bench.path("zendesk")), before);
    bench.write("fetched/users.ndjson.gz", "");
    bench.run_live(&sandbox, &["fetch", "zendesk", "fetched", "--restart"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "fetched"]).expect(0);
}

#[test]
fn another_account_is_refused_before_it_is_read() {
    let bench = Bench::empty();
    bench.run_live(&TestSandbox::demo(), &["ingest", "zendesk"]).expect(0);
    let other = TestSandbox::start(World::empty("other", true), generous(), clock());
    let told = bench.run_live(&other, &["ingest", "zendesk"]).expect(5);
    insta::assert_snapshot!(told.text(), @"
    exit 5
    error: the records are of Zendesk account other.sandbox, but the warehouse belongs to acme-demo.sandbox
    hint: keep one warehouse for each Zendesk account: name another file with --db
    ");
    assert_eq!(other.ledger().len(), 0);
}

#[test]
fn a_collection_that_is_forbidden_leaves_the_others() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::demo();
    sandbox.faults.on("/api/v2/organization_memberships", Which::From(1), Fault::status(403, None));
    let told = bench.run_live(&sandbox, &["ingest", "zendesk"]).expect(6);
    insta::assert_snapshot!(told.text(), @"
    exit 6
    organizations: complete, 14 rows in 1 page
    users: complete, 38 rows in 1 page
    organization_memberships: not_permitted (forbidden), 0 rows in 0 pages
    tickets: complete, 48 rows in 1 page
    created orgdrift.db
    Zendesk lets a user belong to several organizations
    organizations: complete, 14 rows
    users: complete, 38 rows
    organization_memberships: not_permitted (forbidden), 0 rows
    tickets: complete, 48 rows
    snapshot 1 of zendesk taken at 2026-11-02T07:00:00Z
    next: orgdrift ingest salesforce FILE
    ");
    assert_eq!(
        bench.rows("select collection, outcome, reason from snapshot_collections order by collection"),
        [
            "organization_memberships|not_permitted|forbidden",
            "organizations|complete|~",
            "tickets|complete|~",
            "users|complete|~"
        ]
    );
    assert!(!bench.path("orgdrift.db.staging").exists(), "nothing can be resumed");
}

#[test]
fn a_token_without_the_scope_is_told_from_a_role_without_the_right() {
    let bench = Bench::empty();
    let sandbox = demo_as(Options { scopes: vec!["users:read".to_owned()], ..generous() });
    let told = bench.run_live(&sandbox, &["fetch", "zendesk", "folder"]).expect(6);
    insta::assert_snapshot!(told.text(), @"
    exit 6
    the account's settings cannot be read: whether a user may belong to several organizations is not known
    organizations: not_permitted (missing_scope), 0 rows in 0 pages
    users: complete, 38 rows in 1 page
    organization_memberships: not_permitted (missing_scope), 0 rows in 0 pages
    tickets: not_permitted (missing_scope), 0 rows in 0 pages
    next: orgdrift doctor
    ");
}

#[test]
fn a_window_that_begins_in_the_future_is_refused_before_anything_is_asked() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::demo();
    let told = bench.run_live(&sandbox, &["ingest", "zendesk", "--since", "2030-01-01"]).expect(5);
    insta::assert_snapshot!(told.text(), @"
    exit 5
    error: --since 2030-01-01T00:00:00Z is later than the snapshot itself (2026-11-02T07:00:00Z): no ticket would be left
    hint: name an earlier date
    ");
    assert_eq!(sandbox.ledger().len(), 0);
    assert_eq!(names(&bench.path("")), [""; 0]);
}

#[test]
fn an_account_that_forbids_everything_is_no_snapshot() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::demo();
    for path in ["/api/v2/organization", "/api/v2/users?", "/api/v2/incremental"] {
        sandbox.faults.on(path, Which::From(1), Fault::status(403, None));
    }
    bench.run_live(&sandbox, &["ingest", "zendesk"]).expect(4);
    assert!(!bench.db().exists());
    assert!(!bench.path("orgdrift.db.staging").exists());
}

#[test]
fn a_collection_that_is_cut_off_is_partial_and_can_be_completed() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::demo();
    sandbox.faults.on("/api/v2/users?", Which::From(1), Fault::wrong_page());
    let told = bench.run_live(&sandbox, &["ingest", "zendesk"]).expect(6);
    insta::assert_snapshot!(told.text(), @"
    exit 6
    organizations: complete, 14 rows in 1 page
    users: partial (bad_page), 0 rows in 0 pages
    organization_memberships: complete, 32 rows in 1 page
    tickets: complete, 48 rows in 1 page
    created orgdrift.db
    the fetched files are kept in orgdrift.db.staging
    Zendesk lets a user belong to several organizations
    organizations: complete, 14 rows
    users: partial (bad_page), 0 rows
    organization_memberships: complete, 32 rows
    tickets: complete, 48 rows
    snapshot 1 of zendesk taken at 2026-11-02T07:00:00Z
    next: orgdrift ingest zendesk --resume
    ");
    sandbox.faults.clear();
    let told = bench.run_live(&sandbox, &["ingest", "zendesk", "--resume"]).expect(0);
    insta::assert_snapshot!(told.text(), @"
    exit 0
    resuming the fetch of 2026-11-02T07:00:00Z
    Zendesk lets a user belong to several organizations
    organizations: complete, 14 rows
    users: complete, 38 rows
    organization_memberships: complete, 32 rows
    tickets: complete, 48 rows
    snapshot 2 of zendesk taken at 2026-11-02T07:00:00Z
    next: orgdrift ingest salesforce FILE
    ");
    assert_eq!(
        bench.rows(
            "select snapshot_id, outcome, reason, row_count from snapshot_collections
             where collection = 'users' order by 1"
        ),
        ["1|partial|bad_page|0", "2|complete|~|38"]
    );
    assert!(!bench.path("orgdrift.db.staging").exists());
}

/// Reads an account with a client that does not wait long.
fn impatient(sandbox: &TestSandbox, bench: &Bench) -> fetch::Manifest {
    let environment = sandbox.environment();
    let credentials = Credentials::find(None, |name| {
        environment.iter().find(|(set, _)| *set == name).map(|(_, value)| value.into())
    });
    let options = ClientOptions {
        rate_share: RateShare::percent(100).unwrap(),
        patience: Patience { first_wait: std::time::Duration::from_millis(1), ..Patience::default() },
        ..ClientOptions::default()
    };
    let client = ZendeskClient::new(credentials.unwrap(), options).unwrap();
    let options = fetch::Options {
        tickets: TicketListing::Export,
        with_subjects: false,
        since: None,
        starts: Starts::default(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let fetched = runtime.block_on(fetch::fetch(
        &client,
        client.address().subdomain(),
        &bench.path("folder"),
        &Task::Begin(options),
        &Progress::default(),
        &tokio_util::sync::CancellationToken::new(),
        &clock(),
    ));
    fetched.unwrap().manifest
}

#[test]
fn a_server_that_keeps_failing_at_one_collection_costs_that_one() {
    let bench = Bench::empty();
    let sandbox = demo_as(generous());
    sandbox.faults.on("/api/v2/users?", Which::From(1), Fault::status(500, None));
    let manifest = impatient(&sandbox, &bench);
    assert_eq!(manifest.state, State::Partial);
    let users = &manifest.collections["users"];
    assert_eq!((users.outcome, users.reason.as_deref()), (Outcome::Partial, Some("server_error")));
    assert_eq!(manifest.collections["tickets"].outcome, Outcome::Complete);
    assert!(names(&bench.path("folder")).contains(&"progress.json".to_owned()));
    sandbox.faults.clear();
    bench.run_live(&sandbox, &["fetch", "zendesk", "folder", "--resume"]).expect(0);
    assert!(!names(&bench.path("folder")).contains(&"progress.json".to_owned()));
    bench.run(&["ingest", "zendesk", "--from", "folder"]).expect(0);
}

#[test]
fn loops_over_http_end() {
    for (which, fault, reason, pages) in [
        (2, Fault::StandingCursor, "cursor_stands_still", 2),
        (3, Fault::RepeatedCursor, "cursor_repeated", 3),
    ] {
        let bench = Bench::empty();
        write_company(&bench, 60);
        let sandbox = sandbox_of(&bench.path("zendesk"));
        sandbox.faults.on("/api/v2/users?", Which::Nth(which), fault);
        let manifest = impatient(&sandbox, &bench);
        let users = &manifest.collections["users"];
        assert_eq!((users.outcome, users.reason.as_deref()), (Outcome::Partial, Some(reason)));
        assert_eq!(users.pages, pages);
    }
}

#[test]
fn nobody_waits_for_a_count() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::demo();
    sandbox.faults.on("/api/v2/users/count", Which::From(1), Fault::status(503, Some("300")));
    let begin = std::time::Instant::now();
    bench.run_live(&sandbox, &["fetch", "zendesk", "folder"]).expect(0);
    assert_eq!(sandbox.faults.hits(), [1]);
    assert!(begin.elapsed() < std::time::Duration::from_mins(1), "the server asks for five minutes");
}
