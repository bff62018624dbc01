//! What each refusal of the engine becomes in this dialect, by the kind of request.

use model::command::Action;
use model::reject::Reject;

use crate::binance::error::{EngineCode, Fault, Refusal, text};

/// The kind of request a refusal answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Place,
    Cancel,
    Amend,
}

impl Operation {
    const fn code(self) -> EngineCode {
        match self {
            Operation::Place => EngineCode::NewOrder,
            Operation::Cancel => EngineCode::Cancel,
            Operation::Amend => EngineCode::Amend,
        }
    }
}

impl Operation {
    pub const ALL: [Operation; 3] = [Operation::Place, Operation::Cancel, Operation::Amend];

    /// Returns the kind of request that an action is answered as.
    pub const fn of(action: &Action) -> Operation {
        match action {
            Action::Cancel(_)
            | Action::CancelAll { .. }
            | Action::CancelList(_)
            | Action::SetCountdown(_)
            | Action::Freeze { .. } => Operation::Cancel,
            Action::Amend(_)
            | Action::AmendLimit(_)
            | Action::AmendOpen(_)
            | Action::AmendAny(_) => Operation::Amend,
            Action::Place(_)
            | Action::Replace(_)
            | Action::Transfer(_)
            | Action::HoldWithdrawal { .. }
            | Action::PlaceInstructed(_)
            | Action::ReplaceInstructed(_)
            | Action::PlaceList(_)
            | Action::Unfreeze { .. }
            | Action::TransferBetween(_)
            | Action::Close
            | Action::FindOutcome { .. } => Operation::Place,
        }
    }
}

/// Returns the answer to a refused request whatever kind it was of; `None` when that depends on its kind.
pub fn refusal_of_any(reject: Reject) -> Option<Refusal> {
    let [first, ..] = Operation::ALL.map(|operation| refusal(reject, operation));
    let is_same = |operation: Operation| refusal(reject, operation) == first;
    Operation::ALL.into_iter().all(is_same).then_some(first)
}

