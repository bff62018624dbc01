//! What people ask about orders and their own trades.

use crate::account_market::AccountMarket;
use crate::market::Market;
use crate::order::Order;
use crate::own_trade::{Liquidity, OwnTrade};
use crate::rows::Slot;
use crate::span::Span;
use crate::trail::{Step, Trail};
use crate::views::Views;
use model::id::{AccountId, MarketId, OrderId, TradeId};
use model::text::ClientOrderId;
use std::borrow::Cow;

impl Views {
    /// Returns an open order, or one that closed within the kept time.
    pub fn order(&self, market: MarketId, order: OrderId) -> Option<Order> {
        let slot = self.orders.find(market, order)?;
        Some(self.orders.read(self.orders.get(slot)))
    }

    /// Returns the order of the account that took this client id last.
    pub fn order_of(
        &self,
        account: AccountId,
        market: MarketId,
        client_id: ClientOrderId,
    ) -> Option<Order> {
        let slot = self.orders.find_named(account, market, client_id)?;
        Some(self.orders.read(self.orders.get(slot)))
    }

    /// Returns the open orders of an account in every market, by market and number.
    pub fn open_orders(&self, account: AccountId) -> Vec<Order> {
        let markets = self.account_markets.of(account);
        markets
            .into_iter()
            .flat_map(|own| self.orders.open_of(&own.orders))
            .map(|row| self.orders.read(row))
            .collect()
    }

    /// Returns the open orders of an account in one market, by number.
    pub fn open_orders_in(&self, account: AccountId, market: MarketId) -> Vec<Order> {
        let own = self.own(account, market).into_iter();
        own.flat_map(|own| self.orders.open_of(&own.row.orders))
            .map(|row| self.orders.read(row))
            .collect()
    }

    /// Returns the newest `count` orders of an account in a market, open or closed, by number.
    pub fn newest_orders(&self, account: AccountId, market: MarketId, count: usize) -> Vec<Order> {
        let Some(trail) = self.trail(account, market) else {
            return Vec::new();
        };
        self.orders_at(market, trail.newest(count))
    }

    /// Returns the first `count` kept orders with this number or a later one, by number.
    pub fn orders_from(
        &self,
        account: AccountId,
        market: MarketId,
        first: OrderId,
        count: usize,
    ) -> Vec<Order> {
        let Some(trail) = self.trail(account, market) else {
            return Vec::new();
        };
        self.orders_at(market, trail.from(first.0).take(count))
    }

    /// Returns the first `count` kept orders created within the span, by number.
    pub fn orders_within(
        &self,
        account: AccountId,
        market: MarketId,
        span: Span,
        count: usize,
    ) -> Vec<Order> {
        let Some(trail) = self.trail(account, market) else {
            return Vec::new();
        };
        self.orders_at(market, trail.within(span).take(count))
    }

    /// Returns the newest `count` fills of an account in a market, oldest first.
    pub fn newest_own_trades(
        &self,
        account: AccountId,
        market: MarketId,
        count: usize,
    ) -> Vec<OwnTrade> {
        let own = self.own(account, market).into_iter();
        let mut trades: Vec<OwnTrade> = own
            .flat_map(|own| own.sides(own.row.trades.newest(count)))
            .collect();
        // A trade of the account with itself counted twice.
        trades.drain(..trades.len().saturating_sub(count));
        trades
    }

    /// Returns the first `count` kept fills with this trade number or a later one.
    pub fn own_trades_from(
        &self,
        account: AccountId,
        market: MarketId,
        first: TradeId,
        count: usize,
    ) -> Vec<OwnTrade> {
        let own = self.own(account, market).into_iter();
        own.flat_map(|own| own.sides(own.row.trades.from(first.0)))
            .take(count)
            .collect()
    }

    /// Returns the first `count` kept fills within the span.
    pub fn own_trades_within(
        &self,
        account: AccountId,
        market: MarketId,
        span: Span,
        count: usize,
    ) -> Vec<OwnTrade> {
        let own = self.own(account, market).into_iter();
        own.flat_map(|own| own.sides(own.row.trades.within(span)))
            .take(count)
            .collect()
    }

