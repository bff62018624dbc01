//! Chance from a seed, so that a run can be looked at again.

/// A stream of numbers that looks like chance.
#[derive(Clone, Debug)]
pub struct Chance {
    state: u64,
}

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance { state: seed }
    }

    /// Returns another stream, for a worker of its own.
    pub fn fork(&mut self) -> Chance {
        Chance::new(self.next())
    }

    /// Returns the next number (SplitMix64).
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`, which is not zero.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Returns a number within `from ..= until`.
    pub fn within(&mut self, from: u64, until: u64) -> u64 {
        from + self.below(until - from + 1)
    }

    /// Returns true once in `count` times.
    pub fn is_one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// Returns one of the items.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        match items.len() as u64 {
            0 => None,
            count => items.get(self.below(count) as usize),
        }
    }
}
