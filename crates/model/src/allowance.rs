//! How far the identity of an owner was checked, and what that allows: deposits, withdrawals and markets.
//!
//! `engine` decides by it and `views` tell it, both from the same counters (`docs/spec/kyc.md` §2).

use std::collections::BTreeMap;

use crate::calendar::month_number;
use crate::id::{AssetId, MarketId, OwnerId};
use crate::number::Amount;
use crate::time::Timestamp;

/// The number of verifications, each with an allowance.
pub const VERIFICATIONS: usize = 4;

/// Owners with a verification, at most; memory ends long before.
pub const VERIFIED_OWNERS_MAX: usize = 1 << 28;

/// Hours that a day's sum looks back, beside the hour that runs: never less than 24 hours are counted.
const DAY_HOURS: i64 = 24;

/// How far an identity was checked: 0 for a mail address alone, 3 for everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Verification(u8);

impl Verification {
    pub const LOWEST: Verification = Verification(0);
    pub const HIGHEST: Verification = Verification(VERIFICATIONS as u8 - 1);

    /// Returns the verification of this number, or `None` when there is none.
    pub const fn new(number: u8) -> Option<Verification> {
        if (number as usize) < VERIFICATIONS {
            Some(Verification(number))
        } else {
            None
        }
    }

    pub const fn number(self) -> u8 {
        self.0
    }

    /// Returns every verification, the lowest first.
    pub fn all() -> impl Iterator<Item = Verification> {
        (0..VERIFICATIONS as u8).map(Verification)
    }
}

/// Which way money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Flow {
    Deposit = 0,
    Withdrawal = 1,
}

/// The time that a cap is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Span {
    /// Sliding, by hours.
    Day = 0,
    /// A month of the calendar, in UTC.
    Month = 1,
}

/// What may flow in a day and in a month; `None` is without end.
///
/// **Units** smallest units of the reference asset, zero or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    pub day: Option<Amount>,
    pub month: Option<Amount>,
}

impl Caps {
    pub const NONE: Caps = Caps {
        day: None,
        month: None,
    };

    /// Returns whether nothing is capped.
    pub const fn is_endless(&self) -> bool {
        self.day.is_none() && self.month.is_none()
    }

    /// Returns whether no cap is below zero.
    pub fn is_legal(&self) -> bool {
        let is_negative = |cap: Option<Amount>| cap.is_some_and(|cap| cap < Amount::ZERO);
        !is_negative(self.day) && !is_negative(self.month)
    }

    /// Returns whether both sums are within the caps.
    pub fn hold(&self, used: Used) -> bool {
        self.day.is_none_or(|cap| used.day <= cap) && self.month.is_none_or(|cap| used.month <= cap)
    }
}

/// What one verification allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Orders are taken at all.
    pub may_trade: bool,
    pub deposits: Caps,
    pub withdrawals: Caps,
}

impl Allowance {
    pub const fn caps(&self, flow: Flow) -> Caps {
        match flow {
            Flow::Deposit => self.deposits,
            Flow::Withdrawal => self.withdrawals,
        }
    }
}

/// The allowances of all verifications, and the asset that they count in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllowanceTable {
    pub reference: AssetId,
    pub allowances: [Allowance; VERIFICATIONS],
}

impl AllowanceTable {
    pub fn is_legal(&self) -> bool {
        let mut allowances = self.allowances.iter();
        allowances
            .all(|allowance| allowance.deposits.is_legal() && allowance.withdrawals.is_legal())
    }
}

/// What an owner has used of the caps of one flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    pub day: Amount,
    pub month: Amount,
}

/// Markets that take orders only from some verification on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarketVerificationRow {
    pub market: MarketId,
    pub verification: Verification,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnerVerificationRow {
    pub owner: OwnerId,
    pub verification: Verification,
}

/// What an owner moved in an hour or in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllowanceUseRow {
    pub owner: OwnerId,
    pub flow: Flow,
    pub span: Span,
    /// Hours since the epoch, or months since January of the year 0.
    pub number: i64,
    /// Smallest units of the reference asset; above zero.
    pub value: Amount,
}

/// The allowances as plain values in a canonical order.
///
/// **Shape** every list is sorted by the fields named first in its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowanceState {
    pub table: Option<Box<AllowanceTable>>,
    pub markets: Vec<MarketVerificationRow>,
    pub owners: Vec<OwnerVerificationRow>,
    pub uses: Vec<AllowanceUseRow>,
}

type Use = (OwnerId, Flow, Span, i64);

