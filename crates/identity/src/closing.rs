//! Closing an account here: what is forgotten at once, what is kept, and until when.
//!
//! Whether an account may be closed, and that it is, the exchange decides. What is asked for is written down first, so
//! that a stop in between is found again.

use model::id::{AccountId, OwnerId};
use model::time::{NANOS_PER_SECOND, Timestamp};

use crate::identity::{Identity, IdentityError};

/// What was asked for, and neither done nor refused by then, was never told to the exchange.
pub const ASKED_NANOS: i64 = 5 * 60 * NANOS_PER_SECOND;

/// What is to become of what is kept of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// It is kept until the term is over.
    Keep,
    /// It is erased at once, but for what a term keeps.
    Erase,
}

/// A closing that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    pub user: OwnerId,
    pub account: AccountId,
    pub asked_at: Timestamp,
    /// `None` until the exchange has closed it.
    pub closed_at: Option<Timestamp>,
    /// The address that the user had; `None` before the closing, and once it is erased.
    pub email: Option<String>,
}

impl Identity {
    /// Writes down that a user wants the account closed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_closing(
        &self,
        user: OwnerId,
        account: AccountId,
        wish: Wish,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        self.store.ask_closing(user, account, wish, at).await
    }

    /// Forgets that a closing was asked for: the exchange has refused it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_closing(&self, user: OwnerId) -> Result<(), IdentityError> {
        self.store.drop_closing(user).await
    }

    /// Forgets everything by which a user could sign in, be told anything or be let in elsewhere, and the keys of these
    /// accounts; their address is free again and kept apart. The second time it does nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_closing(
        &self,
        user: OwnerId,
        accounts: &[AccountId],
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let _turn = self.logins.lock().await;
        // Without an address, as a guest or once it is closed, there is nobody to tell.
        let notice = match self.notice(user).await {
            Ok(notice) => Some(notice),
            Err(IdentityError::UserUnknown) => None,
            Err(error) => return Err(error),
        };
        let closing = (user, accounts, notice.as_ref());
        self.store.finish_closing(closing, at).await?;
        self.forget_keys(accounts);
        Ok(())
    }

    /// Returns the closings that were asked for and of which it is not known here what came.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_closings(&self) -> Result<Vec<Closing>, IdentityError> {
        self.store.open_closings().await
    }

    /// Returns what is known of the closing of a user's account, `None` when nobody asked for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn closing_of(&self, user: OwnerId) -> Result<Option<Closing>, IdentityError> {
        self.store.closing_of(user).await
    }
}
