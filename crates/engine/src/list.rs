//! Order lists: placed as one, ended as one (`docs/spec/orders.md` §4).

use model::command::{CancelList, Leg, Legs, NewList, NewOrder};
use model::event::{Event, ListAccepted};
use model::id::{AccountId, ListId, MARKET_COUNTER_MAX, OrderId};
use model::instrument::Phase;
use model::number::{Amount, Price, Qty};
use model::order::{CloseReason, Instructions, ListRef, OrderKind, Purpose, Side};
use model::reject::Reject;
use model::snapshot::ListRow;

use crate::desk::{Desk, Trader};
use crate::filter::{self, Incoming};
use crate::instructed::{Kinds, check_kinds, check_leg};
use crate::lists::{OpenList, Role};
use crate::parked::{Stage, Waiting, is_met, waiting_hold};
use crate::place::Taking;
use crate::plan::{Course, Plan, available, check_room_for, is_client_id_taken, plan};
use crate::start::share_hold;

/// A leg on its way in, and what it is worth at its limit.
struct Candidate {
    order: NewOrder,
    instructions: Instructions,
    worth: Amount,
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
        if market.phase != Phase::Continuous {
            return Err(Reject::PhaseClosed);
        }
        check_shape(&list.legs)?;
        let mut legs: Vec<Candidate> = Vec::with_capacity(3);
        for leg in list.legs.iter() {
            legs.push(self.check_candidate(trader, list, leg)?);
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
    ) -> Result<Candidate, Reject> {
        let order = NewOrder {
            market: list.market,
            side: leg.side,
            kind: leg.kind,
            client_id: leg.client_id,
            self_trade: list.self_trade,
        };
        let incoming = Incoming::new(self.market, *trader, &order, self.at);
        let worth = check_leg(self.market, &incoming, &leg.instructions)?;
        Ok(Candidate {
            order,
            instructions: leg.instructions,
            worth,
        })
    }

