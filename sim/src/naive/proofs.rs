//! What was proven.

use super::Naive;
use model::command::{ClientHeader, Withdrawal};
use model::id::Reference;
use model::proof::{Proof, Shown, bind, withdrawal_terms};
use model::reject::Reject;
use model::snapshot::WithdrawalStatus;
use model::time::NANOS_PER_SECOND;

impl Naive {
    pub(super) fn check_proof(
        &self,
        header: &ClientHeader,
        withdrawal: &Withdrawal,
        proof: Option<&Proof>,
    ) -> Result<(), Reject> {
        let is_vouched = self.keys[&header.key].grant.is_some();
        match proof {
            None if self.logic == 1 => Ok(()),
            Some(Proof::Nowhere) => Ok(()),
            Some(Proof::Key { .. }) if is_vouched => Ok(()),
            None | Some(Proof::Key { .. }) => Err(Reject::ProofMissing),
            Some(Proof::Factor { destination, shown }) => {
                let terms = withdrawal_terms(header.account, withdrawal, *destination);
                self.check_shown(shown, terms)
            }
        }
    }

    pub(super) fn check_shown(&self, shown: &Shown, terms: Reference) -> Result<(), Reject> {
        if shown.digest != bind(shown.request, terms) {
            return Err(Reject::ProofForeign);
        }
        let left = i128::from(shown.until.nanos()) - i128::from(self.at);
        if !(1..=600 * i128::from(NANOS_PER_SECOND)).contains(&left) {
            return Err(Reject::ProofUntimely);
        }
        let mut answered = self.answered.iter();
        if answered.any(|(challenge, until)| *challenge == shown.challenge && self.at < *until) {
            return Err(Reject::ProofUsed);
        }
        Ok(())
    }

    pub(super) fn answer(&mut self, shown: &Shown) {
        self.answered.push((shown.challenge, shown.until.nanos()));
    }

    /// Whether a held withdrawal may be paid to this address.
    pub(super) fn check_destination(
        &self,
        reference: Reference,
        destination: Option<Reference>,
    ) -> Result<(), Reject> {
        let note = self.withdrawals.get(&reference);
        let held = note.filter(|note| note.status == WithdrawalStatus::Held);
        let proof = held.and_then(|note| note.proof);
        match proof {
            Some(proof) if proof.destination() != destination => Err(Reject::DestinationOther),
            _ => Ok(()),
        }
    }
}
