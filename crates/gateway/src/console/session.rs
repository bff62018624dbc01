//! Operators in a browser: enrolling a passkey, signing in with it, and what a session does by a fresh signature alone.
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
use model::id::Reference;
use model::time::{NANOS_PER_SECOND, Timestamp};
use serde_json::json as value;
use sha2::{Digest, Sha256};
use wire::binance::params::Params;

use crate::browser::cookie;
use crate::console::answer;
use crate::console::denied::Denied;
use crate::console::office::{Office, digest, mandatory, number, whole};
use crate::console::route::{self, Route, Verb};
use crate::console::withdrawals;
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

    /// Returns a challenge for an act in a session.
    pub(super) async fn act_challenge(
        &self,
        session: &OperatorSession,
        act: SessionAct,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
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
            "requests": route::open_to(operator.roles),
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

/// Returns the act for which a request asks a challenge; `None` for any other request.
pub(super) fn act_asked_for(route: Route, params: &Params) -> Result<Option<SessionAct>, Denied> {
    Ok(Some(match route {
        Route::Approval => approval(params)?,
        Route::LevelChallenge => level(params)?,
        Route::SettlementChallenge => settlement(params)?,
        Route::PasskeyChallenge => match whole(params, "passkey")? {
            None => SessionAct::AddPasskey,
            Some(passkey) => SessionAct::RemovePasskey(passkey),
        },
        _ => return Ok(None),
    }))
}

/// Returns the act that a passkey must have signed for a request in a session, which is every one that gives something
/// or changes who signs; `None` for those that a session alone may send.
pub(super) fn act_to_sign(route: Route, params: &Params) -> Result<Option<SessionAct>, Denied> {
    let grants_level = params.raw("decision") == Some("approve");
    let act = match route {
        Route::Approve => {
            mutant::plant!("approval-without-passkey", None, Some(approval(params)?))
        }
        Route::Enrol => {
            mutant::plant!(
                "passkey-without-passkey",
                None,
                Some(SessionAct::AddPasskey)
            )
        }
        Route::RemovePasskey => Some(SessionAct::RemovePasskey(passkey(params)?)),
        Route::KycReview if grants_level => {
            mutant::plant!("level-without-passkey", None, Some(level(params)?))
        }
        Route::SettleWithdrawal => {
            mutant::plant!("settled-without-passkey", None, Some(settlement(params)?))
        }
        _ => None,
    };
    Ok(act)
}

fn approval(params: &Params) -> Result<SessionAct, Denied> {
    Ok(SessionAct::Approve {
        proposal: number(params)?,
        digest: digest(params)?,
    })
}

fn level(params: &Params) -> Result<SessionAct, Denied> {
    mandatory(params, "application")?;
    let application = whole(params, "application")?.unwrap_or(0);
    Ok(SessionAct::ApproveLevel(application))
}

fn settlement(params: &Params) -> Result<SessionAct, Denied> {
    let payout = Sha256::digest(withdrawals::payout(params)?);
    Ok(SessionAct::SettleWithdrawal {
        withdrawal: withdrawals::number(params)?,
        payout: Reference(payout.into()),
    })
}

/// Returns which passkey is meant.
fn passkey(params: &Params) -> Result<u64, Denied> {
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
