//! Documents that are made from the catalog, and the hashes that pin what was released.
//!
//! `ORGDRIFT_BLESS=1 cargo test` writes them anew. A hash that is there is never overwritten.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use orgdrift::catalog::{self, EvidenceKey, Rule, files};
use orgdrift::model::{Family, Repair};

use super::{columns, fresh, names};
use crate::common::root;

#[test]
fn docs_rules_md_is_the_index_of_the_rules() {
    is_as_made("docs/rules.md", &rule_index());
}

#[test]
fn docs_schema_sql_is_the_schema_of_a_new_warehouse() {
    is_as_made("docs/schema.sql", &schema());
}

#[test]
fn a_rule_that_changes_gets_a_new_version() {
    let hashes = catalog::rules()
        .into_iter()
        .map(|rule| (format!("{} {}", rule.code, rule.version), rule.sql_sha256))
        .collect();
    let changed = pin("docs/rule_hashes.txt", &hashes);
    assert!(
        changed.is_empty(),
        "the text of a rule changed under the same version: {changed:?}\nraise the version in the header, so \
         that runs before and after are told apart; only a version that was never released may be taken out \
         of docs/rule_hashes.txt and pinned again with ORGDRIFT_BLESS=1"
    );
}

#[test]
fn a_released_migration_is_never_edited() {
    let hashes =
        files::MIGRATIONS.iter().map(|(name, sql)| ((*name).to_owned(), catalog::sha256(sql))).collect();
    let changed = pin("docs/migration_hashes.txt", &hashes);
    assert!(
        changed.is_empty(),
        "a migration changed: {changed:?}\nwarehouses that were made with it would be refused; write a new \
         migration; only one that was never released may be taken out of docs/migration_hashes.txt and \
         pinned again with ORGDRIFT_BLESS=1"
    );
    let pinned = read("docs/migration_hashes.txt");
    for line in pinned.lines() {
        let (name, _) = line.rsplit_once(' ').unwrap();
        assert!(hashes.contains_key(name), "the released migration {name} is gone");
    }
}

fn is_blessing() -> bool {
    std::env::var_os("ORGDRIFT_BLESS").is_some_and(|value| value == "1")
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_default()
}

