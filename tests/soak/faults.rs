//! Every fault of the way to Zendesk, at each of the four repairs, before its effect and after it.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::company::{Company, tiny};
use super::round::Round;
use crate::common::faults::{Fault, Which};

/// What happens to one request that writes, and what must have become of its repair.
struct Cell {
    name: &'static str,
    fault: fn() -> Fault,
    /// Whether the sandbox has done what was asked when it happens.
    is_after: bool,
    outcome: &'static str,
    confirmed_by: &'static str,
    /// Requests of the repair.
    requests: usize,
}

/// A fault after which the request is sent again, since nothing had happened.
const fn before(name: &'static str, fault: fn() -> Fault) -> Cell {
    Cell { name, fault, is_after: false, outcome: "applied", confirmed_by: "answer", requests: 2 }
}

/// A fault after the effect, which a look finds.
const fn after(name: &'static str, fault: fn() -> Fault) -> Cell {
    Cell { name, fault, is_after: true, outcome: "applied", confirmed_by: "reading", requests: 1 }
}

/// A refusal for good: nothing happened, and nothing will.
const fn refused(name: &'static str, fault: fn() -> Fault) -> Cell {
    Cell { name, fault, is_after: false, outcome: "failed", confirmed_by: "reading", requests: 1 }
}

/// 429 and 401 say that a request was not processed, so they do not come after an effect.
const CELLS: &[Cell] = &[
    before("429 with Retry-After", || Fault::too_many(Some("1"))),
    before("429 with a nonsense Retry-After", || Fault::too_many(Some("soon"))),
    before("429 without Retry-After", || Fault::too_many(None)),
    before("429 of the edge", Fault::too_many_at_the_edge),
    before("500", || Fault::status(500, None)),
    before("502", || Fault::status(502, None)),
    before("503", || Fault::status(503, None)),
    before("503 with Retry-After", || Fault::status(503, Some("1"))),
    before("504", || Fault::status(504, None)),
    before("408", || Fault::status(408, None)),
    before("reset", || Fault::ResetBefore),
    before("effect later", || Fault::LateEffect(Duration::from_millis(400))),
    before("wrong JSON", Fault::wrong_json),
    before("HTML with 200", Fault::html),
    before("redirect", || Fault::redirect("https://elsewhere.example.com/")),
    refused("401", || Fault::status(401, None)),
    refused("403", || Fault::status(403, None)),
    refused("404", || Fault::status(404, None)),
    refused("409", || Fault::status(409, None)),
    refused("422", || Fault::status(422, None)),
    after("500", || Fault::status(500, None).afterwards()),
    after("502", || Fault::status(502, None).afterwards()),
    after("503", || Fault::status(503, None).afterwards()),
    after("504", || Fault::status(504, None).afterwards()),
    after("reset", || Fault::ResetAfter),
    after("truncated body", || Fault::Truncated),
    after("wrong JSON", || Fault::wrong_json().afterwards()),
    after("HTML with 200", || Fault::html().afterwards()),
    after("wrong ids", || Fault::WrongIds),
    after("redirect", || Fault::redirect("https://elsewhere.example.com/").afterwards()),
    Cell { confirmed_by: "answer", ..after("slow", || Fault::LateReply(Duration::from_millis(300))) },
    Cell {
        confirmed_by: "answer",
        ..after("trickle", || Fault::Trickle { pieces: 20, pause: Duration::from_millis(10) })
    },
];

/// The repairs of the tiny company whose requests it meets: one of each kind, by position.
fn repairs(company: &Company) -> BTreeMap<&str, (i64, String)> {
    let mut found = BTreeMap::new();
    for (position, action) in (1_i64..).zip(company.actions()) {
        let text = |name: &str| action[name].as_str().unwrap();
        let path = match text("action") {
            "assign_user_to_org" => "/api/v2/organization_memberships".to_owned(),
            "move_user_to_org" => format!("/api/v2/users/{}/", text("user_id")),
            _ => format!("/api/v2/organizations/{}", text("organization_id")),
        };
        // The second assignment is made by the new domain.
        found.entry(text("action")).or_insert((position, path));
    }
    found
}

/// The number of the repair's request among those of its path.
fn number(action: &str) -> u64 {
    if action == "add_org_domain" { 2 } else { 1 }
}

fn try_cell(cell: &Cell, action: &str, position: i64, path: &str) -> Vec<String> {
    let round = Round::new(tiny());
    round.sandbox.faults.on_writes(path, Which::Nth(number(action)), (cell.fault)());
    let told = round.finish();
    // What comes late comes before the verdict.
    std::thread::sleep(Duration::from_millis(if cell.name == "effect later" { 450 } else { 0 }));
    let judgement = round.judge();
    let mut bad = judgement.bad;
    let wanted_code = if cell.outcome == "applied" { 0 } else { 7 };
    if told.code != wanted_code {
        bad.push(format!("exit {}: {}", told.code, told.err));
    }
    if round.sandbox.faults.hits() != [1] {
        bad.push("the fault never happened".to_owned());
    }
    let receipt: Value =
        serde_json::from_str(&round.run(&["receipt", "show", "1", "--json"]).expect(0).out).unwrap();
    let row = &receipt["actions"][usize::try_from(position).unwrap() - 1];
    let found = (&row["outcome"], &row["confirmed_by"], row["requests"].as_array().unwrap().len());
    if found != (&cell.outcome.into(), &cell.confirmed_by.into(), cell.requests) {
        bad.push(format!("the receipt says {found:?}"));
    }
    bad
}

#[test]
fn every_fault_at_every_repair_ends_in_a_right_receipt() {
    let repairs = repairs(tiny());
    assert_eq!(repairs.len(), 4);
    let cells: Vec<(&Cell, &str, i64, &str)> = CELLS
        .iter()
        .flat_map(|cell| {
            repairs.iter().map(move |(action, (position, path))| (cell, *action, *position, path.as_str()))
        })
        .collect();
    let (count, bad, start) = (cells.len(), Mutex::new(Vec::new()), Instant::now());
    // Most of the time a cell waits.
    let queue = Mutex::new(cells.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some((cell, action, position, path)) = next else { return };
                    let side = if cell.is_after { "after" } else { "before" };
                    let found = try_cell(cell, action, position, path);
                    let named =
                        found.into_iter().map(|text| format!("{action}, {} {side}: {text}", cell.name));
                    bad.lock().unwrap().extend(named);
                }
            });
        }
    });
    println!("{count} cells in {:?}", start.elapsed());
    assert_eq!(bad.into_inner().unwrap(), [""; 0]);
}

#[test]
fn a_token_that_ends_is_asked_for_again_and_nothing_happens_twice() {
    for (action, (_, path)) in repairs(tiny()) {
        let round = Round::new(tiny());
        round.sandbox.faults.on_writes(&path, Which::Nth(number(action)), Fault::ExpiredTokens);
        let mut command = round.apply();
        command
            .env_remove("ZENDESK_OAUTH_TOKEN")
            .env("ZENDESK_OAUTH_CLIENT_ID", "orgdrift")
            .env("ZENDESK_OAUTH_CLIENT_SECRET", &round.sandbox.token);
        super::round::told(command.output().unwrap()).expect(0);
        assert_eq!(round.sandbox.faults.hits(), [1], "{action}");
        let judgement = round.judge();
        assert_eq!(judgement.bad, [""; 0], "{action}");
        assert_eq!((judgement.outcomes["applied"], judgement.resends), (4, 1), "{action}");
        let tokens = round.sandbox.ledger().iter().filter(|entry| entry.path == "/oauth/tokens").count();
        assert_eq!(tokens, 2, "{action}");
    }
}
