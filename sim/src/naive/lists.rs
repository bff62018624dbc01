//! Orders that depend on each other: how a list comes in, and what the end of one leg does to the others.

use super::filters::{More, check};
use super::orders::{Decision, waiting_hold, would_take};
use super::triggers::is_met;
use super::{Incoming, List, Market, Naive, Outcome, Parked, Waiting};
use model::command::{CancelList, Leg, Legs, NewList};
use model::event::{Event, ListAccepted};
use model::id::{AccountId, ListId, MarketId, OrderId};
use model::instrument::Phase;
use model::number::{Price, Qty};
use model::order::{CloseReason, Instructions, ListKind, ListRef, OrderKind, Purpose, Side};
use model::reject::Reject;

/// What the legs that are not pending will do.
enum Start {
    /// Each holds this, and waits or rests.
    Pair([i128; 2]),
    Working(Decision),
}

impl List {
    fn legs(&self) -> std::ops::Range<u64> {
        self.first..self.first + self.kind.legs()
    }

    fn working_leg(&self) -> Option<u64> {
        (self.kind != ListKind::OneCancelsOther).then_some(self.first)
    }
}

impl Market {
    /// Returns the open list that an order is a leg of.
    pub(super) fn list_of(&self, order: u64) -> Option<List> {
        let mut lists = self.lists.iter();
        lists.find(|list| list.legs().contains(&order)).copied()
    }

    /// Returns what is held for an open order.
    pub(super) fn hold_of(&self, order: u64) -> i128 {
        let resting = self.orders.iter().find(|row| row.id == order);
        let parked = self.parked.iter().find(|row| row.id == order);
        let rests = resting.map(|row| row.hold);
        rests.or(parked.map(|row| row.hold)).unwrap_or(0)
    }
}

/// Returns the other leg of an order's pair, if both belong to an open list and the other is open.
pub fn other_leg(market: &Market, order: u64) -> Option<u64> {
    let list = market.list_of(order)?;
    let [first, second] = match list.kind {
        ListKind::OneCancelsOther => [list.first, list.first + 1],
        ListKind::OneTriggersOther => return None,
        ListKind::OneTriggersOneCancelsOther => [list.first + 1, list.first + 2],
    };
    let other = match order {
        _ if order == first => second,
        _ if order == second => first,
        _ => return None,
    };
    market.is_order_open(other).then_some(other)
}

impl Naive {
    pub(super) fn place_list(&mut self, account: AccountId, asked: &NewList) -> Outcome {
        let legs = self.legs(account, asked)?;
        check(is_shaped(&asked.legs), Reject::ListLegs)?;
        check(is_priced_rightly(&asked.legs), Reject::ListPrices)?;
        let phase = self.market(asked.market)?.phase;
        check(phase == Phase::Continuous, Reject::PhaseClosed)?;
        let mut priced = Vec::new();
        for leg in &legs {
            let leg = self.priced(asked.market, leg)?;
            self.check_order(asked.market, &leg)?;
            priced.push(leg);
        }
        let legs = priced;
        self.check_list(account, asked, &legs)?;
        let start = self.decide_list(asked.market, asked.legs.kind(), &legs)?;

        // Nothing below can fail.
        let mut events = Vec::new();
        self.accept_list(account, asked, &mut events);
        self.start_list(asked.market, &legs, &start, &mut events);
        self.start_some_due(asked.market, &mut events);
        Ok(events)
    }

    fn legs(&self, id: AccountId, asked: &NewList) -> Result<Vec<Incoming>, Reject> {
        let account = self.account(id)?;
        check(account.may_trade(), Reject::AccountRestricted)?;
        self.check_verification(id, asked.market)?;
        let default = self.market(asked.market)?.terms.self_trade_default;
        let is_pair = asked.legs.kind() == ListKind::OneCancelsOther;
        let incoming = |(place, leg): (usize, &Leg)| Incoming {
            starts_later: leg.instructions.trigger.is_some() || (0 < place && !is_pair),
            account: id,
            group: account.group,
            side: leg.side,
            kind: leg.kind,
            client_id: leg.client_id,
            self_trade: asked.self_trade.unwrap_or(default),
            instructions: leg.instructions,
        };
        Ok(asked.legs.iter().enumerate().map(incoming).collect())
    }

