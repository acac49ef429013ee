//! `export-db`: a copy of the whole, and a file for analysts that names nobody.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Command;

use orgdrift::catalog::{analyst_tables, canned_queries};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::common::bench::Bench;
use crate::query::compare_with_duckdb;
use crate::stock_readers::{is_there, rich_warehouse};

const KEY: &str = "a key that only this test knows, of more than 32 letters";

/// The demo over several days, with subjects, notes, suppressions and a live apply.
fn bench() -> Bench {
    let bench = Bench::empty();
    rich_warehouse(bench.path("").as_path());
    bench
}

/// Every name and address of a user that the source holds: whole addresses, and names of two or more words that no
/// account and no organization bears.
fn people(source: &Connection) -> BTreeSet<String> {
    let texts = |sql: &str| -> Vec<String> {
        source
            .prepare(sql)
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    };
    let borne: BTreeSet<String> =
        texts("select account_name from _account_versions union select name from _organization_versions")
            .into_iter()
            .map(|name| name.to_lowercase())
            .collect();
    let mut people: BTreeSet<String> =
        texts("select distinct email from _user_versions where email is not null").into_iter().collect();
    people.extend(
        texts("select distinct name from _user_versions")
            .into_iter()
            .filter(|name| name.split_whitespace().count() >= 2 && !borne.contains(&name.to_lowercase())),
    );
    people.extend(texts("select distinct external_id from _user_versions where length(external_id) > 5"));
    assert!(people.len() > 10, "the source has people: {people:?}");
    people
}

