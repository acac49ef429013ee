//! Networks and servers that fail.

use std::time::{Duration, Instant};

use orgdrift::sandbox::{Options, World};
use orgdrift::zendesk::api::{Listing, Position, ReadApi};
use orgdrift::zendesk::client::{ClientOptions, ErrorKind, Patience, Timeouts, WaitsFor};

use super::{client, client_with, failure, ids, options, run};
use crate::common::clock;
use crate::common::faults::{Fault, Which};
use crate::common::sandbox::TestSandbox;

const USERS: &str = "/api/v2/users?";

fn sandbox() -> TestSandbox {
    let mut world = World::empty("acme-demo", true);
    for id in 1..=250 {
        world.put_user(&format!(r#"{{"id":{id},"name":"x","role":"end-user","active":true,"updated_at":"2026-01-01T00:00:00Z","created_at":"2026-01-01T00:00:00Z"}}"#)).unwrap();
    }
    TestSandbox::start(
        world,
        Options { rate_limit: 100_000, export_limit: 10_000, ..Options::default() },
        clock(),
    )
}

fn quick(timeouts: Timeouts) -> ClientOptions {
    ClientOptions { timeouts, ..options() }
}

/// Reads the users with a fault on the second page, and expects all of them.
fn survives(fault: Fault, which: Which, retries: u64) {
    let sandbox = sandbox();
    let token = sandbox.token.clone();
    let timeouts = Timeouts { read: Duration::from_millis(300), ..Timeouts::default() };
    let client = client_with(&sandbox, &[("ZENDESK_OAUTH_TOKEN", &token)], quick(timeouts));
    sandbox.faults.on(USERS, which, fault);
    let read = run(ids(&client, Listing::Users, &Position::Start)).unwrap();
    assert_eq!(read, (1..=250).collect::<Vec<i64>>());
    assert_eq!(client.status().retries, retries);
    assert_eq!(client.status().requests, 3 + retries);
}

#[test]
fn a_reading_survives_what_passes() {
    for status in [408, 409, 500, 502, 503, 504, 520, 524] {
        survives(Fault::status(status, None), Which::Between(2, 4), 3);
    }
    survives(Fault::ResetBefore, Which::Between(2, 3), 2);
    survives(Fault::ResetAfter, Which::Between(2, 3), 2);
    survives(Fault::Truncated, Which::Between(2, 3), 2);
    survives(Fault::wrong_json(), Which::Between(2, 3), 2);
    survives(Fault::Latency(Duration::from_secs(2)), Which::Nth(2), 1);
    survives(Fault::Trickle { pieces: 5, pause: Duration::from_millis(50) }, Which::Nth(2), 0);
    survives(Fault::Trickle { pieces: 5, pause: Duration::from_secs(2) }, Which::Nth(2), 1);
}

#[test]
fn a_reading_survives_a_storm() {
    for seed in 1..=5 {
        let sandbox = sandbox();
        let client = client(&sandbox);
        sandbox.faults.seed(seed);
        for fault in [Fault::status(502, None), Fault::ResetBefore, Fault::Truncated, Fault::ResetAfter] {
            sandbox.faults.on(USERS, Which::Percent(10), fault);
        }
        // The first page alone has less patience.
        run(client.me()).unwrap();
        let read = run(ids(&client, Listing::Users, &Position::Start)).unwrap();
        assert_eq!(read.len(), 250, "seed {seed}");
    }
}

#[test]
fn a_limit_that_is_used_up_holds_back_all_requests_of_its_class() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    sandbox.faults.on(USERS, Which::Nth(1), Fault::too_many(Some("2")));
    let begin = Instant::now();
    let asked = run(async {
        let late = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert_eq!(client.status().waits_for, WaitsFor::Rate);
            client.page(Listing::Memberships, &Position::Start).await.unwrap();
            begin.elapsed()
        };
        let (page, asked) = tokio::join!(client.page(Listing::Users, &Position::Start), late);
        page.unwrap();
        asked
    });
    assert!(asked >= Duration::from_secs(2), "the other list waited too: {asked:?}");
    assert!(begin.elapsed() < Duration::from_secs(4));
    assert_eq!((client.status().retries, client.status().requests), (1, 3));

    // Exports have a limit of their own: lists go on.
    sandbox.faults.clear();
    sandbox.faults.on("/api/v2/incremental/users", Which::Nth(1), Fault::too_many(Some("2")));
    let begin = Instant::now();
    let listed = run(async {
        let listed = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            client.page(Listing::Users, &Position::Start).await.unwrap();
            begin.elapsed()
        };
        tokio::join!(listed, client.page(Listing::UserExport, &Position::Since(0))).0
    });
    assert!(listed < Duration::from_secs(1) && begin.elapsed() >= Duration::from_secs(2));
}

