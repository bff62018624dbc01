//! The same book, obviously right: one vector of orders in arrival order, searched and sorted each time.

use crate::order::{Parked, Resting};
use crate::probe::Probe;
use crate::take::{Stopped, Taken, Taker};
use crate::walk::Level;
use model::id::OrderId;
use model::number::{Price, Qty};
use model::order::{SelfTradeMode, Side};

#[derive(Clone, Debug)]
pub struct NaiveBook {
    /// In order of arrival; an iceberg arrives with every part it shows.
    orders: Vec<NaiveOrder>,
    parked: Vec<Parked>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NaiveOrder {
    pub resting: Resting,
    pub shown: Qty,
    /// Of an iceberg.
    pub shown_max: Option<Qty>,
}

/// A step without its slot, which is the book's own business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NaiveStep {
    Fill {
        order: OrderId,
        price: Price,
        qty: Qty,
        maker_left: Qty,
    },
    Prevented {
        order: OrderId,
        price: Price,
        maker_qty: Qty,
        taker_qty: Qty,
        maker_left: Qty,
    },
    Refilled {
        order: OrderId,
        price: Price,
        qty: Qty,
    },
}

impl NaiveBook {
    pub fn new() -> NaiveBook {
        NaiveBook {
            orders: Vec::new(),
            parked: Vec::new(),
        }
    }

    pub fn park(&mut self, parked: Parked) {
        self.parked.push(parked);
    }

    pub fn unpark(&mut self, order: OrderId) -> Parked {
        let position = self.parked.iter().position(|it| it.order == order);
        self.parked.remove(position.expect("the order is parked"))
    }

    pub fn parked(&self) -> &[Parked] {
        &self.parked
    }

    pub fn rest(&mut self, resting: Resting, shown_max: Option<Qty>) {
        self.orders.push(NaiveOrder {
            resting,
            shown: resting.open.min(shown_max.unwrap_or(Qty::MAX)),
            shown_max,
        });
    }

    pub fn remove(&mut self, order: OrderId) -> Resting {
        let position = self.position(order);
        self.orders.remove(position).resting
    }

    pub fn reduce(&mut self, order: OrderId, by: Qty) {
        let position = self.position(order);
        let order = &mut self.orders[position];
        order.resting.open = order.resting.open.minus(by);
        order.shown = order.shown.minus(by);
    }

    fn position(&self, order: OrderId) -> usize {
        self.orders
            .iter()
            .position(|it| it.resting.order == order)
            .expect("the order rests")
    }

    /// Returns the live orders in order of arrival.
    pub fn arrived(&self) -> &[NaiveOrder] {
        &self.orders
    }

    /// Returns a side, best price first, oldest first.
    pub fn orders(&self, side: Side) -> Vec<NaiveOrder> {
        let mut orders = self.orders.clone();
        orders.retain(|it| it.resting.side == side);
        // A stable sort keeps the arrival order within a price.
        match side {
            Side::Buy => orders.sort_by_key(|it| std::cmp::Reverse(it.resting.price)),
            Side::Sell => orders.sort_by_key(|it| it.resting.price),
        }
        orders
    }

    pub fn levels(&self, side: Side) -> Vec<Level> {
        let orders = self.orders(side);
        orders
            .chunk_by(|left, right| left.resting.price == right.resting.price)
            .map(|level| Level {
                price: level[0].resting.price,
                open_lots: level.iter().map(|it| i128::from(it.shown.lots())).sum(),
                orders: level.len() as u32,
            })
            .collect()
    }

    /// Returns the maker that is next, or why there is none.
    fn next(&self, taker: &Taker) -> Result<NaiveOrder, Stopped> {
        let makers = self.orders(taker.side.opposite());
        let maker = makers.first().ok_or(Stopped::BookEmpty)?;
        let is_acceptable = match taker.side {
            Side::Buy => maker.resting.price <= taker.limit,
            Side::Sell => taker.limit <= maker.resting.price,
        };
        is_acceptable.then_some(*maker).ok_or(Stopped::LimitReached)
    }

    /// Takes `by` from what an order shows. It leaves the book, or shows its next part, when it shows nothing.
    fn shrink(&mut self, order: OrderId, by: Qty) -> Option<NaiveStep> {
        self.reduce(order, by);
        let position = self.position(order);
        if Qty::ZERO < self.orders[position].shown {
            return None;
        }
        let gone = self.orders.remove(position);
        if gone.resting.open.is_zero() {
            return None;
        }
        self.rest(gone.resting, gone.shown_max);
        Some(refilled(&gone.resting, self.orders.last()?.shown))
    }

