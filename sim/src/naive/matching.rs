//! Who meets whom, and what a meeting costs.

use super::orders::{amount, hold, qty, ticks};
use super::{Incoming, Market, Naive, Order};
use model::event::{Event, MatchPrevented, OrderClosed, Party, Traded};
use model::id::{AccountId, MarketId, OrderId, PreventedMatchId, TradeId};
use model::instrument::Band;
use model::number::{Amount, Qty};
use model::order::{CloseReason, SelfTradeMode, Side};

const WHOLE_PPB: i128 = 1_000_000_000;
const WHOLE_PPM: i128 = 1_000_000;
const AVERAGE_SECONDS: i64 = 300;

/// One meeting of a taker with a resting order.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    Fill {
        maker: u64,
        lots: i64,
    },
    Prevented {
        maker: u64,
        maker_lots: i64,
        taker_lots: i64,
    },
}

/// All meetings of a taker.
#[derive(Clone, Debug)]
pub struct Walk {
    pub steps: Vec<Step>,
    pub filled: i64,
    pub left: i64,
    /// The taker's own prevention took its last lots.
    pub was_prevented_last: bool,
    /// The next maker is within the limit and outside the execution band.
    pub met_the_band: bool,
    /// Sum of ticks × lots filled.
    tick_lots: i128,
}

/// How many lots a quote amount finds.
pub struct Search {
    pub found: i64,
    pub end: CloseReason,
    /// Not even the best price lies inside the execution band.
    pub is_outside_band: bool,
}

impl Search {
    const NOTHING: Search = Search {
        found: 0,
        end: CloseReason::InsufficientLiquidity,
        is_outside_band: false,
    };
}

impl Walk {
    pub fn nothing(left: i64) -> Walk {
        Walk {
            steps: Vec::new(),
            filled: 0,
            left,
            was_prevented_last: false,
            met_the_band: false,
            tick_lots: 0,
        }
    }

    /// Returns what the fills cost, in quote units.
    pub fn value(&self, market: &Market) -> i128 {
        self.tick_lots * i128::from(market.instrument.quote_per_tick_lot)
    }
}

impl Naive {
    /// Returns the average of the last five minutes, else the last price, as a fraction of ticks.
    pub(super) fn reference(&self, market: &Market) -> Option<(i128, i128)> {
        let oldest = self.second() - AVERAGE_SECONDS + 1;
        let recent = market
            .trades
            .iter()
            .filter(|(second, _, _)| oldest <= *second);
        let (value, lots) = recent.fold((0, 0), |(value, lots), (_, price, traded)| {
            (
                value + i128::from(*price) * i128::from(*traded),
                lots + i128::from(*traded),
            )
        });
        if 0 < lots {
            Some((value, lots))
        } else {
            market.last_price.map(|price| (i128::from(price), 1))
        }
    }

    pub(super) fn is_in_band(&self, market: &Market, price: i64, band: &Band) -> bool {
        let Some((value, lots)) = self.reference(market) else {
            return true;
        };
        let asked = i128::from(price) * lots * WHOLE_PPM;
        value * i128::from(band.down.ppm()) <= asked && asked <= value * i128::from(band.up.ppm())
    }

    /// Returns whom a taker meets: best price first, oldest first, within its limit and the execution band.
    pub(super) fn walk(&self, market: &Market, taker: &Incoming, limit: i64, lots: i64) -> Walk {
        let mut walk = Walk::nothing(lots);
        let mut makers = makers(market, taker.side, limit);
        while 0 < walk.left && !makers.is_empty() {
            let maker = makers.remove(0);
            if !self.is_in_band(market, maker.price, &market.terms.execution_band) {
                walk.met_the_band = true;
                break;
            }
            walk.was_prevented_last = false;
            if maker.group == taker.group && taker.self_trade != SelfTradeMode::None {
                prevent(&mut walk, &maker, taker.self_trade);
                continue;
            }
            let traded = walk.left.min(maker.open);
            walk.steps.push(Step::Fill {
                maker: maker.id,
                lots: traded,
            });
            walk.left -= traded;
            walk.filled += traded;
            walk.tick_lots += i128::from(maker.price) * i128::from(traded);
        }
        walk
    }

