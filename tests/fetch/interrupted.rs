//! Fetches that are killed, stopped or cut off, and resumed.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{all_rows, assert_same, moment, sandbox_of, without_deleted, write_company};
use crate::common::bench::{Bench, Told};
use crate::common::dice::Dice;
use crate::common::faults::{Fault, Which};
use crate::common::sandbox::TestSandbox;
use crate::common::soak_rounds;

/// How often a fetch is killed; `ORGDRIFT_SOAK_ROUNDS` says otherwise, up to sixteen times.
fn kills_wanted() -> u64 {
    soak_rounds().map_or(3, |rounds| rounds.min(16))
}

/// A company whose account answers slowly enough to be interrupted.
fn slow_company() -> (Bench, TestSandbox, Vec<String>) {
    let bench = Bench::empty();
    write_company(&bench, 60);
    let sandbox = sandbox_of(&bench.path("zendesk"));
    without_deleted(&bench);
    let moment = moment(&bench.path("zendesk"));
    let name = sandbox.sandbox.look(|world| world.subdomain().to_owned());
    let living = ["ingest", "zendesk", "--from", "living", "--taken-at", &moment, "--subdomain", &name];
    bench.run(&living).expect(0);
    let expected = all_rows(&bench);
    std::fs::remove_file(bench.db()).unwrap();
    sandbox.faults.on("/api/v2/", Which::From(1), Fault::Latency(Duration::from_millis(30)));
    (bench, sandbox, expected)
}

