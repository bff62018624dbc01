//! Enums as numbers in columns: those of `model`, which never change.

use model::account::Wallet;
use model::instrument::InstrumentKind;
use model::order::{CloseReason, ListKind, PegBase, Purpose, SelfTradeMode, Side, TimeInForce};
use model::snapshot::{DepositStatus, WithdrawalStatus};
use model::snapshot_views::OrderStage;
use views::interval::Interval;

use crate::entry::EntryCause;
use crate::error::HistoryError;
use crate::order_change::ChangeKind;
use crate::trade::FillRole;

/// An enum without fields, by number.
pub trait Code: Copy + 'static {
    /// Every variant, at the place of its number.
    const ALL: &'static [Self];

    fn number(self) -> i64;
}

/// Returns the variant with this number.
///
/// # Errors
/// When there is none.
pub fn decode<T: Code>(number: i64, column: &'static str) -> Result<T, HistoryError> {
    let index = usize::try_from(number).ok();
    let found = index.and_then(|index| T::ALL.get(index));
    found.copied().ok_or(HistoryError::Damaged { column })
}

macro_rules! codes {
    ($($name:ident { $($variant:ident),* })*) => {
        $(impl Code for $name {
            const ALL: &'static [$name] = &[$($name::$variant),*];

            fn number(self) -> i64 {
                self as i64
            }
        })*

        #[cfg(test)]
        mod tests {
            use super::*;

            #[test]
            fn every_variant_stands_at_the_place_of_its_number() {
                $(for (index, variant) in $name::ALL.iter().enumerate() {
                    assert_eq!(variant.number(), index as i64, "{variant:?}");
                    assert_eq!(decode::<$name>(index as i64, "it").ok(), Some(*variant));
                }
                assert!(decode::<$name>($name::ALL.len() as i64, "it").is_err());
                assert!(decode::<$name>(-1, "it").is_err());)*
            }
        }
    };
}

codes! {
    Side { Buy, Sell }
    TimeInForce { GoodTillCancel, ImmediateOrCancel, FillOrKill }
    SelfTradeMode { None, ExpireTaker, ExpireMaker, ExpireBoth, Decrement }
    OrderStage { Pending, Waiting, Working }
    Purpose { StopLoss, TakeProfit }
    PegBase { Primary, Market }
    ListKind { OneCancelsOther, OneTriggersOther, OneTriggersOneCancelsOther }
    FillRole { Maker, Taker }
    ChangeKind { Accepted, Activated, Amended, Triggered, Closed }
    Wallet { Spot, Futures }
    InstrumentKind { Spot }
    DepositStatus { Seen, Credited, Dropped }
    WithdrawalStatus { Held, Settled, Cancelled }
    EntryCause {
        Deposit,
        Withdrawal,
        WithdrawalFee,
        WithdrawalReturn,
        TransferOut,
        TransferIn,
        Hold,
        Release,
        Trade,
        Fee,
        Rebate,
        Adjustment
    }
    Interval {
        Second1,
        Minute1,
        Minute3,
        Minute5,
        Minute15,
        Minute30,
        Hour1,
        Hour2,
        Hour4,
        Hour6,
        Hour8,
        Hour12,
        Day1,
        Day3,
        Week1,
        Month1
    }
    CloseReason {
        Filled,
        Cancelled,
        Replaced,
        ImmediateRemainder,
        FillOrKillUnfilled,
        InsufficientLiquidity,
        ExecutionBand,
        SelfTrade,
        Delisted,
        ExchangeCancelled,
        OtherLeg,
        WorkingLeg,
        InsufficientFunds,
        NotPlaceable,
        Countdown
    }
}
