//! Cuts text into records and cells (RFC 4180), within limits.
//!
//! The `csv` crate has no limit on a record, ends a record at a bare CR by default and gives no
//! sign of a quote that is never closed. Exports have all three: `sf data query` does not quote a
//! bare CR on Linux, and one lost quote swallows the rest of a file into one cell. So this splitter
//! counts as it goes and remembers where a quote opened.
//!
//! It is as lenient as that crate otherwise: a quote inside an unquoted cell is a character, and
//! so is what follows a closing quote.

use memchr::{memchr, memchr_iter, memchr2, memchr3};

use super::error::SalesforceError;

/// The most columns a record may have. Salesforce allows 800 custom fields on an object.
pub const MAX_COLUMNS: usize = 1_000;
/// The most bytes a cell may have. The longest Salesforce field holds 131,072 characters.
pub const MAX_FIELD: usize = 256 * 1024;
/// The most bytes a record may have.
pub const MAX_RECORD: usize = 4 * 1024 * 1024;

/// One record's cells, in a buffer that is used again for the next record.
#[derive(Debug, Default)]
pub(super) struct RecordBuffer {
    text: String,
    ends: Vec<usize>,
    /// The line the record starts at, from 1.
    pub(super) line: u64,
    /// The quoted cells with a line break: column and position of the quote.
    pub(super) multiline: Vec<(usize, Position)>,
}

/// A place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: u64,
    pub(super) byte: u64,
}

impl RecordBuffer {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn cell(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let cell = &self.text[start..end];
            start = end;
            cell
        })
    }

    /// Returns all cells as one text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.multiline.clear();
        // One huge record must not keep its memory for the rest of the file.
        self.text.shrink_to(MAX_FIELD);
    }

    fn cell_start(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    CellStart,
    Unquoted,
    Quoted,
    AfterQuote,
}

/// What ends a line outside quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// LF, or CR LF; a bare CR is a character.
    Lf,
    /// CR, as on old Macs; an LF ends a line too.
    Cr,
}

/// How far a call got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Bytes of the chunk that are done with.
    pub(super) used: usize,
    /// Whether a record is complete.
    pub(super) complete: bool,
}

/// The state between two chunks of text.
#[derive(Clone, Debug)]
pub(super) struct Splitter {
    delimiter: u8,
    line_end: LineEnd,
    state: State,
    position: Position,
    quote: Position,
    at_record_start: bool,
}

impl Splitter {
    pub(super) fn new(delimiter: u8, line_end: LineEnd, position: Position) -> Self {
        Self {
            delimiter,
            line_end,
            state: State::CellStart,
            position,
            quote: position,
            at_record_start: true,
        }
    }

    /// Returns the line of the next character.
    pub(super) fn line(&self) -> u64 {
        self.position.line
    }

    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Takes text up to the end of a record or of the chunk.
    pub(super) fn push(&mut self, chunk: &str, record: &mut RecordBuffer) -> Result<Step, SalesforceError> {
        let start = self.position.byte;
        let bytes = chunk.as_bytes();
        let mut at = 0;
        if !bytes.is_empty() && self.at_record_start {
            record.clear();
            record.line = self.position.line;
            self.at_record_start = false;
        }
        while at < bytes.len() {
            self.position.byte = start + at as u64;
            match self.state {
                State::CellStart if bytes[at] == b'"' => {
                    self.quote = self.position;
                    self.state = State::Quoted;
                    at += 1;
                }
                State::CellStart => self.state = State::Unquoted,
                State::Unquoted => {
                    let length = self.find_end(&bytes[at..]);
                    let end = length.map_or(bytes.len(), |length| at + length);
                    self.append(record, &chunk[at..end])?;
                    at = end;
                    if let Some(&byte) = bytes.get(end) {
                        at += 1;
                        if self.end_cell(record, byte)? {
                            self.position.byte = start + at as u64;
                            return Ok(Step { used: at, complete: true });
                        }
                    }
                }
                State::Quoted => {
                    let end = memchr(b'"', &bytes[at..]).map_or(bytes.len(), |n| at + n);
                    self.append(record, &chunk[at..end])?;
                    self.count_lines(record, &bytes[at..end]);
                    at = end;
                    if end < bytes.len() {
                        self.state = State::AfterQuote;
                        at += 1;
                    }
                }
                State::AfterQuote => {
                    let byte = bytes[at];
                    if byte == b'"' {
                        self.append(record, "\"")?;
                        self.state = State::Quoted;
                        at += 1;
                    } else if self.find_end(&[byte]).is_some() {
                        at += 1;
                        if self.end_cell(record, byte)? {
                            self.position.byte = start + at as u64;
                            return Ok(Step { used: at, complete: true });
                        }
                    } else {
                        self.state = State::Unquoted;
                    }
                }
            }
        }
        self.position.byte = start + at as u64;
        Ok(Step { used: at, complete: false })
    }

    /// Ends the text. Returns whether it ended in a record without a line end.
    pub(super) fn finish(&mut self, record: &mut RecordBuffer) -> Result<bool, SalesforceError> {
        if self.state == State::Quoted {
            return Err(self.unclosed_quote());
        }
        if self.at_record_start {
            return Ok(false);
        }
        self.end_cell(record, b'\n')
    }

    /// Finds what ends an unquoted cell.
    fn find_end(&self, bytes: &[u8]) -> Option<usize> {
        match self.line_end {
            LineEnd::Lf => memchr2(self.delimiter, b'\n', bytes),
            LineEnd::Cr => memchr3(self.delimiter, b'\n', b'\r', bytes),
        }
    }

