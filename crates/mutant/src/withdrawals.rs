//! Bugs in how money leaves.

use crate::planted::{Mutant, bug};

/// Those of withdrawals and their addresses.
pub const ALL: &[Mutant] = &[
    bug(
        "foreign-withdrawal-cancelled",
        "a user cancels the withdrawal of another",
    ),
    bug(
        "new-address-paid-at-once",
        "a withdrawal is approved before its address is paid to",
    ),
    bug(
        "held-withdrawal-forgotten",
        "a request that may be on its way to the engine is forgotten",
    ),
    bug(
        "withdrawal-swapped-after-approval",
        "what is paid is what the database says, and not what was approved",
    ),
    bug(
        "proof-not-compared",
        "the core holds another withdrawal than was proven",
    ),
    bug(
        "challenge-taken-twice",
        "one answer to a challenge holds two withdrawals",
    ),
    bug(
        "session-pays-by-itself",
        "a key pays without a proof although nobody vouched for it",
    ),
    bug(
        "paid-to-another-address",
        "a withdrawal is settled for another address than was proven",
    ),
    bug(
        "snapshot-without-challenges",
        "a challenge counts again after a start",
    ),
    bug(
        "payout-limit-not-held",
        "all users together withdraw more than a day has",
    ),
    bug(
        "payout-limit-raised-at-once",
        "a greater limit of payouts counts without the day between",
    ),
    bug(
        "withdrawal-by-password-alone",
        "an address is added by a user without a second factor",
    ),
    bug(
        "withdrawal-below-the-minimum",
        "less is withdrawn than the network takes",
    ),
];
