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
