//! How a real market looks: quantiles of recorded markets, which the population draws from and is measured against.
//!
//! Measured from recordings of BTCUSDT and ETHUSDT of 2024-08-08, 23:54 to 24:00 UTC, with one sample of the book a second.
//! Consecutive trades of one millisecond and one aggressor count as one taker.

/// The quantiles of one measure at 0, 2.5 %, … 100 %.
pub type Quantiles = [u64; 41];

/// One market's measures.
///
/// **Units** sizes in lots, distances and spreads in ticks, times in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What one taker takes.
    pub taker_size: Quantiles,
    /// From one taker to the next.
    pub taker_gap_ms: Quantiles,
    /// From the best price of a side to what rests within 0.5 % of it, weighted by quantity.
    pub depth_distance: Quantiles,
    /// What rests at a level.
    pub level_size: Quantiles,
    /// What rests at the best price.
    pub touch_size: Quantiles,
    /// Best ask less best bid, every 100 ms.
    pub spread: Quantiles,
    /// Levels of one side within 0.5 % of the price.
    pub levels: usize,
    /// Levels of one side that are replaced at one decision of the makers.
    pub changes: usize,
}

/// BTCUSDT on a tick of 0.01 and a lot of 0.00001.
pub const BTCUSDT: Profile = Profile {
    taker_size: [
        5, 9, 10, 16, 18, 20, 21, 24, 27, 30, 35, 40, 46, 57, 80, 98, 124, 162, 206, 275, 347, 478,
        619, 806, 1000, 1057, 1111, 1489, 1942, 2000, 2000, 2324, 3299, 4355, 5474, 8000, 10_000,
        14_000, 23_615, 50_000, 1_373_194,
    ],
    taker_gap_ms: [
        0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 5, 6, 8, 9, 11, 13, 16, 21, 25, 32, 39, 47, 56, 69, 78,
        89, 102, 116, 131, 152, 173, 197, 231, 263, 313, 385, 492, 646, 2014,
    ],
    depth_distance: [
        0, 171, 879, 1400, 1795, 2136, 2469, 2778, 3136, 3491, 3908, 4351, 4811, 5252, 5708, 6158,
        6643, 7138, 7530, 7957, 8344, 8753, 9188, 9619, 9971, 10_399, 10_855, 11_243, 11_654,
        12_168, 12_694, 13_249, 13_981, 14_831, 15_901, 17_108, 18_771, 20_826, 23_341, 26_410,
        30_923,
    ],
    level_size: [
        9, 9, 9, 10, 10, 12, 13, 14, 16, 17, 20, 25, 29, 38, 40, 41, 54, 76, 100, 152, 253, 396,
        646, 809, 929, 1380, 3124, 4046, 4797, 4800, 4940, 5397, 6208, 8970, 12_721, 23_012,
        36_715, 49_190, 67_622, 114_566, 978_941,
    ],
    touch_size: [
        1, 4573, 9854, 14_404, 19_051, 25_001, 29_976, 37_324, 45_871, 53_635, 67_906, 79_133,
        95_028, 111_143, 125_345, 142_295, 151_954, 161_991, 175_232, 189_456, 204_492, 221_375,
        234_602, 250_269, 262_639, 277_527, 292_261, 314_296, 325_598, 341_096, 357_912, 369_729,
        384_297, 401_364, 422_854, 443_459, 464_491, 494_449, 542_864, 596_613, 839_146,
    ],
    spread: [
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 560,
    ],
    levels: 1000,
    changes: 4,
};

/// ETHUSDT on a tick of 0.01 and a lot of 0.0001.
pub const ETHUSDT: Profile = Profile {
    taker_size: [
        4, 20, 20, 20, 27, 40, 40, 44, 49, 60, 66, 80, 87, 100, 111, 142, 168, 200, 273, 367, 410,
        537, 740, 970, 1086, 1489, 1870, 2233, 3000, 3850, 4326, 5590, 8000, 10_000, 12_500,
        16_850, 21_291, 28_000, 39_157, 74_593, 5_000_000,
    ],
    taker_gap_ms: [
        0, 1, 1, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 7, 9, 11, 13, 17, 21, 27, 33, 43, 57, 72, 86,
        102, 125, 153, 183, 213, 250, 298, 343, 399, 480, 586, 702, 846, 1089, 3787,
    ],
    depth_distance: [
        0, 49, 76, 97, 124, 154, 180, 206, 236, 261, 287, 313, 336, 355, 373, 389, 406, 426, 449,
        470, 489, 509, 528, 549, 572, 592, 614, 638, 661, 684, 705, 727, 752, 780, 818, 879, 965,
        1049, 1129, 1229, 1342,
    ],
    level_size: [
        19, 23, 28, 31, 39, 50, 73, 103, 156, 286, 525, 882, 1490, 1863, 2247, 3833, 6861, 10_916,
        11_066, 11_304, 11_542, 12_790, 13_203, 14_163, 14_789, 15_070, 17_432, 20_155, 23_446,
        26_329, 28_604, 32_448, 40_747, 47_641, 62_806, 76_573, 91_532, 104_362, 127_321, 213_106,
        2_605_734,
    ],
    touch_size: [
        4, 3652, 10_107, 19_900, 21_225, 24_384, 28_352, 29_827, 34_183, 39_108, 41_246, 44_925,
        49_348, 53_189, 57_760, 62_429, 67_969, 75_686, 83_676, 92_213, 100_950, 111_325, 119_290,
        126_520, 134_069, 143_205, 154_020, 163_188, 171_770, 181_743, 189_835, 199_754, 213_656,
        224_457, 238_600, 255_749, 276_153, 293_919, 318_102, 362_896, 592_015,
    ],
    spread: [
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 12,
    ],
    levels: 620,
    changes: 1,
};

/// Where the profile of a market is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Recorded,
    /// No recording of this market is there: the measures are those of another one on its own tick and lot.
    Scaled {
        of: &'static str,
    },
}

/// Returns how each of `MARKETS` looks, and where that is from; a lot of LTC is worth a quarter of one of ETHUSDT, and one of
/// ETHBTC ten.
pub fn profiles() -> [(Profile, Source); 4] {
    let share = |numerator, denominator| Share {
        numerator,
        denominator,
    };
    let scaled = Source::Scaled { of: "ETHUSDT" };
    [
        (BTCUSDT, Source::Recorded),
        (ETHUSDT, Source::Recorded),
        (ETHUSDT.scaled(share(4, 1), share(1, 40)), scaled),
        (ETHUSDT.scaled(share(1, 10), share(1, 60)), scaled),
    ]
}

impl Profile {
    /// Returns the profile of a quieter market on another tick and lot: sizes and distances in parts of this one's,
    /// takers half as often.
    pub fn scaled(&self, size: Share, distance: Share) -> Profile {
        Profile {
            taker_size: self.taker_size.map(|lots| size.of(lots).max(1)),
            taker_gap_ms: self.taker_gap_ms.map(|gap_ms| 2 * gap_ms),
            depth_distance: self.depth_distance.map(|ticks| distance.of(ticks)),
            level_size: self.level_size.map(|lots| size.of(lots).max(1)),
            touch_size: self.touch_size.map(|lots| size.of(lots).max(1)),
            spread: self.spread,
            levels: (distance.of(self.levels as u64) as usize).max(40),
            changes: 1,
        }
    }
}

/// A share of something, as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub numerator: u64,
    pub denominator: u64,
}

impl Share {
    fn of(self, whole: u64) -> u64 {
        whole * self.numerator / self.denominator
    }
}
