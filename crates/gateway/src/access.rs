//! Who may ask what a route answers.

use model::account::Scopes;
use wire::binance::error::{Fault, Refusal};

use crate::auth::Claim;

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone; browsers of any origin may read the answer.
    Market,
    /// Anyone of this origin.
    Open,
    /// Anyone of this origin, where there is a sandbox.
    Sandbox,
    /// Anyone of this origin, to become a user or to sign in.
    Guest,
    /// A request that names a key that may read, signed or not, or a session.
    Named,
    /// A signed request of a key that may read, or a session.
    Read,
    /// A signed request of a key that may trade, or a session.
    Trade,
    /// A signed request of a key that may transfer, or the session of a user.
    Transfer,
    /// A signed request of a key that may withdraw; no session.
    Withdraw,
    /// A session, also that of a guest of the sandbox; no key.
    Page,
    /// The session of a user; no key.
    User,
}

impl Access {
    /// Returns whether a request is in the name of an account.
    pub const fn is_of_account(self) -> bool {
        match self {
            Access::Market | Access::Open | Access::Sandbox | Access::Guest => false,
            Access::Named
            | Access::Read
            | Access::Trade
            | Access::Transfer
            | Access::Withdraw
            | Access::Page
            | Access::User => true,
        }
    }

    /// Returns whether a key may ask, if it signs.
    pub const fn is_signed(self) -> bool {
        matches!(
            self,
            Access::Read | Access::Trade | Access::Transfer | Access::Withdraw
        )
    }

    /// Returns whether a session may ask.
    pub const fn takes_session(self) -> bool {
        self.is_of_account() && !matches!(self, Access::Withdraw)
    }

    /// Returns what a key or a session must be allowed to do.
    pub const fn scopes(self) -> Scopes {
        match self {
            Access::Market | Access::Open | Access::Sandbox | Access::Guest => Scopes::NONE,
            Access::Named | Access::Read | Access::Page | Access::User => Scopes::READ,
            Access::Trade => Scopes::TRADE,
            Access::Transfer => Scopes::READ.with(Scopes::TRANSFER),
            Access::Withdraw => Scopes::READ.with(Scopes::WITHDRAW),
        }
    }

    /// Refuses a key where only sessions are taken, and a session where only keys are.
    ///
    /// # Errors
    /// 401 for a key; -2015 for a session.
    pub fn check(self, claim: Claim<'_>) -> Result<(), Refusal> {
        let takes_key = self.is_signed() || self == Access::Named;
        let is_session = match claim {
            Claim::Nobody => return Ok(()),
            Claim::Named(_) | Claim::NamedOnSocket(_) => false,
            Claim::Held(key) => key.csrf_token().is_some(),
        };
        match is_session {
            true if !self.takes_session() => Err(Refusal::of(Fault::KeyRefused)),
            false if !takes_key => Err(Refusal::of(Fault::NotSignedIn)),
            _ => Ok(()),
        }
    }
}
