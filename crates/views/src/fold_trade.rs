//! The fold of a trade into history, and what ticks let go of.

use crate::candle_row::CandleTrade;
use crate::candles::Grown;
use crate::change::{Change, Changes, OrderChange};
use crate::interval::Interval;
use crate::limits::{
    EXPIRED_PER_TICK_MAX, FUNDINGS_PER_TICK_MAX, KEPT_NANOS, MARKETS_PER_TICK_MAX,
    RARE_ROWS_PER_TICK_MAX,
};
use crate::order_row::OrderRow;
use crate::rows::Slot;
use crate::ticker::LastTrade;
use crate::trades::{Fill, FillParty, public};
use crate::trail::Step;
use crate::views::Views;
use model::event::{Party, Traded};
use model::id::MarketId;
use model::time::Timestamp;

/// About so many trades that are gone stay in the list of an account, however many it had.
const LISTED_TOO_LONG: u64 = 64;

impl Views {
    /// Adds a trade to its market, to its two orders and to the lists of their accounts.
    pub(crate) fn keep_trade(
        &mut self,
        event: &Traded,
        maker: Slot<OrderRow>,
        taker: Slot<OrderRow>,
        changes: &mut impl Changes,
    ) {
        let (market, at) = (event.market, self.at);
        let filled = (event.trade, event.qty, event.quote);
        let maker_previous = self.orders.fill(maker, filled, at);
        self.orders.fill(taker, filled, at);
        let fill = Fill {
            price: event.price,
            qty: event.qty,
            at,
            taker_side: event.taker_side,
            maker: party(&event.maker),
            taker: party(&event.taker),
            maker_rebate: event.maker_rebate,
            maker_previous,
        };
        self.touch(market);
        let lots = (event.taker_side.opposite(), event.price, event.qty);
        self.remove_lots(market, lots, changes);
        let grown = self.add_to_market(event, fill, changes);
        changes.push(OrderChange::Traded(event.trade).of(
            event.maker.account,
            market,
            event.maker.order,
        ));
        changes.push(OrderChange::Traded(event.trade).of(
            event.taker.account,
            market,
            event.taker.order,
        ));
        if !self.orders.is_behind() {
            let owners = [maker, taker].map(|order| self.orders.get(order).of());
            let step = Step {
                number: event.trade.0,
                at,
            };
            let oldest = self.market_mut(market).trades.first();
            self.account_markets.list_trade(step, owners, oldest);
        }
        self.make_room_for_trade(market);
        self.make_room_for_candles(market, grown);
    }

    fn add_to_market(&mut self, event: &Traded, fill: Fill, changes: &mut impl Changes) -> Grown {
        let (id, at) = (event.market, self.at);
        let market = self.market_mut(id);
        market.trades.push(event.trade, fill);
        market.last_trade = Some(LastTrade {
            trade: event.trade,
            price: event.price,
            qty: event.qty,
            at,
        });
        market.average.add(event.price, event.qty, at);
        if let Some(aggregate) = market.aggregates.add(event, at) {
            changes.push(Change::Aggregate {
                market: id,
                aggregate,
            });
        }
        changes.push(Change::Trade {
            market: id,
            trade: public(event, at),
        });
        let trade = CandleTrade {
            trade: event.trade,
            price: event.price,
            qty: event.qty,
            taker_side: event.taker_side,
        };
        market.candles.add(&trade, at)
    }

    /// Counts a new trade of a market, and lets go of an old one when there are too many.
    pub(crate) fn make_room_for_trade(&mut self, market: MarketId) {
        if let Some(market) = self.trade_share.add(market) {
            self.forget_trade(market);
        }
    }

    fn make_room_for_candles(&mut self, market: MarketId, grown: Grown) {
        if grown.is_nothing() {
            return;
        }
        for interval in grown.intervals() {
            self.make_room_for_candle(market, interval);
        }
    }

