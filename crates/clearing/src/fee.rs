//! Fees and rebates of one trade.

use crate::share::share;
use model::instrument::FeeRates;
use model::number::{Amount, RatePpb};
use model::wide::Rounding;

/// Returns the fee on `amount`, in the same asset, rounded up (rule R1): the residue is the exchange's.
///
/// **Shape** never above `amount`.
/// **Source** `docs/spec/clearing.md` §13.
///
/// # Panics
/// When `amount` or `rate` is negative, or `rate` is above one whole.
#[inline(always)]
pub fn fee(amount: Amount, rate: RatePpb) -> Amount {
    share(
        amount,
        rate.ppb(),
        mutant::plant!("fee-rounds-down", Rounding::Floor, Rounding::Ceil),
    )
}

/// Returns the rebate on `amount` at a negative maker `rate`, rounded down (rule R2) and at most `cap`.
///
/// **Units** all in the asset the taker receives; `cap` is the taker's fee, which pays the rebate.
/// **Source** `docs/spec/clearing.md` §13.
///
/// # Panics
/// When `amount` or `cap` is negative, or `rate` is positive or beyond one whole.
#[cold]
pub fn rebate(amount: Amount, rate: RatePpb, cap: Amount) -> Amount {
    assert!(rate <= RatePpb::ZERO);
    assert!(Amount::ZERO <= cap);
    share(
        amount,
        -rate.ppb(),
        mutant::plant!("rebate-rounds-up", Rounding::Ceil, Rounding::Floor),
    )
    .min(mutant::plant!("rebate-beyond-its-fee", Amount::MAX, cap))
}

/// What each side of a trade receives before fees.
///
/// **Units** the buyer's in base units, the seller's in quote units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    pub maker: Amount,
    pub taker: Amount,
}

/// What a trade costs its sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeFees {
    /// In the asset the maker receives; zero when the maker's rate is a rebate.
    pub maker: Amount,
    /// In the asset the taker receives.
    pub taker: Amount,
    /// Paid to the maker out of the taker's fee, in the asset the taker receives.
    pub maker_rebate: Amount,
}

