//! One market as its events tell it: open orders, what of them is on display, and what may trade.

use super::{Breach, ensure};
use model::average::Average;
use model::event::{MatchPrevented, OrderAccepted, OrderClosed, Traded};
use model::id::{AccountId, OrderId};
use model::instrument::{Band, Instrument};
use model::number::{Price, Qty};
use model::order::{CloseReason, OrderKind, SelfTradeMode, Side, TimeInForce};
use model::time::Timestamp;
use model::wide::{Rounding, mul_div};
use std::collections::BTreeMap;

const WHOLE_PPM: i128 = 1_000_000;

#[derive(Clone, Debug)]
pub(super) struct Market {
    instrument: Instrument,
    pub execution_band: Band,
    average: Average,
    last_price: Option<Price>,
    last_trade: u64,
    arrivals: u64,
    orders: BTreeMap<OrderId, Order>,
    bids: Queue,
    asks: Queue,
    /// The order that takes, and the prices it may trade at.
    taking: Option<(OrderId, Option<[i128; 2]>)>,
}

/// What is on display of one side, the first to be met first.
type Queue = BTreeMap<(i64, u64), OrderId>;

#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    account: AccountId,
    side: Side,
    pub kind: OrderKind,
    pub self_trade: SelfTradeMode,
    executed: i64,
    booked: Option<Booked>,
}

#[derive(Clone, Copy, Debug)]
struct Booked {
    price: Price,
    shown: i64,
    arrival: u64,
}

impl Market {
    pub fn new(instrument: Instrument, execution_band: Band) -> Market {
        Market {
            instrument,
            execution_band,
            average: Average::default(),
            last_price: None,
            last_trade: 0,
            arrivals: 0,
            orders: BTreeMap::new(),
            bids: Queue::new(),
            asks: Queue::new(),
            taking: None,
        }
    }

    pub fn order(&mut self, id: OrderId) -> Result<&mut Order, Breach> {
        let unknown = Breach::Unknown(self.instrument.id, id);
        self.orders.get_mut(&id).ok_or(unknown)
    }

    pub fn accept(&mut self, accepted: &OrderAccepted) -> Result<(), Breach> {
        let order = Order {
            account: accepted.account,
            side: accepted.side,
            kind: accepted.kind,
            self_trade: accepted.self_trade,
            executed: 0,
            booked: None,
        };
        let before = self.orders.insert(accepted.order, order);
        let twice = Breach::Unknown(self.instrument.id, accepted.order);
        ensure(before.is_none(), twice)
    }

    pub fn set_price(&mut self, id: OrderId, price: Option<Price>) -> Result<(), Breach> {
        let order = self.order(id)?;
        if let Some(price) = price {
            order.kind = order.kind.at(price);
        }
        Ok(())
    }

    pub fn rest(&mut self, id: OrderId, price: Price, qty: Qty) -> Result<(), Breach> {
        let market = self.instrument.id;
        let arrival = self.next_arrival();
        let order = self.order(id)?;
        let is_limit = order.kind.price() == Some(price);
        let stays = matches!(
            order.kind,
            OrderKind::LimitMaker { .. }
                | OrderKind::Limit {
                    time_in_force: TimeInForce::GoodTillCancel,
                    ..
                }
        );
        ensure(is_limit && stays, Breach::Kind(market, id))?;
        ensure(
            order.booked.is_none() && Qty::ZERO < qty,
            Breach::Lots(market, id),
        )?;
        order.booked = Some(Booked {
            price,
            shown: qty.lots(),
            arrival,
        });
        let side = order.side;
        self.queue(side).insert((rank(side, price), arrival), id);
        Ok(())
    }

