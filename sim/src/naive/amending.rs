//! Other terms for an open limit order.

use super::filters::check;
use super::lists::other_leg;
use super::orders::{amount, paid_asset, qty, ticks};
use super::{Incoming, Naive, Order, Outcome};
use model::command::{Amend, AmendLimit, NewOrder};
use model::event::{Event, OrderRequeued};
use model::id::{AccountId, MarketId, OrderId};
use model::instrument::Phase;
use model::number::{Price, Qty};
use model::order::{Instructions, OrderKind, OrderRef, Side};
use model::reject::Reject;

impl Naive {
    pub(super) fn amend_limit(&mut self, account: AccountId, amend: &AmendLimit) -> Outcome {
        let id = amend.market;
        check(
            self.account(account)?.may_trade(),
            Reject::AccountRestricted,
        )?;
        self.check_verification(account, id)?;
        let order = self.amendable(account, amend)?;
        self.amend_on_book(account, &order, (amend, None))
    }

    /// Gives an order on the book other terms, and an iceberg another part to show.
    pub(super) fn amend_on_book(
        &mut self,
        account: AccountId,
        order: &Order,
        (amend, shown): (&AmendLimit, Option<Qty>),
    ) -> Outcome {
        let id = amend.market;
        let executed = amend.executed.map_or(order.executed, Qty::lots);
        check(executed == order.executed, Reject::AmendExecutedOther)?;
        let price = amend.price.map_or(order.price, Price::ticks);
        let lots = amend.qty.map_or(order.original, Qty::lots);
        let shown_before = order.iceberg.map(|iceberg| iceberg.shown_max);
        let shown = shown.map(Qty::lots).or(shown_before);
        let is_unchanged = (price, lots, shown) == (order.price, order.original, shown_before);
        check(!is_unchanged, Reject::AmendUnchanged)?;
        if order.iceberg.is_none() && price == order.price && lots < order.original {
            let smaller = Amend {
                market: id,
                order: OrderRef::Id(OrderId(order.id)),
                qty: qty(lots),
                client_id: amend.client_id,
            };
            return self.shrink(account, order, &smaller);
        }
        let gone = order.original - order.open;
        check(gone < lots, Reject::AmendBelowExecuted)?;

        let asked = NewOrder {
            market: id,
            side: order.side,
            kind: with(order.kind, price, lots),
            client_id: amend.client_id.unwrap_or(order.client_id),
            self_trade: Some(order.self_trade),
        };
        let instructions = Instructions {
            iceberg: shown.map(qty),
            ..Instructions::NONE
        };
        let whole = self.incoming(account, &asked, instructions)?;
        self.check_order(id, &whole)?;
        let more = if order.side == Side::Buy {
            (lots - gone - order.open).max(0)
        } else {
            0
        };
        self.check_position(self.market(id)?, account, more)?;
        if asked.client_id != order.client_id {
            self.check_client_id(id, account, asked.client_id)?;
        }
        self.check_prices_beside(id, order.id, &whole)?;
        let left = Incoming {
            kind: with(order.kind, price, lots - gone),
            ..whole
        };
        self.requeue(id, order, (lots, &left))
    }

    /// Lets an order do what one of its new terms does that comes now, with what it held at hand.
    fn requeue(&mut self, id: MarketId, order: &Order, (lots, left): (i64, &Incoming)) -> Outcome {
        let market = self.market(id)?;
        let other = other_leg(market, order.id).map_or(0, |other| market.hold_of(other));
        let available = self.available(market, left) + order.hold + other;
        let decision = self.decide_kind(id, left, available)?;
        let shares = self.shares(id, order.id, (left, decision.hold))?;
        let mut events = Vec::new();
        self.shift_other(id, &shares, false, &mut events);

        let market = &mut self.markets[usize::from(id.0)];
        market.orders.retain(|row| row.id != order.id);
        let is_limited = market.limits.order_amends_max != u32::MAX;
        let paid = paid_asset(market, order.side);
        let more = decision.hold - order.hold;
        self.change(order.account, paid, -more, more);
        let shown_before = order.iceberg.map(|iceberg| iceberg.shown_max);
        let before = shown_before.map(qty);
        tell_shown((id, order.id, order.account), before, left, &mut events);
        events.push(Event::OrderRequeued(Box::new(OrderRequeued {
            market: id,
            order: OrderId(order.id),
            account: order.account,
            side: order.side,
            previous_price: ticks(order.price),
            price: left.kind.price().unwrap_or(Price::MIN),
            previous_qty: qty(order.original),
            qty: qty(lots),
            unbooked: qty(order.shown()),
            client_id: left.client_id,
            previous_client_id: order.client_id,
            release: amount(order.hold),
            hold: amount(decision.hold),
        })));
        self.shift_other(id, &shares, true, &mut events);
        self.carry_out(id, left, order.id, &decision, &mut events);
        let mut orders = self.markets[usize::from(id.0)].orders.iter_mut();
        if let Some(row) = orders.find(|row| row.id == order.id) {
            row.original = lots;
            row.executed += order.executed;
            row.amendments = order.amendments + u32::from(is_limited);
        }
        self.start_some_due(id, &mut events);
        Ok(events)
    }

    /// Returns the plain order on the book that this names.
    fn amendable(&self, account: AccountId, amend: &AmendLimit) -> Result<Order, Reject> {
        let market = self.market(amend.market)?;
        let phases = [Phase::PostOnly, Phase::LimitOnly, Phase::Continuous];
        check(phases.contains(&market.phase), Reject::PhaseClosed)?;
        let id = self.number_of(amend.market, account, &amend.order)?;
        let order = market.orders.iter().find(|row| row.id == id);
        let order = order.filter(|row| row.iceberg.is_none() && market.list_of(id).is_none());
        let order = *order.ok_or(Reject::AmendNotResting)?;
        check(
            order.amendments < market.limits.order_amends_max,
            Reject::OrderAmendsLimit,
        )?;
        Ok(order)
    }
}

/// Tells that an iceberg shows another part of itself from now on, if it does.
pub fn tell_shown(
    (market, order, account): (MarketId, u64, AccountId),
    before: Option<Qty>,
    after: &Incoming,
    events: &mut Vec<Event>,
) {
    let after = after.instructions.iceberg;
    if let Some((previous, shown)) = before.zip(after).filter(|(before, after)| before != after) {
        events.push(Event::IcebergAmended {
            market,
            order: OrderId(order),
            account,
            previous,
            shown,
        });
    }
}

/// Returns the kind with other terms.
pub fn with(kind: OrderKind, price: i64, lots: i64) -> OrderKind {
    let (price, qty) = (ticks(price), qty(lots));
    match kind {
        OrderKind::LimitMaker { .. } => OrderKind::LimitMaker { price, qty },
        _ => match kind.at(price) {
            OrderKind::Limit { time_in_force, .. } => OrderKind::Limit {
                price,
                qty,
                time_in_force,
            },
            other => other,
        },
    }
}
