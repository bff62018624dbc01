//! The same answers, worked out the slow way from the list of all events.

use crate::naive_rare::NaiveRare;
use model::event::{Event, OrderAccepted, Published, Traded};
use model::id::{AccountId, MarketId, OrderId, Sequence, TradeId};
use model::number::{Price, Qty};
use model::order::{Condition, Instructions, Side};
use model::text::ClientOrderId;
use model::time::{NANOS_PER_DAY, NANOS_PER_SECOND, Timestamp};
use std::collections::BTreeMap;
use views::aggregate::{AggregateId, AggregateTrade};
use views::candle::CandleRange;
use views::depth::Level;
use views::interval::Interval;
use views::limits::Limits;
use views::order::{Instructed, Order, Stage};
use views::own_trade::{Liquidity, OwnTrade};

pub struct Naive {
    limits: Limits,
    pub orders: BTreeMap<(MarketId, OrderId), Order>,
    /// Closed orders that are kept, in the order they closed.
    pub closed: Vec<(MarketId, OrderId)>,
    /// Who took which client id, in order.
    names: Vec<(AccountId, MarketId, ClientOrderId, OrderId)>,
    /// What each order has on the book.
    booked: BTreeMap<(MarketId, OrderId), (Side, Price, i128)>,
    /// Every trade there ever was.
    pub trades: Vec<NaiveTrade>,
    /// The first trade of each market that is kept.
    pub first_kept: BTreeMap<MarketId, TradeId>,
    /// The seconds with trades whose candles are kept.
    seconds: BTreeMap<MarketId, Vec<i64>>,
    /// Lists, prevented matches and amendments.
    pub rare: NaiveRare,
}

#[derive(Clone, Copy)]
pub struct NaiveTrade {
    pub sequence: Sequence,
    pub at: Timestamp,
    pub event: Traded,
}

/// A period with trades, or one that is filled in between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NaiveCandle {
    pub period: i64,
    pub prices: [Price; 4],
    pub base_units: i128,
    pub quote_units: i128,
    pub taker_buy_base_units: i128,
    pub taker_buy_quote_units: i128,
    pub trades: Option<(TradeId, TradeId)>,
}

impl Naive {
    pub fn new(limits: Limits) -> Naive {
        Naive {
            limits,
            orders: BTreeMap::new(),
            closed: Vec::new(),
            names: Vec::new(),
            booked: BTreeMap::new(),
            trades: Vec::new(),
            first_kept: BTreeMap::new(),
            seconds: BTreeMap::new(),
            rare: NaiveRare::new(limits),
        }
    }

    pub fn fold(&mut self, published: &Published) {
        let at = published.at;
        self.rare.fold(published, &self.orders);
        self.fold_instructed(published);
        match published.event {
            Event::OrderAccepted(event) => self.accept(&event, at),
            Event::OrderRested {
                market,
                order,
                side,
                price,
                qty,
                ..
            } => {
                let lots = i128::from(qty.lots());
                self.booked.insert((market, order), (side, price, lots));
                self.order(market, order).updated_at = at;
            }
            Event::Traded(event) => self.trade(published.sequence, &event, at),
            Event::MatchPrevented(event) => {
                self.unbook(event.market, event.maker_order, event.maker_qty);
                for (order, qty) in [
                    (event.maker_order, event.maker_qty),
                    (event.taker_order, event.taker_qty),
                ] {
                    let order = self.order(event.market, order);
                    order.prevented = order.prevented.plus(qty);
                    order.prevented_match = Some(event.prevented);
                    order.updated_at = at;
                }
            }
            Event::OrderAmended(event) => {
                self.unbook(event.market, event.order, event.reduced);
                let order = self.order(event.market, event.order);
                order.original = event.qty;
                order.updated_at = at;
                order.client_id = event.client_id;
                if event.client_id != event.previous_client_id {
                    let name = (event.account, event.market, event.client_id, event.order);
                    self.names.push(name);
                }
            }
            Event::OrderRequeued(ref event) => {
                let key = (event.market, event.order);
                let before = self.booked.remove(&key);
                let lots = i128::from(event.unbooked.lots());
                assert_eq!(before, Some((event.side, event.previous_price, lots)));
                let order = self.order(event.market, event.order);
                assert_eq!(order.original, event.previous_qty);
                order.original = event.qty;
                order.kind = order.kind.at(event.price);
                order.updated_at = at;
                order.client_id = event.client_id;
                if event.client_id != event.previous_client_id {
                    let name = (event.account, event.market, event.client_id, event.order);
                    self.names.push(name);
                }
            }
            Event::OrderClosed(event) => {
                let key = (event.market, event.order);
                let left = self.booked.remove(&key).map_or(0, |(_, _, lots)| lots);
                assert_eq!(left, i128::from(event.unbooked.lots()));
                let order = self.order(event.market, event.order);
                order.closed = Some(event.reason);
                order.updated_at = at;
                self.closed.push(key);
                self.limit_closed(key);
            }
            Event::Ticked => self.expire(at),
            _ => (),
        }
    }