#[test]
fn nonsense_about_waiting_is_not_waited_for() {
    for nonsense in [None, Some("-5"), Some("soon"), Some("")] {
        survives(Fault::too_many(nonsense), Which::Between(2, 4), 3);
    }
    survives(Fault::too_many_at_the_edge(), Which::Between(2, 3), 2);
}

#[test]
fn patience_ends() {
    let sandbox = sandbox();
    let token = sandbox.token.clone();
    let login = [("ZENDESK_OAUTH_TOKEN", token.as_str())];
    let client = client_with(&sandbox, &login, options());
    run(client.me()).unwrap();
    sandbox.faults.on(USERS, Which::From(1), Fault::status(503, None));
    let error = failure(run(client.page(Listing::Users, &Position::Start)), ErrorKind::Server);
    assert_eq!((error.status(), error.listing()), (Some(503), Some(Listing::Users)));
    // Once, and six times more.
    assert_eq!(sandbox.faults.hits(), [7]);
    assert!(!error.is_about_credentials());

    // A server that asks for more than anybody waits.
    let patience = Patience { longest: Duration::from_mins(1), ..options().patience };
    let client = client_with(&sandbox, &login, ClientOptions { patience, ..options() });
    run(client.me()).unwrap();
    sandbox.faults.clear();
    sandbox.faults.on(USERS, Which::From(1), Fault::status(503, Some("86400")));
    let begin = Instant::now();
    failure(run(client.page(Listing::Users, &Position::Start)), ErrorKind::Server);
    let patience = Patience { longest_for_rate: Duration::from_mins(1), ..options().patience };
    let client = client_with(&sandbox, &login, ClientOptions { patience, ..options() });
    sandbox.faults.clear();
    sandbox.faults.on(USERS, Which::From(1), Fault::too_many(Some("86400")));
    failure(run(client.page(Listing::Users, &Position::Start)), ErrorKind::RateLimited);
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn an_export_that_takes_too_long_is_asked_for_smaller_pages() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    sandbox.faults.on("/api/v2/incremental/users", Which::Between(1, 5), Fault::status(504, None));
    run(async {
        client.me().await.unwrap();
        // The first reply says how many exports a minute there may be; failures say nothing of it.
        client.page(Listing::TicketExport, &Position::Since(0)).await.unwrap();
        let read = ids(&client, Listing::UserExport, &Position::Since(0)).await.unwrap();
        assert_eq!(read, (1..=250).collect::<Vec<i64>>());
        // Another export is asked for whole pages still.
        client.page(Listing::OrganizationExport, &Position::Since(0)).await.unwrap();
    });
    let sizes: Vec<String> = sandbox
        .ledger()
        .iter()
        .filter_map(|entry| entry.path.split_once("per_page=").map(|(_, size)| size.to_owned()))
        .collect();
    assert_eq!(sizes, ["1000&support_type_scope=all", "100", "100", "100", "1000"]);
}

#[test]
fn what_is_no_reply_of_zendesk_is_told_apart() {
    let other = sandbox();
    let cases = [
        (Fault::html(), ErrorKind::NotJson, "something else than JSON"),
        (Fault::redirect(&format!("{}/api/v2/users", other.url)), ErrorKind::Redirected, "status 302"),
        (Fault::redirect("https://evil.com/"), ErrorKind::Redirected, "where credentials do not go"),
        (Fault::status(404, None), ErrorKind::NotFound, "has nothing at"),
        (Fault::status(418, None), ErrorKind::Refused, "status 418"),
        (Fault::GzipBomb(80 * 1024 * 1024), ErrorKind::TooLarge, "larger than any page"),
    ];
    for (fault, kind, words) in cases {
        let sandbox = sandbox();
        let client = client(&sandbox);
        run(client.me()).unwrap();
        sandbox.faults.on(USERS, Which::From(1), fault);
        let error = failure(run(client.page(Listing::Users, &Position::Start)), kind);
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(sandbox.faults.hits(), [1], "{kind:?} is not tried again");
    }
    assert_eq!(other.ledger().len(), 0, "a redirect is never followed");
}

