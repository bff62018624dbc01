//! Placing an order: filters, plan, hold, match, rest or end.

use book::order::Resting;
use book::take::{Stopped, Taken};
use ledger::row::Row;
use model::command::NewOrder;
use model::event::{Event, OrderAccepted, OrderClosed};
use model::id::{AccountId, OrderId};
use model::number::{Amount, Price, Qty};
use model::order::{CloseReason, OrderKind, Side, TimeInForce};
use model::reject::Reject;

use crate::desk::Desk;
use crate::detail::{NewDetail, RestingKind};
use crate::filter::{self, Incoming};
use crate::plan::{Course, plan};
use crate::seat::Seated;

/// An accepted order while it meets the book.
#[derive(Clone, Copy, Debug)]
pub struct Taking<'a> {
    pub incoming: Incoming<'a>,
    pub order: OrderId,
    pub side: Side,
    /// Its limit price, if its kind has one.
    pub price: Option<Price>,
    /// What is still held for it: quote units for a buy, base units for a sell.
    pub held: Amount,
    pub seat: Seated,
    /// What it shows of itself once it rests, if not all.
    pub shown_max: Option<Qty>,
    /// It is a leg of an open list.
    pub is_listed: bool,
}

impl Taking<'_> {
    /// Returns the balance it holds from.
    pub const fn paying_row(&self) -> Row {
        self.seat.rows.paying(self.side)
    }
}

