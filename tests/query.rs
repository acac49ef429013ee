//! `query`: saved questions and SQL of one's own, which only read.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use orgdrift::catalog::{
    DictionaryRow, Fallback, ParameterKind, SavedQuery, dictionary, files, saved_queries,
};
use rusqlite::Connection;

use crate::common::bench::Bench;
use crate::common::root;
use crate::stock_readers::{is_there, rich_warehouse, run};

/// A value that the rich warehouse has something for.
fn example(parameter: &str) -> &'static str {
    match parameter {
        "since" => "2",
        "from" => "'2026-11-02'",
        "to" => "'2026-11-03'",
        "on" => "'2026-11-30'",
        "org" => "(select min(m.organization_id) from latest_zendesk_organization_memberships as m)",
        "account" => "(select min(i.account_id) from latest_issues as i)",
        "kind" => "null",
        other => panic!("the parameter {other} needs an example here"),
    }
}

/// The text with examples in place of its parameters.
fn filled(query: &SavedQuery) -> String {
    let mut sql = query.sql.to_owned();
    for parameter in &query.parameters {
        sql = sql.replace(&format!(":{}", parameter.name), example(parameter.name));
    }
    sql
}

#[test]
fn every_header_says_what_its_text_takes_and_gives() {
    let folder = tempfile::tempdir().unwrap();
    let database = Connection::open(rich_warehouse(folder.path())).unwrap();
    let queries = saved_queries();
    assert!(queries.len() >= 15, "{}", queries.len());
    assert_eq!(queries.len(), files::SAVED.len());
    for query in queries {
        let name = &query.name;
        let statement = database.prepare(query.sql).unwrap_or_else(|error| panic!("{name}: {error}"));
        let columns: Vec<&str> = query.columns.iter().map(|(name, _)| *name).collect();
        assert_eq!(statement.column_names().collect::<Vec<_>>(), columns, "{name}");
        let mut taken: Vec<String> = (1..=statement.parameter_count())
            .map(|at| statement.parameter_name(at).unwrap().trim_start_matches(':').to_owned())
            .collect();
        taken.sort();
        let mut said: Vec<&str> = query.parameters.iter().map(|one| one.name).collect();
        said.sort_unstable();
        assert_eq!(taken, said, "{name}");
        assert!(query.question.ends_with('?'), "{name}: {}", query.question);
        assert!(query.title.ends_with('.'), "{name}: {}", query.title);
        for parameter in &query.parameters {
            let is_word = matches!(parameter.fallback, Fallback::Word(_));
            let has_words = matches!(parameter.kind, ParameterKind::Run | ParameterKind::Date);
            assert!(!is_word || has_words, "{name}: only runs and days have words");
        }
    }
}

#[test]
fn every_saved_query_answers_and_most_have_something_to_say() {
    let folder = tempfile::tempdir().unwrap();
    let path = rich_warehouse(folder.path());
    let database = Connection::open(&path).unwrap();
    let mut counts = BTreeMap::new();
    for query in saved_queries() {
        let count: i64 = database
            .query_row(&format!("select count(*) from (\n{}\n)", filled(&query)), [], |row| row.get(0))
            .unwrap_or_else(|error| panic!("{}: {error}", query.name));
        counts.insert(query.name, count);
    }
    let empty: Vec<&String> = counts.iter().filter(|(_, count)| **count == 0).map(|(name, _)| name).collect();
    // What is missing here is asked for below.
    assert_eq!(empty, ["new-issues", "newcomers", "repairs"], "{counts:?}");
}

#[test]
fn after_a_live_apply_repairs_and_resolution_times_are_there() {
    let bench = Bench::empty();
    bench.run(&["demo", "--all"]).expect(0);
    let repairs = bench.run(&["query", "repairs", "--format", "csv"]).expect(0).out;
    assert_eq!(
        repairs,
        "plan_id,state,action,planned_count,deferred_count,refused_count,applied_count,stale_count,failed_count\n\
         1,applied,add_org_domain,1,0,0,0,1,0\n\
         1,applied,assign_user_to_org,1,0,0,1,0,0\n\
         1,applied,move_user_to_org,2,0,0,2,0,0\n\
         1,applied,set_org_external_id,1,0,0,1,0,0\n"
    );
    let times = bench.run(&["query", "resolution-time", "--format", "csv"]).expect(0).out;
    assert!(times.contains("org_missing_external_id,plan,1,"), "{times}");
}

