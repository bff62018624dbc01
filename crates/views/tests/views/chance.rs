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
        least + self.below((most - least + 1) as u64) as i64
    }

    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    pub fn is_one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}
