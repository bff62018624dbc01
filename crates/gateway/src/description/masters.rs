//! What routes about sub-accounts, auditors and closing answer, member by member.
//!
//! **Source** `docs/spec/subaccounts.md` and `docs/spec/closing-accounts.md`.

use crate::description::shape::Shape::{
    Count, Decimal, Flag, List, One, OrNull, Symbol, Text, Time, Word,
};
use crate::description::shape::{Field, Record, field, record};
use crate::rest::closing::KEPT;

/// Every object that these answers are made of.
pub const RECORDS: &[Record] = &[
    record(
        "SubAccount",
        "A sub-account as its master sees it.",
        &[SUB_ACCOUNT],
    ),
    record(
        "InternalTransfer",
        "Money that moved between accounts of one owner.",
        &[INTERNAL_TRANSFER],
    ),
    record(
        "Leave",
        "A leave to read accounts of another user.",
        &[LEAVE],
    ),
    record(
        "ClosedAccount",
        "What was closed, and what is kept of it.",
        &[&[
            field(
                "accounts",
                List(&Count),
                "The account and its sub-accounts.",
            ),
            field("closedAt", Time, ""),
            field("kept", List(&One("Kept")), ""),
        ]],
    ),
    record(
        "Kept",
        "Something that is kept of a closed account.",
        &[&[
            field("what", Word(&KEPT), ""),
            field(
                "until",
                OrNull(&Time),
                "Null when it is kept without an end.",
            ),
        ]],
    ),
];

const SUB_ACCOUNT: &[Field] = &[
    field("account", Count, "Its number."),
    field("label", Text, ""),
    field("isFrozen", Flag, "Whether its master has frozen it."),
    field(
        "canTrade",
        Flag,
        "Whether neither its master nor an operator forbids it.",
    ),
    field("createdAt", Time, ""),
];
const INTERNAL_TRANSFER: &[Field] = &[
    field("tranId", Count, "A later one has a greater number."),
    field("fromAccount", Count, ""),
    field("toAccount", Count, ""),
    field("asset", Symbol, ""),
    field("amount", Decimal, ""),
    field("timestamp", Time, ""),
];
const LEAVE: &[Field] = &[
    field("id", Count, "What it is accepted and ended by."),
    field("email", Text, "Of whoever is at the other end of it."),
    field("accounts", List(&Count), ""),
    field("createdAt", Time, ""),
    field("expiresAt", Time, ""),
    field(
        "acceptedAt",
        OrNull(&Time),
        "Null as long as it is only offered.",
    ),
];
