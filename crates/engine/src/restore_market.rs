//! From the plain values of one market back to the market.

use std::collections::{BTreeMap, BTreeSet};

use book::order::{Parked, Resting, Slot};
use model::average::{AVERAGE_SECONDS, Average, Bucket};
use model::id::{ListId, MARKET_COUNTER_MAX, MarketId, OrderId};
use model::instrument::{ICEBERG_PARTS_MAX, Instrument, MARKETS_MAX, Phase};
use model::number::{Amount, Price, Qty};
use model::order::{OrderKind, Side};
use model::snapshot::{ListRow, MarketState, OrderRow, ParkedRow, Waiting};

use crate::detail::{NewDetail, RestingKind};
use crate::engine::Engine;
use crate::filter::fits_terms;
use crate::market::{Market, ORDERS_MAX};
use crate::parked::{ParkedOrder, Stage};

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

/// What a snapshot says of orders beside their rows.
struct Beside {
    /// What icebergs show at most, and now.
    icebergs: BTreeMap<OrderId, (Qty, Qty)>,
    legs: BTreeSet<OrderId>,
}

impl Beside {
    fn of(state: &MarketState) -> Beside {
        let legs_of = |list: &ListRow| {
            let first = list.first_order.0;
            let last = first.saturating_add(list.kind.legs());
            (first..last).map(OrderId)
        };
        Beside {
            icebergs: state
                .icebergs
                .iter()
                .map(|row| (row.order, (row.shown_max, row.shown)))
                .collect(),
            legs: state.lists.iter().flat_map(legs_of).collect(),
        }
    }
}

fn restore_orders(
    engine: &mut Engine,
    market: &mut Market,
    state: &MarketState,
) -> Result<(), MarketError> {
    let rows = &state.orders;
    check_book_order(rows)?;
    let beside = Beside::of(state);
    let mut by_arrival: Vec<(OrderId, Slot)> = Vec::with_capacity(rows.len());
    for row in rows {
        by_arrival.push((row.order, restore_order(engine, market, row, &beside)?));
    }
    for row in &state.parked {
        by_arrival.push((
            row.order,
            restore_parked(engine, market, row, &beside.legs)?,
        ));
    }
    by_arrival.sort_unstable_by_key(|(order, _)| *order);
    for (_, slot) in by_arrival {
        market.append(slot);
    }
    restore_beside(market, state)?;
    restore_lists(engine, market, &state.lists)?;
    restore_triggers(market, &state.parked)
}

/// Checks that every row about an order is about one that rests, and counts amendments.
fn restore_beside(market: &mut Market, state: &MarketState) -> Result<(), MarketError> {
    for row in &state.icebergs {
        let slot = market.book.find(row.order);
        if !slot.is_some_and(|slot| market.book.is_iceberg(slot)) {
            return Err(MarketError::Resting(row.order));
        }
    }
    for row in &state.amended {
        let slot = market.book.find(row.order);
        let slot = slot.filter(|slot| !market.book.is_parked(*slot) && 0 < row.amendments);
        let slot = slot.ok_or(MarketError::Resting(row.order))?;
        market.details.restore_amendments(slot, row.amendments);
    }
    Ok(())
}

fn restore_lists(
    engine: &Engine,
    market: &mut Market,
    rows: &[ListRow],
) -> Result<(), MarketError> {
    for row in rows {
        let book = &market.book;
        let is_numbered = ListId(0) < row.list && row.list <= engine.last_list;
        if !is_numbered || !market.lists.restore(*row, |leg| book.find(leg).is_some()) {
            return Err(MarketError::List(row.list));
        }
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
        // Within a price they stand as they arrived, which a late start makes another order than that of numbers.
        _ => true,
    }
}

