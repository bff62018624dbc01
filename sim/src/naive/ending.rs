//! Cancels and amendments, and what else follows the end of an order.

use super::filters::{check, is_between};
use super::orders::{amount, hold, paid_asset, qty, ticks};
use super::{Naive, Outcome};
use model::command::{Amend, Cancel};
use model::event::{Event, OrderAmended, OrderClosed};
use model::id::{AccountId, MarketId, OrderId};
use model::instrument::Phase;
use model::order::{CancelRestriction, CloseReason, OrderRef};
use model::reject::Reject;
use model::text::ClientOrderId;

/// An open order, on the book or outside.
#[derive(Clone, Copy, Debug)]
struct Found {
    id: u64,
    client_id: ClientOrderId,
    executed: i64,
}

impl Naive {
    pub(super) fn cancel(&mut self, account: AccountId, cancel: &Cancel) -> Outcome {
        check(
            self.market(cancel.market)?.phase.accepts_cancels(),
            Reject::PhaseClosed,
        )?;
        let id = self.cancellable(cancel.market, account, &cancel.order, cancel.restriction)?;
        let mut events = Vec::new();
        self.end_order(cancel.market, id, CloseReason::Cancelled, &mut events);
        Ok(events)
    }

    pub(super) fn cancel_all(&mut self, account: AccountId, market: MarketId) -> Outcome {
        check(
            self.market(market)?.phase.accepts_cancels(),
            Reject::PhaseClosed,
        )?;
        let ids = self.open_numbers(market, account)?;
        check(!ids.is_empty(), Reject::OrderUnknown)?;
        let mut events = Vec::new();
        self.end_orders(market, &ids, CloseReason::Cancelled, &mut events);
        Ok(events)
    }

