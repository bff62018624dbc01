//! What clients ask for: still in time, not asked before, allowed by its key, allowed by the account's state.

use model::account::OwnerState;
use model::command::{Action, ClientHeader, Idempotency};
use model::event::Event;
use model::id::{AccountId, MarketId};
use model::order::CloseReason;
use model::reject::Reject;
use model::snapshot::{IdempotencyRow, KeyRow};

use crate::account::Account;
use crate::desk::Desk;
use crate::engine::Engine;
use crate::idempotency::Known;
use crate::key::check_authority;

impl Engine {
    /// Carries out what a client asks for.
    ///
    /// # Errors
    /// The first that applies of `GenesisMissing`, `Expired`, `IdempotencyConflict`, `IdempotencyFull`, those of
    /// [`check_authority`], then those of the action.
    #[inline(always)]
    pub(crate) fn client(
        &mut self,
        header: &ClientHeader,
        action: &Action,
        events: &mut Vec<Event>,
    ) -> Result<(), Reject> {
        if self.logic == 0 {
            return Err(Reject::GenesisMissing);
        }
        if mutant::plant!("expired-request-taken", false, header.valid_until < self.at) {
            return Err(Reject::Expired);
        }
        if let Some(asked) = header.idempotency
            && let Known::Answered(original) = self.results.look_up(header.account, asked)?
        {
            events.push(Event::Repeated { original });
            return Ok(());
        }
        let at = self.at;
        check_authority(self.find_key(header), header, action, at)?;
        let outcome = self.act(header, action, events);
        if mutant::plant!("refusal-forgotten", outcome.is_ok(), true)
            && let Some(asked) = header.idempotency
        {
            self.remember(header.account, asked);
        }
        outcome
    }

    /// Returns the key of a request, and remembers where it was.
    #[inline(always)]
    fn find_key(&mut self, header: &ClientHeader) -> Option<&KeyRow> {
        let Ok(account) = self.accounts.get_mut(header.account) else {
            return self.keys.find(header.key);
        };
        let hinted = self.keys.rows().get(account.hints.key as usize);
        if let Some(row) = hinted
            && row.key == header.key
        {
            return Some(row);
        }
        let position = self.keys.position(header.key)?;
        account.hints.key = position;
        Some(self.keys.at(position))
    }

    /// Remembers that a key was answered by this command, whether it was carried out or refused.
    #[inline(never)]
    fn remember(&mut self, account: AccountId, idempotency: Idempotency) {
        self.results.remember(IdempotencyRow {
            account,
            idempotency,
            sequence: self.sequence,
            at: self.at,
        });
    }

