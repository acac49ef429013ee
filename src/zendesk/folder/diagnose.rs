//! From an error of `serde_json` to one that names file, line, column and field, and no value.

use serde_json::error::Category;

use super::error::{FolderError, Spot};

/// A text that was given to `serde_json`, and where it begins.
pub(super) struct Origin<'a> {
    pub(super) file: &'a str,
    /// The line of the first byte, from 1.
    pub(super) line: u64,
    /// How many bytes of that line come before the first byte.
    pub(super) column: u64,
    pub(super) text: &'a [u8],
    /// The field that the text is the value of, if it is not a whole record.
    pub(super) field: Option<&'a str>,
}

impl Origin<'_> {
    /// The origin of the text that begins at an offset of this one.
    pub(super) fn within(&self, offset: usize) -> Self {
        let spot = self.spot(offset);
        Self {
            line: spot.line,
            column: spot.column - 1,
            text: &self.text[offset.min(self.text.len())..],
            ..*self
        }
    }

    /// Returns the place of a byte of the text, counted from 0.
    pub(super) fn spot(&self, offset: usize) -> Spot {
        let before = &self.text[..offset.min(self.text.len())];
        let newlines = memchr::memchr_iter(b'\n', before).count() as u64;
        let column = match memchr::memrchr(b'\n', before) {
            Some(newline) => (before.len() - newline) as u64,
            None => self.column + before.len() as u64 + 1,
        };
        Spot { file: self.file.to_owned(), line: self.line + newlines, column }
    }

    /// Returns the error for text that `serde_json` refused.
    pub(super) fn explain(&self, error: &serde_json::Error) -> FolderError {
        let end = self.offset(error);
        if let Err(utf8) = std::str::from_utf8(&self.text[..end])
            && utf8.error_len().is_some()
        {
            return FolderError::NotUtf8 { at: self.spot(utf8.valid_up_to()) };
        }
        let at = self.spot(end.saturating_sub(1));
        let message = message_of(error);
        let field = key_before(&self.text[..end]).or(self.field).map(str::to_owned);
        match error.classify() {
            Category::Data => match named_in(&message) {
                Some((name, problem)) => FolderError::Field {
                    at: self.spot(0),
                    field: Some(name.to_owned()),
                    problem: problem.to_owned(),
                },
                None => FolderError::Field { at, field, problem: expectation(&message) },
            },
            Category::Eof => FolderError::Syntax { at, field, problem: "it ends in the middle".to_owned() },
            // These messages are fixed texts of serde_json and quote nothing.
            Category::Syntax | Category::Io => FolderError::Syntax { at, field, problem: message },
        }
    }

    /// Returns how many bytes of the text had been read when the error arose.
    pub(super) fn offset(&self, error: &serde_json::Error) -> usize {
        let mut start = 0;
        for _ in 1..error.line() {
            match memchr::memchr(b'\n', &self.text[start..]) {
                Some(newline) => start += newline + 1,
                None => break,
            }
        }
        (start + error.column()).min(self.text.len())
    }
}

/// Returns the message without its position, which counts from the text's beginning.
fn message_of(error: &serde_json::Error) -> String {
    let mut message = error.to_string();
    if error.line() > 0
        && let Some(position) = message.rfind(" at line ")
    {
        message.truncate(position);
    }
    message
}

/// Returns the field that the message itself names: one that is missing or stands twice.
fn named_in(message: &str) -> Option<(&str, &'static str)> {
    let (name, problem) = if let Some(rest) = message.strip_prefix("missing field `") {
        (rest, "is missing")
    } else {
        (message.strip_prefix("duplicate field `")?, "stands twice in one record")
    };
    Some((name.strip_suffix('`')?, problem))
}

/// Returns what was expected. The part before it may quote the record and is dropped.
fn expectation(message: &str) -> String {
    match message.rfind(", expected ") {
        Some(position) => message[position + 2..].to_owned(),
        None => "a wrong value".to_owned(),
    }
}

/// Returns the last key of the outermost object that begins in a text, which may break off anywhere.
fn key_before(text: &[u8]) -> Option<&str> {
    let mut depth = 0_u32;
    let mut key = None;
    // The last string directly in the object; it is a key once a colon follows.
    let mut candidate = None;
    let mut position = 0;
    while let Some(&byte) = text.get(position) {
        match byte {
            b'"' => {
                let end = string_end(text, position)?;
                if depth == 1 {
                    candidate = text.get(position + 1..end - 1);
                }
                position = end;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b':' if depth == 1 => key = candidate,
            _ => {}
        }
        position += 1;
    }
    // An unusual key may itself be somebody's data.
    let usual = |key: &&[u8]| {
        (1..=40).contains(&key.len()) && key.iter().all(|b| b.is_ascii_lowercase() || *b == b'_')
    };
    key.filter(usual).and_then(|key| std::str::from_utf8(key).ok())
}

/// Returns the position after a string, or after the text if the string does not end in it.
fn string_end(text: &[u8], start: usize) -> Option<usize> {
    let mut position = start + 1;
    loop {
        let Some(found) = text.get(position..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) else {
            return Some(text.len().max(start + 2));
        };
        position += found;
        if text[position] == b'"' {
            return Some(position + 1);
        }
        position += 2;
    }
}
