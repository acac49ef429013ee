//! Bytes to text, strictly.

use std::io::Read;

use encoding_rs::{Decoder, DecoderResult, Encoding};

use super::error::SalesforceError;

/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// A stream of text with look-ahead.
///
/// The first bytes that are not text stop it, but only after all text before them was taken, so
/// that the error can name the line.
pub(super) struct TextSource {
    input: Box<dyn Read + Send>,
    is_gzip: bool,
    encoding: &'static Encoding,
    decoder: Decoder,
    raw: Vec<u8>,
    /// Bytes decoded so far.
    decoded: u64,
    text: String,
    start: usize,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Open,
    Reached,
    Malformed { byte: u64 },
}

impl TextSource {
    pub(super) fn new(input: Box<dyn Read + Send>, is_gzip: bool, encoding: &'static Encoding) -> Self {
        Self {
            input,
            is_gzip,
            encoding,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; CHUNK],
            decoded: 0,
            text: String::new(),
            start: 0,
            end: End::Open,
        }
    }

    pub(super) fn encoding_name(&self) -> &'static str {
        self.encoding.name()
    }

    /// Returns the text that is read and not yet taken.
    pub(super) fn rest(&self) -> &str {
        &self.text[self.start..]
    }

    /// Takes text from the front.
    pub(super) fn take(&mut self, bytes: usize) {
        self.start += bytes;
        debug_assert!(self.start <= self.text.len());
    }

    /// Adds text to the rest. Returns whether there was any; `line` is that of the end of the
    /// rest, for the error.
    pub(super) fn fill(&mut self, line: u64) -> Result<bool, SalesforceError> {
        self.text.drain(..self.start);
        self.start = 0;
        let before = self.text.len();
        while self.text.len() == before {
            match self.end {
                End::Open => self.decode_more()?,
                End::Reached => return Ok(false),
                End::Malformed { byte } => {
                    return Err(SalesforceError::InvalidText { encoding: self.encoding.name(), line, byte });
                }
            }
        }
        Ok(true)
    }

    /// Adds text if the rest is empty. Returns whether there is a rest.
    pub(super) fn fill_if_empty(&mut self, line: u64) -> Result<bool, SalesforceError> {
        if self.rest().is_empty() { self.fill(line) } else { Ok(true) }
    }

    fn decode_more(&mut self) -> Result<(), SalesforceError> {
        let read = loop {
            match self.input.read(&mut self.raw) {
                Ok(read) => break read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) if self.is_gzip => return Err(SalesforceError::from_gzip(error)),
                Err(error) => return Err(SalesforceError::Io(error)),
            }
        };
        let is_last = read == 0;
        let mut raw = &self.raw[..read];
        loop {
            let room = self
                .decoder
                .max_utf8_buffer_length_without_replacement(raw.len())
                .expect("a chunk's text is far from the address space's size");
            self.text.reserve(room);
            let (result, used) =
                self.decoder.decode_to_string_without_replacement(raw, &mut self.text, is_last);
            self.decoded += used as u64;
            raw = &raw[used..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(bad, after) => {
                    let byte = self.decoded - u64::from(bad) - u64::from(after);
                    self.end = End::Malformed { byte };
                    return Ok(());
                }
            }
        }
        if is_last {
            self.end = End::Reached;
        }
        Ok(())
    }
}
