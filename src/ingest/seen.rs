//! Which records a reading delivered, and which of them more than once.
//!
//! Five million ids as they are would take forty MB. They are kept as sorted runs of differences instead: a
//! few bytes each, in whatever order the records come, and nothing is lost.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap, binary_heap::PeekMut},
};

/// How many keys are sorted at a time.
const RUN: usize = 1 << 16;

/// Identifies a record of a collection while it is read.
pub(super) trait Key: Ord + Copy {
    /// What the first key of a run differs from.
    const START: Self;

    /// Zendesk's id.
    fn id(self) -> i64;

    /// Writes what tells the key from the one before it, which is not larger.
    fn write(self, before: Self, out: &mut Vec<u8>);

    /// Reads what [`Self::write`] wrote; the end if nothing is left.
    fn read(before: Self, bytes: &mut std::slice::Iter<'_, u8>) -> Option<Self>;
}

impl Key for i64 {
    const START: Self = 0;

    fn id(self) -> i64 {
        self
    }

    fn write(self, before: Self, out: &mut Vec<u8>) {
        write_number(self.wrapping_sub(before).cast_unsigned(), out);
    }

    fn read(before: Self, bytes: &mut std::slice::Iter<'_, u8>) -> Option<Self> {
        Some(before.wrapping_add(read_number(bytes)?.cast_signed()))
    }
}

/// A membership and its user: stored by user, but the same membership by its own id.
impl Key for (i64, i64) {
    const START: Self = (0, 0);

    fn id(self) -> i64 {
        self.0
    }

    fn write(self, before: Self, out: &mut Vec<u8>) {
        self.0.write(before.0, out);
        // The second number may go down: its sign becomes the lowest bit, so that small steps stay short.
        let step = self.1.wrapping_sub(before.1);
        write_number((step << 1 ^ step >> 63).cast_unsigned(), out);
    }

