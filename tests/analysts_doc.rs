//! The questions of `docs/analysts.md` and their answers are those of the saved queries on the demo.

use std::fmt::Write as _;
use std::fs;

use orgdrift::catalog::{SavedQuery, saved_queries};
use serde_json::{Map, Value};

use crate::common::bench::Bench;
use crate::common::root;

const BEGIN: &str = "<!-- questions: written by a test -->\n";
const END: &str = "<!-- end of questions -->\n";

/// Rows of an answer that are shown.
const ROWS: usize = 5;

/// What is typed behind a question that needs something.
fn arguments(bench: &Bench, query: &SavedQuery) -> Vec<String> {
    let organization = "select min(organization_id) from latest_zendesk_organization_memberships";
    query
        .parameters
        .iter()
        .flat_map(|parameter| {
            let value = match parameter.name {
                "since" => "1".to_owned(),
                "from" | "to" | "on" => "2026-11-02".to_owned(),
                "org" => bench.value(organization),
                "account" => bench.value("select min(account_id) from latest_issues"),
                _ => return Vec::new(),
            };
            vec![format!("--{}", parameter.name), value]
        })
        .collect()
}

/// The text behind the comment at its top.
fn without_header(sql: &str) -> String {
    sql.lines().skip_while(|line| line.starts_with("--")).collect::<Vec<_>>().join("\n")
}

/// The first rows as a table.
fn table(rows: &[Map<String, Value>], columns: &[&str]) -> String {
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.replace('|', "\\|").replace('\n', " "),
        other => other.to_string(),
    };
    let mut text = format!("| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len()));
    for row in rows.iter().take(ROWS) {
        let cells: Vec<String> = columns.iter().map(|column| cell(&row[*column])).collect();
        writeln!(text, "| {} |", cells.join(" | ")).unwrap();
    }
    match rows.len() {
        0 => text.push_str("\nNo rows on the demo.\n"),
        count if count > ROWS => writeln!(text, "\nThe first {ROWS} of {count} rows.").unwrap(),
        _ => {}
    }
    text
}

fn questions() -> String {
    let bench = Bench::empty();
    bench.run(&["demo", "--all"]).expect(0);
    let mut text = String::new();
    for query in saved_queries() {
        let given = arguments(&bench, &query);
        let mut typed: Vec<&str> = vec!["query", &query.name];
        typed.extend(given.iter().map(String::as_str));
        let shown = typed.join(" ");
        typed.push("--json");
        let answer = bench.run(&typed).expect(0).out;
        let rows: Vec<Map<String, Value>> = serde_json::from_str(&answer).unwrap();
        let columns: Vec<&str> = query.columns.iter().map(|(name, _)| *name).collect();
        write!(
            text,
            "### {}\n\n`orgdrift {shown}`\n\n```sql\n{}\n```\n\n{}\n",
            query.question,
            without_header(query.sql),
            table(&rows, &columns)
        )
        .unwrap();
    }
    text
}

#[test]
fn docs_analysts_md_answers_every_saved_question() {
    let path = root().join("docs/analysts.md");
    let document = fs::read_to_string(&path).unwrap();
    let (before, rest) = document.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let made = format!("{before}{BEGIN}\n{}{END}{after}", questions());
    if std::env::var_os("ORGDRIFT_BLESS").is_some() {
        fs::write(&path, made).unwrap();
        return;
    }
    assert!(document == made, "write docs/analysts.md anew with ORGDRIFT_BLESS=1 cargo test analysts_doc");
}

#[test]
fn docs_sql_md_names_every_saved_query_of_duckdb_and_every_symbol() {
    let text = fs::read_to_string(root().join("docs/sql.md")).unwrap();
    for word in [
        "`S(a)`",
        "`E(a)`",
        "`F(o)`",
        "`D(a)`",
        "`K(a)`",
        "`X(a)`",
        "cross join",
        "9223372036854775807",
        "julianday",
    ] {
        assert!(text.contains(word), "{word}");
    }
}
