//! The words that people read: spelled right, and those of a help centre.
//!
//! Spelling is held against the dictionary of misspellings that the crate `typos-dict` carries, so it needs no
//! network; `words/known.txt` lists what only looks like one. `words/avoid.csv` lists phrases that have a plainer
//! form, with that form.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use typos::tokens::{Identifier, Tokenizer, Word};
use typos::{Dictionary, Status, check_str};
use unicase::UniCase;

use crate::common::root;

const KNOWN: &str = include_str!("words/known.txt");
const AVOID: &str = include_str!("words/avoid.csv");

/// Files and folders whose sentences people read.
const READ: [&str; 11] = [
    "src",
    "queries",
    "migrations",
    "docs",
    "tests",
    "benches",
    "examples",
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
];

/// Endings of files that hold sentences; the others are data.
const ENDINGS: [&str; 6] = ["rs", "sql", "md", "toml", "csv", "py"];

/// Tests whose input is meant to be odd, and the lists of this very test.
const ODD: [&str; 5] =
    ["tests/words", "tests/words.rs", "tests/near.rs", "tests/bad_salesforce.rs", "tests/bad_zendesk.rs"];

struct Misspellings {
    known: BTreeSet<UniCase<&'static str>>,
}

impl Dictionary for Misspellings {
    fn correct_ident<'s>(&'s self, _: Identifier<'_>) -> Option<Status<'s>> {
        None
    }

    fn correct_word<'s>(&'s self, word: Word<'_>) -> Option<Status<'s>> {
        let right = typos_dict::WORD.find(&UniCase::new(word.token()))?;
        if self.known.contains(&UniCase::new(word.token())) {
            return Some(Status::Valid);
        }
        Some(Status::Corrections(right.iter().map(|word| Cow::Borrowed(*word)).collect()))
    }
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), found);
        }
    } else if path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known)) {
        found.push(path.to_owned());
    }
}

/// Every text that people read: its path below the repository, and what it says.
fn texts() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for name in READ {
        collect(&root().join(name), &mut found);
    }
    found.sort();
    let named = found.iter().map(|path| {
        (path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap())
    });
    named.filter(|(name, _)| !ODD.iter().any(|odd| name.starts_with(odd))).collect()
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

fn misspelled(text: &str) -> Vec<(usize, String)> {
    let tokenizer = Tokenizer::new();
    let dictionary =
        Misspellings { known: KNOWN.lines().filter(|line| !line.is_empty()).map(UniCase::new).collect() };
    check_str(text, &tokenizer, &dictionary)
        .map(|typo| (line_of(text, typo.byte_offset), typo.typo.into_owned()))
        .collect()
}

/// The phrases to avoid, and what to write in their place.
fn phrases() -> Vec<(String, String)> {
    csv::Reader::from_reader(AVOID.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

fn avoidable(text: &str) -> Vec<(usize, String)> {
    let lower = text.to_lowercase();
    let mut found = Vec::new();
    for (avoid, write) in phrases() {
        let avoid = avoid.to_lowercase();
        for (at, _) in lower.match_indices(&avoid) {
            let before = lower[..at].chars().next_back();
            let after = lower[at + avoid.len()..].chars().next();
            let is_word = |next: Option<char>, edge: Option<char>| {
                edge.is_some_and(char::is_alphanumeric)
                    && next.is_some_and(|next| next.is_alphanumeric() || next == '_')
            };
            if !is_word(before, avoid.chars().next()) && !is_word(after, avoid.chars().next_back()) {
                found.push((line_of(&lower, at), format!("`{avoid}`: write {write}")));
            }
        }
    }
    found
}

#[test]
fn every_text_is_spelled_right() {
    let mut faults = Vec::new();
    for (name, text) in texts() {
        faults.extend(misspelled(&text).into_iter().map(|(line, word)| format!("{name}:{line}: {word}")));
    }
    assert!(
        faults.is_empty(),
        "{} misspelled words; what is right all the same goes into tests/words/known.txt:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn no_text_has_a_phrase_with_a_plainer_form() {
    let mut faults = Vec::new();
    // A released migration is never edited.
    for (name, text) in texts().into_iter().filter(|(name, _)| !name.starts_with("migrations/")) {
        faults.extend(avoidable(&text).into_iter().map(|(line, why)| format!("{name}:{line}: {why}")));
    }
    assert!(faults.is_empty(), "{} phrases of tests/words/avoid.csv:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn the_checks_find_what_they_look_for() {
    assert_eq!(misspelled("// one\n// an organisaton\n"), [(2, "organisaton".to_owned())]);
    assert_eq!(misspelled("organization, `zendesk_organization_keys`, isSharedTickets"), []);
    assert_eq!(avoidable("a\nor leave it away").len(), 1);
    assert_eq!(avoidable("`omit it`"), []);
    assert_eq!(avoidable("utilized"), [], "only whole words");
}

#[test]
fn what_only_looks_misspelled_is_still_used() {
    let all: String = texts().into_iter().map(|(_, text)| text.to_lowercase()).collect();
    let unused: Vec<_> =
        KNOWN.lines().filter(|word| !word.is_empty() && !all.contains(&word.to_lowercase())).collect();
    assert!(unused.is_empty(), "take out of tests/words/known.txt: {unused:?}");
}
