//! One candle, and how a reader asks for many.

use crate::interval::Interval;
use model::id::TradeId;
use model::instrument::Instrument;
use model::number::Price;
use model::snapshot_views::CandleRow;
use model::time::Timestamp;

/// What traded within one period.
///
/// **Units** base and quote units; sums of a period may exceed what one balance may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candle {
    pub interval: Interval,
    pub period: i64,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub base_units: i128,
    pub quote_units: i128,
    pub taker_buy_base_units: i128,
    pub taker_buy_quote_units: i128,
    /// `None` when the period had no trade: its prices are then the close before it.
    pub trades: Option<CandleTrades>,
}

/// The trades of a period, which have consecutive numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CandleTrades {
    pub first: TradeId,
    pub last: TradeId,
}

/// Which candles a reader asks for, by the moment they open.
///
/// **Shape** with `from`: the first `count` candles that open at or after it; without: the last `count`. `until`
/// leaves out candles that open after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CandleRange {
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub count: usize,
}

impl Candle {
    /// Returns the first moment of the period.
    pub const fn opens_at(&self) -> Timestamp {
        self.interval.opens(self.period)
    }

    /// Returns the last moment of the period.
    pub const fn closes_at(&self) -> Timestamp {
        self.interval.opens(self.period + 1).plus_nanos(-1)
    }

    /// Returns the number of trades.
    pub const fn trade_count(&self) -> u64 {
        match self.trades {
            Some(trades) => trades.last.0 - trades.first.0 + 1,
            None => 0,
        }
    }

    /// Returns the candle of a period with trades.
    pub fn of_row(interval: Interval, row: &CandleRow, instrument: &Instrument) -> Candle {
        let base = |lots: i128| lots.saturating_mul(i128::from(instrument.grid.lot_units));
        let quote = |value: i128| value.saturating_mul(i128::from(instrument.quote_per_tick_lot));
        Candle {
            interval,
            period: row.period,
            open: row.open,
            high: row.high,
            low: row.low,
            close: row.close,
            base_units: base(row.lots),
            quote_units: quote(row.value),
            taker_buy_base_units: base(row.taker_buy_lots),
            taker_buy_quote_units: quote(row.taker_buy_value),
            trades: Some(CandleTrades {
                first: row.first,
                last: row.last,
            }),
        }
    }

    /// Returns the candle of a period without trades, after a close at `price`.
    pub fn flat(interval: Interval, period: i64, price: Price) -> Candle {
        Candle {
            interval,
            period,
            open: price,
            high: price,
            low: price,
            close: price,
            base_units: 0,
            quote_units: 0,
            taker_buy_base_units: 0,
            taker_buy_quote_units: 0,
            trades: None,
        }
    }
}
