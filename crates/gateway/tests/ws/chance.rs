//! A seeded source of choices.

use model::index::hash_words;

pub struct Chance {
    state: u64,
}

impl Chance {
    pub const fn new(seed: u64) -> Chance {
        Chance { state: seed }
    }

    /// Returns a number from 0 to `end - 1`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.state = hash_words(self.state, &[end]);
        self.state % end
    }

    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most - least + 1).expect("least comes first");
        least + i64::try_from(self.below(span)).expect("within the span")
    }

    pub fn is_one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}
