//! Commands: everything that can change money, orders or rules. There is no other way in.
//!
//! Every record is append-only: a variant or a field is added with a new journal record version (D16), never
//! changed. Field comments give units; a money amount is in smallest units of the asset named beside it.

use crate::account::{AccountState, FeeTier, Scopes, Wallet};
use crate::allowance::{AllowanceTable, Verification};
use crate::approved::{Act, Approval, Others};
use crate::id::{AccountId, AssetId, ChainId, KeyId, MarketId, OwnerId, Reference, Sequence};
use crate::instrument::{Cause, Grid, OrderLimits, Phase, Terms};
use crate::number::{Amount, BasisPoints, Price, Qty};
use crate::order::{
    CancelRestriction, Instructions, ListKind, ListRef, OrderKind, OrderRef, ReplaceMode,
    SelfTradeMode, Side,
};
use crate::proof::{Grant, Proof};
use crate::text::{ClientOrderId, IdempotencyKey, Symbol};
use crate::time::Timestamp;
use core::num::NonZeroU32;

/// **Shape** what only operators send is boxed, so that the commands of clients lie close together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The first command of every journal, and of no other place.
    Genesis(Genesis),
    /// Once a second: lets idempotency results expire and averages roll.
    Tick,
    /// From the next command on, this logic version decides (D16).
    Upgrade {
        logic: u16,
    },

    ListAsset {
        symbol: Symbol,
    },
    ListMarket(ListMarket),
    ChangeMarket {
        market: MarketId,
        terms: Box<Terms>,
        cause: Cause,
    },
    SetOrderLimits {
        market: MarketId,
        limits: Box<OrderLimits>,
        cause: Cause,
    },
    /// Starts the next orders of a market whose trigger was met. The exchange issues it as long as there are any.
    StartDue {
        market: MarketId,
    },
    /// `Closed` delists: it cancels every order first and is final.
    SetPhase {
        market: MarketId,
        phase: Phase,
        cause: Cause,
    },

    OpenAccount(OpenAccount),
    SetAccountState {
        account: AccountId,
        state: AccountState,
        cause: Cause,
    },
    SetFeeTier {
        account: AccountId,
        tier: FeeTier,
    },
    CreateKey {
        key: KeyId,
        account: AccountId,
        scopes: Scopes,
        expires_at: Timestamp,
        /// Without one it pays only by what its user proves each time.
        grant: Option<Grant>,
    },
    RevokeKey {
        key: KeyId,
    },
    /// The key lives until then instead; one that has ended stays so.
    SetKeyEnd {
        key: KeyId,
        expires_at: Timestamp,
    },
    /// Until then no money of an owner leaves the exchange; a hold is lengthened, never shortened.
    HoldPayouts {
        owner: OwnerId,
        until: Timestamp,
    },
    /// What each verification allows from now on.
    SetAllowances(Box<AllowanceTable>),
    /// The market takes orders only from this verification on.
    SetMarketVerification {
        market: MarketId,
        verification: Verification,
    },
    /// How far the identity of an owner was checked: binds accounts that are opened later too.
    SetVerification {
        owner: OwnerId,
        verification: Verification,
    },

    SeeDeposit(Deposit),
    /// The deposit is final; it need not have been seen before.
    CreditDeposit(Deposit),
    /// A seen deposit vanished from the chain before it was final.
    DropDeposit {
        reference: Reference,
    },
    /// The payout is confirmed on chain.
    SettleWithdrawal {
        reference: Reference,
        /// Where it was paid to, which must be what was proven; `None` for nowhere.
        destination: Option<Reference>,
    },
    /// Asks whether a withdrawal was proven for this address, before anything is paid to it; changes nothing.
    ConfirmDestination {
        reference: Reference,
        destination: Reference,
    },
    /// The payout can no longer happen; amount and fee return to the account.
    CancelWithdrawal {
        reference: Reference,
    },

    /// Something an account asked for.
    Client {
        header: ClientHeader,
        action: Action,
    },

    /// Something operators decided.
    Approved {
        approval: Approval,
        others: Others,
        act: Box<Act>,
    },
    /// Tells where the audit log ends, so that it cannot be cut off unnoticed.
    Anchor(Anchor),
}

/// The end of the audit log of `identity` at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Its rows; they only become more.
    pub rows: u64,
    /// The hash of the last of them.
    pub head: Reference,
}