/// Returns the fees of both sides and the maker's rebate.
///
/// **Shape** `rates` holds the maker's rate by the maker's tier and the taker's by the taker's.
/// **Source** `docs/spec/clearing.md` §13.
#[inline(always)]
pub fn trade_fees(received: Received, rates: FeeRates) -> TradeFees {
    let taker = fee(received.taker, rates.taker);
    if RatePpb::ZERO <= rates.maker {
        return TradeFees {
            maker: fee(
                received.maker,
                mutant::plant!("maker-pays-the-takers-rate", rates.taker, rates.maker),
            ),
            taker,
            maker_rebate: Amount::ZERO,
        };
    }
    TradeFees {
        maker: Amount::ZERO,
        taker,
        maker_rebate: rebate(received.taker, rates.maker, taker),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn units(units: i128) -> Amount {
        Amount::new(units).expect("within the money bound")
    }

    fn ppb(ppb: i64) -> RatePpb {
        RatePpb::new(ppb).expect("within the rate bound")
    }

    fn check_fee(amount: i128, rate_ppb: i64, expected: i128) {
        assert_eq!(fee(units(amount), ppb(rate_ppb)), units(expected));
    }

    #[test]
    fn a_fee_rounds_up() {
        check_fee(0, 1_000_000, 0);
        check_fee(1, 1, 1);
        check_fee(1_000, 1_000_000, 1);
        check_fee(1_001, 1_000_000, 2);
        check_fee(123_456_789, 750_000, 92_593);
        check_fee(Amount::MAX.units(), 1_000_000_000, Amount::MAX.units());
    }

    #[test]
    fn a_rebate_rounds_down_and_stops_at_its_cap() {
        let rate = ppb(-500_000);
        assert_eq!(rebate(units(1_999), rate, units(9)), units(0));
        assert_eq!(rebate(units(2_000), rate, units(9)), units(1));
        assert_eq!(rebate(units(40_000), rate, units(9)), units(9));
        assert_eq!(rebate(units(40_000), RatePpb::ZERO, units(9)), units(0));
    }

    #[test]
    #[should_panic(expected = "rate <= RatePpb::ZERO")]
    fn a_rebate_at_a_positive_rate_is_a_bug() {
        rebate(units(1), ppb(1), units(1));
    }

    #[test]
    fn a_maker_pays_in_what_it_receives_and_is_rebated_in_what_the_taker_receives() {
        let received = Received {
            maker: units(50_000),
            taker: units(2_000_000),
        };
        let paying = FeeRates {
            maker: ppb(1_000_000),
            taker: ppb(2_000_000),
        };
        let fees = TradeFees {
            maker: units(50),
            taker: units(4_000),
            maker_rebate: units(0),
        };
        assert_eq!(trade_fees(received, paying), fees);

        let rebated = FeeRates {
            maker: ppb(-100_000),
            taker: ppb(2_000_000),
        };
        let fees = TradeFees {
            maker: units(0),
            taker: units(4_000),
            maker_rebate: units(200),
        };
        assert_eq!(trade_fees(received, rebated), fees);
    }

    fn amounts() -> impl Strategy<Value = i128> {
        prop_oneof![0..1_000_i128, 0..=1_i128 << 70, 0..=Amount::MAX.units()]
    }

    fn rates() -> impl Strategy<Value = i64> {
        prop_oneof![Just(0), 0..1_000_i64, 0..=RatePpb::ONE.ppb()]
    }

    proptest! {
        /// R1: splitting an order never saves a fee.
        #[test]
        fn fees_of_the_parts_are_at_least_the_fee_of_the_whole(
            parts in prop::collection::vec(0..=1_i128 << 80, 1..20),
            rate in rates(),
        ) {
            let whole: i128 = parts.iter().sum();
            let sum: i128 = parts.iter().map(|part| fee(units(*part), ppb(rate)).units()).sum();
            prop_assert!(fee(units(whole), ppb(rate)).units() <= sum);
        }

        /// R2: splitting an order never gains a rebate.
        #[test]
        fn rebates_on_the_parts_are_at_most_the_rebate_on_the_whole(
            parts in prop::collection::vec(0..=1_i128 << 80, 1..20),
            rate in rates(),
        ) {
            let on = |amount: i128| rebate(units(amount), ppb(-rate), Amount::MAX).units();
            let whole: i128 = parts.iter().sum();
            prop_assert!(parts.iter().map(|part| on(*part)).sum::<i128>() <= on(whole));
        }

        #[test]
        fn a_fee_is_the_least_whole_amount_not_below_the_exact_one(
            amount in amounts(),
            rate in rates(),
        ) {
            let one = i128::from(RatePpb::ONE.ppb());
            let exact = amount * i128::from(rate);
            let charged = fee(units(amount), ppb(rate)).units();
            prop_assert!(exact <= charged * one);
            prop_assert!((charged - 1) * one < exact);
            prop_assert!(charged <= amount);
        }

        #[test]
        fn a_rebate_never_exceeds_the_fee_that_pays_it(
            maker in amounts(),
            taker in amounts(),
            maker_rate in -RatePpb::ONE.ppb()..=RatePpb::ONE.ppb(),
            taker_rate in rates(),
        ) {
            let received = Received { maker: units(maker), taker: units(taker) };
            let rates = FeeRates { maker: ppb(maker_rate), taker: ppb(taker_rate) };
            let fees = trade_fees(received, rates);
            prop_assert!(Amount::ZERO <= fees.maker_rebate);
            prop_assert!(fees.maker_rebate <= fees.taker);
            prop_assert!(fees.maker.is_zero() || fees.maker_rebate.is_zero());
        }
    }
}
