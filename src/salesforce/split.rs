//! Cuts text into records and cells (RFC 4180), within limits.
//!
//! The cutting is `csv_core`'s. It has no limit on a record, tells no positions and gives no sign of
//! a quote that is never closed. Exports need all three: one lost quote swallows the rest of a file
//! into one cell. So a cell is read piece by piece, and each piece is counted.
//!
//! It is lenient: a quote inside an unquoted cell is a character, and so is what follows a closing
//! quote. Where the latter happens in a cell of several lines, it is noted: a quote that was lost is closed by
//! the opening quote of a later cell.

use csv_core::{ReadFieldResult, Reader, ReaderBuilder, Terminator};

use super::error::SalesforceError;
use super::limits::{MAX_COLUMNS, MAX_FIELD, MAX_RECORD};

/// The room a record starts with.
const FIRST_ROOM: usize = 4 * 1024;

/// One record's cells, in a buffer that is used again for the next record.
#[derive(Debug, Default)]
pub(super) struct RecordBuffer {
    /// Room for the cells' bytes while they are read, and how much of it is in use.
    room: Vec<u8>,
    used: usize,
    /// The same bytes, once the record is complete.
    text: String,
    ends: Vec<usize>,
    /// The line the record starts at, from 1.
    pub(super) line: u64,
    /// The quoted cells with a line break.
    pub(super) multiline: Vec<Multiline>,
}

/// A quoted cell with a line break.
#[derive(Clone, Copy, Debug)]
pub(super) struct Multiline {
    /// The cell, from 0.
    pub(super) column: usize,
    /// The position of its quote.
    pub(super) start: Position,
    /// Whether text follows the closing quote.
    pub(super) is_misquoted: bool,
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

    /// Returns a copy of the complete record, to be looked at later.
    pub(super) fn kept(&self) -> Self {
        Self { text: self.text.clone(), ends: self.ends.clone(), line: self.line, ..Self::default() }
    }

    /// Ends a record whose text ends inside a cell, which then holds what there is.
    pub(super) fn end_open(&mut self) {
        self.ends.push(self.used);
        self.complete();
    }

    fn start(&mut self, line: u64) {
        self.line = line;
        self.used = 0;
        self.text.clear();
        self.ends.clear();
        self.multiline.clear();
        // One huge record must not keep its memory for the rest of the file.
        self.room.truncate(MAX_FIELD);
        self.room.shrink_to(MAX_FIELD);
        self.text.shrink_to(MAX_FIELD);
    }

    /// Returns where the next bytes of the cell go: never none, and at most one beyond a limit.
    fn room(&mut self) -> &mut [u8] {
        if self.used == self.room.len() {
            self.room.resize((2 * self.used).clamp(FIRST_ROOM, MAX_RECORD + 1), 0);
        }
        let limit = MAX_RECORD.min(self.cell_start() + MAX_FIELD);
        let end = self.room.len().min(limit + 1);
        &mut self.room[self.used..end]
    }

    fn cell_start(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    fn complete(&mut self) {
        let text = std::str::from_utf8(&self.room[..self.used]);
        self.text.push_str(text.expect("text without some of its ASCII characters is text"));
    }
}

/// What ends a line outside quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// LF, or CR LF; a bare CR is a character: `sf data query` does not quote it on Linux.
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
#[derive(Debug)]
pub(super) struct Splitter {
    /// Counts the lines, too.
    reader: Reader,
    delimiter: u8,
    line_end: LineEnd,
    /// The offset of the next byte.
    byte: u64,
    /// The byte before it.
    last: u8,
    /// Where the cell starts.
    cell: Position,
    /// The cell as it stands in the text, up to the last piece.
    raw_cell: Vec<u8>,
    at_record_start: bool,
}

impl Splitter {
    pub(super) fn new(delimiter: u8, line_end: LineEnd, position: Position) -> Self {
        let terminator = match line_end {
            LineEnd::Lf => Terminator::Any(b'\n'),
            LineEnd::Cr => Terminator::CRLF,
        };
        let mut reader = ReaderBuilder::new().delimiter(delimiter).terminator(terminator).build();
        // Its first call would take a byte order mark, and not count it.
        reader.read_field(&[], &mut []);
        reader.set_line(position.line);
        Self {
            reader,
            delimiter,
            line_end,
            byte: position.byte,
            last: 0,
            cell: position,
            raw_cell: Vec::new(),
            at_record_start: true,
        }
    }

    /// Returns a second splitter that stands at the same record start.
    ///
    /// Not `Clone`: a clone of csv-core 0.1's reader lacks parts of its tables.
    pub(super) fn fork(&self) -> Self {
        debug_assert!(self.at_record_start);
        Self { last: self.last, ..Self::new(self.delimiter, self.line_end, self.position()) }
    }

