//! A warehouse that came from elsewhere, and what came with it: data, which neither acts nor misleads.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use rusqlite::Connection;

use crate::common::bench::Bench;
use crate::common::is_thorough;

/// Changes the file as whoever sends it could.
fn tamper(bench: &Bench, sql: &str) {
    let connection = Connection::open(bench.db()).unwrap();
    connection.pragma_update(None, "writable_schema", true).unwrap();
    connection.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// Commands that read, and commands that write.
const COMMANDS: [&[&str]; 12] = [
    &["list", "issues"],
    &["plan", "show", "1"],
    &["trace", "account", "001ACME00400000YDA"],
    &["receipt", "verify"],
    &["export", "exceptions"],
    &["diff", "1", "1"],
    &["audit"],
    &["plan"],
    &["apply", "1"],
    &["init"],
    &["ingest", "salesforce", "accounts.csv"],
    &["doctor", "--remove-foreign"],
];

#[test]
fn what_could_act_or_mislead_is_named_and_the_file_refused() {
    let cases = [
        (
            "create trigger spy after insert on runs begin delete from suppressions; end",
            "trigger spy is not orgdrift's",
        ),
        (
            "create table notes (x); create trigger spy after insert on notes begin delete from suppressions; end",
            "trigger spy is not orgdrift's",
        ),
        ("create view my_issues as select 1 as x", "view my_issues is not orgdrift's"),
        ("create view runs_2 as select * from runs", "view runs_2 is not orgdrift's"),
        ("drop view latest_issues", "view latest_issues is missing"),
        (
            "drop view latest_issues; create view latest_issues as select 1 as x",
            "view latest_issues is not as orgdrift makes it",
        ),
        ("drop trigger _plans_update", "trigger _plans_update is missing"),
        (
            "drop trigger _plans_update;
             create trigger _plans_update before update on _plans begin select 1; end",
            "trigger _plans_update is not as orgdrift makes it",
        ),
        ("drop index _plans_by_hash", "index _plans_by_hash is missing"),
        (
            "drop index _plans_by_hash; create index _plans_by_hash on _plans (run_id)",
            "index _plans_by_hash is not as orgdrift makes it",
        ),
        ("drop table suppressions", "table suppressions is missing"),
        ("alter table suppressions add column note text", "table suppressions is not as orgdrift makes it"),
        ("alter table _plans rename column canonical to canon", "table _plans is not as orgdrift makes it"),
        (
            "update sqlite_schema set sql = replace(sql, ') strict', ')') where name = '_plans'",
            "table _plans is not as orgdrift makes it",
        ),
        (
            "alter table suppressions rename to other; create view suppressions as select * from other",
            "table suppressions is missing",
        ),
        (
            "insert into sqlite_schema values ('table', 'spy', 'spy', 0, 'CREATE VIRTUAL TABLE spy USING fts5 (x)')",
            "table spy is not orgdrift's",
        ),
        (
            "delete from sqlite_schema where name = 'sqlite_autoindex__domains_1'",
            "index sqlite_autoindex__domains_1 is missing",
        ),
    ];
    for (at, (sql, what)) in cases.into_iter().enumerate() {
        let bench = Bench::with_demo();
        bench.copy("fixtures/demo/accounts.csv", "accounts.csv");
        tamper(&bench, sql);
        let before = fs::read(bench.db()).unwrap();
        for (turn, arguments) in COMMANDS.into_iter().enumerate() {
            // All commands the first time, then a third of them in turn, unless there is time for all.
            if at > 0 && at % 3 != turn % 3 && !is_thorough() {
                continue;
            }
            let told = bench.run(arguments);
            assert_eq!(told.code, 1, "{sql} {arguments:?}: {}{}", told.out, told.err);
            let said = "error: orgdrift.db is not as orgdrift left it: ";
            assert!(
                told.err.starts_with(said) && told.err.contains(what),
                "{sql} {arguments:?}: {}",
                told.err
            );
            assert!(told.out.is_empty(), "{sql} {arguments:?}: {}", told.out);
        }
        let told = bench.run(&["doctor", "--json"]);
        assert!(told.out.contains(what), "{sql}: {}", told.out);
        assert!(fs::read(bench.db()).unwrap() == before, "{sql}: a byte changed");
    }
}

#[test]
fn what_was_added_and_does_nothing_is_in_nobodys_way_until_something_is_written() {
    let bench = Bench::with_demo();
    bench.copy("fixtures/demo/accounts.csv", "accounts.csv");
    let clean = bench.dump();
    tamper(
        &bench,
        "create table \"my \"\"notes\" (key text unique, run integer references runs (run_id) on delete cascade);
         insert into \"my \"\"notes\" values ('a', 1);
         create index my_index on suppressions (owner)",
    );
    let added = "table my \"notes, index my_index";
    let before = fs::read(bench.db()).unwrap();
    for arguments in
        [["list", "issues"].as_slice(), &["plan", "show", "1"], &["receipt", "verify"], &["doctor"]]
    {
        let told = bench.run(arguments);
        assert!(told.code == 0, "{arguments:?}: {}", told.err);
        assert!((told.out + &told.err).contains("orgdrift did not make"), "{arguments:?}");
    }
    for arguments in [
        ["audit"].as_slice(),
        &["plan"],
        &["apply", "1"],
        &["ingest", "salesforce", "accounts.csv"],
        &["init"],
    ] {
        assert_eq!(
            bench.run(arguments).text(),
            format!(
                "exit 1\nerror: orgdrift.db holds what orgdrift did not make: {added}\n\
                 hint: `orgdrift doctor --remove-foreign` removes it\n"
            ),
            "{arguments:?}"
        );
    }
    assert!(fs::read(bench.db()).unwrap() == before);
    let told = bench.run(&["doctor", "--remove-foreign"]).expect(0);
    assert_eq!(told.out, format!("removed: {added}\n"));
    bench.dump().assert_same(&clean);
    let told = bench.run(&["doctor", "--remove-foreign"]).expect(0);
    assert_eq!(told.out, "nothing to remove: orgdrift made all that is there\n");
    let told = bench.run(&["audit"]).expect(0);
    assert!(!told.err.contains("did not make"), "{}", told.err);
}

#[test]
fn statistics_of_sqlite_are_nothing_and_go_with_the_next_command_that_writes() {
    let bench = Bench::with_demo();
    let clean = bench.dump();
    tamper(&bench, "analyze");
    let count = "select count(*) from sqlite_schema where name = 'sqlite_stat1'";
    assert!(!bench.run(&["list", "issues"]).expect(0).err.contains("did not make"));
    assert_eq!(bench.value(count), "1");
    bench.run(&["audit"]).expect(0);
    assert_eq!(bench.value(count), "0");
    bench.dump().assert_same(&clean);
}

#[test]
fn an_older_warehouse_is_upgraded_only_if_its_schema_is_of_its_version() {
    for version in [1, 2, 4] {
        for (sql, what) in [
            ("create trigger spy after insert on runs begin select 1; end", "trigger spy is not orgdrift's"),
            ("create view my_issues as select 1 as x", "view my_issues is not orgdrift's"),
            (
                "alter table suppressions add column note text",
                "table suppressions is not as orgdrift makes it",
            ),
            ("pragma user_version = 3", " is "),
            ("drop table suppressions", "table suppressions is missing"),
        ] {
            let bench = crate::upgrade::frozen_of(version);
            tamper(&bench, sql);
            let before = fs::read(bench.db()).unwrap();
            for arguments in [["list", "issues"], ["audit", "--json"]] {
                let told = bench.run(&arguments);
                assert_eq!(told.code, 1, "{version} {sql}: {}", told.err);
                assert!(told.err.contains(what), "{version} {sql}: {}", told.err);
            }
            assert!(fs::read(bench.db()).unwrap() == before, "{version} {sql}");
            let names: Vec<_> =
                fs::read_dir(bench.path(".")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            assert!(
                names.iter().all(|name| !name.to_string_lossy().contains("backup")),
                "{version} {sql}: {names:?}"
            );
        }
    }
}

/// A file of the user's, which nothing that came with a warehouse may change.
const MINE: &str = "my letters\n";

#[test]
fn a_lock_that_is_none_of_ours_is_neither_followed_nor_written_to() {
    type Plant = fn(&Bench);
    let plant: [(&str, Plant); 5] = [
        (" is a symbolic link", |bench| {
            symlink(bench.path("mine.txt"), bench.path("orgdrift.db.lock")).unwrap();
        }),
        (" is a symbolic link", |bench| {
            symlink(bench.path("made.txt"), bench.path("orgdrift.db.lock")).unwrap();
        }),
        (" is a file with several names", |bench| {
            fs::hard_link(bench.path("mine.txt"), bench.path("orgdrift.db.lock")).unwrap();
        }),
        (" is not a regular file", |bench| {
            assert!(Command::new("mkfifo").arg(bench.path("orgdrift.db.lock")).status().unwrap().success());
        }),
        (" holds what orgdrift did not write", |bench| bench.write("orgdrift.db.lock", MINE)),
    ];
    for (what, plant) in plant {
        for arguments in [["audit"].as_slice(), &["init"], &["doctor", "--remove-foreign"]] {
            let bench = Bench::with_demo();
            bench.write("mine.txt", MINE);
            plant(&bench);
            let told = bench.run(arguments);
            assert_eq!(
                told.code_and_first_line(),
                format!("exit 1: error: orgdrift.db is not opened: orgdrift.db.lock{what}"),
                "{arguments:?}"
            );
            assert_eq!(fs::read_to_string(bench.path("mine.txt")).unwrap(), MINE);
            assert!(!bench.path("made.txt").exists(), "{what}");
            bench.run(&["list", "issues"]).expect(0);
        }
    }
    // What a command of ours left, whole or cut off.
    for left in ["", "process 17\n", "process 17", "proc"] {
        let bench = Bench::with_demo();
        bench.write("orgdrift.db.lock", left);
        bench.run(&["audit"]).expect(0);
    }
    // Two names of one warehouse have one lock.
    let bench = Bench::with_demo();
    symlink("orgdrift.db", bench.path("other.db")).unwrap();
    let lock = fs::File::create(bench.path("orgdrift.db.lock")).unwrap();
    lock.try_lock().unwrap();
    assert_eq!(bench.run(&["audit", "--db", "other.db"]).code, 8);
}

#[test]
fn a_journal_that_came_with_a_warehouse_writes_to_no_other_file() {
    for ending in ["-journal", "-wal", "-shm"] {
        for is_hard in [false, true] {
            let bench = Bench::with_demo();
            bench.write("mine.txt", MINE);
            let beside = bench.path(&format!("orgdrift.db{ending}"));
            if is_hard {
                fs::hard_link(bench.path("mine.txt"), &beside).unwrap();
            } else {
                symlink(bench.path("mine.txt"), &beside).unwrap();
            }
            for arguments in [["list", "issues"], ["audit", "--json"]] {
                let told = bench.run(&arguments);
                assert_eq!(told.code, 1, "{ending} {}", told.err);
                assert!(told.err.contains(&format!("orgdrift.db{ending} is a ")), "{}", told.err);
            }
            assert_eq!(fs::read_to_string(bench.path("mine.txt")).unwrap(), MINE);
            assert!(fs::symlink_metadata(&beside).is_ok());
        }
    }
}

/// A journal that says that it was part of a transaction over several files names a file of that transaction, which
/// SQLite removes at its end: older versions whatever it is.
#[test]
fn a_journal_that_names_a_file_of_the_user_removes_it_not() {
    let bench = Bench::with_demo();
    // A journal as a killed writer leaves it.
    let connection = Connection::open(bench.db()).unwrap();
    connection.pragma_update(None, "cache_size", 5).unwrap();
    connection
        .execute_batch(
            "begin immediate;
             update snapshots set options = options || ' ';
             update _personal_domains set domain = domain || '.x'",
        )
        .unwrap();
    let mut journal = fs::read(bench.path("orgdrift.db-journal")).unwrap();
    assert_eq!(journal[..4], [0xd9, 0xd5, 0x05, 0xf9], "the journal is hot");
    let database = fs::read(bench.db()).unwrap();
    drop(connection);
    bench.write("mine.txt", MINE);
    let name = bench.path("mine.txt").into_os_string().into_string().unwrap();
    let length = u32::try_from(name.len()).unwrap();
    let sum = name.bytes().map(u32::from).sum::<u32>();
    // A number of a page that never is, the name, its length, its sum, the mark.
    journal.extend_from_slice(&(u32::try_from(0x4000_0000 / 8192).unwrap() + 1).to_be_bytes());
    journal.extend_from_slice(name.as_bytes());
    journal.extend_from_slice(&length.to_be_bytes());
    journal.extend_from_slice(&sum.to_be_bytes());
    journal.extend_from_slice(&[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]);
    bench.write("orgdrift.db", &database);
    bench.write("orgdrift.db-journal", &journal);
    for arguments in [["list", "issues"], ["audit", "--json"]] {
        let told = bench.run(&arguments);
        assert_eq!(
            told.code_and_first_line(),
            "exit 1: error: orgdrift.db is not opened: orgdrift.db-journal names another file"
        );
    }
    assert_eq!(fs::read_to_string(bench.path("mine.txt")).unwrap(), MINE);
}

fn pipe(bench: &Bench, name: &str) {
    assert!(Command::new("mkfifo").arg(bench.path(name)).status().unwrap().success());
}

/// A command that waits for a pipe never ends: whoever hangs is killed, and has exit code 124.
fn run_in_time(bench: &Bench, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new("timeout");
    command.args(["20", crate::common::bench::BINARY]).args(arguments).current_dir(bench.path("."));
    let output = command.env("ORGDRIFT_TEST_NOW", crate::common::NOW).output().unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn what_is_read_is_a_regular_file() {
    let bench = Bench::with_demo();
    bench.copy("fixtures/demo/zendesk", "zendesk");
    pipe(&bench, "pipe");
    for (arguments, code) in [
        (["ingest", "salesforce", "pipe"].as_slice(), 1),
        (&["ingest", "salesforce", "/dev/zero"], 1),
        (&["plan", "show", "./pipe"], 1),
        (&["plan", "show", "/dev/zero"], 1),
        (&["list", "runs", "--db", "pipe"], 1),
    ] {
        let (found, said) = run_in_time(&bench, arguments);
        assert_eq!(found, code, "{arguments:?}: {said}");
        assert!(said.contains("not a regular file"), "{arguments:?}: {said}");
    }
    fs::remove_file(bench.path("zendesk/users.ndjson")).unwrap();
    pipe(&bench, "zendesk/users.ndjson");
    let (code, said) = run_in_time(&bench, &["ingest", "zendesk", "--from", "zendesk"]);
    assert!(code == 1 && said.contains("not a regular file"), "{code} {said}");
    pipe(&bench, "orgdrift.toml");
    let (code, said) = run_in_time(&bench, &["list", "runs"]);
    assert!(code == 1 && said.contains("not a regular file"), "{code} {said}");
}

#[test]
fn what_cannot_be_written_is_said_before_the_work() {
    let bench = Bench::with_demo();
    bench.copy("fixtures/demo/accounts.csv", "accounts.csv");
    pipe(&bench, "pipe");
    symlink("mine.csv", bench.path("link.csv")).unwrap();
    pipe(&bench, "rows.csv.coverage.txt");
    let before = fs::read(bench.db()).unwrap();
    for arguments in [
        ["ingest", "salesforce", "accounts.csv", "--rejections", "pipe"].as_slice(),
        &["ingest", "salesforce", "accounts.csv", "--rejections", "link.csv"],
        &["export", "exceptions", "--output", "rows.csv"],
        &["plan", "show", "1", "--output", "pipe"],
    ] {
        let (code, said) = run_in_time(&bench, arguments);
        assert!(
            [1, 2].contains(&code) && said.contains("regular files only"),
            "{arguments:?}: {code} {said}"
        );
    }
    assert!(fs::read(bench.db()).unwrap() == before);
    assert!(!bench.path("mine.csv").exists() && !bench.path("rows.csv").exists());
}

#[test]
fn a_few_bytes_that_unpack_to_many_are_given_up() {
    let bench = Bench::with_demo();
    let before = bench.dump();
    let make = |name: &str, script: &str| {
        let script = format!("{script} | gzip -1 > {name}");
        let status = Command::new("sh").args(["-c", &script]).current_dir(bench.path(".")).status().unwrap();
        assert!(status.success(), "{script}");
    };
    // 40 MB of one kind of byte; nothing of it is a line or a record.
    for (name, bytes) in [("spaces", " "), ("lines", "\\n"), ("letters", "a"), ("open", "[")] {
        let script = format!("head -c 40000000 /dev/zero | tr '\\0' '{bytes}'");
        fs::remove_dir_all(bench.path("zendesk")).ok();
        bench.copy("fixtures/demo/zendesk", "zendesk");
        fs::remove_file(bench.path("zendesk/users.ndjson")).unwrap();
        make("zendesk/users.ndjson.gz", &script);
        let (code, said) = run_in_time(&bench, &["ingest", "zendesk", "--from", "zendesk"]);
        assert_eq!(code, 1, "{name}: {said}");
        // A line that ends is one.
        if name == "lines" {
            continue;
        }
        make("accounts.csv", &script);
        let (code, said) = run_in_time(&bench, &["ingest", "salesforce", "accounts.csv"]);
        assert_eq!(code, 1, "{name}: {said}");
    }
    bench.dump().assert_same(&before);
}