    fn fold_instructed(&mut self, published: &Published) {
        let at = published.at;
        match published.event {
            Event::OrderInstructed(event) => {
                let order = self.order(event.market, event.order);
                order.instructed = Some(Instructed {
                    instructions: event.instructions,
                    list: order.instructed.and_then(|leg| leg.list),
                    stage: match event.is_pending {
                        true => Stage::Pending,
                        false => stage_of(&event.instructions),
                    },
                    trailing_since: None,
                });
                if instructed(order).stage != Stage::Working {
                    order.working_at = None;
                }
            }
            Event::OrderTriggered(event) => {
                let order = self.order(event.market, event.order);
                order.updated_at = at;
                order.working_at = Some(at);
                instructed(order).stage = Stage::Working;
            }
            Event::WaitingAmended(ref event) => {
                let order = self.order(event.market, event.order);
                order.updated_at = at;
                order.original = event.kind.qty().expect("it names its lots");
                order.kind = event
                    .kind
                    .price()
                    .map_or(order.kind, |price| order.kind.at(price));
                order.client_id = event.client_id;
                let trigger = &mut instructed(order).instructions.trigger;
                if let (Some(trigger), Some(condition)) = (trigger, event.awaited.0) {
                    trigger.condition = condition;
                }
                if event.client_id != event.previous_client_id {
                    let name = (event.account, event.market, event.client_id, event.order);
                    self.names.push(name);
                }
            }
            Event::IcebergAmended {
                market,
                order,
                shown,
                ..
            } => {
                let order = self.order(market, order);
                instructed(order).instructions.iceberg = Some(shown);
            }
            Event::OrderActivated(event) => {
                let order = self.order(event.market, event.order);
                order.updated_at = at;
                let instructed = instructed(order);
                instructed.stage = stage_of(&instructed.instructions);
                if instructed.stage == Stage::Working {
                    order.working_at = Some(at);
                }
            }
            Event::OrderRefilled {
                market, order, qty, ..
            } => {
                let (_, _, lots) = self
                    .booked
                    .get_mut(&(market, order))
                    .expect("an iceberg rests before it refills");
                *lots += i128::from(qty.lots());
            }
            _ => (),
        }
    }

    fn order(&mut self, market: MarketId, order: OrderId) -> &mut Order {
        self.orders
            .get_mut(&(market, order))
            .expect("an order is accepted before anything happens to it")
    }

    fn accept(&mut self, event: &OrderAccepted, at: Timestamp) {
        let order = Order {
            market: event.market,
            order: event.order,
            account: event.account,
            client_id: event.client_id,
            side: event.side,
            kind: event.kind,
            self_trade: event.self_trade,
            original: event.kind.qty().unwrap_or(Qty::ZERO),
            executed: Qty::ZERO,
            prevented: Qty::ZERO,
            quote_units: 0,
            created_at: at,
            updated_at: at,
            working_at: Some(at),
            prevented_match: None,
            closed: None,
            instructed: self
                .rare
                .list_of_leg(event.market, event.order)
                .map(|list| Instructed {
                    instructions: Instructions::NONE,
                    list: Some(list),
                    stage: Stage::Working,
                    trailing_since: None,
                }),
        };
        self.orders.insert((event.market, event.order), order);
        let name = (event.account, event.market, event.client_id, event.order);
        self.names.push(name);
    }