/// Returns the answer to a request the engine refused.
///
/// **Source** `docs/spec/binance-surface.md` §5.2, §5.3 and §7.3: static, notional and percent filters are -1013,
/// counts and positions -2010.
pub fn refusal(reject: Reject, operation: Operation) -> Refusal {
    let engine = |text| Refusal::engine(operation.code(), text);
    let filter = |name| Refusal::with(Fault::Filter, &[name]);
    match reject {
        Reject::Expired => Refusal::of(Fault::OutsideWindow),
        Reject::KeyUnknown | Reject::KeyForeign | Reject::ScopeMissing | Reject::AccountUnknown => {
            Refusal::of(Fault::KeyRefused)
        }
        Reject::IdempotencyConflict => Refusal::of(Fault::IdempotencyConflict),
        Reject::IdempotencyFull | Reject::CapacityExhausted => Refusal::of(Fault::Overloaded),

        Reject::MarketUnknown | Reject::AssetUnknown => Refusal::of(Fault::SymbolInvalid),
        Reject::PhaseClosed | Reject::MarketExhausted => closed(operation),
        Reject::AccountRestricted | Reject::PayoutsHeld | Reject::MasterOnly => {
            engine(text::ACTION_DISABLED)
        }
        Reject::SubAccountUnknown => Refusal::with(Fault::DataInvalid, &["account"]),
        Reject::ClosingWithOrders => engine(text::CLOSING_WITH_ORDERS),
        Reject::ClosingWithBalance => engine(text::CLOSING_WITH_BALANCE),
        Reject::ClosingInTransit => engine(text::CLOSING_IN_TRANSIT),
        Reject::AllowanceExceeded => Refusal::of(Fault::AllowanceExceeded),
        Reject::AllowanceUnpriced => Refusal::of(Fault::AllowanceUnpriced),
        Reject::VerificationTooLow => Refusal::of(Fault::VerificationTooLow),
        Reject::ProofMissing => Refusal::of(Fault::KeyRefused),
        Reject::ProofForeign | Reject::ProofUntimely | Reject::ProofUsed => {
            Refusal::of(Fault::ChallengeRefused)
        }
        Reject::InsufficientFunds => engine(text::BALANCE),
        Reject::AmountTooLarge => Refusal::with(Fault::Overflowed, &["quantity"]),
        Reject::AmountNotPositive => filter("NOTIONAL"),

        Reject::PriceFilter => filter("PRICE_FILTER"),
        Reject::LotSize => filter("LOT_SIZE"),
        Reject::MarketLotSize => filter("MARKET_LOT_SIZE"),
        Reject::Notional => filter("NOTIONAL"),
        Reject::PercentPrice => filter("PERCENT_PRICE_BY_SIDE"),
        Reject::OpenOrdersLimit => engine("Filter failure: MAX_NUM_ORDERS"),
        Reject::PositionLimit => engine("Filter failure: MAX_POSITION"),

        Reject::SelfTradeModeForbidden => {
            Refusal::with(Fault::DataInvalid, &["selfTradePreventionMode"])
        }
        Reject::ClientIdTaken => engine(text::DUPLICATE_ORDER),
        Reject::WouldTake => engine(text::WOULD_MATCH),
        Reject::NoLiquidity => Refusal::of(Fault::BookEmpty),
        Reject::LiquidityBelowLot => engine(text::LIQUIDITY_BELOW_LOT),

        Reject::OrderUnknown => engine(text::UNKNOWN_ORDER),
        Reject::OrderRefMismatch => Refusal::of(Fault::ClientIdMismatch),
        Reject::CancelRestricted => engine(text::RESTRICTED_CANCEL),
        Reject::AmendIncrease => engine(text::AMEND_INCREASE),
        Reject::AmendUnchanged => engine(text::NO_CHANGE),
        // The open quantity that would be left is what is multiplied.
        Reject::AmendBelowExecuted => engine(text::NOTHING_LEFT),

        Reject::AmendNotResting => engine(text::AMEND_UNSUPPORTED),
        Reject::AmendExecutedOther => engine(text::EXECUTED_OTHER),
        Reject::AmendListed => engine(text::AMEND_LISTED),
        Reject::AmendTermAbsent => engine(text::TERM_ABSENT),
        Reject::OrderAmendsLimit => engine("Filter failure: MAX_NUM_ORDER_AMENDS"),

        Reject::TriggerForbidden | Reject::IcebergForbidden => engine(text::COMBINATION),
        Reject::TrailingDelta => filter("TRAILING_DELTA"),
        Reject::IcebergExceedsQty => engine(text::ICEBERG_EXCEEDS),
        Reject::IcebergParts => filter("ICEBERG_PARTS"),
        Reject::AlgoOrdersLimit => engine("Filter failure: MAX_NUM_ALGO_ORDERS"),
        Reject::IcebergOrdersLimit => engine("Filter failure: MAX_NUM_ICEBERG_ORDERS"),
        Reject::WouldTrigger => engine(text::WOULD_TRIGGER),
        Reject::TriggerUnpriced => Refusal::of(Fault::BookEmpty),
        Reject::PegForbidden => engine(text::PEG_FORBIDDEN),
        Reject::PegUnavailable => engine(text::PEG_UNAVAILABLE),
        Reject::ListLegs => engine(text::COMBINATION),
        Reject::ListPrices => engine(text::LIST_PRICES),
        Reject::OrderListsLimit => engine("Filter failure: MAX_NUM_ORDER_LISTS"),
        Reject::ListUnknown => engine(text::UNKNOWN_ORDER),

        Reject::OutcomeUnknown => Refusal::of(Fault::OrderNotFound),

        // No request of this dialect sends the commands that these refuse.
        Reject::GenesisMissing
        | Reject::GenesisTwice
        | Reject::LogicUnsupported
        | Reject::EquityInsufficient
        | Reject::AmountZero
        | Reject::SelfApproval
        | Reject::AnchorBehind
        | Reject::AssetExists
        | Reject::AssetLimit
        | Reject::MarketExists
        | Reject::MarketLimit
        | Reject::BaseIsQuote
        | Reject::GridNotWhole
        | Reject::TermsPrice
        | Reject::TermsQty
        | Reject::TermsNotional
        | Reject::TermsBand
        | Reject::TermsFee
        | Reject::TermsSelfTrade
        | Reject::TermsOrders
        | Reject::TermsPosition
        | Reject::PhaseFinal
        | Reject::PhaseUnchanged
        | Reject::OrderLimits
        | Reject::NothingDue
        | Reject::AccountLimit
        | Reject::AccountClosed
        | Reject::OwnerForeign
        | Reject::StateUnchanged
        | Reject::KeyExists
        | Reject::ReferenceConflict
        | Reject::DepositUnknown
        | Reject::DepositFinal
        | Reject::WithdrawalUnknown
        | Reject::WithdrawalFinal
        | Reject::DestinationOther
        | Reject::PayoutLimitReached
        | Reject::TransferToSelf => Refusal::of(Fault::Unsupported),
    }
}

