//! What an order does when it starts: each of its meetings, then its rest or its end.

use super::matching::{Step, Walk};
use super::orders::{Decision, amount, hold, paid_asset, qty, ticks};
use super::{Iceberg, Incoming, Market, Naive, Order};
use model::event::{Event, MatchPrevented, OrderClosed, Party, Traded};
use model::id::{AccountId, MarketId, OrderId, PreventedMatchId, TradeId};
use model::number::{Amount, Price, Qty};
use model::order::{CloseReason, Side};

const WHOLE_PPB: i128 = 1_000_000_000;

/// An order while it takes, and what it still holds.
struct Taker<'a> {
    market: MarketId,
    id: u64,
    order: &'a Incoming,
    held: i128,
}

impl Naive {
    /// Lets an order do what was decided; its hold is taken already.
    pub(super) fn carry_out(
        &mut self,
        id: MarketId,
        incoming: &Incoming,
        order: u64,
        decision: &Decision,
        events: &mut Vec<Event>,
    ) {
        let mut taker = Taker {
            market: id,
            id: order,
            order: incoming,
            held: decision.hold,
        };
        for step in &decision.walk.steps {
            match *step {
                Step::Fill { maker, lots } => self.fill(&mut taker, maker, lots, events),
                Step::Prevented {
                    maker,
                    maker_lots,
                    taker_lots,
                } => self.prevent(&mut taker, maker, [maker_lots, taker_lots], events),
            }
        }
        match decision.end {
            Some(reason) => self.expire(&taker, reason, events),
            None => self.rest(&taker, &decision.walk, events),
        }
    }

    fn expire(&mut self, taker: &Taker<'_>, reason: CloseReason, events: &mut Vec<Event>) {
        let paid = paid_asset(&self.markets[usize::from(taker.market.0)], taker.order.side);
        self.change(taker.order.account, paid, taker.held, -taker.held);
        let closed = OrderClosed {
            market: taker.market,
            order: OrderId(taker.id),
            account: taker.order.account,
            side: taker.order.side,
            reason,
            unbooked: Qty::ZERO,
            price: taker.order.kind.price(),
            release: amount(taker.held),
        };
        self.push_end(closed, events);
    }

    fn rest(&mut self, taker: &Taker<'_>, walk: &Walk, events: &mut Vec<Event>) {
        let (id, incoming) = (taker.market, taker.order);
        let price = incoming.kind.price().map_or(0, Price::ticks);
        let iceberg = incoming.instructions.iceberg.map(|shown_max| Iceberg {
            shown_max: shown_max.lots(),
            shown: shown_max.lots().min(walk.left),
        });
        let row = Order {
            id: taker.id,
            account: incoming.account,
            group: incoming.group,
            client_id: incoming.client_id,
            side: incoming.side,
            price,
            original: incoming.kind.qty().map_or(0, Qty::lots),
            executed: walk.filled,
            open: walk.left,
            hold: taker.held,
            iceberg,
            amendments: 0,
            kind: incoming.kind,
            self_trade: incoming.self_trade,
        };
        self.markets[usize::from(id.0)].orders.push(row);
        events.push(Event::OrderRested {
            market: id,
            order: OrderId(taker.id),
            account: incoming.account,
            side: incoming.side,
            price: ticks(price),
            qty: qty(row.shown()),
        });
    }

    fn fill(&mut self, taker: &mut Taker<'_>, maker: u64, lots: i64, events: &mut Vec<Event>) {
        self.end_other_leg(taker.market, maker, events);
        let second = self.second();
        let market = &mut self.markets[usize::from(taker.market.0)];
        let maker = *market.resting_mut(maker);
        let quote = hold(market, Side::Buy, maker.price, lots);
        let base = hold(market, Side::Sell, maker.price, lots);
        let limit_value = taker
            .order
            .kind
            .price()
            .map_or(quote, |limit| hold(market, Side::Buy, limit.ticks(), lots));
        let release = if taker.order.side == Side::Buy {
            limit_value - quote
        } else {
            0
        };
        market.last_trade += 1;
        market.last_price = Some(maker.price);
        market.trades.push((second, maker.price, lots));
        let trade = TradeId(market.last_trade);
        let (base_asset, quote_asset) = (market.instrument.base, market.instrument.quote);
        let fees = self.fees(taker, maker.account, [base, quote]);
        let [taker_fee, maker_fee, rebate] = fees;
        let account = taker.order.account;
        if taker.order.side == Side::Buy {
            taker.held -= quote + release;
            self.change(account, quote_asset, release, -quote - release);
            self.change(account, base_asset, base - taker_fee, 0);
            self.change(maker.account, base_asset, rebate, -base);
            self.change(maker.account, quote_asset, quote - maker_fee, 0);
        } else {
            taker.held -= base;
            self.change(account, base_asset, 0, -base);
            self.change(account, quote_asset, quote - taker_fee, 0);
            self.change(maker.account, quote_asset, rebate, -quote);
            self.change(maker.account, base_asset, base - maker_fee, 0);
        }
        let party = |account, order, fee| Party {
            account,
            order: OrderId(order),
            fee: amount(fee),
        };
        events.push(Event::Traded(Traded {
            market: taker.market,
            trade,
            price: ticks(maker.price),
            qty: qty(lots),
            quote: amount(quote),
            base: amount(base),
            taker_side: taker.order.side,
            maker: party(maker.account, maker.id, maker_fee),
            taker: party(account, taker.id, taker_fee),
            maker_rebate: amount(rebate),
            buyer_release: amount(release),
        }));
        self.show_trade(taker.market, maker.price);
        let market = &mut self.markets[usize::from(taker.market.0)];
        market.resting_mut(maker.id).executed += lots;
        self.take_from(taker.market, maker.id, lots, CloseReason::Filled, events);
    }

