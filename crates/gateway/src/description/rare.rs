//! The members of what is answered about amendments, other changes of orders, and prevented matches.

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
/// What else an amendment gave to an order that queued again or waits on.
pub const NEW_CONDITIONS: &[Field] = &[
    maybe(
        "origPrice",
        Decimal,
        "The limit price before, of an order that queued again or waits on.",
    ),
    maybe(
        "newPrice",
        Decimal,
        "The limit price after, of an order that queued again or waits on.",
    ),
    maybe("origStopPrice", Decimal, "Before, of an order that waits."),
    maybe("newStopPrice", Decimal, "After, of an order that waits."),
    maybe(
        "origTrailingDelta",
        Count,
        "Before, of an order that trails.",
    ),
    maybe("newTrailingDelta", Count, "After, of an order that trails."),
];
/// What else it gave to an iceberg.
pub const NEW_SHOWN: &[Field] = &[
    maybe(
        "origIcebergQty",
        Decimal,
        "What an iceberg showed at a time, where that changed.",
    ),
    maybe(
        "newIcebergQty",
        Decimal,
        "What an iceberg shows at a time, where that changed.",
    ),
];
/// A change of an order.
pub const CHANGED: &[Field] = &[
    field("symbol", Symbol, ""),
    field("orderId", Count, ""),
    field("sequence", Count, "The command that made it."),
    field("time", Time, ""),
    field("change", Word(CHANGES), ""),
    maybe("status", Word(ENDS), "Of CLOSED."),
    maybe("reason", Word(REASONS), "Of CLOSED: what ended it."),
    maybe("origClientOrderId", ClientId, "Of AMENDED, as all below."),
    maybe("newClientOrderId", ClientId, ""),
    maybe("origQty", Decimal, ""),
    maybe("newQty", Decimal, ""),
];
const CHANGES: &[&str] = &["ACCEPTED", "ACTIVATED", "AMENDED", "TRIGGERED", "CLOSED"];
/// Of an order that is filled, its trades tell.
const ENDS: &[&str] = &["CANCELED", "EXPIRED", "EXPIRED_IN_MATCH"];
const REASONS: &[&str] = &[
    "OWNER_CANCELLED",
    "REPLACED",
    "IMMEDIATE_REMAINDER",
    "FILL_OR_KILL_UNFILLED",
    "INSUFFICIENT_LIQUIDITY",
    "EXECUTION_BAND",
    "SELF_TRADE",
    "DELISTED",
    "EXCHANGE_CANCELLED",
    "OTHER_LEG",
    "WORKING_LEG",
    "INSUFFICIENT_FUNDS",
    "NOT_PLACEABLE",
    "COUNTDOWN",
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
