//! How one balance lies in memory.

use crate::row::{Balance, Key};
use model::number::Amount;

/// One balance and its key.
///
/// **Shape** half a cache line and never across two, so that whatever a posting touches of a row is one read. A
/// balance is at least 0 (L3) and at most 2^95 (L8): 96 bits hold it, and a negative one cannot be written down.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(crate) struct Cell {
    available_low: u64,
    held_low: u64,
    available_high: u32,
    held_high: u32,
    key: Key,
}

const _: () = assert!(size_of::<Cell>() == 32);
// The split below keeps every legal balance whole.
const _: () = assert!(Amount::MAX.units() < 1 << 96);

/// What one entry adds to a row, in smallest units of its asset; a negative part takes away.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) available: i128,
    pub(crate) held: i128,
}

impl Cell {
    /// Returns a balance of nothing.
    pub(crate) const fn empty(key: Key) -> Cell {
        Cell {
            available_low: 0,
            held_low: 0,
            available_high: 0,
            held_high: 0,
            key,
        }
    }

    #[inline]
    pub(crate) fn key(&self) -> Key {
        self.key
    }

    #[inline]
    pub(crate) fn balance(&self) -> Balance {
        Balance {
            available: amount(self.available()),
            held: amount(self.held()),
        }
    }

    /// Adds to both parts.
    ///
    /// # Panics
    /// When a part would fall below zero (L3) or leave the money bound (L8); nothing is then written.
    #[inline(always)]
    pub(crate) fn add(&mut self, change: Change) {
        let available = split(self.available() + change.available);
        let held = split(self.held() + change.held);
        (self.available_high, self.available_low) = available;
        (self.held_high, self.held_low) = held;
    }

    /// Adds to what is available.
    ///
    /// # Panics
    /// As `add` does.
    #[inline(always)]
    pub(crate) fn add_available(&mut self, units: i128) {
        (self.available_high, self.available_low) = split(self.available() + units);
    }

    #[inline]
    pub(crate) fn available(&self) -> i128 {
        join(self.available_high, self.available_low)
    }

    #[inline]
    fn held(&self) -> i128 {
        join(self.held_high, self.held_low)
    }
}

impl Change {
    /// Returns the change of what is available only.
    #[inline]
    pub(crate) const fn available(units: i128) -> Change {
        Change {
            available: units,
            held: 0,
        }
    }

    /// Returns what the entry adds to the row as a whole.
    #[inline]
    pub(crate) const fn total(self) -> i128 {
        self.available + self.held
    }
}

/// Returns a balance's units as an amount.
#[inline]
pub(crate) fn amount(units: i128) -> Amount {
    match Amount::new(units) {
        Some(amount) => amount,
        None => panic!("a balance left the money bound"),
    }
}

/// Returns the upper 32 and the lower 64 bits of a balance.
#[inline]
fn split(units: i128) -> (u32, u64) {
    assert!(0 <= units);
    assert!(units <= Amount::MAX.units());
    ((units >> 64) as u32, units as u64)
}

#[inline]
fn join(high: u32, low: u64) -> i128 {
    i128::from(high) << 64 | i128::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::account::Wallet;
    use model::id::{AccountId, AssetId};

    const KEY: Key = Key {
        account: AccountId(7),
        wallet: Wallet::Futures,
        asset: AssetId(9),
    };

    #[test]
    fn a_cell_keeps_every_bit_of_a_legal_balance() {
        let mut cell = Cell::empty(KEY);
        let mut expected = Balance::NOTHING;
        for shift in 0..95 {
            let change = Change {
                available: 1 << shift,
                held: 1 << (94 - shift),
            };
            cell.add(change);
            expected.available = expected.available.plus(amount(change.available));
            expected.held = expected.held.plus(amount(change.held));
            assert_eq!(cell.balance(), expected);
        }
        assert_eq!(cell.key(), KEY);
    }

    #[test]
    #[should_panic(expected = "0 <= units")]
    fn a_cell_refuses_to_fall_below_zero() {
        let mut cell = Cell::empty(KEY);
        cell.add(Change::available(5));
        cell.add(Change::available(-6));
    }

    #[test]
    #[should_panic(expected = "units <= Amount::MAX")]
    fn a_cell_refuses_to_leave_the_money_bound() {
        let mut cell = Cell::empty(KEY);
        cell.add(Change::available(Amount::MAX.units()));
        cell.add(Change::available(1));
    }
}
