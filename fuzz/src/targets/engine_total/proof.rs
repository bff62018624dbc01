//! Withdrawals and keys with what proves them, out of a tape: mostly what is asked for, now and then something else.

use super::choice::{account, reference, withdrawal};
use super::tape::Tape;
use model::account::Scopes;
use model::command::{Action, Command};
use model::id::{AccountId, KeyId, Reference};
use model::number::Amount;
use model::proof::{Grant, PROOF_NANOS_MAX, Proof, Shown, bind, key_terms, withdrawal_terms};
use model::time::Timestamp;

/// Returns a withdrawal of an account, with a proof of some kind.
pub fn hold(tape: &mut Tape<'_>, account: AccountId, at: Timestamp) -> Action {
    let withdrawal = withdrawal(tape);
    let proof = match tape.byte() % 8 {
        0 => None,
        1 => Some(Proof::Nowhere),
        2 | 3 => Some(Proof::Key {
            destination: destination(tape),
        }),
        _ => {
            let destination = destination(tape);
            let mut proven = withdrawal;
            if is_seldom(tape) {
                proven.fee = Amount::ZERO;
            }
            Some(Proof::Factor {
                destination,
                shown: shown(tape, withdrawal_terms(account, &proven, destination), at),
            })
        }
    };
    Action::HoldWithdrawal {
        withdrawal,
        proof: proof.map(Box::new),
    }
}

/// Returns a new key, with a grant of some kind.
pub fn create_key(tape: &mut Tape<'_>, at: Timestamp) -> Command {
    let (key, account) = (KeyId(tape.number()), account(tape));
    let scopes = Scopes::from_bits(tape.byte() & 15).unwrap_or(Scopes::NONE);
    let expires_at = at.plus_nanos(tape.number() as i64);
    let grant = match tape.byte() % 4 {
        0 => None,
        1 => Some(Grant::Exchange),
        _ => {
            let proven = if is_seldom(tape) { Scopes::ALL } else { scopes };
            let terms = key_terms(account, proven, expires_at);
            Some(Grant::Factor(shown(tape, terms, at)))
        }
    };
    Command::CreateKey {
        key,
        account,
        scopes,
        expires_at,
        grant,
    }
}

/// One of two addresses, so that some withdrawals are paid to the one that was proven.
pub fn destination(tape: &mut Tape<'_>) -> Reference {
    Reference([tape.byte() % 2; 32])
}

fn shown(tape: &mut Tape<'_>, terms: Reference, at: Timestamp) -> Shown {
    let request = reference(tape);
    let until = match tape.byte() {
        0..200 => at.plus_nanos(PROOF_NANOS_MAX),
        _ => at.plus_nanos(tape.number() as i64),
    };
    let digest = if is_seldom(tape) {
        reference(tape)
    } else {
        bind(request, terms)
    };
    Shown {
        challenge: reference(tape),
        until,
        request,
        digest,
    }
}

fn is_seldom(tape: &mut Tape<'_>) -> bool {
    240 <= tape.byte()
}
