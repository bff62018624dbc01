//! Limits over all users together: how much of an asset leaves the exchange in a day (`docs/spec/withdrawals.md` §4.1).
//!
//! `engine` decides by it and `views` tell it, both from the same counters. What is held counts until it has ended, and
//! what was paid counts for a day after that, so that never more than the limit leaves in 24 hours.

use std::collections::BTreeMap;

use crate::id::AssetId;
use crate::number::Amount;
use crate::time::{NANOS_PER_DAY, NANOS_PER_HOUR, Timestamp};

/// More is allowed only so long after it was decided.
pub const RAISE_NANOS: i64 = NANOS_PER_DAY;

/// Hours that a day's sum looks back, beside the hour that runs: never less than 24 hours are counted.
const DAY_HOURS: i64 = 24;

/// What is allowed of one asset, and what of that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayoutLimitRow {
    pub asset: AssetId,
    /// With the fees; `None` is without end.
    pub cap: Option<Amount>,
    /// More, from a moment on that has not come yet or was not looked at since.
    pub raise: Option<Raise>,
    /// Held and not ended.
    pub held: Amount,
}

/// What is allowed from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raise {
    pub cap: Option<Amount>,
    pub from: Timestamp,
}

/// What was paid in an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayoutUseRow {
    pub asset: AssetId,
    /// Counted from 1970.
    pub hour: i64,
    /// Greater than zero.
    pub value: Amount,
}

/// Everything as plain values, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PayoutLimitState {
    pub limits: Vec<PayoutLimitRow>,
    pub uses: Vec<PayoutUseRow>,
}

/// The limits of all assets that ever had one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PayoutLimits {
    limits: BTreeMap<AssetId, PayoutLimitRow>,
    uses: BTreeMap<(AssetId, i64), Amount>,
}

impl PayoutLimits {
    /// Returns the assets that ever had a limit.
    pub fn assets(&self) -> impl Iterator<Item = AssetId> {
        self.limits.keys().copied()
    }

    /// Returns what is allowed now; `None` is without end.
    pub fn cap(&self, asset: AssetId, at: Timestamp) -> Option<Amount> {
        let row = self.limits.get(&asset)?;
        match row.raise {
            Some(raise) if raise.from <= at => raise.cap,
            _ => row.cap,
        }
    }

    /// Returns the greater limit that is decided and does not count yet.
    pub fn raise(&self, asset: AssetId, at: Timestamp) -> Option<Raise> {
        let raise = self.limits.get(&asset)?.raise;
        raise.filter(|raise| at < raise.from)
    }

    /// Returns what counts now: what is held, and what was paid in a day.
    pub fn used(&self, asset: AssetId, at: Timestamp) -> Amount {
        let held = self.limits.get(&asset).map_or(Amount::ZERO, |row| row.held);
        let day = (asset, at.hours() - DAY_HOURS)..=(asset, i64::MAX);
        self.uses
            .range(day)
            .map(|(_, value)| *value)
            .fold(held, Amount::saturating_plus)
    }

    /// Returns whether so much more may be held.
    pub fn allow(&self, asset: AssetId, total: Amount, at: Timestamp) -> bool {
        let cap = self.cap(asset, at);
        cap.is_none_or(|cap| self.used(asset, at).saturating_plus(total) <= cap)
    }

    /// Returns when so much more may be held if nothing else is, or `None` when that waits for what is held to end, or
    /// is more than the limit.
    pub fn allowed_at(&self, asset: AssetId, total: Amount, at: Timestamp) -> Option<Timestamp> {
        let hours = 0..=DAY_HOURS + 1;
        let mut moments = hours.map(|later| match later {
            0 => at,
            later => Timestamp::from_nanos((at.hours() + later) * NANOS_PER_HOUR),
        });
        moments.find(|moment| self.allow(asset, total, *moment))
    }

