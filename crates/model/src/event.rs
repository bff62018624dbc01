//! Events: what commands did. Answers, market data, history and balances all come from these and nothing else.
//!
//! A reader that folds every event knows every balance, order and book to the unit, without asking the engine.

use crate::account::{AccountState, FeeTier, OwnerState, Scopes};
use crate::allowance::{AllowanceTable, Flow, Verification};
use crate::approved::{Adjustment, Approval, Others};
use crate::command::{Anchor, Deposit, Genesis, Transfer, Withdrawal};
use crate::id::{
    AccountId, AssetId, KeyId, ListId, MarketId, OrderId, OwnerId, PreventedMatchId, Reference,
    Sequence, TradeGroupId, TradeId,
};
use crate::instrument::{Asset, Cause, Instrument, OrderLimits, Phase, Terms};
use crate::number::{Amount, Price, Qty};
use crate::order::{Awaited, CloseReason, Instructions, ListKind, OrderKind, SelfTradeMode, Side};
use crate::reject::Reject;
use crate::text::ClientOrderId;
use crate::time::Timestamp;

/// **Shape** the terms of a market are boxed, so that all other events lie close together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The command changed nothing.
    Rejected {
        reason: Reject,
    },
    /// The command had been carried out before; its answer is that of `original`.
    Repeated {
        original: Sequence,
    },

    Started(Genesis),
    Ticked,
    Upgraded {
        logic: u16,
    },

    AssetListed(Asset),
    MarketListed {
        instrument: Instrument,
        terms: Box<Terms>,
    },
    MarketChanged {
        market: MarketId,
        terms: Box<Terms>,
        cause: Cause,
    },
    OrderLimitsChanged {
        market: MarketId,
        limits: Box<OrderLimits>,
        cause: Cause,
    },
    /// The due orders that one command may start were started; what they did follows before this.
    DueStarted {
        market: MarketId,
        /// How many are due still.
        left: u32,
    },
    PhaseChanged {
        market: MarketId,
        phase: Phase,
        cause: Cause,
    },

    AccountOpened {
        account: AccountId,
        owner: OwnerId,
        group: TradeGroupId,
    },
    AccountStateChanged {
        account: AccountId,
        state: AccountState,
        cause: Cause,
    },
    FeeTierChanged {
        account: AccountId,
        tier: FeeTier,
    },
    KeyCreated {
        key: KeyId,
        account: AccountId,
        scopes: Scopes,
        expires_at: Timestamp,
    },
    KeyRevoked {
        key: KeyId,
        account: AccountId,
    },
    KeyEndSet {
        key: KeyId,
        account: AccountId,
        expires_at: Timestamp,
    },
    PayoutsHeld {
        owner: OwnerId,
        until: Timestamp,
    },
    AllowancesSet(Box<AllowanceTable>),
    MarketVerificationSet {
        market: MarketId,
        verification: Verification,
    },
    VerificationSet {
        owner: OwnerId,
        verification: Verification,
    },
    /// What the deposit or withdrawal that is told next counts of its owner's allowance.
    AllowanceUsed {
        owner: OwnerId,
        flow: Flow,
        /// Smallest units of the reference asset; `None` when the asset had no price in it.
        value: Option<Amount>,
        /// More has come in than the allowance is for.
        is_beyond: bool,
    },
    /// A closing has one of these for each account, and then the ends of their keys.
    OwnerStateChanged {
        account: AccountId,
        state: OwnerState,
    },

    DepositSeen(Deposit),
    DepositCredited(Deposit),
    DepositDropped {
        reference: Reference,
    },
    WithdrawalHeld {
        account: AccountId,
        withdrawal: Withdrawal,
    },
    WithdrawalSettled {
        account: AccountId,
        withdrawal: Withdrawal,
    },
    WithdrawalCancelled {
        account: AccountId,
        withdrawal: Withdrawal,
    },
    Transferred {
        account: AccountId,
        transfer: Transfer,
    },

    OrderAccepted(OrderAccepted),
    /// What is left of a limit order joined the book; of an iceberg, what it shows of that.
    OrderRested {
        market: MarketId,
        order: OrderId,
        account: AccountId,
        side: Side,
        price: Price,
        qty: Qty,
    },
    Traded(Traded),
    MatchPrevented(MatchPrevented),
    OrderAmended(OrderAmended),
    OrderClosed(OrderClosed),
    /// The cancel half of a cancel-replace was refused.
    ReplaceCancelRejected {
        reason: Reject,
    },
    /// The new-order half of a cancel-replace was refused.
    ReplacePlaceRejected {
        reason: Reject,
    },
    /// The new-order half of a cancel-replace was not tried, since its cancel was refused.
    ReplacePlaceSkipped,

    OrderInstructed(OrderInstructed),
    OrderTriggered(OrderTriggered),
    OrderActivated(OrderActivated),
    /// An iceberg shows lots that it had hidden, at the end of the queue of its price.
    OrderRefilled {
        market: MarketId,
        order: OrderId,
        account: AccountId,
        side: Side,
        price: Price,
        qty: Qty,
    },
    CountdownSet {
        market: MarketId,
        account: AccountId,
        /// `None` when there is none any more.
        until: Option<Timestamp>,
    },
    /// A countdown ran out; the ends of the account's open orders follow.
    CountdownExpired {
        market: MarketId,
        account: AccountId,
    },
    ListAccepted(ListAccepted),
    /// The last open leg of a list has ended.
    ListClosed {
        market: MarketId,
        list: ListId,
        account: AccountId,
    },

    /// Operators decided what the events after it tell; none does when nothing in the core became another.
    Approved {
        approval: Approval,
        others: Others,
    },
    BalanceAdjusted(Adjustment),
    /// The audit log ended there.
    Anchored(Anchor),
    OrderRequeued(Box<OrderRequeued>),
    WaitingAmended(Box<WaitingAmended>),
    /// How much of an asset leaves in a day is another from then on.
    PayoutLimitSet {
        asset: AssetId,
        cap: Option<Amount>,
        from: Timestamp,
        /// What is held of it now.
        held: Amount,
    },
    /// An iceberg shows another part of itself from now on; the event that amends the order follows.
    IcebergAmended {
        market: MarketId,
        order: OrderId,
        account: AccountId,
        previous: Qty,
        shown: Qty,
    },
    HoldShifted(HoldShifted),
}

