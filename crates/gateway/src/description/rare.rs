//! The members of what is answered about amendments and prevented matches.

use crate::description::shape::Shape::{ClientId, Count, Decimal, Symbol, Time, TimeOrNone, Word};
use crate::description::shape::{
    Field, SELF_TRADE_MODES, SIDES, STATUSES, TIMES_IN_FORCE, TYPES, field, maybe,
};

/// An order as its amendment left it.
pub const AMENDED: &[Field] = &[
    field("origClientOrderId", ClientId, "The name before."),
    field("price", Decimal, ""),
    maybe("stopPrice", Decimal, "Of an order with such a trigger."),
    maybe("trailingDelta", Count, "Of an order with such a trigger."),
    field("qty", Decimal, ""),
    field("executedQty", Decimal, ""),
    field("preventedQty", Decimal, ""),
    field("quoteOrderQty", Decimal, ""),
    field("cumulativeQuoteQty", Decimal, ""),
    field("status", Word(STATUSES), ""),
    field("timeInForce", Word(TIMES_IN_FORCE), ""),
    field("type", Word(TYPES), ""),
    field("side", Word(SIDES), ""),
    field("workingTime", TimeOrNone, ""),
    field("selfTradePreventionMode", Word(SELF_TRADE_MODES), ""),
];
/// A match that self-trade prevention stopped.
pub const PREVENTED: &[Field] = &[
    field("symbol", Symbol, ""),
    field("preventedMatchId", Count, ""),
    field("takerOrderId", Count, ""),
    field("makerSymbol", Symbol, ""),
    field("makerOrderId", Count, ""),
    field("tradeGroupId", Count, ""),
    field("selfTradePreventionMode", Word(SELF_TRADE_MODES), ""),
    field("price", Decimal, ""),
    maybe(
        "takerPreventedQuantity",
        Decimal,
        "What was taken from the later order.",
    ),
    maybe(
        "makerPreventedQuantity",
        Decimal,
        "What was taken from the earlier order.",
    ),
    field("transactTime", Time, ""),
];
