//! Allowances: what the verification of an owner lets them order, pay in and pay out (`docs/spec/kyc.md` §2).

use clearing::reference::ReferencePrice;
use model::allowance::{AllowanceTable, Flow, Verification};
use model::command::Deposit;
use model::event::Event;
use model::id::{AccountId, AssetId, MarketId, OwnerId};
use model::number::Amount;
use model::reject::Reject;

use crate::engine::Engine;

/// What a deposit or withdrawal will count once it is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DecidedUse {
    owner: OwnerId,
    flow: Flow,
    value: Option<Amount>,
    is_beyond: bool,
}

impl Engine {
    /// # Errors
    /// `AssetUnknown`, `AmountNotPositive` when a cap is below zero, `StateUnchanged`.
    pub(crate) fn set_allowances(&mut self, table: &AllowanceTable) -> Result<Event, Reject> {
        self.check_asset(table.reference)?;
        if !table.is_legal() {
            return Err(Reject::AmountNotPositive);
        }
        if self.allowances.table() == Some(table) {
            return Err(Reject::StateUnchanged);
        }
        self.allowances.set_table(table);
        Ok(Event::AllowancesSet(Box::new(*table)))
    }

    /// # Errors
    /// `MarketUnknown`, `StateUnchanged`.
    pub(crate) fn set_market_verification(
        &mut self,
        market: MarketId,
        verification: Verification,
    ) -> Result<Event, Reject> {
        self.market(market)?;
        if self.allowances.of_market(market) == verification {
            return Err(Reject::StateUnchanged);
        }
        self.allowances.set_market(market, verification);
        Ok(Event::MarketVerificationSet {
            market,
            verification,
        })
    }

    /// # Errors
    /// `StateUnchanged`, `CapacityExhausted`.
    pub(crate) fn set_verification(
        &mut self,
        owner: OwnerId,
        verification: Verification,
    ) -> Result<Event, Reject> {
        match self.allowances.of_owner(owner) {
            Some(known) if known == verification => return Err(Reject::StateUnchanged),
            None if !self.allowances.has_room() => return Err(Reject::CapacityExhausted),
            _ => {}
        }
        self.allowances.set_owner(owner, verification);
        Ok(Event::VerificationSet {
            owner,
            verification,
        })
    }

    /// # Errors
    /// `VerificationTooLow` when the owner may not place orders in this market.
    #[inline]
    pub(crate) fn check_verification(
        &self,
        owner: OwnerId,
        market: MarketId,
    ) -> Result<(), Reject> {
        let may_trade = self.allowances.may_trade(owner, market);
        if mutant::plant!("unverified-owner-trades", true, may_trade) {
            Ok(())
        } else {
            Err(Reject::VerificationTooLow)
        }
    }

    /// Returns what a withdrawal counts, `None` when nothing binds its owner.
    ///
    /// # Errors
    /// `AllowanceUnpriced`, `AllowanceExceeded`.
    pub(crate) fn decide_withdrawal(
        &self,
        account: AccountId,
        asset: AssetId,
        total: Amount,
    ) -> Result<Option<DecidedUse>, Reject> {
        let Some(decided) = self.decide(account, Flow::Withdrawal, asset, total)? else {
            return Ok(None);
        };
        let is_bound = self
            .allowances
            .binding(decided.owner)
            .is_some_and(|allowance| !allowance.withdrawals.is_endless());
        if is_bound && decided.value.is_none() {
            return Err(Reject::AllowanceUnpriced);
        }
        if mutant::plant!("allowance-not-held", false, decided.is_beyond) {
            return Err(Reject::AllowanceExceeded);
        }
        Ok(Some(decided))
    }

    /// Counts a credited deposit, which nothing can refuse: it is there already.
    pub(crate) fn count_deposit(&mut self, deposit: &Deposit) -> Option<Event> {
        let Deposit {
            account,
            asset,
            amount,
            ..
        } = *deposit;
        let decided = self.decide(account, Flow::Deposit, asset, amount);
        let decided = decided.ok().flatten()?;
        Some(self.count(decided))
    }

    /// Counts what was decided and tells it.
    pub(crate) fn count(&mut self, decided: DecidedUse) -> Event {
        let DecidedUse {
            owner,
            flow,
            value,
            is_beyond,
        } = decided;
        self.allowances
            .count(owner, flow, value.unwrap_or(Amount::ZERO), self.at);
        Event::AllowanceUsed {
            owner,
            flow,
            value,
            is_beyond,
        }
    }

    /// # Errors
    /// `AccountUnknown`.
    fn decide(
        &self,
        account: AccountId,
        flow: Flow,
        asset: AssetId,
        amount: Amount,
    ) -> Result<Option<DecidedUse>, Reject> {
        let owner = self.accounts.get(account)?.owner;
        let (Some(table), Some(allowance)) =
            (self.allowances.table(), self.allowances.binding(owner))
        else {
            return Ok(None);
        };
        let value = self.worth(asset, amount, table.reference);
        let caps = allowance.caps(flow);
        let is_beyond = match value {
            Some(value) => {
                let used = self.allowances.used_with(owner, flow, value, self.at);
                !caps.hold(used)
            }
            // Nobody can say that it is within.
            None => !caps.is_endless(),
        };
        Ok(Some(DecidedUse {
            owner,
            flow,
            value,
            is_beyond,
        }))
    }

    /// Returns what an amount is worth in the reference asset, rounded up, or `None` without a price.
    ///
    /// The price is the higher of the average and the last one, of the first market that has one, so that a trade
    /// with oneself at a low price does not widen an allowance.
    ///
    /// **Cost** O(markets).
    fn worth(&self, asset: AssetId, amount: Amount, reference: AssetId) -> Option<Amount> {
        if asset == reference {
            return Some(amount);
        }
        let mut markets = self.markets.iter().filter(|market| {
            market.instrument.base == asset && market.instrument.quote == reference
        });
        markets.find_map(|market| {
            let average = ReferencePrice::new(market.average.fraction(self.at), None);
            let last = ReferencePrice::new(None, market.last_price);
            let worth = |price: ReferencePrice| price.worth(amount, &market.instrument);
            average.map(worth).max(last.map(worth))
        })
    }
}
