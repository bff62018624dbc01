//! Answers about an account's own trades.
//!
//! **Source** `docs/spec/binance-surface.md` §10.3.

use model::id::{ListId, OrderId, TradeId};
use model::instrument::Grid;
use model::number::{Amount, Price, Qty};
use model::order::Side;
use model::text::Symbol;
use model::time::Timestamp;
use serde::Serialize;

use crate::binance::answer::order::list_number;
use crate::binance::time::{Time, TimeUnit};
use crate::binance::words::SymbolText;
use crate::decimal::{self, Decimal};

/// What `GET /api/v3/myTrades` says about a fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnTradeFacts {
    pub symbol: Symbol,
    pub grid: Grid,
    pub trade: TradeId,
    pub order: OrderId,
    pub list: Option<ListId>,
    pub price: Price,
    pub qty: Qty,
    pub quote: Amount,
    /// Below zero when a rebate was more than the fee.
    pub commission: Amount,
    pub commission_asset: Symbol,
    pub at: Timestamp,
    pub side: Side,
    pub role: Role,
}

/// Which side of a trade an order was on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Maker,
    Taker,
}

/// One row of `myTrades`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnTradeRow {
    symbol: SymbolText,
    id: u64,
    order_id: u64,
    order_list_id: i64,
    price: Decimal,
    qty: Decimal,
    quote_qty: Decimal,
    commission: Decimal,
    commission_asset: SymbolText,
    time: Time,
    is_buyer: bool,
    is_maker: bool,
    is_best_match: bool,
}

impl OwnTradeRow {
    /// Returns the row of a fill.
    pub fn of(facts: &OwnTradeFacts, unit: TimeUnit) -> OwnTradeRow {
        OwnTradeRow {
            symbol: SymbolText(facts.symbol),
            id: facts.trade.0,
            order_id: facts.order.0,
            order_list_id: list_number(facts.list),
            price: decimal::of_price(facts.price, &facts.grid),
            qty: decimal::of_qty(facts.qty, &facts.grid),
            quote_qty: Decimal(facts.quote.units()),
            commission: Decimal(facts.commission.units()),
            commission_asset: SymbolText(facts.commission_asset),
            time: unit.show(facts.at),
            is_buyer: facts.side == Side::Buy,
            is_maker: facts.role == Role::Maker,
            is_best_match: true,
        }
    }
}
