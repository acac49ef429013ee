//! Writes and what follows of them, at once and in the background.

use std::time::Duration;

use orgdrift::model::UserRole;
use orgdrift::sandbox::{Change, Kind, Options, TicketsFollow, World};
use serde_json::{Value, json};

use crate::common::sandbox::TestSandbox;
use crate::common::{clock, clock_at};

const ALDER: i64 = 11;
const BEECH: i64 = 12;

/// Alder with one member by its domain, Beech with nobody, and people who belong nowhere yet.
fn company() -> World {
    let mut world = World::empty("writes-demo", true);
    for (id, name, external, domain) in [
        (ALDER, "Alder", "\"001Hs00003WqA01IAF\"", "alder-demo.com"),
        (BEECH, "Beech", "null", "beech-demo.com"),
    ] {
        world
            .put_organization(&format!(
                r#"{{"id":{id},"name":"{name}","external_id":{external},"domain_names":["{domain}"],"shared_tickets":false,"created_at":"2024-01-01T00:00:00Z","updated_at":"2024-01-01T00:00:00Z"}}"#
            ))
            .unwrap();
    }
    for (id, email, verified, organization) in [
        (21, "ann@alder-demo.com", true, "11"),
        (22, "ben@cedar-demo.com", true, "null"),
        (23, "cat@cedar-demo.com", false, "null"),
        (24, "dan@CEDAR-demo.com", true, "11"),
        (25, "eve@elsewhere-demo.com", true, "null"),
    ] {
        world
            .put_user(&format!(
                r#"{{"id":{id},"name":"U{id}","email":"{email}","role":"end-user","verified":{verified},"active":true,"organization_id":{organization},"updated_at":"2024-01-01T00:00:00Z"}}"#
            ))
            .unwrap();
    }
    for (id, user) in [(31, 21), (34, 24)] {
        world
            .put_membership(&format!(
                r#"{{"id":{id},"user_id":{user},"organization_id":{ALDER},"default":true}}"#
            ))
            .unwrap();
    }
    for (id, status) in [(41, "open"), (42, "solved"), (43, "closed")] {
        world
            .put_ticket(&format!(
                r#"{{"id":{id},"requester_id":21,"organization_id":{ALDER},"status":"{status}","created_at":"2026-10-01T00:00:00Z","updated_at":"2026-10-01T00:00:00Z","generated_timestamp":1790000000}}"#
            ))
            .unwrap();
    }
    world
}

fn start() -> TestSandbox {
    TestSandbox::start(company(), Options::default(), clock())
}

fn with(options: Options) -> TestSandbox {
    TestSandbox::start(company(), options, clock())
}

/// The organizations of a user, the default first.
fn organizations_of(sandbox: &TestSandbox, user: i64) -> Vec<i64> {
    let reply = sandbox.get(&format!("/api/v2/users/{user}/organization_memberships")).expect(200);
    let memberships = reply.json["organization_memberships"].as_array().unwrap();
    memberships.iter().map(|membership| membership["organization_id"].as_i64().unwrap()).collect()
}

fn default_of(sandbox: &TestSandbox, user: i64) -> Value {
    sandbox.get(&format!("/api/v2/users/{user}")).json["user"]["organization_id"].clone()
}

/// The organizations of the tickets, deleted or not, as the background left them.
fn filed_under(sandbox: &TestSandbox) -> Vec<Value> {
    sandbox.sandbox.settle();
    [41, 42, 43]
        .map(|id| sandbox.sandbox.look(|world| world.ticket(id)).unwrap()["organization_id"].clone())
        .to_vec()
}

/// What the last request that changed something changed: kind, id, and whether in the background.
fn last_effects(sandbox: &TestSandbox) -> Vec<(Kind, i64, bool)> {
    sandbox.sandbox.settle();
    let entry = sandbox.ledger().into_iter().rfind(|entry| !entry.changes.is_empty()).unwrap();
    entry.changes.iter().map(|change| (change.kind, change.id, change.in_background)).collect()
}

fn put_organization(sandbox: &TestSandbox, id: i64, members: &Value) -> crate::common::sandbox::Answered {
    sandbox.send_json("PUT", &format!("/api/v2/organizations/{id}"), &json!({"organization": members}))
}

