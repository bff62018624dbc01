//! Invitations: the halves of a code are told, and whoever brings both becomes an operator.
//!
//! **Source** `docs/spec/operators.md` §2.4.

use std::net::IpAddr;

use axum::http::request::Parts;
use identity::identity::IdentityError;
use identity::operator::Operator;
use model::time::Timestamp;
use wire::binance::params::Params;

use crate::console::admission;
use crate::console::answer;
use crate::console::denied::Denied;
use crate::console::office::{Office, mandatory, number};
use crate::reply::Reply;

impl Office {
    /// Tells the half of a code that is told to this operator.
    ///
    /// # Errors
    /// `Parameter` unless the operator has proposed or approved an invitation that is open.
    pub(super) async fn invitation_half(
        &self,
        operator: &Operator,
        params: &Params,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let proposal = number(params)?;
        let half = self.identity.invitation_half(operator.id, proposal, at);
        match half.await {
            Err(IdentityError::InvitationUnknown) => {
                let expected = "that of an open invitation that you proposed or approved";
                Err(Denied::parameter("proposal", expected))
            }
            half => Ok(answer::invitation_half(&half?, &self.premises.party)),
        }
    }

    /// Makes whoever brings both halves an operator: by the key that signed the request, or by a passkey to come.
    ///
    /// # Errors
    /// `PasskeyRefused` for halves that are none, `Parameter` for a name or key of another, and of a request that is
    /// signed those of a signature.
    pub(super) async fn accept_invitation(
        &self,
        (params, parts, body): (&Params, &Parts, &str),
        address: IpAddr,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let halves = [mandatory(params, "code")?, mandatory(params, "otherCode")?];
        let key = match parts.headers.contains_key(admission::KEY) {
            true => Some(admission::signer(parts, body, at)?.0),
            false => None,
        };
        let joined = self.identity.accept_invitation(halves, key, address, at);
        match joined.await {
            Err(IdentityError::OperatorTaken) => Err(Denied::Parameter(
                "the name or the key is that of another operator: use another key, or ask for \
                 another invitation"
                    .to_owned(),
            )),
            joined => Ok(answer::joined(&joined?, &self.premises.party, at)),
        }
    }
}
