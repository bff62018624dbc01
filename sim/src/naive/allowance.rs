//! Allowances: every use is kept for ever, and sums are made anew each time.

use super::{Market, Naive, Outcome};
use model::allowance::{Allowance, AllowanceTable, Caps, Flow, Verification};
use model::calendar::Calendar;
use model::event::Event;
use model::id::{AccountId, AssetId, MarketId, OwnerId};
use model::number::Amount;
use model::reject::Reject;
use model::time::{NANOS_PER_SECOND, Timestamp};
use std::collections::BTreeMap;

const NANOS_PER_HOUR: i64 = 3_600 * NANOS_PER_SECOND;
const MONEY_MAX: i128 = 1 << 95;
const UNITS_PER_WHOLE: i128 = 100_000_000;

/// Who is verified how far, and everything that was ever used.
#[derive(Clone, Debug, Default)]
pub struct Allowances {
    table: Option<AllowanceTable>,
    markets: BTreeMap<MarketId, Verification>,
    owners: BTreeMap<OwnerId, Verification>,
    uses: Vec<Use>,
}

#[derive(Clone, Copy, Debug)]
struct Use {
    owner: OwnerId,
    flow: Flow,
    at: i64,
    value: i128,
}

impl Naive {
    pub(super) fn set_allowances(&mut self, table: &AllowanceTable) -> Outcome {
        self.check_asset(table.reference)?;
        for allowance in &table.allowances {
            for caps in [allowance.deposits, allowance.withdrawals] {
                let is_negative = |cap: Option<Amount>| cap.is_some_and(|cap| cap.units() < 0);
                if is_negative(caps.day) || is_negative(caps.month) {
                    return Err(Reject::AmountNotPositive);
                }
            }
        }
        match self.allowances.table {
            Some(known) if known == *table => return Err(Reject::StateUnchanged),
            Some(known) if known.reference != table.reference => self.allowances.uses.clear(),
            _ => {}
        }
        self.allowances.table = Some(*table);
        Ok(vec![Event::AllowancesSet(Box::new(*table))])
    }

    pub(super) fn set_market_verification(
        &mut self,
        market: MarketId,
        verification: Verification,
    ) -> Outcome {
        self.market(market)?;
        if self.needed(market) == verification {
            return Err(Reject::StateUnchanged);
        }
        self.allowances.markets.insert(market, verification);
        Ok(vec![Event::MarketVerificationSet {
            market,
            verification,
        }])
    }

    pub(super) fn set_verification(
        &mut self,
        owner: OwnerId,
        verification: Verification,
    ) -> Outcome {
        if self.allowances.owners.get(&owner) == Some(&verification) {
            return Err(Reject::StateUnchanged);
        }
        self.allowances.owners.insert(owner, verification);
        Ok(vec![Event::VerificationSet {
            owner,
            verification,
        }])
    }

    fn needed(&self, market: MarketId) -> Verification {
        let known = self.allowances.markets.get(&market);
        known.copied().unwrap_or(Verification::LOWEST)
    }

    fn binding(&self, owner: OwnerId) -> Option<Allowance> {
        let verification = self.allowances.owners.get(&owner)?;
        let table = self.allowances.table?;
        Some(table.allowances[usize::from(verification.number())])
    }

    pub(super) fn check_verification(
        &self,
        account: AccountId,
        market: MarketId,
    ) -> Result<(), Reject> {
        let owner = self.account(account)?.owner;
        let Some(verification) = self.allowances.owners.get(&owner) else {
            return Ok(());
        };
        let is_refused = self
            .binding(owner)
            .is_some_and(|allowance| !allowance.may_trade);
        if is_refused || *verification < self.needed(market) {
            return Err(Reject::VerificationTooLow);
        }
        Ok(())
    }

