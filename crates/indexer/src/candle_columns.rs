//! Candles as columns.

use model::id::{MarketId, TradeId};
use model::snapshot_views::CandleRow;

use crate::candle::PastCandle;
use crate::codes::Code;
use crate::error::HistoryError;
use crate::row::Row;
use crate::statement::Values;
use crate::trade_columns::Columns;

/// Appends the values of a candle to a statement, in the order of `tables::CANDLE_COLUMNS`.
pub fn push(values: &mut Values, candle: &PastCandle) {
    let row = &candle.row;
    values.push_bind(i64::from(candle.market.0));
    values.push_bind(candle.interval.number());
    values.push_bind(row.period);
    values.push_bind(row.open.ticks());
    values.push_bind(row.high.ticks());
    values.push_bind(row.low.ticks());
    values.push_bind(row.close.ticks());
    values.push_bind(row.lots.to_string());
    values.push_bind(row.value.to_string());
    values.push_bind(row.taker_buy_lots.to_string());
    values.push_bind(row.taker_buy_value.to_string());
    values.push_bind(row.first.0.cast_signed());
    values.push_bind(row.last.0.cast_signed());
}

/// Returns the candle in a row of all columns.
///
/// # Errors
/// When it is none.
pub fn read(row: &Row) -> Result<PastCandle, HistoryError> {
    let mut columns = Columns::of(row);
    Ok(PastCandle {
        market: MarketId(columns.number("market")?),
        interval: columns.code("span")?,
        row: CandleRow {
            period: columns.number("period")?,
            open: columns.price("open")?,
            high: columns.price("high")?,
            low: columns.price("low")?,
            close: columns.price("close")?,
            lots: columns.units("lots")?,
            value: columns.units("value")?,
            taker_buy_lots: columns.units("taker_buy_lots")?,
            taker_buy_value: columns.units("taker_buy_value")?,
            first: TradeId(columns.number("first_trade")?),
            last: TradeId(columns.number("last_trade")?),
        },
    })
}