    fn check_list(
        &self,
        account: AccountId,
        asked: &NewList,
        legs: &[Incoming],
    ) -> Result<(), Reject> {
        let id = asked.market;
        let market = self.market(id)?;
        let count = |holds: fn(&Instructions) -> bool| {
            let matching = legs.iter().filter(|leg| holds(&leg.instructions));
            matching.count()
        };
        let more = More {
            orders: legs.len(),
            with_trigger: count(|instructions| instructions.trigger.is_some()),
            icebergs: count(|instructions| instructions.iceberg.is_some()),
        };
        self.check_counts(id, account, more)?;
        let mine = || market.lists.iter().filter(|list| list.account == account);
        let most = market.limits.order_lists_max as usize;
        check(mine().count() < most, Reject::OrderListsLimit)?;
        // The last leg of a pair buys what the leg before it buys.
        let counted = match asked.legs.kind() {
            ListKind::OneTriggersOther => legs,
            ListKind::OneCancelsOther | ListKind::OneTriggersOneCancelsOther => {
                &legs[..legs.len() - 1]
            }
        };
        let buys = counted.iter().filter(|leg| leg.side == Side::Buy);
        let bought = buys.map(|leg| leg.kind.qty().map_or(0, Qty::lots)).sum();
        self.check_position(market, account, bought)?;
        for (index, leg) in legs.iter().enumerate() {
            self.check_client_id(id, account, leg.client_id)?;
            let is_same = |other: &Incoming| other.client_id == leg.client_id;
            check(!legs[..index].iter().any(is_same), Reject::ClientIdTaken)?;
        }
        let is_taken = mine().any(|list| list.client_id == asked.client_id);
        check(!is_taken, Reject::ClientIdTaken)
    }

    /// Decides what the legs do that are not pending.
    fn decide_list(
        &self,
        id: MarketId,
        kind: ListKind,
        legs: &[Incoming],
    ) -> Result<Start, Reject> {
        let market = self.market(id)?;
        let available = self.available(market, &legs[0]);
        if kind != ListKind::OneCancelsOther {
            let decision = self.decide_kind(id, &legs[0], available)?;
            return Ok(Start::Working(decision));
        }
        let is_too_late = |leg: &Incoming| {
            let trigger = leg.instructions.trigger;
            trigger.is_some_and(|trigger| is_met(&trigger, leg.side, market.last_price))
        };
        check(!legs.iter().any(is_too_late), Reject::WouldTrigger)?;
        let is_any_passed = legs.iter().any(|leg| is_passed(market, leg));
        check(!is_any_passed, Reject::ListPrices)?;
        let is_taking = legs.iter().any(|leg| would_take(market, leg));
        check(!is_taking, Reject::WouldTake)?;
        let first = waiting_hold(market, &legs[0])?;
        let second = waiting_hold(market, &legs[1])?;
        check(first.max(second) <= available, Reject::InsufficientFunds)?;
        let holds = shared_holds(legs, &[first, second]);
        Ok(Start::Pair([holds[0], holds[1]]))
    }

    fn accept_list(&mut self, account: AccountId, asked: &NewList, events: &mut Vec<Event>) {
        self.last_list += 1;
        let market = &mut self.markets[usize::from(asked.market.0)];
        let list = List {
            id: self.last_list,
            account,
            client_id: asked.client_id,
            kind: asked.legs.kind(),
            first: market.last_order + 1,
        };
        market.lists.push(list);
        events.push(Event::ListAccepted(ListAccepted {
            market: asked.market,
            list: ListId(list.id),
            account,
            kind: list.kind,
            client_id: list.client_id,
            first_order: OrderId(list.first),
        }));
    }

