//! What a command did to orders, told one execution after the other.

use std::collections::BTreeMap;

use model::event::{Event, ListAccepted, MatchPrevented, OrderAccepted, OrderClosed, Traded};
use model::id::{AccountId, MarketId, OrderId, Sequence, TradeGroupId};
use model::number::{Amount, Qty};
use model::order::CloseReason;
use model::text::ClientOrderId;
use model::time::Timestamp;
use views::views::Views;
use wire::binance::answer::order::OrderFacts;
use wire::binance::answer::own_trade::Role;
use wire::binance::user_data::{Execution, ExecutionFacts, PreventedExecution, TradeExecution};

use crate::hub::Answered;
use crate::rest::facts::{self, Listing};
use crate::rest::follow::{commission, follow};
use crate::rest::placed::{accepted_facts, list_of};
use crate::user_data::effects::Effects;

/// Tells apart the accounts that somebody listens to.
pub type IsHeard<'a> = &'a dyn Fn(AccountId) -> bool;

/// The executions of one command so far.
///
/// Every order it meets is followed through its events: a new one from its acceptance, any other from how it was before
/// the command.
pub struct Executions<'a> {
    ground: Ground<'a>,
    command: &'a Answered<'a>,
    is_heard: IsHeard<'a>,
    /// The name of a request that cancels.
    request: Option<ClientOrderId>,
    list: Option<ListAccepted>,
    /// As they are right after the event in hand.
    orders: Orders,
    prevented: Option<MatchPrevented>,
    executions: Vec<ExecutionFacts>,
}

/// Orders by market and number.
pub type Orders = BTreeMap<(MarketId, OrderId), OrderFacts>;

/// What is known from before the command.
enum Ground<'a> {
    /// The views have folded the command; what it did is taken back.
    Folded {
        views: &'a Views,
        effects: Effects,
    },
    Kept(&'a Kept),
}

/// What is kept while commands of the past are told again.
pub struct Kept {
    pub listings: BTreeMap<MarketId, Listing>,
    /// Of the account that is told.
    pub group: TradeGroupId,
    /// The orders that are met, as they were.
    pub orders: Orders,
    /// Since when those of them trail that do, in the end.
    pub trails: Trails,
}

/// Since when orders trail.
pub type Trails = BTreeMap<(MarketId, OrderId), TrailStart>;

/// Since when an order trails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrailStart {
    /// The command with which it began; `None` where only the time is known.
    pub sequence: Option<Sequence>,
    pub at: Timestamp,
}

impl TrailStart {
    /// Returns the start that the views know.
    pub const fn of((sequence, at): (Sequence, Timestamp)) -> TrailStart {
        TrailStart {
            sequence: Some(sequence),
            at,
        }
    }

    /// Returns when it was, if a command is not before it.
    fn by(self, command: &Answered<'_>) -> Option<Timestamp> {
        let has_begun = match self.sequence {
            Some(sequence) => sequence <= command.sequence,
            None => self.at <= command.at,
        };
        has_begun.then_some(self.at)
    }
}

impl Ground<'_> {
    fn order(&self, market: MarketId, order: OrderId) -> Option<OrderFacts> {
        match self {
            Ground::Folded { views, effects } => {
                let order = views.order(market, order)?;
                let after = facts::order(&order, views.market(market)?.instrument());
                Some(effects.before(market, &after))
            }
            Ground::Kept(kept) => kept.orders.get(&(market, order)).copied(),
        }
    }

    fn trail(&self, market: MarketId, order: OrderId) -> Option<TrailStart> {
        match self {
            Ground::Folded { views, .. } => {
                let since = views.order(market, order)?.instructed?.trailing_since?;
                Some(TrailStart::of(since))
            }
            Ground::Kept(kept) => kept.trails.get(&(market, order)).copied(),
        }
    }

    fn listing(&self, market: MarketId) -> Option<Listing> {
        match self {
            Ground::Folded { views, .. } => Some(Listing::of(views, views.market(market)?)),
            Ground::Kept(kept) => kept.listings.get(&market).copied(),
        }
    }

    fn group(&self, account: AccountId) -> Option<TradeGroupId> {
        match self {
            Ground::Folded { views, .. } => Some(views.account(account)?.group),
            Ground::Kept(kept) => Some(kept.group),
        }
    }
}

impl<'a> Executions<'a> {
    /// Returns the executions of a command, in order; the views have just folded it.
    pub fn of(
        views: &'a Views,
        command: &'a Answered<'a>,
        request: Option<ClientOrderId>,
        is_heard: IsHeard<'a>,
    ) -> Vec<ExecutionFacts> {
        let effects = Effects::of(command.events, is_heard);
        let ground = Ground::Folded { views, effects };
        Executions::run(ground, command, request, is_heard).executions
    }

