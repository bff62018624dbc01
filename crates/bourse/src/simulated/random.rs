//! The population's only source of chance: a seeded generator, the same on every machine.

use super::profile::Quantiles;

/// A SplitMix64 generator.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    pub fn new(seed: u64) -> Random {
        Random { state: seed }
    }

    /// Returns 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number in `0..below`.
    pub fn below(&mut self, below: u64) -> u64 {
        assert!(0 < below);
        ((u128::from(self.bits()) * u128::from(below)) >> 64) as u64
    }

    /// Returns a fraction in `[0, 1)`.
    pub fn fraction(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns whether an event of this probability happens.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// Draws from a measure: a uniform point of its quantile function, straight between the knots.
    pub fn draw(&mut self, quantiles: &Quantiles) -> u64 {
        let steps = quantiles.len() as u64 - 1;
        let knot = self.below(steps) as usize;
        let (low, high) = (quantiles[knot], quantiles[knot + 1]);
        low + self.below(high - low + 1)
    }

    /// Returns about a standard normal: the sum of twelve uniforms, less six.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.fraction()).sum::<f64>() - 6.0
    }

    /// Returns an exponential waiting time of this mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.fraction()).ln()
    }
}
