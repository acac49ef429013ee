//! The content hash of a row version.

use xxhash_rust::xxh3::xxh3_128;

/// A 128-bit hash over the meaningful columns of a record, as two SQL integers.
///
/// It answers `did this record change`, for records that we normalized ourselves; it is no evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentHash {
    /// The upper 64 bits.
    pub high: i64,
    /// The lower 64 bits.
    pub low: i64,
}

impl ContentHash {
    /// Both halves, the lower first.
    pub(super) fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.low.to_le_bytes());
        bytes[8..].copy_from_slice(&self.high.to_le_bytes());
        bytes
    }

    /// The half of such bytes that begins at 0 or at 8; what is missing is zero.
    pub(super) fn half(bytes: &[u8], at: usize) -> i64 {
        let mut half = [0; 8];
        for (to, from) in half.iter_mut().zip(bytes.iter().skip(at)) {
            *to = *from;
        }
        i64::from_le_bytes(half)
    }
}

/// Collects the columns of one record after the other in a buffer that is used again.
#[derive(Debug, Default)]
pub struct ContentHasher {
    buffer: Vec<u8>,
}

impl ContentHasher {
    /// Begins a record.
    pub fn begin(&mut self) -> &mut Self {
        self.buffer.clear();
        self
    }

    /// Adds a text; null differs from every text.
    pub fn text(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            None => self.buffer.push(0),
            Some(text) => {
                self.buffer.push(1);
                // The length keeps (`ab`, `c`) apart from (`a`, `bc`).
                self.buffer.extend_from_slice(&(text.len() as u64).to_le_bytes());
                self.buffer.extend_from_slice(text.as_bytes());
            }
        }
        self
    }

    /// Adds an integer; null differs from every integer.
    pub fn integer(&mut self, integer: Option<i64>) -> &mut Self {
        match integer {
            None => self.buffer.push(0),
            Some(integer) => {
                self.buffer.push(2);
                self.buffer.extend_from_slice(&integer.to_le_bytes());
            }
        }
        self
    }

    /// Begins a column of a later schema, which is added only where it is not null: its name says which one
    /// follows.
    pub fn column(&mut self, name: &str) -> &mut Self {
        self.buffer.push(3);
        self.text(Some(name))
    }

    /// The hash of what was added since the beginning.
    pub fn finish(&self) -> ContentHash {
        let bytes = xxh3_128(&self.buffer).to_le_bytes();
        ContentHash { low: ContentHash::half(&bytes, 0), high: ContentHash::half(&bytes, 8) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_and_nulls_are_told_apart() {
        let mut columns = ContentHasher::default();
        let results = [
            columns.begin().text(Some("ab")).text(Some("c")).finish(),
            columns.begin().text(Some("a")).text(Some("bc")).finish(),
            columns.begin().text(None).text(Some("abc")).finish(),
            columns.begin().text(Some("")).text(Some("abc")).finish(),
            columns.begin().integer(Some(0)).finish(),
            columns.begin().integer(None).finish(),
        ];
        for (index, one) in results.iter().enumerate() {
            assert!(!results[..index].contains(one));
        }
    }
}
