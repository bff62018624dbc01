//! Operators in a browser: enrolling a passkey, signing in with it, and what a session is allowed to approve.
//!
//! **Source** `docs/spec/operators.md` §2.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::{HeaderName, HeaderValue};
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::api_key::is_label;
use identity::challenge::CHALLENGE_NANOS;
use identity::identity::IdentityError;
use identity::operator::Operator;
use identity::operator_passkey::{
    OperatorChallenge, OperatorSession, SESSION_NANOS, SessionAct, operator_handle,
};
use identity::passkey::Creation;
use identity::webauthn::Assertion;
use model::time::{NANOS_PER_SECOND, Timestamp};
use serde_json::json as value;
use wire::binance::params::Params;

use crate::browser::cookie;
use crate::console::answer;
use crate::console::denied::Denied;
use crate::console::office::{Office, digest, mandatory, number, whole};
use crate::console::route::{Route, Verb};
use crate::origins::Origins;
use crate::reply::Reply;

/// Not that of users: browsers send cookies to every port of a host.
pub const COOKIE_NAME: &str = "__Host-bourse_operator";
const CSRF: HeaderName = HeaderName::from_static("x-bourse-csrf");
/// Of anything that an authenticator sends, in base64.
const TEXT_CHARS_MAX: usize = 8_192;

/// What a sensitive act in a session has beside what one by a key has.
pub const ASSERTION: &[&str] = &[
    "challenge",
    "credential",
    "clientData",
    "authenticatorData",
    "assertion",
];

/// Returns the token of the browser's cookie.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, COOKIE_NAME).filter(|token| !token.is_empty())
}

/// Checks that a request that changes something was made by a page of the console.
///
/// # Errors
/// `PageForeign` for a page of another origin, and without what only pages of the console can read.
pub fn check_page(
    origins: &Origins,
    session: &OperatorSession,
    method: Verb,
    headers: &HeaderMap,
) -> Result<(), Denied> {
    origins.check(headers).map_err(|_| Denied::PageForeign)?;
    if method == Verb::Get {
        return Ok(());
    }
    let sent = headers.get(CSRF).map(HeaderValue::as_bytes);
    let is_right = sent == Some(session.csrf_token.as_bytes());
    if mutant::plant!("operator-csrf-unchecked", true, is_right) {
        Ok(())
    } else {
        Err(Denied::PageForeign)
    }
}

impl Office {
    /// Answers what somebody may ask who is not signed in.
    ///
    /// # Errors
    /// `PageForeign`, `Parameter`, `PasskeyRefused`.
    pub(super) async fn welcome(
        &self,
        route: Route,
        (params, parts, body): (&Params, &Parts, &str),
        address: IpAddr,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let checked = self.origins.check(&parts.headers);
        checked.map_err(|_| Denied::PageForeign)?;
        match route {
            Route::AcceptInvitation => {
                let asked = (params, parts, body);
                self.accept_invitation(asked, address, at).await
            }
            Route::BeginEnrolment => self.begin_enrolment(params, at).await,
            Route::AddPasskey => self.add_passkey(params, address, at).await,
            Route::LogInChallenge => {
                let challenge = self.identity.operator_login_challenge(at).await?;
                Ok(self.told(&challenge, at))
            }
            Route::LogIn => self.log_in(params, address, at).await,
            _ => Err(Denied::NotFound),
        }
    }

    async fn begin_enrolment(&self, params: &Params, at: Timestamp) -> Result<Reply, Denied> {
        let code = mandatory(params, "code")?;
        let enrolment = self.identity.begin_operator_enrolment(code, at).await?;
        Ok(answer::json(value!({
            "name": enrolment.operator.name,
            "toBeSigned": enrolment.to_be_signed,
            "relyingParty": self.premises.party.id,
            "userHandle": URL_SAFE_NO_PAD.encode(operator_handle(enrolment.operator.id)),
        })))
    }

    async fn add_passkey(
        &self,
        params: &Params,
        address: IpAddr,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let code = mandatory(params, "code")?;
        let label = mandatory(params, "label")?;
        if !is_label(label) {
            let expected = "1 to 64 characters that can be seen";
            return Err(Denied::parameter("label", expected));
        }
        let client_data = bytes(params, "attestationClientData")?;
        let attestation = bytes(params, "attestation")?;
        let creation = Creation {
            client_data: &client_data,
            attestation: &attestation,
        };
        let made = (label, creation);
        let added =
            self.identity
                .add_operator_passkey(&self.premises.party, code, made, address, at);
        Ok(answer::json(answer::operator(&added.await?)))
    }

