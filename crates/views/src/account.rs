//! One account and its balances as its owner reads them.

use model::account::{AccountState, FeeTier, Wallet};
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
    pub opened_at: Timestamp,
    /// When a balance last changed; before that, when the account was opened.
    pub updated_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    pub wallet: Wallet,
    pub asset: AssetId,
    pub available: Amount,
    /// Held by open orders.
    pub held: Amount,
}
