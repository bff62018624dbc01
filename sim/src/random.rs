//! Chance from one seed: the same on every machine.

/// A xorshift-multiply generator.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    pub fn new(seed: u64) -> Random {
        Random {
            state: seed ^ 0x5851_f42d_4c95_7f2d,
        }
    }

    /// Returns 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.state ^ (self.state >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        mixed ^ (mixed >> 29)
    }

    /// Returns a number in `0..below`.
    pub fn below(&mut self, below: u64) -> u64 {
        assert!(0 < below);
        self.bits() % below
    }

    /// Returns whether one of `in_how_many` equal chances fell.
    pub fn one_in(&mut self, in_how_many: u64) -> bool {
        self.below(in_how_many) == 0
    }

    /// Returns one of these.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    /// Returns a number in `low..=high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as u64) as i64
    }
}
