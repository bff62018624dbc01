//! Transfers as the history keeps them.

use model::command::Transfer;
use model::id::{AccountId, Sequence};
use model::time::Timestamp;

use crate::entry::EntryPlace;

/// Money that an account moved to another wallet of its own, or to another account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastTransfer {
    /// Who paid.
    pub account: AccountId,
    pub sequence: Sequence,
    pub at: Timestamp,
    pub transfer: Transfer,
}

impl PastTransfer {
    /// Returns where it stands among those of its accounts.
    pub const fn place(&self) -> EntryPlace {
        EntryPlace {
            at: self.at,
            sequence: self.sequence,
            step: 0,
        }
    }
}