    fn read(before: Self, bytes: &mut std::slice::Iter<'_, u8>) -> Option<Self> {
        let first = i64::read(before.0, bytes)?;
        let step = read_number(bytes)?;
        let step = (step >> 1).cast_signed() ^ -(step & 1).cast_signed();
        Some((first, before.1.wrapping_add(step)))
    }
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
fn write_number(mut number: u64, out: &mut Vec<u8>) {
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

fn read_number(bytes: &mut std::slice::Iter<'_, u8>) -> Option<u64> {
    let mut number = 0;
    let mut shift = 0;
    loop {
        let byte = *bytes.next()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
        shift += 7;
    }
}

/// The keys of the records of one collection.
#[derive(Debug)]
pub(super) struct Seen<K> {
    /// The keys since the last run.
    pending: Vec<K>,
    runs: Vec<Box<[u8]>>,
    removed: BTreeSet<K>,
    noted: u64,
}

impl<K> Default for Seen<K> {
    fn default() -> Self {
        Self { pending: Vec::new(), runs: Vec::new(), removed: BTreeSet::new(), noted: 0 }
    }
}

impl<K: Key> Seen<K> {
    /// Notes a record.
    pub(super) fn note(&mut self, key: K) {
        if self.pending.len() == RUN {
            self.end_run();
        }
        self.pending.push(key);
        self.noted += 1;
    }

    /// How many records came, repeated ones included.
    pub(super) fn noted(&self) -> u64 {
        self.noted
    }

    /// How many different keys came, and the ids that came more than once, in order.
    pub(super) fn finish(&mut self) -> (u64, Vec<i64>) {
        self.end_run();
        self.pending = Vec::new();
        let mut different = 0;
        let mut repeated = Vec::new();
        let mut before: Option<K> = None;
        for key in self.merged() {
            different += u64::from(before != Some(key));
            if before.is_some_and(|before| before.id() == key.id()) && repeated.last() != Some(&key.id()) {
                repeated.push(key.id());
            }
            before = Some(key);
        }
        (different, repeated)
    }

    /// Takes a key out again, if it is not out yet.
    pub(super) fn remove(&mut self, key: K) -> bool {
        self.removed.insert(key)
    }

    /// The keys in their order and each once; [`Self::finish`] was called before.
    pub(super) fn keys(&self) -> impl Iterator<Item = K> {
        let mut before = None;
        self.merged().filter(move |key| before.replace(*key) != Some(*key) && !self.removed.contains(key))
    }

    fn end_run(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        if !self.pending.is_sorted() {
            self.pending.sort_unstable();
        }
        let mut run = Vec::with_capacity(self.pending.len() * 2);
        let mut before = K::START;
        for key in self.pending.drain(..) {
            key.write(before, &mut run);
            before = key;
        }
        self.runs.push(run.into_boxed_slice());
    }

    /// The keys of all runs in their order. The runs of a sorted file follow each other, so that the smallest
    /// head mostly stays on top.
    fn merged(&self) -> impl Iterator<Item = K> {
        let mut rests: Vec<_> = self.runs.iter().map(|run| run.iter()).collect();
        let mut heads: BinaryHeap<Reverse<(K, usize)>> = rests
            .iter_mut()
            .enumerate()
            .filter_map(|(run, rest)| Some(Reverse((K::read(K::START, rest)?, run))))
            .collect();
        std::iter::from_fn(move || {
            let mut head = heads.peek_mut()?;
            let Reverse((key, run)) = *head;
            match K::read(key, &mut rests[run]) {
                Some(next) => *head = Reverse((next, run)),
                None => drop(PeekMut::pop(head)),
            }
            Some(key)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen<K: Key>(keys: &[K]) -> Seen<K> {
        let mut seen = Seen::default();
        for &key in keys {
            seen.note(key);
        }
        seen
    }

    #[test]
    fn runs_are_merged_and_repetitions_found_across_them() {
        // Downwards, so that every run lies below the one before; the last key of the first run comes again.
        let count = i64::try_from(RUN * 3).unwrap();
        let unsigned = count.cast_unsigned();
        let mut keys: Vec<i64> = (1..=count).rev().collect();
        keys.push(count - 1);
        let mut seen = seen(&keys);
        assert_eq!(seen.noted(), unsigned + 1);
        assert_eq!(seen.finish(), (unsigned, vec![count - 1]));
        assert!(seen.keys().eq(1..=count));
        assert!(seen.remove(7) && !seen.remove(7));
        assert_eq!(seen.keys().count(), RUN * 3 - 1);
        assert!(!seen.keys().any(|key| key == 7));
    }

    #[test]
    fn dense_ids_take_a_byte_and_wide_ones_a_few() {
        let room = |step: i64| {
            let keys: Vec<i64> = (0..).map(|at| 360_000_000_000 + at * step).take(RUN).collect();
            let mut seen = seen(&keys);
            seen.finish();
            seen.runs.iter().map(|run| run.len()).sum::<usize>() / RUN
        };
        assert_eq!(room(1), 1);
        assert!(room(1_000_000) <= 3);
    }

    proptest! {
        #[test]
        fn it_is_a_sorted_set(
            keys in proptest::collection::vec((1..40_i64, prop_oneof![1..5_i64, Just(i64::MAX), Just(1)]), 0..60)
        ) {
            let ids: Vec<i64> = keys.iter().map(|key| key.0).collect();
            let mut of_pairs = seen(&keys);
            let mut of_ids = seen(&ids);
            let pairs: BTreeSet<(i64, i64)> = keys.iter().copied().collect();
            let different: BTreeSet<i64> = ids.iter().copied().collect();
            let often: Vec<i64> = different
                .iter()
                .copied()
                .filter(|id| ids.iter().filter(|other| *other == id).count() > 1)
                .collect();
            prop_assert_eq!(of_ids.finish(), (different.len() as u64, often.clone()));
            prop_assert_eq!(of_pairs.finish(), (pairs.len() as u64, often));
            prop_assert!(of_ids.keys().eq(different));
            prop_assert!(of_pairs.keys().eq(pairs));
        }

        #[test]
        fn any_id_survives(mut ids in proptest::collection::vec((1..=i64::MAX, 1..=i64::MAX), 1..20)) {
            let mut seen = seen(&ids);
            seen.finish();
            ids.sort_unstable();
            ids.dedup();
            prop_assert!(seen.keys().eq(ids));
        }
    }
}