#[test]
fn who_is_new_is_seen() {
    let bench = Bench::with_demo();
    bench.copy("fixtures/demo", "later");
    let users = fs::read_to_string(bench.path("later/zendesk/users.ndjson")).unwrap();
    let mut user: serde_json::Value = users
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .find(|user| user["role"] == "end-user" && user["verified"] == true)
        .unwrap();
    user["role"] = "end-user".into();
    user["organization_id"] = serde_json::Value::Null;
    let mut more = users.clone();
    for (id, email) in [(990_001, "a@nobody-knows-demo.com"), (990_002, "b@acmeretail-demo.com")] {
        user["id"] = id.into();
        user["email"] = email.into();
        more.push_str(&format!("{user}\n"));
    }
    bench.write("later/zendesk/users.ndjson", more);
    bench
        .run(&["ingest", "zendesk", "--from", "later/zendesk", "--taken-at", "2026-11-02T06:59:00Z"])
        .expect(0);
    bench.run(&["audit"]).expect(0);
    let newcomers = bench.run(&["query", "newcomers", "--format", "csv"]).expect(0).out;
    assert!(newcomers.contains("\nnobody-knows-demo.com,1,"), "{newcomers}");
    let new = bench.run(&["query", "new-issues", "--format", "csv"]).expect(0).out;
    assert!(new.contains("\nuser_missing_expected_membership/990002,new,"), "{new}");
}

#[test]
fn statistics_change_no_answer_and_the_state_of_a_plan_is_looked_up_once_for_each() {
    let folder = tempfile::tempdir().unwrap();
    let path = rich_warehouse(folder.path());
    let answers = |database: &Connection| -> Vec<String> {
        let answer = |sql: String| {
            let mut statement = database.prepare(&sql).unwrap();
            let width = statement.column_count();
            let row = |row: &rusqlite::Row<'_>| {
                (0..width).map(|at| row.get(at)).collect::<Result<Vec<rusqlite::types::Value>, _>>()
            };
            format!("{:?}", statement.query_map([], row).unwrap().map(Result::unwrap).collect::<Vec<_>>())
        };
        saved_queries().iter().map(|query| answer(filled(query))).collect()
    };
    let database = Connection::open(&path).unwrap();
    let before = answers(&database);
    database.execute_batch("analyze").unwrap();
    drop(database);
    let database = Connection::open(&path).unwrap();
    assert_eq!(before, answers(&database));
    // The state is a column of a view that looks through the plan's events: were it grouped by, it would be looked up for
    // every repair.
    let queries = saved_queries();
    let repairs = queries.iter().find(|query| query.name == "repairs").unwrap();
    let mut plan = database.prepare(&format!("explain query plan {}", filled(repairs))).unwrap();
    let steps: Vec<(i64, String)> =
        plan.query_map([], |row| Ok((row.get(1)?, row.get(3)?))).unwrap().map(Result::unwrap).collect();
    let grouped: Vec<_> = steps.iter().filter(|(_, step)| step.contains("GROUP BY")).collect();
    assert!(!grouped.is_empty() && grouped.iter().all(|(parent, _)| *parent != 0), "{steps:?}");
}

#[test]
fn duckdb_answers_every_saved_query_like_sqlite() {
    if !is_there("python3", &["-c", "import duckdb_extension_sqlite"], "the SQLite reader of DuckDB") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = rich_warehouse(folder.path());
    let questions: Vec<(String, String)> =
        saved_queries().iter().map(|query| (query.name.clone(), filled(query))).collect();
    let printed = compare_with_duckdb(folder.path(), &path, &questions);
    assert_eq!(printed.lines().count(), questions.len(), "{printed}");
}

