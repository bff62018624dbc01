//! Withdrawals as users ask for them and operators carry them out; the money is held by the engine.
//!
//! A request is written down first, under a reference that is unique for ever, and then the engine holds the money under
//! the same reference. What is decided afterwards is written down together with whether the engine was told. A process
//! that ends in between is one that goes on where it stopped.
//!
//! **Source** `docs/spec/withdrawals.md`.

use core::fmt::Write;

use model::id::{AccountId, OperatorId, OwnerId, Reference};
use model::number::Amount;
use model::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::destination::Destination;
use crate::identity::{Identity, IdentityError};
use crate::random;

/// Requests of a user that wait or are under way.
pub const OPEN_MAX: usize = 100;
pub const NAME_CHARS_MAX: usize = 64;
/// Characters of what a payout is called on its chain.
pub const PAYOUT_CHARS_MAX: usize = 128;
pub const REASON_CHARS_MAX: usize = 500;

const LABEL: &[u8] = b"bourse.withdrawal.v1\0";

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is written down; whether its money is held is not known yet.
    Asked,
    /// Its money is held, and operators have not decided.
    Waiting,
    /// Operators have approved it.
    Processing,
    Completed,
    /// By its user, while it waited.
    Cancelled,
    /// By an operator, while it waited.
    Rejected,
    /// It was approved and could not be paid.
    Failed,
}

/// What a user asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish<'a> {
    pub owner: OwnerId,
    pub account: AccountId,
    pub destination: Destination,
    /// What arrives.
    pub amount: Amount,
    pub fee: Amount,
    /// What the client calls it; the same name never pays twice.
    pub name: Option<&'a str>,
    pub proof: Proof,
    /// The engine does not hold the money for it after that.
    pub valid_until: Timestamp,
}

/// What shows that the user wishes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A fresh factor that is bound to it. An address that is not in the book is paid to when this hold is over.
    Factor { hold_nanos: i64 },
    /// The signature of a key: for addresses of the book that are paid to already.
    Key,
}

/// A withdrawal that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub id: u64,
    /// What the engine calls it.
    pub reference: Reference,
    pub owner: OwnerId,
    pub account: AccountId,
    pub destination: Destination,
    /// What arrives.
    pub amount: Amount,
    pub fee: Amount,
    pub name: Option<String>,
    pub state: State,
    pub asked_at: Timestamp,
    /// It is not approved before.
    pub payable_at: Timestamp,
    pub valid_until: Timestamp,
    pub changed_at: Timestamp,
    /// What its payout is called on the chain; empty before.
    pub payout: String,
    /// Why it was rejected, or failed.
    pub reason: String,
}

/// What became of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    New(Request),
    /// It was asked for before under the same name.
    Before(Request),
}

/// What ends the hold of a request's money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending<'a> {
    /// The payout of this name is final.
    Settle(&'a str),
    /// Nothing is paid, for this reason.
    Reject(&'a str),
}

/// Why a request is not taken, or a step of it.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawalError {
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error("there is no such withdrawal")]
    Unknown,
    #[error("the withdrawal is {} already", .0.name())]
    NotOpen(State),
    #[error("the address is not in the address book")]
    Unlisted,
    #[error("the address is not paid to yet")]
    TooNew { payable_at: Timestamp },
    #[error("the name is that of another withdrawal")]
    NameTaken,
    #[error("there are as many withdrawals under way as a user may have")]
    TooMany,
}

impl State {
    pub const ALL: [State; 7] = [
        State::Asked,
        State::Waiting,
        State::Processing,
        State::Completed,
        State::Cancelled,
        State::Rejected,
        State::Failed,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            State::Asked => "ASKED",
            State::Waiting => "WAITING",
            State::Processing => "PROCESSING",
            State::Completed => "COMPLETED",
            State::Cancelled => "CANCELLED",
            State::Rejected => "REJECTED",
            State::Failed => "FAILED",
        }
    }

    pub fn parse(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Returns whether the money is with its account again.
    pub const fn is_given_back(self) -> bool {
        matches!(self, State::Cancelled | State::Rejected | State::Failed)
    }
}

impl Wish<'_> {
    /// Returns whether a request is what was asked for.
    pub(crate) fn is(&self, request: &Request) -> bool {
        let own = (self.account, &self.destination, self.amount, self.fee);
        let known = (
            request.account,
            &request.destination,
            request.amount,
            request.fee,
        );
        own == known
    }

    /// Returns what the engine is to call it: of a name of the client's always the same.
    fn reference(&self) -> Result<Reference, IdentityError> {
        let mut hash = Sha256::new();
        hash.update(LABEL);
        hash.update(self.owner.0.to_be_bytes());
        match self.name {
            Some(name) => hash.update(name.as_bytes()),
            None => {
                let mut random = [0; 32];
                random::fill(&mut random)?;
                hash.update([0]);
                hash.update(random);
            }
        }
        Ok(Reference(hash.finalize().into()))
    }
}

