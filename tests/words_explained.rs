//! `explain` knows every word that a column can hold; the glossary is what it prints.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use orgdrift::catalog::{blocked_reasons, classes, dictionary, glossary, rules, vocabulary};
use orgdrift::model::closed_words;

use crate::common::bench::Bench;
use crate::common::root;

/// Every file below a folder.
fn files(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// Everything that `explain` knows without being asked.
fn known() -> BTreeSet<String> {
    vocabulary()
        .into_iter()
        .map(|meaning| meaning.word)
        .chain(rules().iter().map(|rule| rule.code.to_owned()))
        .chain(classes().into_iter().map(|class| class.name))
        .chain(blocked_reasons().into_iter().map(|reason| reason.reason))
        .collect()
}

#[test]
fn every_closed_set_of_the_source_is_in_the_vocabulary() {
    let mut texts = Vec::new();
    files(&root().join("src"), &mut texts);
    let known: BTreeSet<&str> = closed_words().iter().map(|word| word.word).collect();
    let mut sets = 0;
    for text in texts {
        for set in text.split("closed_set! {").skip(1) {
            let body = set.split("\n}").next().unwrap();
            let values: Vec<&str> = body
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .filter_map(|line| line.split_once(" = \"")?.1.split_once('"'))
                .map(|(value, _)| value)
                .collect();
            sets += usize::from(!values.is_empty());
            for value in values {
                assert!(known.contains(value), "closed_words() lacks {value}");
            }
        }
    }
    assert!(sets >= 29, "{sets}");
}

#[test]
fn every_set_that_says_so_is_explained_elsewhere() {
    let (mut texts, known) = (Vec::new(), known());
    files(&root().join("src/model"), &mut texts);
    let sets = texts.iter().flat_map(|text| text.split("explained_set! {").skip(1));
    let values: Vec<&str> = sets
        .flat_map(|set| set.split("\n}").next().unwrap().lines())
        .filter_map(|line| line.split_once(" = \"")?.1.split_once('"'))
        .map(|(value, _)| value)
        .collect();
    assert!(values.len() > 10, "{values:?}");
    for value in values {
        assert!(known.contains(value), "nothing explains {value}");
    }
}

#[test]
fn every_word_that_the_schema_allows_is_explained() {
    let schema = fs::read_to_string(root().join("docs/schema.sql")).unwrap();
    let known = known();
    let mut seen = 0;
    for list in schema.split(" in ('").skip(1) {
        let list = list.split(')').next().unwrap();
        for value in list.split(',').map(|value| value.trim().trim_matches('\'')) {
            assert!(known.contains(value), "nothing explains {value}");
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn every_word_that_the_demo_holds_in_a_column_of_words_is_explained() {
    let bench = Bench::empty();
    bench.run(&["demo", "--all"]).expect(0);
    let warehouse = rusqlite::Connection::open(bench.path("orgdrift.db")).unwrap();
    // Columns of words, by the end of their names; the sentences, names and ids of others are nobody's words.
    let ends = [
        "code",
        "class",
        "severity",
        "disposition",
        "action",
        "blocked_reason",
        "state",
        "status",
        "outcome",
        "kind",
        "match_rule",
        "family",
        "layer",
        "mode",
        "change",
        "origin",
        "source",
        "cause_kind",
        "collection",
        "reading",
        "verdict",
        "decision",
        "multiple_organizations",
    ];
    // Words of Zendesk and Salesforce, which they explain.
    let foreign = ["ticket_status", "http_status", "zendesk_tickets.status", "link_ticket_drift.status"];
    let known = known();
    let mut seen = BTreeSet::new();
    for row in dictionary() {
        let is_wanted = ends.iter().any(|end| {
            row.column_name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
        });
        let full = format!("{}.{}", row.object_name, row.column_name);
        if !is_wanted
            || foreign.iter().any(|name| full.ends_with(name))
            || row.column_name.starts_with("evidence.")
        {
            continue;
        }
        let sql = format!("select distinct \"{}\" from \"{}\"", row.column_name, row.object_name);
        let mut statement = warehouse.prepare(&sql).unwrap();
        let mut rows = statement.query([]).unwrap();
        while let Some(found) = rows.next().unwrap() {
            let Ok(Some(value)) = found.get::<_, Option<String>>(0) else { continue };
            assert!(known.contains(&value), "{full} holds {value}, which nothing explains");
            seen.insert(value);
        }
    }
    assert!(seen.len() > 40, "{seen:?}");
}

#[test]
fn explain_answers_for_every_word_and_offers_those_that_are_near() {
    let bench = Bench::empty();
    for word in [
        "partly_ready",
        "Partly-Ready",
        "would_apply",
        "link_state",
        "issue key",
        "stored_id",
        "not_comparable",
    ] {
        let told = bench.run(&["explain", word]).expect(0);
        assert!(told.out.lines().count() >= 2, "{word}: {}", told.out);
    }
    let told = bench.run(&["explain", "partly_reddy"]).expect(2);
    assert!(told.err.contains("did you mean partly_ready"), "{}", told.err);
    let told = bench.run(&["explain", "contested", "--json"]).expect(0);
    let json: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(json[0]["word"], "contested");
}

#[test]
fn every_blocked_reason_and_class_is_explained_by_the_command() {
    let bench = Bench::empty();
    for reason in blocked_reasons() {
        bench.run(&["explain", &reason.reason]).expect(0);
    }
}

#[test]
fn the_glossary_is_short_and_what_explain_prints() {
    let words = glossary();
    assert!(words.len() <= 25, "{}", words.len());
    let mut text = String::from(
        "# Glossary\n\n`orgdrift explain WORD` prints the same, and knows every other word that orgdrift prints.\n\n",
    );
    for word in &words {
        text.push_str(&format!("**{}**: {}\n\n", word.word, word.meaning));
    }
    let text = format!("{}\n", text.trim_end());
    let path = root().join("docs/glossary.md");
    if std::env::var_os("ORGDRIFT_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), text, "ORGDRIFT_BLESS=1 writes docs/glossary.md");
    let bench = Bench::empty();
    for word in &words {
        let told = bench.run(&["explain", &word.word]).expect(0);
        assert!(told.out.contains(&word.meaning), "{}: {}", word.word, told.out);
    }
}