    /// Returns from when on another limit would count: at once, unless more would be allowed than is now.
    pub fn counts_from(&self, asset: AssetId, cap: Option<Amount>, at: Timestamp) -> Timestamp {
        let is_more = match (self.cap(asset, at), cap) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(now), Some(cap)) => now < cap,
        };
        if is_more {
            at.plus_nanos(RAISE_NANOS)
        } else {
            at
        }
    }

    /// Returns whether a limit is set to what it is, or to what it is going to be.
    pub fn is_set(&self, asset: AssetId, cap: Option<Amount>, at: Timestamp) -> bool {
        match self.raise(asset, at) {
            Some(raise) => raise.cap == cap,
            None => self.cap(asset, at) == cap,
        }
    }

    /// Sets a limit, which counts from `from` on; `held` is what is held of the asset when it is the first.
    pub fn set(
        &mut self,
        asset: AssetId,
        (cap, from): (Option<Amount>, Timestamp),
        held: Amount,
        at: Timestamp,
    ) {
        let now = self.cap(asset, at);
        let row = self.limits.entry(asset).or_insert(PayoutLimitRow {
            asset,
            cap: None,
            raise: None,
            held,
        });
        (row.cap, row.raise) = match at < from {
            true => (now, Some(Raise { cap, from })),
            false => (cap, None),
        };
    }

    /// Counts what is held.
    pub fn hold(&mut self, asset: AssetId, total: Amount) {
        if let Some(row) = self.limits.get_mut(&asset) {
            row.held = row.held.saturating_plus(total);
        }
    }

    /// Counts what was held as paid, and forgets what counts no more.
    pub fn settle(&mut self, asset: AssetId, total: Amount, at: Timestamp) {
        if self.release(asset, total) && Amount::ZERO < total {
            let now = at.hours();
            self.uses
                .retain(|(of, hour), _| *of != asset || now - DAY_HOURS <= *hour);
            let value = self.uses.entry((asset, now)).or_insert(Amount::ZERO);
            *value = value.saturating_plus(total);
        }
    }

    /// Counts what was held no more; returns whether the asset has a limit.
    pub fn release(&mut self, asset: AssetId, total: Amount) -> bool {
        let row = self.limits.get_mut(&asset);
        row.map(|row| row.held = row.held.minus(total)).is_some()
    }

    /// Returns everything as plain values.
    pub fn state(&self) -> PayoutLimitState {
        let use_row = |(&(asset, hour), value): (&(AssetId, i64), &Amount)| PayoutUseRow {
            asset,
            hour,
            value: *value,
        };
        PayoutLimitState {
            limits: self.limits.values().copied().collect(),
            uses: self.uses.iter().map(use_row).collect(),
        }
    }

    /// Returns the limits of a state, or `None` unless `state` could have given it.
    pub fn from_state(state: &PayoutLimitState) -> Option<PayoutLimits> {
        let limits = state.limits.iter().map(|row| (row.asset, *row));
        let uses = state.uses.iter();
        let restored = PayoutLimits {
            limits: limits.collect(),
            uses: uses.map(|row| ((row.asset, row.hour), row.value)).collect(),
        };
        let is_legal = |cap: Option<Amount>| cap.is_none_or(|cap| Amount::ZERO <= cap);
        let is_sound = state.limits.iter().all(|row| {
            let raised = row.raise.and_then(|raise| raise.cap);
            is_legal(row.cap) && is_legal(raised) && Amount::ZERO <= row.held
        });
        let is_used = |row: &PayoutUseRow| {
            Amount::ZERO < row.value && restored.limits.contains_key(&row.asset)
        };
        let is_known = state.uses.iter().all(is_used);
        (is_sound && is_known && restored.state() == *state).then_some(restored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BTC: AssetId = AssetId(0);

    fn amount(units: i128) -> Amount {
        Amount::new(units).expect("a legal amount")
    }

    fn at_hour(hour: i64) -> Timestamp {
        Timestamp::from_nanos(hour * NANOS_PER_HOUR)
    }

    fn limited(cap: i128, held: i128) -> PayoutLimits {
        let mut limits = PayoutLimits::default();
        let start = at_hour(0);
        limits.set(BTC, (Some(amount(cap)), start), amount(held), start);
        limits
    }

    #[test]
    fn what_is_held_counts_until_it_ends_and_what_is_paid_for_a_day_after() {
        let mut limits = limited(10, 3);
        let now = at_hour(1);
        assert!(limits.allow(BTC, amount(7), now));
        assert!(!limits.allow(BTC, amount(8), now));
        limits.hold(BTC, amount(7));
        assert_eq!(limits.allowed_at(BTC, amount(1), now), None);
        limits.settle(BTC, amount(7), now);
        assert_eq!(limits.used(BTC, now), amount(10));
        limits.release(BTC, amount(3));
        assert_eq!(limits.used(BTC, at_hour(25)), amount(7));
        assert!(!limits.allow(BTC, amount(4), at_hour(25)));
        assert_eq!(limits.allowed_at(BTC, amount(4), now), Some(at_hour(26)));
        assert!(limits.allow(BTC, amount(10), at_hour(26)));
        assert_eq!(limits.allowed_at(BTC, amount(11), now), None);
    }

    #[test]
    fn less_counts_at_once_and_more_a_day_later() {
        let mut limits = limited(10, 0);
        let now = at_hour(1);
        let more = Some(amount(11));
        let from = limits.counts_from(BTC, more, now);
        assert_eq!(from, at_hour(25));
        limits.set(BTC, (more, from), Amount::ZERO, now);
        assert!(limits.is_set(BTC, more, now));
        let before = Timestamp::from_nanos(from.nanos() - 1);
        assert_eq!(limits.cap(BTC, before), Some(amount(10)));
        assert_eq!(limits.cap(BTC, from), more);
        // Less ends what was going to be more.
        let less = Some(amount(9));
        assert_eq!(limits.counts_from(BTC, less, before), before);
        limits.set(BTC, (less, before), Amount::ZERO, before);
        assert_eq!(limits.cap(BTC, from), less);
        assert_eq!(limits.counts_from(BTC, None, from), at_hour(49));
    }

    #[test]
    fn an_asset_without_a_limit_counts_nothing() {
        let mut limits = PayoutLimits::default();
        limits.hold(BTC, amount(5));
        limits.settle(BTC, amount(5), at_hour(0));
        assert!(limits.allow(BTC, Amount::MAX, at_hour(0)));
        assert_eq!(limits, PayoutLimits::default());
    }

    #[test]
    fn a_state_gives_the_limits_back_and_no_other_state_does() {
        let mut limits = limited(10, 5);
        limits.settle(BTC, amount(5), at_hour(3));
        let state = limits.state();
        assert_eq!(PayoutLimits::from_state(&state), Some(limits));
        let mut foreign = state.clone();
        foreign.uses[0].asset = AssetId(1);
        assert_eq!(PayoutLimits::from_state(&foreign), None);
        let mut negative = state;
        negative.limits[0].held = amount(-1);
        assert_eq!(PayoutLimits::from_state(&negative), None);
    }
}