#[test]
fn an_external_id_is_set_and_nothing_else() {
    let sandbox = start();
    let before = sandbox.sandbox.look(|world| world.organization(BEECH)).unwrap();
    let reply = put_organization(&sandbox, BEECH, &json!({"external_id": "001Hs00003WqB02IAF"})).expect(200);
    let mut expected = before;
    expected["external_id"] = json!("001Hs00003WqB02IAF");
    expected["updated_at"] = json!("2026-11-02T07:00:00Z");
    assert_eq!(reply.json["organization"], expected);
    assert_eq!(sandbox.get(&format!("/api/v2/organizations/{BEECH}")).json["organization"], expected);
    assert_eq!(
        sandbox.ledger()[0].changes,
        [Change {
            kind: Kind::Organization,
            id: BEECH,
            in_background: false,
            before: json!({"external_id": null}),
            after: json!({"external_id": "001Hs00003WqB02IAF"}),
        }]
    );
    let again = put_organization(&sandbox, BEECH, &json!({"external_id": "001Hs00003WqB02IAF"})).expect(200);
    assert_eq!(again.json, reply.json);
    assert!(sandbox.ledger().last().unwrap().changes.is_empty(), "what is so already has no effect");
}

#[test]
fn an_external_id_is_unique_whatever_its_case() {
    let sandbox = start();
    let refused =
        put_organization(&sandbox, BEECH, &json!({"external_id": "001hs00003wqa01iaf"})).expect(422);
    assert_eq!(
        refused.json,
        json!({
            "error": "RecordInvalid",
            "description": "Record validation errors",
            "details": {"external_id": [
                {"description": "External has already been taken", "error": "DuplicateValue"},
            ]},
        })
    );
    put_organization(&sandbox, ALDER, &json!({"external_id": "001hs00003wqa01iaf"})).expect(200);
    put_organization(&sandbox, ALDER, &json!({"external_id": null})).expect(200);
    put_organization(&sandbox, BEECH, &json!({"external_id": "001HS00003WQA01IAF"})).expect(200);
}

