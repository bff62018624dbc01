//! From the plain values of one market back to the market.

use book::order::{Resting, Slot};
use model::average::{AVERAGE_SECONDS, Average, Bucket};
use model::id::{MARKET_COUNTER_MAX, MarketId, OrderId};
use model::instrument::{Instrument, MARKETS_MAX, Phase};
use model::number::{Price, Qty};
use model::order::{OrderKind, Side};
use model::snapshot::{MarketState, OrderRow};

use crate::detail::{NewDetail, RestingKind};
use crate::engine::Engine;
use crate::filter::fits_terms;
use crate::market::{Market, ORDERS_MAX};

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
    if is_without_orders && !state.orders.is_empty() {
        return Err(MarketError::Phase);
    }
    if ORDERS_MAX < state.orders.len() || engine.ledger.rows_left() / 2 < state.orders.len() {
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
        ..Market::new(state.instrument, state.terms, seed)
    };
    restore_orders(engine, &mut market, &state.orders)?;
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

fn restore_orders(
    engine: &mut Engine,
    market: &mut Market,
    rows: &[OrderRow],
) -> Result<(), MarketError> {
    check_book_order(rows)?;
    let mut by_arrival: Vec<(OrderId, Slot)> = Vec::with_capacity(rows.len());
    for row in rows {
        by_arrival.push((row.order, restore_order(engine, market, row)?));
    }
    by_arrival.sort_unstable_by_key(|(order, _)| *order);
    for (_, slot) in by_arrival {
        market.link(slot);
    }
    Ok(())
}

fn check_book_order(rows: &[OrderRow]) -> Result<(), MarketError> {
    for pair in rows.windows(2) {
        if let [before, row] = pair
            && !stands_before(before, row)
        {
            return Err(MarketError::OrderOfBook(row.order));
        }
    }
    Ok(())
}

fn stands_before(before: &OrderRow, row: &OrderRow) -> bool {
    match (before.side, row.side) {
        (Side::Buy, Side::Sell) => true,
        (Side::Sell, Side::Buy) => false,
        (Side::Buy, Side::Buy) if before.price != row.price => row.price < before.price,
        (Side::Sell, Side::Sell) if before.price != row.price => before.price < row.price,
        _ => before.order < row.order,
    }
}

fn restore_order(
    engine: &mut Engine,
    market: &mut Market,
    row: &OrderRow,
) -> Result<Slot, MarketError> {
    let unfit = MarketError::Order(row.order);
    let kind = RestingKind::of(&row.kind).ok_or(unfit)?;
    let group = engine.accounts.get(row.account).map_err(|_| unfit)?.group;
    if !is_order_legal(market, row) || market.book.find(row.order).is_some() {
        return Err(unfit);
    }
    if market.book.is_crossed_by(row.side, row.price) {
        return Err(MarketError::OrderOfBook(row.order));
    }
    let seat = market.open_seat(row.account, &mut engine.ledger);
    if market.details.find(seat, &row.client_id).is_some() {
        return Err(MarketError::ClientId(row.order));
    }
    let asked_lots = market.seats.at(seat).open_buy_lots;
    if row.side == Side::Buy && asked_lots.checked_add(row.open.lots()).is_none() {
        return Err(unfit);
    }
    let resting = Resting {
        order: row.order,
        account: row.account,
        group,
        side: row.side,
        price: row.price,
        open: row.open,
    };
    let detail = NewDetail {
        client_id: &row.client_id,
        original: row.original,
        prevented: row.prevented,
        seat,
        kind,
        self_trade: row.self_trade,
    };
    let slot = market.book.rest(resting);
    market.details.put(slot, &detail);
    market.count_in(seat, &resting);
    Ok(slot)
}

fn is_order_legal(market: &Market, row: &OrderRow) -> bool {
    let asked = match row.kind {
        OrderKind::Limit { price, qty, .. } | OrderKind::LimitMaker { price, qty } => (price, qty),
        OrderKind::Market { .. } | OrderKind::MarketQuote { .. } => return false,
    };
    let accounted = row.executed.plus(row.prevented).plus(row.open);
    OrderId(0) < row.order
        && row.order <= market.last_order
        && asked == (row.price, row.original)
        && Qty::ZERO < row.open
        && accounted == row.original
        && fits_terms(market, &market.terms, row.price, row.original)
        && row.hold == market.hold(row.side, row.price, row.open)
}