    /// Counts a new stored candle of a market, and lets go of an old one when there are too many.
    pub(crate) fn make_room_for_candle(&mut self, market: MarketId, interval: Interval) {
        if let Some(market) = self.candle_shares[interval as usize].add(market) {
            self.forget_candle(market, interval);
        }
    }

    /// Lets go of the oldest trade of a market.
    fn forget_trade(&mut self, market: MarketId) {
        let view = self.market_mut(market);
        let Some((trade, fill)) = view.trades.pop() else {
            return;
        };
        let oldest = view.trades.first();
        view.aggregates.expire(oldest);
        self.trades_gone_until = self.trades_gone_until.max(Some(fill.at));
        // Lists let go of old trades when they need room. One that stopped growing meets this sooner the longer it is.
        if trade.0.is_multiple_of(LISTED_TOO_LONG) {
            for party in [fill.maker, fill.taker] {
                if let Some(own) = self.account_markets.find(party.account, market) {
                    let own = self.account_markets.get_mut(own);
                    own.trades.remove_before(oldest.0);
                }
            }
        }
        self.trade_share.remove(market);
    }

    /// Lets go of the oldest stored candle of a market.
    fn forget_candle(&mut self, market: MarketId, interval: Interval) {
        self.market_mut(market).candles.pop(interval);
        self.candle_shares[interval as usize].remove(market);
    }

    /// Lets go of what has grown old, as much as one tick may take.
    pub(crate) fn expire(&mut self) {
        let oldest = self.at.plus_nanos(-KEPT_NANOS);
        self.orders
            .expire(oldest, EXPIRED_PER_TICK_MAX, &mut self.account_markets);
        self.lists.expire(oldest, RARE_ROWS_PER_TICK_MAX);
        self.prevented_matches
            .expire(oldest, RARE_ROWS_PER_TICK_MAX);
        self.amendments.expire(oldest, RARE_ROWS_PER_TICK_MAX);
        for _ in 0..FUNDINGS_PER_TICK_MAX {
            self.expire_funding(oldest);
        }
        self.expire_markets(oldest);
    }

    /// Goes on with the market where the tick before stopped.
    fn expire_markets(&mut self, oldest: Timestamp) {
        let mut budget = EXPIRED_PER_TICK_MAX;
        for _ in 0..self.markets.len().min(MARKETS_PER_TICK_MAX) {
            let market = self.expiry_market;
            budget = self.expire_market(market, oldest, budget);
            if budget == 0 {
                return;
            }
            let next = usize::from(market.0) + 1;
            self.expiry_market = MarketId(if next < self.markets.len() {
                market.0 + 1
            } else {
                0
            });
        }
    }

    /// Lets go of at most `budget` old rows of a market; returns what is left of the budget.
    fn expire_market(&mut self, market: MarketId, oldest: Timestamp, budget: usize) -> usize {
        let mut budget = budget;
        let oldest_second = Interval::Second1.period(oldest);
        while 0 < budget && self.has_trade_before(market, oldest) {
            self.forget_trade(market);
            budget -= 1;
        }
        while 0 < budget && self.has_second_before(market, oldest_second) {
            self.forget_candle(market, Interval::Second1);
            budget -= 1;
        }
        let at = self.at;
        let view = self.market_mut(market);
        view.candles.roll(at);
        view.average.roll(at);
        budget
    }

    fn has_trade_before(&mut self, market: MarketId, oldest: Timestamp) -> bool {
        let trades = &self.market_mut(market).trades;
        trades.oldest_at().is_some_and(|at| at < oldest)
    }

    fn has_second_before(&mut self, market: MarketId, oldest: i64) -> bool {
        let candles = &self.market_mut(market).candles;
        candles
            .oldest(Interval::Second1)
            .is_some_and(|second| second < oldest)
    }
}

fn party(party: &Party) -> FillParty {
    FillParty {
        account: party.account,
        order: party.order,
        fee: party.fee,
    }
}
