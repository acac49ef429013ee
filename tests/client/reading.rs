//! Pages, logins, and what goes over the wire.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use orgdrift::model::UserRole;
use orgdrift::sandbox::{Options, World};
use orgdrift::zendesk::api::{Listing, Position, ReadApi};
use orgdrift::zendesk::client::{Access, ClientOptions, ErrorKind, GivenAs, RateShare};
use orgdrift::zendesk::folder::Collection;

use super::{LISTINGS, client, client_with, credentials, failure, ids, options, run};
use crate::common::clock;
use crate::common::sandbox::TestSandbox;

fn many_users(count: i64) -> World {
    let mut world = World::empty("acme-demo", true);
    for id in 1..=count {
        world.put_user(&format!(r#"{{"id":{id},"name":"x","role":"end-user","active":true,"updated_at":"2026-01-01T00:00:00Z","created_at":"2026-01-01T00:00:00Z"}}"#)).unwrap();
    }
    world
}

#[test]
fn every_listing_is_read_to_its_end() {
    let options = Options { rate_limit: 100_000, export_limit: 10_000, ..Options::default() };
    let sandbox = TestSandbox::start(World::demo().unwrap(), options, clock());
    let client = client(&sandbox);
    let counts = sandbox.sandbox.look(World::counts);
    run(async {
        for (listing, start) in LISTINGS {
            let ids = ids(&client, listing, &start).await.unwrap();
            let expected =
                counts[Collection::ALL.iter().position(|one| *one == listing.collection()).unwrap()];
            let distinct: BTreeSet<_> = ids.iter().collect();
            // Lists leave out what is deleted or archived; exports leave out nothing.
            let is_whole =
                if listing.is_export() { distinct.len() >= expected } else { distinct.len() <= expected };
            assert!(is_whole && !ids.is_empty(), "{listing:?}: {} of {expected}", distinct.len());
        }
    });
    let ledger = sandbox.ledger();
    assert!(ledger.iter().all(|entry| entry.status == 200 && entry.method == "GET" && entry.who == "bearer"));
    assert!(ledger.iter().any(|entry| entry.path.contains("support_type_scope=all")));
}

#[test]
fn a_list_of_many_pages_is_read_once() {
    let options = Options { rate_limit: 100_000, export_limit: 100_000, ..Options::default() };
    let sandbox = TestSandbox::start(many_users(1234), options, clock());
    let client = client(&sandbox);
    run(async {
        let expected: Vec<i64> = (1..=1234).collect();
        assert_eq!(ids(&client, Listing::Users, &Position::Start).await.unwrap(), expected);
        assert_eq!(client.status().requests, 13);
        assert_eq!(ids(&client, Listing::UserExport, &Position::Since(0)).await.unwrap(), expected);
        assert_eq!(client.status().requests, 15);
        assert_eq!(client.status().retries, 0);
        // An export goes on where an earlier one ended.
        let page = client.page(Listing::UserExport, &Position::Since(0)).await.unwrap();
        let page = client.page(Listing::UserExport, &page.next.unwrap()).await.unwrap();
        assert!(page.is_end);
        assert_eq!(ids(&client, Listing::UserExport, &page.next.unwrap()).await.unwrap(), [0_i64; 0]);
    });
    assert!(sandbox.ledger()[0].path.ends_with("?page%5Bsize%5D=100"));
}

#[test]
fn the_account_is_asked_for_what_it_is() {
    let sandbox = TestSandbox::limited_demo();
    let client = client(&sandbox);
    run(async {
        let me = client.me().await.unwrap();
        assert_eq!(
            (me.role, me.server_time.as_deref()),
            (Some(UserRole::Admin), Some("2026-11-02T07:00:00Z"))
        );
        assert_eq!(client.account_settings().await.unwrap().multiple_organizations, Some(true));
        let counts = sandbox.sandbox.look(World::counts);
        assert_eq!(client.count(Collection::Organizations).await.unwrap(), Some(counts[0] as u64));
        assert_eq!(client.count(Collection::Memberships).await.unwrap(), None);
        // The limit was learned.
        let status = client.status();
        assert_eq!((status.account.limit, status.account.is_learned), (400, true));
        assert_eq!(status.account.remaining, Some(400 - 3));
    });
}

#[test]
fn all_ways_to_log_in_work_and_wrong_ones_say_which_it_was() {
    let sandbox = TestSandbox::demo();
    let token = sandbox.token.clone();
    for (login, wrong, given_as, who) in [
        (
            vec![("ZENDESK_OAUTH_CLIENT_ID", "id"), ("ZENDESK_OAUTH_CLIENT_SECRET", token.as_str())],
            vec![("ZENDESK_OAUTH_CLIENT_ID", "id"), ("ZENDESK_OAUTH_CLIENT_SECRET", "wr0ng-canary")],
            GivenAs::OauthClient,
            "client",
        ),
        (
            vec![("ZENDESK_OAUTH_TOKEN", token.as_str())],
            vec![("ZENDESK_OAUTH_TOKEN", "wr0ng-canary")],
            GivenAs::OauthToken,
            "bearer",
        ),
        (
            vec![("ZENDESK_EMAIL", "ann@example.com"), ("ZENDESK_API_TOKEN", token.as_str())],
            vec![("ZENDESK_EMAIL", "ann@example.com"), ("ZENDESK_API_TOKEN", "wr0ng-canary")],
            GivenAs::ApiToken,
            "basic",
        ),
    ] {
        run(client_with(&sandbox, &login, options()).me()).unwrap();
        assert_eq!(sandbox.ledger().last().unwrap().who, who);
        let client = client_with(&sandbox, &wrong, options());
        let error = failure(run(client.me()), ErrorKind::Credentials(given_as));
        assert!(error.is_about_credentials() && error.hint().is_some());
        let all = format!("{error} {error:?} {client:?}");
        assert!(!all.contains("wr0ng-canary") && !all.contains("ann@example.com"), "{all}");
        assert_eq!(client.status().retries, 0);
    }
}

#[test]
fn a_client_without_the_scope_is_told_from_a_wrong_secret() {
    let allowed = Some(vec!["read".to_owned()]);
    let sandbox = TestSandbox::start(
        World::demo().unwrap(),
        Options { allowed_scopes: allowed, ..Options::default() },
        clock(),
    );
    let secret = sandbox.token.clone();
    let login = [("ZENDESK_OAUTH_CLIENT_ID", "orgdrift"), ("ZENDESK_OAUTH_CLIENT_SECRET", secret.as_str())];
    run(client_with(&sandbox, &login, options()).me()).unwrap();
    let writing = ClientOptions { access: Access::Write, ..options() };
    let error = run(client_with(&sandbox, &login, writing).me()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ScopeNotAllowed(Access::Write));
    assert!(error.is_about_credentials());
    let text = error.to_string();
    assert!(text.contains("does not allow the OAuth client the scopes `read organizations:write`"), "{text}");
    assert!(
        error.hint().unwrap().contains("`organizations:write`")
            && !error.hint().unwrap().contains("users:write")
    );
    let wrong = [("ZENDESK_OAUTH_CLIENT_ID", "orgdrift"), ("ZENDESK_OAUTH_CLIENT_SECRET", "wrong-secret")];
    let error = run(client_with(&sandbox, &wrong, options()).me()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials(GivenAs::OauthClient));
}

#[test]
fn a_list_of_tickets_has_those_of_ai_agents() {
    let mut world = World::empty("ai-demo", true);
    for (id, kind) in [(1, "agent"), (2, "ai_agent")] {
        let ticket = format!(
            r#"{{"id":{id},"status":"open","created_at":"2026-01-01T00:00:00Z","support_type":"{kind}"}}"#
        );
        world.put_ticket(&ticket).unwrap();
    }
    let sandbox = TestSandbox::start(world, Options::default(), clock());
    assert_eq!(run(ids(&client(&sandbox), Listing::Tickets, &Position::Start)).unwrap(), [1, 2]);
}

#[test]
fn what_one_may_not_read_is_told_from_what_the_token_may_not() {
    let start = |options| TestSandbox::start(World::demo().unwrap(), options, clock());
    let sandbox = start(Options { role: UserRole::Agent, ..Options::default() });
    let agent = client(&sandbox);
    assert_eq!(run(agent.me()).unwrap().role, Some(UserRole::Agent));
    let page = run(agent.page(Listing::UserExport, &Position::Since(0)));
    let error = failure(page, ErrorKind::Permission);
    assert_eq!((error.status(), error.listing()), (Some(403), Some(Listing::UserExport)));
    run(agent.page(Listing::Users, &Position::Start)).unwrap();

    let sandbox = start(Options { scopes: vec!["users:read".to_owned()], ..Options::default() });
    let narrow = client(&sandbox);
    run(narrow.page(Listing::Users, &Position::Start)).unwrap();
    let page = run(narrow.page(Listing::Organizations, &Position::Start));
    let error = failure(page, ErrorKind::MissingScope(Access::Read));
    assert!(error.to_string().contains("read") && error.request_id().is_some(), "{error}");
    assert_eq!(error.hint(), Some("make a token with the scope `read`"));
    // Who wants to write hears of all that this takes.
    let writing = client_with(
        &sandbox,
        &[("ZENDESK_OAUTH_TOKEN", sandbox.token.as_str())],
        ClientOptions { access: Access::Write, ..options() },
    );
    let page = run(writing.page(Listing::Organizations, &Position::Start));
    let error = failure(page, ErrorKind::MissingScope(Access::Write));
    assert_eq!(error.hint(), Some("make a token with the scopes `read` and `organizations:write`"));
}

#[test]
fn a_token_is_renewed_once_for_all_that_wait_for_it() {
    let life = Options { token_life: Duration::from_secs(2), rate_limit: 100_000, ..Options::default() };
    let sandbox = TestSandbox::start(many_users(100), life, clock());
    let secret = sandbox.token.clone();
    let login = [("ZENDESK_OAUTH_CLIENT_ID", "id"), ("ZENDESK_OAUTH_CLIENT_SECRET", secret.as_str())];
    let client = client_with(&sandbox, &login, options());
    let tokens = || sandbox.ledger().iter().filter(|entry| entry.path == "/oauth/tokens").count();
    let four = || async {
        let page = || client.page(Listing::Users, &Position::Start);
        let (a, b, c, d) = tokio::join!(page(), page(), page(), page());
        assert!([a, b, c, d].iter().all(Result::is_ok));
    };
    run(async {
        four().await;
        assert_eq!(tokens(), 1);
        // A second before its end.
        tokio::time::sleep(Duration::from_millis(1100)).await;
        four().await;
        assert_eq!(tokens(), 2);
        assert!(sandbox.ledger().iter().all(|entry| [200, 201].contains(&entry.status)));
        // Revoked by somebody: each of the four is refused, and one new token does for them.
        sandbox.sandbox.expire_tokens();
        four().await;
        assert_eq!(tokens(), 3);
        assert_eq!(client.status().retries, 0);
    });
    let refused = sandbox.ledger().iter().filter(|entry| entry.status == 401).count();
    assert!((1..=4).contains(&refused), "{refused}");
}

#[test]
fn requests_keep_to_the_share_of_the_limit_and_lose_nothing_of_it() {
    let sandbox = TestSandbox::start(
        many_users(5000),
        Options { rate_limit: 1200, window: Duration::from_mins(1), ..Options::default() },
        clock(),
    );
    let login = [("ZENDESK_OAUTH_TOKEN", sandbox.token.as_str())];
    let options = ClientOptions { rate_share: RateShare::percent(50).unwrap(), ..options() };
    let client = client_with(&sandbox, &login, options);
    let begin = Instant::now();
    let read = run(ids(&client, Listing::Users, &Position::Start)).unwrap();
    assert_eq!(read.len(), 5000);
    // 50 requests at 10 a second; up to 20 of them at once at the start.
    let taken = begin.elapsed().as_secs_f64();
    assert!(taken <= 50.0 / 10.0 * 1.05, "{taken}");
    assert!(taken >= (50.0 - 23.0) / 10.0, "{taken}");
    assert!(sandbox.ledger().iter().all(|entry| [200, 201].contains(&entry.status)));
}

#[test]
fn a_name_of_this_machine_is_never_looked_up() {
    let sandbox = TestSandbox::demo();
    let port = sandbox.url.rsplit(':').next().unwrap();
    let mut variables = sandbox.environment();
    variables[0].1 = format!("http://localhost:{port}");
    let client =
        orgdrift::zendesk::client::ZendeskClient::new(credentials(&variables).unwrap(), options()).unwrap();
    run(client.me()).unwrap();
}

#[test]
fn nobody_at_home_is_told_at_once() {
    let sandbox = TestSandbox::demo();
    let environment = sandbox.environment();
    drop(sandbox);
    let client =
        orgdrift::zendesk::client::ZendeskClient::new(credentials(&environment).unwrap(), options()).unwrap();
    let error = failure(run(client.me()), ErrorKind::Network);
    assert!(error.to_string().contains("onnection refused"), "{error}");
    assert_eq!(client.status().requests, 3);
}
