//! What an account traded of late, and what each tier pays: what whoever decides about tiers goes by.
//!
//! **Source** `docs/spec/history.md`.

use std::collections::BTreeMap;

use indexer::history::History;
use indexer::volume::PastVolume;
use model::account::FeeTier;
use model::id::{AssetId, MarketId};
use model::instrument::{FeeRates, Phase};
use model::time::{NANOS_PER_DAY, Timestamp};
use serde::Serialize;
use views::market::Market;
use views::views::Views;
use wire::binance::answer::account::Rates;
use wire::binance::error::{Fault, Refusal};
use wire::binance::time::Time;
use wire::binance::words::SymbolText;
use wire::decimal::Decimal;

use crate::past::failed;
use crate::reply::Reply;
use crate::rest::ask::Ask;
use crate::rest::facts::asset_symbol;

/// How many UTC days count, the running one among them.
const DAYS: i64 = 30;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Volume {
    tier: u8,
    start_time: Time,
    end_time: Time,
    markets: Vec<MarketVolume>,
    totals: Vec<QuoteVolume>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MarketVolume {
    symbol: SymbolText,
    quote_asset: SymbolText,
    maker: Decimal,
    taker: Decimal,
    fills: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct QuoteVolume {
    quote_asset: SymbolText,
    maker: Decimal,
    taker: Decimal,
}

/// What was traded, in quote units.
#[derive(Clone, Copy, Default)]
struct Sum {
    maker: i128,
    taker: i128,
    fills: u64,
}

impl Sum {
    const fn add(&mut self, other: Sum) {
        self.maker += other.maker;
        self.taker += other.taker;
        self.fills += other.fills;
    }
}

/// `GET /v1/account/volume`: thirty UTC days, the running one among them.
///
/// # Errors
/// -1001 while the history cannot be read.
pub async fn volume(ask: &Ask<'_>, now: Timestamp) -> Result<Reply, Refusal> {
    let today = now.nanos().div_euclid(NANOS_PER_DAY);
    let days = (today - DAYS + 1, today);
    // Of a month the last moment does not matter: it is told how far it goes, and not waited for.
    let known = ask.gateway.history().and_then(History::look);
    let (reading, position) = known.ok_or_else(|| Refusal::of(Fault::Disconnected))?;
    let rows = reading.volumes(ask.account, days).await.map_err(failed)?;
    let views = ask.gateway.hub().views();
    let tier = views.account(ask.account);
    let tier = tier.map_or(FeeTier::LOWEST, |account| account.tier);
    let (markets, totals) = sums(&views, &rows);
    Ok(Reply::ok(&Volume {
        tier: tier.row(),
        start_time: ask.unit.show(Timestamp::from_nanos(days.0 * NANOS_PER_DAY)),
        end_time: ask.unit.show(position.at.min(now)),
        markets,
        totals,
    }))
}

/// Returns the sums of each market, and of each asset that they are quoted in.
fn sums(views: &Views, rows: &[PastVolume]) -> (Vec<MarketVolume>, Vec<QuoteVolume>) {
    let mut by_market: BTreeMap<MarketId, Sum> = BTreeMap::new();
    for row in rows {
        by_market.entry(row.key.market).or_default().add(Sum {
            maker: row.maker,
            taker: row.taker,
            fills: row.fills,
        });
    }
    let mut by_quote: BTreeMap<AssetId, Sum> = BTreeMap::new();
    let mut markets = Vec::new();
    for (market, sum) in by_market {
        // The history is made of the same events as the views, so that both have every market.
        let Some(market) = views.market(market) else {
            continue;
        };
        let instrument = market.instrument();
        by_quote.entry(instrument.quote).or_default().add(sum);
        markets.push(MarketVolume {
            symbol: SymbolText(instrument.symbol),
            quote_asset: SymbolText(asset_symbol(views, instrument.quote)),
            maker: Decimal(sum.maker),
            taker: Decimal(sum.taker),
            fills: sum.fills,
        });
    }
    let total = |(asset, sum): (AssetId, Sum)| QuoteVolume {
        quote_asset: SymbolText(asset_symbol(views, asset)),
        maker: Decimal(sum.maker),
        taker: Decimal(sum.taker),
    };
    (markets, by_quote.into_iter().map(total).collect())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MarketFees {
    symbol: SymbolText,
    tiers: Vec<TierFees>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TierFees {
    tier: usize,
    maker_commission: Decimal,
    taker_commission: Decimal,
}

/// `GET /v1/feeSchedule`: what every tier pays in every market.
pub fn schedule(views: &Views) -> Reply {
    let markets = views.markets();
    let open = markets.filter(|market| market.phase() != Phase::Closed);
    Reply::ok(&open.map(fees).collect::<Vec<_>>())
}

fn fees(market: &Market) -> MarketFees {
    let tiers = market.terms().fees.iter().enumerate();
    let row = |(tier, rates): (usize, &FeeRates)| TierFees {
        tier,
        maker_commission: Rates::fraction(rates.maker.ppb()),
        taker_commission: Rates::fraction(rates.taker.ppb()),
    };
    MarketFees {
        symbol: SymbolText(market.instrument().symbol),
        tiers: tiers.map(row).collect(),
    }
}
