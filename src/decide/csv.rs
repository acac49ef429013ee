//! The sheet Issues saved as CSV.

use std::path::Path;

use super::{
    DecideError, Fault,
    cells::{Content, Header, Heading},
    row::{Place, Table},
};

/// Lines that may stand above the header.
const ABOVE_HEADER: usize = 10;

pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Table, DecideError> {
    let form = |what: &str| DecideError::Form { path: path.to_owned(), what: what.to_owned() };
    let text = std::str::from_utf8(bytes)
        .map_err(|_| form("is neither a workbook (.xlsx) nor UTF-8 text: save it as CSV UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\0') {
        return Err(form("is not a text file"));
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    let mut header: Option<Header> = None;
    let mut lines = Lines::new(text);
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|_| form("is not a CSV file"))?;
        let place = Place { sheet: None, line: record.position().map_or(0, |start| lines.at(start)) };
        let cells: Vec<Content> = record.iter().map(|cell| Content::Text(cell.to_owned())).collect();
        match &header {
            Some(header) => header.row(place, &cells, &mut table),
            None => match Header::read(&cells) {
                Heading::Some(found) => header = Some(found),
                Heading::Broken(what) => table.faults.push(Fault { place, what }),
                Heading::None if at >= ABOVE_HEADER => break,
                Heading::None => {}
            },
        }
        if header.is_none() && !table.faults.is_empty() {
            return Ok(table);
        }
    }
    if header.is_none() {
        return Err(form("has no columns of decisions: Issue key, Fingerprint, Made from, Decision"));
    }
    Ok(table)
}

/// Counts lines on the way through a text. The reader of CSV counts them too, but takes a row after a Windows line end
/// to begin with the second half of that line end, in the line before.
struct Lines<'t> {
    bytes: &'t [u8],
    passed: usize,
    line: u64,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        Self { bytes: text.as_bytes(), passed: 0, line: 1 }
    }

    /// The line in which a row begins, from 1. Rows come in the order of the text.
    fn at(&mut self, start: &csv::Position) -> u64 {
        let mut start = usize::try_from(start.byte()).unwrap_or(usize::MAX).min(self.bytes.len());
        // Blank lines before the row, and what is left of the line end.
        while self.bytes.get(start).is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
            start += 1;
        }
        let ends = memchr::memchr_iter(b'\n', &self.bytes[self.passed..start]).count();
        self.line += u64::try_from(ends).unwrap_or(u64::MAX);
        self.passed = start;
        self.line
    }
}

/// What stands most often in the line of the header.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().find(|line| line.contains("Issue key") || line.contains("Account ID"));
    let line = line.unwrap_or_default();
    let count = |delimiter: &u8| line.bytes().filter(|byte| byte == delimiter).count();
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}
