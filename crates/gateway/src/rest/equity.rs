//! What an account was worth over time, and what of that trading and prices brought.
//!
//! **Source** `docs/spec/history.md` §3.1.

use std::collections::BTreeMap;

use indexer::entry::PastEntry;
use indexer::equity::{EquityPoint, Flow, Worth, curve};
use indexer::reading::Reading;
use model::id::{AccountId, AssetId};
use model::instrument::{Instrument, UNITS_PER_WHOLE};
use model::number::Price;
use model::time::Timestamp;
use model::wide::{Rounding, mul_div};
use serde::Serialize;
use views::span::Span;
use wire::binance::error::{Fault, Refusal};
use wire::binance::time::Time;
use wire::binance::words::SymbolText;
use wire::decimal::Decimal;

use crate::clock;
use crate::past::{Reach, failed};
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::asset_symbol;
use crate::rest::range::{self, Times};
use crate::rest::wallet::asset_named;

/// At how many instants an account is looked at, unless it asks for another number, and at most.
const POINTS_DEFAULT: usize = 50;
const POINTS_MAX: usize = 200;
/// How many postings that are no trading one answer counts at most; beyond it, shorter times are to be asked for.
const FLOWS_MAX: usize = 5_000;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Equity {
    quote_asset: SymbolText,
    points: Vec<Point>,
    max_drawdown: Decimal,
    unpriced: Vec<SymbolText>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Point {
    time: Time,
    equity: Decimal,
    inflow: Decimal,
    outflow: Decimal,
    pnl: Decimal,
    drawdown: Decimal,
}

/// `GET /v1/account/equity`: evenly over some time, both ends among it.
///
/// # Errors
/// -1102 without a quote asset, a start and an end, -1121 for an asset that is not listed, -1130 for a start that has
/// not come and when too much flowed, -1001 when the history is behind.
pub async fn equity(ask: &Ask<'_>) -> Result<Reply, Refusal> {
    for name in ["quoteAsset", "startTime", "endTime"] {
        ask.params.mandatory(name)?;
    }
    let points = ask
        .params
        .limit_named("points", POINTS_DEFAULT, POINTS_MAX)?;
    let span = span(ask, clock::now())?;
    let (quote, reach) = {
        let views = ask.gateway.hub().views();
        let quote = asset_named(&views, ask.params.mandatory("quoteAsset")?)?;
        (quote, Reach::of(&views, span.until))
    };
    let reading = ask.gateway.reading(reach).await?;
    let mut prices = Prices {
        markets: reading.markets().await.map_err(failed)?,
        reading: &reading,
        quote,
        // What happens from now on is in nothing of the answer.
        until: reading.position().await.map_err(failed)?.at,
        unpriced: Vec::new(),
    };
    let instants = instants(span, points);
    let worths = prices.worths(ask.account, &instants).await?;
    let flows = prices.flows(ask.account, span).await?;
    let curve = curve(&worths, &flows);
    let views = ask.gateway.hub().views();
    let shown = |asset| SymbolText(asset_symbol(&views, asset));
    prices.unpriced.sort_unstable();
    prices.unpriced.dedup();
    Ok(Reply::ok(&Equity {
        quote_asset: shown(quote),
        max_drawdown: Decimal(curve.iter().map(|point| point.drawdown).max().unwrap_or(0)),
        points: curve.iter().map(|point| told(ask, point)).collect(),
        unpriced: prices.unpriced.iter().copied().map(shown).collect(),
    }))
}

fn told(ask: &Ask<'_>, point: &EquityPoint) -> Point {
    Point {
        time: ask.unit.show(point.at),
        equity: Decimal(point.equity),
        inflow: Decimal(point.inflow),
        outflow: Decimal(point.outflow),
        pnl: Decimal(point.pnl),
        drawdown: Decimal(point.drawdown),
    }
}

/// Returns the times of a request, which end now at the latest.
fn span(ask: &Ask<'_>, now: Timestamp) -> Result<Span, Refusal> {
    let Times::From(span) = range::times(ask.params, range::Reach::ByRows)? else {
        return Err(Refusal::with(Fault::MandatoryMissing, &["startTime"]));
    };
    if now < span.from {
        return Err(Refusal::with(Fault::DataInvalid, &["startTime"]));
    }
    Ok(Span {
        until: span.until.min(now),
        ..span
    })
}

/// Returns instants that divide a time evenly, both of its ends among them; the last alone where one is asked for.
fn instants(span: Span, count: usize) -> Vec<Timestamp> {
    let (from, until) = (span.from.nanos(), span.until.nanos());
    let steps = i128::try_from(count.saturating_sub(1).max(1)).expect("few");
    let at = |step: i128| {
        let passed = i128::from(until - from) * step / steps;
        Timestamp::from_nanos(from + i64::try_from(passed).expect("within the time"))
    };
    let first = i128::from(count == 1);
    (first..=steps).map(at).collect()
}

/// What assets are worth at instants, out of the history.
struct Prices<'a> {
    reading: &'a Reading,
    markets: Vec<Instrument>,
    quote: AssetId,
    /// Past here the history is not asked for anything.
    until: Timestamp,
    unpriced: Vec<AssetId>,
}

