//! The dialect's words for the words of the model. No value is invented: strict clients refuse unknown ones.
//!
//! **Source** `docs/spec/binance-surface.md` §6.

use model::instrument::Phase;
use model::number::Qty;
use model::order::{
    CancelRestriction, CloseReason, ListKind, OrderKind, PegBase, Purpose, ReplaceMode,
    SelfTradeMode, Side, TimeInForce, Trigger,
};
use model::text::{ClientOrderId, Symbol};
use serde::{Serialize, Serializer};

/// Returns the side a word names.
pub fn parse_side(word: &str) -> Option<Side> {
    match word {
        "BUY" => Some(Side::Buy),
        "SELL" => Some(Side::Sell),
        _ => None,
    }
}

/// Returns the word for a side.
pub const fn side(side: Side) -> &'static str {
    match side {
        Side::Buy => "BUY",
        Side::Sell => "SELL",
    }
}

/// Returns the time in force a word names.
pub fn parse_time_in_force(word: &str) -> Option<TimeInForce> {
    match word {
        "GTC" => Some(TimeInForce::GoodTillCancel),
        "IOC" => Some(TimeInForce::ImmediateOrCancel),
        "FOK" => Some(TimeInForce::FillOrKill),
        _ => None,
    }
}

/// Returns the word for an order's time in force; kinds without one print GTC, as upstream does.
pub const fn time_in_force(kind: &OrderKind) -> &'static str {
    match kind {
        OrderKind::Limit { time_in_force, .. } => match time_in_force {
            TimeInForce::GoodTillCancel => "GTC",
            TimeInForce::ImmediateOrCancel => "IOC",
            TimeInForce::FillOrKill => "FOK",
        },
        OrderKind::LimitMaker { .. } | OrderKind::Market { .. } | OrderKind::MarketQuote { .. } => {
            "GTC"
        }
    }
}

/// The order types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderType {
    Limit,
    LimitMaker,
    Market,
    StopLoss,
    StopLossLimit,
    TakeProfit,
    TakeProfitLimit,
}

/// Returns whose price a word means.
pub fn parse_peg_base(word: &str) -> Option<PegBase> {
    match word {
        "PRIMARY_PEG" => Some(PegBase::Primary),
        "MARKET_PEG" => Some(PegBase::Market),
        _ => None,
    }
}

/// Returns the word for whose price a pegged order takes.
pub const fn peg_base(base: PegBase) -> &'static str {
    match base {
        PegBase::Primary => "PRIMARY_PEG",
        PegBase::Market => "MARKET_PEG",
    }
}

/// The order types a market offers.
pub const ORDER_TYPES: [&str; 7] = [
    "LIMIT",
    "LIMIT_MAKER",
    "MARKET",
    "STOP_LOSS",
    "STOP_LOSS_LIMIT",
    "TAKE_PROFIT",
    "TAKE_PROFIT_LIMIT",
];

impl OrderType {
    /// Returns the type a word names.
    pub fn parse(word: &str) -> Option<OrderType> {
        match word {
            "LIMIT" => Some(OrderType::Limit),
            "LIMIT_MAKER" => Some(OrderType::LimitMaker),
            "MARKET" => Some(OrderType::Market),
            "STOP_LOSS" => Some(OrderType::StopLoss),
            "STOP_LOSS_LIMIT" => Some(OrderType::StopLossLimit),
            "TAKE_PROFIT" => Some(OrderType::TakeProfit),
            "TAKE_PROFIT_LIMIT" => Some(OrderType::TakeProfitLimit),
            _ => None,
        }
    }

    /// Returns whether an order of the type has a limit price.
    pub const fn has_limit(self) -> bool {
        match self {
            OrderType::Limit
            | OrderType::LimitMaker
            | OrderType::StopLossLimit
            | OrderType::TakeProfitLimit => true,
            OrderType::Market | OrderType::StopLoss | OrderType::TakeProfit => false,
        }
    }

    /// Returns what a trigger of the type is there for, if it has one.
    pub const fn purpose(self) -> Option<Purpose> {
        match self {
            OrderType::StopLoss | OrderType::StopLossLimit => Some(Purpose::StopLoss),
            OrderType::TakeProfit | OrderType::TakeProfitLimit => Some(Purpose::TakeProfit),
            OrderType::Limit | OrderType::LimitMaker | OrderType::Market => None,
        }
    }
}

/// Returns the word for an order's type: what it becomes, and what it waits for.
pub fn order_type(kind: &OrderKind, trigger: Option<&Trigger>) -> &'static str {
    match (kind, trigger.map(|trigger| trigger.purpose)) {
        (OrderKind::Limit { .. }, None) => "LIMIT",
        (OrderKind::Limit { .. }, Some(Purpose::StopLoss)) => "STOP_LOSS_LIMIT",
        (OrderKind::Limit { .. }, Some(Purpose::TakeProfit)) => "TAKE_PROFIT_LIMIT",
        (OrderKind::LimitMaker { .. }, _) => "LIMIT_MAKER",
        (OrderKind::Market { .. } | OrderKind::MarketQuote { .. }, None) => "MARKET",
        (_, Some(Purpose::StopLoss)) => "STOP_LOSS",
        (_, Some(Purpose::TakeProfit)) => "TAKE_PROFIT",
    }
}

