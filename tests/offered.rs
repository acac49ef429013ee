//! No option, and no value of one, stands in the help of a command that refuses it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use orgdrift::catalog::{Fallback, ParameterKind, files, saved_queries};

use crate::common::bench::Bench;
use crate::common::is_thorough;

/// An option as the help shows it.
struct Offered {
    name: String,
    placeholder: Option<String>,
    values: Vec<String>,
    about: String,
}

/// The options of a long help.
fn options(help: &str) -> Vec<Offered> {
    let mut found: Vec<Offered> = Vec::new();
    for line in help.lines().take_while(|line| *line != "Examples:") {
        let text = line.trim_start();
        let is_option = line.starts_with("  ") && (text.starts_with("--") || text.starts_with("-h, "));
        if is_option && !line.starts_with("          ") {
            let text = text.trim_start_matches("-h, ");
            let (name, placeholder) = match text.split_once(' ') {
                // What it is for may stand in the same line.
                Some((name, rest)) => {
                    let placeholder = rest.strip_prefix('<').and_then(|rest| rest.split('>').next());
                    (name, placeholder.map(str::to_owned))
                }
                None => (text, None),
            };
            let name = name.trim_start_matches("--").to_owned();
            found.push(Offered { name, placeholder, values: Vec::new(), about: String::new() });
        } else if let Some(option) = found.last_mut() {
            match text.strip_prefix("- ").and_then(|value| value.split(':').next()) {
                Some(value) if line.starts_with("          ") => option.values.push(value.to_owned()),
                _ => option.about.push_str(text),
            }
        }
    }
    found
}

/// Every command that does something, with its help.
fn commands(bench: &Bench, path: &str, found: &mut Vec<(String, String)>) {
    let mut command = bench.command(&[]);
    command.args(path.split_whitespace()).arg("--help").env("COLUMNS", "300");
    let text = bench.run_command(command).expect(0).out;
    let below: Vec<String> = text
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    if text.contains("\nCommon options:\n") && text.contains("\nExamples:\n") {
        found.push((path.to_owned(), text));
    }
    for name in below {
        commands(bench, format!("{path} {name}").trim(), found);
    }
}

/// What a command needs beside its options.
fn needed(path: &str) -> &'static [&'static str] {
    match path {
        "fetch zendesk" => &["fetched"],
        "ingest salesforce" | "refresh" => &["accounts.csv"],
        "find" => &["acmefoods-demo.co.uk"],
        "trace" => &["account", "001ACME00300000YDA"],
        "explain" => &["org_missing_external_id"],
        "export datasette" => &["analysts"],
        "export workbook" => &["--output", "drift.xlsx"],
        "export-db" => &["analysts.db", "--profile", "analyst"],
        "report" => &["--output", "report.html"],
        "decide" => &["--from", "drift.xlsx", "--by", "Dana"],
        "plan show" | "apply" | "prove" | "receipt undo" => &["latest"],
        "suppression add" => {
            &["ticket_org_mismatch/1156", "--reason", "merge", "--owner", "Dana", "--expires", "2026-12-31"]
        }
        "suppression remove" => &["1"],
        "personal-domain add" | "personal-domain remove" => &["mailbox-demo.com"],
        "prune" => &["--keep-days", "90"],
        "forget user" => &["21700000004231"],
        "completions" => &["bash"],
        "query" => &["--list"],
        _ => &[],
    }
}

