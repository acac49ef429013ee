//! The content hash of a row version.

use xxhash_rust::xxh3::xxh3_128;

/// A 128-bit hash over the meaningful columns of a record, as two SQL integers.
///
/// It answers «did this record change», for records that we normalized ourselves; it is no evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentHash {
    /// The upper 64 bits.
    pub high: i64,
    /// The lower 64 bits.
    pub low: i64,
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
                // The length keeps («ab», «c») apart from («a», «bc»).
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

    /// The hash of what was added since the beginning.
    ///
    /// # Panics
    ///
    /// Never: a half of sixteen bytes has eight.
    pub fn finish(&self) -> ContentHash {
        let hash = xxh3_128(&self.buffer).to_le_bytes();
        let half =
            |at: usize| i64::from_le_bytes(hash[at..at + 8].try_into().expect("a half has eight bytes"));
        ContentHash { low: half(0), high: half(8) }
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
