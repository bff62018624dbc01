//! Deposits beyond the allowance of their owner: credited, since money on a chain cannot be refused, and looked at.

use model::id::{AccountId, AssetId, OwnerId};
use model::number::Amount;
use model::time::Timestamp;

use crate::identity::{Identity, IdentityError};

/// A deposit that was beyond what the level of its owner is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeyondDeposit {
    /// A later one has a greater number.
    pub id: u64,
    /// `None` for an account of nobody who is known here.
    pub owner: Option<OwnerId>,
    pub account: AccountId,
    pub asset: AssetId,
    /// Smallest units of the asset.
    pub amount: Amount,
    pub at: Timestamp,
}

impl Identity {
    /// Returns those with greater numbers, the oldest first, at most so many.
    ///
    /// # Errors
    /// When the database fails or a row is damaged.
    pub async fn beyond_deposits(
        &self,
        after: u64,
        count_max: u32,
    ) -> Result<Vec<BeyondDeposit>, IdentityError> {
        self.store.beyond_deposits(after, count_max).await
    }
}