    fn append(&self, record: &mut RecordBuffer, part: &str) -> Result<(), SalesforceError> {
        let cell = record.text.len() - record.cell_start();
        let Position { byte, .. } = self.position;
        if cell + part.len() > MAX_FIELD {
            return Err(if self.state == State::Unquoted {
                SalesforceError::FieldTooLong {
                    line: record.line,
                    byte: byte + (MAX_FIELD - cell) as u64,
                    column: record.len() + 1,
                }
            } else {
                self.unclosed_quote()
            });
        }
        if record.text.len() + part.len() > MAX_RECORD {
            return Err(SalesforceError::RecordTooLong {
                line: record.line,
                byte: byte + (MAX_RECORD - record.text.len()) as u64,
            });
        }
        record.text.push_str(part);
        Ok(())
    }

    /// Ends a cell at a delimiter or a line end. Returns whether the record ends with it.
    fn end_cell(&mut self, record: &mut RecordBuffer, byte: u8) -> Result<bool, SalesforceError> {
        if record.len() == MAX_COLUMNS {
            return Err(SalesforceError::TooManyColumns { line: record.line, byte: self.position.byte });
        }
        let ends_record = byte != self.delimiter;
        // The CR of CR LF; a CR inside quotes belongs to the cell.
        if ends_record
            && self.state == State::Unquoted
            && record.text.len() > record.cell_start()
            && record.text.ends_with('\r')
        {
            record.text.pop();
        }
        record.ends.push(record.text.len());
        self.state = State::CellStart;
        if ends_record {
            self.position.line += 1;
            self.at_record_start = true;
        }
        Ok(ends_record)
    }

    fn count_lines(&mut self, record: &mut RecordBuffer, quoted: &[u8]) {
        let mut lines = memchr_iter(b'\n', quoted).count();
        if self.line_end == LineEnd::Cr && lines == 0 {
            lines = memchr_iter(b'\r', quoted).count();
        }
        if lines == 0 {
            return;
        }
        self.position.line += lines as u64;
        let column = record.len();
        if record.multiline.last().is_none_or(|&(last, _)| last != column) {
            record.multiline.push((column, self.quote));
        }
    }

    fn unclosed_quote(&self) -> SalesforceError {
        SalesforceError::UnclosedQuote { line: self.quote.line, byte: self.quote.byte }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Records = Vec<(u64, Vec<String>)>;

    fn split(text: &str, chunk: usize, line_end: LineEnd) -> Result<Records, SalesforceError> {
        let start = Position { line: 1, byte: 0 };
        let mut splitter = Splitter::new(b',', line_end, start);
        let mut record = RecordBuffer::default();
        let mut records = Vec::new();
        let mut keep = |record: &RecordBuffer| {
            records.push((record.line, record.cells().map(str::to_owned).collect()));
        };
        let mut rest = text;
        while !rest.is_empty() {
            let mut end = chunk.min(rest.len());
            while !rest.is_char_boundary(end) {
                end += 1;
            }
            let step = splitter.push(&rest[..end], &mut record)?;
            if step.complete {
                keep(&record);
            }
            rest = &rest[step.used..];
        }
        if splitter.finish(&mut record)? {
            keep(&record);
        }
        Ok(records)
    }

    fn cells(text: &str, line_end: LineEnd) -> Vec<Vec<String>> {
        split(text, 7, line_end).unwrap().into_iter().map(|(_, cells)| cells).collect()
    }

    #[test]
    fn quotes_line_ends_and_bare_returns() {
        assert_eq!(
            cells("a,\"b \"\"x\"\",\r\ny\",c\r\n\"d\",e\rf,\"g\r\"\n", LineEnd::Lf),
            [["a", "b \"x\",\r\ny", "c"], ["d", "e\rf", "g\r"]]
        );
        assert_eq!(cells("a,b\rc,\"d\re\"\rf,", LineEnd::Cr), [["a", "b"], ["c", "d\re"], ["f", ""]]);
        assert_eq!(cells("6\" pipe,\"a\"b\"c\n", LineEnd::Lf), [["6\" pipe", "ab\"c"]]);
        assert_eq!(cells("a,b\r", LineEnd::Lf), [["a", "b"]]);
        assert_eq!(cells("\"\"", LineEnd::Lf), [[""]]);
    }

    #[test]
    fn records_know_their_lines() {
        let lines: Vec<_> =
            split("a\n\n\"b\nc\"\nd\n", 3, LineEnd::Lf).unwrap().into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 2, 3, 5]);
    }

    proptest! {
        #[test]
        fn chunks_do_not_matter(text in "[ab\",\r\né]{0,40}", chunk in 1_usize..9) {
            let whole = split(&text, text.len(), LineEnd::Lf).map_err(|e| e.to_string());
            let parts = split(&text, chunk, LineEnd::Lf).map_err(|e| e.to_string());
            prop_assert_eq!(parts, whole);
        }

        #[test]
        fn what_is_quoted_comes_back(rows in prop::collection::vec(
            prop::collection::vec("[a\",\r\né ]{0,6}", 3), 0..5
        )) {
            let mut text = String::new();
            for row in &rows {
                let quoted: Vec<_> =
                    row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
                text += &(quoted.join(",") + "\r\n");
            }
            prop_assert_eq!(cells(&text, LineEnd::Lf), rows);
        }
    }
}