/// The identity of a journal (D24).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Genesis {
    pub cluster: u128,
    /// Seeds the hash tables of the core: client ids are chosen by strangers.
    pub table_seed: u64,
    /// For the proofs of liabilities of a later version.
    pub blinding_key: [u8; 32],
}

/// Lists a spot market under a new symbol, in phase `PreTrading`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListMarket {
    pub symbol: Symbol,
    pub base: AssetId,
    pub quote: AssetId,
    pub grid: Grid,
    pub terms: Box<Terms>,
}

/// Opens the next account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenAccount {
    /// Names the wish: the same reference never opens a second account.
    pub reference: Reference,
    pub owner: OwnerId,
    /// A sub-account joins its master's trade group and must have the same owner.
    pub master: Option<AccountId>,
}

/// Money arriving from a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// Unique for ever: chain, transaction and output in one.
    pub reference: Reference,
    pub chain: ChainId,
    pub account: AccountId,
    pub asset: AssetId,
    /// Greater than zero.
    pub amount: Amount,
}

/// Who asks, until when the wish stands, and how it is recognised when it comes twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientHeader {
    pub account: AccountId,
    /// The key or session that signed; the engine refuses it unless it is live and has the scope (Q11).
    pub key: KeyId,
    /// `timestamp + recvWindow` of the request (D15).
    pub valid_until: Timestamp,
    pub idempotency: Option<Idempotency>,
}

/// The exactly-once name of a request (D17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idempotency {
    pub key: IdempotencyKey,
    /// A digest of what was asked, without time and signature: the same key with another body is a conflict.
    pub body: u64,
}

/// **Shape** what few clients send is boxed, so that the rest lie close together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    Place(NewOrder),
    Cancel(Cancel),
    /// Cancels every open order of the account in one market.
    CancelAll {
        market: MarketId,
    },
    Replace(Replace),
    Amend(Amend),
    Transfer(Transfer),
    /// Moves amount and fee from available to in transit, until the payout is settled or cancelled.
    HoldWithdrawal {
        withdrawal: Withdrawal,
        /// `None` in journals of logic 1 alone.
        proof: Option<Box<Proof>>,
    },
    PlaceInstructed(Box<InstructedOrder>),
    ReplaceInstructed(Box<InstructedReplace>),
    PlaceList(Box<NewList>),
    CancelList(CancelList),
    /// Asks what became of a request, with certainty about everything sequenced before; changes nothing.
    FindOutcome {
        key: IdempotencyKey,
    },
    SetCountdown(SetCountdown),
    /// Lets a sub-account do nothing but cancel, until it is unfrozen; asked for by its master.
    Freeze {
        account: AccountId,
    },
    Unfreeze {
        account: AccountId,
    },
    /// Moves money out of the account or one of its sub-accounts; asked for by the master.
    TransferBetween(Box<TransferBetween>),
    /// Ends the account and its sub-accounts for good.
    Close,
    AmendLimit(Box<AmendLimit>),
    AmendOpen(Box<AmendOpen>),
    AmendAny(Box<AmendAny>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewOrder {
    pub market: MarketId,
    pub side: Side,
    pub kind: OrderKind,
    /// Unique among the open orders of the account in this market.
    pub client_id: ClientOrderId,
    /// `None` takes the market's default.
    pub self_trade: Option<SelfTradeMode>,
}

/// An order that asks for something beyond its kind (`docs/spec/orders.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstructedOrder {
    pub order: NewOrder,
    pub instructions: Instructions,
}

/// A cancel-replace whose new order has instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstructedReplace {
    pub replace: Replace,
    pub instructions: Instructions,
}

/// Orders that depend on each other (`docs/spec/orders.md` §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewList {
    pub market: MarketId,
    /// Unique among the open lists of the account in this market.
    pub client_id: ClientOrderId,
    /// Of every leg; `None` takes the market's default.
    pub self_trade: Option<SelfTradeMode>,
    pub legs: Legs,
}

/// The legs of a list, in the order of their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Legs {
    OneCancelsOther { pair: [Leg; 2] },
    OneTriggersOther { working: Leg, pending: Leg },
    OneTriggersOneCancelsOther { working: Leg, pending: [Leg; 2] },
}

