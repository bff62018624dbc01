//! Passkeys of operators: enrolled by somebody whose key or passkey signed for it, used to sign in and to decide.
//!
//! There is no password to fall back to, and no code: whoever has neither key nor passkey is no operator.
//!
//! **Source** OWASP ASVS 5.0 V6.3.3 and V7.3; `docs/spec/operators.md` §2.

use std::net::IpAddr;

use model::id::{OperatorId, ProposalId, Reference};
use model::time::{NANOS_PER_SECOND, Timestamp};
use sha2::{Digest, Sha256};

use crate::browser::{self, TokenHash};
use crate::challenge::CHALLENGE_NANOS;
use crate::identity::{Identity, IdentityError};
use crate::operator::Operator;
use crate::passkey::{Creation, verified};
use crate::store::operator_passkey::{NewOperatorPasskey, NewOperatorSession, SignedFor};
use crate::store::passkey::NewPasskey;
use crate::webauthn::{Assertion, RelyingParty, challenge_of, created};

/// For how long a code enrols a passkey.
pub const ENROLMENT_NANOS: i64 = 15 * 60 * NANOS_PER_SECOND;
/// A session ends after so long, whatever is done in it.
pub const SESSION_NANOS: i64 = 12 * 60 * 60 * NANOS_PER_SECOND;
/// A session that is not used for so long has ended.
pub const SESSION_IDLE_NANOS: i64 = 15 * 60 * NANOS_PER_SECOND;
/// As many passkeys as one operator may have.
pub const OPERATOR_PASSKEYS_MAX: u32 = 10;
/// What an enrolment and a login are signed for, beside their challenges.
const ENROL: [u8; 32] = *b"bourse: enrol as an operator----";
const LOGIN: [u8; 32] = *b"bourse: sign in as an operator--";
const APPROVAL_LABEL: &[u8] = b"bourse.approval.v1\0";
const ADD_LABEL: &[u8] = b"bourse.passkey.add.v1\0";
const REMOVE_LABEL: &[u8] = b"bourse.passkey.remove.v1\0";
const LEVEL_LABEL: &[u8] = b"bourse.level.v1\0";
const SETTLEMENT_LABEL: &[u8] = b"bourse.settlement.v1\0";

/// What an authenticator is asked to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    pub operator: Operator,
    /// In base64.
    pub to_be_signed: String,
}

/// A challenge and what the authenticator is to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorChallenge {
    pub token: String,
    /// In base64.
    pub to_be_signed: String,
}

/// A session of an operator that has just begun; the token is told this once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BegunSession {
    pub token: String,
    pub operator: Operator,
    pub csrf_token: String,
    pub expires_at: Timestamp,
}

/// A session of an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorSession {
    pub operator: Operator,
    /// What pages of the console can read and pages of others cannot.
    pub csrf_token: String,
    pub expires_at: Timestamp,
    hash: [u8; 32],
}

/// What an operator does in a session only with a fresh signature of a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionAct {
    Approve {
        proposal: ProposalId,
        /// What the proposal shows.
        digest: Reference,
    },
    AddPasskey,
    RemovePasskey(u64),
    /// The number of an application for a level.
    ApproveLevel(u64),
    SettleWithdrawal {
        withdrawal: u64,
        /// The digest of what the transaction is called.
        payout: Reference,
    },
}

/// A passkey of an operator, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPasskey {
    pub id: u64,
    pub label: String,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

