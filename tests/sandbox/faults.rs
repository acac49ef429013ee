//! The faults themselves: what a client sees of each.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::faults::{Fault, Which};
use crate::common::sandbox::{Answered, TestSandbox};

const USERS: &str = "/api/v2/users?page[size]=2";

fn after(page: &Answered) -> String {
    let cursor = page.json["meta"]["after_cursor"].as_str().unwrap();
    format!("{USERS}&page[after]={cursor}")
}

fn try_get(sandbox: &TestSandbox, path: &str) -> Result<Answered, reqwest::Error> {
    sandbox.try_send(sandbox.request("GET", path).bearer_auth(&sandbox.token))
}

#[test]
fn faults_meet_the_requests_that_were_chosen() {
    let sandbox = TestSandbox::demo();
    sandbox.faults.on("/api/v2/users", Which::Nth(2), Fault::status(503, Some("1")));
    sandbox.faults.on("/api/v2/users", Which::Between(3, 4), Fault::too_many(Some("soon")));
    sandbox.faults.on("/api/v2/tickets", Which::From(2), Fault::too_many_at_the_edge());
    let statuses = |path: &str| (0..5).map(|_| sandbox.get(path).status).collect::<Vec<_>>();
    assert_eq!(statuses("/api/v2/users"), [200, 503, 429, 429, 200]);
    assert_eq!(statuses("/api/v2/tickets"), [200, 429, 429, 429, 429]);
    assert_eq!(statuses("/api/v2/organizations"), [200; 5]);
    assert_eq!(sandbox.faults.hits(), [1, 2, 4]);
    assert_eq!(sandbox.ledger().len(), 8, "the sandbox heard of the others only");
    sandbox.faults.clear();
    assert_eq!(statuses("/api/v2/users"), [200; 5]);
    let chances = |seed| {
        sandbox.faults.clear();
        sandbox.faults.seed(seed);
        sandbox.faults.on("/api/v2/users", Which::Percent(50), Fault::status(500, None));
        (0..20).map(|_| sandbox.get("/api/v2/users").status == 500).collect::<Vec<_>>()
    };
    assert_eq!(chances(7), chances(7));
    assert_ne!(chances(7), chances(8));
}

#[test]
fn connections_end_before_and_after_the_effect() {
    let sandbox = TestSandbox::demo();
    sandbox.faults.on(USERS, Which::Nth(1), Fault::ResetBefore);
    sandbox.faults.on(USERS, Which::Nth(2), Fault::ResetAfter);
    sandbox.faults.on(USERS, Which::Nth(3), Fault::Truncated);
    assert!(try_get(&sandbox, USERS).is_err());
    assert_eq!(sandbox.ledger().len(), 0);
    assert!(try_get(&sandbox, USERS).is_err());
    assert_eq!(sandbox.ledger().len(), 1);
    assert!(try_get(&sandbox, USERS).unwrap_err().is_decode(), "the status came, the body did not");
    assert!(try_get(&sandbox, USERS).is_ok());
    assert_eq!(sandbox.faults.hits(), [1, 1, 1]);
}

#[test]
fn cursors_and_pages_repeat() {
    let sandbox = TestSandbox::demo();
    sandbox.faults.on(USERS, Which::Nth(3), Fault::RepeatedCursor);
    sandbox.faults.on(USERS, Which::Nth(4), Fault::StandingCursor);
    sandbox.faults.on(USERS, Which::Nth(5), Fault::RepeatedPage);
    let first = sandbox.get(USERS);
    let second = sandbox.get(&after(&first));
    let third = sandbox.get(&after(&second));
    assert_eq!(after(&third), after(&first), "round again");
    let standing = sandbox.get(&after(&second));
    assert_eq!(after(&standing), after(&second));
    let repeated = sandbox.get(&after(&first));
    assert_eq!(repeated.ids("users"), standing.ids("users"));
    assert_eq!(after(&repeated), after(&second), "with the cursor of its own");
    sandbox.faults.clear();
    let export = "/api/v2/incremental/organizations?start_time=5&per_page=2";
    sandbox.faults.on("/api/v2/incremental", Which::Nth(1), Fault::StandingCursor);
    let page = sandbox.get(export);
    assert_eq!((&page.json["end_time"], &page.json["end_of_stream"]), (&Value::from(5), &Value::from(false)));
}

#[test]
fn bodies_come_slowly_or_are_none() {
    let sandbox = TestSandbox::demo();
    sandbox.faults.on(USERS, Which::Nth(1), Fault::Trickle { pieces: 4, pause: Duration::from_millis(50) });
    sandbox.faults.on(USERS, Which::Nth(2), Fault::Latency(Duration::from_millis(200)));
    sandbox.faults.on(USERS, Which::Nth(3), Fault::GzipBomb(8 * 1024 * 1024));
    sandbox.faults.on(USERS, Which::Nth(4), Fault::html());
    sandbox.faults.on(USERS, Which::Nth(5), Fault::wrong_json());
    sandbox.faults.on(USERS, Which::Nth(6), Fault::redirect("http://127.0.0.1:1/api/v2/users"));
    for _ in 0..2 {
        let began = Instant::now();
        assert_eq!(sandbox.get(USERS).expect(200).ids("users").len(), 2);
        assert!(began.elapsed() >= Duration::from_millis(200));
    }
    let bomb = sandbox.get(USERS).expect(200);
    assert!(bomb.text.len() > 8 * 1024 * 1024 && bomb.json["users"].is_array());
    assert_eq!(sandbox.get(USERS).expect(200).header("content-type"), "text/html; charset=utf-8");
    assert_eq!(sandbox.get(USERS).expect(200).json, Value::Null);
    assert_eq!(sandbox.get(USERS).expect(302).header("location"), "http://127.0.0.1:1/api/v2/users");
    assert_eq!(sandbox.faults.hits(), [1; 6]);
}

#[test]
fn records_move_while_they_are_read() {
    let sandbox = TestSandbox::demo();
    let first = sandbox.get(USERS);
    let gone = sandbox.get(&after(&first)).ids("users")[0];
    sandbox.faults.on(
        USERS,
        Which::Nth(1),
        Fault::Meanwhile(Arc::new(move |world| assert!(world.remove_user(gone)))),
    );
    assert!(!sandbox.get(&after(&first)).ids("users").contains(&gone));
    let issued = sandbox.send(
        sandbox
            .request("POST", "/oauth/tokens")
            .body(format!("grant_type=client_credentials&client_id=a&client_secret={}", sandbox.token)),
    );
    let token = issued.json["access_token"].as_str().unwrap();
    sandbox.faults.on("/api/v2/tickets", Which::Nth(2), Fault::ExpiredTokens);
    let status = || sandbox.send(sandbox.request("GET", "/api/v2/tickets").bearer_auth(token)).status;
    assert_eq!((status(), status(), status()), (200, 401, 401));
}