    pub fn take(&mut self, taker: &Taker) -> (Taken, Vec<NaiveStep>) {
        let mut steps = Vec::new();
        let mut taken = Taken {
            left: taker.qty,
            filled: Qty::ZERO,
            prevented: Qty::ZERO,
            stopped: Stopped::Filled,
        };
        while !taken.left.is_zero() {
            let maker = match self.next(taker) {
                Ok(maker) => maker,
                Err(stopped) => {
                    taken.stopped = stopped;
                    break;
                }
            };
            self.meet(taker, &maker, &mut taken, &mut steps);
        }
        (taken, steps)
    }

    fn meet(
        &mut self,
        taker: &Taker,
        maker: &NaiveOrder,
        taken: &mut Taken,
        steps: &mut Vec<NaiveStep>,
    ) {
        let Resting {
            order, price, open, ..
        } = maker.resting;
        let less = taken.left.min(maker.shown);
        if maker.resting.group != taker.group || taker.self_trade == SelfTradeMode::None {
            taken.left = taken.left.minus(less);
            taken.filled = taken.filled.plus(less);
            taken.stopped = Stopped::Filled;
            steps.push(NaiveStep::Fill {
                order,
                price,
                qty: less,
                maker_left: open.minus(less),
            });
            steps.extend(self.shrink(order, less));
        } else {
            self.prevent(taker, maker, taken, steps);
        }
    }

    fn prevent(
        &mut self,
        taker: &Taker,
        maker: &NaiveOrder,
        taken: &mut Taken,
        steps: &mut Vec<NaiveStep>,
    ) {
        let Resting {
            order, price, open, ..
        } = maker.resting;
        let less = taken.left.min(maker.shown);
        let maker_qty = match taker.self_trade {
            SelfTradeMode::ExpireTaker | SelfTradeMode::None => Qty::ZERO,
            SelfTradeMode::ExpireMaker | SelfTradeMode::ExpireBoth => open,
            SelfTradeMode::Decrement => less,
        };
        let taker_qty = match taker.self_trade {
            SelfTradeMode::ExpireMaker | SelfTradeMode::None => Qty::ZERO,
            SelfTradeMode::ExpireTaker | SelfTradeMode::ExpireBoth => taken.left,
            SelfTradeMode::Decrement => less,
        };
        taken.left = taken.left.minus(taker_qty);
        taken.prevented = taken.prevented.plus(taker_qty);
        taken.stopped = Stopped::SelfTrade;
        if maker.shown < maker_qty {
            steps.push(refilled(&maker.resting, open.minus(maker.shown)));
        }
        steps.push(NaiveStep::Prevented {
            order,
            price,
            maker_qty,
            taker_qty,
            maker_left: open.minus(maker_qty),
        });
        if maker_qty == open {
            self.remove(order);
        } else {
            steps.extend(self.shrink(order, maker_qty));
        }
    }

    /// Walks with a budget one lot at a time: each lot is bought if the budget still pays for it.
    pub fn probe_value(&self, taker: &Taker, budget: i128) -> Probe {
        let mut book = self.clone();
        let (mut qty, mut budget) = (taker.qty, budget);
        let mut probe = Probe {
            filled: Qty::ZERO,
            prevented: Qty::ZERO,
            value: 0,
            stopped: Stopped::Filled,
        };
        while !qty.is_zero() && 0 < budget {
            let maker = match book.next(taker) {
                Ok(maker) => maker,
                Err(stopped) => {
                    probe.stopped = stopped;
                    break;
                }
            };
            let maker = maker.resting;
            let price = i128::from(maker.price.ticks());
            if budget < price {
                break;
            }
            let ends_taker = matches!(
                taker.self_trade,
                SelfTradeMode::ExpireTaker | SelfTradeMode::ExpireBoth
            );
            let is_own = maker.group == taker.group && taker.self_trade != SelfTradeMode::None;
            if is_own && taker.self_trade == SelfTradeMode::ExpireMaker {
                book.remove(maker.order);
                continue;
            }
            qty = qty.minus(ONE_LOT);
            budget -= price;
            if is_own {
                probe.prevented = probe.prevented.plus(ONE_LOT);
                probe.stopped = Stopped::SelfTrade;
            } else {
                probe.filled = probe.filled.plus(ONE_LOT);
                probe.value += price;
                probe.stopped = Stopped::Filled;
            }
            // A taker that ends here loses its lots one by one to the same order.
            if !(is_own && ends_taker) {
                book.shrink(maker.order, ONE_LOT);
            }
        }
        probe
    }
}

fn refilled(resting: &Resting, qty: Qty) -> NaiveStep {
    NaiveStep::Refilled {
        order: resting.order,
        price: resting.price,
        qty,
    }
}

const ONE_LOT: Qty = match Qty::new(1) {
    Some(qty) => qty,
    None => panic!("one lot is legal"),
};
