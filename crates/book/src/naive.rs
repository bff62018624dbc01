//! The same book, obviously right: one vector of orders in arrival order, searched and sorted each time.

use crate::order::Resting;
use crate::probe::Probe;
use crate::take::{Stopped, Taken, Taker};
use crate::walk::Level;
use model::id::OrderId;
use model::number::{Price, Qty};
use model::order::{SelfTradeMode, Side};

#[derive(Clone, Debug)]
pub struct NaiveBook {
    /// In order of arrival.
    orders: Vec<Resting>,
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
}

impl NaiveBook {
    pub fn new() -> NaiveBook {
        NaiveBook { orders: Vec::new() }
    }

    pub fn rest(&mut self, resting: Resting) {
        self.orders.push(resting);
    }

    pub fn remove(&mut self, order: OrderId) -> Resting {
        let position = self.position(order);
        self.orders.remove(position)
    }

    pub fn reduce(&mut self, order: OrderId, by: Qty) {
        let position = self.position(order);
        self.orders[position].open = self.orders[position].open.minus(by);
    }

    fn position(&self, order: OrderId) -> usize {
        self.orders
            .iter()
            .position(|resting| resting.order == order)
            .expect("the order rests")
    }

    /// Returns the live orders in order of arrival.
    pub fn arrived(&self) -> &[Resting] {
        &self.orders
    }

    /// Returns a side, best price first, oldest first.
    pub fn orders(&self, side: Side) -> Vec<Resting> {
        let mut orders = self.orders.clone();
        orders.retain(|resting| resting.side == side);
        // A stable sort keeps the arrival order within a price.
        match side {
            Side::Buy => orders.sort_by_key(|resting| std::cmp::Reverse(resting.price)),
            Side::Sell => orders.sort_by_key(|resting| resting.price),
        }
        orders
    }

    pub fn levels(&self, side: Side) -> Vec<Level> {
        let orders = self.orders(side);
        orders
            .chunk_by(|left, right| left.price == right.price)
            .map(|level| Level {
                price: level[0].price,
                open_lots: level.iter().map(|it| i128::from(it.open.lots())).sum(),
                orders: level.len() as u32,
            })
            .collect()
    }

    /// Returns the maker that is next, or why there is none.
    fn next(&self, taker: &Taker) -> Result<Resting, Stopped> {
        let makers = self.orders(taker.side.opposite());
        let maker = makers.first().ok_or(Stopped::BookEmpty)?;
        let is_acceptable = match taker.side {
            Side::Buy => maker.price <= taker.limit,
            Side::Sell => taker.limit <= maker.price,
        };
        is_acceptable.then_some(*maker).ok_or(Stopped::LimitReached)
    }

    /// Takes `by` from an order and returns what is left of it, which may leave the book.
    fn shrink(&mut self, order: OrderId, by: Qty) -> Qty {
        self.reduce(order, by);
        let position = self.position(order);
        let left = self.orders[position].open;
        if left.is_zero() {
            self.orders.remove(position);
        }
        left
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
            steps.push(self.meet(taker, &maker, &mut taken));
        }
        (taken, steps)
    }

    fn meet(&mut self, taker: &Taker, maker: &Resting, taken: &mut Taken) -> NaiveStep {
        let (order, price) = (maker.order, maker.price);
        let less = taken.left.min(maker.open);
        if maker.group != taker.group || taker.self_trade == SelfTradeMode::None {
            taken.left = taken.left.minus(less);
            taken.filled = taken.filled.plus(less);
            taken.stopped = Stopped::Filled;
            let maker_left = self.shrink(order, less);
            return NaiveStep::Fill {
                order,
                price,
                qty: less,
                maker_left,
            };
        }
        let maker_qty = match taker.self_trade {
            SelfTradeMode::ExpireTaker | SelfTradeMode::None => Qty::ZERO,
            SelfTradeMode::ExpireMaker | SelfTradeMode::ExpireBoth => maker.open,
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
        let maker_left = self.shrink(order, maker_qty);
        NaiveStep::Prevented {
            order,
            price,
            maker_qty,
            taker_qty,
            maker_left,
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

const ONE_LOT: Qty = match Qty::new(1) {
    Some(qty) => qty,
    None => panic!("one lot is legal"),
};
