//! What a cell says that is not plain text: words for null, booleans of other languages, printed objects.
//!
//! Exports pass through databases, spreadsheets and scripts, and each writes nothing, true and an owner in its
//! own way.

use std::borrow::Cow;

use crate::identity::trim_invisible;

/// How databases (`\N`, `NULL`, `(null)`), spreadsheets (`#N/A`, in German `#NV`) and data frames (`NaN`,
/// `None`, `<NA>`) write a cell without a value. Only as they write it: people are called Null.
const NULLS: [&str; 14] = [
    r"\N", "NULL", "null", "#N/A", "#NV", "(null)", "(NULL)", "<null>", "<NULL>", "[null]", "NaN", "nan",
    "None", "<NA>",
];

/// The longest word of [`NULLS`].
const LONGEST_NULL: usize = 6;

/// Words that `IsDeleted` may hold, without case: English, `PostgreSQL`, spreadsheets in German and French.
const TRUE: [&str; 7] = ["true", "t", "y", "yes", "1", "1.0", "wahr"];
const FALSE: [&str; 7] = ["false", "f", "n", "no", "0", "0.0", "falsch"];
const TRUE_FRENCH: &str = "vrai";
const FALSE_FRENCH: &str = "faux";

/// Returns what an optional cell says, trimmed: nothing where it is blank or a word for null, and of a printed
/// object the name in it.
pub(super) fn optional(cell: &str) -> Option<Cow<'_, str>> {
    let text = trim_invisible(cell);
    match text.as_bytes().first()? {
        b'\\' | b'#' | b'(' | b'<' | b'[' | b'N' | b'n' if is_null(text) => None,
        b'{' | b'@' | b'[' | b'O' | b'm' if is_object(text) => name_in(text).map(Cow::Owned),
        _ => Some(Cow::Borrowed(text)),
    }
}

/// Whether an optional cell says nothing.
pub(super) fn is_blank(cell: &str) -> bool {
    let text = trim_invisible(cell);
    text.is_empty() || is_null(text)
}

/// Reads a boolean: nothing where the cell is blank.
pub(super) fn boolean(cell: &str) -> Result<Option<bool>, NotBoolean> {
    let text = trim_invisible(cell);
    let is_one_of = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if text.is_empty() || is_null(text) || text.eq_ignore_ascii_case("null") {
        Ok(None)
    } else if is_one_of(&FALSE) || is_one_of(&[FALSE_FRENCH]) {
        Ok(Some(false))
    } else if is_one_of(&TRUE) || is_one_of(&[TRUE_FRENCH]) {
        Ok(Some(true))
    } else {
        Err(NotBoolean)
    }
}

/// The cell is neither true nor false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotBoolean;

fn is_null(text: &str) -> bool {
    text.len() <= LONGEST_NULL && NULLS.contains(&text)
}

/// Whether a script printed an object here: `{…}` (JSON, Python), `OrderedDict(…)` (Python), `@{…}`
/// (PowerShell), `map[…]` (Go), `[object Object]` (JavaScript) or the object's type in brackets (Salesforce
/// Inspector).
fn is_object(text: &str) -> bool {
    let is_between = |start: &str, end: char| text.starts_with(start) && text.ends_with(end);
    let is_type = || {
        let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        inner.is_some_and(|inner| {
            inner == "object Object"
                || (!inner.is_empty() && inner.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
        })
    };
    is_between("{", '}')
        || is_between("OrderedDict(", ')')
        || is_between("@{", '}')
        || is_between("map[", ']')
        || is_type()
}

/// Returns the value of the outermost `Name` of a printed object.
fn name_in(text: &str) -> Option<String> {
    let mut best: Option<(usize, String)> = None;
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match c {
            '"' | '\'' => {
                let (word, after) = quoted(&text[at..], c)?;
                at += after;
                if word == "Name"
                    && best.as_ref().is_none_or(|&(found, _)| depth < found)
                    && let Some(value) = quoted_value(&text[at..])
                {
                    best = Some((depth, value));
                }
                continue;
            }
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += c.len_utf8();
    }
    best.map(|(_, name)| name).or_else(|| bare_name(text)).filter(|name| !is_blank(name))
}

/// The value of `Name` where neither is quoted: `@{Name=Ann; …}`.
fn bare_name(text: &str) -> Option<String> {
    let inner = text.strip_prefix("@{")?.strip_suffix('}')?;
    let value = inner.split(';').find_map(|part| part.trim_start().strip_prefix("Name="))?;
    Some(trim_invisible(value).to_owned())
}

/// Reads a quoted text from its opening quote. Returns it and where the rest begins.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut word = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => word.push(chars.next()?.1),
            c if c == quote => return Some((word, at + quote.len_utf8())),
            c => word.push(c),
        }
    }
    None
}