#[test]
fn duckdb_answers_the_example_of_every_public_name_like_sqlite() {
    if !is_there("python3", &["-c", "import duckdb_extension_sqlite"], "the SQLite reader of DuckDB") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = rich_warehouse(folder.path());
    let examples: Vec<(String, String)> = dictionary()
        .into_iter()
        .filter(DictionaryRow::is_example)
        .filter_map(|row| {
            let (sql, _) = row.description.split_once("; -- ")?;
            Some((row.object_name, sql.to_owned()))
        })
        .collect();
    assert!(examples.len() >= 80, "{}", examples.len());
    let printed = compare_with_duckdb(folder.path(), &path, &examples);
    assert_eq!(printed.lines().count(), examples.len(), "{printed}");
    let answered = printed.lines().filter(|line| !line.ends_with(" 0")).count();
    assert!(answered >= 60, "{answered} of them have rows: {printed}");
}

/// Asks both engines and returns `name count`, a line for each question.
pub(crate) fn compare_with_duckdb(folder: &Path, database: &Path, questions: &[(String, String)]) -> String {
    let file = folder.join("questions.json");
    fs::write(&file, serde_json::to_string(questions).unwrap()).unwrap();
    run(Command::new("python3").arg(root().join("tests/duckdb_queries.py")).arg(database).arg(&file))
}

#[test]
fn a_saved_query_takes_what_its_header_names() {
    let bench = Bench::with_demo();
    bench.unchanged(&["query", "owners"]).expect(0);
    let told = bench.run(&["query", "members", "--org", "1", "--on", "2026-11-02"]).expect(0);
    assert!(told.err.contains("no rows"), "{}", told.err);
    let organization =
        bench.value("select min(organization_id) from latest_zendesk_organization_memberships");
    let members = bench.run(&["query", "members", "--org", &organization, "--json"]).expect(0);
    let members: serde_json::Value = serde_json::from_str(&members.out).unwrap();
    assert!(!members.as_array().unwrap().is_empty());
    assert_eq!(members[0]["snapshot_id"], 2);
    let sql = bench.run(&["query", "trend", "--show-sql"]).expect(0).out;
    assert_eq!(sql, fs::read_to_string(root().join("queries/saved/trend.sql")).unwrap());
    for format in ["table", "csv", "json", "ndjson"] {
        assert!(
            bench.run(&["query", "trend", "--format", format]).expect(0).out.contains("run_id"),
            "{format}"
        );
    }
    let listed = Bench::empty().run(&["query", "--list", "--format", "ndjson"]).expect(0).out;
    assert_eq!(listed.lines().count(), files::SAVED.len(), "the list needs no warehouse");
    assert!(listed.contains("members --org ID [--on DAY]"), "{listed}");
}

#[test]
fn a_name_that_nobody_has_gets_those_that_are_like_it() {
    let bench = Bench::with_demo();
    for (arguments, code, says) in [
        (&["query", "tredn"][..], 2, "did you mean trend?"),
        (&["query", "root-cause"], 2, "did you mean root-causes?"),
        (&["query", "qqq"], 2, "query --list"),
        (&["query"], 2, "--list"),
        (&["query", "worse", "--sin", "1"], 2, "--since"),
        (&["query", "trend", "--org", "1"], 2, "it takes no parameters"),
        (&["query", "members"], 2, "needs --org"),
        (&["query", "members", "--org", "acme"], 2, "whole number"),
        (&["query", "members", "--org", "1", "--on", "2026-13-01"], 2, "--on"),
        (&["query", "worse", "--since", "7"], 1, "no run 7"),
        (&["query", "worse"], 1, "only one run"),
        (&["query", "account-history", "--account", "001"], 2, "not an account id"),
        (&["query", "--sql", "select 1", "--org", "1"], 2, "parameter of a saved query"),
        (&["query", "--sql", "select count(*) from issue"], 1, "or issues?"),
        (&["query", "--sql", "select accounts_id from issues"], 1, "did you mean account_id"),
        (&["query", "--sql", "select from where"], 1, "syntax error"),
        (&["query", "--sql", "select :day"], 1, ":day"),
        (&["query", "--sql", ""], 1, "no columns"),
    ] {
        let told = bench.run(arguments).expect(code);
        assert!(told.err.contains(says), "{arguments:?}: {}", told.err);
    }
}

