//! Anybody's text as a cell: nothing is executed, nothing is hidden, nothing is too long.

use std::{borrow::Cow, fmt::Write};

use crate::output::neutral;

/// The most UTF-16 units that a cell of a spreadsheet holds.
const LONGEST: usize = 32_767;

/// A text as a cell shows it. Line breaks become blanks.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    let safe = neutral(text);
    // Nothing of it is invisible, and no text has more units than bytes.
    if safe.len() <= LONGEST && safe.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return safe;
    }
    cut(&visible(&safe)).into()
}

/// The same for a text of several lines, which stay lines.
pub(super) fn shown_lines(text: &str) -> String {
    cut(&text.split('\n').map(shown).collect::<Vec<_>>().join("\n"))
}

/// Spells out characters that nobody would see, or that would reverse the text around them.
fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for character in text.chars() {
        if is_invisible(character) {
            let _ = write!(seen, "\\u{{{:x}}}", u32::from(character));
        } else {
            seen.push(character);
        }
    }
    seen
}

/// Marks of direction, joiners and fillers of no width, separators, tags, and what no XML may hold.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{fffe}'
            | '\u{ffff}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// A text that is longer than a cell may be is cut and ends in an ellipsis.
fn cut(text: &str) -> String {
    // No text has more units than bytes.
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let mut units = 0;
    let mut cut = String::new();
    for character in text.chars() {
        units += character.len_utf16();
        if units >= LONGEST {
            cut.push('…');
            return cut;
        }
        cut.push(character);
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_runs_and_nothing_hides() {
        for (text, cell) in [
            ("Acme", "Acme"),
            ("Müller & Söhne, Berlin", "Müller & Söhne, Berlin"),
            ("=HYPERLINK(\"http://evil\")", "'=HYPERLINK(\"http://evil\")"),
            ("a\nb\u{0}c", "a b c"),
            ("safe\u{202e}txt.exe", "safe\\u{202e}txt.exe"),
            ("a\u{200b}b\u{e0041}", "a\\u{200b}b\\u{e0041}"),
            ("", ""),
        ] {
            assert_eq!(shown(text), cell);
        }
        assert_eq!(shown_lines("1 Acme\n=2"), "1 Acme\n'=2");
    }

    #[test]
    fn a_cell_holds_no_more_than_a_spreadsheet_takes() {
        for letter in ["a", "ä", "😀"] {
            let cell = shown(&letter.repeat(40_000)).into_owned();
            let units = cell.encode_utf16().count();
            assert!((LONGEST - 2..=LONGEST).contains(&units), "{letter}: {units}");
            assert!(cell.ends_with('…'));
        }
    }
}
