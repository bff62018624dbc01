//! B3 of a whole take: nobody is met beyond the limit it was planned with, nor outside the execution band.
//!
//! Once a take and not once a fill: of what is met, the first is the best and the last the worst.

use book::take::Step;
use clearing::band::is_within_band;
use clearing::reference::ReferencePrice;
use model::instrument::Band;
use model::number::Price;
use model::order::Side;

use crate::desk::Desk;

impl Desk<'_> {
    /// Asserts that what a taker has met and not settled yet lies where it may trade.
    ///
    /// # Panics
    /// When the limit was overrun, or the band was not asked.
    #[inline]
    pub fn assert_met_within(&self, side: Side, limit: Price) {
        let (Some(best), Some(worst)) = (self.steps.first(), self.steps.last()) else {
            return;
        };
        let band = self.market.terms.execution_band;
        let reference = self.market.reference(self.at);
        let ends = [price_of(best), price_of(worst)];
        assert_ends_within(ends, (side, limit), reference.map(|it| (it, band)));
    }
}

/// Returns whether a taker with this limit trades at that price.
#[inline(always)]
pub fn is_accepted(side: Side, price: Price, limit: Price) -> bool {
    match side {
        Side::Buy => price <= limit,
        Side::Sell => limit <= price,
    }
}

#[inline(always)]
fn assert_ends_within(
    [best, worst]: [Price; 2],
    (side, limit): (Side, Price),
    band: Option<(ReferencePrice, Band)>,
) {
    assert!(is_accepted(side, worst, limit));
    if let Some((reference, band)) = band {
        assert!(is_within_band(worst, reference, band));
        assert!(best == worst || is_within_band(best, reference, band));
    }
}

const fn price_of(step: &Step) -> Price {
    match step {
        Step::Fill { price, .. } | Step::Prevented { price, .. } | Step::Refilled { price, .. } => {
            *price
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::number::RatioPpm;

    const BUY: (Side, i64) = (Side::Buy, 120);

    /// Around a last price of 100, from 90 to 110.
    fn meet(ends: [i64; 2], (side, limit): (Side, i64)) {
        let price = |ticks| Price::new(ticks).expect("a legal price");
        let ratio = |ppm| RatioPpm::new(ppm).expect("a legal ratio");
        let band = Band {
            up: ratio(1_100_000),
            down: ratio(900_000),
        };
        let reference = ReferencePrice::new(None, Some(price(100))).expect("there was a trade");
        assert_ends_within(
            ends.map(price),
            (side, price(limit)),
            Some((reference, band)),
        );
    }

    #[test]
    fn both_edges_of_the_band_and_the_limit_itself_are_within() {
        meet([90, 110], BUY);
        meet([110, 90], (Side::Sell, 90));
        meet([100, 100], (Side::Buy, 100));
    }

    #[test]
    #[should_panic(expected = "is_accepted(side, worst, limit)")]
    fn a_market_order_that_was_planned_to_the_band_may_not_go_further() {
        meet([100, 109], (Side::Buy, 108));
    }

    #[test]
    #[should_panic(expected = "is_within_band(worst, reference, band)")]
    fn the_worst_may_not_lie_outside_the_band() {
        meet([100, 111], BUY);
    }

    #[test]
    #[should_panic(expected = "is_within_band(best, reference, band)")]
    fn the_best_may_not_lie_outside_the_band_either() {
        meet([89, 110], BUY);
    }
}
