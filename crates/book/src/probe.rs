//! Probing: what a taker would meet, without changing anything.

use crate::book::Book;
use crate::ladder::Best;
use crate::meeting::meet;
use crate::rank::Rank;
use crate::take::{Stopped, Taker};
use model::number::{Qty, div_floor};

/// What `Book::take` would do with a taker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    pub filled: Qty,
    /// What the taker would lose to its self-trade mode.
    pub prevented: Qty,
    /// The sum of price × quantity over the fills.
    ///
    /// **Units** ticks × lots.
    pub value: i128,
    pub stopped: Stopped,
}

/// What a probing taker can still pay for.
struct Purse {
    left: Qty,
    /// **Units** ticks × lots. Without a budget, more than all that `left` could cost.
    budget: i128,
}

/// More than the dearest taker can spend: 2^50 lots at 2^50 ticks.
const BUDGET_NONE: i128 = i128::MAX;

impl Book {
    /// Returns what `take` would do with this taker.
    ///
    /// **Cost** O(makers met).
    pub fn probe(&self, taker: &Taker) -> Probe {
        self.probe_value(taker, BUDGET_NONE)
    }

    /// Returns what `take` would do with a taker that stops when `budget` pays for no further lot.
    ///
    /// At each level it takes `min(level, floor(budget left / price))` lots. What a self-trade mode takes from the
    /// taker counts against the budget as if it had been filled, so that `take` with `filled + prevented`
    /// lots meets the same makers.
    /// **Units** `budget` in ticks × lots. **Cost** O(makers met). **Source** `docs/spec/clearing.md` §10.5.
    pub fn probe_value(&self, taker: &Taker, budget: i128) -> Probe {
        let limit = Rank::of(taker.side.opposite(), taker.limit);
        let mut purse = Purse {
            left: taker.qty,
            budget,
        };
        let mut probe = Probe {
            filled: Qty::ZERO,
            prevented: Qty::ZERO,
            value: 0,
            stopped: Stopped::Filled,
        };
        if purse.left.is_zero() {
            return probe;
        }
        for best in self.level_ids(taker.side.opposite()) {
            if limit < best.rank {
                probe.stopped = Stopped::LimitReached;
                return probe;
            }
            if self.probe_level(best, taker, &mut purse, &mut probe) {
                return probe;
            }
        }
        probe.stopped = Stopped::BookEmpty;
        probe
    }

    /// Meets the makers of a level, and returns whether the taker stops here.
    fn probe_level(&self, best: Best, taker: &Taker, purse: &mut Purse, probe: &mut Probe) -> bool {
        let price_ticks = i128::from(best.rank.price().ticks());
        for slot in self.queue(best) {
            let left = purse.lots(price_ticks);
            if left.is_zero() {
                probe.stopped = Stopped::Filled;
                return true;
            }
            let maker = self.orders.get(slot);
            let meeting = meet(taker, left, maker.group, maker.open);
            probe.filled = probe.filled.plus(meeting.filled);
            probe.prevented = probe.prevented.plus(meeting.taker_prevented);
            probe.value += price_ticks * i128::from(meeting.filled.lots());
            let spent = meeting.filled.plus(meeting.taker_prevented);
            purse.left = purse.left.minus(spent);
            purse.budget -= price_ticks * i128::from(spent.lots());
            if spent == left {
                probe.stopped = if meeting.is_prevented {
                    Stopped::SelfTrade
                } else {
                    Stopped::Filled
                };
                return true;
            }
        }
        false
    }
}

impl Purse {
    /// Returns the lots it pays for at a price.
    fn lots(&self, price_ticks: i128) -> Qty {
        let payable = div_floor(self.budget, price_ticks);
        if i128::from(self.left.lots()) <= payable {
            return self.left;
        }
        // Payable is less than left here, hence a legal quantity unless the budget is below zero.
        i64::try_from(payable)
            .ok()
            .and_then(Qty::new)
            .unwrap_or(Qty::ZERO)
    }
}
