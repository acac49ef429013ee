//! Rows for people and programs: table, CSV, JSON, NDJSON.
//!
//! Whoever opens a name from a ticket in a spreadsheet or a terminal must not run it: CSV neutralizes
//! cells that a spreadsheet would take for formulas, tables show control characters as escapes. JSON is exact.

mod counted;
mod csv;
mod json;
mod screen;
pub(crate) mod table;
mod wrap;

pub use counted::counted;
pub use csv::{neutral, unneutral};
pub use screen::Screen;
pub(crate) use wrap::wrapped;

use std::io::{self, Write};

use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

use crate::{
    safe_file::FileError,
    warehouse::{Read, Rows, WarehouseError},
};

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    Table,
    /// For a spreadsheet or a program.
    Csv(CsvStyle),
    /// One array of objects.
    Json,
    /// One object a line.
    Ndjson,
}

/// What a CSV is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvStyle {
    /// A byte order mark and CRLF, as spreadsheets like it; for files, not for pipes.
    pub is_file: bool,
    /// Exact values, formulas included.
    pub is_raw: bool,
}

/// An error while rows are written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The rows cannot be read.
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    /// The rows cannot be written.
    #[error("the output cannot be written")]
    Io(#[from] io::Error),
    /// Their file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Writes all rows and returns how many there were, and the first.
pub fn write_rows(rows: Rows<'_>, format: Format, out: &mut dyn Write) -> Result<Read, OutputError> {
    match format {
        Format::Table => Ok(write_table(rows, Screen::default(), out)?.0),
        Format::Csv(style) => csv::write(rows, style, out),
        Format::Json => json::write_array(rows, out),
        Format::Ndjson => json::write_lines(rows, out),
    }
}

/// Writes all rows as a table that fits a screen; returns what was read and the columns that there was no room for.
pub fn write_table(
    rows: Rows<'_>,
    screen: Screen,
    out: &mut dyn Write,
) -> Result<(Read, Vec<String>), OutputError> {
    table::write(rows, screen, out)
}

/// Shows what a terminal would obey, and what nobody would see, as escapes such as `\u{202e}`: control characters, marks
/// that turn the direction of text, separators of lines, and characters without a width, among them tags and fillers. A
/// line end and a tabulator are a blank.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => shown.push(' '),
            ' '..='~' => shown.push(character),
            character if is_hidden(character) => shown.extend(character.escape_unicode()),
            character => shown.push(character),
        }
    }
    shown
}

/// Whether a character shows nothing, or makes others show otherwise.
fn is_hidden(character: char) -> bool {
    let never_shown = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    match character {
        // Which form an emoji has: the only ones of their kind that names are typed with.
        '\u{fe0e}' | '\u{fe0f}' => false,
        // Separators of lines, marks of annotations, a letter of Braille without dots.
        '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}' | '\u{2800}' => true,
        character => character.is_control() || never_shown.contains(character),
    }
}

/// The longest name that a terminal gets.
pub const NAME: usize = 100;

/// The longest text of any kind that a terminal gets: a reason about a domain of 253 letters stays whole, and
/// so do keys, addresses and urls.
pub const TEXT: usize = 480;

/// The same as [`printable`], and no longer than `limit`: what lies behind `…` is in CSV and JSON.
pub fn brief(text: &str, limit: usize) -> String {
    let mut cut: String = text.chars().take(limit + 1).collect();
    if let Some((at, _)) = cut.char_indices().nth(limit) {
        cut.truncate(at);
        cut.pop();
        cut.push('…');
    }
    printable(&cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_letters() {
        assert_eq!(brief("café", 4), "café");
        assert_eq!(brief("cafés", 4), "caf…");
        assert_eq!(brief(&"é".repeat(200_000), NAME).chars().count(), NAME);
        assert_eq!(brief("a\nb", 3), "a b");
    }

    #[test]
    fn a_terminal_gets_nothing_to_obey() {
        assert_eq!(printable("a\x1b[31mb\u{202e}c\nd\u{9b}e"), "a\\u{1b}[31mb\\u{202e}c d\\u{9b}e");
    }

    #[test]
    fn what_nobody_would_see_is_shown_and_what_people_write_stays() {
        for hidden in [
            '\0',
            '\x07',
            '\x7f',
            '\u{85}',
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{115f}',
            '\u{180e}',
            '\u{200b}',
            '\u{200d}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{2060}',
            '\u{2069}',
            '\u{2800}',
            '\u{3164}',
            '\u{fe00}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fffb}',
            '\u{e0041}',
            '\u{e0100}',
        ] {
            let shown = printable(&format!("a{hidden}b"));
            assert_eq!(shown, format!("a{}b", hidden.escape_unicode()));
        }
        for plain in [
            "Zoë Ærøskøbing",
            "株式会社アクメ",
            "أكمي",
            "ราชอาณาจักรไทย",
            "I \u{2764}\u{fe0f} Acme",
            "a\u{a0}b\u{3000}c",
        ] {
            assert_eq!(printable(plain), plain);
        }
    }
}
