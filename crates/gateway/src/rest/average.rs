//! The average price of the last five minutes, and the last price when nothing traded in them.

use model::average::AVERAGE_SECONDS;
use model::time::Timestamp;
use model::wide::{Rounding, mul_div};
use views::market::Market;
use wire::binance::stream::AverageFacts;
use wire::decimal::Decimal;

use crate::rest::market::last_price;

/// Returns the average price of a market.
pub fn of(market: &Market, at: Timestamp) -> AverageFacts {
    let price = match market.average(at) {
        Some((value, qty)) => {
            let tick = i128::from(market.instrument().grid.tick_units);
            Decimal(mul_div(value, tick, qty, Rounding::Floor).unwrap_or(0))
        }
        None => last_price(market),
    };
    AverageFacts {
        price,
        last_at: last_moment(market, at),
    }
}

/// The last trade that the average takes in, or now.
fn last_moment(market: &Market, at: Timestamp) -> Timestamp {
    match market.last_trade() {
        Some(last) if at.seconds() - (AVERAGE_SECONDS as i64) < last.at.seconds() => last.at,
        _ => at,
    }
}
