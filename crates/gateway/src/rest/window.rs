//! Statistics of other windows than the last 24 hours: one whose length the caller chooses, and the day of a zone.
//!
//! Both begin at a full minute and are summed up from candles of a minute: those that the views keep, and those of the
//! history before them.
//!
//! **Source** `docs/spec/binance-surface.md` §8.3.

use model::instrument::Instrument;
use model::time::{NANOS_PER_SECOND, Timestamp};
use views::candle::{Candle, CandleRange};
use views::interval::Interval;
use views::market::Market;
use views::views::Views;
use wire::binance::answer::market::CandleFacts;
use wire::binance::answer::ticker::{Best, MiniDay, TickerFacts, Window, WindowFacts};
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::time::TimeUnit;

use crate::gateway::Gateway;
use crate::past::{Reach, failed};
use crate::reply::Reply;
use crate::rest::facts;
use crate::rest::klines::{is_first, oldest_kept};
use crate::rest::market::reply_of;
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
/// -1102 without a symbol, -1130 for what is no length, -1139 for an unknown type, -1001 when the history is behind, and
/// those of the values.
pub async fn rolling(gateway: &Gateway, params: &Params, unit: TimeUnit) -> Result<Reply, Refusal> {
    let text = params.text("windowSize")?.unwrap_or("1d");
    let minutes =
        minutes(text).ok_or_else(|| Refusal::with(Fault::DataInvalid, &["windowSize"]))?;
    tickers(gateway, params, |at| Bounds::last(minutes, at), unit).await
}

/// Returns what traded in the last minutes of a market, from a full minute on.
pub fn last_minutes(market: &Market, minutes: i64, at: Timestamp) -> TickerFacts {
    facts_within(market, Bounds::last(minutes, at), at)
}

/// `GET /api/v3/ticker/tradingDay`: the running day of a time zone.
///
/// # Errors
/// -1102 without a symbol, -1130 for what is no time zone, -1139 for an unknown type, -1001 when the history is behind,
/// and those of the values.
pub async fn trading_day(
    gateway: &Gateway,
    params: &Params,
    unit: TimeUnit,
) -> Result<Reply, Refusal> {
    let zone = Zone::parse(params)?;
    let bounds = |at| {
        let day = zone.period(Interval::Day1, at);
        Bounds {
            opens_at: zone.opens(Interval::Day1, day),
            closes_at: zone.closes(Interval::Day1, day),
        }
    };
    tickers(gateway, params, bounds, unit).await
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

async fn tickers(
    gateway: &Gateway,
    params: &Params,
    bounds: impl Fn(Timestamp) -> Bounds,
    unit: TimeUnit,
) -> Result<Reply, Refusal> {
    let selection = Selection::parse(params)?;
    if selection == Selection::All {
        return Err(Refusal::with(Fault::MandatoryMissing, &["symbol"]));
    }
    let kept: Vec<(TickerFacts, Option<Lacking>)> = {
        let views = gateway.hub().views();
        let (at, bounds) = (views.at(), bounds(views.at()));
        let of = |market: &Market| {
            let whole = sum_within(market, bounds, at);
            let lacking = Lacking::of(gateway, &views, market, (bounds, whole));
            (facts_of(market, bounds, whole), lacking)
        };
        selection
            .markets(&views, params)?
            .into_iter()
            .map(of)
            .collect()
    };
    let mut all = Vec::with_capacity(kept.len());
    for (mut facts, lacking) in kept {
        if let Some(lacking) = lacking {
            facts.window = lacking.whole(gateway).await?.as_ref().and_then(window);
        }
        all.push(facts);
    }
    let all = all.iter();
    match params.text("type")? {
        None | Some("FULL") => {
            let rows = all.map(|facts| Window::of(facts, unit)).collect();
            Ok(reply_of(&selection, rows))
        }
        Some("MINI") => {
            let rows = all.map(|facts| MiniDay::of(facts, unit)).collect();
            Ok(reply_of(&selection, rows))
        }
        Some(_) => Err(Refusal::of(Fault::TickerTypeInvalid)),
    }
}

fn facts_within(market: &Market, bounds: Bounds, at: Timestamp) -> TickerFacts {
    facts_of(market, bounds, sum_within(market, bounds, at))
}

/// Returns what traded within some time, as far as the views keep it.
fn sum_within(market: &Market, bounds: Bounds, at: Timestamp) -> Option<CandleFacts> {
    let range = CandleRange {
        from: Some(bounds.opens_at),
        until: Some(bounds.closes_at),
        count: usize::MAX,
    };
    let minutes = market.candles(Interval::Minute1, &range, at);
    let traded = minutes.iter().filter(|minute| minute.trades.is_some());
    traded.map(facts::candle).reduce(zone::joined)
}

fn facts_of(market: &Market, bounds: Bounds, whole: Option<CandleFacts>) -> TickerFacts {
    let instrument = market.instrument();
    TickerFacts {
        symbol: instrument.symbol,
        grid: instrument.grid,
        opens_at: bounds.opens_at,
        closes_at: bounds.closes_at,
        last: market.last_trade().map(|last| (last.price, last.qty)),
        previous_close: None,
        bid: Best::NONE,
        ask: Best::NONE,
        window: whole.as_ref().and_then(window),
    }
}

/// The minutes of a window that only the history has.
struct Lacking {
    instrument: Instrument,
    /// The first and the last of them.
    minutes: (i64, i64),
    reach: Reach,
    /// What the views have of the window.
    kept: Option<CandleFacts>,
}

impl Lacking {
    /// Returns what the views have let go of, if that is a part of the window and there is a history.
    fn of(
        gateway: &Gateway,
        views: &Views,
        market: &Market,
        (bounds, kept): (Bounds, Option<CandleFacts>),
    ) -> Option<Lacking> {
        const PART: Interval = Interval::Minute1;
        gateway.history()?;
        let oldest = oldest_kept(market, PART, views.at())?;
        let first = PART.period(bounds.opens_at);
        if is_first(&oldest) || oldest.period <= first {
            return None;
        }
        Some(Lacking {
            instrument: *market.instrument(),
            minutes: (first, oldest.period - 1),
            reach: Reach::of(views, oldest.opens_at().plus_nanos(-1)),
            kept,
        })
    }

    /// Returns what traded in the whole window.
    async fn whole(&self, gateway: &Gateway) -> Result<Option<CandleFacts>, Refusal> {
        let reading = gateway.reading(self.reach).await?;
        let place = (self.instrument.id, Interval::Minute1);
        let rows = reading.candles(place, self.minutes, usize::MAX).await;
        let rows = rows.map_err(failed)?;
        let candle = |row| Candle::of_row(Interval::Minute1, row, &self.instrument);
        let older = rows.iter().map(|row| facts::candle(&candle(row)));
        Ok(older.chain(self.kept).reduce(zone::joined))
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
