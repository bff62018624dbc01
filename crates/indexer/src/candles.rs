//! The fold of trades into candles of every interval.
//!
//! Time never runs backwards, so that of each interval only the last candle of a market can still grow.

use std::collections::BTreeMap;

use model::event::Traded;
use model::id::MarketId;
use model::snapshot_views::CandleRow;
use model::time::Timestamp;
use views::candle_row::{CandleTrade, merge, moved, row_of};
use views::interval::Interval;

use crate::candle::PastCandle;

/// The last candle of each market and interval.
pub type LastCandles = BTreeMap<(MarketId, Interval), CandleRow>;

/// What a batch traded in each second, by market.
#[derive(Debug, Default)]
pub struct Seconds {
    markets: BTreeMap<MarketId, Vec<CandleRow>>,
}

impl Seconds {
    /// Takes in a trade.
    pub fn add(&mut self, event: &Traded, at: Timestamp) {
        let trade = CandleTrade {
            trade: event.trade,
            price: event.price,
            qty: event.qty,
            taker_side: event.taker_side,
        };
        let row = row_of(&trade, Interval::Second1.period(at));
        let rows = self.markets.entry(event.market).or_default();
        match rows.last_mut() {
            Some(last) if last.period == row.period => merge(last, &row),
            _ => rows.push(row),
        }
    }

    /// Returns every candle that changed, each as it is now.
    pub fn close(&self, last: &mut LastCandles) -> Vec<PastCandle> {
        let mut changed = Vec::new();
        for (market, seconds) in &self.markets {
            for interval in Interval::ALL {
                let grown = grow(last.get(&(*market, interval)), seconds, interval);
                if let Some(row) = grown.last() {
                    last.insert((*market, interval), *row);
                }
                let candle = |row| PastCandle {
                    market: *market,
                    interval,
                    row,
                };
                changed.extend(grown.into_iter().map(candle));
            }
        }
        changed
    }
}

/// Returns the candles of an interval that some seconds fall into, on top of the last one before them.
fn grow(last: Option<&CandleRow>, seconds: &[CandleRow], interval: Interval) -> Vec<CandleRow> {
    let mut rows: Vec<CandleRow> = Vec::new();
    for second in seconds {
        let row = moved(second, Interval::Second1, interval);
        match rows.last_mut() {
            Some(open) if open.period == row.period => merge(open, &row),
            Some(_) => rows.push(row),
            None => match last {
                Some(last) if last.period == row.period => {
                    let mut open = *last;
                    merge(&mut open, &row);
                    rows.push(open);
                }
                _ => rows.push(row),
            },
        }
    }
    rows
}
