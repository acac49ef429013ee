//! What lists look like on screens of several widths.

use std::fs;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::common::{NOW, root};

const WIDTHS: [usize; 4] = [80, 100, 120, 200];

const NOUNS: [&str; 10] =
    ["issues", "accounts", "orgs", "users", "tickets", "causes", "runs", "snapshots", "plans", "rules"];

/// A folder in which the demo ran.
fn demo() -> TempDir {
    let folder = TempDir::new().unwrap();
    let output = orgdrift(&folder, "demo", &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

fn orgdrift(folder: &TempDir, typed: &str, variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_orgdrift"))
        .args(typed.split(' '))
        .env_clear()
        .env("ORGDRIFT_TEST_NOW", NOW)
        .envs(variables.iter().copied())
        .current_dir(folder.path())
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn columns(text: &str) -> usize {
    text.chars().count()
}

/// Words of a list that a person copies: ids, keys, addresses.
fn copied(text: &str) -> Vec<&str> {
    let is_copied = |word: &&str| {
        word.contains('/')
            || word.contains('@')
            || (word.len() >= 12 && word.bytes().any(|byte| byte.is_ascii_digit()))
    };
    text.split_whitespace().map(|word| word.trim_end_matches([';', ','])).filter(is_copied).collect()
}

#[test]
fn every_list_fits_every_screen_and_breaks_no_id_key_or_url() {
    let folder = demo();
    let mut screens = String::new();
    for noun in NOUNS {
        let piped = stdout(&orgdrift(&folder, &format!("list {noun}"), &[]));
        for width in WIDTHS {
            let output = orgdrift(&folder, &format!("list {noun}"), &[("COLUMNS", &width.to_string())]);
            let shown = stdout(&output);
            for line in shown.lines() {
                assert!(
                    columns(line) <= width || line.split_whitespace().count() <= 2,
                    "{noun} at {width}: {line}"
                );
            }
            for word in copied(&shown) {
                assert!(copied(&piped).contains(&word), "{noun} at {width} breaks {word}");
            }
            screens.push_str(&format!("## {noun}, {width} columns\n\n{shown}"));
            let talk = String::from_utf8(output.stderr).unwrap();
            let hidden = talk.lines().filter(|line| line.starts_with("no room for "));
            for line in hidden {
                screens.push_str(&format!("({line})\n"));
            }
            screens.push('\n');
        }
    }
    let path = root().join("tests/screens.txt");
    if std::env::var_os("ORGDRIFT_BLESS").is_some() {
        fs::write(&path, &screens).unwrap();
    }
    let known = fs::read_to_string(&path).unwrap();
    assert!(
        known == screens,
        "run the tests with ORGDRIFT_BLESS=1 and read the difference of tests/screens.txt"
    );
}

#[test]
fn a_column_that_falls_away_is_named_and_nothing_else_is_missing() {
    let folder = demo();
    let piped = stdout(&orgdrift(&folder, "list issues", &[]));
    let all: Vec<&str> = piped.lines().next().unwrap().split_whitespace().collect();
    for width in ["100", "120", "200"] {
        let output = orgdrift(&folder, "list issues", &[("COLUMNS", width)]);
        let shown = stdout(&output);
        let talk = String::from_utf8(output.stderr).unwrap();
        let hidden = talk
            .lines()
            .find_map(|line| line.strip_prefix("no room for ")?.split(": a wider").next())
            .unwrap_or_default();
        let mut both: Vec<&str> = shown.lines().next().unwrap().split_whitespace().collect();
        both.extend(hidden.split(", ").filter(|name| !name.is_empty()));
        both.sort_unstable();
        let mut wanted = all.clone();
        wanted.sort_unstable();
        assert_eq!(both, wanted, "{width}");
    }
}

#[test]
fn colours_are_asked_for_and_never_alone() {
    let folder = demo();
    let plain = stdout(&orgdrift(&folder, "list accounts", &[("COLUMNS", "120")]));
    assert!(!plain.contains('\u{1b}'), "a pipe has no colours");
    let forced = [("COLUMNS", "120"), ("CLICOLOR_FORCE", "1")];
    let colored = stdout(&orgdrift(&folder, "list accounts", &forced));
    assert!(colored.contains("\u{1b}[31mblocked\u{1b}[0m"), "{colored}");
    let mut without = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        without.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    without.push_str(rest);
    assert_eq!(without, plain, "the same words stand without the colours");
    let refused = [("COLUMNS", "120"), ("NO_COLOR", "1"), ("TERM", "xterm")];
    assert_eq!(stdout(&orgdrift(&folder, "list accounts", &refused)), plain);
}

#[test]
fn summaries_traces_and_plans_fit_as_well() {
    let folder = demo();
    for typed in ["audit", "plan show latest", "trace account 001ACME00300000YDA", "doctor"] {
        for width in WIDTHS {
            let output = orgdrift(&folder, typed, &[("COLUMNS", &width.to_string())]);
            let shown = String::from_utf8(output.stdout).unwrap();
            // Sentences wrap by themselves.
            for line in shown.lines().filter(|line| line.starts_with(' ')) {
                assert!(
                    columns(line) <= width || line.split_whitespace().count() <= 3,
                    "{typed} at {width}: {line}"
                );
            }
        }
    }
}

#[test]
fn rows_name_organizations_accounts_and_users_beside_the_ids() {
    let folder = demo();
    let issues = stdout(&orgdrift(&folder, "list issues", &[]));
    for name in ["Acme Retail", "Peter Nowak, peter.nowak@acmeretail-demo.com", "external_id", "2026-11-02"] {
        assert!(issues.contains(name), "{name}: {issues}");
    }
    let plan = stdout(&orgdrift(&folder, "plan show latest", &[]));
    assert!(plan.contains("matched_by") && plan.contains("001ACME00500000YDA"), "{plan}");
    let by_part = stdout(&orgdrift(&folder, "list accounts --owner a --json", &[]));
    let rows: serde_json::Value = serde_json::from_str(&by_part).unwrap();
    let is_part = |row: &serde_json::Value| row["owner"].as_str().unwrap().to_lowercase().contains('a');
    assert!(
        !rows.as_array().unwrap().is_empty() && rows.as_array().unwrap().iter().all(is_part),
        "{by_part}"
    );
}
