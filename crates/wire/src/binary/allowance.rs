//! The bytes of allowances, of commands, events and snapshots alike.

use super::codec::{DecodeError, Reader};
use super::field::{inline_choice, layout, shown_layout};
use super::section::{self, Row};
use model::allowance::{
    Allowance, AllowanceState, AllowanceTable, AllowanceUseRow, Caps, Flow, MarketVerificationRow,
    OwnerVerificationRow, Span, VERIFICATIONS, Verification,
};
use model::id::{AssetId, MarketId, OwnerId};
use model::number::Amount;

shown_layout! {
    Caps { day: Option<Amount>, month: Option<Amount> }
    Allowance { may_trade: bool, deposits: Caps, withdrawals: Caps }
    AllowanceTable { reference: AssetId, allowances: [Allowance; VERIFICATIONS] }
}

inline_choice! { Flow, "flow";
    0 Deposit [Flow::Deposit] ();
    1 Withdrawal [Flow::Withdrawal] ();
}

inline_choice! { Span, "span";
    0 Day [Span::Day] ();
    1 Month [Span::Month] ();
}

layout! {
    MarketVerificationRow { market: MarketId, verification: Verification }
    OwnerVerificationRow { owner: OwnerId, verification: Verification }
    AllowanceUseRow { owner: OwnerId, flow: Flow, span: Span, number: i64, value: Amount }
}

impl Row for MarketVerificationRow {
    type Key = MarketId;

    const LIST: &'static str = "verifications of markets";

    fn key(&self) -> MarketId {
        self.market
    }
}

impl Row for OwnerVerificationRow {
    type Key = OwnerId;

    const LIST: &'static str = "verifications of owners";

    fn key(&self) -> OwnerId {
        self.owner
    }
}

impl Row for AllowanceUseRow {
    type Key = (OwnerId, Flow, Span, i64);

    const LIST: &'static str = "uses of allowances";

    fn key(&self) -> (OwnerId, Flow, Span, i64) {
        (self.owner, self.flow, self.span, self.number)
    }
}

/// The sections of a snapshot that hold allowances, from this id on.
const SECTIONS: u16 = 4;

/// Appends the four sections of a state, the first under the id `first`.
pub(crate) fn put_state(first: u16, state: &AllowanceState, out: &mut Vec<u8>) {
    let AllowanceState {
        table,
        markets,
        owners,
        uses,
    } = state;
    section::put_one(first, table, out);
    section::put_sorted(first + 1, markets, out);
    section::put_sorted(first + 2, owners, out);
    section::put_sorted(first + SECTIONS - 1, uses, out);
}

/// Takes the four sections of a state.
///
/// # Errors
/// When the next bytes are not those.
pub(crate) fn take_state(
    first: u16,
    reader: &mut Reader<'_>,
) -> Result<AllowanceState, DecodeError> {
    Ok(AllowanceState {
        table: section::take_one(first, reader)?,
        markets: section::take_sorted(first + 1, reader)?,
        owners: section::take_sorted(first + 2, reader)?,
        uses: section::take_sorted(first + SECTIONS - 1, reader)?,
    })
}
