//! What is said of a planted bug.

/// A planted bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// As it stands at its place in the source.
    pub name: &'static str,
    /// What goes wrong while it is awake.
    pub breaks: &'static str,
}

/// Returns a bug by its name and what it breaks.
pub(crate) const fn bug(name: &'static str, breaks: &'static str) -> Mutant {
    Mutant { name, breaks }
}
