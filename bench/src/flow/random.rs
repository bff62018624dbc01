//! The generator's own pseudo-random numbers: SplitMix64.
//!
//! In-house so that a seed gives the same flow for ever.

/// **Source**: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    pub fn from_seed(seed: u64) -> Random {
        Random { state: seed }
    }

    /// Returns the next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a uniform number below `end`.
    ///
    /// # Panics
    /// When `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        assert!(0 < end);
        scale(self.bits(), end)
    }

    /// Returns a number below `end` whose density falls from 0 on: `end` × the cube of a uniform
    /// number in 0..1.
    ///
    /// # Panics
    /// When `end` is 0.
    pub fn cubic_below(&mut self, end: u64) -> u64 {
        assert!(0 < end);
        let uniform = self.bits();
        scale(scale(scale(uniform, uniform), uniform), end)
    }

    /// Returns whether an event of one chance in `chances` happens.
    pub fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }
}

/// Returns `fraction` / 2^64 × `whole`, rounded down.
fn scale(fraction: u64, whole: u64) -> u64 {
    let product = u128::from(fraction) * u128::from(whole);
    u64::try_from(product >> u64::BITS).expect("the high half of a product is 64 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one() {
        let mut random = Random::from_seed(1_234_567);
        assert_eq!(random.bits(), 6_457_827_717_110_365_317);
        assert_eq!(random.bits(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn the_cube_puts_half_its_mass_into_an_eighth_of_the_range() {
        let mut random = Random::from_seed(1);
        let near = (0..10_000)
            .filter(|_| random.cubic_below(8_000) < 1_000)
            .count();
        assert!(4_800 < near && near < 5_200, "{near}");
    }

    #[test]
    fn a_uniform_number_reaches_both_ends() {
        let mut random = Random::from_seed(2);
        let drawn: Vec<u64> = (0..200).map(|_| random.below(3)).collect();
        assert_eq!(drawn.iter().min(), Some(&0));
        assert_eq!(drawn.iter().max(), Some(&2));
    }
}
