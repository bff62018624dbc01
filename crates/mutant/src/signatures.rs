//! Bugs in what is signed of a request, in how often it counts, and in how soon who signs is nobody.

use crate::planted::{Mutant, bug};

/// Those of requests that are signed whole, and of ends.
pub const ALL: &[Mutant] = &[
    bug("path-unsigned", "a signed request is sent to another path"),
    bug("host-unsigned", "a signed request is sent to another host"),
    bug("nonce-forgotten", "a signed request counts twice"),
    bug(
        "restart-forgets-nonces",
        "what the process before took is taken again after a restart",
    ),
    bug(
        "request-key-signs-parameters",
        "a key that signs whole requests is believed by its parameters alone",
    ),
    bug(
        "listen-key-unsigned",
        "a key that signs whole requests opens a stream by a request that nobody signed",
    ),
    bug(
        "ends-late",
        "what has lost its right goes on for more than a second",
    ),
];