    fn start_list(
        &mut self,
        id: MarketId,
        legs: &[Incoming],
        start: &Start,
        events: &mut Vec<Event>,
    ) {
        match start {
            Start::Pair(holds) => {
                let mut resting = None;
                for (leg, hold) in legs.iter().zip(holds) {
                    let order = self.accept(id, leg, *hold, None, events);
                    if leg.instructions.trigger.is_some() {
                        self.park(id, order, leg, Waiting::Market, *hold);
                    } else {
                        resting = Some((order, leg, *hold));
                    }
                }
                if let Some((order, leg, hold)) = resting {
                    let lots = leg.kind.qty().map_or(0, Qty::lots);
                    self.carry_out(id, leg, order, &Decision::to_rest(hold, lots), events);
                }
            }
            Start::Working(decision) => {
                let working = self.accept(id, &legs[0], decision.hold, None, events);
                for leg in &legs[1..] {
                    let order = self.accept(id, leg, 0, Some(Waiting::Working), events);
                    self.park(id, order, leg, Waiting::Working, 0);
                }
                self.carry_out(id, &legs[0], working, decision, events);
            }
        }
    }

    pub(super) fn cancel_list(&mut self, account: AccountId, cancel: &CancelList) -> Outcome {
        let market = self.market(cancel.market)?;
        check(market.phase.accepts_cancels(), Reject::PhaseClosed)?;
        let mut mine = market.lists.iter().filter(|list| list.account == account);
        let found = match cancel.list {
            ListRef::Id(id) | ListRef::Both(id, _) => mine.find(|list| list.id == id.0),
            ListRef::Client(client_id) => mine.find(|list| list.client_id == client_id),
        };
        let list = *found.ok_or(Reject::ListUnknown)?;
        if let ListRef::Both(_, client_id) = cancel.list {
            check(list.client_id == client_id, Reject::OrderRefMismatch)?;
        }
        let legs: Vec<u64> = list.legs().collect();
        let mut events = Vec::new();
        self.end_orders(cancel.market, &legs, CloseReason::Cancelled, &mut events);
        Ok(events)
    }

    /// Ends the other leg of a pair before this one trades, is prevented or starts.
    pub(super) fn end_other_leg(&mut self, id: MarketId, order: u64, events: &mut Vec<Event>) {
        let market = &mut self.markets[usize::from(id.0)];
        let Some(other) = other_leg(market, order) else {
            return;
        };
        self.close_order(id, other, CloseReason::OtherLeg, events);
    }

    /// Ends or frees what depends on an order that has just ended.
    pub(super) fn follow_end(
        &mut self,
        id: MarketId,
        order: u64,
        reason: CloseReason,
        events: &mut Vec<Event>,
    ) {
        let market = &mut self.markets[usize::from(id.0)];
        let Some(list) = market.list_of(order) else {
            return;
        };
        if ends_the_list(reason) {
            for leg in list.legs() {
                if self.markets[usize::from(id.0)].is_order_open(leg) {
                    self.close_order(id, leg, reason, events);
                }
            }
        } else if let Some(other) = other_leg(market, order) {
            self.close_order(id, other, CloseReason::OtherLeg, events);
        } else if list.working_leg() == Some(order) {
            let is_pending = |row: &&mut Parked| list.legs().contains(&row.id);
            let pending = market.parked.iter_mut().filter(is_pending);
            if reason == CloseReason::Filled {
                pending.for_each(|row| row.waiting = Waiting::Activation);
            } else {
                let legs: Vec<u64> = pending.map(|row| row.id).collect();
                for leg in legs {
                    self.close_order(id, leg, CloseReason::WorkingLeg, events);
                }
            }
        }
        self.end_list_if_empty(id, order, events);
    }

    pub(super) fn end_list_if_empty(&mut self, id: MarketId, order: u64, events: &mut Vec<Event>) {
        let market = &mut self.markets[usize::from(id.0)];
        let Some(list) = market.list_of(order) else {
            return;
        };
        if list.legs().any(|leg| market.is_order_open(leg)) {
            return;
        }
        market.lists.retain(|known| known.id != list.id);
        events.push(Event::ListClosed {
            market: id,
            list: ListId(list.id),
            account: list.account,
        });
    }
}

