//! Asking ahead for what the next events will touch.
//!
//! A fold waits for memory a dozen times, one after the other. What is asked for ahead, for many events side by side,
//! comes together.

use crate::account_market::AccountMarket;
use crate::order_row::OrderRow;
use crate::views::Views;
use model::event::{Event, OrderAccepted};
use model::id::{AccountId, MarketId, OrderId};
use model::order::Side;

/// Rows of a snapshot whose places are asked for together.
pub const AHEAD_ROWS: usize = 64;

/// What is about to be touched: found in one pass, asked for in the next.
struct Ahead<'a> {
    /// Orders that events name, or that leave.
    orders: Vec<&'a OrderRow>,
    /// Accounts in markets, and the side that gives.
    owners: Vec<(&'a AccountMarket, Side)>,
    /// Of orders whose account is new in the market.
    strangers: Vec<&'a OrderAccepted>,
}

impl Views {
    /// Asks for what these events will touch. Changes nothing; events may be any.
    ///
    /// Each pass reads only what an earlier one has asked for.
    ///
    /// **Cost** pays off from some ten events on; a batch should not outgrow the second-level cache: a few hundred.
    pub fn warm<'a>(&'a self, batch: impl Iterator<Item = &'a Event> + Clone) {
        if self.orders.is_behind() {
            return self.warm_behind(batch);
        }
        let mut ahead = Ahead {
            orders: Vec::new(),
            owners: Vec::new(),
            strangers: Vec::new(),
        };
        self.warm_indexes(batch.clone());
        self.find_orders(batch.clone(), &mut ahead);
        self.find_accepting(batch.clone(), &mut ahead);
        ahead.warm_orders();
        self.find_owners(&mut ahead);
        ahead.warm_owners();
        self.warm_money(batch, &ahead);
    }

    /// Asks for what the fold touches while lists and balances are put off.
    fn warm_behind<'a>(&'a self, batch: impl Iterator<Item = &'a Event> + Clone) {
        let orders = batch.clone().filter_map(order_of);
        orders
            .clone()
            .for_each(|(market, order)| self.orders.warm_number(market, order));
        let rows: Vec<&OrderRow> = orders
            .filter_map(|(market, order)| self.orders.near(market, order))
            .collect();
        let leaving: Vec<&OrderRow> = self.orders.leaving(rows.len()).collect();
        rows.iter().chain(&leaving).for_each(|row| row.warm());
        batch.for_each(|event| self.warm_owner_behind(event));
        let leave = |row: &&OrderRow| self.orders.warm_leaving_behind(row);
        leaving.iter().for_each(leave);
    }

    /// Asks for what an event changes of the accounts that it names, while lists and balances are put off.
    fn warm_owner_behind(&self, event: &Event) {
        let warm = |account| {
            if let Some(row) = self.accounts.row(account) {
                row.warm();
            }
        };
        match event {
            Event::OrderAccepted(event) => warm(event.account),
            Event::Traded(event) => {
                warm(event.maker.account);
                warm(event.taker.account);
            }
            Event::OrderClosed(event) => {
                warm(event.account);
                self.orders.warm_share(event.account, event.market);
            }
            _ => (),
        }
    }

    /// Asks for where the searches for the rows of events begin.
    fn warm_indexes<'a>(&'a self, batch: impl Iterator<Item = &'a Event>) {
        for event in batch {
            if let Event::OrderAccepted(event) = event {
                self.account_markets.warm(event.account, event.market);
                self.orders
                    .warm_name((event.account, event.market, event.client_id));
            } else if let Some((market, order)) = order_of(event) {
                self.orders.warm_number(market, order);
            }
        }
    }

    /// Finds the orders that events name, and those that leave for what closes.
    fn find_orders<'a>(&'a self, batch: impl Iterator<Item = &'a Event>, ahead: &mut Ahead<'a>) {
        let mut closing = 0;
        for event in batch {
            closing += usize::from(matches!(event, Event::OrderClosed(_)));
            let near = order_of(event).and_then(|(market, order)| self.orders.near(market, order));
            ahead.orders.extend(near);
        }
        ahead.orders.extend(self.orders.leaving(closing));
    }

    /// Finds the accounts that place orders.
    fn find_accepting<'a>(&'a self, batch: impl Iterator<Item = &'a Event>, ahead: &mut Ahead<'a>) {
        for event in batch {
            let Event::OrderAccepted(event) = event else {
                continue;
            };
            match self.account_markets.near(event.account, event.market) {
                Some(of) => ahead
                    .owners
                    .push((self.account_markets.get(of), event.side)),
                None => ahead.strangers.push(event),
            }
        }
    }

    /// Finds the accounts of the orders.
    fn find_owners<'a>(&'a self, ahead: &mut Ahead<'a>) {
        let owner = |row: &&'a OrderRow| (self.account_markets.get(row.of()), row.side);
        ahead.owners.extend(ahead.orders.iter().map(owner));
    }

    /// Asks for balances and lists.
    fn warm_money<'a>(&'a self, batch: impl Iterator<Item = &'a Event>, ahead: &Ahead<'a>) {
        for (own, side) in &ahead.owners {
            match own.balances {
                Some(balances) => self.accounts.warm(balances.gives(*side)),
                None => self.warm_stranger(own.account, own.market),
            }
        }
        for event in &ahead.strangers {
            self.warm_stranger(event.account, event.market);
        }
        for row in &ahead.orders {
            self.orders.warm_leaving(row);
        }
        for event in batch {
            if let Event::Traded(event) = event {
                let market = event.market;
                self.warm_receiver(event.maker.account, market, event.taker_side.opposite());
                self.warm_receiver(event.taker.account, market, event.taker_side);
            }
        }
    }

    /// Asks for an account that is new in a market, and for where its balances are looked up.
    fn warm_stranger(&self, account: AccountId, market: MarketId) {
        if let Some(market) = self.market(market) {
            self.accounts.warm_spot(account, market.instrument.base);
            self.accounts.warm_spot(account, market.instrument.quote);
        }
        if let Some(row) = self.accounts.row(account) {
            row.warm();
        }
    }

    /// Asks for what a trade adds to an account.
    fn warm_receiver(&self, account: AccountId, market: MarketId, side: Side) {
        let Some(of) = self.account_markets.near(account, market) else {
            return;
        };
        let own = self.account_markets.get(of);
        if let Some(balances) = own.balances {
            self.accounts.warm(balances.receives(side));
        }
        own.trades.warm();
    }
}

impl Ahead<'_> {
    fn warm_orders(&self) {
        self.orders.iter().for_each(|row| row.warm());
        self.warm_owners();
    }

    fn warm_owners(&self) {
        self.owners.iter().for_each(|(own, _)| own.warm());
    }
}

/// Returns the order of an earlier command that an event is about.
fn order_of(event: &Event) -> Option<(MarketId, OrderId)> {
    match event {
        Event::Traded(event) => Some((event.market, event.maker.order)),
        Event::OrderClosed(event) => Some((event.market, event.order)),
        Event::OrderAmended(event) => Some((event.market, event.order)),
        Event::OrderRequeued(event) => Some((event.market, event.order)),
        Event::WaitingAmended(event) => Some((event.market, event.order)),
        Event::HoldShifted(event) => Some((event.market, event.order)),
        Event::OrderTriggered(event) => Some((event.market, event.order)),
        Event::OrderActivated(event) => Some((event.market, event.order)),
        _ => None,
    }
}
