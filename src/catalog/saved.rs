//! Questions that are asked again and again: the files of `queries/saved/`, each a comment and one `select`.
//!
//! The header names the question, its parameters and its columns; the text reads public names only, so an analyst can
//! paste it into any program that opens the file.

use super::{ViewFile, files, header::Header};

/// A saved query.
#[derive(Debug, Clone)]
pub struct SavedQuery {
    /// As it is typed: the file's stem with hyphens.
    pub name: String,
    /// What a row is, in one sentence.
    pub title: String,
    /// What it answers.
    pub question: String,
    /// What must or may be given.
    pub parameters: Vec<Parameter>,
    /// Its columns in their order: name, meaning.
    pub columns: Vec<(&'static str, &'static str)>,
    /// The whole text of the file.
    pub sql: &'static str,
}

/// What a saved query takes, such as `--since`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// As it is typed after `--`, and as it stands in the text after `:`.
    pub name: &'static str,
    /// What its value is.
    pub kind: ParameterKind,
    /// What it is where nobody gives it.
    pub fallback: Fallback,
    /// What it says.
    pub meaning: &'static str,
}

/// What the value of a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// A run: its id, `latest` or `previous`.
    Run,
    /// A day, as `2026-11-30`.
    Date,
    /// A whole number.
    Integer,
    /// A Salesforce account id of 15 or 18 characters.
    Account,
    /// Any text.
    Text,
}

/// What a parameter is where nobody gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// It must be given.
    None,
    /// Null.
    Null,
    /// A word, as if it had been typed.
    Word(&'static str),
}

impl ParameterKind {
    /// What stands for the value in help.
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::Run => "RUN",
            Self::Date => "DAY",
            Self::Integer => "ID",
            Self::Account => "ACCOUNT",
            Self::Text => "TEXT",
        }
    }
}

/// Returns every saved query, by name.
///
/// # Panics
///
/// If a header that was compiled in is broken, which a test excludes.
pub fn saved_queries() -> Vec<SavedQuery> {
    let mut queries: Vec<SavedQuery> = files::SAVED
        .iter()
        .map(|file| SavedQuery::parse(file).expect("the headers of the saved queries are well formed"))
        .collect();
    queries.sort_by(|one, other| one.name.cmp(&other.name));
    queries
}

impl SavedQuery {
    /// Reads the header of a file. The error says what is wrong with it.
    ///
    /// # Errors
    /// A header that does not follow the form.
    pub fn parse(file: &ViewFile) -> Result<Self, String> {
        let header = Header::parse(file.sql)?;
        header.has_only(&["question", "parameters", "columns"])?;
        let parameters =
            header.list("parameters").iter().map(|line| parameter(line)).collect::<Result<_, _>>()?;
        let columns: Vec<_> = header
            .list("columns")
            .iter()
            .map(|line| line.split_once(": ").ok_or_else(|| format!("`{line}` is no column")))
            .collect::<Result<_, _>>()?;
        if columns.is_empty() {
            return Err("the header names no columns".to_owned());
        }
        Ok(Self {
            name: file.stem.replace('_', "-"),
            title: header.title.clone(),
            question: header.value("question")?,
            parameters,
            columns,
            sql: file.sql,
        })
    }
}

/// `name kind: meaning`, `name kind optional: meaning` or `name kind = word: meaning`.
fn parameter(line: &'static str) -> Result<Parameter, String> {
    let broken = || format!("`{line}` is no parameter");
    let (words, meaning) = line.split_once(": ").ok_or_else(broken)?;
    let words: Vec<&'static str> = words.split(' ').collect();
    let (name, kind, rest) = match words.as_slice() {
        [name, kind, rest @ ..] => (*name, *kind, rest),
        _ => return Err(broken()),
    };
    let kind = match kind {
        "run" => ParameterKind::Run,
        "date" => ParameterKind::Date,
        "integer" => ParameterKind::Integer,
        "account" => ParameterKind::Account,
        "text" => ParameterKind::Text,
        _ => return Err(broken()),
    };
    let fallback = match rest {
        [] => Fallback::None,
        ["optional"] => Fallback::Null,
        ["=", word] if !word.is_empty() => Fallback::Word(word),
        _ => return Err(broken()),
    };
    Ok(Parameter { name, kind, fallback, meaning })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_says_its_kind_and_what_it_is_otherwise() {
        let read = |line| parameter(line).map(|one| (one.name, one.kind, one.fallback, one.meaning));
        assert_eq!(read("org integer: an id"), Ok(("org", ParameterKind::Integer, Fallback::None, "an id")));
        assert_eq!(read("kind text optional: x"), Ok(("kind", ParameterKind::Text, Fallback::Null, "x")));
        let word = Fallback::Word("previous");
        assert_eq!(read("since run = previous: it"), Ok(("since", ParameterKind::Run, word, "it")));
        for broken in ["org", "org: x", "org number: x", "org integer = : x", "org integer maybe: x"] {
            assert!(parameter(broken).is_err(), "{broken}");
        }
    }
}
