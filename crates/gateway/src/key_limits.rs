//! Limits that users set for their keys, beside those of addresses and accounts.
//!
//! They are kept also where the others are lifted: whoever has set one means it.

use std::collections::HashMap;
use std::sync::Mutex;

use identity::key::Key;
use model::id::KeyId;
use model::time::Timestamp;
use wire::binance::error::{Fault, Refusal};

use crate::limit::{Limited, Window, lock, make_room, seconds_left};

const MINUTE_SECONDS: i64 = 60;
const TEN_SECONDS: i64 = 10;

#[derive(Clone, Copy, Debug, Default)]
struct KeyState {
    weight: Window,
    orders: Window,
}

/// The counters of keys that have a limit.
#[derive(Debug, Default)]
pub struct KeyLimiter {
    keys: Mutex<HashMap<KeyId, KeyState>>,
}

impl KeyLimiter {
    /// Counts what a request of a key weighs.
    ///
    /// # Errors
    /// -1003 over the limit of the key, with the seconds to wait.
    pub fn charge(&self, key: &Key, weight: u32, now: Timestamp) -> Result<(), Limited> {
        let Some(limit) = key.bounds.weight_per_minute else {
            return Ok(());
        };
        let seconds = now.seconds();
        let used = self.state(key.id, seconds, |state| {
            state.weight.add(seconds, MINUTE_SECONDS, weight)
        });
        if mutant::plant!("key-weight-not-counted", false, limit < used) {
            let values = [&*limit.to_string(), "1 MINUTE"];
            return Err(Limited {
                refusal: Refusal::with(Fault::TooMuchWeight, &values),
                retry_after_seconds: seconds_left(seconds, MINUTE_SECONDS),
            });
        }
        Ok(())
    }

    /// Counts new orders of a key, whatever becomes of them; those that would be too many are not counted.
    ///
    /// # Errors
    /// -1015 over the limit of the key, with the seconds to wait.
    pub fn count_orders(&self, key: &Key, orders: u32, now: Timestamp) -> Result<(), Limited> {
        let Some(limit) = key.bounds.orders_per_ten_seconds else {
            return Ok(());
        };
        let seconds = now.seconds();
        let is_within = self.state(key.id, seconds, |state| {
            let counted = state.orders.count(seconds, TEN_SECONDS);
            let is_within = counted.saturating_add(orders) <= limit;
            if is_within {
                state.orders.add(seconds, TEN_SECONDS, orders);
            }
            is_within
        });
        if is_within {
            return Ok(());
        }
        let values = [&*limit.to_string(), "10 SECOND"];
        Err(Limited {
            refusal: Refusal::with(Fault::TooManyOrders, &values),
            retry_after_seconds: seconds_left(seconds, TEN_SECONDS),
        })
    }

    fn state<T>(&self, key: KeyId, seconds: i64, change: impl FnOnce(&mut KeyState) -> T) -> T {
        let mut keys = lock(&self.keys);
        make_room(&mut keys, |state: &KeyState| {
            0 < state.weight.count(seconds, MINUTE_SECONDS)
                || 0 < state.orders.count(seconds, TEN_SECONDS)
        });
        change(keys.entry(key).or_default())
    }
}
