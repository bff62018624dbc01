//! Auditors: other users whom a user lets read some accounts, until a time or until it is taken back.

use model::id::{AccountId, OwnerId};
use model::time::Timestamp;

use crate::email::Email;
use crate::identity::{Identity, IdentityError};
use crate::outbox::Notice;

/// As many as one user may have at a time.
pub const AUDITORS_MAX: usize = 20;

/// A leave to read, given by one user to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leave {
    pub id: u64,
    /// Who gave it, and under which address.
    pub owner: OwnerId,
    pub owner_email: String,
    /// Whom it was offered to; nothing tells whether there is such a user.
    pub email: String,
    /// In order of their numbers.
    pub accounts: Vec<AccountId>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// `None` as long as it is only offered.
    pub accepted_at: Option<Timestamp>,
}

/// What a user offers.
pub struct Offer<'a> {
    pub owner: OwnerId,
    pub email: &'a Email,
    /// In order of their numbers, and not empty.
    pub accounts: &'a [AccountId],
    pub expires_at: Timestamp,
}

/// What an offer tells, and whom.
pub(crate) struct LeaveNotices {
    pub auditor: Notice,
    pub owner: Notice,
}

impl Identity {
    /// Offers somebody to read accounts, and tells the owner; the answer and the work are the same whether or not there
    /// is such a user.
    ///
    /// # Errors
    /// `AuditorsFull`.
    pub async fn offer_leave(
        &self,
        offer: &Offer<'_>,
        at: Timestamp,
    ) -> Result<u64, IdentityError> {
        let notices = LeaveNotices {
            auditor: self.notice_to(offer.email)?,
            owner: self.notice(offer.owner).await?,
        };
        self.store.offer_leave(offer, &notices, at).await
    }

    /// Returns what a user has given and what has not ended, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn leaves_given(
        &self,
        owner: OwnerId,
        at: Timestamp,
    ) -> Result<Vec<Leave>, IdentityError> {
        self.store.leaves_given(owner, at).await
    }

    /// Returns what a user was given or offered and what has not ended, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn leaves_held(
        &self,
        auditor: OwnerId,
        at: Timestamp,
    ) -> Result<Vec<Leave>, IdentityError> {
        let email = self.email_of(auditor).await?;
        self.store.leaves_held(auditor, email.as_str(), at).await
    }

    /// Takes what was offered to the address of this user, and tells the owner; once taken it is the user's, whatever
    /// their address becomes.
    ///
    /// # Errors
    /// `LeaveUnknown`.
    pub async fn accept_leave(
        &self,
        auditor: OwnerId,
        id: u64,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let email = self.email_of(auditor).await?;
        let auditor = (auditor, email.as_str());
        let owner = self.store.owner_of_offer(auditor, id, at).await?;
        let notice = self.notice(owner).await?;
        let accepted = self.store.accept_leave(auditor, id, (owner, &notice), at);
        accepted.await
    }

    /// Takes back what a user gave; from here on nobody reads by it.
    ///
    /// # Errors
    /// `LeaveUnknown`.
    pub async fn take_leave_back(
        &self,
        owner: OwnerId,
        id: u64,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        self.store.take_leave_back(owner, id, at).await
    }

    /// Gives up what a user was given or offered.
    ///
    /// # Errors
    /// `LeaveUnknown`.
    pub async fn give_leave_up(
        &self,
        auditor: OwnerId,
        id: u64,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let email = self.email_of(auditor).await?;
        self.store
            .give_leave_up(auditor, email.as_str(), id, at)
            .await
    }

    /// Returns whether a user may read an account that is not theirs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn may_audit(
        &self,
        auditor: OwnerId,
        account: AccountId,
        at: Timestamp,
    ) -> Result<bool, IdentityError> {
        self.store.may_audit(auditor, account, at).await
    }
}
