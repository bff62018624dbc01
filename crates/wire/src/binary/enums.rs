//! The numbers of the model's plain enums. A number is never reused and never changes its meaning.

use super::field::inline_choice;
use model::account::{AccountState, OwnerState, Wallet};
use model::instrument::{Cause, InstrumentKind, Phase};
use model::order::{
    CancelRestriction, CloseReason, ListKind, PegBase, Purpose, ReplaceMode, SelfTradeMode, Side,
    TimeInForce,
};
use model::snapshot::{DepositStatus, HouseAccount, WithdrawalStatus};

inline_choice! { AccountState, "account state";
    0 Active [AccountState::Active] ();
    1 CancelOnly [AccountState::CancelOnly] ();
    2 NoWithdraw [AccountState::NoWithdraw] ();
    3 Frozen [AccountState::Frozen] ();
}

inline_choice! { OwnerState, "state by its owner";
    0 Open [OwnerState::Open] ();
    1 Frozen [OwnerState::Frozen] ();
    2 Closed [OwnerState::Closed] ();
}

inline_choice! { Wallet, "wallet";
    0 Spot [Wallet::Spot] ();
    1 Futures [Wallet::Futures] ();
}

inline_choice! { InstrumentKind, "kind of instrument";
    0 Spot [InstrumentKind::Spot] ();
}

inline_choice! { Phase, "phase";
    0 PreTrading [Phase::PreTrading] ();
    1 PostOnly [Phase::PostOnly] ();
    2 LimitOnly [Phase::LimitOnly] ();
    3 Continuous [Phase::Continuous] ();
    4 CancelOnly [Phase::CancelOnly] ();
    5 Halt [Phase::Halt] ();
    6 Closed [Phase::Closed] ();
}

inline_choice! { Cause, "cause";
    0 Operator [Cause::Operator] ();
    1 Risk [Cause::Risk] ();
    2 Quarantine [Cause::Quarantine] ();
}

inline_choice! { Side, "side";
    0 Buy [Side::Buy] ();
    1 Sell [Side::Sell] ();
}

inline_choice! { TimeInForce, "time in force";
    0 GoodTillCancel [TimeInForce::GoodTillCancel] ();
    1 ImmediateOrCancel [TimeInForce::ImmediateOrCancel] ();
    2 FillOrKill [TimeInForce::FillOrKill] ();
}

inline_choice! { SelfTradeMode, "self-trade mode";
    0 None [SelfTradeMode::None] ();
    1 ExpireTaker [SelfTradeMode::ExpireTaker] ();
    2 ExpireMaker [SelfTradeMode::ExpireMaker] ();
    3 ExpireBoth [SelfTradeMode::ExpireBoth] ();
    4 Decrement [SelfTradeMode::Decrement] ();
}

inline_choice! { CancelRestriction, "cancel restriction";
    0 None [CancelRestriction::None] ();
    1 OnlyNew [CancelRestriction::OnlyNew] ();
    2 OnlyPartiallyFilled [CancelRestriction::OnlyPartiallyFilled] ();
}

inline_choice! { ReplaceMode, "replace mode";
    0 StopOnFailure [ReplaceMode::StopOnFailure] ();
    1 AllowFailure [ReplaceMode::AllowFailure] ();
}

inline_choice! { CloseReason, "reason of an order's end";
    0 Filled [CloseReason::Filled] ();
    1 Cancelled [CloseReason::Cancelled] ();
    2 Replaced [CloseReason::Replaced] ();
    3 ImmediateRemainder [CloseReason::ImmediateRemainder] ();
    4 FillOrKillUnfilled [CloseReason::FillOrKillUnfilled] ();
    5 InsufficientLiquidity [CloseReason::InsufficientLiquidity] ();
    6 ExecutionBand [CloseReason::ExecutionBand] ();
    7 SelfTrade [CloseReason::SelfTrade] ();
    8 Delisted [CloseReason::Delisted] ();
    9 ExchangeCancelled [CloseReason::ExchangeCancelled] ();
    10 OtherLeg [CloseReason::OtherLeg] ();
    11 WorkingLeg [CloseReason::WorkingLeg] ();
    12 InsufficientFunds [CloseReason::InsufficientFunds] ();
    13 NotPlaceable [CloseReason::NotPlaceable] ();
    14 Countdown [CloseReason::Countdown] ();
}

inline_choice! { Purpose, "purpose of a trigger";
    0 StopLoss [Purpose::StopLoss] ();
    1 TakeProfit [Purpose::TakeProfit] ();
}

inline_choice! { PegBase, "base of a peg";
    0 Primary [PegBase::Primary] ();
    1 Market [PegBase::Market] ();
}

inline_choice! { ListKind, "kind of list";
    0 OneCancelsOther [ListKind::OneCancelsOther] ();
    1 OneTriggersOther [ListKind::OneTriggersOther] ();
    2 OneTriggersOneCancelsOther [ListKind::OneTriggersOneCancelsOther] ();
}

inline_choice! { HouseAccount, "house account";
    0 ChainHot [HouseAccount::ChainHot] ();
    1 ChainPending [HouseAccount::ChainPending] ();
    2 DepositTransit [HouseAccount::DepositTransit] ();
    3 WithdrawTransit [HouseAccount::WithdrawTransit] ();
    4 TradingFees [HouseAccount::TradingFees] ();
    5 WithdrawalFees [HouseAccount::WithdrawalFees] ();
    6 Rounding [HouseAccount::Rounding] ();
    7 Equity [HouseAccount::Equity] ();
}

inline_choice! { DepositStatus, "deposit status";
    0 Seen [DepositStatus::Seen] ();
    1 Credited [DepositStatus::Credited] ();
    2 Dropped [DepositStatus::Dropped] ();
}

inline_choice! { WithdrawalStatus, "withdrawal status";
    0 Held [WithdrawalStatus::Held] ();
    1 Settled [WithdrawalStatus::Settled] ();
    2 Cancelled [WithdrawalStatus::Cancelled] ();
}