    /// Returns the lots that `budget` tick-lots pay for, level by level.
    pub(super) fn search(
        &self,
        market: &Market,
        taker: &Incoming,
        lots_max: i64,
        budget: i128,
    ) -> Search {
        let limit = if taker.side == Side::Buy { i64::MAX } else { 1 };
        let makers = makers(market, taker.side, limit);
        let mut search = Search::NOTHING;
        if lots_max == 0 && self.is_first_in_band(market, &makers) {
            // Nothing to sell finds nothing, whoever is there.
            search.end = CloseReason::Filled;
            return search;
        }
        let mut budget = budget;
        let mut index = 0;
        let mut lost_last = false; // the last lots went without a trade
        while index < makers.len() {
            let price = makers[index].price;
            if !self.is_in_band(market, price, &market.terms.execution_band) {
                search.is_outside_band = index == 0;
                search.end = CloseReason::ExecutionBand;
                return search;
            }
            let level = makers[index..]
                .iter()
                .take_while(|maker| maker.price == price)
                .count();
            for (place, maker) in makers[index..index + level].iter().enumerate() {
                let is_last_of_level = place + 1 == level;
                let payable = i64::try_from(budget / i128::from(price)).unwrap_or(i64::MAX);
                let most = payable.min(lots_max - search.found);
                if most == 0 {
                    search.end = if lost_last {
                        CloseReason::SelfTrade
                    } else {
                        CloseReason::Filled
                    };
                    return search;
                }
                if maker.group == taker.group && taker.self_trade != SelfTradeMode::None {
                    let Some(lost) = lost_to_own(taker.self_trade, most, maker.open) else {
                        search.found += most;
                        search.end = CloseReason::SelfTrade;
                        return search;
                    };
                    search.found += lost;
                    budget -= i128::from(price) * i128::from(lost);
                    lost_last |= 0 < lost;
                    // A level taken whole leads on to the next; anything else ends here.
                    let is_over = most < maker.open || (most == maker.open && !is_last_of_level);
                    if 0 < lost && is_over {
                        search.end = CloseReason::SelfTrade;
                        return search;
                    }
                    continue;
                }
                let taken = most.min(maker.open);
                lost_last = false;
                search.found += taken;
                budget -= i128::from(price) * i128::from(taken);
                if taken < maker.open {
                    search.end = CloseReason::Filled;
                    return search;
                }
            }
            index += level;
        }
        search
    }

    fn is_first_in_band(&self, market: &Market, makers: &[Order]) -> bool {
        let band = &market.terms.execution_band;
        makers
            .first()
            .is_none_or(|maker| self.is_in_band(market, maker.price, band))
    }

    /// Returns the taker's fee, the maker's fee and the maker's rebate of a fill worth this base and quote.
    fn fees(
        &self,
        id: MarketId,
        taker: &Incoming,
        maker: AccountId,
        [base, quote]: [i128; 2],
    ) -> [i128; 3] {
        let fees = self.markets[usize::from(id.0)].terms.fees;
        let maker_tier = self.account(maker).expect("a maker has an account").tier;
        let taker_rate = fees[usize::from(taker.tier.row())].taker.ppb();
        let maker_rate = fees[usize::from(maker_tier.row())].maker.ppb();
        let (taker_gets, maker_gets) = if taker.side == Side::Buy {
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

    #[allow(
        clippy::too_many_arguments,
        reason = "one meeting has two sides, and the plain form is the point"
    )]
    pub(super) fn fill(
        &mut self,
        id: MarketId,
        taker: &Incoming,
        taker_order: u64,
        maker_order: u64,
        lots: i64,
        held: &mut i128,
        events: &mut Vec<Event>,
    ) {
        let second = self.second();
        let market = &mut self.markets[usize::from(id.0)];
        let index = position(market, maker_order);
        let maker = market.orders[index];
        let quote = hold(market, Side::Buy, maker.price, lots);
        let base = hold(market, Side::Sell, maker.price, lots);
        let limit_value = taker
            .kind
            .price()
            .map_or(quote, |limit| hold(market, Side::Buy, limit.ticks(), lots));
        let release = if taker.side == Side::Buy {
            limit_value - quote
        } else {
            0
        };
        market.last_trade += 1;
        market.last_price = Some(maker.price);
        market.trades.push((second, maker.price, lots));
        market.orders[index].open -= lots;
        market.orders[index].executed += lots;
        let trade = TradeId(market.last_trade);
        let (base_asset, quote_asset) = (market.instrument.base, market.instrument.quote);
        let fees = self.fees(id, taker, maker.account, [base, quote]);
        let [taker_fee, maker_fee, rebate] = fees;
        if taker.side == Side::Buy {
            *held -= quote + release;
            self.change(taker.account, quote_asset, release, -quote - release);
            self.change(taker.account, base_asset, base - taker_fee, 0);
            self.change(maker.account, base_asset, rebate, -base);
            self.change(maker.account, quote_asset, quote - maker_fee, 0);
        } else {
            *held -= base;
            self.change(taker.account, base_asset, 0, -base);
            self.change(taker.account, quote_asset, quote - taker_fee, 0);
            self.change(maker.account, quote_asset, rebate, -quote);
            self.change(maker.account, base_asset, base - maker_fee, 0);
        }
        let party = |account, order, fee| Party {
            account,
            order: OrderId(order),
            fee: amount(fee),
        };
        events.push(Event::Traded(Traded {
            market: id,
            trade,
            price: ticks(maker.price),
            qty: qty(lots),
            quote: amount(quote),
            base: amount(base),
            taker_side: taker.side,
            maker: party(maker.account, maker.id, maker_fee),
            taker: party(taker.account, taker_order, taker_fee),
            maker_rebate: amount(rebate),
            buyer_release: amount(release),
        }));
        self.close_if_empty(id, maker_order, CloseReason::Filled, events);
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "one meeting has two sides, and the plain form is the point"
    )]
    pub(super) fn prevent(
        &mut self,
        id: MarketId,
        taker: &Incoming,
        taker_order: u64,
        maker_order: u64,
        [maker_lots, taker_lots]: [i64; 2],
        held: &mut i128,
        events: &mut Vec<Event>,
    ) {
        let market = &mut self.markets[usize::from(id.0)];
        let index = position(market, maker_order);
        let maker = market.orders[index];
        market.last_prevented += 1;
        market.orders[index].open -= maker_lots;
        let maker_release = hold(market, maker.side, maker.price, maker_lots);
        let taker_release = match (taker.side, taker.kind.price()) {
            (Side::Buy, Some(limit)) => hold(market, Side::Buy, limit.ticks(), taker_lots),
            (Side::Buy, None) => 0,
            (Side::Sell, _) => hold(market, Side::Sell, maker.price, taker_lots),
        };
        let prevented = PreventedMatchId(market.last_prevented);
        let (base, quote) = (market.instrument.base, market.instrument.quote);
        let (maker_asset, taker_asset) = if taker.side == Side::Buy {
            (base, quote)
        } else {
            (quote, base)
        };
        self.change(maker.account, maker_asset, maker_release, -maker_release);
        self.change(taker.account, taker_asset, taker_release, -taker_release);
        *held -= taker_release;
        events.push(Event::MatchPrevented(MatchPrevented {
            market: id,
            prevented,
            mode: taker.self_trade,
            price: ticks(maker.price),
            maker_account: maker.account,
            maker_order: OrderId(maker.id),
            taker_account: taker.account,
            taker_order: OrderId(taker_order),
            taker_side: taker.side,
            maker_qty: qty(maker_lots),
            taker_qty: qty(taker_lots),
            maker_release: amount(maker_release),
            taker_release: amount(taker_release),
        }));
        self.close_if_empty(id, maker_order, CloseReason::SelfTrade, events);
    }

    fn close_if_empty(
        &mut self,
        id: MarketId,
        order: u64,
        reason: CloseReason,
        events: &mut Vec<Event>,
    ) {
        let market = &mut self.markets[usize::from(id.0)];
        let index = position(market, order);
        if 0 < market.orders[index].open {
            return;
        }
        let order = market.orders.remove(index);
        events.push(Event::OrderClosed(OrderClosed {
            market: id,
            order: OrderId(order.id),
            account: order.account,
            side: order.side,
            reason,
            unbooked: Qty::ZERO,
            price: Some(ticks(order.price)),
            release: Amount::ZERO,
        }));
    }
}

