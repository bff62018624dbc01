//! Taking: an order meets the other side, best price first and oldest first.

use crate::book::Book;
use crate::level::LevelId;
use crate::meeting::{Meeting, meet};
use crate::order::Slot;
use crate::orders::{Link, Orders};
use crate::rank::Rank;
use model::id::{AccountId, OrderId, TradeGroupId};
use model::number::{Price, Qty};
use model::order::{SelfTradeMode, Side};

/// An order that takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taker {
    pub side: Side,
    /// The worst price it accepts.
    pub limit: Price,
    pub qty: Qty,
    pub group: TradeGroupId,
    pub self_trade: SelfTradeMode,
}

/// What happened between the taker and one maker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Fill {
        slot: Slot,
        order: OrderId,
        account: AccountId,
        /// The maker's.
        price: Price,
        qty: Qty,
        /// When zero the slot is free, and used again by the next order that rests.
        maker_left: Qty,
    },
    /// The self-trade mode ended or shrank one or both instead.
    Prevented {
        slot: Slot,
        order: OrderId,
        account: AccountId,
        price: Price,
        /// What the maker lost.
        maker_qty: Qty,
        /// What the taker lost.
        taker_qty: Qty,
        /// When zero the slot is free, and used again by the next order that rests.
        maker_left: Qty,
    },
}

/// What became of a taker: `left + filled + prevented` is what it came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub left: Qty,
    pub filled: Qty,
    /// What the taker lost to its self-trade mode.
    pub prevented: Qty,
    pub stopped: Stopped,
}

/// Why a taker met no further maker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// A fill took its last lots, or its budget pays for no further lot.
    Filled,
    /// The next maker is beyond its limit.
    LimitReached,
    /// There is no maker left.
    BookEmpty,
    /// Its self-trade mode took its last lots.
    SelfTrade,
}

impl Book {
    /// Matches a taker, and appends what it met to `steps`, in order.
    ///
    /// Makers that are filled or expired leave the book; nothing of the taker rests.
    /// **Cost** O(makers met).
    pub fn take(&mut self, taker: &Taker, steps: &mut Vec<Step>) -> Taken {
        let limit = Rank::of(taker.side.opposite(), taker.limit);
        let mut taken = Taken {
            left: taker.qty,
            filled: Qty::ZERO,
            prevented: Qty::ZERO,
            stopped: Stopped::Filled,
        };
        while Qty::ZERO < taken.left {
            let best = self.ladder.best(taker.side.opposite());
            if limit < best.rank {
                taken.stopped = stopped_before(best.rank);
                break;
            }
            self.take_level(best.level, taker, &mut taken, steps);
        }
        assert!(taken.left.plus(taken.filled).plus(taken.prevented) == taker.qty);
        taken
    }

    /// Matches until the level or the taker has nothing left.
    fn take_level(
        &mut self,
        level: LevelId,
        taker: &Taker,
        taken: &mut Taken,
        steps: &mut Vec<Step>,
    ) {
        let row = self.ladder.level(level);
        let price = row.rank.price();
        let mut link = row.head;
        while let Some(slot) = link.slot() {
            if taken.left.is_zero() {
                break;
            }
            let maker = *self.orders.get(slot);
            let meeting = meet(taker, taken.left, self.orders.group(slot), maker.open);
            link = maker.next;
            steps.push(step(&self.orders, slot, price, &meeting));
            taken.count(&meeting);
            self.shrink_first(level, slot, meeting.maker_loses());
        }
        self.ladder.close_if_empty(level);
    }

    /// Takes `by` from the first order of a level, and the order out when that was all.
    fn shrink_first(&mut self, level: LevelId, slot: Slot, by: Qty) {
        let row = self.ladder.level_mut(level);
        let order = self.orders.get_mut(slot);
        order.open = order.open.minus(by);
        if !order.open.is_zero() {
            row.subtract_open(by);
            return;
        }
        let (id, next) = (order.id, order.next);
        row.unlink(&mut self.orders, Link::NONE, next, by);
        self.forget(slot, id);
    }
}

fn stopped_before(next: Rank) -> Stopped {
    if next == Rank::NONE {
        Stopped::BookEmpty
    } else {
        Stopped::LimitReached
    }
}

impl Taken {
    fn count(&mut self, meeting: &Meeting) {
        self.left = self.left.minus(meeting.taker_loses());
        self.filled = self.filled.plus(meeting.filled);
        self.prevented = self.prevented.plus(meeting.taker_prevented);
        self.stopped = meeting.stopped();
    }
}

fn step(orders: &Orders, slot: Slot, price: Price, meeting: &Meeting) -> Step {
    let maker = orders.get(slot);
    let (order, account) = (maker.id, maker.account);
    let maker_left = maker.open.minus(meeting.maker_loses());
    if meeting.is_prevented {
        Step::Prevented {
            slot,
            order,
            account,
            price,
            maker_qty: meeting.maker_prevented,
            taker_qty: meeting.taker_prevented,
            maker_left,
        }
    } else {
        Step::Fill {
            slot,
            order,
            account,
            price,
            qty: meeting.filled,
            maker_left,
        }
    }
}
