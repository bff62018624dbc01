//! The parameters that requests read: a strict gateway refuses others.

/// What proves a sensitive act: a code, a password, or what a passkey signed.
pub const PROOF_PARAMETERS: &[&str] = &[
    "totp",
    "password",
    "credential",
    "clientData",
    "authenticatorData",
    "assertion",
];
/// What an offer to an auditor may have besides.
pub const AUDITOR_PARAMETERS: &[&str] = &[
    "accounts",
    "totp",
    "password",
    "credential",
    "clientData",
    "authenticatorData",
    "assertion",
];
/// What stands beside a password to sign in: a code, or what a passkey signed.
pub const LOGIN_PROOF_PARAMETERS: &[&str] = &[
    "totp",
    "challenge",
    "credential",
    "clientData",
    "authenticatorData",
    "assertion",
];
/// What is to become of what is kept, and what proves the wish.
pub const CLOSE_PARAMETERS: &[&str] = &[
    "erase",
    "totp",
    "password",
    "credential",
    "clientData",
    "authenticatorData",
    "assertion",
];

/// What stands beside an address, and what proves that it is wanted.
pub const ADDRESS_PARAMETERS: &[&str] = &[
    "addressTag",
    "totp",
    "password",
    "credential",
    "clientData",
    "authenticatorData",
    "assertion",
];
/// What proves that withdrawals may go beyond the address book.
pub const RULE_PARAMETERS: &[&str] = &[
    "challenge",
    "totp",
    "password",
    "credential",
    "clientData",
    "authenticatorData",
    "assertion",
];
/// What stands beside a withdrawal, and what proves that it is wanted.
pub const WITHDRAWAL_PARAMETERS: &[&str] = &[
    "addressTag",
    "withdrawOrderId",
    "totp",
    "password",
    "credential",
    "clientData",
    "authenticatorData",
    "assertion",
];

pub const NONE: &[&str] = &[];
/// What every signed request may carry besides its own parameters.
pub const SIGNED_PARAMETERS: [&str; 6] = [
    "timestamp",
    "signature",
    "nonce",
    "recvWindow",
    "apiKey",
    "returnRateLimits",
];
pub const ORDER_PARAMETERS: &[&str] = &[
    "timeInForce",
    "quantity",
    "quoteOrderQty",
    "price",
    "newClientOrderId",
    "strategyId",
    "strategyType",
    "stopPrice",
    "trailingDelta",
    "icebergQty",
    "newOrderRespType",
    "selfTradePreventionMode",
    "pegPriceType",
    "pegOffsetType",
    "pegOffsetValue",
    "idempotencyKey",
];
pub const TEST_PARAMETERS: &[&str] = &[
    "timeInForce",
    "quantity",
    "quoteOrderQty",
    "price",
    "newClientOrderId",
    "strategyId",
    "strategyType",
    "stopPrice",
    "trailingDelta",
    "icebergQty",
    "newOrderRespType",
    "selfTradePreventionMode",
    "pegPriceType",
    "pegOffsetType",
    "pegOffsetValue",
    "idempotencyKey",
    "computeCommissionRates",
];
pub const REPLACE_PARAMETERS: &[&str] = &[
    "timeInForce",
    "quantity",
    "quoteOrderQty",
    "price",
    "newClientOrderId",
    "strategyId",
    "strategyType",
    "stopPrice",
    "trailingDelta",
    "icebergQty",
    "newOrderRespType",
    "selfTradePreventionMode",
    "pegPriceType",
    "pegOffsetType",
    "pegOffsetValue",
    "idempotencyKey",
    "cancelOrderId",
    "cancelOrigClientOrderId",
    "cancelNewClientOrderId",
    "cancelRestrictions",
    "orderRateLimitExceededMode",
];
pub const PAIR_PARAMETERS: &[&str] = &[
    "listClientOrderId",
    "aboveClientOrderId",
    "abovePrice",
    "aboveStopPrice",
    "aboveTrailingDelta",
    "aboveTimeInForce",
    "aboveIcebergQty",
    "aboveStrategyId",
    "aboveStrategyType",
    "abovePegPriceType",
    "abovePegOffsetType",
    "abovePegOffsetValue",
    "belowClientOrderId",
    "belowPrice",
    "belowStopPrice",
    "belowTrailingDelta",
    "belowTimeInForce",
    "belowIcebergQty",
    "belowStrategyId",
    "belowStrategyType",
    "belowPegPriceType",
    "belowPegOffsetType",
    "belowPegOffsetValue",
    "newOrderRespType",
    "selfTradePreventionMode",
    "idempotencyKey",
];
pub const OLD_PAIR_PARAMETERS: &[&str] = &[
    "listClientOrderId",
    "limitClientOrderId",
    "limitIcebergQty",
    "limitStrategyId",
    "limitStrategyType",
    "limitPegPriceType",
    "limitPegOffsetType",
    "limitPegOffsetValue",
    "stopClientOrderId",
    "stopLimitPrice",
    "stopLimitTimeInForce",
    "stopIcebergQty",
    "stopStrategyId",
    "stopStrategyType",
    "stopPegPriceType",
    "stopPegOffsetType",
    "stopPegOffsetValue",
    "trailingDelta",
    "newOrderRespType",
    "selfTradePreventionMode",
    "idempotencyKey",
];
pub const TRIGGERING_PARAMETERS: &[&str] = &[
    "listClientOrderId",
    "workingClientOrderId",
    "workingTimeInForce",
    "workingIcebergQty",
    "workingStrategyId",
    "workingStrategyType",
    "workingPegPriceType",
    "workingPegOffsetType",
    "workingPegOffsetValue",
    "pendingClientOrderId",
    "pendingPrice",
    "pendingStopPrice",
    "pendingTrailingDelta",
    "pendingTimeInForce",
    "pendingIcebergQty",
    "pendingStrategyId",
    "pendingStrategyType",
    "pendingPegPriceType",
    "pendingPegOffsetType",
    "pendingPegOffsetValue",
    "newOrderRespType",
    "selfTradePreventionMode",
    "idempotencyKey",
];
pub const TRIGGERING_PAIR_PARAMETERS: &[&str] = &[
    "listClientOrderId",
    "workingClientOrderId",
    "workingTimeInForce",
    "workingIcebergQty",
    "workingStrategyId",
    "workingStrategyType",
    "workingPegPriceType",
    "workingPegOffsetType",
    "workingPegOffsetValue",
    "pendingAboveClientOrderId",
    "pendingAbovePrice",
    "pendingAboveStopPrice",
    "pendingAboveTrailingDelta",
    "pendingAboveTimeInForce",
    "pendingAboveIcebergQty",
    "pendingAboveStrategyId",
    "pendingAboveStrategyType",
    "pendingAbovePegPriceType",
    "pendingAbovePegOffsetType",
    "pendingAbovePegOffsetValue",
    "pendingBelowClientOrderId",
    "pendingBelowPrice",
    "pendingBelowStopPrice",
    "pendingBelowTrailingDelta",
    "pendingBelowTimeInForce",
    "pendingBelowIcebergQty",
    "pendingBelowStrategyId",
    "pendingBelowStrategyType",
    "pendingBelowPegPriceType",
    "pendingBelowPegOffsetType",
    "pendingBelowPegOffsetValue",
    "newOrderRespType",
    "selfTradePreventionMode",
    "idempotencyKey",
];
pub const RANGE: &[&str] = &[
    "fromId",
    "startTime",
    "endTime",
    "limit",
    "orderId",
    "account",
];
pub const ORDER_NAMES: &[&str] = &[
    "orderId",
    "origClientOrderId",
    "newClientOrderId",
    "cancelRestrictions",
    "idempotencyKey",
];

