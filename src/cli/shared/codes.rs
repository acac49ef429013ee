//! Codes and classes of findings, as they are typed, and which of them a printed row is about.

use super::error::CliError;
use crate::{
    catalog::{Class, blocked_reasons, classes, rules, vocabulary},
    model::Layer,
    near::offered,
    warehouse::{Read, Value, nouns::Noun},
};

/// The command that explains what the first of some rows is about, or that shows what can be explained.
pub(crate) fn first_of(read: &Read) -> String {
    let text = |column| match read.first(column) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    // A key begins with its code.
    let code = text("class").or(text("code")).or(text("issue_key").and_then(|key| key.split('/').next()));
    code.map_or_else(|| "list rules".to_owned(), |code| format!("explain {code}"))
}

/// The noun under which the findings of a class are listed.
pub(crate) fn listed_under(class: &Class) -> &'static str {
    match class.rules.first().map(|rule| rule.layer) {
        Some(Layer::User) => "users",
        Some(Layer::Ticket) => "tickets",
        Some(Layer::Organization) | None => "orgs",
    }
}

/// The value for `--code`: a code, or a class of findings; where only codes are known, the code of the class.
pub(crate) fn known(typed: &str, noun: &Noun) -> Result<String, CliError> {
    if rules().iter().any(|rule| rule.code == typed) {
        return Ok(typed.to_owned());
    }
    let classes = classes();
    let Some(class) = classes.iter().find(|class| class.name == typed) else {
        return Err(unknown(typed));
    };
    match (class.only_rule(), noun.name) {
        (Some(rule), _) => Ok(rule.code.to_owned()),
        (None, "orgs" | "users" | "tickets") => Ok(typed.to_owned()),
        (None, _) => Err(CliError::usage(format!("{typed} is a class of findings, not a code"))
            .hint(format!("orgdrift list {} --code {typed}", listed_under(class)))),
    }
}

/// How many words are offered.
const OFFERED: usize = 5;

/// A slip is one wrong, missing or swapped letter in so many.
const LETTERS_A_SLIP: usize = 6;

/// Words that are less like what was typed than this are not offered.
const LIKE: f64 = 0.9;

/// The error of a code that does not exist, with those that are like it.
fn unknown(typed: &str) -> CliError {
    CliError::usage(format!("there is no code {typed}"))
        .hint(did_you_mean(typed).unwrap_or_else(|| "`orgdrift list rules` shows all codes".to_owned()))
}

/// The error of a word that orgdrift does not use, with those that are like it.
pub(crate) fn unknown_word(typed: &str) -> CliError {
    CliError::usage(format!("{typed} is not a term that orgdrift knows")).hint(
        did_you_mean(typed).unwrap_or_else(|| {
            "docs/glossary.md lists the terms, `orgdrift list rules` the codes".to_owned()
        }),
    )
}

/// The codes and words that are like what was typed, as a question; none: nothing is like it.
fn did_you_mean(typed: &str) -> Option<String> {
    let slips = slips(typed);
    if !slips.is_empty() {
        return offered(&slips);
    }
    let mut near = rules()
        .iter()
        .map(|rule| rule.code.to_owned())
        .chain(blocked_reasons().into_iter().map(|reason| reason.reason))
        .filter(|code| is_near(code, typed))
        .collect::<Vec<_>>();
    if near.iter().any(|code| code.contains(typed)) {
        near.retain(|code| code.contains(typed));
    }
    if near.is_empty() {
        near = misspelled(typed);
    }
    offered(&near)
}

/// The words that differ in one letter of four at most, and in the fewest.
fn slips(typed: &str) -> Vec<String> {
    let typed = typed.to_lowercase().replace(['-', ' '], "_");
    let mut near: Vec<(usize, String)> = words()
        .map(|word| (strsim::osa_distance(&word, &typed), word))
        .filter(|(distance, _)| distance * LETTERS_A_SLIP <= typed.len())
        .collect();
    near.sort();
    near.dedup();
    let least = near.first().map(|(distance, _)| *distance);
    near.into_iter().filter(|(distance, _)| Some(*distance) == least).map(|(_, word)| word).collect()
}

/// Codes, classes, reasons and the other words that are explained.
fn words() -> impl Iterator<Item = String> {
    let codes = rules().iter().map(|rule| rule.code.to_owned()).collect::<Vec<_>>();
    codes
        .into_iter()
        .chain(blocked_reasons().into_iter().map(|reason| reason.reason))
        .chain(classes().into_iter().map(|class| class.name))
        .chain(vocabulary().into_iter().map(|meaning| meaning.word))
}

/// The words that a word with wrong letters may stand for, the most like first.
fn misspelled(typed: &str) -> Vec<String> {
    let typed = typed.to_lowercase().replace(['-', ' '], "_");
    let mut near: Vec<(f64, String)> = words()
        .map(|word| (strsim::jaro_winkler(&word, &typed), word))
        .filter(|(likeness, _)| *likeness >= LIKE)
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    near.dedup();
    near.into_iter().take(OFFERED).map(|(_, word)| word).collect()
}

/// Whether one contains the other, or most of their words are the same.
fn is_near(code: &str, typed: &str) -> bool {
    let typed = typed.to_lowercase().replace('-', "_");
    if typed.len() >= 3 && (code.contains(&typed) || typed.contains(code)) {
        return true;
    }
    let words: Vec<&str> = typed.split('_').collect();
    let shared = code.split('_').filter(|word| words.contains(word)).count();
    shared * 2 > words.len().max(code.split('_').count())
}