    fn check_counts(&self, trader: &Trader, legs: &[Candidate]) -> Result<(), Reject> {
        filter::check_open_orders(self.market, trader.seat, legs.len() as u32)?;
        let kinds = legs
            .iter()
            .map(|leg| Kinds::of(&leg.instructions))
            .fold(Kinds::default(), Kinds::plus);
        check_kinds(self.market, trader.seat, kinds)?;
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
        let buys = counted.iter().filter(is_buy);
        let lots: i64 = buys.clone().map(|leg| lots_of(&leg.order)).sum();
        // Once it is open, every leg counts by itself.
        let all = candidates.iter().filter(is_buy);
        let all: i64 = all.map(|leg| lots_of(&leg.order)).sum();
        let open = trader
            .seat
            .map_or(0, |seat| market.seats.at(seat).open_buy_lots);
        if open.checked_add(all).is_none() {
            return Err(Reject::PositionLimit);
        }
        // Two legs may ask for more than one order may.
        let Some(qty) = Qty::new(lots) else {
            return Err(Reject::PositionLimit);
        };
        match buys.last() {
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
            if is_twice || is_client_id_taken(self.market, trader.seat, id) {
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
        for leg in [first, second] {
            let NewOrder { side, kind, .. } = leg.order;
            match (&leg.instructions.trigger, kind.price()) {
                (Some(trigger), _) if is_met(self.market, side, trigger) => {
                    return Err(Reject::WouldTrigger);
                }
                (None, Some(price)) if self.market.book.is_crossed_by(side, price) => {
                    return Err(Reject::WouldTake);
                }
                _ => (),
            }
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
            (Some(trigger), ..) => waiting_hold(self.market, side, &kind, trigger, leg.worth),
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
                (Opening::Working(plan), 0) => starting.push((taking, plan.course)),
                (Opening::Pair(_), _) if leg.instructions.trigger.is_none() => {
                    starting.push((taking, Course::Rest));
                }
                _ => self.park(&Waiting {
                    incoming,
                    instructions: leg.instructions,
                    order: taking.order,
                    seat: taking.seat_number,
                    stage,
                    hold,
                    is_listed: true,
                }),
            }
        }
        for (mut taking, course) in starting {
            self.pursue(&mut taking, course);
        }
    }

    /// Cancels the open legs of a list.
    ///
    /// # Errors
    /// `PhaseClosed`, `ListUnknown`, `OrderRefMismatch`.
    pub fn cancel_list(&mut self, account: AccountId, cancel: &CancelList) -> Result<(), Reject> {
        if !self.market.phase.accepts_cancels() {
            return Err(Reject::PhaseClosed);
        }
        let of_account = |list: &&OpenList| list.row.account == account;
        let lists = &self.market.lists;
        let list = match cancel.list {
            ListRef::Id(id) => lists.get(id).filter(of_account),
            ListRef::Client(client_id) => lists.find(account, client_id),
            ListRef::Both(id, client_id) => match lists.get(id).filter(of_account) {
                Some(list) if list.row.client_id != client_id => {
                    return Err(Reject::OrderRefMismatch);
                }
                list => list,
            },
        };
        let leg = list.ok_or(Reject::ListUnknown)?.legs().next();

        // Nothing below can fail.
        let slot = self.slot_of_leg(leg.expect("an open list has an open leg"));
        self.cancel_at(slot, CloseReason::Cancelled);
        Ok(())
    }

    /// A leg trades, is prevented or starts: its partner, if it has one, is not wanted any more.
    #[cold]
    pub fn end_partner(&mut self, leg: OrderId) {
        if let Some((list, Role::Paired { partner })) = self.market.lists.of(leg)
            && list.legs().any(|open| open == partner)
        {
            self.end_legs(&[partner], CloseReason::OtherLeg);
        }
    }

    /// A leg has ended: what becomes of the rest of its list.
    #[cold]
    pub fn leg_ended(&mut self, leg: OrderId, reason: CloseReason) {
        let Some((list, role)) = self.market.lists.of(leg) else {
            panic!("a marked order is a leg of an open list");
        };
        let id = list.row.list;
        let others: Vec<OrderId> = list.legs().filter(|open| *open != leg).collect();
        self.market.lists.end_leg(leg);
        match (role, reason) {
            (
                _,
                CloseReason::Cancelled
                | CloseReason::Replaced
                | CloseReason::Delisted
                | CloseReason::ExchangeCancelled,
            ) => self.end_legs(
                mutant::plant!("cancelled-leg-leaves-its-list", &[], &others),
                reason,
            ),
            (Role::Working, reason)
                if mutant::plant!(
                    "pending-starts-unfilled",
                    true,
                    reason == CloseReason::Filled
                ) =>
            {
                self.fill_working(&others);
            }
            (Role::Working, _) => self.end_legs(&others, CloseReason::WorkingLeg),
            (Role::Paired { partner }, _) => {
                let partner: Vec<OrderId> = others
                    .into_iter()
                    .filter(|other| *other == partner)
                    .collect();
                self.end_legs(&partner, CloseReason::OtherLeg);
            }
            (Role::Alone, _) => (),
        }
        self.close_list_if_done(id);
    }

    /// Ends legs that did not start, and nothing else of their list.
    pub fn end_legs(&mut self, legs: &[OrderId], reason: CloseReason) {
        let Some((list, _)) = legs.first().and_then(|leg| self.market.lists.of(*leg)) else {
            return;
        };
        let id = list.row.list;
        for leg in legs {
            let slot = self.slot_of_leg(*leg);
            self.end_at(slot, reason);
            self.market.lists.end_leg(*leg);
        }
        self.close_list_if_done(id);
    }

    fn close_list_if_done(&mut self, list: ListId) {
        if let Some(row) = self.market.lists.close_if_done(list) {
            self.events.push(Event::ListClosed {
                market: self.market.instrument.id,
                list: row.list,
                account: row.account,
            });
        }
    }

    /// Makes the pending legs due.
    fn fill_working(&mut self, pending: &[OrderId]) {
        for leg in pending {
            let slot = self.slot_of_leg(*leg);
            self.market.parked_mut(slot).stage = Stage::Filled;
        }
        if let Some(first) = pending.first() {
            self.market.triggers.make_due(*first);
        }
    }

    /// Returns the legs that become active with the first of them.
    pub fn filled_legs(&self, first: OrderId) -> Vec<OrderId> {
        match self.market.lists.of(first) {
            Some((list, _)) => list.legs().filter(|leg| first <= *leg).collect(),
            None => panic!("a pending leg is in a list"),
        }
    }
}

fn lots_of(order: &NewOrder) -> i64 {
    order.kind.qty().map_or(0, Qty::lots)
}

/// # Errors
/// `ListLegs`, `ListPrices`.
fn check_shape(legs: &Legs) -> Result<(), Reject> {
    match legs {
        Legs::OneCancelsOther { pair } => check_pair(pair),
        Legs::OneTriggersOther { working, pending } => {
            check_working(working)?;
            match pending.kind {
                OrderKind::MarketQuote { .. } => Err(Reject::ListLegs),
                _ => Ok(()),
            }
        }
        Legs::OneTriggersOneCancelsOther { working, pending } => {
            check_working(working)?;
            check_pair(pending)
        }
    }
}

fn check_working(leg: &Leg) -> Result<(), Reject> {
    let is_limit = matches!(
        leg.kind,
        OrderKind::Limit { .. } | OrderKind::LimitMaker { .. }
    );
    if is_limit && leg.instructions.trigger.is_none() {
        Ok(())
    } else {
        Err(Reject::ListLegs)
    }
}

/// # Errors
/// `ListLegs`, `ListPrices`.
pub fn check_pair([first, second]: &[Leg; 2]) -> Result<(), Reject> {
    let (stop, other) = match (is_stop_loss(first), is_stop_loss(second)) {
        (true, false) => (first, second),
        (false, true) => (second, first),
        _ => return Err(Reject::ListLegs),
    };
    let is_taking_profit =
        other.instructions.trigger.is_some() || matches!(other.kind, OrderKind::LimitMaker { .. });
    let qty = first.kind.qty();
    if first.side != second.side || qty.is_none() || qty != second.kind.qty() || !is_taking_profit {
        return Err(Reject::ListLegs);
    }
    let stop_price = stop
        .instructions
        .trigger
        .and_then(|trigger| trigger.price());
    let (Some(stop_price), Some(other_price)) = (stop_price, goal(other)) else {
        return Ok(());
    };
    let is_enclosing = match first.side {
        Side::Sell => stop_price < other_price,
        Side::Buy => other_price < stop_price,
    };
    if is_enclosing {
        Ok(())
    } else {
        Err(Reject::ListPrices)
    }
}

fn is_stop_loss(leg: &Leg) -> bool {
    let trigger = leg.instructions.trigger;
    trigger.is_some_and(|trigger| trigger.purpose == Purpose::StopLoss)
}

/// Returns the price at which the leg without stop loss takes its profit.
fn goal(leg: &Leg) -> Option<Price> {
    match &leg.instructions.trigger {
        Some(trigger) => trigger.price(),
        None => leg.kind.price(),
    }
}