/// Returns the word for how the orders of a list depend on each other.
pub const fn contingency(kind: ListKind) -> &'static str {
    match kind {
        ListKind::OneCancelsOther => "OCO",
        ListKind::OneTriggersOther | ListKind::OneTriggersOneCancelsOther => "OTO",
    }
}

/// Returns the self-trade mode a word names.
pub fn parse_self_trade(word: &str) -> Option<SelfTradeMode> {
    SelfTradeMode::ALL
        .into_iter()
        .find(|mode| self_trade(*mode) == word)
}

/// Returns the word for a self-trade mode.
pub const fn self_trade(mode: SelfTradeMode) -> &'static str {
    match mode {
        SelfTradeMode::None => "NONE",
        SelfTradeMode::ExpireTaker => "EXPIRE_TAKER",
        SelfTradeMode::ExpireMaker => "EXPIRE_MAKER",
        SelfTradeMode::ExpireBoth => "EXPIRE_BOTH",
        SelfTradeMode::Decrement => "DECREMENT",
    }
}

/// Returns the cancel restriction a word names.
pub fn parse_cancel_restriction(word: &str) -> Option<CancelRestriction> {
    match word {
        "ONLY_NEW" => Some(CancelRestriction::OnlyNew),
        "ONLY_PARTIALLY_FILLED" => Some(CancelRestriction::OnlyPartiallyFilled),
        _ => None,
    }
}

/// Returns the cancel-replace mode a word names.
pub fn parse_replace_mode(word: &str) -> Option<ReplaceMode> {
    match word {
        "STOP_ON_FAILURE" => Some(ReplaceMode::StopOnFailure),
        "ALLOW_FAILURE" => Some(ReplaceMode::AllowFailure),
        _ => None,
    }
}

/// Returns the word for what a market accepts; phases of ours that upstream has no word for are breaks.
pub const fn symbol_status(phase: Phase) -> &'static str {
    match phase {
        Phase::Continuous | Phase::LimitOnly | Phase::PostOnly => "TRADING",
        Phase::CancelOnly => "CANCEL_ONLY",
        Phase::Halt => "HALT",
        Phase::PreTrading | Phase::Closed => "BREAK",
    }
}

/// Returns whether a word is a symbol status of the dialect.
pub fn is_symbol_status(word: &str) -> bool {
    matches!(
        word,
        "TRADING" | "END_OF_DAY" | "HALT" | "BREAK" | "CANCEL_ONLY"
    )
}

/// How far an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It waits for the working leg of its list.
    Pending,
    /// It waits for its trigger.
    Waiting,
    Working,
}

/// Returns the word for an order's state.
pub fn order_status(closed: Option<CloseReason>, executed: Qty, stage: Stage) -> &'static str {
    match closed {
        None if stage == Stage::Pending => "PENDING_NEW",
        None if executed.is_zero() => "NEW",
        None => "PARTIALLY_FILLED",
        Some(CloseReason::Filled) => "FILLED",
        Some(CloseReason::Cancelled | CloseReason::Replaced | CloseReason::Countdown) => "CANCELED",
        Some(CloseReason::SelfTrade) => "EXPIRED_IN_MATCH",
        Some(
            CloseReason::ImmediateRemainder
            | CloseReason::FillOrKillUnfilled
            | CloseReason::InsufficientLiquidity
            | CloseReason::ExecutionBand
            | CloseReason::Delisted
            | CloseReason::ExchangeCancelled
            | CloseReason::OtherLeg
            | CloseReason::WorkingLeg
            | CloseReason::InsufficientFunds
            | CloseReason::NotPlaceable,
        ) => "EXPIRED",
    }
}

/// Whether an order can be in a state of this word.
pub fn is_order_status(word: &str) -> bool {
    const STATUSES: [&str; 7] = [
        "NEW",
        "PENDING_NEW",
        "PARTIALLY_FILLED",
        "FILLED",
        "CANCELED",
        "EXPIRED",
        "EXPIRED_IN_MATCH",
    ];
    STATUSES.contains(&word)
}

/// Returns why an order expired, for the orders that did.
pub const fn expiry_reason(closed: CloseReason) -> Option<&'static str> {
    match closed {
        CloseReason::ImmediateRemainder => Some("UNFILLED_IOC_QUANTITY_EXPIRED"),
        CloseReason::FillOrKillUnfilled => Some("UNFILLED_FOK_ORDER_EXPIRED"),
        CloseReason::InsufficientLiquidity => Some("INSUFFICIENT_LIQUIDITY"),
        CloseReason::ExecutionBand => Some("EXECUTION_RULE_PRICE_RANGE_EXCEEDED"),
        CloseReason::Delisted | CloseReason::ExchangeCancelled => Some("EXCHANGE_CANCELED"),
        CloseReason::OtherLeg => Some("OCO_TRIGGER"),
        CloseReason::WorkingLeg => Some("OTO_PHASE_ONE_EXPIRED"),
        CloseReason::InsufficientFunds | CloseReason::NotPlaceable => Some("REJECTED"),
        CloseReason::Filled
        | CloseReason::Cancelled
        | CloseReason::Replaced
        | CloseReason::Countdown
        | CloseReason::SelfTrade => None,
    }
}

