//! The output that the README and the reference show is what the commands print.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use orgdrift::catalog::files;

use crate::common::bench::Bench;
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
    assert!(readme.len() < 11_000, "the README is {} bytes long: put more into docs/", readme.len());
    let ci = fs::read_to_string(root().join(".ci/run")).unwrap();
    let makefile = fs::read_to_string(root().join("Makefile")).unwrap();
    let tests = "cargo test --locked";
    assert!(readme.contains(tests) && ci.contains(tests) && makefile.contains(tests));
    assert!(readme.contains("cargo run --locked -- demo") && makefile.contains("cargo run --locked -- demo"));
}

/// What the blocks of a part of the README type, one command each, without comments.
fn typed(part: &str) -> Vec<String> {
    part.split("```")
        .skip(1)
        .step_by(2)
        .flat_map(str::lines)
        .filter_map(|line| line.trim_start_matches(['>', '$', ' ']).strip_prefix("orgdrift "))
        .map(|line| line.split(" #").next().unwrap().trim().to_owned())
        .collect()
}

#[test]
fn each_command_of_the_readme_can_be_typed_in_order() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (first, own) = readme.split_once("# For support operations").unwrap();
    let demo = Bench::empty();
    for command in typed(first) {
        demo.run(&command.split(' ').collect::<Vec<_>>()).expect(0);
    }
    // The loop of the demo has tests of its own.
    assert!(first.contains("(mkdir all && cd all && orgdrift demo --all)\n"));

    let sandbox = TestSandbox::demo();
    let bench = Bench::empty();
    let accounts = files::DEMO.iter().find(|(name, _)| *name == "accounts.csv").unwrap().1;
    bench.write("accounts.csv", accounts);
    let (before, after) = own.split_once("**Rehearse.**").unwrap();
    let (rehearsal, after) = after.split_once("**Apply.**").unwrap();
    assert!(typed(rehearsal).len() > 8, "tests/rehearsal.rs types these");
    let mut codes = Vec::new();
    for command in typed(before).into_iter().chain(typed(after)) {
        // The plan of the first audit is the one that is confirmed.
        let command = if command.contains("HASH") {
            let hash = bench.value("select plan_hash from plans order by plan_id desc limit 1");
            command.replace("HASH", &hash)
        } else {
            command
        };
        let told = bench.run_live(&sandbox, &command.split(' ').collect::<Vec<_>>());
        // The clock of a test stands still, so a proof has to wait, and the accounts are those of before.
        assert!(matches!(told.code, 0 | 5 | 6), "orgdrift {command}: {}", told.text());
        codes.push(told.code);
    }
    assert!(codes.len() > 18 && codes.iter().filter(|code| **code == 0).count() > 15, "{codes:?}");
}

/// The messages of the table, each as the source has it.
const ERRORS: [(&str, &str, &str); 10] = [
    ("there is no warehouse at orgdrift.db", "src/warehouse/error.rs", "there is no warehouse at {}"),
    ("no domain column; the headers are", "src/salesforce/error.rs", "{}; the headers are {headers}"),
    ("ids_look_case_folded", "src/ingest/error.rs", "{file}: ids_look_case_folded: none of its "),
    ("rows cannot be used, more than 10 %", "src/ingest/error.rs", " cannot be used, more than {allowed}: "),
    (
        "there are no Zendesk credentials",
        "src/zendesk/client/credentials.rs",
        "there are no Zendesk credentials",
    ),
    (
        "holds a fetch that did not finish",
        "src/fetch/error.rs",
        "{} holds a fetch that did not finish, taken at ",
    ),
    ("run 1 did not evaluate", "src/cli/shared/runs.rs", "run {run_id} did not evaluate {} "),
    (
        "is outdated: a newer snapshot exists",
        "src/apply/checked.rs",
        "plan {plan_id} is outdated: a newer snapshot exists",
    ),
    ("repairs, but 3 are allowed", "src/apply/checked.rs", " repairs{of_account}, but {cap} are allowed"),
    ("is in use by another command", "src/warehouse/error.rs", "{} is in use by another command{}"),
];

#[test]
fn the_errors_of_the_readme_are_those_of_the_source() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, table) = readme.split_once("## Ten errors most met").unwrap();
    let listed: Vec<&str> =
        table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(listed, ERRORS.map(|(message, _, _)| message));
    for (message, file, template) in ERRORS {
        let source = fs::read_to_string(root().join(file)).unwrap();
        assert!(source.contains(template), "{file} no longer says {template}");
        // What stands between the places that are filled in.
        let is_it = template
            .split(['{', '}'])
            .map(|part| part.trim_matches([' ', ';', ',', ':']))
            .any(|part| part.len() > 8 && (message.contains(part) || part.contains(message)));
        assert!(is_it, "`{message}` is not what {file} says: {template}");
    }
    let bench = Bench::with_demo();
    let empty = Bench::empty();
    empty.write("no.csv", "Id,Name\n001ACME00100000YDA,Acme\n");
    for (bench, command, message) in [
        (&empty, "audit", ERRORS[0].0),
        (&empty, "ingest salesforce no.csv", ERRORS[1].0),
        (&bench, "ingest zendesk", ERRORS[4].0),
    ] {
        let told = bench.run(&command.split(' ').collect::<Vec<_>>());
        assert!(told.code != 0 && told.err.contains(message), "{command}: {}", told.text());
    }
    let capped = bench.run_live(&TestSandbox::demo(), &["apply", "1", "--max-actions", "3"]);
    assert!(capped.err.contains(ERRORS[8].0), "{}", capped.text());
}

/// The files that the pages link to are there.
#[test]
fn no_link_of_a_page_is_dead() {
    for page in fs::read_dir(root().join("docs")).unwrap() {
        let path = page.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap();
            let is_there =
                link.starts_with("https://") || file.is_empty() || root().join("docs").join(file).exists();
            assert!(is_there, "{} links to {link}", path.display());
        }
    }
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
