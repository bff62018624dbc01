//! Invitations: how somebody becomes an operator by a key or a passkey that nobody else has ever had.
//!
//! The code has two halves. Whoever proposed the invitation is told the one, whoever approved it the other, and both
//! hand theirs over: neither of them can become the invited person.
//!
//! **Source** `docs/spec/operators.md` §2.4.

use std::net::IpAddr;

use model::id::{OperatorId, ProposalId};
use model::time::{NANOS_PER_DAY, Timestamp};

use crate::browser::{self, TokenHash};
use crate::identity::{Identity, IdentityError};
use crate::operator::Operator;
use crate::operator_key::PublicKey;
use crate::operator_passkey::ENROLMENT_NANOS;
use crate::store::operator_invitation::Acceptance;

/// For how long an invitation stands after it was carried out.
pub const INVITATION_NANOS: i64 = NANOS_PER_DAY;

/// Half of the code of an invitation; it is told this once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationHalf {
    /// Who is invited.
    pub name: String,
    pub code: String,
    pub expires_at: Timestamp,
}

/// Somebody who has become an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    pub operator: Operator,
    /// What enrols the passkey of whoever brought no key.
    pub enrolment: Option<String>,
}

impl Identity {
    /// Returns the half of an invitation's code that is told to this operator, instead of the one before.
    ///
    /// # Errors
    /// `InvitationUnknown` unless the invitation is open and the operator has proposed or approved it.
    pub async fn invitation_half(
        &self,
        operator: OperatorId,
        proposal: ProposalId,
        at: Timestamp,
    ) -> Result<InvitationHalf, IdentityError> {
        let code = browser::new_token()?;
        let told = (operator, TokenHash::of(&code));
        let (name, expires_at) = self.store.set_invitation_half(told, proposal, at).await?;
        Ok(InvitationHalf {
            name,
            code,
            expires_at,
        })
    }

    /// Makes whoever has both halves of a code an operator: by this key, or by a passkey that a code enrols.
    ///
    /// The halves count until a key or a passkey is there.
    ///
    /// # Errors
    /// `TokenRefused` for halves that are unknown, used or too old, or of an invitation by somebody who is no operator
    /// any more; `OperatorTaken` when the name or the key is another's.
    pub async fn accept_invitation(
        &self,
        halves: [&str; 2],
        key: Option<PublicKey>,
        address: IpAddr,
        at: Timestamp,
    ) -> Result<Joined, IdentityError> {
        let enrolment = match key {
            Some(_) => None,
            None => Some(browser::new_token()?),
        };
        let hash = enrolment.as_deref().map(TokenHash::of);
        let acceptance = Acceptance {
            halves: halves.map(TokenHash::of),
            key,
            enrolment: hash.map(|hash| (hash, at.plus_nanos(ENROLMENT_NANOS))),
            address,
        };
        let operator = self.store.accept_invitation(&acceptance, at).await?;
        Ok(Joined {
            operator,
            enrolment,
        })
    }
}