    /// Returns the executions of a command of the past, in order, and keeps its orders as it left them.
    pub fn again(
        kept: &mut Kept,
        command: &Answered<'_>,
        is_heard: IsHeard<'_>,
    ) -> Vec<ExecutionFacts> {
        let run = Executions::run(Ground::Kept(kept), command, None, is_heard);
        let (executions, orders) = (run.executions, run.orders);
        kept.orders.extend(orders);
        executions
    }

    fn run(
        ground: Ground<'a>,
        command: &'a Answered<'a>,
        request: Option<ClientOrderId>,
        is_heard: IsHeard<'a>,
    ) -> Executions<'a> {
        let mut executions = Executions {
            ground,
            command,
            is_heard,
            request,
            list: None,
            orders: Orders::new(),
            prevented: None,
            executions: Vec::new(),
        };
        for (index, event) in command.events.iter().enumerate() {
            executions.take_in(event, command.events.get(index + 1));
        }
        executions
    }

    fn take_in(&mut self, event: &Event, next: Option<&Event>) {
        match event {
            Event::ListAccepted(accepted) => self.list = Some(*accepted),
            Event::OrderAccepted(accepted) => self.take_in_accepted(accepted, next),
            Event::OrderRested {
                market,
                order,
                account,
                ..
            } => {
                self.met((*market, *order, *account), event);
            }
            Event::OrderTriggered(triggered) => {
                self.take_in_start(
                    (triggered.market, triggered.order, triggered.account),
                    event,
                );
            }
            Event::OrderActivated(activated) => {
                self.take_in_start(
                    (activated.market, activated.order, activated.account),
                    event,
                );
            }
            Event::Traded(traded) => self.take_in_trade(traded, event),
            Event::MatchPrevented(prevented) => self.take_in_prevented(prevented, event),
            Event::OrderAmended(amended) => {
                let place = (amended.market, amended.order, amended.account);
                self.take_in_amended(place, amended.previous_client_id, event);
            }
            Event::OrderRequeued(requeued) => {
                let place = (requeued.market, requeued.order, requeued.account);
                self.take_in_amended(place, requeued.previous_client_id, event);
            }
            Event::WaitingAmended(amended) => {
                let place = (amended.market, amended.order, amended.account);
                self.take_in_amended(place, amended.previous_client_id, event);
            }
            Event::IcebergAmended {
                market,
                order,
                account,
                ..
            } => {
                self.met((*market, *order, *account), event);
            }
            Event::OrderClosed(closed) => self.take_in_closed(closed, event),
            _ => {}
        }
    }

    /// What an order asks for beyond its kind is told with its acceptance.
    fn take_in_accepted(&mut self, accepted: &OrderAccepted, next: Option<&Event>) {
        let Some(listing) = self.ground.listing(accepted.market) else {
            return;
        };
        if !(self.is_heard)(accepted.account) {
            return;
        }
        let list = list_of(self.list.as_ref(), accepted);
        let mut order = accepted_facts(accepted, list, &listing, self.command.at);
        if let Some(instructed @ Event::OrderInstructed(_)) = next {
            follow(&mut order, instructed, self.command.at);
        }
        order.trailing_since = self.trailing_since(accepted.market, &order);
        self.orders.insert((accepted.market, order.order), order);
        self.push_new(accepted.account, order);
    }

    /// What an order waited for has come: it is told again as new.
    fn take_in_start(&mut self, place: OrderPlace, event: &Event) {
        let (_, _, account) = place;
        if let Some(order) = self.met(place, event) {
            self.push_new(account, order);
        }
    }

    fn push_new(&mut self, account: AccountId, order: OrderFacts) {
        self.push(account, order, Execution::New);
    }

    fn take_in_trade(&mut self, traded: &Traded, event: &Event) {
        let Some(listing) = self.ground.listing(traded.market) else {
            return;
        };
        for (role, party) in [(Role::Taker, &traded.taker), (Role::Maker, &traded.maker)] {
            let place = (traded.market, party.order, party.account);
            if let Some(order) = self.met(place, event) {
                let execution = Execution::Trade(trade_execution(traded, role, &listing));
                self.push(party.account, order, execution);
            }
        }
    }

    fn take_in_prevented(&mut self, prevented: &MatchPrevented, event: &Event) {
        self.prevented = Some(*prevented);
        for side in PreventedSide::both(prevented) {
            let place = (prevented.market, side.order, side.account);
            if let Some(order) = self.met(place, event)
                && !side.qty.is_zero()
            {
                self.push_prevented(prevented, &side, order);
            }
        }
    }

    fn push_prevented(
        &mut self,
        prevented: &MatchPrevented,
        side: &PreventedSide,
        order: OrderFacts,
    ) {
        let listing = self.ground.listing(prevented.market);
        let group = self.ground.group(side.account);
        if let Some(listing) = listing
            && let Some(group) = group
        {
            let units = i128::from(prevented.price.ticks())
                * i128::from(side.qty.lots())
                * i128::from(listing.instrument.quote_per_tick_lot);
            let execution = Execution::Prevented(PreventedExecution {
                group,
                counter_order: side.counter_order,
                price: prevented.price,
                qty: side.qty,
                quote: Amount::new(units).unwrap_or(Amount::ZERO),
            });
            self.push(side.account, order, execution);
        }
    }

    fn take_in_amended(&mut self, place: OrderPlace, previous: ClientOrderId, event: &Event) {
        let (_, _, account) = place;
        if let Some(order) = self.met(place, event) {
            self.push(account, order, Execution::Amended { previous });
        }
    }

    /// The last fill of an order, or the match that ended it, has told its end already: it is told as that.
    fn take_in_closed(&mut self, closed: &OrderClosed, event: &Event) {
        let place = (closed.market, closed.order, closed.account);
        let Some(order) = self.met(place, event) else {
            return;
        };
        match closed.reason {
            CloseReason::Filled | CloseReason::SelfTrade => {
                let told = self.executions.iter_mut().rev();
                let last = told
                    .filter(|told| told.order.order == closed.order)
                    .find(|told| has_told(&told.execution, closed.reason));
                match last {
                    Some(last) => {
                        let reason = Some(closed.reason);
                        last.order.closed = mutant::plant!("end-of-order-untold", None, reason);
                    }
                    None => self.push_ended_by_match(closed, order),
                }
            }
            reason => {
                let name = order.client_id;
                let request = mutant::plant!(
                    "cancel-without-its-name",
                    name,
                    self.request.unwrap_or(name)
                );
                let execution = Execution::of_close(reason, request);
                self.push(closed.account, order, execution);
            }
        }
    }

    fn push_ended_by_match(&mut self, closed: &OrderClosed, order: OrderFacts) {
        let Some(prevented) = self.prevented else {
            return;
        };
        let side = PreventedSide::both(&prevented)
            .into_iter()
            .find(|side| side.order == closed.order);
        if let Some(side) = side {
            self.push_prevented(&prevented, &side, order);
        }
    }

    fn push(&mut self, account: AccountId, order: OrderFacts, execution: Execution) {
        self.executions.push(ExecutionFacts {
            account,
            order,
            execution,
            number: self.command.sequence.0,
            at: self.command.at,
        });
    }

    /// Returns an order as it is right after the event in hand, if its owner listens.
    fn met(&mut self, (market, number, account): OrderPlace, event: &Event) -> Option<OrderFacts> {
        if !(self.is_heard)(account) {
            return None;
        }
        let mut order = match self.orders.get(&(market, number)) {
            Some(order) => *order,
            None => self.ground.order(market, number)?,
        };
        follow(&mut order, event, self.command.at);
        order.trailing_since = self.trailing_since(market, &order);
        self.orders.insert((market, number), order);
        Some(order)
    }

    /// Returns since when an order trailed by the end of the command: no event tells it.
    fn trailing_since(&self, market: MarketId, order: &OrderFacts) -> Option<Timestamp> {
        order.instructions.trigger?.delta()?;
        self.ground.trail(market, order.order)?.by(self.command)
    }
}