#[test]
fn sql_can_only_read() {
    let bench = Bench::with_demo();
    let elsewhere = bench.path("elsewhere.db");
    let attach = format!("attach '{}' as e", elsewhere.display());
    let into = format!("vacuum into '{}'", elsewhere.display());
    for sql in [
        "delete from runs",
        "delete from issues",
        "insert into suppressions (issue_key, reason, owner, created_at, expires_on) values ('a', 'b', 'c', 'd', 'e')",
        "update runs set tool_version = 'x'",
        "with a as (select 1) delete from runs",
        "replace into runs select * from runs",
        "update runs set tool_version = 'x' returning run_id",
        "create table x (a)",
        "create temp table x (a)",
        "create view x as select 1",
        "drop view issues",
        "alter table runs add column x",
        "reindex",
        "analyze",
        "vacuum",
        &into,
        &attach,
        "detach main",
        "begin",
        "commit",
        "savepoint x",
        "pragma query_only = off",
        "pragma query_only",
        "pragma writable_schema = 1",
        "pragma user_version = 3",
        "pragma journal_mode = wal",
        "pragma journal_mode",
        "pragma schema_version(7)",
        "select load_extension('x')",
        "select 1; delete from runs",
        "select 1; select 2",
    ] {
        let told = bench.unchanged(&["query", "--sql", sql]).expect(1);
        assert!(told.err.contains("the SQL "), "{sql}: {}", told.err);
    }
    assert!(!elsewhere.exists());
    for sql in [
        "select count(*) as n from issues",
        "select name from pragma_table_info('runs')",
        "pragma table_info(runs)",
        "pragma user_version",
        "select j.value from issues as i, json_each(i.evidence) as j limit 1",
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 5) select i from n",
        "explain query plan select 1",
        "select 1;",
    ] {
        bench.unchanged(&["query", "--sql", sql]).expect(0);
    }
}

#[test]
fn sql_that_never_ends_is_stopped_and_long_answers_are_cut() {
    let bench = Bench::with_demo();
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
    let told = bench.run(&["query", "--sql", endless, "--time-limit", "1"]).expect(1);
    assert!(told.err.contains("longer than the time limit"), "{}", told.err);
    assert!(told.err.contains("--time-limit 10"), "{}", told.err);
    // Its first rows are there before the time is up: a file that stood there stays.
    bench.write("rows.csv", "old");
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n";
    let told = bench
        .run(&[
            "query",
            "--sql",
            endless,
            "--time-limit",
            "1",
            "--limit",
            "9000000000",
            "--output",
            "rows.csv",
        ])
        .expect(1);
    assert!(told.err.contains("longer than the time limit"), "{}", told.err);
    assert_eq!(fs::read_to_string(bench.path("rows.csv")).unwrap(), "old");

    let told = bench.run(&["query", "--sql", endless, "--format", "csv"]).expect(0);
    assert_eq!(told.out.lines().count(), 10_001);
    assert!(told.err.contains("only the first 10000 rows are shown"), "{}", told.err);
    let told = bench.run(&["query", "--sql", endless, "--limit", "3", "--format", "csv"]).expect(0);
    assert_eq!(told.out, "i\n1\n2\n3\n");
    let exactly = bench.run(&["query", "--sql", "select 1 as i union select 2", "--limit", "2"]).expect(0);
    assert!(!exactly.err.contains("only the first"), "{}", exactly.err);
    // A single step that asks for a gigabyte is refused before the clock could stop it.
    let told = bench.run(&["query", "--sql", "select length(zeroblob(1000000000))"]).expect(1);
    assert!(told.err.contains("too big"), "{}", told.err);
}
