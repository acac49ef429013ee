//! Commands that are killed at any moment: nothing half done is ever seen, and the command can be typed again.

use std::fmt::Write as _;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::common::bench::Bench;
use crate::common::dice::Dice;
use crate::common::soak_rounds;

/// How often each command is killed; `ORGDRIFT_SOAK_ROUNDS` says otherwise, up to a hundred times.
fn kills_wanted() -> usize {
    soak_rounds().map_or(4, |rounds| usize::try_from(rounds.min(100)).unwrap())
}

/// A folder of so many users with a membership and a ticket each, of so many organizations.
fn write_folder(bench: &Bench, name: &str, users: u32, taken_at: &str) {
    let mut files = [const { String::new() }; 4];
    for at in 0..users / 10 {
        writeln!(
            files[0],
            "{{\"id\":{},\"name\":\"Organization {at}\",\"domain_names\":[\"c{at}-demo.com\"],\
             \"external_id\":null,\"shared_tickets\":false,\"shared_comments\":false}}",
            1_000_000 + at
        )
        .unwrap();
    }
    for at in 0..users {
        let (organization, wrong) = (1_000_000 + at / 10, 1_000_000 + at % 10);
        writeln!(
            files[1],
            "{{\"id\":{},\"name\":\"User {at}\",\"email\":\"u{at}@c{}-demo.com\",\"role\":\"end-user\",\
             \"verified\":true,\"active\":true,\"suspended\":false,\"shared\":false,\"organization_id\":{organization}}}",
            2_000_000 + at,
            at / 10
        )
        .unwrap();
        writeln!(
            files[2],
            "{{\"id\":{},\"user_id\":{},\"organization_id\":{organization},\"default\":true}}",
            3_000_000 + at,
            2_000_000 + at
        )
        .unwrap();
        writeln!(
            files[3],
            "{{\"id\":{},\"requester_id\":{},\"organization_id\":{wrong},\"status\":\"open\",\
             \"created_at\":\"2026-10-01T00:00:00Z\"}}",
            4_000_000 + at,
            2_000_000 + at
        )
        .unwrap();
    }
    let names = ["organizations", "users", "organization_memberships", "tickets"];
    for (collection, text) in names.into_iter().zip(files) {
        bench.write(&format!("{name}/{collection}.ndjson"), text);
    }
    bench.write(
        &format!("{name}/manifest.json"),
        format!("{{\"subdomain\":\"crash\",\"account_id\":7,\"taken_at\":\"{taken_at}\"}}"),
    );
}

fn write_accounts(bench: &Bench, count: u32) {
    let mut text = "Id,Name,Website,Zendesk_Organization_Id__c\n".to_owned();
    for at in 0..count {
        writeln!(text, "0010000000{at:05},Account {at},c{at}-demo.com,{}", 1_000_000 + at).unwrap();
    }
    bench.write("accounts.csv", text);
}

/// Runs a command and kills it after the delay. Says whether it was still running.
fn kill(bench: &Bench, arguments: &[&str], delay: Duration) -> bool {
    let mut child = bench
        .command(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(delay);
    let was_running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    was_running
}

/// How long a command takes that is not killed, and the seed of the delays, shown where a test fails.
fn dice(what: &str, took: Duration) -> Dice {
    let seed = std::env::var("ORGDRIFT_CRASH_SEED").map_or_else(
        |_| std::time::UNIX_EPOCH.elapsed().unwrap().subsec_nanos().into(),
        |text| text.parse().unwrap(),
    );
    println!("{what}: it takes {took:?}; ORGDRIFT_CRASH_SEED={seed}");
    Dice::new(seed)
}

fn some_time(dice: &mut Dice, took: Duration) -> Duration {
    Duration::from_micros(dice.below(u64::try_from(took.as_micros()).unwrap().max(1)))
}

/// Files that a killed command may leave behind: none that anybody takes for a warehouse.
fn strangers(bench: &Bench) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(bench.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("orgdrift"))
        .filter(|name| {
            !["orgdrift.db", "orgdrift.db.lock", "orgdrift.db-journal", "orgdrift.toml"]
                .contains(&name.as_str())
        })
        .collect();
    names.sort();
    names
}

