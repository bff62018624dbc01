//! A price as its own side sees it, so that one piece of code serves both sides.

use model::number::Price;
use model::order::Side;

/// How good a price is for whoever trades against it: the lower, the better.
///
/// **Shape** sell prices as they are, above zero; buy prices with every bit turned, below zero. Hence a
/// rank knows its side, and neither side ever collides with the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank(pub i64);

impl Rank {
    /// Worse than every price: the best rank of a side without orders.
    pub const NONE: Rank = Rank(i64::MAX);

    /// Returns the rank of a price among the orders of `side`.
    #[inline]
    pub const fn of(side: Side, price: Price) -> Rank {
        match side {
            Side::Buy => Rank(!price.ticks()),
            Side::Sell => Rank(price.ticks()),
        }
    }

    /// Returns the side whose orders have this rank.
    #[inline]
    pub const fn side(self) -> Side {
        if self.0 < 0 { Side::Buy } else { Side::Sell }
    }

    /// Returns the price with this rank.
    ///
    /// # Panics
    /// On `Rank::NONE`.
    #[inline]
    pub const fn price(self) -> Price {
        match Price::new(self.0 ^ (self.0 >> 63)) {
            Some(price) => price,
            None => panic!("every rank but the last is made of a legal price"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_better_price_has_a_lower_rank_on_either_side() {
        let (low, high) = (Price::MIN, Price::MAX);
        assert!(Rank::of(Side::Sell, low) < Rank::of(Side::Sell, high));
        assert!(Rank::of(Side::Buy, high) < Rank::of(Side::Buy, low));
        assert!(Rank::of(Side::Sell, high) < Rank::NONE);
    }

    #[test]
    fn a_rank_tells_its_side_and_price() {
        for side in [Side::Buy, Side::Sell] {
            for price in [Price::MIN, Price::MAX] {
                let rank = Rank::of(side, price);
                assert_eq!((rank.side(), rank.price()), (side, price));
            }
        }
    }
}
