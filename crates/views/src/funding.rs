//! One deposit or withdrawal as its owner reads it.

use model::command::{Deposit, Withdrawal};
use model::id::AccountId;
use model::snapshot::{DepositStatus, WithdrawalStatus};
use model::snapshot_views::{Funding, FundingRow};
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

/// Returns a row as people read it, if it is a deposit.
pub fn deposit_view(row: &FundingRow) -> Option<DepositView> {
    match row.funding {
        Funding::Deposit { deposit, status } => Some(DepositView {
            deposit,
            status,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }),
        Funding::Withdrawal { .. } => None,
    }
}

/// Returns a row as people read it, if it is a withdrawal.
pub fn withdrawal_view(row: &FundingRow) -> Option<WithdrawalView> {
    match row.funding {
        Funding::Withdrawal {
            account,
            withdrawal,
            status,
        } => Some(WithdrawalView {
            account,
            withdrawal,
            status,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }),
        Funding::Deposit { .. } => None,
    }
}
