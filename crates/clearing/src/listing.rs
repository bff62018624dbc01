//! Which terms a market may have: those under which no formula of this crate can leave its bound.

use crate::value::{checked_base_units, checked_value};
use model::instrument::{Band, FeeRates, Grid, Terms};
use model::number::{Amount, Price, Qty, RatePpb, RatioPpm};
use model::reject::Reject;

/// The most open orders of one account that a market may allow.
pub const OPEN_ORDERS_MAX: u32 = 1 << 20;

/// Returns `K` of the grid when it and the terms may be listed.
///
/// **Source** `docs/spec/clearing.md` §2.3.
///
/// # Errors
/// The first of `GridNotWhole`, `TermsPrice`, `TermsQty`, `TermsNotional`, `TermsBand`, `TermsFee`,
/// `TermsSelfTrade`, `TermsOrders`, `TermsPosition` that applies.
pub fn check(grid: Grid, terms: &Terms) -> Result<i64, Reject> {
    let Some(quote_per_tick_lot) = grid.quote_per_tick_lot() else {
        return Err(Reject::GridNotWhole);
    };
    for (is_legal, reason) in [
        (is_price_legal(terms), Reject::TermsPrice),
        (is_qty_legal(terms), Reject::TermsQty),
        (
            is_notional_legal(grid, quote_per_tick_lot, terms),
            Reject::TermsNotional,
        ),
        (are_bands_legal(terms), Reject::TermsBand),
        (are_fees_legal(terms), Reject::TermsFee),
        (
            terms.self_trade_allowed.includes(terms.self_trade_default),
            Reject::TermsSelfTrade,
        ),
        (is_order_limit_legal(terms), Reject::TermsOrders),
        (Amount::ZERO < terms.position_max, Reject::TermsPosition),
    ] {
        if !is_legal {
            return Err(reason);
        }
    }
    Ok(quote_per_tick_lot)
}

fn is_price_legal(terms: &Terms) -> bool {
    Price::MIN <= terms.price_min
        && terms.price_min <= terms.price_max
        && terms.price_max <= Price::MAX
}

fn is_qty_legal(terms: &Terms) -> bool {
    let is_range = |min: Qty, max: Qty| Qty::ZERO < min && min <= max && max <= Qty::MAX;
    is_range(terms.qty_min, terms.qty_max) && is_range(terms.market_qty_min, terms.market_qty_max)
}

/// The largest order must be worth a legal amount on both sides, whatever it meets.
fn is_notional_legal(grid: Grid, quote_per_tick_lot: i64, terms: &Terms) -> bool {
    let qty_max = terms.qty_max.max(terms.market_qty_max);
    Amount::ZERO <= terms.notional_min
        && terms.notional_min <= terms.notional_max
        && checked_value(terms.price_max, qty_max, quote_per_tick_lot).is_some()
        && checked_base_units(qty_max, grid).is_some()
}

fn are_bands_legal(terms: &Terms) -> bool {
    let contains_reference = |band: &Band| band.down <= RatioPpm::ONE && RatioPpm::ONE <= band.up;
    [terms.bid_band, terms.ask_band, terms.execution_band]
        .iter()
        .all(contains_reference)
}

/// A rebate is paid from the taker's fee of the same trade, whichever tier that taker has (§13).
fn are_fees_legal(terms: &Terms) -> bool {
    let lowest_taker = terms.fees.iter().map(|rates| rates.taker).min();
    let lowest_taker = lowest_taker.unwrap_or(RatePpb::ZERO).ppb();
    terms.fees.iter().all(|rates: &FeeRates| {
        RatePpb::ZERO <= rates.taker
            && rates.taker <= RatePpb::ONE
            && rates.maker <= RatePpb::ONE
            && -rates.maker.ppb() <= lowest_taker
    })
}