    /// Returns the line of the next character.
    pub(super) fn line(&self) -> u64 {
        self.reader.line()
    }

    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Takes text up to the end of a record or of the chunk.
    pub(super) fn push(&mut self, chunk: &str, record: &mut RecordBuffer) -> Result<Step, SalesforceError> {
        let mut rest = chunk.as_bytes();
        let mut complete = false;
        if self.at_record_start
            && let Some(&first) = rest.first()
        {
            record.start(self.line());
            self.cell = self.position();
            self.at_record_start = false;
            // An empty line, which the reader would pass over without a sign.
            if first == b'\n' || (first == b'\r' && self.line_end == LineEnd::Cr) {
                self.reader.read_field(&rest[..1], record.room());
                self.advance(&rest[..1]);
                self.end_cell(record, &rest[..1], true)?;
                rest = &rest[1..];
                complete = true;
            }
        }
        while !rest.is_empty() && !complete {
            let (result, read, written) = self.reader.read_field(rest, record.room());
            record.used += written;
            let (piece, after) = rest.split_at(read);
            rest = after;
            if let ReadFieldResult::Field { record_end } = result {
                // The CR of CR LF; one inside quotes has the closing quote behind it.
                let before = piece.iter().rev().nth(1).copied().unwrap_or(self.last);
                self.advance(piece);
                record.used -= usize::from(record_end && before == b'\r');
                self.end_cell(record, piece, record_end)?;
                complete = record_end;
            } else {
                self.advance(piece);
                self.check_limits(record)?;
                self.raw_cell.extend_from_slice(piece);
            }
        }
        Ok(Step { used: chunk.len() - rest.len(), complete })
    }

    /// Ends the text. Returns whether it ended in a record without a line end.
    pub(super) fn finish(&mut self, record: &mut RecordBuffer) -> Result<bool, SalesforceError> {
        if self.at_record_start {
            return Ok(false);
        }
        // Only inside quotes is a line end a character.
        if self.push("\n", record)?.complete { Ok(true) } else { Err(self.unclosed_quote()) }
    }

    fn position(&self) -> Position {
        Position { line: self.line(), byte: self.byte }
    }

    /// Counts what the reader took.
    fn advance(&mut self, piece: &[u8]) {
        self.byte += piece.len() as u64;
        // The reader counts each LF.
        if self.line_end == LineEnd::Cr {
            let mut line = self.line();
            let mut last = self.last;
            for &byte in piece {
                line += u64::from(byte == b'\r');
                line -= u64::from(byte == b'\n' && last == b'\r');
                last = byte;
            }
            self.reader.set_line(line);
        }
        self.last = piece.last().copied().unwrap_or(self.last);
    }

    fn check_limits(&mut self, record: &RecordBuffer) -> Result<(), SalesforceError> {
        let line = record.line;
        // The reader stopped right behind the byte that passed the limit.
        let byte = self.byte - 1;
        if record.used - record.cell_start() > MAX_FIELD {
            return Err(if self.is_quoted() {
                self.unclosed_quote()
            } else {
                SalesforceError::FieldTooLong { line, byte, column: record.len() + 1 }
            });
        }
        if record.used > MAX_RECORD {
            return Err(SalesforceError::RecordTooLong { line, byte });
        }
        Ok(())
    }

    /// Ends a cell whose last piece, with the delimiter or line end, is taken.
    fn end_cell(
        &mut self,
        record: &mut RecordBuffer,
        piece: &[u8],
        ends_record: bool,
    ) -> Result<(), SalesforceError> {
        if record.len() == MAX_COLUMNS {
            return Err(SalesforceError::TooManyColumns { line: record.line, byte: self.byte - 1 });
        }
        // Only a quoted cell holds line ends.
        if self.line() - u64::from(ends_record) > self.cell.line {
            self.raw_cell.extend_from_slice(piece);
            record.multiline.push(Multiline {
                column: record.len(),
                start: self.cell,
                is_misquoted: has_text_behind_quote(&self.raw_cell),
            });
        }
        self.raw_cell.clear();
        record.ends.push(record.used);
        self.cell = self.position();
        if ends_record {
            record.complete();
            self.at_record_start = true;
        }
        Ok(())
    }

    /// Whether the next byte is inside quotes: only there is a delimiter a character.
    ///
    /// The reader does not tell, so it is given one. Only for errors: it has then read too much.
    fn is_quoted(&mut self) -> bool {
        let (result, ..) = self.reader.read_field(&[self.delimiter], &mut [0]);
        !matches!(result, ReadFieldResult::Field { .. })
    }

    fn unclosed_quote(&self) -> SalesforceError {
        SalesforceError::UnclosedQuote { line: self.cell.line, byte: self.cell.byte }
    }
}

/// Whether a quoted cell, with the delimiter or line end behind it, has text behind its closing quote.
fn has_text_behind_quote(raw: &[u8]) -> bool {
    let mut rest = raw.get(1..).unwrap_or_default();
    while let Some(at) = memchr::memchr(b'"', rest) {
        rest = &rest[at + 1..];
        match rest.strip_prefix(b"\"") {
            Some(after) => rest = after,
            // Without the delimiter or line feed.
            None => return !rest.split_last().map_or(rest, |(_, before)| before).trim_ascii().is_empty(),
        }
    }
    false
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