/// Returns whether an end for this reason is the end of the whole list.
const fn ends_the_list(reason: CloseReason) -> bool {
    matches!(
        reason,
        CloseReason::Cancelled
            | CloseReason::Countdown
            | CloseReason::Replaced
            | CloseReason::Delisted
            | CloseReason::ExchangeCancelled
    )
}

/// Returns what each leg holds of what they need: together what the dearer needs, and a leg that rests all of its own.
pub fn shared_holds(legs: &[Incoming], needs: &[i128]) -> Vec<i128> {
    let [first, second] = needs else {
        return needs.to_vec();
    };
    if legs[1].instructions.trigger.is_none() {
        vec![(first - second).max(0), *second]
    } else {
        vec![*first, (second - first).max(0)]
    }
}

/// Returns whether the legs are those of a list of their kind.
fn is_shaped(legs: &Legs) -> bool {
    match legs {
        Legs::OneCancelsOther { pair } => is_pair(pair),
        Legs::OneTriggersOther { working, pending } => is_working(working) && is_pending(pending),
        Legs::OneTriggersOneCancelsOther { working, pending } => {
            is_working(working) && pending.iter().all(is_pending) && is_pair(pending)
        }
    }
}

fn is_working(leg: &Leg) -> bool {
    leg.kind.price().is_some() && leg.instructions.trigger.is_none()
}

const fn is_pending(leg: &Leg) -> bool {
    !matches!(leg.kind, OrderKind::MarketQuote { .. })
}

fn is_pair([first, second]: &[Leg; 2]) -> bool {
    let is_one_stop_loss = is_stop_loss(first) != is_stop_loss(second);
    let can_stand = |leg: &Leg| {
        leg.instructions.trigger.is_some() || matches!(leg.kind, OrderKind::LimitMaker { .. })
    };
    first.side == second.side
        && first.kind.qty().is_some()
        && first.kind.qty() == second.kind.qty()
        && is_one_stop_loss
        && can_stand(first)
        && can_stand(second)
}

fn is_stop_loss(leg: &Leg) -> bool {
    let trigger = leg.instructions.trigger;
    trigger.is_some_and(|trigger| trigger.purpose == Purpose::StopLoss)
}

/// Returns whether the market is where a leg takes its profit, or beyond.
pub fn is_passed(market: &Market, leg: &Incoming) -> bool {
    let is_maker = matches!(leg.kind, OrderKind::LimitMaker { .. });
    let is_free = is_maker && leg.instructions.peg.is_none();
    let limit = leg.kind.price().filter(|_| is_free);
    let distance = limit
        .zip(market.last_price)
        .map(|(limit, last)| limit.ticks() - last);
    distance.is_some_and(|distance| match leg.side {
        Side::Buy => 0 <= distance,
        Side::Sell => distance <= 0,
    })
}

/// Returns whether the prices of a pair lie on the right sides of the market.
pub fn is_priced_rightly(legs: &Legs) -> bool {
    let [first, second] = match legs {
        Legs::OneCancelsOther { pair } => pair,
        Legs::OneTriggersOther { .. } => return true,
        Legs::OneTriggersOneCancelsOther { pending, .. } => pending,
    };
    let (stop_loss, other) = if is_stop_loss(first) {
        (first, second)
    } else {
        (second, first)
    };
    match (price_of(stop_loss), price_of(other)) {
        (Some(stop), Some(target)) if stop_loss.side == Side::Sell => stop < target,
        (Some(stop), Some(target)) => target < stop,
        _ => true,
    }
}

/// Returns the price at which a leg comes to act: that of its trigger, or its limit without one.
fn price_of(leg: &Leg) -> Option<Price> {
    match leg.instructions.trigger {
        Some(trigger) => trigger.price(),
        None if leg.instructions.peg.is_some() => None,
        None => leg.kind.price(),
    }
}