    fn unbook(&mut self, market: MarketId, order: OrderId, qty: Qty) {
        if let Some((_, _, lots)) = self.booked.get_mut(&(market, order)) {
            *lots -= i128::from(qty.lots());
        }
    }

    fn begin_trails(&mut self, event: &Traded, since: (Sequence, Timestamp)) {
        let orders = self.orders.values_mut();
        for order in orders.filter(|order| order.market == event.market && order.closed.is_none()) {
            let side = order.side;
            let Some(instructed) = &mut order.instructed else {
                continue;
            };
            let Some(trigger) = instructed.instructions.trigger else {
                continue;
            };
            let begins = match trigger.condition {
                Condition::Stop { .. } => false,
                Condition::Trail { .. } => true,
                Condition::TrailFrom { activation, .. } => {
                    trigger.direction(side).is_met(activation, event.price)
                }
            };
            if begins && instructed.stage == Stage::Waiting && instructed.trailing_since.is_none() {
                instructed.trailing_since = Some(since);
            }
        }
    }

    fn trade(&mut self, sequence: Sequence, event: &Traded, at: Timestamp) {
        self.unbook(event.market, event.maker.order, event.qty);
        self.begin_trails(event, (sequence, at));
        for party in [event.maker, event.taker] {
            let order = self.order(event.market, party.order);
            order.executed = order.executed.plus(event.qty);
            order.quote_units += event.quote.units();
            order.updated_at = at;
        }
        self.trades.push(NaiveTrade {
            sequence,
            at,
            event: *event,
        });
        self.first_kept.entry(event.market).or_insert(TradeId(1));
        let seconds = self.seconds.entry(event.market).or_default();
        if seconds.last() != Some(&at.seconds()) {
            seconds.push(at.seconds());
        }
        self.limit_trades(event.market);
    }

    /// The market that trades gives up its oldest trade while it has another; else the fullest market does.
    fn limit_trades(&mut self, market: MarketId) {
        let kept = |naive: &Naive, market: MarketId| naive.kept_trades(market).count();
        let markets: Vec<MarketId> = self.first_kept.keys().copied().collect();
        let total: usize = markets.iter().map(|market| kept(self, *market)).sum();
        if total <= self.limits.trades_max {
            return;
        }
        let fullest = markets.into_iter().rev().max_by_key(|it| kept(self, *it));
        let giver = if 1 < kept(self, market) {
            Some(market)
        } else {
            fullest
        };
        if let Some(first) = giver.and_then(|market| self.first_kept.get_mut(&market)) {
            first.0 += 1;
        }
    }

    fn limit_closed(&mut self, (market, order): (MarketId, OrderId)) {
        if self.closed.len() <= self.limits.closed_orders_max {
            return;
        }
        let account = self.orders[&(market, order)].account;
        let is_own = |naive: &Naive, key: &(MarketId, OrderId)| {
            key.0 == market && naive.orders[key].account == account
        };
        let own = self.closed.iter().filter(|key| is_own(self, key)).count();
        let giver = if self.limits.closed_orders_share < own {
            self.closed.iter().position(|key| is_own(self, key))
        } else {
            Some(0)
        };
        if let Some(index) = giver {
            let key = self.closed.remove(index);
            self.orders.remove(&key);
        }
    }

    fn expire(&mut self, at: Timestamp) {
        let oldest = at.plus_nanos(-NANOS_PER_DAY);
        let orders = &mut self.orders;
        self.closed.retain(|key| {
            let is_kept = oldest <= orders[key].updated_at;
            if !is_kept {
                orders.remove(key);
            }
            is_kept
        });
        for (market, first) in &mut self.first_kept {
            let old = self
                .trades
                .iter()
                .filter(|trade| trade.event.market == *market && trade.at < oldest);
            let next = old.map(|trade| trade.event.trade.0 + 1).max();
            first.0 = first.0.max(next.unwrap_or(0));
        }
        for seconds in self.seconds.values_mut() {
            let last = seconds.last().copied();
            seconds.retain(|second| oldest.seconds() <= *second || Some(*second) == last);
        }
    }

    pub fn trades_of(&self, market: MarketId) -> impl Iterator<Item = &NaiveTrade> {
        self.trades
            .iter()
            .filter(move |trade| trade.event.market == market)
    }

