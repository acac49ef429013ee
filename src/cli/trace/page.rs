//! The page of a terminal: sections of lines and short tables.

use comfy_table::Table;

use crate::output::{OutputError, TEXT, brief, printable, table};

/// Wider than it, and a line breaks in a terminal.
const WIDTH: u16 = 98;

/// The rows of a kind that a person reads; JSON has all.
pub(super) const SHOWN: usize = 20;

/// The text as it grows.
#[derive(Default)]
pub(super) struct Page(pub(super) String);

impl Page {
    pub(super) fn line(&mut self, line: &str) {
        self.0.push_str(&printable(line));
        self.0.push('\n');
    }

    pub(super) fn section(&mut self, title: &str) {
        self.0.push('\n');
        self.line(title);
    }

    /// A table, indented, no wider than the page.
    pub(super) fn table(&mut self, mut table: Table) -> Result<(), OutputError> {
        table.set_width(WIDTH);
        let mut out = Vec::new();
        table::write_table(&table, &mut out)?;
        for line in String::from_utf8_lossy(&out).lines() {
            // The style leaves a blank at the left of each cell.
            self.0.push(' ');
            self.0.push_str(line);
            self.0.push('\n');
        }
        Ok(())
    }

    /// Sentences, wrapped.
    pub(super) fn paragraph(&mut self, sentences: &[String]) -> Result<(), OutputError> {
        if sentences.is_empty() {
            return Ok(());
        }
        let mut lines = table::plain();
        for sentence in sentences {
            lines.add_row([printable(sentence)]);
        }
        self.table(lines)
    }

    /// One sentence.
    pub(super) fn sentence(&mut self, sentence: &str) -> Result<(), OutputError> {
        self.paragraph(&[sentence.to_owned()])
    }

    /// Names and values; what is not known is left out.
    pub(super) fn fields(&mut self, fields: &[(&str, Option<String>)]) -> Result<(), OutputError> {
        let mut lines = table::plain();
        for (name, value) in fields {
            if let Some(value) = value {
                lines.add_row([(*name).to_owned(), brief(value, TEXT)]);
            }
        }
        self.table(lines)
    }

    /// A table, or a sentence where it has no rows.
    pub(super) fn rows(&mut self, rows: Table, is_empty: bool, instead: &str) -> Result<(), OutputError> {
        if is_empty { self.paragraph(&[instead.to_owned()]) } else { self.table(rows) }
    }

    /// Sentences below a line.
    pub(super) fn indented(&mut self, sentences: &[String]) -> Result<(), OutputError> {
        let mut below = Self::default();
        below.paragraph(sentences)?;
        for line in below.0.lines() {
            self.0.push_str("  ");
            self.0.push_str(line);
            self.0.push('\n');
        }
        Ok(())
    }

    /// A key below a line, never broken: people copy it into another command.
    pub(super) fn key(&mut self, before: &str, key: &str) {
        self.line(&format!("    {before}{key}"));
    }

    /// Says how many rows are left out.
    pub(super) fn more(&mut self, count: usize) -> Result<(), OutputError> {
        match count.checked_sub(SHOWN) {
            Some(left) if left > 0 => self.paragraph(&[format!("{left} more: --json has all.")]),
            _ => Ok(()),
        }
    }
}
