//! From the plain values of the orders of one market back to its book, its triggers and its lists.

use std::collections::{BTreeMap, BTreeSet};

use book::order::{Parked, Resting, Slot};
use model::account::Wallet;
use model::id::{ListId, OrderId};
use model::instrument::ICEBERG_PARTS_MAX;
use model::number::{Amount, Qty};
use model::order::{OrderKind, Side};
use model::snapshot::{ListRow, MarketState, OrderRow, ParkedRow, Waiting};

use crate::detail::{NewDetail, RestingKind};
use crate::engine::Engine;
use crate::filter::fits_terms;
use crate::instructed::parts;
use crate::market::Market;
use crate::parked::{ParkedOrder, Stage};
use crate::restore_market::MarketError;

/// Orders whose accounts and balances are asked for together.
const AHEAD_ROWS: usize = 64;

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

/// Puts the orders of a market back: those on the book, those outside it, and their lists.
///
/// # Errors
/// The first row that is not as it should be.
pub fn restore_orders(
    engine: &mut Engine,
    market: &mut Market,
    state: &MarketState,
) -> Result<(), MarketError> {
    let rows = &state.orders;
    check_book_order(rows)?;
    let beside = Beside::of(state);
    let mut by_arrival: Vec<(OrderId, Slot)> = Vec::with_capacity(rows.len());
    for ahead in rows.chunks(AHEAD_ROWS) {
        warm_rows(engine, market, ahead);
        for row in ahead {
            by_arrival.push((row.order, restore_order(engine, market, row, &beside)?));
        }
    }
    if let Some(order) = out_of_order(state.parked.iter().map(|row| row.order)) {
        return Err(MarketError::Parked(order));
    }
    for row in &state.parked {
        by_arrival.push((
            row.order,
            restore_parked(engine, market, row, &beside.legs)?,
        ));
    }
    by_arrival.sort_unstable_by_key(|(order, _)| *order);
    for (_, slot) in by_arrival {
        let seat = market.details.get(slot).seat;
        market.append(slot, seat);
    }
    restore_beside(market, state)?;
    restore_lists(engine, market, &state.lists)?;
    restore_triggers(market, &state.parked)
}

/// Asks for the accounts of orders and their balances: what lies far apart, as nothing of the market itself does.
fn warm_rows(engine: &Engine, market: &Market, rows: &[OrderRow]) {
    let assets = [market.instrument.base, market.instrument.quote];
    for row in rows {
        if let Ok(account) = engine.accounts.get(row.account) {
            warm::line(account);
        }
        for asset in assets {
            engine.ledger.warm_find(row.account, Wallet::Spot, asset);
        }
    }
    for row in rows {
        for asset in assets {
            engine.ledger.warm_near(row.account, Wallet::Spot, asset);
        }
    }
}

/// Checks that every row about an order is about one that can have it, and counts amendments.
fn restore_beside(market: &mut Market, state: &MarketState) -> Result<(), MarketError> {
    let icebergs = out_of_order(state.icebergs.iter().map(|row| row.order));
    let amended = out_of_order(state.amended.iter().map(|row| row.order));
    if let Some(order) = icebergs.or(amended) {
        return Err(MarketError::Resting(order));
    }
    for row in &state.icebergs {
        let slot = market.book.find(row.order);
        if !slot.is_some_and(|slot| market.book.is_iceberg(slot)) {
            return Err(MarketError::Resting(row.order));
        }
    }
    for row in &state.amended {
        let slot = market.book.find(row.order);
        let slot = slot.filter(|_| 0 < row.amendments);
        let slot = slot.ok_or(MarketError::Resting(row.order))?;
        market.details.restore_amendments(slot, row.amendments);
    }
    Ok(())
}

/// Returns the first row that does not come after the one before it.
fn out_of_order<T: Copy + Ord>(keys: impl Iterator<Item = T>) -> Option<T> {
    let mut last = None;
    for key in keys {
        if last.is_some_and(|last| key <= last) {
            return Some(key);
        }
        last = Some(key);
    }
    None
}

fn restore_lists(
    engine: &Engine,
    market: &mut Market,
    rows: &[ListRow],
) -> Result<(), MarketError> {
    if let Some(list) = out_of_order(rows.iter().map(|row| row.list)) {
        return Err(MarketError::List(list));
    }
    for row in rows {
        let book = &market.book;
        let legs_left = market.last_order.0.checked_sub(row.first_order.0);
        let is_numbered = ListId(0) < row.list
            && row.list <= engine.last_list
            && OrderId(0) < row.first_order
            && legs_left.is_some_and(|left| row.kind.legs() - 1 <= left);
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
    let iceberg = beside.icebergs.get(&row.order).copied();
    let is_shown_legal = iceberg.is_none_or(|shown| is_iceberg_legal(row, shown));
    if !is_order_legal(market, row) || !is_shown_legal || market.book.find(row.order).is_some() {
        return Err(unfit);
    }
    if market.book.is_crossed_by(row.side, row.price) {
        return Err(MarketError::OrderOfBook(row.order));
    }
    let seat = market.open_seat(row.account, &mut engine.ledger).number;
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
    let slot = match iceberg {
        None => market.book.rest(resting),
        Some((shown_max, shown)) => market.book.restore_iceberg(resting, shown_max, shown),
    };
    market.details.put(slot, &detail);
    market.count_in(seat, resting.side, resting.open);
    Ok(slot)
}

/// Returns whether an order of at most so many parts may show that of itself.
fn is_iceberg_legal(row: &OrderRow, (shown_max, shown): (Qty, Qty)) -> bool {
    let is_shown = Qty::ZERO < shown && shown <= shown_max && shown <= row.open;
    if !is_shown || row.original < shown_max {
        return false;
    }
    let hidden = row.open.minus(shown);
    let to_come = if hidden.is_zero() {
        0
    } else {
        parts(hidden, shown_max)
    };
    to_come < i64::from(ICEBERG_PARTS_MAX)
        && parts(row.original, shown_max) <= i64::from(ICEBERG_PARTS_MAX)
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
    let seat = market.open_seat(row.account, &mut engine.ledger).number;
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
    let parked = parked_of(row);
    market.details.put(slot, &detail);
    market.count_in(seat, parked.side, qty);
    market.parked.insert(slot.index() as u32, parked);
    Ok(slot)
}

fn parked_of(row: &ParkedRow) -> ParkedOrder {
    ParkedOrder {
        side: row.side,
        kind: row.kind,
        instructions: row.instructions,
        stage: match row.waiting {
            Waiting::Working => Stage::Pending,
            Waiting::Activation => Stage::Filled,
            Waiting::Market | Waiting::Trailing { .. } | Waiting::Turn => Stage::Armed,
        },
        hold: row.hold,
    }
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
    for (order, side, delta, best) in trails {
        let extreme = mutant::plant!(
            "restored-trail-forgets",
            market.last_price.unwrap_or(best),
            best
        );
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
