//! CSV for spreadsheets and programs.

use std::{borrow::Cow, io::Write};

use super::{CsvStyle, OutputError};
use crate::warehouse::{Cell, Rows};

pub(super) fn write(rows: Rows<'_>, style: CsvStyle, out: &mut dyn Write) -> Result<u64, OutputError> {
    if style.is_file {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let terminator = if style.is_file { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let mut writer = csv::WriterBuilder::new().terminator(terminator).from_writer(out);
    writer.write_record(rows.columns()).map_err(into_io)?;
    let count = rows.for_each(|cells| {
        for cell in cells {
            let result = match *cell {
                Cell::Null => writer.write_field(""),
                Cell::Integer(integer) => writer.write_field(integer.to_string()),
                Cell::Real(real) => writer.write_field(real.to_string()),
                Cell::Text(text) if style.is_raw => writer.write_field(text),
                Cell::Text(text) => writer.write_field(neutral(text).as_ref()),
            };
            result.map_err(into_io)?;
        }
        writer.write_record(None::<&[u8]>).map_err(into_io)?;
        Ok::<(), OutputError>(())
    })?;
    writer.flush()?;
    Ok(count)
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
/// protection. Line breaks and control characters become blanks, because they end rows in careless readers.
fn neutral(text: &str) -> Cow<'_, str> {
    let is_sign = |character: char| {
        matches!(character, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}')
    };
    let starts_formula = text
        .chars()
        .find(|character| !character.is_whitespace() && !character.is_control())
        .is_some_and(is_sign)
        || text.starts_with(['\t', '\r', '\n']);
    if !starts_formula && !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 1);
    if starts_formula {
        safe.push('\'');
    }
    safe.extend(text.chars().map(|character| if character.is_control() { ' ' } else { character }));
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            let safe = neutral(payload);
            assert!(safe.starts_with('\''), "{payload:?} became {safe:?}");
            assert!(!safe.contains(char::is_control));
        }
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        for text in ["Acme", "001ACME00100000YDA", "a=b", "", "Müller & Söhne", "12345"] {
            assert!(matches!(neutral(text), Cow::Borrowed(same) if same == text));
        }
    }
}
