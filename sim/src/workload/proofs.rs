//! Withdrawals and what proves them: mostly what was proven, now and then something else or too late.

use super::{Workload, name, units};
use model::account::Scopes;
use model::approved::{Act, PeopleChange};
use model::command::{Action, Command, Withdrawal};
use model::id::{AccountId, ChainId, KeyId, Reference};
use model::proof::{Grant, Proof, Shown, bind, key_terms, withdrawal_terms};
use model::time::{NANOS_PER_SECOND, Timestamp};

/// Withdrawals have one of so many names, and go to one of a few addresses.
const NAMES: u64 = 40;

impl Workload {
    pub(super) fn hold(&mut self, account: AccountId, now: Timestamp) -> Action {
        let withdrawal = Withdrawal {
            reference: self.withdrawal_name(),
            chain: ChainId(0),
            asset: self.asset(),
            amount: units(i128::from(self.random.between(0, 300)) * 1_000_000),
            fee: units(i128::from(self.random.between(-1, 30))),
        };
        Action::HoldWithdrawal {
            withdrawal,
            proof: self.proof(account, &withdrawal, now).map(Box::new),
        }
    }

    fn proof(
        &mut self,
        account: AccountId,
        withdrawal: &Withdrawal,
        now: Timestamp,
    ) -> Option<Proof> {
        let destination = self.destination();
        Some(match self.random.below(8) {
            0 => return None,
            1 => Proof::Nowhere,
            2 => Proof::Key { destination },
            _ => {
                let mut proven = *withdrawal;
                if self.random.one_in(8) {
                    proven.amount = proven.amount.plus(units(1));
                }
                let to = if self.random.one_in(8) {
                    self.destination()
                } else {
                    destination
                };
                let terms = withdrawal_terms(account, &proven, to);
                Proof::Factor {
                    destination,
                    shown: self.answered(terms, now),
                }
            }
        })
    }

    fn answered(&mut self, terms: Reference, now: Timestamp) -> Shown {
        let request = name(14, self.random.below(3));
        Shown {
            challenge: name(13, self.random.below(200)),
            until: Timestamp::from_nanos(
                now.nanos() + self.random.between(-10, 610) * NANOS_PER_SECOND,
            ),
            request,
            digest: bind(request, terms),
        }
    }

    /// A key with a grant of some kind, or none; some of them are there already.
    pub(super) fn granted_key(&mut self, now: Timestamp) -> Command {
        let (account, scopes) = (self.account_id(), Scopes::ALL);
        let expires_at = Timestamp::from_nanos(now.nanos() + 300 * NANOS_PER_SECOND);
        let grant = match self.random.below(4) {
            0 => None,
            1 => Some(Grant::Exchange),
            _ => {
                let proven = self.random.pick(&[Scopes::ALL, Scopes::ALL, Scopes::TRADE]);
                let terms = key_terms(account, proven, expires_at);
                Some(Grant::Factor(self.answered(terms, now)))
            }
        };
        Command::CreateKey {
            key: KeyId(60 + self.random.below(30)),
            account,
            scopes,
            expires_at,
            grant,
        }
    }

    /// Most are nowhere or at one address, so that some are settled as they were proven.
    pub(super) fn settle(&mut self) -> Command {
        if self.random.one_in(3) {
            return Command::ConfirmDestination {
                reference: self.withdrawal_name(),
                destination: self.destination(),
            };
        }
        Command::SettleWithdrawal {
            reference: self.withdrawal_name(),
            destination: (!self.random.one_in(4)).then(|| self.destination()),
        }
    }

    /// So much that some withdrawals fit and others do not.
    pub(super) fn payout_limit(&mut self) -> Act {
        let units_of = |wholes: i64| units(i128::from(wholes) * 10_000_000);
        Act::SetPayoutLimit {
            asset: self.asset(),
            cap: match self.random.between(-2, 60) {
                ..=-2 => None,
                wholes => Some(units_of(wholes)),
            },
        }
    }

    /// What the rest of an exchange carries out, and what it waits for.
    pub(super) fn decided_elsewhere(&mut self) -> Act {
        match self.random.below(3) {
            0 => Act::ChangePeople(self.random.pick(&PeopleChange::ALL)),
            1 => Act::ApproveWithdrawal {
                reference: self.withdrawal_name(),
                destination: self.destination(),
            },
            _ => Act::FailWithdrawal {
                reference: self.withdrawal_name(),
            },
        }
    }

    pub(super) fn withdrawal_name(&mut self) -> Reference {
        name(3, self.random.below(NAMES))
    }

    fn destination(&mut self) -> Reference {
        name(15, self.random.below(4).saturating_sub(2))
    }
}
