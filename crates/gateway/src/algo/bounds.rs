//! How small and how large a slice may be, by what its market takes now.

use model::number::{Price, Qty, div_ceil, div_floor};
use views::market::Market;

use crate::algo::schedule::SliceRange;

/// The exchange values an order without a limit by an average that moves: in percent.
const MARGIN_PERCENT: i128 = 110;
const WHOLE_PERCENT: i128 = 100;

/// Returns the range of slices; a market that takes none has a range all the same, and the exchange says why.
pub fn range(market: &Market, limit: Option<Price>) -> SliceRange {
    let terms = market.terms();
    let (mut min, mut max) = (terms.qty_min.lots(), terms.qty_max.lots());
    if limit.is_none() {
        min = min.max(terms.market_qty_min.lots());
        max = max.min(terms.market_qty_max.lots());
    }
    let last = market.last_trade().map(|trade| trade.price);
    let margin = match limit {
        Some(_) => WHOLE_PERCENT,
        None => MARGIN_PERCENT,
    };
    if let Some(price) = limit.or(last).filter(|price| 0 < price.ticks()) {
        let per_lot =
            i128::from(market.instrument().quote_per_tick_lot) * i128::from(price.ticks());
        let least = terms.notional_min.units() * margin;
        let most = terms.notional_max.units() * WHOLE_PERCENT;
        min = min.max(lots(div_ceil(least, per_lot * WHOLE_PERCENT)));
        max = max.min(lots(div_floor(most, per_lot * margin)));
    }
    let min = min.max(1);
    SliceRange {
        min: qty(min),
        max: qty(max.max(min)),
    }
}

fn lots(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn qty(lots: i64) -> Qty {
    Qty::new(lots).unwrap_or(Qty::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{ALICE, BOB, MARKET, Script, accepted, limit, rested, traded};
    use model::order::Side;

    /// The market of scripts takes 1 to 1,000,000 lots and any value.
    #[test]
    fn a_range_is_that_of_the_market() {
        let mut script = Script::new();
        let told = |script: &Script, limit| {
            let range = range(script.views.market(MARKET).expect("listed"), limit);
            (range.min.lots(), range.max.lots())
        };
        assert_eq!(told(&script, None), (1, 1_000_000));
        script.command(vec![
            accepted(ALICE, 1, Side::Buy, limit(2)),
            rested(ALICE, 1, Side::Buy, 2),
        ]);
        script.command(vec![
            accepted(BOB, 2, Side::Sell, limit(2)),
            traded(1, 2, (ALICE, 1), (BOB, 2), Side::Sell),
        ]);
        assert_eq!(told(&script, None), (1, 1_000_000));
        assert_eq!(told(&script, Price::new(5)), (1, 1_000_000));
    }
}