    async fn log_in(
        &self,
        params: &Params,
        address: IpAddr,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let challenge = mandatory(params, "challenge")?;
        let (assertion, handle) = (assertion(params)?, bytes(params, "userHandle")?);
        let signed = (&assertion, handle.as_slice());
        let begun =
            self.identity
                .operator_sign_in(&self.premises.party, challenge, signed, address, at);
        let begun = begun.await?;
        let shown = (&begun.operator, begun.csrf_token.as_str(), begun.expires_at);
        let mut reply = self.session_told(shown);
        let seconds = SESSION_NANOS / NANOS_PER_SECOND;
        reply.cookie = Some(set_cookie(&begun.token, seconds));
        Ok(reply)
    }

    /// Takes a passkey of whoever asks away, and says which are left.
    pub(super) async fn remove_passkey(
        &self,
        operator: &Operator,
        params: &Params,
        (address, at): (IpAddr, Timestamp),
    ) -> Result<Reply, Denied> {
        let removed = (operator.id, passkey(params)?);
        let removed = self.identity.remove_operator_passkey(removed, address, at);
        match removed.await {
            Err(IdentityError::KeyUnknown) => {
                let expected = "the number of one of your passkeys";
                return Err(Denied::parameter("passkey", expected));
            }
            removed => removed?,
        }
        let left = self.identity.operator_passkeys(operator.id).await?;
        Ok(answer::list(left.iter().map(answer::passkey)))
    }

    /// Returns a challenge for an approval in a session.
    pub(super) async fn approval_challenge(
        &self,
        session: &OperatorSession,
        params: &Params,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let act = approval(params)?;
        let challenge = self.identity.act_challenge(session, act, at).await?;
        Ok(self.told(&challenge, at))
    }

    /// Returns a challenge for another passkey, or for taking one away.
    pub(super) async fn passkey_challenge(
        &self,
        session: &OperatorSession,
        params: &Params,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let act = match whole(params, "passkey")? {
            None => SessionAct::AddPasskey,
            Some(passkey) => SessionAct::RemovePasskey(passkey),
        };
        let challenge = self.identity.act_challenge(session, act, at).await?;
        Ok(self.told(&challenge, at))
    }

    /// Checks that a passkey of the session's operator has just signed for an act.
    pub(super) async fn check_proof(
        &self,
        session: &OperatorSession,
        act: SessionAct,
        params: &Params,
        at: Timestamp,
    ) -> Result<(), Denied> {
        let challenge = mandatory(params, "challenge")?;
        let assertion = assertion(params)?;
        let answered = (challenge, &assertion);
        let answered = self
            .identity
            .answer_act(&self.premises.party, session, act, answered, at);
        Ok(answered.await?)
    }

    pub(super) async fn log_out(
        &self,
        session: &OperatorSession,
        address: IpAddr,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let ended = self.identity.end_operator_session(session, address, at);
        ended.await?;
        let mut reply = answer::json(value!({}));
        reply.cookie = Some(set_cookie("", 0));
        Ok(reply)
    }

    /// Returns what is told of a session, and what operators should know.
    pub(super) fn session_told(
        &self,
        (operator, csrf_token, expires_at): (&Operator, &str, Timestamp),
    ) -> Reply {
        answer::json(value!({
            "operator": answer::operator(operator),
            "csrfToken": csrf_token,
            "expiresAt": expires_at.millis(),
            "warning": self.audit_standing.warning().unwrap_or_default(),
            "pagesDigest": self.premises.pages_digest,
        }))
    }

    fn told(&self, challenge: &OperatorChallenge, at: Timestamp) -> Reply {
        answer::json(value!({
            "challenge": challenge.token,
            "toBeSigned": challenge.to_be_signed,
            "relyingParty": self.premises.party.id,
            "expiresAt": at.plus_nanos(CHALLENGE_NANOS).millis(),
        }))
    }
}

/// Returns which approval is meant.
pub(super) fn approval(params: &Params) -> Result<SessionAct, Denied> {
    Ok(SessionAct::Approve {
        proposal: number(params)?,
        digest: digest(params)?,
    })
}

/// Returns which passkey is meant.
pub(super) fn passkey(params: &Params) -> Result<u64, Denied> {
    mandatory(params, "passkey")?;
    Ok(whole(params, "passkey")?.unwrap_or(0))
}

fn assertion(params: &Params) -> Result<Assertion, Denied> {
    Ok(Assertion {
        credential: bytes(params, "credential")?,
        client_data: bytes(params, "clientData")?,
        authenticator_data: bytes(params, "authenticatorData")?,
        signature: bytes(params, "assertion")?,
    })
}

fn bytes(params: &Params, name: &str) -> Result<Vec<u8>, Denied> {
    let text = mandatory(params, name)?;
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
    let bytes = bytes.ok().filter(|_| text.len() <= TEXT_CHARS_MAX);
    bytes.ok_or_else(|| Denied::parameter(name, "base64url"))
}

fn set_cookie(token: &str, seconds: i64) -> HeaderValue {
    let text = format!(
        "{COOKIE_NAME}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict"
    );
    HeaderValue::from_str(&text).expect("tokens are letters and digits")
}
