//! Files that are no warehouse, folders that cannot be written, and warehouses that somebody else changed.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use rusqlite::Connection;

use crate::common::bench::{BINARY, Bench};
use crate::common::dump::{dump, rows};

/// Runs a command on a file that is none of ours: refused, and every byte stays.
fn refuse(bench: &Bench, arguments: &[&str]) -> String {
    let before = fs::read(bench.db()).unwrap();
    let told = bench.run(arguments);
    assert_ne!(told.code, 0, "{}", told.err);
    assert_eq!(fs::read(bench.db()).unwrap(), before);
    told.text()
}

const WRITERS: [&[&str]; 4] = [&["init"], &["demo"], &["audit"], &["ingest", "salesforce", "accounts.csv"]];

#[test]
fn a_file_of_something_else_is_refused_untouched() {
    let bench = Bench::empty();
    bench.copy("fixtures/demo/accounts.csv", "accounts.csv");
    bench.write("orgdrift.db", "dear diary, ".repeat(40));
    assert_snapshot!(refuse(&bench, &["list", "issues"]), @r"
    exit 1
    error: orgdrift.db is not an orgdrift warehouse: it is not a SQLite file
    hint: name another file with --db
    ");
    for arguments in WRITERS {
        let said = refuse(&bench, arguments);
        assert!(
            said.starts_with(
                "exit 1\nerror: orgdrift.db is not an orgdrift warehouse: it is not a SQLite file\n"
            ),
            "{said}"
        );
    }
    bench.write("orgdrift.db", "short");
    assert_snapshot!(refuse(&bench, &["init"]), @r"
    exit 1
    error: orgdrift.db is not an orgdrift warehouse: it is not a SQLite file
    hint: name another file with --db
    ");
    bench.write("orgdrift.db", [b"SQLite format 3\0".as_slice(), &[0; 400]].concat());
    assert_snapshot!(refuse(&bench, &["init"]), @r"
    exit 1
    error: orgdrift.db is not an orgdrift warehouse: it is the SQLite file of another program
    hint: name another file with --db
    ");
    fs::remove_file(bench.db()).unwrap();
    let other = Connection::open(bench.db()).unwrap();
    other.execute_batch("create table diary (day text); insert into diary values ('monday')").unwrap();
    drop(other);
    assert_snapshot!(refuse(&bench, &["list", "issues"]), @r"
    exit 1
    error: orgdrift.db is not an orgdrift warehouse: it is the SQLite file of another program
    hint: name another file with --db
    ");
    for arguments in WRITERS {
        let said = refuse(&bench, arguments);
        assert!(said.contains("it is the SQLite file of another program"), "{said}");
    }
    assert!(!bench.path("orgdrift.db.lock").exists(), "nothing is put beside a foreign file");
}

#[test]
fn a_folder_is_no_warehouse() {
    let bench = Bench::empty();
    fs::create_dir(bench.db()).unwrap();
    assert_snapshot!(bench.run(&["init"]).text(), @r"
    exit 1
    error: orgdrift.db is not an orgdrift warehouse: it is a folder
    hint: name another file with --db
    ");
    assert_snapshot!(bench.run(&["list", "runs"]).text(), @r"
    exit 1
    error: orgdrift.db is not an orgdrift warehouse: it is a folder
    hint: name another file with --db
    ");
    assert_snapshot!(bench.run(&["init", "--db", "/dev/null"]).text(), @r"
    exit 1
    error: /dev/null is not an orgdrift warehouse: it is not a regular file
    hint: name another file with --db
    ");
}

#[test]
fn an_empty_file_is_a_warehouse_to_come() {
    for arguments in [["init"].as_slice(), &["demo"], &["ingest", "salesforce", "accounts.csv"]] {
        let bench = Bench::empty();
        bench.copy("fixtures/demo/accounts.csv", "accounts.csv");
        bench.write("orgdrift.db", "");
        let said = bench.run(&["list", "issues"]).text();
        assert!(said.starts_with("exit 1\nerror: there is no warehouse at orgdrift.db\n"), "{said}");
        assert_eq!(fs::metadata(bench.db()).unwrap().len(), 0);
        bench.run(arguments).expect(0);
        bench.dump();
    }
    let bench = Bench::empty();
    assert_snapshot!(bench.run(&["list", "issues"]).text(), @r"
    exit 1
    error: there is no warehouse at orgdrift.db
    hint: run `orgdrift demo` for a first look, or `orgdrift init` for a warehouse of your own
    ");
    assert_snapshot!(bench.run(&["audit"]).text(), @r"
    exit 1
    error: there is no warehouse at orgdrift.db
    hint: run `orgdrift demo` for a first look, or `orgdrift init` for a warehouse of your own
    ");
    assert!(!bench.db().exists());
}

#[test]
fn a_warehouse_from_the_future_is_refused_untouched() {
    let bench = Bench::with_demo();
    bench.copy("fixtures/demo/accounts.csv", "accounts.csv");
    Connection::open(bench.db()).unwrap().pragma_update(None, "user_version", 999).unwrap();
    // The number that changes with every migration is left out of what is compared by eye.
    let known = format!("up to {}\n", orgdrift::warehouse::SCHEMA_VERSION);
    assert_snapshot!(refuse(&bench, &["list", "issues"]).replace(&known, "up to HEAD\n"), @"
    exit 1
    error: orgdrift.db has schema version 999, but this orgdrift knows only versions up to HEAD
    hint: use the orgdrift that made it, or a newer one
    ");
    for arguments in WRITERS {
        let said = refuse(&bench, arguments);
        assert!(said.contains("has schema version 999"), "{said}");
    }
}

#[test]
fn a_folder_that_is_missing_is_named() {
    let bench = Bench::empty();
    assert_snapshot!(bench.run(&["init", "--db", "no/such/folder.db"]).text(), @r"
    exit 1
    error: cannot write beside no/such/folder.db: no such file or folder
    hint: make the folder first, or name another file with --db
    ");
    assert_snapshot!(bench.run(&["list", "runs", "--db", "no/such/folder.db"]).text(), @r"
    exit 1
    error: there is no warehouse at no/such/folder.db
    hint: run `orgdrift demo` for a first look, or `orgdrift init` for a warehouse of your own
    ");
}

#[test]
fn a_damaged_warehouse_is_reported() {
    let bench = Bench::with_demo();
    let mut bytes = fs::read(bench.db()).unwrap();
    let length = bytes.len();
    bytes[200..length].fill(0xaa);
    fs::write(bench.db(), &bytes).unwrap();
    assert_snapshot!(refuse(&bench, &["list", "issues"]), @r"
    exit 1
    error: the warehouse cannot be read or written: database disk image is malformed: Error code 11: database disk image is malformed
    hint: the file is damaged: put a copy in its place, or name a new one with --db and ingest again
    ");
    assert_snapshot!(refuse(&bench, &["audit"]), @r"
    exit 1
    error: the warehouse cannot be read or written: database disk image is malformed: Error code 11: database disk image is malformed
    hint: the file is damaged: put a copy in its place, or name a new one with --db and ingest again
    ");
}

/// The command as a user without rights, if this process may become one and that user can get to the folder.
fn as_nobody(bench: &Bench, arguments: &[&str]) -> Option<String> {
    let is_root = rows_of_id() == Some(0);
    if !is_root {
        // Permissions bite already.
        return Some(bench.run(arguments).text());
    }
    // A folder of temporary files that is root's alone says nothing about the warehouse.
    let gets_there = nobody().args(["test", "-x"]).arg(bench.path(".")).status().ok()?.success();
    if !gets_there {
        return None;
    }
    // The binary must be reachable for nobody: its folder may not be.
    let binary = bench.path("orgdrift-copy");
    if !binary.exists() {
        // Copied by a process of its own: a child that another test starts would hold the file that this one writes, and
        // what is written to cannot be run.
        assert!(Command::new("cp").arg(BINARY).arg(&binary).status().unwrap().success());
    }
    let output = nobody()
        .arg(&binary)
        .args(arguments)
        .current_dir(bench.path("."))
        .env_clear()
        .env("ORGDRIFT_TEST_NOW", crate::common::NOW)
        .output()
        .ok()?;
    Some(format!("exit {}\n{}", output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr)))
}

fn nobody() -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
    command
}

fn rows_of_id() -> Option<u32> {
    let output = Command::new("id").arg("-u").output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

fn set_mode(bench: &Bench, name: &str, mode: u32) {
    fs::set_permissions(bench.path(name), fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_may_not_be_written_is_read_all_the_same() {
    let bench = Bench::with_demo();
    bench.copy("fixtures/demo/accounts.csv", "accounts.csv");
    let before = bench.dump();
    set_mode(&bench, "accounts.csv", 0o444);
    set_mode(&bench, "orgdrift.db", 0o444);
    set_mode(&bench, ".", 0o555);
    let Some(said) = as_nobody(&bench, &["list", "runs"]) else {
        eprintln!(
            "SKIPPED: setpriv is not there to give up root's rights, or nobody cannot get to {}",
            std::env::temp_dir().display()
        );
        return;
    };
    assert!(said.starts_with("exit 0\n"), "{said}");
    assert_snapshot!(as_nobody(&bench, &["audit"]).unwrap(), @r"
    exit 1
    error: orgdrift.db cannot be written: permission denied
    hint: name a file in a folder that you may write, with --db
    ");
    assert_snapshot!(as_nobody(&bench, &["ingest", "salesforce", "accounts.csv"]).unwrap(), @r"
    exit 1
    error: orgdrift.db cannot be written: permission denied
    hint: name a file in a folder that you may write, with --db
    ");
    assert_snapshot!(as_nobody(&bench, &["init", "--db", "new.db"]).unwrap(), @r"
    exit 1
    error: new.db cannot be written: permission denied
    hint: name a file in a folder that you may write, with --db
    ");
    // A folder that may be written does not make the file so.
    set_mode(&bench, ".", 0o777);
    assert_snapshot!(as_nobody(&bench, &["audit"]).unwrap(), @r"
    exit 1
    error: orgdrift.db cannot be written: permission denied
    hint: name a file in a folder that you may write, with --db
    ");
    set_mode(&bench, ".", 0o755);
    bench.dump().assert_same(&before);
    // A file that may not be read.
    set_mode(&bench, "orgdrift.db", 0o000);
    set_mode(&bench, ".", 0o777);
    assert_snapshot!(as_nobody(&bench, &["list", "runs"]).unwrap(), @r"
    exit 1
    error: cannot read orgdrift.db: permission denied
    ");
    set_mode(&bench, "orgdrift.db", 0o644);
    set_mode(&bench, "accounts.csv", 0o000);
    set_mode(&bench, "orgdrift.db", 0o666);
    assert_snapshot!(as_nobody(&bench, &["ingest", "salesforce", "accounts.csv"]).unwrap(), @r"
    exit 1
    error: cannot read accounts.csv: permission denied
    hint: check the path; `-` reads standard input
    ");
}

#[test]
fn a_full_disk_changes_nothing() {
    let bench = Bench::with_warehouse();
    let before = bench.dump();
    let rows: String =
        (0..60_000).map(|at| format!("0010000000{at:05},Account {at},a{at}.full-disk-demo.com\n")).collect();
    bench.write("accounts.csv", format!("Id,Name,Website\n{rows}"));
    fs::create_dir(bench.path("small")).unwrap();
    // A file system of its own, in a name space of its own: gone with the shell.
    let script = format!(
        "mount -t tmpfs -o size=4m tmpfs small || exit 77
         cp orgdrift.db small/ && cd small || exit 77
         {BINARY} ingest salesforce ../accounts.csv --accept-folded --max-rejections 100% 2> ../said; code=$?
         df --output=avail . | tail -1 >&2
         cp orgdrift.db orgdrift.db-journal .. 2>> ../log
         exit $code"
    );
    let output = Command::new("unshare")
        .args(["-m", "sh", "-c", &script])
        .current_dir(bench.path("."))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("ORGDRIFT_TEST_NOW", crate::common::NOW)
        .output();
    let code = output.as_ref().ok().and_then(|output| output.status.code());
    let Ok(said) = fs::read_to_string(bench.path("said")) else {
        eprintln!("SKIPPED: no file system of 4 MB can be mounted here ({code:?}): {output:?}");
        return;
    };
    assert_snapshot!(format!("exit {}\n{said}", code.unwrap_or(-1)), @r"
    exit 1
    error: the disk is full: nothing was changed
    hint: free some space, then type the command again
    ");
    bench.dump().assert_same(&before);
}

#[test]
fn one_command_writes_at_a_time() {
    let bench = Bench::with_demo();
    bench.copy("fixtures/demo/accounts.csv", "accounts.csv");
    let lock = File::create(bench.path("orgdrift.db.lock")).unwrap();
    lock.try_lock().unwrap();
    assert_snapshot!(bench.unchanged(&["ingest", "salesforce", "accounts.csv"]).text(), @r"
    exit 8
    error: orgdrift.db is in use by another command
    hint: wait for the other command to end, then try again
    ");
    for arguments in [["audit"].as_slice(), &["init"], &["demo"], &["personal-domain", "add", "x-demo.com"]] {
        assert_eq!(bench.unchanged(arguments).code, 8, "{arguments:?}");
    }
    // Who only reads does not wait.
    bench.run(&["list", "issues"]).expect(0);
    bench.run(&["export", "exceptions"]).expect(0);
    drop(lock);
    bench.run(&["audit"]).expect(0);
}

#[test]
fn the_views_of_another_orgdrift_are_made_anew() {
    let digest = "delete from _derived_state";
    let dropped = "drop view issues; drop view detect_orphan_org; update _derived_state set digest = 'x'";
    let altered = "drop view latest_issues; create view latest_issues as select 1 as x;
                   update _derived_state set digest = 'x'";
    let lost = "drop view detect_orphan_org; delete from _derived_state";
    for damage in [digest, dropped, altered, lost] {
        for command in [["list", "issues"].as_slice(), &["audit"]] {
            let bench = Bench::with_demo();
            let before = bench.rows("select name, sql from sqlite_schema where type = 'view' order by name");
            let issues = bench.run(&["list", "issues", "--json"]).expect(0).out;
            Connection::open(bench.db()).unwrap().execute_batch(damage).unwrap();
            bench.run(command).expect(0);
            assert_eq!(
                bench.rows("select name, sql from sqlite_schema where type = 'view' order by name"),
                before,
                "{damage}"
            );
            assert_eq!(bench.run(&["list", "issues", "--json"]).expect(0).out, issues);
        }
    }
}

#[test]
fn the_journal_of_a_warehouse_that_was_removed_does_not_reach_the_next_one() {
    let bench = Bench::with_demo();
    // A writer that was killed in the middle of a transaction leaves its journal.
    let connection = Connection::open(bench.db()).unwrap();
    connection.pragma_update(None, "cache_size", 5).unwrap();
    connection
        .execute_batch(
            "begin immediate;
             update snapshots set options = options || ' ';
             update _personal_domains set domain = domain || '.x'",
        )
        .unwrap();
    let journal = fs::read(bench.path("orgdrift.db-journal")).unwrap();
    assert!(journal.len() > 1000, "the journal is hot");
    let database = fs::read(bench.db()).unwrap();
    drop(connection);
    fs::write(bench.path("orgdrift.db-journal"), &journal).unwrap();

    // With its file, it is rolled back.
    fs::write(bench.db(), database).unwrap();
    bench.run(&["list", "issues"]).expect(0);
    bench.dump().assert_same(&Bench::with_demo().dump());

    // Without its file, it belongs to nothing.
    fs::write(bench.path("orgdrift.db-journal"), &journal).unwrap();
    fs::remove_file(bench.db()).unwrap();
    bench.run(&["init"]).expect(0);
    assert_eq!(bench.value("select count(*) from snapshots"), "0");
    bench.dump();
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let bench = Bench::with_demo();
    for arguments in [
        ["list", "issues"].as_slice(),
        &["list", "issues", "--json"],
        &["list", "rules", "--format", "csv"],
        &["export", "exceptions"],
        &["audit"],
        &["audit", "--json"],
        &["explain", "orphan_org"],
        &["demo"],
        &["--help"],
    ] {
        let mut child =
            bench.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Closed before anything was written, as by a pager that was left at once.
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
        assert!(!said.contains("error") && !said.contains("panicked"), "{arguments:?}: {said}");
    }
    let mut child = bench
        .command(&["list", "rules", "--format", "ndjson"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with('{'));
    drop(lines);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn output_that_cannot_be_written_is_named() {
    let bench = Bench::with_demo();
    bench.write("folder/x", "");
    assert_snapshot!(bench.unchanged(&["list", "issues", "--output", "no/such/issues.csv"]).text(), @"
    exit 1
    error: cannot write no/such/issues.csv: no such file or folder
    hint: name a file in a folder that exists
    ");
    assert_snapshot!(bench.unchanged(&["audit", "--output", "no/such/audit.txt"]).text(), @"
    exit 1
    error: cannot write no/such/audit.txt: no such file or folder
    hint: name a file in a folder that exists
    ");
    assert_snapshot!(bench.unchanged(&["list", "issues", "--output", "folder"]).text(), @r"
    exit 2
    error: folder is a folder: orgdrift writes regular files only
    hint: name another file, or move this one away
    ");
    assert_eq!(fs::read_dir(bench.path("folder")).unwrap().count(), 1);
    if let Ok(full) = File::options().write(true).open("/dev/full") {
        let mut child =
            bench.command(&["list", "issues"]).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(1));
        assert_snapshot!(said, @"error: the output cannot be written: the disk is full");
    }
}

#[test]
fn the_demo_stays_among_its_own_data() {
    let bench = Bench::with_demo();
    let first = bench.run(&["demo"]).expect(0);
    let before = bench.dump();
    let second = bench.run(&["demo"]).expect(0);
    assert_eq!(first.out, second.out);
    bench.dump().assert_same(&before);
    assert_eq!(bench.value("select count(*) from runs"), "1");

    let bench = Bench::empty();
    bench.copy("fixtures/clean/accounts.csv", "accounts.csv");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    assert_snapshot!(bench.unchanged(&["demo"]).text(), @r"
    exit 5
    error: orgdrift.db holds data that are not the demo's
    hint: name a file of its own: orgdrift demo --db demo.db
    ");
    assert!(!bench.path("exceptions_by_account.csv").exists());
}

#[test]
fn an_audit_needs_both_sides() {
    let bench = Bench::with_warehouse();
    assert_snapshot!(bench.unchanged(&["audit"]).text(), @r"
    exit 1
    error: the warehouse has no salesforce snapshot
    hint: run `orgdrift ingest salesforce FILE` first
    ");
    bench.copy("fixtures/clean/accounts.csv", "accounts.csv");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    assert_snapshot!(bench.unchanged(&["audit"]).text(), @r"
    exit 1
    error: the warehouse has no zendesk snapshot
    hint: run `orgdrift ingest zendesk --from DIR` first
    ");
    assert_snapshot!(bench.unchanged(&["list", "issues"]).text(), @r"
    exit 1
    error: the warehouse has no run yet
    hint: run `orgdrift audit` to make one, or see `orgdrift list runs`
    ");
    let bench = Bench::with_demo();
    assert_snapshot!(bench.unchanged(&["list", "issues", "--run", "9"]).text(), @r"
    exit 1
    error: the warehouse has no run 9
    hint: run `orgdrift audit` to make one, or see `orgdrift list runs`
    ");
}

#[test]
fn a_dump_sees_every_table() {
    let bench = Bench::with_demo();
    let before = dump(&bench.db());
    let connection = Connection::open(bench.db()).unwrap();
    connection.execute("update snapshots set options = '{}' where snapshot_id = 1", []).unwrap();
    assert!(dump(&bench.db()) != before);
    assert!(rows(&connection, "select count(*) from sqlite_schema") != ["0"]);
}

#[test]
fn rows_never_go_over_the_warehouse_or_a_device() {
    let bench = Bench::with_demo();
    for name in ["orgdrift.db", "./orgdrift.db", "orgdrift.db.lock", "orgdrift.db-journal"] {
        let told = bench.unchanged(&["export", "issues", "--output", name]);
        assert_eq!(
            told.code_and_first_line(),
            format!("exit 2: error: --output {name} belongs to the warehouse")
        );
    }
    assert_snapshot!(bench.unchanged(&["export", "issues", "--output", "issues.xlsx"]).text(), @r"
    exit 2
    error: orgdrift does not write .xlsx files
    hint: name a .csv, .json or .ndjson file; `orgdrift export workbook` writes .xlsx, `orgdrift report` .html
    ");
    #[cfg(unix)]
    {
        use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
        // (A device of the machine is not tried: a fault would replace it.)
        fs::write(bench.path("real.csv"), "old").unwrap();
        symlink(bench.path("real.csv"), bench.path("link.csv")).unwrap();
        let pipe = bench.path("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        fs::create_dir(bench.path("folder")).unwrap();
        for (name, what) in
            [("link.csv", "a symbolic link"), ("pipe", "a named pipe"), ("folder", "a folder")]
        {
            let told = bench.unchanged(&["export", "issues", "--format", "csv", "--output", name]);
            assert_eq!(
                told.text().trim_end(),
                format!(
                    "exit 2\nerror: {name} is {what}: orgdrift writes regular files only\n\
                     hint: name another file, or move this one away"
                )
            );
        }
        assert!(fs::symlink_metadata(bench.path("link.csv")).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(bench.path("real.csv")).unwrap(), "old");
        assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
        // A file of rows may name people.
        bench.run(&["export", "issues", "--output", "real.csv"]).expect(0);
        let mode = fs::metadata(bench.path("real.csv")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_warehouse_without_a_version_is_refused_and_stays_as_it_is() {
    let bench = Bench::with_demo();
    Connection::open(bench.db()).unwrap().execute_batch("pragma user_version = 0").unwrap();
    let before = fs::read(bench.db()).unwrap();
    for command in [&["list", "runs"][..], &["audit"], &["init"]] {
        assert_eq!(
            bench.run(command).code_and_first_line(),
            "exit 1: error: orgdrift.db is not an orgdrift warehouse: its schema version is missing"
        );
    }
    assert_eq!(fs::read(bench.db()).unwrap(), before);
    let backups = fs::read_dir(bench.path(".")).unwrap();
    assert!(
        backups.into_iter().all(|entry| !entry.unwrap().file_name().to_string_lossy().contains("backup"))
    );
}

#[test]
fn the_demo_takes_nobodys_triage_file() {
    let bench = Bench::empty();
    bench.write("exceptions_by_account.csv", "mine");
    assert_snapshot!(bench.run(&["demo"]).text(), @r"
    exit 5
    error: exceptions_by_account.csv is there already, and may be somebody's
    hint: run the demo in an empty folder, or move the file away
    ");
    assert_eq!(fs::read_to_string(bench.path("exceptions_by_account.csv")).unwrap(), "mine");
    assert!(!bench.db().exists());
}

#[test]
fn the_next_command_can_be_typed() {
    let bench = Bench::empty();
    let told = bench.run(&["demo", "--db", "my data.db"]).expect(0);
    assert!(told.err.ends_with("next: orgdrift plan show 1 --db 'my data.db'\n"), "{}", told.err);
    assert!(told.err.contains("sqlite3 'my data.db' "), "{}", told.err);
}
