//! The examples of docs/cron.md are what cron, systemd and launchd take, and what the command takes.

use orgdrift::cli::{Command, parsed};

use crate::common::root;

/// The fenced blocks of one language.
fn blocks(language: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join("docs/cron.md")).unwrap();
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.strip_prefix("```") == Some(language) {
            blocks.push(lines.by_ref().take_while(|line| *line != "```").collect::<Vec<_>>().join("\n"));
        } else if line.starts_with("```") {
            lines.by_ref().find(|line| *line == "```");
        }
    }
    blocks
}

/// Parses a command as it is typed, behind the program's name.
fn parse<'a>(words: impl Iterator<Item = &'a str>) {
    let words: Vec<&str> = std::iter::once("orgdrift").chain(words).collect();
    let typed = parsed(&words).unwrap_or_else(|error| panic!("{words:?}: {error}"));
    assert!(matches!(typed.arguments.command, Command::Refresh(_)), "{words:?}");
}

#[test]
fn the_crontab_has_five_fields_and_a_command_that_parses() {
    let blocks = blocks("crontab");
    assert_eq!(blocks.len(), 1);
    let mut jobs = 0;
    for line in blocks[0].lines() {
        if let Some((name, _)) = line.split_once('=')
            && name.bytes().all(|byte| byte.is_ascii_uppercase())
        {
            continue;
        }
        let fields: Vec<&str> = line.splitn(6, ' ').collect();
        for (field, range) in fields.iter().zip([0..=59, 0..=23, 1..=31, 1..=12, 0..=7]) {
            let numbers = field.split(['-', ',', '/']).filter(|part| *part != "*");
            for number in numbers {
                assert!(range.contains(&number.parse::<u32>().unwrap()), "{field}");
            }
        }
        let (_, command) = fields[5].split_once("&& orgdrift ").unwrap();
        assert!(!command.contains('%'), "cron reads it as the end of a line");
        parse(command.split(' '));
        jobs += 1;
    }
    assert_eq!(jobs, 1);
}

#[test]
fn the_units_of_systemd_have_their_sections() {
    let blocks = blocks("systemd");
    assert_eq!(blocks.len(), 2);
    let mut found = Vec::new();
    for block in &blocks {
        let mut section = None;
        for line in block.lines().filter(|line| !line.is_empty()) {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = Some(name);
                continue;
            }
            let (key, value) = line.split_once('=').unwrap();
            assert!(key.bytes().all(|byte| byte.is_ascii_alphabetic()) && !value.is_empty(), "{line}");
            found.push(format!("{}.{key}", section.unwrap()));
            if key == "ExecStart" {
                parse(value.strip_prefix("/usr/local/bin/orgdrift ").unwrap().split(' '));
            }
        }
    }
    for key in ["Service.ExecStart", "Service.WorkingDirectory", "Timer.OnCalendar", "Install.WantedBy"] {
        assert!(found.iter().any(|known| known == key), "{key} in {found:?}");
    }
    // The real one, where there is one that may be asked.
    let folder = tempfile::tempdir().unwrap();
    let units = ["orgdrift-refresh.service", "orgdrift-refresh.timer"].map(|name| folder.path().join(name));
    for (unit, block) in units.iter().zip(&blocks) {
        // The program of the example is not installed here.
        std::fs::write(unit, block.replace("/usr/local/bin/orgdrift", "/bin/true") + "\n").unwrap();
    }
    match std::process::Command::new("systemd-analyze").arg("verify").args(&units).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!said.contains("orgdrift-refresh.") || output.status.success(), "{said}");
        }
        Err(error) => println!("SKIPPED: systemd-analyze cannot be run ({error})"),
    }
}

#[test]
fn the_property_list_of_launchd_is_one() {
    let blocks = blocks("xml");
    assert_eq!(blocks.len(), 1);
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let list = roxmltree::Document::parse_with_options(&blocks[0], options).unwrap();
    let dict = list.root_element().first_element_child().unwrap();
    assert_eq!((list.root_element().tag_name().name(), dict.tag_name().name()), ("plist", "dict"));
    let children: Vec<_> = dict.children().filter(roxmltree::Node::is_element).collect();
    let value = |key: &str| {
        let pair = children.chunks(2).find(|pair| pair[0].text() == Some(key)).unwrap();
        assert_eq!(pair[0].tag_name().name(), "key");
        pair[1]
    };
    let arguments: Vec<&str> = value("ProgramArguments")
        .children()
        .filter(roxmltree::Node::is_element)
        .filter_map(|node| node.text())
        .collect();
    assert_eq!(arguments[0], "/usr/local/bin/orgdrift");
    parse(arguments.into_iter().skip(1));
    let numbers: Vec<u32> = value("StartCalendarInterval")
        .children()
        .filter(|node| node.has_tag_name("integer"))
        .map(|node| node.text().unwrap().parse().unwrap())
        .collect();
    assert_eq!(numbers, [5, 30]);
}

#[test]
fn every_command_of_the_guides_is_one() {
    let mut commands = 0;
    for document in ["guide.md", "cron.md", "hybrid.md", "report.md"] {
        let text = std::fs::read_to_string(root().join("docs").join(document)).unwrap();
        for line in text.lines() {
            let Some(command) =
                line.trim_start().strip_prefix("orgdrift ").filter(|_| line.starts_with("    "))
            else {
                continue;
            };
            let command = command.replace("HASH", &"0".repeat(64));
            let words = std::iter::once("orgdrift").chain(command.split(' '));
            let parsed = parsed(words);
            let is_help = parsed.as_ref().is_err_and(|error| error.exit_code() == 0);
            assert!(parsed.is_ok() || is_help, "docs/{document}: orgdrift {command}");
            commands += 1;
        }
    }
    assert!(commands >= 20, "{commands}");
}
