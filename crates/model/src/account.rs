//! What an account may do: its state, its wallets, its keys.

/// What an operator allows an account to do. Cancels are accepted in every state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum AccountState {
    Active = 0,
    /// No new orders and no amendments; money may still move out.
    CancelOnly = 1,
    /// Trading goes on; nothing leaves: no withdrawal, no transfer to another account.
    NoWithdraw = 2,
    /// Nothing but cancels.
    Frozen = 3,
}

impl AccountState {
    /// Returns whether new orders are accepted.
    pub const fn may_trade(self) -> bool {
        matches!(self, AccountState::Active | AccountState::NoWithdraw)
    }

    /// Returns whether money may leave the account.
    pub const fn may_pay_out(self) -> bool {
        matches!(self, AccountState::Active | AccountState::CancelOnly)
    }
}

/// What its owner allows an account to do, beside what an operator does: neither lifts what the other has laid on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum OwnerState {
    Open = 0,
    /// A sub-account that its master has frozen: its keys cancel and read, and nothing else.
    Frozen = 1,
    /// For good; no key of it is live, and none is made any more.
    Closed = 2,
}

/// Where a balance lies within an account (D14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Wallet {
    Spot = 0,
    Futures = 1,
}

/// What a key or session may do.
///
/// **Shape** a set of bits; unknown bits are refused when read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scopes(u8);

impl Scopes {
    pub const NONE: Scopes = Scopes(0);
    pub const READ: Scopes = Scopes(1);
    pub const TRADE: Scopes = Scopes(2);
    pub const TRANSFER: Scopes = Scopes(4);
    pub const WITHDRAW: Scopes = Scopes(8);
    pub const ALL: Scopes = Scopes(15);

    /// Returns the set with these bits, or `None` when a bit is unknown.
    pub const fn from_bits(bits: u8) -> Option<Scopes> {
        if bits <= Scopes::ALL.0 {
            Some(Scopes(bits))
        } else {
            None
        }
    }

    /// Returns the bits.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Returns both sets together.
    #[must_use]
    pub const fn with(self, other: Scopes) -> Scopes {
        Scopes(self.0 | other.0)
    }

    /// Returns whether every scope of `other` is in this set.
    pub const fn includes(self, other: Scopes) -> bool {
        self.0 & other.0 == other.0
    }
}

/// The number of fee tiers a market's schedule has.
pub const FEE_TIERS: usize = 10;

/// A row of a market's fee schedule.
///
/// **Shape** from 0, the tier of a new account, to `FEE_TIERS - 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeeTier(u8);

impl FeeTier {
    pub const LOWEST: FeeTier = FeeTier(0);

    /// Returns the tier, or `None` when the schedule has no such row.
    pub const fn new(row: u8) -> Option<FeeTier> {
        if (row as usize) < FEE_TIERS {
            Some(FeeTier(row))
        } else {
            None
        }
    }

    /// Returns the row of the schedule.
    pub const fn row(self) -> u8 {
        self.0
    }
}
