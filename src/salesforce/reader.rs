//! The stream of records.

use std::collections::VecDeque;
use std::io::Read;

use super::bytes::open_text;
use super::columns::ChosenColumns;
use super::error::SalesforceError;
use super::footer::FooterCandidates;
use super::header::{Head, is_blank_line, read_head};
use super::names::fold;
use super::options::ReadOptions;
use super::record::{Counts, Record, Rejection};
use super::row::Row;
use super::split::{RecordBuffer, Splitter};
use super::text::TextSource;
use crate::identity::{IdForm, ParsedAccountId};

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
        let Head { splitter, names, columns } = read_head(&mut source, options)?;
        Ok(Self {
            source,
            splitter,
            columns,
            header: names,
            cells: RecordBuffer::default(),
            footer: FooterCandidates::default(),
            ready: VecDeque::new(),
            counts: Counts::default(),
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

    /// Returns the next record, or `None` at the end of the file.
    ///
    /// # Errors
    ///
    /// When the rest of the file cannot be read. What was read before is no complete export, and
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
                Ok(true) => self.take_cells(),
                Ok(false) => {
                    self.is_done = true;
                    self.counts.footer += self.footer.finish();
                }
                Err(error) => {
                    self.is_done = true;
                    return Err(error);
                }
            }
        }
    }

    /// Reads the cells of the next record, blank or not.
    fn read_cells(&mut self) -> Result<bool, SalesforceError> {
        loop {
            let step = self.splitter.push(self.source.rest(), &mut self.cells)?;
            self.source.take(step.used);
            let is_complete = step.complete
                || (!self.source.fill_if_empty(self.splitter.line())?
                    && self.splitter.finish(&mut self.cells)?);
            if is_complete {
                self.check_quotes()?;
                return Ok(true);
            }
            if self.source.rest().is_empty() {
                return Ok(false);
            }
        }
    }

    /// Finds a quote that was closed only by the opening quote of a later row: the cell then holds
    /// the start of that row.
    fn check_quotes(&self) -> Result<(), SalesforceError> {
        for &(column, position) in &self.cells.multiline {
            let cell = self.cells.cell(column).unwrap_or_default();
            let mut lines = cell.split(['\n', '\r']).skip(1);
            if lines.any(|line| starts_like_row(line, self.splitter.delimiter())) {
                return Err(SalesforceError::UnclosedQuote { line: position.line, byte: position.byte });
            }
        }
        Ok(())
    }

    /// Decides what the cells just read are.
    fn take_cells(&mut self) {
        if self.cells.text().trim().is_empty() {
            if !is_blank_line(&self.cells) {
                self.counts.blank += 1;
            }
            return;
        }
        self.counts.read += 1;
        let row = Row { cells: &self.cells, columns: &self.columns, width: self.header.len() };
        match row.account_id() {
            Ok(parsed) => {
                let record = row.record(parsed.id);
                self.hand_out(record, &parsed);
            }
            Err(_) if self.is_header() => self.counts.repeated_header += 1,
            Err(rejection) if row.is_footer_candidate() => {
                let rejections = self.footer.hold(rejection);
                self.reject(rejections);
            }
            Err(rejection) => self.reject([rejection]),
        }
    }

    fn hand_out(&mut self, record: Record, parsed: &ParsedAccountId) {
        match record {
            Record::Rejected(rejection) => return self.reject([rejection]),
            Record::Account(_) => self.counts.accepted += 1,
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