    /// Returns the taker's fee, the maker's fee and the maker's rebate of a fill worth this base and quote.
    fn fees(&self, taker: &Taker<'_>, maker: AccountId, [base, quote]: [i128; 2]) -> [i128; 3] {
        let fees = self.markets[usize::from(taker.market.0)].terms.fees;
        let tier = |id| self.account(id).expect("who trades has an account").tier;
        let taker_rate = fees[usize::from(tier(taker.order.account).row())]
            .taker
            .ppb();
        let maker_rate = fees[usize::from(tier(maker).row())].maker.ppb();
        let (taker_gets, maker_gets) = if taker.order.side == Side::Buy {
            (base, quote)
        } else {
            (quote, base)
        };
        let taker_fee = ceil_share(taker_gets, taker_rate);
        if 0 <= maker_rate {
            return [taker_fee, ceil_share(maker_gets, maker_rate), 0];
        }
        let rebate = taker_gets * i128::from(-maker_rate) / WHOLE_PPB;
        [taker_fee, 0, rebate.min(taker_fee)]
    }

    fn prevent(
        &mut self,
        taker: &mut Taker<'_>,
        maker: u64,
        [maker_lots, taker_lots]: [i64; 2],
        events: &mut Vec<Event>,
    ) {
        if 0 < maker_lots {
            self.end_other_leg(taker.market, maker, events);
        }
        let market = &mut self.markets[usize::from(taker.market.0)];
        let maker = *market.resting_mut(maker);
        if maker.shown() < maker_lots {
            show_all(taker.market, market, maker.id, events);
        }
        market.last_prevented += 1;
        let prevented = PreventedMatchId(market.last_prevented);
        let maker_release = hold(market, maker.side, maker.price, maker_lots);
        let taker_release = match (taker.order.side, taker.order.kind.price()) {
            (Side::Buy, Some(limit)) => hold(market, Side::Buy, limit.ticks(), taker_lots),
            (Side::Buy, None) => 0,
            (Side::Sell, _) => hold(market, Side::Sell, maker.price, taker_lots),
        };
        let maker_asset = paid_asset(market, maker.side);
        let taker_asset = paid_asset(market, taker.order.side);
        let account = taker.order.account;
        self.change(maker.account, maker_asset, maker_release, -maker_release);
        self.change(account, taker_asset, taker_release, -taker_release);
        taker.held -= taker_release;
        events.push(Event::MatchPrevented(MatchPrevented {
            market: taker.market,
            prevented,
            mode: taker.order.self_trade,
            price: ticks(maker.price),
            maker_account: maker.account,
            maker_order: OrderId(maker.id),
            taker_account: account,
            taker_order: OrderId(taker.id),
            taker_side: taker.order.side,
            maker_qty: qty(maker_lots),
            taker_qty: qty(taker_lots),
            maker_release: amount(maker_release),
            taker_release: amount(taker_release),
        }));
        self.take_from(
            taker.market,
            maker.id,
            maker_lots,
            CloseReason::SelfTrade,
            events,
        );
    }

    /// Takes lots off a maker: it stays, shows more of itself at the end of the queue, or ends.
    fn take_from(
        &mut self,
        id: MarketId,
        maker: u64,
        lots: i64,
        reason: CloseReason,
        events: &mut Vec<Event>,
    ) {
        let market = &mut self.markets[usize::from(id.0)];
        let mut row = *market.resting_mut(maker);
        row.hold -= hold(market, row.side, row.price, lots);
        let shown_anew = row.take(lots);
        *market.resting_mut(maker) = row;
        if row.open == 0 {
            market.orders.retain(|other| other.id != maker);
            let closed = OrderClosed {
                market: id,
                order: OrderId(maker),
                account: row.account,
                side: row.side,
                reason,
                unbooked: Qty::ZERO,
                price: Some(ticks(row.price)),
                release: Amount::ZERO,
            };
            self.push_end(closed, events);
        } else if 0 < shown_anew {
            market.orders.retain(|other| other.id != maker);
            market.orders.push(row);
            events.push(refilled(id, &row, shown_anew));
        }
    }
}

/// Shows all that an iceberg had hidden, before all of it is prevented.
fn show_all(id: MarketId, market: &mut Market, order: u64, events: &mut Vec<Event>) {
    let row = market.resting_mut(order);
    let hidden = row.open - row.shown();
    row.iceberg = row.iceberg.map(|iceberg| Iceberg {
        shown: row.open,
        ..iceberg
    });
    events.push(refilled(id, row, hidden));
}

fn refilled(market: MarketId, order: &Order, lots: i64) -> Event {
    Event::OrderRefilled {
        market,
        order: OrderId(order.id),
        account: order.account,
        side: order.side,
        price: ticks(order.price),
        qty: qty(lots),
    }
}

impl Market {
    /// # Panics
    /// When the order is not on the book.
    pub(super) fn resting_mut(&mut self, order: u64) -> &mut Order {
        self.orders
            .iter_mut()
            .find(|row| row.id == order)
            .expect("an order on this book")
    }
}

fn ceil_share(units: i128, rate_ppb: i64) -> i128 {
    (units * i128::from(rate_ppb) + WHOLE_PPB - 1) / WHOLE_PPB
}