/// Reads the quoted value behind a key: `: "x"`, `, 'x'`, `=> "x"`.
fn quoted_value(text: &str) -> Option<String> {
    let text = text.trim_start();
    let text = text.strip_prefix("=>").or_else(|| text.strip_prefix([':', ',']))?.trim_start();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    quoted(text, quote).map(|(word, _)| trim_invisible(&word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_null_say_nothing_and_names_stay() {
        for null in NULLS {
            assert_eq!(optional(&format!(" {null}\u{a0}")), None, "{null}");
            assert!(is_blank(null));
            assert!(null.len() <= LONGEST_NULL);
        }
        for name in
            ["Null", "Nan Smith", "none", "n/a", "Nullmeyer", "#1 Account", "(Ann)", "O'Neil", "mapes"]
        {
            assert_eq!(optional(name).as_deref(), Some(name));
        }
        assert_eq!(optional(" \u{feff} "), None);
    }

    #[test]
    fn booleans_are_read_in_any_case() {
        for (words, expected) in [
            ("true TRUE t T y Yes 1 1.0 WAHR wahr VRAI Vrai", Some(true)),
            ("false False f F n NO 0 0.0 FALSCH Falsch FAUX faux", Some(false)),
            ("\\N NULL null Null #N/A", None),
        ] {
            for word in words.split(' ') {
                assert_eq!(boolean(word), Ok(expected), "{word}");
            }
        }
        assert_eq!(boolean(" "), Ok(None));
        for word in ["maybe", "2", "-1", "10", "deleted", "01", "truee", "x"] {
            assert_eq!(boolean(word), Err(NotBoolean), "{word}");
        }
    }

    #[test]
    fn an_object_gives_the_name_in_it_or_nothing() {
        for object in [
            r#"{"attributes":{"type":"User","url":"/services/data/x"},"Name":"Rep \"1\" Ölander"}"#,
            r#"{"attributes": {"type": "User"}, "UserRole": {"Name": "CSM"}, "Name": "Rep \"1\" Ölander"}"#,
            r#"{'attributes': {'type': 'User'}, 'Name': 'Rep "1" Ölander'}"#,
            r#"OrderedDict([('attributes', OrderedDict([('type', 'User')])), ('Name', 'Rep "1" Ölander')])"#,
            r#"OrderedDict({'attributes': OrderedDict({'type': 'User'}), 'Name': 'Rep "1" Ölander'})"#,
            r#"{"Name"=>"Rep \"1\" Ölander"}"#,
            "@{attributes=; Name=Rep \"1\" Ölander}",
        ] {
            assert_eq!(optional(object).as_deref(), Some("Rep \"1\" Ölander"), "{object}");
        }
        for object in [
            r#"{"attributes":{"type":"User"}}"#,
            "{}",
            r#"{"Name":null}"#,
            "{'Name': None}",
            r#"{"Name":""}"#,
            "OrderedDict([('Id', '005')])",
            "[User]",
            "[object Object]",
            "map[Alias:ann]",
            "{'Name': 'open}",
        ] {
            assert_eq!(optional(object), None, "{object}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_cell_is_read(cell in ".{0,40}|[{}()'\"\\\\:,=>NameOrderedDict ]{0,40}") {
            let _ = optional(&cell);
            let _ = boolean(&cell);
            let _ = optional(&format!("{{{cell}}}"));
        }
    }
}
