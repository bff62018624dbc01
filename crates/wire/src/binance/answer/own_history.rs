//! Answers about what is an account's own in whichever markets, page by page.
//!
//! **Source** `docs/spec/history.md` §3.

use serde::Serialize;

use crate::binance::answer::order::OrderRow;
use crate::binance::answer::own_trade::OwnTradeRow;

/// `GET /v1/account/orderHistory`.
#[derive(Debug, Serialize)]
pub struct OrderPage {
    pub orders: Vec<OrderRow>,
    /// The cursor of the next page, where there may be one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `GET /v1/account/tradeHistory`.
#[derive(Debug, Serialize)]
pub struct TradePage {
    pub trades: Vec<OwnTradeRow>,
    /// The cursor of the next page, where there may be one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
