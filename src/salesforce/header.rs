//! The head of an export: line ends, `sep=` line, delimiter and header.

use super::columns::{ChosenColumns, choose, known_names};
use super::error::{SalesforceError, WrongFormat};
use super::limits::MAX_RECORD;
use super::options::ReadOptions;
use super::split::{LineEnd, Position, RecordBuffer, Splitter};
use super::text::TextSource;

/// How many lines may stand before the header: titles, and what a command line tool said.
const MAX_PREAMBLE: usize = 20;
/// How much text is looked at before anything is decided.
const LOOK_AHEAD: usize = 64 * 1024;
/// How many rows are asked for the length of their ids.
const SAMPLE_ROWS: usize = 50;
/// The delimiters that are tried, the most common first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// How a page of HTML, or of the XML that spreadsheets write, starts.
const HTML_STARTS: [&str; 7] = ["<!doctype", "<html", "<head", "<meta", "<table", "<?xml", "<!--"];

/// What the head decides.
pub(super) struct Head {
    /// Stands right after the header.
    pub(super) splitter: Splitter,
    pub(super) names: Vec<String>,
    pub(super) columns: ChosenColumns,
    /// Lines before the header that are not blank.
    pub(super) preamble: u64,
}

/// Reads up to the end of the header and chooses delimiter and columns.
pub(super) fn read_head(source: &mut TextSource, options: &ReadOptions) -> Result<Head, SalesforceError> {
    if let Some(delimiter) = options.delimiter
        && !is_delimiter(delimiter)
    {
        return Err(SalesforceError::BadDelimiter);
    }
    let start = look_ahead(source)?;
    let text = source.rest().trim_start();
    if text.is_empty() {
        return Err(SalesforceError::Empty);
    }
    if HTML_STARTS.iter().any(|html| starts_with_any_case(text, html)) {
        return Err(SalesforceError::WrongFormat(WrongFormat::Html));
    }
    let (named, start) = take_sep_line(source, start);
    let delimiters: &[u8] = match options.delimiter.or(named) {
        Some(ref delimiter) => &[*delimiter],
        None => &DELIMITERS,
    };
    let mut best: Option<Failure> = None;
    for (preamble, (offset, position)) in line_starts(source.rest(), start).into_iter().enumerate() {
        let line_end = line_end_of(&source.rest()[offset..]);
        let mut headers = Vec::new();
        for &delimiter in delimiters {
            headers.push(read_header(source, offset, &Splitter::new(delimiter, line_end, position)));
        }
        let failure = match choose_header(source, headers, options) {
            Ok(head) => return Ok(Head { preamble: preamble as u64, ..head }),
            Err(failure) => failure,
        };
        // No header comes behind the first account, and its cells are nobody's column names.
        let is_account = matches!(failure.error, SalesforceError::NoHeader);
        if best.as_ref().is_none_or(|best| {
            failure.known > best.known
                || (is_account && best.known == 0 && matches!(best.error, SalesforceError::Columns { .. }))
        }) {
            best = Some(failure);
        }
        if is_account {
            break;
        }
    }
    Err(best.map_or(SalesforceError::Empty, |failure| failure.error))
}

/// Where the header may begin: at a line that is not blank, behind at most [`MAX_PREAMBLE`] such lines.
fn line_starts(text: &str, start: Position) -> Vec<(usize, Position)> {
    let end = if text.contains('\n') { '\n' } else { '\r' };
    let mut starts = Vec::new();
    let mut position = start;
    let mut offset = 0;
    for line in text.split_inclusive(end) {
        if !line.trim().is_empty() {
            starts.push((offset, position));
        }
        if starts.len() > MAX_PREAMBLE {
            break;
        }
        offset += line.len();
        position.line += 1;
        position.byte += line.len() as u64;
    }
    starts
}

/// Why a line is not a header, and how many names in it are known.
struct Failure {
    known: usize,
    error: SalesforceError,
}

/// A header as one delimiter cuts it.
struct Header {
    splitter: Splitter,
    names: Vec<String>,
    /// Bytes of the source's rest up to its end.
    length: usize,
}

/// Takes the first header whose columns resolve, else reports on the one with the most columns.
fn choose_header(
    source: &mut TextSource,
    headers: Vec<Result<Header, SalesforceError>>,
    options: &ReadOptions,
) -> Result<Head, Failure> {
    let mut best: Option<(usize, Failure)> = None;
    for header in headers {
        let (width, known, error) = match header {
            Ok(header) => {
                let sample = |index| sample_column(&source.rest()[header.length..], &header, index);
                match choose(&header.names, options, &sample) {
                    Ok(columns) => {
                        source.take(header.length);
                        let Header { splitter, names, .. } = header;
                        return Ok(Head { splitter, names, columns, preamble: 0 });
                    }
                    Err(error) => (header.names.len(), known_names(&header.names, options), error),
                }
            }
            // So many columns that this must be the delimiter.
            Err(error @ SalesforceError::TooManyColumns { .. }) => (usize::MAX, 0, error),
            // A quote opens a cell only under the right delimiter; others make one header of it.
            Err(error @ SalesforceError::UnclosedQuote { .. }) => (2, 0, error),
            Err(error) => (0, 0, error),
        };
        if best.as_ref().is_none_or(|&(most, _)| width > most) {
            best = Some((width, Failure { known, error }));
        }
    }
    Err(best.expect("at least one delimiter is tried").1)
}

