//! What a command did to orders, told one execution after the other.

use model::event::{Event, MatchPrevented, OrderAccepted, OrderAmended, OrderClosed, Traded};
use model::id::{AccountId, MarketId, OrderId};
use model::number::{Amount, Qty};
use model::order::{CloseReason, Side};
use model::text::ClientOrderId;
use views::views::Views;
use wire::binance::answer::order::{OrderFacts, Role};
use wire::binance::user_data::{Execution, ExecutionFacts, PreventedExecution, TradeExecution};

use crate::hub::Answered;
use crate::rest::facts::{self, Listing};
use crate::rest::placed::PlacedFacts;

/// Tells apart the accounts that somebody listens to.
pub type IsHeard<'a> = &'a dyn Fn(AccountId) -> bool;

/// The executions of one command so far.
///
/// The order a command places is followed through its events. Every other order is met at most once in a command, so
/// that the views, which stand at the end of the command, show it as it was right after.
pub struct Executions<'a> {
    views: &'a Views,
    command: &'a Answered<'a>,
    is_heard: IsHeard<'a>,
    /// The name of a request that cancels.
    request: Option<ClientOrderId>,
    placed: Option<(PlacedFacts, Listing)>,
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
            placed: None,
            prevented: None,
            executions: Vec::new(),
        };
        for event in command.events {
            executions.take_in(event);
        }
        executions.executions
    }

    fn take_in(&mut self, event: &Event) {
        if let Some((placed, listing)) = &mut self.placed {
            placed.take_in(event, listing, self.command.at);
        }
        match event {
            Event::OrderAccepted(accepted) => self.take_in_accepted(accepted),
            Event::Traded(traded) => self.take_in_trade(traded),
            Event::MatchPrevented(prevented) => self.take_in_prevented(prevented),
            Event::OrderAmended(amended) => self.take_in_amended(amended),
            Event::OrderClosed(closed) => self.take_in_closed(closed),
            _ => {}
        }
    }

    fn take_in_accepted(&mut self, accepted: &OrderAccepted) {
        let Some(listing) = self.listing(accepted.market) else {
            return;
        };
        if !(self.is_heard)(accepted.account) {
            return;
        }
        let placed = PlacedFacts::accepted(accepted, &listing, self.command.at);
        let order = OrderFacts {
            working_at: Some(self.command.at),
            ..placed.order
        };
        self.placed = Some((placed, listing));
        self.push(accepted.account, order, Execution::New);
    }

    fn take_in_trade(&mut self, traded: &Traded) {
        let Some(listing) = self.listing(traded.market) else {
            return;
        };
        for (role, party) in [(Role::Taker, &traded.taker), (Role::Maker, &traded.maker)] {
            if let Some(order) = self.met(traded.market, party.account, party.order) {
                let execution = Execution::Trade(trade_execution(traded, role, &listing));
                self.push(party.account, order, execution);
            }
        }
    }

    fn take_in_prevented(&mut self, prevented: &MatchPrevented) {
        self.prevented = Some(*prevented);
        for side in PreventedSide::both(prevented) {
            if !side.qty.is_zero()
                && let Some(order) = self.met(prevented.market, side.account, side.order)
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

    fn take_in_amended(&mut self, amended: &OrderAmended) {
        if let Some(order) = self.met(amended.market, amended.account, amended.order) {
            let previous = amended.previous_client_id;
            self.push(amended.account, order, Execution::Amended { previous });
        }
    }

    /// The last fill of an order, or the match that ended it, has told its end already: it is told as that.
    fn take_in_closed(&mut self, closed: &OrderClosed) {
        let Some(order) = self.met(closed.market, closed.account, closed.order) else {
            return;
        };
        let order = OrderFacts {
            closed: Some(closed.reason),
            ..order
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

    /// Returns an order as it is right after the event in hand, if its owner listens; its end is told by a later event.
    fn met(&self, market: MarketId, account: AccountId, order: OrderId) -> Option<OrderFacts> {
        if !(self.is_heard)(account) {
            return None;
        }
        let placed = self.placed.as_ref().map(|(placed, _)| placed.order);
        let facts = match placed.filter(|placed| placed.order == order) {
            Some(placed) => placed,
            None => {
                let order = self.views.order(market, order)?;
                facts::order(&order, self.views.market(market)?.instrument())
            }
        };
        Some(OrderFacts {
            closed: None,
            ..facts
        })
    }

    fn listing(&self, market: MarketId) -> Option<Listing> {
        let market = self.views.market(market)?;
        Some(Listing::of(self.views, market))
    }
}

const fn has_told(execution: &Execution, reason: CloseReason) -> bool {
    match reason {
        CloseReason::Filled => matches!(execution, Execution::Trade(_)),
        _ => matches!(execution, Execution::Prevented(_)),
    }
}

/// A maker that earns a rebate pays no fee: its commission is then below zero, in the asset of the rebate.
fn trade_execution(traded: &Traded, role: Role, listing: &Listing) -> TradeExecution {
    let (taker_receives, maker_receives) = match traded.taker_side {
        Side::Buy => (listing.base, listing.quote),
        Side::Sell => (listing.quote, listing.base),
    };
    let (commission, commission_asset) = match role {
        Role::Taker => (traded.taker.fee, taker_receives),
        Role::Maker if traded.maker_rebate.is_zero() => (traded.maker.fee, maker_receives),
        Role::Maker => (traded.maker_rebate.negated(), taker_receives),
    };
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
