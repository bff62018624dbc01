//! Answers about matches that self-trade prevention stopped.
//!
//! **Source** `docs/spec/binance-surface.md` §10.4.

use model::id::{OrderId, PreventedMatchId, TradeGroupId};
use model::instrument::Grid;
use model::number::{Price, Qty};
use model::order::SelfTradeMode;
use model::text::Symbol;
use model::time::Timestamp;
use serde::Serialize;

use crate::binance::time::{Time, TimeUnit};
use crate::binance::words::{self, SymbolText};
use crate::decimal::{self, Decimal};

/// What an answer says about a prevented match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreventedFacts {
    pub symbol: Symbol,
    pub grid: Grid,
    pub prevented: PreventedMatchId,
    pub taker_order: OrderId,
    pub maker_order: OrderId,
    pub group: TradeGroupId,
    pub mode: SelfTradeMode,
    pub price: Price,
    /// Lots taken from each order without a trade.
    pub maker_qty: Qty,
    pub taker_qty: Qty,
    pub at: Timestamp,
}

/// One row of `GET /api/v3/myPreventedMatches`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PreventedRow {
    symbol: SymbolText,
    prevented_match_id: u64,
    taker_order_id: u64,
    maker_symbol: SymbolText,
    maker_order_id: u64,
    trade_group_id: u64,
    self_trade_prevention_mode: &'static str,
    price: Decimal,
    #[serde(skip_serializing_if = "Option::is_none")]
    taker_prevented_quantity: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maker_prevented_quantity: Option<Decimal>,
    transact_time: Time,
}

impl PreventedRow {
    /// Returns the row of a prevented match.
    pub fn of(facts: &PreventedFacts, unit: TimeUnit) -> PreventedRow {
        let qty = |qty: Qty| (!qty.is_zero()).then(|| decimal::of_qty(qty, &facts.grid));
        PreventedRow {
            symbol: SymbolText(facts.symbol),
            prevented_match_id: facts.prevented.0,
            taker_order_id: facts.taker_order.0,
            maker_symbol: SymbolText(facts.symbol),
            maker_order_id: facts.maker_order.0,
            trade_group_id: u64::from(facts.group.0),
            self_trade_prevention_mode: words::self_trade(facts.mode),
            price: decimal::of_price(facts.price, &facts.grid),
            taker_prevented_quantity: qty(facts.taker_qty),
            maker_prevented_quantity: qty(facts.maker_qty),
            transact_time: unit.show(facts.at),
        }
    }
}
