//! Proofs: what is held or made is what its user has proven, and each challenge counts once.
//!
//! The core sees no factor. It sees that what was proven is what it is asked for: the digest that a user proved is
//! computed again from the command itself (`docs/spec/withdrawals.md` §3.1).

use std::collections::{BTreeMap, BTreeSet};

use model::command::Withdrawal;
use model::id::{AccountId, KeyId, Reference};
use model::proof::{self, Grant, PROOF_NANOS_MAX, Proof, Shown};
use model::reject::Reject;
use model::snapshot::{DestinationRow, ProofState, TakenRow};
use model::time::Timestamp;

use crate::engine::Engine;

/// Challenges that count no second time, at most; each is forgotten within ten minutes.
const TAKEN_MAX: usize = 1 << 20;

/// From this logic on nothing is held without a proof.
const PROVEN_LOGIC: u16 = 2;

/// What was proven, as far as it counts still.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proofs {
    /// Where held withdrawals are paid to, `None` for nowhere.
    destinations: BTreeMap<Reference, Option<Reference>>,
    /// Until when each answered challenge would count.
    taken: BTreeMap<Reference, Timestamp>,
    /// Keys that somebody vouches for.
    keys: BTreeSet<KeyId>,
}

impl Proofs {
    /// Returns everything as plain values.
    pub fn state(&self) -> ProofState {
        let destination_row =
            |(withdrawal, destination): (&Reference, &Option<Reference>)| DestinationRow {
                withdrawal: *withdrawal,
                destination: *destination,
            };
        let taken_row = |(challenge, until): (&Reference, &Timestamp)| TakenRow {
            challenge: *challenge,
            until: *until,
        };
        ProofState {
            destinations: self.destinations.iter().map(destination_row).collect(),
            taken: mutant::plant!(
                "snapshot-without-challenges",
                Vec::new(),
                self.taken.iter().map(taken_row).collect()
            ),
            keys: self.keys.iter().copied().collect(),
        }
    }

    /// Returns the proofs of a state, or `None` unless `state` could have given it.
    pub fn from_state(state: &ProofState) -> Option<Proofs> {
        let destinations = state.destinations.iter();
        let taken = state.taken.iter();
        let proofs = Proofs {
            destinations: destinations
                .map(|row| (row.withdrawal, row.destination))
                .collect(),
            taken: taken.map(|row| (row.challenge, row.until)).collect(),
            keys: state.keys.iter().copied().collect(),
        };
        let is_sorted = state
            .destinations
            .is_sorted_by(|row, next| row.withdrawal < next.withdrawal)
            && state
                .taken
                .is_sorted_by(|row, next| row.challenge < next.challenge)
            && state.keys.is_sorted_by(|key, next| key < next);
        is_sorted.then_some(proofs)
    }

    /// Forgets the challenges that would count no more anyway.
    pub fn expire(&mut self, at: Timestamp) {
        self.taken.retain(|_, until| at < *until);
    }

    fn take(&mut self, shown: &Shown) {
        self.taken.insert(shown.challenge, shown.until);
    }

    /// Forgets where a withdrawal is paid to, once it has ended.
    pub fn forget(&mut self, withdrawal: Reference) {
        self.destinations.remove(&withdrawal);
    }

    /// Notes that somebody vouches for a key.
    pub fn vouch(&mut self, key: KeyId, grant: &Grant) {
        if let Grant::Factor(shown) = grant {
            self.take(shown);
        }
        self.keys.insert(key);
    }
}

impl Engine {
    /// # Errors
    /// `ProofMissing` without a proof, or by a key that may not pay by itself; those of `check_shown`.
    pub(crate) fn check_payout_proof(
        &self,
        (account, key): (AccountId, KeyId),
        withdrawal: &Withdrawal,
        proof: Option<&Proof>,
    ) -> Result<(), Reject> {
        match proof {
            None if self.logic < PROVEN_LOGIC => Ok(()),
            None => Err(Reject::ProofMissing),
            Some(Proof::Factor { destination, shown }) => {
                let terms = proof::withdrawal_terms(account, withdrawal, *destination);
                self.check_shown(shown, terms)
            }
            Some(Proof::Key { .. }) => {
                let is_vouched = self.proofs.keys.contains(&key);
                if mutant::plant!("session-pays-by-itself", true, is_vouched) {
                    Ok(())
                } else {
                    Err(Reject::ProofMissing)
                }
            }
            Some(Proof::Nowhere) => Ok(()),
        }
    }

    /// # Errors
    /// The first that applies of `ProofForeign`, `ProofUntimely`, `ProofUsed`, `CapacityExhausted`.
    pub(crate) fn check_shown(&self, shown: &Shown, terms: Reference) -> Result<(), Reject> {
        let is_same = proof::bind(shown.request, terms) == shown.digest;
        if !mutant::plant!("proof-not-compared", true, is_same) {
            return Err(Reject::ProofForeign);
        }
        let latest = self.at.plus_nanos(PROOF_NANOS_MAX);
        if shown.until <= self.at || latest < shown.until {
            return Err(Reject::ProofUntimely);
        }
        let taken = self.proofs.taken.get(&shown.challenge);
        let is_taken = taken.is_some_and(|until| self.at < *until);
        if mutant::plant!("challenge-taken-twice", false, is_taken) {
            return Err(Reject::ProofUsed);
        }
        if TAKEN_MAX <= self.proofs.taken.len() {
            return Err(Reject::CapacityExhausted);
        }
        Ok(())
    }

    /// Notes where a withdrawal is paid to, and that its proof counts no second time.
    pub(crate) fn take_payout_proof(&mut self, withdrawal: Reference, proof: &Proof) {
        if let Proof::Factor { shown, .. } = proof {
            self.proofs.take(shown);
        }
        let destination = proof.destination();
        self.proofs.destinations.insert(withdrawal, destination);
    }

    /// # Errors
    /// `DestinationOther` for a withdrawal that is held for another address.
    pub(crate) fn check_destination(
        &self,
        withdrawal: Reference,
        destination: Option<Reference>,
    ) -> Result<(), Reject> {
        let proven = self.proofs.destinations.get(&withdrawal);
        let is_other = proven.is_some_and(|proven| *proven != destination);
        if mutant::plant!("paid-to-another-address", false, is_other) {
            Err(Reject::DestinationOther)
        } else {
            Ok(())
        }
    }
}
