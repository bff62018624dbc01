//! Proofs: what shows that an act of a user is wished, bound to exactly its terms (`docs/spec/withdrawals.md` §3.1).
//!
//! `gateway` computes a digest before a user proves it and `engine` computes it again from the command, so that what
//! is carried out is what was proven. Factors themselves are `identity`'s.

use crate::account::Scopes;
use crate::command::Withdrawal;
use crate::id::{AccountId, Reference};
use crate::sha256::sha256;
use crate::time::{NANOS_PER_SECOND, Timestamp};

/// No proof stands longer than this after the command that carries it.
pub const PROOF_NANOS_MAX: i64 = 10 * 60 * NANOS_PER_SECOND;

const DESTINATION: &[u8] = b"bourse.destination.v1\0";
const WITHDRAWAL: &[u8] = b"bourse.withdrawal.terms.v1\0";
const KEY: &[u8] = b"bourse.key.terms.v1\0";

/// What shows that a withdrawal is wished, and where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A fresh factor of its user.
    Factor {
        destination: Reference,
        shown: Shown,
    },
    /// The key that signed, for which a factor was shown when it was made.
    Key { destination: Reference },
    /// None: it is paid to nobody. The sandbox takes its gifts back so.
    Nowhere,
}

impl Proof {
    /// Returns the digest of where the money goes, `None` for nowhere.
    pub const fn destination(&self) -> Option<Reference> {
        match self {
            Proof::Factor { destination, .. } | Proof::Key { destination } => Some(*destination),
            Proof::Nowhere => None,
        }
    }
}

/// A challenge that was answered with a fresh factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Names the challenge: each counts once.
    pub challenge: Reference,
    /// It counts until then.
    pub until: Timestamp,
    /// The digest of the request as it was written.
    pub request: Reference,
    /// What was shown and proven: over `request` and the terms.
    pub digest: Reference,
}

/// Who vouches for a key that pays by itself. One for which nobody does is a session's, or cannot pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Its user, by a fresh factor.
    Factor(Shown),
    /// The exchange, of keys that it makes for its own accounts.
    Exchange,
}

/// Returns the digest of where money is paid to, each text after its length.
pub fn destination(network: &str, address: &str, tag: &str) -> Reference {
    let length = |text: &str| (text.len() as u64).to_be_bytes();
    let lengths = [length(network), length(address), length(tag)];
    Reference(sha256(&[
        DESTINATION,
        &lengths[0],
        network.as_bytes(),
        &lengths[1],
        address.as_bytes(),
        &lengths[2],
        tag.as_bytes(),
    ]))
}

/// Returns the digest of what a withdrawal of an account takes, and where it goes; its name is no part of it.
pub fn withdrawal_terms(
    account: AccountId,
    withdrawal: &Withdrawal,
    destination: Reference,
) -> Reference {
    Reference(sha256(&[
        WITHDRAWAL,
        &account.0.to_be_bytes(),
        &withdrawal.asset.0.to_be_bytes(),
        &withdrawal.amount.units().to_be_bytes(),
        &withdrawal.fee.units().to_be_bytes(),
        &destination.0,
    ]))
}

/// Returns the digest of what a key may, and until when; its number is no part of it.
pub fn key_terms(account: AccountId, scopes: Scopes, expires_at: Timestamp) -> Reference {
    Reference(sha256(&[
        KEY,
        &account.0.to_be_bytes(),
        &[scopes.bits()],
        &expires_at.nanos().to_be_bytes(),
    ]))
}

/// Returns the digest that a user proves, of a request as it was written and of its terms.
pub fn bind(request: Reference, terms: Reference) -> Reference {
    Reference(sha256(&[&request.0, &terms.0]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AssetId, ChainId};
    use crate::number::Amount;

    fn withdrawal() -> Withdrawal {
        Withdrawal {
            reference: Reference([1; 32]),
            chain: ChainId(0),
            asset: AssetId(0),
            amount: Amount::new(100).expect("legal"),
            fee: Amount::new(7).expect("legal"),
        }
    }

    #[test]
    fn terms_are_of_account_asset_amount_fee_and_destination() {
        let (account, place) = (AccountId(1), destination("BTC", "bc1q", ""));
        let terms = withdrawal_terms(account, &withdrawal(), place);
        let other = |change: &dyn Fn(&mut Withdrawal)| {
            let mut changed = withdrawal();
            change(&mut changed);
            withdrawal_terms(account, &changed, place)
        };
        let swapped = |changed: &mut Withdrawal| {
            core::mem::swap(&mut changed.amount, &mut changed.fee);
        };
        for changed in [
            other(&|changed| changed.asset = AssetId(1)),
            other(&|changed| changed.amount = Amount::new(101).expect("legal")),
            other(&|changed| changed.fee = Amount::ZERO),
            other(&swapped),
            withdrawal_terms(AccountId(2), &withdrawal(), place),
            withdrawal_terms(account, &withdrawal(), destination("BTC", "bc1", "q")),
        ] {
            assert_ne!(changed, terms);
        }
        let renamed = other(&|changed| changed.reference = Reference([2; 32]));
        assert_eq!(renamed, terms, "its name is given afterwards");
        assert_ne!(
            bind(Reference([0; 32]), terms),
            bind(Reference([1; 32]), terms)
        );
    }
}
