//! Tax lots: what was bought, in the order it was bought, against what was sold, in the order it was sold (FIFO).
//!
//! Lots are kept by market, and every amount is in its quote asset. A buy opens a lot of what it received, its fee
//! taken off, at what it paid, its rebate taken off. A sell takes from the oldest lots; what it received, its fee taken
//! off, is shared among them by quantity. What is sold without a lot came from elsewhere, a deposit or another market:
//! its cost is not known here. Shares are rounded down and the last of a lot or a sell takes what is left, so that
//! nothing is lost.

use std::collections::VecDeque;

use model::instrument::Instrument;
use model::order::Side;
use model::time::Timestamp;
use model::wide::{Rounding, mul_div};

use crate::trade::{FillRole, PastFill};

/// What was held at some time and what it cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    pub acquired_at: Timestamp,
    /// Base units.
    pub units: i128,
    /// Quote units.
    pub cost: i128,
}

/// A part of a sell, with the lot it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disposal {
    pub disposed_at: Timestamp,
    pub trade: u64,
    /// Base units.
    pub units: i128,
    /// Quote units received for them.
    pub proceeds: i128,
    /// When they were acquired and what they cost, unless they came from elsewhere.
    pub lot: Option<(Timestamp, i128)>,
}

impl Disposal {
    /// Returns what was won, below zero what was lost, in quote units; `None` when the cost is not known.
    pub fn gain(&self) -> Option<i128> {
        self.lot.map(|(_, cost)| self.proceeds - cost)
    }
}

/// The open lots of an account in a market.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lots {
    open: VecDeque<Lot>,
}

impl Lots {
    /// Returns the lots that are left, oldest first.
    pub fn open(&self) -> impl Iterator<Item = &Lot> {
        self.open.iter()
    }

    /// Takes in the next fill and returns what it disposed of. A maker's rebate is in the asset that it gives.
    pub fn add(&mut self, fill: &PastFill, market: &Instrument) -> Vec<Disposal> {
        let base = i128::from(fill.qty.lots()) * i128::from(market.grid.lot_units);
        let (fee, rebate) = (fill.fee.units(), fill.rebate.units());
        assert!(rebate == 0 || fill.role == FillRole::Maker);
        match fill.side {
            Side::Buy => {
                self.open.push_back(Lot {
                    acquired_at: fill.at,
                    units: base - fee,
                    cost: fill.quote.units() - rebate,
                });
                Vec::new()
            }
            Side::Sell => self.sell(fill, base - rebate, fill.quote.units() - fee),
        }
    }

    fn sell(&mut self, fill: &PastFill, units: i128, proceeds: i128) -> Vec<Disposal> {
        let (mut units, mut proceeds) = (units, proceeds);
        let mut disposals = Vec::new();
        while 0 < units {
            let Some(lot) = self.open.front_mut() else {
                disposals.push(disposal(fill, units, proceeds, None));
                break;
            };
            let taken = units.min(lot.units);
            let cost = share(lot.cost, taken, lot.units);
            let received = share(proceeds, taken, units);
            let from = Some((lot.acquired_at, cost));
            disposals.push(disposal(fill, taken, received, from));
            lot.units -= taken;
            lot.cost -= cost;
            if lot.units == 0 {
                self.open.pop_front();
            }
            units -= taken;
            proceeds -= received;
        }
        disposals
    }
}

const fn disposal(
    fill: &PastFill,
    units: i128,
    proceeds: i128,
    lot: Option<(Timestamp, i128)>,
) -> Disposal {
    Disposal {
        disposed_at: fill.at,
        trade: fill.trade.0,
        units,
        proceeds,
        lot,
    }
}

/// Returns the share of a part in an amount, rounded down; all of it for the whole.
fn share(amount: i128, part: i128, whole: i128) -> i128 {
    let share = mul_div(amount, part, whole, Rounding::Floor);
    share.expect("a part is at most the whole")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::{AccountId, AssetId, MarketId, OrderId, TradeId};
    use model::instrument::{Grid, InstrumentKind};
    use model::number::{Amount, Price, Qty};
    use model::text::Symbol;

    const MARKET: fn() -> Instrument = || Instrument {
        id: MarketId(0),
        symbol: Symbol::parse(b"AB").expect("legal"),
        kind: InstrumentKind::Spot,
        base: AssetId(0),
        quote: AssetId(1),
        grid: Grid {
            tick_units: 100_000_000,
            lot_units: 1,
        },
        quote_per_tick_lot: 1,
    };

    fn fill(side: Side, seconds: i64, qty: i64, quote: i128, fee: i128) -> PastFill {
        let amount = |units| Amount::new(units).expect("legal");
        PastFill {
            account: AccountId(1),
            market: MarketId(0),
            trade: TradeId(seconds.unsigned_abs()),
            role: FillRole::Taker,
            order: OrderId(1),
            list: None,
            side,
            price: Price::MIN,
            qty: Qty::new(qty).expect("legal"),
            quote: amount(quote),
            fee: amount(fee),
            rebate: Amount::ZERO,
            at: Timestamp::from_millis(seconds * 1_000),
        }
    }

    #[test]
    fn what_was_bought_first_is_sold_first() {
        let mut lots = Lots::default();
        let market = MARKET();
        lots.add(&fill(Side::Buy, 1, 10, 1_000, 0), &market);
        lots.add(&fill(Side::Buy, 2, 10, 2_000, 1), &market);
        let sold = lots.add(&fill(Side::Sell, 3, 15, 3_000, 30), &market);
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        let rows: Vec<_> = sold
            .iter()
            .map(|row| (row.units, row.proceeds, row.lot))
            .collect();
        // 2970 received: two thirds for the first lot, the rest for five ninths of the second.
        let expected = [
            (10, 1_980, Some((at(1), 1_000))),
            (5, 990, Some((at(2), 1_111))),
        ];
        assert_eq!(rows, expected);
        assert_eq!(sold[1].gain(), Some(-121));
        let left: Vec<Lot> = lots.open().copied().collect();
        let lot = Lot {
            acquired_at: at(2),
            units: 4,
            cost: 889,
        };
        assert_eq!(left, [lot]);
        let sold = lots.add(&fill(Side::Sell, 4, 6, 600, 0), &market);
        let rows: Vec<_> = sold
            .iter()
            .map(|row| (row.units, row.proceeds, row.gain()))
            .collect();
        assert_eq!(rows, [(4, 400, Some(-489)), (2, 200, None)]);
        assert_eq!(lots.open().count(), 0);
    }

    #[test]
    fn a_makers_rebate_lowers_a_cost_and_what_a_sell_gives() {
        let (mut lots, market) = (Lots::default(), MARKET());
        let rebate = |fill: PastFill, units| PastFill {
            role: FillRole::Maker,
            rebate: Amount::new(units).expect("legal"),
            ..fill
        };
        lots.add(&rebate(fill(Side::Buy, 1, 10, 1_000, 0), 10), &market);
        let sold = lots.add(&rebate(fill(Side::Sell, 2, 10, 1_500, 0), 1), &market);
        assert_eq!(sold.len(), 1);
        assert_eq!((sold[0].units, sold[0].gain()), (9, Some(1_500 - 891)));
        let left: Vec<(i128, i128)> = lots.open().map(|lot| (lot.units, lot.cost)).collect();
        assert_eq!(left, [(1, 99)]);
    }
}
