//! The page of a terminal: sections of lines and short tables.

use crate::output::{
    Screen, TEXT, brief, printable,
    table::{self, Table},
};

/// A line that is wider breaks in a terminal.
const WIDTH: usize = 98;

/// The rows of a kind that a person reads; JSON has all.
pub(super) const SHOWN: usize = 20;

/// The text as it grows.
pub(super) struct Page {
    pub(super) text: String,
    screen: Screen,
}

impl Page {
    /// An empty page.
    pub(super) fn new(screen: Screen) -> Self {
        Self { text: String::new(), screen: screen.narrower(1).at_most(WIDTH) }
    }

    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(&printable(line));
        self.text.push('\n');
    }

    pub(super) fn section(&mut self, title: &str) {
        self.text.push('\n');
        self.line(title);
    }

    /// A table, indented, no wider than the page.
    pub(super) fn table(&mut self, table: &Table) {
        for line in table.shown(self.screen).text.lines() {
            // The style leaves a blank at the left of each cell.
            self.text.push(' ');
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    /// Sentences, wrapped.
    pub(super) fn paragraph(&mut self, sentences: &[String]) {
        let mut lines = table::plain(1);
        for sentence in sentences {
            lines.add_row([printable(sentence)]);
        }
        self.table(&lines);
    }

    /// One sentence.
    pub(super) fn sentence(&mut self, sentence: &str) {
        self.paragraph(&[sentence.to_owned()]);
    }

    /// Names and values; what is not known is left out.
    pub(super) fn fields(&mut self, fields: &[(&str, Option<String>)]) {
        let mut lines = table::plain(2);
        for (name, value) in fields {
            if let Some(value) = value {
                lines.add_row([(*name).to_owned(), brief(value, TEXT)]);
            }
        }
        self.table(&lines);
    }

    /// A table, or a sentence where it has no rows.
    pub(super) fn rows(&mut self, rows: &Table, is_empty: bool, instead: &str) {
        if is_empty { self.sentence(instead) } else { self.table(rows) }
    }

    /// Sentences below a line.
    pub(super) fn indented(&mut self, sentences: &[String]) {
        let mut below = Self { text: String::new(), screen: self.screen.narrower(2) };
        below.paragraph(sentences);
        for line in below.text.lines() {
            self.text.push_str("  ");
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    /// A key below a line, never broken: people copy it into another command.
    pub(super) fn key(&mut self, before: &str, key: &str) {
        self.line(&format!("    {before}{key}"));
    }

    /// Says how many rows are left out.
    pub(super) fn more(&mut self, count: usize) {
        if count > SHOWN {
            self.sentence(&format!("{} more: --json has all.", count - SHOWN));
        }
    }
}