// A variant larger than the rest makes every event as large: box what is rare.
const _: () = assert!(size_of::<Event>() <= 160);

/// An order passed every check, its hold is taken and it has its number. Matching follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderAccepted {
    pub market: MarketId,
    pub order: OrderId,
    pub account: AccountId,
    pub side: Side,
    pub kind: OrderKind,
    pub self_trade: SelfTradeMode,
    pub client_id: ClientOrderId,
    /// Moved from available to held: quote units for a buy, base units for a sell.
    pub hold: Amount,
}

/// What the order just accepted asks for beyond its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderInstructed {
    pub market: MarketId,
    pub order: OrderId,
    pub account: AccountId,
    pub instructions: Instructions,
    /// It waits for the working leg of its list.
    pub is_pending: bool,
}

/// The trigger of a waiting order was met and it starts: what it does as an order of its kind follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderTriggered {
    pub market: MarketId,
    pub order: OrderId,
    pub account: AccountId,
    pub side: Side,
    /// The limit price that the book has set for it, if it is pegged.
    pub pegged: Option<Price>,
    /// What it held while it waited returns to available, and what it holds from now on is taken from it.
    pub release: Amount,
    pub hold: Amount,
}

/// The working leg of its list is filled: a pending order takes its hold, and from now on is as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderActivated {
    pub market: MarketId,
    pub order: OrderId,
    pub account: AccountId,
    pub side: Side,
    /// The limit price that the book has set for it, if it is pegged and starts at once.
    pub pegged: Option<Price>,
    /// Moved from available to held.
    pub hold: Amount,
}

/// A list passed every check; the acceptances of its legs follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListAccepted {
    pub market: MarketId,
    pub list: ListId,
    pub account: AccountId,
    pub kind: ListKind,
    pub client_id: ClientOrderId,
    /// The first leg; the others bear the next numbers.
    pub first_order: OrderId,
}

