//! Trimming of what a person cannot see.

/// Removes Unicode white space and invisible marks (byte order mark, zero width, direction marks)
/// from both ends.
///
/// They come along when a value is copied from a browser or a spreadsheet, and no id or host can
/// start or end with one.
pub fn trim_invisible(text: &str) -> &str {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        // The common cell has nothing to trim; two byte tests are cheaper than decoding.
        (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim_matches(is_invisible),
    }
}

/// Whether a character is white space or shows nothing at all.
pub(super) fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{180e}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::trim_invisible;

    #[test]
    fn invisible_marks_go_and_inner_ones_stay() {
        assert_eq!(trim_invisible("\u{feff}\u{a0} a\u{200b}b \u{200b}\t"), "a\u{200b}b");
        assert_eq!(trim_invisible("\u{feff}"), "");
        assert_eq!(trim_invisible(""), "");
        assert_eq!(trim_invisible("plain"), "plain");
    }
}