    /// Returns the numbers of the account's open orders, oldest first.
    pub(super) fn open_numbers(
        &self,
        market: MarketId,
        account: AccountId,
    ) -> Result<Vec<u64>, Reject> {
        let mine = self.open_orders(market, account)?;
        let mut ids: Vec<u64> = mine.iter().map(|order| order.id).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    fn open_orders(&self, market: MarketId, account: AccountId) -> Result<Vec<Found>, Reject> {
        let market = self.market(market)?;
        let resting = market.orders.iter().filter(|row| row.account == account);
        let resting = resting.map(|row| Found {
            id: row.id,
            client_id: row.client_id,
            executed: row.executed,
        });
        let is_mine = |row: &&super::Parked| row.order.account == account;
        let parked = market.parked.iter().filter(is_mine).map(|row| Found {
            id: row.id,
            client_id: row.order.client_id,
            executed: 0,
        });
        Ok(resting.chain(parked).collect())
    }

    /// Returns the number of the open order that this names.
    pub(super) fn number_of(
        &self,
        market: MarketId,
        account: AccountId,
        wanted: &OrderRef,
    ) -> Result<u64, Reject> {
        Ok(self.find(market, account, wanted)?.id)
    }

    fn find(
        &self,
        market: MarketId,
        account: AccountId,
        wanted: &OrderRef,
    ) -> Result<Found, Reject> {
        let mut mine = self.open_orders(market, account)?.into_iter();
        let found = match *wanted {
            OrderRef::Id(id) | OrderRef::Both(id, _) => mine.find(|order| order.id == id.0),
            OrderRef::Client(client_id) => mine.find(|order| order.client_id == client_id),
        };
        let order = found.ok_or(Reject::OrderUnknown)?;
        match *wanted {
            OrderRef::Both(_, client_id) if order.client_id != client_id => {
                Err(Reject::OrderRefMismatch)
            }
            _ => Ok(order),
        }
    }

    pub(super) fn cancellable(
        &self,
        market: MarketId,
        account: AccountId,
        wanted: &OrderRef,
        restriction: CancelRestriction,
    ) -> Result<u64, Reject> {
        let order = self.find(market, account, wanted)?;
        let is_allowed = match restriction {
            CancelRestriction::None => true,
            CancelRestriction::OnlyNew => order.executed == 0,
            CancelRestriction::OnlyPartiallyFilled => 0 < order.executed,
        };
        check(is_allowed, Reject::CancelRestricted)?;
        Ok(order.id)
    }

    /// Ends orders one after the other, with what their lists make of that; those that went with another are left out.
    pub(super) fn end_orders(
        &mut self,
        id: MarketId,
        orders: &[u64],
        reason: CloseReason,
        events: &mut Vec<Event>,
    ) {
        for order in orders {
            if self.markets[usize::from(id.0)].is_order_open(*order) {
                self.end_order(id, *order, reason, events);
            }
        }
    }

    /// Ends an open order, and then what depends on it.
    pub(super) fn end_order(
        &mut self,
        id: MarketId,
        order: u64,
        reason: CloseReason,
        events: &mut Vec<Event>,
    ) {
        self.close_order(id, order, reason, events);
        self.follow_end(id, order, reason, events);
    }

    /// Ends an open order and nothing else.
    pub(super) fn close_order(
        &mut self,
        id: MarketId,
        order: u64,
        reason: CloseReason,
        events: &mut Vec<Event>,
    ) {
        let market = &mut self.markets[usize::from(id.0)];
        let (account, side, unbooked, price, release);
        if let Some(index) = market.orders.iter().position(|row| row.id == order) {
            let row = market.orders.remove(index);
            (account, side, unbooked) = (row.account, row.side, row.shown());
            price = Some(ticks(row.price));
            release = row.hold;
        } else {
            let row = market.take_parked(order);
            (account, side, unbooked) = (row.order.account, row.order.side, 0);
            price = row.order.kind.price();
            release = row.hold;
        }
        let paid = paid_asset(market, side);
        self.change(account, paid, release, -release);
        events.push(Event::OrderClosed(OrderClosed {
            market: id,
            order: OrderId(order),
            account,
            side,
            reason,
            unbooked: qty(unbooked),
            price,
            release: amount(release),
        }));
    }

    pub(super) fn amend(&mut self, account: AccountId, amend: &Amend) -> Outcome {
        check(
            self.account(account)?.may_trade(),
            Reject::AccountRestricted,
        )?;
        let market = self.market(amend.market)?;
        let phases = [Phase::PostOnly, Phase::LimitOnly, Phase::Continuous];
        check(phases.contains(&market.phase), Reject::PhaseClosed)?;
        let id = self.find(amend.market, account, &amend.order)?.id;
        let is_plain = |row: &&super::Order| {
            row.id == id && row.iceberg.is_none() && market.list_of(id).is_none()
        };
        let order = *market
            .orders
            .iter()
            .find(is_plain)
            .ok_or(Reject::AmendNotResting)?;
        check(
            order.amendments < market.limits.order_amends_max,
            Reject::OrderAmendsLimit,
        )?;
        self.shrink(account, &order, amend)
    }

    /// Takes lots off an order on the book, which keeps its place.
    pub(super) fn shrink(
        &mut self,
        account: AccountId,
        order: &super::Order,
        amend: &Amend,
    ) -> Outcome {
        let (market, id) = (self.market(amend.market)?, order.id);
        let wanted = amend.qty.lots();
        check(wanted <= order.original, Reject::AmendIncrease)?;
        check(wanted != order.original, Reject::AmendUnchanged)?;
        check(
            order.original - order.open < wanted,
            Reject::AmendBelowExecuted,
        )?;
        let terms = &market.terms;
        check(
            terms.qty_min.lots() <= wanted && wanted <= terms.qty_max.lots(),
            Reject::LotSize,
        )?;
        let k = i128::from(market.instrument.quote_per_tick_lot);
        let worth = i128::from(order.price) * i128::from(wanted) * k;
        check(
            is_between(worth, terms.notional_min, terms.notional_max),
            Reject::Notional,
        )?;
        let client_id = amend.client_id.unwrap_or(order.client_id);
        if client_id != order.client_id {
            self.check_client_id(amend.market, account, client_id)?;
        }

        let reduced = order.original - wanted;
        let release = hold(market, order.side, order.price, reduced);
        let paid = paid_asset(market, order.side);
        self.change(account, paid, release, -release);
        let market = &mut self.markets[usize::from(amend.market.0)];
        let is_limited = market.limits.order_amends_max != u32::MAX;
        let kept = market.resting_mut(id);
        kept.original = wanted;
        kept.open -= reduced;
        kept.hold -= release;
        kept.client_id = client_id;
        kept.amendments += u32::from(is_limited);
        Ok(vec![Event::OrderAmended(OrderAmended {
            market: amend.market,
            order: OrderId(id),
            account,
            side: order.side,
            price: ticks(order.price),
            qty: amend.qty,
            reduced: qty(reduced),
            client_id,
            previous_client_id: order.client_id,
            release: amount(release),
        })])
    }

    /// Says that an order ended which is neither on the book nor parked any more, and what depends on it.
    pub(super) fn push_end(&mut self, closed: OrderClosed, events: &mut Vec<Event>) {
        events.push(Event::OrderClosed(closed));
        self.follow_end(closed.market, closed.order.0, closed.reason, events);
    }
}