    pub fn kept_trades(&self, market: MarketId) -> impl Iterator<Item = &NaiveTrade> {
        let first = self.first_kept.get(&market).copied();
        self.trades_of(market)
            .filter(move |trade| first.is_some_and(|first| first <= trade.event.trade))
    }

    /// Groups fills of one taker at one price in one command; an aggregate is kept while any of its trades is.
    pub fn aggregates(&self, market: MarketId) -> Vec<AggregateTrade> {
        let trades: Vec<&NaiveTrade> = self.trades_of(market).collect();
        let groups = trades.chunk_by(|a, b| {
            a.sequence == b.sequence
                && a.event.taker.order == b.event.taker.order
                && a.event.price == b.event.price
        });
        let first_kept = self.first_kept.get(&market).copied();
        groups
            .zip(1..)
            .map(|(group, number)| AggregateTrade {
                aggregate: AggregateId(number),
                price: group[0].event.price,
                qty: qty_of(group),
                first: group[0].event.trade,
                last: group[group.len() - 1].event.trade,
                at: group[0].at,
                taker_side: group[0].event.taker_side,
            })
            .filter(|aggregate| first_kept.is_some_and(|first| first <= aggregate.last))
            .collect()
    }

    /// Returns the levels of a side, best first, added up from the orders on the book.
    pub fn levels(&self, market: MarketId, side: Side) -> Vec<Level> {
        let mut levels = BTreeMap::new();
        for ((of, _), (on, price, lots)) in &self.booked {
            if *of == market && *on == side && *lots != 0 {
                *levels.entry(*price).or_insert(0) += *lots;
            }
        }
        let mut levels: Vec<Level> = levels
            .into_iter()
            .map(|(price, lots)| Level { price, lots })
            .collect();
        if side == Side::Buy {
            levels.reverse();
        }
        levels
    }

    pub fn orders_of(&self, account: AccountId, market: MarketId) -> Vec<Order> {
        let is_own = |order: &&Order| order.account == account && order.market == market;
        self.orders.values().filter(is_own).copied().collect()
    }

    /// Returns the order that took a name last, unless it gave the name up or is gone.
    pub fn named(
        &self,
        account: AccountId,
        market: MarketId,
        client_id: ClientOrderId,
    ) -> Option<Order> {
        let is_name = |name: &&(AccountId, MarketId, ClientOrderId, OrderId)| {
            (name.0, name.1, name.2) == (account, market, client_id)
        };
        let (.., order) = self.names.iter().rev().find(is_name)?;
        let order = self.orders.get(&(market, *order))?;
        (order.client_id == client_id).then_some(*order)
    }

    pub fn own_trades(&self, account: AccountId, market: MarketId) -> Vec<OwnTrade> {
        let mut own = Vec::new();
        for trade in self.kept_trades(market) {
            let event = &trade.event;
            for liquidity in [Liquidity::Maker, Liquidity::Taker] {
                let party = match liquidity {
                    Liquidity::Maker => event.maker,
                    Liquidity::Taker => event.taker,
                };
                if party.account == account {
                    own.push(own_trade(trade, liquidity));
                }
            }
        }
        own
    }

    /// Returns the candles asked for by going through every trade.
    pub fn candles(
        &self,
        market: MarketId,
        interval: Interval,
        range: &CandleRange,
        at: Timestamp,
    ) -> Vec<NaiveCandle> {
        let mut with_trades: BTreeMap<i64, Vec<&NaiveTrade>> = BTreeMap::new();
        for trade in self.trades_of(market) {
            let is_dropped = interval == Interval::Second1
                && !self.seconds[&market].contains(&trade.at.seconds());
            if !is_dropped {
                let period = interval.period(trade.at);
                with_trades.entry(period).or_default().push(trade);
            }
        }
        let Some(oldest) = with_trades.keys().next().copied() else {
            return Vec::new();
        };
        let mut all = Vec::new();
        let mut close = None;
        for period in oldest..=interval.period(at) {
            let candle = match with_trades.get(&period) {
                Some(trades) => candle_of(period, trades),
                None => flat(period, close.expect("the first period has trades")),
            };
            close = Some(candle.prices[3]);
            all.push(candle);
        }
        all.retain(|candle| {
            let opens = interval.opens(candle.period);
            range.from.is_none_or(|from| from <= opens)
                && range.until.is_none_or(|until| opens <= until)
        });
        if range.from.is_some() {
            all.truncate(range.count);
        } else {
            all.drain(..all.len().saturating_sub(range.count));
        }
        all
    }

