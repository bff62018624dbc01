//! The whole state at one sequence, as plain values in a canonical order.
//!
//! The same state always gives the same snapshot, so its digest is the state's digest. `engine` and `views` make
//! and take these; `wire` gives them bytes.

use crate::account::{AccountState, FeeTier, OwnerState, Scopes, Wallet};
use crate::allowance::AllowanceState;
use crate::average::Bucket;
use crate::command::{Anchor, Deposit, Genesis, Idempotency, Withdrawal};
use crate::id::{
    AccountId, AssetId, KeyId, ListId, MarketId, OrderId, OwnerId, PreventedMatchId, ProposalId,
    Reference, Sequence, TradeGroupId, TradeId,
};
use crate::instrument::{Asset, Instrument, OrderLimits, Phase, Terms};
use crate::number::{Amount, Price, Qty};
use crate::order::{Instructions, ListKind, OrderKind, SelfTradeMode, Side};
use crate::payout_limit::PayoutLimitState;
use crate::reject::Reject;
use crate::text::ClientOrderId;
use crate::time::Timestamp;

/// The engine at one sequence.
///
/// **Shape** every list is sorted by the fields named first in its rows; orders of a market stand in book order:
/// bids then asks, best price first, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineState {
    /// The last command applied.
    pub sequence: Sequence,
    pub at: Timestamp,
    pub genesis: Genesis,
    pub logic: u16,
    /// The last number given to a list; 0 before the first.
    pub last_list: ListId,
    pub assets: Vec<Asset>,
    pub markets: Vec<MarketState>,
    pub accounts: Vec<AccountRow>,
    pub balances: Vec<BalanceRow>,
    pub house: Vec<HouseRow>,
    pub keys: Vec<KeyRow>,
    /// The reference each account was opened under.
    pub openings: Vec<ReferenceRow>,
    pub deposits: Vec<DepositRow>,
    pub withdrawals: Vec<WithdrawalRow>,
    pub transfers: Vec<TransferRow>,
    /// Oldest first.
    pub idempotency: Vec<IdempotencyRow>,
    pub countdowns: Vec<CountdownRow>,
    pub payout_holds: Vec<PayoutHoldRow>,
    pub approvals: Vec<ApprovalRow>,
    /// Where the audit log ended last.
    pub anchor: Option<Anchor>,
    pub allowances: AllowanceState,
    pub owner_states: Vec<OwnerStateRow>,
    pub proofs: ProofState,
    pub payout_limits: PayoutLimitState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketState {
    pub instrument: Instrument,
    pub terms: Terms,
    pub phase: Phase,
    /// The last numbers given out; 0 before the first.
    pub last_order: OrderId,
    pub last_trade: TradeId,
    pub last_prevented: PreventedMatchId,
    pub last_price: Option<Price>,
    /// Oldest first.
    pub average: Vec<Bucket>,
    pub orders: Vec<OrderRow>,
    pub limits: OrderLimits,
    /// Orders outside the book, by number.
    pub parked: Vec<ParkedRow>,
    /// Which of the orders on the book hide a part, by number.
    pub icebergs: Vec<IcebergRow>,
    /// Which of the orders on the book were amended, by number.
    pub amended: Vec<AmendedRow>,
    /// Open lists, by number.
    pub lists: Vec<ListRow>,
}

/// An order on the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderRow {
    pub order: OrderId,
    pub account: AccountId,
    pub side: Side,
    pub kind: OrderKind,
    pub self_trade: SelfTradeMode,
    pub client_id: ClientOrderId,
    pub price: Price,
    /// Lots: as first asked (or amended), executed, prevented, still on the book.
    pub original: Qty,
    pub executed: Qty,
    pub prevented: Qty,
    pub open: Qty,
    /// What is still held for it: quote units for a buy, base units for a sell.
    pub hold: Amount,
}

/// An open order outside the book: it waits for its trigger, or for the working leg of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParkedRow {
    pub order: OrderId,
    pub account: AccountId,
    pub side: Side,
    pub kind: OrderKind,
    pub self_trade: SelfTradeMode,
    pub client_id: ClientOrderId,
    pub instructions: Instructions,
    pub waiting: Waiting,
    /// What is held for it: quote units for a buy, base units for a sell.
    pub hold: Amount,
}