/// Who is verified how far, what that allows, and what was used of it.
///
/// **Shape** an owner nobody has verified yet is bound by nothing: journals of before have only such ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowances {
    table: Option<Box<AllowanceTable>>,
    markets: BTreeMap<MarketId, Verification>,
    owners: BTreeMap<OwnerId, Verification>,
    uses: BTreeMap<Use, Amount>,
}

impl Allowances {
    pub fn table(&self) -> Option<&AllowanceTable> {
        self.table.as_deref()
    }

    /// Takes other allowances; what was used is forgotten when it was counted in another asset.
    pub fn set_table(&mut self, table: &AllowanceTable) {
        if self
            .table()
            .is_some_and(|known| known.reference != table.reference)
        {
            self.uses.clear();
        }
        self.table = Some(Box::new(*table));
    }

    /// Returns from which verification on a market takes orders.
    pub fn of_market(&self, market: MarketId) -> Verification {
        let known = self.markets.get(&market).copied();
        known.unwrap_or(Verification::LOWEST)
    }

    pub fn set_market(&mut self, market: MarketId, verification: Verification) {
        if verification == Verification::LOWEST {
            self.markets.remove(&market);
        } else {
            self.markets.insert(market, verification);
        }
    }

    /// Returns how far an owner is verified, `None` when nobody has said.
    pub fn of_owner(&self, owner: OwnerId) -> Option<Verification> {
        self.owners.get(&owner).copied()
    }

    /// Returns whether one more owner may be verified.
    pub fn has_room(&self) -> bool {
        self.owners.len() < VERIFIED_OWNERS_MAX
    }

    pub fn set_owner(&mut self, owner: OwnerId, verification: Verification) {
        self.owners.insert(owner, verification);
    }

    /// Returns what binds an owner, `None` when nothing does.
    pub fn binding(&self, owner: OwnerId) -> Option<&Allowance> {
        let verification = self.of_owner(owner)?;
        let allowances = &self.table()?.allowances;
        allowances.get(usize::from(verification.number()))
    }

    /// Returns whether an owner may place orders in a market.
    #[inline]
    pub fn may_trade(&self, owner: OwnerId, market: MarketId) -> bool {
        self.owners.is_empty() || self.may_verified_trade(owner, market)
    }

    #[inline(never)]
    fn may_verified_trade(&self, owner: OwnerId, market: MarketId) -> bool {
        let Some(verification) = self.of_owner(owner) else {
            return true;
        };
        self.of_market(market) <= verification
            && self
                .binding(owner)
                .is_none_or(|allowance| allowance.may_trade)
    }

    /// Returns what an owner has used by now.
    ///
    /// **Cost** O(25).
    pub fn used(&self, owner: OwnerId, flow: Flow, at: Timestamp) -> Used {
        let newest = at.hours();
        let oldest = newest - DAY_HOURS;
        let hours = (owner, flow, Span::Day, oldest)..=(owner, flow, Span::Day, newest);
        let month = (owner, flow, Span::Month, month_number(at));
        Used {
            day: self
                .uses
                .range(hours)
                .fold(Amount::ZERO, |sum, (_, value)| sum.saturating_plus(*value)),
            month: self.uses.get(&month).copied().unwrap_or(Amount::ZERO),
        }
    }

    /// Returns what an owner will have used once so much more has flowed.
    pub fn used_with(&self, owner: OwnerId, flow: Flow, value: Amount, at: Timestamp) -> Used {
        let used = self.used(owner, flow, at);
        Used {
            day: used.day.saturating_plus(value),
            month: used.month.saturating_plus(value),
        }
    }

    /// Counts what has flowed, and forgets what counts no more.
    pub fn count(&mut self, owner: OwnerId, flow: Flow, value: Amount, at: Timestamp) {
        let (hour, month) = (at.hours(), month_number(at));
        self.forget(owner, flow, Span::Day, hour - DAY_HOURS);
        self.forget(owner, flow, Span::Month, month);
        if value.is_zero() {
            return;
        }
        for (span, number) in [(Span::Day, hour), (Span::Month, month)] {
            let sum = self.uses.entry((owner, flow, span, number));
            let sum = sum.or_insert(Amount::ZERO);
            *sum = sum.saturating_plus(value);
        }
    }

    /// Forgets what an owner used before this hour or month.
    fn forget(&mut self, owner: OwnerId, flow: Flow, span: Span, oldest: i64) {
        let old = (owner, flow, span, i64::MIN)..(owner, flow, span, oldest);
        let old: Vec<Use> = self.uses.range(old).map(|(key, _)| *key).collect();
        for key in old {
            self.uses.remove(&key);
        }
    }