fn closed(operation: Operation) -> Refusal {
    match operation {
        Operation::Place => Refusal::of(Fault::MarketClosed),
        Operation::Cancel | Operation::Amend => {
            Refusal::engine(operation.code(), text::MARKET_CLOSED)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_refusals_are_answered_alike_whatever_was_asked() {
        let alike = refusal_of_any(Reject::LotSize).map(|refusal| refusal.code);
        assert_eq!(alike, Some(-1013));
        assert_eq!(refusal_of_any(Reject::OrderUnknown), None);
        assert_eq!(refusal_of_any(Reject::PhaseClosed), None);
    }

    #[test]
    fn each_refusal_answers_the_code_and_text_that_clients_match() {
        for (reject, operation, status, code, msg) in [
            (
                Reject::OrderUnknown,
                Operation::Cancel,
                400,
                -2011,
                "Unknown order sent.",
            ),
            (
                Reject::OrderUnknown,
                Operation::Amend,
                400,
                -2038,
                "Unknown order sent.",
            ),
            (
                Reject::AmendBelowExecuted,
                Operation::Amend,
                400,
                -2038,
                "Price * QTY is zero or less.",
            ),
            (
                Reject::InsufficientFunds,
                Operation::Place,
                400,
                -2010,
                "Account has insufficient balance for requested action.",
            ),
            (
                Reject::WouldTake,
                Operation::Place,
                400,
                -2010,
                "Order would immediately match and take.",
            ),
            (
                Reject::PriceFilter,
                Operation::Place,
                400,
                -1013,
                "Filter failure: PRICE_FILTER",
            ),
            (
                Reject::OpenOrdersLimit,
                Operation::Place,
                400,
                -2010,
                "Filter failure: MAX_NUM_ORDERS",
            ),
            (
                Reject::PhaseClosed,
                Operation::Place,
                400,
                -1013,
                "Market is closed.",
            ),
            (
                Reject::PhaseClosed,
                Operation::Cancel,
                400,
                -2011,
                "Market is closed.",
            ),
            (
                Reject::KeyUnknown,
                Operation::Place,
                401,
                -2015,
                "Invalid API-key, IP, or permissions for action.",
            ),
        ] {
            let refusal = refusal(reject, operation);
            assert_eq!(
                (refusal.status, refusal.code, &*refusal.msg),
                (status, code, msg),
                "{reject:?}"
            );
        }
    }

    /// Only a full table of the core may look like a failure of ours; nothing a client sends may.
    #[test]
    fn no_refusal_but_a_full_table_is_a_server_error() {
        for reject in Reject::ALL {
            for operation in [Operation::Place, Operation::Cancel, Operation::Amend] {
                let is_full = matches!(reject, Reject::IdempotencyFull | Reject::CapacityExhausted);
                assert_eq!(
                    500 <= refusal(*reject, operation).status,
                    is_full,
                    "{reject:?}"
                );
            }
        }
    }
}
