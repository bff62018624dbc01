//! One deposit or withdrawal as its owner reads it.

use model::command::{Deposit, Withdrawal};
use model::id::AccountId;
use model::snapshot::{DepositStatus, WithdrawalStatus};
use model::time::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DepositView {
    pub deposit: Deposit,
    pub status: DepositStatus,
    /// When it was first seen or credited, and when it came to its status.
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithdrawalView {
    pub account: AccountId,
    pub withdrawal: Withdrawal,
    pub status: WithdrawalStatus,
    /// When it was held, and when it came to its status.
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}
