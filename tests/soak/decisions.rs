//! What an apply decides where the world, Zendesk or its own past leave it little.

use serde_json::json;

use super::company::{large, small, tiny};
use super::round::Round;
use crate::common::faults::{Fault, Which};

/// The outcomes of the rows with their reasons, in their order.
fn outcomes(round: &Round) -> Vec<String> {
    round.bench.rows(
        "select outcome || coalesce(' ' || reason, '') from apply_events
         where kind = 'outcome' and mode = 'live' order by position",
    )
}

#[test]
fn what_was_broken_off_is_finished_by_what_the_hint_says() {
    let round = Round::new(small());
    assert!(round.crash("after_request", 3));
    // The hint gives the caps under which it began.
    let told = round.run(&["apply", "1"]).expect(5);
    assert!(told.err.contains("was interrupted"), "{}", told.err);
    let hint = told.err.lines().find_map(|line| line.strip_prefix("hint: finish it: orgdrift ")).unwrap();
    let words: Vec<&str> = hint.split(' ').collect();
    round.run(&words).expect(0);
    let judgement = round.judge();
    assert_eq!(judgement.bad, [""; 0]);
    assert_eq!(judgement.outcomes["applied"], 9);
}

#[test]
fn an_apply_that_is_resumed_after_a_newer_reading_only_settles_what_it_began() {
    for label in ["after_intent", "after_request", "after_answer"] {
        let round = Round::new(small());
        assert!(round.crash(label, 3));
        round.company.write_folder(&round.bench, "2026-11-02T06:30:00Z");
        round.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
        round.finish().expect(7);
        let judgement = round.judge();
        assert_eq!(judgement.bad, [""; 0], "{label}");
        // Without an answer of its own the third is made: it was begun.
        assert_eq!(judgement.outcomes["applied"], 3, "{label}");
        let rest = outcomes(&round);
        assert_eq!(rest.iter().filter(|row| *row == "not_attempted plan_outdated").count(), 7, "{rest:?}");
    }
}

#[test]
fn three_failures_in_a_row_end_an_apply() {
    let round = Round::new(large());
    round.sandbox.faults.on_writes("/", Which::From(1), Fault::status(422, None));
    round.finish().expect(7);
    let judgement = round.judge();
    assert_eq!(judgement.bad, [""; 0]);
    assert_eq!((judgement.outcomes.get("applied"), judgement.outcomes["failed"]), (None, 3));
    assert_eq!(round.sandbox.faults.hits(), [3]);
    assert!(outcomes(&round).contains(&"not_attempted too_many_failures".to_owned()));
}

#[test]
fn five_stale_repairs_in_a_row_end_an_apply() {
    let round = Round::new(large());
    // Somebody renamed all organizations and moved all users.
    round.sandbox.sandbox.change(|world| {
        for number in 0..6 {
            let mut organization = world.organization(21_000_000_000 + number).unwrap();
            organization["name"] = json!(format!("Renamed {number}"));
            world.put_organization(&organization.to_string()).unwrap();
            for at in 0..3 {
                let mut user = world.user(22_000_000_000 + number * 10 + at).unwrap();
                user["verified"] = json!(false);
                user["organization_id"] = json!(21_000_000_999_i64);
                world.put_user(&user.to_string()).unwrap();
            }
        }
    });
    round.finish().expect(7);
    let judgement = round.judge();
    assert_eq!(judgement.bad, [""; 0]);
    assert_eq!(judgement.outcomes.get("applied"), None);
    let rows = outcomes(&round);
    let stale = |row: &&String| row.starts_with("skipped_stale") && !row.ends_with("dependency_not_applied");
    assert_eq!(rows.iter().filter(stale).count(), 5, "{rows:?}");
    assert!(rows.contains(&"not_attempted too_many_stale".to_owned()), "{rows:?}");
}

/// The position of the first repair of a kind, and the user it is about.
fn first_of(round: &Round, repair: &str) -> (u32, i64) {
    let found = (1..).zip(round.company.actions()).find(|(_, action)| action["action"] == repair).unwrap();
    (found.0, found.1["user_id"].as_str().unwrap().parse().unwrap())
}

#[test]
fn what_somebody_else_was_faster_with_is_no_work_of_ours_even_after_a_crash() {
    // Between the look and the request somebody adds the membership; the request is refused as a repetition.
    for label in [None, Some("after_answer")] {
        let round = Round::new(tiny());
        let (position, user_id) = first_of(&round, "assign_user_to_org");
        let add = move |world: &mut orgdrift::sandbox::World| {
            let record = json!({
                "id": 777, "user_id": user_id, "organization_id": 21_000_000_000_i64, "default": true,
                "created_at": "2026-11-02T06:59:00Z", "updated_at": "2026-11-02T06:59:00Z",
            });
            world.put_membership(&record.to_string()).unwrap();
        };
        let path = "/api/v2/organization_memberships";
        round.sandbox.faults.on_writes(path, Which::Nth(1), Fault::Meanwhile(std::sync::Arc::new(add)));
        if let Some(label) = label {
            assert!(round.crash(label, position), "{label}:{position}");
        }
        round.finish().expect(0);
        assert_eq!(round.sandbox.faults.hits(), [1]);
        let judgement = round.judge();
        assert_eq!(judgement.bad, [""; 0], "{label:?}");
        assert_eq!((judgement.outcomes["applied"], judgement.outcomes["already_in_place"]), (3, 2));
    }
}

#[test]
fn a_refusal_that_was_written_down_is_not_asked_for_again() {
    for (status, reason) in [(422, "failed refused"), (403, "failed not_allowed")] {
        let round = Round::new(tiny());
        let (position, _) = first_of(&round, "assign_user_to_org");
        let path = "/api/v2/organization_memberships";
        round.sandbox.faults.on_writes(path, Which::Nth(1), Fault::status(status, None));
        assert!(round.crash("after_answer", position));
        round.finish().expect(7);
        let judgement = round.judge();
        assert_eq!(judgement.bad, [""; 0]);
        assert_eq!(judgement.resends, 0);
        let rows = outcomes(&round);
        assert_eq!(rows[position as usize - 1], reason, "{rows:?}");
    }
}

#[test]
fn a_default_that_changes_between_two_readings_of_one_look_is_no_work_of_ours() {
    let round = Round::new(tiny());
    let (_, user_id) = first_of(&round, "move_user_to_org");
    let change = move |world: &mut orgdrift::sandbox::World| {
        let organization = 21_000_000_000_i64;
        let mut user = world.user(user_id).unwrap();
        user["organization_id"] = json!(organization);
        world.put_user(&user.to_string()).unwrap();
        for (id, is_default) in [(user_id, false), (user_id + 1, true)] {
            let mut membership = world.membership(id).unwrap();
            membership["default"] = json!(is_default);
            world.put_membership(&membership.to_string()).unwrap();
        }
    };
    let path = format!("/api/v2/users/{user_id}/organization_memberships");
    round.sandbox.faults.on(&path, Which::Nth(1), Fault::Meanwhile(std::sync::Arc::new(change)));
    round.finish().expect(0);
    assert_eq!(round.sandbox.faults.hits(), [1]);
    let judgement = round.judge();
    assert_eq!(judgement.bad, [""; 0]);
    assert_eq!((judgement.outcomes["applied"], judgement.outcomes["already_in_place"]), (3, 2));
}
