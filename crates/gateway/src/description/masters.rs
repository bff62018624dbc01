//! What routes about sub-accounts, auditors, closing, gifts and brands answer, member by member.
//!
//! **Source** `docs/spec/subaccounts.md` and `docs/spec/closing-accounts.md`.

use crate::brand::{FEATURES, LANGUAGES};
use crate::description::shape::Shape::{
    Count, Decimal, Flag, List, One, OrNull, Symbol, Text, Time, Word,
};
use crate::description::shape::{Field, Record, field, maybe, record};
use crate::rest::closing::KEPT;

/// Every object that these answers are made of.
pub const RECORDS: &[Record] = &[
    record(
        "SubAccount",
        "A sub-account as its master sees it.",
        &[SUB_ACCOUNT],
    ),
    record(
        "Given",
        "What a sandbox gave.",
        &[&[field("credits", List(&One("Credit")), "")]],
    ),
    record(
        "Reset",
        "What a sandbox took back, and what it gave.",
        &[&[
            field("taken", List(&One("Credit")), ""),
            field("credits", List(&One("Credit")), ""),
        ]],
    ),
    record(
        "Credit",
        "An amount of an asset.",
        &[&[field("asset", Symbol, ""), field("amount", Decimal, "")]],
    ),
    record("Brand", "How the pages are to look.", &[BRAND]),
    record(
        "BrandColours",
        "Colours of a theme, as #rrggbb; null for those of the pages.",
        &[&[
            field("accent", OrNull(&Text), "Of links, and of what is chosen."),
            field("primary", OrNull(&Text), "Of first buttons, below white."),
        ]],
    ),
    record(
        "BrandLinks",
        "Pages elsewhere; null where there is none.",
        &[&[
            field("support", OrNull(&Text), ""),
            field("terms", OrNull(&Text), ""),
            field("privacy", OrNull(&Text), ""),
        ]],
    ),
    record(
        "InternalTransfer",
        "Money that moved between accounts of one owner.",
        &[INTERNAL_TRANSFER],
    ),
    record(
        "TransferPage",
        "Money that an account paid to others of its owner and got from them.",
        &[&[
            field("transfers", List(&One("InternalTransfer")), "Newest first."),
            maybe(
                "next",
                Text,
                "The cursor of the next page; without it there is none.",
            ),
        ]],
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

const BRAND: &[Field] = &[
    field("name", Text, ""),
    field(
        "logo",
        OrNull(&Text),
        "A picture as an address that carries it.",
    ),
    field("dark", One("BrandColours"), ""),
    field("light", One("BrandColours"), ""),
    field(
        "languages",
        List(&Word(&LANGUAGES)),
        "The first is that of whoever has chosen none.",
    ),
    field("links", One("BrandLinks"), ""),
    field(
        "features",
        List(&Word(&FEATURES)),
        "Parts of the pages that are shown.",
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
