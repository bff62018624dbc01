//! The rule of one encounter: fill, or what the taker's self-trade mode does instead.

use crate::order::Slot;
use crate::orders::Orders;
use crate::take::{Stopped, Taker};
use model::number::Qty;
use model::order::SelfTradeMode;

/// What a taker and a maker do to each other. The taker never ends with less than nothing, nor does the maker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meeting {
    pub filled: Qty,
    pub maker_prevented: Qty,
    pub taker_prevented: Qty,
    /// Both are of one group and the mode forbids the trade.
    pub is_prevented: bool,
    /// The mode ends the taker here, whatever it still had.
    pub ends_taker: bool,
}

impl Meeting {
    pub const fn maker_loses(&self) -> Qty {
        self.filled.plus(self.maker_prevented)
    }

    pub const fn taker_loses(&self) -> Qty {
        self.filled.plus(self.taker_prevented)
    }

    /// Returns why the taker stops, if this meeting took its last lots.
    pub const fn stopped(&self) -> Stopped {
        if self.is_prevented {
            Stopped::SelfTrade
        } else {
            Stopped::Filled
        }
    }
}

/// Returns what happens when `taker`, with `left` to go, meets the maker at `slot`.
///
/// **Source** `docs/spec/clearing.md` §10.4.
#[inline]
pub fn meet(taker: &Taker, left: Qty, orders: &Orders, slot: Slot) -> Meeting {
    meet_shown(taker, left, orders, slot, orders.get(slot).open())
}

/// Returns the same for a maker that has `shown` on display.
#[inline]
pub fn meet_shown(taker: &Taker, left: Qty, orders: &Orders, slot: Slot, shown: Qty) -> Meeting {
    if taker.self_trade != SelfTradeMode::None && orders.is_of(slot, taker.group) {
        return prevent(taker.self_trade, left, shown);
    }
    Meeting {
        filled: left.min(shown),
        maker_prevented: Qty::ZERO,
        taker_prevented: Qty::ZERO,
        is_prevented: false,
        ends_taker: false,
    }
}

/// Returns whether `taker` ends the maker at `slot` when they meet, with all that it has.
pub fn is_expired_by(taker: &Taker, orders: &Orders, slot: Slot) -> bool {
    let ends_maker = matches!(
        taker.self_trade,
        SelfTradeMode::ExpireMaker | SelfTradeMode::ExpireBoth
    );
    ends_maker && orders.is_of(slot, taker.group)
}

#[cold]
fn prevent(mode: SelfTradeMode, left: Qty, open: Qty) -> Meeting {
    let (maker_prevented, taker_prevented) = match mode {
        SelfTradeMode::None => (Qty::ZERO, Qty::ZERO),
        SelfTradeMode::ExpireTaker => (Qty::ZERO, left),
        SelfTradeMode::ExpireMaker => (open, Qty::ZERO),
        SelfTradeMode::ExpireBoth => (open, left),
        SelfTradeMode::Decrement => (
            mutant::plant!("decrement-takes-the-maker", open, left.min(open)),
            left.min(open),
        ),
    };
    Meeting {
        filled: Qty::ZERO,
        maker_prevented,
        taker_prevented,
        is_prevented: true,
        ends_taker: matches!(mode, SelfTradeMode::ExpireTaker | SelfTradeMode::ExpireBoth),
    }
}
