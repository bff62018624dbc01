//! Placing order lists: all legs or none (`docs/spec/orders.md` §4.1).

use model::command::{Leg, Legs, NewList, NewOrder};
use model::event::{Event, ListAccepted};
use model::id::{AccountId, MARKET_COUNTER_MAX, OrderId};
use model::number::{Amount, Qty};
use model::order::{Instructions, ListKind, OrderKind, Side};
use model::reject::Reject;
use model::snapshot::ListRow;

use crate::desk::{Desk, Trader};
use crate::filter::{self, Incoming};
use crate::instructed::{Kinds, check_kinds, check_leg};
use crate::list_shape::check_shape;
use crate::market::Market;
use crate::parked::{Stage, Waiting, is_met, waiting_hold};
use crate::peg::{Start, held_kind, price_order};
use crate::place::Taking;
use crate::plan::{Course, Plan, available, check_room_for, is_client_id_taken, plan};
use crate::start::share_hold;

/// A leg on its way in, and what it is worth at its limit.
struct Candidate {
    order: NewOrder,
    instructions: Instructions,
    worth: Amount,
}

impl Candidate {
    const fn leg(&self) -> Leg {
        Leg {
            side: self.order.side,
            kind: self.order.kind,
            client_id: self.order.client_id,
            instructions: self.instructions,
        }
    }
}

/// What the legs that are not pending do.
enum Opening {
    Working(Plan),
    /// What each leg of the pair holds.
    Pair([Amount; 2]),
}