/// A value that the option may have.
fn value(path: &str, option: &Offered) -> String {
    let placeholder = option.placeholder.as_deref().unwrap_or_default();
    match (option.name.as_str(), placeholder) {
        ("account" | "family", _) => "001ACME00300000YDA",
        ("org-id" | "org", _) => "21700000001039",
        ("code", _) => "ticket_org_mismatch",
        ("domain", _) => "acmefoods-demo.co.uk",
        ("expires", _) => "2026-12-31",
        ("exclude", _) => "ticket_org_mismatch/1156",
        ("keys", _) => "keys.txt",
        ("sql", _) => "select 1",
        ("from", "DIR") => "zendesk",
        ("from", "FILE") => "drift.xlsx",
        ("confirm-plan-hash" | "expect-head", _) => {
            "0000000000000000000000000000000000000000000000000000000000000000"
        }
        ("encoding", _) => "utf-8",
        ("delimiter", _) => ";",
        ("pseudonyms", _) => "key.txt",
        ("copy" | "db", _) => "other.db",
        ("log", _) => "refresh.log",
        ("rejections", _) => "rejected.csv",
        ("output", _) => match path {
            "export workbook" => "drift.xlsx",
            "report" => "report.md",
            "refresh" => "reports",
            _ => "written.txt",
        },
        ("snapshot" | "from-snapshot", _) | (_, "RUN") => "latest",
        (_, "DATE" | "DAY") => "2026-11-01",
        (_, "TIME" | "TIME|file") => "2026-11-01T07:00:00Z",
        (_, "DAYS" | "DAYS|all" | "HOURS" | "N" | "N|N%" | "PERCENT" | "SECONDS" | "PORT") => "5",
        (_, "newest|append") => "newest",
        ("keep-col", _) => "ParentId",
        ("id-col", _) => "Id",
        ("org-id-col", _) => "Zendesk_Organization_Id__c",
        ("domain-col", _) => "Zendesk_Domain__c",
        ("owner-col", _) => "Owner.Name",
        _ => "Name",
    }
    .to_owned()
}

/// A saved query that takes a parameter, and what else it needs.
fn query_with(option: &Offered) -> Vec<String> {
    let queries = saved_queries();
    let query = queries
        .iter()
        .find(|query| query.parameters.iter().any(|one| one.name == option.name))
        .unwrap_or_else(|| panic!("the help of query offers --{}, which no query takes", option.name));
    assert!(option.about.contains(&query.name), "--{}: {}", option.name, option.about);
    let mut words = vec![query.name.clone()];
    let others = query.parameters.iter().filter(|one| one.name != option.name);
    for other in others.filter(|one| one.fallback == Fallback::None) {
        words.push(format!("--{}", other.name));
        words.push(
            match other.kind {
                ParameterKind::Run => "latest",
                ParameterKind::Date => "2026-11-01",
                ParameterKind::Integer => "21700000001039",
                ParameterKind::Account => "001ACME00300000YDA",
                ParameterKind::Text => "Name",
            }
            .to_owned(),
        );
    }
    words
}

/// The words of a command with one option.
fn typed(path: &str, option: &Offered, value: &str) -> Vec<String> {
    let mut words: Vec<String> = path.split(' ').map(str::to_owned).collect();
    let is_parameter = path == "query" && option.about.starts_with("Of ");
    if is_parameter {
        words.extend(query_with(option));
    } else {
        let needed = needed(path);
        // The option itself takes the place of the one that is always needed, or of what it goes without.
        let own = format!("--{}", option.name);
        let is_instead = matches!(
            (path, option.name.as_str()),
            ("query", "list" | "sql" | "show-sql") | ("prune", "snapshot") | ("report", "format")
        );
        if path == "suppression add" && matches!(option.name.as_str(), "code" | "account" | "family") {
            // A code on an account takes the place of the key.
            words.extend(needed[1..].iter().map(|word| (*word).to_owned()));
            let (other, value) = match option.name.as_str() {
                "code" => ("--account", "001ACME00300000YDA"),
                _ => ("--code", "ticket_org_mismatch"),
            };
            words.extend([other.to_owned(), value.to_owned()]);
        } else if !is_instead && !needed.contains(&own.as_str()) {
            words.extend(needed.iter().map(|word| (*word).to_owned()));
        } else if !is_instead {
            let at = needed.iter().position(|word| *word == own).unwrap();
            let others = needed[..at].iter().chain(needed.iter().skip(at + 2));
            words.extend(others.map(|word| (*word).to_owned()));
        }
        if (path, option.name.as_str()) == ("query", "show-sql") {
            words.push("trend".to_owned());
        }
    }
    words.push(format!("--{}", option.name));
    if option.placeholder.is_some() {
        words.push(value.to_owned());
    }
    words
}

