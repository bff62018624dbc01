//! The history as its readers share it with whoever writes it.

use std::sync::{Arc, PoisonError, RwLock};

use crate::position::Position;
use crate::reading::Reading;

/// What may be read, and how far it has come; nothing until a writer has opened it.
#[derive(Debug, Default)]
pub struct History {
    shown: RwLock<Option<(Reading, Position)>>,
}

impl History {
    /// Returns a history that nobody has opened.
    pub fn unopened() -> Arc<History> {
        Arc::default()
    }

    /// Returns the way to read it, and how far it had come before that.
    pub fn look(&self) -> Option<(Reading, Position)> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        shown.clone()
    }

    /// Shows a history that has come so far.
    pub fn show(&self, reading: Reading, position: Position) {
        self.set(Some((reading, position)));
    }

    /// Notes that what is shown has come further.
    pub fn reach(&self, position: Position) {
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, reached)) = shown.as_mut() {
            *reached = position;
        }
    }

    /// Shows nothing any more.
    pub fn withdraw(&self) {
        self.set(None);
    }

    fn set(&self, shown: Option<(Reading, Position)>) {
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = shown;
    }
}