/// Cuts the first record that is not blank, without taking it from the source.
fn read_header(source: &mut TextSource, offset: usize, start: &Splitter) -> Result<Header, SalesforceError> {
    let mut record = RecordBuffer::default();
    loop {
        let mut splitter = start.fork();
        let text = source.rest();
        let mut length = offset;
        while length < text.len() {
            let step = splitter.push(&text[length..], &mut record)?;
            length += step.used;
            if step.complete && !is_blank_line(&record) {
                return finish_header(splitter, &record, length);
            }
        }
        // The record continues beyond what was read.
        debug_assert!(text.len() <= offset + 2 * MAX_RECORD);
        if !source.fill(splitter.line())? {
            splitter.finish(&mut record)?;
            return finish_header(splitter, &record, length);
        }
    }
}

fn finish_header(
    splitter: Splitter,
    record: &RecordBuffer,
    length: usize,
) -> Result<Header, SalesforceError> {
    // No name has a NUL: this is UTF-16 whose first characters happened to have none.
    if record.text().contains('\0') {
        return Err(SalesforceError::LooksLikeUtf16);
    }
    Ok(Header { splitter, names: record.cells().map(str::to_owned).collect(), length })
}

/// Returns one column's cells of the first rows of the text.
fn sample_column(text: &str, header: &Header, index: usize) -> Vec<String> {
    let mut splitter = header.splitter.fork();
    let mut record = RecordBuffer::default();
    let mut rest = text;
    let mut cells = Vec::new();
    // A row that cannot be cut is reported when the reading comes to it.
    while cells.len() < SAMPLE_ROWS
        && let Ok(step) = splitter.push(rest, &mut record)
        && (step.complete || splitter.finish(&mut record).unwrap_or(false))
    {
        if record.len() == header.names.len() {
            cells.extend(record.cell(index).map(str::to_owned));
        }
        rest = &rest[step.used..];
    }
    cells
}

/// Whether the record is a line with nothing but white space.
pub(super) fn is_blank_line(record: &RecordBuffer) -> bool {
    record.len() == 1 && record.text().trim().is_empty()
}

/// CR ends lines only in a file whose look-ahead has no LF outside quotes.
fn line_end_of(text: &str) -> LineEnd {
    let mut is_quoted = false;
    let mut has_cr = false;
    for byte in text.bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => return LineEnd::Lf,
            b'\r' if !is_quoted => has_cr = true,
            _ => {}
        }
    }
    if has_cr { LineEnd::Cr } else { LineEnd::Lf }
}

/// Fills the source's rest and takes byte order marks and long white space from its front. Returns
/// where it then stands.
fn look_ahead(source: &mut TextSource) -> Result<Position, SalesforceError> {
    let mut start = Position { line: 1, byte: 0 };
    loop {
        let line = start.line + line_breaks(source.rest());
        match source.fill(line) {
            Ok(true) => {}
            Ok(false) => return Ok(start),
            // The reading comes to these bytes again; what is before them may already be wrong.
            Err(SalesforceError::InvalidText { .. }) if !source.rest().trim().is_empty() => {
                return Ok(start);
            }
            Err(error) => return Err(error),
        }
        // More than one mark: Data Loader may write its own before the encoder's.
        while source.rest().starts_with('\u{feff}') {
            take(source, &mut start, '\u{feff}'.len_utf8());
        }
        if source.rest().len() >= LOOK_AHEAD {
            // Else an endless blank input would be kept, in the hope of a header.
            if !source.rest().trim_start().is_empty() {
                return Ok(start);
            }
            take(source, &mut start, source.rest().len());
        }
    }
}

/// Takes Excel's `sep=;` line. Returns its delimiter and where the source then stands.
fn take_sep_line(source: &mut TextSource, mut start: Position) -> (Option<u8>, Position) {
    let text = source.rest();
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let line = text[..end].trim_matches('"');
    let delimiter = match line.as_bytes() {
        [s, e, p, b'=', delimiter]
            if [*s, *e, *p].eq_ignore_ascii_case(b"sep") && is_delimiter(*delimiter) =>
        {
            *delimiter
        }
        _ => return (None, start),
    };
    let length = if text[end..].starts_with("\r\n") { end + 2 } else { text.len().min(end + 1) };
    take(source, &mut start, length);
    (Some(delimiter), start)
}

fn take(source: &mut TextSource, position: &mut Position, length: usize) {
    position.line += line_breaks(&source.rest()[..length]);
    position.byte += length as u64;
    source.take(length);
}

/// Counts lines while it is not known yet what ends one.
fn line_breaks(text: &str) -> u64 {
    let count = |byte| memchr::memchr_iter(byte, text.as_bytes()).count() as u64;
    match count(b'\n') {
        0 => count(b'\r'),
        lines => lines,
    }
}

fn is_delimiter(byte: u8) -> bool {
    byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0)
}

fn starts_with_any_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}