fn restore_order(
    engine: &mut Engine,
    market: &mut Market,
    row: &OrderRow,
    beside: &Beside,
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
        is_listed: beside.legs.contains(&row.order),
    };
    let slot = match beside.icebergs.get(&row.order) {
        None => market.book.rest(resting),
        Some((shown_max, shown)) => {
            let is_shown = Qty::ZERO < *shown && shown <= shown_max && *shown <= row.open;
            let parts = row.open.lots() / shown_max.lots().max(1);
            if !is_shown || i64::from(ICEBERG_PARTS_MAX) < parts {
                return Err(unfit);
            }
            market.book.restore_iceberg(resting, *shown_max, *shown)
        }
    };
    market.details.put(slot, &detail);
    market.count_in(seat, resting.side, resting.open);
    Ok(slot)
}

fn restore_parked(
    engine: &mut Engine,
    market: &mut Market,
    row: &ParkedRow,
    legs: &BTreeSet<OrderId>,
) -> Result<Slot, MarketError> {
    let unfit = MarketError::Parked(row.order);
    let group = engine.accounts.get(row.account).map_err(|_| unfit)?.group;
    let is_numbered = OrderId(0) < row.order && row.order <= market.last_order;
    let qty = row.kind.qty().filter(|qty| Qty::ZERO < *qty).ok_or(unfit)?;
    if !is_numbered || market.book.find(row.order).is_some() || row.hold < Amount::ZERO {
        return Err(unfit);
    }
    let seat = market.open_seat(row.account, &mut engine.ledger);
    if market.details.find(seat, &row.client_id).is_some() {
        return Err(MarketError::ClientId(row.order));
    }
    let asked_lots = market.seats.at(seat).open_buy_lots;
    if row.side == Side::Buy && asked_lots.checked_add(qty.lots()).is_none() {
        return Err(unfit);
    }
    let slot = market.book.park(Parked {
        order: row.order,
        account: row.account,
        group,
    });
    let detail = NewDetail {
        client_id: &row.client_id,
        original: qty,
        prevented: Qty::ZERO,
        seat,
        kind: RestingKind::Parked,
        self_trade: row.self_trade,
        is_listed: legs.contains(&row.order),
    };
    let parked = ParkedOrder {
        side: row.side,
        kind: row.kind,
        instructions: row.instructions,
        stage: match row.waiting {
            Waiting::Working => Stage::Pending,
            Waiting::Activation => Stage::Filled,
            Waiting::Market | Waiting::Trailing { .. } | Waiting::Turn => Stage::Armed,
        },
        hold: row.hold,
    };
    market.details.put(slot, &detail);
    market.count_in(seat, parked.side, qty);
    market.parked.insert(slot.index() as u32, parked);
    Ok(slot)
}

/// Lets every parked order wait again for what it waited for.
fn restore_triggers(market: &mut Market, rows: &[ParkedRow]) -> Result<(), MarketError> {
    let mut trails = Vec::new();
    for row in rows {
        let unfit = MarketError::Parked(row.order);
        let trigger = row.instructions.trigger;
        match row.waiting {
            Waiting::Working => (),
            Waiting::Activation => {
                let (list, _) = market.lists.of(row.order).ok_or(unfit)?;
                if list.legs().next() == Some(row.order) {
                    market.triggers.make_due(row.order);
                }
            }
            Waiting::Turn => market.triggers.make_due(row.order),
            Waiting::Market => {
                let trigger = trigger.ok_or(unfit)?;
                market.triggers.wait(row.order, row.side, &trigger);
            }
            Waiting::Trailing { extreme } => {
                let delta = trigger.and_then(|trigger| trigger.delta()).ok_or(unfit)?;
                trails.push((row.order, row.side, delta, extreme));
            }
        }
    }
    // Those that began earlier have seen at least as good a price.
    trails.sort_by_key(|(_, side, _, extreme)| match side {
        Side::Buy => extreme.ticks(),
        Side::Sell => -extreme.ticks(),
    });
    for (order, side, delta, extreme) in trails {
        market.triggers.track(order, side, delta, extreme);
    }
    Ok(())
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
