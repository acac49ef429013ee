//! The bytes of a file as stored, hashed on the way, and what they hold.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use blake3::Hasher;
use flate2::bufread::MultiGzDecoder;

use crate::safe_file;

const COMPRESSED_BUFFER: usize = 64 * 1024;

/// The raw file: its length and its digest.
pub(super) struct Digested {
    pub(super) bytes: u64,
    pub(super) blake3: String,
}

/// A file that is compressed if its name ends in `.gz`.
pub(super) enum Input {
    Plain(Hashed),
    Gzip(Box<MultiGzDecoder<BufReader<Hashed>>>),
}

impl Input {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let raw = Hashed::new(safe_file::open(path)?);
        if path.extension().is_some_and(|ending| ending == "gz") {
            let raw = BufReader::with_capacity(COMPRESSED_BUFFER, raw);
            Ok(Self::Gzip(Box::new(MultiGzDecoder::new(raw))))
        } else {
            Ok(Self::Plain(raw))
        }
    }

    /// The length of the file as stored.
    pub(super) fn stored_bytes(&self) -> io::Result<u64> {
        let raw = match self {
            Self::Plain(raw) => raw,
            Self::Gzip(decoder) => decoder.get_ref().get_ref(),
        };
        Ok(raw.file.metadata()?.len())
    }

    pub(super) fn is_compressed(&self) -> bool {
        matches!(self, Self::Gzip(_))
    }

    /// Returns the digest of what was read: of the whole file, once a read has returned nothing.
    pub(super) fn finish(self) -> Digested {
        let raw = match self {
            Self::Plain(raw) => raw,
            Self::Gzip(decoder) => decoder.into_inner().into_inner(),
        };
        Digested { bytes: raw.bytes, blake3: raw.hash.finalize().to_hex().to_string() }
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(raw) => raw.read(buffer),
            Self::Gzip(decoder) => decoder.read(buffer),
        }
    }
}

/// The raw file, hashed as it is read: one pass, and of the bytes that a person can check.
pub(super) struct Hashed {
    file: File,
    hash: Box<Hasher>,
    bytes: u64,
}

impl Hashed {
    fn new(file: File) -> Self {
        Self { file, hash: Box::new(Hasher::new()), bytes: 0 }
    }
}

impl Read for Hashed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.hash.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}
