//! Ledger entries: what every command moved, and what each balance was after it.

use model::account::Wallet;
use model::id::{AccountId, AssetId, MarketId, Sequence};
use model::number::Amount;
use model::time::Timestamp;

/// Which balance an entry is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BalanceKey {
    pub account: AccountId,
    pub wallet: Wallet,
    pub asset: AssetId,
}

/// A balance with its two buckets, in smallest units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastBalance {
    pub available: Amount,
    pub held: Amount,
}

impl PastBalance {
    pub const NOTHING: PastBalance = PastBalance {
        available: Amount::ZERO,
        held: Amount::ZERO,
    };

    /// Returns both buckets together.
    pub const fn total(&self) -> i128 {
        self.available.units() + self.held.units()
    }
}

/// Where an entry stands among those of its balance: a later one has the greater place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryPlace {
    pub at: Timestamp,
    /// The command that caused it.
    pub sequence: Sequence,
    /// Counts the entries of one command from 0.
    pub step: u32,
}

/// One posting to a balance. Its two buckets change by what is written, and what moves between them sums to zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastEntry {
    pub key: BalanceKey,
    pub place: EntryPlace,
    pub cause: EntryCause,
    /// Of holds, releases and trades.
    pub market: Option<MarketId>,
    /// The order of a hold or a release, the trade of what a fill moves.
    pub number: Option<u64>,
    /// Smallest units gained, below zero when lost.
    pub available: i128,
    pub held: i128,
    /// The balance with this entry.
    pub after: PastBalance,
}

/// Why money moved. The numbers are kept: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum EntryCause {
    Deposit = 0,
    /// What is to arrive on chain left the balance.
    Withdrawal = 1,
    WithdrawalFee = 2,
    /// Amount and fee of a withdrawal that did not happen came back.
    WithdrawalReturn = 3,
    TransferOut = 4,
    TransferIn = 5,
    /// An order holds it from now on.
    Hold = 6,
    /// An order holds it no longer.
    Release = 7,
    Trade = 8,
    Fee = 9,
    Rebate = 10,
    /// Two operators gave it, or took it.
    Adjustment = 11,
}

impl EntryCause {
    /// Returns the word for it in answers and files.
    pub const fn word(self) -> &'static str {
        match self {
            EntryCause::Deposit => "DEPOSIT",
            EntryCause::Withdrawal => "WITHDRAWAL",
            EntryCause::WithdrawalFee => "WITHDRAWAL_FEE",
            EntryCause::WithdrawalReturn => "WITHDRAWAL_RETURN",
            EntryCause::TransferOut => "TRANSFER_OUT",
            EntryCause::TransferIn => "TRANSFER_IN",
            EntryCause::Hold => "HOLD",
            EntryCause::Release => "RELEASE",
            EntryCause::Trade => "TRADE",
            EntryCause::Fee => "FEE",
            EntryCause::Rebate => "REBATE",
            EntryCause::Adjustment => "ADJUSTMENT",
        }
    }
}

/// A balance as it was when a UTC day closed, or as it is on the running day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastDay {
    pub key: BalanceKey,
    /// Days since the epoch.
    pub day: i64,
    pub balance: PastBalance,
}
