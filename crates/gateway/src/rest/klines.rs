//! Candles, back to the first trade: what the views keep, and before that what the history has.
//!
//! **Source** `docs/spec/binance-surface.md` §8.2, `docs/spec/history.md`.

use std::collections::BTreeMap;

use indexer::reading::Reading;
use model::id::TradeId;
use model::instrument::Instrument;
use model::snapshot_views::CandleRow;
use model::text::Symbol;
use model::time::Timestamp;
use views::candle::{Candle, CandleRange};
use views::interval::Interval;
use views::market::Market;
use views::views::Views;
use wire::binance::answer::market::{CandleFacts, Kline};
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::request;
use wire::binance::time::{TimeUnit, moment};

use crate::gateway::Gateway;
use crate::past::{Reach, failed};
use crate::reply::Reply;
use crate::rest::facts::{self, market_of};
use crate::rest::range::{ROWS_DEFAULT, ROWS_MAX};
use crate::rest::zone::{self, Zone};

/// How many candles one answer is put together from at most; beyond it, an answer has fewer rows than asked for.
const PARTS_MAX: i64 = 1 << 18;

/// What a request asks for.
struct Wanted {
    symbol: Symbol,
    interval: Interval,
    zone: Zone,
    range: CandleRange,
    /// The interval of the candles that those of the zone are put together from.
    part: Interval,
}

/// What the views have of a market.
struct Kept {
    instrument: Instrument,
    /// The oldest period of a part.
    oldest: i64,
    at: Timestamp,
    reach: Reach,
}

/// `GET /api/v3/klines`.
///
/// # Errors
/// -1120 for an unknown interval, -1130 for what is no time zone, -1001 when the history is behind, and those of the
/// values.
pub async fn klines(gateway: &Gateway, params: &Params, unit: TimeUnit) -> Result<Reply, Refusal> {
    let wanted = Wanted::read(params)?;
    let (kept, grid, lacking) = {
        let views = gateway.hub().views();
        let market = market_of(&views, wanted.symbol)?;
        let lacking = lacking(gateway, &views, market, &wanted);
        let Wanted {
            zone,
            interval,
            range,
            ..
        } = &wanted;
        let kept = match lacking {
            Some(_) => Vec::new(),
            None => zone::candles(market, *zone, *interval, range, views.at()),
        };
        (kept, market.instrument().grid, lacking)
    };
    let candles = match lacking {
        None => kept,
        Some(kept) => older(gateway, &wanted, &kept).await?,
    };
    let rows = candles.iter().map(|candle| Kline::of(candle, &grid, unit));
    Ok(Reply::ok(&rows.collect::<Vec<Kline>>()))
}

impl Wanted {
    fn read(params: &Params) -> Result<Wanted, Refusal> {
        let symbol = request::symbol(params)?;
        let interval = Interval::from_name(params.mandatory("interval")?)
            .ok_or_else(|| Refusal::of(Fault::IntervalInvalid))?;
        let zone = Zone::parse(params)?;
        Ok(Wanted {
            symbol,
            interval,
            zone: zone.reduced(interval),
            range: CandleRange {
                from: moment(params, "startTime")?,
                until: moment(params, "endTime")?,
                count: params.limit(ROWS_DEFAULT, ROWS_MAX)?,
            },
            part: zone.part_of(interval),
        })
    }

    fn period(&self, at: Timestamp) -> i64 {
        self.zone.period(self.interval, at)
    }

    /// Returns the last period that an answer may have.
    fn newest(&self, at: Timestamp) -> i64 {
        self.period(self.range.until.map_or(at, |until| until.min(at)))
    }

    /// Returns how many periods an answer may have.
    fn count(&self) -> i64 {
        let length = |interval: Interval| interval.opens(1).seconds() - interval.opens(0).seconds();
        let parts = length(self.interval) / length(self.part);
        let count = i64::try_from(self.range.count).unwrap_or(i64::MAX);
        count.min(PARTS_MAX / parts.max(1))
    }

    /// Returns the first and the last period of the answer, if nothing traded before a period.
    fn periods(&self, oldest: i64, at: Timestamp) -> (i64, i64) {
        let (newest, count) = (self.newest(at), self.count());
        match self.range.from {
            None => (oldest.max(newest - count + 1), newest),
            Some(from) => {
                let first = zone::first_from(self.zone, self.interval, from).max(oldest);
                (first, newest.min(first.saturating_add(count) - 1))
            }
        }
    }
}

