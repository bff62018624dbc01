//! Bugs in how money leaves.

use crate::planted::{Mutant, bug};

/// Those of withdrawals and their addresses.
pub const ALL: &[Mutant] = &[
    bug(
        "foreign-withdrawal-cancelled",
        "a user cancels the withdrawal of another",
    )
    .seen_by("identity/identity", "withdrawal::nobody_approves"),
    bug(
        "new-address-paid-at-once",
        "a withdrawal is approved before its address is paid to",
    )
    .seen_by("identity/identity", "withdrawal::nothing_is_approved"),
    bug(
        "held-withdrawal-forgotten",
        "a request that may be on its way to the engine is forgotten",
    )
    .seen_by("gateway/gateway", "withdrawals::what_was_under_way"),
    bug(
        "withdrawal-swapped-after-approval",
        "what is paid is what the database says, and not what was approved",
    )
    .seen_by(
        "gateway/gateway",
        "withdrawals_decided::an_address_that_was_swapped",
    ),
    bug(
        "proof-not-compared",
        "the core holds another withdrawal than was proven",
    )
    .seen_by("engine/engine", "scenarios::every_scenario"),
    bug(
        "challenge-taken-twice",
        "one answer to a challenge holds two withdrawals",
    )
    .seen_by("engine/engine", "scenarios::every_scenario"),
    bug(
        "session-pays-by-itself",
        "a key pays without a proof although nobody vouched for it",
    )
    .seen_by("engine/engine", "scenarios::every_scenario"),
    bug(
        "paid-to-another-address",
        "a withdrawal is settled for another address than was proven",
    )
    .seen_by("engine/engine", "scenarios::every_scenario"),
    bug(
        "snapshot-without-challenges",
        "a challenge counts again after a start",
    )
    .seen_by("engine/engine", "scenarios::every_scenario"),
    bug(
        "payout-limit-not-held",
        "all users together withdraw more than a day has",
    )
    .seen_by("engine/engine", "scenarios::every_scenario"),
    bug(
        "payout-limit-raised-at-once",
        "a greater limit of payouts counts without the day between",
    )
    .seen_by("engine/engine", "scenarios::every_scenario"),
    bug(
        "withdrawal-by-password-alone",
        "an address is added by a user without a second factor",
    )
    .seen_by("gateway/gateway", "withdrawals::who_has_a_password_alone"),
    bug(
        "withdrawal-below-the-minimum",
        "less is withdrawn than the network takes",
    )
    .seen_by("gateway/gateway", "withdrawals::what_cannot_be_paid"),
];
