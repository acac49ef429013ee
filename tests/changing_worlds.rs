//! The program against the model of the decision tables, over worlds that change for six days.
//!
//! Records come, go, return and change; every run is compared with what the model says of its day, and every change
//! between runs with what the model says of both days. `ORGDRIFT_WORLDS` sets how many worlds there are: a tenth of it.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use crate::common::bench::Bench;
use crate::common::{new_warehouse, times};
use crate::model::causes::causes;
use crate::model::expect::{Expected, expect};
use crate::model::findings::findings;
use crate::model::generate::{generate_whole, personal_domains};
use crate::model::harness::{compare, compare_causes, compare_findings};
use crate::model::names::Code;
use crate::model::random::Random;
use crate::model::world::World;
use crate::model::write::iso8601;

const DAYS: i64 = 6;
const DEFAULT_WORLDS: u64 = 2;
/// Enough for every change to come often.
const MANY_WORLDS: u64 = 100;

/// What the model says of an issue that is there on two days and not the same.
type State = (String, Option<String>, Option<String>, String, Option<i64>);

#[test]
fn the_program_and_the_model_agree_on_worlds_that_change() {
    let worlds = times("ORGDRIFT_WORLDS", DEFAULT_WORLDS * 10) / 10;
    let mut tally = BTreeMap::new();
    for seed in 0..worlds {
        let found = differences(seed, &mut tally);
        assert!(found.is_empty(), "seed {seed}: {found:#?}");
    }
    println!("{worlds} worlds of {DAYS} days, no difference: {tally:#?}");
    for change in ["new", "changed", "resolved", "reopened"] {
        let least = if worlds >= MANY_WORLDS { 50 } else { 1 };
        assert!(tally.get(change).copied().unwrap_or(0) >= least, "{change} came too rarely: {tally:?}");
    }
}

/// Lives through the days of a world.
fn differences(seed: u64, tally: &mut BTreeMap<String, u32>) -> Vec<String> {
    let bench = Bench::in_memory();
    new_warehouse(&bench.path(""));
    let mut random = Random(seed ^ 0x5eed);
    let mut all = generate_whole(seed);
    // A closed ticket that grows too old is another matter.
    all.ticket_window_days = None;
    let mut history = History::default();
    for day in 0..DAYS {
        if day > 0 {
            change(&mut all, &mut random);
        }
        all.taken_at += 60;
        let world = some_of(&all, &mut random);
        let expected = expect(&world, &personal_domains());
        let run_id = audited(&bench, &world);
        let found = findings(&expected, &world, &personal_domains());
        let database = Connection::open(bench.db()).unwrap();
        let mut differences = compare(&database, &run_id, &world, &expected).unwrap();
        differences.extend(compare_findings(&database, &run_id, &found).unwrap());
        differences.extend(compare_causes(&database, &run_id, &causes(&expected, &found, &world)).unwrap());
        differences.extend(history.compare(&database, run_id, &expected, tally));
        if !differences.is_empty() {
            return differences.into_iter().map(|line| format!("day {day}: {line}")).collect();
        }
    }
    Vec::new()
}

fn audited(bench: &Bench, world: &World) -> i64 {
    world.write(&bench.path("")).unwrap();
    let taken_at = iso8601(world.taken_at);
    let window = world.ticket_window_days.map_or("all".to_owned(), |days| days.to_string());
    let allowed: &[&str] = if world.allow_shared_tickets { &["--allow-shared-tickets"] } else { &[] };
    for arguments in [
        vec!["ingest", "salesforce", "accounts.csv", "--taken-at", &taken_at, "--accept-shrink"],
        vec!["ingest", "zendesk", "--from", "zendesk", "--accept-shrink"],
        [&["audit", "--ticket-window", &window][..], allowed].concat(),
    ] {
        let told = bench.run(&arguments);
        assert!(matches!(told.code, 0 | 6), "{arguments:?}: {}", told.err);
    }
    bench.value("select max(run_id) from runs").parse().unwrap()
}

/// The world of one day: most records of all that there are.
fn some_of(all: &World, random: &mut Random) -> World {
    let mut world = all.clone();
    let first = world.accounts[0].id.clone();
    world.accounts.retain(|account| account.id == first || random.chance(90));
    world.organizations.retain(|_| random.chance(90));
    world.users.retain(|_| random.chance(92));
    let users: BTreeSet<i64> = world.users.iter().map(|user| user.id).collect();
    let organizations: BTreeSet<i64> = world.organizations.iter().map(|row| row.id).collect();
    // Zendesk removes the memberships of what is gone; a user's default and a ticket's organization may stay.
    world.memberships.retain(|row| {
        users.contains(&row.user_id) && organizations.contains(&row.organization_id) && random.chance(92)
    });
    world.tickets.retain(|_| random.chance(92));
    world
}

