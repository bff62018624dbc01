//! The bugs that are planted where streams are resumed.

use crate::planted::{Mutant, bug};

/// Those of resuming.
pub const ALL: &[Mutant] = &[
    bug(
        "place-asked-for-backwards",
        "whoever reads a past by the index a second time finds nothing before where it was",
    ),
    bug(
        "maker-not-concerned",
        "who was traded with is not told so again",
    ),
    bug(
        "earlier-order-taken-for-new",
        "what happened to an order from before the place is not told again",
    ),
    bug(
        "gone-order-not-asked-for",
        "what happened to an order that the views have let go of is not told again",
    ),
];
