//! The first bytes: gzip, formats that are not CSV, and the encoding.

use std::io::{self, Cursor, Read};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;

use super::error::{SalesforceError, WrongFormat};
use super::text::TextSource;

/// How much is looked at. A tar header is recognized at offset 257.
const PROBE: usize = 512;
/// How far NUL bytes count as a sign of UTF-16. Every header starts with ASCII letters.
const NUL_PROBE: usize = 64;

/// Opens the input as text: decompressed, and with its encoding decided.
///
/// A byte order mark decides, then the label, then UTF-8. Nothing is guessed, because a wrong guess
/// changes names and international domains without a sign.
pub(super) fn open_text(
    mut input: Box<dyn Read + Send>,
    label: Option<&str>,
) -> Result<TextSource, SalesforceError> {
    let label = label
        .map(|label| {
            Encoding::for_label_no_replacement(label.as_bytes())
                .ok_or_else(|| SalesforceError::UnknownEncoding { label: label.to_owned() })
        })
        .transpose()?;
    let mut probe = read_probe(&mut *input).map_err(SalesforceError::Io)?;
    let is_gzip = probe.starts_with(&[0x1f, 0x8b]);
    if is_gzip {
        input = Box::new(MultiGzDecoder::new(Cursor::new(probe).chain(input)));
        probe = read_probe(&mut *input).map_err(SalesforceError::from_gzip)?;
    }
    if let Some(format) = wrong_format(&probe) {
        return Err(SalesforceError::WrongFormat(format));
    }
    let encoding = encoding_of_mark(&probe).or(label).unwrap_or(UTF_8);
    let is_utf16 = encoding == UTF_16LE || encoding == UTF_16BE;
    if !is_utf16 && probe.iter().take(NUL_PROBE).any(|&byte| byte == 0) {
        return Err(SalesforceError::LooksLikeUtf16);
    }
    Ok(TextSource::new(Box::new(Cursor::new(probe).chain(input)), is_gzip, encoding))
}

fn read_probe(input: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut probe = Vec::with_capacity(PROBE);
    input.take(PROBE as u64).read_to_end(&mut probe)?;
    Ok(probe)
}

fn wrong_format(probe: &[u8]) -> Option<WrongFormat> {
    if probe.starts_with(b"PK\x03\x04") || probe.starts_with(b"PK\x05\x06") {
        Some(WrongFormat::Zip)
    } else if probe.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        Some(WrongFormat::Excel)
    } else if probe.get(257..262) == Some(b"ustar") {
        Some(WrongFormat::Tar)
    } else if probe.starts_with(&[0xff, 0xfe, 0, 0]) || probe.starts_with(&[0, 0, 0xfe, 0xff]) {
        Some(WrongFormat::Utf32)
    } else {
        None
    }
}

fn encoding_of_mark(probe: &[u8]) -> Option<&'static Encoding> {
    Encoding::for_bom(probe).map(|(encoding, _)| encoding)
}