    /// Returns the trades of the last 24 hours from a full minute on, and the price before them.
    pub fn day(&self, market: MarketId, at: Timestamp) -> (Vec<&NaiveTrade>, Option<Price>) {
        let minute = at
            .plus_nanos(-NANOS_PER_DAY)
            .nanos()
            .div_euclid(60 * NANOS_PER_SECOND);
        let opens = Timestamp::from_nanos(minute * 60 * NANOS_PER_SECOND);
        let before = self.trades_of(market).filter(|trade| trade.at < opens);
        let previous = before.last().map(|trade| trade.event.price);
        let inside = self.trades_of(market).filter(|trade| opens <= trade.at);
        (inside.collect(), previous)
    }

    /// Returns value and quantity, in ticks and lots, of the last 300 seconds.
    pub fn average(&self, market: MarketId, at: Timestamp) -> Option<(i128, i128)> {
        let recent = self
            .trades_of(market)
            .filter(|trade| at.seconds() - 300 < trade.at.seconds());
        let (mut value, mut lots) = (0, 0);
        for trade in recent {
            let qty = i128::from(trade.event.qty.lots());
            value += qty * i128::from(trade.event.price.ticks());
            lots += qty;
        }
        (0 < lots).then_some((value, lots))
    }
}

fn qty_of(trades: &[&NaiveTrade]) -> Qty {
    let sum = trades.iter().map(|trade| trade.event.qty);
    sum.fold(Qty::ZERO, Qty::plus)
}

fn own_trade(trade: &NaiveTrade, liquidity: Liquidity) -> OwnTrade {
    let event = &trade.event;
    let (party, side, rebate) = match liquidity {
        Liquidity::Maker => (event.maker, event.taker_side.opposite(), event.maker_rebate),
        Liquidity::Taker => (event.taker, event.taker_side, model::number::Amount::ZERO),
    };
    let (base, quote) = crate::questions::assets_of(event.market);
    let (fee_asset, rebate_asset) = match side {
        Side::Buy => (base, quote),
        Side::Sell => (quote, base),
    };
    OwnTrade {
        trade: event.trade,
        order: party.order,
        side,
        liquidity,
        price: event.price,
        qty: event.qty,
        quote: event.quote,
        fee: party.fee,
        fee_asset,
        rebate,
        rebate_asset,
        at: trade.at,
    }
}

fn candle_of(period: i64, trades: &[&NaiveTrade]) -> NaiveCandle {
    let prices = || trades.iter().map(|trade| trade.event.price);
    let sum = |of: fn(&Traded) -> i128| trades.iter().map(|trade| of(&trade.event)).sum();
    let (first, last) = (trades[0].event, trades[trades.len() - 1].event);
    NaiveCandle {
        period,
        prices: [
            first.price,
            prices().max().unwrap_or(first.price),
            prices().min().unwrap_or(first.price),
            last.price,
        ],
        base_units: sum(|event| event.base.units()),
        quote_units: sum(|event| event.quote.units()),
        taker_buy_base_units: sum(|event| match event.taker_side {
            Side::Buy => event.base.units(),
            Side::Sell => 0,
        }),
        taker_buy_quote_units: sum(|event| match event.taker_side {
            Side::Buy => event.quote.units(),
            Side::Sell => 0,
        }),
        trades: Some((first.trade, last.trade)),
    }
}

fn flat(period: i64, close: Price) -> NaiveCandle {
    NaiveCandle {
        period,
        prices: [close; 4],
        base_units: 0,
        quote_units: 0,
        taker_buy_base_units: 0,
        taker_buy_quote_units: 0,
        trades: None,
    }
}

fn stage_of(instructions: &Instructions) -> Stage {
    match instructions.trigger {
        Some(_) => Stage::Waiting,
        None => Stage::Working,
    }
}

fn instructed(order: &mut Order) -> &mut Instructed {
    order.instructed.as_mut().expect("it has instructions")
}