fn write(name: &str, text: &str) {
    let path = root().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Compares a document with what the catalog makes of it.
fn is_as_made(name: &str, made: &str) {
    if is_blessing() {
        write(name, made);
    }
    let stored = read(name);
    if stored != made {
        let at = stored.lines().zip(made.lines()).take_while(|(stored, made)| stored == made).count();
        panic!(
            "{name} is out of date from line {} on\n  stored: {:?}\n  now:    {:?}\nwrite it anew with \
             ORGDRIFT_BLESS=1 cargo test --test all catalog",
            at + 1,
            stored.lines().nth(at),
            made.lines().nth(at)
        );
    }
}

/// Returns what differs from its pinned hash. What is not pinned yet is an error too, unless it is blessed.
fn pin(name: &str, hashes: &BTreeMap<String, String>) -> Vec<String> {
    let mut pinned: BTreeMap<String, String> = read(name)
        .lines()
        .map(|line| {
            let (key, hash) = line.rsplit_once(' ').unwrap();
            (key.to_owned(), hash.to_owned())
        })
        .collect();
    if is_blessing() {
        for (key, hash) in hashes {
            pinned.entry(key.clone()).or_insert_with(|| hash.clone());
        }
        let mut text = String::new();
        for (key, hash) in &pinned {
            writeln!(text, "{key} {hash}").unwrap();
        }
        write(name, &text);
    }
    let missing: Vec<_> = hashes.keys().filter(|key| !pinned.contains_key(*key)).collect();
    assert!(
        missing.is_empty(),
        "not in {name}: {missing:?}\nadd them with ORGDRIFT_BLESS=1 cargo test --test all catalog"
    );
    hashes.iter().filter(|(key, hash)| pinned[*key] != **hash).map(|(key, _)| key.clone()).collect()
}

/// `docs/rules.md`.
fn rule_index() -> String {
    let rules = catalog::rules();
    let mut text =
        String::from("# The rules\n\nWhat orgdrift looks for. `orgdrift explain CODE` prints the same.\n");
    for (family, heading, what) in [
        (
            Family::Drift,
            "Drift",
            "Counted, triaged and planned. Blocked issues name their reason; an action is the repair that the \
             code may lead to.",
        ),
        (
            Family::Hygiene,
            "Hygiene",
            "Stored and compared beside the twelve codes, never counted among them.",
        ),
    ] {
        let of_family: Vec<&Rule> = rules.iter().filter(|rule| rule.family == family).collect();
        write!(text, "\n## {heading}\n\n{what}\n\n| code | severity | layer | action |\n|---|---|---|---|\n")
            .unwrap();
        for rule in &of_family {
            let Rule { code, severity, layer, .. } = rule;
            writeln!(
                text,
                "| [{code}](#{code}) | {severity} | {layer} | {} |",
                rule.action.map_or("", Repair::as_str)
            )
            .unwrap();
        }
        for rule in of_family {
            let needs = rule.needs.iter().map(|need| need.as_str()).collect::<Vec<_>>().join(", ");
            let Rule { code, title, version, documentation, .. } = rule;
            let paragraphs = documentation
                .lines()
                .map(|line| if is_heading(line) { format!("\n{line}") } else { line.to_owned() })
                .collect::<Vec<_>>()
                .join("\n");
            let classes = rule.classes().collect::<Vec<_>>().join(", or without a membership ");
            write!(
                text,
                "\n### {code}\n\n{title}\n\nVersion {version}. Needs: {needs}. Class: {classes}. Cause: {}.\n\
                 {paragraphs}\n\n{}",
                rule.cause,
                evidence(rule)
            )
            .unwrap();
        }
    }
    text.push_str("\n## Blocked reasons\n\nWhy a repair is refused; the first that holds is named.\n\n");
    text.push_str("| reason | meaning | what to do |\n|---|---|---|\n");
    for reason in catalog::blocked_reasons() {
        writeln!(text, "| {} | {} | {} |", reason.reason, reason.meaning, reason.what_to_do).unwrap();
    }
    text
}

/// The keys of the evidence of a rule, one a line.
fn evidence(rule: &Rule) -> String {
    let mut text = String::from("Evidence:\n\n");
    for EvidenceKey { key, kind, is_volatile, meaning } in &rule.evidence {
        let volatile = if *is_volatile { ", may change while the issue does not" } else { "" };
        writeln!(text, "- `{key}` ({kind}{volatile}): {meaning}").unwrap();
    }
    text
}

/// Whether a line of a rule's documentation begins a new thought: `Why it matters: …`.
fn is_heading(line: &str) -> bool {
    ["Why it matters: ", "What to do: ", "Not reported here: ", "False positives: "]
        .iter()
        .any(|heading| line.starts_with(heading))
}

/// `docs/schema.sql`.
fn schema() -> String {
    let folder = tempfile::tempdir().unwrap();
    let database = fresh(folder.path());
    let mut text = String::from(
        "-- The schema of a new warehouse. A test compares; ORGDRIFT_BLESS=1 cargo test writes it anew.\n\
         -- The text of every view is in queries/.\n",
    );
    let mut statement = database
        .prepare(
            "select sql from sqlite_schema where type in ('table', 'index', 'trigger') and sql is not null
             and name not like 'sqlite\\_%' escape '\\'
             order by tbl_name, case type when 'table' then 1 when 'index' then 2 else 3 end, name",
        )
        .unwrap();
    let made: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    for sql in made {
        write!(text, "\n{sql};\n").unwrap();
    }
    text.push('\n');
    for view in names(&database, "view") {
        writeln!(text, "-- view {view} ({})", columns(&database, &view).join(", ")).unwrap();
    }
    text
}
