//! The stream of records.

use std::collections::VecDeque;
use std::io::Read;

use super::bytes::open_text;
use super::columns::{ChosenColumns, Column};
use super::error::{FillRate, SalesforceError};
use super::footer::{self, FooterCandidates};
use super::header::{Head, is_blank_line, read_head};
use super::literal;
use super::names::fold;
use super::options::ReadOptions;
use super::record::{Counts, Record, RejectReason, Rejection};
use super::row::{Fit, Row};
use super::split::{Position, RecordBuffer, Splitter};
use super::text::TextSource;
use crate::identity::{AccountId, IdForm, ParsedAccountId, trim_invisible};

/// The most rows without their domain cells that are held back until the file ends.
const MAX_HELD: usize = 10_000;
/// From this many per cent blank on, a domain column that was chosen by its name is doubted.
const BLANK_PERCENT: u64 = 95;

/// An account export, open for reading.
///
/// ```text
/// let mut file = AccountFile::open(input, &ReadOptions::default())?;
/// while let Some(record) = file.next_record()? { … }
/// let counts = file.counts();
/// ```
pub struct AccountFile {
    source: TextSource,
    splitter: Splitter,
    columns: ChosenColumns,
    header: Vec<String>,
    cells: RecordBuffer,
    footer: FooterCandidates,
    /// Rows that end before their domains.
    without_domains: Vec<RecordBuffer>,
    /// Whether a row has a blank last cell, so that the file does not leave blank cells out.
    has_blank_ends: bool,
    /// Accounts with something in each domain column, chosen ones first.
    filled: Vec<u64>,
    /// The line of the record in which the file ends, if it does.
    cut_off_at: Option<u64>,
    /// Records to hand out: a valid record is behind the rejections that it releases.
    ready: VecDeque<Record>,
    counts: Counts,
    is_done: bool,
}

impl AccountFile {
    /// Opens an export and reads its header.
    ///
    /// The input may be compressed with gzip. A file with a header and nothing else is fine.
    ///
    /// # Errors
    ///
    /// When the input is not CSV text, or a needed column is missing or ambiguous.
    pub fn open(input: impl Read + Send + 'static, options: &ReadOptions) -> Result<Self, SalesforceError> {
        let mut source = open_text(Box::new(input), options.encoding.as_deref())?;
        let Head { splitter, names, columns, preamble } = read_head(&mut source, options)?;
        Ok(Self {
            filled: vec![0; columns.domains.len() + columns.other_domains.len()],
            source,
            splitter,
            columns,
            header: names,
            cells: RecordBuffer::default(),
            footer: FooterCandidates::default(),
            without_domains: Vec::new(),
            has_blank_ends: false,
            cut_off_at: None,
            ready: VecDeque::new(),
            counts: Counts { read: preamble, preamble, ..Counts::default() },
            is_done: false,
        })
    }

    /// Returns the columns the file is read from.
    pub fn columns(&self) -> &ChosenColumns {
        &self.columns
    }

    /// Returns all headers, as in the file.
    pub fn headers(&self) -> &[String] {
        &self.header
    }

    /// Returns the delimiter.
    pub fn delimiter(&self) -> char {
        char::from(self.splitter.delimiter())
    }

