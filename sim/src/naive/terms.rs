//! Which terms may be listed.

use model::instrument::{Grid, Terms, UNITS_PER_WHOLE};
use model::reject::Reject;

const MONEY_MAX: i128 = 1 << 95;
const OPEN_ORDERS_MAX: u32 = 1 << 20;
const WHOLE_PPB: i64 = 1_000_000_000;
const WHOLE_PPM: u64 = 1_000_000;

/// Returns the quote units of one tick times one lot, if that is whole and the terms make sense.
pub fn check_terms(grid: &Grid, terms: &Terms) -> Result<i64, Reject> {
    let whole = i128::from(UNITS_PER_WHOLE);
    let product = i128::from(grid.tick_units) * i128::from(grid.lot_units);
    let factor = i64::try_from(product / whole).unwrap_or(0);
    if grid.tick_units < 1 || grid.lot_units < 1 || product % whole != 0 || factor < 1 {
        return Err(Reject::GridNotWhole);
    }
    if terms.price_max < terms.price_min {
        return Err(Reject::TermsPrice);
    }
    let is_empty = |min: i64, max: i64| min < 1 || max < min;
    if is_empty(terms.qty_min.lots(), terms.qty_max.lots())
        || is_empty(terms.market_qty_min.lots(), terms.market_qty_max.lots())
    {
        return Err(Reject::TermsQty);
    }
    let largest = i128::from(terms.qty_max.lots().max(terms.market_qty_max.lots()));
    let worth = largest
        .checked_mul(i128::from(terms.price_max.ticks()))
        .and_then(|lot_ticks| lot_ticks.checked_mul(i128::from(factor)))
        .unwrap_or(i128::MAX);
    if terms.notional_min.units() < 0
        || terms.notional_max < terms.notional_min
        || MONEY_MAX < worth
        || MONEY_MAX < largest * i128::from(grid.lot_units)
    {
        return Err(Reject::TermsNotional);
    }
    for band in [terms.bid_band, terms.ask_band, terms.execution_band] {
        if WHOLE_PPM < band.down.ppm() || band.up.ppm() < WHOLE_PPM {
            return Err(Reject::TermsBand);
        }
    }
    check_rest(terms)?;
    Ok(factor)
}

fn check_rest(terms: &Terms) -> Result<(), Reject> {
    let lowest_taker = terms
        .fees
        .iter()
        .map(|rates| rates.taker.ppb())
        .min()
        .unwrap_or(0);
    for rates in &terms.fees {
        let (maker, taker) = (rates.maker.ppb(), rates.taker.ppb());
        if taker < 0 || WHOLE_PPB < taker || WHOLE_PPB < maker || lowest_taker < -maker {
            return Err(Reject::TermsFee);
        }
    }
    if !terms.self_trade_allowed.includes(terms.self_trade_default) {
        return Err(Reject::TermsSelfTrade);
    }
    if terms.open_orders_max < 1 || OPEN_ORDERS_MAX < terms.open_orders_max {
        return Err(Reject::TermsOrders);
    }
    if terms.position_max.units() < 1 {
        return Err(Reject::TermsPosition);
    }
    Ok(())
}
