//! Seeded chance, so that a failure can be repeated.

/// A splitmix64 generator.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to but not including `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[usize::try_from(self.below(items.len() as u64)).unwrap()]
    }

    /// Each item with the given chance, in a random order.
    pub(crate) fn some<T: Copy>(&mut self, items: &[T], percent: u64) -> Vec<T> {
        let mut chosen: Vec<(u64, T)> = Vec::new();
        for &item in items {
            if self.chance(percent) {
                chosen.push((self.roll(), item));
            }
        }
        chosen.sort_by_key(|&(order, _)| order);
        chosen.into_iter().map(|(_, item)| item).collect()
    }
}
