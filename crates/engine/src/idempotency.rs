//! Exactly once: a request that comes twice under one key is answered, not repeated (D17, Q6).

use std::collections::VecDeque;

use model::command::Idempotency;
use model::id::{AccountId, Sequence};
use model::index::Index;
use model::reject::Reject;
use model::snapshot::IdempotencyRow;
use model::text::IdempotencyKey;
use model::time::{NANOS_PER_DAY, Timestamp};

/// The most results kept at one time.
pub const RESULTS_MAX: usize = 10_000_000;
/// The most results one tick lets go, so that its work is bounded (Q8).
pub const EXPIRED_PER_TICK_MAX: usize = 1 << 17;

// Numbers of living results never collide modulo the range of a slot.
const NUMBER_MASK: u32 = (1 << 31) - 1;
const _: () = assert!(RESULTS_MAX < NUMBER_MASK as usize);

/// Which command answered which key, for 24 hours.
///
/// **Shape** oldest first; a result's number in the index counts from the first ever, modulo 2^31.
#[derive(Clone, Debug)]
pub struct Results {
    rows: VecDeque<IdempotencyRow>,
    /// The number of the oldest row.
    first: u32,
    index: Index,
    /// The most rows it takes.
    rows_max: usize,
}

/// What is known of a key that came with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing: the request is new.
    New,
    /// The same was asked before, by this command.
    Answered(Sequence),
}

impl Results {
    pub fn new(seed: u64) -> Results {
        Results::bounded(seed, RESULTS_MAX)
    }

    fn bounded(seed: u64, rows_max: usize) -> Results {
        Results {
            rows: VecDeque::new(),
            first: 0,
            index: Index::new(seed),
            rows_max,
        }
    }

    /// Returns what is known of the key.
    ///
    /// # Errors
    /// `IdempotencyConflict` when it named another body, `IdempotencyFull` when a new one finds no room.
    pub fn look_up(&self, account: AccountId, asked: Idempotency) -> Result<Known, Reject> {
        match self.find(account, asked.key) {
            Some(row)
                if mutant::plant!(
                    "other-body-repeated",
                    true,
                    row.idempotency.body == asked.body
                ) =>
            {
                Ok(Known::Answered(row.sequence))
            }
            Some(_) => Err(Reject::IdempotencyConflict),
            None if self.rows_max <= self.rows.len() => Err(Reject::IdempotencyFull),
            None => Ok(Known::New),
        }
    }

    /// Returns the command that answered this key, whatever was asked with it.
    pub fn answered_by(&self, account: AccountId, key: IdempotencyKey) -> Option<Sequence> {
        self.find(account, key).map(|row| row.sequence)
    }

    fn find(&self, account: AccountId, key: IdempotencyKey) -> Option<&IdempotencyRow> {
        let number = self.index.find(self.hash(account, key), |number| {
            is_row_of(self.row(number), account, key)
        })?;
        Some(self.row(number))
    }

    fn row(&self, number: u32) -> &IdempotencyRow {
        &self.rows[(number.wrapping_sub(self.first) & NUMBER_MASK) as usize]
    }

    fn hash(&self, account: AccountId, key: IdempotencyKey) -> u64 {
        let [first, second, third, fourth] = key.words();
        self.index
            .hash(&[u64::from(account.0), first, second, third, fourth])
    }

    /// Remembers a result.
    ///
    /// # Panics
    /// When its key is remembered already, or time ran backwards: the caller has looked it up.
    pub fn remember(&mut self, row: IdempotencyRow) {
        assert!(self.rows.len() < self.rows_max);
        assert!(self.rows.back().is_none_or(|last| last.at <= row.at));
        assert!(self.find(row.account, row.idempotency.key).is_none());
        let number = (self.first.wrapping_add(self.rows.len() as u32)) & NUMBER_MASK;
        let hash = self.hash(row.account, row.idempotency.key);
        self.index.insert(hash, number);
        self.rows.push_back(row);
    }

