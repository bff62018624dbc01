//! What an order holds, and what a fill below its limit gives back.

use crate::value::{base_units, value};
use model::instrument::{Band, Instrument};
use model::number::{Amount, Price, Qty, RatioPpm, div_floor};
use model::order::Side;

/// Returns what a limit order of `qty` holds: quote units for a buy, base units for a sell.
///
/// Fees are taken from what a side receives, so a hold has no cushion for them, and it is exact (rule R3 has
/// nothing to round).
///
/// **Source** `docs/spec/clearing.md` §10.5.
#[inline(always)]
pub fn hold(side: Side, limit: Price, qty: Qty, instrument: &Instrument) -> Amount {
    match side {
        Side::Buy => value(limit, qty, instrument.quote_per_tick_lot),
        Side::Sell => base_units(qty, instrument.grid),
    }
}

/// Returns what a fill at `price` gives back to a buyer who holds at `limit`: the quote units held above it.
///
/// **Source** `docs/spec/clearing.md` §10.5.
///
/// # Panics
/// When the fill is worse than the limit.
#[inline(always)]
pub fn improvement(limit: Price, price: Price, qty: Qty, quote_per_tick_lot: i64) -> Amount {
    assert!(price <= limit);
    let paid = mutant::plant!("improvement-kept", limit, price);
    match Price::new(limit.ticks() - paid.ticks()) {
        Some(above) => value(above, qty, quote_per_tick_lot),
        None => Amount::ZERO,
    }
}

/// Returns the price at which a market order to buy holds its quantity while it waits for a trigger at `basis`: as far
/// above it as a trade may be, and never below it.
///
/// **Source** `docs/spec/orders.md` §2.1.
pub fn stop_price(basis: Price, execution: Band) -> Price {
    let up = i128::from(execution.up.ppm());
    let ticks = div_floor(
        i128::from(basis.ticks()) * up,
        i128::from(RatioPpm::ONE.ppm()),
    );
    let ticks = ticks.min(i128::from(Price::MAX.ticks()));
    // At most the highest price, so it fits.
    Price::new(ticks as i64).map_or(basis, |price| price.max(basis))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::{AssetId, MarketId};
    use model::instrument::{Grid, InstrumentKind};
    use model::text::Symbol;
    use proptest::prelude::*;

    fn instrument() -> Instrument {
        let grid = Grid {
            tick_units: 1_000_000,
            lot_units: 1_000,
        };
        Instrument {
            id: MarketId(0),
            symbol: Symbol::parse(b"BTCUSDT").expect("a legal symbol"),
            kind: InstrumentKind::Spot,
            base: AssetId(0),
            quote: AssetId(1),
            grid,
            quote_per_tick_lot: grid.quote_per_tick_lot().expect("a whole grid"),
        }
    }

    fn price(ticks: i64) -> Price {
        Price::new(ticks).expect("a legal price")
    }

    fn qty(lots: i64) -> Qty {
        Qty::new(lots).expect("a legal quantity")
    }

    #[test]
    fn a_buy_holds_quote_and_a_sell_holds_base() {
        let held = |side| hold(side, price(300), qty(7), &instrument()).units();
        assert_eq!(held(Side::Buy), 300 * 7 * 10);
        assert_eq!(held(Side::Sell), 7 * 1_000);
    }

    #[test]
    fn a_stop_holds_at_the_edge_of_the_execution_band_and_never_below_itself() {
        let ratio = |ppm| RatioPpm::new(ppm).expect("a legal ratio");
        let band = |up| Band {
            up: ratio(up),
            down: ratio(900_000),
        };
        assert_eq!(stop_price(price(1_001), band(1_100_000)), price(1_101));
        assert_eq!(stop_price(price(1_001), band(1_000_000)), price(1_001));
        assert_eq!(stop_price(price(1_001), band(0)), price(1_001));
        assert_eq!(stop_price(Price::MAX, band(1_100_000)), Price::MAX);
    }

    proptest! {
        /// However an order fills, payments and releases use up its hold to the unit.
        #[test]
        fn fills_and_their_releases_add_up_to_the_hold(
            limit in 1..1_i64 << 40,
            fills in prop::collection::vec((0..1_i64 << 40, 1..1_i64 << 20), 1..20),
        ) {
            let instrument = instrument();
            let whole = qty(fills.iter().map(|(_, lots)| lots).sum());
            let used = fills.iter().fold(Amount::ZERO, |used, (below, lots)| {
                let (at, lots) = (price((limit - below).max(1)), qty(*lots));
                used.plus(value(at, lots, instrument.quote_per_tick_lot))
                    .plus(improvement(price(limit), at, lots, instrument.quote_per_tick_lot))
            });
            prop_assert_eq!(used, hold(Side::Buy, price(limit), whole, &instrument));
        }
    }
}