/// What an option cannot do without, as the error about it names it.
fn companions(error: &str) -> Vec<String> {
    let Some((_, after)) = error.split_once("arguments were not provided:\n") else { return Vec::new() };
    let lines = after.lines().take_while(|line| line.starts_with("  "));
    lines
        .flat_map(|line| {
            let name = line.trim().split(' ').next().unwrap_or_default().to_owned();
            let value = match name.as_str() {
                "--from" => Some("zendesk"),
                "--from-snapshot" => Some("latest"),
                "--confirm-plan-hash" => {
                    Some("0000000000000000000000000000000000000000000000000000000000000000")
                }
                "--account" => Some("001ACME00300000YDA"),
                "--code" => Some("ticket_org_mismatch"),
                _ => None,
            };
            std::iter::once(name).chain(value.map(str::to_owned))
        })
        .collect()
}

#[test]
fn a_command_refuses_no_option_of_its_help() {
    let (demo, nothing) = (Bench::with_demo(), Bench::empty());
    for bench in [&demo, &nothing] {
        bench.write("keys.txt", "ticket_org_mismatch/1156\n");
        bench.write("key.txt", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
        // A key that others can read is none.
        fs::set_permissions(bench.path("key.txt"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let accounts = files::DEMO.iter().find(|(name, _)| *name == "accounts.csv").unwrap().1;
    // The same bytes would be the snapshot that is there.
    demo.write("accounts.csv", accounts.replace("Acme Foods", "Acme Food"));
    demo.run(&["ingest", "salesforce", "accounts.csv", "--keep-col", "ParentId"]).expect(0);
    demo.run(&["audit"]).expect(0);
    let mut all = Vec::new();
    commands(&nothing, "", &mut all);
    let (mut count, mut refused) = (0, Vec::new());
    for (path, help) in all {
        // What reads an account, or runs long, fails here before it begins, and after its words are understood.
        let is_early =
            matches!(path.as_str(), "demo" | "fetch zendesk" | "ingest zendesk" | "sandbox" | "refresh");
        let bench = if is_early { &nothing } else { &demo };
        for option in options(&help) {
            // A sandbox with its own company would run on.
            if matches!(
                (path.as_str(), option.name.as_str()),
                ("demo", _) | ("sandbox", "demo") | (_, "help")
            ) {
                continue;
            }
            let mut values =
                if option.values.is_empty() { vec![value(&path, &option)] } else { option.values.clone() };
            if !is_thorough() {
                // CI tries all of them right after the other tests; here they take turns.
                values = vec![values.swap_remove(count % values.len())];
            }
            for value in values {
                let mut words = typed(&path, &option, &value);
                if path == "sandbox" && option.name != "from" && option.name != "from-snapshot" {
                    words.extend(["--from-snapshot".to_owned(), "latest".to_owned()]);
                }
                if path == "refresh" && option.name != "output" {
                    words.extend(["--output".to_owned(), "reports".to_owned()]);
                }
                if option.name == "keep-col" && path != "ingest salesforce" {
                    // The snapshots that came since keep none.
                    demo.write("accounts.csv", accounts.replace("Acme Foods", "Acme's Food"));
                    demo.run(&["ingest", "salesforce", "accounts.csv", "--keep-col", "ParentId"]).expect(0);
                    demo.run(&["audit"]).expect(0);
                }
                // What an export left is not written over.
                let _ = fs::remove_file(bench.path("analysts.db"));
                let run = |words: &[String]| bench.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
                let mut told = run(&words);
                let companions = companions(&told.err);
                if !companions.is_empty() {
                    words.extend(companions);
                    told = run(&words);
                }
                count += 1;
                if told.code == 2 {
                    refused.push(format!("orgdrift {} is refused: {}", words.join(" "), told.err));
                }
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    println!("{count} options and values were tried");
    assert!(count > if is_thorough() { 400 } else { 200 }, "{count} options and values were tried");
}

#[test]
fn an_option_of_another_command_is_pointed_out() {
    let bench = Bench::with_demo();
    for (typed, offered) in [
        ("audit --severity high", "`orgdrift audit orgs`"),
        ("--json list issues", "write it after"),
        ("list snapshots --severity high", "`orgdrift list issues`"),
        ("export workbook --code user_default_org_missing", "`orgdrift export issues`"),
        ("init --format json", "takes no --format"),
        ("trace account 001ACME00300000YDA --raw", "takes no --raw"),
    ] {
        let told = bench.run(&typed.split(' ').collect::<Vec<_>>()).expect(2);
        assert!(told.err.contains(offered), "{typed}: {}", told.err);
    }
}
