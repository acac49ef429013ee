//! Lists, exports, single records, credentials and limits.

use std::collections::BTreeSet;
use std::time::Duration;

use orgdrift::model::UserRole;
use orgdrift::sandbox::{Options, World};
use serde_json::{Value, json};

use crate::common::sandbox::{Answered, TestSandbox, client_builder};
use crate::common::{clock, clock_at};

/// 2026-11-02T07:00:00Z, the moment of the tests.
const NOW: i64 = 1_793_602_800;

fn start(world: World, options: Options) -> TestSandbox {
    TestSandbox::start(world, options, clock())
}

/// So many users, each changed a second after the one before.
fn users(count: i64) -> World {
    let mut world = World::empty("rows-demo", true);
    for id in 1..=count {
        let second = jiff::Timestamp::from_second(NOW - 1_000_000 + id).unwrap();
        world
            .put_user(&format!(
                r#"{{"id":{id},"name":"U","email":"u{id}@alder-demo.com","role":"end-user","verified":true,"active":true,"organization_id":null,"updated_at":"{second}"}}"#
            ))
            .unwrap();
    }
    world
}

/// Organizations that changed at these seconds before now.
fn organizations(seconds: &[i64]) -> World {
    let mut world = World::empty("rows-demo", true);
    for (id, second) in (1..).zip(seconds) {
        let at = jiff::Timestamp::from_second(NOW - second).unwrap();
        world
            .put_organization(&format!(
                r#"{{"id":{id},"name":"O{id}","external_id":null,"domain_names":[],"updated_at":"{at}"}}"#
            ))
            .unwrap();
    }
    world
}

#[test]
fn a_list_is_read_to_its_end_by_cursors() {
    let sandbox = start(users(250), Options::default());
    let mut seen = Vec::new();
    let mut path = "/api/v2/users?page[size]=100".to_owned();
    let mut pages = 0;
    loop {
        let page = sandbox.get(&path).expect(200);
        seen.extend(page.ids("users"));
        pages += 1;
        if page.json["meta"]["has_more"] == false {
            assert!(page.json["links"]["next"].is_string(), "the trap: the last page has a next link, too");
            break;
        }
        path = format!(
            "/api/v2/users?page[size]=100&page[after]={}",
            page.json["meta"]["after_cursor"].as_str().unwrap()
        );
    }
    assert_eq!(pages, 3);
    assert_eq!(seen, (1..=250).collect::<Vec<_>>());
}

#[test]
fn a_full_last_page_says_that_it_is_the_last() {
    let sandbox = start(users(20), Options::default());
    let page = sandbox.get("/api/v2/users?page[size]=10").expect(200);
    assert_eq!(page.json["meta"]["has_more"], true);
    let cursor = page.json["meta"]["after_cursor"].as_str().unwrap();
    let page = sandbox.get(&format!("/api/v2/users?page[size]=10&page[after]={cursor}")).expect(200);
    assert_eq!((page.ids("users").len(), &page.json["meta"]["has_more"]), (10, &json!(false)));
    let cursor = page.json["meta"]["after_cursor"].as_str().unwrap();
    let page = sandbox.get(&format!("/api/v2/users?page[after]={cursor}")).expect(200);
    assert_eq!(page.json["users"], json!([]));
    assert_eq!(page.json["meta"], json!({"has_more": false, "after_cursor": null, "before_cursor": null}));
    let page = sandbox.get("/api/v2/users?page=2&per_page=10").expect(200);
    assert_eq!((&page.json["next_page"], &page.json["count"]), (&Value::Null, &json!(20)));
    let page = sandbox.get("/api/v2/incremental/users/cursor?start_time=0&per_page=20").expect(200);
    assert_eq!(page.json["end_of_stream"], true);
}