impl Legs {
    /// Returns the kind of the list.
    pub const fn kind(&self) -> ListKind {
        match self {
            Legs::OneCancelsOther { .. } => ListKind::OneCancelsOther,
            Legs::OneTriggersOther { .. } => ListKind::OneTriggersOther,
            Legs::OneTriggersOneCancelsOther { .. } => ListKind::OneTriggersOneCancelsOther,
        }
    }

    /// Returns the legs in order.
    pub fn iter(&self) -> impl Iterator<Item = &Leg> {
        let (first, second, third) = match self {
            Legs::OneCancelsOther {
                pair: [first, second],
            } => (first, second, None),
            Legs::OneTriggersOther { working, pending } => (working, pending, None),
            Legs::OneTriggersOneCancelsOther {
                working,
                pending: [second, third],
            } => (working, second, Some(third)),
        };
        [first, second].into_iter().chain(third)
    }
}

/// One order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    pub side: Side,
    pub kind: OrderKind,
    pub client_id: ClientOrderId,
    pub instructions: Instructions,
}

/// Cancels the open legs of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelList {
    pub market: MarketId,
    pub list: ListRef,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancel {
    pub market: MarketId,
    pub order: OrderRef,
    pub restriction: CancelRestriction,
}

/// Cancels one order and places another of the same market, as one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replace {
    pub cancel: OrderRef,
    pub restriction: CancelRestriction,
    pub mode: ReplaceMode,
    pub order: NewOrder,
}

/// Lowers an order's original quantity to `qty` and keeps its place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amend {
    pub market: MarketId,
    pub order: OrderRef,
    /// The new original quantity in lots: above what is executed or prevented, below what it was.
    pub qty: Qty,
    /// The order's client id from now on; `None` keeps it.
    pub client_id: Option<ClientOrderId>,
}

/// Gives an open limit order another price, another original quantity or both, under its number.
///
/// Less at the same price keeps its place in the queue; anything else goes to the end of its level, or trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmendLimit {
    pub market: MarketId,
    pub order: OrderRef,
    /// The new limit in ticks; `None` keeps it.
    pub price: Option<Price>,
    /// The new original quantity in lots, above what is executed or prevented; `None` keeps it.
    pub qty: Option<Qty>,
    /// The order's client id from now on; `None` keeps it.
    pub client_id: Option<ClientOrderId>,
    /// The executed lots the account knows of: refused when it is another number by now.
    pub executed: Option<Qty>,
}

/// Gives an open order of any kind other terms under its number: one that rests, hides a part or waits for its trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmendOpen {
    pub limit: AmendLimit,
    /// The new stop or activation price in ticks; `None` keeps it.
    pub stop: Option<Price>,
    /// The new trailing delta; `None` keeps it.
    pub delta: Option<BasisPoints>,
}

/// Gives any open order other terms under its number, a leg of an open list, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmendAny {
    pub open: AmendOpen,
    /// The lots that an iceberg is to show at a time; `None` keeps them.
    pub shown: Option<Qty>,
}

/// Moves money between the wallets of one account, or between accounts of one owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Unique per paying account.
    pub reference: Reference,
    pub from: Wallet,
    pub to_account: AccountId,
    pub to: Wallet,
    pub asset: AssetId,
    /// Greater than zero.
    pub amount: Amount,
}

/// A transfer that the master asks for, whichever of its accounts pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransferBetween {
    pub payer: AccountId,
    pub transfer: Transfer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// Unique for ever.
    pub reference: Reference,
    pub chain: ChainId,
    pub asset: AssetId,
    /// What arrives on chain; greater than zero.
    pub amount: Amount,
    /// What the exchange keeps, in the same asset; zero or more.
    pub fee: Amount,
}

/// Starts, restarts or ends the account's countdown in one market: when it runs out, every open order is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetCountdown {
    pub market: MarketId,
    /// How long from now; `None` ends it.
    pub millis: Option<NonZeroU32>,
}

/// A command on its way to the sequencer, with the ticket its sender waits on.
///
/// **Shape** tickets belong to the sender and never reach the journal; 0 is nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub ticket: u64,
    pub command: Command,
}

/// A command with its place in the log and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequenced {
    pub sequence: Sequence,
    pub at: Timestamp,
    pub command: Command,
}

// A variant larger than the rest makes every command as large: box what is rare.
const _: () = assert!(size_of::<Sequenced>() <= 240);