    /// Lets go of results that are a day old at `at`, oldest first.
    pub fn expire(&mut self, at: Timestamp) {
        let kept = mutant::plant!("result-forgotten-early", NANOS_PER_DAY / 2, NANOS_PER_DAY);
        for _ in 0..EXPIRED_PER_TICK_MAX {
            match self.rows.front() {
                Some(row) if row.at.plus_nanos(kept) <= at => self.drop_oldest(),
                _ => break,
            }
        }
    }

    fn drop_oldest(&mut self) {
        let Some(row) = self.rows.front().copied() else {
            return;
        };
        let hash = self.hash(row.account, row.idempotency.key);
        let first = self.first;
        let removed = self.index.remove(hash, |number| number == first);
        assert!(removed == Some(first));
        self.rows.pop_front();
        self.first = self.first.wrapping_add(1) & NUMBER_MASK;
    }

    /// Returns every result, oldest first.
    pub fn rows(&self) -> impl Iterator<Item = IdempotencyRow> + '_ {
        self.rows.iter().copied()
    }

    /// Returns the results in these rows, or `None` unless they stand in order of time with distinct keys.
    pub fn from_rows(rows: &[IdempotencyRow], seed: u64) -> Option<Results> {
        let is_ordered =
            rows.is_sorted_by(|left, right| left.at <= right.at && left.sequence < right.sequence);
        if !is_ordered || RESULTS_MAX < rows.len() {
            return None;
        }
        let mut results = Results::new(seed);
        for row in rows {
            if results.find(row.account, row.idempotency.key).is_some() {
                return None;
            }
            results.remember(*row);
        }
        Some(results)
    }

    /// Returns whether every result is found under its key and nothing else is.
    pub fn is_bijective(&self) -> bool {
        let is_found =
            |row: &IdempotencyRow| self.find(row.account, row.idempotency.key) == Some(row);
        self.index.len() == self.rows.len() && self.rows.iter().all(is_found)
    }
}

fn is_row_of(row: &IdempotencyRow, account: AccountId, key: IdempotencyKey) -> bool {
    row.account == account && row.idempotency.key == key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(number: u64) -> Idempotency {
        Idempotency {
            key: IdempotencyKey::from_number(number),
            body: 1,
        }
    }

    fn row(number: u64, at: Timestamp) -> IdempotencyRow {
        IdempotencyRow {
            account: AccountId(1),
            idempotency: asked(number),
            sequence: Sequence(number),
            at,
        }
    }

    #[test]
    fn a_full_table_refuses_new_keys_and_answers_old_ones() {
        let mut results = Results::bounded(7, 2);
        results.remember(row(1, Timestamp::ZERO));
        results.remember(row(2, Timestamp::ZERO));
        let (old, new) = (asked(1), asked(3));
        assert_eq!(
            results.look_up(AccountId(1), old),
            Ok(Known::Answered(Sequence(1)))
        );
        assert_eq!(
            results.look_up(AccountId(1), new),
            Err(Reject::IdempotencyFull)
        );
        results.expire(Timestamp::from_nanos(NANOS_PER_DAY));
        assert_eq!(results.look_up(AccountId(1), new), Ok(Known::New));
    }

    #[test]
    fn numbers_of_results_go_round_without_confusion() {
        let mut results = Results::bounded(7, 100);
        results.first = NUMBER_MASK - 5;
        for number in 0..50 {
            let second = i64::try_from(number).expect("small");
            let at = Timestamp::from_nanos(second * NANOS_PER_DAY / 10);
            results.expire(at);
            results.remember(row(number, at));
            assert!(results.is_bijective());
        }
        assert_eq!(results.rows.len(), 10);
        let oldest = results.look_up(AccountId(1), asked(40));
        assert_eq!(oldest, Ok(Known::Answered(Sequence(40))));
    }

    #[test]
    fn a_tick_lets_go_of_no_more_than_its_share() {
        let mut results = Results::bounded(7, RESULTS_MAX);
        for number in 0..=EXPIRED_PER_TICK_MAX as u64 {
            results.remember(row(number, Timestamp::ZERO));
        }
        results.expire(Timestamp::MAX);
        assert_eq!(results.rows.len(), 1);
        results.expire(Timestamp::MAX);
        assert_eq!(results.rows.len(), 0);
    }
}
