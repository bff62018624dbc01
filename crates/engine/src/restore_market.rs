//! From the plain values of one market back to the market.

use model::average::{AVERAGE_SECONDS, Average, Bucket};
use model::id::{ListId, MARKET_COUNTER_MAX, MarketId, OrderId};
use model::instrument::{Instrument, MARKETS_MAX, Phase};
use model::number::Price;
use model::snapshot::MarketState;

use crate::engine::Engine;
use crate::market::{Market, ORDERS_MAX};
use crate::restore_orders::restore_orders;

/// Why the values of a market are not a market's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarketError {
    /// Its symbol is listed twice.
    Symbol,
    /// Its numbers, assets or grid are not those of a listed market.
    Instrument,
    /// No market may be listed under its terms.
    Terms,
    /// A counter has passed its end.
    Counters,
    /// Its buckets are out of order or beyond what can be traded.
    Average,
    /// Orders rest in a phase without orders.
    Phase,
    /// There are more orders than may rest.
    TooManyOrders,
    /// An order is not one that could rest here.
    Order(OrderId),
    /// Orders do not stand in book order, or bids meet asks.
    OrderOfBook(OrderId),
    /// Two open orders of one account share a client id.
    ClientId(OrderId),
    /// The order limits are out of bounds.
    Limits,
    /// An order is not one that could wait here.
    Parked(OrderId),
    /// An iceberg, or an order that was amended, does not rest here.
    Resting(OrderId),
    /// A list has no open leg, shares its name, or bears a number that was not given out.
    List(ListId),
}

/// Restores the next market of an engine.
///
/// # Errors
/// The first thing that is not as it should be.
pub fn restore_market(
    engine: &mut Engine,
    id: MarketId,
    state: &MarketState,
) -> Result<(), MarketError> {
    if MARKETS_MAX <= engine.markets.len() || !is_instrument_legal(engine, id, &state.instrument) {
        return Err(MarketError::Instrument);
    }
    if clearing::listing::check(state.instrument.grid, &state.terms).is_err() {
        return Err(MarketError::Terms);
    }
    let counters = [
        state.last_order.0,
        state.last_trade.0,
        state.last_prevented.0,
    ];
    if counters.iter().any(|last| MARKET_COUNTER_MAX < *last) {
        return Err(MarketError::Counters);
    }
    if !is_average_legal(&state.average) {
        return Err(MarketError::Average);
    }
    let is_without_orders = matches!(state.phase, Phase::PreTrading | Phase::Closed);
    let orders = state.orders.len() + state.parked.len();
    if !state.limits.is_legal() {
        return Err(MarketError::Limits);
    }
    if is_without_orders && 0 < orders {
        return Err(MarketError::Phase);
    }
    if ORDERS_MAX < orders || engine.ledger.rows_left() / 2 < orders {
        return Err(MarketError::TooManyOrders);
    }
    let seed = engine.genesis.table_seed;
    let mut market = Market {
        phase: state.phase,
        last_order: state.last_order,
        last_trade: state.last_trade,
        last_prevented: state.last_prevented,
        last_price: state.last_price,
        average: Average::from_buckets(state.average.iter().copied()),
        limits: state.limits,
        ..Market::new(state.instrument, state.terms, seed)
    };
    restore_orders(engine, &mut market, state)?;
    engine.markets.push(market);
    Ok(())
}

fn is_instrument_legal(engine: &Engine, id: MarketId, instrument: &Instrument) -> bool {
    instrument.id == id
        && engine.check_asset(instrument.base).is_ok()
        && engine.check_asset(instrument.quote).is_ok()
        && instrument.base != instrument.quote
        && instrument.grid.quote_per_tick_lot() == Some(instrument.quote_per_tick_lot)
}

/// Sums beyond these need more trades in five minutes than any machine makes.
const AVERAGE_VALUE_MAX: i128 = 1 << 125;
const AVERAGE_QTY_MAX: i128 = 1 << 75;

fn is_average_legal(buckets: &[Bucket]) -> bool {
    let is_bucket_legal = |bucket: &Bucket| {
        0 < bucket.qty
            && bucket.qty <= bucket.value
            && bucket.qty <= AVERAGE_QTY_MAX
            && bucket.value <= AVERAGE_VALUE_MAX
            && bucket.value <= bucket.qty * i128::from(Price::MAX.ticks())
    };
    // 300 buckets within these bounds sum inside i128 only if the sums are checked as they grow.
    let sum = |of: fn(&Bucket) -> i128| {
        buckets
            .iter()
            .try_fold(0_i128, |sum, bucket| sum.checked_add(of(bucket)))
    };
    buckets.len() <= AVERAGE_SECONDS
        && buckets.is_sorted_by(|left, right| left.second < right.second)
        && buckets.iter().all(is_bucket_legal)
        && sum(|bucket| bucket.value).is_some_and(|value| value <= AVERAGE_VALUE_MAX)
        && sum(|bucket| bucket.qty).is_some_and(|qty| qty <= AVERAGE_QTY_MAX)
}