    pub fn refill(&mut self, id: OrderId, qty: Qty) -> Result<(), Breach> {
        let lots = Breach::Lots(self.instrument.id, id);
        let arrival = self.next_arrival();
        let order = self.order(id)?;
        let side = order.side;
        let booked = order.booked.as_mut().ok_or(lots)?;
        let place = (rank(side, booked.price), booked.arrival);
        (booked.shown, booked.arrival) = (booked.shown + qty.lots(), arrival);
        self.queue(side).remove(&place);
        self.queue(side).insert((place.0, arrival), id);
        ensure(Qty::ZERO < qty, lots)
    }

    /// Takes lots off the display of an order, which leaves its queue once it shows none.
    pub fn unbook(&mut self, id: OrderId, qty: Qty) -> Result<(), Breach> {
        let lots = Breach::Lots(self.instrument.id, id);
        let order = self.order(id)?;
        let side = order.side;
        let Some(booked) = &mut order.booked else {
            return ensure(qty.is_zero(), lots);
        };
        booked.shown -= qty.lots();
        let (shown, place) = (booked.shown, (rank(side, booked.price), booked.arrival));
        if shown == 0 {
            self.queue(side).remove(&place);
        }
        ensure(0 <= shown, lots)
    }

    /// Takes an order off the book, with what it shows.
    pub fn leave(&mut self, id: OrderId, unbooked: Qty) -> Result<(), Breach> {
        self.unbook(id, unbooked)?;
        let lots = Breach::Lots(self.instrument.id, id);
        let booked = self.order(id)?.booked.take();
        ensure(booked.is_none_or(|booked| booked.shown == 0), lots)
    }

    pub fn trade(&mut self, traded: &Traded, at: Timestamp) -> Result<(), Breach> {
        let (market, trade) = (self.instrument.id, traded.trade);
        self.last_trade += 1;
        ensure(self.is_whole(traded), Breach::Trade(market, trade))?;
        ensure(are_fees_kept(traded), Breach::Fees(market, trade))?;
        let makers = traded.taker_side.opposite();
        let first = self.queue(makers).first_key_value();
        let is_first = first.is_some_and(|(_, first)| *first == traded.maker.order);
        let priority = Breach::Priority(market, traded.maker.order);
        ensure(is_first, priority)?;
        let maker = *self.order(traded.maker.order)?;
        let is_own_price = maker.booked.is_some_and(|it| it.price == traded.price);
        ensure(is_own_price, Breach::MakerPrice(market, trade))?;
        self.check_taker(traded, at)?;
        for order in [traded.maker.order, traded.taker.order] {
            self.order(order)?.executed += traded.qty.lots();
        }
        self.average.add(traded.price, traded.qty, at);
        self.last_price = Some(traded.price);
        self.unbook(traded.maker.order, traded.qty)
    }

    /// Returns whether a trade is the next, between an order of each side, of one quantity and value.
    fn is_whole(&self, traded: &Traded) -> bool {
        let side = |order| {
            self.orders
                .get(&order)
                .map(|order| (order.side, order.account))
        };
        let (qty, price) = (
            i128::from(traded.qty.lots()),
            i128::from(traded.price.ticks()),
        );
        let quote = i128::from(self.instrument.quote_per_tick_lot)
            .checked_mul(price)
            .and_then(|units| units.checked_mul(qty));
        let base = qty.checked_mul(i128::from(self.instrument.grid.lot_units));
        let (maker, taker) = (traded.maker, traded.taker);
        traded.trade.0 == self.last_trade
            && 0 < qty
            && quote == Some(traded.quote.units())
            && base == Some(traded.base.units())
            && side(maker.order) == Some((traded.taker_side.opposite(), maker.account))
            && side(taker.order) == Some((traded.taker_side, taker.account))
    }

