//! Other terms for orders that are open.

use super::conditional::last_ticks;
use super::{Workload, qty, ticks};
use crate::naive::{Naive, Parked};
use model::command::{Action, Amend, AmendAny, AmendLimit, AmendOpen};
use model::id::{AccountId, MarketId, OrderId};
use model::number::Price;
use model::order::{OrderRef, Side};

impl Workload {
    pub(super) fn amend(&mut self, naive: &Naive, account: AccountId) -> Amend {
        let market = self.market();
        let client_id = self.random.one_in(3).then(|| self.client_id());
        Amend {
            market,
            order: self.order_ref(naive, market, account),
            qty: if self.random.one_in(2) {
                self.qty()
            } else {
                qty(self.random.between(1, 6))
            },
            client_id,
        }
    }

    /// Other terms for an order of the account, near the best prices and often beyond them.
    pub(super) fn amend_limit(&mut self, naive: &Naive, account: AccountId) -> AmendLimit {
        let Amend {
            market,
            order,
            qty: wanted,
            client_id,
        } = self.amend(naive, account);
        let side = self.random.pick(&[Side::Buy, Side::Sell]);
        let executed = self.random.between(0, 2);
        AmendLimit {
            market,
            order,
            price: (!self.random.one_in(4)).then(|| self.price(side)),
            qty: self.random.one_in(2).then_some(wanted),
            client_id,
            executed: self.random.one_in(6).then(|| qty(executed)),
        }
    }

    /// Other terms for any open order of the account, seldom as it was asked when legs could not be amended.
    pub(super) fn amend_any(&mut self, naive: &Naive, account: AccountId) -> Action {
        let mut open = self.amend_open(naive, account);
        if self.random.one_in(8) {
            return Action::AmendOpen(Box::new(open));
        }
        if self.random.one_in(4) {
            // The legs of a pair keep their quantity.
            open.limit.qty = None;
        }
        let shown = qty(self.random.between(1, 4));
        Action::AmendAny(Box::new(AmendAny {
            open,
            shown: self.random.one_in(6).then_some(shown),
        }))
    }

    /// Other terms for an open order of the account, one that waits where it has one: what it has, and seldom more.
    pub(super) fn amend_open(&mut self, naive: &Naive, account: AccountId) -> AmendOpen {
        let mut limit = self.amend_limit(naive, account);
        let waiting = waiting(naive, account);
        if waiting.is_empty() || self.random.one_in(3) {
            let icebergs = icebergs(naive, account);
            if !icebergs.is_empty() && !self.random.one_in(4) {
                let (market, order) = self.random.pick(&icebergs);
                (limit.market, limit.order) = (market, OrderRef::Id(order));
                limit.executed = None;
                limit.qty = Some(self.qty());
            }
            let is_for_waiting = self.random.one_in(6);
            let stop = self.stop(naive, limit.market);
            let delta = self.delta();
            return AmendOpen {
                limit,
                stop: is_for_waiting.then_some(stop),
                delta: self.random.one_in(20).then_some(delta),
            };
        }
        let (market, row) = self.random.pick(&waiting);
        limit.market = market;
        limit.order = OrderRef::Id(OrderId(row.id));
        limit.executed = None;
        let has_price = row.order.kind.price().is_some() || self.random.one_in(20);
        limit.price = limit.price.filter(|_| has_price);
        let condition = row.order.instructions.trigger.map(|it| it.condition);
        let has_stop = condition.is_some_and(|it| it.price().is_some());
        let has_delta = condition.is_some_and(|it| it.delta().is_some());
        let (stop, delta) = (self.stop(naive, market), self.delta());
        AmendOpen {
            limit,
            stop: (has_stop && self.random.one_in(2)).then_some(stop),
            delta: (has_delta && self.random.one_in(2)).then_some(delta),
        }
    }

    /// A price near the last one, on either side of it.
    fn stop(&mut self, naive: &Naive, market: MarketId) -> Price {
        let away = self.random.between(1, 8) * self.random.pick(&[-1, 1]);
        ticks((last_ticks(naive, market) + away).max(1))
    }
}

/// Returns the orders of an account on the book that hide a part.
fn icebergs(naive: &Naive, account: AccountId) -> Vec<(MarketId, OrderId)> {
    let markets = naive.markets.iter();
    let rows = markets.flat_map(|market| {
        let id = market.instrument.id;
        market.orders.iter().map(move |row| (id, row))
    });
    rows.filter(|(_, row)| row.account == account && row.is_iceberg())
        .map(|(market, row)| (market, OrderId(row.id)))
        .collect()
}

/// Returns the orders of an account that wait, those of lists too.
fn waiting(naive: &Naive, account: AccountId) -> Vec<(MarketId, Parked)> {
    let markets = naive.markets.iter();
    let rows = markets.flat_map(|market| {
        let id = market.instrument.id;
        market.parked.iter().map(move |row| (id, *row))
    });
    rows.filter(|(_, row)| row.order.account == account)
        .collect()
}
