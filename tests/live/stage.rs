//! An account of many small pages, and what a reading of it must say.

use std::collections::BTreeMap;
use std::process::Command;

use orgdrift::sandbox::{Options, World};
use rusqlite::Connection;
use serde_json::Value;

use crate::common::bench::{Bench, Told};
use crate::common::clock_at;
use crate::common::dump::rows;
use crate::common::sandbox::TestSandbox;

/// Pages of so many records: each listing of the demo has three of them at least.
const PAGE: u64 = 4;

/// When the account is read first, and when again.
const FIRST: &str = "2026-11-02T06:02:00Z";
const AGAIN: &str = "2026-11-03T06:02:00Z";

/// The views of a snapshot's records, with the collection that each is of.
const VIEWS: [(&str, &str); 5] = [
    ("organizations", "zendesk_organizations"),
    ("organizations", "zendesk_organization_domains"),
    ("users", "zendesk_users"),
    ("organization_memberships", "zendesk_organization_memberships"),
    ("tickets", "zendesk_tickets"),
];

/// The rows of a snapshot by collection, without its id.
pub(super) type Rows = BTreeMap<&'static str, Vec<String>>;

/// How an account is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    /// Everything, into a new warehouse.
    Walk,
    /// Everything, the tickets by their list.
    TicketList,
    /// What changed since a snapshot.
    Continued,
}

/// A listing that a mode reads.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) mode: Mode,
    pub(super) collection: &'static str,
    /// How the requests of it begin.
    pub(super) path: &'static str,
}

pub(super) const PLACES: [Place; 8] = [
    Place { mode: Mode::Walk, collection: "organizations", path: "/api/v2/organizations?" },
    Place { mode: Mode::Walk, collection: "users", path: "/api/v2/users?" },
    Place {
        mode: Mode::Walk,
        collection: "organization_memberships",
        path: "/api/v2/organization_memberships?",
    },
    Place { mode: Mode::Walk, collection: "tickets", path: "/api/v2/incremental/tickets/cursor?" },
    Place { mode: Mode::TicketList, collection: "tickets", path: "/api/v2/tickets?" },
    Place { mode: Mode::Continued, collection: "organizations", path: "/api/v2/incremental/organizations?" },
    Place { mode: Mode::Continued, collection: "users", path: "/api/v2/incremental/users/cursor?" },
    Place { mode: Mode::Continued, collection: "tickets", path: "/api/v2/incremental/tickets/cursor?" },
];

impl Mode {
    pub(super) const ALL: [Self; 3] = [Self::Walk, Self::TicketList, Self::Continued];

    pub(super) fn places(self) -> impl Iterator<Item = &'static Place> {
        PLACES.iter().filter(move |place| place.mode == self)
    }

    pub(super) fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Walk => &["ingest", "zendesk", "--rate-share", "100"],
            Self::TicketList => &["ingest", "zendesk", "--rate-share", "100", "--tickets", "list"],
            Self::Continued => &["ingest", "zendesk", "--rate-share", "100", "--continue"],
        }
    }
}

/// What is the same for all cells of a matrix.
pub(super) struct Stage {
    /// The warehouse that continued readings begin with.
    base: Vec<u8>,
    expected: [Rows; 3],
}

/// The accounts that one worker asks.
pub(super) struct Accounts {
    first: TestSandbox,
    again: TestSandbox,
}

/// An account without limits, in small pages.
fn serve(world: World, time: &str) -> TestSandbox {
    let most = 1_000_000;
    let options = Options { rate_limit: most, export_limit: most, tickets_limit: most, ..Options::default() };
    let sandbox = TestSandbox::start(world, options, clock_at(time));
    sandbox.faults.page_size(PAGE);
    sandbox
}

/// The demo a day later: most records have changed, each at a second of its own.
fn changed() -> World {
    let mut world = World::demo().unwrap();
    let start: jiff::Timestamp = "2026-11-02T18:00:00Z".parse().unwrap();
    let mut second = 0;
    let mut time = || {
        second += 1;
        start + jiff::SignedDuration::from_secs(second)
    };
    let changed = |mut record: Value, time: jiff::Timestamp| {
        record["updated_at"] = time.to_string().into();
        record["generated_timestamp"] = time.as_second().into();
        record
    };
    for id in 21_700_000_001_000..21_700_000_002_000 {
        if let Some(mut organization) = world.organization(id).map(|record| changed(record, time())) {
            organization["name"] = format!("Renamed {id}").into();
            world.put_organization(&organization.to_string()).unwrap();
        }
    }
    for id in 21_700_000_004_000..21_700_000_005_000 {
        if let Some(mut user) = world.user(id).map(|record| changed(record, time())) {
            user["verified"] = (!user["verified"].as_bool().unwrap()).into();
            world.put_user(&user.to_string()).unwrap();
        }
    }
    for id in 1000..1300 {
        if let Some(mut ticket) = world.ticket(id).map(|record| changed(record, time())) {
            ticket["status"] = "hold".into();
            world.put_ticket(&ticket.to_string()).unwrap();
        }
    }
    world
}

