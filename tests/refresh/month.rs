//! A month of working days under cron, on a sandbox and with a simulated clock, with failures put in.

use std::fs;
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use insta::assert_snapshot;
use orgdrift::clock::{Clock, unix_seconds};
use orgdrift::sandbox::{Options, World};
use orgdrift::warehouse::Warehouse;
use orgdrift::warehouse::refresh::RefreshLock;

use super::names;
use crate::common::bench::{BINARY, Bench, Told};
use crate::common::faults::{Fault, Which};
use crate::common::sandbox::TestSandbox;

/// More accounts than those of the demo, so that a file can be short.
const MORE_ACCOUNTS: usize = 40;

/// Nobody listens there.
const NOBODY: &str = "http://127.0.0.1:9";

/// The month so far.
struct Month {
    bench: Bench,
    sandbox: TestSandbox,
    accounts: String,
    /// One line for each refresh.
    told: Vec<String>,
}

impl Month {
    fn begin() -> Self {
        let bench = Bench::in_memory();
        bench.copy("fixtures/demo/accounts.csv", "demo.csv");
        let mut accounts = fs::read_to_string(bench.path("demo.csv")).unwrap();
        for at in 0..MORE_ACCOUNTS {
            accounts += &format!(
                "\"001ACMEx{at:07}\",\"More {at}\",\"more-{at}-demo.com\",\"\",\"Tom Ferreira\",\"\"\n"
            );
        }
        bench.write("orgdrift.toml", "[refresh]\naccounts_time = \"file\"\n");
        let options = Options { rate_limit: 60_000, export_limit: 60_000, ..Options::default() };
        let sandbox = TestSandbox::start(
            World::demo().unwrap(),
            options,
            Clock::fixed("2026-11-02T06:00:00Z").unwrap(),
        );
        Self { bench, sandbox, accounts, told: Vec::new() }
    }

    /// The export of a morning.
    fn export(&self, day: u32, text: &str) {
        self.bench.write("accounts.csv", text);
        let written_at = u64::try_from(unix_seconds(&at(day, "05:00")).unwrap()).unwrap();
        let file = fs::File::options().write(true).open(self.bench.path("accounts.csv")).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(written_at)).unwrap();
    }

    fn command(&self, day: u32, hour: &str, more: &[&str]) -> Command {
        self.sandbox.sandbox.set_clock(Clock::fixed(&at(day, hour)).unwrap());
        let mut arguments = vec!["refresh", "accounts.csv", "--continue", "--output", "reports"];
        arguments.extend(more);
        let mut command = self.bench.live_command(&self.sandbox, &arguments);
        command.env("ORGDRIFT_TEST_NOW", at(day, hour)).env("ORGDRIFT_TEST_HURRY", "400 1");
        command
    }

    /// Runs a refresh and notes what it left.
    fn run(&mut self, day: u32, what: &str, command: Command) -> Told {
        let before = self.counts();
        let folders = names(&self.bench, "reports");
        let told = self.bench.run_command(command);
        let after = self.counts();
        let new: Vec<String> =
            names(&self.bench, "reports").into_iter().filter(|name| !folders.contains(name)).collect();
        let left: Vec<String> = ["accounts", "zendesk", "runs"]
            .iter()
            .zip(before.iter().zip(&after))
            .filter(|(_, (before, after))| before != after)
            .map(|(name, (before, after))| format!("{name} +{}", after - before))
            .chain(new.iter().cloned())
            .collect();
        let left = if left.is_empty() { "nothing".to_owned() } else { left.join(", ") };
        self.told.push(format!("{day:>2} {what}: exit {}, {left}", told.code));
        assert_eq!(
            told.out.lines().count(),
            usize::from(matches!(told.code, 0 | 3)),
            "{}{}",
            told.out,
            told.err
        );
        for name in &new {
            let files = names(&self.bench, &format!("reports/{name}"));
            assert!(files.len() >= 3 && files.iter().all(|file| !file.starts_with('.')), "{name}: {files:?}");
        }
        told
    }

    /// Snapshots of both sources and runs.
    fn counts(&self) -> [i64; 3] {
        if !self.bench.db().exists() {
            return [0; 3];
        }
        [
            "select count(*) from snapshots where source = 'salesforce'",
            "select count(*) from snapshots where source = 'zendesk'",
            "select count(*) from runs",
        ]
        .map(|sql| self.bench.value(sql).parse().unwrap())
    }

    fn ordinary(&mut self, day: u32) {
        self.export(day, &self.accounts.clone());
        let command = self.command(day, "06:00", &[]);
        self.run(day, "ordinary", command).expect(0);
    }
}

fn at(day: u32, hour: &str) -> String {
    format!("2026-11-{day:02}T{hour}:00Z")
}

