//! The names under which the parameters of an order come: an order alone, or each leg of a list.

use crate::binance::error::Fault;

/// The names of one order's parameters.
#[derive(Debug)]
pub struct OrderNames {
    pub qty: &'static str,
    /// An order in a list cannot ask for quote.
    pub quote_qty: Option<&'static str>,
    pub price: &'static str,
    pub stop_price: &'static str,
    pub trailing_delta: &'static str,
    pub time_in_force: &'static str,
    pub iceberg_qty: &'static str,
    /// Answers an iceberg that does not rest.
    pub iceberg_fault: Fault,
    pub client_id: &'static str,
    pub strategy_id: &'static str,
    pub strategy_type: &'static str,
    pub peg_price_type: &'static str,
    pub peg_offset_type: &'static str,
    pub peg_offset_value: &'static str,
}

pub const ALONE: OrderNames = OrderNames {
    qty: "quantity",
    quote_qty: Some("quoteOrderQty"),
    price: "price",
    stop_price: "stopPrice",
    trailing_delta: "trailingDelta",
    time_in_force: "timeInForce",
    iceberg_qty: "icebergQty",
    iceberg_fault: Fault::Combination,
    client_id: "newClientOrderId",
    strategy_id: "strategyId",
    strategy_type: "strategyType",
    peg_price_type: "pegPriceType",
    peg_offset_type: "pegOffsetType",
    peg_offset_value: "pegOffsetValue",
};

pub const ABOVE: OrderNames = OrderNames {
    qty: "quantity",
    quote_qty: None,
    price: "abovePrice",
    stop_price: "aboveStopPrice",
    trailing_delta: "aboveTrailingDelta",
    time_in_force: "aboveTimeInForce",
    iceberg_qty: "aboveIcebergQty",
    iceberg_fault: Fault::IcebergNeedsGtc,
    client_id: "aboveClientOrderId",
    strategy_id: "aboveStrategyId",
    strategy_type: "aboveStrategyType",
    peg_price_type: "abovePegPriceType",
    peg_offset_type: "abovePegOffsetType",
    peg_offset_value: "abovePegOffsetValue",
};

pub const BELOW: OrderNames = OrderNames {
    qty: "quantity",
    quote_qty: None,
    price: "belowPrice",
    stop_price: "belowStopPrice",
    trailing_delta: "belowTrailingDelta",
    time_in_force: "belowTimeInForce",
    iceberg_qty: "belowIcebergQty",
    iceberg_fault: Fault::IcebergNeedsGtc,
    client_id: "belowClientOrderId",
    strategy_id: "belowStrategyId",
    strategy_type: "belowStrategyType",
    peg_price_type: "belowPegPriceType",
    peg_offset_type: "belowPegOffsetType",
    peg_offset_value: "belowPegOffsetValue",
};

pub const WORKING: OrderNames = OrderNames {
    qty: "workingQuantity",
    quote_qty: None,
    price: "workingPrice",
    stop_price: "workingStopPrice",
    trailing_delta: "workingTrailingDelta",
    time_in_force: "workingTimeInForce",
    iceberg_qty: "workingIcebergQty",
    iceberg_fault: Fault::Combination,
    client_id: "workingClientOrderId",
    strategy_id: "workingStrategyId",
    strategy_type: "workingStrategyType",
    peg_price_type: "workingPegPriceType",
    peg_offset_type: "workingPegOffsetType",
    peg_offset_value: "workingPegOffsetValue",
};

pub const PENDING: OrderNames = OrderNames {
    qty: "pendingQuantity",
    quote_qty: None,
    price: "pendingPrice",
    stop_price: "pendingStopPrice",
    trailing_delta: "pendingTrailingDelta",
    time_in_force: "pendingTimeInForce",
    iceberg_qty: "pendingIcebergQty",
    iceberg_fault: Fault::Combination,
    client_id: "pendingClientOrderId",
    strategy_id: "pendingStrategyId",
    strategy_type: "pendingStrategyType",
    peg_price_type: "pendingPegPriceType",
    peg_offset_type: "pendingPegOffsetType",
    peg_offset_value: "pendingPegOffsetValue",
};

pub const PENDING_ABOVE: OrderNames = OrderNames {
    qty: "pendingQuantity",
    quote_qty: None,
    price: "pendingAbovePrice",
    stop_price: "pendingAboveStopPrice",
    trailing_delta: "pendingAboveTrailingDelta",
    time_in_force: "pendingAboveTimeInForce",
    iceberg_qty: "pendingAboveIcebergQty",
    iceberg_fault: Fault::IcebergNeedsGtc,
    client_id: "pendingAboveClientOrderId",
    strategy_id: "pendingAboveStrategyId",
    strategy_type: "pendingAboveStrategyType",
    peg_price_type: "pendingAbovePegPriceType",
    peg_offset_type: "pendingAbovePegOffsetType",
    peg_offset_value: "pendingAbovePegOffsetValue",
};

pub const PENDING_BELOW: OrderNames = OrderNames {
    qty: "pendingQuantity",
    quote_qty: None,
    price: "pendingBelowPrice",
    stop_price: "pendingBelowStopPrice",
    trailing_delta: "pendingBelowTrailingDelta",
    time_in_force: "pendingBelowTimeInForce",
    iceberg_qty: "pendingBelowIcebergQty",
    iceberg_fault: Fault::IcebergNeedsGtc,
    client_id: "pendingBelowClientOrderId",
    strategy_id: "pendingBelowStrategyId",
    strategy_type: "pendingBelowStrategyType",
    peg_price_type: "pendingBelowPegPriceType",
    peg_offset_type: "pendingBelowPegOffsetType",
    peg_offset_value: "pendingBelowPegOffsetValue",
};

/// The limit maker of `POST /api/v3/order/oco`.
pub const OLD_LIMIT: OrderNames = OrderNames {
    qty: "quantity",
    quote_qty: None,
    price: "price",
    stop_price: "limitStopPrice",
    trailing_delta: "limitTrailingDelta",
    time_in_force: "limitTimeInForce",
    iceberg_qty: "limitIcebergQty",
    iceberg_fault: Fault::IcebergNeedsGtc,
    client_id: "limitClientOrderId",
    strategy_id: "limitStrategyId",
    strategy_type: "limitStrategyType",
    peg_price_type: "limitPegPriceType",
    peg_offset_type: "limitPegOffsetType",
    peg_offset_value: "limitPegOffsetValue",
};

/// The stop loss of `POST /api/v3/order/oco`.
pub const OLD_STOP: OrderNames = OrderNames {
    qty: "quantity",
    quote_qty: None,
    price: "stopLimitPrice",
    stop_price: "stopPrice",
    trailing_delta: "trailingDelta",
    time_in_force: "stopLimitTimeInForce",
    iceberg_qty: "stopIcebergQty",
    iceberg_fault: Fault::IcebergNeedsGtc,
    client_id: "stopClientOrderId",
    strategy_id: "stopStrategyId",
    strategy_type: "stopStrategyType",
    peg_price_type: "stopPegPriceType",
    peg_offset_type: "stopPegOffsetType",
    peg_offset_value: "stopPegOffsetValue",
};