impl Accounts {
    pub(super) fn new() -> Self {
        Self { first: serve(World::demo().unwrap(), FIRST), again: serve(changed(), AGAIN) }
    }

    pub(super) fn of(&self, mode: Mode) -> &TestSandbox {
        if mode == Mode::Continued { &self.again } else { &self.first }
    }
}

impl Stage {
    /// Reads everything once without a fault.
    pub(super) fn new(accounts: &Accounts) -> Self {
        let read = |bench: &Bench, mode: Mode| {
            let command = command(bench, accounts.of(mode), mode, mode.arguments());
            bench.run_command(command).expect(0);
            newest(bench)
        };
        let bench = Bench::empty();
        let walk = read(&bench, Mode::Walk);
        let base = std::fs::read(bench.db()).unwrap();
        let continued = read(&bench, Mode::Continued);
        let list = read(&Bench::empty(), Mode::TicketList);
        // What is compared with must itself be right: it is what lies in the folder, and everything.
        assert_eq!(walk.values().map(Vec::len).sum::<usize>(), folder_rows(&walk));
        let all = Bench::empty();
        let command = command(&all, &accounts.again, Mode::Continued, Mode::Walk.arguments());
        all.run_command(command).expect(0);
        assert_eq!(newest(&all), continued);
        assert!(walk != continued && walk["tickets"].len() > list["tickets"].len());
        for place in &PLACES {
            let ledger = accounts.of(place.mode).ledger();
            let pages = ledger.iter().filter(|entry| entry.path.starts_with(place.path)).count();
            assert!(pages >= 3, "{place:?} has {pages} pages only");
        }
        Self { base, expected: [walk, list, continued] }
    }

    pub(super) fn expected(&self, mode: Mode) -> &Rows {
        &self.expected[mode as usize]
    }

    /// A folder with the warehouse that a mode begins with, if it begins with one.
    pub(super) fn bench(&self, mode: Mode) -> Bench {
        let bench = Bench::empty();
        if mode == Mode::Continued {
            std::fs::write(bench.db(), &self.base).unwrap();
        }
        bench
    }
}

/// How many rows the demo's own folder makes, deleted records left out, which lists do not have.
fn folder_rows(walk: &Rows) -> usize {
    let bench = Bench::with_demo();
    let snapshot = newest(&bench);
    for collection in ["organization_memberships", "tickets"] {
        assert_eq!(walk[collection], snapshot[collection]);
    }
    for (collection, rows) in walk {
        let lacking: Vec<_> = rows.iter().filter(|row| !snapshot[collection].contains(row)).collect();
        assert!(lacking.is_empty(), "{lacking:?}");
    }
    let deleted = bench.value("select count(*) from latest_zendesk_users where is_active = 0");
    snapshot.values().map(Vec::len).sum::<usize>() - deleted.parse::<usize>().unwrap()
}

/// A command that asks an account, in a hurry where it fails.
pub(super) fn command(bench: &Bench, sandbox: &TestSandbox, mode: Mode, arguments: &[&str]) -> Command {
    let mut command = bench.live_command(sandbox, arguments);
    command.env("ORGDRIFT_TEST_HURRY", "400 1");
    command.env("ORGDRIFT_TEST_NOW", if mode == Mode::Continued { AGAIN } else { FIRST });
    command
}

/// The rows of the newest snapshot of Zendesk.
pub(super) fn newest(bench: &Bench) -> Rows {
    let mut all = Rows::new();
    // One connection: each reads the whole schema first.
    let database = Connection::open(bench.db()).unwrap();
    for (collection, view) in VIEWS {
        let sql = format!(
            "select * from {view} where snapshot_id = (select max(snapshot_id) from snapshots where source = 'zendesk')"
        );
        let rows = rows(&database, &sql);
        let without_id = rows.iter().map(|row| format!("{view}: {}", row.split_once('|').unwrap().1));
        all.entry(collection).or_default().extend(without_id);
    }
    for rows in all.values_mut() {
        rows.sort();
    }
    all
}

/// What the newest snapshot says of a collection: its outcome and why.
pub(super) fn proof(bench: &Bench, collection: &str) -> (String, String) {
    let row = bench.value(&format!(
        "select outcome, reason from snapshot_collections where collection = '{collection}'
         and snapshot_id = (select max(snapshot_id) from snapshots where source = 'zendesk')"
    ));
    let (outcome, reason) = row.split_once('|').unwrap();
    (outcome.to_owned(), reason.to_owned())
}

/// Checks that a command left nothing to see in a warehouse.
pub(super) fn is_untouched(stage: &Stage, bench: &Bench, mode: Mode) -> bool {
    match mode {
        // The same bytes have the same content; a dump takes longer than the command.
        Mode::Continued => {
            let before = stage.bench(mode);
            std::fs::read(bench.db()).unwrap() == stage.base || bench.dump() == before.dump()
        }
        Mode::Walk | Mode::TicketList => !bench.db().exists(),
    }
}

/// What a command said, for a failure.
pub(super) fn said(told: &Told) -> String {
    format!("exit {}\n{}{}", told.code, told.out, told.err)
}