/// Returns the orders a taker may meet, in the order it meets them.
fn makers(market: &Market, side: Side, limit: i64) -> Vec<Order> {
    let is_met = |order: &&Order| match side {
        Side::Buy => order.side == Side::Sell && order.price <= limit,
        Side::Sell => order.side == Side::Buy && limit <= order.price,
    };
    let mut makers: Vec<Order> = market.orders.iter().filter(is_met).copied().collect();
    // A stable sort: orders of one price stay in order of arrival.
    makers.sort_by_key(|order| {
        if side == Side::Buy {
            order.price
        } else {
            -order.price
        }
    });
    makers
}

/// Returns the lots a taker loses to an order of its own group, or `None` when it loses all it could still take.
fn lost_to_own(mode: SelfTradeMode, most: i64, open: i64) -> Option<i64> {
    match mode {
        SelfTradeMode::ExpireMaker => Some(0),
        SelfTradeMode::Decrement => Some(open.min(most)),
        SelfTradeMode::None | SelfTradeMode::ExpireTaker | SelfTradeMode::ExpireBoth => None,
    }
}

fn prevent(walk: &mut Walk, maker: &Order, mode: SelfTradeMode) {
    let (maker_lots, taker_lots) = match mode {
        SelfTradeMode::None => return,
        SelfTradeMode::ExpireMaker => (maker.open, 0),
        SelfTradeMode::ExpireTaker => (0, walk.left),
        SelfTradeMode::ExpireBoth => (maker.open, walk.left),
        SelfTradeMode::Decrement => (maker.open.min(walk.left), maker.open.min(walk.left)),
    };
    walk.left -= taker_lots;
    walk.was_prevented_last = 0 < taker_lots;
    walk.steps.push(Step::Prevented {
        maker: maker.id,
        maker_lots,
        taker_lots,
    });
}

fn position(market: &Market, order: u64) -> usize {
    market
        .orders
        .iter()
        .position(|known| known.id == order)
        .expect("a maker of this market")
}

fn ceil_share(units: i128, rate_ppb: i64) -> i128 {
    (units * i128::from(rate_ppb) + WHOLE_PPB - 1) / WHOLE_PPB
}
