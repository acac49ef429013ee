//! Reading ahead: while records are taken out of one part of a file, the next is read and hashed.

use std::io::{self, Read};
use std::panic;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};

use super::raw::{Digested, Input};

/// Bytes that are handed over at once.
const PART: usize = 256 * 1024;

/// Parts that wait: more would only take memory.
const WAITING: usize = 2;

/// The bytes of a file, in their order. A file of one part is read when it is asked for, and so is a compressed one, where a
/// thread was measured to cost more than it gains; any other is read by a thread.
pub(super) enum Reading {
    Here(Input),
    Ahead(Ahead),
}

impl Reading {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let input = Input::open(path)?;
        let is_large = !input.is_compressed() && input.stored_bytes()? > PART as u64;
        Ok(if is_large { Self::Ahead(Ahead::begin(input)?) } else { Self::Here(input) })
    }

    pub(super) fn is_compressed(&self) -> bool {
        match self {
            Self::Here(input) => input.is_compressed(),
            Self::Ahead(_) => false,
        }
    }

    /// Returns the digest of the whole file. Asked once a read has returned nothing.
    pub(super) fn finish(self) -> Digested {
        match self {
            Self::Here(input) => input.finish(),
            Self::Ahead(ahead) => ahead.finish(),
        }
    }
}

impl Read for Reading {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Here(input) => input.read(buffer),
            Self::Ahead(ahead) => ahead.read(buffer),
        }
    }
}

/// A file that a thread reads.
pub(super) struct Ahead {
    /// Full parts; none follows an error, and none the end.
    full: Receiver<io::Result<Vec<u8>>>,
    /// Parts to be filled again.
    empty: SyncSender<Vec<u8>>,
    part: Vec<u8>,
    /// How many bytes of the part were taken.
    taken: usize,
    thread: JoinHandle<Digested>,
}

impl Ahead {
    fn begin(input: Input) -> io::Result<Self> {
        let (filled, full) = mpsc::sync_channel(WAITING);
        let (empty, emptied) = mpsc::sync_channel(WAITING + 1);
        let thread = thread::Builder::new()
            .name("read ahead".to_owned())
            .spawn(move || hand_over(input, &filled, &emptied))?;
        Ok(Self { full, empty, part: Vec::new(), taken: 0, thread })
    }

    fn finish(self) -> Digested {
        let Self { full, empty, thread, .. } = self;
        // Nobody waits for more, so the thread ends.
        drop((full, empty));
        thread.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked))
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.part.len() {
            let Ok(part) = self.full.recv() else { return Ok(0) };
            // A part that finds no room here is dropped: the thread makes another.
            let _ = self.empty.try_send(std::mem::replace(&mut self.part, part?));
            self.taken = 0;
        }
        let rest = &self.part[self.taken..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.taken += count;
        Ok(count)
    }
}

/// Reads to the end, to an error, or until nobody takes the parts any more.
fn hand_over(
    mut input: Input,
    filled: &SyncSender<io::Result<Vec<u8>>>,
    emptied: &Receiver<Vec<u8>>,
) -> Digested {
    loop {
        let mut part = emptied.try_recv().unwrap_or_default();
        part.clear();
        part.reserve(PART);
        let read = input.by_ref().take(PART as u64).read_to_end(&mut part);
        let is_last = !matches!(read, Ok(count) if count > 0);
        // What came before an error is handed over first.
        if !part.is_empty() && filled.send(Ok(part)).is_err() {
            break;
        }
        if let Err(error) = read {
            // Whoever has left does not want to know.
            let _ = filled.send(Err(error));
        }
        if is_last {
            break;
        }
    }
    input.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    /// Some parts of bytes that cannot be compressed.
    fn bytes() -> Vec<u8> {
        let mut bytes = vec![0; PART * 5 + 17];
        blake3::Hasher::new().finalize_xof().fill(&mut bytes);
        bytes
    }

    /// Reads as much as can be read, in pieces of odd sizes.
    fn read(reading: &mut Reading) -> (Vec<u8>, io::Result<()>) {
        let mut all = Vec::new();
        let mut piece = vec![0; 70_001];
        loop {
            match reading.read(&mut piece) {
                Ok(0) => return (all, Ok(())),
                Ok(count) => all.extend_from_slice(&piece[..count]),
                Err(error) => return (all, Err(error)),
            }
        }
    }

    #[test]
    fn a_large_file_is_read_ahead_and_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records");
        for length in [0, 1, PART - 1, PART, PART + 1, 2 * PART, PART * 5 + 17] {
            let bytes = &bytes()[..length];
            std::fs::write(&path, bytes).unwrap();
            let mut reading = Reading::open(&path).unwrap();
            assert_eq!(matches!(reading, Reading::Ahead(_)), length > PART);
            let (all, end) = read(&mut reading);
            end.unwrap();
            assert!(all == bytes, "{length}");
            let digest = reading.finish();
            assert_eq!(
                (digest.bytes, digest.blake3),
                (length as u64, blake3::hash(bytes).to_hex().to_string())
            );
        }
    }

    #[test]
    fn what_comes_before_damage_is_read_and_the_damage_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.gz");
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&bytes()).unwrap();
        let packed = encoder.finish().unwrap();
        std::fs::write(&path, &packed[..packed.len() - 1000]).unwrap();
        let mut reading = Reading::open(&path).unwrap();
        assert!(matches!(reading, Reading::Here(_)) && reading.is_compressed());
        let (all, end) = read(&mut reading);
        assert_eq!(end.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(all.len() > PART * 4 && bytes().starts_with(&all));
    }

    #[test]
    fn a_file_that_is_left_in_the_middle_keeps_no_thread() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records");
        std::fs::write(&path, bytes()).unwrap();
        let Reading::Ahead(mut ahead) = Reading::open(&path).unwrap() else { panic!("the file is large") };
        ahead.read_exact(&mut [0; 10]).unwrap();
        // It waits for the thread.
        assert!(ahead.finish().bytes < bytes().len() as u64);
    }
}
