//! The one way to say that an event never names what no event introduced.

/// Returns what was found.
///
/// # Panics
/// When nothing was: the events were not folded from the first on, or the engine broke its word.
#[track_caller]
pub fn known<T>(found: Option<T>) -> T {
    match found {
        Some(found) => found,
        None => panic!("an event names what no event before it introduced"),
    }
}
