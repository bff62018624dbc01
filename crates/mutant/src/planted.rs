//! What is said of a planted bug.

/// A planted bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// As it stands at its place in the source.
    pub name: &'static str,
    /// What goes wrong while it is awake.
    pub breaks: &'static str,
    /// The check, and a part of its test's name, that is tried first, where all others before it would take long.
    pub seen_by: Option<(&'static str, &'static str)>,
}

/// Returns a bug that any check may see first.
pub(crate) const fn bug(name: &'static str, breaks: &'static str) -> Mutant {
    Mutant {
        name,
        breaks,
        seen_by: None,
    }
}

impl Mutant {
    /// Names the check, and a part of its test's name, that is tried first.
    pub(crate) const fn seen_by(self, check: &'static str, test: &'static str) -> Mutant {
        Mutant {
            seen_by: Some((check, test)),
            ..self
        }
    }
}