#[test]
fn an_id_that_two_have_already_is_taken_until_both_lose_it() {
    let mut world = company();
    world.put_organization(r#"{"id":13,"name":"Cedar","external_id":"001HS00003WQA01IAF"}"#).unwrap();
    let sandbox = TestSandbox::start(world, Options::default(), clock());
    let found = || {
        let path = "/api/v2/organizations/search?external_id=001Hs00003WqA01IAF";
        sandbox.get(path).expect(200).ids("organizations")
    };
    let set = |id, external: Value| put_organization(&sandbox, id, &json!({"external_id": external}));
    assert_eq!(found(), [ALDER, 13]);
    set(ALDER, Value::Null).expect(200);
    assert_eq!(found(), [13]);
    set(BEECH, json!("001Hs00003WqA01IAF")).expect(422);
    set(13, Value::Null).expect(200);
    set(BEECH, json!("001Hs00003WqA01IAF")).expect(200);
    assert_eq!(found(), [BEECH]);
}

#[test]
fn unknown_keys_are_ignored_and_named_in_a_header() {
    let sandbox = start();
    let reply = put_organization(&sandbox, BEECH, &json!({"id": BEECH, "externalid": "x"})).expect(200);
    assert_eq!(
        reply.header("x-zendesk-api-warn"),
        r#"{:allowed_parameters=>{:controller=>"organizations", :action=>"update", :unpermitted_keys=>["organization.externalid", "organization.id"], :invalid_values=>[]}}"#
    );
    assert!(sandbox.ledger()[0].changes.is_empty());
    put_organization(&sandbox, 99, &json!({"external_id": "x"})).expect(404);
    put_organization(&sandbox, BEECH, &json!({"name": " "})).expect(422);
    put_organization(&sandbox, BEECH, &json!({"name": "ALDER"})).expect(422);
    put_organization(&sandbox, BEECH, &json!({"domain_names": "x.com"})).expect(400);
    sandbox.send_json("PUT", &format!("/api/v2/organizations/{BEECH}"), &json!({"name": "x"})).expect(400);
    let request = sandbox.request("PUT", &format!("/api/v2/organizations/{BEECH}"));
    sandbox.send(request.bearer_auth(&sandbox.token).body("{")).expect(400);
}

#[test]
fn a_list_of_domains_is_overwritten_and_moves_people() {
    let sandbox = start();
    sandbox.sandbox.change(|world| {
        world.put_user(r#"{"id":29,"email":"old@cedar-demo.com","verified":true,"active":false}"#).unwrap();
    });
    // Without its old domain, which a careless client forgot.
    let reply = put_organization(&sandbox, ALDER, &json!({"domain_names": ["Cedar-demo.com"]})).expect(200);
    assert_eq!(reply.json["organization"]["domain_names"], json!(["cedar-demo.com"]));
    assert_eq!(organizations_of(&sandbox, 21), [0; 0], "mapped by the domain that went");
    assert_eq!(default_of(&sandbox, 21), Value::Null);
    assert_eq!(organizations_of(&sandbox, 22), [ALDER], "verified");
    assert_eq!(default_of(&sandbox, 22), json!(ALDER));
    assert_eq!(organizations_of(&sandbox, 23), [0; 0], "not verified");
    assert_eq!(organizations_of(&sandbox, 24), [ALDER], "a member already");
    assert_eq!(organizations_of(&sandbox, 29), [0; 0], "deleted");
    assert_eq!(filed_under(&sandbox), [Value::Null, Value::Null, json!(ALDER)], "closed ones keep it");
    let entry = &sandbox.ledger()[0];
    let effects: Vec<_> =
        entry.changes.iter().map(|change| (change.kind, change.id, change.in_background)).collect();
    assert_eq!(
        effects,
        [
            (Kind::Organization, ALDER, false),
            (Kind::OrganizationMembership, 31, true),
            (Kind::User, 21, true),
            (Kind::OrganizationMembership, 35, true),
            (Kind::User, 22, true),
            (Kind::Ticket, 41, true),
            (Kind::Ticket, 42, true),
        ]
    );
}

#[test]
fn background_work_takes_its_time() {
    let sandbox = with(Options { background_delay: Duration::from_millis(300), ..Options::default() });
    put_organization(&sandbox, BEECH, &json!({"domain_names": ["beech-demo.com", "cedar-demo.com"]}))
        .expect(200);
    assert_eq!(organizations_of(&sandbox, 22), [0; 0], "not yet");
    std::thread::sleep(Duration::from_millis(310));
    assert_eq!(organizations_of(&sandbox, 22), [BEECH]);
    assert_eq!(organizations_of(&sandbox, 24), [ALDER, BEECH], "existing members get a second one");
    assert_eq!(default_of(&sandbox, 24), json!(ALDER), "and keep their default");
}

#[test]
fn members_who_were_added_by_hand_outlast_a_domain() {
    let sandbox = start();
    let membership = json!({"organization_membership": {"user_id": 22, "organization_id": BEECH}});
    sandbox.send_json("POST", "/api/v2/organization_memberships", &membership).expect(201);
    put_organization(&sandbox, BEECH, &json!({"domain_names": ["cedar-demo.com"]})).expect(200);
    put_organization(&sandbox, BEECH, &json!({"domain_names": []})).expect(200);
    assert_eq!(organizations_of(&sandbox, 22), [BEECH]);
    assert_eq!(organizations_of(&sandbox, 24), [ALDER]);
}

#[test]
fn a_shared_domain_brings_new_users_to_the_first_organization_by_name() {
    let sandbox = start();
    // Added later, and first in the alphabet all the same.
    put_organization(&sandbox, BEECH, &json!({"domain_names": ["fir-demo.com"]})).expect(200);
    put_organization(&sandbox, ALDER, &json!({"domain_names": ["alder-demo.com", "fir-demo.com"]}))
        .expect(200);
    let created = sandbox
        .send_json("POST", "/api/v2/users", &json!({"user": {"name": "F", "email": "f@fir-demo.com"}}))
        .expect(201);
    let id = created.json["user"]["id"].as_i64().unwrap();
    assert_eq!(organizations_of(&sandbox, id), [ALDER]);
    assert_eq!(created.json["user"]["organization_id"], ALDER);
}

#[test]
fn an_account_of_single_organizations_pulls_in_only_who_has_none() {
    let mut world = company();
    world.put_user(r#"{"id":26,"email":"x@cedar-demo.com","verified":true}"#).unwrap();
    let mut single = World::empty("writes-demo", false);
    single.put_organization(&world.organization(BEECH).unwrap().to_string()).unwrap();
    for id in [22, 24] {
        single.put_user(&world.user(id).unwrap().to_string()).unwrap();
    }
    single.put_membership(&world.membership(34).unwrap().to_string()).unwrap();
    let sandbox = TestSandbox::start(single, Options::default(), clock());
    put_organization(&sandbox, BEECH, &json!({"domain_names": ["cedar-demo.com"]})).expect(200);
    assert_eq!(organizations_of(&sandbox, 22), [BEECH]);
    assert_eq!(organizations_of(&sandbox, 24), [ALDER]);
    let second = json!({"organization_membership": {"user_id": 24, "organization_id": BEECH}});
    let refused = sandbox.send_json("POST", "/api/v2/organization_memberships", &second).expect(422);
    assert_eq!(refused.json["error"], "RecordInvalid");
}

#[test]
fn an_organization_takes_five_changes_a_minute() {
    let sandbox = with(Options { window: Duration::from_secs(2), ..Options::default() });
    let set = |id, note: &str| put_organization(&sandbox, id, &json!({"notes": note}));
    for at in 0..5 {
        set(ALDER, &at.to_string()).expect(200);
    }
    let refused = set(ALDER, "6").expect(429);
    assert_eq!(
        refused.json,
        json!({"errors": [{"code": "TooManyRequests", "title": "Too many requests to update"}]})
    );
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=2).contains(&wait));
    set(BEECH, "1").expect(200);
    std::thread::sleep(Duration::from_secs(wait));
    set(ALDER, "6").expect(200);
}

#[test]
fn a_first_membership_is_the_default_and_a_second_is_not() {
    let sandbox = start();
    let post = |user: i64, organization: i64| {
        sandbox.send_json(
            "POST",
            "/api/v2/organization_memberships",
            &json!({"organization_membership": {"user_id": user, "organization_id": organization}}),
        )
    };
    let first = post(22, BEECH).expect(201).json["organization_membership"].clone();
    assert_eq!((&first["default"], &first["organization_name"]), (&json!(true), &json!("Beech")));
    assert_eq!(default_of(&sandbox, 22), json!(BEECH));
    assert_eq!(last_effects(&sandbox), [(Kind::OrganizationMembership, 35, false), (Kind::User, 22, false)]);
    let second = post(22, ALDER).expect(201).json["organization_membership"].clone();
    assert_eq!(second["default"], Value::Null, "the API says null of those that are not");
    assert_eq!(default_of(&sandbox, 22), json!(BEECH));
    let refused = post(22, ALDER).expect(422);
    assert_eq!(refused.json["details"]["user_id"][0]["error"], "DuplicateValue");
    post(99, ALDER).expect(422);
    let refused = post(22, 99).expect(422);
    assert_eq!(refused.json["details"]["organization"][0]["error"], "BlankValue");
    let by_user = json!({"organization_membership": {"organization_id": ALDER, "default": true}});
    sandbox.send_json("POST", "/api/v2/users/25/organization_memberships", &by_user).expect(201);
    assert_eq!(organizations_of(&sandbox, 25), [ALDER]);
}

#[test]
fn a_user_belongs_to_three_hundred_organizations_at_most() {
    let mut world = company();
    for id in 1_000..1_301 {
        world.put_organization(&format!(r#"{{"id":{id},"name":"O{id}"}}"#)).unwrap();
    }
    for id in 1_000..1_300 {
        world
            .put_membership(&format!(r#"{{"id":{id},"user_id":25,"organization_id":{id},"default":null}}"#))
            .unwrap();
    }
    let sandbox = TestSandbox::start(world, Options::default(), clock());
    let membership = json!({"organization_membership": {"user_id": 25, "organization_id": 1_300}});
    sandbox.send_json("POST", "/api/v2/organization_memberships", &membership).expect(422);
    sandbox.send_json("DELETE", "/api/v2/users/25/organizations/1000", &json!({})).expect(204);
    sandbox.send_json("POST", "/api/v2/organization_memberships", &membership).expect(201);
}

#[test]
fn a_default_moves_and_no_ticket_with_it() {
    let sandbox = start();
    let membership = json!({"organization_membership": {"user_id": 21, "organization_id": BEECH}});
    let made = sandbox.send_json("POST", "/api/v2/organization_memberships", &membership).expect(201);
    let id = made.json["organization_membership"]["id"].as_i64().unwrap();
    let path = format!("/api/v2/users/21/organization_memberships/{id}/make_default");
    let reply = sandbox.send_json("PUT", &path, &json!({})).expect(200);
    assert_eq!(reply.ids("organization_memberships"), [id, 31], "all of the user's");
    assert_eq!(reply.json["organization_memberships"][0]["default"], true);
    assert_eq!(default_of(&sandbox, 21), json!(BEECH));
    assert_eq!(filed_under(&sandbox), [json!(ALDER), json!(ALDER), json!(ALDER)]);
    let back = format!("/api/v2/users/21/organizations/{ALDER}/make_default");
    sandbox.send_json("PUT", &back, &json!({})).expect(200);
    assert_eq!(organizations_of(&sandbox, 21), [ALDER, BEECH]);
    sandbox.send_json("PUT", &back, &json!({})).expect(200);
    assert!(sandbox.ledger().last().unwrap().changes.is_empty(), "it is the default already");
    sandbox
        .send_json("PUT", "/api/v2/users/22/organization_memberships/31/make_default", &json!({}))
        .expect(404);
}

#[test]
fn a_membership_goes_once_and_tickets_follow_later() {
    for (follow, to) in
        [(TicketsFollow::Nobody, Value::Null), (TicketsFollow::DefaultOrganization, json!(BEECH))]
    {
        let sandbox = with(Options { tickets_follow: follow, ..Options::default() });
        let membership = json!({"organization_membership": {"user_id": 21, "organization_id": BEECH}});
        sandbox.send_json("POST", "/api/v2/organization_memberships", &membership).expect(201);
        let back = json!({"organization_membership": {"user_id": 21, "organization_id": ALDER}});
        let gone = sandbox.send_json("DELETE", "/api/v2/organization_memberships/31", &json!({})).expect(204);
        assert_eq!(gone.text, "");
        sandbox.send_json("DELETE", "/api/v2/organization_memberships/31", &json!({})).expect(404);
        assert_eq!(organizations_of(&sandbox, 21), [BEECH], "the other one is the default now");
        assert_eq!(default_of(&sandbox, 21), json!(BEECH));
        assert_eq!(filed_under(&sandbox), [to.clone(), to, json!(ALDER)]);
        let joined = sandbox.send_json("POST", "/api/v2/organization_memberships", &back);
        assert_eq!(joined.json["organization_membership"]["id"], 36, "no id comes twice");
        let path = format!("/api/v2/users/21/organizations/{ALDER}");
        sandbox.send_json("DELETE", &path, &json!({})).expect(204);
        let path = format!("/api/v2/users/21/organizations/{BEECH}");
        sandbox.send_json("DELETE", &path, &json!({})).expect(204);
        assert_eq!(default_of(&sandbox, 21), Value::Null);
    }
}

#[test]
fn setting_a_users_organization_deletes_the_other_memberships() {
    let sandbox = start();
    let membership = json!({"organization_membership": {"user_id": 21, "organization_id": BEECH}});
    sandbox.send_json("POST", "/api/v2/organization_memberships", &membership).expect(201);
    let set = |id: i64, organization: &Value| {
        sandbox.send_json(
            "PUT",
            &format!("/api/v2/users/{id}"),
            &json!({"user": {"organization_id": organization}}),
        )
    };
    set(21, &json!(BEECH)).expect(200);
    assert_eq!(organizations_of(&sandbox, 21), [BEECH], "Alder is gone");
    assert_eq!(filed_under(&sandbox), [Value::Null, Value::Null, json!(ALDER)]);
    set(21, &json!(ALDER)).expect(200);
    assert_eq!(organizations_of(&sandbox, 21), [ALDER]);
    set(21, &Value::Null).expect(200);
    assert_eq!(organizations_of(&sandbox, 21), [0; 0]);
    set(21, &json!(99)).expect(422);
    sandbox.sandbox.change(|world| world.put_user(r#"{"id":29,"shared":true}"#).unwrap());
    set(29, &json!(ALDER)).expect(403);
}

#[test]
fn a_ticket_could_be_moved() {
    let sandbox = start();
    let set = |id: i64, members: Value| {
        sandbox.send_json("PUT", &format!("/api/v2/tickets/{id}"), &json!({"ticket": members}))
    };
    set(41, json!({"organization_id": BEECH})).expect(422);
    set(43, json!({"organization_id": null})).expect(422);
    set(99, json!({"organization_id": null})).expect(404);
    let stale =
        json!({"organization_id": null, "safe_update": true, "updated_stamp": "2026-09-01T00:00:00Z"});
    assert_eq!(set(41, stale).expect(409).json["error"], "UpdateConflict");
    let fresh =
        json!({"organization_id": null, "safe_update": true, "updated_stamp": "2026-10-01T00:00:00Z"});
    set(41, fresh).expect(200);
    assert_eq!(last_effects(&sandbox), [(Kind::Ticket, 41, false)]);
}

#[test]
fn exports_show_what_was_changed() {
    let sandbox = start();
    put_organization(&sandbox, ALDER, &json!({"domain_names": []})).expect(200);
    sandbox.sandbox.settle();
    sandbox.sandbox.set_clock(clock_at("2026-11-02T07:10:00Z"));
    let since = 1_793_602_800;
    let get = |path: &str, list: &str| {
        sandbox.get(&format!("/api/v2/incremental/{path}?start_time={since}")).expect(200).ids(list)
    };
    assert_eq!(get("organizations", "organizations"), [ALDER]);
    assert_eq!(get("users/cursor", "users"), [21]);
    assert_eq!(get("tickets/cursor", "tickets"), [41, 42]);
}

#[test]
fn an_organization_is_made_and_unmade() {
    let sandbox = start();
    let post = |members: Value| {
        sandbox.send_json("POST", "/api/v2/organizations", &json!({"organization": members}))
    };
    let made = post(json!({"name": "Cedar", "domain_names": ["cedar-demo.com"]})).expect(201);
    assert_eq!(made.json["organization"]["id"], 13);
    assert_eq!(
        made.header("location"),
        "https://writes-demo.sandbox.zendesk.com/api/v2/organizations/13.json"
    );
    assert_eq!(organizations_of(&sandbox, 22), [13]);
    post(json!({"name": "cedar"})).expect(422);
    post(json!({})).expect(422);
    sandbox.send_json("DELETE", "/api/v2/organizations/13", &json!({})).expect(204);
    sandbox.get("/api/v2/organizations/13").expect(404);
    assert_eq!(organizations_of(&sandbox, 22), [0; 0]);
    sandbox.send_json("DELETE", "/api/v2/organizations/13", &json!({})).expect(404);
    assert!(
        sandbox.get("/api/v2/incremental/organizations?start_time=0").json.to_string().contains("deleted_at")
    );
}

#[test]
fn writing_takes_a_role_and_a_scope() {
    let path = format!("/api/v2/organizations/{ALDER}");
    let put = |sandbox: &TestSandbox, members: Value| {
        sandbox.send_json("PUT", &path, &json!({"organization": members}))
    };
    let membership = json!({"organization_membership": {"user_id": 22, "organization_id": BEECH}});
    let sandbox = with(Options { role: UserRole::Agent, ..Options::default() });
    put(&sandbox, json!({"external_id": "x"})).expect(403);
    put(&sandbox, json!({"notes": "x"})).expect(200);
    sandbox.send_json("POST", "/api/v2/organization_memberships", &membership).expect(201);
    let scoped = |scopes: &[&str]| {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        with(Options { scopes, ..Options::default() })
    };
    let sandbox = scoped(&["read"]);
    let refused = put(&sandbox, json!({"notes": "x"})).expect(403);
    assert_eq!(refused.json["description"], "Missing the following required scopes: write");
    let sandbox = scoped(&["read", "organizations:write"]);
    put(&sandbox, json!({"notes": "x"})).expect(200);
    sandbox.send_json("POST", "/api/v2/organization_memberships", &membership).expect(201);
    sandbox.send_json("PUT", "/api/v2/users/22", &json!({"user": {}})).expect(403);
    sandbox.send_json("PUT", "/api/v2/tickets/41", &json!({"ticket": {}})).expect(403);
}
