//! Reading ahead over a batch: plain loads that overlap, where the commands themselves would miss one by one.

use std::hint::black_box;

use model::command::{Action, Command, NewOrder, Sequenced};
use model::id::{AccountId, MarketId};
use model::order::OrderRef;

use crate::engine::Engine;
use crate::market::Market;

impl Engine {
    /// Reads what these commands will touch, so that it is near when they are applied. Changes nothing.
    pub fn warm(&self, batch: &[Sequenced]) {
        let mut read = 0;
        for sequenced in batch {
            if let Command::Client { header, action } = &sequenced.command {
                read ^= self
                    .keys
                    .find(header.key)
                    .map_or(0, |row| u64::from(row.account.0));
                read ^= self.warm_action(header.account, action);
            }
        }
        black_box(read);
    }

    fn warm_action(&self, account: AccountId, action: &Action) -> u64 {
        match action {
            Action::Place(order) => self.warm_place(account, order),
            Action::Cancel(cancel) => self.warm_order(account, cancel.market, &cancel.order),
            Action::Amend(amend) => self.warm_order(account, amend.market, &amend.order),
            Action::Replace(replace) => {
                self.warm_order(account, replace.order.market, &replace.cancel)
                    ^ self.warm_place(account, &replace.order)
            }
            Action::CancelAll { .. } | Action::Transfer(_) | Action::HoldWithdrawal(_) => 0,
        }
    }

    fn warm_place(&self, account: AccountId, order: &NewOrder) -> u64 {
        let Ok(market) = self.market(order.market) else {
            return 0;
        };
        let level = order
            .kind
            .price()
            .map_or(0, |price| market.book.warm_price(order.side, price));
        level ^ self.warm_seat(market, account)
    }

    fn warm_order(&self, account: AccountId, market: MarketId, order: &OrderRef) -> u64 {
        let Ok(market) = self.market(market) else {
            return 0;
        };
        let slot = match *order {
            OrderRef::Id(id) | OrderRef::Both(id, _) => market.book.find(id),
            OrderRef::Client(id) => market
                .seats
                .position(account)
                .and_then(|seat| market.details.find(seat, id)),
        };
        let Some(slot) = slot else {
            return 0;
        };
        let detail = market.details.get(slot);
        let level = market.book.warm_order(market.book.get(slot).order);
        level ^ u64::from(detail.older) ^ self.warm_seat(market, account)
    }

    fn warm_seat(&self, market: &Market, account: AccountId) -> u64 {
        match market.seats.find(account) {
            Some(seat) => self.ledger.warm(seat.base) ^ self.ledger.warm(seat.quote),
            None => 0,
        }
    }
}