    /// Returns everything as plain values.
    pub fn state(&self) -> AllowanceState {
        let use_row = |(&(owner, flow, span, number), value): (&Use, &Amount)| AllowanceUseRow {
            owner,
            flow,
            span,
            number,
            value: *value,
        };
        let market_row =
            |(market, verification): (&MarketId, &Verification)| MarketVerificationRow {
                market: *market,
                verification: *verification,
            };
        let owner_row = |(owner, verification): (&OwnerId, &Verification)| OwnerVerificationRow {
            owner: *owner,
            verification: *verification,
        };
        AllowanceState {
            table: self.table.clone(),
            markets: self.markets.iter().map(market_row).collect(),
            owners: self.owners.iter().map(owner_row).collect(),
            uses: self.uses.iter().map(use_row).collect(),
        }
    }

    /// Returns the allowances of a state, or `None` unless `state` could have given it.
    pub fn from_state(state: &AllowanceState) -> Option<Allowances> {
        let allowances = Allowances {
            table: state.table.clone(),
            markets: state
                .markets
                .iter()
                .map(|row| (row.market, row.verification))
                .collect(),
            owners: state
                .owners
                .iter()
                .map(|row| (row.owner, row.verification))
                .collect(),
            uses: state
                .uses
                .iter()
                .map(|row| ((row.owner, row.flow, row.span, row.number), row.value))
                .collect(),
        };
        let is_legal = state.table.as_ref().is_none_or(|table| table.is_legal())
            && state
                .markets
                .iter()
                .all(|row| Verification::LOWEST < row.verification)
            && state.uses.iter().all(|row| Amount::ZERO < row.value)
            && allowances.state() == *state;
        is_legal.then_some(allowances)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::NANOS_PER_HOUR;

    const OWNER: OwnerId = OwnerId(7);

    fn amount(units: i128) -> Amount {
        Amount::new(units).expect("a legal amount")
    }

    fn at_hour(hour: i64) -> Timestamp {
        Timestamp::from_nanos(hour * NANOS_PER_HOUR)
    }

    #[test]
    fn a_day_counts_at_least_its_24_hours_and_at_most_25() {
        let mut allowances = Allowances::default();
        let late = Timestamp::from_nanos(NANOS_PER_HOUR - 1);
        allowances.count(OWNER, Flow::Withdrawal, amount(5), late);
        let day = |at| allowances.used(OWNER, Flow::Withdrawal, at).day;
        assert_eq!(day(late.plus_nanos(24 * NANOS_PER_HOUR)), amount(5));
        assert_eq!(day(at_hour(25)), Amount::ZERO);
        assert_eq!(
            allowances.used(OWNER, Flow::Deposit, late).day,
            Amount::ZERO
        );
    }

    #[test]
    fn a_month_is_one_of_the_calendar() {
        let mut allowances = Allowances::default();
        // The last second of February 2000, and the first of March.
        let february = Timestamp::from_millis(951_868_799_000);
        let march = Timestamp::from_millis(951_868_800_000);
        allowances.count(OWNER, Flow::Withdrawal, amount(5), february);
        assert_eq!(
            allowances.used(OWNER, Flow::Withdrawal, march),
            Used {
                day: amount(5),
                month: Amount::ZERO
            }
        );
    }

    #[test]
    fn what_counts_no_more_is_forgotten_with_the_next_use() {
        let mut allowances = Allowances::default();
        for hour in 0..2_000 {
            allowances.count(OWNER, Flow::Deposit, amount(1), at_hour(hour));
        }
        assert_eq!(allowances.uses.len(), 25 + 1);
        let used = allowances.used(OWNER, Flow::Deposit, at_hour(1_999));
        assert_eq!(used.day, amount(25));
    }

    #[test]
    fn a_state_gives_the_allowances_back_and_no_other_state_does() {
        let mut allowances = Allowances::default();
        allowances.set_owner(OWNER, Verification::HIGHEST);
        allowances.set_market(MarketId(2), Verification::HIGHEST);
        allowances.count(OWNER, Flow::Deposit, amount(1), at_hour(9));
        let state = allowances.state();
        assert_eq!(Allowances::from_state(&state), Some(allowances));
        let mut doubled = state.clone();
        doubled.owners.extend(state.owners.clone());
        assert_eq!(Allowances::from_state(&doubled), None);
        let mut empty = state;
        empty.uses[0].value = Amount::ZERO;
        assert_eq!(Allowances::from_state(&empty), None);
    }
}