    fn check_taker(&mut self, traded: &Traded, at: Timestamp) -> Result<(), Breach> {
        let (market, id) = (self.instrument.id, traded.taker.order);
        let taker = *self.order(id)?;
        let is_maker = matches!(taker.kind, OrderKind::LimitMaker { .. });
        ensure(
            taker.booked.is_none() && !is_maker,
            Breach::Kind(market, id),
        )?;
        let is_accepted = taker.kind.price().is_none_or(|limit| {
            rank(taker.side.opposite(), traded.price) <= rank(taker.side.opposite(), limit)
        });
        ensure(is_accepted, Breach::Limit(market, traded.trade))?;
        let range = self.range(id, at);
        let price = i128::from(traded.price.ticks());
        let is_within = range.is_none_or(|[lower, upper]| lower <= price && price <= upper);
        ensure(is_within, Breach::Band(market, traded.trade))
    }

    /// Returns what the execution band allowed when the order began to take.
    fn range(&mut self, taker: OrderId, at: Timestamp) -> Option<[i128; 2]> {
        if let Some((taking, range)) = self.taking
            && taking == taker
        {
            return range;
        }
        let last = self.last_price.map(|last| (i128::from(last.ticks()), 1));
        let reference = self.average.fraction(at).or(last);
        let range = reference.and_then(|(value, qty)| {
            let whole = qty.checked_mul(WHOLE_PPM)?;
            let edge = |ratio: i128, rounding| mul_div(value, ratio, whole, rounding);
            let band = self.execution_band;
            // An edge beyond every number bounds nothing.
            let lower = edge(band.down.ppm().into(), Rounding::Ceil).unwrap_or(i128::MIN);
            let upper = edge(band.up.ppm().into(), Rounding::Floor).unwrap_or(i128::MAX);
            Some([lower, upper])
        });
        self.taking = Some((taker, range));
        range
    }

    pub fn prevent(&mut self, prevented: &MatchPrevented) -> Result<(), Breach> {
        self.order(prevented.taker_order)?;
        self.unbook(prevented.maker_order, prevented.maker_qty)
    }

    pub fn close(&mut self, closed: &OrderClosed) -> Result<(), Breach> {
        let id = closed.order;
        self.leave(id, closed.unbooked)?;
        let order = *self.order(id)?;
        self.orders.remove(&id);
        let asked = order.kind.qty().map(Qty::lots);
        let is_whole = match order.kind {
            OrderKind::Limit {
                time_in_force: TimeInForce::FillOrKill,
                ..
            } => order.executed == 0 || Some(order.executed) == asked,
            _ => true,
        };
        let is_empty = closed.reason != CloseReason::FillOrKillUnfilled || order.executed == 0;
        ensure(is_whole && is_empty, Breach::Kind(self.instrument.id, id))
    }

    fn next_arrival(&mut self) -> u64 {
        self.arrivals += 1;
        self.arrivals
    }

    fn queue(&mut self, side: Side) -> &mut Queue {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }

    /// Returns whether the book makes sense between two commands.
    pub fn end_command(&mut self) -> bool {
        self.taking = None;
        let best = |queue: &Queue| queue.first_key_value().map(|((rank, _), _)| *rank);
        best(&self.bids)
            .zip(best(&self.asks))
            .is_none_or(|(bid, ask)| -bid < ask)
    }
}

/// Returns where a price stands among those of a side: the best is the lowest.
const fn rank(side: Side, price: Price) -> i64 {
    match side {
        Side::Buy => -price.ticks(),
        Side::Sell => price.ticks(),
    }
}

/// Returns whether no side pays more than it receives, and no rebate is more than its fee.
fn are_fees_kept(traded: &Traded) -> bool {
    let [to_taker, to_maker] = match traded.taker_side {
        Side::Buy => [traded.base, traded.quote],
        Side::Sell => [traded.quote, traded.base],
    };
    let (taker, maker) = (traded.taker.fee.units(), traded.maker.fee.units());
    let rebate = traded.maker_rebate.units();
    let is_one_way = maker == 0 || rebate == 0;
    0 <= taker
        && taker <= to_taker.units()
        && 0 <= maker
        && maker <= to_maker.units()
        && 0 <= rebate
        && rebate <= taker
        && is_one_way
}
