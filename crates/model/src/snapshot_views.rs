//! The views at one sequence, as plain values in a canonical order: what a restart needs to answer as before.

use crate::account::{AccountState, FeeTier, Scopes};
use crate::allowance::AllowanceState;
use crate::average::Bucket;
use crate::command::{Deposit, Withdrawal};
use crate::id::{
    AccountId, KeyId, ListId, MarketId, OrderId, OwnerId, PreventedMatchId, Sequence, TradeGroupId,
    TradeId,
};
use crate::instrument::{Asset, Instrument, OrderLimits, Phase, Terms};
use crate::number::{Amount, Price, Qty};
use crate::order::{
    Awaited, CloseReason, Condition, Instructions, ListKind, OrderKind, SelfTradeMode, Side,
};
use crate::payout_limit::PayoutLimitState;
use crate::snapshot::{BalanceRow, DepositStatus, OwnerStateRow, PayoutHoldRow, WithdrawalStatus};
use crate::text::ClientOrderId;
use crate::time::Timestamp;

/// The candle intervals of a market, from one second to one month.
pub const CANDLE_INTERVALS: usize = 16;

/// The views at one sequence.
///
/// **Shape** every list is sorted by the fields named first in its rows, unless it says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewsState {
    /// The last command folded.
    pub sequence: Sequence,
    pub at: Timestamp,
    /// The genesis record's.
    pub table_seed: u64,
    pub assets: Vec<Asset>,
    pub markets: Vec<MarketViewState>,
    pub accounts: Vec<AccountViewRow>,
    /// By account, wallet and asset; rows of nothing are left out.
    pub balances: Vec<BalanceRow>,
    pub open_orders: Vec<OrderViewRow>,
    /// In the order they closed.
    pub closed_orders: Vec<OrderViewRow>,
    pub keys: Vec<KeyViewRow>,
    pub fundings: Vec<FundingRow>,
    /// Which of the open and closed orders have instructions or are legs.
    pub instructed: Vec<InstructedViewRow>,
    pub open_lists: Vec<ListViewRow>,
    /// In the order they closed.
    pub closed_lists: Vec<ListViewRow>,
    /// In the order they happened.
    pub prevented: Vec<PreventedViewRow>,
    /// By sequence: a command amends one order at most.
    pub amendments: Vec<AmendmentViewRow>,
    pub payout_holds: Vec<PayoutHoldRow>,
    pub allowances: AllowanceState,
    pub payout_limits: PayoutLimitState,
    pub owner_states: Vec<OwnerStateRow>,
    /// The market whose old trades the next tick lets go of first.
    pub expiry_market: MarketId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketViewState {
    pub instrument: Instrument,
    pub terms: Terms,
    pub limits: OrderLimits,
    pub phase: Phase,
    /// `None` where the snapshot is of before this was kept.
    pub phase_since: Option<Timestamp>,
    pub listed_at: Timestamp,
    /// The number of the last level change; 0 before the first.
    pub last_update: u64,
    /// Best price first.
    pub bids: Vec<LevelRow>,
    pub asks: Vec<LevelRow>,
    /// The number of the first row of `trades`, or of the next trade when there is none.
    pub first_trade: TradeId,
    pub trades: Vec<TradeRow>,
    /// The number of the first row of `aggregates`, or of the next one when there is none.
    pub first_aggregate: u64,
    pub aggregates: Vec<AggregateRow>,
    pub last_trade: Option<LastTradeRow>,
    /// Oldest first.
    pub average: Vec<Bucket>,
    pub candles: CandleState,
}

/// **Units** lots; a level may hold more than one order may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelRow {
    pub price: Price,
    pub lots: i128,
}

/// A trade; its number is its place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeRow {
    pub price: Price,
    pub qty: Qty,
    pub at: Timestamp,
    pub taker_side: Side,
    pub maker_account: AccountId,
    pub maker_order: OrderId,
    pub maker_fee: Amount,
    pub maker_rebate: Amount,
    /// The fill of the maker's order before this one.
    pub maker_previous: Option<TradeId>,
    pub taker_account: AccountId,
    pub taker_order: OrderId,
    pub taker_fee: Amount,
}

/// An aggregate trade; its number is its place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AggregateRow {
    pub price: Price,
    pub qty: Qty,
    pub first: TradeId,
    pub last: TradeId,
    pub at: Timestamp,
    pub taker_side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastTradeRow {
    pub trade: TradeId,
    pub price: Price,
    pub qty: Qty,
    pub at: Timestamp,
}

/// The candles of a market that have trades.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandleState {
    /// By interval, from one second to one month; each oldest first.
    pub series: [Vec<CandleRow>; CANDLE_INTERVALS],
    /// What traded in the last minute with trades, without its last second with trades.
    pub minute: Option<CandleRow>,
    /// What traded in the last second with trades.
    pub second: Option<CandleRow>,
    /// The last price before the rolling 24 hours.
    pub previous_close: Option<Price>,
}