/// Returns what the views have, if they have let go of candles that a request asks for and there is a history.
///
/// The first candle of a market has its first trade; one that has not follows on others.
fn lacking(gateway: &Gateway, views: &Views, market: &Market, wanted: &Wanted) -> Option<Kept> {
    gateway.history()?;
    let oldest = oldest_kept(market, wanted.part, views.at())?;
    if is_first(&oldest) {
        return None;
    }
    let opens_at = oldest.opens_at();
    // Of the period that it opens in, earlier parts may be gone.
    let first_whole = zone::first_from(wanted.zone, wanted.interval, opens_at);
    let (first, last) = wanted.periods(i64::MIN, views.at());
    (first < first_whole && first <= last).then(|| Kept {
        instrument: *market.instrument(),
        oldest: oldest.period,
        at: views.at(),
        reach: Reach::of(views, opens_at.plus_nanos(-1)),
    })
}

/// Returns whether a candle has the first trade of its market, so that there is none before it.
pub(crate) fn is_first(candle: &Candle) -> bool {
    candle
        .trades
        .is_some_and(|trades| trades.first == TradeId(1))
}

/// Returns the oldest candle of an interval that the views keep.
pub(crate) fn oldest_kept(market: &Market, part: Interval, at: Timestamp) -> Option<Candle> {
    let everything = CandleRange {
        from: Some(Timestamp::ZERO),
        until: None,
        count: 1,
    };
    market.candles(part, &everything, at).pop()
}

/// Returns the candles of an answer that begins before what the views keep.
async fn older(
    gateway: &Gateway,
    wanted: &Wanted,
    kept: &Kept,
) -> Result<Vec<CandleFacts>, Refusal> {
    let part = wanted.part;
    let place = (kept.instrument.id, part);
    let reading = gateway.reading(kept.reach).await?;
    let Some(oldest) = reading.first_candle(place).await.map_err(failed)? else {
        return Ok(Vec::new());
    };
    let (first, last) = wanted.periods(wanted.period(part.opens(oldest)), kept.at);
    if last < first {
        return Ok(Vec::new());
    }
    let begin = part.period(wanted.zone.opens(wanted.interval, first));
    let end = part.period(wanted.zone.closes(wanted.interval, last));
    let mut parts = past_parts(&reading, kept, part, (begin, end.min(kept.oldest - 1))).await?;
    if kept.oldest <= end {
        parts.extend(kept_parts(gateway, wanted, kept, (begin, end)));
    }
    Ok(put_together(wanted, &parts))
}

/// Returns the candles of some periods out of the history, without holes.
async fn past_parts(
    reading: &Reading,
    kept: &Kept,
    part: Interval,
    (begin, end): (i64, i64),
) -> Result<Vec<Candle>, Refusal> {
    if end < begin {
        return Ok(Vec::new());
    }
    let place = (kept.instrument.id, part);
    let before = reading.candle_before(place, begin).await.map_err(failed)?;
    let rows = reading.candles(place, (begin, end), usize::MAX).await;
    let rows = rows.map_err(failed)?;
    let mut rows = rows.iter().peekable();
    let mut close = before.map(|row| row.close);
    let mut candles = Vec::new();
    for period in begin..=end {
        match rows.next_if(|row: &&CandleRow| row.period == period) {
            Some(row) => {
                close = Some(row.close);
                candles.push(Candle::of_row(part, row, &kept.instrument));
            }
            None => candles.extend(close.map(|close| Candle::flat(part, period, close))),
        }
    }
    Ok(candles)
}

/// Returns the candles of some periods that the views keep, without those that the history was asked for.
fn kept_parts(
    gateway: &Gateway,
    wanted: &Wanted,
    kept: &Kept,
    (begin, end): (i64, i64),
) -> Vec<Candle> {
    let views = gateway.hub().views();
    let Some(market) = views.market(kept.instrument.id) else {
        return Vec::new();
    };
    let part = wanted.part;
    let range = CandleRange {
        from: Some(part.opens(begin.max(kept.oldest))),
        until: Some(part.opens(end)),
        count: usize::MAX,
    };
    market.candles(part, &range, kept.at)
}

/// Returns the candles of the zone that some parts make, oldest first.
fn put_together(wanted: &Wanted, parts: &[Candle]) -> Vec<CandleFacts> {
    let mut wholes: BTreeMap<i64, CandleFacts> = BTreeMap::new();
    for part in parts {
        let period = wanted.period(part.opens_at());
        let part = facts::candle(part);
        let whole = match wholes.remove(&period) {
            Some(whole) => zone::joined(whole, part),
            None => part,
        };
        wholes.insert(period, whole);
    }
    let wholes = wholes.into_iter();
    let whole = |(period, whole)| CandleFacts {
        opens_at: wanted.zone.opens(wanted.interval, period),
        closes_at: wanted.zone.closes(wanted.interval, period),
        ..whole
    };
    wholes.map(whole).collect()
}