    #[inline]
    fn act(
        &mut self,
        header: &ClientHeader,
        action: &Action,
        events: &mut Vec<Event>,
    ) -> Result<(), Reject> {
        let account = header.account;
        match action {
            Action::Place(order) => {
                self.check_may_order(account, order.market)?;
                self.desk(order.market, events)?.place(account, order)
            }
            Action::Cancel(cancel) => self.desk(cancel.market, events)?.cancel(account, cancel),
            Action::CancelAll { market } => {
                let mut desk = self.desk(*market, events)?;
                desk.cancel_all(account, CloseReason::Cancelled)
            }
            Action::Replace(replace) => {
                self.check_may_order(account, replace.order.market)?;
                let mut desk = self.desk(replace.order.market, events)?;
                desk.replace(account, replace)
            }
            Action::Amend(amend) => {
                mutant::plant!(
                    "restricted-account-amends",
                    (),
                    check_may_trade(self.accounts.existing(account))?
                );
                self.desk(amend.market, events)?.amend(account, amend)
            }
            Action::AmendLimit(amend) => {
                self.check_may_order(account, amend.market)?;
                self.desk(amend.market, events)?.amend_limit(account, amend)
            }
            Action::AmendOpen(amend) => {
                self.check_may_order(account, amend.limit.market)?;
                self.desk(amend.limit.market, events)?
                    .amend_open(account, amend)
            }
            Action::AmendAny(amend) => {
                let market = amend.open.limit.market;
                self.check_may_order(account, market)?;
                self.desk(market, events)?.amend_any(account, amend)
            }
            Action::Transfer(transfer) => {
                events.push(self.transfer_own(account, transfer)?);
                Ok(())
            }
            Action::PlaceInstructed(instructed) => {
                self.check_may_order(account, instructed.order.market)?;
                let mut desk = self.desk(instructed.order.market, events)?;
                desk.place_instructed(account, instructed)
            }
            Action::ReplaceInstructed(instructed) => {
                self.check_may_order(account, instructed.replace.order.market)?;
                let mut desk = self.desk(instructed.replace.order.market, events)?;
                desk.replace_instructed(account, instructed)
            }
            Action::PlaceList(list) => {
                self.check_may_order(account, list.market)?;
                self.desk(list.market, events)?.place_list(account, list)
            }
            Action::CancelList(cancel) => self
                .desk(cancel.market, events)?
                .cancel_list(account, cancel),
            Action::FindOutcome { key } => {
                let original = self.results.answered_by(account, *key);
                let original = original.ok_or(Reject::OutcomeUnknown)?;
                events.push(Event::Repeated { original });
                Ok(())
            }
            Action::SetCountdown(countdown) => {
                events.push(self.set_countdown(account, countdown)?);
                Ok(())
            }
            Action::Freeze { account: target } => {
                events.push(self.set_owner_state(account, *target, OwnerState::Frozen)?);
                Ok(())
            }
            Action::Unfreeze { account: target } => {
                events.push(self.set_owner_state(account, *target, OwnerState::Open)?);
                Ok(())
            }
            Action::TransferBetween(between) => {
                events.push(self.transfer_between(account, between)?);
                Ok(())
            }
            Action::Close => self.close(account, events),
            Action::HoldWithdrawal { withdrawal, proof } => {
                let asker = (account, header.key);
                let event = self.hold_withdrawal(asker, withdrawal, proof.as_deref(), events)?;
                events.push(event);
                Ok(())
            }
        }
    }

    /// # Errors
    /// `AccountRestricted`, `VerificationTooLow` when the account may not place orders in this market.
    #[inline]
    fn check_may_order(&self, account: AccountId, market: MarketId) -> Result<(), Reject> {
        let account = self.accounts.existing(account);
        check_may_trade(account)?;
        self.check_verification(account.owner, market)
    }

    /// Returns a market ready for work.
    ///
    /// # Errors
    /// `MarketUnknown`.
    pub(crate) fn desk<'a>(
        &'a mut self,
        id: MarketId,
        events: &'a mut Vec<Event>,
    ) -> Result<Desk<'a>, Reject> {
        let market = self.markets.get_mut(usize::from(id.0));
        Ok(Desk {
            market: market.ok_or(Reject::MarketUnknown)?,
            accounts: &mut self.accounts,
            ledger: &mut self.ledger,
            steps: &mut self.steps,
            events,
            last_list: &mut self.last_list,
            at: self.at,
        })
    }

    /// Returns a market that is known to be listed, ready for work.
    ///
    /// # Panics
    /// When it is not.
    pub(crate) fn existing_desk<'a>(
        &'a mut self,
        id: MarketId,
        events: &'a mut Vec<Event>,
    ) -> Desk<'a> {
        match self.desk(id, events) {
            Ok(desk) => desk,
            Err(_) => panic!("a listed market disappeared"),
        }
    }
}

/// # Errors
/// `AccountRestricted` when the account may not place orders.
#[inline]
fn check_may_trade(account: &Account) -> Result<(), Reject> {
    let is_open = mutant::plant!(
        "frozen-by-the-master-trades",
        true,
        account.owner_state == OwnerState::Open
    );
    if account.state.may_trade() && is_open {
        Ok(())
    } else {
        Err(Reject::AccountRestricted)
    }
}
