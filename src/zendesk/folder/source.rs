//! The bytes of one file: read once, hashed as stored, decompressed, and shown through a window.
//!
//! The window is the only buffer. It grows to the length of the longest record and never beyond
//! [`RECORD_LIMIT`], so memory does not depend on the file's size. Records borrow from it, which is why
//! they are handed to a callback and not returned.

use std::io::{self, Read};
use std::path::Path;

use serde::de::{DeserializeOwned, IgnoredAny};

use super::ahead::Reading;
use super::diagnose::Origin;
use super::error::{FolderError, Spot};
use super::raw::Digested;

/// The longest record, and the longest value of a page beside its records. Zendesk's own limit for a
/// ticket is far below it; a longer line is a broken file.
pub(super) const RECORD_LIMIT: usize = 16 * 1024 * 1024;

/// The window's first size: large enough for hundreds of records, small enough for a core's cache.
const WINDOW: usize = 256 * 1024;

/// A byte order mark.
pub(super) const BOM: &[u8] = &[0xEF, 0xBB, 0xBF];

/// How near to the window's end an error may be the fault of the end.
const EDGE: usize = 8;

/// Why a text could not be taken from the window.
pub(super) enum Fault {
    /// The text reaches the window's end and may continue.
    More,
    /// `serde_json` refused it, or needs more of it.
    Json(serde_json::Error),
    /// A byte that is not UTF-8.
    Utf8(usize),
    /// `serde_json` refused a text within the text, which begins there.
    Inner(usize, serde_json::Error),
    /// The text is not a wrapper of a record; the field that is missing or wrong.
    Wrapper(&'static str),
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

pub(super) struct Source {
    input: Reading,
    name: String,
    window: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    /// The line of the window's first unread byte, from 1.
    line: u64,
    /// How many bytes of that line have been read.
    column: u64,
}

impl Source {
    pub(super) fn open(path: &Path) -> Result<Self, FolderError> {
        Self::with_window(path, WINDOW)
    }

    pub(super) fn with_window(path: &Path, size: usize) -> Result<Self, FolderError> {
        let name = file_name(path);
        let input = match Reading::open(path) {
            Ok(input) => input,
            Err(source) => return Err(FolderError::Unreadable { file: name, source }),
        };
        let mut source = Self {
            input,
            name,
            window: vec![0; size.max(4)],
            start: 0,
            end: 0,
            at_end: false,
            line: 1,
            column: 0,
        };
        source.fill()?;
        match source.window() {
            [0xEF, 0xBB, 0xBF, ..] => source.start = 3,
            [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] => {
                return Err(FolderError::Utf16 { file: source.name });
            }
            [0x1F, 0x8B, ..] => return Err(FolderError::HiddenGzip { file: source.name }),
            _ => {}
        }
        Ok(source)
    }

    /// Returns the unread bytes that are at hand.
    pub(super) fn window(&self) -> &[u8] {
        &self.window[self.start..self.end]
    }

    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Returns the place of the next unread byte.
    pub(super) fn spot(&self) -> Spot {
        self.origin(None).spot(0)
    }

    /// Returns the unread bytes with their place, to explain an error in them.
    pub(super) fn origin<'a>(&'a self, field: Option<&'a str>) -> Origin<'a> {
        Origin { file: &self.name, line: self.line, column: self.column, text: self.window(), field }
    }

    /// Skips white space and returns the byte after it, which stays unread; `None` at the end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, FolderError> {
        let mut skipped = 0;
        loop {
            let window = self.window();
            match window.iter().position(|byte| !is_space(*byte)) {
                Some(spaces) => {
                    let byte = window[spaces];
                    self.advance(spaces);
                    return Ok(Some(byte));
                }
                None if self.at_end => {
                    self.advance(self.window().len());
                    return Ok(None);
                }
                None => {
                    // A few bytes unpack to blanks without end.
                    skipped += window.len();
                    if skipped > RECORD_LIMIT {
                        return Err(FolderError::TooLong { at: self.spot(), limit: RECORD_LIMIT });
                    }
                    self.advance(window.len());
                    self.fill()?;
                }
            }
        }
    }

    /// Like [`Self::peek`], between values: a byte order mark there, as files put one after the other have it, is
    /// skipped.
    pub(super) fn peek_value(&mut self) -> Result<Option<u8>, FolderError> {
        loop {
            let byte = self.peek()?;
            if byte != Some(BOM[0]) {
                return Ok(byte);
            }
            while self.window().len() < BOM.len() && !self.at_end {
                self.fill()?;
            }
            if !self.window().starts_with(BOM) {
                return Ok(byte);
            }
            self.start += BOM.len();
        }
    }

    /// Like [`Self::peek`], inside a value: here the file must not end.
    pub(super) fn peek_inside(&mut self) -> Result<u8, FolderError> {
        match self.peek()? {
            Some(byte) => Ok(byte),
            None => Err(FolderError::CutOff { at: self.spot() }),
        }
    }

    /// Takes one byte, which must be one of the given.
    pub(super) fn take_byte(&mut self, allowed: &[u8]) -> Result<u8, FolderError> {
        let byte = self.peek_inside()?;
        if !allowed.contains(&byte) {
            let allowed: Vec<_> = allowed.iter().map(|b| char::from(*b).to_string()).collect();
            return Err(FolderError::Syntax {
                at: self.spot(),
                field: None,
                problem: format!("expected {}", allowed.join(" or ")),
            });
        }
        self.advance(1);
        Ok(byte)
    }

    /// Gives the window to `parse`, with more of the file each time it does not suffice, and takes as
    /// many bytes as `parse` used. The second argument says that nothing follows the window.
    pub(super) fn parse<R>(
        &mut self,
        field: Option<&str>,
        mut parse: impl FnMut(&[u8], bool) -> Result<(R, usize), Fault>,
    ) -> Result<R, FolderError> {
        loop {
            let fault = match parse(self.window(), self.at_end) {
                Ok((result, used)) => {
                    self.advance(used);
                    return Ok(result);
                }
                Err(fault) => fault,
            };
            let origin = self.origin(field);
            let (unfinished, at_edge) = match &fault {
                Fault::More => (true, true),
                // A number cut behind its sign or point is called wrong and not unfinished.
                Fault::Json(error) => (error.is_eof(), origin.offset(error) + EDGE > origin.text.len()),
                Fault::Utf8(_) | Fault::Inner(..) | Fault::Wrapper(_) => (false, false),
            };
            if (unfinished || at_edge) && !self.at_end {
                self.fill()?;
                continue;
            }
            return Err(match fault {
                Fault::Utf8(offset) => FolderError::NotUtf8 { at: origin.spot(offset) },
                Fault::Inner(offset, error) => origin.within(offset).explain(&error),
                Fault::Wrapper(field) => FolderError::Field {
                    at: origin.spot(0),
                    field: Some(field.to_owned()),
                    problem: "expected the wrapper of a record".to_owned(),
                },
                Fault::Json(error) if !unfinished => origin.explain(&error),
                Fault::Json(_) | Fault::More => FolderError::CutOff { at: origin.spot(origin.text.len()) },
            });
        }
    }

    /// Takes one value that borrows nothing.
    pub(super) fn value<T: DeserializeOwned>(&mut self, field: Option<&str>) -> Result<T, FolderError> {
        self.peek_inside()?;
        self.parse(field, |window, last| {
            let (value, used) = prefix::<T>(window)?;
            // A number or a word that touches the window's end may continue behind it.
            if used == window.len() && !last {
                return Err(Fault::More);
            }
            Ok((value, used))
        })
    }

    /// Skips one value.
    pub(super) fn skip(&mut self, field: Option<&str>) -> Result<(), FolderError> {
        self.value::<IgnoredAny>(field).map(|_| ())
    }

    /// Returns whether nothing but spaces follows on the line; takes the spaces.
    pub(super) fn at_line_end(&mut self) -> Result<bool, FolderError> {
        loop {
            let window = self.window();
            let inner = |byte: &u8| *byte != b'\n' && is_space(*byte);
            let spaces = window.iter().take_while(|byte| inner(byte)).count();
            let next = window.get(spaces).copied();
            self.advance(spaces);
            match next {
                Some(byte) => return Ok(byte == b'\n'),
                None if self.at_end => return Ok(true),
                None => self.fill()?,
            }
        }
    }

    /// Brings a whole line into the window and returns its length without and with its end;
    /// `None` at the end of the file.
    pub(super) fn next_line(&mut self) -> Result<Option<(usize, usize)>, FolderError> {
        let mut searched = 0;
        loop {
            let window = self.window();
            match memchr::memchr(b'\n', &window[searched..]) {
                Some(found) => return Ok(Some((searched + found, searched + found + 1))),
                None if !self.at_end => {
                    searched = window.len();
                    self.fill()?;
                }
                None if window.is_empty() => return Ok(None),
                None => return Ok(Some((window.len(), window.len()))),
            }
        }
    }

    /// Takes a line that [`Self::next_line`] measured.
    pub(super) fn take_line(&mut self, length: usize) {
        self.start += length;
        self.line += 1;
        self.column = 0;
    }

    /// Returns the raw file's digest, after everything was read.
    pub(super) fn finish(self) -> Digested {
        self.input.finish()
    }

    fn advance(&mut self, count: usize) {
        let taken = &self.window[self.start..self.start + count];
        if let Some(last) = memchr::memrchr(b'\n', taken) {
            self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
            self.column = (count - last - 1) as u64;
        } else {
            self.column += count as u64;
        }
        self.start += count;
    }

    /// Reads until the window is full or the file ends; makes room first.
    fn fill(&mut self) -> Result<(), FolderError> {
        if self.start > 0 {
            self.window.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        } else if self.end == self.window.len() {
            if self.end >= RECORD_LIMIT {
                return Err(FolderError::TooLong { at: self.spot(), limit: RECORD_LIMIT });
            }
            self.window.resize((self.end * 2).min(RECORD_LIMIT), 0);
        }
        while self.end < self.window.len() {
            match self.input.read(&mut self.window[self.end..]) {
                Ok(0) => {
                    self.at_end = true;
                    break;
                }
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(self.read_error(source)),
            }
        }
        Ok(())
    }

    fn read_error(&self, source: io::Error) -> FolderError {
        let file = self.name.clone();
        // The decoder reports damage with these kinds; a disk does not.
        let damaged = matches!(
            source.kind(),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
        );
        if damaged && self.input.is_compressed() {
            FolderError::Gzip { file, source }
        } else {
            FolderError::Unreadable { file, source }
        }
    }
}

/// Parses the value at a text's beginning and returns it with its length.
pub(super) fn prefix<'a, T: serde::Deserialize<'a>>(text: &'a [u8]) -> Result<(T, usize), Fault> {
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<T>();
    let Some(value) = values.next() else {
        return Err(Fault::More);
    };
    let value = value?;
    let used = values.byte_offset();
    // Skipped strings are not checked by serde_json.
    match std::str::from_utf8(&text[..used]) {
        Ok(_) => Ok((value, used)),
        Err(error) => Err(Fault::Utf8(error.valid_up_to())),
    }
}

pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
