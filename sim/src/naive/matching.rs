//! Whom a taker meets, found before anything changes.

use super::{Incoming, Market, Naive, Order};
use model::instrument::Band;
use model::order::{CloseReason, SelfTradeMode, Side};

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
            let mut maker = makers.remove(0);
            if !self.is_in_band(market, maker.price, &market.terms.execution_band) {
                walk.met_the_band = true;
                break;
            }
            walk.was_prevented_last = false;
            if maker.group == taker.group && taker.self_trade != SelfTradeMode::None {
                let lost = prevent(&mut walk, &maker, taker.self_trade);
                show_again(&mut makers, &mut maker, lost);
                continue;
            }
            let traded = walk.left.min(maker.shown());
            walk.steps.push(Step::Fill {
                maker: maker.id,
                lots: traded,
            });
            walk.left -= traded;
            walk.filled += traded;
            walk.tick_lots += i128::from(maker.price) * i128::from(traded);
            show_again(&mut makers, &mut maker, traded);
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
        let mut makers = makers(market, taker.side, limit);
        let mut search = Search::NOTHING;
        if lots_max == 0 && self.is_first_in_band(market, &makers) {
            // Nothing to sell finds nothing, whoever is there.
            search.end = CloseReason::Filled;
            return search;
        }
        let mut budget = budget;
        let mut is_first = true;
        let mut lost_last = false; // the last lots went without a trade
        while !makers.is_empty() {
            let mut maker = makers.remove(0);
            let price = maker.price;
            if !self.is_in_band(market, price, &market.terms.execution_band) {
                search.is_outside_band = is_first;
                search.end = CloseReason::ExecutionBand;
                return search;
            }
            is_first = false;
            let payable = i64::try_from(budget / i128::from(price)).unwrap_or(i64::MAX);
            let most = payable.min(lots_max - search.found);
            if most == 0 {
                search.end = ended(lost_last);
                return search;
            }
            let shown = maker.shown();
            let is_own = maker.group == taker.group && taker.self_trade != SelfTradeMode::None;
            let taken = match taker.self_trade {
                _ if !is_own => most.min(shown),
                SelfTradeMode::ExpireMaker => continue,
                SelfTradeMode::Decrement => most.min(shown),
                _ => {
                    search.found += most;
                    search.end = CloseReason::SelfTrade;
                    return search;
                }
            };
            lost_last = is_own;
            search.found += taken;
            budget -= i128::from(price) * i128::from(taken);
            if taken < shown {
                search.end = ended(lost_last);
                return search;
            }
            show_again(&mut makers, &mut maker, taken);
        }
        if budget == 0 || search.found == lots_max {
            // Whoever has nothing left misses nobody.
            search.end = ended(lost_last);
        }
        search
    }

    fn is_first_in_band(&self, market: &Market, makers: &[Order]) -> bool {
        let band = &market.terms.execution_band;
        makers
            .first()
            .is_none_or(|maker| self.is_in_band(market, maker.price, band))
    }
}

/// Returns why a search with nothing left ended, by whether its last lots went without a trade.
const fn ended(lost_last: bool) -> CloseReason {
    if lost_last {
        CloseReason::SelfTrade
    } else {
        CloseReason::Filled
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

/// Takes lots off a maker; one that shows more of itself stands behind all others at its price.
fn show_again(makers: &mut Vec<Order>, maker: &mut Order, lots: i64) {
    if 0 < maker.take(lots) {
        let behind = makers.iter().take_while(|other| other.price == maker.price);
        makers.insert(behind.count(), *maker);
    }
}

/// Notes a meeting that is no trade; returns the lots the maker loses.
fn prevent(walk: &mut Walk, maker: &Order, mode: SelfTradeMode) -> i64 {
    let (maker_lots, taker_lots) = match mode {
        SelfTradeMode::None => return 0,
        SelfTradeMode::ExpireMaker => (maker.open, 0),
        SelfTradeMode::ExpireTaker => (0, walk.left),
        SelfTradeMode::ExpireBoth => (maker.open, walk.left),
        SelfTradeMode::Decrement => {
            let lots = maker.shown().min(walk.left);
            (lots, lots)
        }
    };
    walk.left -= taker_lots;
    walk.was_prevented_last = 0 < taker_lots;
    walk.steps.push(Step::Prevented {
        maker: maker.id,
        maker_lots,
        taker_lots,
    });
    maker_lots
}
