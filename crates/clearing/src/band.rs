//! The prices a reference price allows.

use crate::reference::ReferencePrice;
use model::instrument::Band;
use model::number::{Price, RatioPpm};
use model::wide::{Rounding, mul_div};

/// The prices from `lower` to `upper`, both included; empty when `upper` is below `lower`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceRange {
    pub lower: Price,
    pub upper: Price,
}

impl PriceRange {
    /// Every legal price: the range without a reference price.
    pub const ALL: PriceRange = PriceRange {
        lower: Price::MIN,
        upper: Price::MAX,
    };

    /// Returns whether `price` lies inside.
    pub fn contains(&self, price: Price) -> bool {
        self.lower <= price && price <= self.upper
    }
}

/// Returns the prices inside `band` around `reference`, rounded inward: lower up, upper down (rule R9).
///
/// **Source** `docs/spec/clearing.md` §11.1 and §11.2.
pub fn band(reference: ReferencePrice, band: Band) -> PriceRange {
    PriceRange {
        lower: edge(reference, band.down, Rounding::Ceil),
        upper: edge(reference, band.up, Rounding::Floor),
    }
}

/// Returns whether `price` lies inside `band` around `reference`, without a division.
///
/// **Source** `docs/spec/clearing.md` §11.1; comparisons multiply crosswise, §1.3.
pub fn is_within_band(price: Price, reference: ReferencePrice, limits: Band) -> bool {
    match products(price, reference, limits) {
        Some((down, asked, up)) => down <= asked && asked <= up,
        // The products left i128: the wide division gives the same answer.
        None => band(reference, limits).contains(price),
    }
}

/// Returns reference × down, price and reference × up over one common denominator.
fn products(price: Price, reference: ReferencePrice, band: Band) -> Option<(i128, i128, i128)> {
    let whole = i128::from(RatioPpm::ONE.ppm());
    let asked = reference.qty.checked_mul(whole)?;
    Some((
        reference.value.checked_mul(i128::from(band.down.ppm()))?,
        asked.checked_mul(i128::from(price.ticks()))?,
        reference.value.checked_mul(i128::from(band.up.ppm()))?,
    ))
}

/// Returns `reference × ratio` in ticks, clamped to the bounds of a price.
fn edge(reference: ReferencePrice, ratio: RatioPpm, rounding: Rounding) -> Price {
    let divisor = reference.qty * i128::from(RatioPpm::ONE.ppm());
    let ticks = mul_div(reference.value, i128::from(ratio.ppm()), divisor, rounding);
    clamped(ticks.unwrap_or(i128::MAX))
}

fn clamped(ticks: i128) -> Price {
    if ticks < i128::from(Price::MIN.ticks()) {
        return Price::MIN;
    }
    i64::try_from(ticks)
        .ok()
        .and_then(Price::new)
        .unwrap_or(Price::MAX)
}
