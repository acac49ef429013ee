//! Sentences broken between words, so that a terminal does not break one in the middle.

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

/// The lines of a text; a word that is wider than a line stays whole.
pub(super) fn lines(text: &str, width: usize) -> Vec<String> {
    let options = Options::new(width)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::wrap(text, options).into_iter().map(Into::into).collect()
}

/// A sentence that fits a width, if there is one. What is aligned by blanks stays as it is, and so does a command: it is
/// copied as a whole.
pub(crate) fn wrapped(text: &str, width: Option<usize>) -> String {
    match width {
        Some(width) if text.width() > width && !text.contains("  ") && !text.starts_with("next: ") => {
            lines(text, width).join("\n")
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn sentences_are_broken_between_words_and_commands_are_not() {
        assert_eq!(wrapped("one two three four", Some(10)), "one two\nthree four");
        assert_eq!(wrapped("one two three four", Some(18)), "one two three four");
        assert_eq!(wrapped("one two three four", None), "one two three four");
        for whole in ["next: orgdrift audit --full", "name:   a value in its column", "21700000001052-and-on"]
        {
            assert_eq!(wrapped(whole, Some(10)), whole);
        }
    }
}
