//! What a row of the ledger is: a balance and the key it belongs to.

use model::account::Wallet;
use model::id::{AccountId, AssetId};
use model::number::Amount;

/// The handle of a balance: permanent once the row is open, meaningless to another ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub(crate) u32);

impl Row {
    /// Returns the place of the row among all rows, for arenas parallel to the ledger's.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Whose balance a row is, and of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub account: AccountId,
    pub wallet: Wallet,
    pub asset: AssetId,
}

impl Key {
    /// Returns the key as one word: account, wallet, asset from the highest bit down.
    pub(crate) const fn word(self) -> u64 {
        (self.account.0 as u64) << 32 | (self.wallet as u64) << 16 | self.asset.0 as u64
    }
}

/// A balance in one asset.
///
/// **Units** smallest units of the asset; neither part is ever negative (L3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    pub available: Amount,
    /// Held by open orders and by nothing else.
    pub held: Amount,
}

impl Balance {
    pub const NOTHING: Balance = Balance {
        available: Amount::ZERO,
        held: Amount::ZERO,
    };

    /// Returns both parts together.
    pub const fn total(self) -> Amount {
        self.available.plus(self.held)
    }
}