/// One fill between a resting order and an incoming one, at the resting order's price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traded {
    pub market: MarketId,
    pub trade: TradeId,
    pub price: Price,
    pub qty: Qty,
    /// price × quantity, in quote units.
    pub quote: Amount,
    /// quantity, in base units.
    pub base: Amount,
    pub taker_side: Side,
    pub maker: Party,
    pub taker: Party,
    /// Paid to the maker out of the taker's fee, in the asset the taker receives (D18); zero or more.
    pub maker_rebate: Amount,
    /// Returned from the buyer's hold to available: what it held above this fill's value, in quote units.
    pub buyer_release: Amount,
}

/// One side of a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party {
    pub account: AccountId,
    pub order: OrderId,
    /// In the asset this side receives (a buyer: base; a seller: quote); zero or more.
    pub fee: Amount,
}

/// Two orders of one trade group met and did not trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchPrevented {
    pub market: MarketId,
    pub prevented: PreventedMatchId,
    pub mode: SelfTradeMode,
    pub price: Price,
    pub maker_account: AccountId,
    pub maker_order: OrderId,
    pub taker_account: AccountId,
    pub taker_order: OrderId,
    pub taker_side: Side,
    /// Lots taken from each order without a trade; what remains of either follows in its `OrderClosed`.
    pub maker_qty: Qty,
    pub taker_qty: Qty,
    /// Holds returned to available, each in the asset its order holds.
    pub maker_release: Amount,
    pub taker_release: Amount,
}

/// A resting order became smaller and kept its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderAmended {
    pub market: MarketId,
    pub order: OrderId,
    pub account: AccountId,
    pub side: Side,
    pub price: Price,
    /// The new original quantity, and the lots taken off the book.
    pub qty: Qty,
    pub reduced: Qty,
    pub client_id: ClientOrderId,
    pub previous_client_id: ClientOrderId,
    /// Hold returned to available.
    pub release: Amount,
}

/// A resting order got other terms and left its place: what it does as an order that comes now follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderRequeued {
    pub market: MarketId,
    pub order: OrderId,
    pub account: AccountId,
    pub side: Side,
    /// The limit in ticks, before and from now on.
    pub previous_price: Price,
    pub price: Price,
    /// The original quantity in lots, before and from now on.
    pub previous_qty: Qty,
    pub qty: Qty,
    /// Lots that were on the book until now, at the previous price; of an iceberg, what it showed.
    pub unbooked: Qty,
    pub client_id: ClientOrderId,
    pub previous_client_id: ClientOrderId,
    /// What it held returns to available, and what it holds from now on is taken from it.
    pub release: Amount,
    pub hold: Amount,
}

/// A waiting leg of a pair holds another part of what the pair holds, since its partner was amended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldShifted {
    pub market: MarketId,
    pub order: OrderId,
    pub account: AccountId,
    pub side: Side,
    /// What it held returns to available, and what it holds from now on is taken from it.
    pub release: Amount,
    pub hold: Amount,
}

/// An order that waits, for its trigger or for its list, got other terms and waits on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitingAmended {
    pub market: MarketId,
    pub order: OrderId,
    pub account: AccountId,
    pub side: Side,
    /// Limit price and quantity, before and from now on.
    pub previous_kind: OrderKind,
    pub kind: OrderKind,
    /// What it waits for, before and from now on.
    pub previous: Awaited,
    pub awaited: Awaited,
    pub client_id: ClientOrderId,
    pub previous_client_id: ClientOrderId,
    /// What it held returns to available, and what it holds from now on is taken from it.
    pub release: Amount,
    pub hold: Amount,
}

/// An order ended; it is never mentioned again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderClosed {
    pub market: MarketId,
    pub order: OrderId,
    pub account: AccountId,
    pub side: Side,
    pub reason: CloseReason,
    /// Lots that were on the book until now, at `price`; zero for an order that never rested.
    pub unbooked: Qty,
    /// The order's limit price, if it has one.
    pub price: Option<Price>,
    /// Hold returned to available.
    pub release: Amount,
}

/// An event with its place: the same (sequence, index) gives the same bytes from any node at any time (Q9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub sequence: Sequence,
    pub at: Timestamp,
    pub event: Event,
}