#[test]
fn a_fetch_that_is_killed_at_any_moment_is_gone_on_with() {
    let (bench, sandbox, expected) = slow_company();
    let arguments = ["ingest", "zendesk", "--rate-share", "100", "--resume"];
    let start = Instant::now();
    bench.run_live(&sandbox, &arguments).expect(0);
    let took = start.elapsed();
    assert_same(&all_rows(&bench), &expected);
    let seed = std::env::var("ORGDRIFT_CRASH_SEED").map_or_else(
        |_| std::time::UNIX_EPOCH.elapsed().unwrap().subsec_nanos().into(),
        |text| text.parse().unwrap(),
    );
    println!("fetch: it takes {took:?}; ORGDRIFT_CRASH_SEED={seed}");
    let mut dice = Dice::new(seed);
    let mut kills = 0;
    for _ in 0..kills_wanted() {
        std::fs::remove_file(bench.db()).unwrap();
        loop {
            let mut child = bench
                .live_command(&sandbox, &arguments)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let delay = dice.below(u64::try_from(took.as_micros()).unwrap() / 2);
            std::thread::sleep(Duration::from_micros(delay));
            if child.try_wait().unwrap().is_some() {
                break;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
            // It may have been done already.
            if snapshot_count(&bench) > 0 || dice.chance(40) {
                break;
            }
        }
        if snapshot_count(&bench) == 0 {
            bench.run_live(&sandbox, &arguments).expect(0);
        }
        assert_same(&all_rows(&bench), &expected);
        // Killed behind the ingest, it leaves the folder.
        bench.run_live(&sandbox, &["ingest", "zendesk", "--rate-share", "100", "--restart"]).expect(0);
        assert!(!bench.path("orgdrift.db.staging").exists());
    }
    assert!(kills >= kills_wanted() / 2, "only {kills} commands were still running");
}

/// How many snapshots the warehouse has; none where there is no warehouse.
fn snapshot_count(bench: &Bench) -> i64 {
    if bench.db().exists() { bench.value("select count(*) from snapshots").parse().unwrap() } else { 0 }
}

/// Sends a signal to a command that has asked for some pages, and waits for its end.
#[cfg(unix)]
fn interrupt(
    bench: &Bench,
    sandbox: &TestSandbox,
    arguments: &[&str],
    signal: rustix::process::Signal,
) -> Told {
    let begun = sandbox.ledger().len();
    let child = bench
        .live_command(sandbox, arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while sandbox.ledger().len() < begun + 12 {
        std::thread::sleep(Duration::from_millis(2));
    }
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), signal).unwrap();
    let output = child.wait_with_output().unwrap();
    Told {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[cfg(unix)]
#[test]
fn a_fetch_that_is_stopped_says_how_to_go_on() {
    use rustix::process::Signal;

    let (bench, sandbox, expected) = slow_company();
    let told = interrupt(&bench, &sandbox, &["ingest", "zendesk", "--rate-share", "100"], Signal::INT);
    insta::assert_snapshot!(told.text(), @"
    exit 6
    finishing the current pages, then stopping
    next: orgdrift ingest zendesk --resume
    ");
    assert!(!bench.db().exists(), "no warehouse was made");
    let told = bench.run_live(&sandbox, &["ingest", "zendesk"]).expect(5);
    insta::assert_snapshot!(told.text(), @"
    exit 5
    error: orgdrift.db.staging holds a fetch of 2026-01-01T06:02:00Z that was not ingested
    hint: resume it with --resume, or drop it and start again with --restart
    ");
    let told = bench.run_live(&sandbox, &["doctor"]).expect(0);
    assert!(
        told.out.contains("orgdrift.db.staging holds a fetch of 2026-01-01T06:02:00Z that did not finish")
            && told.err == "next: orgdrift ingest zendesk --resume\n",
        "{}",
        told.text()
    );
    bench.run_live(&sandbox, &["ingest", "zendesk", "--rate-share", "100", "--resume"]).expect(0);
    assert_same(&all_rows(&bench), &expected);

    let fetch = ["fetch", "zendesk", "folder", "--rate-share", "100"];
    let told = interrupt(&bench, &sandbox, &fetch, Signal::TERM);
    insta::assert_snapshot!(told.text(), @"
    exit 6
    finishing the current pages, then stopping
    next: orgdrift fetch zendesk folder --resume
    ");
    let told = bench.run(&["ingest", "zendesk", "--from", "folder"]);
    insta::assert_snapshot!(told.text(), @"
    exit 6
    error: the fetch into folder has not finished
    hint: orgdrift fetch zendesk folder --resume
    ");
    let begun = sandbox.ledger().len();
    let resume = ["fetch", "zendesk", "folder", "--rate-share", "100", "--resume"];
    bench.run_live(&sandbox, &resume).expect(0);
    let asked: Vec<String> = sandbox.ledger()[begun..].iter().map(|entry| entry.path.clone()).collect();
    assert!(asked.iter().all(|path| path != "/api/v2/account/settings"), "what is there is not asked again");
    let told = bench.run_live(&sandbox, &resume).expect(0);
    insta::assert_snapshot!(told.text(), @"
    exit 0
    folder holds a finished fetch already
    next: orgdrift ingest zendesk --from folder
    ");

    // Whatever was begun can be dropped.
    interrupt(&bench, &sandbox, &["ingest", "zendesk", "--rate-share", "100"], Signal::INT);
    bench.run_live(&sandbox, &["ingest", "zendesk", "--rate-share", "100", "--restart"]).expect(0);
    assert_eq!(snapshot_count(&bench), 2);
}

#[cfg(unix)]
#[test]
fn a_fetch_that_waits_to_be_let_in_can_be_stopped() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::demo();
    for path in ["/api/v2/users/me", "/api/v2/account/settings"] {
        sandbox.faults.clear();
        sandbox.faults.on(path, Which::From(1), Fault::too_many(Some("300")));
        let child = bench
            .live_command(&sandbox, &["fetch", "zendesk", "folder", "--resume"])
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        while sandbox.faults.hits() != [1] {
            std::thread::sleep(Duration::from_millis(2));
        }
        let begin = Instant::now();
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(6), "{path}");
        assert!(begin.elapsed() < Duration::from_mins(1), "the server asks for five minutes");
    }
    sandbox.faults.clear();
    bench.run_live(&sandbox, &["fetch", "zendesk", "folder", "--resume"]).expect(0);
}

#[test]
fn a_fetch_that_meets_a_login_page_is_gone_on_with() {
    let (bench, sandbox, expected) = slow_company();
    sandbox.faults.clear();
    sandbox.faults.on("/api/v2/users", Which::From(5), Fault::html());
    let told = bench.run_live(&sandbox, &["ingest", "zendesk", "--rate-share", "100"]).expect(1);
    insta::assert_snapshot!(told.text(), @"
    exit 1
    error: [host] answers /api/v2/users with something else than JSON
    hint: something between this machine and Zendesk may have answered: a proxy, a login page of a network
    hint: what was fetched is kept; `orgdrift ingest zendesk --resume` resumes it
    ");
    assert!(!bench.db().exists());
    sandbox.faults.clear();
    bench.run_live(&sandbox, &["ingest", "zendesk", "--rate-share", "100", "--resume"]).expect(0);
    assert_same(&all_rows(&bench), &expected);
}

#[test]
fn what_was_fetched_is_kept_where_it_cannot_be_ingested() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::demo();
    bench.run_live(&sandbox, &["ingest", "zendesk"]).expect(0);
    // Another command writes.
    let lock = std::fs::File::open(bench.path("orgdrift.db.lock")).unwrap();
    lock.lock().unwrap();
    std::fs::write(bench.path("orgdrift.db.lock"), "process 1").unwrap();
    let told = bench.run_live(&sandbox, &["ingest", "zendesk"]).expect(8);
    insta::assert_snapshot!(told.text(), @"
    exit 8
    error: orgdrift.db is in use by another command (process 1)
    hint: wait for the other command to end, then try again
    hint: the fetched files are kept in orgdrift.db.staging; `orgdrift ingest zendesk --resume` ingests it
    ");
    drop(lock);
    let asked = sandbox.ledger().len();
    bench.run_live(&sandbox, &["ingest", "zendesk"]).expect(5);
    bench.run(&["ingest", "zendesk", "--resume"]).expect(0);
    assert_eq!(sandbox.ledger().len(), asked, "nothing is asked again");
    assert_eq!(snapshot_count(&bench), 2);
}

#[test]
fn a_folder_that_is_kept_is_in_nobodys_way() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::demo();
    bench.run_live(&sandbox, &["ingest", "zendesk", "--keep"]).expect(0);
    let kept = std::fs::read_to_string(bench.path("orgdrift.db.staging/manifest.json")).unwrap();
    assert!(kept.contains("\"is_ingested\": true"), "{kept}");
    for more in [&["--keep"][..], &["--resume", "--keep"], &["--resume"]] {
        let asked = sandbox.ledger().len();
        let arguments = [&["ingest", "zendesk"], more].concat();
        let told = bench.run_live(&sandbox, &arguments).expect(0);
        assert!(told.err.starts_with("the earlier fetch is discarded\n"), "{}", told.err);
        assert!(sandbox.ledger().len() > asked, "the account is read anew: {more:?}");
    }
    assert_eq!(snapshot_count(&bench), 4);
    assert!(!bench.path("orgdrift.db.staging").exists());
}