impl Desk<'_> {
    /// Places a list: all of its legs or none.
    ///
    /// # Errors
    /// The first that applies of `docs/spec/orders.md` §4 and §4.1.
    pub fn place_list(&mut self, account: AccountId, list: &NewList) -> Result<(), Reject> {
        let trader = self.trader(account);
        let legs = self.check_list(&trader, list)?;
        let opening = self.plan_opening(&trader, list, &legs)?;

        // Nothing below can fail.
        self.open_list(&trader, list, &legs, &opening);
        self.start_due();
        Ok(())
    }

    fn check_list(&self, trader: &Trader, list: &NewList) -> Result<Vec<Candidate>, Reject> {
        let market = &*self.market;
        check_shape(&list.legs)?;
        let mut legs: Vec<Candidate> = Vec::with_capacity(3);
        for (place, leg) in list.legs.iter().enumerate() {
            let is_pending = place != 0 && list.legs.kind() != ListKind::OneCancelsOther;
            let start = if is_pending {
                Start::Later
            } else {
                Start::of(&leg.instructions)
            };
            legs.push(self.check_candidate(trader, list, leg, start)?);
        }
        self.check_counts(trader, &legs)?;
        self.check_list_position(trader, &list.legs, &legs)?;
        let first = Incoming::new(market, *trader, &legs[0].order, self.at);
        check_room_for(market, self.ledger, &first, legs.len() as u64)?;
        if MARKET_COUNTER_MAX <= self.last_list.0 {
            return Err(Reject::MarketExhausted);
        }
        self.check_names(trader, list, &legs)?;
        Ok(legs)
    }

    fn check_candidate(
        &self,
        trader: &Trader,
        list: &NewList,
        leg: &Leg,
        start: Start,
    ) -> Result<Candidate, Reject> {
        let order = NewOrder {
            market: list.market,
            side: leg.side,
            kind: leg.kind,
            client_id: leg.client_id,
            self_trade: list.self_trade,
        };
        let order = price_order(self.market, &order, &leg.instructions, start)?;
        let incoming = Incoming::new(self.market, *trader, &order, self.at);
        let worth = check_leg(self.market, &incoming, &leg.instructions, start)?;
        Ok(Candidate {
            order,
            instructions: leg.instructions,
            worth,
        })
    }

    fn check_counts(&self, trader: &Trader, legs: &[Candidate]) -> Result<(), Reject> {
        filter::check_open_orders(self.market, trader.seat_number(), legs.len() as u32)?;
        let kinds = legs
            .iter()
            .map(|leg| Kinds::of(&leg.instructions))
            .fold(Kinds::default(), Kinds::plus);
        check_kinds(self.market, trader.seat_number(), kinds)?;
        let lists_max = self.market.limits.order_lists_max as usize;
        if lists_max <= self.market.lists.count_of(trader.account) {
            return Err(Reject::OrderListsLimit);
        }
        Ok(())
    }

    /// MAX_POSITION, where the legs of a pair count once.
    fn check_list_position(
        &self,
        trader: &Trader,
        legs: &Legs,
        candidates: &[Candidate],
    ) -> Result<(), Reject> {
        let market = &*self.market;
        let counted = match legs {
            Legs::OneCancelsOther { .. } => &candidates[..1],
            Legs::OneTriggersOther { .. } | Legs::OneTriggersOneCancelsOther { .. } => {
                &candidates[..2]
            }
        };
        let is_buy = |leg: &&Candidate| leg.order.side == Side::Buy;
        let mut buys = counted.iter().filter(is_buy);
        let lots: i64 = buys.clone().map(|leg| lots_of(&leg.order)).sum();
        // Once it is open, every leg counts by itself.
        let all = candidates.iter().filter(is_buy);
        let all: i64 = all.map(|leg| lots_of(&leg.order)).sum();
        let open = trader
            .seat_number()
            .map_or(0, |seat| market.seats.at(seat).open_buy_lots);
        if open.checked_add(all).is_none() {
            return Err(Reject::PositionLimit);
        }
        // Two legs may ask for more than one order may.
        let Some(qty) = Qty::new(lots) else {
            return Err(Reject::PositionLimit);
        };
        match buys.next_back() {
            Some(leg) => {
                let incoming = Incoming::new(self.market, *trader, &leg.order, self.at);
                filter::check_position(self.market, self.ledger, &incoming, qty)
            }
            None => Ok(()),
        }
    }

    fn check_names(
        &self,
        trader: &Trader,
        list: &NewList,
        legs: &[Candidate],
    ) -> Result<(), Reject> {
        for (place, leg) in legs.iter().enumerate() {
            let id = &leg.order.client_id;
            let is_twice = legs[..place]
                .iter()
                .any(|other| other.order.client_id == *id);
            if is_twice || is_client_id_taken(self.market, trader.seat_number(), id) {
                return Err(Reject::ClientIdTaken);
            }
        }
        match self.market.lists.find(trader.account, list.client_id) {
            Some(_) => Err(Reject::ClientIdTaken),
            None => Ok(()),
        }
    }

    /// Decides on the legs that are not pending.
    fn plan_opening(
        &self,
        trader: &Trader,
        list: &NewList,
        legs: &[Candidate],
    ) -> Result<Opening, Reject> {
        match (&list.legs, legs) {
            (Legs::OneCancelsOther { .. }, [first, second]) => {
                self.plan_pair(trader, first, second).map(Opening::Pair)
            }
            (_, [working, ..]) => {
                let incoming = Incoming::new(self.market, *trader, &working.order, self.at);
                plan(self.market, self.ledger, &incoming, working.worth).map(Opening::Working)
            }
            (_, []) => panic!("a list has legs"),
        }
    }

    fn plan_pair(
        &self,
        trader: &Trader,
        first: &Candidate,
        second: &Candidate,
    ) -> Result<[Amount; 2], Reject> {
        let market = &*self.market;
        let is_due = |leg: &Candidate| {
            let trigger = leg.instructions.trigger;
            trigger.is_some_and(|trigger| is_met(market, leg.order.side, &trigger))
        };
        if is_due(first) || is_due(second) {
            return Err(Reject::WouldTrigger);
        }
        if is_passed(market, &first.leg()) || is_passed(market, &second.leg()) {
            return Err(Reject::ListPrices);
        }
        let would_take = |leg: &Candidate| {
            would_take(market, leg.order.side, &leg.order.kind, &leg.instructions)
        };
        if would_take(first) || would_take(second) {
            return Err(Reject::WouldTake);
        }
        let mut holds = [self.pair_hold(first)?, self.pair_hold(second)?];
        let available = available(self.market, self.ledger, trader, first.order.side);
        if holds.iter().any(|hold| available < *hold) {
            return Err(Reject::InsufficientFunds);
        }
        let [one, other] = &mut holds;
        share_hold([one, other], second.instructions.trigger.is_none());
        Ok(holds)
    }

    /// Returns what a leg of a pair would hold by itself.
    fn pair_hold(&self, leg: &Candidate) -> Result<Amount, Reject> {
        let NewOrder { side, kind, .. } = leg.order;
        match (&leg.instructions.trigger, side, kind.qty()) {
            (Some(trigger), ..) => {
                let kind = held_kind(&kind, &leg.instructions);
                waiting_hold(self.market, side, &kind, trigger, leg.worth)
            }
            (None, Side::Sell, Some(qty)) => Ok(filter::base_of(self.market, qty)),
            (None, ..) => Ok(leg.worth),
        }
    }

    fn open_list(
        &mut self,
        trader: &Trader,
        list: &NewList,
        legs: &[Candidate],
        opening: &Opening,
    ) {
        self.last_list.0 += 1;
        let row = ListRow {
            list: *self.last_list,
            account: trader.account,
            kind: list.legs.kind(),
            client_id: list.client_id,
            first_order: OrderId(self.market.last_order.0 + 1),
        };
        self.market.lists.open(row);
        self.events.push(Event::ListAccepted(ListAccepted {
            market: list.market,
            list: row.list,
            account: row.account,
            kind: row.kind,
            client_id: row.client_id,
            first_order: row.first_order,
        }));
        let incoming: Vec<Incoming> = legs
            .iter()
            .map(|leg| Incoming::new(self.market, *trader, &leg.order, self.at))
            .collect();
        let mut starting: Vec<(Taking, Course)> = Vec::with_capacity(1);
        for (place, (leg, incoming)) in legs.iter().zip(&incoming).enumerate() {
            starting.extend(self.open_leg(leg, incoming, opening, place));
        }
        for (taking, course) in starting {
            self.pursue(taking, course);
        }
    }

    /// Accepts a leg, and parks it or returns what it does now.
    fn open_leg<'i>(
        &mut self,
        leg: &Candidate,
        incoming: &'i Incoming<'i>,
        opening: &Opening,
        place: usize,
    ) -> Option<(Taking<'i>, Course)> {
        let (hold, stage) = match (opening, place) {
            (Opening::Pair(holds), place) => (holds[place], Stage::Armed),
            (Opening::Working(plan), 0) => (plan.hold, Stage::Armed),
            (Opening::Working(_), _) => (Amount::ZERO, Stage::Pending),
        };
        let mut taking = self.accept(incoming, hold);
        taking.is_listed = true;
        taking.shown_max = leg.instructions.iceberg;
        let is_pending = stage == Stage::Pending;
        if is_pending || leg.instructions != Instructions::NONE {
            self.report_instructed(incoming, taking.order, &leg.instructions, is_pending);
        }
        match (opening, place) {
            (Opening::Working(plan), 0) => Some((taking, plan.course)),
            (Opening::Pair(_), _) if leg.instructions.trigger.is_none() => {
                Some((taking, Course::Rest))
            }
            _ => {
                self.park(&Waiting {
                    incoming,
                    instructions: leg.instructions,
                    order: taking.order,
                    seat: taking.seat.number,
                    stage,
                    hold,
                    is_listed: true,
                });
                None
            }
        }
    }
}

/// Returns whether a leg is a limit maker that would meet the best of the other side.
pub fn would_take(
    market: &Market,
    side: Side,
    kind: &OrderKind,
    instructions: &Instructions,
) -> bool {
    let is_maker = matches!(kind, OrderKind::LimitMaker { .. }) && instructions.trigger.is_none();
    let is_crossed = |price| market.book.is_crossed_by(side, price);
    is_maker && kind.price().is_some_and(is_crossed)
}

fn lots_of(order: &NewOrder) -> i64 {
    order.kind.qty().map_or(0, Qty::lots)
}

/// Returns whether the market stands at or beyond the limit of a leg that takes its profit there.
pub fn is_passed(market: &Market, leg: &Leg) -> bool {
    let limit = match (&leg.kind, &leg.instructions.peg) {
        (OrderKind::LimitMaker { price, .. }, None) => *price,
        _ => return false,
    };
    market.last_price.is_some_and(|last| match leg.side {
        Side::Sell => mutant::plant!("pair-beyond-its-limit", false, limit <= last),
        Side::Buy => last <= limit,
    })
}
