//! The bytes of limits over all users together.

use super::codec::{DecodeError, Reader};
use super::field::{Field, layout};
use super::rows::take_units;
use super::section::{self, Row};
use model::id::AssetId;
use model::number::Amount;
use model::payout_limit::{PayoutLimitRow, PayoutLimitState, PayoutUseRow, Raise};
use model::time::Timestamp;

layout! {
    Raise { cap: Option<Amount>, from: Timestamp }
    PayoutUseRow { asset: AssetId, hour: i64, value: Amount }
}

/// Asset, then what is held and what is allowed with all their bytes: a short form could claim more memory than input.
impl Field for PayoutLimitRow {
    const BYTES_MIN: usize = 2 + 16 + 1 + 16 + 1;

    fn put(&self, out: &mut Vec<u8>) {
        let PayoutLimitRow {
            asset,
            cap,
            raise,
            held,
        } = self;
        asset.put(out);
        held.units().put(out);
        cap.is_some().put(out);
        cap.unwrap_or(Amount::ZERO).units().put(out);
        raise.put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<PayoutLimitRow, DecodeError> {
        let (asset, held) = (Field::take(reader)?, take_units(reader)?);
        let is_capped = bool::take(reader)?;
        let at_cap = *reader;
        let cap = take_units(reader)?;
        if !is_capped && !cap.is_zero() {
            return Err(at_cap.illegal("limit of payouts"));
        }
        Ok(PayoutLimitRow {
            asset,
            cap: is_capped.then_some(cap),
            raise: Field::take(reader)?,
            held,
        })
    }
}

impl Row for PayoutLimitRow {
    type Key = AssetId;

    const LIST: &'static str = "limits of payouts";

    fn key(&self) -> AssetId {
        self.asset
    }
}

impl Row for PayoutUseRow {
    type Key = (AssetId, i64);

    const LIST: &'static str = "uses of limits of payouts";

    fn key(&self) -> (AssetId, i64) {
        (self.asset, self.hour)
    }
}

/// Appends the two sections of a state, the first under the id `first`.
pub(crate) fn put_state(first: u16, state: &PayoutLimitState, out: &mut Vec<u8>) {
    let PayoutLimitState { limits, uses } = state;
    section::put_sorted(first, limits, out);
    section::put_sorted(first + 1, uses, out);
}

/// Takes the two sections of a state.
///
/// # Errors
/// When the next bytes are not those.
pub(crate) fn take_state(
    first: u16,
    reader: &mut Reader<'_>,
) -> Result<PayoutLimitState, DecodeError> {
    Ok(PayoutLimitState {
        limits: section::take_sorted(first, reader)?,
        uses: section::take_sorted(first + 1, reader)?,
    })
}