impl Desk<'_> {
    /// Places an order.
    ///
    /// # Errors
    /// Those of [`filter::check`], then those of [`plan`].
    pub fn place(&mut self, account: AccountId, order: &NewOrder) -> Result<(), Reject> {
        let trader = self.trader(account);
        let incoming = Incoming::new(self.market, trader, order, self.at);
        let worth = filter::check(self.market, self.ledger, &incoming)?;
        let plan = plan(self.market, self.ledger, &incoming, worth)?;

        // Nothing below can fail.
        let taking = self.accept(&incoming, plan.hold);
        self.pursue(taking, plan.course);
        self.start_due();
        Ok(())
    }

    /// Lets an accepted order do what was planned.
    #[inline(always)]
    pub fn pursue(&mut self, taking: Taking, course: Course) {
        match course {
            Course::Rest => self.rest_whole(&taking),
            Course::End(reason) => self.end(&taking, reason),
            Course::Take { limit, qty } => self.take_limited(taking, limit, qty),
            Course::TakeQuote { limit, qty, reason } => {
                self.take_quote(taking, (limit, qty), reason);
            }
        }
    }

    #[inline(never)]
    fn take_limited(&mut self, mut taking: Taking, limit: Price, qty: Qty) {
        let taken = self.take(&mut taking, limit, qty);
        self.conclude(&taking, &taken);
    }

    #[cold]
    fn take_quote(&mut self, mut taking: Taking, (limit, qty): (Price, Qty), reason: CloseReason) {
        let taken = self.take(&mut taking, limit, qty);
        assert!(taken.left.is_zero());
        self.end(&taking, reason);
    }

    /// Gives the order its number and takes its hold.
    #[inline(always)]
    pub fn accept<'i>(&mut self, incoming: &Incoming<'i>, hold: Amount) -> Taking<'i> {
        let order = self.market.next_order();
        let taking = self.taking(incoming, order, hold);
        self.ledger.hold(taking.paying_row(), hold);
        let asked = incoming.order;
        self.events.push(Event::OrderAccepted(OrderAccepted {
            market: asked.market,
            order,
            account: incoming.trader.account,
            side: asked.side,
            kind: asked.kind,
            self_trade: incoming.self_trade,
            client_id: asked.client_id,
            hold,
        }));
        taking
    }

    /// Returns an order of this number on its way to the book, which it has taken that hold for.
    #[inline(always)]
    pub fn taking<'i>(
        &mut self,
        incoming: &Incoming<'i>,
        order: OrderId,
        held: Amount,
    ) -> Taking<'i> {
        let seat = match incoming.trader.seat {
            Some(seat) => seat,
            None => self.market.open_seat(incoming.trader.account, self.ledger),
        };
        Taking {
            incoming: *incoming,
            order,
            side: incoming.order.side,
            price: incoming.order.kind.price(),
            held,
            seat,
            shown_max: None,
            is_listed: false,
        }
    }

    fn take(&mut self, taking: &mut Taking, limit: Price, qty: Qty) -> Taken {
        assert!(self.steps.is_empty());
        let taker = taking.incoming.taker(limit, qty);
        let taken = self.market.book.take(&taker, self.steps);
        // Before the fills move what the band is measured against.
        self.assert_met_within(taking.side, limit);
        self.settle_steps(taking);
        taken
    }

    /// Decides what becomes of a taker once it met whom it could.
    #[inline(never)]
    fn conclude(&mut self, taking: &Taking, taken: &Taken) {
        if taken.left.is_zero() {
            let reason = match taken.stopped {
                Stopped::SelfTrade => CloseReason::SelfTrade,
                Stopped::Filled | Stopped::LimitReached | Stopped::BookEmpty => CloseReason::Filled,
            };
            return self.end(taking, reason);
        }
        let Some(price) = taking.price else {
            return self.end(taking, market_reason(taken.stopped));
        };
        // A maker that its limit accepts and the execution band does not.
        if self.market.book.is_crossed_by(taking.side, price) {
            return self.end(taking, CloseReason::ExecutionBand);
        }
        match RestingKind::of(&taking.incoming.order.kind) {
            Some(kind) => {
                assert!(taking.held == self.market.hold(taking.side, price, taken.left));
                self.rest(taking, kind, price, taken);
            }
            None => {
                // B8: what is to be filled wholly takes only where it was found to be.
                assert!(!is_all_or_nothing(&taking.incoming.order.kind));
                self.end(taking, CloseReason::ImmediateRemainder);
            }
        }
    }

    /// Puts an order that met nobody into the book.
    #[inline(always)]
    pub fn rest_whole(&mut self, taking: &Taking) {
        let (kind, price, qty) = match taking.incoming.order.kind {
            OrderKind::Limit {
                price,
                qty,
                time_in_force: TimeInForce::GoodTillCancel,
            } => (RestingKind::GoodTillCancel, price, qty),
            OrderKind::LimitMaker { price, qty } => (RestingKind::LimitMaker, price, qty),
            OrderKind::Limit { .. } | OrderKind::Market { .. } | OrderKind::MarketQuote { .. } => {
                panic!("only what stays until it is cancelled is planned to rest")
            }
        };
        let untouched = Taken {
            left: qty,
            filled: Qty::ZERO,
            prevented: Qty::ZERO,
            stopped: Stopped::BookEmpty,
        };
        self.rest(taking, kind, price, &untouched);
    }

    #[inline(always)]
    fn rest(&mut self, taking: &Taking, kind: RestingKind, price: Price, taken: &Taken) {
        let incoming = &taking.incoming;
        let resting = Resting {
            order: taking.order,
            account: incoming.trader.account,
            group: incoming.trader.group,
            side: taking.side,
            price,
            open: taken.left,
        };
        let detail = NewDetail {
            client_id: &incoming.order.client_id,
            original: taken.left.plus(taken.filled).plus(taken.prevented),
            prevented: taken.prevented,
            seat: taking.seat.number,
            kind,
            self_trade: incoming.self_trade,
            is_listed: taking.is_listed,
        };
        let shown_max = mutant::plant!("iceberg-shows-all", None, taking.shown_max);
        self.market.rest(resting, shown_max, &detail);
        let shown = taking
            .shown_max
            .map_or(taken.left, |shown_max| shown_max.min(taken.left));
        self.events.push(Event::OrderRested {
            market: self.market.instrument.id,
            order: taking.order,
            account: incoming.trader.account,
            side: taking.side,
            price,
            qty: shown,
        });
    }

    /// Ends an order that never rested and returns what is still held for it.
    #[inline(always)]
    pub fn end(&mut self, taking: &Taking, reason: CloseReason) {
        self.ledger.release(taking.paying_row(), taking.held);
        self.events.push(Event::OrderClosed(OrderClosed {
            market: self.market.instrument.id,
            order: taking.order,
            account: taking.incoming.trader.account,
            side: taking.side,
            reason,
            unbooked: Qty::ZERO,
            price: taking.price,
            release: taking.held,
        }));
        if taking.is_listed {
            self.leg_ended(taking.order, reason);
        }
    }
}

const fn is_all_or_nothing(kind: &OrderKind) -> bool {
    matches!(
        kind,
        OrderKind::Limit {
            time_in_force: TimeInForce::FillOrKill,
            ..
        }
    )
}

const fn market_reason(stopped: Stopped) -> CloseReason {
    match stopped {
        Stopped::Filled => CloseReason::Filled,
        Stopped::LimitReached => CloseReason::ExecutionBand,
        Stopped::BookEmpty => CloseReason::InsufficientLiquidity,
        Stopped::SelfTrade => CloseReason::SelfTrade,
    }
}
