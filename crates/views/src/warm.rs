//! Reading ahead: what the next events will touch is brought near before they are folded.
//!
//! A fold waits for memory a dozen times, one after the other. Plain loads for many events side by side wait
//! together.

use crate::account_market::AccountMarket;
use crate::rows::Slot;
use crate::views::Views;
use model::event::{Event, OrderClosed};
use model::id::{AccountId, MarketId, OrderId};
use model::order::Side;

impl Views {
    /// Reads what these events will touch. Changes nothing; events may be any.
    ///
    /// **Cost** pays off from some ten events on; a batch should not outgrow the second-level cache: a few hundred.
    pub fn warm<'a>(&self, batch: impl Iterator<Item = &'a Event> + Clone) {
        let mut read = 0;
        for event in batch.clone() {
            read ^= self.warm_indexes(event);
        }
        for event in batch.clone() {
            read ^= self.warm_rows(event) ^ self.warm_level(event);
        }
        for event in batch {
            read ^= self.warm_money(event);
        }
        std::hint::black_box(read);
    }

    /// Reads where the searches for the rows of an event begin.
    fn warm_indexes(&self, event: &Event) -> u64 {
        match event {
            Event::OrderAccepted(event) => {
                self.account_markets.warm(event.account, event.market)
                    ^ self.orders.warm_number(event.market, event.order)
                    ^ self
                        .orders
                        .warm_name(event.account, event.market, event.client_id)
            }
            _ => order_of(event).map_or(0, |(market, order, _)| {
                self.orders.warm_number(market, order)
            }),
        }
    }

    /// Reads the rows that an event names.
    fn warm_rows(&self, event: &Event) -> u64 {
        if let Event::OrderAccepted(event) = event {
            let of = self.account_markets.find(event.account, event.market);
            return of.map_or(0, |of| u64::from(of.place()));
        }
        order_of(event)
            .and_then(|(market, order, _)| self.orders.find(market, order))
            .map_or(0, |slot| u64::from(slot.place()))
    }

    /// Reads the price level that an event changes.
    fn warm_level(&self, event: &Event) -> u64 {
        let (market, side, price) = match *event {
            Event::OrderRested {
                market,
                side,
                price,
                ..
            } => (market, side, price),
            Event::OrderClosed(OrderClosed {
                market,
                side,
                price: Some(price),
                ..
            }) => (market, side, price),
            _ => return 0,
        };
        self.market(market)
            .map_or(0, |market| market.levels.warm(side, price))
    }

    /// Reads the balances behind those rows and their neighbours in the lists.
    fn warm_money(&self, event: &Event) -> u64 {
        if let Event::OrderAccepted(event) = event {
            return self.warm_account(event.account, event.market, event.side);
        }
        let Some((market, order, side)) = order_of(event) else {
            return 0;
        };
        let Some(slot) = self.orders.find(market, order) else {
            return 0;
        };
        let row = self.orders.get(slot);
        self.orders.warm_neighbours(row) ^ self.warm_own(row.of, side)
    }

    fn warm_account(&self, account: AccountId, market: MarketId, side: Side) -> u64 {
        self.account_markets
            .find(account, market)
            .map_or(0, |of| self.warm_own(of, side))
    }

    fn warm_own(&self, of: Slot<AccountMarket>, side: Side) -> u64 {
        let own = self.account_markets.get(of);
        let gives = self.accounts.warm(own.balances.gives(side));
        gives ^ self.orders.warm_last(&own.open) ^ own.orders.warm()
    }
}

/// Returns the resting order that an event is about, and its side.
fn order_of(event: &Event) -> Option<(MarketId, OrderId, Side)> {
    match event {
        Event::Traded(event) => {
            Some((event.market, event.maker.order, event.taker_side.opposite()))
        }
        Event::OrderClosed(event) => Some((event.market, event.order, event.side)),
        Event::OrderAmended(event) => Some((event.market, event.order, event.side)),
        _ => None,
    }
}
