//! The output that the README and the reference show is what the commands print.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::common::sandbox::TestSandbox;
use crate::common::{NOW, root};

/// Wider console blocks are cut.
const WIDTH: usize = 90;

/// The pages with console blocks.
const PAGES: [&str; 2] = ["README.md", "docs/reference.md"];

/// Runs every command of the console blocks in one folder and puts what it printed behind it. The demo's account
/// is there to be written; what it holds then is the folder `later`.
fn regenerated(page: &str) -> String {
    let folder = TempDir::new().unwrap();
    let sandbox = TestSandbox::demo();
    let mut text = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        if line != "```console" {
            continue;
        }
        let commands: Vec<&str> = lines
            .by_ref()
            .take_while(|line| *line != "```")
            .filter(|line| line.starts_with("$ orgdrift "))
            .collect();
        assert!(!commands.is_empty(), "a console block begins with `$ orgdrift …`");
        for command in commands {
            let command = &with_the_hash_of_the_plan(&folder, command);
            text.push_str(command);
            text.push('\n');
            text.push_str(&output_of(&folder, &sandbox, command));
        }
        text.push_str("```\n");
    }
    text
}

/// The command as whoever made the plan of the folder would type it: the hash changes with the rules.
fn with_the_hash_of_the_plan(folder: &TempDir, command: &str) -> String {
    let Some((before, _)) = command.split_once("--confirm-plan-hash ") else { return command.to_owned() };
    let plan = fs::read_to_string(folder.path().join("fix_plan.json")).unwrap();
    let plan: serde_json::Value = serde_json::from_str(&plan).unwrap();
    format!("{before}--confirm-plan-hash {}", plan["plan_hash"].as_str().unwrap())
}

fn output_of(folder: &TempDir, sandbox: &TestSandbox, command: &str) -> String {
    if command.contains("--from later") {
        sandbox.write_folder(&folder.path().join("later"), "2026-11-02T09:00:00Z");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_orgdrift"))
        .args(command.trim_start_matches("$ orgdrift ").split(' '))
        .env_clear()
        .env("ORGDRIFT_TEST_NOW", NOW)
        .env("COLUMNS", "100")
        .envs(sandbox.environment())
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(|line| format!("{}\n", cut(line))).collect()
}

/// A line as wide as a page shows it.
fn cut(line: &str) -> String {
    if line.chars().count() <= WIDTH {
        return line.trim_end().to_owned();
    }
    let kept: String = line.chars().take(WIDTH - 2).collect();
    // Between words, because half of one is another.
    let end = kept.rfind(' ').map_or(kept.as_str(), |at| &kept[..at]);
    format!("{} …", end.trim_end())
}

#[test]
fn the_pages_show_what_the_commands_print() {
    for page in PAGES {
        let path = root().join(page);
        let text = fs::read_to_string(&path).unwrap();
        let regenerated = regenerated(&text);
        if std::env::var_os("ORGDRIFT_BLESS").is_some() {
            fs::write(&path, regenerated).unwrap();
            continue;
        }
        assert!(
            text == regenerated,
            "run the tests with ORGDRIFT_BLESS=1 to write the output in {page} again:\n{regenerated}"
        );
    }
}

#[test]
fn the_readme_names_commands_and_files_that_exist() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for link in readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        let is_there = match link.strip_prefix('#') {
            Some(anchor) => readme
                .lines()
                .filter_map(|line| line.strip_prefix("## "))
                .any(|heading| heading.to_lowercase().replace(' ', "-") == anchor),
            None => link.starts_with("https://") || root().join(link).exists(),
        };
        assert!(is_there, "the README links to {link}");
    }
    assert!(readme.len() < 12_000, "the README is {} bytes long: put more into docs/", readme.len());
    let ci = fs::read_to_string(root().join(".ci/run")).unwrap();
    let makefile = fs::read_to_string(root().join("Makefile")).unwrap();
    let tests = "cargo test --locked";
    assert!(readme.contains(tests) && ci.contains(tests) && makefile.contains(tests));
    assert!(readme.contains("cargo run --locked -- demo") && makefile.contains("cargo run --locked -- demo"));
}

#[test]
fn the_reference_names_every_exit_code() {
    let readme = fs::read_to_string(root().join("docs/reference.md")).unwrap();
    let table = readme.split("## Exit codes").nth(1).unwrap().split("\n## ").next().unwrap();
    let named: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next())
        .filter(|code| *code != "code")
        .collect();
    let source = fs::read_to_string(root().join("src/cli/shared/exit.rs")).unwrap();
    let used: Vec<&str> = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const ")?.split(" = ").nth(1)?.strip_suffix(';'))
        .collect();
    assert!(used.len() > 5);
    assert_eq!(named, used);
}
