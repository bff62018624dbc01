//! Keys in whose name the gateway itself asks: no user's key has their numbers, and none has another's.

use identity::algo::AlgoId;
use model::id::{AccountId, KeyId};

/// Keys of users are counted from 0, and so are what own keys are for: neither comes near.
const OWN: u64 = 1 << 62;
const RESETS: u64 = OWN | 1 << 61;

/// Returns the key that sends the slices of an order that is spread over time.
pub const fn of_algo(id: AlgoId) -> KeyId {
    KeyId(OWN | id.0)
}

/// Returns the key that takes an account of a sandbox back to its beginning.
pub const fn of_reset(account: AccountId) -> KeyId {
    KeyId(RESETS | account.0 as u64)
}
