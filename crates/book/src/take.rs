//! Taking: an order meets the other side, best price first and oldest first.

use crate::book::{Book, forget};
use crate::ladder::Best;
use crate::meeting::{Meeting, meet};
use crate::order::Slot;
use crate::orders::Order;
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

/// What happened between the taker and one maker, or to that maker because of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Fill {
        slot: Slot,
        order: OrderId,
        account: AccountId,
        /// The maker's.
        price: Price,
        qty: Qty,
        /// What is left open of the maker, hidden lots included. When zero the slot is free, and used again by the
        /// next order that rests or is parked.
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
        /// As for a fill.
        maker_left: Qty,
    },
    /// An iceberg shows more of what it hides. At the end of its queue, unless it is about to be expired.
    Refilled {
        slot: Slot,
        order: OrderId,
        account: AccountId,
        price: Price,
        /// The lots newly on display.
        qty: Qty,
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
    /// **Cost** O(makers met), an iceberg as often as it is met, each time with a look into a map.
    #[inline]
    pub fn take(&mut self, taker: &Taker, steps: &mut Vec<Step>) -> Taken {
        let makers = taker.side.opposite();
        let limit = Rank::of(makers, taker.limit);
        let mut taken = Taken {
            left: taker.qty,
            filled: Qty::ZERO,
            prevented: Qty::ZERO,
            stopped: Stopped::Filled,
        };
        while Qty::ZERO < taken.left {
            let best = self.ladder.best(makers);
            if mutant::plant!("limit-excluded", limit <= best.rank, limit < best.rank) {
                taken.stopped = stopped_before(best.rank);
                break;
            }
            self.take_level(best, taker, &mut taken, steps);
        }
        assert!(taken.left.plus(taken.filled).plus(taken.prevented) == taker.qty);
        taken
    }

    /// Matches until the level or the taker has nothing left.
    #[inline(never)]
    fn take_level(&mut self, best: Best, taker: &Taker, taken: &mut Taken, steps: &mut Vec<Step>) {
        let price = best.rank.price();
        let queue = self.ladder.queue(best.level);
        let mut head = mutant::plant!("newest-first", queue.tail, queue.head);
        while let Some(slot) = head.slot()
            && Qty::ZERO < taken.left
        {
            if !self.orders.get(slot).is_plain() {
                head = self.take_iceberg(slot, best, taker, taken, steps);
                continue;
            }
            let meeting = meet(taker, taken.left, &self.orders, slot);
            taken.count(&meeting);
            let maker = self.orders.get_mut(slot);
            let maker_left = maker.shrink(meeting.maker_loses());
            steps.push(step(slot, maker, price, &meeting, maker_left));
            if maker_left.is_zero() {
                let order = maker.id;
                head = maker.next;
                forget(&mut self.orders, &mut self.numbers, slot, order);
            }
        }
        let queue = self.ladder.queue_mut(best.level);
        queue.advance(&mut self.orders, head);
        self.ladder.close_if_empty(best.level);
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
    pub(crate) fn count(&mut self, meeting: &Meeting) {
        self.left = self.left.minus(meeting.taker_loses());
        self.filled = self.filled.plus(meeting.filled);
        self.prevented = self.prevented.plus(meeting.taker_prevented);
        self.stopped = meeting.stopped();
    }
}

#[inline]
pub(crate) fn step(
    slot: Slot,
    maker: &Order,
    price: Price,
    meeting: &Meeting,
    maker_left: Qty,
) -> Step {
    let (order, account) = (maker.id, maker.account);
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