impl Prices<'_> {
    /// Returns what all balances of an account were worth.
    async fn worths(
        &mut self,
        account: AccountId,
        instants: &[Timestamp],
    ) -> Result<Vec<Worth>, Refusal> {
        let known: Vec<Timestamp> = instants.iter().map(|at| (*at).min(self.until)).collect();
        let mut sums = vec![0_i128; instants.len()];
        let keys = self.reading.balance_keys(account).await.map_err(failed)?;
        for key in keys {
            let totals = self.reading.totals_at(key, &known).await;
            let totals = totals.map_err(failed)?;
            let values = self.values(key.asset, &known, &totals).await?;
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = sum.saturating_add(value);
            }
        }
        let worth = |(at, equity): (&Timestamp, i128)| Worth { at: *at, equity };
        Ok(instants.iter().zip(sums).map(worth).collect())
    }

    /// Returns what came in and went out, at the prices of its time.
    async fn flows(&mut self, account: AccountId, span: Span) -> Result<Vec<Flow>, Refusal> {
        let times = (span.from, span.until.min(self.until));
        let found = self.reading.flows(account, times, FLOWS_MAX + 1).await;
        let found = found.map_err(failed)?;
        if FLOWS_MAX < found.len() {
            return Err(Refusal::with(Fault::DataInvalid, &["startTime"]));
        }
        let mut by_asset: BTreeMap<AssetId, Vec<PastEntry>> = BTreeMap::new();
        for entry in found {
            by_asset.entry(entry.key.asset).or_default().push(entry);
        }
        let mut flows = Vec::new();
        for (asset, entries) in by_asset {
            let instants: Vec<Timestamp> = entries.iter().map(|entry| entry.place.at).collect();
            let moved: Vec<i128> = entries
                .iter()
                .map(|entry| entry.available + entry.held)
                .collect();
            let values = self.values(asset, &instants, &moved).await?;
            let flow = |(at, value)| Flow { at, value };
            flows.extend(instants.into_iter().zip(values).map(flow));
        }
        flows.sort_by_key(|flow| flow.at);
        Ok(flows)
    }

    /// Returns what amounts of an asset were worth at some rising instants, rounded down; nothing where it has no price.
    async fn values(
        &mut self,
        asset: AssetId,
        instants: &[Timestamp],
        amounts: &[i128],
    ) -> Result<Vec<i128>, Refusal> {
        if asset == self.quote || amounts.iter().all(|amount| *amount == 0) {
            return Ok(amounts.to_vec());
        }
        let sides = (asset, self.quote);
        let market = self
            .markets
            .iter()
            .find(|market| (market.base, market.quote) == sides);
        let prices = match market {
            Some(market) => self.reading.prices_at(market.id, instants).await,
            None => Ok(None),
        };
        let (Some(market), Some(prices)) = (market, prices.map_err(failed)?) else {
            self.unpriced.push(asset);
            return Ok(vec![0; amounts.len()]);
        };
        let value = |(price, amount): (&Price, &i128)| {
            let price = i128::from(price.ticks()) * i128::from(market.grid.tick_units);
            let whole = i128::from(UNITS_PER_WHOLE);
            mul_div(*amount, price, whole, Rounding::Floor).unwrap_or(0)
        };
        Ok(prices.iter().zip(amounts).map(value).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_divide_a_time_evenly_both_ends_among_them() {
        let of = |from, until, count| -> Vec<i64> {
            let span = Span {
                from: Timestamp::from_nanos(from),
                until: Timestamp::from_nanos(until),
            };
            let instants = instants(span, count);
            instants.iter().map(|at| at.nanos()).collect()
        };
        assert_eq!(of(700, 1_000, 4), [700, 800, 900, 1_000]);
        assert_eq!(of(0, 10, 4), [0, 3, 6, 10]);
        assert_eq!(of(3, 10, 1), [10]);
        assert_eq!(of(5, 5, 2), [5, 5]);
        assert_eq!(of(0, i64::MAX, 2), [0, i64::MAX]);
    }
}
