//! Sub-accounts: how their user calls them.
//!
//! Which there are, and what they may do, the exchange says; a label stands here from before its account is opened, so
//! that whoever asks again after a stop in between gets the same account.

use model::id::{AccountId, OwnerId, Reference};
use model::time::Timestamp;

use crate::identity::{Identity, IdentityError};

/// What a user calls a sub-account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubAccount {
    pub owner: OwnerId,
    /// Counts the sub-accounts of the owner from 1.
    pub number: u32,
    pub label: String,
    /// `None` until the exchange has opened it and that was noted.
    pub account: Option<AccountId>,
    pub created_at: Timestamp,
}

impl SubAccount {
    /// Returns what the exchange opens it under: made of owner and number, so that it is opened once.
    pub fn reference(&self) -> Reference {
        let mut reference = [0; 32];
        reference[..11].copy_from_slice(b"sub-account");
        reference[16..20].copy_from_slice(&self.number.to_be_bytes());
        reference[24..].copy_from_slice(&self.owner.0.to_be_bytes());
        Reference(reference)
    }
}

impl Identity {
    /// Returns the sub-account of this label, a new one if the user has none.
    ///
    /// # Errors
    /// `SubAccountsFull` when there are `count_max` already.
    pub async fn want_sub_account(
        &self,
        owner: OwnerId,
        label: &str,
        count_max: u32,
        at: Timestamp,
    ) -> Result<SubAccount, IdentityError> {
        self.store
            .want_sub_account(owner, label, count_max, at)
            .await
    }

    /// Notes which account the exchange has opened.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_sub_account(
        &self,
        wanted: &SubAccount,
        account: AccountId,
    ) -> Result<(), IdentityError> {
        self.store.note_sub_account(wanted, account).await
    }

    /// Returns the sub-accounts of a user, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sub_accounts(&self, owner: OwnerId) -> Result<Vec<SubAccount>, IdentityError> {
        self.store.sub_accounts(owner).await
    }

    /// Gives a sub-account another label.
    ///
    /// # Errors
    /// `SubAccountUnknown`; `LabelTaken` when another one has it.
    pub async fn label_sub_account(
        &self,
        owner: OwnerId,
        account: AccountId,
        label: &str,
    ) -> Result<(), IdentityError> {
        self.store.label_sub_account(owner, account, label).await
    }
}
