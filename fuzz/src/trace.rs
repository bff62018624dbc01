//! What a target has seen: the runner's substitute for coverage.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

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

    /// Returns everything seen.
    pub fn seen(&self) -> &[u64] {
        &self.seen
    }

    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.seen.clear();
    }
}
