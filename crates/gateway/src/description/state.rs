//! What routes about the process and its markets at a glance answer, member by member.
//!
//! **Source** `docs/spec/binance-surface.md` §14.

use crate::description::answers::SYMBOL_STATUSES;
use crate::description::shape::Shape::{
    Count, Decimal, List, One, OrNull, SignedDecimal, Symbol, Text, Time, Word,
};
use crate::description::shape::{Field, Record, field, maybe, record};

/// What those answers consist of, by name.
pub const RECORDS: &[Record] = &[
    record(
        "Health",
        "Whether the process takes traffic.",
        &[&[
            field("status", Word(&["live", "ready", "not ready"]), ""),
            maybe("reasons", List(&Text), "Why it does not."),
        ]],
    ),
    record("Status", "What the exchange is and does.", &[STATUS]),
    record(
        "Component",
        "A part that trading does without.",
        &[&[
            field("id", Word(&["accounts", "history"]), ""),
            field("state", Word(&["operational", "degraded"]), ""),
            field("since", Time, "When it began to be so."),
            maybe("reason", Text, "What is missed while it is not all there."),
        ]],
    ),
    record(
        "EventDigest",
        "The digest of all events so far.",
        &[&[
            field("sequence", Count, ""),
            field("digest", Text, "In hex."),
        ]],
    ),
    record(
        "Load",
        "What the gateway did since its start: the difference of two answers says how it fares.",
        &[LOAD],
    ),
    record(
        "DurationCount",
        "How many took at most so long, and longer than the bound before.",
        &[&[
            field(
                "upToUs",
                OrNull(&Count),
                "Null for those beyond the last bound.",
            ),
            field("count", Count, ""),
        ]],
    ),
    record("MarketStatus", "A market at a glance.", &[MARKET_STATUS]),
];

const STATUS: &[Field] = &[
    field("updatedAt", Time, ""),
    field("version", Text, "Of the exchange."),
    maybe("region", Text, "Where the exchange stands."),
    field("startedAt", Time, ""),
    field(
        "overall",
        Word(&["operational", "degraded", "major_outage"]),
        "",
    ),
    field("reasons", List(&Text), "Why not everything is taken."),
    field("components", List(&One("Component")), ""),
    field("sequence", Count, "How many commands were carried out."),
    field("at", Time, "The time of the last command."),
    maybe("eventDigest", One("EventDigest"), ""),
    field("load", One("Load"), ""),
    field("markets", List(&One("MarketStatus")), ""),
];
const LOAD: &[Field] = &[
    field("requests", Count, "How many were answered."),
    field(
        "shed",
        Count,
        "How many of them were refused because there was too much to do.",
    ),
    field("connections", Count, "That are open now, of HTTP."),
    field(
        "orderDurations",
        List(&One("DurationCount")),
        "Of new orders and amendments, from the first byte in to the answer out; the bounds rise.",
    ),
];
const MARKET_STATUS: &[Field] = &[
    field("symbol", Symbol, ""),
    field("state", Word(SYMBOL_STATUSES), ""),
    field(
        "phase",
        Word(&[
            "pre-trading",
            "post-only",
            "limit-only",
            "trading",
            "cancel-only",
            "halted",
            "closed",
        ]),
        "",
    ),
    field(
        "phaseSince",
        OrNull(&Time),
        "Null when the phase began before that was kept.",
    ),
    field("listedAt", Time, ""),
    field("lastPrice", OrNull(&Decimal), ""),
    field("bidPrice", OrNull(&Decimal), ""),
    field("askPrice", OrNull(&Decimal), ""),
    field("spread", OrNull(&SignedDecimal), ""),
    field("volume", Decimal, "Of the last day, in base."),
    field("quoteVolume", Decimal, "Of the last day, in quote."),
    field("openPrice", OrNull(&Decimal), ""),
    field("trades", Count, ""),
    field("tickSize", Decimal, ""),
];
