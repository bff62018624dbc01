//! The filters of a market, member by member.
//!
//! **Source** `docs/spec/binance-surface.md` §7.2.

use crate::description::shape::Field;
use crate::description::shape::Shape::{Count, Decimal, Flag};
use crate::description::shape::field;

/// The filters by their names, with their members.
pub const FILTER_TABLE: &[(&str, &[Field])] = &[
    (
        "PRICE_FILTER",
        &[
            field("minPrice", Decimal, ""),
            field("maxPrice", Decimal, ""),
            field("tickSize", Decimal, "Prices are multiples of it."),
        ],
    ),
    ("LOT_SIZE", LOTS),
    ("MARKET_LOT_SIZE", LOTS),
    (
        "NOTIONAL",
        &[
            field("minNotional", Decimal, ""),
            field("applyMinToMarket", Flag, ""),
            field("maxNotional", Decimal, ""),
            field("applyMaxToMarket", Flag, ""),
            field("avgPriceMins", Count, ""),
        ],
    ),
    (
        "PERCENT_PRICE_BY_SIDE",
        &[
            field("bidMultiplierUp", Decimal, ""),
            field("bidMultiplierDown", Decimal, ""),
            field("askMultiplierUp", Decimal, ""),
            field("askMultiplierDown", Decimal, ""),
            field("avgPriceMins", Count, ""),
        ],
    ),
    ("MAX_NUM_ORDERS", &[field("maxNumOrders", Count, "")]),
    (
        "MAX_NUM_ALGO_ORDERS",
        &[field("maxNumAlgoOrders", Count, "")],
    ),
    (
        "MAX_NUM_ICEBERG_ORDERS",
        &[field("maxNumIcebergOrders", Count, "")],
    ),
    (
        "MAX_NUM_ORDER_LISTS",
        &[field("maxNumOrderLists", Count, "")],
    ),
    (
        "MAX_NUM_ORDER_AMENDS",
        &[field("maxNumOrderAmends", Count, "")],
    ),
    ("ICEBERG_PARTS", &[field("limit", Count, "")]),
    (
        "TRAILING_DELTA",
        &[
            field("minTrailingAboveDelta", Count, ""),
            field("maxTrailingAboveDelta", Count, ""),
            field("minTrailingBelowDelta", Count, ""),
            field("maxTrailingBelowDelta", Count, ""),
        ],
    ),
    ("MAX_POSITION", &[field("maxPosition", Decimal, "In base.")]),
];
const LOTS: &[Field] = &[
    field("minQty", Decimal, ""),
    field("maxQty", Decimal, ""),
    field("stepSize", Decimal, "Quantities are multiples of it."),
];
