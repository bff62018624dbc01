//! What answers about worth and profit are made of.

use crate::description::shape::Shape::{Count, Decimal, List, One, SignedDecimal, Symbol, Time};
use crate::description::shape::{Record, field, record};

/// What those answers consist of, by name.
pub const RECORDS: &[Record] = &[
    record(
        "Equity",
        "What an account was worth over time, and what of that trading and prices brought.",
        &[&[
            field("quoteAsset", Symbol, "In which everything is told."),
            field("points", List(&One("EquityPoint")), "The earliest first."),
            field(
                "maxDrawdown",
                Decimal,
                "The greatest of all points, 0 to 1.",
            ),
            field(
                "unpriced",
                List(&Symbol),
                "Assets without a market or a trade against it: they count nothing.",
            ),
        ]],
    ),
    record(
        "EquityPoint",
        "An instant.",
        &[&[
            field("time", Time, ""),
            field("equity", Decimal, "All balances at the prices of then."),
            field(
                "inflow",
                Decimal,
                "What came in since the first point, at the prices of its time.",
            ),
            field("outflow", Decimal, "What went out since the first point."),
            field(
                "pnl",
                SignedDecimal,
                "`equity` less that of the first point, less `inflow`, and `outflow`.",
            ),
            field(
                "drawdown",
                Decimal,
                "How far `pnl` lies below its height until then, as a share of `equity` at that height and what came in since.",
            ),
        ]],
    ),
    record(
        "Profit",
        "What trading in a market brought, by lots, first in, first out.",
        &[&[
            field("symbol", Symbol, ""),
            field("baseAsset", Symbol, ""),
            field("quoteAsset", Symbol, ""),
            field("fills", Count, "How many were counted."),
            field(
                "held",
                Decimal,
                "What was bought here and is not sold, in base.",
            ),
            field("cost", Decimal, "What that cost, in quote."),
            field(
                "realised",
                SignedDecimal,
                "What sales brought beyond the cost of what they sold, in quote.",
            ),
            field(
                "elsewhere",
                Decimal,
                "What was sold and not bought here, in base: its cost is not known, and it counts nothing.",
            ),
        ]],
    ),
];
