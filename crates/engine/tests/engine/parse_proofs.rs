//! Proofs of withdrawals and keys, as scenarios say them.
//!
//! `by=factor` is a challenge that was answered for exactly what the line asks for, unless `shown`, `shown_fee`,
//! `shown_to` and `shown_by` say what it was answered for instead; `by=key`, `by=nowhere` and `by=exchange` name who
//! else says so. `to` is an address.

use model::command::{Action, Command, Withdrawal};
use model::id::{AccountId, KeyId, Reference};
use model::number::Amount;
use model::proof::{Grant, Proof, Shown, bind, destination, key_terms, withdrawal_terms};
use model::time::Timestamp;

use crate::parse::{Line, number, reference, scopes, seconds};

/// Scenarios begin at second 1,000.
const PROOF_ENDS: Timestamp = Timestamp::from_millis(1_300_000);

fn place(text: &str) -> Reference {
    destination("BTC", text, "")
}

fn shown(line: &Line, terms: Reference) -> Shown {
    let request = reference("request");
    Shown {
        challenge: reference(line.option("challenge").unwrap_or("c")),
        until: line.option("until").map_or(PROOF_ENDS, seconds),
        request,
        digest: bind(request, terms),
    }
}

/// `withdraw ACCOUNT NAME ASSET AMOUNT FEE`, with `by`, `to`, `challenge`, `until`.
pub fn hold(line: &Line, withdrawal: Withdrawal) -> Action {
    let units = |name, known: Amount| {
        let changed = line.option(name).map(number).and_then(Amount::new);
        changed.unwrap_or(known)
    };
    let address = line.option("to").unwrap_or("home");
    let to = place(address);
    let proof = line.option("by").map(|by| match by {
        "key" => Proof::Key { destination: to },
        "nowhere" => Proof::Nowhere,
        _ => {
            let proven = Withdrawal {
                amount: units("shown", withdrawal.amount),
                fee: units("shown_fee", withdrawal.fee),
                ..withdrawal
            };
            let account = line.option("shown_by").map_or(line.account(1), |account| {
                AccountId(u32::try_from(number(account)).expect("an account"))
            });
            let shown_to = place(line.option("shown_to").unwrap_or(address));
            let terms = withdrawal_terms(account, &proven, shown_to);
            Proof::Factor {
                destination: to,
                shown: shown(line, terms),
            }
        }
    });
    Action::HoldWithdrawal {
        withdrawal,
        proof: proof.map(Box::new),
    }
}

/// `settle NAME to=ADDRESS`; without an address it was paid nowhere.
pub fn settle(line: &Line) -> Command {
    Command::SettleWithdrawal {
        reference: reference(line.word(1)),
        destination: line.option("to").map(place),
    }
}

/// `confirm NAME to=ADDRESS`.
pub fn confirm(line: &Line) -> Command {
    Command::ConfirmDestination {
        reference: reference(line.word(1)),
        destination: place(line.option("to").expect("an address")),
    }
}

/// `key NUMBER ACCOUNT SCOPES until=SECONDS`, with `by`, `challenge`, `shown` for the scopes that were proven.
pub fn create_key(line: &Line) -> Command {
    let (account, asked) = (line.account(2), scopes(line.word(3)));
    let expires_at = line.option("until").map_or(Timestamp::MAX, seconds);
    let grant = line.option("by").map(|by| match by {
        "exchange" => Grant::Exchange,
        _ => {
            let proven = line.option("shown").map_or(asked, scopes);
            let terms = key_terms(account, proven, expires_at);
            Grant::Factor(Shown {
                until: PROOF_ENDS,
                ..shown(line, terms)
            })
        }
    });
    Command::CreateKey {
        key: KeyId(u64::try_from(number(line.word(1))).expect("a key")),
        account,
        scopes: asked,
        expires_at,
        grant,
    }
}
