//! How trades add up to candles, wherever candles are kept.

use crate::interval::Interval;
use model::id::TradeId;
use model::number::{Price, Qty};
use model::order::Side;
use model::snapshot_views::CandleRow;

/// A trade as candles see it.
#[derive(Clone, Copy)]
pub struct CandleTrade {
    pub trade: TradeId,
    pub price: Price,
    pub qty: Qty,
    pub taker_side: Side,
}

/// Returns a trade as a candle of the period.
pub fn row_of(trade: &CandleTrade, period: i64) -> CandleRow {
    let lots = i128::from(trade.qty.lots());
    let value = i128::from(trade.price.ticks()) * lots;
    let is_buy = i128::from(trade.taker_side == Side::Buy);
    CandleRow {
        period,
        open: trade.price,
        high: trade.price,
        low: trade.price,
        close: trade.price,
        lots,
        value,
        taker_buy_lots: lots * is_buy,
        taker_buy_value: value * is_buy,
        first: trade.trade,
        last: trade.trade,
    }
}

/// Returns the row with the period of a longer interval that contains its own.
pub fn moved(row: &CandleRow, from: Interval, to: Interval) -> CandleRow {
    CandleRow {
        period: to.period(from.opens(row.period)),
        ..*row
    }
}

/// Adds a later row to an earlier one of the same period. Sums saturate: no turnover a market can reach comes near.
pub fn merge(row: &mut CandleRow, later: &CandleRow) {
    row.high = row.high.max(later.high);
    row.low = row.low.min(later.low);
    row.close = later.close;
    row.lots = row.lots.saturating_add(later.lots);
    row.value = row.value.saturating_add(later.value);
    row.taker_buy_lots = row.taker_buy_lots.saturating_add(later.taker_buy_lots);
    row.taker_buy_value = row.taker_buy_value.saturating_add(later.taker_buy_value);
    row.last = later.last;
}
