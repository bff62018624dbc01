//! What answers about orders that are spread over time are made of.

use crate::description::shape::Shape::{
    Always, ClientId, Count, Decimal, Flag, Integer, List, One, OrNull, SignedDecimal, Symbol,
    Text, Time, Word,
};
use crate::description::shape::{Record, SIDES, field, record};
use crate::rest::algo_reads::{SLICE_STATUSES, STATUSES};

/// What those answers consist of, by name.
pub const RECORDS: &[Record] = &[
    record(
        "NewAlgo",
        "An order that is spread over time was taken, not executed.",
        &[&[
            field("algoId", Count, ""),
            field("clientAlgoId", ClientId, ""),
            field("success", Flag, ""),
            field("code", Integer, "Always 0."),
            field("msg", Always("OK"), ""),
        ]],
    ),
    record(
        "CancelledAlgo",
        "No further slice is sent.",
        &[&[
            field("algoId", Count, ""),
            field("success", Flag, ""),
            field("code", Integer, "Always 0."),
            field("msg", Always("OK"), ""),
        ]],
    ),
    record(
        "AlgoPreview",
        "Into what an order would be cut now.",
        &[&[
            field("symbol", Symbol, ""),
            field("slices", Count, "How many slices are sent at most."),
            field("sliceQty", Decimal, "The first of them."),
            field("interval", Count, "Seconds from one to the next."),
            field("endTime", Time, "If it began now."),
            field("durationMin", Count, "The fewest seconds that are taken."),
            field("durationMax", Count, "The most seconds that are taken."),
        ]],
    ),
    record(
        "AlgoOrders",
        "Orders that are spread over time.",
        &[&[
            field("total", Count, "How many there are on all pages."),
            field("orders", List(&One("AlgoOrder")), ""),
        ]],
    ),
    record(
        "AlgoOrder",
        "An order that is spread over time.",
        &[&[
            field("algoId", Count, ""),
            field("symbol", Symbol, ""),
            field("side", Word(SIDES), ""),
            field("totalQty", Decimal, ""),
            field("executedQty", Decimal, ""),
            field("executedAmt", Decimal, "In quote."),
            field("avgPrice", Decimal, "0 while nothing is executed."),
            field("clientAlgoId", ClientId, ""),
            field("bookTime", Time, "When it began."),
            field("endTime", Time, "When it ended, 0 while it works."),
            field("algoStatus", Word(STATUSES), ""),
            field("algoType", Always("TWAP"), ""),
            field(
                "urgency",
                Always("LOW"),
                "Of another kind of order upstream.",
            ),
            field("limitPrice", Decimal, "0 without one."),
            field("plannedEndTime", Time, "When it ends at the latest."),
            field("slices", Count, "How many are sent at most."),
            field("slicesSent", Count, ""),
            field("errorCode", Integer, "Of the slice that ended it, or 0."),
            field("errorMsg", Text, "Why it expired."),
        ]],
    ),
    record(
        "AlgoSlices",
        "The slices of an order that is spread over time.",
        &[&[
            field("total", Count, "How many there are on all pages."),
            field("executedQty", Decimal, "Of the whole order."),
            field("executedAmt", Decimal, "Of the whole order, in quote."),
            field("subOrders", List(&One("AlgoSlice")), ""),
        ]],
    ),
    record(
        "AlgoSlice",
        "A slice: an order that executes what it can at once.",
        &[&[
            field("algoId", Count, ""),
            field("orderId", Count, "0 if it became no order."),
            field("orderStatus", Word(SLICE_STATUSES), ""),
            field("executedQty", Decimal, ""),
            field("executedAmt", Decimal, "In quote."),
            field("feeAmt", SignedDecimal, ""),
            field("feeAsset", OrNull(&Symbol), "Null where no fee is known."),
            field("bookTime", Time, "When it was sent."),
            field("avgPrice", Decimal, ""),
            field("side", Word(SIDES), ""),
            field("symbol", Symbol, ""),
            field("subId", Count, "From 1 on."),
            field("timeInForce", Always("IMMEDIATE_OR_CANCEL"), ""),
            field("origQty", Decimal, ""),
            field("clientOrderId", ClientId, "Its name among the orders."),
            field("errorCode", Integer, "Why it was refused, or 0."),
            field("errorMsg", Text, ""),
        ]],
    ),
];
