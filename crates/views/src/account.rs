//! One account and its balances as its owner reads them.

use model::account::{AccountState, FeeTier, OwnerState, Wallet};
use model::id::{AccountId, AssetId, OwnerId, TradeGroupId};
use model::number::Amount;
use model::time::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    pub account: AccountId,
    pub owner: OwnerId,
    pub group: TradeGroupId,
    pub state: AccountState,
    pub tier: FeeTier,
    pub owner_state: OwnerState,
    pub opened_at: Timestamp,
    /// When a balance last changed; before that, when the account was opened.
    pub updated_at: Timestamp,
}

impl Account {
    /// Returns whether the account is its group's first, so that the others are its sub-accounts.
    pub const fn is_master(&self) -> bool {
        self.group.0 == self.account.0
    }

    /// Returns whether the account is a sub-account of that one.
    pub const fn is_sub_account_of(&self, master: AccountId) -> bool {
        self.group.0 == master.0 && self.account.0 != master.0
    }

    /// Returns whether new orders are accepted.
    pub const fn may_trade(&self) -> bool {
        self.state.may_trade() && matches!(self.owner_state, OwnerState::Open)
    }

    /// Returns whether money may leave the account by its own keys.
    pub const fn may_pay_out(&self) -> bool {
        self.state.may_pay_out() && matches!(self.owner_state, OwnerState::Open)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    pub wallet: Wallet,
    pub asset: AssetId,
    pub available: Amount,
    /// Held by open orders.
    pub held: Amount,
}
