//! Two books side by side, and how many levels differ: kept up to date, so that a comparison costs nothing.

use std::collections::BTreeMap;

/// A side: `true` for bids would be a riddle, so each has its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Bid,
    Ask,
}

/// One level: price and quantity in units of 10^-8; quantity 0 removes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub side: Side,
    pub price: u128,
    pub qty: u128,
}

/// The exchange's book and the recorded one.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Quantities of both books by level; a level that neither has is absent.
    levels: BTreeMap<(Side, u128), [u128; 2]>,
    differing: u64,
    recorded_levels: u64,
}

impl Comparison {
    /// Changes levels of the exchange's book.
    pub fn change_ours(&mut self, changes: &[Change]) {
        changes.iter().for_each(|change| self.change(0, *change));
    }

    /// Changes levels of the recorded book.
    pub fn change_recorded(&mut self, changes: &[Change]) {
        changes.iter().for_each(|change| self.change(1, *change));
    }

    fn change(&mut self, book: usize, change: Change) {
        let key = (change.side, change.price);
        let level = self.levels.entry(key).or_default();
        self.differing -= u64::from(level[0] != level[1]);
        self.recorded_levels -= u64::from(level[1] != 0);
        level[book] = change.qty;
        self.differing += u64::from(level[0] != level[1]);
        self.recorded_levels += u64::from(level[1] != 0);
        if *level == [0, 0] {
            self.levels.remove(&key);
        }
    }

    /// Returns whether both books are equal, level by level.
    pub fn is_equal(&self) -> bool {
        self.differing == 0
    }

    /// Returns how many levels differ.
    pub fn differing(&self) -> u64 {
        self.differing
    }

    /// Returns how many levels the recorded book has.
    pub fn recorded_levels(&self) -> u64 {
        self.recorded_levels
    }

    /// Returns a level that differs, for people.
    pub fn first_difference(&self) -> String {
        let differs = self.levels.iter().find(|(_, level)| level[0] != level[1]);
        differs.map_or_else(String::new, |((side, price), [ours, recorded])| {
            format!("{side:?} {price}: ours {ours}, recorded {recorded} (10^-8)")
        })
    }
}

/// Returns a decimal text of at most eight places in units of 10^-8.
pub fn units(text: &str) -> Option<u128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if 8 < fraction.len() {
        return None;
    }
    format!("{whole}{fraction:0<8}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bid(price: u128, qty: u128) -> Change {
        Change {
            side: Side::Bid,
            price,
            qty,
        }
    }

    #[test]
    fn differing_levels_are_counted_as_they_come_and_go() {
        let mut books = Comparison::default();
        books.change_ours(&[bid(10, 1), bid(9, 1)]);
        assert_eq!(books.differing(), 2);
        books.change_recorded(&[bid(10, 1), bid(9, 2)]);
        assert_eq!((books.differing(), books.recorded_levels()), (1, 2));
        books.change_ours(&[bid(9, 2)]);
        assert!(books.is_equal());
        books.change_recorded(&[bid(10, 0)]);
        assert_eq!((books.differing(), books.recorded_levels()), (1, 1));
    }

    #[test]
    fn decimals_are_read_exactly() {
        assert_eq!(units("61837.63000000"), Some(6_183_763_000_000));
        assert_eq!(units("1"), Some(100_000_000));
        assert_eq!(units("0.000000001"), None);
    }
}