    /// Counts a deposit and tells it, if its owner is bound at all.
    pub(super) fn count_deposit(
        &mut self,
        account: AccountId,
        asset: AssetId,
        amount: i128,
    ) -> Result<Option<Event>, Reject> {
        let owner = self.account(account)?.owner;
        let Some(allowance) = self.binding(owner) else {
            return Ok(None);
        };
        let value = self.worth(asset, amount);
        let is_beyond = !self.is_within(owner, Flow::Deposit, allowance.deposits, value);
        Ok(Some(self.count(owner, Flow::Deposit, value, is_beyond)))
    }

    /// Returns whose allowance a withdrawal uses and how much of it, if one binds.
    pub(super) fn decide_withdrawal(
        &self,
        account: AccountId,
        asset: AssetId,
        total: i128,
    ) -> Result<Option<(OwnerId, Option<i128>)>, Reject> {
        let owner = self.account(account)?.owner;
        let Some(allowance) = self.binding(owner) else {
            return Ok(None);
        };
        let value = self.worth(asset, total);
        if !self.is_within(owner, Flow::Withdrawal, allowance.withdrawals, value) {
            return Err(match value {
                None => Reject::AllowanceUnpriced,
                Some(_) => Reject::AllowanceExceeded,
            });
        }
        Ok(Some((owner, value)))
    }

    pub(super) fn count(
        &mut self,
        owner: OwnerId,
        flow: Flow,
        value: Option<i128>,
        is_beyond: bool,
    ) -> Event {
        self.allowances.uses.push(Use {
            owner,
            flow,
            at: self.at,
            value: value.unwrap_or(0),
        });
        Event::AllowanceUsed {
            owner,
            flow,
            value: value.map(|units| Amount::new(units).expect("capped")),
            is_beyond,
        }
    }

    fn is_within(&self, owner: OwnerId, flow: Flow, caps: Caps, value: Option<i128>) -> bool {
        let Some(value) = value else {
            return caps.day.is_none() && caps.month.is_none();
        };
        let own = |one: &&Use| one.owner == owner && one.flow == flow;
        let hour = |at: i64| at.div_euclid(NANOS_PER_HOUR);
        let is_today = |one: &&Use| hour(self.at) - hour(one.at) <= 24;
        let is_this_month = |one: &&Use| month(one.at) == month(self.at);
        let uses = || self.allowances.uses.iter().filter(own);
        let day: i128 = uses().filter(is_today).map(|one| one.value).sum();
        let month: i128 = uses().filter(is_this_month).map(|one| one.value).sum();
        let fits = |cap: Option<Amount>, used: i128| {
            cap.is_none_or(|cap| (used + value).min(MONEY_MAX) <= cap.units())
        };
        fits(caps.day, day) && fits(caps.month, month)
    }

    /// Returns what an amount is worth in the reference asset at the higher of the two prices of its market.
    fn worth(&self, asset: AssetId, amount: i128) -> Option<i128> {
        let reference = self.allowances.table?.reference;
        if asset == reference {
            return Some(amount);
        }
        let priced = |market: &&Market| {
            let pair = (market.instrument.base, market.instrument.quote);
            pair == (asset, reference) && market.last_price.is_some()
        };
        let market = self.markets.iter().find(priced)?;
        let last = i128::from(market.last_price?);
        let (ticks, lots) = self.reference(market)?;
        let at = |ticks: i128, lots: i128| {
            let dividend = amount * ticks * i128::from(market.instrument.grid.tick_units);
            let divisor = lots * UNITS_PER_WHOLE;
            dividend.div_euclid(divisor) + i128::from(dividend.rem_euclid(divisor) != 0)
        };
        Some(at(ticks, lots).max(at(last, 1)).min(MONEY_MAX))
    }
}

/// Returns year and month as they are written.
fn month(at: i64) -> String {
    let text = Calendar(Timestamp::from_nanos(at)).to_string();
    let (year, rest) = text.rsplit_once('-').expect("a date has a day");
    assert!(!rest.is_empty());
    year.to_owned()
}
