//! What answers about levels of identity checks are made of.

use crate::description::shape::Shape::{
    Count, Decimal, Flag, List, One, OrNull, Symbol, Text, Time, Word,
};
use crate::description::shape::{Record, field, record};
use crate::rest::kyc::{DOCUMENTS, STATES};

/// What those answers consist of, by name.
pub const RECORDS: &[Record] = &[
    record(
        "KycNumber",
        "The number of an application or a document.",
        &[&[field("id", Count, "")]],
    ),
    record(
        "Kyc",
        "How far the identity of the user was checked, and what that allows.",
        &[&[
            field(
                "level",
                OrNull(&Count),
                "0 to 3; null when nothing is limited.",
            ),
            field("mayTrade", Flag, "Whether orders are taken at all."),
            field(
                "reference",
                OrNull(&Symbol),
                "The asset that amounts are counted in.",
            ),
            field("deposits", One("KycFlow"), ""),
            field("withdrawals", One("KycFlow"), ""),
            field(
                "application",
                OrNull(&One("KycApplication")),
                "The newest one.",
            ),
        ]],
    ),
    record(
        "KycFlow",
        "What may flow in 24 hours and in a month of the calendar.",
        &[&[
            field("day", One("KycCap"), ""),
            field("month", One("KycCap"), ""),
        ]],
    ),
    record(
        "KycCap",
        "A limit and what was used of it.",
        &[&[
            field("limit", OrNull(&Decimal), "Null for none."),
            field("used", Decimal, ""),
            field("remaining", OrNull(&Decimal), "Null for no limit."),
        ]],
    ),
    record(
        "KycApplication",
        "An application for a level.",
        &[&[
            field("id", Count, ""),
            field("level", Count, "What is applied for."),
            field("state", Word(&STATES), ""),
            field("reason", Text, "Why it was rejected, or what is asked for."),
            field("legalName", Text, ""),
            field("birthDate", Text, "YYYY-MM-DD."),
            field("country", Text, "Two letters of ISO 3166."),
            field("address", Text, ""),
            field(
                "missing",
                List(&Word(&DOCUMENTS)),
                "Documents without which it is not taken.",
            ),
            field("documents", List(&One("KycDocument")), ""),
            field("changedAt", Time, ""),
        ]],
    ),
    record(
        "KycDocument",
        "A picture of a document, as it was drawn anew.",
        &[&[
            field("id", Count, ""),
            field("kind", Word(&DOCUMENTS), ""),
            field("width", Count, "In pixels."),
            field("height", Count, "In pixels."),
            field("uploadedAt", Time, ""),
        ]],
    ),
];
