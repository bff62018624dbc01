//! Statistics of other windows than the last 24 hours: one whose length the caller chooses, and the day of a zone.
//!
//! Both begin at a full minute and are summed up from the kept candles of a minute.
//!
//! **Source** `docs/spec/binance-surface.md` §8.3.

use model::time::{NANOS_PER_SECOND, Timestamp};
use views::candle::CandleRange;
use views::interval::Interval;
use views::market::Market;
use views::views::Views;
use wire::binance::answer::market::CandleFacts;
use wire::binance::answer::ticker::{Best, MiniDay, TickerFacts, Window, WindowFacts};
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::TimeUnit;

use crate::reply::Reply;
use crate::rest::facts;
use crate::rest::market::one_or_many;
use crate::rest::symbols::Selection;
use crate::rest::zone::{self, Zone};

const MINUTE_NANOS: i64 = 60 * NANOS_PER_SECOND;
const WEIGHT_MAX: u32 = 200;
const WEIGHT_EACH: u32 = 4;

/// From the first moment to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bounds {
    opens_at: Timestamp,
    closes_at: Timestamp,
}

impl Bounds {
    fn last(minutes: i64, at: Timestamp) -> Bounds {
        let begin = at.plus_nanos(-minutes * MINUTE_NANOS);
        Bounds {
            opens_at: Interval::Minute1.opens(Interval::Minute1.period(begin)),
            closes_at: at,
        }
    }
}

/// `GET /api/v3/ticker`: a window of the caller's length that ends now.
///
/// # Errors
/// -1102 without a symbol, -1130 for what is no length, -1139 for an unknown type, and those of the values.
pub fn rolling(views: &Views, params: &Params, unit: TimeUnit) -> Result<Reply, Refusal> {
    let text = params.text("windowSize")?.unwrap_or("1d");
    let minutes =
        minutes(text).ok_or_else(|| Refusal::with(Fault::DataInvalid, &["windowSize"]))?;
    tickers(views, params, Bounds::last(minutes, views.at()), unit)
}

/// Returns what traded in the last minutes of a market, from a full minute on.
pub fn last_minutes(market: &Market, minutes: i64, at: Timestamp) -> TickerFacts {
    facts_within(market, Bounds::last(minutes, at), at)
}

/// `GET /api/v3/ticker/tradingDay`: the running day of a time zone.
///
/// # Errors
/// -1102 without a symbol, -1130 for what is no time zone, -1139 for an unknown type, and those of the values.
pub fn trading_day(views: &Views, params: &Params, unit: TimeUnit) -> Result<Reply, Refusal> {
    let zone = Zone::parse(params)?;
    let day = zone.period(Interval::Day1, views.at());
    let bounds = Bounds {
        opens_at: zone.opens(Interval::Day1, day),
        closes_at: zone.closes(Interval::Day1, day),
    };
    tickers(views, params, bounds, unit)
}

/// Returns the weight of a request for such tickers: by the number of symbols.
pub fn weight(params: &Params) -> u32 {
    match Selection::parse(params) {
        Ok(Selection::Many(symbols)) => {
            let count = u32::try_from(symbols.len()).unwrap_or(WEIGHT_MAX);
            count.max(1).saturating_mul(WEIGHT_EACH).min(WEIGHT_MAX)
        }
        _ => WEIGHT_EACH,
    }
}

fn tickers(
    views: &Views,
    params: &Params,
    bounds: Bounds,
    unit: TimeUnit,
) -> Result<Reply, Refusal> {
    if Selection::parse(params)? == Selection::All {
        return Err(Refusal::with(Fault::MandatoryMissing, &["symbol"]));
    }
    let facts = |market: &Market| facts_within(market, bounds, views.at());
    match params.text("type")? {
        None | Some("FULL") => {
            one_or_many(views, params, |market| Window::of(&facts(market), unit))
        }
        Some("MINI") => one_or_many(views, params, |market| MiniDay::of(&facts(market), unit)),
        Some(_) => Err(Refusal::of(Fault::TickerTypeInvalid)),
    }
}

fn facts_within(market: &Market, bounds: Bounds, at: Timestamp) -> TickerFacts {
    let range = CandleRange {
        from: Some(bounds.opens_at),
        until: Some(bounds.closes_at),
        count: usize::MAX,
    };
    let instrument = market.instrument();
    let minutes = market.candles(Interval::Minute1, &range, at);
    let traded = minutes.iter().filter(|minute| minute.trades.is_some());
    TickerFacts {
        symbol: instrument.symbol,
        grid: instrument.grid,
        opens_at: bounds.opens_at,
        closes_at: bounds.closes_at,
        last: market.last_trade().map(|last| (last.price, last.qty)),
        previous_close: None,
        bid: Best::NONE,
        ask: Best::NONE,
        window: traded
            .map(facts::candle)
            .reduce(zone::joined)
            .and_then(|whole| window(&whole)),
    }
}

fn window(whole: &CandleFacts) -> Option<WindowFacts> {
    let (first_trade, last_trade) = whole.trades?;
    Some(WindowFacts {
        open: whole.open,
        high: whole.high,
        low: whole.low,
        close: whole.close,
        base_units: whole.base_units,
        quote_units: whole.quote_units,
        first_trade,
        last_trade,
    })
}

/// Returns how many minutes a `windowSize` is: 1m to 59m, 1h to 23h, 1d to 7d.
fn minutes(text: &str) -> Option<i64> {
    let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let (each, most) = match unit {
        "m" => (1, 59),
        "h" => (60, 23),
        "d" => (24 * 60, 7),
        _ => return None,
    };
    let is_number = count.bytes().all(|byte| byte.is_ascii_digit()) && !count.starts_with('0');
    let count: i64 = is_number.then(|| count.parse().ok())??;
    (count <= most).then_some(count * each)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_minutes_hours_or_days() {
        for (text, expected) in [
            ("1m", Some(1)),
            ("59m", Some(59)),
            ("1h", Some(60)),
            ("23h", Some(1_380)),
            ("1d", Some(1_440)),
            ("7d", Some(10_080)),
        ] {
            assert_eq!(minutes(text), expected, "{text}");
        }
        for text in [
            "", "m", "0m", "60m", "24h", "8d", "1w", "-1m", "01m", "1.5h", "1 h", "1é", "٣m",
        ] {
            assert_eq!(minutes(text), None, "{text}");
        }
    }
}
