//! Readings that go on where the one before ended say the same as readings of everything.

use orgdrift::sandbox::{Options, World};
use serde_json::{Value, json};

use super::{all_rows, assert_same, generous};
use crate::common::bench::Bench;
use crate::common::clock_at;
use crate::common::demo::write_files;
use crate::common::dice::Dice;
use crate::common::sandbox::TestSandbox;

const DAYS: u64 = 9;

fn start() -> (Bench, Bench, TestSandbox) {
    let (walked, continued) = (Bench::empty(), Bench::empty());
    for bench in [&walked, &continued] {
        write_files(&bench.path(""));
        bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", "2026-01-01"]).expect(0);
    }
    let world = World::from_folder(&walked.path("zendesk")).unwrap();
    let options = Options { rate_limit: 1_000_000, ..generous() };
    let sandbox = TestSandbox::start(world, options, clock_at("2026-11-02T06:00:00Z"));
    (walked, continued, sandbox)
}

/// Runs a live ingest and an audit on a day.
fn read(bench: &Bench, sandbox: &TestSandbox, now: &str, more: &[&str]) -> String {
    let mut arguments = vec!["ingest", "zendesk", "--rate-share", "100", "--accept-shrink"];
    arguments.extend(more);
    let output = bench.live_command(sandbox, &arguments).env("ORGDRIFT_TEST_NOW", now).output().unwrap();
    let talk = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{talk}");
    let audit = bench.command(&["audit"]).env("ORGDRIFT_TEST_NOW", now).output().unwrap();
    assert!(audit.status.success());
    talk
}

const ORGANIZATIONS: std::ops::Range<i64> = 21_700_000_001_000..21_700_000_002_000;
const USERS: std::ops::Range<i64> = 21_700_000_004_000..21_700_000_005_000;
const TICKETS: std::ops::Range<i64> = 1000..1300;

/// Changes some records, as a day of work does.
fn change(sandbox: &TestSandbox, dice: &mut Dice, now: &str) {
    let (organizations, users, tickets) = sandbox.sandbox.look(|world| {
        (
            ORGANIZATIONS.filter_map(|id| world.organization(id)).collect::<Vec<Value>>(),
            USERS.filter_map(|id| world.user(id)).collect::<Vec<Value>>(),
            TICKETS.filter_map(|id| world.ticket(id)).collect::<Vec<Value>>(),
        )
    });
    assert!(organizations.len() > 5 && users.len() > 20 && tickets.len() > 20);
    sandbox.sandbox.change(|world| {
        for mut organization in organizations {
            if dice.chance(15) && organization["deleted_at"].is_null() {
                organization["updated_at"] = now.into();
                match dice.below(3) {
                    0 => organization["name"] = format!("Renamed {}", dice.below(100)).into(),
                    1 => organization["domain_names"] = json!([format!("d{}-demo.com", dice.below(5))]),
                    _ => organization["deleted_at"] = now.into(),
                }
                world.put_organization(&organization.to_string()).unwrap();
            }
        }
        for mut user in users {
            if dice.chance(15) && user["active"] == true {
                user["updated_at"] = now.into();
                match dice.below(4) {
                    0 => user["email"] = format!("u{}@d{}-demo.com", user["id"], dice.below(5)).into(),
                    1 => user["suspended"] = (!user["suspended"].as_bool().unwrap_or(false)).into(),
                    2 => user["verified"] = false.into(),
                    _ => user["active"] = false.into(),
                }
                world.put_user(&user.to_string()).unwrap();
            }
        }
        for mut ticket in tickets {
            if dice.chance(10) {
                ticket["updated_at"] = now.into();
                ticket["generated_timestamp"] = now.parse::<jiff::Timestamp>().unwrap().as_second().into();
                ticket["status"] = dice.pick(&["open", "solved", "closed", "deleted"]).into();
                world.put_ticket(&ticket.to_string()).unwrap();
            }
        }
    });
}

#[test]
fn what_changed_over_http_put_over_what_was_there_is_all_there_is() {
    let (walked, continued, sandbox) = start();
    let mut dice = Dice::new(11);
    let mut talks = Vec::new();
    for day in 0..DAYS {
        let now = format!("2026-11-{:02}T06:00:00Z", 2 + day);
        sandbox.sandbox.set_clock(clock_at(&now));
        read(&walked, &sandbox, &now, &[]);
        talks.push(read(&continued, &sandbox, &now, &["--continue"]));
        assert_same(&all_rows(&continued), &all_rows(&walked));
        let later = format!("2026-11-{:02}T18:00:00Z", 2 + day);
        change(&sandbox, &mut dice, &later);
    }
    // The first, and then one of seven.
    let readings = continued.rows(
        "select snapshot_id, reading from snapshot_collections where collection = 'users' order by snapshot_id",
    );
    let of = |readings: &[String]| {
        readings.iter().map(|row| row.split_once('|').unwrap().1.to_owned()).collect::<Vec<_>>()
    };
    let expected: Vec<&str> = (0..DAYS).map(|day| if day % 7 == 0 { "walk" } else { "continued" }).collect();
    assert_eq!(of(&readings), expected);
    assert!(talks[0].contains("there is no snapshot to continue"), "{}", talks[0]);
    assert!(
        talks[1].contains("reading changes since snapshot 2: organizations, users, tickets"),
        "{}",
        talks[1]
    );
    assert!(talks[7].contains("the last 6 snapshots held only changes"), "{}", talks[7]);
}

#[test]
fn a_folder_that_goes_on_is_taken_only_where_it_fits() {
    let (_, bench, sandbox) = start();
    read(&bench, &sandbox, "2026-11-02T06:00:00Z", &[]);
    sandbox.sandbox.set_clock(clock_at("2026-11-03T06:00:00Z"));
    bench.run_live(&sandbox, &["fetch", "zendesk", "changes", "--continue"]).expect(0);
    bench.run_live(&sandbox, &["fetch", "zendesk", "all"]).expect(0);
    let other = Bench::empty();
    other.run_live(&sandbox, &["fetch", "zendesk", "changes", "--continue"]).expect(0);

    let late = |arguments: &[&str]| {
        bench.command(arguments).env("ORGDRIFT_TEST_NOW", "2026-11-03T07:00:00Z").status().unwrap().code()
    };
    assert_eq!(late(&["ingest", "zendesk", "--from", "changes"]), Some(0));
    assert_eq!(late(&["ingest", "zendesk", "--from", "changes"]), Some(5), "it would leave a gap");
    assert_eq!(late(&["ingest", "zendesk", "--from", "all"]), Some(0));
}
