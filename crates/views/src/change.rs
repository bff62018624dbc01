//! What a fold changed: the raw material of the streams.

use crate::aggregate::AggregateTrade;
use crate::trade::Trade;
use model::account::Wallet;
use model::id::{AccountId, AssetId, KeyId, ListId, MarketId, OrderId, PreventedMatchId, TradeId};
use model::instrument::Phase;
use model::number::{Amount, Price};
use model::order::{CloseReason, Side};

/// One thing that changed, in the order it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    AssetListed {
        asset: AssetId,
    },
    MarketListed {
        market: MarketId,
    },
    /// Terms or order limits.
    MarketChanged {
        market: MarketId,
    },
    PhaseChanged {
        market: MarketId,
        phase: Phase,
    },

    /// A price level has this many lots now; none: it is gone. `update` counts per market without gaps.
    Level {
        market: MarketId,
        side: Side,
        price: Price,
        lots: i128,
        update: u64,
    },
    Trade {
        market: MarketId,
        trade: Trade,
    },
    /// At the end of its command.
    Aggregate {
        market: MarketId,
        aggregate: AggregateTrade,
    },
    /// The best level of a side has another price or quantity than before the command. At the end of its command.
    Top {
        market: MarketId,
    },

    Order {
        account: AccountId,
        market: MarketId,
        order: OrderId,
        what: OrderChange,
    },
    List {
        account: AccountId,
        market: MarketId,
        list: ListId,
        what: ListChange,
    },
    /// What the balance is now.
    Balance {
        account: AccountId,
        wallet: Wallet,
        asset: AssetId,
        available: Amount,
        held: Amount,
    },
    /// Money came or went from outside or between accounts; the balance follows.
    Funding {
        account: AccountId,
        wallet: Wallet,
        asset: AssetId,
        /// Greater than zero when it came.
        delta: Amount,
    },
    /// State, fee tier or existence.
    Account {
        account: AccountId,
    },
    KeyCreated {
        key: KeyId,
        account: AccountId,
    },
    KeyRevoked {
        key: KeyId,
        account: AccountId,
    },
    KeyEndSet {
        key: KeyId,
        account: AccountId,
    },
}

/// Takes what a fold changed.
pub trait Changes {
    fn push(&mut self, change: Change);
}

impl Changes for Vec<Change> {
    fn push(&mut self, change: Change) {
        Vec::push(self, change);
    }
}

/// Nobody listens: while starting, above all.
pub struct Unheard;

impl Changes for Unheard {
    fn push(&mut self, _: Change) {}
}

/// What happened to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderChange {
    Accepted,
    Rested,
    Traded(TradeId),
    Prevented(PreventedMatchId),
    Amended,
    Closed(CloseReason),
    /// Right after it was accepted: it asks for more than its kind, or is pending.
    Instructed,
    /// Its trigger was met.
    Triggered,
    /// It is no longer pending.
    Activated,
}

/// What happened to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListChange {
    /// Before its legs are accepted.
    Accepted,
    /// Its pending legs are no longer pending: once, before the first of them.
    Updated,
    /// After its last leg closed.
    Closed,
}
