//! Fees and rebates of one trade.

use model::instrument::FeeRates;
use model::number::{Amount, RatePpb, div_ceil, div_floor};

/// Returns the fee on `amount`, in the same asset, rounded up (rule R1): the residue is the exchange's.
///
/// **Shape** never above `amount`.
/// **Source** `docs/spec/clearing.md` §13.
///
/// # Panics
/// When `amount` or `rate` is negative, or `rate` is above one whole.
pub fn fee(amount: Amount, rate: RatePpb) -> Amount {
    assert!(Amount::ZERO <= amount);
    assert!(RatePpb::ZERO <= rate);
    assert!(rate <= RatePpb::ONE);
    let product = amount.units() * i128::from(rate.ppb());
    bounded(div_ceil(product, i128::from(RatePpb::ONE.ppb())))
}

/// Returns the rebate on `amount` at a negative maker `rate`, rounded down (rule R2) and at most `cap`.
///
/// **Units** all in the asset the taker receives; `cap` is the taker's fee, which pays the rebate.
/// **Source** `docs/spec/clearing.md` §13.
///
/// # Panics
/// When `amount` or `cap` is negative, or `rate` is positive.
pub fn rebate(amount: Amount, rate: RatePpb, cap: Amount) -> Amount {
    assert!(Amount::ZERO <= amount);
    assert!(rate <= RatePpb::ZERO);
    assert!(Amount::ZERO <= cap);
    let product = amount.units() * -i128::from(rate.ppb());
    let earned = div_floor(product, i128::from(RatePpb::ONE.ppb()));
    bounded(earned.min(cap.units()))
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
pub fn trade_fees(received: Received, rates: FeeRates) -> TradeFees {
    let taker = fee(received.taker, rates.taker);
    if RatePpb::ZERO <= rates.maker {
        return TradeFees {
            maker: fee(received.maker, rates.maker),
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

fn bounded(units: i128) -> Amount {
    match Amount::new(units) {
        Some(amount) => amount,
        None => panic!("a fee left the money bound"),
    }
}