/// Runs a refresh whose reports lie on a disk without room. None where nobody may mount one.
fn on_a_full_disk(month: &mut Month, day: u32) -> Option<Told> {
    fs::create_dir_all(month.bench.path("full")).unwrap();
    let environment = month.sandbox.environment();
    month.sandbox.sandbox.set_clock(Clock::fixed(&at(day, "06:00")).unwrap());
    let script = format!(
        "mount -t tmpfs -o size=16k tmpfs full || exit 77
         {BINARY} refresh accounts.csv --continue --output full; code=$?
         ls -A full > left
         exit $code"
    );
    let mut command = Command::new("unshare");
    command
        .args(["-m", "sh", "-c", &script])
        .current_dir(month.bench.path("."))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(environment)
        .env("ORGDRIFT_TEST_NOW", at(day, "06:00"));
    let can_mount = Command::new("unshare")
        .args(["-m", "sh", "-c", "mount -t tmpfs tmpfs full"])
        .current_dir(month.bench.path("."))
        .status();
    if !can_mount.is_ok_and(|status| status.success()) {
        println!("SKIPPED: no file system of 16 KB can be mounted here");
        return None;
    }
    Some(month.run(day, "the disk is full", command))
}

#[test]
fn a_month_of_working_days_with_failures() {
    let mut month = Month::begin();
    month.ordinary(2);
    month.ordinary(3);

    // The export did not come.
    fs::remove_file(month.bench.path("accounts.csv")).unwrap();
    let command = month.command(4, "06:00", &[]);
    let told = month.run(4, "no account file", command).expect(1);
    assert_snapshot!(told.err, @"
    error: cannot read accounts.csv: no such file or folder
    hint: check the path; `-` reads standard input
    ");
    month.ordinary(5);

    // The export ended early: most accounts are missing.
    let demo = fs::read_to_string(month.bench.path("demo.csv")).unwrap();
    month.export(6, &demo);
    let command = month.command(6, "06:00", &[]);
    let told = month.run(6, "a short account file", command).expect(6);
    assert_snapshot!(told.err, @"
    error: accounts.csv is not complete (shrunk, 12 rows read)
    hint: export the accounts again; if they are that few, ingest the file by hand: orgdrift ingest salesforce FILE --accept-shrink
    ");
    month.ordinary(9);

    // Zendesk cannot be reached: the accounts are read, and read again the day after.
    month.export(10, &month.accounts.clone());
    let mut command = month.command(10, "06:00", &[]);
    command.env("ORGDRIFT_ZENDESK_URL", NOBODY);
    let told = month.run(10, "the API is down", command);
    assert_eq!(told.code, 1, "{}", told.err);
    let command = month.command(10, "07:00", &[]);
    month.run(10, "an hour later", command).expect(0);
    month.ordinary(11);

    // Somebody refreshes by hand at the same time.
    month.export(12, &month.accounts.clone());
    let lock = RefreshLock::take(&month.bench.db()).unwrap();
    let command = month.command(12, "06:00", &[]);
    let told = month.run(12, "two at a time", command).expect(8);
    assert!(told.err.contains("in use"), "{}", told.err);
    drop(lock);
    let writer = Warehouse::open_for_writing(&month.bench.db()).unwrap();
    let command = month.command(12, "06:05", &[]);
    month.run(12, "another command writes", command).expect(8);
    drop(writer);
    month.ordinary(13);

    month.export(16, &month.accounts.clone());
    let skipped = on_a_full_disk(&mut month, 16).map(|told| {
        assert_eq!(told.code, 1, "{}", told.err);
        assert_eq!(fs::read_to_string(month.bench.path("left")).unwrap(), "", "{}", told.err);
        assert!(told.err.contains("the disk is full"), "{}", told.err);
    });
    month.ordinary(17);

    // The export job died: the file of the 17th stays.
    let command = month.command(18, "06:00", &[]);
    month.run(18, "the same file", command).expect(0);
    let command = month.command(25, "06:00", &[]);
    let told = month.run(25, "the same file, a week later", command).expect(5);
    assert_snapshot!(told.err, @"
    error: accounts.csv was last written at 2026-11-17T05:00:00Z, more than 7 days ago
    hint: export the accounts again; --max-accounts-age DAYS takes an older file
    ");
    month.ordinary(26);

    // What an older orgdrift did not keep is read again, by itself.
    let db = rusqlite::Connection::open(month.bench.db()).unwrap();
    db.execute_batch(
        "update snapshots set options = json_remove(options, '$.kept_fields') where source = 'zendesk'",
    )
    .unwrap();
    drop(db);
    month.export(27, &month.accounts.clone());
    let command = month.command(27, "06:00", &[]);
    let told = month.run(27, "after an upgrade", command).expect(0);
    assert!(
        told.err.contains("reading everything: snapshot")
            && told.err.contains("without fields that are kept now"),
        "{}",
        told.err
    );
    month.ordinary(30);
    if skipped.is_some() {
        assert_snapshot!(month.told.join("\n"), @"
     2 ordinary: exit 0, accounts +1, zendesk +1, runs +1, 2026-11-02
     3 ordinary: exit 0, accounts +1, zendesk +1, runs +1, 2026-11-03
     4 no account file: exit 1, nothing
     5 ordinary: exit 0, accounts +1, zendesk +1, runs +1, 2026-11-05
     6 a short account file: exit 6, nothing
     9 ordinary: exit 0, accounts +1, zendesk +1, runs +1, 2026-11-09
    10 the API is down: exit 1, accounts +1
    10 an hour later: exit 0, zendesk +1, runs +1, 2026-11-10
    11 ordinary: exit 0, accounts +1, zendesk +1, runs +1, 2026-11-11
    12 two at a time: exit 8, nothing
    12 another command writes: exit 8, nothing
    13 ordinary: exit 0, accounts +1, zendesk +1, runs +1, 2026-11-13
    16 the disk is full: exit 1, accounts +1, zendesk +1, runs +1
    17 ordinary: exit 0, accounts +1, zendesk +1, runs +1, 2026-11-17
    18 the same file: exit 0, zendesk +1, runs +1, 2026-11-18
    25 the same file, a week later: exit 5, nothing
    26 ordinary: exit 0, accounts +1, zendesk +1, runs +1, 2026-11-26
    27 after an upgrade: exit 0, accounts +1, zendesk +1, runs +1, 2026-11-27
    30 ordinary: exit 0, accounts +1, zendesk +1, runs +1, 2026-11-30
    ");
    }
    assert_eq!(month.bench.value("select count(*) from snapshots where state <> 'complete'"), "0");
    assert!(!month.bench.path("orgdrift.db.staging").exists());
}

#[test]
fn a_fetch_that_stopped_is_resumed_and_an_old_one_begun_anew() {
    let mut month = Month::begin();
    for (stopped, day, hour, what) in
        [(2, 2, "07:00", "resuming the fetch"), (3, 4, "06:00", "the earlier fetch is discarded")]
    {
        month.export(stopped, &month.accounts.clone());
        let command = month.command(stopped, "06:00", &[]);
        month.sandbox.faults.page_size(2);
        month.sandbox.faults.on("/api/v2/organization_memberships", Which::From(3), Fault::html());
        assert_eq!(month.bench.run_command(command).code, 1);
        month.sandbox.faults.clear();
        month.export(day, &month.accounts.clone());
        let command = month.command(day, hour, &[]);
        let told = month.run(day, what, command).expect(0);
        assert!(told.err.contains(what), "{}", told.err);
    }
}

#[test]
fn a_batch_is_never_ended_in_silence() {
    let mut month = Month::begin();
    month.ordinary(2);
    let bench = &month.bench;
    let run = |arguments: &[&str]| {
        let mut command = bench.live_command(&month.sandbox, arguments);
        command.env("ORGDRIFT_TEST_NOW", at(2, "06:30"));
        bench.run_command(command)
    };
    run(&["plan", "--limit", "2"]).expect(0);
    let hash = bench.value("select plan_hash from plans");
    run(&["apply", "1", "--apply", "--confirm-plan-hash", &hash]).expect(0);
    month.export(3, &month.accounts.clone());
    let command = month.command(3, "06:00", &[]);
    let told = month.run(3, "after a batch", command).expect(0);
    let said = "plan 1 was applied over the snapshots before these; 3 prepared repairs were not made";
    assert!(told.err.contains(said), "{}", told.err);
    let summary = fs::read_to_string(month.bench.path("reports/2026-11-03/summary.md")).unwrap();
    assert!(summary.contains(said), "{summary}");
    // Once: the next one ends nothing.
    month.export(4, &month.accounts.clone());
    let command = month.command(4, "06:00", &[]);
    assert!(!month.run(4, "the day after", command).expect(0).err.contains("prepared repair"));
}

#[test]
fn an_apply_that_was_broken_off_is_not_ended() {
    let mut month = Month::begin();
    month.ordinary(2);
    let bench = &month.bench;
    let command = |arguments: &[&str]| {
        let mut command = bench.live_command(&month.sandbox, arguments);
        command.env("ORGDRIFT_TEST_NOW", at(2, "06:30"));
        command
    };
    bench.run_command(command(&["plan"])).expect(0);
    let hash = bench.value("select plan_hash from plans");
    let mut killed = command(&["apply", "1", "--apply", "--confirm-plan-hash", &hash]);
    killed.env("ORGDRIFT_TEST_CRASH", "after_intent:1");
    assert_ne!(bench.run_command(killed).code, 0);
    assert_eq!(bench.value("select state from plans"), "broken_off");
    month.export(3, &month.accounts.clone());
    let command = month.command(3, "06:00", &[]);
    let told = month.run(3, "after a broken apply", command).expect(5);
    assert_snapshot!(told.err, @"
    error: the apply of plan 1 was interrupted, and new snapshots would end the plan
    hint: finish it: `orgdrift plan show 1` says how; or refresh anyway with --end-batch
    ");
    let command = month.command(3, "06:10", &["--end-batch"]);
    month.run(3, "all the same", command).expect(0);
}
