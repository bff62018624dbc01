//! Bugs in orders that are spread over time.

use crate::planted::{Mutant, bug};

/// Those of slices and of whose they are.
pub const ALL: &[Mutant] = &[
    bug(
        "doubt-taken-for-lost",
        "a slice that was in doubt is sent again",
    ),
    bug(
        "foreign-algo-cancelled",
        "an account cancels the order over time of another",
    ),
    bug(
        "foreign-algo-shown",
        "an account reads the slices of another",
    ),
];
