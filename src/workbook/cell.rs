//! One cell of a table.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Worksheet};

use super::{
    WorkbookError,
    formats::Formats,
    text::{shown, shown_lines},
    words::{Sayings, Word},
};
use crate::warehouse::Cell;

/// What stands where a record has no name.
const NO_NAME: &str = "(no name)";

/// Turns a value into the words of a cell.
pub(super) type Saying = fn(&Sayings, &str) -> String;

/// How a column is shown.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// The name of a record, which may be blank.
    Name,
    /// A text.
    Text,
    /// A text of several lines.
    Lines,
    /// A code or reason, said in words.
    Said(Saying),
    /// The same, unless another column says it already.
    SaidUnless(Saying, &'static str),
    /// A count.
    Number,
    /// A whole number of hundredths.
    Percent,
    /// An ISO-8601 date.
    Date,
    /// One of a few words, each with its colour.
    Word(&'static [Word]),
    /// An address; the cell shows the id of another column.
    Link(&'static str),
    /// An address; the cell shows a fixed text.
    LinkNamed(&'static str),
    /// A field for people, with what it holds already.
    Input,
    /// A field for a date.
    InputDate,
    /// A field for a decision.
    InputDecision,
    /// What `decide` needs and nobody reads.
    Hidden,
    /// Where the row comes from and what its fields held, for `decide`.
    MadeFrom,
    /// One of the columns that were kept of the account file.
    Kept,
}

/// One cell to be written.
pub(super) struct Into<'i> {
    pub(super) sheet: &'i mut Worksheet,
    pub(super) row: u32,
    pub(super) column: u16,
    pub(super) formats: &'i Formats,
}

/// The look of the cells of a column, which they have without naming it: looking up a format takes as long as writing the
/// cell. Fields have none, since they end with the table; of words each has a look of its own.
pub(super) fn look_of(kind: Kind, formats: &Formats) -> Option<&Format> {
    Some(match kind {
        Kind::Name | Kind::Text | Kind::Lines | Kind::Said(_) | Kind::SaidUnless(..) | Kind::Kept => {
            &formats.wrapped
        }
        Kind::Hidden | Kind::MadeFrom | Kind::Word(_) => &formats.text,
        Kind::Number => &formats.number,
        Kind::Percent => &formats.percent,
        Kind::Date => &formats.date,
        Kind::Link(_) | Kind::LinkNamed(_) => &formats.link,
        Kind::Input | Kind::InputDate | Kind::InputDecision => return None,
    })
}

impl Into<'_> {
    pub(super) fn cell(
        self,
        kind: Kind,
        cell: Cell<'_>,
        other: Cell<'_>,
        words: &Sayings,
    ) -> Result<(), WorkbookError> {
        let formats = self.formats;
        let text = text_of(cell);
        match kind {
            Kind::Name if text.trim().is_empty() => self.text(NO_NAME),
            Kind::Hidden | Kind::MadeFrom | Kind::Name | Kind::Text | Kind::Kept => self.text(&text),
            Kind::Lines => self.lines(&text),
            Kind::Said(saying) => self.lines(&said(saying, words, &text)),
            Kind::SaidUnless(saying, _) => match other {
                Cell::Null => self.lines(&said(saying, words, &text)),
                other => self.text(&text_of(other)),
            },
            Kind::Number | Kind::Percent => self.number(cell),
            Kind::Date => self.date(&text, None),
            Kind::InputDate => self.date(&text, Some(&formats.input_date)),
            Kind::Word(known) => match known.iter().find(|word| word.stored == text) {
                Some(word) => self.looking(word.shown, formats.tone(word.tone)),
                None => self.text(&text),
            },
            Kind::Link(_) => self.link(&text, &text_of(other)),
            Kind::LinkNamed(label) => self.link(&text, if text.is_empty() { "" } else { label }),
            Kind::Input | Kind::InputDecision => self.looking(&text, &formats.input),
        }
    }

    /// A text that looks as its column does. An empty cell looks the same whether it is written or not.
    pub(super) fn text(self, text: &str) -> Result<(), WorkbookError> {
        if !text.is_empty() {
            self.sheet.write_string(self.row, self.column, shown(text))?;
        }
        Ok(())
    }

    /// A text with a look of its own, also where it is empty.
    fn looking(self, text: &str, format: &Format) -> Result<(), WorkbookError> {
        self.sheet.write_string_with_format(self.row, self.column, shown(text), format)?;
        Ok(())
    }

    fn lines(self, text: &str) -> Result<(), WorkbookError> {
        if !text.is_empty() {
            self.sheet.write_string(self.row, self.column, shown_lines(text))?;
        }
        Ok(())
    }

    fn number(self, cell: Cell<'_>) -> Result<(), WorkbookError> {
        match cell {
            // Counts fit into the 53 bits of a number of a spreadsheet.
            #[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
            Cell::Integer(number) => {
                self.sheet.write_number(self.row, self.column, number as f64)?;
                Ok(())
            }
            other => self.text(&text_of(other)),
        }
    }

    fn date(self, text: &str, format: Option<&Format>) -> Result<(), WorkbookError> {
        match (ExcelDateTime::parse_from_str(text), format) {
            (Ok(date), Some(format)) if !text.is_empty() => {
                self.sheet.write_datetime_with_format(self.row, self.column, &date, format)?;
                Ok(())
            }
            (Ok(date), None) if !text.is_empty() => {
                self.sheet.write_datetime(self.row, self.column, &date)?;
                Ok(())
            }
            (_, Some(format)) => self.looking(text, format),
            (_, None) => self.text(text),
        }
    }

    /// A formula, of ids alone: a sheet takes no more than 65,530 links of the other kind.
    fn link(self, url: &str, label: &str) -> Result<(), WorkbookError> {
        if url.is_empty() || !is_safe_in_a_formula(url) || !is_safe_in_a_formula(label) {
            let format = &self.formats.text;
            return if label.is_empty() { Ok(()) } else { self.looking(label, format) };
        }
        let formula = Formula::new(format!("=HYPERLINK(\"{url}\",\"{label}\")")).set_result(label);
        self.sheet.write_formula(self.row, self.column, formula)?;
        Ok(())
    }
}

pub(super) fn said(saying: Saying, words: &Sayings, text: &str) -> String {
    if text.is_empty() { String::new() } else { saying(words, text) }
}

/// Addresses are made of a subdomain and ids; a warehouse from elsewhere may hold anything.
fn is_safe_in_a_formula(text: &str) -> bool {
    let is_safe = |character: char| character.is_ascii_alphanumeric() || " :/.-_?=&%".contains(character);
    text.len() <= 255 && text.chars().all(is_safe)
}

pub(super) fn text_of(cell: Cell<'_>) -> std::borrow::Cow<'_, str> {
    match cell {
        Cell::Null => "".into(),
        Cell::Integer(integer) => integer.to_string().into(),
        Cell::Real(real) => real.to_string().into(),
        Cell::Text(text) => text.into(),
    }
}