#[test]
fn nobody_is_logged_in_as_a_deleted_user() {
    let mut world = World::empty("me-demo", true);
    world.put_user(r#"{"id":1,"name":"gone","role":"admin","active":false}"#).unwrap();
    let sandbox = start(world, Options::default());
    let me = sandbox.get("/api/v2/users/me").expect(200);
    assert_eq!((&me.json["user"]["role"], me.json["user"]["id"] == 1), (&json!("admin"), false));
    sandbox.sandbox.change(|world| world.put_user(r#"{"id":2,"name":"here","role":"admin"}"#).unwrap());
    assert_eq!(sandbox.get("/api/v2/users/me").json["user"]["id"], 2);
}

#[test]
fn a_token_ends_with_its_time() {
    let token_life = Duration::from_millis(400);
    let sandbox = start(users(1), Options { token_life, ..Options::default() });
    let issued = sandbox.send(
        sandbox
            .request("POST", "/oauth/tokens")
            .body(format!("grant_type=client_credentials&client_id=a&client_secret={}", sandbox.token)),
    );
    let token = issued.json["access_token"].as_str().unwrap();
    let status = || sandbox.send(sandbox.request("GET", "/api/v2/users").bearer_auth(token)).status;
    assert_eq!(status(), 200);
    std::thread::sleep(token_life);
    assert_eq!(status(), 401);
    sandbox.get("/api/v2/users").expect(200);
}

#[test]
fn pages_have_bounds() {
    let sandbox = TestSandbox::demo();
    for size in ["0", "101", "-1", "x"] {
        let refused = sandbox.get(&format!("/api/v2/users?page[size]={size}")).expect(400);
        assert_eq!(refused.json["errors"][0]["code"], "InvalidPaginationParameter", "{size}");
    }
    sandbox.get("/api/v2/users?page[after]=bm9uc2Vuc2U=").expect(400);
    let page = sandbox.get("/api/v2/users?per_page=2&page=2").expect(200);
    assert_eq!(page.ids("users").len(), 2);
    assert!(page.json["next_page"].is_string() && page.json["previous_page"].is_string());
    let deep = sandbox.get("/api/v2/users?page=101").expect(400);
    assert_eq!(deep.json["errors"][0]["code"], "InvalidPaginationDepth");
    sandbox.get("/api/v2/users?page=100").expect(200);
}

#[test]
fn links_lead_to_another_host() {
    let sandbox = TestSandbox::demo();
    for (path, link) in [
        ("/api/v2/users?page[size]=1", "/links/next"),
        ("/api/v2/users?per_page=1", "/next_page"),
        ("/api/v2/incremental/users/cursor?start_time=0&per_page=1", "/after_url"),
        ("/api/v2/incremental/organizations?start_time=0&per_page=1", "/next_page"),
    ] {
        let page = sandbox.get(path).expect(200);
        let link = page.json.pointer(link).and_then(Value::as_str).unwrap();
        assert!(link.starts_with("https://acme-demo.sandbox.invalid/api/v2/"), "{link}");
    }
}

#[test]
fn lists_hold_what_lives_and_exports_what_changed() {
    let mut world = World::empty("states-demo", true);
    for (id, status, at) in [
        (1, "open", "2020-01-01T00:00:00Z"),
        (2, "closed", "2026-10-01T00:00:00Z"),
        // 120 days before the tests' moment is 2026-07-05.
        (3, "closed", "2026-07-01T00:00:00Z"),
        (4, "deleted", "2026-10-02T00:00:00Z"),
        (5, "solved", "2020-01-02T00:00:00Z"),
    ] {
        world.put_ticket(&format!(r#"{{"id":{id},"requester_id":9,"organization_id":null,"status":"{status}","created_at":"2019-01-01T00:00:00Z","updated_at":"{at}"}}"#)).unwrap();
    }
    world.put_user(r#"{"id":8,"name":"gone","active":false,"updated_at":"2026-10-01T00:00:00Z"}"#).unwrap();
    world.put_user(r#"{"id":9,"name":"here","updated_at":"2026-10-01T00:00:00Z"}"#).unwrap();
    world.put_organization(r#"{"id":6,"name":"gone","deleted_at":"2026-10-01T00:00:00Z"}"#).unwrap();
    world.put_organization(r#"{"id":7,"name":"here","updated_at":"2026-10-01T00:00:00Z"}"#).unwrap();
    let sandbox = start(world, Options::default());
    assert_eq!(sandbox.get("/api/v2/tickets?page[size]=100").ids("tickets"), [1, 2, 5], "no archived one");
    assert_eq!(
        sandbox.get("/api/v2/incremental/tickets/cursor?start_time=0").ids("tickets"),
        [1, 5, 3, 2, 4],
        "archived and deleted ones, in the order of their changes"
    );
    assert_eq!(
        sandbox.get("/api/v2/incremental/tickets/cursor?start_time=0&exclude_deleted=true").ids("tickets"),
        [1, 5, 3, 2]
    );
    assert_eq!(sandbox.get("/api/v2/users?page[size]=100").ids("users"), [9]);
    assert_eq!(sandbox.get("/api/v2/incremental/users/cursor?start_time=0").ids("users"), [8, 9]);
    assert_eq!(sandbox.get("/api/v2/organizations?page[size]=100").ids("organizations"), [7]);
    assert_eq!(sandbox.get("/api/v2/incremental/organizations?start_time=0").ids("organizations"), [6, 7]);
    assert_eq!(sandbox.get("/api/v2/tickets/count").json["count"]["value"], 3);
    sandbox.get("/api/v2/organizations/6").expect(404);
    sandbox.get("/api/v2/organization_memberships/count").expect(404);
}

#[test]
fn an_export_by_cursor_goes_on_where_it_ended() {
    let sandbox = start(users(25), Options::default());
    let first = sandbox.get("/api/v2/incremental/users/cursor?start_time=0&per_page=10").expect(200);
    assert_eq!(first.ids("users"), (1..=10).collect::<Vec<_>>());
    assert_eq!(first.json["end_of_stream"], false);
    let cursor = |page: &Answered| page.json["after_cursor"].as_str().unwrap().to_owned();
    let at = |cursor: &str| {
        sandbox.get(&format!("/api/v2/incremental/users/cursor?cursor={cursor}&per_page=15")).expect(200)
    };
    let second = at(&cursor(&first));
    assert_eq!(second.ids("users"), (11..=25).collect::<Vec<_>>());
    assert_eq!(second.json["end_of_stream"], true);
    let nothing = at(&cursor(&second));
    assert_eq!(nothing.ids("users"), Vec::<i64>::new());
    assert_eq!(cursor(&nothing), cursor(&second), "it waits where it ended");
    sandbox.sandbox.change(|world| {
        world.put_user(r#"{"id":3,"name":"U","updated_at":"2026-11-02T06:59:59Z"}"#).unwrap();
    });
    assert_eq!(at(&cursor(&nothing)).ids("users"), [3]);
    let since = NOW - 1_000_000 + 20;
    let late = sandbox.get(&format!("/api/v2/incremental/users/cursor?start_time={since}"));
    assert_eq!(late.ids("users"), [20, 21, 22, 23, 24, 25, 3]);
}

#[test]
fn the_last_minute_is_held_back() {
    let mut world = World::empty("late-demo", true);
    for (id, second) in [(1, NOW - 61), (2, NOW - 60), (3, NOW - 59)] {
        world.put_ticket(&format!(r#"{{"id":{id},"status":"open","created_at":"2026-01-01T00:00:00Z","generated_timestamp":{second}}}"#)).unwrap();
    }
    let sandbox = start(world, Options::default());
    let page = sandbox.get("/api/v2/incremental/tickets/cursor?start_time=0").expect(200);
    assert_eq!(page.ids("tickets"), [1, 2]);
    assert_eq!(page.json["end_of_stream"], true);
    let cursor = page.json["after_cursor"].as_str().unwrap();
    sandbox.sandbox.set_clock(clock_at("2026-11-02T07:01:00Z"));
    let later = sandbox.get(&format!("/api/v2/incremental/tickets/cursor?cursor={cursor}"));
    assert_eq!(later.ids("tickets"), [3]);
    for path in ["tickets/cursor", "users/cursor", "organizations"] {
        sandbox.get(&format!("/api/v2/incremental/{path}?start_time={NOW}")).expect(200);
        let recent = sandbox.get(&format!("/api/v2/incremental/{path}?start_time={}", NOW + 1)).expect(422);
        assert_eq!(recent.json["error"], "InvalidValue");
    }
}

#[test]
fn tickets_of_ai_agents_come_when_they_are_asked_for() {
    let mut world = World::empty("ai-demo", true);
    for (id, kind) in [(1, "agent"), (2, "ai_agent")] {
        world
            .put_ticket(&format!(
                r#"{{"id":{id},"status":"open","created_at":"2026-01-01T00:00:00Z","support_type":"{kind}"}}"#
            ))
            .unwrap();
    }
    let sandbox = start(world, Options::default());
    for (query, ids) in [
        ("", vec![1]),
        ("&support_type_scope=agent", vec![1]),
        ("&support_type_scope=ai_agent", vec![2]),
        ("&support_type_scope=all", vec![1, 2]),
    ] {
        let page =
            sandbox.get(&format!("/api/v2/incremental/tickets/cursor?start_time=0{query}")).expect(200);
        assert_eq!(page.ids("tickets"), ids, "{query}");
    }
    let page = sandbox.get("/api/v2/incremental/tickets/cursor?start_time=0");
    assert!(page.json["tickets"][0]["generated_timestamp"].is_i64(), "only exports have it");
    let list = sandbox.get("/api/v2/tickets");
    assert!(list.json["tickets"][0]["generated_timestamp"].is_null());
    for (query, ids) in
        [("", vec![1]), ("support_type_scope=all", vec![1, 2]), ("support_type_scope=ai_agent", vec![2])]
    {
        let list = sandbox.get(&format!("/api/v2/tickets?page[size]=100&{query}")).expect(200);
        assert_eq!(list.ids("tickets"), ids, "{query}");
        let count = sandbox.get(&format!("/api/v2/tickets/count?{query}")).expect(200);
        assert_eq!(count.json["count"]["value"], ids.len());
    }
    sandbox.get("/api/v2/tickets?support_type_scope=none").expect(400);
}

#[test]
fn a_count_stands_still_at_its_limit() {
    let sandbox = start(users(12), Options { count_limit: 10, ..Options::default() });
    let count = sandbox.get("/api/v2/users/count").expect(200).json;
    assert_eq!(count, json!({"count": {"value": 10, "refreshed_at": null}}));
    let count = sandbox.get("/api/v2/organizations/count").expect(200).json;
    assert!(count["count"]["refreshed_at"].is_string() && count["count"]["value"] == 0);
}

#[test]
fn a_user_has_the_identity_of_its_address_or_those_that_it_was_given() {
    let mut world = users(2);
    let other = json!({"id": 7, "user_id": 2, "type": "email", "value": "b@alder-demo.com", "verified": false, "primary": false});
    world.put_identities(2, vec![other.clone()]);
    let sandbox = start(world, Options::default());
    let one = sandbox.get("/api/v2/users/1/identities?page[size]=100").expect(200).json;
    assert_eq!(one["identities"].as_array().unwrap().len(), 1);
    assert_eq!(one["identities"][0]["value"], "u1@alder-demo.com");
    assert_eq!((&one["identities"][0]["verified"], &one["meta"]["has_more"]), (&json!(true), &json!(false)));
    assert_eq!(sandbox.get("/api/v2/users/2/identities").expect(200).json["identities"], json!([other]));
    sandbox.get("/api/v2/users/9/identities").expect(404);
    // Tokens for users alone are refused there.
    let scopes = vec!["users:read".to_owned()];
    let sandbox = start(users(1), Options { scopes, ..Options::default() });
    sandbox.get("/api/v2/users/1").expect(200);
    sandbox.get("/api/v2/users/1/identities").expect(403);
}

#[test]
fn an_export_says_of_a_deleted_user_whether_it_can_come_back() {
    let mut world = users(1);
    world.put_user(r#"{"id":2,"name":"gone","active":false,"updated_at":"2026-10-01T00:00:00Z"}"#).unwrap();
    let sandbox = start(world, Options::default());
    let page = sandbox.get("/api/v2/incremental/users/cursor?start_time=0").expect(200);
    let of = |id: i64| {
        let users = page.json["users"].as_array().unwrap();
        users.iter().find(|user| user["id"] == id).unwrap()["permanently_deleted"].clone()
    };
    assert_eq!((of(1), of(2)), (Value::Null, json!(false)));
}

#[test]
fn an_export_by_time_repeats_the_second_of_a_full_page() {
    let sandbox = start(organizations(&[500, 400, 300, 200, 100]), Options::default());
    let page = sandbox.get("/api/v2/incremental/organizations?start_time=0&per_page=2").expect(200);
    assert_eq!(page.ids("organizations"), [1, 2]);
    assert_eq!(page.json["end_time"], NOW - 400, "no second later");
    assert_eq!(page.json["count"], 2);
    let page =
        sandbox.get(&format!("/api/v2/incremental/organizations?start_time={}&per_page=10", NOW - 400));
    assert_eq!(page.ids("organizations"), [2, 3, 4, 5]);
    assert_eq!(page.json["end_of_stream"], true);
    assert!(page.json["next_page"].is_string(), "the trap: the last page names a next one, too");
    let page = sandbox.get(&format!("/api/v2/incremental/organizations?start_time={}", NOW - 99));
    assert_eq!(page.json["end_time"], Value::Null, "nothing changed");
}

#[test]
fn an_export_by_time_takes_in_the_rest_of_its_only_second() {
    let sandbox = start(organizations(&[500, 500, 500, 500, 500, 500, 500, 100]), Options::default());
    let page = sandbox.get("/api/v2/incremental/organizations?start_time=0&per_page=1").expect(200);
    assert_eq!(page.ids("organizations").len(), 7, "more than was asked for");
    assert_eq!(page.json["end_time"], NOW - 500 + 1);
    assert_eq!(page.json["end_of_stream"], false);
}

#[test]
fn an_export_by_time_stands_still_in_a_second_of_too_many_rows() {
    let sandbox = start(organizations(&[500; 1_001]), Options::default());
    let page = sandbox.get("/api/v2/incremental/organizations?start_time=0").expect(200);
    assert_eq!(page.ids("organizations").len(), 1_000);
    assert_eq!(page.json["end_time"], NOW - 500);
    let again = sandbox.get(&format!("/api/v2/incremental/organizations?start_time={}", NOW - 500));
    assert_eq!(again.json["end_time"], NOW - 500, "the loop of which clients must get out");
    assert_eq!(again.json["end_of_stream"], false);
    let sandbox = start(organizations(&[500; 1_000]), Options::default());
    let page = sandbox.get("/api/v2/incremental/organizations?start_time=0").expect(200);
    assert_eq!(page.json["end_of_stream"], true);
}

#[test]
fn credentials_are_checked() {
    let sandbox = TestSandbox::demo();
    let nobody = sandbox.send(sandbox.request("GET", "/api/v2/users/me")).expect(200);
    assert_eq!(nobody.json["user"]["id"], Value::Null, "the trap: 200 for nobody");
    assert_eq!(nobody.json["user"]["name"], "Anonymous user");
    let refused = sandbox.send(sandbox.request("GET", "/api/v2/users")).expect(401);
    assert_eq!(refused.json, json!({"error": "Couldn't authenticate you"}));
    let wrong = sandbox.send(sandbox.request("GET", "/api/v2/users/me").bearer_auth("wrong")).expect(401);
    assert_eq!(wrong.json["error"], "invalid_token");
    let basic = |login: &str, secret: &str| {
        sandbox.send(sandbox.request("GET", "/api/v2/users/me").basic_auth(login, Some(secret)))
    };
    basic("ops@acme-demo.com/token", &sandbox.token).expect(200);
    basic("ops@acme-demo.com", &sandbox.token).expect(401);
    basic("ops@acme-demo.com/token", "wrong").expect(401);
    let me = sandbox.get("/api/v2/users/me").expect(200);
    assert_eq!(me.json["user"]["role"], "admin");
    assert_eq!(me.json["user"]["id"], 21_700_000_004_011_i64, "the demo's admin");
}

#[test]
fn a_client_gets_tokens_that_expire() {
    let sandbox = TestSandbox::demo();
    let grant = |body: &Value| sandbox.send(sandbox.request("POST", "/oauth/tokens").json(body));
    let asked = json!({"grant_type": "client_credentials", "client_id": "orgdrift",
        "client_secret": sandbox.token, "scope": "read"});
    let issued = grant(&asked).expect(201);
    assert_eq!(issued.json["expires_in"], 1800);
    let token = issued.json["access_token"].as_str().unwrap().to_owned();
    let use_it = || sandbox.send(sandbox.request("GET", "/api/v2/users").bearer_auth(&token));
    use_it().expect(200);
    sandbox.sandbox.expire_tokens();
    use_it().expect(401);
    let form = sandbox.request("POST", "/oauth/tokens").body(format!(
        "grant_type=client_credentials&client_id=a&client_secret={}&expires_in=300",
        sandbox.token
    ));
    assert_eq!(sandbox.send(form).expect(201).json["expires_in"], 300);
    for (field, value, status) in [
        ("client_secret", json!("wrong"), 401),
        ("grant_type", json!("password"), 400),
        ("expires_in", json!(60), 400),
    ] {
        let mut asked = asked.clone();
        asked[field] = value;
        grant(&asked).expect(status);
    }
    let mut asked = asked.clone();
    asked["scope"] = json!("user:read");
    let useless = grant(&asked).expect(201).json["access_token"].as_str().unwrap().to_owned();
    let refused = sandbox.send(sandbox.request("GET", "/api/v2/users").bearer_auth(useless)).expect(403);
    assert_eq!(refused.json["description"], "Missing the following required scopes: read");
}

#[test]
fn narrow_scopes_read_their_lists_and_no_export() {
    let scopes = vec!["users:read".to_owned()];
    let sandbox = start(World::demo().unwrap(), Options { scopes, ..Options::default() });
    sandbox.get("/api/v2/users").expect(200);
    sandbox.get("/api/v2/users/me").expect(200);
    for path in ["organizations", "tickets", "organization_memberships", "account/settings"] {
        sandbox.get(&format!("/api/v2/{path}")).expect(403);
    }
    sandbox.get("/api/v2/incremental/users/cursor?start_time=0").expect(403);
}

#[test]
fn exports_are_for_admins() {
    let sandbox = start(World::demo().unwrap(), Options { role: UserRole::Agent, ..Options::default() });
    sandbox.get("/api/v2/users").expect(200);
    let refused = sandbox.get("/api/v2/incremental/users/cursor?start_time=0").expect(403);
    assert_eq!(refused.json["error"]["title"], "Forbidden");
    assert_eq!(sandbox.get("/api/v2/users/me").json["user"]["role"], "agent");
    let sandbox = start(World::demo().unwrap(), Options { role: UserRole::EndUser, ..Options::default() });
    sandbox.get("/api/v2/users").expect(403);
}

#[test]
fn limits_are_told_and_kept() {
    let options = Options {
        rate_limit: 6,
        export_limit: 2,
        tickets_limit: 1,
        window: Duration::from_secs(2),
        ..Options::default()
    };
    let sandbox = start(World::demo().unwrap(), options);
    let export = "/api/v2/incremental/users/cursor?start_time=0";
    let first = sandbox.get(export).expect(200);
    assert_eq!((first.header("x-rate-limit"), first.header("x-rate-limit-remaining")), ("6", "5"));
    assert_eq!((first.header("ratelimit-limit"), first.header("ratelimit-remaining")), ("6", "5"));
    assert_eq!(first.header("ratelimit-reset"), "2");
    assert_eq!(first.header("zendesk-ratelimit-incremental-exports"), "total=2; remaining=1; resets=2");
    sandbox.get(export).expect(200);
    let refused = sandbox.get(export).expect(429);
    assert_eq!(refused.json["error"], "APIRateLimitExceeded");
    assert_eq!(
        refused.json["description"],
        "Number of allowed incremental export API requests per minute exceeded"
    );
    assert!(matches!(refused.header("retry-after"), "1" | "2"));
    sandbox.get("/api/v2/tickets").expect(200);
    let refused = sandbox.get("/api/v2/tickets").expect(429);
    assert_eq!(refused.header("x-rate-limit-remaining"), "1");
    sandbox.get("/api/v2/users").expect(200);
    let refused = sandbox.get("/api/v2/users").expect(429);
    assert_eq!(refused.json["description"], "Number of allowed API requests per minute exceeded");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    std::thread::sleep(Duration::from_secs(wait));
    sandbox.get("/api/v2/users").expect(200);
    sandbox.get(export).expect(200);
}

#[test]
fn every_reply_has_a_time_and_an_id() {
    let sandbox = TestSandbox::demo();
    let mut ids = BTreeSet::new();
    for (path, status) in [("/api/v2/users", 200), ("/api/v2/nothing", 404), ("/elsewhere", 404)] {
        let reply = sandbox.get(path).expect(status);
        assert_eq!(reply.header("date"), "Mon, 02 Nov 2026 07:00:00 GMT");
        ids.insert(reply.header("x-request-id").to_owned());
    }
    assert_eq!(ids.len(), 3);
    let missing = sandbox.get("/api/v2/organizations/1").expect(404);
    assert_eq!(missing.json, json!({"error": "RecordNotFound", "description": "Not found"}));
    assert_eq!(sandbox.get("/api/v2/nothing").json["error"], "InvalidEndpoint");
}

#[test]
fn pages_are_compressed_for_those_who_can_read_it() {
    let sandbox = TestSandbox::demo();
    sandbox.get("/api/v2/users");
    // One that does not hide how the body came.
    let client = client_builder().gzip(false).build().unwrap();
    let raw = |encoding: &str| {
        let request = client.get(format!("{}/api/v2/users", sandbox.url)).bearer_auth(&sandbox.token);
        sandbox.send(request.header("accept-encoding", encoding))
    };
    assert_eq!(raw("gzip").header("content-encoding"), "gzip");
    assert_eq!(raw("identity").header("content-encoding"), "");
    assert!(sandbox.get("/api/v2/users").json["users"].is_array(), "and clients unpack it");
}

#[test]
fn records_are_found_one_by_one() {
    let sandbox = TestSandbox::demo();
    let organization = sandbox.get("/api/v2/organizations/21700000001026").expect(200);
    assert_eq!(organization.json["organization"]["external_id"], "001ACME00200000YDA");
    assert_eq!(sandbox.get("/api/v2/organizations/21700000001026.json").json, organization.json);
    let user = sandbox.get("/api/v2/users/21700000004044").expect(200);
    assert_eq!(user.json["user"]["organization_id"], 21_700_000_001_013_i64);
    let memberships = sandbox.get("/api/v2/users/21700000004044/organization_memberships").expect(200);
    assert_eq!(memberships.ids("organization_memberships"), [21_700_000_007_017]);
    let one = sandbox.get("/api/v2/organization_memberships/21700000007017").expect(200);
    assert_eq!(one.json["organization_membership"], memberships.json["organization_memberships"][0]);
    let members = sandbox.get("/api/v2/organizations/21700000001013/organization_memberships").expect(200);
    assert_eq!(members.json["count"], 3);
    let found = sandbox.get("/api/v2/organizations/search?external_id=001acme00200000yda").expect(200);
    assert_eq!(found.ids("organizations"), [21_700_000_001_026]);
    assert_eq!(sandbox.get("/api/v2/organizations/search?external_id=none").ids("organizations").len(), 0);
    let many = sandbox.get("/api/v2/organizations/show_many?ids=21700000001026,21700000001013,5").expect(200);
    assert_eq!(many.ids("organizations"), [21_700_000_001_026, 21_700_000_001_013]);
    let ids = vec!["1"; 101].join(",");
    let refused = sandbox.get(&format!("/api/v2/organizations/show_many?ids={ids}")).expect(400);
    assert_eq!(refused.json["error"], "TooManyValues");
    let settings = sandbox.get("/api/v2/account/settings").expect(200);
    assert_eq!(settings.json["settings"]["user"]["multiple_organizations"], true);
}

#[test]
fn a_users_default_membership_is_listed_first() {
    let mut world = World::empty("first-demo", true);
    world.put_user(r#"{"id":1,"name":"U"}"#).unwrap();
    for (id, name) in [(10, "Beech"), (11, "Cedar"), (12, "Alder")] {
        world.put_organization(&format!(r#"{{"id":{id},"name":"{name}"}}"#)).unwrap();
    }
    for (id, organization, default) in [(20, 10, "null"), (21, 11, "true"), (22, 12, "false")] {
        world
            .put_membership(&format!(
                r#"{{"id":{id},"user_id":1,"organization_id":{organization},"default":{default}}}"#
            ))
            .unwrap();
    }
    let sandbox = start(world, Options::default());
    let path = "/api/v2/users/1/organization_memberships";
    assert_eq!(sandbox.get(path).ids("organization_memberships"), [21, 22, 20]);
    let page = sandbox.get(&format!("{path}?page[size]=2"));
    assert_eq!(page.ids("organization_memberships"), [21, 22]);
    let cursor = page.json["meta"]["after_cursor"].as_str().unwrap();
    let page = sandbox.get(&format!("{path}?page[size]=2&page[after]={cursor}"));
    assert_eq!(page.ids("organization_memberships"), [20]);
    assert_eq!(page.json["meta"]["has_more"], false);
}

#[test]
fn other_names_for_this_machine_are_refused() {
    let sandbox = TestSandbox::demo();
    for (host, status) in [("localhost:4000", 200), ("127.0.0.1", 200), ("evil-demo.com", 421), ("", 421)] {
        let request = sandbox.request("GET", "/debug/ledger").header("host", host);
        assert_eq!(sandbox.send(request).status, status, "{host}");
    }
}

#[test]
fn the_ledger_has_every_request_and_no_credential() {
    let sandbox = TestSandbox::demo();
    sandbox.get("/api/v2/users?page[size]=3").expect(200);
    sandbox.send(sandbox.request("GET", "/api/v2/users")).expect(401);
    sandbox
        .send(sandbox.request("GET", "/api/v2/users/me").basic_auth("a@b.com/token", Some(&sandbox.token)));
    let told: Vec<_> = sandbox
        .ledger()
        .into_iter()
        .map(|entry| (entry.number, entry.path, entry.status, entry.who))
        .collect();
    assert_eq!(
        told,
        [
            (1, "/api/v2/users?page[size]=3".to_owned(), 200, "bearer"),
            (2, "/api/v2/users".to_owned(), 401, "nobody"),
            (3, "/api/v2/users/me".to_owned(), 200, "basic"),
        ]
    );
    let ledger = sandbox.send(sandbox.request("GET", "/debug/ledger")).expect(200);
    assert_eq!(ledger.json["requests"].as_array().unwrap().len(), 3);
    assert!(!ledger.text.contains(&sandbox.token));
    let world = sandbox.send(sandbox.request("GET", "/debug/world")).expect(200);
    assert_eq!(world.json["subdomain"], "acme-demo.sandbox");
    assert_eq!(world.json["organizations"], 14);
}
