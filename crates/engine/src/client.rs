//! What clients ask for: still in time, not asked before, allowed by its key, allowed by the account's state.

use model::command::{Action, ClientHeader, NewOrder, Replace};
use model::event::Event;
use model::id::{AccountId, MarketId};
use model::reject::Reject;
use model::snapshot::IdempotencyRow;

use crate::account::Account;
use crate::desk::Desk;
use crate::engine::Engine;
use crate::filter::Incoming;
use crate::idempotency::Known;
use crate::key::check_authority;

impl Engine {
    /// Carries out what a client asks for.
    ///
    /// # Errors
    /// The first that applies of `GenesisMissing`, `Expired`, `IdempotencyConflict`, `IdempotencyFull`, those of
    /// [`check_authority`], then those of the action.
    pub(crate) fn client(
        &mut self,
        header: &ClientHeader,
        action: &Action,
        events: &mut Vec<Event>,
    ) -> Result<(), Reject> {
        if self.logic == 0 {
            return Err(Reject::GenesisMissing);
        }
        if header.valid_until < self.at {
            return Err(Reject::Expired);
        }
        if let Some(asked) = header.idempotency
            && let Known::Answered(original) = self.results.look_up(header.account, asked)?
        {
            events.push(Event::Repeated { original });
            return Ok(());
        }
        check_authority(&self.keys, header, action, self.at)?;
        let outcome = self.act(header.account, action, events);
        self.remember(header);
        outcome
    }

    /// Remembers that a key was answered by this command, whether it was carried out or refused.
    fn remember(&mut self, header: &ClientHeader) {
        if let Some(idempotency) = header.idempotency {
            self.results.remember(IdempotencyRow {
                account: header.account,
                idempotency,
                sequence: self.sequence,
                at: self.at,
            });
        }
    }

    #[inline]
    fn act(
        &mut self,
        account: AccountId,
        action: &Action,
        events: &mut Vec<Event>,
    ) -> Result<(), Reject> {
        match action {
            Action::Place(order) => self.place(account, order, events),
            Action::Cancel(cancel) => self.desk(cancel.market, events)?.cancel(account, cancel),
            Action::CancelAll { market } => self.desk(*market, events)?.cancel_all(account),
            Action::Replace(replace) => self.replace(account, replace, events),
            Action::Amend(amend) => {
                self.trader(account)?;
                self.desk(amend.market, events)?.amend(account, amend)
            }
            Action::Transfer(transfer) => {
                events.push(self.transfer(account, transfer)?);
                Ok(())
            }
            Action::HoldWithdrawal(withdrawal) => {
                events.push(self.hold_withdrawal(account, withdrawal)?);
                Ok(())
            }
        }
    }

    fn place(
        &mut self,
        account: AccountId,
        order: &NewOrder,
        events: &mut Vec<Event>,
    ) -> Result<(), Reject> {
        let trader = self.trader(account)?;
        let mut desk = self.desk(order.market, events)?;
        let incoming = Incoming::new(desk.market, account, &trader, order, desk.at);
        desk.place(&incoming)
    }

    fn replace(
        &mut self,
        account: AccountId,
        replace: &Replace,
        events: &mut Vec<Event>,
    ) -> Result<(), Reject> {
        let trader = self.trader(account)?;
        let mut desk = self.desk(replace.order.market, events)?;
        let incoming = Incoming::new(desk.market, account, &trader, &replace.order, desk.at);
        desk.replace(replace, &incoming)
    }

    /// Returns the account when it may place orders.
    ///
    /// # Errors
    /// `AccountRestricted`.
    fn trader(&self, id: AccountId) -> Result<Account, Reject> {
        let account = self.accounts.existing(id);
        if account.state.may_trade() {
            Ok(*account)
        } else {
            Err(Reject::AccountRestricted)
        }
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
            accounts: &self.accounts,
            ledger: &mut self.ledger,
            steps: &mut self.steps,
            events,
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