/// Changes some records of each kind.
fn change(all: &mut World, random: &mut Random) {
    let accounts = all.accounts.clone();
    let organizations = all.organizations.clone();
    let some_organization = |random: &mut Random| {
        (!organizations.is_empty() && random.chance(75)).then(|| random.pick(&organizations).id)
    };
    for account in &mut all.accounts {
        if !random.chance(20) {
            continue;
        }
        let other = random.pick(&accounts);
        match random.below(4) {
            0 => account.domains.clone_from(&other.domains),
            1 => account.stored_organization = some_organization(random).map(|id| id.to_string()),
            2 => account.name.clone_from(&other.name),
            _ => account.owner = Some(format!("Rep {}", random.below(3))),
        }
    }
    for at in 0..all.organizations.len() {
        if !random.chance(20) {
            continue;
        }
        let other = random.pick(&organizations);
        let key = random.pick(&accounts).id.clone();
        let is_taken = all.organizations.iter().any(|row| row.external_id.as_ref() == Some(&key));
        let organization = &mut all.organizations[at];
        match random.below(5) {
            0 => organization.external_id = None,
            1 if !is_taken => organization.external_id = Some(key),
            2 => organization.domain_names.clone_from(&other.domain_names),
            3 => organization.shared_tickets = !organization.shared_tickets,
            _ => organization.name.clone_from(&random.pick(&accounts).name),
        }
    }
    for user in &mut all.users {
        if !random.chance(20) {
            continue;
        }
        match random.below(4) {
            0 => user.organization_id = some_organization(random),
            1 => user.suspended = !user.suspended,
            2 => user.verified = !user.verified,
            _ => user.ticket_restriction = *random.pick(&[Some("organization"), Some("requested"), None]),
        }
    }
    for ticket in &mut all.tickets {
        if random.chance(20) {
            ticket.organization_id = some_organization(random);
            ticket.status = random.pick_text(&["new", "open", "solved", "closed", "deleted"]);
        }
    }
}

/// The issues of the days before.
#[derive(Default)]
struct History {
    /// Of the last day on which the code was evaluated: the issues.
    last: BTreeMap<&'static str, BTreeMap<String, State>>,
    ever: BTreeSet<String>,
}

impl History {
    /// Returns a line for every change that the program says otherwise than the model, and takes the day in.
    fn compare(
        &mut self,
        database: &Connection,
        run_id: i64,
        expected: &Expected,
        tally: &mut BTreeMap<String, u32>,
    ) -> Vec<String> {
        let mut told = changes(database, run_id);
        let mut differences = Vec::new();
        for code in Code::ALL.iter().filter(|code| expected.is_evaluated(code.name())) {
            let now: BTreeMap<String, State> = expected
                .issues
                .iter()
                .filter(|issue| issue.code == *code)
                .map(|issue| {
                    let state = (
                        issue.disposition.name().to_owned(),
                        issue.action.map(|action| action.name().to_owned()),
                        issue.blocked_reason.map(|reason| reason.name().to_owned()),
                        issue.suggested_action.name().to_owned(),
                        issue.organization_id,
                    );
                    (issue.issue_key.clone(), state)
                })
                .collect();
            let before = self.last.insert(code.name(), now.clone());
            let Some(before) = before else {
                self.ever.extend(now.into_keys());
                told.retain(|key, _| !key.starts_with(&format!("{}/", code.name())));
                continue;
            };
            for key in before.keys().chain(now.keys()).collect::<BTreeSet<_>>() {
                let said = told.remove(key);
                let wanted = match (before.get(key), now.get(key)) {
                    (Some(_), None) => Some("resolved"),
                    (None, Some(_)) if self.ever.contains(key) => Some("reopened"),
                    (None, Some(_)) => Some("new"),
                    (Some(before), Some(now)) if before != now => Some("changed"),
                    // What else is in the evidence may have changed.
                    _ if said.as_deref() == Some("changed") => Some("changed"),
                    _ => None,
                };
                if said.as_deref() != wanted {
                    differences.push(format!("{key}: {said:?}, expected {wanted:?}"));
                }
                if let Some(wanted) = wanted {
                    *tally.entry(wanted.to_owned()).or_default() += 1;
                }
            }
            self.ever.extend(now.into_keys());
        }
        told.retain(|key, _| {
            let code = key.split('/').next().unwrap_or_default();
            Code::ALL.iter().any(|known| known.name() == code) && expected.is_evaluated(code)
        });
        differences.extend(told.iter().map(|(key, change)| format!("{key}: {change}, expected nothing")));
        differences
    }
}

/// What the program says changed with a run, by issue key.
fn changes(database: &Connection, run_id: i64) -> BTreeMap<String, String> {
    let mut statement =
        database.prepare("select issue_key, change from issue_changes where run_id = ?").unwrap();
    let rows = statement.query_map([run_id], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}