/// What a parked order waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The working leg of its list.
    Working,
    /// Its stop or activation price, or for the next trade.
    Market,
    /// It tracks the market, which has been as good as this.
    Trailing { extreme: Price },
    /// Nothing any more: it starts when its turn comes.
    Turn,
    /// The working leg of its list is filled: it takes its hold when the turn of its list comes.
    Activation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IcebergRow {
    pub order: OrderId,
    /// What it shows when it is refilled, and what it shows now.
    pub shown_max: Qty,
    pub shown: Qty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmendedRow {
    pub order: OrderId,
    pub amendments: u32,
}

/// An open list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListRow {
    pub list: ListId,
    pub account: AccountId,
    pub kind: ListKind,
    pub client_id: ClientOrderId,
    /// The first leg; the others bear the next numbers. Some of them may have ended.
    pub first_order: OrderId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountRow {
    pub account: AccountId,
    pub owner: OwnerId,
    pub group: TradeGroupId,
    pub state: AccountState,
    pub tier: FeeTier,
}

/// A balance of an account; rows of nothing are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceRow {
    pub account: AccountId,
    pub wallet: Wallet,
    pub asset: AssetId,
    pub available: Amount,
    pub held: Amount,
}

/// A ledger account of the exchange itself; rows of nothing are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HouseRow {
    pub asset: AssetId,
    pub account: HouseAccount,
    /// In the account's normal direction.
    pub balance: Amount,
}

/// The exchange's own ledger accounts (`docs/spec/clearing.md` §14.2). Those of contracts are appended with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum HouseAccount {
    /// Debit-normal: coins under the exchange's keys.
    ChainHot = 0,
    /// Debit-normal: coins seen, not final.
    ChainPending = 1,
    /// Credit-normal: owed once final.
    DepositTransit = 2,
    /// Credit-normal: left the user, not yet on chain.
    WithdrawTransit = 3,
    /// Credit-normal.
    TradingFees = 4,
    /// Credit-normal.
    WithdrawalFees = 5,
    /// Credit-normal: dust and residues; only grows.
    Rounding = 6,
    /// Credit-normal: what the exchange owns, out of which operators adjust balances.
    Equity = 7,
}

impl HouseAccount {
    pub const ALL: [HouseAccount; 8] = [
        HouseAccount::ChainHot,
        HouseAccount::ChainPending,
        HouseAccount::DepositTransit,
        HouseAccount::WithdrawTransit,
        HouseAccount::TradingFees,
        HouseAccount::WithdrawalFees,
        HouseAccount::Rounding,
        HouseAccount::Equity,
    ];

    /// Returns whether a debit raises the balance.
    pub const fn is_debit_normal(self) -> bool {
        matches!(self, HouseAccount::ChainHot | HouseAccount::ChainPending)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRow {
    pub key: KeyId,
    pub account: AccountId,
    pub scopes: Scopes,
    pub expires_at: Timestamp,
    pub is_revoked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferenceRow {
    pub reference: Reference,
    pub account: AccountId,
    pub sequence: Sequence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DepositRow {
    pub deposit: Deposit,
    pub status: DepositStatus,
    /// The command that brought it to this status.
    pub sequence: Sequence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum DepositStatus {
    Seen = 0,
    Credited = 1,
    Dropped = 2,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithdrawalRow {
    pub withdrawal: Withdrawal,
    pub account: AccountId,
    pub status: WithdrawalStatus,
    /// The commands that held it and that ended it.
    pub held_by: Sequence,
    pub ended_by: Option<Sequence>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum WithdrawalStatus {
    Held = 0,
    Settled = 1,
    Cancelled = 2,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransferRow {
    pub account: AccountId,
    pub reference: Reference,
    /// A digest of what was asked, to tell a repetition from a conflict.
    pub body: u64,
    pub sequence: Sequence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdempotencyRow {
    pub account: AccountId,
    pub idempotency: Idempotency,
    pub sequence: Sequence,
    pub at: Timestamp,
}

/// A running countdown; an account has at most one in a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountdownRow {
    pub account: AccountId,
    pub market: MarketId,
    pub until: Timestamp,
}

/// Until when no money of an owner leaves the exchange; it may have passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayoutHoldRow {
    pub owner: OwnerId,
    pub until: Timestamp,
}

/// What the owner of an account allows it to do; rows of those that are open are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnerStateRow {
    pub account: AccountId,
    pub state: OwnerState,
}

/// What was proven, as far as it counts still.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProofState {
    /// Of withdrawals that are held.
    pub destinations: Vec<DestinationRow>,
    pub taken: Vec<TakenRow>,
    /// Keys that somebody vouches for.
    pub keys: Vec<KeyId>,
}

/// Where a held withdrawal is paid to, `None` for nowhere; those of logic 1 have no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DestinationRow {
    pub withdrawal: Reference,
    pub destination: Option<Reference>,
}

/// A challenge that counts no second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenRow {
    pub challenge: Reference,
    pub until: Timestamp,
}

/// A decision of two operators that was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApprovalRow {
    pub proposal: ProposalId,
    /// What was decided, to tell a repetition from a conflict.
    pub digest: Reference,
    /// The command that answered it.
    pub sequence: Sequence,
    /// Why it was refused; `None` when it was carried out.
    pub refusal: Option<Reject>,
}
