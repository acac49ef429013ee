//! Words that people meet in columns, messages and sheets, with what they mean.

use super::{DictionaryRow, blocked_reasons, dictionary, files};
use crate::model::closed_words;

/// One meaning of a word; a word may have several.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Meaning {
    /// The word as it is printed.
    pub word: String,
    /// Where it stands, or what kind of word it is.
    pub about: String,
    /// What it means, in sentences.
    pub meaning: String,
}

/// The words of the glossary: at most 25, with which the rest is explained.
///
/// # Panics
///
/// If the file that was compiled in has other columns, which a test excludes.
pub fn glossary() -> Vec<Meaning> {
    #[derive(serde::Deserialize)]
    struct Row {
        word: String,
        meaning: String,
    }
    csv::Reader::from_reader(files::GLOSSARY.as_bytes())
        .into_deserialize()
        .map(|row| row.expect("the glossary has two columns"))
        .map(|Row { word, meaning }| Meaning { word, about: "a word of orgdrift".to_owned(), meaning })
        .collect()
}

/// Every word that a public column can hold, beside rules and classes, and the names of the columns themselves.
///
/// # Panics
///
/// If a file that was compiled in has other columns, which a test excludes.
pub fn vocabulary() -> Vec<Meaning> {
    #[derive(serde::Deserialize)]
    struct Written {
        word: String,
        about: String,
        meaning: String,
    }
    #[derive(serde::Deserialize)]
    struct Input {
        reason: String,
        meaning: String,
        what_to_do: String,
    }
    let refused: Vec<String> = blocked_reasons().into_iter().map(|row| row.reason).collect();
    let closed = closed_words()
        .into_iter()
        .filter(|word| !refused.iter().any(|reason| reason == word.word))
        .map(|word| Meaning {
            word: word.word.to_owned(),
            about: word.about.trim_end_matches('.').to_owned(),
            meaning: word.meaning.to_owned(),
        });
    let written = csv::Reader::from_reader(files::WORDS.as_bytes())
        .into_deserialize()
        .map(|row| row.expect("the list of words has three columns"))
        .map(|Written { word, about, meaning }| Meaning { word, about, meaning });
    let input = csv::Reader::from_reader(files::INPUT_REASONS.as_bytes())
        .into_deserialize()
        .map(|row| row.expect("the reasons of the input have three columns"))
        .map(|Input { reason, meaning, what_to_do }| Meaning {
            word: reason,
            about: "What is wrong with a row, an entry or a collection that was read".to_owned(),
            meaning: format!("{meaning}\nWhat to do: {what_to_do}"),
        });
    let (examples, described): (Vec<_>, Vec<_>) =
        dictionary().into_iter().partition(DictionaryRow::is_example);
    let columns = described.into_iter().map(move |row| {
        let example = examples
            .iter()
            .find(|example| row.column_name.is_empty() && example.object_name == row.object_name)
            .map(|example| format!("\nExample: {}", example.description))
            .unwrap_or_default();
        let (word, about) = match row.column_name.strip_prefix("evidence.") {
            _ if row.column_name.is_empty() => (row.object_name, "A table or view".to_owned()),
            Some(key) => (key.to_owned(), format!("A key of the evidence of {}", row.object_name)),
            None => (row.column_name, format!("A column of {}", row.object_name)),
        };
        Meaning { word, about, meaning: row.description + &example }
    });
    glossary()
        .into_iter()
        .chain(closed.collect::<Vec<_>>())
        .chain(written)
        .chain(input)
        .chain(columns)
        .collect()
}