#[cfg(test)]
mod tests {
    use wire::binance::request::names::{self, OrderNames};

    use crate::route::{ENDPOINTS, Route};

    /// What no type of such an order takes.
    const NEVER_TAKEN: &[&str] = &[
        "limitStopPrice",
        "limitTrailingDelta",
        "limitTimeInForce",
        "workingStopPrice",
        "workingTrailingDelta",
    ];

    #[test]
    fn what_the_reader_of_orders_reads_is_known_to_their_routes() {
        for (route, orders) in [
            (Route::NewOrder, &[&names::ALONE][..]),
            (Route::TestOrder, &[&names::ALONE]),
            (Route::CancelReplace, &[&names::ALONE]),
            (Route::NewOldPair, &[&names::OLD_LIMIT, &names::OLD_STOP]),
            (Route::NewPair, &[&names::ABOVE, &names::BELOW]),
            (Route::NewTriggering, &[&names::WORKING, &names::PENDING]),
            (
                Route::NewTriggeringPair,
                &[
                    &names::WORKING,
                    &names::PENDING_ABOVE,
                    &names::PENDING_BELOW,
                ],
            ),
        ] {
            let endpoint = ENDPOINTS.iter().find(|row| row.route == route);
            let endpoint = endpoint.expect("a row");
            let is_known =
                |name| endpoint.mandatory.contains(&name) || endpoint.optional.contains(&name);
            for name in orders.iter().flat_map(|order| all_of(order)) {
                let is_taken = !NEVER_TAKEN.contains(&name);
                assert_eq!(is_known(name), is_taken, "{} {name}", endpoint.path);
            }
        }
    }

    fn all_of(names: &OrderNames) -> Vec<&'static str> {
        let mut all = vec![
            names.qty,
            names.price,
            names.stop_price,
            names.trailing_delta,
            names.time_in_force,
            names.iceberg_qty,
            names.client_id,
            names.strategy_id,
            names.strategy_type,
            names.peg_price_type,
            names.peg_offset_type,
            names.peg_offset_value,
        ];
        all.extend(names.quote_qty);
        all
    }
}