#[test]
fn an_ingest_that_is_killed_leaves_nothing() {
    let bench = Bench::empty();
    write_accounts(&bench, 600);
    write_folder(&bench, "first", 6_000, "2026-11-01T00:00:00Z");
    write_folder(&bench, "second", 6_600, "2026-11-02T00:00:00Z");
    bench.run(&["ingest", "salesforce", "accounts.csv", "--accept-folded"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "first"]).expect(0);
    let original = fs::read(bench.db()).unwrap();
    let second = ["ingest", "zendesk", "--from", "second", "--accept-shrink"];
    let start = Instant::now();
    bench.run(&second).expect(0);
    let took = start.elapsed();
    let after = bench.dump();
    fs::write(bench.db(), &original).unwrap();
    let before = bench.dump();

    let mut dice = dice("ingest", took);
    let mut took = took;
    let mut kills = 0;
    for _ in 0..kills_wanted() {
        if kill(&bench, &second, some_time(&mut dice, took)) {
            kills += 1;
        } else {
            // The first run may have been slower than the rest: aim earlier.
            took = took * 3 / 4;
        }
        // What the next command sees, a reader first: it rolls back what was begun.
        bench.run(&["list", "snapshots"]).expect(0);
        let now = bench.dump();
        if now != before {
            // It was done already.
            now.assert_same(&after);
            fs::write(bench.db(), &original).unwrap();
        }
        assert_eq!(strangers(&bench), [""; 0]);
    }
    assert!(kills > kills_wanted() / 4, "only {kills} commands were still running");
    bench.run(&second).expect(0);
    bench.dump().assert_same(&after);
}

#[test]
fn an_audit_that_is_killed_leaves_nothing() {
    let bench = Bench::empty();
    write_accounts(&bench, 600);
    write_folder(&bench, "first", 6_000, "2026-11-01T00:00:00Z");
    bench.run(&["ingest", "salesforce", "accounts.csv", "--accept-folded"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "first"]).expect(0);
    let original = fs::read(bench.db()).unwrap();
    let before = bench.dump();
    let start = Instant::now();
    bench.run(&["audit"]).expect(0);
    let took = start.elapsed();
    let after = bench.dump();
    assert_ne!(bench.value("select count(*) from issues"), "0");
    fs::write(bench.db(), &original).unwrap();

    let mut dice = dice("audit", took);
    let mut took = took;
    let mut kills = 0;
    for _ in 0..kills_wanted() {
        if kill(&bench, &["audit"], some_time(&mut dice, took)) {
            kills += 1;
        } else {
            // The first run may have been slower than the rest: aim earlier.
            took = took * 3 / 4;
        }
        bench.run(&["list", "runs"]).expect(0);
        let now = bench.dump();
        if now != before {
            now.assert_same(&after);
            fs::write(bench.db(), &original).unwrap();
        }
    }
    assert!(kills > kills_wanted() / 4, "only {kills} commands were still running");
    bench.run(&["audit"]).expect(0);
    bench.dump().assert_same(&after);
}

#[test]
fn a_warehouse_is_there_whole_or_not_at_all() {
    let took = {
        let bench = Bench::empty();
        let start = Instant::now();
        bench.run(&["init"]).expect(0);
        start.elapsed()
    };
    let mut dice = dice("init", took);
    let bench = Bench::empty();
    bench.run(&["init"]).expect(0);
    let whole = bench.dump();
    for _ in 0..kills_wanted() {
        fs::remove_file(bench.db()).unwrap();
        kill(&bench, &["init"], some_time(&mut dice, took));
        if bench.db().exists() {
            bench.dump().assert_same(&whole);
        }
        bench.run(&["init"]).expect(0);
        bench.dump().assert_same(&whole);
        assert_eq!(strangers(&bench), [""; 0], "a command that was killed left what nobody clears up");
    }
}
