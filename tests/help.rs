//! Help: own options first, common ones under a heading of their own, two examples that run.

use std::fs;

use crate::common::bench::Bench;
use crate::common::root;
use crate::common::sandbox::TestSandbox;

/// The help of a command, 90 columns wide.
fn help(bench: &Bench, path: &str) -> String {
    let mut command = bench.command(&[]);
    command.args(path.split_whitespace()).arg("--help").env("COLUMNS", "90");
    bench.run_command(command).expect(0).out
}

/// Every command that does something, in the order of the help.
fn leaves(bench: &Bench, path: &str, found: &mut Vec<(String, String)>) {
    let text = help(bench, path);
    let listed: Vec<String> = text
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    // `plan` alone does what `plan create` does, and `audit` alone prints a summary.
    if listed.is_empty() || matches!(path, "plan" | "audit") {
        found.push((path.to_owned(), text));
    }
    for name in listed {
        leaves(bench, format!("{path} {name}").trim(), found);
    }
}

fn all() -> Vec<(String, String)> {
    let mut found = Vec::new();
    leaves(&Bench::empty(), "", &mut found);
    assert!(found.len() > 25, "{}", found.len());
    found
}

/// What the help offers to type.
fn examples(text: &str) -> Vec<String> {
    let Some((_, after)) = text.split_once("\nExamples:\n") else { return Vec::new() };
    // A shell takes a line that ends so together with the next.
    after
        .replace(" \\\n   ", "")
        .lines()
        .filter_map(|line| line.strip_prefix("  orgdrift "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_command_has_its_own_options_first_and_two_examples_last() {
    for (path, text) in all() {
        let common = text.find("\nCommon options:").unwrap_or_else(|| panic!("{path}: {text}"));
        let own = &text[..common];
        for option in ["--db <FILE>", "--format <FORMAT>", "--output <FILE>", "--raw", "--no-pager"] {
            assert!(!own.contains(option), "{path} has {option} among its own options");
        }
        assert_eq!(examples(&text).len(), 2, "{path}: {text}");
    }
}

#[test]
fn the_examples_run_in_the_folder_of_the_demo() {
    let sandbox = TestSandbox::demo();
    let bench = Bench::empty();
    bench.run(&["demo"]).expect(0);
    for (name, text) in orgdrift::catalog::files::DEMO {
        bench.write(name, text);
    }
    let hash = bench.value("select plan_hash from plans");
    // What is there by the time somebody types the example.
    let prepare = |path: &str| {
        if path == "decide" {
            bench.run(&["export", "workbook", "--output", "drift.xlsx"]).expect(0);
        }
    };
    let mut ran = 0;
    for (path, text) in all() {
        prepare(&path);
        for example in examples(&text) {
            // A sandbox runs until it is stopped; the CSV of the sheet Issues is made in a spreadsheet.
            if path == "sandbox" || example.contains("issues.csv") {
                continue;
            }
            let typed = example.replace("HASH", &hash);
            let told = bench.run_live(&sandbox, &typed.split(' ').collect::<Vec<_>>());
            assert!(!matches!(told.code, 2 | 4), "{typed}: {}", told.text());
            ran += usize::from(told.code == 0);
        }
    }
    assert!(ran > 40, "{ran} of the examples did what they say");
}

#[test]
fn docs_commands_md_is_the_help_of_every_command() {
    let mut text =
        String::from("# Commands\n\nThe help of every command, as `--help` prints it; `-h` is shorter.\n");
    text.push_str(&format!("\n```text\n{}```\n", help(&Bench::empty(), "")));
    for (path, help) in all() {
        text.push_str(&format!("\n## orgdrift {path}\n\n```text\n{help}```\n"));
    }
    let text: String = text.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let path = root().join("docs/commands.md");
    if std::env::var_os("ORGDRIFT_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap() == text,
        "ORGDRIFT_BLESS=1 writes docs/commands.md again: read the difference"
    );
}
