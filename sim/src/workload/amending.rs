//! Other terms for orders that are open.

use super::{Workload, qty};
use crate::naive::Naive;
use model::command::{Amend, AmendLimit};
use model::id::AccountId;
use model::order::Side;

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
}
