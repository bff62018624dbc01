//! Bugs in orders that are spread over time.

use crate::planted::{Mutant, bug};

/// Those of slices and of whose they are.
pub const ALL: &[Mutant] = &[
    bug(
        "doubt-taken-for-lost",
        "a slice that was in doubt is sent again",
    )
    .seen_by("gateway/gateway", "algo::a_stop_at"),
    bug(
        "foreign-algo-cancelled",
        "an account cancels the order over time of another",
    )
    .seen_by("gateway/gateway", "matrix::objects"),
    bug(
        "foreign-algo-shown",
        "an account reads the slices of another",
    )
    .seen_by("gateway/gateway", "matrix::objects"),
];
