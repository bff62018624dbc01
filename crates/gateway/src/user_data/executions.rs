//! What a command did to orders, told one execution after the other.

use std::collections::BTreeMap;

use model::event::{
    Event, ListAccepted, MatchPrevented, OrderAccepted, OrderAmended, OrderClosed, Traded,
};
use model::id::{AccountId, MarketId, OrderId};
use model::number::{Amount, Qty};
use model::order::CloseReason;
use model::text::ClientOrderId;
use views::views::Views;
use wire::binance::answer::order::OrderFacts;
use wire::binance::answer::own_trade::Role;
use wire::binance::user_data::{Execution, ExecutionFacts, PreventedExecution, TradeExecution};
use wire::binance::words::Stage;

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
    views: &'a Views,
    command: &'a Answered<'a>,
    is_heard: IsHeard<'a>,
    /// The name of a request that cancels.
    request: Option<ClientOrderId>,
    effects: Effects,
    list: Option<ListAccepted>,
    /// As they are right after the event in hand. A command touches one market, so that numbers name orders.
    orders: BTreeMap<OrderId, OrderFacts>,
    prevented: Option<MatchPrevented>,
    executions: Vec<ExecutionFacts>,
}

impl<'a> Executions<'a> {
    /// Returns the executions of a command, in order; the views have just folded it.
    pub fn of(
        views: &'a Views,
        command: &'a Answered<'a>,
        request: Option<ClientOrderId>,
        is_heard: IsHeard<'a>,
    ) -> Vec<ExecutionFacts> {
        let mut executions = Executions {
            views,
            command,
            is_heard,
            request,
            effects: Effects::of(command.events, is_heard),
            list: None,
            orders: BTreeMap::new(),
            prevented: None,
            executions: Vec::new(),
        };
        for (index, event) in command.events.iter().enumerate() {
            executions.take_in(event, command.events.get(index + 1));
        }
        executions.executions
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
            Event::OrderAmended(amended) => self.take_in_amended(amended, event),
            Event::OrderClosed(closed) => self.take_in_closed(closed, event),
            _ => {}
        }
    }

    /// What an order asks for beyond its kind is told with its acceptance.
    fn take_in_accepted(&mut self, accepted: &OrderAccepted, next: Option<&Event>) {
        let Some(listing) = self.listing(accepted.market) else {
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
        self.orders.insert(order.order, order);
        self.push_new(accepted.account, order);
    }

    /// What an order waited for has come: it is told again as new.
    fn take_in_start(&mut self, place: Place, event: &Event) {
        let (_, _, account) = place;
        if let Some(order) = self.met(place, event) {
            self.push_new(account, order);
        }
    }

    fn push_new(&mut self, account: AccountId, order: OrderFacts) {
        let is_working = order.stage == Stage::Working;
        let order = OrderFacts {
            working_at: is_working.then_some(self.command.at),
            ..order
        };
        self.push(account, order, Execution::New);
    }

    fn take_in_trade(&mut self, traded: &Traded, event: &Event) {
        let Some(listing) = self.listing(traded.market) else {
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
        let listing = self.listing(prevented.market);
        let group = self
            .views
            .account(side.account)
            .map(|account| account.group);
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

    fn take_in_amended(&mut self, amended: &OrderAmended, event: &Event) {
        let place = (amended.market, amended.order, amended.account);
        if let Some(order) = self.met(place, event) {
            let previous = amended.previous_client_id;
            self.push(amended.account, order, Execution::Amended { previous });
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
    fn met(&mut self, (market, number, account): Place, event: &Event) -> Option<OrderFacts> {
        if !(self.is_heard)(account) {
            return None;
        }
        let mut order = match self.orders.get(&number) {
            Some(order) => *order,
            None => self.before(market, number)?,
        };
        follow(&mut order, event, self.command.at);
        self.orders.insert(number, order);
        Some(order)
    }

    fn before(&self, market: MarketId, order: OrderId) -> Option<OrderFacts> {
        let order = self.views.order(market, order)?;
        let after = facts::order(&order, self.views.market(market)?.instrument());
        Some(self.effects.before(&after))
    }

    fn listing(&self, market: MarketId) -> Option<Listing> {
        let market = self.views.market(market)?;
        Some(Listing::of(self.views, market))
    }
}

/// An order and its owner.
type Place = (MarketId, OrderId, AccountId);

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
