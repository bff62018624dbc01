//! What an outsider knows of one market: every order, list, level and trigger, from the events alone.
//!
//! Written order by order after `docs/spec/orders.md`, without any of the engine's tables.

use std::collections::{BTreeMap, BTreeSet};

use model::event::{
    Event, MatchPrevented, OrderAccepted, OrderActivated, OrderAmended, OrderClosed, OrderRequeued,
    OrderTriggered, Traded, WaitingAmended,
};
use model::id::{AccountId, OrderId};
use model::instrument::Phase;
use model::number::{Price, Qty};
use model::order::{
    CloseReason, Condition, Instructions, OrderKind, Peg, PegBase, SelfTradeMode, Side,
};
use model::snapshot::Waiting;
use model::text::ClientOrderId;

use crate::fold_lists::{Lists, Next};

/// The most due orders that one command starts.
const STARTS_MAX: usize = 16;

#[derive(Default)]
pub struct Market {
    pub last_price: Option<Price>,
    pub last_order: u64,
    pub orders: BTreeMap<OrderId, Order>,
    pub lists: Lists,
    /// Amendments are counted only while the market limits them.
    pub counts_amendments: bool,
    /// What is on display.
    pub levels: BTreeMap<(Side, Price), i128>,
    /// Whose turn it is: first pending legs of filled working legs too.
    due: BTreeSet<OrderId>,
    arrivals: u64,
    phase: Option<Phase>,
    /// What this command has done so far.
    starts: usize,
    is_placing: bool,
    /// What was on display before the order that is replaced went.
    before_replace: Option<BTreeMap<(Side, Price), i128>>,
    next: Option<Next>,
    /// An iceberg whose amendment must come next.
    shows_otherwise: Option<OrderId>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Order {
    pub account: AccountId,
    pub side: Side,
    pub kind: OrderKind,
    pub self_trade: SelfTradeMode,
    pub client_id: ClientOrderId,
    pub instructions: Instructions,
    pub held: i128,
    /// Lots, where the order names them.
    pub original: Option<i64>,
    pub executed: i64,
    pub prevented: i64,
    pub amendments: u32,
    pub place: Place,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Place {
    /// It was accepted or started and does now what its kind does.
    Moving,
    Booked {
        price: Price,
        shown: i64,
        /// Later ones stand behind earlier ones of a price.
        arrival: u64,
    },
    Parked(Waiting),
}

impl Order {
    /// Returns the lots that are open.
    pub fn open(&self) -> i64 {
        let original = self.original.expect("an open order names its lots");
        original - self.executed - self.prevented
    }

    /// Returns what it shows of itself when it comes to the end of a queue.
    fn display(&self) -> i64 {
        let most = self.instructions.iceberg.map_or(i64::MAX, Qty::lots);
        most.min(self.open())
    }
}

impl Market {
    pub fn order(&mut self, order: OrderId) -> &mut Order {
        self.orders
            .get_mut(&order)
            .expect("an order is accepted before anything happens to it")
    }

    /// Reads the next event of this market; money is read elsewhere.
    pub fn read(&mut self, event: &Event) {
        if let Some(next) = self.next.take() {
            next.assert_is(event);
        }
        match event {
            Event::PhaseChanged { phase, .. } => self.phase = Some(*phase),
            Event::OrderAccepted(accepted) => self.accept(accepted),
            Event::OrderInstructed(instructed) => {
                let is_pending = instructed.is_pending;
                self.instruct(instructed.order, instructed.instructions, is_pending);
            }
            Event::OrderRested {
                order, price, qty, ..
            } => self.rest(*order, *price, *qty),
            Event::OrderRefilled {
                order, price, qty, ..
            } => self.refill(*order, *price, qty.lots()),
            Event::Traded(traded) => self.trade(traded),
            Event::MatchPrevented(prevented) => self.prevent(prevented),
            Event::OrderAmended(amended) => self.amend(amended),
            Event::OrderRequeued(requeued) => self.requeue(requeued),
            Event::WaitingAmended(amended) => self.amend_waiting(amended),
            Event::IcebergAmended {
                order,
                previous,
                shown,
                ..
            } => self.show_otherwise(*order, *previous, *shown),
            Event::HoldShifted(shifted) => {
                self.lists.assert_paired(shifted.order);
                let place = self.order(shifted.order).place;
                assert!(
                    matches!(place, Place::Parked(_)),
                    "what rests holds its own"
                );
                assert_ne!(shifted.release, shifted.hold);
            }
            Event::OrderTriggered(triggered) => self.trigger(triggered),
            Event::OrderActivated(activated) => self.activate(activated),
            Event::ListAccepted(list) => self.lists.accept(list, self.last_order),
            Event::ListClosed { list, .. } => self.lists.close(*list),
            Event::DueStarted { left, .. } => {
                assert_eq!(*left as usize, self.due.len());
                self.is_placing = true;
            }
            _ => {}
        }
    }

    fn accept(&mut self, accepted: &OrderAccepted) {
        self.is_placing = true;
        assert!(self.last_order < accepted.order.0, "numbers rise");
        self.last_order = accepted.order.0;
        assert_eq!(self.starts, 0, "due orders start after the command's own");
        let order = Order {
            account: accepted.account,
            side: accepted.side,
            kind: accepted.kind,
            self_trade: accepted.self_trade,
            client_id: accepted.client_id,
            instructions: Instructions::NONE,
            held: 0,
            original: accepted.kind.qty().map(Qty::lots),
            executed: 0,
            prevented: 0,
            amendments: 0,
            place: Place::Moving,
        };
        self.orders.insert(accepted.order, order);
    }

    fn instruct(&mut self, id: OrderId, instructions: Instructions, is_pending: bool) {
        assert_eq!(is_pending, self.lists.is_pending(id));
        let order = *self.order(id);
        assert_eq!(order.place, Place::Moving);
        self.order(id).instructions = instructions;
        if let Some(peg) = &instructions.peg {
            let waits = is_pending || instructions.trigger.is_some();
            let levels = self.before_replace.as_ref().unwrap_or(&self.levels);
            let expected = match waits {
                true => peg.price.or(order.kind.price()),
                false => pegged_price(levels, order.side, peg),
            };
            assert!(expected.is_some(), "the book has no price for {id:?}");
            assert_eq!(order.kind.price(), expected, "the price of {id:?}");
        }
        if is_pending {
            assert_eq!(order.held, 0, "a pending leg holds nothing");
            self.order(id).place = Place::Parked(Waiting::Working);
        } else if instructions.trigger.is_some() {
            assert!(!self.is_met(id), "nothing waits for what is there already");
            self.order(id).place = Place::Parked(Waiting::Market);
        }
    }

    /// Returns whether the last price meets the stop of an order.
    fn is_met(&self, id: OrderId) -> bool {
        let order = &self.orders[&id];
        match (order.instructions.trigger, self.last_price) {
            (Some(trigger), Some(last)) => match trigger.condition {
                Condition::Stop { price } => trigger.direction(order.side).is_met(price, last),
                Condition::Trail { .. } | Condition::TrailFrom { .. } => false,
            },
            _ => false,
        }
    }

    fn rest(&mut self, id: OrderId, price: Price, qty: Qty) {
        self.arrivals += 1;
        let arrival = self.arrivals;
        let order = self.order(id);
        assert_eq!(order.place, Place::Moving);
        assert_eq!(order.display(), qty.lots(), "what {id:?} shows");
        order.place = Place::Booked {
            price,
            shown: qty.lots(),
            arrival,
        };
        self.show(id, price, qty.lots());
    }

    fn show(&mut self, id: OrderId, price: Price, lots: i64) {
        let side = self.order(id).side;
        *self.levels.entry((side, price)).or_default() += i128::from(lots);
    }

    fn refill(&mut self, id: OrderId, at: Price, lots: i64) {
        self.arrivals += 1;
        let now = self.arrivals;
        let order = self.order(id);
        let (open, display) = (order.open(), order.display());
        let Place::Booked {
            price,
            shown,
            arrival,
        } = &mut order.place
        else {
            panic!("only what rests is refilled");
        };
        let is_next_part = *shown == 0 && lots == display;
        // Shown as a whole before it is expired.
        let is_whole = 0 < lots && *shown + lots == open;
        assert!(*price == at && (is_next_part || is_whole), "{id:?} shows");
        (*shown, *arrival) = (*shown + lots, now);
        self.show(id, at, lots);
    }

    /// Takes lots off the display of a maker.
    fn unbook(&mut self, id: OrderId, lots: i64) {
        let Place::Booked { price, shown, .. } = &mut self.order(id).place else {
            assert_eq!(lots, 0, "an order lost lots it did not have on the book");
            return;
        };
        let price = *price;
        assert!(lots <= *shown, "more was taken than was on display");
        *shown -= lots;
        self.show(id, price, -lots);
        let side = self.order(id).side;
        if self.levels[&(side, price)] == 0 {
            self.levels.remove(&(side, price));
        }
    }

    fn trade(&mut self, traded: &Traded) {
        for party in [traded.maker, traded.taker] {
            self.lists.assert_alone(party.order);
            let order = self.order(party.order);
            assert_eq!(order.account, party.account);
            order.executed += traded.qty.lots();
        }
        assert_eq!(self.order(traded.taker.order).place, Place::Moving);
        self.unbook(traded.maker.order, traded.qty.lots());
        self.last_price = Some(traded.price);
        self.show_trade(traded.price);
    }

    fn prevent(&mut self, prevented: &MatchPrevented) {
        if !prevented.maker_qty.is_zero() {
            self.lists.assert_alone(prevented.maker_order);
        }
        self.order(prevented.taker_order).prevented += prevented.taker_qty.lots();
        self.order(prevented.maker_order).prevented += prevented.maker_qty.lots();
        self.unbook(prevented.maker_order, prevented.maker_qty.lots());
    }

    fn show_otherwise(&mut self, id: OrderId, previous: Qty, shown: Qty) {
        let iceberg = &mut self.order(id).instructions.iceberg;
        assert_eq!(*iceberg, Some(previous));
        assert_ne!(previous, shown);
        *iceberg = Some(shown);
        assert_eq!(self.shows_otherwise.replace(id), None);
    }

    fn amend(&mut self, amended: &OrderAmended) {
        self.lists.assert_alone(amended.order);
        self.unbook(amended.order, amended.reduced.lots());
        let counted = u32::from(self.counts_amendments);
        let order = self.order(amended.order);
        assert_eq!(order.client_id, amended.previous_client_id);
        assert_eq!(order.instructions.iceberg, None);
        order.client_id = amended.client_id;
        order.original = Some(amended.qty.lots());
        order.amendments += counted;
    }

    fn requeue(&mut self, requeued: &OrderRequeued) {
        let id = requeued.order;
        assert_eq!(self.starts, 0, "due orders start after the command's own");
        self.is_placing = true;
        let shows_otherwise = self.shows_otherwise.take() == Some(id);
        self.unbook(id, requeued.unbooked.lots());
        if requeued.qty != requeued.previous_qty {
            self.lists.assert_alone(id);
        }
        let counted = u32::from(self.counts_amendments);
        let order = self.order(id);
        let Place::Booked { price, shown, .. } = order.place else {
            panic!("only what rests is amended");
        };
        assert_eq!((price, shown), (requeued.previous_price, 0));
        assert_eq!(order.client_id, requeued.previous_client_id);
        assert_eq!(order.original, Some(requeued.previous_qty.lots()));
        order.client_id = requeued.client_id;
        order.original = Some(requeued.qty.lots());
        order.kind = order.kind.at(requeued.price);
        order.amendments += counted;
        order.place = Place::Moving;
        let is_less = requeued.price == price && requeued.qty < requeued.previous_qty;
        let is_better = !is_less || order.instructions.iceberg.is_some();
        let is_other =
            shows_otherwise || (requeued.price, requeued.qty) != (price, requeued.previous_qty);
        assert!(
            is_better && is_other && 0 < order.open(),
            "it keeps its place"
        );
    }

    fn amend_waiting(&mut self, amended: &WaitingAmended) {
        let id = amended.order;
        assert!(!self.due.contains(&id));
        let shows_otherwise = self.shows_otherwise.take() == Some(id);
        if amended.kind.qty() != amended.previous_kind.qty() {
            self.lists.assert_alone(id);
        }
        let (counted, last) = (u32::from(self.counts_amendments), self.last_price);
        let order = self.order(id);
        assert_eq!(order.instructions.awaited(), amended.previous);
        assert_eq!(order.kind, amended.previous_kind);
        assert_eq!(order.client_id, amended.previous_client_id);
        order.instructions = order.instructions.until(amended.awaited);
        let is_other = (order.kind, amended.previous) != (amended.kind, amended.awaited);
        assert!(is_other || shows_otherwise, "{id:?} is as it was");
        order.kind = amended.kind;
        order.original = amended.kind.qty().map(Qty::lots);
        order.client_id = amended.client_id;
        order.amendments += counted;
        match (order.place, amended.awaited.0) {
            (Place::Parked(Waiting::Trailing { extreme }), Some(condition)) => {
                let delta = condition.delta().expect("what trails has a delta");
                let last = last.expect("a trade began it");
                let after = trail(order.side, extreme, i128::from(delta.points()), last);
                assert_eq!(after, Waiting::Trailing { extreme }, "{id:?} has turned");
                let previous = amended.previous.0.expect("it waited for something");
                assert_eq!(condition.price(), previous.price());
            }
            (Place::Parked(Waiting::Working), _) => {
                assert_eq!(amended.hold.units(), 0, "a pending leg holds nothing");
            }
            (place, _) => assert_eq!(place, Place::Parked(Waiting::Market)),
        }
        let is_pending = self.order(id).place == Place::Parked(Waiting::Working);
        assert!(
            is_pending || !self.is_met(id),
            "nothing waits for what is there already"
        );
    }

    /// Shows a trade to every order that waits for one: `docs/spec/orders.md` §2, as it is written there.
    fn show_trade(&mut self, price: Price) {
        for (id, order) in &mut self.orders {
            let (Place::Parked(waiting), Some(trigger)) =
                (&mut order.place, order.instructions.trigger)
            else {
                continue;
            };
            let is_reached = |at| trigger.direction(order.side).is_met(at, price);
            let after = match (*waiting, trigger.condition) {
                (Waiting::Market, Condition::Stop { price: at }) if is_reached(at) => Waiting::Turn,
                (Waiting::Market, Condition::Trail { .. }) => Waiting::Trailing { extreme: price },
                (Waiting::Market, Condition::TrailFrom { activation, .. })
                    if is_reached(activation) =>
                {
                    Waiting::Trailing { extreme: price }
                }
                (Waiting::Trailing { extreme }, _) => {
                    let delta = trigger.delta().expect("what trails has a delta").points();
                    trail(order.side, extreme, i128::from(delta), price)
                }
                (unmoved, _) => unmoved,
            };
            if after == Waiting::Turn && *waiting != Waiting::Turn {
                self.due.insert(*id);
            }
            *waiting = after;
        }
    }

    fn trigger(&mut self, triggered: &OrderTriggered) {
        let id = triggered.order;
        self.count_start(id);
        self.lists.assert_alone(id);
        self.set_price(id, triggered.pegged);
        let order = self.order(id);
        assert_eq!(order.place, Place::Parked(Waiting::Turn));
        order.place = Place::Moving;
    }

    /// Sets the price of an order that starts, if it is pegged, and expects it to be that of its level.
    fn set_price(&mut self, id: OrderId, pegged: Option<Price>) {
        let order = self.orders[&id];
        let peg = order.instructions.peg;
        assert_eq!(pegged.is_some(), peg.is_some(), "whether {id:?} is pegged");
        if let (Some(price), Some(peg)) = (pegged, &peg) {
            assert_eq!(pegged, pegged_price(&self.levels, order.side, peg));
            self.order(id).kind = order.kind.at(price);
        }
    }

    fn count_start(&mut self, id: OrderId) {
        assert_eq!(self.phase, Some(Phase::Continuous));
        assert_eq!(self.due.pop_first(), Some(id), "the lowest number starts");
        self.starts += 1;
        assert!(self.starts <= STARTS_MAX, "too many started");
        let moving = |order: &&Order| order.place == Place::Moving;
        let moving = self.orders.values().filter(moving).count();
        assert_eq!(moving, 0, "each completes before the next is chosen");
    }

    fn activate(&mut self, activated: &OrderActivated) {
        let id = activated.order;
        assert_eq!(self.order(id).place, Place::Parked(Waiting::Activation));
        assert!(!self.lists.is_pending(id), "its working leg is filled");
        if self.due.contains(&id) {
            self.count_start(id);
        }
        match self.orders[&id].instructions.trigger {
            None => self.set_price(id, activated.pegged),
            Some(_) => assert_eq!(activated.pegged, None, "{id:?} has not started"),
        }
        let is_met = self.is_met(id);
        let order = self.order(id);
        order.place = match order.instructions.trigger {
            None => Place::Moving,
            Some(_) if is_met => Place::Parked(Waiting::Turn),
            Some(_) => Place::Parked(Waiting::Market),
        };
        if is_met {
            self.due.insert(id);
        }
    }

    /// Reads the end of an order and returns what it was.
    pub fn close(&mut self, closed: &OrderClosed) -> Order {
        let (id, reason) = (closed.order, closed.reason);
        let is_start = matches!(
            reason,
            CloseReason::NotPlaceable | CloseReason::InsufficientFunds
        );
        if is_start && self.due.contains(&id) {
            self.count_start(id);
        }
        self.due.remove(&id);
        if reason == CloseReason::Replaced {
            let levels = self.levels.clone();
            self.before_replace.get_or_insert(levels);
        }
        // A pegged order that could not start may have got its price all the same.
        let price_set = match (is_start, self.orders[&id].instructions.peg) {
            (true, Some(peg)) => pegged_price(&self.levels, closed.side, &peg),
            _ => None,
        };
        self.unbook(id, closed.unbooked.lots());
        let order = self.orders.remove(&id).expect("an order ends once");
        assert_eq!(order.held, 0, "an order ended with money held: {closed:?}");
        let is_named = closed.price == order.kind.price();
        let is_set = price_set.is_some() && closed.price == price_set;
        assert!(is_named || is_set, "the price of {closed:?}");
        if let Place::Booked { shown, .. } = order.place {
            assert_eq!(shown, 0, "an order ended with lots on the book: {closed:?}");
        }
        if reason == CloseReason::FillOrKillUnfilled {
            assert_eq!(order.executed, 0);
        }
        if reason == CloseReason::Filled && order.original.is_some() {
            assert_eq!(order.open(), 0);
        }
        let is_pending = order.place == Place::Parked(Waiting::Activation);
        self.next = self.lists.end(id, reason, is_pending);
        if let Some(Next::Activation(legs)) = self.next.take_if(|next| next.is_activation()) {
            for leg in &legs {
                self.order(*leg).place = Place::Parked(Waiting::Activation);
            }
            self.due.extend(legs.first());
        }
        order
    }

    /// Returns whether orders are due and may start.
    pub fn has_due(&self) -> bool {
        self.phase == Some(Phase::Continuous) && !self.due.is_empty()
    }

    /// Expects that a command is complete.
    pub fn end_command(&mut self) {
        assert!(
            self.next.is_none(),
            "something had to follow: {:?}",
            self.next
        );
        for (id, order) in &self.orders {
            match order.place {
                Place::Moving => panic!("{id:?} neither rests nor waits"),
                Place::Booked { shown, .. } => {
                    assert!(0 < shown && shown <= order.open());
                }
                Place::Parked(_) => {}
            }
        }
        self.before_replace = None;
        let (starts, is_placing) = (self.starts, self.is_placing);
        (self.starts, self.is_placing) = (0, false);
        assert!(is_placing || starts == 0, "only what places starts others");
        if is_placing && self.phase == Some(Phase::Continuous) {
            assert!(starts == STARTS_MAX || self.due.is_empty(), "some are due");
        }
    }
}

/// Returns the price of the level that a peg names, if the book has that many.
fn pegged_price(levels: &BTreeMap<(Side, Price), i128>, side: Side, peg: &Peg) -> Option<Price> {
    let of = match (peg.base, side) {
        (PegBase::Primary, Side::Buy) | (PegBase::Market, Side::Sell) => Side::Buy,
        (PegBase::Primary, Side::Sell) | (PegBase::Market, Side::Buy) => Side::Sell,
    };
    let prices = levels.keys().filter(|(side, _)| *side == of);
    let mut prices: Vec<Price> = prices.map(|(_, price)| *price).collect();
    if of == Side::Buy {
        prices.reverse();
    }
    prices.get(usize::from(peg.levels.count())).copied()
}

/// Returns what an order that trails waits for after a trade.
fn trail(side: Side, extreme: Price, delta: i128, price: Price) -> Waiting {
    let (p, e) = (i128::from(price.ticks()), i128::from(extreme.ticks()));
    let (is_better, is_due) = match side {
        Side::Sell => (e < p, p * 10_000 <= e * (10_000 - delta)),
        Side::Buy => (p < e, e * (10_000 + delta) <= p * 10_000),
    };
    match (is_better, is_due) {
        (true, _) => Waiting::Trailing { extreme: price },
        (false, true) => Waiting::Turn,
        (false, false) => Waiting::Trailing { extreme },
    }
}