#[test]
fn an_account_that_is_none_is_told_by_the_first_reply() {
    let sandbox = sandbox();
    sandbox.faults.on("/api/v2/users/me", Which::From(1), Fault::status(404, None));
    let error = failure(run(client(&sandbox).me()), ErrorKind::NoSuchAccount);
    assert!(error.is_about_credentials());
    assert!(error.hint().unwrap().contains("ZENDESK_SUBDOMAIN"));
}

#[test]
fn a_trickle_ends() {
    let sandbox = sandbox();
    let token = sandbox.token.clone();
    let timeouts = Timeouts { total: Duration::from_millis(400), ..Timeouts::default() };
    let patience = Patience { repeats: 1, ..options().patience };
    let options = ClientOptions { patience, ..quick(timeouts) };
    let client = client_with(&sandbox, &[("ZENDESK_OAUTH_TOKEN", &token)], options);
    sandbox.faults.on(
        USERS,
        Which::From(1),
        Fault::Trickle { pieces: 1000, pause: Duration::from_millis(50) },
    );
    let begin = Instant::now();
    failure(run(client.page(Listing::Users, &Position::Start)), ErrorKind::TimedOut);
    assert!(begin.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_bad_page_is_named_by_its_place_and_never_quoted() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    run(client.me()).unwrap();
    for body in [
        r#"{"users":[{"id":1,"name":"Ann Canary"}]}"#,
        r#"{"users":{"name":"Ann Canary"},"meta":{"has_more":false}}"#,
        r#"{"users":[],"meta":{"has_more":true,"after_cursor":null},"name":"Ann Canary"}"#,
        r#"["Ann Canary"]"#,
    ] {
        sandbox.faults.clear();
        sandbox.faults.on(USERS, Which::From(1), Fault::saying(200, body));
        let after = Position::Cursor("MTY5NDMwMzUyNi4wfHw2MTMwODY5MTY4OTIyfA==\u{1b}[31m".to_owned());
        let error = run(client.page(Listing::Users, &after)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::BadPage(_)), "{error}");
        let text = format!("{error} {error:?}");
        assert!(
            text.contains("(after the cursor MTY5NDMwMzUyNi4wfHw2MTMwODY5MTY4OTIyfA==")
                && !text.contains("Canary"),
            "{text}"
        );
        assert!(!error.to_string().contains('\u{1b}'));
        assert_eq!(sandbox.faults.hits(), [1], "another try would bring the same");
    }
}

#[test]
fn no_error_holds_a_secret_whatever_a_server_says() {
    let secret = "c4n4ry-0f-a-s3cr3t";
    let email = "ann.canary@example.com";
    // The Basic credentials as they stand in the header.
    let encoded = "YW5uLmNhbmFyeUBleGFtcGxlLmNvbS90b2tlbjpjNG40cnktMGYtYS1zM2NyM3Q=";
    let logins: [&[(&str, &str)]; 3] = [
        &[("ZENDESK_OAUTH_TOKEN", secret)],
        &[("ZENDESK_EMAIL", email), ("ZENDESK_API_TOKEN", secret)],
        &[("ZENDESK_OAUTH_CLIENT_ID", "id"), ("ZENDESK_OAUTH_CLIENT_SECRET", secret)],
    ];
    for login in logins {
        // A server can only repeat what it was sent.
        let sent = if login[0].1 == email { encoded } else { secret };
        let echo = format!("you are {email} with {secret}, {sent}");
        for status in [200, 302, 400, 401, 403, 404, 418, 422, 429, 500, 503] {
            for body in [
                serde_json::json!({"error": echo}),
                serde_json::json!({"error": {"title": echo, "message": echo}, "description": echo}),
                serde_json::json!({"errors": [{"code": echo, "title": echo}], "detail": echo}),
                serde_json::json!({"user": {"id": null, "email": email}, "access_token": secret}),
                serde_json::json!(echo),
            ] {
                let sandbox = sandbox();
                let patience = Patience {
                    repeats: 0,
                    first_repeats: 0,
                    longest_for_rate: Duration::ZERO,
                    ..options().patience
                };
                let client = client_with(&sandbox, login, ClientOptions { patience, ..options() });
                sandbox.faults.on("/", Which::From(1), Fault::saying(status, &body.to_string()));
                let error = run(client.me()).unwrap_err();
                let all = format!("{error} {error:?} {:?} {client:?}", error.hint());
                for word in [secret, email, sent] {
                    assert!(!all.contains(word), "{status} {body}: {all}");
                }
            }
        }
    }
}
