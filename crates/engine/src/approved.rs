//! What operators decided: each proposal is carried out once, and a repetition is answered as before.

use model::account::Wallet;
use model::approved::{Act, Adjustment, Approval, Others};
use model::event::Event;
use model::id::ProposalId;
use model::index::Index;
use model::instrument::Cause;
use model::number::Amount;
use model::reject::Reject;
use model::snapshot::{ApprovalRow, HouseAccount};

use crate::engine::Engine;
use crate::table::Keyed;

impl Keyed for ApprovalRow {
    type Key = ProposalId;

    fn key(&self) -> ProposalId {
        self.proposal
    }

    fn hash(key: ProposalId, index: &Index) -> u64 {
        index.hash(&[key.0])
    }
}

impl Engine {
    /// Carries out what operators decided, unless that was done.
    ///
    /// **Shape** who decided comes first, then what came of it. An act that is refused is remembered as such: its
    /// proposal is never tried again.
    ///
    /// # Errors
    /// The first that applies of `GenesisMissing`, `ReferenceConflict`, the refusal it got before, `SelfApproval`,
    /// `CapacityExhausted`, then those of the act.
    pub(crate) fn approved(
        &mut self,
        (approval, others): (&Approval, &Others),
        act: &Act,
        events: &mut Vec<Event>,
    ) -> Result<(), Reject> {
        if self.logic == 0 {
            return Err(Reject::GenesisMissing);
        }
        if let Some(row) = self.approvals.find(approval.proposal) {
            events.push(answered(row, approval)?);
            return Ok(());
        }
        if mutant::plant!(
            "self-approval-taken",
            false,
            approval.proposer == approval.approver || others.has(approval.proposer)
        ) || others.has(approval.approver)
        {
            return Err(Reject::SelfApproval);
        }
        self.approvals.check_room()?;
        let start = events.len();
        events.push(Event::Approved {
            approval: *approval,
            others: *others,
        });
        let outcome = self.carry_out(act, events);
        self.approvals.insert(ApprovalRow {
            proposal: approval.proposal,
            digest: approval.digest,
            sequence: self.sequence,
            refusal: outcome.err(),
        });
        match outcome {
            Ok(()) => Ok(()),
            Err(reason) => {
                events.truncate(start);
                Err(reason)
            }
        }
    }

    fn carry_out(&mut self, act: &Act, events: &mut Vec<Event>) -> Result<(), Reject> {
        let cause = Cause::Operator;
        let event = match act {
            Act::ChangePeople(_) => return Ok(()),
            Act::ApproveWithdrawal {
                reference,
                destination,
            } => {
                return self
                    .confirm_destination(*reference, *destination)
                    .map(|_| ());
            }
            Act::FailWithdrawal { reference } => match self.cancel_withdrawal(*reference)? {
                // Its money is back already.
                Event::Repeated { .. } => return Ok(()),
                cancelled => cancelled,
            },
            Act::Adjust(adjustment) => self.adjust(adjustment)?,
            Act::SetAccountState { account, state } => {
                self.set_account_state(*account, *state, cause)?
            }
            Act::SetFeeTier { account, tier } => self.set_fee_tier(*account, *tier)?,
            Act::ListAsset { symbol } => self.list_asset(*symbol)?,
            Act::ListMarket(listing) => self.list_market(listing)?,
            Act::ChangeMarket { market, terms } => {
                self.change_market(*market, terms, cause, events)?
            }
            Act::SetPhase { market, phase } => self.set_phase(*market, *phase, cause, events)?,
            Act::SetPayoutLimit { asset, cap } => self.set_payout_limit(*asset, *cap)?,
        };
        events.push(event);
        Ok(())
    }

    /// # Errors
    /// The first that applies of `AccountUnknown`, `AssetUnknown`, `AmountZero`, `EquityInsufficient` or
    /// `InsufficientFunds`, `CapacityExhausted`.
    fn adjust(&mut self, adjustment: &Adjustment) -> Result<Event, Reject> {
        let Adjustment {
            account,
            asset,
            amount,
            ..
        } = *adjustment;
        self.accounts.get(account)?;
        self.check_asset(asset)?;
        if amount.is_zero() {
            return Err(Reject::AmountZero);
        }
        if Amount::ZERO < amount {
            if mutant::plant!(
                "adjustment-beyond-equity",
                false,
                self.ledger.house(asset, HouseAccount::Equity) < amount
            ) {
                return Err(Reject::EquityInsufficient);
            }
            self.check_ledger_room()?;
            let row = self.ledger.open(account, Wallet::Spot, asset);
            self.ledger.credit_adjustment(row, amount);
        } else {
            let taken = amount.negated();
            let row = self
                .ledger
                .find(account, Wallet::Spot, asset)
                .filter(|row| taken <= self.ledger.balance(*row).available)
                .ok_or(Reject::InsufficientFunds)?;
            self.ledger.debit_adjustment(row, taken);
        }
        Ok(Event::BalanceAdjusted(*adjustment))
    }
}

/// Returns the answer to a proposal that was answered before.
fn answered(row: &ApprovalRow, approval: &Approval) -> Result<Event, Reject> {
    if row.digest != approval.digest {
        return Err(Reject::ReferenceConflict);
    }
    match row.refusal {
        Some(reason) => Err(reason),
        None => Ok(Event::Repeated {
            original: row.sequence,
        }),
    }
}