    /// Returns the first `count` kept fills of one order, with this trade number or a later one.
    ///
    /// **Cost** O(fills of the order from that number on); for one that took after it had been met, O(fills of its
    /// account from that number on).
    pub fn fills(
        &self,
        market: MarketId,
        order: OrderId,
        first: TradeId,
        count: usize,
    ) -> Vec<OwnTrade> {
        let (Some(market_view), Some(slot)) =
            (self.market(market), self.orders.find(market, order))
        else {
            return Vec::new();
        };
        let row = self.orders.get(slot);
        let (mut fills, mut untold) = (Vec::new(), row.executed);
        let mut next = row.last_fill().filter(|trade| first <= *trade);
        while let Some(trade) = next
            && let Some(fill) = side_of(market_view, trade, order)
        {
            untold = untold.minus(fill.qty);
            fills.push(fill);
            let previous = market_view.trades.previous_fill(trade, order);
            next = previous.filter(|trade| first <= *trade);
            // Only an amended order takes after it rested; no fill leads from there to those before.
            let is_amended = previous.is_none() && fill.liquidity == Liquidity::Taker;
            if mutant::plant!("fills-before-an-amendment-lost", false, is_amended)
                && !untold.is_zero()
            {
                let earlier = self.fills_between(row.of(), (market_view, order), (first, trade));
                fills.extend(earlier.into_iter().rev());
            }
        }
        fills.reverse();
        fills.truncate(count);
        fills
    }

    /// Returns the kept fills of an order among those of its account, from one number up to another.
    fn fills_between(
        &self,
        of: Slot<AccountMarket>,
        (market, order): (&Market, OrderId),
        (first, end): (TradeId, TradeId),
    ) -> Vec<OwnTrade> {
        let steps = self.account_markets.get(of).trades.from(first.0);
        steps
            .take_while(|step| step.number < end.0)
            .map(|step| TradeId(step.number))
            .filter(|trade| market.trades.has(*trade, order))
            .filter_map(|trade| side_of(market, trade, order))
            .collect()
    }

    fn own(&self, account: AccountId, market: MarketId) -> Option<Own<'_>> {
        let slot = self.account_markets.find(account, market)?;
        Some(Own {
            row: self.account_markets.get(slot),
            market: self.market(market)?,
        })
    }

    /// Returns the orders of an account in a market.
    fn trail(&self, account: AccountId, market: MarketId) -> Option<Cow<'_, Trail>> {
        let slot = self.account_markets.find(account, market)?;
        let own = self.account_markets.get(slot);
        Some(self.orders.trail_of(&own.orders))
    }

    fn orders_at(&self, market: MarketId, steps: impl Iterator<Item = Step>) -> Vec<Order> {
        steps
            .filter_map(|step| self.order(market, OrderId(step.number)))
            .collect()
    }
}

/// An account in a market, as it reads its own.
#[derive(Clone, Copy)]
struct Own<'a> {
    row: &'a AccountMarket,
    market: &'a Market,
}

impl<'a> Own<'a> {
    /// Returns the account's side, or sides, of the trades of these numbers.
    fn sides(self, steps: impl Iterator<Item = Step> + 'a) -> impl Iterator<Item = OwnTrade> + 'a {
        steps
            .flat_map(move |step| self.sides_of(TradeId(step.number)))
            .flatten()
    }

    fn sides_of(&self, trade: TradeId) -> [Option<OwnTrade>; 2] {
        let Some(fill) = self.market.trades.get(trade) else {
            return [None; 2];
        };
        let (account, instrument) = (self.row.account, &self.market.instrument);
        [
            (fill.maker.account == account).then(|| OwnTrade::of_maker(trade, fill, instrument)),
            (fill.taker.account == account).then(|| OwnTrade::of_taker(trade, fill, instrument)),
        ]
    }
}

/// Returns one order's side of a kept trade.
fn side_of(market: &Market, trade: TradeId, order: OrderId) -> Option<OwnTrade> {
    let fill = market.trades.get(trade)?;
    let instrument = &market.instrument;
    Some(if fill.maker.order == order {
        OwnTrade::of_maker(trade, fill, instrument)
    } else {
        OwnTrade::of_taker(trade, fill, instrument)
    })
}
