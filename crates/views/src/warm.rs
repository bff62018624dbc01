//! Reading ahead: what the next events will touch is brought near before they are folded.
//!
//! A fold waits for memory a dozen times, one after the other. Plain loads for many events side by side wait
//! together.

use crate::account_market::AccountMarket;
use crate::accounts::AccountRow;
use crate::order_row::OrderRow;
use crate::views::Views;
use model::event::{Event, OrderAccepted, Traded};
use model::id::{AccountId, MarketId, OrderId};
use model::order::Side;

/// Rows of a snapshot whose places are read ahead together.
pub const AHEAD_ROWS: usize = 64;

/// What is about to be touched: found in one pass, read in the next.
struct Ahead<'a> {
    /// Orders that events name, or that leave.
    orders: Vec<&'a OrderRow>,
    /// Accounts in markets, and the side that gives.
    owners: Vec<(&'a AccountMarket, Side)>,
    /// Of orders whose account is new in the market.
    strangers: Vec<&'a OrderAccepted>,
    read: u64,
}

impl Views {
    /// Reads what these events will touch. Changes nothing; events may be any.
    ///
    /// Each pass decides only by what an earlier one has brought near: a branch on a number that is still on its way
    /// would end the reading side by side. For the same reason the passes that wait for memory do nothing else.
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
            read: 0,
        };
        self.warm_indexes(batch.clone(), &mut ahead);
        self.find_orders(batch.clone(), &mut ahead);
        self.find_accepting(batch.clone(), &mut ahead);
        ahead.read_orders();
        self.find_owners(&mut ahead);
        ahead.read_owners();
        self.warm_money(batch, &mut ahead);
        std::hint::black_box(ahead.read);
    }

    /// Reads what the fold touches while lists and balances are put off.
    fn warm_behind<'a>(&'a self, batch: impl Iterator<Item = &'a Event> + Clone) {
        let orders = batch.filter_map(order_of);
        let begin = orders.clone().fold(0, |read, (market, order)| {
            read ^ self.orders.warm_number(market, order)
        });
        let mut rows: Vec<&OrderRow> = orders
            .clone()
            .filter_map(|(market, order)| self.orders.near(market, order))
            .collect();
        rows.extend(self.orders.leaving(rows.len()));
        let read = rows.iter().fold(begin, |read, row| read ^ row.warm());
        let leaving = rows
            .iter()
            .fold(read, |read, row| read ^ self.orders.warm_leaving(row));
        std::hint::black_box(leaving);
    }

    /// Reads where the searches for the rows of events begin.
    fn warm_indexes<'a>(&'a self, batch: impl Iterator<Item = &'a Event>, ahead: &mut Ahead<'a>) {
        for event in batch {
            ahead.read ^= match event {
                Event::OrderAccepted(event) => {
                    let name = (event.account, event.market, event.client_id);
                    self.account_markets.warm(event.account, event.market)
                        ^ self.orders.warm_name(name)
                }
                _ => order_of(event)
                    .map_or(0, |(market, order)| self.orders.warm_number(market, order)),
            };
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

    /// Reads balances and lists.
    fn warm_money<'a>(&'a self, batch: impl Iterator<Item = &'a Event>, ahead: &mut Ahead<'a>) {
        for (own, side) in &ahead.owners {
            ahead.read ^= match own.balances {
                Some(balances) => self.accounts.warm(balances.gives(*side)),
                None => self.warm_stranger(own.account, own.market),
            };
        }
        for event in &ahead.strangers {
            ahead.read ^= self.warm_stranger(event.account, event.market);
        }
        for row in &ahead.orders {
            ahead.read ^= self.orders.warm_leaving(row);
        }
        for event in batch {
            if let Event::Traded(event) = event {
                ahead.read ^= self.warm_trade(event);
            }
        }
    }

    /// Reads an account that is new in a market, and its balances.
    fn warm_stranger(&self, account: AccountId, market: MarketId) -> u64 {
        let balances = self.market(market).map_or(0, |market| {
            let warm = |asset| self.accounts.warm_spot(account, asset);
            warm(market.instrument.base) ^ warm(market.instrument.quote)
        });
        balances ^ self.accounts.row(account).map_or(0, AccountRow::warm)
    }

    /// Reads what a trade adds to both accounts.
    fn warm_trade(&self, event: &Traded) -> u64 {
        let warm = |account, side: Side| {
            let of = self.account_markets.near(account, event.market);
            of.map_or(0, |of| {
                let own = self.account_markets.get(of);
                let receives = own.balances.map(|balances| balances.receives(side));
                receives.map_or(0, |slot| self.accounts.warm(slot)) ^ own.trades.warm()
            })
        };
        warm(event.maker.account, event.taker_side.opposite())
            ^ warm(event.taker.account, event.taker_side)
    }
}

impl Ahead<'_> {
    fn read_orders(&mut self) {
        for row in &self.orders {
            self.read ^= row.warm();
        }
        for (own, _) in &self.owners {
            self.read ^= own.warm();
        }
    }

    fn read_owners(&mut self) {
        for (own, _) in &self.owners {
            self.read ^= own.warm();
        }
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