/// Returns whether a text may be what a client calls a withdrawal.
pub fn is_name(text: &str) -> bool {
    let is_bounded = (1..=NAME_CHARS_MAX).contains(&text.len());
    is_bounded && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Returns whether a text may be what a payout is called on its chain.
pub fn is_payout(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b":._-".contains(&byte);
    (1..=PAYOUT_CHARS_MAX).contains(&text.len()) && text.bytes().all(is_legal)
}

/// Returns a reference as it is stored.
pub(crate) fn text_of(reference: Reference) -> String {
    reference.0.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Identity {
    /// Writes a request down, before its money is held.
    ///
    /// # Errors
    /// `NameTaken`, `TooMany`, `Unlisted`, `TooNew`.
    pub async fn ask_withdrawal(
        &self,
        wish: &Wish<'_>,
        at: Timestamp,
    ) -> Result<Asked, WithdrawalError> {
        let reference = wish.reference()?;
        self.store.ask_withdrawal(wish, reference, at).await
    }

    /// Notes that the money of a request is held, and tells its user; once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_withdrawal_held(
        &self,
        request: &Request,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let notice = self.notice(request.owner).await?;
        self.store.note_withdrawal_held(request, &notice, at).await
    }

    /// Forgets a request whose money is not held, and never will be.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_withdrawal(&self, request: &Request) -> Result<(), IdentityError> {
        self.store.drop_withdrawal(request.id).await
    }

    /// Returns the requests of which it is not known whether their money is held.
    ///
    /// # Errors
    /// When the database fails or a row is damaged.
    pub async fn asked_withdrawals(&self) -> Result<Vec<Request>, IdentityError> {
        self.store.asked_withdrawals().await
    }

    /// Returns the requests whose end the engine has not been told.
    ///
    /// # Errors
    /// When the database fails or a row is damaged.
    pub async fn untold_withdrawals(&self) -> Result<Vec<Request>, IdentityError> {
        self.store.untold_withdrawals().await
    }

    /// Notes that the engine was told the end of a request.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_withdrawal_told(&self, id: u64) -> Result<(), IdentityError> {
        self.store.note_withdrawal_told(id).await
    }

    /// Cancels a request of a user that waits.
    ///
    /// # Errors
    /// `Unknown`, `NotOpen` once operators have decided.
    pub async fn cancel_withdrawal(
        &self,
        user: OwnerId,
        id: u64,
        at: Timestamp,
    ) -> Result<Request, WithdrawalError> {
        self.store.cancel_withdrawal(user, id, at).await
    }

    /// Ends a request: one that waits is rejected, one that was approved is settled.
    ///
    /// # Errors
    /// `Unknown`, `NotOpen` for any other.
    pub async fn end_withdrawal(
        &self,
        operator: OperatorId,
        (id, ending): (u64, &Ending<'_>),
        at: Timestamp,
    ) -> Result<Request, WithdrawalError> {
        self.store.end_withdrawal(operator, (id, ending), at).await
    }

    /// Returns a request.
    ///
    /// # Errors
    /// `Unknown`, or the database fails.
    pub async fn withdrawal(&self, id: u64) -> Result<Request, WithdrawalError> {
        self.store.withdrawal(id).await
    }

    /// Returns the requests of a user below a number whose money was held, the newest first, at most so many.
    ///
    /// # Errors
    /// When the database fails or a row is damaged.
    pub async fn withdrawals_of(
        &self,
        user: OwnerId,
        before: Option<u64>,
        count_max: u32,
    ) -> Result<Vec<Request>, IdentityError> {
        self.store.withdrawals_of(user, before, count_max).await
    }

    /// Returns the requests that have some references, in no order.
    ///
    /// # Errors
    /// When the database fails or a row is damaged.
    pub async fn withdrawals_referred(
        &self,
        references: &[Reference],
    ) -> Result<Vec<Request>, IdentityError> {
        self.store.withdrawals_referred(references).await
    }

    /// Returns the request that its user calls by a name.
    ///
    /// # Errors
    /// When the database fails or a row is damaged.
    pub async fn withdrawal_named(
        &self,
        user: OwnerId,
        name: &str,
    ) -> Result<Option<Request>, IdentityError> {
        self.store.withdrawal_named(user, name).await
    }

    /// Returns the requests of a state, those that wait longest first, at most so many.
    ///
    /// # Errors
    /// When the database fails or a row is damaged.
    pub async fn withdrawals_in(
        &self,
        state: State,
        count_max: u32,
    ) -> Result<Vec<Request>, IdentityError> {
        self.store.withdrawals_in(state, count_max).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::AssetId;

    fn wish(name: Option<&str>) -> Wish<'_> {
        Wish {
            owner: OwnerId(1),
            account: AccountId(1),
            destination: Destination {
                asset: AssetId(0),
                network: "BTC".to_owned(),
                address: "bc1q".to_owned(),
                tag: String::new(),
            },
            amount: Amount::ZERO,
            fee: Amount::ZERO,
            name,
            proof: Proof::Key,
            valid_until: Timestamp::ZERO,
        }
    }

    #[test]
    fn a_name_of_a_user_is_one_reference_and_without_one_each_is_another() {
        let of = |name| wish(name).reference().expect("random");
        assert_eq!(of(Some("a")), of(Some("a")));
        assert_ne!(of(Some("a")), of(Some("b")));
        assert_ne!(of(None), of(None));
        let other = Wish {
            owner: OwnerId(2),
            ..wish(Some("a"))
        };
        assert_ne!(other.reference().expect("random"), of(Some("a")));
    }

    #[test]
    fn names_are_short_and_plain() {
        assert!(is_name("order:1") && is_name(&"x".repeat(NAME_CHARS_MAX)));
        assert!(is_payout("0x12ab") && is_payout(&"f".repeat(64)));
        for odd in ["", "a b", "a\n", "é", &"x".repeat(PAYOUT_CHARS_MAX + 1)] {
            assert!(!is_name(odd) && !is_payout(odd), "{odd:?}");
        }
        for state in State::ALL {
            assert_eq!(State::parse(state.name()), Some(state));
        }
    }
}
