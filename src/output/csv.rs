//! CSV for spreadsheets and programs.

use std::{borrow::Cow, io::Write};

use super::{CsvStyle, OutputError};
use crate::warehouse::{Cell, Read, Rows};

pub(super) fn write(rows: Rows<'_>, style: CsvStyle, out: &mut dyn Write) -> Result<Read, OutputError> {
    if style.is_file {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let terminator = if style.is_file { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    // Quotes keep a cell together where the list separator is another one.
    let quotes =
        if style.is_file && !style.is_raw { csv::QuoteStyle::NonNumeric } else { csv::QuoteStyle::Necessary };
    let mut writer = csv::WriterBuilder::new().terminator(terminator).quote_style(quotes).from_writer(out);
    // A column that was kept from a file of others is called as it is there.
    let names = rows.columns().iter().map(|name| if style.is_raw { Cow::from(name) } else { neutral(name) });
    writer.write_record(names.map(Cow::into_owned).collect::<Vec<_>>()).map_err(into_io)?;
    let has_lines: Vec<bool> = rows.columns().iter().map(|name| name == LINES).collect();
    let read = rows.for_each(|cells| {
        for (cell, &has_lines) in cells.iter().zip(&has_lines) {
            let result = match *cell {
                Cell::Null => writer.write_field(""),
                Cell::Integer(integer) => writer.write_field(integer.to_string()),
                Cell::Real(real) => writer.write_field(real.to_string()),
                Cell::Text(text) if style.is_raw => writer.write_field(text),
                Cell::Text(text) if has_lines => writer.write_field(neutral_lines(text)),
                Cell::Text(text) => writer.write_field(neutral(text).as_ref()),
            };
            result.map_err(into_io)?;
        }
        writer.write_record(None::<&[u8]>).map_err(into_io)?;
        Ok::<(), OutputError>(())
    })?;
    writer.flush()?;
    Ok(read)
}

/// The column whose cells have several lines. Each begins with an id, so none begins like a formula.
const LINES: &str = "candidate_orgs";

/// The same as [`neutral`] for each line.
fn neutral_lines(text: &str) -> String {
    text.split('\n').map(neutral).collect::<Vec<_>>().join("\n")
}

fn into_io(error: csv::Error) -> std::io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => std::io::Error::other(format!("{kind:?}")),
    }
}

/// Makes a text that a spreadsheet would run into one that it shows.
///
/// The signs are OWASP's (CSV injection), their full-width forms included; blanks before them are no
/// protection. A sign behind a comma, semicolon or quote counts as well: in other locales, or to careless
/// readers, that begins a cell. Line breaks and control characters become blanks, because they end rows.
pub fn neutral(text: &str) -> Cow<'_, str> {
    let is_sign = |character: char| {
        matches!(character, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
    };
    let begins_cell = |character: char| matches!(character, ',' | ';' | '"' | '\t' | '\r' | '\n');
    if is_neutral(text) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 2);
    let mut is_at_start = true;
    if text.starts_with(['\t', '\r', '\n']) {
        safe.push('\'');
        is_at_start = false;
    }
    for character in text.chars() {
        if is_at_start && is_sign(character) {
            safe.push('\'');
        }
        is_at_start =
            begins_cell(character) || (is_at_start && (character.is_whitespace() || character.is_control()));
        safe.push(if character.is_control() { ' ' } else { character });
    }
    if safe == text { Cow::Borrowed(text) } else { Cow::Owned(safe) }
}

/// Whether a text is seen at a glance to be one that a spreadsheet shows as it is: nearly every text is, and a workbook
/// has millions.
fn is_neutral(text: &str) -> bool {
    let mut before = b',';
    text.bytes().all(|byte| {
        let may_begin = matches!(before, b',' | b';' | b'"' | b' ');
        before = byte;
        matches!(byte, b' '..=b'~') && !(may_begin && matches!(byte, b'=' | b'+' | b'-' | b'@'))
    })
}

/// A text that came back, without the sign that [`neutral`] put before it.
pub fn unneutral(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if neutral(rest) != rest => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glance_never_overlooks_a_formula() {
        let signs = ["=", "+", "-", "@", ",", ";", "\"", " ", "a", "7", "\t", "\u{a0}", "\u{ff1d}"];
        let mut at_a_glance = 0;
        for number in 0..signs.len().pow(4) {
            let digits = (0..4_u32).map(|place| number / signs.len().pow(place) % signs.len());
            let text: String = digits.map(|digit| signs[digit]).collect();
            let mut is_start = true;
            let runs = text.chars().any(|character| {
                let is_sign = is_start && "=+-@\u{ff1d}".contains(character);
                is_start = ",;\"\t".contains(character) || (is_start && character.is_whitespace());
                is_sign
            });
            let is_changed = runs || text.contains('\t');
            assert!(!(is_neutral(&text) && is_changed), "{text:?}");
            assert_eq!(neutral(&text) != text, is_changed, "{text:?}");
            at_a_glance += usize::from(is_neutral(&text));
        }
        assert!(at_a_glance > 1000, "{at_a_glance}");
    }

    #[test]
    fn formulas_become_text() {
        for payload in [
            "=1+1",
            "+1",
            "-1",
            "@sum(a1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "  =1",
            "\u{a0}=1",
            "\u{ff1d}1",
            "\0=1",
            "\u{1b}=1",
            "=cmd|' /c calc'!a0@acme.com",
            "x;=1",
            "x, =1",
            "a\"=1",
        ] {
            let safe = neutral(payload);
            assert!(safe.contains('\''), "{payload:?} became {safe:?}");
            assert!(!safe.contains(char::is_control));
        }
    }

    #[test]
    fn lines_stay_lines_and_each_is_safe() {
        assert_eq!(neutral_lines("1 Acme\n2 Acme, =1\n=1\t"), "1 Acme\n2 Acme, '=1\n'=1 ");
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        for text in ["Acme", "001ACME00100000YDA", "a=b", "", "Müller & Söhne", "12345", "A - B", "a, b"] {
            assert!(matches!(neutral(text), Cow::Borrowed(same) if same == text));
        }
    }
}
