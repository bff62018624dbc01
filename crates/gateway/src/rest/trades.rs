//! The trades of a market, one by one and as aggregates.
//!
//! **Source** `docs/spec/binance-surface.md` §8.

use indexer::trade::{PastAggregate, PastTrade};
use model::id::TradeId;
use model::instrument::{Grid, Instrument};
use model::order::Side;
use views::aggregate::{AggregateId, AggregateTrade};
use views::market::Market;
use views::trade::Trade;
use wire::binance::answer::market;
use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;
use wire::binance::request;
use wire::binance::time::TimeUnit;
use wire::decimal::{self, Decimal};

use crate::gateway::Gateway;
use crate::past::{Past, join};
use crate::reply::Reply;
use crate::rest::facts::market_of;
use crate::rest::page::{Oldest, Page};
use crate::rest::range::{ROWS_DEFAULT, ROWS_MAX, Reach, Times, times};

/// `GET /api/v3/trades`.
///
/// # Errors
/// Those of the values.
pub fn trades(gateway: &Gateway, params: &Params, unit: TimeUnit) -> Result<Reply, Refusal> {
    let views = gateway.hub().views();
    let market = market_of(&views, request::symbol(params)?)?;
    let limit = params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let grid = market.instrument().grid;
    let trades = market.newest_trades(limit);
    let rows: Vec<market::Trade> = trades.iter().map(|it| trade(it, &grid, unit)).collect();
    Ok(Reply::ok(&rows))
}

/// `GET /api/v3/historicalTrades`.
///
/// # Errors
/// Those of the values.
pub async fn historical(
    gateway: &Gateway,
    params: &Params,
    unit: TimeUnit,
) -> Result<Reply, Refusal> {
    let symbol = request::symbol(params)?;
    let limit = params.limit(ROWS_DEFAULT, ROWS_MAX)?;
    let page = match params.integer("fromId")? {
        Some(first) => Page::from(first.unsigned_abs(), limit),
        None => Page::of_times(Times::Newest, limit),
    };
    let (instrument, kept, past) = {
        let views = gateway.hub().views();
        let market = market_of(&views, symbol)?;
        let kept = page.of(
            |count| market.newest_trades(count),
            |first, count| market.trades_from(TradeId(first), count),
            |span, count| market.trades_within(span, count),
        );
        let is_whole = page.is_whole(kept.len(), oldest_trade(market));
        (
            *market.instrument(),
            kept,
            gateway.past(&views).unless(is_whole),
        )
    };
    let past = past_trades(&past, &instrument, page).await?;
    let trades = join(page, past, kept, |trade| trade.trade);
    let rows: Vec<market::Trade> = trades
        .iter()
        .map(|it| trade(it, &instrument.grid, unit))
        .collect();
    Ok(Reply::ok(&rows))
}

/// Returns the oldest trade that is kept of a market.
pub fn oldest_trade(market: &Market) -> Option<Oldest> {
    let oldest = market.trades_from(TradeId(0), 1).pop()?;
    Some(Oldest {
        number: oldest.trade.0,
        at: oldest.at,
    })
}

async fn past_trades(
    past: &Past,
    instrument: &Instrument,
    page: Page,
) -> Result<Vec<Trade>, Refusal> {
    let trade = |trade: &PastTrade| Trade {
        trade: trade.trade,
        price: trade.price,
        qty: trade.qty,
        quote: trade.quote,
        at: trade.at,
        taker_side: trade.taker_side,
    };
    let trades = past.trades(instrument.id, page).await?;
    Ok(trades.iter().map(trade).collect())
}

fn trade(trade: &Trade, grid: &Grid, unit: TimeUnit) -> market::Trade {
    market::Trade {
        id: trade.trade.0,
        price: decimal::of_price(trade.price, grid),
        qty: decimal::of_qty(trade.qty, grid),
        quote_qty: Decimal(trade.quote.units()),
        time: unit.show(trade.at),
        is_buyer_maker: trade.taker_side == Side::Sell,
        is_best_match: true,
    }
}

/// `GET /api/v3/aggTrades`.
///
/// # Errors
/// -1128 for a first number together with times, and those of the values.
pub async fn aggregates(
    gateway: &Gateway,
    params: &Params,
    unit: TimeUnit,
) -> Result<Reply, Refusal> {
    let symbol = request::symbol(params)?;
    let limit = params.limit_at_most(ROWS_DEFAULT, ROWS_MAX)?;
    let first = params.integer("fromId")?;
    let page = match (first, times(params, Reach::ByRows)?) {
        (Some(first), Times::Newest) => Page::from(first.unsigned_abs(), limit),
        (Some(_), _) => return Err(Refusal::of(Fault::OptionalCombination)),
        (None, times) => Page::of_times(times, limit),
    };
    let (instrument, kept, past) = {
        let views = gateway.hub().views();
        let market = market_of(&views, symbol)?;
        let kept = page.of(
            |count| market.newest_aggregates(count),
            |first, count| market.aggregates_from(AggregateId(first), count),
            |span, count| market.aggregates_within(span, count),
        );
        let is_whole = page.is_whole(kept.len(), oldest_aggregate(market));
        (
            *market.instrument(),
            kept,
            gateway.past(&views).unless(is_whole),
        )
    };
    let past = past_aggregates(&past, &instrument, page).await?;
    let aggregates = join(page, past, kept, |aggregate| aggregate.aggregate);
    let rows: Vec<market::AggregateTrade> = aggregates
        .iter()
        .map(|it| aggregate(it, &instrument.grid, unit))
        .collect();
    Ok(Reply::ok(&rows))
}

fn oldest_aggregate(market: &Market) -> Option<Oldest> {
    let oldest = market.aggregates_from(AggregateId(0), 1).pop()?;
    Some(Oldest {
        number: oldest.aggregate.0,
        at: oldest.at,
    })
}

async fn past_aggregates(
    past: &Past,
    instrument: &Instrument,
    page: Page,
) -> Result<Vec<AggregateTrade>, Refusal> {
    let aggregate = |row: &PastAggregate| AggregateTrade {
        aggregate: AggregateId(row.aggregate),
        price: row.price,
        qty: row.qty,
        first: row.first,
        last: row.last,
        at: row.at,
        taker_side: row.taker_side,
    };
    let rows = past.aggregates(instrument.id, page).await?;
    Ok(rows.iter().map(aggregate).collect())
}

fn aggregate(trade: &AggregateTrade, grid: &Grid, unit: TimeUnit) -> market::AggregateTrade {
    market::AggregateTrade {
        id: trade.aggregate.0,
        price: decimal::of_price(trade.price, grid),
        qty: decimal::of_qty(trade.qty, grid),
        first_trade: trade.first.0,
        last_trade: trade.last.0,
        time: unit.show(trade.at),
        is_buyer_maker: trade.taker_side == Side::Sell,
        is_best_match: true,
    }
}
