//! What operators decided.

use super::{Naive, Outcome};
use model::account::Wallet;
use model::approved::{Act, Adjustment, Approval, Others};
use model::command::Anchor;
use model::event::Event;
use model::id::Sequence;
use model::instrument::Cause;
use model::reject::Reject;
use model::snapshot::WithdrawalStatus;

impl Naive {
    pub(super) fn approved(&mut self, approval: &Approval, others: Others, act: &Act) -> Outcome {
        if let Some((digest, answer)) = self.approvals.get(&approval.proposal) {
            if *digest != approval.digest {
                return Err(Reject::ReferenceConflict);
            }
            return match answer {
                Ok(original) => Ok(vec![Event::Repeated {
                    original: *original,
                }]),
                Err(reason) => Err(*reason),
            };
        }
        let mut deciders = others.ids().to_vec();
        deciders.extend([approval.proposer, approval.approver]);
        let count = deciders.len();
        deciders.sort_unstable();
        deciders.dedup();
        if deciders.len() < count {
            return Err(Reject::SelfApproval);
        }
        let outcome = self.decided(act);
        let answer = match &outcome {
            Ok(_) => Ok(Sequence(self.sequence)),
            Err(reason) => Err(*reason),
        };
        self.approvals
            .insert(approval.proposal, (approval.digest, answer));
        let mut events = vec![Event::Approved {
            approval: *approval,
            others,
        }];
        events.extend(outcome?);
        Ok(events)
    }

    pub(super) fn set_anchor(&mut self, anchor: Anchor) -> Outcome {
        match self.anchors.last() {
            Some(last) if anchor.rows < last.rows => return Err(Reject::AnchorBehind),
            Some(last) if anchor.rows == last.rows && anchor != *last => {
                return Err(Reject::AnchorBehind);
            }
            _ => self.anchors.push(anchor),
        }
        Ok(vec![Event::Anchored(anchor)])
    }

    fn decided(&mut self, act: &Act) -> Outcome {
        let cause = Cause::Operator;
        match act {
            Act::Adjust(adjustment) => self.adjust(adjustment),
            Act::SetAccountState { account, state } => {
                self.set_account_state(*account, *state, cause)
            }
            Act::SetFeeTier { account, tier } => self.set_fee_tier(*account, *tier),
            Act::ListAsset { symbol } => self.list_asset(*symbol),
            Act::ListMarket(listing) => self.list_market(listing),
            Act::ChangeMarket { market, terms } => self.change_market(*market, terms, cause),
            Act::SetPhase { market, phase } => self.set_phase(*market, *phase, cause),
            Act::SetPayoutLimit { asset, cap } => self.set_payout_limit(*asset, *cap),
            Act::ChangePeople(_) => Ok(Vec::new()),
            Act::ApproveWithdrawal {
                reference,
                destination,
            } => {
                if !self.withdrawals.contains_key(reference) {
                    return Err(Reject::WithdrawalUnknown);
                }
                self.check_destination(*reference, Some(*destination))?;
                Ok(Vec::new())
            }
            Act::FailWithdrawal { reference } => {
                let mut events = self.end_withdrawal(*reference, WithdrawalStatus::Cancelled)?;
                events.retain(|event| !matches!(event, Event::Repeated { .. }));
                Ok(events)
            }
        }
    }

    /// What an account gains comes from what accounts lost before.
    fn adjust(&mut self, adjustment: &Adjustment) -> Outcome {
        let (account, asset) = (adjustment.account, adjustment.asset);
        self.account(account)?;
        self.check_asset(asset)?;
        let amount = adjustment.amount.units();
        let owned = self.equity.entry(asset).or_default();
        if amount == 0 {
            return Err(Reject::AmountZero);
        }
        if *owned < amount {
            return Err(Reject::EquityInsufficient);
        }
        let balance = self
            .balances
            .get(&(account, Wallet::Spot, asset))
            .copied()
            .unwrap_or_default();
        if balance.available + amount < 0 {
            return Err(Reject::InsufficientFunds);
        }
        *owned -= amount;
        self.change(account, asset, amount, 0);
        Ok(vec![Event::BalanceAdjusted(*adjustment)])
    }
}