impl Identity {
    /// Returns the passkeys of an operator, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn operator_passkeys(
        &self,
        operator: OperatorId,
    ) -> Result<Vec<KnownPasskey>, IdentityError> {
        self.store.operator_passkeys(operator).await
    }

    /// Takes a passkey of an operator away, and ends the sessions and the code of the operator.
    ///
    /// # Errors
    /// `KeyUnknown` for one that is not the operator's; `LastPasskey` for the last one of somebody without a key.
    pub async fn remove_operator_passkey(
        &self,
        removed: (OperatorId, u64),
        address: IpAddr,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        self.store
            .remove_operator_passkey(removed, address, at)
            .await
    }

    /// Returns a code by which an operator enrols one passkey, instead of the codes before it; it is told this once.
    ///
    /// # Errors
    /// When the database or the randomness fails.
    pub async fn operator_enrolment(
        &self,
        operator: OperatorId,
        address: IpAddr,
        at: Timestamp,
    ) -> Result<String, IdentityError> {
        let code = browser::new_token()?;
        let hash = TokenHash::of(&code);
        let expires_at = at.plus_nanos(ENROLMENT_NANOS);
        let added = self
            .store
            .add_operator_enrolment((operator, address), (hash, expires_at), at);
        added.await?;
        Ok(code)
    }

    /// Returns who enrols by a code, without using it up.
    ///
    /// # Errors
    /// `TokenRefused` for a code that is unknown, used or too old.
    pub async fn begin_operator_enrolment(
        &self,
        code: &str,
        at: Timestamp,
    ) -> Result<Enrolment, IdentityError> {
        let operator = self.store.enrolling_operator(TokenHash::of(code), at);
        Ok(Enrolment {
            operator: operator.await?,
            to_be_signed: challenge_of(code, &ENROL),
        })
    }

    /// Gives the operator of a code the passkey that was made for it, and uses the code up.
    ///
    /// # Errors
    /// `TokenRefused`; `CredentialRefused` when it was not made for this or is somebody's already; `TooManyKeys`.
    pub async fn add_operator_passkey(
        &self,
        party: &RelyingParty,
        code: &str,
        (label, creation): (&str, Creation<'_>),
        address: IpAddr,
        at: Timestamp,
    ) -> Result<Operator, IdentityError> {
        let challenge = challenge_of(code, &ENROL);
        let made = created(
            party,
            &challenge,
            creation.client_data,
            creation.attestation,
        );
        let made = made.ok_or(IdentityError::CredentialRefused)?;
        let new = NewOperatorPasskey {
            code: TokenHash::of(code),
            passkey: NewPasskey {
                credential: made.id,
                cose: made.cose,
                counter: made.counter,
            },
            label,
            address,
        };
        self.store.add_operator_passkey(&new, at).await
    }

    /// Returns a challenge for a login of an operator.
    ///
    /// # Errors
    /// When the database or the randomness fails.
    pub async fn operator_login_challenge(
        &self,
        at: Timestamp,
    ) -> Result<OperatorChallenge, IdentityError> {
        self.operator_challenge(LOGIN, at).await
    }

    /// Returns a challenge for an act in a session.
    ///
    /// # Errors
    /// When the database or the randomness fails.
    pub async fn act_challenge(
        &self,
        session: &OperatorSession,
        act: SessionAct,
        at: Timestamp,
    ) -> Result<OperatorChallenge, IdentityError> {
        let purpose = purpose_of(session, act);
        self.operator_challenge(purpose, at).await
    }

    async fn operator_challenge(
        &self,
        purpose: [u8; 32],
        at: Timestamp,
    ) -> Result<OperatorChallenge, IdentityError> {
        let token = browser::new_token()?;
        let hash = TokenHash::of(&token);
        let expires_at = at.plus_nanos(CHALLENGE_NANOS);
        let added = self
            .store
            .add_operator_challenge(hash, &purpose, (expires_at, at));
        added.await?;
        let to_be_signed = challenge_of(&token, &purpose);
        Ok(OperatorChallenge {
            token,
            to_be_signed,
        })
    }

    /// Begins a session of the operator whose passkey signed a login, and uses its challenge up.
    ///
    /// # Errors
    /// `FactorRefused` when the passkey is that of nobody who is active, did not sign this challenge, or counts backwards.
    pub async fn operator_sign_in(
        &self,
        party: &RelyingParty,
        challenge: &str,
        (assertion, handle): (&Assertion, &[u8]),
        address: IpAddr,
        at: Timestamp,
    ) -> Result<BegunSession, IdentityError> {
        let token = browser::new_token()?;
        let hash = TokenHash::of(&token);
        let new = NewOperatorSession {
            token: hash,
            challenge: SignedFor {
                token: TokenHash::of(challenge),
                purpose: LOGIN,
            },
            credential: &assertion.credential,
            address,
        };
        let signed = challenge_of(challenge, &LOGIN);
        let verify = |operator: OperatorId, cose: &[u8], counter: u32| {
            if handle != operator_handle(operator) {
                return Err(IdentityError::FactorRefused);
            }
            verified(party, &signed, (cose, counter), assertion)
        };
        let operator = self.store.begin_operator_session(&new, verify, at).await?;
        Ok(BegunSession {
            token,
            operator,
            csrf_token: hash.csrf_token(),
            expires_at: at.plus_nanos(SESSION_NANOS),
        })
    }

    /// Returns the session of a token, and notes that it was used.
    ///
    /// # Errors
    /// `OperatorUnknown` for a token of no session, of one that has ended, and of somebody who is no operator any more.
    pub async fn operator_session(
        &self,
        token: &str,
        at: Timestamp,
    ) -> Result<OperatorSession, IdentityError> {
        let hash = TokenHash::of(token);
        let (operator, began_at) = self.store.use_operator_session(hash, at).await?;
        let mut bytes = [0; 32];
        bytes.copy_from_slice(hash.bytes());
        Ok(OperatorSession {
            operator,
            csrf_token: hash.csrf_token(),
            expires_at: began_at.plus_nanos(SESSION_NANOS),
            hash: bytes,
        })
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_operator_session(
        &self,
        session: &OperatorSession,
        address: IpAddr,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let hash = TokenHash::from_bytes(&session.hash)?;
        let who = (session.operator.id, address);
        self.store.end_operator_session(hash, who, at).await
    }

    /// Uses a challenge up that a passkey of the session's operator signed for exactly this act.
    ///
    /// # Errors
    /// `ChallengeRefused` unless it is of this act, unused and in time; `FactorRefused` for a wrong signature.
    pub async fn answer_act(
        &self,
        party: &RelyingParty,
        session: &OperatorSession,
        act: SessionAct,
        (challenge, assertion): (&str, &Assertion),
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let purpose = purpose_of(session, act);
        let signed = challenge_of(challenge, &purpose);
        let answered = SignedFor {
            token: TokenHash::of(challenge),
            purpose,
        };
        let own = session.operator.id;
        let verify = |operator: OperatorId, cose: &[u8], counter: u32| {
            if operator != own {
                return Err(IdentityError::FactorRefused);
            }
            verified(party, &signed, (cose, counter), assertion)
        };
        self.store
            .answer_operator_challenge(&answered, &assertion.credential, verify, at)
            .await
    }
}

/// Returns what authenticators know an operator by.
pub fn operator_handle(operator: OperatorId) -> [u8; 32] {
    let hash = Sha256::new().chain_update(b"operator-passkey");
    hash.chain_update(operator.0.to_be_bytes())
        .finalize()
        .into()
}

/// Returns what an act is signed for: its kind, this session, and what it is done to.
fn purpose_of(session: &OperatorSession, act: SessionAct) -> [u8; 32] {
    let hash = Sha256::new();
    let hash = match act {
        SessionAct::Approve { proposal, digest } => hash
            .chain_update(APPROVAL_LABEL)
            .chain_update(session.hash)
            .chain_update(proposal.0.to_le_bytes())
            .chain_update(mutant::plant!("approval-of-any-digest", [0; 32], digest.0)),
        SessionAct::AddPasskey => hash.chain_update(ADD_LABEL).chain_update(session.hash),
        SessionAct::RemovePasskey(passkey) => hash
            .chain_update(REMOVE_LABEL)
            .chain_update(session.hash)
            .chain_update(passkey.to_le_bytes()),
        SessionAct::ApproveLevel(application) => hash
            .chain_update(LEVEL_LABEL)
            .chain_update(session.hash)
            .chain_update(application.to_le_bytes()),
        SessionAct::SettleWithdrawal { withdrawal, payout } => hash
            .chain_update(SETTLEMENT_LABEL)
            .chain_update(session.hash)
            .chain_update(withdrawal.to_le_bytes())
            .chain_update(payout.0),
    };
    hash.finalize().into()
}