    /// Returns the encoding's name, such as `UTF-8` or `windows-1252`.
    pub fn encoding_name(&self) -> &'static str {
        self.source.encoding_name()
    }

    /// Returns what became of the records so far; final once [`Self::next_record`] returned
    /// `None`.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Returns the line of the record inside which the file ends, if it does: the rest is missing. Final once
    /// [`Self::next_record`] returned `None`.
    pub fn cut_off_at(&self) -> Option<u64> {
        self.cut_off_at
    }

    /// Returns in how many accounts each domain column is filled, the chosen ones first.
    pub fn fill_rates(&self) -> Vec<FillRate> {
        let rate = |(column, &filled): (&Column, &u64)| FillRate { column: column.name.clone(), filled };
        self.domain_columns().zip(&self.filled).map(rate).collect()
    }

    /// Finds a domain column that was chosen by its name and is blank where another one is not: then most
    /// accounts would seem to have no domain. Asked at the end of the file.
    ///
    /// # Errors
    ///
    /// When there is one.
    pub fn check_domain_column(&self) -> Result<(), SalesforceError> {
        let rows = self.counts.accepted;
        let is_blank = |rate: &FillRate| (rows - rate.filled) * 100 >= BLANK_PERCENT * rows;
        let mut rates = self.fill_rates();
        let others = rates.split_off(self.columns.domains.len());
        let others: Vec<_> = others.into_iter().filter(|rate| !is_blank(rate)).collect();
        match rates.pop().filter(|chosen| rows > 0 && is_blank(chosen)) {
            Some(chosen) if !others.is_empty() => {
                Err(SalesforceError::BlankDomainColumn { chosen, others, rows })
            }
            _ => Ok(()),
        }
    }

    fn domain_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.domains.iter().chain(&self.columns.other_domains)
    }

    /// Returns the next record, or `None` at the end of the file.
    ///
    /// # Errors
    ///
    /// When the rest of the file cannot be read. What was read before is not a complete export, and
    /// the file ends here.
    pub fn next_record(&mut self) -> Result<Option<Record>, SalesforceError> {
        loop {
            if let Some(record) = self.ready.pop_front() {
                return Ok(Some(record));
            }
            if self.is_done {
                return Ok(None);
            }
            match self.read_cells() {
                Ok(Some(Ending::Quote)) => {
                    self.take_cells(Ending::Quote);
                    self.end();
                }
                Ok(Some(ending)) => self.take_cells(ending),
                Ok(None) => self.end(),
                Err(error) => {
                    self.is_done = true;
                    return Err(error);
                }
            }
        }
    }

    /// Decides what was held back until the file ends.
    fn end(&mut self) {
        self.is_done = true;
        self.counts.footer += self.footer.finish();
        self.decide_held();
    }

    /// Reads the cells of the next record, blank or not. Returns how it ends.
    fn read_cells(&mut self) -> Result<Option<Ending>, SalesforceError> {
        loop {
            let step = self.splitter.push(self.source.rest(), &mut self.cells)?;
            self.source.take(step.used);
            if step.complete {
                self.check_quotes()?;
                return Ok(Some(Ending::Line));
            }
            if self.source.fill_if_empty(self.splitter.line())? {
                continue;
            }
            return match self.splitter.finish(&mut self.cells) {
                Ok(false) => Ok(None),
                Ok(true) => {
                    self.check_quotes()?;
                    Ok(Some(Ending::File))
                }
                Err(error @ SalesforceError::UnclosedQuote { .. }) => {
                    self.cells.end_open();
                    let last = self.cells.cells().last().unwrap_or_default();
                    if holds_row(last, self.splitter.delimiter()) {
                        return Err(error);
                    }
                    Ok(Some(Ending::Quote))
                }
                Err(error) => Err(error),
            };
        }
    }

    /// Finds a quote that was closed only by a quote of a later row: the cell then holds the start of that row,
    /// and text follows the closing quote or cells are missing. A cell may hold such lines otherwise: people do
    /// list records in descriptions.
    fn check_quotes(&self) -> Result<(), SalesforceError> {
        for cell in &self.cells.multiline {
            let text = self.cells.cell(cell.column).unwrap_or_default();
            let is_doubtful = cell.is_misquoted || self.cells.len() != self.header.len();
            if is_doubtful && holds_row(text, self.splitter.delimiter()) {
                let Position { line, byte } = cell.start;
                return Err(SalesforceError::UnclosedQuote { line, byte });
            }
        }
        Ok(())
    }

    /// Decides what the cells just read are.
    fn take_cells(&mut self, ending: Ending) {
        if trim_invisible(self.cells.text()).is_empty() {
            if !is_blank_line(&self.cells) {
                self.counts.blank += 1;
            }
            return;
        }
        self.counts.read += 1;
        if ending == Ending::Quote || (ending == Ending::File && self.ends_inside_id()) {
            self.cut_off_at = Some(self.cells.line);
            let rejection = self.row().reject_whole(RejectReason::CutOff);
            return self.reject([rejection]);
        }
        // Most rows are accounts, and need not be compared with anything.
        let has_id = footer::begins_like_id(self.row().cell(&self.columns.id));
        if !has_id && self.is_header() {
            self.counts.repeated_header += 1;
            return;
        }
        if !has_id && footer::is_candidate(&self.cells) {
            let row = self.row();
            let rejection = match (row.fit(), row.account_id()) {
                (Fit::Whole, Err(rejection)) => rejection,
                _ => row.reject_whole(RejectReason::WrongCellCount),
            };
            let rejections = self.footer.hold(rejection);
            return self.reject(rejections);
        }
        match self.row().fit() {
            Fit::Whole => self.has_blank_ends |= self.cells.cells().last().is_some_and(literal::is_blank),
            Fit::Padded => {}
            Fit::WithoutDomains if self.without_domains.len() < MAX_HELD => {
                self.without_domains.push(self.cells.kept());
                let released = self.footer.release();
                return self.reject(released);
            }
            Fit::WithoutDomains | Fit::Wrong => {
                let rejection = self.row().reject_whole(RejectReason::WrongCellCount);
                return self.reject([rejection]);
            }
        }
        self.take_row();
    }

    /// Takes the cells as an account.
    fn take_row(&mut self) {
        let row = self.row();
        let is_padded = row.fit() != Fit::Whole;
        match row.account_id() {
            Ok(parsed) => {
                let record = row.record(parsed.id);
                self.hand_out(record, &parsed, is_padded);
            }
            Err(rejection) => self.reject([rejection]),
        }
    }

    /// A file whose other rows end at their last filled cell leaves blank domains out, too.
    fn decide_held(&mut self) {
        let leaves_blanks_out = self.counts.padded > 0 && !self.has_blank_ends;
        for cells in std::mem::take(&mut self.without_domains) {
            self.cells = cells;
            if leaves_blanks_out {
                self.take_row();
            } else {
                let rejection = self.row().reject_whole(RejectReason::WrongCellCount);
                self.reject([rejection]);
            }
        }
    }

    /// Whether the last record, which no line end follows, ends in its id: then a part of the file is missing.
    fn ends_inside_id(&self) -> bool {
        let index = self.columns.id.index;
        let Some(cell) = self.cells.cell(index).filter(|_| self.cells.len() == index + 1) else {
            return false;
        };
        let text = trim_invisible(cell);
        let is_last_column = self.header.len() == index + 1;
        match AccountId::parse(text) {
            Ok(parsed) if parsed.form == IdForm::Short && self.counts.ids_15 == 0 => {
                !is_last_column || self.counts.ids_18 > 0
            }
            Ok(_) => !is_last_column,
            Err(_) => footer::begins_like_id(text) || matches!(text, "0" | "00"),
        }
    }

    fn row(&self) -> Row<'_> {
        Row { cells: &self.cells, columns: &self.columns, width: self.header.len() }
    }

    fn hand_out(&mut self, record: Record, parsed: &ParsedAccountId, is_padded: bool) {
        match record {
            Record::Rejected(rejection) => return self.reject([rejection]),
            Record::Account(_) => {
                self.counts.accepted += 1;
                self.counts.padded += u64::from(is_padded);
                self.note_filled();
            }
            Record::Deleted { .. } => self.counts.deleted += 1,
        }
        match parsed.form {
            IdForm::Short => self.counts.ids_15 += 1,
            IdForm::Long => self.counts.ids_18 += 1,
        }
        self.counts.ids_with_letters += u64::from(parsed.has_letters);
        self.counts.ids_mixed_case += u64::from(parsed.has_letters && parsed.is_mixed_case);
        self.counts.ids_restored += u64::from(parsed.was_restored);
        let released = self.footer.release();
        self.reject(released);
        self.ready.push_back(record);
    }

    fn note_filled(&mut self) {
        let columns = self.columns.domains.iter().chain(&self.columns.other_domains);
        for (column, filled) in columns.zip(&mut self.filled) {
            let cell = self.cells.cell(column.index).unwrap_or_default();
            *filled += u64::from(!literal::is_blank(cell));
        }
    }

    fn reject(&mut self, rejections: impl IntoIterator<Item = Rejection>) {
        for rejection in rejections {
            self.counts.rejected += 1;
            self.ready.push_back(Record::Rejected(rejection));
        }
    }

    fn is_header(&self) -> bool {
        self.cells.len() == self.header.len()
            && self.cells.cells().zip(&self.header).all(|(cell, name)| fold(cell) == fold(name))
    }
}

impl std::fmt::Debug for AccountFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountFile")
            .field("columns", &self.columns)
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}

/// How a record ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// With its line.
    Line,
    /// With the file, which is fine for the last one.
    File,
    /// With the file, inside a quoted cell.
    Quote,
}

/// Whether a line of a cell, but for its first, starts like a row.
fn holds_row(cell: &str, delimiter: u8) -> bool {
    cell.split(['\n', '\r']).skip(1).any(|line| starts_like_row(line, delimiter))
}

/// Whether a line inside a cell starts with an account id that ends where a cell ends.
///
/// An id followed by anything else is text: people do list ids in descriptions.
fn starts_like_row(line: &str, delimiter: u8) -> bool {
    let bytes = line.strip_prefix('"').unwrap_or(line).as_bytes();
    let length = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    bytes.starts_with(b"001")
        && matches!(length, 15 | 18)
        && bytes.get(length).is_some_and(|&next| next == b'"' || next == delimiter)
}