/// An order and its owner.
pub type OrderPlace = (MarketId, OrderId, AccountId);

const fn has_told(execution: &Execution, reason: CloseReason) -> bool {
    match reason {
        CloseReason::Filled => matches!(execution, Execution::Trade(_)),
        _ => matches!(execution, Execution::Prevented(_)),
    }
}

fn trade_execution(traded: &Traded, role: Role, listing: &Listing) -> TradeExecution {
    let (commission, commission_asset) = commission(traded, role, listing);
    TradeExecution {
        trade: traded.trade,
        price: traded.price,
        qty: traded.qty,
        quote: traded.quote,
        commission,
        commission_asset,
        role,
    }
}

/// One order of a match that self-trade prevention stopped.
struct PreventedSide {
    account: AccountId,
    order: OrderId,
    counter_order: OrderId,
    qty: Qty,
}

impl PreventedSide {
    const fn both(prevented: &MatchPrevented) -> [PreventedSide; 2] {
        [
            PreventedSide {
                account: prevented.taker_account,
                order: prevented.taker_order,
                counter_order: prevented.maker_order,
                qty: prevented.taker_qty,
            },
            PreventedSide {
                account: prevented.maker_account,
                order: prevented.maker_order,
                counter_order: prevented.taker_order,
                qty: prevented.maker_qty,
            },
        ]
    }
}
