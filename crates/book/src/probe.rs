//! Probing: what a taker would meet, without changing anything.

use crate::book::Book;
use crate::iceberg::Iceberg;
use crate::ladder::Best;
use crate::meeting::{Meeting, is_expired_by, meet, meet_shown};
use crate::order::Slot;
use crate::rank::Rank;
use crate::take::{Stopped, Taker};
use model::number::{Qty, div_floor};
use std::collections::VecDeque;

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

/// A maker as it would stand in its queue by now.
struct Standing {
    slot: Slot,
    shown: Qty,
    hidden: Qty,
    shown_max: Qty,
}

/// More than the dearest taker can spend: 2^50 lots at 2^50 ticks.
const BUDGET_NONE: i128 = i128::MAX;

impl Book {
    /// Returns what `take` would do with this taker.
    ///
    /// **Cost** that of `take`.
    pub fn probe(&self, taker: &Taker) -> Probe {
        self.probe_value(taker, BUDGET_NONE)
    }

    /// Returns what `take` would do with a taker that stops when `budget` pays for no further lot.
    ///
    /// At each level it takes `min(level, floor(budget left / price))` lots. What a self-trade mode takes from the
    /// taker counts against the budget as if it had been filled, so that `take` with `filled + prevented`
    /// lots meets the same makers.
    /// **Units** `budget` in ticks × lots. **Cost** that of `take`. **Source** `docs/spec/clearing.md` §10.5.
    pub fn probe_value(&self, taker: &Taker, budget: i128) -> Probe {
        let limit = Rank::of(taker.side.opposite(), taker.limit);
        let mut purse = Purse {
            left: taker.qty,
            budget,
        };
        let mut probe = Probe::NOTHING;
        for best in self.level_ids(taker.side.opposite()) {
            if limit < best.rank {
                return probe.before(Stopped::LimitReached, &purse);
            }
            if !self.probe_level(best, taker, &mut purse, &mut probe) {
                return probe;
            }
        }
        probe.before(Stopped::BookEmpty, &purse)
    }

    /// Meets the makers of a level, and returns whether the taker went through all of them.
    fn probe_level(&self, best: Best, taker: &Taker, purse: &mut Purse, probe: &mut Probe) -> bool {
        let price_ticks = i128::from(best.rank.price().ticks());
        for slot in self.queue(best) {
            if !self.orders.get(slot).is_plain() {
                return self.probe_from(slot, price_ticks, taker, purse, probe);
            }
            let left = purse.lots(price_ticks);
            if left.is_zero() {
                return false;
            }
            let meeting = meet(taker, left, &self.orders, slot);
            probe.count(&meeting, price_ticks);
            purse.pay(&meeting, price_ticks);
            if meeting.maker_loses() < self.orders.get(slot).open() {
                return false;
            }
        }
        true
    }

    /// Meets the makers of a level from the one at `first` on, icebergs as often as they refill, and returns
    /// whether the taker went through all of them.
    #[cold]
    #[inline(never)]
    fn probe_from(
        &self,
        first: Slot,
        price_ticks: i128,
        taker: &Taker,
        purse: &mut Purse,
        probe: &mut Probe,
    ) -> bool {
        let mut ahead = self.queue_from(Some(first)).map(|slot| self.standing(slot));
        let mut refilled = VecDeque::new();
        // Whoever refills does so behind all that stand in the queue.
        while let Some(mut maker) = ahead.next().or_else(|| refilled.pop_front()) {
            let left = purse.lots(price_ticks);
            if left.is_zero() {
                return false;
            }
            if is_expired_by(taker, &self.orders, maker.slot) {
                maker.show(maker.hidden);
            }
            let meeting = meet_shown(taker, left, &self.orders, maker.slot, maker.shown);
            probe.count(&meeting, price_ticks);
            purse.pay(&meeting, price_ticks);
            if meeting.maker_loses() < maker.shown {
                return false;
            }
            maker.shown = Qty::ZERO;
            if Qty::ZERO < maker.hidden {
                maker.show(maker.shown_max.min(maker.hidden));
                refilled.push_back(maker);
            }
        }
        true
    }

    fn standing(&self, slot: Slot) -> Standing {
        let shown = self.shown(slot);
        let iceberg = if self.is_iceberg(slot) {
            self.iceberg(slot)
        } else {
            Iceberg {
                hidden: Qty::ZERO,
                shown_max: shown,
            }
        };
        Standing {
            slot,
            shown,
            hidden: mutant::plant!("probe-misses-what-is-hidden", Qty::ZERO, iceberg.hidden),
            shown_max: iceberg.shown_max,
        }
    }
}

impl Standing {
    /// Puts `qty` lots of what is hidden on display.
    fn show(&mut self, qty: Qty) {
        self.shown = self.shown.plus(qty);
        self.hidden = self.hidden.minus(qty);
    }
}

impl Probe {
    const NOTHING: Probe = Probe {
        filled: Qty::ZERO,
        prevented: Qty::ZERO,
        value: 0,
        stopped: Stopped::Filled,
    };

    /// Returns the probe of a taker that stands before what `stopped` says, unless its purse is what stopped it.
    fn before(self, stopped: Stopped, purse: &Purse) -> Probe {
        if purse.is_empty() {
            self
        } else {
            Probe { stopped, ..self }
        }
    }

    fn count(&mut self, meeting: &Meeting, price_ticks: i128) {
        self.filled = self.filled.plus(meeting.filled);
        self.prevented = self.prevented.plus(meeting.taker_prevented);
        self.value += price_ticks * i128::from(meeting.filled.lots());
        // Whoever took the last lots is why it stopped, should it stop here.
        if !meeting.taker_loses().is_zero() {
            self.stopped = meeting.stopped();
        }
    }
}

impl Purse {
    const fn is_empty(&self) -> bool {
        self.left.is_zero() || self.budget <= 0
    }

    fn pay(&mut self, meeting: &Meeting, price_ticks: i128) {
        let qty = meeting.taker_loses();
        self.left = if meeting.ends_taker {
            Qty::ZERO
        } else {
            self.left.minus(qty)
        };
        self.budget -= price_ticks * i128::from(qty.lots());
    }

    /// Returns the lots it pays for at a price.
    fn lots(&self, price_ticks: i128) -> Qty {
        if price_ticks * i128::from(self.left.lots()) <= self.budget {
            return self.left;
        }
        let payable = div_floor(self.budget, price_ticks);
        // Payable is less than left here, hence a legal quantity unless the budget is below zero.
        i64::try_from(payable)
            .ok()
            .and_then(Qty::new)
            .unwrap_or(Qty::ZERO)
    }
}
