//! What answers about volumes and fee tiers are made of.

use crate::description::shape::Shape::{Count, Decimal, List, One, SignedDecimal, Symbol, Time};
use crate::description::shape::{Record, field, record};

/// What those answers consist of, by name.
pub const RECORDS: &[Record] = &[
    record(
        "Volume",
        "What an account traded of late, whatever its sub-accounts did.",
        &[&[
            field("tier", Count, "The fee tier of the account."),
            field("startTime", Time, "The first day begins."),
            field("endTime", Time, "Up to when it is known."),
            field("markets", List(&One("MarketVolume")), "Those with a fill."),
            field(
                "totals",
                List(&One("QuoteVolume")),
                "The sums of all markets that are quoted in one asset.",
            ),
        ]],
    ),
    record(
        "MarketVolume",
        "What an account traded in a market. A trade with itself counts as maker and as taker.",
        &[&[
            field("symbol", Symbol, ""),
            field("quoteAsset", Symbol, ""),
            field("maker", Decimal, "In the quote asset."),
            field("taker", Decimal, "In the quote asset."),
            field("fills", Count, ""),
        ]],
    ),
    record(
        "QuoteVolume",
        "What an account traded for an asset.",
        &[&[
            field("quoteAsset", Symbol, ""),
            field("maker", Decimal, ""),
            field("taker", Decimal, ""),
        ]],
    ),
    record(
        "MarketFees",
        "What each fee tier pays in a market.",
        &[&[
            field("symbol", Symbol, ""),
            field("tiers", List(&One("TierFees")), "From the lowest."),
        ]],
    ),
    record(
        "TierFees",
        "What a fee tier pays.",
        &[&[
            field("tier", Count, ""),
            field(
                "makerCommission",
                SignedDecimal,
                "Below zero where makers are paid.",
            ),
            field("takerCommission", Decimal, ""),
        ]],
    ),
];
