//! New orders that have not traded yet, per account: what the limit on orders counts.
//!
//! A request counts its order; the first fill takes it off again, at once as a taker or later as a maker.
//!
//! **Source** `docs/spec/binance-surface.md` §4.

use std::collections::HashMap;
use std::sync::Mutex;

use model::id::AccountId;
use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};

use crate::config::Limiting;
use crate::limit::{Limited, Window, lock, make_room, seconds_left};

const TEN_SECONDS: i64 = 10;
const DAY_SECONDS: i64 = 86_400;

/// New orders of an account in both of its windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderCounts {
    pub ten_seconds: u32,
    pub day: u32,
}

impl OrderCounts {
    pub const NONE: OrderCounts = OrderCounts {
        ten_seconds: 0,
        day: 0,
    };
}

#[derive(Clone, Copy, Debug, Default)]
struct AccountState {
    ten_seconds: Window,
    day: Window,
}

/// The counters of all accounts that placed an order lately.
#[derive(Debug, Default)]
pub struct OrderCounter {
    accounts: Mutex<HashMap<AccountId, AccountState>>,
}

impl OrderCounter {
    /// Counts new orders of the account.
    ///
    /// # Errors
    /// -1015 over a limit; none of the orders is then counted.
    pub fn count(
        &self,
        account: AccountId,
        orders: u32,
        limiting: &Limiting,
        now: Timestamp,
    ) -> Result<OrderCounts, Limited> {
        let mut accounts = lock(&self.accounts);
        make_room(&mut accounts, |state| {
            0 < state.day.count(now.seconds(), DAY_SECONDS)
        });
        let state = accounts.entry(account).or_default();
        state.check(orders, limiting, now.seconds())?;
        Ok(state.add(orders, now.seconds()))
    }

    /// Takes orders off the count, and returns what still counts: one that has traded no longer does.
    ///
    /// An account without a count keeps none: nobody gets credit for the fills of earlier days.
    pub fn discount(&self, account: AccountId, orders: u32, now: Timestamp) -> OrderCounts {
        let mut accounts = lock(&self.accounts);
        let Some(state) = accounts.get_mut(&account) else {
            return OrderCounts::NONE;
        };
        state
            .ten_seconds
            .give_back(now.seconds(), TEN_SECONDS, orders);
        state.day.give_back(now.seconds(), DAY_SECONDS, orders);
        state.counts(now.seconds())
    }

    /// Returns the orders of an account that count now.
    pub fn counts(&self, account: AccountId, now: Timestamp) -> OrderCounts {
        let accounts = lock(&self.accounts);
        let state = accounts.get(&account);
        state.map_or(OrderCounts::NONE, |state| state.counts(now.seconds()))
    }
}

impl AccountState {
    fn check(&self, orders: u32, limiting: &Limiting, seconds: i64) -> Result<(), Limited> {
        let Limiting::Limited(limits) = limiting else {
            return Ok(());
        };
        let counts = self.counts(seconds);
        let exceeds = |limit: u32, count: u32| limit < count.saturating_add(orders);
        if exceeds(limits.orders_per_ten_seconds, counts.ten_seconds) {
            let left = seconds_left(seconds, TEN_SECONDS);
            return Err(too_many(limits.orders_per_ten_seconds, "10 SECOND", left));
        }
        if exceeds(limits.orders_per_day, counts.day) {
            let left = seconds_left(seconds, DAY_SECONDS);
            return Err(too_many(limits.orders_per_day, "1 DAY", left));
        }
        Ok(())
    }

    fn add(&mut self, orders: u32, seconds: i64) -> OrderCounts {
        OrderCounts {
            ten_seconds: self.ten_seconds.add(seconds, TEN_SECONDS, orders),
            day: self.day.add(seconds, DAY_SECONDS, orders),
        }
    }

    fn counts(&self, seconds: i64) -> OrderCounts {
        OrderCounts {
            ten_seconds: self.ten_seconds.count(seconds, TEN_SECONDS),
            day: self.day.count(seconds, DAY_SECONDS),
        }
    }
}

fn too_many(limit: u32, interval: &str, retry_after_seconds: i64) -> Limited {
    Limited {
        refusal: Refusal::with(Fault::TooManyOrders, &[&limit.to_string(), interval]),
        retry_after_seconds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RequestLimits;

    const ACCOUNT: AccountId = AccountId(1);
    const LIMITS: RequestLimits = RequestLimits {
        orders_per_ten_seconds: 2,
        orders_per_day: 3,
        ..RequestLimits::UPSTREAM
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn orders_count_until_they_trade() {
        let counter = OrderCounter::default();
        let count = |at| counter.count(ACCOUNT, 1, &Limiting::Limited(LIMITS), at);
        count(at(0)).expect("within");
        count(at(0)).expect("within");
        let limited = count(at(0)).expect_err("over");
        assert_eq!(
            &*limited.refusal.msg,
            "Too many new orders; current limit is 2 orders per 10 SECOND."
        );
        counter.discount(ACCOUNT, 1, at(1));
        let counts = count(at(1)).expect("one came back");
        assert_eq!((counts.ten_seconds, counts.day), (2, 2));
        count(at(10)).expect("a new window");
        let limited = count(at(20)).expect_err("over the day");
        assert_eq!(limited.retry_after_seconds, DAY_SECONDS - 20);
    }

    #[test]
    fn a_list_counts_wholly_or_not_at_all() {
        let counter = OrderCounter::default();
        let count = |orders| counter.count(ACCOUNT, orders, &Limiting::Limited(LIMITS), at(0));
        assert!(count(3).is_err());
        assert_eq!(counter.counts(ACCOUNT, at(0)), OrderCounts::NONE);
        assert_eq!(count(2).map(|counts| counts.ten_seconds), Ok(2));
        assert_eq!(counter.discount(ACCOUNT, 2, at(0)), OrderCounts::NONE);
    }

    #[test]
    fn a_fill_is_no_credit_for_orders_to_come() {
        let counter = OrderCounter::default();
        assert_eq!(counter.discount(ACCOUNT, 1, at(0)), OrderCounts::NONE);
        let counts = counter.count(ACCOUNT, 1, &Limiting::Limited(LIMITS), at(0));
        assert_eq!(counts.map(|counts| counts.day), Ok(1));
    }

    #[test]
    fn without_limits_orders_are_only_counted() {
        let counter = OrderCounter::default();
        for used in 1..100 {
            let counts = counter.count(ACCOUNT, 1, &Limiting::Unlimited(LIMITS), at(0));
            assert_eq!(counts.map(|counts| counts.day), Ok(used));
        }
    }
}