/// Fails if any of the words stands anywhere in the bytes of a file, in any case.
fn assert_nowhere(file: &[u8], words: &BTreeSet<String>) {
    let text = String::from_utf8_lossy(file).to_lowercase();
    let found: Vec<_> = words.iter().filter(|word| text.contains(&word.to_lowercase())).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_file_for_analysts_names_nobody() {
    let bench = bench();
    let source = Connection::open(bench.db()).unwrap();
    // Free text that people typed, with a name in it.
    let name: String = source
        .query_row("select name from _user_versions where name like '% %' limit 1", [], |row| row.get(0))
        .unwrap();
    source.execute("update suppressions set reason = ?1, owner = ?1", [&name]).unwrap();
    source.execute("update _ticket_versions set subject = ?1", [&name]).unwrap();
    source.execute("update _account_versions set extra = json_object('Contact', ?1)", [&name]).unwrap();
    source
        .execute(
            "update _organization_versions set external_id = ?1, external_id_key = lower(?1)
             where external_id is not null and external_account_key is null",
            [&name],
        )
        .unwrap();
    source
        .execute(
            "update _issue_versions set evidence = json_set(evidence, '$.external_id', ?1, '$.note', ?1)",
            [&name],
        )
        .unwrap();
    let told = bench.run(&["export-db", "handed.db", "--profile", "analyst"]).expect(0);
    let bytes = fs::read(bench.path("handed.db")).unwrap();
    let people = people(&source);
    assert!(people.contains(&name));
    assert_nowhere(&bytes, &people);
    let owners: BTreeSet<String> = source
        .prepare("select distinct owner from _account_versions where owner is not null")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(!owners.is_empty());
    assert_nowhere(&bytes, &owners);
    assert_eq!(fs::metadata(bench.path("handed.db")).unwrap().permissions().mode() & 0o777, 0o600);
    // It says what it is.
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(
        told.err.contains(&format!("{} bytes written to handed.db, SHA-256 {sha256}", bytes.len())),
        "{}",
        told.err
    );
    assert!(told.out.contains("issue"), "{}", told.out);
    assert!(told.err.contains("no names, addresses or external ids of users"), "{}", told.err);
}

#[test]
fn the_tables_are_plain_and_say_what_they_are() {
    let bench = bench();
    bench.run(&["export-db", "handed.db", "--profile", "analyst"]).expect(0);
    let file = Connection::open(bench.path("handed.db")).unwrap();
    let texts = |sql: &str| -> Vec<String> {
        file.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(
        texts(
            "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' order by name"
        ),
        [
            "account",
            "account_day",
            "account_domain",
            "code_day",
            "data_dictionary",
            "issue",
            "organization",
            "organization_domain",
            "receipt",
            "rule",
            "run",
            "saved_query",
        ]
    );
    assert!(texts("select name from sqlite_schema where type in ('view', 'trigger')").is_empty());
    assert_eq!(texts("pragma integrity_check"), ["ok"]);
    assert!(!file.prepare("pragma foreign_key_check").unwrap().exists([]).unwrap());
    // One row per issue key, and they say the same as the warehouse.
    let source = Connection::open(bench.db()).unwrap();
    let number =
        |database: &Connection, sql: &str| -> i64 { database.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(
        number(&file, "select count(*) from issue"),
        number(&source, "select count(*) from issue_history")
    );
    assert_eq!(
        number(&file, "select count(*) from issue where is_open = 1"),
        number(&source, "select count(*) from latest_issues")
    );
    assert!(number(&file, "select count(*) from issue where reopened_count > 0") > 0);
    assert!(number(&file, "select count(*) from issue where state = 'resolved' and days_open > 0") > 0);
    assert_eq!(
        number(&file, "select count(*) from account where issue_count > 0"),
        number(&source, "select count(*) from latest_exceptions_by_account")
    );
    for table in analyst_tables() {
        assert!(
            number(&file, &format!("select count(*) from {}", table.name)) > 0 || table.name == "receipt",
            "{} is empty",
            table.name
        );
        for column in &table.columns {
            let is_left_out = ["owner", "kept"].contains(&column.name);
            let described = texts(&format!(
                "select description from data_dictionary where table_name = '{}' and column_name = '{}'",
                table.name, column.name
            ));
            assert_eq!(described.len(), usize::from(!is_left_out), "{}.{}", table.name, column.name);
        }
    }
    for query in canned_queries() {
        let mut statement = file.prepare(query.sql).unwrap_or_else(|error| panic!("{}: {error}", query.name));
        let columns: Vec<&str> = query.columns.iter().map(|(name, _)| *name).collect();
        assert_eq!(statement.column_names().collect::<Vec<_>>(), columns, "{}", query.name);
        for at in 1..=statement.parameter_count() {
            statement.raw_bind_parameter(at, "2026-11-02").unwrap();
        }
        let mut rows = statement.raw_query();
        while rows.next().unwrap().is_some() {}
        assert_eq!(
            texts(&format!("select sql from saved_query where name = '{}'", query.name)),
            [query.sql.to_owned()]
        );
    }
}

#[test]
fn the_selects_give_the_columns_of_their_headers() {
    let bench = bench();
    let source = Connection::open(bench.db()).unwrap();
    for table in analyst_tables() {
        let statement = source.prepare(table.sql).unwrap_or_else(|error| panic!("{}: {error}", table.name));
        let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        assert_eq!(statement.column_names().collect::<Vec<_>>(), columns, "{}", table.name);
        for name in table.key.iter().chain(&table.indexes).chain(&table.label) {
            assert!(columns.contains(&name.as_str()), "{}: {name}", table.name);
        }
    }
}

#[test]
fn pseudonyms_stand_for_the_same_records_in_every_file_and_for_no_id() {
    let bench = bench();
    bench.write("key", KEY);
    fs::set_permissions(bench.path("key"), fs::Permissions::from_mode(0o600)).unwrap();
    for name in ["one.db", "two.db"] {
        bench.run(&["export-db", name, "--profile", "analyst", "--pseudonyms", "key"]).expect(0);
    }
    bench.run(&["export-db", "plain.db", "--profile", "analyst"]).expect(0);
    assert_eq!(fs::read(bench.path("one.db")).unwrap(), fs::read(bench.path("two.db")).unwrap());
    let source = Connection::open(bench.db()).unwrap();
    let ids: BTreeSet<String> = source
        .prepare(
            "select cast(user_id as text) from _user_versions
             union select cast(ticket_id as text) from _ticket_versions
             union select cast(membership_id as text) from _membership_versions",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let (long, short): (BTreeSet<String>, BTreeSet<String>) = ids.into_iter().partition(|id| id.len() > 8);
    assert!(long.len() > 40 && short.len() > 40, "users have long ids, tickets short ones");
    assert_nowhere(&fs::read(bench.path("one.db")).unwrap(), &long);
    // A short one stands anywhere by chance, as part of a number; so it is looked for where ids stand.
    let mut text = String::new();
    for table in ["issue", "receipt"] {
        let file = Connection::open(bench.path("one.db")).unwrap();
        let mut statement = file.prepare(&format!("select * from {table}")).unwrap();
        let width = statement.column_count();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().unwrap() {
            for at in 0..width {
                text.push_str(row.get_ref(at).unwrap().as_str().unwrap_or_default());
                text.push(' ');
            }
        }
    }
    let found: Vec<&str> =
        text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| short.contains(*word)).collect();
    assert!(found.is_empty(), "{found:?}");
    // The same questions have the same answers.
    let counts = |name: &str| -> Vec<(String, i64, i64)> {
        Connection::open(bench.path(name))
            .unwrap()
            .prepare(
                "select code, count(distinct user_id), count(distinct ticket_id) from issue group by code order by code",
            )
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    };
    assert_eq!(counts("one.db"), counts("plain.db"));
    let file = Connection::open(bench.path("one.db")).unwrap();
    let is_whole: bool = file
        .query_row(
            "select min(
               instr(issue_key, subject_id) > 0
               and instr(reason, subject_id) > 0
               and substr(url, -length(subject_id)) = subject_id
               and subject_id = coalesce(ticket_id, user_id)
               and substr(subject_id, 1, length(subject_kind)) = subject_kind
             ) from issue where subject_kind in ('user', 'ticket')",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!(is_whole);
    // A root is found by its key, as before.
    let roots = |name: &str| -> i64 {
        Connection::open(bench.path(name))
            .unwrap()
            .query_row(
                "select count(*) from issue as i join issue as r on r.issue_key = i.root_issue_key",
                [],
                |row| row.get(0),
            )
            .unwrap()
    };
    assert!(roots("one.db") > 0);
    assert_eq!(roots("one.db"), roots("plain.db"));
}

#[test]
fn owners_and_kept_columns_are_there_only_if_they_are_asked_for() {
    let bench = Bench::empty();
    rich_warehouse(bench.path("").as_path());
    let told = bench.run(&["export-db", "a.db", "--profile", "analyst", "--keep-col", "Tier"]).expect(2);
    assert!(told.err.contains("was not kept"), "{}", told.err);
    Connection::open(bench.db())
        .unwrap()
        .execute("update _account_versions set extra = json_object('Tier', 'gold', 'name', 'x', 'Contact', 'Jane Roe')", [])
        .unwrap();
    bench.run(&["export-db", "b.db", "--profile", "analyst", "--keep-owner"]).expect(0);
    let file = Connection::open(bench.path("b.db")).unwrap();
    let owners: i64 =
        file.query_row("select count(distinct owner) from account", [], |row| row.get(0)).unwrap();
    assert!(owners > 1);
    assert!(!String::from_utf8_lossy(&fs::read(bench.path("b.db")).unwrap()).contains("Jane Roe"));
}

#[test]
fn a_full_copy_is_the_warehouse() {
    let bench = bench();
    bench.run(&["export-db", "copy.db", "--profile", "full"]).expect(0);
    assert_eq!(fs::metadata(bench.path("copy.db")).unwrap().permissions().mode() & 0o777, 0o600);
    crate::common::dump::dump(&bench.path("copy.db")).assert_same(&bench.dump());
    bench.run(&["list", "runs", "--db", "copy.db"]).expect(0);
    let told = bench.run(&["export-db", "c2.db", "--profile", "full", "--keep-owner"]).expect(2);
    assert!(told.err.contains("files of analysts"), "{}", told.err);
}

#[test]
fn only_a_free_name_or_one_to_be_replaced_is_written() {
    let bench = bench();
    bench.write("notes.txt", "mine");
    bench.write("old.db", b"SQLite format 3\0");
    bench.write("busy.db", b"SQLite format 3\0");
    bench.write("busy.db-journal", "");
    symlink(bench.path("elsewhere.db"), bench.path("link.db")).unwrap();
    fs::create_dir(bench.path("folder")).unwrap();
    fs::hard_link(bench.db(), bench.path("hard.db")).unwrap();
    let before = fs::metadata(bench.db()).unwrap();
    for (name, says) in [
        ("orgdrift.db", "belongs to the warehouse"),
        ("./orgdrift.db", "belongs to the warehouse"),
        ("hard.db", "belongs to the warehouse"),
        ("orgdrift.db-journal", "belongs to the warehouse"),
        ("link.db", "a symbolic link"),
        ("folder", "a folder"),
        ("/dev/null", "a device"),
        ("none/such.db", "cannot write"),
        ("busy.db", "is in use"),
        ("notes.txt", "not a database"),
    ] {
        for profile in ["full", "analyst"] {
            let told = bench.run(&["export-db", name, "--profile", profile, "--replace"]);
            assert!([1, 2].contains(&told.code), "{name}: {} {}", told.code, told.err);
            assert!(told.err.contains(says), "{name}: {}", told.err);
        }
    }
    let told = bench.run(&["export-db", "old.db", "--profile", "analyst"]).expect(2);
    assert!(told.err.contains("is there already") && told.err.contains("--replace"), "{}", told.err);
    bench.run(&["export-db", "old.db", "--profile", "analyst", "--replace"]).expect(0);
    assert_eq!(fs::read_to_string(bench.path("notes.txt")).unwrap(), "mine");
    assert!(!bench.path("elsewhere.db").exists());
    let after = fs::metadata(bench.db()).unwrap();
    assert_eq!((before.ino(), before.len()), (after.ino(), after.len()));
    // Keys that are none.
    bench.write("short", "secret");
    bench.write("open", KEY);
    fs::set_permissions(bench.path("short"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(bench.path("open"), fs::Permissions::from_mode(0o644)).unwrap();
    for (name, says) in [("short", "fewer than 32"), ("open", "read by others"), ("none", "cannot be read")] {
        let told = bench.run(&["export-db", "x.db", "--profile", "analyst", "--pseudonyms", name]).expect(2);
        assert!(told.err.contains(says), "{name}: {}", told.err);
        assert!(!told.err.contains(KEY));
    }
    assert!(!bench.path("x.db").exists());
}

#[test]
fn nothing_is_left_of_a_file_that_does_not_fit_on_the_disk() {
    let bench = bench();
    let full = std::path::Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    // The shell's limit of file sizes stands for a disk that is full.
    for profile in ["full", "analyst"] {
        let output = Command::new("sh")
            .args(["-c", "ulimit -f 40; trap '' XFSZ; exec \"$0\" export-db out.db --profile \"$1\""])
            .arg(crate::common::bench::BINARY)
            .arg(profile)
            .current_dir(bench.path(""))
            .output()
            .unwrap();
        assert!(!output.status.success(), "{profile}");
        assert!(!bench.path("out.db").exists(), "{profile}");
    }
    let left: Vec<_> =
        fs::read_dir(bench.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".tmp")), "{left:?}");
}

#[test]
fn duckdb_reads_the_file_with_its_types() {
    if !is_there("python3", &["-c", "import duckdb_extension_sqlite"], "the SQLite reader of DuckDB") {
        return;
    }
    let bench = bench();
    bench.run(&["export-db", "handed.db", "--profile", "analyst"]).expect(0);
    let mut questions: Vec<(String, String)> = canned_queries()
        .iter()
        .map(|query| {
            let sql = query.sql.replace(":since", "'2026-11-02'").replace(":account", "'001ACME00100000YDA'");
            (query.name.clone(), sql)
        })
        .collect();
    let text = |sql: &str| sql.to_owned();
    questions.push((
        "days".to_owned(),
        text("select cast(day as text) as day, count(*) as n from code_day group by day"),
    ));
    questions.push((
        "all".to_owned(),
        text("select issue_key, days_open, cast(first_seen_on as text) as first_seen_on, evidence, url from issue"),
    ));
    let printed = compare_with_duckdb(&bench.path(""), &bench.path("handed.db"), &questions);
    assert_eq!(printed.lines().count(), questions.len(), "{printed}");
}
