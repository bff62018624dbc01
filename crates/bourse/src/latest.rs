//! A slot that holds only the newest value: the writer never waits, the reader never sees an old one.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// The writing end. Dropping it ends the reader after the last value.
pub struct Newest<T> {
    slot: Arc<Slot<T>>,
}

/// The reading end.
pub struct Changes<T> {
    slot: Arc<Slot<T>>,
}

struct Slot<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    value: Option<T>,
    is_over: bool,
}

/// Returns both ends of an empty slot.
pub fn latest<T>() -> (Newest<T>, Changes<T>) {
    let state = Mutex::new(State {
        value: None,
        is_over: false,
    });
    let slot = Arc::new(Slot {
        state,
        changed: Condvar::new(),
    });
    (
        Newest {
            slot: Arc::clone(&slot),
        },
        Changes { slot },
    )
}

impl<T> Slot<T> {
    /// Nothing here can panic while it holds the lock, so a poisoned one is as good as another.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Newest<T> {
    /// Replaces whatever the reader has not taken yet.
    pub fn put(&self, value: T) {
        self.slot.lock().value = Some(value);
        self.slot.changed.notify_one();
    }
}

impl<T> Drop for Newest<T> {
    fn drop(&mut self) {
        self.slot.lock().is_over = true;
        self.slot.changed.notify_one();
    }
}

impl<T> Changes<T> {
    /// Waits for a value newer than the last; `None` when there will be none.
    pub fn take(&self) -> Option<T> {
        let mut state = self.slot.lock();
        while state.value.is_none() && !state.is_over {
            state = self
                .slot
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.value.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_only_the_newest_value_and_then_the_end() {
        let (newest, changes) = latest();
        newest.put(1);
        newest.put(2);
        assert_eq!(changes.take(), Some(2));
        newest.put(3);
        drop(newest);
        assert_eq!(changes.take(), Some(3));
        assert_eq!(changes.take(), None);
    }
}