/// Returns the word for what ended an order.
pub const fn close_reason(closed: CloseReason) -> &'static str {
    match closed {
        CloseReason::Filled => "FILLED",
        CloseReason::Cancelled => "OWNER_CANCELLED",
        CloseReason::Replaced => "REPLACED",
        CloseReason::ImmediateRemainder => "IMMEDIATE_REMAINDER",
        CloseReason::FillOrKillUnfilled => "FILL_OR_KILL_UNFILLED",
        CloseReason::InsufficientLiquidity => "INSUFFICIENT_LIQUIDITY",
        CloseReason::ExecutionBand => "EXECUTION_BAND",
        CloseReason::SelfTrade => "SELF_TRADE",
        CloseReason::Delisted => "DELISTED",
        CloseReason::ExchangeCancelled => "EXCHANGE_CANCELLED",
        CloseReason::OtherLeg => "OTHER_LEG",
        CloseReason::WorkingLeg => "WORKING_LEG",
        CloseReason::InsufficientFunds => "INSUFFICIENT_FUNDS",
        CloseReason::NotPlaceable => "NOT_PLACEABLE",
        CloseReason::Countdown => "COUNTDOWN",
    }
}

/// A symbol, printed as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SymbolText(pub Symbol);

impl Serialize for SymbolText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

/// A client order id, printed as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientIdText(pub ClientOrderId);

impl Serialize for ClientIdText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (chars, length) = self.0.chars();
        serializer.serialize_str(core::str::from_utf8(&chars[..length]).unwrap_or(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::number::Price;
    use model::order::Condition;

    #[test]
    fn every_word_that_is_printed_reads_back() {
        for mode in SelfTradeMode::ALL {
            assert_eq!(parse_self_trade(self_trade(mode)), Some(mode));
        }
        for side_of in [Side::Buy, Side::Sell] {
            assert_eq!(parse_side(side(side_of)), Some(side_of));
        }
        assert_eq!(parse_self_trade("TRANSFER"), None);
        assert_eq!(parse_side("buy"), None);
    }

    #[test]
    fn a_market_or_ioc_rest_expires_and_is_not_cancelled() {
        for reason in [
            CloseReason::ImmediateRemainder,
            CloseReason::FillOrKillUnfilled,
            CloseReason::InsufficientLiquidity,
            CloseReason::ExecutionBand,
        ] {
            let status = order_status(Some(reason), Qty::ZERO, Stage::Working);
            assert_eq!(status, "EXPIRED");
            assert!(expiry_reason(reason).is_some());
        }
        assert_eq!(
            order_status(Some(CloseReason::SelfTrade), Qty::ZERO, Stage::Working),
            "EXPIRED_IN_MATCH"
        );
        assert_eq!(
            order_status(Some(CloseReason::Replaced), Qty::ZERO, Stage::Working),
            "CANCELED"
        );
    }

    #[test]
    fn every_type_that_is_printed_is_offered_and_reads_back() {
        let qty = Qty::MAX;
        let price = Price::MAX;
        let limit = OrderKind::Limit {
            price,
            qty,
            time_in_force: TimeInForce::GoodTillCancel,
        };
        let maker = OrderKind::LimitMaker { price, qty };
        let market = OrderKind::Market { qty };
        let trigger = |purpose| Trigger {
            purpose,
            condition: Condition::Stop { price },
        };
        let (stop, profit) = (trigger(Purpose::StopLoss), trigger(Purpose::TakeProfit));
        for (kind, trigger, expected) in [
            (limit, None, OrderType::Limit),
            (limit, Some(&stop), OrderType::StopLossLimit),
            (limit, Some(&profit), OrderType::TakeProfitLimit),
            (maker, None, OrderType::LimitMaker),
            (market, None, OrderType::Market),
            (market, Some(&stop), OrderType::StopLoss),
            (market, Some(&profit), OrderType::TakeProfit),
        ] {
            let word = order_type(&kind, trigger);
            assert_eq!(OrderType::parse(word), Some(expected));
            assert!(ORDER_TYPES.contains(&word));
            let purpose = trigger.map(|trigger| trigger.purpose);
            assert_eq!(expected.purpose(), purpose);
        }
    }

    #[test]
    fn an_order_that_waits_for_its_list_is_not_new_yet() {
        assert_eq!(order_status(None, Qty::ZERO, Stage::Pending), "PENDING_NEW");
        assert_eq!(order_status(None, Qty::ZERO, Stage::Waiting), "NEW");
        let closed = Some(CloseReason::WorkingLeg);
        assert_eq!(order_status(closed, Qty::ZERO, Stage::Pending), "EXPIRED");
    }
}