/// **Units** lots, and ticks × lots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CandleRow {
    /// Counts periods of the interval from the epoch (months: from year 0).
    pub period: i64,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub lots: i128,
    pub value: i128,
    pub taker_buy_lots: i128,
    pub taker_buy_value: i128,
    pub first: TradeId,
    pub last: TradeId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountViewRow {
    pub account: AccountId,
    pub owner: OwnerId,
    pub group: TradeGroupId,
    pub state: AccountState,
    pub tier: FeeTier,
    pub opened_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderViewRow {
    pub market: MarketId,
    pub order: OrderId,
    pub account: AccountId,
    pub client_id: ClientOrderId,
    /// Whether the client id still leads to this order.
    pub is_named: bool,
    pub side: Side,
    pub kind: OrderKind,
    pub self_trade: SelfTradeMode,
    pub original: Qty,
    pub executed: Qty,
    pub prevented: Qty,
    pub quote_units: i128,
    pub created_at: Timestamp,
    /// Of a closed order: when it closed.
    pub updated_at: Timestamp,
    pub working_at: Option<Timestamp>,
    pub prevented_match: Option<PreventedMatchId>,
    pub last_fill: Option<TradeId>,
    pub closed: Option<CloseReason>,
}

/// What an order asks for beyond its kind, and where it stands with that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstructedViewRow {
    pub market: MarketId,
    pub order: OrderId,
    pub instructions: Instructions,
    /// The list it is a leg of.
    pub list: Option<ListId>,
    pub stage: OrderStage,
    /// The command since which it tracks the market, and its time.
    pub trailing_since: Option<(Sequence, Timestamp)>,
}

/// What an order with instructions, or a leg, waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum OrderStage {
    /// The working leg of its list.
    Pending = 0,
    /// Its trigger.
    Waiting = 1,
    /// Nothing.
    Working = 2,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListViewRow {
    pub list: ListId,
    pub market: MarketId,
    pub account: AccountId,
    pub kind: ListKind,
    pub client_id: ClientOrderId,
    pub first_order: OrderId,
    pub created_at: Timestamp,
    /// Of a closed list: when it closed.
    pub updated_at: Timestamp,
}

/// A match that self-trade prevention stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreventedViewRow {
    pub market: MarketId,
    pub prevented: PreventedMatchId,
    pub maker_order: OrderId,
    pub taker_order: OrderId,
    pub maker_account: AccountId,
    pub taker_account: AccountId,
    pub price: Price,
    pub mode: SelfTradeMode,
    pub maker_qty: Qty,
    pub taker_qty: Qty,
    pub taker_side: Side,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmendmentViewRow {
    pub sequence: Sequence,
    pub at: Timestamp,
    pub market: MarketId,
    pub order: OrderId,
    pub account: AccountId,
    /// The original quantity.
    pub qty_before: Qty,
    pub qty_after: Qty,
    pub client_id: ClientOrderId,
    pub previous_client_id: ClientOrderId,
    /// The limit price of an order that queued again or waits on; `None` where it kept its place, and so its price, and
    /// where it has none.
    pub price: Option<PriceChange>,
    /// What an order that waits on is to wait for; `None` of one on the book.
    pub condition: Option<ConditionChange>,
}

/// A limit price before and after, which may be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceChange {
    pub before: Price,
    pub after: Price,
}

/// What an iceberg shows at a time before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownChange {
    pub before: Qty,
    pub after: Qty,
}

/// The condition of a trigger before and after, which may be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionChange {
    pub before: Condition,
    pub after: Condition,
}

impl ConditionChange {
    /// Returns the change of what an order waits for, unless it waits for its list alone.
    pub fn of(before: Awaited, after: Awaited) -> Option<ConditionChange> {
        let both = before.0.zip(after.0);
        both.map(|(before, after)| ConditionChange { before, after })
    }
}

/// A key that was not revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyViewRow {
    pub key: KeyId,
    pub account: AccountId,
    pub scopes: Scopes,
    pub expires_at: Timestamp,
}

/// A deposit or a withdrawal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FundingRow {
    /// The command that brought it up.
    pub created_by: Sequence,
    pub created_at: Timestamp,
    pub funding: Funding,
    /// The command that ended it.
    pub ended_by: Option<Sequence>,
    pub updated_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Funding {
    Deposit {
        deposit: Deposit,
        status: DepositStatus,
    },
    Withdrawal {
        account: AccountId,
        withdrawal: Withdrawal,
        status: WithdrawalStatus,
    },
}
