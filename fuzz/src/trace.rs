//! What a target has seen: the runner's substitute for coverage.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// Longer messages are told apart by their beginning.
const WORDS_MAX: usize = 16;
const MESSAGE_CLASSES: u64 = 4_096;

/// The things one execution has seen, each as a hash.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    seen: Vec<u64>,
}

impl Trace {
    /// Notes something that tells this execution from others: an error, a variant, a refusal.
    pub fn see(&mut self, what: impl Hash) {
        // Without keys of its own, this hasher gives the same hash in every run.
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        self.seen.push(hasher.finish());
    }

    /// Notes a message by its words alone: numbers, names and what is quoted from the input are no news.
    ///
    /// **Shape** messages fall into at most 4,096 classes, so that text from the input cannot pass for news for ever.
    pub fn see_words(&mut self, message: &str) {
        let is_word = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
        let mut hasher = DefaultHasher::new();
        message
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .filter(is_word)
            .take(WORDS_MAX)
            .for_each(|word| word.hash(&mut hasher));
        self.see(("words", hasher.finish() % MESSAGE_CLASSES));
    }

    /// Returns everything seen.
    pub fn seen(&self) -> &[u64] {
        &self.seen
    }

    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.seen.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(message: &str) -> Vec<u64> {
        let mut trace = Trace::default();
        trace.see_words(message);
        trace.seen().to_vec()
    }

    #[test]
    fn messages_differ_by_their_words_and_not_by_their_numbers() {
        assert_eq!(
            seen("line 1: `1.5` is no price"),
            seen("line 23: `A` is no price")
        );
        assert_ne!(
            seen("line 1: `1` is no price"),
            seen("line 1: `1` is no quantity")
        );
    }
}
