//! Which records a reading delivered, and which of them more than once.

/// Identifies a record of a collection while it is read.
pub(super) trait Key: Ord + Copy {
    /// Zendesk's id.
    fn id(self) -> i64;
}

impl Key for i64 {
    fn id(self) -> i64 {
        self
    }
}

/// A membership and its user: stored by user, but the same membership by its own id.
impl Key for (i64, i64) {
    fn id(self) -> i64 {
        self.0
    }
}

/// The keys of the records of one collection, eight or sixteen bytes each.
#[derive(Debug)]
pub(super) struct Seen<K> {
    keys: Vec<K>,
}

impl<K> Default for Seen<K> {
    fn default() -> Self {
        Self { keys: Vec::new() }
    }
}

impl<K: Key> Seen<K> {
    /// Notes a record.
    pub(super) fn note(&mut self, key: K) {
        self.keys.push(key);
    }

    /// How many records came, repeated ones included until [`Self::sort`].
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Sorts the keys, keeps each once, and returns the ids that came more than once, in order.
    pub(super) fn sort(&mut self) -> Vec<i64> {
        if !self.keys.is_sorted() {
            self.keys.sort_unstable();
        }
        let mut repeated: Vec<i64> = self
            .keys
            .windows(2)
            .filter(|pair| pair[0].id() == pair[1].id())
            .map(|pair| pair[0].id())
            .collect();
        repeated.dedup();
        self.keys.dedup();
        repeated
    }

    /// Takes a key out again.
    pub(super) fn remove(&mut self, key: K) {
        if let Ok(at) = self.keys.binary_search(&key) {
            self.keys.remove(at);
        }
    }

    /// The keys, sorted and each once; [`Self::sort`] was called before.
    pub(super) fn into_keys(self) -> Vec<K> {
        self.keys
    }
}