fn is_order_limit_legal(terms: &Terms) -> bool {
    0 < terms.open_orders_max && terms.open_orders_max <= OPEN_ORDERS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::account::FEE_TIERS;
    use model::order::{SelfTradeMode, SelfTradeModes};

    const GRID: Grid = Grid {
        tick_units: 1_000_000,
        lot_units: 1_000,
    };

    fn qty(lots: i64) -> Qty {
        Qty::new(lots).expect("a legal quantity")
    }

    fn ppb(ppb: i64) -> RatePpb {
        RatePpb::new(ppb).expect("a legal rate")
    }

    fn ratio(ppm: u64) -> RatioPpm {
        RatioPpm::new(ppm).expect("a legal ratio")
    }

    fn terms() -> Terms {
        let band = Band {
            up: ratio(5_000_000),
            down: ratio(200_000),
        };
        Terms {
            price_min: Price::MIN,
            price_max: Price::new(1 << 40).expect("a legal price"),
            qty_min: qty(1),
            qty_max: qty(1 << 40),
            market_qty_min: qty(1),
            market_qty_max: qty(1 << 30),
            notional_min: Amount::ZERO,
            notional_max: Amount::MAX,
            bid_band: band,
            ask_band: band,
            execution_band: band,
            open_orders_max: 200,
            position_max: Amount::MAX,
            fees: [FeeRates {
                maker: ppb(-100_000),
                taker: ppb(1_000_000),
            }; FEE_TIERS],
            self_trade_default: SelfTradeMode::ExpireMaker,
            self_trade_allowed: SelfTradeModes::ALL,
        }
    }

    fn check_refused(reason: Reject, change: impl FnOnce(&mut Terms)) {
        let mut terms = terms();
        change(&mut terms);
        assert_eq!(check(GRID, &terms), Err(reason));
    }

    #[test]
    fn legal_terms_give_the_k_of_the_grid() {
        assert_eq!(check(GRID, &terms()), Ok(10));
    }

    #[test]
    fn a_grid_without_whole_quote_units_is_refused() {
        for (tick_units, lot_units) in [(0, 1_000), (1_000, 0), (1, 1), (-1_000_000, -1_000)] {
            let grid = Grid {
                tick_units,
                lot_units,
            };
            assert_eq!(check(grid, &terms()), Err(Reject::GridNotWhole));
        }
    }

    #[test]
    fn an_empty_range_is_refused() {
        check_refused(Reject::TermsPrice, |terms| terms.price_min = Price::MAX);
        check_refused(Reject::TermsQty, |terms| terms.qty_min = Qty::ZERO);
        check_refused(Reject::TermsQty, |terms| {
            terms.market_qty_min = qty(1 << 31)
        });
        check_refused(Reject::TermsNotional, |terms| {
            terms.notional_max = Amount::MIN
        });
    }

    #[test]
    fn terms_under_which_an_order_could_leave_the_money_bound_are_refused() {
        let check_largest = |price_max, qty_max, expected| {
            let mut terms = terms();
            terms.price_max = Price::new(price_max).expect("a legal price");
            terms.market_qty_max = qty(qty_max);
            assert_eq!(check(GRID, &terms), expected);
        };
        // K is 10, between 2^3 and 2^4.
        check_largest(1 << 46, 1 << 45, Ok(10));
        check_largest(1 << 46, 1 << 46, Err(Reject::TermsNotional));
        check_largest(1 << 47, 1 << 45, Err(Reject::TermsNotional));
    }

    #[test]
    fn terms_under_which_a_base_quantity_could_leave_the_money_bound_are_refused() {
        let mut terms = terms();
        terms.price_max = Price::MIN;
        terms.qty_max = Qty::MAX;
        let grid = Grid {
            tick_units: 1,
            lot_units: 100_000_000 << 19,
        };
        assert_eq!(check(grid, &terms), Err(Reject::TermsNotional));
    }

    #[test]
    fn a_band_without_its_reference_price_is_refused() {
        check_refused(Reject::TermsBand, |terms| {
            terms.bid_band.down = ratio(1_000_001)
        });
        check_refused(Reject::TermsBand, |terms| {
            terms.ask_band.up = ratio(999_999)
        });
        check_refused(Reject::TermsBand, |terms| {
            terms.execution_band.up = ratio(0)
        });
    }

    #[test]
    fn a_rebate_above_the_lowest_taker_fee_is_refused() {
        // A taker of tier 9 could not pay what the makers of the other tiers are promised.
        check_refused(Reject::TermsFee, |terms| {
            terms.fees[9] = FeeRates {
                maker: RatePpb::ZERO,
                taker: ppb(99_999),
            };
        });
        check_refused(Reject::TermsFee, |terms| {
            terms.fees[0].maker = ppb(-1_000_001)
        });
        check_refused(Reject::TermsFee, |terms| terms.fees[3].taker = ppb(-1));
        check_refused(Reject::TermsFee, |terms| {
            terms.fees[3].maker = ppb(1_000_000_001)
        });
        check_refused(Reject::TermsFee, |terms| {
            terms.fees[3].taker = ppb(1_000_000_001)
        });
    }

    #[test]
    fn limits_of_nothing_are_refused() {
        check_refused(Reject::TermsOrders, |terms| terms.open_orders_max = 0);
        check_refused(Reject::TermsOrders, |terms| {
            terms.open_orders_max = OPEN_ORDERS_MAX + 1
        });
        check_refused(Reject::TermsPosition, |terms| {
            terms.position_max = Amount::ZERO
        });
    }

    #[test]
    fn a_default_self_trade_mode_must_be_allowed() {
        check_refused(Reject::TermsSelfTrade, |terms| {
            terms.self_trade_allowed = SelfTradeModes::from_bits(1).expect("a known mode");
        });
    }
}
